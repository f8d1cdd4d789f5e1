"""One box for everything: acts, views, pages and records, without a mouse."""

import re

import pytest
from playwright.sync_api import Page, expect

from browser.hands import OWNER, Table, add_customers, send

pytestmark = pytest.mark.browser
NAME = "示例青禾茶业"


@pytest.fixture
def page(visit) -> Page:
    page = visit(OWNER, path=None)
    found = send(page, "POST", "/api/records/customers/query", {"search": NAME, "fields": ["name"], "limit": 1})
    if not found["rows"]:
        add_customers(page, {"name": NAME}, {"name": "示例远山陶艺"})
    page.goto("/o/customers")
    expect(Table(page).cell(NAME, "客户名称")).to_be_visible()
    return page


def opened(page: Page) -> None:
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="搜索操作、视图和记录")).to_be_focused()


def test_a_record_is_found_by_pinyin_initials_and_opened(page: Page):
    Table(page).cell(NAME, "客户名称").click()
    opened(page)
    page.keyboard.type("qhcy")
    expect(page.get_by_role("option", name=NAME)).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary").get_by_role("heading", name=NAME)).to_be_visible()


def test_a_view_by_its_initials_and_a_page_by_its_name(page: Page):
    opened(page)
    page.keyboard.type("jtygj")
    expect(page.get_by_role("option").first).to_contain_text("今天要跟进")
    page.keyboard.press("Enter")
    expect(page.get_by_role("grid", name="客户 · 今天要跟进")).to_be_visible()
    opened(page)
    page.keyboard.type("报表")
    expect(page.get_by_role("option", name="报表", exact=True)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/reports"))


def test_an_act_of_the_table_is_carried_out_after_the_box_is_gone(page: Page):
    opened(page)
    page.keyboard.type("搜索")
    page.keyboard.press("Enter")
    expect(page.get_by_role("searchbox", name="搜索客户")).to_be_focused()
    opened(page)
    page.keyboard.type("sx")
    expect(page.get_by_role("option").first).to_contain_text("筛选")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="筛选")).to_be_visible()


def test_escape_gives_the_focus_back_and_arrows_go_around(page: Page):
    Table(page).cell(NAME, "联系人").click()
    opened(page)
    first = page.get_by_role("option").first
    last = page.get_by_role("option").last
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    expect(last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("combobox", name="搜索操作、视图和记录")).to_have_count(0)
    expect(page.get_by_role("textbox", name=re.compile("联系人，第 1 行"))).to_be_focused()


def test_nothing_found_says_so(page: Page):
    opened(page)
    page.keyboard.type("查无此物此事")
    expect(page.get_by_text("没有找到")).to_be_visible()


def test_the_palette_in_english(visit):
    english = visit(OWNER, path=None, locale="en-US")
    send(english, "PATCH", "/api/me", {"language": "en"})
    try:
        english.goto("/o/customers")
        expect(english.get_by_role("grid")).to_be_visible()
        english.keyboard.press("Control+k")
        box = english.get_by_role("combobox", name="Find actions, views and records")
        expect(box).to_be_focused()
        english.keyboard.type("exp")
        expect(english.get_by_role("option").first).to_contain_text("Export")
    finally:
        send(english, "PATCH", "/api/me", {"language": "zh-Hans"})
