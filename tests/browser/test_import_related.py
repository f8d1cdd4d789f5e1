"""A workbook with a sheet for each object: looked at object by object, changed, written as one, taken back as one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from browser.hands import OWNER, pick, send

pytestmark = pytest.mark.browser
OBJECTS = ("customers", "contacts", "deals", "activities")
SHEETS: dict[str, list[list[Any]]] = {
    "客户": [
        ["客户ID", "客户名称", "行业"],
        ["K-1", "示例科技有限公司", "IT"],
        ["K-2", "示例贸易有限公司", "制造业"],
        ["K-3", "示例设计工作室", "IT"],
    ],
    "联系人": [
        ["联系人", "客户", "职位", "手机", "邮箱"],
        ["张三", "K-1", "经理", "13800000001", "zhang@example.com"],
        ["李四", "示例贸易有限公司", "采购", "13800000002", "li@example.com"],
        ["王五", "K-9", "总监", "13800000003", None],
    ],
    "商机": [
        ["合作项目", "客户", "金额"],
        ["年度合作", "K-2", 200000],
        ["试用", "zhang@example.com", 50000],
    ],
    "跟进记录": [
        ["客户", "跟进时间", "联系人", "跟进内容"],
        ["示例科技有限公司", "2024-05-01 10:00", "张三", "第一次拜访"],
        ["示例科技有限公司", "2024-05-08 10:00", "张三", "谈了价格"],
    ],
}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in SHEETS.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = tmp_path / "示例公司.xlsx"
    workbook.save(path)
    return path


@pytest.fixture
def page(visit) -> Iterator[Page]:
    """The import page; whatever a test brought in is taken back at the end."""
    page = visit(OWNER, path="/import")
    yield page
    for key in reversed(OBJECTS):
        rows = send(page, "POST", f"/api/records/{key}/query", {"limit": 100})["rows"]
        if rows:
            changes = [{"id": row[0], "delete": True} for row in rows]
            send(page, "POST", f"/api/records/{key}/batch", {"changes": changes, "label": "tidy"})


def test_four_sheets_become_four_objects_in_one_step(page: Page, book: Path, picture) -> None:
    page.get_by_label("选择要导入的文件").set_input_files(str(book))
    steps = page.get_by_role("tablist", name="要导入的对象")
    for name, created in (("客户", 3), ("联系人", 3), ("商机", 2), ("跟进记录", 2)):
        expect(steps.get_by_role("tab", name=name)).to_contain_text(f"新建 {created}")
    expect(page.get_by_role("status", name="合计")).to_contain_text("新建 10")
    # By keys from one object to the next; its rows say whom they belong to, though nothing is written yet.
    steps.get_by_role("tab", name="客户").focus()
    page.keyboard.press("ArrowRight")
    expect(steps.get_by_role("tab", name="联系人")).to_be_focused()
    preview = page.get_by_role("grid", name="预览")
    expect(preview.get_by_role("gridcell", name="示例科技有限公司")).to_be_visible()
    problems = page.get_by_role("region", name="需要留意")
    expect(problems).to_contain_text("K-9")
    picture(page, "import-related.zh")
    # The link to nothing is corrected in place.
    problems.get_by_role("button", name="修改 K-9").click()
    field = page.get_by_role("textbox", name="修改 客户")
    field.fill("K-3")
    field.press("Enter")
    expect(problems).to_contain_text("没有发现问题")
    expect(preview.get_by_role("gridcell", name="示例设计工作室")).to_be_visible()
    page.get_by_role("button", name="导入 10 行").click()
    expect(page.get_by_role("main").get_by_text("导入完成", exact=True)).to_be_visible()
    written = page.get_by_role("list", name="写入的记录")
    expect(written.get_by_role("listitem").filter(has_text="跟进记录 新建 2")).to_be_visible()
    deals = send(page, "POST", "/api/records/deals/query", {"fields": ["title", "customer"], "limit": 10})["rows"]
    assert {(row[2], row[3]["label"]) for row in deals} == {
        ("年度合作", "示例贸易有限公司"),
        ("试用", "示例科技有限公司"),
    }
    # The same workbook again changes nothing, and says so.
    page.get_by_role("button", name="再导入一个").click()
    page.get_by_label("选择要导入的文件").set_input_files(str(book))
    expect(page.get_by_role("status", name="合计")).to_contain_text("相同 10")
    expect(page.get_by_text("完全一样")).to_be_visible()
    # How the records of one object are recognised is chosen for it alone: who has no e-mail is somebody new then.
    steps.get_by_role("tab", name="联系人").click()
    pick(page, page.get_by_label("用什么认出已有的联系人"), "邮箱")
    expect(steps.get_by_role("tab", name="联系人")).to_contain_text("新建 1")
    expect(steps.get_by_role("tab", name="客户")).to_contain_text("相同 3")
    expect(page.get_by_text("认出已有的：邮箱 2")).to_be_visible()


def test_a_sheet_becomes_what_a_person_says(page: Page, book: Path) -> None:
    page.get_by_label("选择要导入的文件").set_input_files(str(book))
    steps = page.get_by_role("tablist", name="要导入的对象")
    expect(steps.get_by_role("tab")).to_have_count(4)
    pick(page, page.get_by_label("工作表 联系人 的每一行是"), "客户")
    expect(steps.get_by_role("tab")).to_have_count(3)
    expect(steps.get_by_role("tab", name="客户")).to_contain_text("新建 5")


def test_all_of_it_is_taken_back_as_one_step(page: Page, book: Path) -> None:
    page.get_by_label("选择要导入的文件").set_input_files(str(book))
    page.get_by_role("button", name="导入 10 行").click()
    page.get_by_role("button", name="撤销导入").click()
    expect(page.get_by_text("导入已撤销")).to_be_visible()
    for key in OBJECTS:
        assert send(page, "POST", f"/api/records/{key}/query", {"limit": 1})["rows"] == []
