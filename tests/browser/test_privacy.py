"""One person is erased by hand, and the certificate of it is fetched."""

from __future__ import annotations

import json
import zipfile

import pytest
from playwright.sync_api import Page, expect

from browser.hands import OWNER, send

pytestmark = pytest.mark.browser

NAME = "示例联系人"


def dialog(page: Page):
    return page.get_by_role("dialog", name=f"个人信息 · {NAME}")


def test_a_contact_is_erased_where_the_name_is_typed(visit, picture, tmp_path):
    page = visit(OWNER, path=None)
    customer = send(page, "POST", "/api/records/customers", {"values": {"name": "示例公司", "remark": f"找{NAME}"}})[
        "id"
    ]
    values = {"name": NAME, "customer": customer, "phone": "13900001111"}
    contact = send(page, "POST", "/api/records/contacts", {"values": values})["id"]
    page.goto(f"/o/contacts?record={contact}")
    panel = page.get_by_role("complementary")
    expect(panel.get_by_role("heading", name=NAME)).to_be_visible()
    panel.get_by_role("button", name="个人信息").click()

    with page.expect_download() as coming:
        dialog(page).get_by_role("button", name="导出", exact=True).click()
    file = tmp_path / "data.zip"
    coming.value.save_as(file)
    with zipfile.ZipFile(file) as archive:
        assert json.loads(archive.read("data.json"))["records"]["contacts"][0]["name"] == NAME

    told = dialog(page).get_by_role("list", name="将会").get_by_role("listitem")
    expect(told.first).to_have_text("彻底删除 1 条联系人")
    expect(told.nth(1)).to_have_text("在 1 条其他记录的文字里去掉这个人")
    erase = dialog(page).get_by_role("button", name="彻底清除")
    expect(erase).to_be_disabled()
    dialog(page).get_by_label(f"输入“{NAME}”来确认").fill("示例")
    expect(erase).to_be_disabled()
    dialog(page).get_by_label(f"输入“{NAME}”来确认").fill(NAME)
    dialog(page).get_by_label("申请编号").fill("R-2026-7")
    picture(page, "erase.zh")
    with page.expect_response(lambda answer: answer.url.endswith("/erase")) as answered:
        erase.click()
    assert answered.value.status == 201
    expect(dialog(page)).to_have_count(0)
    expect(panel).to_have_count(0)
    assert send(page, "GET", f"/api/records/customers/{customer}")["values"]["remark"] == "找[已清除]"

    page.goto("/settings")
    page.get_by_role("navigation", name="设置分类").get_by_role("link", name="隐私").click()
    row = page.get_by_role("table", name="隐私").locator("tbody tr").first
    expect(row).to_contain_text("R-2026-7")
    with page.expect_download() as coming:
        row.get_by_role("button", name="下载证明").click()
    file = tmp_path / "certificate.pdf"
    coming.value.save_as(file)
    assert file.read_bytes().startswith(b"%PDF")


def test_on_a_phone_in_the_dark_and_in_english(visit, picture):
    page = visit(OWNER, path=None, locale="en-US", viewport={"width": 390, "height": 800}, color_scheme="dark")
    contact = send(page, "POST", "/api/records/contacts", {"values": {"name": "Sample Contact"}})["id"]
    send(page, "PATCH", "/api/me", {"language": "en"})
    try:
        page.goto(f"/o/contacts?record={contact}")
        page.get_by_role("button", name="Personal data").click()
        told = page.get_by_role("dialog").get_by_role("listitem")
        expect(told.first).to_have_text("remove for good: Contacts, 1")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        picture(page, "erase.en")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    finally:
        send(page, "PATCH", "/api/me", {"language": "zh-Hans"})
