"""Passkeys, with Chromium's virtual authenticator: made, signed in by, the second factor of a role, and removed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from browser.hands import OWNER, send
from installation import Installation, Served, free_port

pytestmark = pytest.mark.browser
CHOSEN = "quite long enough 77"


@pytest.fixture(scope="module")
def program(company: Installation) -> Iterator[Served]:
    """Served by a name: browsers make no passkeys for figures."""
    port = str(free_port())
    company.environment["KEBU_BASE_URL"] = f"http://localhost:{port}"
    with company.served("--port", port) as served:
        served.url = f"http://localhost:{port}"
        yield served


def plug_in(page: Page) -> None:
    """A device within the browser, whose owner has just touched it."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_out(page: Page) -> None:
    page.context.clear_cookies()
    page.goto("/sign-in")


def test_a_passkey_from_its_making_to_its_end(visit, context: BrowserContext, picture):
    owner = visit(OWNER, path=None)
    made = send(owner, "POST", "/api/users", {"email": "wu@example.com", "name": "示例小吴", "role": "readonly"})
    page = context.new_page()
    plug_in(page)
    page.goto(made["invite_link"])
    page.get_by_label("密码", exact=True).fill(CHOSEN)
    page.get_by_role("button", name="加入").click()
    expect(page.get_by_role("grid")).to_be_visible()

    page.goto("/settings/account")
    section = page.get_by_role("region", name="通行密钥")
    section.get_by_role("button", name="添加通行密钥").click()
    dialog = page.get_by_role("dialog", name="添加通行密钥")
    dialog.get_by_label("当前密码").fill(CHOSEN)
    dialog.get_by_label("当前密码").press("Enter")
    rename = section.get_by_role("button", name=re.compile("修改通行密钥 .* 的名称"))
    expect(rename).to_be_visible()
    expect(dialog).to_be_hidden()
    rename.click()
    naming = page.get_by_role("dialog", name=re.compile("修改通行密钥"))
    naming.get_by_label("名称").fill("示例电脑")
    naming.get_by_label("名称").press("Enter")
    expect(section.get_by_role("table")).to_contain_text("示例电脑")
    expect(naming).to_be_hidden()
    section.scroll_into_view_if_needed()
    picture(page, "passkeys.zh")

    # The device has one already, and makes no other.
    section.get_by_role("button", name="添加通行密钥").click()
    dialog.get_by_label("当前密码").fill(CHOSEN)
    dialog.get_by_label("当前密码").press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("这台设备已经有")

    # By itself, without address and password.
    sign_out(page)
    page.get_by_role("button", name="用通行密钥登录").click()
    expect(page.get_by_role("grid")).to_be_visible()

    # As the second factor that the role needs by now.
    send(owner, "PATCH", "/api/sign-in-rules", {"roles": ["readonly"]})
    sign_out(page)
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_label("邮箱").fill("wu@example.com")
    page.get_by_label("密码", exact=True).fill(CHOSEN)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", name="用通行密钥确认")).to_be_visible()
    page.get_by_role("button", name="用通行密钥确认").click()
    expect(page).to_have_url(re.compile("/o/customers"))

    # The last one stays while the role needs it.
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto("/settings/account")
    section.get_by_role("button", name="删除通行密钥 示例电脑").click()
    dialog = page.get_by_role("dialog", name="删除通行密钥 示例电脑")
    dialog.get_by_label("当前密码").fill(CHOSEN)
    dialog.get_by_role("button", name="删除").click()
    expect(dialog.get_by_role("alert")).to_contain_text("必须使用两步验证")
    send(owner, "PATCH", "/api/sign-in-rules", {"roles": []})
    dialog.get_by_role("button", name="删除").click()
    expect(section.get_by_role("table")).to_have_count(0)
    sign_out(page)
    page.get_by_role("button", name="用通行密钥登录").click()
    expect(page.get_by_role("alert")).to_contain_text("这个通行密钥没有通过")
