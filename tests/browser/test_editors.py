"""What an editor takes besides a value as it is stored: words for days, first letters, names that are not there yet."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from browser.hands import OWNER, Table, add_customers, day, send

pytestmark = pytest.mark.browser
FIRST, SECOND = "示例甲公司", "示例乙公司"


@pytest.fixture
def table(visit) -> Iterator[Table]:
    page = visit(OWNER, path=None)
    add_customers(page, {"name": FIRST, "main_contact.email": "a@example.com"}, {"name": SECOND})
    page.goto("/o/customers")
    table = Table(page)
    table.shows(FIRST, SECOND)
    yield table
    for key in ("customers", "contacts"):
        send(page, "POST", f"/api/records/{key}/many", {"delete": True, "label": "tidy"})


def to_dates(table: Table) -> None:
    table.cell(FIRST, "客户名称").click()
    table.page.keyboard.press("End")
    table.page.keyboard.press("ArrowLeft")


def test_words_for_days_are_typed_into_a_date(table: Table):
    page = table.page
    to_dates(table)
    for text, offset in (("明天", 1), ("+7", 7), ("-3", -3)):
        with table.saving():
            page.keyboard.type(text)
            expect(page.get_by_text("也可以输入 明天")).to_be_visible()
            page.keyboard.press("Enter")
        expect(table.cell(FIRST, "下次跟进日期")).to_have_text(day(offset))
        page.keyboard.press("ArrowUp")


def test_a_choice_is_found_by_the_first_letters_of_its_pinyin(table: Table):
    page = table.page
    to_dates(table)
    page.keyboard.press("ArrowLeft")
    page.keyboard.type("hzz")
    expect(page.get_by_role("option")).to_have_count(1)
    with table.saving():
        page.keyboard.press("Enter")
    expect(table.cell(FIRST, "合作阶段")).to_have_text("合作中客户")


def test_a_record_that_is_not_there_is_made_from_its_name(table: Table):
    page = table.page
    page.goto("/o/contacts")
    contacts = Table(page)
    number = contacts.header("客户").get_attribute("aria-colindex")
    assert number
    cell = page.locator(f"[role=row][aria-rowindex='2'] > [aria-colindex='{number}']")
    expect(cell).to_have_text(FIRST)
    cell.click()
    page.keyboard.type("示例丁公司")
    expect(page.get_by_role("option", name="新建「示例丁公司」")).to_be_visible()
    # Two writes: the customer, and then the contact that belongs to it.
    with page.expect_response(lambda answer: answer.request.method == "PATCH" and "/contacts/" in answer.url):
        page.keyboard.press("Enter")
    expect(cell).to_have_text("示例丁公司")
    expect(page.get_by_label("状态栏")).to_contain_text("已保存")
    page.goto("/o/customers")
    table.shows(FIRST, SECOND, "示例丁公司")


def test_a_mail_address_is_chosen_by_a_click_and_followed_by_its_arrow(table: Table):
    cell = table.cell(FIRST, "邮箱")
    cell.click()
    expect(table.page.get_by_role("textbox", name=re.compile("邮箱，第 1 行"))).to_be_focused()
    cell.hover()
    expect(cell.get_by_role("link", name="打开 a@example.com")).to_have_attribute("href", "mailto:a@example.com")
