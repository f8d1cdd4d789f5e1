"""The page of the day: what is overdue, due, coming, new or standing still, and what one does about it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from browser.hands import OWNER, add_customers, day, send

pytestmark = pytest.mark.browser
SAVED = re.compile(r"/api/records/(customers|tasks|activities)(/\d+)?$")


@pytest.fixture
def page(visit) -> Iterator[Page]:
    page = visit(OWNER, path=None)
    ids = add_customers(
        page,
        {
            "name": "示例逾期公司",
            "next_follow_up": day(-3),
            "main_contact.name": "张三",
            "main_contact.mobile": "13800138000",
            "main_contact.email": "zhang@example.com",
        },
        {"name": "示例今天公司", "next_follow_up": day()},
        {"name": "示例下周公司", "next_follow_up": day(5)},
        {"name": "示例新来公司"},
    )
    task = {"subject": "寄样品", "customer": ids[1], "due_date": day()}
    send(page, "POST", "/api/records/tasks", {"values": task})
    yield page
    gone = [{"id": pk, "delete": True} for pk in ids]
    send(page, "POST", "/api/records/customers/batch", {"changes": gone, "label": "tidy"})


def section(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def line(page: Page, name: str) -> Locator:
    return page.get_by_role("listitem").filter(has=page.get_by_role("button", name=name, exact=True))


def names(page: Page, *there: str) -> None:
    """These lines are in sight, in this order, and no others."""
    expect(page.locator("[data-opens]")).to_have_text(list(there))


def test_the_day_is_worked_off_line_by_line_and_taken_back(page: Page, picture):
    page.goto("/o/customers")
    expect(page.get_by_role("grid")).to_be_visible()
    rail = page.get_by_role("navigation", name="主导航").get_by_role("link", name=re.compile("^今日跟进"))
    rail.click()
    expect(page).to_have_url(re.compile("/today$"))
    expect(page.get_by_role("heading", name="今日", exact=True)).to_be_visible()
    names(page, "示例逾期公司", "示例今天公司", "寄样品", "示例下周公司", "示例新来公司")
    expect(section(page, "已逾期")).to_contain_text("逾期 3 天")
    late = line(page, "示例逾期公司")
    expect(late.get_by_role("link", name="打电话 13800138000")).to_have_attribute("href", "tel:13800138000")
    expect(late.get_by_role("link", name="发邮件 zhang@example.com")).to_have_attribute(
        "href", "mailto:zhang@example.com"
    )
    picture(page, "today.zh")

    # Logged by keys alone: the arrow, L, the words, the day.
    page.get_by_role("button", name="示例逾期公司", exact=True).focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="示例今天公司", exact=True)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("button", name="示例逾期公司", exact=True)).to_be_focused()
    page.keyboard.press("l")
    form = late.get_by_role("form", name="记一笔")
    words = form.get_by_role("textbox", name="说了什么")
    expect(words).to_be_focused()
    words.fill("谈了价格")
    form.get_by_role("button", name="3 天后").click()
    expect(form.get_by_label("下次跟进日期")).to_have_value(day(3))
    picture(page, "today-log.zh")
    words.press("Control+Enter")
    expect(section(page, "接下来 7 天")).to_contain_text("示例逾期公司")
    names(page, "示例今天公司", "寄样品", "示例逾期公司", "示例下周公司", "示例新来公司")

    # A task is ticked off, and taken back.
    page.get_by_role("checkbox", name="完成 寄样品").check()
    names(page, "示例今天公司", "示例逾期公司", "示例下周公司", "示例新来公司")
    page.get_by_role("button", name="撤销").first.click()
    names(page, "示例今天公司", "寄样品", "示例逾期公司", "示例下周公司", "示例新来公司")

    # Put off, to a day that is offered and to one that is typed.
    line(page, "示例今天公司").get_by_role("button", name="推迟 示例今天公司").click()
    page.get_by_role("group", name="推迟 示例今天公司").get_by_role("button", name=re.compile("^明天")).click()
    expect(section(page, "接下来 7 天").get_by_role("button", name="示例今天公司", exact=True)).to_be_visible()
    line(page, "寄样品").get_by_role("button", name="推迟 寄样品").click()
    typed = page.get_by_role("group", name="推迟 寄样品").get_by_role("textbox", name="其他日期")
    typed.fill("有空再说")
    typed.press("Enter")
    expect(page.get_by_role("group", name="推迟 寄样品").get_by_role("alert")).to_contain_text("有空再说")
    typed.fill("+2")
    typed.press("Enter")
    expect(section(page, "接下来 7 天").get_by_role("button", name="寄样品", exact=True)).to_be_visible()
    expect(section(page, "今天")).to_have_count(0)

    # The record beside its line, and back to it.
    page.get_by_role("button", name="示例新来公司", exact=True).click()
    panel = page.get_by_role("complementary")
    expect(panel.get_by_role("heading", name="示例新来公司")).to_be_visible()
    with page.expect_response(SAVED):
        panel.get_by_label("下次跟进日期", exact=True).fill(day(1))
        panel.get_by_label("下次跟进日期", exact=True).press("Enter")
    expect(section(page, "新客户，还没有联系")).to_have_count(0)
    panel.get_by_role("button", name="关闭记录").click()
    expect(panel).to_have_count(0)
    expect(page.get_by_role("button", name="示例新来公司", exact=True)).to_be_focused()


def test_what_others_do_arrives_and_a_failure_is_said(page: Page):
    def fail(route: Route) -> None:
        route.fulfill(status=400, json={"error": {"code": "bad_view", "message": "示例的错误"}})

    page.route("**/api/today?*", fail)
    page.goto("/today")
    expect(page.get_by_role("alert")).to_contain_text("示例的错误")
    page.unroute("**/api/today?*")
    with page.expect_response(lambda answer: "/api/live?" in answer.url):
        page.get_by_role("button", name="再试一次").click()
        names(page, "示例逾期公司", "示例今天公司", "寄样品", "示例下周公司", "示例新来公司")
    (other,) = add_customers(page, {"name": "示例后来公司", "next_follow_up": day(-1)})
    expect(section(page, "已逾期")).to_contain_text("示例后来公司")
    gone = {"changes": [{"id": other, "delete": True}], "label": "tidy"}
    send(page, "POST", "/api/records/customers/batch", gone)
    expect(section(page, "已逾期")).not_to_contain_text("示例后来公司")


def test_on_a_phone_the_day_is_a_list_for_the_thumb(page: Page, picture):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/today")
    names(page, "示例逾期公司", "示例今天公司", "寄样品", "示例下周公司", "示例新来公司")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    picture(page, "today.zh.phone")
    page.get_by_role("button", name="示例逾期公司", exact=True).click()
    panel = page.get_by_role("complementary")
    expect(panel.get_by_role("heading", name="示例逾期公司")).to_be_visible()
    panel.get_by_role("button", name="关闭记录").click()
    line(page, "示例逾期公司").get_by_role("button", name="记一笔 示例逾期公司").click()
    form = page.get_by_role("form", name="记一笔")
    form.get_by_role("textbox", name="说了什么").fill("谈了价格")
    form.get_by_role("button", name="明天").click()
    form.get_by_role("button", name="记下来").click()
    expect(section(page, "接下来 7 天")).to_contain_text("示例逾期公司")


def test_an_empty_day_says_what_comes_here(visit):
    page = visit(OWNER, path="/today")
    expect(page.get_by_role("heading", name="今天没有要跟进的")).to_be_visible()
    page.get_by_role("button", name="打开客户表").click()
    expect(page).to_have_url(re.compile("/o/customers"))
