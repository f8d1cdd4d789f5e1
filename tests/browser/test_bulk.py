"""One act on many rows: ticked ones, or all that the filter leaves; looked at before, taken back in one step."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from browser.hands import OWNER, Table, add_customers, pick, send, take_back, until

pytestmark = pytest.mark.browser
MANY = 1_205


@pytest.fixture
def table(visit) -> Iterator[Table]:
    page = visit(OWNER, path=None)
    rows = [{"name": f"示例第{n}号", "level": "重要客户" if n % 5 == 0 else "一般客户"} for n in range(1, MANY + 1)]
    add_customers(page, *rows)
    page.goto("/o/customers")
    table = Table(page)
    expect(page.get_by_label("状态栏")).to_contain_text("1,205 行")
    yield table
    send(page, "POST", "/api/records/customers/many", {"delete": True, "label": "tidy"})
    none = {"fields": ["name"], "limit": 1}
    until(page, lambda: send(page, "POST", "/api/records/customers/query", none)["count"] == 0)


def bar(page: Page):
    return page.get_by_label("已勾选的行")


def tick_first(table: Table) -> None:
    table.page.get_by_role("checkbox", name="选择全部行").click()
    expect(bar(table.page)).to_contain_text("已勾选 1,000 行")


def change_level(page: Page) -> None:
    bar(page).get_by_role("button", name="批量修改").click()
    dialog = page.get_by_role("dialog")
    pick(page, dialog.get_by_label("字段"), "客户等级")
    pick(page, dialog.get_by_label("改成"), "重要客户")


def level_count(page: Page, level: str) -> int:
    spec = {"filter": {"field": "level", "op": "is", "value": level}, "fields": ["name"], "limit": 1}
    return int(send(page, "POST", "/api/records/customers/query", spec)["count"])


def test_all_rows_of_a_filter_are_changed_after_a_look_and_taken_back(table: Table):
    page = table.page
    tick_first(table)
    bar(page).get_by_role("button", name="全选 1,205 行").click()
    expect(bar(page)).to_contain_text("已勾选 1,205 行")
    # One of them is left out.
    table.tick("示例第2号")
    expect(bar(page)).to_contain_text("已勾选 1,204 行")
    change_level(page)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("963 行会改变")
    expect(dialog.get_by_role("row", name="示例第1号")).to_contain_text(re.compile("一般客户.*重要客户"))
    dialog.get_by_role("button", name="修改 963 行").click()
    expect(page.get_by_text("已修改 963 行")).to_be_visible()
    expect(table.cell("示例第1号", "客户等级")).to_have_text("重要客户")
    expect(table.cell("示例第2号", "客户等级")).to_have_text("一般客户")
    expect(bar(page)).to_have_count(0)
    take_back(page)
    expect(table.cell("示例第1号", "客户等级")).to_have_text("一般客户")
    assert level_count(page, "key") == 241


def test_all_rows_of_a_filter_are_deleted_after_asking(table: Table):
    page = table.page
    page.goto("/o/customers?filter=" + '{"field":"level","op":"is","value":"normal"}')
    expect(page.get_by_label("状态栏")).to_contain_text(re.compile("(?<!,)964 行"))
    page.get_by_role("checkbox", name="选择全部行").click()
    expect(bar(page)).to_contain_text("已勾选 964 行")
    # All there are: nothing more is offered.
    expect(bar(page).get_by_role("button", name=re.compile("全选"))).to_have_count(0)
    bar(page).get_by_role("button", name="删除").click()
    expect(page.get_by_label("状态栏")).to_contain_text(re.compile(r"(?<!\d)0 行"))
    take_back(page)
    expect(page.get_by_label("状态栏")).to_contain_text("964 行")


def test_all_rows_are_deleted_by_keys_in_the_background(table: Table):
    page = table.page
    tick_first(table)
    bar(page).get_by_role("button", name="全选 1,205 行").click()
    table.cell("示例第1号", "联系人").click()
    page.keyboard.press("Control+Delete")
    page.get_by_role("dialog").get_by_role("button", name="删除 1,205 行").click()
    expect(page.get_by_text("已删除 1,205 行")).to_be_visible()
    expect(page.get_by_label("状态栏")).to_contain_text(re.compile(r"(?<!\d)0 行"))
    page.keyboard.press("Control+z")
    expect(page.get_by_label("状态栏")).to_contain_text("1,205 行")


def test_another_search_unticks_all_rows(table: Table):
    page = table.page
    tick_first(table)
    bar(page).get_by_role("button", name="全选 1,205 行").click()
    expect(bar(page)).to_contain_text("1,205")
    page.get_by_role("searchbox", name="搜索客户").fill("示例第7号")
    expect(bar(page)).to_have_count(0)


def test_a_few_ticked_rows_get_a_value_that_must_fit(table: Table):
    page = table.page
    table.tick("示例第1号")
    table.tick("示例第3号")
    bar(page).get_by_role("button", name="批量修改").click()
    dialog = page.get_by_role("dialog")
    pick(page, dialog.get_by_label("字段"), "下次跟进日期")
    dialog.get_by_label("改成").fill("不是日期")
    dialog.get_by_label("改成").press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("不是日期")
    expect(dialog.get_by_role("button", name=re.compile("修改 2 行"))).to_be_disabled()
    dialog.get_by_label("改成").fill("2027-03-05")
    dialog.get_by_label("改成").press("Enter")
    dialog.get_by_role("button", name="修改 2 行").click()
    expect(page.get_by_text("已修改 2 行")).to_be_visible()
    table.cell("示例第3号", "联系人").click()
    page.keyboard.press("End")
    expect(table.cell("示例第3号", "下次跟进日期")).to_have_text("2027-03-05")
    expect(table.cell("示例第2号", "下次跟进日期")).to_have_text("")
