"""A Chinese input method in the table, by the events that a real one makes: the first letter composes, none is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from browser.hands import OWNER, Table, add_customers, compose, reload, send

pytestmark = pytest.mark.browser
FIRST, SECOND, THIRD = "示例甲公司", "示例乙公司", "示例丙公司"
PAGES = re.compile("/api/records/customers/pages")
OPTIONS = {"permissions": ["clipboard-read", "clipboard-write"]}


@pytest.fixture
def table(visit) -> Iterator[Table]:
    page = visit(OWNER, path=None, **OPTIONS)
    add_customers(page, {"name": FIRST}, {"name": SECOND}, {"name": THIRD})
    page.goto("/o/customers")
    table = Table(page)
    table.shows(FIRST, SECOND, THIRD)
    yield table
    page.unroute_all(behavior="wait")
    send(page, "POST", "/api/records/customers/many", {"delete": True, "label": "tidy"})


def line(page: Page):
    """The text box that has the focus in the table."""
    return page.get_by_role("grid").locator("xpath=..").locator("textarea")


def saved(table: Table, row: str, name: str, *, far: bool = False) -> None:
    """Leave the cell with Enter: it is saved, and the contact of that row (`far`: out of sight) is called so."""
    with table.saving():
        table.page.keyboard.press("Enter")
    if far:
        table.page.keyboard.press("Control+Home")
    expect(table.cell(row, "联系人")).to_have_text(name)


def reload_with(table: Table, count: int) -> None:
    """So many more rows."""
    add_customers(table.page, *({"name": f"示例第{n}号"} for n in range(count)))
    reload(table.page)
    expect(table.page.get_by_label("状态栏")).to_contain_text(f"{count + 3} 行")


def hold_pages(page: Page) -> list[Route]:
    """The next rows do not come before they are let go."""
    held: list[Route] = []
    page.route(PAGES, lambda route: held.append(route), times=1)
    return held


def let_go(page: Page, held: list[Route]) -> None:
    with page.expect_response(PAGES):
        for route in held:
            route.continue_()


def test_an_input_method_begins_on_a_chosen_cell_and_loses_no_letter(table: Table):
    page = table.page
    table.cell(FIRST, "联系人").click()
    compose(page, "z", "zh", "zhang", "zhang'san", text="张三")
    saved(table, FIRST, "张三")
    # It replaced what was there; with F2 it is added.
    page.keyboard.press("ArrowUp")
    page.keyboard.press("F2")
    compose(page, "f", "feng", text="丰")
    saved(table, FIRST, "张三丰")


def test_a_composition_that_is_given_up_changes_nothing(table: Table):
    page = table.page
    table.cell(FIRST, "地址").click()
    devtools = page.context.new_cdp_session(page)
    for step in ("s", "sh", ""):
        devtools.send("Input.imeSetComposition", {"text": step, "selectionStart": len(step), "selectionEnd": len(step)})
    page.keyboard.press("Escape")
    expect(page.get_by_label("状态栏")).not_to_contain_text("已保存")


def test_the_search_waits_for_the_input_method(table: Table):
    page = table.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.post_data or "") if "/query" in request.url else None)
    page.get_by_role("searchbox", name="搜索客户").click()
    compose(page, "y", "yi", text="乙公司")
    table.shows(SECOND)
    assert not any('"search":"y' in one for one in asked), "half a word was searched for"


def test_it_composes_on_after_tab_enter_and_arrows(table: Table):
    page = table.page
    table.cell(FIRST, "联系人").click()
    for letters, text, key in (("z", "张三", "Tab"), ("y", "一三八", "Enter"), ("l", "李四", "ArrowDown")):
        compose(page, letters, letters + "h", text=None)
        # The letters stand in the cell while they are composed.
        expect(line(page)).to_have_value(letters + "h")
        compose(page, text=text)
        with table.saving():
            page.keyboard.press(key)
    expect(table.cell(FIRST, "联系人")).to_have_text("张三")
    expect(table.cell(FIRST, "电话")).to_have_text("一三八")
    expect(table.cell(SECOND, "联系人")).to_have_text("李四")
    compose(page, "w", text="王五")
    with table.saving():
        page.keyboard.press("Tab")
    expect(table.cell(THIRD, "联系人")).to_have_text("王五")


def test_the_enter_that_ends_a_composition_does_not_leave_the_cell(table: Table):
    page = table.page
    table.cell(FIRST, "联系人").click()
    compose(page, "abc", text=None)
    devtools = page.context.new_cdp_session(page)
    key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    devtools.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
    compose(page, text="abc")
    expect(line(page)).to_have_value("abc")
    saved(table, FIRST, "abc")


def test_it_composes_after_a_paste(table: Table):
    page = table.page
    page.evaluate("navigator.clipboard.writeText('张三\\n李四')")
    table.cell(FIRST, "联系人").click()
    with table.saving():
        page.keyboard.press("Control+v")
    expect(table.cell(SECOND, "联系人")).to_have_text("李四")
    compose(page, "w", "wang", text="王五")
    saved(table, FIRST, "王五")
    expect(table.cell(SECOND, "联系人")).to_have_text("李四")


def test_it_composes_in_the_chosen_cell_after_scrolling_away(table: Table):
    page = table.page
    reload_with(table, 300)
    table.cell(SECOND, "联系人").click()
    page.mouse.wheel(0, 4000)
    expect(table.cell("示例第120号", "客户名称")).to_be_visible()
    compose(page, "l", "li", text="李四")
    # Whoever types wants to see it.
    expect(line(page)).to_be_in_viewport()
    saved(table, SECOND, "李四", far=True)


def test_rows_that_stream_in_do_not_disturb_it(table: Table):
    page = table.page
    reload_with(table, 900)
    table.cell(SECOND, "联系人").click()
    held = hold_pages(page)
    with page.expect_request(PAGES):
        page.mouse.wheel(0, 12_000)
    compose(page, "z", "zhang", text=None)
    let_go(page, held)
    expect(line(page)).to_have_value("zhang")
    compose(page, text="张三")
    saved(table, SECOND, "张三", far=True)


def test_what_is_typed_for_a_row_that_is_still_on_its_way_waits_for_it(table: Table):
    page = table.page
    reload_with(table, 900)
    table.cell(FIRST, "联系人").click()
    held = hold_pages(page)
    page.keyboard.press("Control+End")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(line(page)).to_have_accessible_name(re.compile("联系人，第 903 行，正在载入"))
    compose(page, "z", "zh", text="张三")
    # Enter would leave the cell before it is here.
    page.keyboard.press("Enter")
    let_go(page, held)
    expect(line(page)).not_to_have_accessible_name(re.compile("正在载入"))
    expect(line(page)).to_have_value("张三")
    saved(table, "示例第899号", "张三")
