"""Steps 6 and 7: what is taken away, of reports and of the table."""

import csv
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from browser.hands import OWNER, Table, day, export
from installation import Installation, Served

pytestmark = pytest.mark.browser
HEADERS = [
    "客户名称",
    "联系人",
    "电话",
    "客户等级",
    "行业类型",
    "合作阶段",
    "合作项目",
    "开始日期",
    "金额",
    "下次跟进日期",
]
WIDE = {"viewport": {"width": 2400, "height": 1100}}


@pytest.fixture(scope="module")
def program(company: Installation) -> Iterator[Served]:
    """Four customers are there before the program runs for the first time, one of them to be followed up today."""
    rows = [
        ["深圳示例科技", "张三", "13800001234", "重要客户", "IT", "合作中客户", "年度维保", day(), "100万", day()],
        ["北京样板贸易", "李四", "", "重要客户", "零售", "潜在客户", "", "", "", day(30)],
        ["上海演示工程", "王五", "", "一般客户", "制造业", "潜在客户", "二期", day(), "88000.50", ""],
        ["=样品(公式)", "赵六", "", "一般客户", "IT", "流失客户", "", "", "", ""],
    ]
    file = company.home / "seed.csv"
    with file.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows([HEADERS, *rows])
    company.json("import", file)
    with company.served() as served:
        yield served


def saved(page: Page, act: Callable[[], None], folder: Path) -> Path:
    """Do it and keep the file that comes."""
    with page.expect_download() as coming:
        act()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path


def test_reports_are_taken_away_with_their_charts(visit, tmp_path: Path):
    page = visit(OWNER, path="/reports", **WIDE)
    book = load_workbook(saved(page, page.get_by_role("button", name="导出 xlsx").click, tmp_path))
    assert sum(len(sheet._charts) for sheet in book) == 6
    cells = [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    assert "潜在客户" in cells


def test_the_table_is_taken_away_as_it_is_shown(visit, tmp_path: Path):
    page = visit(OWNER, **WIDE)
    expect(Table(page).at(4, "客户名称")).to_be_visible()
    path = saved(page, partial(export, page), tmp_path)
    assert path.suffix == ".xlsx"
    sheet = load_workbook(path).active
    heads = [cell.value for cell in sheet[1]]
    assert heads[0] == "客户名称"
    assert set(HEADERS) <= set(heads)
    assert sheet.freeze_panes is not None and sheet.freeze_panes.endswith("2")

    rows = {row[0].value: dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=2)}
    assert set(rows) == {"深圳示例科技", "北京样板贸易", "上海演示工程", "=样品(公式)"}
    first = rows["深圳示例科技"]
    assert first["金额"].value == 1_000_000
    assert rows["上海演示工程"]["金额"].value == 88_000.5
    assert first["开始日期"].value == datetime.fromisoformat(day())
    assert first["电话"].value == "13800001234"
    assert first["合作阶段"].value == "合作中客户"
    # What looks like a formula is text.
    assert rows["=样品(公式)"]["客户名称"].data_type == "s"
    lists = " ".join(one.formula1 for one in sheet.data_validations.dataValidation if one.type == "list")
    stage = first["合作阶段"].coordinate
    listed = [one for one in sheet.data_validations.dataValidation if stage in one.sqref]
    assert listed, lists


def test_a_view_is_taken_away_as_csv(visit, tmp_path: Path):
    page = visit(OWNER, **WIDE)
    page.get_by_role("navigation", name="视图").get_by_role("button", name=re.compile("^重要客户")).click()
    Table(page).shows("深圳示例科技", "北京样板贸易")
    path = saved(page, partial(export, page, "CSV"), tmp_path)
    # With its mark, by which spreadsheet programs read it as Chinese.
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    assert [row["客户名称"] for row in rows] == ["深圳示例科技", "北京样板贸易"]
    assert (rows[0]["开始日期"], rows[0]["金额"]) == (day(), "1000000")
