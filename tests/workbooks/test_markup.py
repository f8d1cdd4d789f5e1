"""Web pages, web archives and the XML of Excel 2003, which systems send under the name xls."""

from datetime import date
from pathlib import Path

import pytest

from kebu.core.errors import KebuError
from kebu.workbooks.reading import Workbook, read

pytestmark = pytest.mark.once


@pytest.fixture
def opened(tmp_path: Path):
    def opened(content: str, encoding: str = "utf-8") -> Workbook:
        path = tmp_path / "导出.xls"
        path.write_bytes(content.encode(encoding))
        return read(path, name="导出.xls")

    return opened


PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>
<meta http-equiv="Content-Type" content="text/html; charset=gb2312"><style>td {mso-number-format:"\\@"}</style></head>
<body><!-- <table> --><table border=1><tr><th colspan="2">客户&amp;清单</th><TH>电话</TH></tr>
<tr><td rowspan=2>示例<br>公司<td>&nbsp;<td style='a>b'>00138</tr>
<tr><td>  b
 c <td><a href="x>y">张 三</a></td></tr></table></body></html>"""


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "utf-16"])
def test_a_page_is_a_table_whatever_it_says_of_its_encoding(opened, encoding):
    book = opened(PAGE, encoding)
    assert (book.format, book.delimiter) == ("html", None)
    [sheet] = book.sheets
    assert sheet.name == "导出"
    assert sheet.rows == [["客户&清单", None, "电话"], ["示例\n公司", None, "00138"], [None, "b c", "张 三"]]
    assert sheet.merges == [(0, 0, 0, 1), (1, 0, 2, 0)]


def test_every_table_of_a_page_is_a_sheet_also_one_inside_another(opened):
    book = opened("<table><tr><td>甲<table><tr><td>内</td></tr></table>乙</td></tr></table><table><td>丙</table>")
    assert [(sheet.name, sheet.rows) for sheet in book.sheets] == [
        ("导出 1", [["甲乙"]]),
        ("导出 2", [["内"]]),
        ("导出 3", [["丙"]]),
    ]


def test_scripts_are_neither_run_nor_shown(opened):
    book = opened("<table><tr><td>a<script>document.write('<td>b</td>')</script></td><td>&lt;i&gt;</td></tr></table>")
    assert book.sheets[0].rows == [["a", "<i>"]]


@pytest.mark.parametrize("span", ["colspan=9999999 rowspan=9999999", "rowspan=9999999"])
def test_spans_that_lie_are_cut_or_refused(opened, span):
    cells = f"<td {span}>a</td><td>b</td>"
    try:
        [sheet] = opened(f"<table><tr>{cells}</tr></table>").sheets
    except KebuError as refusal:
        assert refusal.code == "too_large"
    else:
        assert sheet.rows == [["a", "b"]]
        assert sheet.merges == []


def test_a_page_of_very_many_cells_is_refused(opened):
    with pytest.raises(KebuError) as refusal:
        opened("<table>" + "<tr><td colspan=16383></td><td>x</td></tr>" * 1000 + "</table>")
    assert refusal.value.code == "too_large"


WORKBOOK = """<?xml version="1.0" encoding="gb2312"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:x="urn:schemas-microsoft-com:office:excel"><x:ExcelWorkbook><x:Date1904/></x:ExcelWorkbook>
<Worksheet ss:Name="客户"><Table>
<Row ss:Index="2"><Cell ss:MergeAcross="1"><Data ss:Type="String">标题</Data></Cell>
<Cell><Data ss:Type="Number">12.5</Data></Cell></Row>
<Row><Cell ss:Index="2"><Data ss:Type="DateTime">2023-01-05T00:00:00.000</Data></Cell>
<Cell ss:MergeDown="1"><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><B>粗</B>体</ss:Data></Cell></Row>
<Row><Cell><Data ss:Type="Boolean">1</Data></Cell><Cell><Data ss:Type="Number">many</Data></Cell></Row></Table></Worksheet>
<Worksheet ss:Name="藏"><Table><Row><Cell><Data ss:Type="String">x</Data></Cell></Row></Table>
<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions>
</Worksheet></Workbook>"""


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_the_xml_of_excel_2003(opened, encoding):
    book = opened(WORKBOOK, encoding)
    assert (book.format, book.base_1904) == ("xml", True)
    first, second = book.sheets
    assert first.rows == [[], ["标题", None, 12.5], [None, date(2023, 1, 5), "粗体"], [True, "many"]]
    assert first.merges == [(1, 0, 1, 1), (2, 2, 3, 2)]
    assert (second.name, second.hidden, second.rows) == ("藏", True, [["x"]])


@pytest.mark.parametrize(
    "content", [WORKBOOK[:900], WORKBOOK.replace("?><?mso", "?><!DOCTYPE x [<!ENTITY a 'b'>]><?mso")]
)
def test_damaged_xml_and_declarations_are_refused(opened, content):
    with pytest.raises(KebuError) as refusal:
        opened(content, "gbk")
    assert refusal.value.code in ("corrupt_file", "unsupported_format")


def test_a_web_archive(opened):
    archive = (
        "MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n"
        'Content-Type: multipart/related; boundary="--=_x"\r\n\r\n----=_x\r\nContent-Location: a.htm\r\n'
        'Content-Transfer-Encoding: quoted-printable\r\nContent-Type: text/html; charset="gb2312"\r\n\r\n'
        "<table><tr><td>=BF=CD=BB=A7</td></tr><tr><td>a</td></tr></table>\r\n----=_x--\r\n"
    )
    book = opened(archive)
    assert (book.format, book.sheets[0].rows) == ("mhtml", [["客户"], ["a"]])
