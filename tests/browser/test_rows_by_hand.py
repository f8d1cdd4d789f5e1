"""Rows stand where people put them: inserted between two others, moved by keys and by the mouse, for everybody."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import FloatRect, Page, expect

from browser.hands import OWNER, Table, add_customers, send, until

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
    page.reload()
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
    page.reload()
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
    # Not into another group.
    table.cell(ONE, "客户名称").click()
    page.keyboard.press("Alt+Shift+ArrowDown")
    expect(page.get_by_text("只能在自己的组里移动").first).to_be_visible()
    stands(table, TWO, ONE, FOUR, THREE)
    page.keyboard.press("Control+z")
    stands(table, ONE, TWO, FOUR, THREE)


_FROM_ABOVE = """(grid) => [...grid.querySelectorAll('[role=row]')]
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
