"""Cells to and from other spreadsheets: copy, cut, paste, fill, and all of it taken back in one step."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from browser.hands import OWNER, Table, add_customers, painted, reload, send, until

pytestmark = pytest.mark.browser
WIDE = {"viewport": {"width": 2240, "height": 900}, "permissions": ["clipboard-read", "clipboard-write"]}
FIRST, SECOND, THIRD = "示例甲公司", "示例乙公司", "示例丙公司"


@pytest.fixture
def table(visit) -> Iterator[Table]:
    page = visit(OWNER, path=None, **WIDE)
    add_customers(page, {"name": FIRST, "remark": "一"}, {"name": SECOND, "remark": "二"}, {"name": THIRD})
    page.goto("/o/customers")
    table = Table(page)
    table.shows(FIRST, SECOND, THIRD)
    yield table
    while rows := send(page, "POST", "/api/records/customers/query", {"fields": ["name"], "limit": 500})["rows"]:
        changes = [{"id": row[0], "delete": True} for row in rows]
        send(page, "POST", "/api/records/customers/batch", {"changes": changes, "label": "tidy"})


def hold(page: Page, text: str, html: str = "") -> None:
    """What another program has copied."""
    page.evaluate(
        """([text, html]) => navigator.clipboard.write([new ClipboardItem({
            'text/plain': new Blob([text], {type: 'text/plain'}),
            ...(html ? {'text/html': new Blob([html], {type: 'text/html'})} : {}),
        })])""",
        [text, html],
    )


def held(page: Page) -> str:
    """What another program would get."""
    return page.evaluate("navigator.clipboard.readText()")


def test_a_range_is_pasted_understood_and_taken_back_at_once(table: Table):
    page = table.page
    hold(page, '张三\t13800001234\n李四\t"说""你好"""\n"两行\n文字"\t010-12345678\n')
    table.cell(FIRST, "联系人").click()
    with table.saving():
        page.keyboard.press("Control+v")
    expect(table.cell(FIRST, "联系人")).to_have_text("张三")
    expect(table.cell(FIRST, "电话")).to_have_text("13800001234")
    # What does not fit stays, marked.
    expect(table.cell(SECOND, "电话")).to_have_text('说"你好"')
    expect(table.cell(THIRD, "联系人")).to_contain_text("两行")
    expect(page.get_by_label("状态栏")).to_contain_text("已选 6 格")
    page.keyboard.press("Control+z")
    expect(table.cell(FIRST, "联系人")).to_have_text("")
    expect(table.cell(SECOND, "电话")).to_have_text("")


def test_choices_dates_and_amounts_are_understood(table: Table):
    page = table.page
    hold(page, "100万\t大客户\tIT\t合作中客户\t2027/3/5")
    table.cell(FIRST, "金额").click()
    with table.saving():
        page.keyboard.press("Control+v")
    expect(table.cell(FIRST, "金额")).to_have_text("1,000,000.00")
    expect(table.cell(FIRST, "客户等级")).to_have_text("大客户")
    expect(table.cell(FIRST, "合作阶段")).to_have_text("合作中客户")
    expect(table.cell(FIRST, "下次跟进日期")).to_have_text("2027-03-05")


def test_one_value_fills_a_selection(table: Table):
    page = table.page
    hold(page, "回访")
    table.cell(FIRST, "备注").click()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    with table.saving():
        page.keyboard.press("Control+v")
    for name in (FIRST, SECOND, THIRD):
        expect(table.cell(name, "备注")).to_have_text("回访")


def test_copied_cells_go_out_as_text_and_come_in_again(table: Table):
    page = table.page
    table.cell(FIRST, "备注").click()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Control+c")
    assert held(page) == "一\n二"
    table.cell(FIRST, "联系人").click()
    with table.saving():
        page.keyboard.press("Control+v")
    expect(table.cell(SECOND, "联系人")).to_have_text("二")
    table.cell(SECOND, "备注").click()
    with table.saving():
        page.keyboard.press("Control+x")
    assert held(page) == "二"
    expect(table.cell(SECOND, "备注")).to_have_text("")


def test_rows_below_the_last_one_are_added_after_asking(table: Table):
    page = table.page
    hold(page, "示例丙公司\n示例丁公司\n示例戊公司")
    table.cell(THIRD, "客户名称").click()
    page.keyboard.press("Control+v")
    dialog = page.get_by_role("dialog", name="在表格末尾新增 2 行？")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="新增").click()
    table.shows(FIRST, SECOND, THIRD, "示例丁公司", "示例戊公司")
    page.keyboard.press("Control+z")
    table.shows(FIRST, SECOND, THIRD)


def test_rows_without_a_name_are_not_added(table: Table):
    page = table.page
    hold(page, "a\nb")
    table.cell(THIRD, "备注").click()
    with table.saving():
        page.keyboard.press("Control+v")
    expect(page.get_by_text("没有「客户名称」的行不能新增")).to_be_visible()
    expect(table.cell(THIRD, "备注")).to_have_text("a")
    table.shows(FIRST, SECOND, THIRD)


def test_filling_down_and_to_the_right(table: Table):
    page = table.page
    table.cell(FIRST, "备注").click()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    with table.saving():
        page.keyboard.press("Control+d")
    expect(table.cell(THIRD, "备注")).to_have_text("一")
    table.type_into(FIRST, "联系人", "13900001234")
    table.cell(FIRST, "联系人").click()
    page.keyboard.press("Shift+ArrowRight")
    with table.saving():
        page.keyboard.press("Control+r")
    expect(table.cell(FIRST, "电话")).to_have_text("13900001234")
    table.cell(SECOND, "下次跟进日期").click()
    with table.saving():
        page.keyboard.press("Control+;")
    expect(table.cell(SECOND, "下次跟进日期")).not_to_have_text("")


def test_a_table_of_another_program_keeps_its_cells(table: Table):
    page = table.page
    # Not quoted in the text, as some programs copy it.
    hold(page, "甲\n乙\t13800001234", "<table><tr><td>甲<br>乙</td><td>13800001234</td></tr></table>")
    table.cell(FIRST, "联系人").click()
    with table.saving():
        page.keyboard.press("Control+v")
    expect(table.cell(FIRST, "电话")).to_have_text("13800001234")
    expect(table.cell(SECOND, "联系人")).to_have_text("")


def test_rows_that_were_never_in_sight_are_fetched_to_be_copied(table: Table):
    page = table.page
    add_customers(page, *({"name": f"样品{n:04d}"} for n in range(700)))
    reload(page)
    expect(page.get_by_label("状态栏")).to_contain_text("703")
    table.cell(FIRST, "客户名称").click()
    page.keyboard.press("Control+Shift+ArrowDown")
    page.keyboard.press("Control+c")
    for _ in range(20):
        if held(page).count("\n") == 702:
            break
        page.wait_for_timeout(250)
        page.keyboard.press("Control+c")
    lines = held(page).split("\n")
    assert lines[:3] == [FIRST, SECOND, THIRD]
    assert lines[3:] == [f"样品{n:04d}" for n in range(700)]


def draw(page: Page, to: Locator, *, copy: bool = False) -> None:
    """Drag the corner of the selection to a cell."""
    page.locator(".kg-handle").hover()
    page.mouse.down()
    box = painted(to)
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 10, steps=5)
    expect(page.locator(".kg-mark-drawn").locator("visible=true").first).to_be_visible()
    if copy:
        page.keyboard.down("Control")
    page.mouse.up()
    if copy:
        page.keyboard.up("Control")


def test_a_double_click_on_the_corner_fills_down_as_far_as_the_column_beside_it(table: Table):
    page = table.page
    table.type_into(FIRST, "联系人", "李四")
    table.cell(FIRST, "联系人").click()
    with table.saving():
        page.locator(".kg-handle").dblclick()
    for row in (SECOND, THIRD):
        expect(table.cell(row, "联系人")).to_have_text("李四")
    expect(page.get_by_label("状态栏")).to_contain_text("3 格")


def test_what_is_typed_goes_into_all_selected_cells_by_ctrl_enter(table: Table):
    page = table.page
    table.cell(FIRST, "地址").click()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    with table.saving():
        page.keyboard.type("示例路 1 号")
        page.keyboard.press("Control+Enter")
    for row in (FIRST, SECOND, THIRD):
        expect(table.cell(row, "地址")).to_have_text("示例路 1 号")
    page.keyboard.press("Control+z")
    for row in (FIRST, SECOND, THIRD):
        expect(table.cell(row, "地址")).to_have_text("")


def test_enter_and_tab_stay_within_what_is_selected(table: Table):
    page = table.page
    table.cell(FIRST, "地址").click()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    for text, key in (("甲路", "Enter"), ("乙路", "Enter")):
        with table.saving():
            page.keyboard.type(text)
            page.keyboard.press(key)
    expect(page.get_by_role("textbox", name=re.compile("^合作项目，第 1 行"))).to_be_focused()
    expect(table.cell(FIRST, "地址")).to_have_text("甲路")
    expect(table.cell(SECOND, "地址")).to_have_text("乙路")
    page.keyboard.press("Tab")
    expect(page.get_by_role("textbox", name=re.compile("^地址，第 2 行"))).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("textbox", name=re.compile("^合作项目，第 1 行"))).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name=re.compile("^合作项目，第 2 行"))).to_be_focused()


def test_the_corner_of_a_selection_draws_a_series_on(table: Table):
    page = table.page
    table.type_into(FIRST, "下次跟进日期", "2026-12-30")
    table.cell(FIRST, "下次跟进日期").click()
    with table.saving():
        draw(page, table.cell(THIRD, "下次跟进日期"))
    expect(table.cell(SECOND, "下次跟进日期")).to_have_text("2026-12-31")
    expect(table.cell(THIRD, "下次跟进日期")).to_have_text("2027-01-01")
    page.keyboard.press("Control+z")
    expect(table.cell(THIRD, "下次跟进日期")).to_have_text("")
    table.cell(FIRST, "下次跟进日期").click()
    with table.saving():
        draw(page, table.cell(SECOND, "下次跟进日期"), copy=True)
    expect(table.cell(SECOND, "下次跟进日期")).to_have_text("2026-12-30")


def test_the_corner_copies_upwards_and_sideways(table: Table):
    page = table.page
    table.type_into(THIRD, "备注", "三")
    table.cell(THIRD, "备注").click()
    with table.saving():
        draw(page, table.cell(FIRST, "备注"))
    for name in (FIRST, SECOND, THIRD):
        expect(table.cell(name, "备注")).to_have_text("三")
    table.type_into(FIRST, "联系人", "13900001234")
    table.cell(FIRST, "联系人").click()
    with table.saving():
        draw(page, table.cell(FIRST, "电话"))
    expect(table.cell(FIRST, "电话")).to_have_text("13900001234")


def test_a_large_paste_is_shown_at_once_and_saved_behind_in_one_step(table: Table):
    page = table.page
    add_customers(page, *({"name": f"示例第{n}号"} for n in range(600)))
    reload(page)
    expect(page.get_by_label("状态栏")).to_contain_text("603 行")
    hold(page, "\n".join(f"联系人{n}\t示例地址{n}" for n in range(600)))
    table.cell(FIRST, "联系人").click()
    slow: list[Route] = []
    page.route(re.compile("/customers/batch"), lambda route: slow.append(route), times=1)
    page.keyboard.press("Control+v")
    expect(table.cell(FIRST, "联系人")).to_have_text("联系人0")
    expect(page.get_by_role("progressbar", name="粘贴到 600 条")).to_be_visible()
    until(page, lambda: slow)
    for route in slow:
        route.continue_()
    expect(page.get_by_label("状态栏")).to_contain_text("已保存")
    table.cell(FIRST, "联系人").click()
    page.keyboard.press("Control+z")
    expect(table.cell(FIRST, "联系人")).to_have_text("")
    answer = send(page, "POST", "/api/records/contacts/query", {"fields": ["name"], "limit": 1})
    assert answer["count"] == 0
