# ruff: noqa: DTZ001  # cells know no time zone
"""What was written is read again: for any cells, not only those that somebody thought of."""

import tempfile
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kebu.workbooks.delimited import parse, read_rows
from kebu.workbooks.encoding import decode
from kebu.workbooks.injection import prefix, unprefix
from kebu.workbooks.reading import Cell, read
from kebu.workbooks.refusal import Refused
from kebu.workbooks.separated import write_csv
from kebu.workbooks.writing import Column, SheetSpec, write_xlsx

pytestmark = pytest.mark.once

# Zero characters, halves of pairs and the two signs that mean "no character" are no text.
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufffe\uffff"), max_size=20)
spiced = st.one_of(texts, st.text("=+-@'\"\t\r\n,;|_x0041&<> 一＝😀", max_size=12))
floats = st.floats(-1e14, 1e14).filter(lambda number: abs(number) > 1e-300 or number == 0)
moments = st.datetimes(datetime(1901, 1, 1), datetime(9999, 12, 31)).map(lambda moment: moment.replace(microsecond=0))
cells = st.one_of(
    *(st.none(), spiced, st.booleans(), st.integers(-(10**15) + 1, 10**15 - 1), floats),
    *(
        st.dates(date(1901, 1, 1), date(9999, 12, 31)),
        moments.filter(lambda moment: moment.time() != datetime.min.time()),
    ),
)
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def trimmed(rows: list[list[Cell]]) -> list[list[Cell]]:
    """As sheets keep them: no blank cells at the right, no blank rows at the end, "" is blank."""
    rows = [[None if cell == "" else cell for cell in row] for row in rows]
    for row in rows:
        while row and row[-1] is None:
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


@few
@given(st.lists(st.lists(cells, max_size=5), max_size=60))
def test_xlsx(rows):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.xlsx")
        write_xlsx(path, [SheetSpec("S", [Column(f"c{index}") for index in range(5)], rows)])
        [sheet] = read(path, name="a.xlsx").sheets
    expected = trimmed(rows)
    assert sheet.rows[1:] == expected
    kinds = [[type(cell) for cell in row] for row in sheet.rows[1:]]
    assert kinds == [[float if type(cell) is int else type(cell) for cell in row] for row in expected]


@few
@given(st.lists(st.lists(spiced, min_size=2, max_size=5), max_size=60))
def test_csv(rows):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.csv")
        write_csv(path, ["a", "b"], rows)
        [sheet] = read(path, name="a.csv", delimiter=",").sheets
    assert sheet.rows == trimmed([["a", "b"], *rows])


@given(spiced)
def test_prefix(text):
    assert unprefix(prefix(text)) == text


@given(st.binary(max_size=200), st.sampled_from([None, "utf-8", "gb18030", "utf-16-le", "cp1252"]))
def test_any_bytes_are_text_or_refused(data, encoding):
    try:
        text, found = decode(data, encoding)
    except Refused as refused:
        assert refused.code == "unsupported_format"
    else:
        assert "\0" not in text
        assert encoding in (None, found)
        list(read_rows(text)[1])


@given(st.text('",ab\n\r', max_size=60))
def test_broken_csv_loses_no_letter(text):
    lines = text.replace("\r", "\n").splitlines(keepends=True)
    rows = list(parse(lines, ","))
    letters = [sign for row in rows for cell in row for sign in cell if sign in "ab"]
    assert letters == [sign for sign in text if sign in "ab"]
    assert len(rows) <= len(lines)
