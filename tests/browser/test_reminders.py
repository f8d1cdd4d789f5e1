"""Reminders: how one wants to be told is said under one's account, and what comes due is in the bell and the mailbox."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from browser.hands import OWNER, add_customers, day, send, until
from installation import Installation, Served
from mail_server import MailServer, mail_server

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def post() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture(scope="module")
def program(company: Installation) -> Iterator[Served]:
    """Served where the company's own network may be reached."""
    company.environment["KEBU_INTERNAL_HOSTS"] = "127.0.0.1"
    with company.served() as served:
        yield served


def save(page: Page, status: int = 200) -> None:
    with page.expect_response(lambda answer: answer.url.endswith("/api/reminders")) as told:
        page.get_by_role("region", name="提醒").get_by_role("button", name="保存").click()
    assert told.value.status == status


def test_what_comes_due_is_told_by_mail_as_one_wishes(visit, post: MailServer, picture):
    page = visit(OWNER, path="/settings/account")
    section = page.get_by_role("region", name="提醒")
    by_mail = section.get_by_role("checkbox", name="发邮件到 alice@example.com")
    expect(by_mail).to_be_disabled()
    expect(section).to_contain_text("公司还没有设置邮件")
    server = {"host": "127.0.0.1", "port": post.port, "security": "none", "username": "", "password": "", "sender": "kebu@example.com", "name": ""}  # fmt: skip
    send(page, "PATCH", "/api/mail", server)
    page.reload()
    at = section.get_by_label("每天几点")
    expect(at).to_have_value("00:00")
    by_mail.check()
    expect(at).to_have_value("09:00")
    expect(section.get_by_role("radio", name="同时到的合成一封")).to_be_checked()
    section.get_by_label("安静时段从").fill("22:00")
    save(page, 400)
    expect(section.get_by_text("安静时段要有开始和结束")).to_be_visible()
    section.get_by_label("安静时段到").fill("07:30")
    section.get_by_role("checkbox", name="只在工作日提醒").check()
    expect(section.get_by_text("安静时段要有开始和结束")).to_have_count(0)
    save(page)
    page.reload()
    expect(section.get_by_label("安静时段到")).to_have_value("07:30")
    expect(section.get_by_role("checkbox", name="只在工作日提醒")).to_be_checked()
    expect(by_mail).to_be_checked()
    section.scroll_into_view_if_needed()
    picture(page, "reminders.zh")

    # At any time and on any day, so that the rest of this test holds whenever it runs.
    at.fill("00:00")
    section.get_by_label("安静时段从").fill("")
    section.get_by_label("安静时段到").fill("")
    section.get_by_role("checkbox", name="只在工作日提醒").uncheck()
    save(page)
    add_customers(
        page, {"name": "示例甲公司", "next_follow_up": day()}, {"name": "示例乙公司", "next_follow_up": day(1)}
    )
    # Whatever the program finds at its own times, it finds at once for who saves.
    save(page)
    until(page, lambda: len(post.mails) == 1)
    assert post.mails[0]["Subject"] == "今天要跟进：示例甲公司"
    section.get_by_label("提前几天").fill("1")
    save(page)
    until(page, lambda: len(post.mails) == 2)
    assert post.mails[1]["Subject"] == "快要跟进：示例乙公司"
    found = re.search(r"https?://\S+/o/customers\?record=\d+", post.mails[1].get_content())
    assert found
    page.goto(found[0])
    expect(page.get_by_role("complementary").get_by_role("heading", name="示例乙公司")).to_be_visible()
    expect(page.get_by_role("button", name="通知，2 条未读")).to_be_visible()
    until(page, lambda: send(page, "GET", "/api/mail")["recent"][0]["state"] == "sent")
    page.goto("/settings/mail")
    expect(page.get_by_role("table", name="最近的邮件")).to_contain_text("alice@example.com提醒已发出")

    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/settings/account")
    calendar = page.get_by_role("region", name="日历订阅")
    calendar.get_by_role("button", name="生成订阅地址").click()
    address = calendar.get_by_label(re.compile("^订阅地址"))
    expect(address).to_have_value(re.compile(r"/api/calendar/kebu_\w+\.ics$"))
    read = page.context.request.get(address.input_value())
    assert read.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "SUMMARY:跟进：示例甲公司" in read.text()
    calendar.get_by_role("button", name="停用").click()
    page.get_by_role("tooltip").get_by_role("button", name="停用").click()
    expect(calendar.get_by_role("button", name="生成订阅地址")).to_be_visible()
    assert page.context.request.get(read.url).status == 404
    expect(section.get_by_label("提前几天")).to_have_value("1")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
