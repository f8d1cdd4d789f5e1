"""One table as many programs write it: what can not run here is imitated by files of the same structure."""

import io
import re
import struct
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter

from workbooks.making import bare_ods

HEADER = ["客户名称", "电话", "金额", "开始日期"]
ROWS: list[list[Any]] = [
    ["示例公司甲", "00138", 1234.5, date(2024, 1, 2)],
    ["示例公司乙 & <丙>", None, -3.0, date(1999, 12, 31)],
    ["Example, Inc.", "+1 650", 0.0, None],
]
TABLE: list[list[Any]] = [HEADER, *ROWS]
SERIAL = date(1899, 12, 30)

_M = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_P = "http://schemas.openxmlformats.org/package/2006"
_STRICT = "http://purl.oclc.org/ooxml"


def as_text(cell: Any) -> str:
    """A cell as a text file has it."""
    if isinstance(cell, float):
        return f"{cell:g}"
    return "" if cell is None else str(cell)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# -- libraries ---------------------------------------------------------------------------------------------------


def by_openpyxl(path: Path) -> None:
    book = openpyxl.Workbook()
    for row in TABLE:
        book.active.append(row)
    book.save(path)


def by_openpyxl_write_only(path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("S")
    for row in TABLE:
        sheet.append(row)
    book.save(path)


def by_xlsxwriter(path: Path, **options: Any) -> None:
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy/m/d", **options}) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(TABLE):
            for column, cell in enumerate(row):
                sheet.write(place, column, cell)


# -- the structure of other programs' xlsx ------------------------------------------------------------------------


def _sheet_xml(*, inline: bool, references: bool = True, spans: str = "") -> tuple[str, list[str]]:
    strings: list[str] = []
    rows = []
    for place, row in enumerate(TABLE, start=1):
        cells = []
        for column, cell in enumerate(row):
            at = f' r="{"ABCD"[column]}{place}"' if references else ""
            if cell is None:
                cells.append(f"<c{at}/>")
            elif isinstance(cell, str) and inline:
                cells.append(f'<c{at} t="inlineStr"><is><t xml:space="preserve">{_escaped(cell)}</t></is></c>')
            elif isinstance(cell, str):
                strings.append(_escaped(cell))
                cells.append(f'<c{at} t="s"><v>{len(strings) - 1}</v></c>')
            elif isinstance(cell, date):
                cells.append(f'<c{at} s="1"><v>{(cell - SERIAL).days}</v></c>')
            else:
                cells.append(f"<c{at}><v>{cell:g}</v></c>")
        number = f' r="{place}"' if references else ""
        rows.append(f"<row{number}{spans}>{''.join(cells)}</row>")
    return f'<worksheet xmlns="{_M}"><sheetData>{"".join(rows)}</sheetData></worksheet>', strings


_STYLES = (
    f'<styleSheet xmlns="{_M}"><numFmts count="1"><numFmt numFmtId="176" formatCode="yyyy/m/d;@"/></numFmts>'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="176" applyNumberFormat="1"/></cellXfs></styleSheet>'
)


_NO_STYLES = f'<styleSheet xmlns="{_M}"/>'


def _package(
    path: Path,
    sheet: str,
    strings: str | None = None,
    *,
    change: Callable[[str, str], str] = lambda name, text: text,
    absolute: bool = False,
    more: Mapping[str, str] | None = None,
    compression: int = zipfile.ZIP_DEFLATED,
) -> None:
    base = "/xl/" if absolute else ""
    targets = [("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")]
    targets += [("sharedStrings", "sharedStrings.xml")] if strings is not None else []
    relations = "".join(
        f'<Relationship Id="rId{place}" Type="{_R}/{kind}" Target="{base}{target}"/>'
        for place, (kind, target) in enumerate(targets, start=1)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_P}/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_P}/relationships"><Relationship Id="r" Type="{_R}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_M}" xmlns:r="{_R}"><sheets><sheet name="客户" sheetId="7" '
        'r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_P}/relationships">{relations}</Relationships>',
        "xl/styles.xml": _STYLES,
        "xl/worksheets/sheet1.xml": sheet,
        **({} if strings is None else {"xl/sharedStrings.xml": strings}),
        **(more or {}),
    }
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, text in parts.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>\n' + change(name, text))


def _shared(strings: list[str], form: str = "<si><t>{0}</t></si>") -> str:
    return f'<sst xmlns="{_M}">{"".join(form.format(one) for one in strings)}</sst>'


def like_google(path: Path) -> None:
    """No dimension, spans or counts; shared strings, styles by number."""
    sheet, strings = _sheet_xml(inline=False)
    _package(path, sheet, _shared(strings))


def like_epplus(path: Path) -> None:
    """Every tag has a prefix."""
    sheet, strings = _sheet_xml(inline=False)

    def prefixed(name: str, text: str) -> str:
        if not name.startswith("xl/") or name.endswith(".rels"):
            return text
        return re.sub(r"<(/?)(\w)", r"<\1x:\2", text).replace("xmlns=", "xmlns:x=")

    _package(path, sheet, _shared(strings), change=prefixed)


def like_numbers(path: Path) -> None:
    """Absolute targets, inline strings, no shared ones."""
    sheet, _ = _sheet_xml(inline=True)
    _package(path, sheet, absolute=True)


def like_a_report_server(path: Path) -> None:
    """Neither references of rows nor of cells, stored without compression."""
    sheet, _ = _sheet_xml(inline=True, references=False)
    _package(path, sheet, compression=zipfile.ZIP_STORED)


def like_excel_in_japan(path: Path) -> None:
    """Rich text and phonetic readings in shared strings."""
    sheet, strings = _sheet_xml(inline=False, spans=' spans="1:4" x14ac:dyDescent="0.3" xmlns:x14ac="http://x"')
    halves = [f"<si><r><t>{one[:1]}</t></r><r><rPr><b/></rPr><t xml:space=\"preserve\">{one[1:]}</t></r>"
              '<rPh sb="0" eb="1"><t>ヨミ</t></rPh><phoneticPr fontId="1"/></si>' for one in strings]  # fmt: skip
    _package(path, sheet, f'<sst xmlns="{_M}" count="9" uniqueCount="9">{"".join(halves)}</sst>')


def like_wps(path: Path) -> None:
    """Extensions of its own, and a declared dimension that is too small."""
    sheet, strings = _sheet_xml(inline=False)
    sheet = sheet.replace("<sheetData>", '<dimension ref="A1"/><sheetViews/><sheetData>')
    own = {"docProps/custom.xml": "<Properties><property name='KSOProductBuildVer'/></Properties>"}
    _package(path, sheet, _shared(strings), more=own)


def strict(path: Path) -> None:
    """ISO 29500 strict: other namespaces, dates as dates."""
    sheet, strings = _sheet_xml(inline=False)
    for day in [row[3] for row in ROWS if row[3]]:
        serial = f"><v>{(day - SERIAL).days}</v>"
        sheet = sheet.replace(f' s="1"{serial}', f' t="d" s="1"><v>{day.isoformat()}</v>')

    def renamed(name: str, text: str) -> str:
        return text.replace(_M, f"{_STRICT}/spreadsheetml/main").replace(_R, f"{_STRICT}/officeDocument/relationships")

    _package(path, sheet, _shared(strings), change=renamed)


def without_styles(path: Path) -> None:
    """No styles at all: dates are numbers."""
    sheet, strings = _sheet_xml(inline=False)
    _package(path, sheet, _shared(strings), change=lambda name, text: text.replace(_STYLES, _NO_STYLES))


# -- old and other formats ---------------------------------------------------------------------------------------


def biff5(path: Path) -> None:
    """Excel 5.0 and 95: one byte strings in the code page of the machine."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def begin(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHH", 0x0500, kind, 0x0DBB, 0x07CC))

    cells = b""
    for place, row in enumerate(TABLE):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                data = cell.encode("gbk")
                cells += record(0x0204, struct.pack("<HHHH", place, column, 0, len(data)) + data)
            elif cell is not None:
                number = float((cell - SERIAL).days) if isinstance(cell, date) else cell
                style = 1 if isinstance(cell, date) else 0
                cells += record(0x0203, struct.pack("<HHHd", place, column, style, number))
    sheet = begin(0x0010) + record(0x0200, struct.pack("<HHHHH", 0, len(TABLE), 0, 4, 0)) + cells + record(0x0A, b"")
    looks = record(0x00E0, struct.pack("<HH", 0, 0) + b"\0" * 12) + record(
        0x00E0, struct.pack("<HH", 0, 14) + b"\0" * 12
    )
    name = "客户".encode("gbk")
    top = begin(0x0005) + record(0x0042, struct.pack("<H", 936)) + looks
    offset = len(top) + 4 + 7 + len(name) + 4
    top += record(0x0085, struct.pack("<IBBB", offset, 0, 0, len(name)) + name) + record(0x0A, b"")
    path.write_bytes(_ole("Book", top + sheet))


def _ole(name: str, stream: bytes) -> bytes:
    """A compound file of one stream, long enough to need no short sectors."""
    stream = stream.ljust(-(-max(len(stream), 4096) // 512) * 512, b"\0")
    sectors = len(stream) // 512
    chain = [*range(3, sectors + 2), 0xFFFFFFFE]  # the stream begins in sector 2
    table = struct.pack("<128I", *([0xFFFFFFFD, 0xFFFFFFFE, *chain] + [0xFFFFFFFF] * (126 - len(chain))))

    def entry(title: str, kind: int, child: int, start: int, size: int) -> bytes:
        encoded = title.encode("utf-16-le")
        head = encoded.ljust(64, b"\0") + struct.pack(
            "<HBBIII", len(encoded) + 2 if title else 0, kind, 1, *[0xFFFFFFFF] * 2, child
        )
        return head + b"\0" * 36 + struct.pack("<IQ", start, size)

    blank = entry("", 0, 0xFFFFFFFF, 0, 0)
    folder = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(name, 2, 0xFFFFFFFF, 2, len(stream)) + blank * 2
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    return head + struct.pack("<108I", *[0xFFFFFFFF] * 108) + table + folder + stream


def ods(path: Path) -> None:
    rows = []
    for row in TABLE:
        cells = []
        for cell in row:
            if cell is None:
                cells.append("<table:table-cell/>")
            elif isinstance(cell, date):
                cells.append(f'<table:table-cell office:value-type="date" office:date-value="{cell}"/>')
            elif isinstance(cell, float):
                cells.append(f'<table:table-cell office:value-type="float" office:value="{cell:g}"/>')
            else:
                text = f"<text:p>{_escaped(cell)}</text:p>"
                cells.append(f'<table:table-cell office:value-type="string">{text}</table:table-cell>')
        rows.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    bare_ods(path, f'<table:table table:name="客户">{"".join(rows)}</table:table>')


def html(path: Path) -> None:
    rows = "".join(
        "<tr>" + "".join(f"<td>{_escaped(as_text(cell)) or '&nbsp;'}</td>" for cell in row) + "</tr>" for row in TABLE
    )
    path.write_bytes(f'<html><meta charset="gb2312"><body><table>{rows}</table></body></html>'.encode("gbk"))


def excel_2003_xml(path: Path) -> None:
    rows = []
    for row in TABLE:
        cells = []
        for cell in row:
            kind = "Number" if isinstance(cell, float) else "DateTime" if isinstance(cell, date) else "String"
            text = f"{cell}T00:00:00.000" if isinstance(cell, date) else _escaped(as_text(cell))
            cells.append("<Cell/>" if cell is None else f'<Cell><Data ss:Type="{kind}">{text}</Data></Cell>')
        rows.append(f"<Row>{''.join(cells)}</Row>")
    name = "urn:schemas-microsoft-com:office:spreadsheet"
    body = f'<Worksheet ss:Name="客户"><Table>{"".join(rows)}</Table></Worksheet>'
    path.write_text(f'<?xml version="1.0"?><Workbook xmlns="{name}" xmlns:ss="{name}">{body}</Workbook>')


def text_file(delimiter: str, encoding: str, line_end: str = "\r\n", before: str = "") -> Callable[[Path], None]:
    """A csv; cells are quoted where they must be, as programs do it."""

    def quoted(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if delimiter in text or '"' in text else text

    def write(path: Path) -> None:
        out = io.StringIO(
            before + line_end.join(delimiter.join(quoted(as_text(cell)) for cell in row) for row in TABLE)
        )
        path.write_bytes(out.getvalue().encode(encoding))

    return write


#: By name: the ending that the file has, and what writes it.
CORPUS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "openpyxl": ("xlsx", by_openpyxl),
    "openpyxl, written only": ("xlsx", by_openpyxl_write_only),
    "XlsxWriter": ("xlsx", by_xlsxwriter),
    "XlsxWriter, inline strings": ("xlsx", lambda path: by_xlsxwriter(path, constant_memory=True)),
    "XlsxWriter, from 1904": ("xlsx", lambda path: by_xlsxwriter(path, date_1904=True)),
    "Google": ("xlsx", like_google),
    "EPPlus": ("xlsx", like_epplus),
    "Numbers": ("xlsx", like_numbers),
    "report server": ("xlsx", like_a_report_server),
    "Excel in Japan": ("xlsx", like_excel_in_japan),
    "WPS": ("xlsx", like_wps),
    "strict": ("xlsx", strict),
    "without styles": ("xlsx", without_styles),
    "xlsx named xls": ("xls", by_openpyxl),
    "Excel 95": ("xls", biff5),
    "xls named xlsx": ("xlsx", biff5),
    "ods": ("ods", ods),
    "ods named xlsx": ("xlsx", ods),
    "web page named xls": ("xls", html),
    "Excel 2003": ("xml", excel_2003_xml),
    "Excel 2003 named xls": ("xls", excel_2003_xml),
    **{
        f"{encoding} {delimiter!r} {line_end!r}": ("csv", text_file(delimiter, encoding, line_end))
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gbk", "gb18030")
        for delimiter, line_end in ((",", "\r\n"), ("\t", "\n"), (";", "\r"), ("|", "\n"), ("^", "\r\n"))
    },
    "sep line": ("csv", text_file("!", "utf-8", before="sep=!\r\n")),
    "tab named xls": ("xls", text_file("\t", "gbk")),
}
