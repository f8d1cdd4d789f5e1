"""Cells come out of every format as what they are, at the place where a person sees them."""

# ruff: noqa: DTZ001  # cells know no time zone
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from kebu.core.errors import KebuError
from kebu.workbooks.errors import xls_error_cells
from kebu.workbooks.reading import read
from workbooks.making import bare_ods, bare_xlsx, ods_text

pytestmark = pytest.mark.once

EXAMPLES = Path(__file__).parents[1] / "examples"


def code_of(path: Path, **options: str) -> str:
    with pytest.raises(KebuError) as refusal:
        read(path, name="名单.xlsx", **options)
    assert "名单.xlsx" in str(refusal.value)
    return refusal.value.code


def test_four_sheets_of_the_first_document():
    book = read(EXAMPLES / "合作客户管理表格.xlsx", name="合作客户管理表格.xlsx")
    assert (book.format, book.encoding, book.delimiter, book.base_1904) == ("xlsx", None, None, False)
    assert [sheet.name for sheet in book.sheets] == ["客户基本信息", "合作信息", "客户分类", "备注"]
    assert book.sheets[1].rows[1] == ["公司A", "项目1", "2023-01-01", "2023-06-30", "100万"]
    assert not any(sheet.hidden for sheet in book.sheets)


def test_title_and_blank_row_keep_the_row_numbers_of_the_sheet():
    [sheet] = read(EXAMPLES / "企业CRM表格.xlsx", name="企业CRM表格.xlsx").sheets
    assert sheet.first_row == 0
    assert sheet.rows[1] == []
    assert sheet.rows[2][:2] == ["客户ID", "客户名称"]
    assert sheet.rows[5] == [
        *("C003", "晨光金融", "王*", None, "晨光金融", "金融", 13800001234, "wang@example.com", "深圳市南山区"),
        *("流失客户", None, date(2023, 12, 1)),
    ]
    assert sheet.merges == [(0, 0, 0, 12)]


def test_merged_cells_have_their_value_in_the_first_cell():
    [sheet] = read(EXAMPLES / "xlsx-vertical-merge.xlsx", name="merge.xlsx").sheets
    assert sheet.merges == [(1, 0, 3, 0), (4, 0, 6, 0)]
    assert sheet.rows[2] == [None, "Henry"]


def test_types_of_xlsx(tmp_path):
    path = tmp_path / "types.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(2, 1, ["00123", 12, 0.5, True])
    for column, (form, number) in enumerate(
        [("yyyy-mm-dd", 45293), ('yyyy"年"m"月"d"日"', 45293), ("yyyy-mm-dd hh:mm", 45293.4375), ("hh:mm", 0.375)]
    ):
        sheet.write_number(3, column, number, book.add_format({"num_format": form}))
    sheet.write_number(4, 0, 1.75, book.add_format({"num_format": "[h]:mm:ss"}))
    sheet.write_number(4, 1, -1.75, book.add_format({"num_format": "[h]:mm:ss"}))
    sheet.write_formula(5, 0, "=1/0", value="#DIV/0!")
    sheet.write_formula(5, 1, "=1+1", value=2)
    book.close()
    [read_sheet] = read(path, name="types.xlsx").sheets
    assert read_sheet.rows == [
        [],
        [],
        [None, "00123", 12, 0.5, True],
        [date(2024, 1, 2), date(2024, 1, 2), datetime(2024, 1, 2, 10, 30), time(9, 0)],
        ["42:00:00", "-42:00:00"],
        ["#DIV/0!", 2],
    ]
    assert [type(cell) for cell in read_sheet.rows[2][1:]] == [str, float, float, bool]


def test_blank_cells_and_rows_at_the_end_are_left_out(tmp_path):
    path = bare_xlsx(
        tmp_path / "a.xlsx",
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"/><c r="C1" t="inlineStr"><is><t></t></is></c></row>'
        '<row r="4"><c r="B4"><v>2</v></c></row><row r="9"><c r="A9" t="str"><v></v></c></row>',
    )
    [sheet] = read(path, name="a.xlsx").sheets
    assert sheet.rows == [[1], [], [], [None, 2]]


def test_more_rows_than_fit_into_one_block_stay_in_order(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("".join("\n" if row % 3 == 0 else f"{row},x\n" for row in range(9_000)))
    [sheet] = read(path, name="long.csv").sheets
    assert len(sheet.rows) == 9_000
    assert all(row == ([] if number % 3 == 0 else [str(number), "x"]) for number, row in enumerate(sheet.rows))


def test_cells_without_references_and_escaped_signs(tmp_path):
    text = "<is><r><t>富</t></r><r><t>文本</t></r><rPh sb='0' eb='1'><t>fù</t></rPh></is>"
    path = bare_xlsx(
        tmp_path / "a.xlsx",
        f"<row><c><v>1</v></c><c/><c t='inlineStr'>{text}</c></row><row/>"
        "<row><c><v>1e999</v></c><c t='inlineStr'><is><t>a_x000D_b_x005F_x0041_&lt;&#10;c_x0000_d</t></is></c></row>",
    )
    [sheet] = read(path, name="a.xlsx").sheets
    assert sheet.rows == [[1, None, "富文本"], [], [None, "a\rb_x0041_<\ncd"]]


def test_hidden_sheets_are_marked_and_chart_sheets_left_out(tmp_path):
    path = tmp_path / "sheets.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["a"])
    book.create_sheet("藏").append(["b"])
    book["藏"].sheet_state = "hidden"
    book.create_sheet("深藏").sheet_state = "veryHidden"
    book.create_chartsheet("图").add_chart(openpyxl.chart.BarChart())
    book.save(path)
    sheets = read(path, name="sheets.xlsx").sheets
    assert [(sheet.name, sheet.hidden, sheet.rows) for sheet in sheets] == [
        ("Sheet", False, [["a"]]),
        ("藏", True, [["b"]]),
        ("深藏", True, []),
    ]


def test_workbook_that_counts_from_1904(tmp_path):
    path = tmp_path / "mac.xlsx"
    book = xlsxwriter.Workbook(path, {"date_1904": True})
    sheet = book.add_worksheet()
    sheet.write_datetime(0, 0, datetime(2024, 1, 2), book.add_format({"num_format": "yyyy-mm-dd"}))
    book.close()
    read_book = read(path, name="mac.xlsx")
    assert read_book.base_1904
    assert read_book.sheets[0].rows == [[date(2024, 1, 2)]]


@pytest.mark.parametrize(("name", "base_1904"), [("old-excel.xls", False), ("old-excel-1904.xls", True)])
def test_old_excel(name, base_1904):
    book = read(EXAMPLES / name, name=name)
    assert (book.format, book.base_1904) == ("xls", base_1904)
    first, second = book.sheets
    assert first.rows == [
        [],
        ["客户名称", "开始日期", "金额", "电话"],
        ["示例公司甲", date(2024, 1, 2), 1234.5, "010-6655 1234"],
        ["示例公司乙", None, True],
        [None, None, None, 13800001234],
    ]
    assert first.merges == [(3, 0, 4, 0)]
    assert (second.hidden, second.rows) == (True, [["看不见"]])


def test_an_old_excel_file_says_which_cells_hold_an_error(tmp_path):
    content = (EXAMPLES / "old-excel.xls").read_bytes()
    truth = content.index(b"\x05\x02\x08\0") + 4  # the one cell with a truth value, which an error looks like
    path = tmp_path / "a.xls"
    path.write_bytes(content[: truth + 6] + b"\x2a\x01" + content[truth + 8 :])
    assert read(path, name="a.xls").sheets[0].rows[3] == ["示例公司乙", None, "#N/A"]


def test_a_formula_of_an_old_excel_file_that_came_to_an_error_is_one():
    def record(kind, body):
        return kind.to_bytes(2, "little") + len(body).to_bytes(2, "little") + body

    formula = bytes((3, 0, 1, 0, 0, 0)) + bytes((2, 0, 0x07, 0, 0, 0, 0xFF, 0xFF)) + bytes(8)
    text = bytes((4, 0, 1, 0, 0, 0)) + bytes((0, 0, 0x07, 0, 0, 0, 0xFF, 0xFF)) + bytes(8)
    begin = record(0x0809, bytes(16))
    sheets = begin + record(0x0006, formula) + record(0x0006, text) + record(0x000A, b"")
    book = begin + record(0x0085, bytes(10))
    start = (len(book) + 4).to_bytes(4, "little")
    book = begin + record(0x0085, start + bytes(6)) + record(0x000A, b"")
    assert xls_error_cells(book + sheets) == {0: {3: {1: "#DIV/0!"}}}


def test_ods(tmp_path):
    row = (
        ods_text("姓名", 'table:number-columns-spanned="2" table:number-rows-spanned="2"')
        + "<table:covered-table-cell/>"
        + ods_text('a<text:s text:c="2"/>b</text:p><text:p>第二行')
        + '<table:table-cell office:value-type="date" office:date-value="2024-01-02"/>'
        '<table:table-cell office:value-type="date" office:date-value="2024-01-02T03:04:05"/>'
        '<table:table-cell office:value-type="time" office:time-value="PT08H30M00S"/>'
        '<table:table-cell office:value-type="currency" office:value="12.5"/>'
        '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>'
        '<table:table-cell table:number-columns-repeated="16376"/>'
    )
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    path = bare_ods(
        tmp_path / "a.ods",
        f'<table:table table:name="一"><table:table-row table:number-rows-repeated="2">{blank}</table:table-row>'
        f"<table:table-row>{row}</table:table-row>"
        f'<table:table-row><table:covered-table-cell table:number-columns-repeated="2"/>{ods_text("x")}'
        f"</table:table-row>"
        f'<table:table-row table:number-rows-repeated="1048572">{blank}</table:table-row></table:table>'
        '<table:table table:name="二" table:style-name="hidden"><table:table-row><table:table-cell/>'
        "</table:table-row></table:table>",
    )
    book = read(path, name="a.ods")
    assert book.format == "ods"
    first, second = book.sheets
    assert first.rows == [
        [],
        [],
        ["姓名", None, "a  b\n第二行", date(2024, 1, 2), datetime(2024, 1, 2, 3, 4, 5), time(8, 30), 12.5, True],
        [None, None, "x"],
    ]
    assert first.merges == [(2, 0, 3, 1)]
    assert (second.name, second.hidden, second.rows, second.merges) == ("二", True, [], [])


def test_format_is_found_by_content_not_by_name(tmp_path):
    xls = tmp_path / "really-old.xlsx"
    xls.write_bytes((EXAMPLES / "old-excel.xls").read_bytes())
    xlsx = tmp_path / "really-new.xls"
    xlsx.write_bytes((EXAMPLES / "企业CRM表格.xlsx").read_bytes())
    text = tmp_path / "really-text.xls"
    text.write_text("姓名\t电话\n张三\t010")
    assert [read(path, name=path.name).format for path in (xls, xlsx, text)] == ["xls", "xlsx", "csv"]


@pytest.mark.parametrize("spelled", [lambda name: name.replace("/", "\\"), str.upper])
def test_parts_spelled_by_careless_programs(tmp_path, spelled):
    path = bare_xlsx(tmp_path / "a.xlsx", "<row><c><v>1</v></c></row>", workbook='<workbookPr date1904="1"/>')
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(spelled(name), content)
    book = read(path, name="a.xlsx")
    assert (book.base_1904, book.sheets[0].rows) == (True, [[1]])


def test_merges_end_where_the_cells_end(tmp_path):
    path = bare_xlsx(
        tmp_path / "a.xlsx",
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="B2"><v>1</v></c></row>',
        after_rows='<mergeCells><mergeCell ref="A1:A999999"/><mergeCell ref="B2:XFD2"/><mergeCell ref="F9:G9"/>'
        "</mergeCells>",
    )
    assert read(path, name="a.xlsx").sheets[0].merges == [(0, 0, 1, 0)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "corrupt_file"),
        (b"PK\x03\x04 not a zip", "corrupt_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "corrupt_file"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "unsupported_format"),
        (b"%PDF-1.7", "unsupported_format"),
        (b"<!DOCTYPE html><html><body>Please sign in</body></html>", "unsupported_format"),
        (b"\xef\xbb\xbf\n<?xml version='1.0'?><Workbook/>", "unsupported_format"),
        (bytes(range(256)) * 20, "unsupported_format"),
    ],
)
def test_what_is_no_table_is_refused_by_name(tmp_path, content, code):
    path = tmp_path / "x"
    path.write_bytes(content)
    assert code_of(path) == code


def test_other_office_files_are_refused(tmp_path):
    docx, xlsb = tmp_path / "a.docx", tmp_path / "a.xlsb"
    for path, name in ((docx, "word/document.xml"), (xlsb, "xl/workbook.bin")):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(name, "x")
        assert code_of(path) == "unsupported_format"
    doc = tmp_path / "a.doc"
    workbook, word = ("Workbook".encode("utf-16-le"), "WordWord".encode("utf-16-le"))
    doc.write_bytes((EXAMPLES / "old-excel.xls").read_bytes().replace(workbook, word))
    assert code_of(doc) == "unsupported_format"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("name", ["企业CRM表格.xlsx", "old-excel.xls"])
def test_truncated_file_is_called_damaged(tmp_path, name, share):
    whole = (EXAMPLES / name).read_bytes()
    path = tmp_path / "cut"
    path.write_bytes(whole[: int(len(whole) * share)])
    assert code_of(path) == "corrupt_file"


def test_damaged_byte_in_a_part_is_found(tmp_path):
    path = bare_xlsx(tmp_path / "a.xlsx", '<row r="1"><c r="A1"><v>1</v></c></row>' * 50)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        place = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
    content[place + 100] ^= 0xFF
    path.write_bytes(content)
    assert code_of(path) == "corrupt_file"


def test_missing_sheet_part_is_called_damaged(tmp_path):
    path = bare_xlsx(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if "sheet1" not in name}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert code_of(path) == "corrupt_file"


@pytest.mark.parametrize("name", ["pw-xlsx-agile.xlsx", "password.xls"])
def test_password_is_asked_for_checked_and_opens(name):
    path = EXAMPLES / name
    assert code_of(path) == "password_protected"
    assert code_of(path, password="Password") == "wrong_password"
    assert read(path, name=name, password="password").sheets[0].rows


def test_structure_protection_alone_asks_for_no_password():
    assert read(EXAMPLES / "protected-structure.xls", name="a.xls").sheets[0].rows[1][0] == "客户名称"


def test_encrypted_ods_says_so(tmp_path):
    path = bare_ods(tmp_path / "a.ods", "", encrypted=True)
    assert code_of(path) == "password_protected"
    assert code_of(path, password="x") == "unsupported_format"


def test_messages_name_the_file_in_both_languages(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"")
    with pytest.raises(KebuError) as refusal:
        read(path, name="名单.xlsx")
    for language in ("zh-Hans", "en"):
        assert "“名单.xlsx”" in refusal.value.as_json(language)["error"]["message"]
