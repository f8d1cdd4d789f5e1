"""An owner looks at the program as a colleague: what he sees, nothing more, nothing changed, and the way back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.hands import OWNER, Table, add_customers, reload, send

pytestmark = pytest.mark.browser
NAME = "示例张三"


def bar(page: Page) -> Locator:
    return page.get_by_role("region", name="以他人身份查看")


def colleague(owner: Page, name: str, email: str) -> int:
    return int(send(owner, "POST", "/api/users", {"email": email, "name": name, "role": "sales"})["id"])


def test_an_owner_looks_as_a_colleague_and_comes_back(visit, picture):
    owner, tab = visit(OWNER, path=None), visit(OWNER, path=None)
    his = colleague(owner, NAME, "zhang@example.com")
    (pk, _) = add_customers(owner, {"name": "示例甲", "owner": his}, {"name": "示例乙"})
    # Another tab, from before.
    tab.goto("/o/customers")
    old = Table(tab)
    expect(old.cell("示例乙", "客户名称")).to_be_visible()

    owner.goto("/settings/people")
    expect(owner.get_by_role("row").filter(has_text=OWNER)).to_be_visible()
    expect(owner.get_by_role("button", name=re.compile("的身份查看$"))).to_have_count(1)
    owner.get_by_role("button", name=f"以 {NAME} 的身份查看").click()
    owner.get_by_role("tooltip").get_by_role("button", name="以此身份查看").click()
    expect(bar(owner)).to_contain_text(f"正在以 {NAME} 的身份查看")
    table = Table(owner)
    table.shows("示例甲")
    cell = table.cell("示例甲", "客户名称")
    cell.click()
    owner.keyboard.type("改")
    expect(cell).to_have_text("示例甲")
    for name in ("新客户", "导入", "导出"):
        expect(owner.get_by_role("button", name=name)).to_have_count(0)
    picture(owner, "viewing.zh")

    # On every page, and by every address.
    owner.get_by_role("link", name="报表").click()
    expect(owner).to_have_url(re.compile("/reports"))
    expect(bar(owner)).to_be_visible()
    owner.goto("/settings/account")
    expect(owner.get_by_text(f"只有 {NAME} 本人能看和改")).to_be_visible()
    expect(owner.get_by_role("navigation", name="设置分类").get_by_role("link")).to_have_text(["我的账号"])
    expect(bar(owner)).to_be_visible()

    # What is refused says why, and nothing typed is lost.
    owner.goto(f"/o/customers?record={pk}&tab=comments")
    words = owner.get_by_role("textbox", name="写评论", exact=True)
    words.fill("先写在这里")
    words.press("Control+Enter")
    expect(owner.get_by_role("alert").filter(has_text=f"正在以 {NAME} 的身份查看，只能看，不能改")).to_be_visible()
    expect(words).to_have_value("先写在这里")

    # The other tab was opened as herself: it does nothing any more, and says so.
    old.cell("示例乙", "客户名称").click()
    tab.keyboard.type("改名")
    tab.keyboard.press("Enter")
    expect(bar(tab)).to_contain_text("现在已换成另一个人")
    typed = old.cell("改名", "客户名称")
    expect(typed).to_have_class(re.compile("kg-failed"))
    typed.click()
    tab.keyboard.press("Escape")
    expect(old.cell("示例乙", "客户名称")).to_be_visible()
    bar(tab).get_by_role("button", name="刷新页面").click()
    expect(bar(tab)).to_contain_text(f"正在以 {NAME} 的身份查看")
    old.shows("示例甲")

    bar(owner).get_by_role("button", name="停止查看").click()
    expect(owner).to_have_url(re.compile("/settings/people"))
    expect(owner.get_by_role("row").filter(has_text="zhang@example.com")).to_be_visible()
    expect(bar(owner)).to_have_count(0)
    noted = send(owner, "GET", "/api/audit?acts=viewing_begun&acts=viewing_ended")["rows"]
    assert [(one["act"], NAME in one["text"]) for one in noted] == [("viewing_ended", True), ("viewing_begun", True)]
    # The tab in which she still looks says that it is over, too, before it does anything as herself.
    tab.goto("/o/customers")
    expect(old.cell("示例乙", "客户名称")).to_be_visible()
    expect(bar(tab)).to_have_count(0)


def test_on_a_phone_it_ends_with_the_colleague(visit):
    owner = visit(OWNER, path=None)
    his = colleague(owner, "示例李四", "li@example.com")
    phone = visit(OWNER, path=None, viewport={"width": 390, "height": 844}, color_scheme="dark")
    send(phone, "POST", f"/api/users/{his}/view")
    phone.goto("/o/customers")
    expect(bar(phone)).to_contain_text("正在以 示例李四 的身份查看")
    expect(phone.get_by_role("navigation").get_by_role("link", name="报表")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    send(owner, "PATCH", f"/api/users/{his}", {"active": False})
    reload(phone)
    expect(phone.get_by_role("alert")).to_contain_text("查看已结束")
    phone.get_by_role("button", name="停止查看").click()
    expect(phone.get_by_role("heading", name="成员")).to_be_visible()
    expect(bar(phone)).to_have_count(0)
