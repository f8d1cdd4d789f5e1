"""Making separated text (csv) for programs.

Nothing that somebody wrote can run as a formula in a program that opens it (safety row 7). Written column by column: a
look at many cells at once finds the few that need one of their own, which takes a third of the time of Python's csv.
"""

import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import chain, groupby, islice
from typing import BinaryIO, Literal

from kebu.workbooks.injection import DANGEROUS, prefix
from kebu.workbooks.rows_xml import Cell

_ROWS_AT_ONCE = 500
_BETWEEN = "\x1f"
# Begins with a plain sign: that is nine times as quick as a class of signs from the first on.
_MAY_BE_DANGEROUS = re.compile(f"{_BETWEEN}['{re.escape(DANGEROUS)}]").search


def write_csv(
    path: str | os.PathLike[str],
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    encoding: Literal["utf-8", "gbk"] = "utf-8",
    delimiter: str = ",",
) -> int:
    """Write a csv file with CRLF, as Excel reads it: UTF-8 with its mark, or GBK, in which what GBK does not have is
    written as GB 18030 has it. Answers how many of such signs there are: an old program shows them wrongly.

    Text that could start a formula gets an apostrophe (see `injection`), numbers are written in full, checkboxes as
    TRUE and FALSE, dates as 2024-01-31 and 2024-01-31 10:30:00. `reading.read` takes the apostrophes off again.
    """
    with open(path, "wb") as file, io.TextIOWrapper(file, "utf-8-sig", "replace", newline="") as text:
        out = text if encoding == "utf-8" else _Gbk(file)
        for block in _blocks(chain([header], rows), delimiter):
            out.write(block)
    return out.beyond if isinstance(out, _Gbk) else 0


def _blocks(rows: Iterator[Sequence[Cell]], delimiter: str) -> Iterator[str]:
    """The rows as text, many of them at once: as far as they are of one length."""
    while block := list(islice(rows, _ROWS_AT_ONCE)):
        for width, alike in groupby(block, len):
            if width == 0:
                yield "\r\n" * len(list(alike))
                continue
            columns = [_texts(column, f'{delimiter}"\r\n') for column in zip(*alike, strict=True)]
            if width == 1:  # a line with nothing on it would be no row
                columns = [[text or '""' for text in columns[0]]]
            yield "\r\n".join([*map(delimiter.join, zip(*columns, strict=True)), ""])


def _texts(column: Sequence[Cell], special: str) -> Sequence[str]:
    """What stands in the file for the cells of a column."""
    if set(map(type, column)) <= _TEXT:
        # Letters without anything that needs a look: that is most of a table.
        joined = _BETWEEN + _BETWEEN.join(filter(None, column))  # type: ignore[arg-type]
        if not _MAY_BE_DANGEROUS(joined) and "\0" not in joined:
            texts: Sequence[str] = [cell or "" for cell in column]  # type: ignore[misc]
            quoted = any(sign in joined for sign in special)
            return [_quoted(text, special) for text in texts] if quoted else texts
    return [_quoted(_plain(cell), special) for cell in column]


_TEXT = frozenset((str, type(None)))


def _quoted(text: str, special: str) -> str:
    for sign in special:
        if sign in text:
            return '"' + text.replace('"', '""') + '"'
    return text


def _plain(cell: Cell) -> str:
    if type(cell) is str:
        return prefix(cell.replace("\0", "") if "\0" in cell else cell)
    match cell:
        case None:
            return ""
        case bool():
            return "TRUE" if cell else "FALSE"
        case int():
            return str(cell)
        case float():
            # no exponent and no ".0": a telephone number may be among them
            return format(Decimal(repr(cell)), "f").removesuffix(".0")
        case Decimal():
            return format(cell, "f")
        case datetime():
            return cell.replace(tzinfo=None).isoformat(" ", "seconds")
        case str():  # of another class, such as one choice of many
            return prefix(str(cell))
        case _:
            return cell.isoformat()


class _Gbk:
    """Text as GBK, and beyond it as its successor: nothing becomes a question mark."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.beyond = 0

    def write(self, text: str) -> None:
        try:
            self._file.write(text.encode("gbk"))
        except UnicodeEncodeError:
            for line in text.splitlines(keepends=True):
                self._file.write(self._line(line))

    def _line(self, line: str) -> bytes:
        try:
            return line.encode("gbk")
        except UnicodeEncodeError:
            self.beyond += sum(not _is_gbk(sign) for sign in line)
            return line.encode("gb18030", "replace")


def _is_gbk(sign: str) -> bool:
    try:
        return bool(sign.encode("gbk"))
    except UnicodeEncodeError:
        return False
