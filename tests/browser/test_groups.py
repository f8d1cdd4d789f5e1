"""Rows in groups: heads with numbers and sums, closed and opened, kept in the address and in the view; sums of many."""

import pytest
from playwright.sync_api import Page, expect

from browser.hands import OWNER, Table, add_customers, pick, reload

pytestmark = pytest.mark.browser

ROWS = [
    {"name": "示例甲", "level": "key", "stage": "active", "main_deal.amount": 100, "next_follow_up": "2026-03-31"},
    {"name": "示例乙", "level": "key", "stage": "potential", "main_deal.amount": 20.5, "next_follow_up": "2026-04-01"},
    {"name": "示例丙", "level": "normal", "stage": "active", "main_deal.amount": 7, "next_follow_up": "2026-04-30"},
    {"name": "示例丁"},
]


@pytest.fixture
def table(visit, filled: list[int]) -> Table:
    page = visit(OWNER, path=None)
    filled[:] = filled or add_customers(page, *ROWS)
    page.goto("/o/customers")
    shown = Table(page)
    expect(shown.at(4, "客户名称")).to_be_visible()
    return shown


def group_by(page: Page, *fields: str, unit: str | None = None) -> None:
    """Group by these fields, outermost first, by the toolbar."""
    tools = page.get_by_role("toolbar", name="表格工具")
    tools.get_by_role("button", name="分组").click()
    dialog = page.get_by_role("dialog", name="分组")
    for number, field in enumerate(fields, 1):
        dialog.get_by_role("button", name="添加分组").click()
        pick(page, dialog.get_by_role("combobox", name=f"第 {number} 级分组的字段"), field)
    if unit:
        pick(page, dialog.get_by_role("combobox", name=f"第 {len(fields)} 级分组的时间段"), unit)
    # The first Escape would only close the list that is still open.
    expect(page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden)")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def to_the_right(table: Table) -> None:
    """The last columns into sight."""
    table.at(2, "客户名称").click()
    table.page.keyboard.press("End")


def lines(table: Table, *texts: str) -> None:
    """What the first column shows, from the top."""
    for number, text in enumerate(texts, 1):
        expect(table.at(number, "客户名称")).to_have_text(text)


def test_rows_stand_in_groups_with_numbers_and_sums(table: Table, picture):
    page = table.page
    group_by(page, "客户等级", "合作阶段")
    lines(
        table,
        "重要客户2",
        "潜在客户1",
        "示例乙",
        "合作中客户1",
        "示例甲",
        "一般客户1",
        "合作中客户1",
        "示例丙",
        "（空）1",
        "（空）1",
        "示例丁",
    )
    to_the_right(table)
    expect(table.at(1, "金额")).to_have_text("Σ 120.50")
    expect(table.at(4, "金额")).to_have_text("Σ 100.00")
    expect(table.at(9, "金额")).to_have_text("")
    picture(page, "groups.zh")
    # An edit counts at once, in every group around it.
    table.cell("示例甲", "金额").click()
    with table.saving():
        page.keyboard.type("200")
        page.keyboard.press("Enter")
    expect(table.at(1, "金额")).to_have_text("Σ 220.50")
    expect(table.at(4, "金额")).to_have_text("Σ 200.00")
    page.keyboard.press("Control+z")
    expect(table.at(1, "金额")).to_have_text("Σ 120.50")


def test_groups_close_and_open_by_mouse_and_keys_and_stay_so(table: Table):
    page = table.page
    group_by(page, "客户等级")
    lines(table, "重要客户2", "示例甲", "示例乙", "一般客户1", "示例丙", "（空）1", "示例丁")
    table.at(1, "客户名称").locator(".kg-toggle").click()
    lines(table, "重要客户2", "一般客户1", "示例丙")
    # What can be done with a record cannot be done with a group.
    table.at(1, "客户名称").click(button="right")
    expect(page.get_by_role("menu")).to_have_count(0)
    # Below the closed one by the arrow, and there by the space bar.
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    lines(table, "重要客户2", "一般客户1", "（空）1", "示例丁")
    expect(page.get_by_role("textbox", name="分组 一般客户，1 行，已收起，按空格展开")).to_be_focused()
    reload(page)
    lines(table, "重要客户2", "一般客户1", "（空）1", "示例丁")
    page.get_by_role("toolbar", name="表格工具").get_by_role("button", name="分组").click()
    page.get_by_role("button", name="全部展开").click()
    page.keyboard.press("Escape")
    lines(table, "重要客户2", "示例甲", "示例乙", "一般客户1", "示例丙", "（空）1", "示例丁")


def test_a_record_is_added_to_the_group_it_belongs_to(table: Table):
    page = table.page
    group_by(page, "客户等级")
    lines(table, "重要客户2", "示例甲", "示例乙", "一般客户1", "示例丙")
    table.at(4, "客户名称").locator("xpath=..").get_by_title("在这一组里添加").click()
    panel = page.get_by_role("complementary")
    expect(panel.get_by_label("客户名称")).to_be_focused()
    page.keyboard.type("示例戊")
    panel.get_by_role("button", name="保存客户").click()
    expect(panel.get_by_role("heading", name="示例戊")).to_be_visible()
    lines(table, "重要客户2", "示例甲", "示例乙", "一般客户2", "示例丙", "示例戊")
    with page.expect_response(lambda answer: "/undo" in answer.url):
        page.get_by_role("toolbar", name="表格工具").get_by_role("button", name="撤销").click()
    lines(table, "重要客户2", "示例甲", "示例乙", "一般客户1", "示例丙")


def test_dates_group_by_the_span_one_chooses(table: Table):
    page = table.page
    group_by(page, "下次跟进日期", unit="按季度")
    lines(table, "2026 Q11", "示例甲", "2026 Q22", "示例乙", "示例丙", "（空）1", "示例丁")
    page.get_by_role("button", name="还原").click()
    table.shows("示例甲", "示例乙", "示例丙", "示例丁")


def test_what_is_copied_and_pasted_passes_over_the_heads(table: Table):
    page = table.page
    group_by(page, "客户等级")
    lines(table, "重要客户2", "示例甲", "示例乙", "一般客户1", "示例丙")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    table.at(2, "客户名称").click()
    table.at(5, "客户名称").click(modifiers=["Shift"])
    page.keyboard.press("Control+c")
    expect(page.get_by_text("已复制")).to_be_attached()
    assert page.evaluate("navigator.clipboard.readText()").splitlines() == ["示例甲", "示例乙", "示例丙"]
    page.evaluate("navigator.clipboard.writeText('一\\n二\\n三')")
    to_the_right(table)
    table.at(2, "备注").click()
    with table.saving():
        page.keyboard.press("Control+v")
    expect(table.cell("示例乙", "备注")).to_have_text("二")
    expect(table.cell("示例丙", "备注")).to_have_text("三")


def test_a_view_of_ones_own_keeps_its_groups(table: Table):
    page = table.page
    page.get_by_role("button", name="新建视图").click()
    page.get_by_label("视图名称").fill("按等级")
    page.get_by_role("button", name="保存视图").click()
    expect(page.get_by_role("button", name="视图 按等级 的菜单")).to_be_visible()
    with page.expect_response(lambda answer: answer.request.method == "PATCH" and "/api/views/" in answer.url):
        group_by(page, "客户等级")
    lines(table, "重要客户2", "示例甲")
    page.goto("/o/customers")
    lines(table, "重要客户2", "示例甲")


def test_the_figures_of_a_selection_count_rows_that_were_never_in_sight(table: Table):
    page = table.page
    add_customers(page, *({"name": f"样品{n:04d}", "main_deal.amount": 2} for n in range(700)))
    page.goto("/o/customers")
    status = page.get_by_label("状态栏")
    expect(status).to_contain_text("704")
    to_the_right(table)
    table.at(2, "金额").click()
    page.keyboard.press("Control+Space")
    expect(status).to_contain_text("求和 1,527.5")
    for figure in ("已选 704 格", "非空 703", "最小 2", "最大 100"):
        expect(status).to_contain_text(figure)
    expect(status).not_to_contain_text("仅已加载")
    # The same rows in groups, where heads take no part.
    group_by(page, "客户等级")
    to_the_right(table)
    table.at(2, "金额").click()
    page.keyboard.press("Control+Space")
    expect(status).to_contain_text("求和 1,527.5")
