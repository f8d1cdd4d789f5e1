"""Separated text (csv, tsv) to rows of cells."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from kebu.workbooks.injection import unprefix

DELIMITERS = (",", "\t", ";", "|", "^", "~", "¦", "\x1f", "\x01", "，", "；", "#")
"""What is looked for, in the order of preference where a file can be read in two ways."""

_USUAL = DELIMITERS[:3]
_SEP_LINE = re.compile(r'"?sep=([^\w\s"]|[\t\x01\x1f])"?\r?(?:\n|$)', re.IGNORECASE)
_SNIFFED_LINES = 200
_LONGEST_FIELD = 128 * 1024


def read_rows(text: str, delimiter: str | None = None) -> tuple[str, Iterator[list[str | None]]]:
    """The delimiter, and the rows as a spreadsheet program shows them: blank lines stay, empty cells are None.

    A first line `sep=;` names the delimiter and is no row. Apostrophes that guard against formulas are taken off.
    """
    if declared := _SEP_LINE.match(text):
        text = text[declared.end() :]
        delimiter = delimiter or declared[1]
    lines = list(io.StringIO(text, newline=""))
    delimiter = delimiter or sniff(lines)
    rows = ([unprefix(cell) if cell[:1] == "'" else cell or None for cell in row] for row in parse(lines, delimiter))
    return delimiter, rows


def is_delimiter(text: str) -> bool:
    """Whether cells may be separated by it: one sign that is no letter, digit, quote or line end."""
    return len(text) == 1 and not text.isalnum() and text not in "\"'\r\n\0"


def sniff(lines: list[str]) -> str:
    """The delimiter with which most of the first rows have the same number of cells, more than one."""
    best, best_share = DELIMITERS[0], 0.0
    for delimiter in DELIMITERS:
        if not any(delimiter in line for line in lines[:_SNIFFED_LINES]):
            continue
        rows = [row for row in parse(lines[:_SNIFFED_LINES], delimiter) if row]
        widths = Counter(len(row) for row in rows if len(row) > 1)
        share = max(widths.values(), default=0) / max(len(rows), 1)
        # A bar is also a letter of code and formulas, and so are the others; nearly all rows must agree on it.
        if share > best_share and (delimiter in _USUAL or share > 0.9):
            best, best_share = delimiter, share
    return best


def parse(lines: list[str], delimiter: str) -> Iterator[list[str]]:
    """Records of quoted csv; `lines` keep their line ends. A blank line is an empty record.

    A quote that never closes would swallow the rest of the file. Where quoting breaks down, the first line of that
    record is read by itself and reading goes on after it.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    start = 0
    while start < len(lines):
        reader = csv.reader(_from(lines, start), delimiter=delimiter, strict=True)
        done = 0
        try:
            for record in reader:
                done = reader.line_num
                yield record
            return
        except csv.Error:
            start += done
            yield _one_line(lines[start], delimiter)
            start += 1


def _from(lines: list[str], start: int) -> Iterator[str]:
    for index in range(start, len(lines)):
        yield lines[index]


def _one_line(line: str, delimiter: str) -> list[str]:
    """A line with broken quotes: `"ABC" Ltd,1` loses them, in `"ABC Ltd,1` the quote is a letter."""
    line = line.rstrip("\r\n")
    if line.count('"') % 2 or len(line) > _LONGEST_FIELD:
        return line.split(delimiter)
    return next(csv.reader([line], delimiter=delimiter), [])
