"""A phone of 390 pixels: a list and a record, not a squeezed table."""

import pytest
from playwright.sync_api import Page, expect

from browser.hands import OWNER, add_customers, day

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}


@pytest.fixture(scope="module")
def filled() -> list[int]:
    """The rows of this file, once they are there."""
    return []


@pytest.fixture
def page(visit, filled: list[int]) -> Page:
    page = visit(OWNER, path=None, **PHONE)
    filled[:] = filled or add_customers(
        page,
        {
            "name": "深圳示例科技有限公司",
            "main_contact.name": "张三",
            "main_contact.phone": "13800001234",
            "main_deal.title": "维保",
            "main_deal.amount": 88000,
            "stage": "潜在",
            "next_follow_up": day(),
        },
        {"name": "北京样板贸易有限公司"},
    )
    page.goto("/o/customers")
    return page


def fits(page: Page) -> None:
    """Nothing sticks out sideways."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def test_the_list_shows_what_counts_and_a_tap_opens_the_record(page: Page, picture):
    cards = page.get_by_role("list", name="客户列表").get_by_role("listitem")
    expect(cards).to_have_count(2)
    for text in ("深圳示例科技有限公司", "潜在客户", day(), "88,000.00"):
        expect(cards.first).to_contain_text(text)
    expect(page.get_by_role("grid")).to_have_count(0)
    fits(page)
    picture(page, "phone-list.zh")
    cards.first.get_by_role("button").tap()
    record = page.get_by_role("complementary")
    expect(record.get_by_role("heading", name="深圳示例科技有限公司")).to_be_visible()
    expect(record.get_by_role("textbox", name="联系人", exact=True)).to_have_value("张三")
    fits(page)
    picture(page, "phone-record.zh")
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        record.get_by_role("textbox", name="备注", exact=True).fill("电话里说好")
        record.get_by_role("textbox", name="备注", exact=True).blur()
    record.get_by_role("button", name="关闭记录").tap()
    expect(cards).to_have_count(2)


def test_a_customer_is_added_and_found(page: Page):
    page.get_by_role("button", name="新客户").tap()
    record = page.get_by_role("complementary")
    record.get_by_label("客户名称").fill("广州路上有限公司")
    record.get_by_role("button", name="保存客户").tap()
    expect(record.get_by_role("heading", name="广州路上有限公司")).to_be_visible()
    record.get_by_role("button", name="关闭记录").tap()
    page.get_by_role("searchbox", name="搜索客户").fill("gzls")
    found = page.get_by_role("list", name="客户列表").get_by_role("listitem")
    expect(found).to_have_count(1)
    expect(found).to_contain_text("广州路上有限公司")


@pytest.mark.parametrize(
    "path", ["/reports", "/import", "/settings/account", "/settings/fields", "/settings/people", "/o/deals"]
)
def test_every_page_fits(page: Page, path: str):
    page.goto(path)
    expect(page.get_by_role("heading").first).to_be_attached()
    page.wait_for_load_state("networkidle")
    fits(page)
