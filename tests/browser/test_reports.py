"""Steps 6 and 7: figures that open their rows, and files that are taken away."""

import csv
import re
from io import StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from browser.hands import OWNER, Table, add_customers, export

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def filled() -> list[int]:
    """The rows of this file, once they are there."""
    return []


@pytest.fixture
def page(visit, filled: list[int]) -> Page:
    page = visit(OWNER, path=None)
    filled[:] = filled or add_customers(
        page,
        {
            "name": "示例甲公司",
            "main_contact.phone": "013800001234",
            "main_deal.title": "项目",
            "main_deal.amount": 1200000,
            "stage": "合作中",
            "level": "重要客户",
            "next_follow_up": "2027-03-05",
        },
        {"name": "示例乙公司", "stage": "潜在", "remark": "=1+1"},
        {"name": "示例丙公司", "stage": "潜在"},
    )
    return page


def download(page: Page, folder: Path, *, item: str | None = None, button: str) -> Path:
    """Press a button (and choose from its menu), wait for the file and keep it."""
    with page.expect_download() as coming:
        if item:
            export(page, item)
        else:
            page.get_by_role("button", name=button).click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path


def bars(page: Page, title: str) -> Locator:
    """The drawn bars of a chart; the first path of it is an axis."""
    return page.get_by_role("region", name=title).locator("svg path[fill-opacity]:not(defs *)")


def test_the_charts_are_drawn_and_a_click_on_a_bar_opens_its_rows(page: Page):
    page.goto("/reports")
    for title in ("客户按阶段", "客户按等级", "客户按行业", "每月新增客户", "每月合作金额", "潜在到活跃的转化"):
        expect(page.get_by_role("region", name=title)).to_be_visible()
    expect(bars(page, "客户按阶段").first).to_be_visible()
    bars(page, "客户按阶段").first.click()
    expect(page).to_have_url(re.compile("/o/customers"))
    Table(page).shows("示例乙公司", "示例丙公司")


def test_the_figures_are_a_table_too_and_open_their_rows(page: Page):
    page.goto("/reports")
    region = page.get_by_role("region", name="客户按阶段")
    region.get_by_text("看表格").click()
    region.get_by_role("button", name="查看 合作中客户 的记录").click()
    Table(page).shows("示例甲公司")


def test_the_reports_are_taken_away_with_native_charts(page: Page, tmp_path: Path):
    page.goto("/reports")
    expect(bars(page, "客户按阶段").first).to_be_visible()
    book = openpyxl.load_workbook(download(page, tmp_path, button="导出 xlsx"))
    assert any(sheet._charts for sheet in book.worksheets)


def test_what_is_shown_is_exported_to_xlsx(page: Page, tmp_path: Path):
    page.goto("/o/customers")
    Table(page).shows("示例甲公司", "示例乙公司", "示例丙公司")
    path = download(page, tmp_path, button="导出", item="Excel")
    sheet = openpyxl.load_workbook(path).worksheets[0]
    head = [cell.value for cell in sheet[1]]
    assert head[:4] == ["客户名称", "联系人", "电话", "邮箱"]
    assert sheet.freeze_panes is not None
    row: dict[str, Any] = dict(zip(head, [cell.value for cell in sheet[2]], strict=True))
    assert row["金额"] == 1200000
    assert row["下次跟进日期"].strftime("%Y-%m-%d") == "2027-03-05"
    assert row["合作阶段"] == "合作中客户"
    assert str(row["电话"]).endswith("13800001234")
    remark = sheet.cell(3, head.index("备注") + 1)
    assert (remark.value, remark.data_type) == ("=1+1", "s"), "text that looks like a formula stays text"
    offered = " ".join(str(one.formula1) for one in sheet.data_validations.dataValidation)
    assert offered, "no drop-downs for choices"


def test_filtered_rows_are_exported_to_csv(page: Page, tmp_path: Path):
    page.goto("/o/customers")
    page.get_by_role("searchbox", name="搜索客户").fill("乙公司")
    Table(page).shows("示例乙公司")
    path = download(page, tmp_path, button="导出", item="CSV")
    text = path.read_bytes()
    assert text.startswith(b"\xef\xbb\xbf"), "Excel reads Chinese by this mark"
    rows = list(csv.DictReader(StringIO(text.decode("utf-8-sig"))))
    assert [one["客户名称"] for one in rows] == ["示例乙公司"]
    assert rows[0]["备注"] == "'=1+1"
