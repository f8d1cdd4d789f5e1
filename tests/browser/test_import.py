"""Step 3: a spreadsheet comes in through the drop zone, and goes again."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from msoffcrypto.format.ooxml import OOXMLFile
from playwright.sync_api import Locator, Page, Route, expect

from browser.hands import OWNER, Table, send
from installation import Installation, Served

pytestmark = pytest.mark.browser
EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
PARTNERS = EXAMPLES / "合作客户管理表格.xlsx"
CRM = EXAMPLES / "企业CRM表格.xlsx"
WIDE = {"viewport": {"width": 2240, "height": 900}}

_FILE = """([name, content]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([Uint8Array.from(atob(content), (one) => one.charCodeAt(0))], name));
  return transfer;
}"""


@pytest.fixture(scope="module")
def program(company: Installation) -> Iterator[Served]:
    with company.served() as served:
        yield served


@pytest.fixture
def page(visit) -> Page:
    return visit(OWNER, path="/import", **WIDE)


def drop(page: Page, file: Path, *, name: str | None = None, button: str = "选择文件") -> None:
    """Let go of a file over the drop zone."""
    content = base64.b64encode(file.read_bytes()).decode()
    transfer = page.evaluate_handle(_FILE, [name or file.name, content])
    page.get_by_role("button", name=button, exact=True).dispatch_event("drop", {"dataTransfer": transfer})


def apply(page: Page, button: str, progress: str) -> None:
    """Apply the plan; while the job is asked about for the first time, its progress is on the page."""
    held: list[Route] = []
    seen = False

    def hold(route: Route) -> None:
        if seen:
            route.continue_()
        else:
            held.append(route)

    page.route("**/api/jobs/*", hold)
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("progressbar", name=progress)).to_be_visible()
    seen = True
    for one in held:
        one.continue_()


def counts(page: Page, label: str = "按行统计") -> dict[str, str]:
    """What the done page counts, by its names."""
    told = page.get_by_label(label)
    expect(told).to_be_visible()
    return dict(
        zip(told.locator("dt").all_inner_texts(), told.locator("dd").all_inner_texts(), strict=True),
    )


def kept(page: Page, object_key: str) -> int:
    """How many rows of an object the server has."""
    return send(page, "POST", f"/api/records/{object_key}/query", {"limit": 1})["count"]


def preview(page: Page, name: str = "预览") -> Locator:
    return page.get_by_role("table", name=name)


def test_four_sheets_become_customers_with_deals_and_go_again_in_one_step(page: Page, picture):
    drop(page, PARTNERS)
    # What was found.
    for sheet in ("客户基本信息", "合作信息", "客户分类", "备注"):
        expect(page.get_by_role("checkbox", name=f"导入工作表 {sheet}")).to_be_checked()
        expect(page.get_by_label(f"工作表 {sheet} 的表头行")).to_have_value("1")
    rows = preview(page).locator("tbody").get_by_role("row")
    # Rows of the four sheets meet in two customers.
    expect(rows).to_have_count(8)
    expect(rows.filter(has_text="新建")).to_have_count(2)
    expect(rows.filter(has_text="项目1")).to_contain_text("1,000,000.00")
    expect(rows.filter(has_text="重要客户")).to_contain_text("合作中客户")
    expect(page.get_by_text("没有发现问题")).to_be_visible()
    picture(page, "import.zh")

    apply(page, "导入 8 行", "导入进度")
    expect(page.get_by_text("导入完成", exact=True)).to_be_visible()
    told = counts(page)
    assert (told["新建"], told["未导入"], told["有标记"]) == ("2", "0", "0")
    written = page.get_by_label("写入的记录").get_by_role("listitem")
    expect(written.filter(has_text="客户")).to_contain_text("新建 2")
    expect(written.filter(has_text="商机")).to_contain_text("新建 2")
    done = page.url

    page.get_by_role("button", name="查看客户").click()
    table = Table(page)
    table.shows("公司A", "公司B")
    for column, value in (
        ("联系人", "张三"),
        ("合作项目", "项目1"),
        ("开始日期", "2023-01-01"),
        ("金额", "1,000,000.00"),
    ):
        expect(table.cell("公司A", column)).to_have_text(value)
    expect(table.cell("公司B", "金额")).to_have_text("2,000,000.00")
    expect(table.cell("公司B", "合作阶段")).to_have_text("潜在客户")

    page.goto(done)
    page.get_by_role("button", name="撤销导入").click()
    expect(page.get_by_text("导入已撤销")).to_be_visible()
    assert [kept(page, one) for one in ("customers", "contacts", "deals")] == [0, 0, 0]
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="客户", exact=True).click()
    expect(page.get_by_text("公司A")).to_have_count(0)


def test_a_title_above_the_header_and_a_broken_address(page: Page):
    drop(page, CRM)
    expect(page.get_by_label("工作表 客户关系管理 的表头行")).to_have_value("3")
    rows = preview(page).locator("tbody").get_by_role("row")
    expect(rows).to_have_count(3)
    # The broken address is marked in its cell, says why, and is told again below with its row.
    marked = rows.nth(0).get_by_role("cell").filter(has_text="contactabc")
    expect(marked).to_contain_text("不是邮箱地址")
    expect(marked).to_have_attribute("data-problem", "true")
    marked.get_by_text("contactabc").hover()
    expect(page.get_by_role("tooltip").filter(has_text="不是邮箱地址")).to_be_visible()
    problem = page.get_by_role("region", name="需要留意").get_by_role("listitem").filter(has_text="contactabc")
    expect(problem).to_contain_text("客户关系管理 第 4 行 · 邮箱")
    page.get_by_role("radiogroup", name="按结果筛选").get_by_text("有问题").click()
    # Rows without a problem are not shown; numbers that records of the test before had are a problem, too.
    expect(rows.filter(has_text="晨光金融")).to_have_count(0)
    expect(rows.filter(has_text="contactabc")).to_have_count(1)
    page.get_by_role("radiogroup", name="按结果筛选").get_by_text("全部").click()
    expect(rows).to_have_count(3)

    # One column stays behind, one becomes a field of its own.
    heads = preview(page).get_by_role("columnheader")
    expect(heads.filter(has_text="职位")).to_have_count(1)
    page.get_by_label("列 职位 导入为").fill("不导入")
    page.get_by_title("不导入", exact=True).last.click()
    expect(heads.filter(has_text="职位")).to_have_count(0)
    expect(heads.filter(has_text="合作项目")).to_have_count(1)
    box = page.get_by_label("列 销售机会 导入为")
    box.fill("新建字段：文本")
    page.get_by_title("新建字段：文本", exact=True).click()
    expect(heads.filter(has_text="销售机会")).to_have_count(1)
    expect(heads.filter(has_text="合作项目")).to_have_count(0)

    apply(page, "导入 3 行", "导入进度")
    expect(page.get_by_text("导入完成", exact=True)).to_be_visible()
    told = counts(page)
    assert (told["新建"], told["有标记"]) == ("3", "1")
    done = page.url
    assert kept(page, "deals") == 0
    page.get_by_role("button", name="查看客户").click()
    table = Table(page)
    table.shows("ABC公司", "远景制造有限公司", "晨光金融")
    expect(table.cell("ABC公司", "邮箱")).to_have_text("contactabc")
    expect(table.cell("ABC公司", "销售机会")).to_have_text("软件采购项目")
    expect(table.cell("远景制造有限公司", "下次跟进日期")).to_have_text("2023-11-02")
    expect(table.cell("晨光金融", "电话")).to_contain_text("138")

    page.goto(done)
    page.get_by_role("button", name="撤销导入").click()
    expect(page.get_by_text("导入已撤销")).to_be_visible()
    assert kept(page, "customers") == 0


def test_a_locked_workbook_asks_for_its_password(page: Page, tmp_path: Path):
    drop(page, EXAMPLES / "pw-xlsx-agile.xlsx")
    dialog = page.get_by_role("dialog", name="这个文件有密码")
    dialog.get_by_label("文件密码").fill("not this one")
    dialog.get_by_role("button", name="打开").click()
    expect(dialog.get_by_text("密码不对，再试一次。")).to_be_visible()
    dialog.get_by_label("文件密码").fill("password")
    dialog.get_by_role("button", name="打开").click()
    # It is open now: there is just no table in it.
    expect(page.get_by_role("alert")).to_contain_text("“pw-xlsx-agile.xlsx”里没有数据行")

    locked = tmp_path / "合作客户(加密).xlsx"
    with PARTNERS.open("rb") as plain, locked.open("wb") as file:
        OOXMLFile(plain).encrypt("密码 password", file)
    drop(page, locked)
    dialog.get_by_label("文件密码").fill("密码 password")
    dialog.get_by_role("button", name="打开").click()
    expect(page.get_by_role("button", name="导入 8 行")).to_be_enabled()
    expect(dialog).to_have_count(0)


def test_a_damaged_workbook_is_told_and_the_next_one_is_read(page: Page, tmp_path: Path):
    damaged = tmp_path / "客户(损坏).xlsx"
    damaged.write_bytes(PARTNERS.read_bytes()[:2000])
    drop(page, damaged)
    expect(page.get_by_role("alert")).to_contain_text("“客户(损坏).xlsx”已损坏或不完整")
    drop(page, PARTNERS)
    expect(page.get_by_role("button", name="导入 8 行")).to_be_enabled()
    assert kept(page, "customers") == 0


def test_the_same_in_english(page: Page):
    send(page, "PATCH", "/api/me", {"language": "en"})
    try:
        page.reload()
        drop(page, PARTNERS, button="Choose files")
        expect(page.get_by_role("checkbox", name="Import sheet 客户基本信息")).to_be_checked()
        expect(page.get_by_text("No problems found")).to_be_visible()
        expect(preview(page, "Preview").locator("tbody").get_by_role("row")).to_have_count(8)
        apply(page, "Import 8 rows", "Progress of the import")
        expect(page.get_by_text("Imported", exact=True)).to_be_visible()
        assert counts(page, "By row")["New"] == "2"
        done = page.url
        page.get_by_role("button", name="Open customers").click()
        table = Table(page)
        table.shows("公司A", "公司B", column="Name")
        expect(table.cell("公司A", "Amount")).to_have_text("1,000,000.00")
        page.goto(done)
        page.get_by_role("button", name="Undo the import").click()
        expect(page.get_by_text("Import undone")).to_be_visible()
        assert kept(page, "customers") == 0
    finally:
        send(page, "PATCH", "/api/me", {"language": "zh-Hans"})
