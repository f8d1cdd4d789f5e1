"""Two records of one customer become one: side by side, with all that hangs on them, and back again."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from browser.hands import OWNER, Table, add_customers, send

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}
ONE = {
    "name": "深圳示例科技有限公司", "level": "重要客户", "tags": ["展会"], "website": "https://example.com",
    "main_contact.name": "张三",
}  # fmt: skip
TWO = {
    "name": "示例科技", "level": "一般客户", "tags": ["老客户"], "address": "深圳市南山区示例路1号", "remark": "要月结",
    "main_contact.name": "李四", "main_deal.title": "维保",
}  # fmt: skip


@pytest.fixture
def tidy() -> Iterator[list[Page]]:
    """Pages whose customers go at the end."""
    pages: list[Page] = []
    yield pages
    for page in pages:
        send(page, "POST", "/api/records/customers/many", {"delete": True, "label": "tidy"})


def number_of(page: Page, pk: int) -> str:
    return str(send(page, "GET", f"/api/records/customers/{pk}")["values"]["number"])


def test_two_ticked_rows_become_one_and_the_old_number_leads_to_it(visit, tidy, picture):
    page = visit(OWNER, path=None)
    tidy.append(page)
    one, two, _ = add_customers(page, ONE, TWO, {"name": "北京样板贸易"})
    kept, old = number_of(page, one), number_of(page, two)
    page.goto("/o/customers")
    table = Table(page)
    table.shows("深圳示例科技有限公司", "示例科技", "北京样板贸易")
    bar = page.get_by_label("已勾选的行")
    table.tick("深圳示例科技有限公司")
    expect(bar).to_contain_text("已勾选 1 行")
    expect(bar.get_by_role("button", name="合并")).to_have_count(0)
    table.tick("示例科技")
    expect(bar).to_contain_text("已勾选 2 行")
    bar.get_by_role("button", name="合并").click()

    # Side by side: the fuller one stays unless somebody says otherwise, and what is blank cannot be chosen.
    dialog = page.get_by_role("dialog", name="合并客户")
    keep = dialog.get_by_role("radiogroup", name="保留这一条").get_by_role("radio")
    expect(keep.nth(1)).to_be_checked()
    address = dialog.get_by_role("radiogroup", name="地址").get_by_role("radio")
    expect(address.nth(0)).to_be_disabled()
    expect(address.nth(1)).to_be_checked()
    expect(dialog.get_by_role("radiogroup", name="标签").get_by_role("radio", name="都留下")).to_be_checked()
    expect(dialog.get_by_role("radiogroup", name="负责人")).to_have_count(0)
    keep.nth(0).check()
    expect(dialog.get_by_label("合并之后")).to_contain_text(old)
    expect(dialog.get_by_label("合并之后")).to_contain_text("联系人 1、商机 1")
    expect(keep.nth(0)).to_be_checked()
    name = dialog.get_by_role("radiogroup", name="客户名称").get_by_role("radio")
    expect(name.nth(0)).to_be_checked()
    level = dialog.get_by_role("radiogroup", name="客户等级").get_by_role("radio")
    level.nth(0).focus()
    page.keyboard.press("ArrowRight")
    expect(level.nth(1)).to_be_checked()
    dialog.get_by_role("button", name=re.compile("显示另外 . 个字段")).click()
    expect(dialog.get_by_role("radiogroup", name="负责人")).to_be_visible()
    dialog.get_by_role("button", name="收起另外的字段").click()
    picture(page, "merge.zh")

    # Somebody changes one of them meanwhile: that is told, what was chosen stays, and nothing was merged.
    change = {"changes": [{"id": two, "values": {"short_name": "示例"}}], "label": "x"}
    send(page, "POST", "/api/records/customers/batch", change)
    dialog.get_by_role("button", name="合并成一条").click()
    expect(dialog.get_by_role("alert")).to_contain_text("刚才有人改过")
    expect(dialog.get_by_role("radiogroup", name="简称").get_by_role("radio").nth(1)).to_be_checked()
    expect(level.nth(1)).to_be_checked()
    expect(dialog.get_by_role("button", name="合并成一条")).to_be_enabled()
    dialog.get_by_role("button", name="合并成一条").click()
    expect(dialog).to_have_count(0)
    table.shows("深圳示例科技有限公司", "北京样板贸易")
    expect(table.cell("深圳示例科技有限公司", "客户等级")).to_have_text("一般客户")
    expect(bar).to_have_count(0)

    # The old number finds it, the old address opens it, and its timeline has the pair.
    page.get_by_role("searchbox", name="搜索客户").fill(old)
    table.shows("深圳示例科技有限公司")
    page.goto(f"/o/customers?record={two}")
    panel = page.get_by_role("complementary")
    expect(panel.get_by_role("heading", name="深圳示例科技有限公司")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"record={one}(?!\d)"))
    expect(panel.get_by_title(f"合并前的编号：{old}")).to_contain_text(kept)
    expect(panel.get_by_role("tab", name="联系人")).to_have_text("联系人2")
    panel.get_by_role("tab", name="时间线").click()
    entries = panel.get_by_role("list", name="修改记录")
    expect(entries).to_contain_text("合并了 客户 示例科技")
    panel.get_by_role("button", name="关闭记录").click()
    expect(panel).to_have_count(0)

    # One undo brings all of it back.
    table.cell("北京样板贸易", "客户名称").click()
    page.keyboard.press("Control+z")
    table.shows("深圳示例科技有限公司", "示例科技", "北京样板贸易")
    expect(table.cell("深圳示例科技有限公司", "客户等级")).to_have_text("重要客户")
    page.goto(f"/o/customers?record={two}")
    expect(panel.get_by_role("heading", name="示例科技")).to_be_visible()
    expect(panel.get_by_role("tab", name="联系人")).to_have_text("联系人1")


def test_an_open_record_is_merged_with_another_on_a_phone(visit, tidy, picture):
    page = visit(OWNER, path=None, color_scheme="dark", **PHONE)
    tidy.append(page)
    one, two = add_customers(page, ONE, TWO)
    page.goto(f"/o/customers?record={two}")
    panel = page.get_by_role("complementary")
    expect(panel.get_by_role("heading", name="示例科技")).to_be_visible()
    panel.get_by_role("button", name="与另一条合并").tap()
    dialog = page.get_by_role("dialog", name="合并客户")
    # The list of an empty search is there before the words are.
    with page.expect_response(lambda answer: answer.url.endswith("/merge/preview")):
        dialog.get_by_label("再选一条来合并").press_sequentially("深圳示例")
        page.get_by_title(re.compile("^深圳示例科技有限公司 · ")).click()
    options = dialog.get_by_role("radiogroup", name="客户名称").get_by_role("radio")
    expect(options).to_have_count(2)
    places = [option.bounding_box() for option in options.all()]
    assert places[0] and places[1]
    assert places[0]["y"] < places[1]["y"], "one below the other"
    assert places[0]["x"] == places[1]["x"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture(page, "merge-phone.zh.dark")
    dialog.get_by_role("radiogroup", name="保留这一条").get_by_role("radio").nth(0).check()
    expect(dialog.get_by_role("radiogroup", name="地址").get_by_role("radio").nth(1)).to_be_checked()
    expect(dialog.get_by_role("button", name="合并成一条")).to_be_enabled()
    dialog.get_by_role("button", name="合并成一条").click()
    expect(dialog).to_have_count(0)
    expect(page).to_have_url(re.compile(rf"record={one}(?!\d)"))
    expect(panel.get_by_role("heading", name="深圳示例科技有限公司")).to_be_visible()
    kept = send(page, "GET", f"/api/records/customers/{two}")
    assert (kept["id"], kept["values"]["remark"], kept["values"]["tags"]) == (one, "要月结", ["展会", "老客户"])
