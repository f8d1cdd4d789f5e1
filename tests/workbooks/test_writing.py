# ruff: noqa: DTZ001  # cells know no time zone
import itertools
import re
import tracemalloc
import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from kebu.core.errors import KebuError
from kebu.workbooks.locking import lock
from kebu.workbooks.reading import read
from kebu.workbooks.rows_xml import Painted, Shade
from kebu.workbooks.separated import write_csv
from kebu.workbooks.writing import CellRange, ChartSpec, Column, SheetSpec, write_xlsx

pytestmark = pytest.mark.once

KINDS = ["text", "number", "money", "percent", "date", "datetime", "checkbox", "link"]
COLUMNS = [Column(kind, kind) for kind in KINDS]
ROW = ["示例", 12, 1234.5, 0.125, date(2024, 1, 2), datetime(2024, 1, 2, 10, 30), True, "https://example.com"]


def written(path, *sheets: SheetSpec) -> openpyxl.Workbook:
    """What another program sees in the file."""
    write_xlsx(path, sheets)
    return openpyxl.load_workbook(path)


def column(tmp_path, values, kind="text") -> Worksheet:
    sheet = SheetSpec("S", [Column("a", kind)], [[value] for value in values])
    return written(tmp_path / "a.xlsx", sheet).active


def test_every_kind_has_its_type_and_format(tmp_path):
    sheet = written(tmp_path / "a.xlsx", SheetSpec("客户", COLUMNS, [ROW])).active
    assert [cell.value for cell in sheet[1]] == KINDS
    assert [cell.value for cell in sheet[2]] == [*ROW[:4], datetime(2024, 1, 2), *ROW[5:]]
    assert [cell.number_format for cell in sheet[2]] == [
        *("@", "General", "#,##0.00", "0.00%", "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "General", "@"),
    ]
    assert sheet["A1"].font.bold


def test_new_rows_get_the_format_of_their_column(tmp_path):
    sheet = written(tmp_path / "a.xlsx", SheetSpec("S", COLUMNS, [])).active
    styles = [sheet.column_dimensions[letter].number_format for letter in "ABCDEFGH"]
    assert styles[2:5] == ["#,##0.00", "0.00%", "yyyy-mm-dd"]


def test_header_is_frozen_and_filtered(tmp_path):
    sheet = written(tmp_path / "a.xlsx", SheetSpec("S", COLUMNS, [ROW, ROW])).active
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:H3"
    assert sheet.dimensions == "A1:H3"


def test_widths_are_given_or_fit_title_and_kind(tmp_path):
    columns = [Column("a", width=7), Column("b", "date"), Column("统一社会信用代码（十八位）"), Column("x" * 200)]
    sheet = written(tmp_path / "a.xlsx", SheetSpec("S", columns, [])).active
    widths = [sheet.column_dimensions[letter].width for letter in "ABCD"]
    assert [round(width) for width in widths] == [8, 13, 31, 61]


def test_values_that_do_not_fit_their_column_keep_their_own_type(tmp_path):
    sheet = column(tmp_path, ["2024年", 3, date(2024, 1, 2), None, False], "date")
    assert [cell.value for cell in sheet["A"]] == ["a", "2024年", 3, datetime(2024, 1, 2), None, False]


def test_numbers_beyond_fifteen_digits_and_dates_before_1900_become_text(tmp_path):
    values = [10**15, -(10**15), 999_999_999_999_999, Decimal("1.10"), Decimal("1" * 16), date(1900, 2, 28)]
    values += [date(1900, 3, 1), datetime(1899, 1, 1, 8, tzinfo=UTC), float("nan"), float("-inf"), Decimal("NaN")]
    cells = [cell.value for cell in column(tmp_path, values, "number")["A"]][1:]
    assert cells == [
        *("1000000000000000", "-1000000000000000", 999_999_999_999_999, 1.1, "1" * 16, "1900-02-28"),
        *(datetime(1900, 3, 1), "1899-01-01 08:00:00", None, None, "NaN"),
    ]


def test_datetimes_lose_their_zone_only(tmp_path):
    moment = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert [cell.value for cell in column(tmp_path, [moment, time(8, 30)])["A"]][1:] == [
        *(datetime(2024, 1, 2, 3, 4, 5), time(8, 30)),
    ]


@pytest.mark.parametrize(
    "text",
    [
        *("&<>\"'", "<r>x</r>", " outer ", "a\nb", "a\tb", "_x0041_", "_x005F_", "x_y", "😀", "　全角　", "0123"),
        *("\x01\x1f", "a\rb", "TRUE", "=1+1", "{=1}", "http://a.b", "mailto:a@b.c", "]]>"),
    ],
)
def test_text_stays_the_same_text(tmp_path, text):
    path = tmp_path / "a.xlsx"
    write_xlsx(path, [SheetSpec("S", [Column(text)], [[text], [text]])])
    assert read(path, name="a.xlsx").sheets[0].rows == [[text]] * 3
    sheet = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert sheet.count(b't="inlineStr"') == 3


def test_text_that_no_cell_can_hold_is_cut_or_replaced(tmp_path):
    path = tmp_path / "a.xlsx"
    long = "长" * 40_000, "😀" * 20_000, "x" * 32_767
    write_xlsx(path, [SheetSpec("S", [Column("a")], [[text] for text in (*long, "a\ud800b\ufffe", "")])])
    rows = read(path, name="a.xlsx").sheets[0].rows
    assert [row[0] for row in rows[1:]] == ["长" * 32_766 + "…", "😀" * 16_383 + "…", "x" * 32_767, "a\ufffdb\ufffd"]


def test_text_of_other_classes_is_text(tmp_path):
    class Label(str):
        __slots__ = ()

    assert column(tmp_path, [Label("=a")])["A2"].value == "=a"


def rules(sheet: Worksheet) -> dict[str, str]:
    return {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}


def test_choices_are_a_drop_down_over_the_whole_column(tmp_path):
    choices = ["潜在客户", "合作中", "a&b"]
    sheet = written(tmp_path / "a.xlsx", SheetSpec("S", [Column("a"), Column("b", choices=choices)], [])).active
    assert rules(sheet) == {"B2:B1048576": '"潜在客户,合作中,a&b"'}


@pytest.mark.parametrize(
    "choices", [[f"选项{n:03}" for n in range(60)], ["a,b", "c"], ["=1+1", "x"], [" a", "b"], ['a"', "b"]]
)
def test_choices_that_a_rule_cannot_hold_stand_on_a_hidden_sheet(tmp_path, choices):
    columns = [Column("a", choices=choices), Column("b", choices=["甲", "乙"]), Column("c", choices=[*choices, "更多"])]
    book = written(tmp_path / "a.xlsx", SheetSpec("S", columns, []))
    last = len(choices)
    assert rules(book["S"]) == {
        "A2:A1048576": f"'_choices'!$A$1:$A${last}",
        "B2:B1048576": '"甲,乙"',
        "C2:C1048576": f"'_choices'!$B$1:$B${last + 1}",
    }
    assert book["_choices"].sheet_state == "hidden"
    assert [cell.value for cell in book["_choices"]["B"]] == [*choices, "更多"]
    assert all(cell.data_type == "s" for cell in book["_choices"]["B"])


def test_notes_and_comments(tmp_path):
    spec = SheetSpec("S", [Column("a", note="说明"), Column("b")], [["x", "y"]], comments={(0, 1): "不是日期"})
    sheet = written(tmp_path / "a.xlsx", spec).active
    assert sheet["A1"].comment.text == "说明"
    assert sheet["B2"].comment.text == "不是日期"


def test_several_sheets_with_names_that_programs_accept(tmp_path):
    names = ["客户/联系人", "客户:联系人", "x" * 40, "X" * 31, "'a'", "", "History", "😀" * 20, "_choices", "  "]
    book = written(tmp_path / "a.xlsx", *(SheetSpec(name, [Column("a")], [[name]]) for name in names))
    assert book.sheetnames == [
        *("客户 联系人", "客户 联系人 2", "x" * 31, "X" * 29 + " 2", "a", "Sheet", "History 2", "😀" * 15),
        *("_choices 2", "Sheet 2"),
    ]
    assert [sheet["A2"].value for sheet in book] == [name or None for name in names]


@pytest.mark.parametrize("kind", ["bar", "line", "pie", "column"])
def test_charts_point_to_cells_and_carry_their_values(tmp_path, kind):
    path = tmp_path / "a.xlsx"
    data = SheetSpec(
        "数据/1", [Column("阶段"), Column("数量", "number")], iter([["潜在", 3], ["合作", None], ["流失", 2]])
    )
    cells = CellRange("数据/1", 0, 0, 2), CellRange("数据/1", 1, 0, 2)
    chart = ChartSpec(kind, "=各阶段", cells[0], [cells[1]])
    write_xlsx(path, [SheetSpec("图", [Column("a")], [], charts=[chart, chart]), data])
    with zipfile.ZipFile(path) as archive:
        xml = archive.read("xl/charts/chart1.xml").decode()
        assert "xl/charts/chart2.xml" in archive.namelist()
    assert re.findall(r"<c:f>(.*?)</c:f>", xml) == [
        *("'数据 1'!$B$1", "'数据 1'!$A$2:$A$4", "'数据 1'!$B$2:$B$4"),
    ]
    assert re.findall(r"<c:v>(.*?)</c:v>", xml) == ["数量", "潜在", "合作", "流失", "3", "2"]
    assert "<a:t> =各阶段</a:t>" in xml
    assert f"<c:{'bar' if kind == 'column' else kind}Chart>" in xml
    assert ("<c:legend>" in xml) == (kind == "pie")


def test_chart_of_several_series_has_a_legend(tmp_path):
    path = tmp_path / "a.xlsx"
    columns = [Column("月"), Column("新客户", "number"), Column("金额", "money")]
    ranges = [CellRange("S", index, 0, 1) for index in range(3)]
    chart = ChartSpec("line", "每月", ranges[0], ranges[1:])
    write_xlsx(path, [SheetSpec("S", columns, [["1月", 1, 2.5], ["2月", 2, 3.5]], charts=[chart])])
    xml = zipfile.ZipFile(path).read("xl/charts/chart1.xml").decode()
    assert xml.count("<c:ser>") == 2
    assert "<c:legend>" in xml


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr("kebu.workbooks.writing.MAX_ROWS", 1000)
    columns = [Column("a", "number"), Column("b", choices=["x" * 200, "y" * 200])]
    rows = ([number, "x"] for number in range(2500))
    sheet = SheetSpec("客户", columns, rows, comments={(0, 0): "first", (1000, 0): "there"})
    book = written(tmp_path / "a.xlsx", sheet, SheetSpec("客户 2", [Column("c")], [[n] for n in range(999)]))
    assert book.sheetnames == ["客户", "客户 3", "客户 4", "客户 2", "_choices"]
    pages = [book[name] for name in ("客户", "客户 3", "客户 4")]
    assert [page.max_row for page in pages] == [1000, 1000, 503]
    assert [page["A1"].value for page in pages] == ["a"] * 3
    assert [cell.value for page in pages for cell in page["A"][1:]] == list(range(2500))
    assert [page.auto_filter.ref for page in pages] == ["A1:B1000", "A1:B1000", "A1:B503"]
    assert (pages[0]["A2"].comment.text, pages[1]["A3"].comment.text) == ("first", "there")
    assert book["_choices"].max_column == 1
    assert book["客户 2"].max_row == 1000


def test_addresses_can_be_followed_and_nothing_else(tmp_path):
    good = ["https://example.com/a?b=1&c=<中>#d", "HTTP://EXAMPLE.COM", "a.b@example.com"]
    good[0] = good[0].replace("<中>", "中")
    bad = [
        "javascript:alert(1)",
        "https://a b",
        "data:text/html,x",
        "file:///etc/passwd",
        "mailto:a@b.c",
        "a@b@c.d",
        "x" * 3000 + "@b.c",
        "=HYPERLINK(1)",
        "https://a\nb",
    ]
    columns = [Column("a", "link", linked=True), Column("b", "link")]
    path = tmp_path / "a.xlsx"
    sheet = written(path, SheetSpec("S", columns, [[text, text] for text in (*good, *bad)])).active
    targets = {cell.coordinate: cell.hyperlink.target for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert targets == {"A2": good[0], "A3": good[1], "A4": f"mailto:{good[2]}"}
    assert [cell.value or "" for cell in sheet["A"][1:]] == [*good, *bad]
    assert (sheet["A2"].font.underline, sheet["A5"].font.underline, sheet["B2"].font.underline) == (
        "single",
        None,
        None,
    )
    assert [row[0] or "" for row in read(path, name="a.xlsx").sheets[0].rows[1:]] == [*good, *bad]


def test_rows_within_groups_can_be_folded_below_their_heads(tmp_path):
    head = Painted(["组", None], (Shade("#DDEEFF", bold=True),) * 2)
    rows = [head, Painted(["x", 1], None, 1), Painted(["y", 2], None, 1)]
    sheet = written(tmp_path / "a.xlsx", SheetSpec("S", [Column("a"), Column("b", "number")], rows, levels=1)).active
    assert [sheet.row_dimensions[row].outlineLevel for row in (1, 2, 3, 4)] == [0, 0, 1, 1]
    assert not sheet.sheet_properties.outlinePr.summaryBelow
    assert sheet["A2"].font.bold
    assert not sheet["A3"].font.bold


def test_columns_stay_beside_the_header(tmp_path):
    assert written(tmp_path / "a.xlsx", SheetSpec("S", COLUMNS, [ROW], frozen=2)).active.freeze_panes == "C2"


def test_a_locked_workbook_opens_with_its_password_only(tmp_path):
    path = tmp_path / "a.xlsx"
    write_xlsx(path, [SheetSpec("S", [Column("a")], [["秘密"]])])
    lock(path, "口令 pass-1")
    assert "秘密".encode() not in path.read_bytes()
    assert read(path, name="a.xlsx", password="口令 pass-1").sheets[0].rows == [["a"], ["秘密"]]
    for password in (None, "", "else"):
        with pytest.raises(KebuError, match="password"):
            read(path, name="a.xlsx", password=password)


def test_what_is_too_large_to_lock_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("kebu.workbooks.locking.MAX_SIZE", 100)
    path = tmp_path / "a.xlsx"
    write_xlsx(path, [SheetSpec("S", [Column("a")], [])])
    with pytest.raises(KebuError) as refusal:
        lock(path, "x")
    assert refusal.value.code == "too_large_to_lock"


def test_memory_does_not_grow_with_the_rows(tmp_path):
    tracemalloc.start()
    write_xlsx(tmp_path / "a.xlsx", [SheetSpec("S", COLUMNS, itertools.repeat(ROW, 20_000))])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * 1024**2


def test_csv_is_what_excel_opens(tmp_path):
    path = tmp_path / "a.csv"
    rows = [
        ["示例,公司", 13800001234, 13800001234.0, 0.1, 1e-7, Decimal("1.50"), True, False, None],
        ['a"b\nc', date(2024, 1, 2), datetime(2024, 1, 2, 3, 4, 5, 678, tzinfo=UTC), time(8, 30), 1e20, "😀"],
    ]
    write_csv(path, ["名称", "b"], rows)
    assert path.read_bytes().decode("utf-8-sig") == (
        '名称,b\r\n"示例,公司",13800001234,13800001234,0.1,0.0000001,1.50,TRUE,FALSE,\r\n'
        '"a""b\nc",2024-01-02,2024-01-02 03:04:05,08:30:00,100000000000000000000,😀\r\n'
    )
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")


def test_gbk_loses_nothing_and_says_what_old_programs_do_not_know(tmp_path):
    path = tmp_path / "a.csv"
    assert write_csv(path, ["名称"], [["镕€"], ["한😀"], ["普通"]], encoding="gbk") == 3
    assert path.read_bytes().decode("gb18030").split() == ["名称", "镕€", "한😀", "普通"]
    assert [row[0] for row in read(path, name="a.csv").sheets[0].rows] == ["名称", "镕€", "한😀", "普通"]
    assert write_csv(path, ["名称"], [["普通"]], encoding="gbk") == 0
    assert path.read_bytes().decode("gbk").split() == ["名称", "普通"]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters(tmp_path, delimiter):
    path = tmp_path / "a.csv"
    write_csv(path, ["a", "b"], [[f"x{delimiter}y", "=1"]], delimiter=delimiter)
    assert path.read_text("utf-8-sig") == f'a{delimiter}b\n"x{delimiter}y"{delimiter}\'=1\n'
    assert read(path, name="a.csv").sheets[0].rows == [["a", "b"], [f"x{delimiter}y", "=1"]]
