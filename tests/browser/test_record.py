"""Step 4: the record beside the table: its fields, its people and deals, and what happened to it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from browser.hands import OWNER, Table, add_customers, pick, reload, send, until

pytestmark = pytest.mark.browser
NAME = "深圳示例科技有限公司"
# Whether the browser would ask before it leaves the page.
_LEAVE = "!window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"


@pytest.fixture
def table(visit) -> Iterator[Table]:
    page = visit(OWNER, path=None)
    ids = add_customers(
        page,
        {
            "name": NAME,
            "main_contact.name": "张三",
            "main_deal.title": "年度维保",
            "main_deal.amount": 88000,
            "stage": "潜在",
        },
        {"name": "北京样板贸易有限公司"},
    )
    page.goto("/o/customers")
    table = Table(page)
    table.shows(NAME, "北京样板贸易有限公司")
    yield table
    left = [one for one in ids if page.context.request.get(f"/api/records/customers/{one}").ok]
    changes = [{"id": one, "delete": True} for one in left]
    send(page, "POST", "/api/records/customers/batch", {"changes": changes, "label": "tidy"})


def open_record(table: Table, name: str = NAME) -> Locator:
    """Open a record by the arrow of its row; answers the panel."""
    cell = table.cell(name, "客户名称")
    cell.hover()
    cell.locator("xpath=..").get_by_title("打开记录（空格）").click()
    panel = table.page.get_by_role("complementary")
    expect(panel.get_by_role("heading", name=name)).to_be_visible()
    return panel


def tab(panel: Locator, name: str) -> None:
    panel.get_by_role("tab", name=name).click()


def test_all_fields_are_there_and_edited_where_they_stand(table: Table):
    panel = open_record(table)
    expect(panel.get_by_role("textbox", name="联系人", exact=True)).to_have_value("张三")
    panel.get_by_role("button", name="显示全部字段").click()
    for label in ("客户编号", "简称", "统一社会信用代码", "网站", "客户来源"):
        expect(panel.get_by_text(label, exact=True)).to_be_visible()
    with table.page.expect_response(lambda answer: answer.request.method == "PATCH"):
        panel.get_by_label("备注", exact=True).fill("每月回访")
        panel.get_by_label("备注", exact=True).blur()
    reload(table.page)
    expect(table.page.get_by_role("complementary").get_by_label("备注", exact=True)).to_have_value("每月回访")


def test_an_edit_in_the_panel_shows_in_the_row_and_the_other_way(table: Table):
    panel = open_record(table)
    pick(table.page, panel.get_by_label("客户等级"), "重要客户")
    expect(panel.get_by_text("重要客户").first).to_be_visible()
    table.type_into(NAME, "联系人", "张三丰")
    expect(panel.get_by_role("textbox", name="联系人", exact=True)).to_have_value("张三丰")
    table.page.keyboard.press("End")
    expect(table.cell(NAME, "客户等级")).to_have_text("重要客户")


def test_what_does_not_fit_says_so_beside_its_field(table: Table):
    panel = open_record(table)
    mail = panel.get_by_label("邮箱", exact=True)
    mail.fill("contactabc")
    mail.blur()
    expect(panel.get_by_role("alert")).to_contain_text("邮箱地址")
    expect(mail).to_have_value("contactabc")


def test_a_second_contact_and_a_second_deal(table: Table):
    panel = open_record(table)
    tab(panel, "联系人")
    expect(panel.get_by_role("list", name="联系人")).to_contain_text("张三")
    panel.get_by_label("添加联系人").and_(panel.get_by_role("textbox")).fill("李四")
    panel.get_by_role("button", name="添加联系人").click()
    expect(panel.get_by_role("button", name="打开 李四")).to_have_attribute("aria-expanded", "true")
    tab(panel, "商机")
    expect(panel.get_by_role("list", name="商机")).to_contain_text("年度维保")
    expect(panel.get_by_role("list", name="商机")).to_contain_text("88,000.00")
    panel.get_by_label("添加商机").and_(panel.get_by_role("textbox")).fill("扩容项目")
    panel.get_by_role("button", name="添加商机").click()
    expect(panel.get_by_role("button", name="打开 扩容项目")).to_be_visible()


def test_the_timeline_tells_who_when_from_to_and_by_which_way(table: Table, picture):
    page = table.page
    table.type_into(NAME, "联系人", "王五")
    panel = open_record(table)
    tab(panel, "时间线")
    entry = panel.get_by_role("list", name="修改记录").get_by_role("listitem").first
    expect(entry).to_contain_text("alice")
    expect(entry.get_by_role("time")).to_have_text("刚刚")
    expect(entry.get_by_role("deletion")).to_have_text("张三")
    expect(entry.get_by_role("insertion")).to_have_text("王五")
    picture(page, "timeline.zh")
    entry.get_by_role("button", name="撤销这次修改").click()
    dialog = page.get_by_role("dialog", name="撤销这次修改")
    expect(dialog).to_contain_text("张三")
    dialog.get_by_role("button", name="撤销", exact=True).click()
    expect(panel.get_by_role("list", name="修改记录").get_by_role("listitem").first).to_contain_text("经由撤销")
    expect(table.cell(NAME, "联系人")).to_have_text("张三")


def test_the_panel_has_its_own_address_and_escape_closes_it(table: Table):
    page = table.page
    panel = open_record(table)
    tab(panel, "时间线")
    expect(page).to_have_url(re.compile(r"record=\d+.*tab=timeline"))
    reload(page)
    expect(page.get_by_role("tab", name="时间线", selected=True)).to_be_visible()
    page.get_by_role("tab", name="时间线").focus()
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("record="))


def test_a_double_click_makes_one_record(table: Table):
    page = table.page
    page.get_by_role("button", name="新客户").click()
    panel = page.get_by_role("complementary")
    expect(panel.get_by_label("客户名称")).to_be_focused()
    page.keyboard.type("双击示例公司")
    panel.get_by_role("button", name="保存客户").dblclick()
    expect(panel.get_by_role("heading", name="双击示例公司")).to_be_visible()
    asked = {"filter": {"field": "name", "op": "is", "value": "双击示例公司"}, "fields": ["name"], "limit": 9}
    rows = send(page, "POST", "/api/records/customers/query", asked)["rows"]
    assert len(rows) == 1
    send(page, "DELETE", f"/api/records/customers/{rows[0][0]}?version={rows[0][1]}")


def test_the_browser_asks_before_it_leaves_what_is_not_saved(table: Table):
    page = table.page
    held: list[Route] = []
    page.route(re.compile(r"/api/records/customers/\d+$"), lambda route: held.append(route))
    table.cell(NAME, "地址").click()
    page.keyboard.type("还没有保存")
    page.keyboard.press("Enter")
    until(page, lambda: held)
    assert page.evaluate(_LEAVE), "it would be lost"
    with table.saving():
        held[0].continue_()
    assert not page.evaluate(_LEAVE), "all is saved"


def test_an_address_that_makes_no_sense_opens_the_table(table: Table):
    table.page.goto('/o/customers?filter={"bad&sort=name&view=x&record=x&tab=x')
    expect(table.cell(NAME, "客户名称")).to_be_visible()
    table.page.goto('/o/customers?filter={"field":"gone","op":"is","value":"x"}&sort=[{"field":"gone","desc":true}]')
    refusal = table.page.get_by_role("alert").filter(has_text="这个筛选或排序用不了")
    refusal.get_by_role("button", name="清除筛选和搜索").click()
    expect(table.cell(NAME, "客户名称")).to_be_visible()
    expect(refusal).to_have_count(0)
    table.page.goto("/o/nothings")
    expect(table.page.get_by_role("heading", name="没有这一页")).to_be_visible()


def test_a_record_that_is_not_there_says_so(table: Table):
    table.page.goto("/o/customers?record=987654")
    expect(table.page.get_by_role("alert")).to_contain_text("没有这条记录")


def test_two_who_change_one_field_choose(table: Table, visit):
    other: Page = visit(OWNER)
    mine = table
    theirs = Table(other)
    theirs.shows(NAME, "北京样板贸易有限公司")
    # Whoever types has seen only what was there when he began.
    mine.cell(NAME, "地址").click()
    mine.page.keyboard.type("上海市浦东新区")
    theirs.type_into(NAME, "地址", "北京市朝阳区")
    mine.page.keyboard.press("Enter")
    dialog = mine.page.get_by_role("dialog", name="同一格被两个人改了")
    expect(dialog).to_contain_text("北京市朝阳区")
    expect(dialog).to_contain_text("上海市浦东新区")
    dialog.get_by_role("button", name="全部用对方的").click()
    expect(mine.cell(NAME, "地址")).to_have_text("北京市朝阳区")
