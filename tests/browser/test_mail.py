"""Mail: an owner sets the server up and tries it, and an invited person finds the link in the mailbox."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from browser.hands import OWNER, pick, until
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
    picture(page, "mail.zh")

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

    page.goto("/settings/mail")
    expect(page.get_by_role("table", name="最近的邮件")).to_contain_text("chen@example.com邀请已发出")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_label("服务器", exact=True)).to_have_value("127.0.0.1")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
