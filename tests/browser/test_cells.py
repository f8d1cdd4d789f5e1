"""Step 4: values in the cells, typed, chosen, picked, wrong ones too, and what lies behind lookups."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from browser.hands import OWNER, Table, add_customers, day, reload, send

pytestmark = pytest.mark.browser
WIDE = {"viewport": {"width": 2240, "height": 900}}


@pytest.fixture
def table(visit) -> Iterator[Table]:
    """A table with three customers, which go again afterwards."""
    page = visit(OWNER, path=None, **WIDE)
    ids = add_customers(
        page,
        {"name": "深圳示例科技有限公司", "main_contact.name": "张三", "main_contact.phone": "13800001234"},
        {"name": "北京样板贸易有限公司", "main_contact.name": "李四"},
        {"name": "上海演示工程有限公司"},
    )
    page.goto("/o/customers")
    table = Table(page)
    table.shows("深圳示例科技有限公司", "北京样板贸易有限公司", "上海演示工程有限公司")
    yield table
    changes = [{"id": one, "delete": True} for one in ids]
    send(page, "POST", "/api/records/customers/batch", {"changes": changes, "label": "tidy"})


def customer(page: Page, name: str) -> dict:
    """What the server keeps of a customer."""
    found = send(
        page,
        "POST",
        "/api/records/customers/query",
        {"filter": {"field": "name", "op": "is", "value": name}, "limit": 1},
    )
    return send(page, "GET", f"/api/records/customers/{found['rows'][0][0]}")["values"]


def test_typing_replaces_a_cell_and_enter_goes_down(table: Table):
    table.type_into("深圳示例科技有限公司", "备注", "每月回访一次")
    expect(table.cell("深圳示例科技有限公司", "备注")).to_have_text("每月回访一次")
    # The next key goes into the cell below.
    with table.saving():
        table.page.keyboard.type("第二行")
        table.page.keyboard.press("Tab")
    expect(table.cell("北京样板贸易有限公司", "备注")).to_have_text("第二行")
    assert customer(table.page, "深圳示例科技有限公司")["remark"] == "每月回访一次"
    reload(table.page)
    expect(table.cell("深圳示例科技有限公司", "备注")).to_have_text("每月回访一次")


def test_a_choice_is_picked_from_its_list(table: Table):
    table.cell("深圳示例科技有限公司", "合作阶段").dblclick()
    options = table.page.get_by_role("listbox").get_by_role("option")
    expect(options).to_have_text(["潜在客户", "合作中客户", "已结束合作客户", "流失客户"])
    with table.saving():
        options.get_by_text("合作中客户").click()
    expect(table.cell("深圳示例科技有限公司", "合作阶段")).to_have_text("合作中客户")
    # By keyboard: what is typed searches the list, a synonym too.
    table.type_into("北京样板贸易有限公司", "合作阶段", "流失")
    expect(table.cell("北京样板贸易有限公司", "合作阶段")).to_have_text("流失客户")


def test_a_date_is_picked_in_the_calendar_or_typed_as_people_write_it(table: Table):
    table.cell("深圳示例科技有限公司", "下次跟进日期").dblclick()
    with table.saving():
        table.page.get_by_role("button", name="今天", exact=True).click()
    expect(table.cell("深圳示例科技有限公司", "下次跟进日期")).to_have_text(day())
    table.type_into("北京样板贸易有限公司", "下次跟进日期", "2027年3月5日")
    expect(table.cell("北京样板贸易有限公司", "下次跟进日期")).to_have_text("2027-03-05")


def test_an_amount_is_understood_as_people_write_it(table: Table):
    table.type_into("深圳示例科技有限公司", "金额", "100万")
    expect(table.cell("深圳示例科技有限公司", "金额")).to_have_text("1,000,000.00")


def test_what_does_not_fit_stays_marked_with_its_reason(table: Table, picture):
    cell = table.cell("深圳示例科技有限公司", "邮箱")
    table.type_into("深圳示例科技有限公司", "邮箱", "contactabc")
    expect(cell).to_have_text("contactabc")
    cell.click()
    expect(table.page.get_by_text("不是邮箱地址").filter(visible=True).first).to_be_visible()
    picture(table.page, "invalid.zh")
    # After a reload it is still there, and still says why.
    reload(table.page)
    cell = table.cell("深圳示例科技有限公司", "邮箱")
    expect(cell).to_have_text("contactabc")
    cell.click()
    expect(table.page.get_by_text("不是邮箱地址").filter(visible=True).first).to_be_visible()
    table.type_into("深圳示例科技有限公司", "邮箱", "zhang.san@example.com")
    expect(cell).to_have_text("zhang.san@example.com")
    expect(table.page.get_by_text("不是邮箱地址").filter(visible=True)).to_have_count(0)
    for column, wrong in (("下次跟进日期", "下个月吧"), ("金额", "abc"), ("客户等级", "特别重要")):
        table.type_into("深圳示例科技有限公司", column, wrong)
        expect(table.cell("深圳示例科技有限公司", column)).to_have_text(wrong)
    expect(table.page.get_by_text("没有保存")).to_have_count(0)


def test_a_cell_of_the_contact_or_the_deal_is_edited_in_the_row(table: Table):
    # One that is there is changed, one that is not is made.
    table.type_into("深圳示例科技有限公司", "电话", "13900005678")
    table.type_into("上海演示工程有限公司", "联系人", "王五")
    table.type_into("上海演示工程有限公司", "合作项目", "年度维保")
    table.type_into("上海演示工程有限公司", "金额", "88000")
    page = table.page
    reload(page)
    expect(table.cell("上海演示工程有限公司", "联系人")).to_have_text("王五")
    assert customer(page, "深圳示例科技有限公司")["main_contact.phone"] == "13900005678"
    kept = customer(page, "上海演示工程有限公司")
    assert (kept["main_contact.name"], kept["main_deal.title"], kept["main_deal.amount"]) == ("王五", "年度维保", 88000)
    page.get_by_role("link", name="商机").click()
    expect(page.get_by_role("grid").get_by_text("年度维保")).to_be_visible()


def test_escape_leaves_the_cell_as_it_was(table: Table):
    table.cell("深圳示例科技有限公司", "联系人").click()
    table.page.keyboard.type("李")
    table.page.keyboard.press("Escape")
    expect(table.cell("深圳示例科技有限公司", "联系人")).to_have_text("张三")
    table.page.keyboard.press("F2")
    table.page.keyboard.type("丰")
    with table.saving():
        table.page.keyboard.press("Enter")
    expect(table.cell("深圳示例科技有限公司", "联系人")).to_have_text("张三丰")
