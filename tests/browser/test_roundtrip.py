"""A table goes out as a workbook, is edited there and here, and comes back: every difference is seen and decided."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from browser.hands import OWNER, PASSWORD, Table, add_customers, export, reload, send
from installation import Installation

pytestmark = pytest.mark.browser

NAMES = ("华信医疗", "远景制造", "晨光金融", "云帆物流", "青禾教育")
FIELDS = ["name", "main_contact.name", "main_contact.phone", "level", "next_follow_up", "remark"]


class Out:
    """The five customers and the workbook that they went out in."""

    def __init__(self, page: Page, ids: list[int], path: Path) -> None:
        self.page, self.ids, self.path = page, ids, path

    def edit(self, change: Callable[[Any], object]) -> None:
        book = openpyxl.load_workbook(self.path)
        change(book.active)
        book.save(self.path)

    def change(self, place: int, **values: Any) -> None:
        """What somebody changes here meanwhile."""
        change = {"id": self.ids[place], "values": values}
        send(self.page, "POST", "/api/records/customers/batch", {"changes": [change], "label": "meanwhile"})

    def remark(self, place: int) -> Any:
        """What stands in that customer's remark now."""
        return send(self.page, "GET", f"/api/records/customers/{self.ids[place]}")["values"]["remark"]

    def drop(self) -> None:
        """On the ordinary drop zone, and compared."""
        self.page.get_by_label("选择要导入的文件").set_input_files([str(self.path)])
        expect(self.page.get_by_role("heading", name="这个文件是从这里导出的")).to_be_visible()
        self.page.get_by_role("button", name="和现在的数据比较").click()


@pytest.fixture
def out(visit, tmp_path: Path) -> Iterator[Out]:
    page = visit(OWNER, path="/o/customers", viewport={"width": 1440, "height": 900})
    values = [
        {
            "name": f"{name}有限公司", "level": "一般客户", "remark": "老客户", "next_follow_up": "2026-12-01",
            "main_contact.name": "张三", "main_contact.phone": "13800001234",
        }
        for name in NAMES
    ]  # fmt: skip
    ids = add_customers(page, *values)
    reload(page)
    Table(page).shows(*(f"{name}有限公司" for name in NAMES))
    with page.expect_download() as coming:
        export(page)
    path = tmp_path / "客户.xlsx"
    coming.value.save_as(path)
    page.goto("/import")
    yield Out(page, ids, path)
    rows = send(page, "POST", "/api/records/customers/query", {"limit": 100, "fields": ["name"]})["rows"]
    if rows:
        changes = [{"id": row[0], "delete": True} for row in rows]
        send(page, "POST", "/api/records/customers/batch", {"changes": changes, "label": "tidy"})


def cell(sheet: Any, name: str, title: str) -> Any:
    titles = [one.value for one in sheet[1]]
    row = next(row for row in sheet.iter_rows(min_row=2) if row[titles.index("客户名称")].value == f"{name}有限公司")
    return row[titles.index(title)]


def put(sheet: Any, name: str, title: str, value: Any) -> None:
    cell(sheet, name, title).value = value


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("list", name="不同的行").get_by_role("listitem", name=name)


def edited(sheet: Any) -> None:
    titles = [one.value for one in sheet[1]]
    put(sheet, "华信医疗", "备注", "他们谈了续约")
    put(sheet, "华信医疗", "客户等级", "重要客户")
    put(sheet, "远景制造", "电话", "13911112222")
    put(sheet, "晨光金融", "下次跟进日期", "下周吧")
    sheet.delete_rows(cell(sheet, "青禾教育", "客户名称").row)
    sheet.append(["新来有限公司" if title == "客户名称" else None for title in titles[:-1]])


def test_out_edited_back_chosen_written_and_undone(out: Out, picture):
    page = out.page
    out.edit(edited)
    out.change(0, remark="这里也记了一笔")
    out.change(3, level="重要客户")
    out.drop()
    only = page.get_by_label("按差别筛选")
    for one in ("全部 6", "冲突 1", "文件里改的 2", "这里改的 1", "新行 1", "删掉的行 1", "有问题 1"):
        expect(only).to_contain_text(one)
    both = row(page, "华信医疗有限公司")
    expect(both).to_contain_text("他们谈了续约")
    expect(both).to_contain_text("这里也记了一笔")
    expect(both).to_contain_text("alice")
    first = page.get_by_role("list", name="不同的行").get_by_role("listitem").first
    expect(first).to_contain_text("华信医疗有限公司")
    apply = page.get_by_role("button", name=re.compile("^写入"))
    expect(apply).to_have_text("写入 2 处修改、新建 1 行")
    expect(page.get_by_text("2 处未决定，保持这里的值")).to_be_visible()
    picture(page, "round-trip.zh")

    # The conflict is decided by a cell, the date is mended in place, the removed row is deleted on request.
    both.get_by_role("radiogroup", name="备注 用哪个").get_by_role("radio", name="文件: 他们谈了续约").check()
    expect(apply).to_have_text("写入 3 处修改、新建 1 行")
    wrong = row(page, "晨光金融有限公司")
    box = wrong.get_by_label("下次跟进日期 改成")
    expect(box).to_have_accessible_description(re.compile(".+"))
    box.fill("2026-12-24")
    box.press("Enter")
    expect(apply).to_have_text("写入 4 处修改、新建 1 行")
    row(page, "青禾教育有限公司").get_by_text("删除", exact=True).click()
    expect(apply).to_have_text("写入 4 处修改、新建 1 行、删除 1 行")
    apply.click()
    expect(page.get_by_role("heading", name="已写入")).to_be_visible()

    page.get_by_role("button", name="查看客户").click()
    table = Table(page)
    table.shows("华信医疗有限公司", "远景制造有限公司", "晨光金融有限公司", "云帆物流有限公司", "新来有限公司")
    expect(table.cell("远景制造有限公司", "电话")).to_have_text("13911112222")
    assert out.remark(0) == "他们谈了续约"
    page.go_back()
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("heading", name="已撤销")).to_be_visible()
    page.get_by_role("button", name="查看客户").click()
    table.shows(*(f"{name}有限公司" for name in NAMES))
    expect(table.cell("远景制造有限公司", "电话")).to_have_text("13800001234")
    assert out.remark(0) == "这里也记了一笔"


def test_all_at_once_and_by_keys(out: Out):
    page = out.page
    out.edit(edited)
    out.change(0, remark="这里也记了一笔")
    out.drop()
    apply = page.get_by_role("button", name=re.compile("^写入|^没有要写入的"))
    expect(apply).to_have_text("写入 2 处修改、新建 1 行")
    page.get_by_role("button", name="全部保留这里的").click()
    expect(apply).to_have_text("没有要写入的")
    expect(apply).to_be_disabled()
    page.get_by_role("button", name="全部用文件的").click()
    expect(apply).to_have_text("写入 3 处修改、新建 1 行")
    first = row(page, "华信医疗有限公司")
    first.focus()
    page.keyboard.press("ArrowLeft")
    expect(apply).to_have_text("写入 1 处修改、新建 1 行")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("list", name="不同的行").get_by_role("listitem").nth(1)).to_be_focused()
    page.get_by_label("按差别筛选").get_by_text("删掉的行").click()
    expect(page.get_by_role("list", name="不同的行").get_by_role("listitem")).to_have_count(1)
    page.get_by_role("button", name="全部删除").click()
    expect(apply).to_have_text("写入 1 处修改、新建 1 行、删除 1 行")
    # A reload forgets nothing.
    reload(page)
    expect(apply).to_have_text("写入 1 处修改、新建 1 行、删除 1 行")


def test_a_file_that_nobody_edited_and_the_ordinary_way(out: Out):
    page = out.page
    out.drop()
    expect(page.get_by_role("heading", name="没有不同")).to_be_visible()
    expect(page.get_by_text("比较了 5 行")).to_be_visible()
    page.get_by_role("button", name="按普通表格导入").click()
    expect(page.get_by_label("按结果筛选")).to_contain_text("相同 5")


def test_what_somebody_changes_after_comparing_comes_back_as_a_conflict(out: Out):
    page = out.page
    out.edit(lambda sheet: put(sheet, "远景制造", "备注", "他们"))
    out.drop()
    apply = page.get_by_role("button", name=re.compile("^写入"))
    expect(apply).to_have_text("写入 1 处修改")
    out.change(1, remark="刚刚写的")
    apply.click()
    expect(page.get_by_text("1 处在比较之后又被改过")).to_be_visible()
    page.get_by_role("button", name="再比较一次").click()
    both = row(page, "远景制造有限公司")
    expect(both).to_contain_text("刚刚写的")
    expect(both).to_contain_text("冲突")


def test_what_one_may_not_write_is_marked_before_it_is_accepted(visit, out: Out, company: Installation, picture):
    company.json("user", "add", "ma@example.com", "--role", "marketing", "--password-stdin", text=f"{PASSWORD}\n")
    out.edit(edited)
    page = visit("ma@example.com", path="/import", viewport={"width": 1440, "height": 900})
    Out(page, out.ids, out.path).drop()
    seen = row(page, "华信医疗有限公司")
    expect(seen).to_contain_text("这条记录你只能查看，不能修改")
    expect(seen.get_by_role("radio")).to_have_count(0)
    expect(row(page, "青禾教育有限公司")).to_contain_text("不能删除这条记录")
    write = page.get_by_role("button", name="写入 新建 1 行", exact=True)
    expect(write).to_be_enabled()
    picture(page, "round-trip-locked.zh")
    # Nobody is asked about it: neither by keys nor with all others.
    seen.focus()
    page.keyboard.press("ArrowRight")
    with page.expect_response(lambda answer: answer.request.method == "PATCH" and answer.ok):
        page.get_by_role("group", name="一起决定").get_by_role("button", name="全部用文件的").click()
    expect(write).to_be_enabled()
    expect(seen.get_by_role("radio")).to_have_count(0)


def test_in_english_and_on_a_phone(visit, out: Out, picture):
    out.edit(edited)
    out.change(0, remark="这里也记了一笔")
    out.drop()
    expect(row(out.page, "华信医疗有限公司")).to_be_visible()
    path = "/" + out.page.url.split("/", 3)[3]
    phone = visit(OWNER, path=path, viewport={"width": 390, "height": 800}, color_scheme="dark")
    expect(row(phone, "华信医疗有限公司")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    picture(phone, "round-trip.zh.phone")
    page = visit(OWNER, path=None, locale="en-US", viewport={"width": 1440, "height": 900})
    send(page, "PATCH", "/api/me", {"language": "en"})
    try:
        page.goto(path)
        rows = page.get_by_role("list", name="Rows that differ")
        expect(rows.get_by_role("listitem").first).to_contain_text("Conflict")
        expect(page.get_by_role("button", name="Write 2 changes, 1 new row")).to_be_enabled()
        picture(page, "round-trip.en")
    finally:
        send(page, "PATCH", "/api/me", {"language": "zh-Hans"})
