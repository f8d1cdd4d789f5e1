"""Step 3: an old spreadsheet is dropped in, looked at, changed, written, and taken back."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from browser.hands import OWNER, Table, pick, send, until
from installation import ROOT

pytestmark = pytest.mark.browser
EXAMPLES = ROOT / "tests" / "examples"
COOPERATION = EXAMPLES / "合作客户管理表格.xlsx"
REFUSED = {"error": {"code": "import_changed", "message": "这次导入刚被修改过，请先查看。"}}
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
    preview = page.get_by_role("grid", name="预览")
    wrong = preview.get_by_role("gridcell").filter(has_text="contactabc")
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
    expect(page.get_by_role("grid", name="预览").get_by_role("columnheader", name="备注")).to_be_visible()
    pick(page, page.get_by_label("列 会员号 导入为"), "新建字段：文本")
    expect(page.get_by_role("grid", name="预览").get_by_role("columnheader", name="会员号")).to_be_visible()
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
        "客户名称,电话,金额,下次跟进日期\n甲公司,1.3800001234E+10,100万,2026年12月1日\n乙公司,,abc,不知道\n", "utf-8"
    )
    choose(page, file)
    preview = page.get_by_role("grid", name="预览")
    for text in ("13800001234", "1,000,000.00", "2026-12-01"):
        expect(preview.get_by_role("gridcell").filter(has_text=text)).to_be_visible()
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


def test_a_name_with_a_telephone_says_where_both_go(page: Page, tmp_path):
    file = tmp_path / "名单.csv"
    file.write_text("客户名称,联系人\n示例公司A,张三 13800001234\n示例公司B,李四 13900001234\n", "utf-8")
    choose(page, file)
    columns = page.get_by_role("region", name="列的对应")
    expect(columns.get_by_role("row").filter(has_text="张三 13800001234")).to_contain_text(
        "同一格里的电话写入“主要联系人 · 手机”"
    )


# -- correcting before anything is written ---------------------------------------------------------------------


def only(page: Page) -> Locator:
    return page.get_by_label("按结果筛选")


def wrong_rows(tmp_path: Path, count: int) -> Path:
    file = tmp_path / "示例名单.csv"
    lines = [
        f"示例公司{n:05},{'北京市场' if n % 2 else 'IT'},{'不知道' if n % 3 == 0 else ''},x{n}@example.com"
        for n in range(count)
    ]
    file.write_text("\n".join(["客户名称,行业,下次跟进日期,邮箱", *lines]) + "\n", "utf-8")
    return file


def test_a_wrong_cell_is_corrected_in_its_place(page: Page, picture):
    choose(page, CRM)
    preview = page.get_by_role("grid", name="预览")
    wrong = preview.get_by_role("gridcell").filter(has_text="contactabc")
    wrong.click()
    box = page.get_by_label("修改 邮箱")
    expect(box).to_be_focused()
    expect(box).to_have_value("contactabc")
    picture(page, "import-fix.zh")
    box.fill("contact@example.com")
    box.press("Enter")
    expect(preview.get_by_role("gridcell", name="contact@example.com", exact=True)).to_be_visible()
    expect(problems(page)).not_to_contain_text("contactabc")
    # Taken back, the text of the file is there again.
    page.get_by_role("button", name="撤销修改（1）").click()
    expect(problems(page)).to_contain_text("contactabc")


def test_all_cells_alike_are_corrected_at_once_and_a_new_choice_takes_another(page: Page, tmp_path: Path):
    choose(page, wrong_rows(tmp_path, 312))
    expect(problems(page)).to_contain_text("等 104 处")
    page.get_by_role("button", name="修改 不知道").click()
    box = page.get_by_label("修改 下次跟进日期")
    box.fill("2026-12-01")
    page.get_by_role("button", name="全部改好（104 处）").click()
    expect(problems(page)).to_contain_text("没有发现问题")
    new = page.get_by_role("region", name="会添加的新选项")
    expect(new).to_contain_text("北京市场 156 行")
    pick(page, new.get_by_label("新选项 北京市场 变为"), "不导入这 156 行")
    expect(only(page)).to_contain_text("已排除 156")
    expect(page.get_by_role("button", name="导入 156 行")).to_be_enabled()
    only(page).get_by_text("已排除").click()
    expect(page.get_by_role("grid", name="预览").get_by_text("示例公司00001")).to_be_visible()


def test_the_preview_is_walked_through_and_changed_by_keys(page: Page, tmp_path: Path):
    choose(page, wrong_rows(tmp_path, 2000))
    preview = page.get_by_role("grid", name="预览")
    expect(preview.get_by_role("rowheader", name="2", exact=True)).to_be_visible()
    preview.focus()
    page.keyboard.press("Control+End")
    expect(preview.get_by_role("rowheader", name="2001", exact=True)).to_be_visible()
    # Only what is in sight is there at all.
    assert preview.get_by_role("row").count() < 100
    page.keyboard.press("Space")
    expect(only(page)).to_contain_text("已排除 1")
    expect(preview).to_be_focused()
    page.keyboard.press("Control+z")
    expect(only(page)).not_to_contain_text("已排除")
    page.keyboard.press("Control+Home")
    expect(preview.get_by_role("rowheader", name="2", exact=True)).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    box = page.get_by_label("修改 客户名称")
    expect(box).to_be_focused()
    box.fill("示例改名公司")
    page.keyboard.press("Enter")
    expect(preview.get_by_role("gridcell", name="示例改名公司", exact=True)).to_be_visible()
    expect(preview).to_be_focused()
    # What becomes of the row, by keys too.
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="不导入这一行").press("Space")
    expect(only(page)).to_contain_text("已排除 1")


def test_what_cannot_be_checked_is_kept_and_tried_again(page: Page):
    choose(page, CRM)
    preview = page.get_by_role("grid", name="预览")
    page.route(
        "**/api/imports/*",
        lambda route: route.fulfill(status=409, json=REFUSED) if route.request.method == "PATCH" else route.continue_(),
    )
    preview.get_by_role("gridcell").filter(has_text="contactabc").click()
    page.get_by_label("修改 邮箱").fill("contact@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(preview).to_contain_text("contact@example.com")
    page.unroute("**/api/imports/*")
    page.get_by_role("button", name="重试").click()
    expect(problems(page)).not_to_contain_text("contactabc")


def test_the_same_file_again_says_that_nothing_is_to_be_done(page: Page, tmp_path: Path):
    file = tmp_path / "again.csv"
    file.write_text("客户名称,备注\n甲公司,老客户\n乙公司,新客户\n", "utf-8")
    choose(page, file)
    page.get_by_role("button", name="导入 2 行").click()
    page.get_by_role("button", name="再导入一个").click()
    choose(page, file)
    expect(page.get_by_role("alert")).to_contain_text("这个文件里的 2 行和已有的记录完全一样")
    expect(page.get_by_role("button", name="没有要改动的")).to_be_disabled()
    # What a person chose may be the reason as well, and is told as that.
    options = page.get_by_role("region", name="选项")
    pick_option(page, options, "遇到已有的", "跳过")
    expect(page.get_by_role("alert")).to_contain_text("2 行的记录已经有了，按选项跳过")
    expect(page.get_by_role("alert")).to_contain_text("这次导入不会改动任何记录")
    expect(page.get_by_role("button", name="没有要改动的")).to_be_disabled()
    sheet = page.get_by_role("checkbox", name="导入工作表 again")
    sheet.click()
    expect(page.get_by_role("alert")).to_contain_text("没有选中有内容的工作表")
    expect(page.get_by_role("button", name="没有可导入的行")).to_be_disabled()
    sheet.click()
    expect(page.get_by_role("alert")).to_contain_text("按选项跳过")
    pick_option(page, options, "遇到已有的", "另建一条")
    expect(page.get_by_role("button", name="导入 2 行")).to_be_enabled()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_plan_is_corrected_on_a_phone(visit, tmp_path: Path, picture):
    page = visit(OWNER, path="/import", viewport={"width": 390, "height": 844})
    choose(page, CRM)
    preview = page.get_by_role("grid", name="预览")
    preview.get_by_role("gridcell").filter(has_text="contactabc").click()
    box = page.get_by_label("修改 邮箱")
    expect(box).to_be_in_viewport(ratio=1)
    picture(page, "import-fix-phone.zh")
    page.get_by_role("button", name="清空").click()
    expect(problems(page)).not_to_contain_text("contactabc")


def test_how_a_sheet_is_read_is_said_and_seen_at_once(page: Page, picture, tmp_path):
    file = tmp_path / "名单.csv"
    text = "示例名簿,2026\nNo.,名称,日期\n1,東京商事,5/6/2026\n2,大阪商事,7/8/2026\n"
    file.write_bytes(text.encode("shift_jis"))
    choose(page, file)
    sheets = page.get_by_role("region", name="工作表")
    sheets.get_by_role("button", name="工作表 名单 怎么读").click()
    dialog = page.get_by_role("dialog", name="“名单”怎么读")
    rows = dialog.get_by_role("region", name="工作表 名单 的前几行")
    pick_option(page, dialog, "编码", "Shift JIS")
    expect(rows.get_by_role("cell", name="東京商事")).to_be_visible()
    dialog.get_by_role("button", name="第 2 行作为表头").click()
    expect(dialog.get_by_role("button", name="第 2 行作为表头")).to_have_attribute("aria-pressed", "true")
    pick_option(page, dialog, "日期 5/1/2023 的顺序", "日 / 月 / 年")
    expect(
        dialog.get_by_label("日期 5/1/2023 的顺序").locator("xpath=ancestor::*[contains(@class,'ant-select')][last()]")
    ).to_contain_text("日 / 月 / 年")
    expect(dialog.get_by_role("status").locator(".ant-spin")).to_have_count(0)
    picture(page, "import-source.zh")
    dialog.get_by_label("范围", exact=True).fill("到处")
    dialog.get_by_label("范围", exact=True).press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("看不懂范围“到处”")
    dialog.get_by_label("范围", exact=True).fill("B1:C4")
    dialog.get_by_label("范围", exact=True).press("Enter")
    expect(dialog.get_by_role("alert")).to_have_count(0)
    dialog.get_by_role("button", name="完成").click()
    expect(dialog).to_have_count(0)
    expect(sheets).to_contain_text("2 行")


def test_records_are_known_by_two_fields_that_are_chosen_together(page: Page, picture, tmp_path: Path):
    file = tmp_path / "门店.csv"
    begin = "客户名称,地址,备注\n示例连锁,广东省深圳市南山区一路1号,甲\n"
    file.write_text(f"{begin}示例连锁,广东省广州市天河区二路2号,乙\n", "utf-8")
    choose(page, file)
    options = page.get_by_role("region", name="选项")
    pick_option(page, options, "遇到已有的", "另建一条")
    page.get_by_role("button", name="导入 2 行").click()
    expect(page.get_by_role("main").get_by_text("导入完成", exact=True)).to_be_visible()
    page.get_by_role("button", name="再导入一个").click()
    file.write_text("客户名称,地址,电话\n示例连锁,广州市,010-66551234\n示例连锁,北京市,010-66551235\n", "utf-8")
    choose(page, file)
    grid = page.get_by_role("grid", name="预览")
    # By the name alone each row may be either of both, which is said and not guessed.
    expect(grid.get_by_role("row").nth(1)).to_contain_text("不导入")
    expect(problems(page)).to_contain_text(re.compile(r"C\d+, C\d+"))
    pick_option(page, options, "用什么认出已有的客户", "几个字段一起")
    fields = options.get_by_label("选择要一起比较的字段")
    fields.click()
    shown = page.locator(".ant-select-dropdown:visible")
    shown.get_by_text("客户名称", exact=True).click()
    shown.get_by_text("城市", exact=True).click()
    expect(only(page)).to_contain_text("更新 1")
    expect(only(page)).to_contain_text("新建 1")
    fields.press("Escape")
    expect(shown).to_have_count(0)
    expect(grid.get_by_role("row").nth(1)).to_contain_text(re.compile(r"更新C\d+ · 客户名称 \+ 城市"))
    expect(options).to_contain_text("认出已有的：客户名称 + 城市 1")
    picture(page, "import-together.zh")


def test_which_of_several_records_is_meant_a_person_says(page: Page, tmp_path: Path):
    file = tmp_path / "同名.csv"
    file.write_text("客户名称,备注\n示例医疗,甲\n示例医疗,乙\n", "utf-8")
    choose(page, file)
    options = page.get_by_role("region", name="选项")
    pick_option(page, options, "遇到已有的", "另建一条")
    page.get_by_role("button", name="导入 2 行").click()
    expect(page.get_by_role("main").get_by_text("导入完成", exact=True)).to_be_visible()
    page.get_by_role("button", name="再导入一个").click()
    file.write_text("客户名称,简称\n示例医疗,医\n", "utf-8")
    choose(page, file)
    row = page.get_by_role("grid", name="预览").get_by_role("row").nth(1)
    row.get_by_text("不导入").click()
    choices = page.get_by_role("radiogroup", name="第 2 行怎么处理")
    second = choices.get_by_role("radio", name=re.compile("^就是 C")).nth(1)
    expect(second).to_be_visible()
    second.click()
    expect(row).to_contain_text(re.compile(r"更新C\d+ · 指定"))
    page.get_by_role("button", name="导入 1 行").click()
    expect(page.get_by_role("main").get_by_text("导入完成", exact=True)).to_be_visible()


def test_forms_become_rows_and_a_person_may_say_otherwise(page: Page, picture, tmp_path: Path):
    file = tmp_path / "登记表.csv"
    forms = "客户名称：,示例登记{0}公司,联系人：,冯{0}\n电话：,1360013600{0},邮箱：,f{0}@example.com\n\n"
    file.write_text("".join(forms.format(number) for number in (1, 2)), "utf-8")
    choose(page, file)
    sheets = page.get_by_role("region", name="工作表")
    expect(sheets).to_contain_text("2 行")
    expect(sheets).to_contain_text("按登记表读取")
    sheets.get_by_role("button", name="工作表 登记表 怎么读").click()
    dialog = page.get_by_role("dialog", name="“登记表”怎么读")
    rows = dialog.get_by_role("region", name="工作表 登记表 的前几行")
    expect(rows.get_by_role("row").nth(1)).to_contain_text("客户名称")
    picture(page, "import-forms.zh")
    pick_option(page, dialog, "一条记录占", "一行")
    expect(rows.get_by_role("row").nth(1)).to_contain_text("示例登记1公司")
    pick_option(page, dialog, "一条记录占", "一张登记表")
    expect(rows.get_by_role("row").nth(2)).to_contain_text("示例登记1公司")
    dialog.get_by_role("button", name="完成").click()
    page.get_by_role("button", name="导入 2 行").click()
    expect(page.get_by_role("button", name="再导入一个")).to_be_visible()


def pick_option(page: Page, place, label: str, option: str) -> None:
    place.get_by_label(label, exact=True).click()
    page.locator(".ant-select-dropdown:visible").get_by_text(option, exact=True).click()
    expect(page.locator(".ant-select-dropdown:visible")).to_have_count(0)


def test_the_next_file_of_a_layout_is_mapped_as_the_last_one(page: Page, tmp_path: Path):
    file = tmp_path / "每月名单.csv"
    file.write_text("单位,备用\n示例每月公司,请勿打扰\n", "utf-8")
    choose(page, file)
    pick(page, page.get_by_label("列 备用 导入为"), "备注")
    page.get_by_role("button", name="导入 1 行").click()
    page.get_by_role("button", name="再导入一个").click()
    file.write_text("单位,备用\n示例每月公司二,新的\n", "utf-8")
    choose(page, file)
    of = page.get_by_role("region", name="列的对应")
    expect(of).to_contain_text("已按上次导入这种表格时的对应")
    expect(of.get_by_role("row", name="备用")).to_contain_text("备注")
    of.get_by_role("button", name="重新识别").click()
    expect(of).not_to_contain_text("已按上次")
    expect(of.get_by_role("row", name="备用")).to_contain_text("不导入")


def test_what_was_changed_since_an_import_stays_when_it_is_undone_and_that_is_told(page: Page, tmp_path: Path):
    file = tmp_path / "later.csv"
    file.write_text("客户名称,备注\n示例后改公司,一\n示例未改公司,二\n", "utf-8")
    choose(page, file)
    page.get_by_role("button", name="导入 2 行").click()
    undo = page.get_by_role("button", name="撤销导入")
    expect(undo).to_be_visible()
    asked = {"limit": 1, "fields": ["name"], "filter": {"field": "name", "op": "is", "value": "示例后改公司"}}
    pk = send(page, "POST", "/api/records/customers/query", asked)["rows"][0][0]
    version = send(page, "GET", f"/api/records/customers/{pk}")["version"]
    send(page, "PATCH", f"/api/records/customers/{pk}", {"version": version, "values": {"remark": "后来写的"}})
    undo.click()
    expect(page.get_by_text("有 1 条记录在导入之后又改过")).to_be_visible()
    expect(page.get_by_text("导入已撤销")).to_be_visible()
