"""The whole table without a mouse."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from browser.hands import OWNER, Table, add_customers, send

pytestmark = pytest.mark.browser
FIRST, SECOND, THIRD = "示例甲公司", "示例乙公司", "示例丙公司"


@pytest.fixture
def table(visit) -> Iterator[Table]:
    page = visit(OWNER, path=None)
    ids = add_customers(page, {"name": FIRST}, {"name": SECOND}, {"name": THIRD})
    page.goto("/o/customers")
    table = Table(page)
    table.shows(FIRST, SECOND, THIRD)
    yield table
    left = [one for one in ids if page.context.request.get(f"/api/records/customers/{one}").ok]
    changes = [{"id": one, "delete": True} for one in left]
    send(page, "POST", "/api/records/customers/batch", {"changes": changes, "label": "tidy"})


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def into_the_grid(page: Page) -> None:
    """By Tab from the search box, past the toolbar, to the first cell."""
    page.keyboard.press("Control+Shift+f")
    line = page.get_by_role("textbox", name="客户名称，第 1 行")
    for _ in range(20):
        page.keyboard.press("Tab")
        if line.count() and line.evaluate("(one) => one === document.activeElement"):
            return
    raise AssertionError("Tab does not lead into the table")


def test_cells_are_reached_and_edited_by_keys(table: Table):
    page = table.page
    into_the_grid(page)
    press(page, "ArrowDown", "ArrowRight")
    with table.saving():
        page.keyboard.type("李四")
        press(page, "Tab")
    expect(table.cell(SECOND, "联系人")).to_have_text("李四")
    with table.saving():
        page.keyboard.type("13800001234")
        press(page, "Enter")
    expect(table.cell(SECOND, "电话")).to_have_text("13800001234")
    press(page, "ArrowUp", "F2", "End")
    page.keyboard.type("光")
    press(page, "Escape")
    expect(table.cell(SECOND, "联系人")).to_have_text("李四")
    with table.saving():
        press(page, "Delete")
    expect(table.cell(SECOND, "联系人")).to_have_text("")


def test_a_choice_and_a_date_by_keys(table: Table):
    page = table.page
    into_the_grid(page)
    press(page, "End", "ArrowLeft", "ArrowLeft", "F2")
    expect(page.get_by_role("listbox")).to_be_visible()
    with table.saving():
        press(page, "ArrowDown", "Enter")
    expect(table.cell(FIRST, "合作阶段")).to_have_text("合作中客户")
    press(page, "ArrowUp", "ArrowRight")
    with table.saving():
        page.keyboard.type("2027-03-05")
        press(page, "Enter")
    expect(table.cell(FIRST, "下次跟进日期")).to_have_text("2027-03-05")


def test_space_opens_the_record_and_escape_comes_back(table: Table):
    page = table.page
    into_the_grid(page)
    press(page, "ArrowDown", " ")
    expect(page.get_by_role("complementary").get_by_role("heading", name=SECOND)).to_be_visible()
    press(page, "Escape")
    expect(page.get_by_role("complementary")).to_have_count(0)
    expect(page.get_by_role("textbox", name="客户名称，第 2 行")).to_be_focused()


def test_the_menu_of_a_column_by_keys(table: Table):
    page = table.page
    into_the_grid(page)
    press(page, "Alt+ArrowDown")
    # The menu moves its focus with the next frame, which a person's fingers wait for without knowing.
    expect(page.get_by_role("menuitem", name="升序")).to_be_focused()
    press(page, "ArrowDown")
    expect(page.get_by_role("menuitem", name="降序")).to_be_focused()
    press(page, "Enter")
    expect(table.header("客户名称")).to_have_attribute("aria-sort", "descending")
    page.get_by_role("button", name="还原").click()


def test_rows_are_ticked_and_deleted_by_keys(table: Table):
    page = table.page
    into_the_grid(page)
    press(page, "Shift+Space", "ArrowDown", "ArrowDown", "Shift+Space")
    expect(page.get_by_text("已勾选 2 行")).to_be_visible()
    press(page, "Control+Delete")
    table.shows(SECOND)
    press(page, "Control+z")
    table.shows(FIRST, SECOND, THIRD)


def test_tab_leaves_the_table_after_escape(table: Table):
    page = table.page
    into_the_grid(page)
    press(page, "Escape", "Tab")
    assert not page.evaluate("document.activeElement.closest('.kebu-grid') !== null"), "caught in the table"


def test_what_has_the_focus_is_seen(table: Table):
    page = table.page
    page.keyboard.press("Control+Shift+f")
    for _ in range(6):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => {
              const one = document.activeElement;
              const style = getComputedStyle(one);
              return style.outlineStyle !== 'none' || style.boxShadow !== 'none' || one.closest('.kebu-grid') !== null;
            }"""
        )
        assert seen, page.evaluate("document.activeElement.outerHTML.slice(0, 200)")


def test_enter_after_tab_begins_the_next_row_where_the_tabs_began(table: Table):
    page = table.page
    table.cell(FIRST, "联系人").click()
    with table.saving():
        page.keyboard.type("张三")
        press(page, "Tab")
    with table.saving():
        page.keyboard.type("13800001234")
        press(page, "Enter")
    with table.saving():
        page.keyboard.type("李四")
        press(page, "Enter")
    expect(table.cell(SECOND, "联系人")).to_have_text("李四")


def test_a_page_says_what_the_keys_do(table: Table):
    page = table.page
    into_the_grid(page)
    press(page, "Control+/")
    page_of_keys = page.get_by_role("dialog", name="键盘快捷键")
    expect(page_of_keys).to_contain_text("向下填充")
    press(page, "Escape")
    expect(page_of_keys).to_have_count(0)
    page.get_by_role("button", name="个人菜单").click()
    page.get_by_role("menuitem", name="键盘快捷键").click()
    expect(page_of_keys).to_be_visible()


def test_ctrl_and_arrows_go_to_the_edge_of_the_data(table: Table):
    page = table.page
    with table.saving():
        table.type_into(FIRST, "联系人", "张三")
    table.cell(FIRST, "客户名称").click()
    here = page.get_by_role("grid").locator("xpath=..").get_by_role("textbox")
    press(page, "Control+ArrowDown")
    expect(here).to_have_accessible_name(f"客户名称，第 3 行，{THIRD}")
    press(page, "Control+ArrowUp", "Control+ArrowRight")
    # The contact is the last of an unbroken run: the telephone is empty.
    expect(here).to_have_accessible_name("联系人，第 1 行，张三")
    press(page, "Control+ArrowDown")
    expect(here).to_have_accessible_name("联系人，第 3 行，空")
    press(page, "Control+Shift+ArrowUp")
    expect(page.get_by_label("状态栏")).to_contain_text("已选 3 格")


def test_home_end_and_the_pages_lead_where_they_do_elsewhere(visit):
    page = visit(OWNER, path=None, viewport={"width": 1440, "height": 500})
    ids = add_customers(page, *({"name": f"示例第{number}家"} for number in range(1, 41)))
    page.goto("/o/customers")
    table = Table(page)
    table.cell("示例第1家", "电话").click()
    here = page.get_by_role("grid").locator("xpath=..").get_by_role("textbox")
    press(page, "Home")
    expect(here).to_have_accessible_name("客户名称，第 1 行，示例第1家")
    press(page, "End")
    expect(here).to_have_accessible_name(re.compile("^备注，第 1 行"))
    press(page, "Control+End")
    expect(here).to_have_accessible_name("备注，第 40 行，空")
    expect(table.cell("示例第40家", "客户名称")).to_be_visible()
    press(page, "Control+Home")
    expect(here).to_have_accessible_name("客户名称，第 1 行，示例第1家")
    press(page, "PageDown")
    first = int(re.findall(r"第 (\d+) 行", here.get_attribute("aria-label") or "")[0])
    assert 5 < first < 20, "one screen"
    press(page, "PageDown", "PageUp", "PageUp")
    expect(here).to_have_accessible_name("客户名称，第 1 行，示例第1家")
    # What a screen reader counts: the head and the line to add by are rows, the numbers of the rows are a column.
    expect(table.grid).to_have_attribute("aria-rowcount", "42")
    columns = int(table.grid.get_attribute("aria-colcount") or 0)
    expect(table.grid.get_by_role("columnheader").last).to_have_attribute("aria-colindex", str(columns))
    send(
        page,
        "POST",
        "/api/records/customers/batch",
        {"changes": [{"id": one, "delete": True} for one in ids], "label": "tidy"},
    )


def test_backwards_a_new_line_and_whole_columns(table: Table):
    page = table.page
    here = page.get_by_role("grid").locator("xpath=..").get_by_role("textbox")
    table.cell(SECOND, "客户名称").click()
    press(page, "End")
    with table.saving():
        page.keyboard.type("第一行")
        press(page, "Alt+Enter")
        page.keyboard.type("第二行")
        press(page, "Shift+Enter")
    expect(here).to_have_accessible_name("备注，第 1 行，空")
    kept = send(page, "POST", "/api/records/customers/query", {"search": SECOND, "fields": ["remark"], "limit": 1})
    assert kept["rows"][0][2] == "第一行\n第二行"
    press(page, "Shift+Tab")
    expect(here).to_have_accessible_name("下次跟进日期，第 1 行，空")
    press(page, "Control+Space")
    expect(page.get_by_label("状态栏")).to_contain_text("已选 3 格")
    press(page, "Control+a")
    expect(page.get_by_label("状态栏")).to_contain_text(re.compile(r"已选 (3[36]|39|42|45) 格"))
