"""Step 5: fields of one's own, and what they are in the table at once."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from browser.hands import OWNER, Table, add_customers, pick, send
from installation import Installation, Served

pytestmark = pytest.mark.browser
WIDE = {"viewport": {"width": 2400, "height": 900}}


@pytest.fixture(scope="module")
def program(company: Installation) -> Iterator[Served]:
    """Served with one customer who belongs to nobody."""
    file = company.home / "seed.csv"
    file.write_text("客户名称\n大家的客户\n", encoding="utf-8")
    company.json("import", file)
    with company.served() as served:
        yield served


@pytest.fixture
def page(visit) -> Iterator[Page]:
    """The fields page, with one more customer in the table, the owner's."""
    page = visit(OWNER, path=None, **WIDE)
    ids = add_customers(page, {"name": "店主的客户"})
    page.goto("/settings/fields")
    yield page
    changes = [{"id": one, "delete": True} for one in ids]
    send(page, "POST", "/api/records/customers/batch", {"changes": changes, "label": "tidy"})


def open_table(page: Page) -> Table:
    """Go to the customers by the rail, without loading the page anew."""
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="客户", exact=True).click()
    table = Table(page)
    expect(table.at(1, "客户名称")).to_be_visible()
    return table


def open_fields(page: Page) -> None:
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="设置").click()
    page.get_by_role("navigation", name="设置分类").get_by_role("link", name="字段").click()


def test_a_choice_field_of_ones_own_from_its_birth_to_its_end(page: Page, picture):
    page.get_by_role("button", name="添加字段").click()
    drawer = page.get_by_role("dialog", name="给客户添加字段")
    drawer.get_by_label("中文名称").fill("合同类型")
    pick(page, drawer.get_by_label("类型", exact=True), "单选")
    drawer.get_by_label("选项 1 的名称").fill("框架合同")
    drawer.get_by_role("button", name="选项 框架合同 的颜色").click()
    page.get_by_role("group", name="选项 框架合同 的颜色").get_by_role("button", name="绿", exact=True).click()
    drawer.get_by_role("button", name="添加选项").click()
    drawer.get_by_label("选项 2 的名称").fill("单项合同")
    picture(page, "fields.zh")
    drawer.get_by_role("button", name="保存").click()
    expect(page.get_by_text("字段已添加，表格里可以用了")).to_be_visible()

    # The column is there, with its choices, without loading anything anew.
    table = open_table(page)
    table.cell("店主的客户", "合同类型").dblclick()
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options).to_have_text(["框架合同", "单项合同"])
    with table.saving():
        options.get_by_text("框架合同").click()
    cell = table.cell("店主的客户", "合同类型")
    expect(cell).to_have_text("框架合同")
    field = next(one for one in send(page, "GET", "/api/fields")["fields"]["customers"] if one["label"] == "合同类型")
    assert field["choices"][0]["color"] == 2

    # Another name, and another name of a choice.
    open_fields(page)
    fields = page.get_by_role("list", name="字段列表")
    fields.get_by_role("button", name="编辑字段 合同类型").click()
    drawer = page.get_by_role("dialog", name="编辑字段 合同类型")
    drawer.get_by_label("中文名称").fill("合同种类")
    drawer.get_by_label("选项 1 的名称").fill("年度框架")
    drawer.get_by_role("button", name="保存").click()
    expect(page.get_by_text("字段已保存")).to_be_visible()
    table = open_table(page)
    expect(table.header("合同类型")).to_have_count(0)
    expect(table.cell("店主的客户", "合同种类")).to_have_text("年度框架")

    # Out of sight and back.
    open_fields(page)
    shown = fields.get_by_role("switch", name="显示字段 合同种类")
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        shown.click()
    expect(shown).not_to_be_checked()
    table = open_table(page)
    expect(table.header("合同种类")).to_have_count(0)
    open_fields(page)
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        shown.click()
    expect(shown).to_be_checked()
    table = open_table(page)
    expect(table.cell("店主的客户", "合同种类")).to_have_text("年度框架")

    # Deleting asks once, and says what is lost.
    open_fields(page)
    fields.get_by_role("button", name="删除字段 合同种类").click()
    question = page.get_by_role("dialog", name="删除字段「合同种类」？")
    expect(question).to_contain_text("有 1 条记录填了这个字段，删除后不再显示。")
    question.get_by_role("button", name=re.compile(r"删\s*除")).click()
    expect(page.get_by_text("已删除字段「合同种类」")).to_be_visible()
    expect(fields.get_by_text("合同种类", exact=True)).to_have_count(0)
    table = open_table(page)
    expect(table.header("合同种类")).to_have_count(0)
    expect(table.header("客户名称")).to_have_count(1)
