"""What is to be done: in the record, in a table, and counted in the rail."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from browser.hands import OWNER, Table, add_customers, day, reload, send

pytestmark = pytest.mark.browser
NAME = "深圳示例科技有限公司"


@pytest.fixture
def customer(visit) -> Iterator[tuple[Page, int]]:
    page = visit(OWNER, path=None)
    (pk,) = add_customers(page, {"name": NAME})
    yield page, pk
    change = {"changes": [{"id": pk, "delete": True}], "label": "tidy"}
    send(page, "POST", "/api/records/customers/batch", change)


def test_a_task_is_added_ticked_off_and_taken_back_in_the_record(customer):
    page, pk = customer
    page.goto(f"/o/customers?record={pk}&tab=tasks")
    panel = page.get_by_role("complementary")
    expect(panel.get_by_text("还没有任务")).to_be_visible()
    panel.get_by_label("添加任务").and_(panel.get_by_role("textbox")).fill("寄样品")
    panel.get_by_role("button", name="添加任务").click()
    expect(panel.get_by_role("tab", name="任务")).to_have_text("任务1")
    expect(panel.get_by_role("button", name="打开 寄样品")).to_have_attribute("aria-expanded", "true")
    panel.get_by_role("button", name="打开 寄样品").click()
    tick = panel.get_by_role("checkbox", name="完成 寄样品")
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        tick.check()
    reload(page)
    expect(tick).to_be_checked()
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        tick.uncheck()
    reload(page)
    expect(panel.get_by_role("button", name="打开 寄样品")).to_be_visible()
    expect(tick).not_to_be_checked()


def test_tasks_have_a_table_and_what_is_due_is_counted_in_the_rail(customer):
    page, pk = customer
    for subject, due in (("逾期的", day(-3)), ("以后的", day(9))):
        send(page, "POST", "/api/records/tasks", {"values": {"customer": pk, "subject": subject, "due_date": due}})
    page.goto("/o/customers")
    link = page.get_by_role("navigation").first.get_by_role("link", name="任务")
    expect(link).to_contain_text("1 项今天到期或逾期")
    link.click()
    expect(page).to_have_url("/o/tasks")
    table = Table(page)
    table.shows("逾期的", "以后的", column="任务")
    expect(table.cell("逾期的", "客户")).to_have_text(NAME)
    page.get_by_role("navigation", name="视图").get_by_role("button", name="我的今日与逾期").click()
    table.shows("逾期的", column="任务")
