"""The table under fingers, on a tablet."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.hands import OWNER, Table, add_customers, painted, send

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


def rest_on(page: Page, place: Locator) -> None:
    """A finger that stays where it is for a while."""
    box = painted(place)
    assert box
    devtools = page.context.new_cdp_session(page)
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    devtools.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
    expect(page.get_by_role("menuitem", name="编辑单元格")).to_be_visible()
    devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    devtools.detach()


def test_a_long_press_selects_the_cell_and_opens_its_menu(table: Table):
    page = table.page
    table.cell(FIRST, "客户名称").tap()
    rest_on(page, table.cell(SECOND, "联系人"))
    expect(page.get_by_role("menuitem", name="编辑单元格")).to_be_visible()
    page.get_by_role("menuitem", name="编辑单元格").tap()
    with table.saving():
        page.keyboard.type("李四")
        page.keyboard.press("Enter")
    expect(table.cell(SECOND, "联系人")).to_have_text("李四")
    expect(table.cell(FIRST, "联系人")).to_have_text("")


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
