"""Mail: an owner sets the server up and tries it, and an invited person finds the link in the mailbox."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from browser.hands import OWNER, pick, send, until
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


def test_an_owner_sets_it_up_and_an_invitation_arrives(visit, context: BrowserContext, post: MailServer, picture):
    page = visit(OWNER, path="/settings/mail")
    expect(page.get_by_text("还没有设置邮件")).to_be_visible()
    page.get_by_label("服务器", exact=True).fill("127.0.0.1")
    pick(page, page.get_by_label("加密方式"), "不加密（只用于公司内网，不能带密码）")
    expect(page.get_by_role("spinbutton", name="端口")).to_have_value("25")
    page.get_by_role("spinbutton", name="端口").fill(str(post.port))
    page.get_by_label("发件邮箱").fill("kebu@")
    page.get_by_label("发件人名称").fill("示例公司")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("“kebu@”不是邮箱地址")).to_be_visible()
    page.get_by_label("发件邮箱").fill("kebu@example.com")
    page.get_by_label("发件邮箱").press("Enter")
    test = page.get_by_role("region", name="测试")
    expect(test).to_be_visible()

    post.at_recipient = "550 5.1.1 no such mailbox"
    test.get_by_role("button", name="发一封测试邮件").click()
    expect(test.get_by_role("alert")).to_contain_text("550 5.1.1 no such mailbox")
    post.at_recipient = "250 OK"
    test.get_by_role("button", name="发一封测试邮件").click()
    expect(test.get_by_role("alert")).to_contain_text("250 2.0.0 taken as 1")
    assert [mail["To"] for mail in post.mails] == [OWNER]

    page.goto("/settings/people")
    page.get_by_role("button", name="邀请成员").click()
    dialog = page.get_by_role("dialog", name="邀请成员")
    dialog.get_by_label("姓名").fill("示例小陈")
    dialog.get_by_label("邮箱").fill("chen@example.com")
    dialog.get_by_role("button", name="生成邀请链接").click()
    expect(page.get_by_text("邮件正在发给 示例小陈")).to_be_visible()
    until(page, lambda: len(post.mails) == 2)
    found = re.search(r"https?://\S+/invite/\S+", post.mails[1].get_content())
    assert found
    guest = context.new_page()
    guest.goto(found[0])
    expect(guest.get_by_label("姓名")).to_have_value("示例小陈")

    until(page, lambda: send(page, "GET", "/api/mail")["recent"][0]["state"] == "sent")
    page.goto("/settings/mail")
    expect(page.get_by_role("table", name="最近的邮件")).to_contain_text("chen@example.com邀请已发出")
    picture(page, "mail.zh")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_label("服务器", exact=True)).to_have_value("127.0.0.1")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_forgotten_password_is_replaced_by_mail(visit, context: BrowserContext, post: MailServer, picture):
    owner = visit(OWNER, path=None)
    server = {"host": "127.0.0.1", "port": post.port, "security": "none", "username": "", "password": "", "sender": "kebu@example.com", "name": ""}  # fmt: skip
    send(owner, "PATCH", "/api/mail", server)
    made = send(owner, "POST", "/api/users", {"email": "zhao@example.com", "name": "示例小赵", "role": "sales"})
    page = context.new_page()
    page.goto(made["invite_link"])
    page.get_by_label("密码", exact=True).fill("quite long enough 77")
    page.get_by_role("button", name="加入").click()
    expect(page.get_by_role("grid")).to_be_visible()
    until(page, lambda: "zhao@example.com" in [mail["To"] for mail in post.mails])
    context.clear_cookies()

    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/sign-in")
    page.get_by_role("link", name="忘记密码").click()
    expect(page.get_by_role("heading", name="忘记密码")).to_be_visible()
    picture(page, "forgotten.zh.phone")
    page.get_by_label("邮箱").fill("nobody@example.com")
    page.get_by_label("邮箱").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("如果 nobody@example.com 在这里有账号")
    page.goto("/forgotten")
    page.get_by_label("邮箱").fill("zhao@example.com")
    page.get_by_role("button", name="发链接给我").click()
    expect(page.get_by_role("status")).to_contain_text("如果 zhao@example.com 在这里有账号")
    until(page, lambda: post.mails[-1]["Subject"] == "给示例公司的客户表设一个新密码")
    assert "nobody@example.com" not in [mail["To"] for mail in post.mails]
    found = re.search(r"https?://\S+/reset/\S+", post.mails[-1].get_content())
    assert found

    page.goto(found[0])
    expect(page.get_by_label("邮箱")).to_have_value("zhao@example.com")
    page.get_by_label("新密码").fill("zhao@example.com")
    page.get_by_label("新密码").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("请换一个密码")
    page.get_by_label("新密码").fill("quite another one 88")
    page.get_by_label("新密码").press("Enter")
    expect(page).to_have_url(re.compile("/o/customers"))
    expect(page.get_by_role("main").first).to_be_visible()
    page.goto(found[0])
    expect(page.get_by_role("alert")).to_contain_text("这个链接已经失效")
    expect(page.get_by_role("link", name="再要一个链接")).to_be_visible()
