"""Step 8: out and in again, and who guesses has to wait."""

import re

import pytest
from playwright.sync_api import Page, expect

from browser.hands import OWNER, PASSWORD, sign_in
from installation import Served

pytestmark = pytest.mark.browser


def test_out_and_in_again_to_where_one_was(page: Page, program: Served):
    page.goto("/reports")
    expect(page).to_have_url(re.compile("/sign-in"))
    page.get_by_label("邮箱").fill(OWNER)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(re.compile("/reports"))
    page.get_by_role("button", name="个人菜单").click()
    page.get_by_text("退出登录").click()
    expect(page.get_by_role("button", name="登录")).to_be_visible()
    assert page.request.get("/api/me").status == 401
    page.go_back()
    expect(page.get_by_role("button", name="登录")).to_be_visible()


def test_the_address_never_leads_to_another_site(page: Page, program: Served):
    for back in ("https://example.com/", "//example.com/", "javascript:alert(1)"):
        page.goto(f"/sign-in?return={back}")
        sign_in(page, OWNER, PASSWORD)
        assert page.url.startswith(program.url)
        page.context.clear_cookies()


def test_wrong_passwords_are_told_kindly_and_then_slowed_down(page: Page):
    page.goto("/sign-in")
    page.get_by_label("邮箱").fill("nobody@example.com")
    alert = page.get_by_role("alert")
    for number in range(12):
        page.get_by_label("密码", exact=True).fill(f"wrong password {number}")
        with page.expect_response(re.compile("/auth/login")) as answer:
            page.get_by_role("button", name="登录").click()
        if answer.value.status == 429:
            break
        expect(alert).to_contain_text("邮箱或密码不对")
    assert answer.value.status == 429
    assert number == 10
    expect(alert).to_contain_text("试得太多了")
