"""Step 5: colleagues come by a link, have a role, and go when they are disabled."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from browser.hands import OWNER, PASSWORD, add_customers, pick, reload, sign_in

pytestmark = pytest.mark.browser


def invite(page: Page, name: str, email: str, role: str) -> str:
    """Invite somebody on the people page; answers the link."""
    page.get_by_role("button", name="邀请成员").click()
    dialog = page.get_by_role("dialog", name="邀请成员")
    dialog.get_by_label("姓名").fill(name)
    dialog.get_by_label("邮箱").fill(email)
    dialog.get_by_label("角色").click()
    page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden)").get_by_title(role, exact=True).click()
    dialog.get_by_role("button", name="生成邀请链接").click()
    shown = page.get_by_role("dialog", name="邀请链接")
    link = shown.get_by_label("邀请链接").and_(page.get_by_role("textbox")).input_value()
    shown.get_by_role("button", name="关闭").click()
    return link


def join(guest: Page, link: str, name: str) -> None:
    guest.goto(link)
    expect(guest.get_by_role("heading", name="加入示例公司")).to_be_visible()
    expect(guest.get_by_label("姓名")).to_have_value(name)
    guest.get_by_label("密码", exact=True).fill(PASSWORD)
    guest.get_by_role("button", name="加入").click()
    expect(guest).to_have_url(re.compile("/o/customers"))


def test_a_colleague_joins_works_and_is_disabled(visit, context: BrowserContext, picture):
    owner = visit(OWNER, path="/settings/people")
    link = invite(owner, "示例小周", "zhou@example.com", "销售")
    line = owner.get_by_role("row").filter(has_text="zhou@example.com")
    expect(line).to_contain_text("待加入")

    guest = context.new_page()
    join(guest, link, "示例小周")
    expect(guest.get_by_role("grid")).to_be_visible()
    # A salesperson has no settings of the company, by hand or by address.
    guest.goto("/settings/people")
    expect(guest.get_by_text("没有权限")).to_be_visible()
    expect(guest.get_by_role("navigation", name="设置分类").get_by_role("link")).to_have_text(["我的账号"])
    guest.goto("/o/customers")
    expect(guest.get_by_role("grid")).to_be_visible()

    reload(owner)
    expect(line).to_contain_text("正常")
    picture(owner, "people.zh")
    owner.get_by_role("button", name="停用 示例小周").click()
    owner.get_by_role("tooltip").get_by_role("button", name="停用").click()
    expect(line).to_contain_text("已停用")
    # The open page notices by itself, or with the next thing it asks.
    guest.goto("/reports")
    expect(guest.get_by_role("button", name="登录")).to_be_visible()
    guest.get_by_label("邮箱").fill("zhou@example.com")
    guest.get_by_label("密码", exact=True).fill(PASSWORD)
    guest.get_by_role("button", name="登录").click()
    expect(guest.get_by_role("alert")).to_be_visible()

    # The link was good for once.
    other = context.new_page()
    other.goto(link)
    expect(other.get_by_role("alert")).to_contain_text("邀请链接已失效")


def test_a_reader_sees_and_changes_nothing(visit, context: BrowserContext):
    owner = visit(OWNER, path="/settings/people")
    add_customers(owner, {"name": "示例甲", "main_contact.name": "张三"})
    link = invite(owner, "示例小读", "read@example.com", "销售")
    pick(owner, owner.get_by_label("示例小读的角色"), "只读")
    expect(owner.get_by_role("row").filter(has_text="read@example.com")).to_contain_text("只读")
    guest = context.new_page()
    join(guest, link, "示例小读")
    cell = guest.get_by_role("grid").get_by_text("张三")
    cell.click()
    guest.keyboard.type("李")
    expect(cell).to_have_text("张三")
    for name in ("新客户", "导入"):
        expect(guest.get_by_role("button", name=name)).to_have_count(0)
    expect(guest.get_by_text("添加一行")).to_have_count(0)


def test_a_new_password_by_link(visit, context: BrowserContext):
    owner = visit(OWNER, path="/settings/people")
    guest = context.new_page()
    join(guest, invite(owner, "示例小何", "he@example.com", "销售"), "示例小何")
    reload(owner)
    owner.get_by_role("button", name="给 示例小何 重设密码的链接").click()
    link = owner.get_by_role("dialog", name="邀请链接").get_by_role("textbox").input_value()
    context.clear_cookies()
    again = context.new_page()
    again.goto(link)
    again.get_by_label("密码", exact=True).fill("another horse 马 battery")
    again.get_by_role("button", name="加入").click()
    expect(again).to_have_url(re.compile("/o/customers"))
    context.clear_cookies()
    again.goto("/sign-in")
    sign_in(again, "he@example.com", "another horse 马 battery")
