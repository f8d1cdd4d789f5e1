"""Signing in with a second factor: set up, asked for, lost, and compulsory for a role."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from browser.hands import OWNER, reload, send
from kebu.accounts import totp

pytestmark = pytest.mark.browser
CHOSEN = "quite long enough 77"


def code(secret: str, ahead: int = 0) -> str:
    return totp.code_at(secret.replace(" ", ""), int(time.time()) // totp.PERIOD + ahead)


def join(owner: Page, context: BrowserContext, name: str, email: str, role: str = "sales") -> Page:
    made = send(owner, "POST", "/api/users", {"email": email, "name": name, "role": role})
    page = context.new_page()
    page.goto(made["invite_link"])
    page.get_by_label("密码", exact=True).fill(CHOSEN)
    page.get_by_role("button", name="加入").click()
    expect(page.get_by_role("grid")).to_be_visible()
    return page


def give_password(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("邮箱").fill(email)
    page.get_by_label("密码", exact=True).fill(CHOSEN)
    page.get_by_role("button", name="登录").click()


def sign_out(page: Page) -> None:
    page.context.clear_cookies()


def set_up(place) -> tuple[str, list[str]]:
    """The steps after the button, by the keyboard; gives the secret and the recovery codes."""
    place.get_by_label("当前密码").fill(CHOSEN)
    place.get_by_label("当前密码").press("Enter")
    expect(place.get_by_role("img", name="给验证器应用的二维码").locator("svg")).to_be_visible()
    secret = place.get_by_role("status", name="扫不了就手动输入这个密钥").inner_text()
    place.get_by_label("验证码", exact=True).fill("000000")
    place.get_by_label("验证码", exact=True).press("Enter")
    expect(place.get_by_role("alert")).to_contain_text("验证码不对")
    place.get_by_label("验证码", exact=True).fill(code(secret))
    place.get_by_label("验证码", exact=True).press("Enter")
    codes = place.get_by_role("list", name="恢复码").get_by_role("listitem")
    expect(codes).to_have_count(10)
    return secret, codes.all_inner_texts()


def test_it_is_set_up_asked_for_and_turned_off(visit, context: BrowserContext, picture):
    owner = visit(OWNER, path=None)
    page = join(owner, context, "示例小李", "li@example.com")
    page.goto("/settings/account")
    page.get_by_role("button", name="开启两步验证").click()
    dialog = page.get_by_role("dialog", name="开启两步验证")
    secret, codes = set_up(dialog)
    dialog.get_by_role("button", name="我已保存好").click()
    expect(page.get_by_text("还有 10 个恢复码")).to_be_visible()

    sign_out(page)
    give_password(page, "li@example.com")
    expect(page.get_by_role("heading", name="输入验证码")).to_be_visible()
    picture(page, "second-factor.zh")
    field = page.get_by_label("验证码或恢复码")
    expect(field).to_be_focused()
    field.fill("111111")
    field.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("验证码不对或已经用过")
    # That of the period before has let in already, and a code lets in once: the app's next one, which counts by now.
    field.fill(code(secret, 1))
    field.press("Enter")
    expect(page.get_by_role("grid")).to_be_visible()

    sign_out(page)
    give_password(page, "li@example.com")
    page.get_by_label("验证码或恢复码").fill(codes[0])
    page.get_by_role("button", name="验证并登录").click()
    expect(page.get_by_role("grid")).to_be_visible()
    page.goto("/settings/account")
    expect(page.get_by_text("还有 9 个恢复码")).to_be_visible()
    page.get_by_role("button", name="关闭", exact=True).click()
    off = page.get_by_role("dialog", name="关闭两步验证")
    off.get_by_label("当前密码").fill(CHOSEN)
    off.get_by_role("button", name="关闭两步验证").click()
    expect(page.get_by_role("button", name="开启两步验证")).to_be_visible()


def test_a_link_for_a_forgotten_password_asks_for_it_too(visit, context: BrowserContext):
    owner = visit(OWNER, path=None)
    page = join(owner, context, "示例小周", "zhou@example.com")
    page.goto("/settings/account")
    page.get_by_role("button", name="开启两步验证").click()
    dialog = page.get_by_role("dialog", name="开启两步验证")
    _, codes = set_up(dialog)
    dialog.get_by_role("button", name="我已保存好").click()
    expect(page.get_by_text("还有 10 个恢复码")).to_be_visible()
    sign_out(page)

    people = send(owner, "GET", "/api/users")["rows"]
    person = next(one["id"] for one in people if one["email"] == "zhou@example.com")
    page.goto(send(owner, "POST", f"/api/users/{person}/invite")["invite_link"])
    page.get_by_label("密码", exact=True).fill("quite another one 88")
    page.get_by_role("button", name="加入").click()
    expect(page.get_by_role("heading", name="输入验证码")).to_be_visible()
    page.get_by_label("验证码或恢复码").fill(codes[0])
    page.get_by_role("button", name="验证并登录").click()
    expect(page.get_by_role("grid")).to_be_visible()


def test_a_role_that_needs_it_is_led_there_and_an_owner_resets_it(visit, context: BrowserContext):
    owner = visit(OWNER, path="/settings/people")
    page = join(owner, context, "示例小孙", "sun@example.com", "readonly")
    reload(owner)
    rules = owner.get_by_role("group", name="必须使用两步验证的角色")
    with owner.expect_response("**/api/sign-in-rules"):
        rules.get_by_role("checkbox", name="只读").check()
    expect(rules.get_by_role("checkbox", name="只读")).to_be_checked()
    expect(rules.get_by_role("checkbox", name="只读")).to_be_enabled()

    sign_out(page)
    page.set_viewport_size({"width": 390, "height": 844})
    give_password(page, "sun@example.com")
    expect(page.get_by_role("heading", name="先开启两步验证")).to_be_visible()
    page.goto("/o/customers")  # no way around it
    expect(page.get_by_role("heading", name="先开启两步验证")).to_be_visible()
    set_up(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="我已保存好").click()
    expect(page).to_have_url(re.compile("/o/customers"))
    expect(page.get_by_role("heading", name="先开启两步验证")).to_have_count(0)

    with owner.expect_response("**/api/sign-in-rules"):
        rules.get_by_role("checkbox", name="只读").uncheck()
    expect(rules.get_by_role("checkbox", name="只读")).to_be_enabled()
    reload(owner)
    owner.get_by_role("button", name="重置 示例小孙 的两步验证").click()
    owner.get_by_role("tooltip").get_by_role("button", name="重置两步验证").click()
    expect(owner.get_by_text("已重置 示例小孙 的两步验证")).to_be_visible()
    give_password(page, "sun@example.com")
    expect(page).to_have_url(re.compile("/o/customers"))
