"""Step 4: columns are resized, moved, hidden and frozen, and stay so; views keep what they show."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from browser.hands import OWNER, Table, add_customers, painted, reload

pytestmark = pytest.mark.browser
COLUMNS = ["客户名称", "联系人", "电话", "邮箱", "地址", "合作项目", "开始日期", "结束日期", "金额", "客户等级", "行业类型", "合作阶段", "下次跟进日期", "备注"]  # fmt: skip


@pytest.fixture(scope="module")
def filled() -> list[int]:
    """The rows of this file, once they are there."""
    return []


@pytest.fixture
def table(visit, filled: list[int]) -> Iterator[Table]:
    """A view of its own for each test, with all columns of the template."""
    page = visit(OWNER, path=None)
    filled[:] = filled or add_customers(page, {"name": "示例甲", "main_contact.name": "张三"}, {"name": "示例乙"})
    page.goto("/o/customers")
    add_view(page, "试用")
    table = Table(page)
    shows(table, *COLUMNS)
    yield table
    page.get_by_role("button", name="视图 试用 的菜单").click()
    page.get_by_role("menuitem", name="删除视图").click()
    page.get_by_role("dialog").get_by_role("button", name="删除").click()
    expect(page.get_by_role("navigation", name="视图").get_by_text("试用", exact=True)).to_have_count(0)


def add_view(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="视图").get_by_role("button", name="全部客户", exact=True).click()
    page.get_by_role("button", name="新建视图").click()
    page.get_by_label("视图名称").fill(name)
    page.get_by_role("button", name="保存视图").click()
    expect(page.get_by_role("button", name=f"视图 {name} 的菜单")).to_be_visible()


def shows(table: Table, *columns: str) -> None:
    expect(table.grid.get_by_role("columnheader").locator(".kg-name")).to_have_text(list(columns))


def kept(table: Table):
    """What is done inside is kept by the view at the end."""
    return table.page.expect_response(lambda answer: answer.request.method == "PATCH" and "/api/views/" in answer.url)


def width(table: Table, column: str) -> float:
    box = table.header(column).bounding_box()
    assert box
    return box["width"]


def test_a_width_is_dragged_and_remembered(table: Table):
    mouse = table.page.mouse
    edge = table.header("联系人").get_by_role("separator")
    edge.hover()
    before = width(table, "联系人")
    mouse.down()
    box = edge.bounding_box()
    assert box
    with kept(table):
        mouse.move(box["x"] + 90, box["y"] + 10, steps=5)
        mouse.up()
    assert 70 < width(table, "联系人") - before < 110
    after = width(table, "联系人")
    reload(table.page)
    expect(table.header("联系人")).to_be_visible()
    assert width(table, "联系人") == after


def test_a_column_is_dragged_to_another_place_and_remembered(table: Table):
    mouse = table.page.mouse
    table.header("地址").get_by_text("地址").hover()
    mouse.down()
    target = table.header("联系人").bounding_box()
    assert target
    with kept(table):
        mouse.move(target["x"] + 60, target["y"] + 10, steps=8)
        mouse.move(target["x"] + 4, target["y"] + 10, steps=4)
        mouse.up()
        shows(table, "客户名称", "地址", "联系人", *[one for one in COLUMNS[2:] if one != "地址"])
    reload(table.page)
    shows(table, "客户名称", "地址", "联系人", *[one for one in COLUMNS[2:] if one != "地址"])


def test_columns_are_moved_and_hidden_from_their_menu(table: Table):
    with kept(table):
        table.menu("电话", "左移")
        shows(table, "客户名称", "电话", "联系人", *COLUMNS[3:])
    with kept(table):
        table.menu("邮箱", "隐藏这一列")
        shows(table, "客户名称", "电话", "联系人", *COLUMNS[4:])
    page = table.page
    reload(page)
    shows(table, "客户名称", "电话", "联系人", *COLUMNS[4:])
    # A hidden one comes back from the list of fields, which has those that no view shows yet too.
    page.get_by_role("button", name="字段").click()
    page.get_by_label("查找字段").fill("邮箱")
    with kept(table):
        page.get_by_role("switch", name="显示 邮箱").click()
    page.get_by_label("查找字段").fill("网站")
    with kept(table):
        page.get_by_role("switch", name="显示 网站").click()
    page.keyboard.press("Escape")
    shows(table, "客户名称", "电话", "联系人", *COLUMNS[4:], "邮箱", "网站")


def test_frozen_columns_stay_while_the_others_scroll(table: Table):
    page = table.page
    with kept(table):
        table.menu("联系人", "冻结到这一列")
    reload(page)
    table.at(1, "客户名称").click()
    page.keyboard.press("End")
    expect(table.header("备注")).to_be_in_viewport(ratio=1)
    for column in ("客户名称", "联系人"):
        expect(table.header(column)).to_be_in_viewport(ratio=1)
    expect(table.header("电话")).not_to_be_in_viewport()
    with kept(table):
        table.menu("联系人", "取消冻结")
    page.keyboard.press("Home")
    page.keyboard.press("End")
    expect(table.header("联系人")).not_to_be_in_viewport()


def test_row_height_is_remembered(table: Table):
    page = table.page
    page.get_by_role("button", name="行高").click()
    with kept(table):
        page.get_by_role("menuitem", name="宽松").click()
    reload(page)
    expect(table.at(1, "客户名称")).to_be_visible()
    box = painted(table.at(1, "客户名称"))
    assert box
    assert 54 <= box["height"] <= 57


def test_a_view_of_ones_own_keeps_filter_and_sort(table: Table):
    page = table.page
    with kept(table):
        table.menu("客户名称", "降序")
    table.shows("示例乙", "示例甲")
    page.get_by_role("navigation", name="视图").get_by_role("button", name="全部客户", exact=True).click()
    table.shows("示例甲", "示例乙")
    page.get_by_role("navigation", name="视图").get_by_role("button", name="试用", exact=True).click()
    table.shows("示例乙", "示例甲")
    expect(page.get_by_role("button", name="还原")).to_have_count(0)
    page.get_by_role("button", name="视图 试用 的菜单").click()
    page.get_by_role("menuitem", name="重命名").click()
    page.get_by_label("视图名称").fill("试用二")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="视图 试用二 的菜单")).to_be_visible()
    page.get_by_role("button", name="视图 试用二 的菜单").click()
    page.get_by_role("menuitem", name="重命名").click()
    page.get_by_label("视图名称").fill("试用")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=re.compile("视图 试用 的菜单"))).to_be_visible()


def test_several_columns_get_one_width(table: Table):
    page = table.page
    table.header("联系人").click()
    table.header("邮箱").click(modifiers=["Shift"])
    expect(page.get_by_label("状态栏")).to_contain_text("已选 6 格")
    with kept(table):
        page.keyboard.press("Alt+Shift+ArrowRight")
    wide = width(table, "联系人")
    assert wide == width(table, "电话") == width(table, "邮箱")
    # The mouse at the edge of one of them takes the others along.
    handle = table.header("电话").locator(".slick-resizable-handle")
    box = handle.bounding_box()
    assert box
    with kept(table):
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 10)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] / 2 - 40, box["y"] + 10, steps=4)
        page.mouse.up()
    expect(table.header("联系人")).not_to_have_css("width", f"{wide}px")
    assert width(table, "联系人") == width(table, "电话") == width(table, "邮箱") < wide
    with kept(table):
        table.menu("电话", "所有列适合内容")
    assert width(table, "客户名称") < 130


def test_chosen_columns_are_hidden_and_shown_again_beside_another(table: Table):
    page = table.page
    table.header("联系人").click()
    page.keyboard.press("Shift+ArrowRight")
    with kept(table):
        table.menu("电话", "隐藏这 2 列")
    shows(table, *[one for one in COLUMNS if one not in ("联系人", "电话")])
    header = table.header("金额")
    header.hover()
    header.get_by_role("button").click()
    page.get_by_role("menuitem", name="显示隐藏的列").click()
    with kept(table):
        page.get_by_role("menuitem", name="电话", exact=True).click()
    place = COLUMNS.index("金额")
    shows(table, "客户名称", *COLUMNS[3 : place + 1], "电话", *COLUMNS[place + 1 :])


def test_long_text_wraps_in_taller_rows(table: Table):
    page = table.page
    page.get_by_role("button", name="行高").click()
    with kept(table):
        page.get_by_role("menuitem", name="自动换行").click()
    box = painted(table.at(1, "客户名称"))
    assert box
    assert 94 <= box["height"] <= 97
    # Selecting still covers the whole cell.
    table.at(1, "客户名称").click()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("textbox", name="客户名称，第 2 行，示例乙")).to_be_focused()
