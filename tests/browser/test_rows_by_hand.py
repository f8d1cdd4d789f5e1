"""Rows stand where people put them: inserted between two others, moved by keys and by the mouse, for everybody."""

import json
import re
from urllib.parse import quote

import pytest
from playwright.sync_api import FloatRect, Page, expect

from browser.hands import OWNER, Table, add_customers, reload, send, until

pytestmark = pytest.mark.browser
ONE, TWO, THREE, FOUR = "一号示例", "二号示例", "三号示例", "四号示例"


@pytest.fixture
def table(visit):
    page = visit(OWNER, path=None)
    ids = add_customers(page, *({"name": name} for name in (ONE, TWO, THREE, FOUR)))
    page.goto("/o/customers")
    table = Table(page)
    table.shows(ONE, TWO, THREE, FOUR)
    # What moves rows comes after the first cells.
    expect(page.locator(".kg-movable")).to_be_visible()
    yield table
    found = send(page, "POST", "/api/records/customers/query", {"limit": 100, "fields": ["name"]})["rows"]
    assert set(ids) <= {row[0] for row in found}
    changes = [{"id": row[0], "delete": True} for row in found]
    send(page, "POST", "/api/records/customers/batch", {"changes": changes, "label": "tidy"})


def place_of(table: Table, row: str) -> FloatRect:
    """Where a row is; one that is just painted anew is nowhere for a moment."""
    found: list[FloatRect | None] = []
    until(table.page, lambda: found.append(table.cell(row, "客户名称").bounding_box()) or found[-1])
    assert found[-1]
    return found[-1]


def moved(page: Page):
    """What is done inside is kept by the server."""
    return page.expect_response(re.compile("/records/customers/move$"))


def test_a_row_is_inserted_above_and_below_the_chosen_one(table: Table, picture):
    page = table.page
    table.cell(THREE, "客户名称").click(button="right")
    page.get_by_role("menuitem", name="在上方插入一行").click()
    line = page.get_by_role("textbox", name="新一行的客户名称")
    expect(line).to_be_focused()
    page.keyboard.type("中间来的")
    picture(page, "insert-row.zh")
    page.keyboard.press("Enter")
    table.shows(ONE, TWO, "中间来的", THREE, FOUR)
    expect(page.get_by_role("textbox", name=re.compile("^客户名称，第 3 行"))).to_be_focused()
    table.cell(ONE, "客户名称").click(button="right")
    page.get_by_role("menuitem", name="在下方插入一行").click()
    expect(line).to_be_focused()
    page.keyboard.type("紧跟着的")
    page.keyboard.press("Enter")
    table.shows(ONE, "紧跟着的", TWO, "中间来的", THREE, FOUR)
    page.keyboard.press("Control+z")
    table.shows(ONE, TWO, "中间来的", THREE, FOUR)
    reload(page)
    table.shows(ONE, TWO, "中间来的", THREE, FOUR)


def test_an_empty_line_inserts_nothing(table: Table):
    page = table.page
    table.cell(TWO, "客户名称").click()
    page.keyboard.press("Control+Alt+=")
    line = page.get_by_role("textbox", name="新一行的客户名称")
    expect(line).to_be_focused()
    page.keyboard.press("Escape")
    expect(line).to_have_count(0)
    table.shows(ONE, TWO, THREE, FOUR)


def test_keys_move_the_selected_rows_and_the_cursor_goes_along(table: Table):
    page = table.page
    table.cell(THREE, "客户名称").click()
    page.keyboard.press("Shift+ArrowDown")
    with moved(page):
        page.keyboard.press("Alt+Shift+ArrowUp")
        page.keyboard.press("Alt+Shift+ArrowUp")
    table.shows(THREE, FOUR, ONE, TWO)
    expect(page.get_by_role("textbox", name=re.compile("^客户名称，第 1 行"))).to_be_focused()
    reload(page)
    table.shows(THREE, FOUR, ONE, TWO)
    page.keyboard.press("Control+z")
    table.shows(ONE, TWO, THREE, FOUR)


def test_a_row_is_dragged_by_its_number_and_a_click_opens_it(table: Table):
    page = table.page
    head = table.cell(FOUR, "客户名称").locator("xpath=..").locator(".kg-row-head .kg-open")
    target = place_of(table, TWO)
    head.hover()
    page.mouse.down()
    page.mouse.move(60, target["y"] + 30, steps=4)
    page.mouse.move(60, target["y"] + 4, steps=3)
    expect(page.locator(".kg-drop")).to_be_visible()
    with moved(page):
        page.mouse.up()
    table.shows(ONE, FOUR, TWO, THREE)
    table.cell(FOUR, "客户名称").locator("xpath=..").locator(".kg-row-head .kg-open").click()
    expect(page).to_have_url(re.compile(r"record=\d+"))
    expect(page.get_by_role("complementary")).to_contain_text(FOUR)


def test_ticked_rows_are_dragged_together(table: Table):
    page = table.page
    table.tick(ONE)
    table.tick(THREE)
    target = place_of(table, FOUR)
    table.cell(ONE, "客户名称").locator("xpath=..").locator(".kg-row-head .kg-open").hover()
    page.mouse.down()
    page.mouse.move(60, target["y"] + 10, steps=4)
    page.mouse.move(60, target["y"] + target["height"] - 4, steps=3)
    expect(page.locator(".kg-drop")).to_be_visible()
    with moved(page):
        page.mouse.up()
    table.shows(TWO, FOUR, ONE, THREE)


def test_rows_in_groups_are_moved_within_these(table: Table):
    page = table.page
    found = send(page, "POST", "/api/records/customers/query", {"limit": 100, "fields": ["name"]})["rows"]
    levels = {ONE: "key", TWO: "key", THREE: "normal", FOUR: "normal"}
    changes = [{"id": row[0], "values": {"level": levels[row[2]]}} for row in found]
    send(page, "POST", "/api/records/customers/batch", {"changes": changes, "label": "prepare"})
    by_level = quote('[{"field":"level","desc":false}]')
    page.goto(f"/o/customers?group={by_level}")
    expect(page.locator(".kg-movable")).to_be_visible()
    expect(page.locator(".kg-group .kg-toggle")).to_have_count(2)
    stands(table, ONE, TWO, THREE, FOUR)
    table.cell(THREE, "客户名称").click()
    with moved(page):
        page.keyboard.press("Alt+Shift+ArrowDown")
    stands(table, ONE, TWO, FOUR, THREE)
    head = table.cell(TWO, "客户名称").locator("xpath=..").locator(".kg-row-head .kg-open")
    target = place_of(table, ONE)
    head.hover()
    page.mouse.down()
    page.mouse.move(60, target["y"] + 20, steps=4)
    page.mouse.move(60, target["y"] + 4, steps=3)
    expect(page.locator(".kg-drop")).to_be_visible()
    with moved(page):
        page.mouse.up()
    stands(table, TWO, ONE, FOUR, THREE)
    # By keys not into another group.
    table.cell(ONE, "客户名称").click()
    page.keyboard.press("Alt+Shift+ArrowDown")
    expect(page.get_by_text("上移、下移只在自己的组里").first).to_be_visible()
    stands(table, TWO, ONE, FOUR, THREE)
    page.keyboard.press("Control+z")
    stands(table, ONE, TWO, FOUR, THREE)


def in_groups(table: Table, key: str, values: dict[str, object], *, by: str = "", **level: object) -> None:
    """The four rows with these values, in groups by them, or by what follows from them."""
    page = table.page
    found = send(page, "POST", "/api/records/customers/query", {"limit": 100, "fields": ["name"]})["rows"]
    changes = [{"id": row[0], "values": {key: values[row[2]]}} for row in found]
    send(page, "POST", "/api/records/customers/batch", {"changes": changes, "label": "prepare"})
    asked = json.dumps([{"field": by or key, "desc": False, **level}])
    page.goto(f"/o/customers?group={quote(asked)}")
    expect(page.locator(".kg-movable")).to_be_visible()


def drag(table: Table, row: str, place: FloatRect, share: float) -> None:
    """A row by its number over another one, the mouse still down."""
    mouse = table.page.mouse
    table.cell(row, "客户名称").locator("xpath=..").locator(".kg-row-head .kg-open").hover()
    mouse.down()
    mouse.move(60, place["y"] + place["height"] / 2, steps=4)
    mouse.move(60, place["y"] + place["height"] * share, steps=3)
    expect(table.page.locator(".kg-drop")).to_be_visible()


HALVES = {ONE: "key", TWO: "key", THREE: "normal", FOUR: "normal"}


def test_a_row_is_dragged_into_another_group_and_gets_its_value(table: Table):
    page = table.page
    in_groups(table, "level", HALVES)
    stands(table, ONE, TWO, THREE, FOUR)
    drag(table, FOUR, place_of(table, TWO), 0.2)
    expect(page.locator(".kg-drop")).to_have_attribute("data-to", "移到“重要客户”")
    with moved(page):
        page.mouse.up()
    expect(page.get_by_text("已把 1 行移到“重要客户”")).to_be_visible()
    stands(table, ONE, FOUR, TWO, THREE)
    expect(table.cell(FOUR, "客户等级")).to_have_text("重要客户")
    # The value and the place are one step.
    page.keyboard.press("Control+z")
    stands(table, ONE, TWO, THREE, FOUR)
    expect(table.cell(FOUR, "客户等级")).to_have_text("一般客户")
    page.keyboard.press("Control+y")
    stands(table, ONE, FOUR, TWO, THREE)


def test_ticked_rows_are_dragged_on_to_the_head_of_a_closed_group(table: Table):
    page = table.page
    in_groups(table, "level", HALVES)
    stands(table, ONE, TWO, THREE, FOUR)
    page.locator(".kg-group .kg-toggle").last.click()
    stands(table, ONE, TWO)
    table.tick(ONE)
    table.tick(TWO)
    head = page.get_by_role("grid").locator(".kg-group", has_text="一般客户").first
    box = head.bounding_box()
    assert box
    drag(table, ONE, box, 0.5)
    with moved(page):
        page.mouse.up()
    expect(page.locator(".kg-group .kg-toggle")).to_have_count(1)
    expect(head).to_contain_text("4")
    # Which groups are closed is remembered.
    page.locator(".kg-group .kg-toggle").click()
    stands(table, ONE, TWO, THREE, FOUR)


def test_a_row_goes_to_another_group_by_its_menu_and_by_the_palette(table: Table):
    page = table.page
    in_groups(table, "level", HALVES)
    stands(table, ONE, TWO, THREE, FOUR)
    table.cell(ONE, "客户名称").click()
    page.keyboard.press("Shift+F10")
    page.get_by_role("menuitem", name="移到其他分组…").click()
    dialog = page.get_by_role("dialog", name="把 1 行移到其他分组")
    expect(dialog.get_by_role("combobox", name="分组")).to_be_focused()
    page.keyboard.type("一般")
    expect(page.get_by_title("一般客户", exact=True)).to_be_visible()
    with moved(page):
        page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    stands(table, TWO, ONE, THREE, FOUR)
    # The keys are the grid's again.
    page.keyboard.press("Control+z")
    stands(table, ONE, TWO, THREE, FOUR)
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").last.fill("移到其他分组")
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden)")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_where_a_group_is_a_month_the_day_is_asked(table: Table):
    page = table.page
    days = {ONE: "2026-03-31", TWO: "2026-03-05", THREE: "2026-04-20", FOUR: None}
    in_groups(table, "next_follow_up", dict(days), unit="month")
    expect(page.locator(".kg-group .kg-toggle")).to_have_count(3)
    stands(table, ONE, TWO, THREE, FOUR)
    drag(table, ONE, place_of(table, THREE), 0.8)
    page.mouse.up()
    dialog = page.get_by_role("dialog", name="移到“2026-04”")
    day = dialog.get_by_label("下次跟进日期")
    expect(day).to_have_value("2026-04-01")
    day.fill("2026-04-09")
    with moved(page):
        dialog.get_by_role("button", name="移动").click()
    stands(table, TWO, THREE, ONE, FOUR)
    spec = {"filter": {"field": "name", "op": "is", "value": ONE}, "fields": ["next_follow_up"]}
    assert send(page, "POST", "/api/records/customers/query", spec)["rows"][0][2] == "2026-04-09"
    # An empty date needs no question.
    drag(table, TWO, place_of(table, FOUR), 0.8)
    with moved(page):
        page.mouse.up()
    stands(table, THREE, ONE, FOUR, TWO)


def test_a_group_that_rows_cannot_go_to_says_why(table: Table):
    page = table.page
    places = {ONE: "北京市朝阳区示例路1号", TWO: "北京市朝阳区示例路2号", THREE: "北京市海淀区示例路3号", FOUR: None}
    in_groups(table, "address", dict(places), by="district")
    drag(table, ONE, place_of(table, FOUR), 0.2)
    expect(page.locator(".kg-drop.kg-refused")).to_have_attribute("data-to", re.compile("不能修改"))
    page.mouse.up()
    expect(page.get_by_text("不能修改，行不能移到这一组").first).to_be_visible()


_FROM_ABOVE = """(grid) => [...grid.querySelectorAll('[role=row]:not(.kg-group)')]
  .filter((row) => row.querySelector("[aria-colindex='2'] .kf-text"))
  .sort((one, two) => one.ariaRowIndex - two.ariaRowIndex)
  .map((row) => row.querySelector("[aria-colindex='2'] .kf-text").textContent)"""


def stands(table: Table, *names: str) -> None:
    """The rows below the heads of groups, from above: those of the page do not stand in the order in which they are
    seen."""
    until(table.page, lambda: table.grid.evaluate(_FROM_ABOVE) == [*names])


def test_where_rows_are_sorted_it_is_said_why_they_do_not_move(table: Table):
    page = table.page
    table.menu("客户名称", "升序")
    expect(table.header("客户名称")).to_have_attribute("aria-sort", "ascending")
    table.cell(TWO, "客户名称").click()
    page.keyboard.press("Alt+Shift+ArrowUp")
    expect(page.get_by_text("现在按排序排列").first).to_be_visible()
    table.cell(TWO, "客户名称").click(button="right")
    expect(page.get_by_role("menuitem", name=re.compile("^上移"))).to_be_disabled()
    expect(page.get_by_role("menuitem", name="插入一行")).to_be_visible()


def test_others_hear_that_the_order_is_another(table: Table, visit):
    page = table.page
    other = visit(OWNER)
    theirs = Table(other)
    theirs.shows(ONE, TWO, THREE, FOUR)
    table.cell(ONE, "客户名称").click()
    with moved(page):
        page.keyboard.press("Alt+Shift+ArrowDown")
    table.shows(TWO, ONE, THREE, FOUR)
    other.get_by_role("button", name=re.compile("顺序")).click()
    theirs.shows(TWO, ONE, THREE, FOUR)
