"""Step 2: from the printed link to an open table, in Chinese and in English."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from browser.hands import reload
from installation import Installation, Served

pytestmark = pytest.mark.browser
PASSWORD = "一匹马 rides quietly 42"


@pytest.fixture
def program(tmp_path) -> Iterator[Served]:
    """A new one for each test: the set-up happens once."""
    with Installation(tmp_path / "home").served() as served:
        yield served


def test_the_owner_sets_up_the_company_in_chinese(page: Page, program: Served, picture):
    page.goto(program.setup_link)
    page.get_by_label("公司名称").fill("示例科技有限公司")
    page.get_by_label("姓名").fill("示例店主")
    page.get_by_label("邮箱").fill("alice@example.com")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="下一步").click()

    templates = page.get_by_role("radiogroup", name="从哪张表开始")
    expect(templates.get_by_role("radio")).to_have_count(2)
    expect(templates.get_by_text("合作客户管理表格")).to_be_visible()
    expect(templates.get_by_role("listitem").filter(has_text="联系人").first).to_be_visible()
    picture(page, "templates.zh")
    templates.locator("label", has_text="企业CRM表格").click()
    page.get_by_role("button", name="建立客户表").dblclick()  # as some do with every button

    expect(page.get_by_role("heading", name="示例科技有限公司")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("button", name=re.compile("空表")).click()
    expect(page).to_have_url(re.compile("/o/customers"))
    expect(page.get_by_text("客户名称").first).to_be_visible()

    # Set up once and never again, and the link is told no more.
    assert page.request.get(f"{program.url}/api/setup").status == 404
    page.goto(program.setup_link)
    expect(page.get_by_text("已经设置过了")).to_be_visible()


def test_the_owner_sets_up_the_company_in_english(english: BrowserContext, program: Served):
    page = english.new_page()
    page.goto(program.setup_link)
    page.get_by_text("English", exact=True).click()
    page.get_by_label("Company").fill("Example Ltd")
    page.get_by_label("Name", exact=True).fill("Sample Owner")
    page.get_by_label("E-mail").fill("alice@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Create the table").click()
    page.get_by_role("button", name=re.compile("Empty")).click()
    expect(page).to_have_url(re.compile("/o/customers"))
    chinese = page.evaluate("document.body.innerText.match(/[\\u4e00-\\u9fff]+/g)") or []
    assert set(chinese) <= {"简体中文"}, "only the switch to Chinese may be Chinese on an English page"


def test_without_the_secret_nobody_sets_up(page: Page, program: Served):
    page.goto(f"{program.url}/setup")
    expect(page.get_by_role("alert")).to_be_visible()
    page.goto(f"{program.url}/setup#secret=kebu_0000000000")
    reload(page)
    page.get_by_label("公司名称").fill("示例科技有限公司")
    page.get_by_label("姓名").fill("示例店主")
    page.get_by_label("邮箱").fill("alice@example.com")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="建立客户表").click()
    expect(page.get_by_role("alert")).to_contain_text("口令")
    assert page.request.get(f"{program.url}/api/setup").status == 200
