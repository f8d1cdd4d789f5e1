"""The table taken away: one dialog, four kinds of file, each opened again."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from browser.hands import OWNER, Table, export, reload, send
from installation import Installation, Served
from kebu.workbooks.reading import read
from workbooks.printed import pages

pytestmark = pytest.mark.browser
Picture = Callable[[Page, str], None]
NAMES = ("示例甲公司", "示例乙公司", "示例丙公司😀")
DARK = {"color_scheme": "dark"}


@pytest.fixture(scope="module")
def program(company: Installation) -> Iterator[Served]:
    """Three customers, two of them important, are there before the program runs for the first time."""
    header = ["客户名称", "客户等级", "联系人", "电话", "邮箱", "合作项目", "金额"]
    rest = ["张三", "13800001234", "zhang@example.com", "示例项目", "1000"]
    file = company.home / "seed.csv"
    with file.open("w", encoding="utf-8", newline="") as text:
        levels = zip(NAMES, ("重要客户", "一般客户", "重要客户"), strict=True)
        csv.writer(text).writerows([header, *([name, level, *rest] for name, level in levels)])
    company.json("import", file)
    with company.served() as served:
        yield served


@pytest.fixture
def table(visit) -> Page:
    page = visit(OWNER)
    # A browser opens the view that it showed last.
    page.get_by_role("navigation", name="视图").get_by_role("button", name=re.compile("^全部客户")).click()
    Table(page).shows(*NAMES)
    return page


def dialog(page: Page) -> Locator:
    page.get_by_role("button", name="导出").click()
    found = page.get_by_role("dialog", name="导出客户")
    expect(found).to_be_visible()
    return found


def saved(page: Page, act: Callable[[], Any], folder: Path) -> Path:
    """Do it and keep the file that comes."""
    with page.expect_download() as coming:
        act()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path


def test_a_workbook_with_its_groups_and_a_password(table: Page, tmp_path: Path):
    opened = dialog(table)
    opened.get_by_role("radio", name=re.compile("Excel")).check()
    opened.get_by_label("打开密码").fill("示例口令-1")
    path = saved(table, opened.get_by_role("button", name="导出").click, tmp_path)
    expect(opened).to_have_count(0)
    assert path.name.startswith("客户-全部客户-")
    sheet = read(path, name=path.name, password="示例口令-1").sheets[0]
    assert {row[0] for row in sheet.rows[1:]} == set(NAMES)
    expect(table.get_by_text("已导出 3 行")).to_be_visible()
    # The password is nowhere, and not there again.
    assert "示例口令" not in str(table.evaluate("JSON.stringify(localStorage)"))
    expect(dialog(table).get_by_label("打开密码")).to_have_value("")


def test_links_of_a_workbook_can_be_followed(table: Page, tmp_path: Path):
    sheet = load_workbook(saved(table, lambda: export(table), tmp_path)).active
    links = {cell.value: cell.hyperlink.target for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert links == {"zhang@example.com": "mailto:zhang@example.com"}


def test_what_is_cleared_on_the_page_is_cleared_in_the_file(table: Page, tmp_path: Path):
    table.get_by_role("navigation", name="视图").get_by_role("button", name=re.compile("^重要客户")).click()
    Table(table).shows(NAMES[0], NAMES[2])
    path = saved(table, lambda: export(table, "CSV"), tmp_path)
    assert path.name.startswith("客户-重要客户-")
    rows = list(csv.DictReader(StringIO(path.read_text("utf-8-sig"))))
    assert {row["客户名称"] for row in rows} == {NAMES[0], NAMES[2]}


def test_csv_for_old_programs_says_what_they_do_not_know(table: Page, tmp_path: Path):
    opened = dialog(table)
    opened.get_by_role("radio", name=re.compile("CSV")).check()
    opened.get_by_label("编码").click()
    table.get_by_title("GBK（老程序）").click()
    path = saved(table, opened.get_by_role("button", name="导出").click, tmp_path)
    assert NAMES[2] in path.read_bytes().decode("gb18030")
    expect(table.get_by_text("有 1 个字不在 GBK 里")).to_be_visible()


def test_a_page_for_the_printer(table: Page, tmp_path: Path):
    opened = dialog(table)
    opened.get_by_role("radio", name=re.compile("PDF")).check()
    opened.get_by_role("radio", name="纵向").check()
    path = saved(table, opened.get_by_role("button", name="导出").click, tmp_path)
    content = path.read_bytes()
    assert content.startswith(b"%PDF-")
    [page] = pages(content)
    assert page[0] == "客户 · 全部客户"
    assert {NAMES[0], NAMES[1]} <= set(page)
    assert page[-1] == "1 / 1"


def test_cards_for_a_phone(table: Page, tmp_path: Path):
    path = saved(table, lambda: export(table, "手机名片"), tmp_path)
    text = path.read_bytes().decode()
    assert text.count("BEGIN:VCARD") == 3
    assert "FN:张三\r\nORG:示例甲公司\r\nTEL;TYPE=WORK,VOICE:13800001234" in text


def test_keys_alone_are_enough_and_the_last_kind_is_remembered(table: Page, tmp_path: Path):
    opened = dialog(table)
    chosen = opened.get_by_role("radio", checked=True)
    expect(chosen.first).to_be_focused()
    opened.get_by_role("radio", name=re.compile("CSV")).focus()
    table.keyboard.press("Space")
    saved(table, lambda: table.keyboard.press("Enter"), tmp_path)
    expect(opened).to_have_count(0)
    expect(dialog(table).get_by_role("radio", name=re.compile("CSV"))).to_be_checked()
    table.keyboard.press("Escape")
    expect(table.get_by_role("dialog")).to_have_count(0)
    expect(table.get_by_role("button", name="导出")).to_be_focused()


def test_a_file_that_was_left_is_found_again(table: Page, tmp_path: Path):
    first = saved(table, lambda: export(table, "CSV"), tmp_path)
    reload(table)
    Table(table).shows(*NAMES)
    recent = dialog(table).get_by_role("region", name="最近导出的文件")
    again = recent.get_by_role("button", name=f"下载 {first.name}").first
    (tmp_path / "again").mkdir()
    assert saved(table, again.click, tmp_path / "again").read_bytes() == first.read_bytes()


def test_on_a_phone_it_is_in_the_menu_above_the_list(visit, tmp_path: Path):
    page = visit(OWNER, viewport={"width": 390, "height": 800})
    page.get_by_role("button", name="更多", exact=True).click()
    page.get_by_role("menuitem", name="导出表格").click()
    opened = page.get_by_role("dialog", name="导出客户")
    opened.get_by_role("radio", name=re.compile("CSV")).check()
    opened.get_by_role("checkbox", name="带上“客户编号”一列").check()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    path = saved(page, opened.get_by_role("button", name="导出").click, tmp_path)
    header, *rows = csv.reader(StringIO(path.read_text("utf-8-sig")))
    assert header[:2] == ["客户编号", "客户名称"]
    assert len(rows) == len(NAMES)


def test_a_blank_workbook_waits_where_files_are_dropped(table: Page, tmp_path: Path):
    table.get_by_role("button", name="导入").click()
    button = table.get_by_role("button", name="还没有表格？下载空白模板")
    path = saved(table, button.click, tmp_path)
    assert path.name == "客户-空白模板.xlsx"
    assert "客户名称" in [cell.value for cell in load_workbook(path).worksheets[0][1]]


@pytest.mark.parametrize(("name", "options"), [("zh", {}), ("en", {"locale": "en-US"}), ("zh.dark", DARK)])
def test_the_dialog_in_pictures(visit, picture: Picture, name: str, options: dict[str, Any]):
    page = visit(OWNER, **options)
    send(page, "PATCH", "/api/me", {"language": "en" if name == "en" else "zh-Hans"})
    reload(page)
    page.get_by_role("button", name="Export" if name == "en" else "导出", exact=True).click()
    opened = page.get_by_role("dialog", name="Export Customers" if name == "en" else "导出客户")
    expect(opened.get_by_role("radio").first).to_be_visible()
    picture(page, f"export.{name}")
    send(page, "PATCH", "/api/me", {"language": "zh-Hans"})
