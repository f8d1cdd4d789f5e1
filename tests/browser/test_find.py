"""Ctrl+F goes from cell to cell that holds a text, over rows that are not loaded, and leaves the table as it is."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from browser.hands import OWNER, Table, add_customers, reload, until

pytestmark = pytest.mark.browser
FIRST, FAR, LAST = "张三贸易", "青岛样品", "张三丰纸业"


@pytest.fixture
def table(visit, filled: list[int]) -> Table:
    page = visit(OWNER, path=None)
    if not filled:
        rows = [{"name": f"示例客户 {n:03d}"} for n in range(600)]
        rows[4] = {"name": FIRST, "main_contact.name": "张三"}
        rows[450] = {"name": FAR, "main_contact.name": "张三", "remark": "只在备注里"}
        rows[599] = {"name": LAST}
        filled[:] = add_customers(page, *rows)
    page.goto("/o/customers")
    expect(page.get_by_label("状态栏")).to_contain_text("600 行")
    table = Table(page)
    expect(table.at(5, "客户名称")).to_have_text(FIRST)
    return table


def look_for(page: Page, text: str) -> Locator:
    """The box, with the text in it."""
    page.keyboard.press("Control+f")
    box = page.get_by_role("textbox", name="在表格中查找")
    expect(box).to_be_focused()
    page.keyboard.type(text)
    return box


def stands_on(page: Page, row: int, column: str) -> None:
    """The cursor is on that cell, and what it holds can be seen."""
    expect(page.locator(".kg-window textarea, .kg-window input").first).to_have_accessible_name(
        re.compile(rf"^{column}，第 {row} 行")
    )
    expect(Table(page).at(row, column)).to_be_in_viewport()


def test_enter_goes_to_the_next_cell_and_shift_enter_back(table: Table, picture):
    page = table.page
    look_for(page, "张三")
    stands_on(page, 5, "客户名称")
    told = page.get_by_role("search").get_by_role("status")
    expect(told).to_have_text("1 / 3")
    picture(page, "find.zh")
    page.keyboard.press("Enter")
    stands_on(page, 5, "联系人")
    page.keyboard.press("Enter")
    stands_on(page, 451, "联系人")
    expect(told).to_have_text("2 / 3")
    page.keyboard.press("F3")
    stands_on(page, 600, "客户名称")
    expect(told).to_have_text("3 / 3")
    page.keyboard.press("Control+g")
    stands_on(page, 5, "客户名称")
    page.keyboard.press("Shift+Enter")
    stands_on(page, 600, "客户名称")
    page.keyboard.press("Shift+F3")
    stands_on(page, 451, "联系人")
    expect(page.get_by_label("状态栏")).to_contain_text("600 行")


def test_cells_that_hold_it_are_marked_until_escape_which_stays_there(table: Table):
    page = table.page
    look_for(page, "张三")
    stands_on(page, 5, "客户名称")
    expect(table.at(5, "客户名称")).to_have_class(re.compile("kg-found"))
    expect(table.at(5, "联系人")).to_have_class(re.compile("kg-found"))
    expect(table.at(4, "客户名称")).not_to_have_class(re.compile("kg-found"))
    page.keyboard.press("Escape")
    expect(page.get_by_role("search")).to_have_count(0)
    expect(table.at(5, "客户名称")).not_to_have_class(re.compile("kg-found"))
    page.keyboard.press("ArrowDown")
    stands_on(page, 6, "客户名称")


def test_it_is_found_by_sound_and_what_does_not_show_is_told(table: Table):
    page = table.page
    box = look_for(page, "qdyp")
    stands_on(page, 451, "客户名称")
    expect(table.at(451, "客户名称")).to_have_class(re.compile("kg-found"))
    box.fill("只在备注里")
    told = page.get_by_role("search").get_by_role("status")
    expect(told).to_contain_text("1 / 1")
    box.fill("没有这样的")
    expect(told).to_have_text("没有找到")


def test_a_match_in_a_closed_group_opens_it(table: Table):
    page = table.page
    page.get_by_role("button", name="分组").click()
    page.get_by_role("button", name="添加分组").click()
    expect(table.grid.locator(".kg-toggle").first).to_be_visible()
    page.keyboard.press("Escape")
    table.grid.locator(".kg-toggle").first.click()
    expect(table.grid.get_by_text("示例客户 000")).to_have_count(0)
    look_for(page, FAR)
    expect(table.grid.get_by_text(FAR)).to_be_in_viewport()


def test_what_is_typed_before_the_bar_is_there_is_looked_for(table: Table):
    page = table.page
    held: list[Route] = []
    page.route(re.compile("/assets/FindBar"), lambda route: held.append(route))
    reload(page)
    table.at(1, "客户名称").click()
    page.keyboard.press("Control+f")
    expect(page.get_by_role("textbox", name="在表格中查找")).to_be_focused()
    page.keyboard.type("张三")
    expect(table.at(1, "客户名称")).to_have_text("示例客户 000")
    until(page, lambda: held)
    for one in held:
        one.continue_()
    stands_on(page, 5, "客户名称")
    expect(page.get_by_role("search").get_by_role("textbox", name="在表格中查找")).to_have_value("张三")
