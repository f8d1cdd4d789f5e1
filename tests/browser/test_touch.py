"""The table under fingers, on a tablet."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from browser.hands import OWNER, Table, add_customers, send

pytestmark = pytest.mark.browser
TABLET = {"viewport": {"width": 820, "height": 1180}, "has_touch": True, "is_mobile": True}
FIRST, SECOND = "示例甲公司", "示例乙公司"


@pytest.fixture
def table(visit) -> Iterator[Table]:
    page = visit(OWNER, path=None, **TABLET)
    add_customers(page, {"name": FIRST}, {"name": SECOND})
    page.goto("/o/customers")
    table = Table(page)
    table.shows(FIRST, SECOND)
    yield table
    send(page, "POST", "/api/records/customers/many", {"delete": True, "label": "tidy"})


def test_lists_and_days_are_large_enough_for_a_finger(table: Table):
    page = table.page
    table.cell(FIRST, "客户名称").tap()
    for _ in range(2):
        page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("F2")
    day = page.locator(".kf-calendar td button").first
    expect(day).to_be_visible()
    box = day.bounding_box()
    assert box
    assert box["height"] >= 40
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("F2")
    option = page.get_by_role("option").first
    expect(option).to_be_visible()
    box = option.bounding_box()
    assert box
    assert box["height"] >= 44
    option.tap()
    expect(page.get_by_label("状态栏")).to_contain_text(re.compile("已保存"))
