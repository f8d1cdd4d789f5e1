"""Conditions in groups, views of one's own and everybody's, colours by rules."""

import re
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect

from browser.hands import OWNER, Table, add_customers, day, pick, reload

pytestmark = pytest.mark.browser
HUAXIN, YUANJING, CHENGUANG, SHILI = "示例华信医疗", "示例远景制造", "示例晨光金融", "示例科技"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}
HUED = re.compile(r"\bkg-hued\b")
CUSTOMERS = (
    {"name": HUAXIN, "main_deal.amount": 1_200_000, "level": "重要客户", "stage": "合作中", "next_follow_up": day(3)},
    {"name": YUANJING, "main_deal.amount": 50_000, "stage": "潜在", "next_follow_up": day(1)},
    {"name": CHENGUANG, "main_deal.amount": 300_000, "level": "一般客户", "stage": "流失"},
    {"name": SHILI, "main_deal.amount": 88_000, "level": "重要客户", "stage": "潜在", "next_follow_up": day(-20)},
)


@pytest.fixture
def table(visit, filled: list[int]) -> Table:
    page = visit(OWNER, path=None)
    filled[:] = filled or add_customers(page, *CUSTOMERS)
    page.goto("/o/customers")
    table = Table(page)
    table.shows(HUAXIN, YUANJING, CHENGUANG, SHILI)
    return table


def condition(page: Page, number: int, field: str, op: str | None, value: str) -> None:
    """Set a condition that is there; without a comparison one of its choices."""
    pick(page, page.get_by_label(f"第 {number} 个条件的字段"), field)
    if op is None:
        pick(page, page.get_by_label(f"第 {number} 个条件的值"), value)
        page.keyboard.press("Escape")
        return
    pick(page, page.get_by_label(f"第 {number} 个条件的比较方式"), op)
    page.get_by_label(f"第 {number} 个条件的值").fill(value)


def test_conditions_are_built_in_groups_and_come_back_as_they_were(table: Table, picture):
    page = table.page
    page.get_by_role("button", name="筛选").click()
    dialog = page.get_by_role("dialog", name="筛选")
    dialog.get_by_role("button", name="添加条件").click()
    condition(page, 1, "金额", "大于", "60000")
    table.shows(HUAXIN, CHENGUANG, SHILI)
    # A group within takes the other word: this, and one of those.
    dialog.get_by_role("button", name="添加一组条件").click()
    expect(page.get_by_label("第 2 个条件的字段")).to_be_focused()
    condition(page, 2, "客户等级", None, "重要客户")
    table.shows(HUAXIN, SHILI)
    group = dialog.get_by_role("group", name="第 1 组条件")
    group.get_by_role("button", name="添加条件", exact=True).click()
    condition(page, 3, "客户名称", "包含", "晨光")
    table.shows(HUAXIN, CHENGUANG, SHILI)
    group.get_by_role("button", name="添加一组条件").click()
    condition(page, 4, "客户名称", "包含", "远景")
    # It has been applied: the address says so.
    page.wait_for_url(lambda url: "远景" in unquote(url))
    picture(page, "filter-groups.zh")
    reload(page)
    page.get_by_role("button", name="筛选").click()
    expect(dialog.get_by_role("group")).to_have_count(2)
    expect(page.get_by_label("第 4 个条件的值")).to_have_value("远景")
    dialog.get_by_role("button", name="去掉第 1 组条件").click()
    expect(dialog.get_by_role("button", name="添加条件", exact=True)).to_be_focused()
    table.shows(HUAXIN, CHENGUANG, SHILI)
    dialog.get_by_role("button", name="清除全部").click()
    table.shows(HUAXIN, YUANJING, CHENGUANG, SHILI)


def test_days_are_counted_from_today_as_far_as_one_likes(table: Table):
    page = table.page
    table.menu("下次跟进日期", "筛选")
    pick(page, page.get_by_label("第 1 个条件的值"), "最近…")
    count = page.get_by_label("第 1 个条件的数量")
    count.fill("21")
    table.shows(SHILI)
    count.fill("20")  # today counts
    table.shows()
    pick(page, page.get_by_label("第 1 个条件的值"), "今后…")
    count.fill("2")
    table.shows(YUANJING)
    pick(page, page.get_by_label("第 1 个条件的单位"), "周")
    table.shows(HUAXIN, YUANJING)


def test_a_cell_narrows_the_table_to_its_value_or_to_the_others(table: Table):
    page = table.page
    table.cell(HUAXIN, "客户等级").click(button="right")
    page.get_by_role("menuitem", name="只看这个值").click()
    table.shows(HUAXIN, SHILI)
    # What was asked before goes on to hold; by the keyboard as well.
    table.cell(SHILI, "金额").click()
    page.keyboard.press("Shift+F10")
    page.get_by_role("menuitem", name="不看这个值").press("Enter")
    table.shows(HUAXIN)
    page.get_by_role("button", name="还原").click()
    table.shows(HUAXIN, YUANJING, CHENGUANG, SHILI)
    # An empty cell: those that have nothing there, or that have something.
    table.cell(CHENGUANG, "下次跟进日期").click(button="right")
    page.get_by_role("menuitem", name="不看这个值").click()
    table.shows(HUAXIN, YUANJING, SHILI)
    page.get_by_role("button", name="还原").click()
    table.cell(CHENGUANG, "下次跟进日期").click(button="right")
    page.get_by_role("menuitem", name="只看这个值").click()
    table.shows(CHENGUANG)


def test_rules_colour_rows_and_cells_and_draw_bars(table: Table, picture):
    page = table.page
    page.get_by_role("button", name="颜色").click()
    dialog = page.get_by_role("dialog", name="颜色")
    dialog.get_by_role("button", name="添加规则").click()
    condition(page, 1, "客户等级", None, "重要客户")
    # It shows while one builds: the whole row, and the next rule in one column, with a sign.
    expect(table.cell(HUAXIN, "客户名称")).to_have_class(HUED)
    expect(table.cell(SHILI, "联系人")).to_have_class(HUED)
    expect(table.cell(YUANJING, "客户名称")).not_to_have_class(HUED)
    dialog.get_by_role("button", name="规则 1 的颜色").click()
    page.get_by_role("group", name="规则 1 的颜色").get_by_role("button", name="粉").click()
    expect(table.cell(HUAXIN, "客户名称")).to_have_class(re.compile(r"\bkg-hue-7\b"))
    dialog.get_by_role("button", name="添加规则").click()
    second = dialog.get_by_role("listitem", name="规则 2")
    pick(page, second.get_by_label("规则 2 标在哪里"), "金额")
    second.get_by_label("规则 2 的图标").click()
    page.locator(".ant-select-item-option").filter(has_text="注意").click()
    pick(page, second.get_by_label("第 1 个条件的字段"), "金额")
    pick(page, second.get_by_label("第 1 个条件的比较方式"), "小于")
    second.get_by_label("第 1 个条件的值").fill("100000")
    expect(table.cell(YUANJING, "金额").get_by_role("img", name="注意")).to_be_visible()
    expect(table.cell(YUANJING, "客户名称")).not_to_have_class(HUED)
    dialog.get_by_role("button", name="添加数据条").click()
    expect(table.cell(HUAXIN, "金额").locator(".kg-bar")).to_be_visible()
    picture(page, "colors.zh")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    # What a record says by now counts, at once; and the view keeps it all.
    table.type_into(YUANJING, "金额", "250000")
    expect(table.cell(YUANJING, "金额").get_by_role("img", name="注意")).to_have_count(0)
    reload(table.page)
    expect(table.cell(HUAXIN, "客户名称")).to_have_class(re.compile(r"\bkg-hue-7\b"))
    expect(table.cell(SHILI, "金额").get_by_role("img", name="注意")).to_be_visible()
    page.get_by_role("button", name="颜色").click()
    for _ in range(3):
        dialog.get_by_role("button", name="去掉规则 1").click()
    expect(table.cell(HUAXIN, "客户名称")).not_to_have_class(HUED)
    page.keyboard.press("Escape")
    table.type_into(YUANJING, "金额", "50000")


def test_a_second_order_is_added_from_a_column_and_moved_before_the_first(table: Table):
    page = table.page
    table.menu("客户等级", "升序")
    table.shows(HUAXIN, SHILI, CHENGUANG, YUANJING)
    table.menu("金额", "再按它升序")
    table.shows(SHILI, HUAXIN, CHENGUANG, YUANJING)
    expect(table.header("客户等级").locator(".kg-sort-place")).to_have_text("1")
    expect(table.header("金额").locator(".kg-sort-place")).to_have_text("2")
    # With Shift the plain entry turns a column at its place.
    header = table.header("金额")
    header.hover()
    header.get_by_role("button").click()
    page.get_by_role("menuitem", name="降序", exact=True).click(modifiers=["Shift"])
    table.shows(HUAXIN, SHILI, CHENGUANG, YUANJING)
    page.get_by_role("button", name="排序").click()
    page.get_by_role("button", name="移动第 2 个排序").press("ArrowUp")
    table.shows(HUAXIN, CHENGUANG, SHILI, YUANJING)
    page.keyboard.press("Escape")
    table.menu("金额", "不按它排序")
    table.shows(HUAXIN, SHILI, CHENGUANG, YUANJING)


def test_a_view_is_copied_shared_locked_and_moved(visit, table: Table, picture):
    page = table.page
    tabs = page.get_by_role("navigation", name="视图")
    tabs.get_by_role("button", name="重要客户", exact=True).click()
    table.shows(HUAXIN, SHILI)
    # What the template asks for reads as people set it.
    page.get_by_role("button", name=re.compile("^筛选")).click()
    expect(page.get_by_role("dialog", name="筛选").get_by_title("重要客户", exact=True).first).to_be_visible()
    page.keyboard.press("Escape")
    act(page, "重要客户", "复制视图")
    # The copy is one's own, has an address, and shows the same.
    expect(page.get_by_role("button", name="视图 重要客户 副本 的菜单")).to_be_visible()
    expect(page).to_have_url(re.compile(r"view=\d+"))
    table.shows(HUAXIN, SHILI)
    act(page, "重要客户 副本", "重命名")
    page.get_by_label("视图名称").fill("示例大客户")
    page.keyboard.press("Enter")
    act(page, "示例大客户", "改为所有人可见")
    act(page, "示例大客户", "锁定")
    expect(tabs.get_by_role("img", name="已锁定")).to_be_visible()
    picture(page, "views.zh")
    # A locked view opens and is drafted over; it does not change.
    page.get_by_role("button", name="视图 示例大客户 的菜单").click()
    expect(page.get_by_role("menuitem", name="解锁")).to_be_visible()
    expect(page.get_by_role("menuitem", name="重命名")).to_have_count(0)
    page.keyboard.press("Escape")
    table.cell(HUAXIN, "合作阶段").click(button="right")
    page.get_by_role("menuitem", name="只看这个值").click()
    table.shows(HUAXIN)
    expect(page.get_by_role("button", name="还原")).to_be_visible()
    expect(page.get_by_role("button", name="保存到视图")).to_have_count(0)
    page.get_by_role("button", name="还原").click()
    table.shows(HUAXIN, SHILI)
    names = tabs.locator("[draggable] > button:first-child")
    before = names.all_text_contents()
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        tabs.get_by_role("button", name=re.compile("示例大客户$")).drag_to(
            tabs.get_by_role("button", name="全部客户", exact=True), target_position={"x": 4, "y": 10}
        )
    expect(names.first).to_contain_text("示例大客户")
    reload(page)
    expect(names).to_have_text([before[-1], *before[:-1]])
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        act(page, "示例大客户", "右移")
    expect(names.nth(1)).to_contain_text("示例大客户")
    act(page, "示例大客户", "解锁")
    act(page, "示例大客户", "删除视图")
    page.get_by_role("dialog").get_by_role("button", name="删除").click()
    expect(names).to_have_text(before[:-1])


def act(page: Page, view: str, item: str) -> None:
    page.get_by_role("button", name=f"视图 {view} 的菜单").click()
    page.get_by_role("menuitem", name=item).click()


def test_a_phone_filters_too(visit, table: Table):
    page = visit(OWNER, **PHONE)
    cards = page.get_by_role("list", name="客户列表").get_by_role("listitem")
    expect(cards).to_have_count(4)
    page.get_by_role("button", name="筛选").click()
    dialog = page.get_by_role("dialog", name="筛选")
    dialog.get_by_role("button", name="添加条件").click()
    page.get_by_label("第 1 个条件的值").fill("华信")
    expect(cards).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    dialog.get_by_role("button", name="关闭").or_(dialog.get_by_role("button", name="Close")).click()
    expect(dialog).to_be_hidden()
    expect(cards).to_have_count(1)
