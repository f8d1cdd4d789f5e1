"""Who did what at the doors of the house, as an owner reads it."""

from __future__ import annotations

import openpyxl
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from browser.hands import OWNER, pick, send, until

pytestmark = pytest.mark.browser


def rows(page: Page):
    return page.get_by_role("table", name="审计日志").locator("tbody tr")


def test_an_owner_reads_filters_and_exports_the_audit_log(visit, picture, tmp_path):
    page = visit(OWNER, path=None)
    # The backup of the night before, which a new installation makes up for, would come between at any time.
    until(page, lambda: send(page, "GET", "/api/audit?acts=backup_made")["rows"])
    for n in range(60):
        made = send(page, "POST", "/api/tokens", {"name": f"脚本{n}", "scope": "read"})
        send(page, "DELETE", f"/api/tokens/{made['id']}")
    page.goto("/settings")
    page.get_by_role("navigation", name="设置分类").get_by_role("link", name="审计日志").click()
    expect(page.get_by_role("heading", name="审计日志")).to_be_visible()
    expect(rows(page)).to_have_count(50)
    first = rows(page).first
    expect(first).to_contain_text("吊销令牌")
    expect(first).to_contain_text("令牌 脚本59")
    expect(first).to_contain_text("Chrome · Linux")
    picture(page, "audit.zh")

    page.get_by_role("button", name="显示更早的").click()
    expect(rows(page)).to_have_count(100)

    page.keyboard.press("Escape")
    pick(page, page.get_by_role("combobox", name="做了什么"), "生成令牌")
    page.keyboard.press("Escape")
    expect(rows(page).first).to_contain_text("令牌 脚本59，范围 只读")
    expect(rows(page).filter(has_text="吊销令牌")).to_have_count(0)

    with page.expect_download() as coming:
        page.get_by_role("button", name="导出 Excel").click()
    file = tmp_path / "audit.xlsx"
    coming.value.save_as(file)
    sheet = list(openpyxl.load_workbook(file).active.values)
    assert sheet[0][2:5] == ("谁", "做了什么", "说明")
    assert [row[3:5] for row in sheet[1:]] == [("生成令牌", f"令牌 脚本{n}，范围 只读。") for n in range(59, -1, -1)]

    page.get_by_label("从", exact=True).fill("2099-01-01")
    expect(page.get_by_text("没有记录")).to_be_visible()
    page.get_by_role("button", name="清除筛选").click()
    expect(rows(page).filter(has_text="导出审计日志")).to_have_count(1)


def test_a_failed_sign_in_is_there_with_who_it_was_tried_as(context: BrowserContext, visit):
    guest = context.new_page()
    guest.goto("/sign-in")
    guest.get_by_label("邮箱").fill("stranger@example.com")
    guest.get_by_label("密码", exact=True).fill("not the right one")
    guest.get_by_role("button", name="登录").click()
    expect(guest.get_by_role("alert")).to_be_visible()

    page = visit(OWNER, path="/settings/audit", viewport={"width": 390, "height": 844})
    line = rows(page).filter(has_text="stranger@example.com")
    expect(line.first).to_contain_text("登录失败")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_salesperson_does_not_find_it(context: BrowserContext, visit):
    owner = visit(OWNER, path=None)
    made = send(owner, "POST", "/api/users", {"email": "lin@example.com", "name": "示例小林", "role": "sales"})
    guest = context.new_page()
    guest.goto(made["invite_link"])
    guest.get_by_label("密码", exact=True).fill("quite long enough 77")
    guest.get_by_role("button", name="加入").click()
    expect(guest.get_by_role("grid")).to_be_visible()
    guest.goto("/settings/audit")
    expect(guest.get_by_text("没有权限")).to_be_visible()
    expect(guest.get_by_role("link", name="审计日志")).to_have_count(0)
