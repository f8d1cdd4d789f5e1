"""What the table remembers: the trash, what was done and by whom, and taking it back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import Visit
from browser.hands import OWNER, Table, add_customers, send

pytestmark = [pytest.mark.browser, pytest.mark.once]

Picture = Callable[[Page, str], None]


@pytest.fixture
def office(visit: Visit) -> Page:
    """The owner's page, blank as yet."""
    return visit(OWNER, path=None)


def throw_away(page: Page, *ids: int) -> None:
    send(page, "POST", "/api/records/customers/batch", {"changes": [{"id": pk, "delete": True} for pk in ids]})


def trash_of(page: Page, heading: str = "回收站") -> None:
    page.goto("/trash?object=customers")
    expect(page.get_by_role("heading", name=heading)).to_be_visible()


def test_what_was_deleted_comes_back_from_the_trash(visit: Visit, picture: Picture) -> None:
    page = visit(OWNER)
    first, second, third = add_customers(
        page,
        {"name": "示例旧客户甲", "main_contact.name": "示例联系人"},
        {"name": "示例旧客户乙"},
        {"name": "示例旧客户丙"},
    )
    throw_away(page, first, second, third)
    page.get_by_role("button", name="更多", exact=True).click()
    page.get_by_role("menuitem", name="回收站").click()
    expect(page.get_by_role("heading", name="回收站")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="示例旧客户甲")
    expect(row).to_contain_text("alice")
    expect(row).to_contain_text("30 天")
    expect(row).to_contain_text("含 1 个联系人")
    picture(page, "trash.zh")

    page.get_by_label("在回收站里搜索客户").fill("乙")
    expect(page.get_by_role("row").filter(has_text="示例旧客户甲")).to_have_count(0)
    page.get_by_label("选择 示例旧客户乙").check()
    page.get_by_role("button", name="恢复 1 条").click()
    expect(page.get_by_text("已恢复 1 条客户")).to_be_visible()
    expect(page.get_by_text("回收站里没有找到")).to_be_visible()
    page.get_by_role("button", name="清除搜索").click()
    page.get_by_role("button", name="恢复 示例旧客户甲").click()
    expect(page.get_by_role("row").filter(has_text="示例旧客户甲")).to_have_count(0)
    page.goto("/o/customers?q=示例旧客户")
    Table(page).shows("示例旧客户甲", "示例旧客户乙")
    expect(Table(page).cell("示例旧客户甲", "联系人")).to_have_text("示例联系人")


def test_an_administrator_removes_for_good_after_being_asked(office: Page) -> None:
    office.goto("/o/customers")
    (pk,) = add_customers(office, {"name": "示例要清除的"})
    throw_away(office, pk)
    trash_of(office)
    office.get_by_role("button", name="彻底删除 示例要清除的").click()
    dialog = office.get_by_role("dialog")
    expect(dialog).to_contain_text("不能再恢复")
    dialog.get_by_role("button", name="取消").click()
    expect(office.get_by_role("row").filter(has_text="示例要清除的")).to_be_visible()
    office.get_by_role("button", name="彻底删除 示例要清除的").click()
    office.get_by_role("dialog").get_by_role("button", name="彻底删除").click()
    expect(office.get_by_text("已彻底删除 1 条客户")).to_be_visible()
    expect(office.get_by_role("row").filter(has_text="示例要清除的")).to_have_count(0)


def test_the_trash_in_english_on_a_phone_in_the_dark(visit: Visit, picture: Picture) -> None:
    page = visit(
        OWNER, locale="en-US", viewport={"width": 390, "height": 844}, color_scheme="dark", path="/trash?object=deals"
    )
    send(page, "PATCH", "/api/me", {"language": "en"})
    try:
        page.reload()
        expect(page.get_by_role("heading", name="Trash", exact=True)).to_be_visible()
        expect(page.get_by_text("The trash is empty")).to_be_visible()
        page.get_by_role("button", name="Back to deals").click()
        expect(page).to_have_url(re.compile("/o/deals"))
    finally:
        send(page, "PATCH", "/api/me", {"language": "zh-Hans"})
