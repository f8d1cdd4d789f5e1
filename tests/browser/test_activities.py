"""What was done with a customer: in its record, on its timeline, in a table of its own."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.hands import OWNER, Table, add_customers, day, send

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


def test_an_activity_is_logged_by_two_keys_and_found_everywhere(customer, picture):
    page, pk = customer
    panel = panel_of(page, pk)
    page.keyboard.press("Control+Shift+L")
    form = panel.get_by_role("form", name="记一笔")
    words = form.get_by_role("textbox", name="说了什么")
    expect(words).to_be_focused()
    words.press_sequentially("谈了价格，下周给样品")
    form.get_by_text("拜访", exact=True).click()
    form.get_by_label("下次跟进日期").fill("+3")
    picture(page, "log.zh")
    form.get_by_label("下次跟进日期").press("Control+Enter")
    expect(page.get_by_text("已记下")).to_be_visible()
    expect(form).to_be_hidden()
    tab = panel.get_by_role("tab", name="跟进记录")
    expect(tab).to_have_text("跟进记录1")
    expect(panel.get_by_label("下次跟进日期", exact=True)).to_have_value(day(3))
    tab.click()
    line = panel.get_by_role("list", name="跟进记录").get_by_role("listitem")
    expect(line).to_contain_text(["谈了价格，下周给样品"])
    expect(line.first).to_contain_text("拜访")
    panel.get_by_role("tab", name="时间线").click()
    entry = panel.get_by_role("list", name="修改记录").get_by_role("listitem").first
    expect(entry).to_contain_text("谈了价格，下周给样品")
    expect(entry).to_contain_text(day(3))
    page.goto("/o/activities")
    expect(Table(page).cell("谈了价格，下周给样品", "客户")).to_have_text(NAME)


def test_what_was_begun_and_not_saved_waits(customer):
    page, pk = customer
    panel = panel_of(page, pk)
    panel.get_by_role("button", name="记一笔").click()
    words = panel.get_by_role("form", name="记一笔").get_by_role("textbox", name="说了什么")
    words.fill("说到一半")
    words.press("Escape")
    expect(panel.get_by_role("form")).to_be_hidden()
    expect(panel).to_be_visible()
    panel = panel_of(page, pk)
    panel.get_by_role("button", name="记一笔").click()
    expect(words).to_have_value("说到一半")


def test_a_day_that_is_none_is_refused_and_nothing_is_lost(customer):
    page, pk = customer
    panel = panel_of(page, pk)
    panel.get_by_role("button", name="记一笔").click()
    form = panel.get_by_role("form", name="记一笔")
    form.get_by_role("textbox", name="说了什么").fill("谈了价格")
    form.get_by_label("下次跟进日期").fill("有空再说")
    form.get_by_role("button", name="记下来").click()
    expect(form.get_by_role("alert")).to_contain_text("有空再说")
    expect(form.get_by_role("textbox", name="说了什么")).to_have_value("谈了价格")
    form.get_by_label("下次跟进日期").fill("明天")
    form.get_by_role("button", name="记下来").click()
    expect(panel.get_by_role("tab", name="跟进记录")).to_have_text("跟进记录1")
    expect(panel.get_by_label("下次跟进日期", exact=True)).to_have_value(day(1))


def test_undo_takes_the_activity_and_the_plan_back(customer):
    page, pk = customer
    panel = panel_of(page, pk)
    panel.get_by_role("tab", name="跟进记录").click()
    panel.get_by_role("button", name="添加跟进记录").click()
    form = panel.get_by_role("form", name="记一笔")
    form.get_by_role("textbox", name="说了什么").fill("谈了价格")
    form.get_by_label("下次跟进日期").fill("明天")
    form.get_by_role("button", name="记下来").click()
    expect(panel.get_by_role("list", name="跟进记录")).to_contain_text("谈了价格")
    panel.get_by_role("tab", name="资料").click()
    plan = panel.get_by_label("下次跟进日期", exact=True)
    expect(plan).to_have_value(day(1))
    page.get_by_role("button", name="撤销").first.click()
    expect(plan).to_have_value("")
    expect(panel.get_by_role("tab", name="跟进记录")).to_have_text("跟进记录")


def test_on_a_phone_one_logs_with_a_thumb(visit):
    page = visit(OWNER, path=None)
    page.set_viewport_size({"width": 390, "height": 844})
    (pk,) = add_customers(page, {"name": NAME})
    panel = panel_of(page, pk)
    panel.get_by_role("button", name="记一笔").click()
    form = panel.get_by_role("form", name="记一笔")
    form.get_by_role("textbox", name="说了什么").fill("谈了价格")
    form.get_by_role("button", name="记下来").click()
    expect(panel.get_by_role("tab", name="跟进记录")).to_have_text("跟进记录1")
    send(page, "POST", "/api/records/customers/batch", {"changes": [{"id": pk, "delete": True}], "label": "tidy"})
