"""Step 4: sort, filter, search; rows that are added, deleted and taken back."""

import re

import pytest
from playwright.sync_api import expect

from browser.hands import OWNER, Table, add_customers, day, pick, reload, take_back

pytestmark = pytest.mark.browser
HUAXIN, YUANJING, CHENGUANG, SHILI = (
    "深圳华信医疗（示例）",
    "北京远景制造（示例）",
    "上海晨光金融（示例）",
    "杭州示例科技",
)


@pytest.fixture
def table(visit, filled: list[int]) -> Table:
    page = visit(OWNER, path=None)
    if not filled:
        filled[:] = add_customers(
            page,
            {
                "name": HUAXIN,
                "main_contact.name": "张三",
                "main_contact.phone": "13800001234",
                "main_deal.amount": 1200000,
                "level": "重要客户",
                "stage": "合作中",
                "next_follow_up": day(3),
            },
            {
                "name": YUANJING,
                "main_contact.name": "李四",
                "main_contact.phone": "010-66551234",
                "stage": "潜在",
                "next_follow_up": day(1),
            },
            {"name": CHENGUANG, "main_contact.name": "王五", "main_deal.amount": 300000, "stage": "流失"},
            {
                "name": SHILI,
                "main_contact.name": "赵六",
                "main_contact.phone": "13900005678",
                "main_deal.amount": 88000.5,
            },
        )
    page.goto("/o/customers")
    table = Table(page)
    table.shows(HUAXIN, YUANJING, CHENGUANG, SHILI)
    return table


def test_a_column_sorts_from_its_menu_chinese_by_pinyin(table: Table):
    table.menu("客户名称", "升序")
    table.shows(YUANJING, SHILI, CHENGUANG, HUAXIN)
    expect(table.header("客户名称")).to_have_attribute("aria-sort", "ascending")
    table.menu("客户名称", "降序")
    table.shows(HUAXIN, CHENGUANG, SHILI, YUANJING)
    table.menu("下次跟进日期", "升序")
    table.shows(YUANJING, HUAXIN, CHENGUANG, SHILI)  # blanks last
    # The order is in the address: it comes back after a reload, and the view itself is as it was.
    reload(table.page)
    table.shows(YUANJING, HUAXIN, CHENGUANG, SHILI)
    table.page.get_by_role("button", name="还原").click()
    table.shows(HUAXIN, YUANJING, CHENGUANG, SHILI)


def test_several_sorts_are_set_in_the_toolbar(table: Table):
    page = table.page
    page.get_by_role("button", name="排序").click()
    page.get_by_role("button", name="添加排序").click()
    pick(page, page.get_by_label("第 1 个排序字段"), "金额")
    page.get_by_text("降序", exact=True).click()
    page.keyboard.press("Escape")
    table.shows(HUAXIN, CHENGUANG, SHILI, YUANJING)


def test_a_column_filters_from_its_menu(table: Table, picture):
    page = table.page
    table.menu("合作阶段", "筛选")
    pick(page, page.get_by_label("第 1 个条件的值"), "合作中客户")
    table.shows(HUAXIN)
    page.keyboard.press("Escape")
    expect(page.get_by_label("第 1 个条件的值")).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="筛选")).to_be_hidden()
    expect(page.get_by_role("button", name="筛选")).to_be_focused()
    expect(page.get_by_text(re.compile(r"^1\s*行$"))).to_be_visible()
    page.get_by_role("button", name="筛选").click()
    page.get_by_role("button", name="添加条件").click()
    pick(page, page.get_by_label("第 2 个条件的字段"), "联系人")
    page.get_by_label("第 2 个条件的值").fill("李")
    page.get_by_text("满足任一").click()
    table.shows(HUAXIN, YUANJING)
    picture(page, "filter.zh")
    page.get_by_role("button", name="清除全部").click()
    table.shows(HUAXIN, YUANJING, CHENGUANG, SHILI)


def test_a_date_filters_by_a_period(table: Table):
    page = table.page
    table.menu("下次跟进日期", "筛选")
    pick(page, page.get_by_label("第 1 个条件的比较方式"), "属于")
    pick(page, page.get_by_label("第 1 个条件的值"), "明天")
    table.shows(YUANJING)
    pick(page, page.get_by_label("第 1 个条件的值"), "今后 7 天")
    table.shows(HUAXIN, YUANJING)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("华信", [HUAXIN]),  # two characters of a name
        ("hxyl", [HUAXIN]),  # initials of its reading
        ("zs", [HUAXIN, SHILI]),  # initials of the contact's name; and inside those of 杭州示例
        ("1234", [HUAXIN, YUANJING]),  # tail of a phone
        ("5678", [SHILI]),
        ("示例", [HUAXIN, YUANJING, CHENGUANG, SHILI]),
    ],
)
def test_search_finds(table: Table, text: str, found: list[str]):
    table.page.keyboard.press("Control+Shift+f")
    expect(table.page.get_by_role("searchbox", name="搜索客户")).to_be_focused()
    table.page.keyboard.type(text)
    table.shows(*found)


def test_a_search_that_finds_nothing_says_so_and_lets_go(table: Table):
    page = table.page
    page.get_by_role("searchbox", name="搜索客户").fill("没有这样的公司")
    expect(page.get_by_text("没有符合条件的客户")).to_be_visible()
    page.get_by_role("button", name="清除筛选和搜索").click()
    table.shows(HUAXIN, YUANJING, CHENGUANG, SHILI)


def test_rows_are_typed_one_below_the_other(table: Table):
    page = table.page
    table.grid.get_by_text("添加一行").click()
    # As fast as fingers are: nothing waits for the row before.
    for text in ("广州甲有限公司", "Enter", "广州乙有限公司", "Tab", "小乙"):
        page.keyboard.press(text) if text in ("Enter", "Tab") else page.keyboard.type(text)
    expect(page.get_by_text("已添加「广州乙有限公司」")).to_be_visible()
    with table.saving():
        page.keyboard.press("Enter")
    table.shows(HUAXIN, YUANJING, CHENGUANG, SHILI, "广州甲有限公司", "广州乙有限公司")
    expect(table.cell("广州乙有限公司", "联系人")).to_have_text("小乙")
    for _ in range(3):
        page.keyboard.press("Control+z")
    table.shows(HUAXIN, YUANJING, CHENGUANG, SHILI)


def test_a_new_customer_is_written_in_the_panel(table: Table):
    page = table.page
    page.get_by_role("button", name="新客户").click()
    panel = page.get_by_role("complementary", name="新客户")
    panel.get_by_role("button", name="保存客户").click()
    expect(panel.get_by_role("alert")).to_contain_text("客户名称")
    panel.get_by_label("客户名称").fill("苏州面板有限公司")
    panel.get_by_label("联系人", exact=True).fill("孙七")
    panel.get_by_role("button", name="保存客户").click()
    expect(page.get_by_role("complementary").get_by_role("heading", name="苏州面板有限公司")).to_be_visible()
    expect(table.cell("苏州面板有限公司", "联系人")).to_have_text("孙七")
    page.get_by_role("button", name="删除客户").click()
    expect(page.get_by_text("已删除 1 条客户")).to_be_visible()
    table.shows(HUAXIN, YUANJING, CHENGUANG, SHILI)


def test_deleted_rows_come_back(table: Table):
    page = table.page
    table.tick(YUANJING)
    table.tick(SHILI)
    expect(page.get_by_text("已勾选 2 行")).to_be_visible()
    page.keyboard.press("Control+Delete")
    table.shows(HUAXIN, CHENGUANG)
    take_back(page)
    table.shows(HUAXIN, YUANJING, CHENGUANG, SHILI)
    # With what belongs to them.
    expect(table.cell(YUANJING, "联系人")).to_have_text("李四")


def test_keys_take_changes_back_and_do_them_again(table: Table):
    page = table.page
    table.type_into(CHENGUANG, "联系人", "甲")
    table.type_into(CHENGUANG, "联系人", "乙")
    cell = table.cell(CHENGUANG, "联系人")
    for key, text in (("z", "甲"), ("z", "王五"), ("y", "甲"), ("y", "乙"), ("z", "甲"), ("z", "王五")):
        page.keyboard.press(f"Control+{key}")
        expect(cell).to_have_text(text)
    expect(page.get_by_role("button", name="撤销")).to_be_disabled()


def test_rows_are_copied_by_keys_without_their_numbers(table: Table):
    page = table.page
    table.cell(HUAXIN, "联系人").click()
    page.keyboard.press("Control+Shift+D")
    copy = f"{HUAXIN} 副本"
    table.shows(HUAXIN, YUANJING, CHENGUANG, SHILI, copy)
    expect(table.cell(copy, "联系人")).to_have_text("张三")
    expect(table.cell(copy, "金额")).to_have_text("1,200,000.00")
    page.keyboard.press("Control+z")
    table.shows(HUAXIN, YUANJING, CHENGUANG, SHILI)


def test_a_row_is_inserted_from_the_menu_and_its_place_is_told(table: Table):
    page = table.page
    table.menu("客户名称", "升序")
    expect(table.header("客户名称")).to_have_attribute("aria-sort", "ascending")
    table.cell(YUANJING, "联系人").click(button="right")
    page.get_by_role("menuitem", name="插入一行").click()
    expect(page.get_by_text("新的一行按排序和分组就位")).to_be_visible()
    page.keyboard.type("北海示例公司")
    page.keyboard.press("Enter")
    expect(table.at(1, "客户名称")).to_have_text("北海示例公司")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="还原").click()
    page.get_by_role("button", name="撤销", exact=True).click()
    table.shows(HUAXIN, YUANJING, CHENGUANG, SHILI)
