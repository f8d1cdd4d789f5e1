"""What the table remembers: the trash, what was done and by whom, and taking it back."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import Visit
from browser.hands import OWNER, Table, add_customers, day, export, pick, reload, send
from installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.once]

Picture = Callable[[Page, str], None]


@pytest.fixture
def office(visit: Visit) -> Page:
    """The owner's page, blank as yet."""
    return visit(OWNER, path=None)


def throw_away(page: Page, *ids: int) -> None:
    send(page, "POST", "/api/records/customers/batch", {"changes": [{"id": pk, "delete": True} for pk in ids]})


def trash_of(page: Page, heading: str = "回收站") -> None:
    page.goto("/trash?object=customers")
    expect(page.get_by_role("heading", name=heading)).to_be_visible()


def test_what_was_deleted_comes_back_from_the_trash(visit: Visit, picture: Picture) -> None:
    page = visit(OWNER)
    first, second, third = add_customers(
        page,
        {"name": "示例旧客户甲", "main_contact.name": "示例联系人"},
        {"name": "示例旧客户乙"},
        {"name": "示例旧客户丙"},
    )
    throw_away(page, first, second, third)
    page.get_by_role("button", name="更多", exact=True).click()
    page.get_by_role("menuitem", name="回收站").click()
    expect(page.get_by_role("heading", name="回收站")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="示例旧客户甲")
    expect(row).to_contain_text("alice")
    expect(row).to_contain_text("30 天")
    expect(row).to_contain_text("含 1 个联系人")
    picture(page, "trash.zh")

    page.get_by_label("在回收站里搜索客户").fill("乙")
    expect(page.get_by_role("row").filter(has_text="示例旧客户甲")).to_have_count(0)
    page.get_by_label("选择 示例旧客户乙").check()
    page.get_by_role("button", name="恢复 1 条").click()
    expect(page.get_by_text("已恢复 1 条客户")).to_be_visible()
    expect(page.get_by_text("回收站里没有找到")).to_be_visible()
    page.get_by_role("button", name="清除搜索").click()
    page.get_by_role("button", name="恢复 示例旧客户甲").click()
    expect(page.get_by_role("row").filter(has_text="示例旧客户甲")).to_have_count(0)
    page.goto("/o/customers?q=示例旧客户")
    Table(page).shows("示例旧客户甲", "示例旧客户乙")
    expect(Table(page).cell("示例旧客户甲", "联系人")).to_have_text("示例联系人")


def test_an_administrator_removes_for_good_after_being_asked(office: Page) -> None:
    office.goto("/o/customers")
    (pk,) = add_customers(office, {"name": "示例要清除的"})
    throw_away(office, pk)
    trash_of(office)
    office.get_by_role("button", name="彻底删除 示例要清除的").click()
    dialog = office.get_by_role("dialog")
    expect(dialog).to_contain_text("不能再恢复")
    dialog.get_by_role("button", name="取消").click()
    expect(office.get_by_role("row").filter(has_text="示例要清除的")).to_be_visible()
    office.get_by_role("button", name="彻底删除 示例要清除的").click()
    office.get_by_role("dialog").get_by_role("button", name="彻底删除").click()
    expect(office.get_by_text("已彻底删除 1 条客户")).to_be_visible()
    expect(office.get_by_role("row").filter(has_text="示例要清除的")).to_have_count(0)


def test_the_trash_in_english_on_a_phone_in_the_dark(visit: Visit, picture: Picture) -> None:
    page = visit(
        OWNER, locale="en-US", viewport={"width": 390, "height": 844}, color_scheme="dark", path="/trash?object=deals"
    )
    send(page, "PATCH", "/api/me", {"language": "en"})
    try:
        reload(page)
        expect(page.get_by_role("heading", name="Trash", exact=True)).to_be_visible()
        expect(page.get_by_text("The trash is empty")).to_be_visible()
        page.get_by_role("button", name="Back to deals").click()
        expect(page).to_have_url(re.compile("/o/deals"))
    finally:
        send(page, "PATCH", "/api/me", {"language": "zh-Hans"})


def at_the_cell(page: Page, row: str, column: str, item: str) -> None:
    """Choose an item of the menu of a cell."""
    Table(page).cell(row, column).click(button="right")
    page.get_by_role("menuitem", name=item).click()


def test_undo_and_redo_go_on_after_a_reload(visit: Visit) -> None:
    page = visit(OWNER, path=None)
    page.goto("/o/customers")
    add_customers(page, {"name": "示例重载", "main_contact.phone": "100"})
    page.goto("/o/customers?q=示例重载")
    table = Table(page)
    table.type_into("示例重载", "电话", "111")
    table.type_into("示例重载", "电话", "222")
    reload(page)
    expect(table.cell("示例重载", "电话")).to_have_text("222")
    for text in ("111", "100"):
        page.keyboard.press("Control+z")
        expect(table.cell("示例重载", "电话")).to_have_text(text)
    reload(page)
    expect(table.cell("示例重载", "电话")).to_have_text("100")
    page.keyboard.press("Control+y")
    expect(table.cell("示例重载", "电话")).to_have_text("111")


def test_what_somebody_else_changed_since_stays_after_a_reload(visit: Visit) -> None:
    page = visit(OWNER, path=None)
    page.goto("/o/customers")
    (pk,) = add_customers(page, {"name": "示例共同", "main_contact.phone": "100"})
    page.goto("/o/customers?q=示例共同")
    table = Table(page)
    table.type_into("示例共同", "电话", "111")
    send(page, "PATCH", f"/api/records/customers/{pk}", {"version": 2, "values": {"main_contact.phone": "999"}})
    reload(page)
    expect(table.cell("示例共同", "电话")).to_have_text("999")
    page.keyboard.press("Control+z")
    expect(page.get_by_text("已撤销；有 1 处后来又被改过，保持不动")).to_be_visible()
    expect(table.cell("示例共同", "电话")).to_have_text("999")


def test_the_past_of_a_cell_is_beside_it_and_an_old_value_comes_back(visit: Visit, picture: Picture) -> None:
    page = visit(OWNER, path=None)
    page.goto("/o/customers")
    (pk,) = add_customers(page, {"name": "示例历史", "main_contact.phone": "010-111"})
    send(page, "PATCH", f"/api/records/customers/{pk}", {"version": 1, "values": {"main_contact.phone": "010-222"}})
    page.goto("/o/customers?q=示例历史")
    at_the_cell(page, "示例历史", "电话", "这个格子的历史")
    past = page.get_by_role("dialog", name="电话的历史")
    expect(past.get_by_role("listitem")).to_have_count(2)
    expect(past.get_by_role("listitem").first).to_contain_text("010-222")
    expect(past.get_by_role("listitem").last).to_contain_text("010-111")
    picture(page, "cell-history.zh")
    past.get_by_role("button", name="恢复为 010-111").click()
    expect(past).to_be_hidden()
    table = Table(page)
    expect(table.cell("示例历史", "电话")).to_have_text("010-111")
    page.keyboard.press("Control+z")
    expect(table.cell("示例历史", "电话")).to_have_text("010-222")
    at_the_cell(page, "示例历史", "电话", "这个格子的历史")
    expect(past.get_by_role("listitem")).to_have_count(4)
    page.keyboard.press("Escape")
    expect(past).to_be_hidden()
    # The keys are the grid's again.
    with table.saving():
        page.keyboard.press("Delete")
    expect(table.cell("示例历史", "电话")).to_have_text("")


def test_a_timeline_tells_only_what_one_looks_for(visit: Visit) -> None:
    page = visit(OWNER, path=None)
    page.goto("/o/customers")
    (pk,) = add_customers(page, {"name": "示例时间线", "remark": "一"})
    send(page, "PATCH", f"/api/records/customers/{pk}", {"version": 1, "values": {"remark": "二"}})
    send(page, "PATCH", f"/api/records/customers/{pk}", {"version": 2, "values": {"website": "https://example.com"}})
    page.goto(f"/o/customers?record={pk}&tab=timeline")
    steps = page.get_by_role("list", name="修改记录").get_by_role("listitem")
    expect(steps).to_have_count(3)
    pick(page, page.get_by_role("combobox", name="修改类型"), "修改了")
    expect(steps).to_have_count(2)
    pick(page, page.get_by_role("combobox", name="字段"), "备注")
    expect(steps).to_have_count(1)
    expect(steps).to_contain_text("二")
    pick(page, page.get_by_role("combobox", name="修改类型"), "删除了")
    expect(page.get_by_text("没有符合条件的修改")).to_be_visible()
    page.get_by_role("button", name="清除筛选").click()
    expect(steps).to_have_count(3)


def test_an_undo_says_first_what_it_changes_back(visit: Visit, picture: Picture) -> None:
    page = visit(OWNER, path=None)
    page.goto("/o/customers")
    first, second = add_customers(page, {"name": "示例预览甲", "remark": "旧"}, {"name": "示例预览乙", "remark": "旧"})
    changes = [{"id": pk, "version": 1, "values": {"remark": "新"}} for pk in (first, second)]
    send(page, "POST", "/api/records/customers/batch", {"changes": changes, "label": "示例：改了两条备注"})
    send(page, "PATCH", f"/api/records/customers/{second}", {"version": 2, "values": {"remark": "更新的"}})
    page.goto("/o/customers")
    page.get_by_role("button", name="更多", exact=True).click()
    page.get_by_role("menuitem", name="修改记录").click()
    expect(page.get_by_role("heading", name="修改记录")).to_be_visible()
    step = (
        page.get_by_role("list", name="修改记录列表").get_by_role("listitem").filter(has_text="示例：改了两条备注").last
    )
    step.get_by_role("button", name="展开：示例：改了两条备注").click()
    expect(step).to_contain_text("示例预览甲")
    expect(step).to_contain_text("新")
    picture(page, "changes.zh")
    step.get_by_role("button", name="撤销：示例：改了两条备注").click()
    dialog = page.get_by_role("dialog", name="撤销这次修改")
    expect(dialog).to_contain_text("1 条记录会改回去")
    expect(dialog).to_contain_text("1 处之后又有变化，保持不动")
    expect(dialog).to_contain_text("更新的")
    picture(page, "undo-preview.zh")
    dialog.get_by_role("button", name="撤销", exact=True).click()
    expect(dialog).to_be_hidden()
    expect(step).to_contain_text("已撤销")
    remarks = [send(page, "GET", f"/api/records/customers/{pk}")["values"]["remark"] for pk in (first, second)]
    assert remarks == ["旧", "更新的"]


def test_changes_are_found_by_way_and_day(office: Page) -> None:
    office.goto("/changes?via=import")
    expect(office.get_by_text("没有符合条件的修改")).to_be_visible()
    office.get_by_role("button", name="清除筛选").click()
    expect(office.get_by_role("list", name="修改记录列表").get_by_role("listitem").first).to_be_visible()
    office.get_by_label("从", exact=True).fill(day(1))
    expect(office.get_by_text("没有符合条件的修改")).to_be_visible()
    office.get_by_label("从", exact=True).fill(day())
    expect(office.get_by_role("list", name="修改记录列表").get_by_role("listitem").first).to_be_visible()


def two_days_earlier(company: Installation) -> None:
    """Let all that is there have been done two days ago."""
    with closing(sqlite3.connect(company.home / "kebu.sqlite3", timeout=30)) as database, database:
        for name, column in (
            ("crm_customer", "created_at"),
            ("crm_contact", "created_at"),
            ("crm_deal", "created_at"),
            ("records_changeset", "at"),
        ):
            database.execute(f"UPDATE {name} SET {column} = datetime({column}, '-2 days')")


def test_the_table_as_it_was_on_a_day_is_there_to_be_read(
    visit: Visit, company: Installation, picture: Picture
) -> None:
    page = visit(OWNER, path=None)
    page.goto("/o/customers")
    first, second = add_customers(
        page, {"name": "示例昔甲", "main_contact.phone": "100"}, {"name": "示例昔乙", "main_contact.phone": "200"}
    )
    two_days_earlier(company)
    send(page, "PATCH", f"/api/records/customers/{first}", {"version": 1, "values": {"main_contact.phone": "999"}})
    throw_away(page, second)
    add_customers(page, {"name": "示例昔丙"})
    only = quote('{"field":"name","op":"contains","value":"示例昔"}')
    page.goto(f"/o/customers?filter={only}")
    table = Table(page)
    table.shows("示例昔甲", "示例昔丙")
    page.get_by_role("button", name="更多", exact=True).click()
    page.get_by_role("menuitem", name="查看历史状态").click()
    banner = page.get_by_role("region", name="历史状态")
    expect(banner).to_contain_text(f"正在查看 {day(-1)} 结束时的客户")
    table.shows("示例昔甲", "示例昔乙")
    expect(table.cell("示例昔甲", "电话")).to_have_text("100")
    picture(page, "as-of.zh")
    # A search finds what it would have found then.
    search = page.get_by_label("搜索客户")
    search.fill("xiyi")
    table.shows("示例昔乙")
    search.fill("999")
    expect(page.get_by_text("那时没有符合条件的客户")).to_be_visible()
    search.fill("100")
    table.shows("示例昔甲")
    search.fill("")
    table.shows("示例昔甲", "示例昔乙")
    page.keyboard.press("Control+f")
    page.get_by_role("textbox", name="在表格中查找").fill("昔乙")
    expect(table.cell("示例昔乙", "客户名称")).to_have_class(re.compile("kg-found"))
    page.keyboard.press("Escape")
    # Nothing can be changed.
    table.cell("示例昔甲", "电话").click()
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    page.keyboard.press("Delete")
    expect(table.cell("示例昔甲", "电话")).to_have_text("100")
    expect(page.get_by_role("button", name="新客户")).to_have_count(0)
    with page.expect_download() as download:
        export(page, "CSV")
    text = download.value.path().read_text("utf-8-sig")
    assert "示例昔乙" in text
    assert "示例昔丙" not in text
    banner.get_by_label("查看哪一天").fill(day(-9))
    expect(page.get_by_text("那时没有符合条件的客户")).to_be_visible()
    banner.get_by_role("button", name="回到现在").click()
    table.shows("示例昔甲", "示例昔丙")
    expect(table.cell("示例昔甲", "电话")).to_have_text("999")


def test_the_table_as_it_was_has_the_colours_of_then(visit: Visit, company: Installation, picture: Picture) -> None:
    page = visit(OWNER, path=None)
    page.goto("/o/customers")
    first, _ = add_customers(
        page,
        {"name": "示例彩甲", "level": "重要客户", "main_deal.title": "项目", "main_deal.amount": 100},
        {"name": "示例彩乙", "main_deal.title": "项目", "main_deal.amount": 50},
    )
    two_days_earlier(company)
    values = {"level": None, "main_deal.amount": 1000}
    send(page, "PATCH", f"/api/records/customers/{first}", {"version": 1, "values": values})
    spec = {
        "filter": {"field": "name", "op": "contains", "value": "示例彩"},
        "fields": ["name", "level", "main_deal.amount"],
        "colors": [
            {"filter": {"field": "level", "op": "is", "value": "key"}, "target": "row", "color": 7, "icon": "star"},
            {"field": "main_deal.amount", "bar": True, "color": 5},
        ],
    }
    view = send(page, "POST", "/api/views", {"object": "customers", "name": "示例颜色", "spec": spec})["id"]
    page.goto(f"/o/customers?view={view}")
    table = Table(page)
    hued = re.compile(r"\bkg-hue-7\b")
    expect(table.cell("示例彩甲", "金额").locator(".kg-bar")).to_be_visible()
    expect(table.cell("示例彩甲", "客户名称")).not_to_have_class(hued)
    page.goto(f"/o/customers?view={view}&asof={day(-1)}")
    expect(table.cell("示例彩甲", "客户名称")).to_have_class(hued)
    expect(table.cell("示例彩甲", "客户名称").get_by_role("img", name="星")).to_be_visible()
    expect(table.cell("示例彩乙", "客户名称")).not_to_have_class(hued)
    # The longest bar is that of the greatest number of then.
    expect(table.cell("示例彩甲", "金额").locator(".kg-bar")).to_have_attribute("style", re.compile("width: 100%"))
    expect(table.cell("示例彩乙", "金额").locator(".kg-bar")).to_have_attribute("style", re.compile("width: 50%"))
    picture(page, "as-of-colors.zh")


def test_the_first_rows_of_a_past_day_stay_while_the_others_scroll(visit: Visit, company: Installation) -> None:
    page = visit(OWNER, path=None)
    page.goto("/o/customers")
    first, *_ = add_customers(page, *({"name": f"示例留{n:03d}"} for n in range(1, 121)))
    two_days_earlier(company)
    throw_away(page, first)
    spec = {
        "filter": {"field": "name", "op": "contains", "value": "示例留"},
        "fields": ["name", "remark"],
        "frozen_rows": 2,
    }
    view = send(page, "POST", "/api/views", {"object": "customers", "name": "示例冻结", "spec": spec})["id"]
    page.goto(f"/o/customers?view={view}&asof={day(-1)}")
    table = Table(page)
    staying = page.locator(".kg-halved .slick-pane-top.slick-pane-left .slick-row")
    expect(staying).to_have_count(2)
    page.mouse.move(400, 500)
    page.mouse.wheel(0, 3000)
    expect(table.at(90, "客户名称")).to_be_in_viewport()
    for number in (1, 2):
        expect(table.at(number, "客户名称")).to_have_text(f"示例留{number:03d}")
        expect(table.at(number, "客户名称")).to_be_in_viewport(ratio=1)
    expect(table.at(3, "客户名称")).not_to_be_in_viewport()
    # More of them, or none, as one likes; what cannot be done with the past is not in the menu.
    table.at(2, "客户名称").click(button="right")
    expect(page.get_by_role("menuitem", name="取消冻结行")).to_be_visible()
    expect(page.get_by_role("menuitem", name="上移")).to_have_count(0)
    expect(page.get_by_role("menuitem", name="打开记录")).to_have_count(0)
    page.get_by_role("menuitem", name="取消冻结行").click()
    expect(staying).to_have_count(0)
    with page.expect_download() as download:
        export(page, "CSV")
    lines = download.value.path().read_text("utf-8-sig").split()
    assert lines[1].startswith("示例留001")
    assert len(lines) == 121
