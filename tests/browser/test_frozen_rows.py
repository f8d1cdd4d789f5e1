"""The first rows stay at the top while the others scroll under them; everything works on both sides of the divide."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.hands import OWNER, PASSWORD, Table, add_customers, compose, painted, reload, send, until
from installation import Installation, Served

pytestmark = pytest.mark.browser

CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}
SALES = "zhou@example.com"
NAME, CONTACT, PHONE = "客户名称", "联系人", "电话"
ROWS = 300


@pytest.fixture(scope="module")
def filled() -> list[int]:
    """The rows of this file, once they are there."""
    return []


@pytest.fixture(scope="module")
def colleague(company: Installation, program: Served) -> str:
    """示例小周 reads and writes, and may not change everybody's views."""
    company.json("user", "add", SALES, "--role", "sales", "--password-stdin", text=f"{PASSWORD}\n")
    return SALES


@pytest.fixture
def table(visit, colleague: str, filled: list[int]) -> Iterator[Table]:
    page = visit(OWNER, path=None, **CLIPBOARD)
    if not filled:
        names = [{"name": f"示例 {n:03d}", "main_contact.name": f"联系 {n}"} for n in range(1, ROWS + 1)]
        # What is his both see.
        filled[:] = add_customers(visit(colleague), *names)
    yield opened(page)
    view = everybodys(page)
    send(page, "PATCH", f"/api/views/{view['id']}", {"spec": {**view["spec"], "frozen_rows": 0, "group": []}})


def opened(page: Page, frozen: int = 0) -> Table:
    """The table with that many frozen rows."""
    view = everybodys(page)
    send(page, "PATCH", f"/api/views/{view['id']}", {"spec": {**view["spec"], "frozen_rows": frozen}})
    page.goto("/o/customers")
    table = Table(page)
    expect(table.at(1, NAME)).to_have_text("示例 001")
    stay(table, frozen)
    return table


def everybodys(page: Page) -> dict:
    return next(one for one in send(page, "GET", "/api/views?object=customers")["views"] if one["name"] == "全部客户")


def stay(table: Table, count: int) -> None:
    """That many rows are in the part that does not scroll."""
    expect(table.page.locator(".kg-halved .slick-pane-top.slick-pane-left .slick-row")).to_have_count(count)


def kept(page: Page):
    """What is done inside is kept by the view at the end."""
    return page.expect_response(lambda answer: answer.request.method == "PATCH" and "/api/views/" in answer.url)


def scroll_down(table: Table, pixels: int = 3600) -> None:
    """Far enough that none of the first rows would be seen; 100 rows of the usual height."""
    table.page.mouse.move(400, 500)
    table.page.mouse.wheel(0, pixels)
    expect(table.at(pixels // 36 + 4, NAME)).to_be_in_viewport()
    expect(table.at(12, NAME)).not_to_be_in_viewport()


def middle(place: Locator) -> tuple[float, float]:
    at = painted(place)
    return at["x"] + at["width"] / 2, at["y"] + at["height"] / 2


def active(table: Table, row: int, column: str = NAME) -> None:
    """The cursor is on that cell, which can be seen."""
    line = table.page.get_by_role("textbox", name=re.compile(f"^{column}，第 {row} 行"))
    expect(line).to_be_focused()
    expect(table.at(row, column)).to_be_in_viewport()


def menu(table: Table, row: int) -> Locator:
    table.at(row, NAME).click(button="right")
    item = table.page.get_by_role("menuitem", name="冻结到这一行")
    expect(table.page.get_by_role("menuitem", name="打开记录")).to_be_visible()
    return item


def test_the_menu_of_a_row_freezes_the_rows_down_to_it_and_the_view_remembers(table: Table):
    page = table.page
    with kept(page):
        menu(table, 3).click()
    stay(table, 3)
    before = painted(table.at(3, NAME))
    scroll_down(table)
    for row in (1, 2, 3):
        expect(table.at(row, NAME)).to_have_text(f"示例 {row:03d}")
        expect(table.at(row, NAME)).to_be_in_viewport(ratio=1)
    assert painted(table.at(3, NAME)) == before
    expect(table.at(4, NAME)).not_to_be_in_viewport()
    reload(page)
    stay(table, 3)
    with kept(page):
        menu(table, 2)
        page.get_by_role("menuitem", name="取消冻结行").click()
    stay(table, 0)
    # What scrolls is where it was, also after the page came anew.
    expect(table.at(1, NAME)).not_to_be_in_viewport()


def test_freezing_leaves_what_is_looked_at_where_it_is(table: Table):
    page = table.page
    table.at(1, NAME).click()
    scroll_down(table)
    before = painted(table.at(110, NAME))
    # What the palette knows of rows comes after the first cells.
    expect(page.locator(".kg-movable")).to_be_visible()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("冻结到这一行")
    with kept(page):
        page.keyboard.press("Enter")
    stay(table, 1)
    assert painted(table.at(110, NAME)) == before
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("取消冻结行")
    with kept(page):
        page.keyboard.press("Enter")
    stay(table, 0)
    assert painted(table.at(110, NAME)) == before


def test_the_number_is_chosen_beside_that_of_the_columns(table: Table):
    page = table.page
    page.get_by_role("button", name="字段").click()
    page.get_by_role("combobox", name="冻结前几行").click()
    with kept(page):
        page.get_by_title("2 行", exact=True).click()
    stay(table, 2)


def test_more_than_ten_are_refused_with_the_reason(table: Table):
    item = menu(table, 11)
    expect(item).to_be_disabled()
    expect(item).to_have_attribute("title", "最多冻结前 10 行")
    table.page.keyboard.press("Escape")
    expect(menu(table, 10)).to_be_enabled()


def test_groups_switch_it_off_and_on_again(table: Table):
    page = table.page
    opened(page, 2)
    grouped = {**everybodys(page)["spec"], "group": [{"field": "level"}]}
    send(page, "PATCH", f"/api/views/{everybodys(page)['id']}", {"spec": grouped})
    reload(page)
    expect(page.locator(".kg-group").first).to_be_visible()
    stay(table, 0)
    item = menu(table, 3)
    expect(item).to_be_disabled()
    expect(item).to_have_attribute("title", re.compile("分组"))
    page.keyboard.press("Escape")
    send(page, "PATCH", f"/api/views/{everybodys(page)['id']}", {"spec": {**grouped, "group": []}})
    reload(page)
    stay(table, 2)


def test_keys_go_over_the_divide(table: Table):
    page = opened(table.page, 3).page
    scroll_down(table)
    table.at(2, NAME).click()
    expect(table.at(104, NAME)).to_be_in_viewport()
    page.keyboard.press("ArrowDown")
    active(table, 3)
    page.keyboard.press("ArrowDown")
    active(table, 4)
    page.keyboard.press("ArrowUp")
    active(table, 3)
    scroll_down(table)
    table.at(104, NAME).click()
    for _ in range(2):
        page.keyboard.press("PageUp")
    expect(table.at(110, NAME)).not_to_be_in_viewport()
    expect(table.at(3, NAME)).to_be_in_viewport(ratio=1)
    page.keyboard.press("Control+Home")
    active(table, 1)
    expect(table.at(4, NAME)).to_be_in_viewport(ratio=1)
    page.keyboard.press("PageDown")
    page.keyboard.press("PageDown")
    expect(table.at(4, NAME)).not_to_be_in_viewport()
    expect(table.at(1, NAME)).to_be_in_viewport(ratio=1)
    page.keyboard.press("Control+Home")
    for _ in range(4):
        page.keyboard.press("Shift+ArrowDown")
    expect(page.get_by_label("状态栏")).to_contain_text("5")
    page.keyboard.press("Control+c")
    until(page, lambda: len(page.evaluate("navigator.clipboard.readText()").split()) == 10)
    page.keyboard.press("Control+Shift+ArrowDown")
    expect(table.at(ROWS, NAME)).to_be_in_viewport()
    page.keyboard.press("End")
    page.keyboard.press("Home")
    active(table, 1)


def test_cells_are_edited_on_both_sides(table: Table):
    page = opened(table.page, 3).page
    scroll_down(table)
    for row in (3, 104):
        table.at(row, CONTACT).click()
        page.keyboard.press("F2")
        line = page.locator(".kg-input.kg-editing")
        expect(line).to_have_value(f"联系 {row}")
        assert abs(painted(line)["y"] - painted(table.at(row, CONTACT))["y"]) <= 1
        with table.saving():
            page.keyboard.type("改")
            page.keyboard.press("Tab")
        expect(table.at(row, CONTACT)).to_have_text(f"联系 {row}改")
    # An input method composes in a row that stays.
    table.at(1, CONTACT).click()
    compose(page, "zh", "zhang", text="张三")
    with table.saving():
        page.keyboard.press("Enter")
    expect(table.at(1, CONTACT)).to_have_text("张三")
    active(table, 2, CONTACT)
    # The line has not moved what scrolls.
    expect(table.at(104, NAME)).to_be_in_viewport()


def test_the_mouse_selects_over_the_divide(table: Table):
    page = opened(table.page, 3).page
    scroll_down(table)
    page.mouse.move(*middle(table.at(2, NAME)))
    page.mouse.down()
    page.mouse.move(*middle(table.at(110, CONTACT)), steps=8)
    page.mouse.up()
    expect(page.get_by_label("状态栏")).to_contain_text("218")
    marks = page.locator(".kg-mark-range:visible")
    expect(marks).to_have_count(4)
    # Drawn up from below, the rows between come first, then those that stay.
    page.mouse.move(*middle(table.at(110, NAME)))
    page.mouse.down()
    page.mouse.move(*middle(table.at(2, NAME)), steps=8)
    expect(table.at(4, NAME)).to_be_in_viewport(ratio=1)
    until(page, lambda: page.mouse.move(*[at + 1 for at in middle(table.at(2, NAME))]) or _counted(page, "109"))
    page.mouse.up()


def _counted(page: Page, text: str) -> bool:
    return text in page.get_by_label("状态栏").inner_text()


def test_the_corner_draws_over_the_divide(table: Table):
    page = opened(table.page, 3).page
    table.at(3, PHONE).click()
    with table.saving():
        page.keyboard.type("13800000000")
        page.keyboard.press("Enter")
    table.at(3, PHONE).click()
    handle = page.locator(".kg-handle")
    page.mouse.move(*middle(handle))
    page.mouse.down()
    page.mouse.move(*middle(table.at(6, PHONE)), steps=6)
    expect(page.locator(".kg-mark-drawn:visible")).to_have_count(2)
    with table.saving():
        page.keyboard.down("Control")
        page.mouse.up()
        page.keyboard.up("Control")
    for row in (4, 5, 6):
        expect(table.at(row, PHONE)).to_have_text("13800000000")


def test_pasted_cells_go_over_the_divide(table: Table):
    page = opened(table.page, 2).page
    page.evaluate("navigator.clipboard.writeText('甲\\n乙\\n丙')")
    table.at(2, CONTACT).click()
    with table.saving():
        page.keyboard.press("Control+v")
    for row, text in ((2, "甲"), (3, "乙"), (4, "丙")):
        expect(table.at(row, CONTACT)).to_have_text(text)


def test_a_row_is_dragged_among_those_that_stay(table: Table):
    page = opened(table.page, 3).page
    expect(page.locator(".kg-movable")).to_be_visible()
    scroll_down(table)
    name = table.at(106, NAME).inner_text()
    number = table.grid.locator("[role=row][aria-rowindex='107'] .kg-open")
    page.mouse.move(*middle(number))
    page.mouse.down()
    page.mouse.move(*middle(table.at(50, NAME)) if table.at(50, NAME).count() else (300, 400), steps=4)
    at = painted(table.at(2, NAME))
    page.mouse.move(at["x"] - 20, at["y"] + 6, steps=6)
    expect(page.locator(".kg-drop")).to_be_visible()
    with page.expect_response(re.compile("/records/customers/move$")):
        page.mouse.up()
    expect(table.at(2, NAME)).to_have_text(name)
    with page.expect_response(re.compile("/undo|/changes")):
        page.keyboard.press("Control+z")
    expect(table.at(2, NAME)).to_have_text("示例 002")


def test_find_goes_to_rows_that_stay_and_to_others(table: Table):
    page = opened(table.page, 2).page
    page.keyboard.press("Control+f")
    expect(page.get_by_role("textbox", name="在表格中查找")).to_be_focused()
    page.keyboard.type("示例 25")
    expect(table.at(250, NAME)).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(table.at(251, NAME)).to_be_in_viewport(ratio=1)
    expect(table.at(1, NAME)).to_be_in_viewport(ratio=1)


def test_in_a_small_window_only_what_fits_is_frozen(table: Table):
    page = opened(table.page, 10).page
    page.set_viewport_size({"width": 1440, "height": 480})
    stay(table, 5)
    table.at(6, NAME).hover()
    page.mouse.wheel(0, 1800)
    expect(table.at(58, NAME)).to_be_in_viewport()
    page.set_viewport_size({"width": 1440, "height": 900})
    stay(table, 10)
    expect(table.at(1, NAME)).to_be_in_viewport(ratio=1)
    expect(table.at(66, NAME)).to_be_in_viewport(ratio=1)


def test_rows_are_frozen_when_they_are_few(table: Table):
    page = opened(table.page, 3).page
    page.goto("/o/customers?q=示例 299")
    expect(table.at(1, NAME)).to_have_text("示例 299")
    stay(table, 1)
    page.goto("/o/customers?q=没有这样的")
    expect(table.grid.locator(".kg-add-line").first).to_be_visible()
    stay(table, 0)
    page.goto("/o/customers")
    stay(table, 3)


def test_rows_stay_under_a_finger(visit, table: Table):
    opened(table.page, 3)
    page = visit(OWNER, viewport={"width": 820, "height": 1180}, has_touch=True, is_mobile=True)
    tablet = Table(page)
    stay(tablet, 3)
    devtools = page.context.new_cdp_session(page)
    x, y = middle(tablet.at(3, NAME))

    def touch(kind: str, *points: dict[str, float]) -> None:
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", {"x": x, "y": y})
    for step in range(1, 11):
        touch("touchMove", {"x": x, "y": y - 12 * step})
    touch("touchEnd")
    expect(tablet.at(4, NAME)).not_to_be_in_viewport()
    expect(tablet.at(3, NAME)).to_be_in_viewport(ratio=1)
    devtools.detach()


def test_everybody_has_the_frozen_rows_of_a_shared_view_and_may_have_others(visit, colleague, table: Table):
    opened(table.page, 2)
    page = visit(colleague)
    his = Table(page)
    stay(his, 2)
    menu(his, 4).click()
    stay(his, 4)
    reload(page)
    stay(his, 4)
    # Only in his browser.
    reload(table.page)
    stay(table, 2)
    assert everybodys(table.page)["spec"]["frozen_rows"] == 2


def test_where_another_one_is_shows_on_rows_that_stay(visit, colleague, table: Table):
    with table.page.expect_response(lambda answer: "/api/live?" in answer.url and answer.ok):
        opened(table.page, 2)
    scroll_down(table)
    page = visit(colleague)
    his = Table(page)
    expect(his.at(1, CONTACT)).to_be_visible()
    his.at(1, CONTACT).click()
    frame = table.page.locator(".kg-guest")
    expect(frame).to_be_visible()
    expect(frame).to_be_in_viewport(ratio=0.5)
    assert abs(painted(frame)["y"] - painted(table.at(1, CONTACT))["y"]) <= 1
