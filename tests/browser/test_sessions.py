"""Where somebody is signed in: seen, and ended, one by one or all."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from browser.hands import OWNER, pick, reload, send

pytestmark = pytest.mark.browser
CHOSEN = "quite long enough 77"


def enter(page: Page, email: str) -> Page:
    page.goto("/sign-in")
    page.locator("input[type=text], input[type=email]").first.fill(email)
    page.locator("input[type=password]").fill(CHOSEN)
    page.locator("button[type=submit]").click()
    expect(page).to_have_url(re.compile("/o/customers"))
    return page


def places(page: Page):
    return page.get_by_role("table", name="登录的设备").locator("tbody tr")


def test_one_ends_a_session_elsewhere_and_an_owner_ends_all(
    visit, context: BrowserContext, english: BrowserContext, picture
):
    owner = visit(OWNER, path=None)
    made = send(owner, "POST", "/api/users", {"email": "hua@example.com", "name": "示例小华", "role": "sales"})
    here = context.new_page()
    here.goto(made["invite_link"])
    here.get_by_label("密码", exact=True).fill(CHOSEN)
    here.get_by_role("button", name="加入").click()
    expect(here.get_by_role("grid")).to_be_visible()
    there = enter(english.new_page(), "hua@example.com")

    here.goto("/settings/account")
    expect(places(here)).to_have_count(2)
    expect(places(here).filter(has_text="正在使用")).to_have_count(1)
    expect(places(here).first).to_contain_text("Chrome · Linux")
    places(here).first.scroll_into_view_if_needed()
    picture(here, "sessions.zh")
    here.get_by_role("button", name="退出 Chrome · Linux").click()
    expect(places(here)).to_have_count(1)
    reload(there)
    expect(there).to_have_url(re.compile("/sign-in"))

    enter(there, "hua@example.com")
    reload(here)
    here.get_by_role("button", name="退出其他所有设备").click()
    here.get_by_role("tooltip").get_by_role("button", name="退出其他所有设备").click()
    expect(places(here)).to_have_count(1)
    reload(there)
    expect(there).to_have_url(re.compile("/sign-in"))

    owner.goto("/settings/people")
    owner.get_by_role("button", name="让 示例小华 在所有设备上退出登录").click()
    owner.get_by_role("tooltip").get_by_role("button", name="退出登录").click()
    expect(owner.get_by_text("示例小华 已退出 1 处登录")).to_be_visible()
    reload(here)
    expect(here).to_have_url(re.compile("/sign-in"))


def test_a_token_ends_when_it_was_said_to(visit):
    page = visit(OWNER, path="/settings/account", viewport={"width": 390, "height": 844})
    page.get_by_label("用途").fill("月度脚本")
    pick(page, page.get_by_role("combobox", name="有效期"), "30 天")
    page.get_by_role("button", name="生成令牌").click()
    line = page.get_by_role("table", name="API 令牌").get_by_role("row").filter(has_text="月度脚本")
    expect(line).to_contain_text("只读")
    expect(line).not_to_contain_text("一直有效")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_token_is_made_for_some_objects_and_acts(visit, picture):
    page = visit(OWNER, path="/settings/account")
    page.get_by_label("用途").fill("网站表单")
    pick(page, page.get_by_label("范围"), "按对象和操作")
    boxes = page.get_by_role("table", name="令牌可以做什么")
    page.get_by_role("button", name="生成令牌").click()
    expect(page.get_by_text("至少勾选一项")).to_be_visible()
    # What needs another verb brings it along.
    boxes.get_by_role("checkbox", name="客户：导入").check()
    for verb in ("读取", "新建", "导入"):
        expect(boxes.get_by_role("checkbox", name=f"客户：{verb}")).to_be_checked()
    boxes.get_by_role("checkbox", name="联系人：读取").check()
    picture(page, "token-verbs.zh")
    page.get_by_role("button", name="生成令牌").click()
    line = page.get_by_role("table", name="API 令牌").get_by_role("row").filter(has_text="网站表单")
    expect(line).to_contain_text("联系人：读取")
    expect(line).to_contain_text("客户：读取、新建、导入")
