"""Step 5: fields of one's own, in the table at once."""

import pytest
from playwright.sync_api import Page, expect

from browser.hands import OWNER, Table, add_customers, pick

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def filled() -> list[int]:
    """The rows of this file, once they are there."""
    return []


@pytest.fixture
def page(visit, filled: list[int]) -> Page:
    page = visit(OWNER, path=None)
    filled[:] = filled or add_customers(page, {"name": "示例甲"}, {"name": "示例乙"}, {"name": "示例丙"})
    page.goto("/settings/fields")
    return page


def add_field(page: Page, name: str, kind: str, *choices: str) -> None:
    page.get_by_role("button", name="添加字段").click()
    drawer = page.get_by_role("dialog", name="给客户添加字段")
    drawer.get_by_label("中文名称").fill(name)
    pick(page, drawer.get_by_label("类型"), kind)
    for number, choice in enumerate(choices, 1):
        if number > 1:
            drawer.get_by_role("button", name="添加选项").click()
        drawer.get_by_label(f"选项 {number} 的名称").fill(choice)
    drawer.get_by_role("button", name="保存").click()
    expect(page.get_by_role("list", name="字段列表").get_by_text(name, exact=True)).to_be_visible()


def drop_field(page: Page, name: str) -> None:
    page.goto("/settings/fields")
    page.get_by_role("button", name=f"删除字段 {name}").click()
    page.get_by_role("dialog").get_by_role("button", name="删除", exact=True).click()
    expect(page.get_by_text(f"已删除字段「{name}」")).to_be_visible()


def open_table(page: Page, column: str) -> Table:
    """The table with the new column in sight."""
    page.get_by_role("link", name="客户", exact=True).click()
    table = Table(page)
    table.shows("示例甲", "示例乙", "示例丙")
    if table.header(column).count() == 0:
        page.get_by_role("button", name="字段").click()
        page.get_by_label("查找字段").fill(column)
        page.get_by_role("switch", name=f"显示 {column}").click()
        page.keyboard.press("Escape")
    table.at(1, "客户名称").click()
    page.keyboard.press("End")
    expect(table.header(column)).to_be_in_viewport()
    return table


@pytest.mark.parametrize(
    ("kind", "typed", "shown"),
    [
        ("数字", "1234.5", "1,234.5"),
        ("百分比", "12", "12%"),
        ("日期", "2026年3月5日", "2026-03-05"),
        ("链接", "example.com/a", "example.com/a"),
        ("电话", "13800001234", "13800001234"),
    ],
)
def test_a_field_of_each_kind_is_in_the_table_at_once(page: Page, kind: str, typed: str, shown: str):
    name = f"试{kind}"
    add_field(page, name, kind)
    table = open_table(page, name)
    table.type_into("示例乙", name, typed)
    expect(table.cell("示例乙", name)).to_have_text(shown)
    # Sortable and filterable at once: blanks last, then only the row that has a value.
    table.menu(name, "降序")
    table.shows("示例乙", "示例甲", "示例丙")
    page.get_by_role("button", name="还原").click()
    table.menu(name, "筛选")
    pick(page, page.get_by_label("第 1 个条件的比较方式"), "不为空")
    table.shows("示例乙")
    drop_field(page, name)


def test_choices_have_colours_and_other_spellings(page: Page, picture):
    add_field(page, "合作意向", "单选", "很强", "一般")
    page.get_by_role("button", name="编辑字段 合作意向").click()
    drawer = page.get_by_role("dialog", name="编辑字段 合作意向")
    drawer.get_by_role("button", name="选项 很强 的颜色").click()
    page.get_by_role("group", name="选项 很强 的颜色").get_by_role("button", name="天蓝", exact=True).click()
    drawer.get_by_label("选项 很强 的同义词").fill("强烈")
    page.keyboard.press("Enter")
    picture(page, "choices.zh")
    drawer.get_by_role("button", name="保存").click()
    expect(drawer).to_be_hidden()
    table = open_table(page, "合作意向")
    # The other spelling is understood.
    table.type_into("示例甲", "合作意向", "强烈")
    expect(table.cell("示例甲", "合作意向")).to_have_text("很强")
    drop_field(page, "合作意向")


def test_stages_carry_a_category_for_the_reports(page: Page):
    page.get_by_role("button", name="编辑字段 合作阶段").click()
    drawer = page.get_by_role("dialog", name="编辑字段 合作阶段")
    expect(drawer.get_by_text("报表按分类统计")).to_be_visible()
    row = drawer.get_by_role("listitem").filter(has=page.get_by_label("选项 1 的名称"))
    expect(row).to_contain_text("潜在")


def test_a_field_is_renamed_hidden_and_moved(page: Page):
    add_field(page, "旧名字", "文本")
    page.get_by_role("button", name="编辑字段 旧名字").click()
    drawer = page.get_by_role("dialog", name="编辑字段 旧名字")
    drawer.get_by_label("中文名称").fill("新名字")
    drawer.get_by_role("button", name="保存").click()
    fields = page.get_by_role("list", name="字段列表").get_by_role("listitem")
    expect(fields.filter(has_text="新名字")).to_be_visible()
    before = fields.count()
    expect(fields.nth(before - 1)).to_contain_text("新名字")
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.get_by_role("button", name="移动 新名字").press("ArrowUp")
    expect(fields.nth(before - 2)).to_contain_text("新名字")
    page.get_by_role("switch", name="显示字段 新名字").click()
    expect(page.get_by_role("switch", name="显示字段 新名字")).not_to_be_checked()
    page.get_by_role("link", name="客户", exact=True).click()
    Table(page).shows("示例甲", "示例乙", "示例丙")
    page.get_by_role("button", name="字段").click()
    page.get_by_label("查找字段").fill("新名字")
    expect(page.get_by_role("switch", name="显示 新名字")).to_have_count(0)
    drop_field(page, "新名字")


def test_deleting_asks_once_and_says_what_is_lost(page: Page):
    add_field(page, "要删的", "文本")
    table = open_table(page, "要删的")
    table.type_into("示例甲", "要删的", "有内容")
    page.goto("/settings/fields")
    page.get_by_role("button", name="删除字段 要删的").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("删除字段「要删的」？")
    expect(dialog).to_contain_text("有 1 条记录填了这个字段")
    dialog.get_by_role("button", name="取消").click()
    expect(page.get_by_role("list", name="字段列表").get_by_text("要删的")).to_be_visible()
    drop_field(page, "要删的")
    # What the company did not make cannot be deleted.
    expect(page.get_by_role("button", name="删除字段 客户名称")).to_have_count(0)
