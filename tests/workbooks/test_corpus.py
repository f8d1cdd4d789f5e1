"""The same table comes out of every file of the corpus; of a spoiled one comes a clear refusal, in time."""

# ruff: noqa: DTZ001
import random
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kebu.core.errors import KebuError
from kebu.fields.parsing import NotUnderstood, parse_date, parse_number, text_of
from kebu.workbooks import archive, delimited, encoding, markup
from kebu.workbooks.reading import read
from kebu.workbooks.refusal import Refused
from workbooks.corpus import CORPUS, TABLE

pytestmark = pytest.mark.once
REFUSALS = {"corrupt_file", "too_large", "unsupported_format", "password_protected", "wrong_password"}


def made(name: str, folder: Path) -> Path:
    ending, write = CORPUS[name]
    path = folder / f"客户.{ending}"
    write(path)
    return path


def same(cell: Any, expected: Any) -> bool:
    """Whether the cell says what was written, in the way that its format can."""
    if isinstance(expected, date):
        return parse_date(cell) == expected
    if isinstance(expected, float):
        return float(parse_number(cell)) == expected
    return text_of(cell) == text_of(expected)


@pytest.mark.parametrize("name", CORPUS)
def test_every_program_says_the_same(tmp_path, name):
    path = made(name, tmp_path)
    book = read(path, name=path.name)
    [sheet] = [sheet for sheet in book.sheets if sheet.rows]
    assert not sheet.hidden
    assert len(sheet.rows) == len(TABLE)
    for row, expected in zip(sheet.rows, TABLE, strict=True):
        assert all(same(cell, one) for cell, one in zip(row + [None] * 4, expected, strict=False)), row


@pytest.mark.parametrize("name", ["Google", "EPPlus", "strict", "Excel 95", "ods", "web page named xls", "Excel 2003"])
def test_spoiled_files_are_read_or_refused(tmp_path, name):
    """A few bytes changed, cut out or added, at chance but always the same."""
    whole = made(name, tmp_path).read_bytes()
    chance = random.Random(name)
    for turn in range(6):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 3, 20))):
            place = chance.randrange(len(data))
            match chance.randrange(3):
                case 0:
                    data[place] = chance.randrange(256)
                case 1:
                    del data[place : place + chance.randrange(1, 40)]
                case _:
                    data[place:place] = chance.randbytes(8)
        path = tmp_path / f"spoiled-{turn}.xlsx"
        path.write_bytes(data)
        try:
            assert read(path, name=path.name).sheets is not None
        except KebuError as refusal:
            assert refusal.code in REFUSALS


def test_errors_in_cells_are_seen_in_every_structure(tmp_path):
    for name in ("Google", "EPPlus", "Numbers"):
        path = made(name, tmp_path)
        with zipfile.ZipFile(path) as before:
            parts = {one: before.read(one) for one in before.namelist()}
        sheet = parts["xl/worksheets/sheet1.xml"].decode()
        prefix = "x:" if name == "EPPlus" else ""
        old = f'<{prefix}c r="B3"/>'
        assert old in sheet
        parts["xl/worksheets/sheet1.xml"] = sheet.replace(
            old, f'<{prefix}c r="B3" t="e"><{prefix}f>1/0</{prefix}f><{prefix}v>#DIV/0!</{prefix}v></{prefix}c>'
        ).encode()
        with zipfile.ZipFile(path, "w") as after:
            for one, content in parts.items():
                after.writestr(one, content)
        assert read(path, name=path.name).sheets[0].rows[2][1] == "#DIV/0!"


# -- anything at all ---------------------------------------------------------------------------------------------

BYTES = st.one_of(
    st.binary(max_size=400),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")),
    st.text("客户名称公司电话,;\t\"\r\n|0123 '=", max_size=200).map(lambda text: text.encode("gb18030")),
    st.tuples(st.text("客戶電話,\n公司", max_size=60), st.sampled_from(["utf-16", "utf-8-sig", "big5", "gbk"])).map(
        lambda pair: pair[0].encode(pair[1], "replace")
    ),
)
quick = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=300)


@quick
@given(BYTES)
def test_any_bytes_are_text_or_refused(data):
    try:
        text, found = encoding.decode(data)
    except Refused as refused:
        assert refused.code == "unsupported_format"
        return
    assert "\0" not in text
    assert found in encoding.ENCODINGS
    delimiter, rows = delimited.read_rows(text)
    assert delimited.is_delimiter(delimiter)
    assert all(cell is None or cell for row in rows for cell in row)


@quick
@given(
    st.lists(
        st.lists(
            st.text(
                st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\ufeff"), min_size=1, max_size=8
            ).filter(lambda text: not text.startswith("'") and text.strip()),
            min_size=2,
            max_size=4,
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([",", "\t", ";", "|"]),
)
def test_quoted_cells_come_back_whatever_they_hold(rows, delimiter):
    text = "\r\n".join(delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    assert list(delimited.read_rows(text, delimiter)[1]) == rows


@quick
@given(
    st.lists(
        st.sampled_from(
            [
                "<table>",
                "</table>",
                "<tr>",
                "</tr>",
                "<td>",
                "</td>",
                "<td colspan=3 rowspan=2>",
                "<th",
                ">",
                "a",
                "&amp;",
                "<br>",
                "<!--",
                "-->",
                "<script>",
                "</script>",
                "<td rowspan=99999>",
                '"',
                "客户",
            ]
        ),
        max_size=30,
    )
)
def test_any_tags_make_tables_whose_merges_are_inside(tags):
    try:
        sheets, _ = markup.read("<html>" + "".join(tags), "html", "x")
    except Refused as refused:
        assert refused.code in ("unsupported_format", "too_large")
        return
    for sheet in sheets:
        width = max(map(len, sheet.rows))
        assert all(bottom < len(sheet.rows) and right < width for _, _, bottom, right in sheet.merges)


@quick
@given(
    st.text("<Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>RowCellData ss:Index=\"12&", max_size=120)
)
def test_any_xml_is_read_or_refused(text):
    for kind in ("xml", "mhtml"):
        try:
            markup.read(text, kind, "x")
        except Refused as refused:
            assert refused.code in ("unsupported_format", "corrupt_file", "too_large")


@quick
@given(st.binary(max_size=300), st.booleans())
def test_any_zip_is_refused(tmp_path_factory, data, in_a_zip):
    path = tmp_path_factory.mktemp("zip") / "x.xlsx"
    if in_a_zip:
        with zipfile.ZipFile(path, "w") as book:
            book.writestr("xl/workbook.xml", data)
        try:
            assert archive.check(str(path))[0] == "xlsx"
        except Refused as refused:
            assert refused.code == "corrupt_file"  # declarations, or UTF-16
        return
    path.write_bytes(b"PK\x03\x04" + data)
    with pytest.raises(Refused):
        archive.check(str(path))


@quick
@given(
    st.datetimes(min_value=datetime(1950, 1, 1), max_value=datetime(2049, 1, 1)),
    st.sampled_from(
        [
            "{0:%Y-%m-%d}",
            "{0.year}年{0.month}月{0.day}日",
            "{0:%y}.{0.month}.{0.day}",
            "{0:%d-%b-%Y}",
            "{0.day}/{0.month}/{0.year}",
        ]
    ),
)
def test_dates_of_files_mean_what_was_written(moment, form):
    text = form.format(moment)
    try:
        found = parse_date(text, order="dmy" if "/" in text else "ymd")
    except NotUnderstood:
        pytest.fail(text)
    assert found == moment.date()
