"""Step 3: an old spreadsheet is dropped in, looked at, changed, written, and taken back."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from browser.hands import OWNER, Table, pick, send, until
from installation import ROOT

pytestmark = pytest.mark.browser
EXAMPLES = ROOT / "tests" / "examples"
COOPERATION = EXAMPLES / "合作客户管理表格.xlsx"
CRM = EXAMPLES / "企业CRM表格.xlsx"


@pytest.fixture
def page(visit) -> Iterator[Page]:
    """The import page; whatever a test brought in is taken back at the end."""
    page = visit(OWNER, path="/import")
    yield page
    rows = send(page, "POST", "/api/records/customers/query", {"limit": 100, "fields": ["name"]})["rows"]
    if rows:
        changes = [{"id": row[0], "delete": True} for row in rows]
        send(page, "POST", "/api/records/customers/batch", {"changes": changes, "label": "tidy"})


def choose(page: Page, *files: Path) -> None:
    page.get_by_label("选择要导入的文件").set_input_files([str(one) for one in files])


def drop(page: Page, file: Path) -> None:
    """Let go of a file over the drop zone, as a mouse does."""
    data = page.evaluate_handle(
        """([name, bytes]) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([new Uint8Array(bytes)], name));
          return transfer;
        }""",
        [file.name, list(file.read_bytes())],
    )
    page.get_by_role("heading", name="把表格拖到这里").dispatch_event("drop", {"dataTransfer": data})


def problems(page: Page):
    return page.get_by_role("region", name="需要留意")


def test_the_four_sheets_become_two_customers_with_their_deals(page: Page, picture):
    drop(page, COOPERATION)
    sheets = page.get_by_role("region", name="工作表")
    for name in ("客户基本信息", "合作信息", "客户分类", "备注"):
        expect(sheets.get_by_role("checkbox", name=f"导入工作表 {name}")).to_be_checked()
    expect(problems(page)).to_contain_text("没有发现问题")
    picture(page, "import-plan.zh")
    page.get_by_role("button", name=re.compile(r"^导入 \d+ 行$")).click()
    expect(page.get_by_role("main").get_by_text("导入完成", exact=True)).to_be_visible()
    written = page.get_by_role("list", name="写入的记录")
    for name in ("客户", "联系人", "商机"):
        expect(written.get_by_role("listitem").filter(has_text=re.compile(rf"^{name} 新建 2"))).to_be_visible()
    picture(page, "import-done.zh")
    page.get_by_role("button", name="查看客户").click()
    table = Table(page)
    table.shows("公司A", "公司B")
    expect(table.cell("公司A", "联系人")).to_have_text("张三")
    expect(table.cell("公司A", "合作项目")).to_have_text("项目1")
    page.get_by_role("link", name="商机").click()
    expect(page.get_by_role("grid").get_by_text("1,000,000.00")).to_be_visible()
    expect(page.get_by_role("grid").get_by_text("2,000,000.00")).to_be_visible()


def test_the_template_shows_its_header_row_and_marks_the_problem_cell(page: Page, picture):
    choose(page, CRM)
    expect(page.get_by_label("工作表 客户关系管理 的表头行")).to_have_value("3")
    preview = page.get_by_role("table", name="预览")
    wrong = preview.get_by_role("cell").filter(has_text="contactabc")
    expect(wrong).to_contain_text("这不是邮箱地址")
    expect(problems(page)).to_contain_text("第 4 行 · 邮箱")
    picture(page, "import-problems.zh")
    only = page.get_by_label("按结果筛选")
    only.get_by_text("有问题").click()
    expect(preview.get_by_role("rowheader", name="4", exact=True)).to_be_visible()
    page.get_by_role("button", name="导入 3 行").click()
    expect(page.get_by_role("main").get_by_text("导入完成", exact=True)).to_be_visible()
    counts = page.get_by_label("按行统计")
    expect(counts).to_contain_text("新建3")
    expect(counts).to_contain_text(re.compile(r"有标记\d"))
    page.get_by_role("button", name="查看客户").click()
    table = Table(page)
    table.shows("ABC公司", "远景制造有限公司", "晨光金融")
    # The text that is no address was kept, marked.
    expect(table.cell("ABC公司", "邮箱")).to_have_text("contactabc")
    expect(table.cell("晨光金融", "电话")).to_have_text("13800001234")


def test_the_same_file_again_finds_the_same_rows(page: Page, tmp_path: Path):
    file = tmp_path / "again.csv"
    file.write_text("客户名称,备注\n甲公司,老客户\n乙公司,新客户\n", "utf-8")
    choose(page, file)
    page.get_by_role("button", name="导入 2 行").click()
    expect(page.get_by_role("main").get_by_text("导入完成", exact=True)).to_be_visible()
    page.get_by_role("button", name="再导入一个").click()
    file.write_text("客户名称,备注\n甲公司,老客户\n乙公司,新客户\n丙公司,\n", "utf-8")
    choose(page, file)
    only = page.get_by_label("按结果筛选")
    for one in ("新建 1", "更新 0", "相同 2"):
        expect(only).to_contain_text(one)
    expect(page.get_by_role("button", name="导入 1 行")).to_be_enabled()


def test_an_import_is_taken_back_as_one_step(page: Page):
    choose(page, COOPERATION)
    page.get_by_role("button", name=re.compile(r"^导入 \d+ 行$")).click()
    page.get_by_role("button", name="撤销导入").click()
    expect(page.get_by_text("导入已撤销")).to_be_visible()
    for name in ("customers", "contacts", "deals"):
        assert send(page, "POST", f"/api/records/{name}/query", {"limit": 1})["rows"] == []


def test_a_column_is_mapped_otherwise_and_another_becomes_a_field(page: Page, tmp_path: Path):
    file = tmp_path / "名单.csv"
    file.write_bytes("单位,备用,会员号\n甲公司,请勿打扰,M-01\n乙公司,,M-02\n".encode("gb18030"))
    choose(page, file)
    expect(page.get_by_label("列 单位 导入为").locator("xpath=ancestor::td")).to_contain_text("客户名称")
    pick(page, page.get_by_label("列 备用 导入为"), "备注")
    expect(page.get_by_role("table", name="预览").get_by_role("columnheader", name="备注")).to_be_visible()
    pick(page, page.get_by_label("列 会员号 导入为"), "新建字段：文本")
    expect(page.get_by_role("table", name="预览").get_by_role("columnheader", name="会员号")).to_be_visible()
    page.get_by_role("button", name="导入 2 行").click()
    page.get_by_role("button", name="查看客户").click()
    table = Table(page)
    table.shows("甲公司", "乙公司")
    page.get_by_role("button", name="字段").click()
    page.get_by_label("查找字段").fill("会员号")
    page.get_by_role("switch", name="显示 会员号").set_checked(True)
    page.keyboard.press("Escape")
    table.at(1, "客户名称").click()
    page.keyboard.press("End")
    expect(table.cell("甲公司", "会员号")).to_have_text("M-01")


def test_values_as_people_write_them_arrive_and_wrong_ones_name_their_place(page: Page, tmp_path: Path):
    file = tmp_path / "amounts.csv"
    file.write_text(
        "客户名称,电话,金额,下次跟进日期\n甲公司,1.38E+10,100万,2026年12月1日\n乙公司,,abc,不知道\n", "utf-8"
    )
    choose(page, file)
    preview = page.get_by_role("table", name="预览")
    for text in ("13800000000", "1,000,000.00", "2026-12-01"):
        expect(preview.get_by_role("cell", name=text, exact=True)).to_be_visible()
    for place in ("第 3 行 · 金额", "第 3 行 · 下次跟进日期"):
        expect(problems(page)).to_contain_text(place)


def test_a_file_with_a_password_asks_for_it(page: Page):
    choose(page, EXAMPLES / "password.xls")
    dialog = page.get_by_role("dialog", name="这个文件有密码")
    box = dialog.get_by_label("文件密码")
    box.fill("falsch")
    # Held until the dialog has been looked at while the password is being tried.
    held: list[Route] = []
    page.route("**/api/imports", lambda route: held.append(route))
    dialog.get_by_role("button", name="打开").click()
    until(page, lambda: held)
    expect(dialog.get_by_role("button", name="打开")).to_have_class(re.compile("loading"))
    expect(box).to_have_value("falsch")
    page.keyboard.press("Enter")
    assert len(held) == 1, "one password was tried twice"
    held[0].continue_()
    expect(dialog.get_by_text("密码不对，再试一次。")).to_be_visible()
    expect(box).to_be_focused()
    page.unroute("**/api/imports")
    page.keyboard.type("password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="工作表")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("坏掉的.xlsx", b"PK\x03\x04 not a workbook", "已损坏或不完整"),
        ("空的.csv", b"", "空的.csv"),
        ("图片.png", b"\x89PNG\r\n\x1a\n", "png"),
    ],
)
def test_a_file_that_is_no_table_is_told_so(page: Page, tmp_path: Path, name: str, content: bytes, told: str):
    (tmp_path / name).write_bytes(content)
    choose(page, tmp_path / name)
    expect(page.get_by_role("alert")).to_contain_text(told)
    expect(page.get_by_role("alert")).to_contain_text(name)
    # And the next one may come.
    choose(page, COOPERATION)
    expect(page.get_by_role("region", name="工作表")).to_be_visible()
