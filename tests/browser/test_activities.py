"""What was done with a customer: in its record, on its timeline, in a table of its own."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.hands import OWNER, Table, add_customers, send

pytestmark = pytest.mark.browser
NAME = "深圳示例科技有限公司"


@pytest.fixture
def customer(visit) -> Iterator[tuple[Page, int]]:
    page = visit(OWNER, path=None)
    (pk,) = add_customers(page, {"name": NAME, "main_contact.name": "张三"})
    yield page, pk
    if page.context.request.get(f"/api/records/customers/{pk}").ok:
        change = {"changes": [{"id": pk, "delete": True}], "label": "tidy"}
        send(page, "POST", "/api/records/customers/batch", change)


def note(page: Page, pk: int, **values: Any) -> None:
    send(page, "POST", "/api/records/activities", {"values": {"customer": pk, **values}})


def panel_of(page: Page, pk: int) -> Locator:
    page.goto(f"/o/customers?record={pk}")
    panel = page.get_by_role("complementary")
    expect(panel.get_by_role("heading", name=NAME)).to_be_visible()
    return panel


def test_activities_stand_in_the_record_newest_first_and_are_counted(customer):
    page, pk = customer
    note(page, pk, kind="call", text="谈了价格", happened_at="2024-03-01 10:00")
    note(page, pk, kind="visit", text="看了样品", happened_at="2024-04-02 10:00")
    panel = panel_of(page, pk)
    expect(panel.get_by_role("tab", name="联系人")).to_have_text("联系人1")
    tab = panel.get_by_role("tab", name="跟进记录")
    expect(tab).to_have_text("跟进记录2")
    tab.click()
    lines = panel.get_by_role("list", name="跟进记录").get_by_role("listitem")
    expect(lines).to_contain_text(["看了样品", "谈了价格"])
    expect(lines.first).to_contain_text("拜访")
    expect(lines.first).to_contain_text("2024-04-02")


def test_the_timeline_tells_activities_beside_changes(customer):
    page, pk = customer
    note(page, pk, kind="call", text="谈了价格", next_follow_up="2030-01-02")
    panel = panel_of(page, pk)
    panel.get_by_role("tab", name="时间线").click()
    entry = panel.get_by_role("list", name="修改记录").get_by_role("listitem").first
    for text in ("新建了 跟进记录", "谈了价格", "电话", "2030-01-02"):
        expect(entry).to_contain_text(text)
    expect(entry).not_to_contain_text("最近跟进时间")


def test_activities_have_a_table_of_their_own(customer):
    page, pk = customer
    note(page, pk, kind="call", text="谈了价格", next_follow_up="2030-01-02")
    page.goto("/o/customers")
    page.get_by_role("navigation").first.get_by_role("link", name="跟进记录").click()
    expect(page).to_have_url("/o/activities")
    table = Table(page)
    expect(table.cell("谈了价格", "客户")).to_have_text(NAME)
    expect(table.cell("谈了价格", "下次跟进日期")).to_have_text("2030-01-02")
    table.type_into("谈了价格", "跟进内容", "谈了价格和交货期")
    expect(table.cell("谈了价格和交货期", "跟进方式")).to_have_text("电话")
