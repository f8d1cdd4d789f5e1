"""Finding the table in a sheet: people put titles above it, notes and totals below it, and merge cells within it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from kebu.importexport.headers import (
    FIGURES,
    MAX_COLUMNS,
    Merge,
    Recognise,
    Row,
    find_header,
    header_span,
    header_titles,
    hinted,
    is_blank,
    lead_of,
)
from kebu.workbooks.heads import is_head

_MAX_FILLED = 2_000_000  # cells that merges may fill; a file that says more is not honest
_NOTE_LENGTH = 40

_NOTE = re.compile(
    r"\s*(?:[*※#]|注[:：释意]?|备注[:：]|说明[:：]|附注|数据来源|来源[:：]|资料来源|制表|填表|审核|打印|导出时间|更新时间|"
    r"(?:notes?|source|sources|footnotes?|disclaimer|prepared by|generated|printed|as of)\b)",
    re.IGNORECASE,
)
# 2家, 共 3 条: how many rows there were.
_COUNTED = re.compile(r"共?\s*\d[\d,]*\s*(?:家|个|条|户|人|位|笔|项|次|行|份|rows?|records?)", re.IGNORECASE)
_PAGE = re.compile(r"第\s*\d+\s*页.{0,12}|page\s*\d+(?:\s*(?:of|/)\s*\d+)?|\d+\s*/\s*\d+\s*页", re.IGNORECASE)
_TOTAL = re.compile(
    r"(?:本页)?(?:合计|总计|小计|汇总|共计|总和|平均值?)|(?:grand|sub)?totals?|sum|average", re.IGNORECASE
)


@dataclass(frozen=True)
class Table:
    """A table: `headers` by column of the sheet ("" for none), `rows` of its body and their numbers as people count.

    `header_row` counts the same way; None where there is no header; of `header_rows` rows it is the last. `left_out`
    are notes and totals below the table.
    """

    header_row: int | None
    headers: list[str]
    rows: list[Row]
    numbers: list[int]
    left_out: int
    header_rows: int = 1


def find_table(
    rows: Sequence[Row],
    merges: Sequence[Merge],
    recognise: Recognise,
    *,
    header_row: int | None = None,
    header_rows: int = 1,
    no_header: bool = False,
) -> Table | None:
    """The table of a sheet, None where it holds no data.

    `header_row` (from 1, the last of `header_rows`) or `no_header`: somebody said so.
    """
    rows = filled_down(rows, merges)
    header: int | None = None
    upper = 0
    if header_row is not None:
        header, upper = header_row - 1, max(header_row - header_rows, 0)
    elif not no_header and (header := find_header(rows, recognise)) is not None:
        upper, header = header_span(rows, merges, header, recognise)
    first = 0 if header is None else header + 1
    titles = [] if header is None else header_titles(rows, merges, upper, header, recognise)
    if header is not None and first < len(rows) and (hints := hinted(rows[first], titles)) is not None:
        titles, first = hints, first + 1
    found, numbers = _body(rows, first, header)
    kept = [place for place in range(_end(found, numbers)) if not _is_total(found[place])]
    left_out = len(found) - len(kept)
    body, numbers = [found[place] for place in kept], [numbers[place] for place in kept]
    if len(body) < (1 if header is not None or no_header else 2):  # one row alone is neither header nor data
        return None
    width = min(max(len(titles), max(map(len, body))), MAX_COLUMNS)
    titles += [""] * (width - len(titles))
    height = 1 if header is None else header - upper + 1
    return Table(None if header is None else header + 1, titles, body, numbers, left_out, height)


def filled_down(rows: Sequence[Row], merges: Iterable[Merge]) -> list[Row]:
    """The rows with cells that are merged downwards repeated in each of their rows."""
    filled: list[Row] = list(rows)
    copied: set[int] = set()
    budget = _MAX_FILLED
    for top, left, bottom, _ in merges:
        if bottom <= top or top >= len(rows) or left >= len(rows[top]) or left >= MAX_COLUMNS:
            continue
        value = rows[top][left]
        if is_blank(value):
            continue
        for place in range(top + 1, min(bottom, len(rows) - 1) + 1):
            budget -= 1
            if budget < 0:
                return filled
            if place not in copied:
                copied.add(place)
                filled[place] = list(rows[place])
            row = filled[place]
            assert isinstance(row, list)
            if len(row) <= left:
                row.extend([None] * (left + 1 - len(row)))
            if is_blank(row[left]):
                row[left] = value
    return filled


# -- the body --------------------------------------------------------------------------------------------------


def _body(rows: Sequence[Row], first: int, header_row: int | None) -> tuple[list[Row], list[int]]:
    """The rows below the header that hold something; a header that is repeated on every printed page is none."""
    body, numbers = [], []
    header = _texts(rows[header_row]) if header_row is not None and header_row < len(rows) else []
    for place in range(first, len(rows)):
        row = rows[place]
        lead = lead_of(row)
        if lead is None or (header and lead == header[0] and _texts(row) == header):
            continue
        body.append(row)
        numbers.append(place + 1)
    return body, numbers


def _texts(row: Row) -> list[Any]:
    return [cell for cell in row if not is_blank(cell)]


def _end(body: Sequence[Row], numbers: Sequence[int]) -> int:
    """Where the body ends and notes begin: cells alone in their rows that say so, are long, or stand apart."""
    if not body:
        return 0
    counts = [len(_texts(row)) for row in body[:200]]
    usual = median(counts)
    if usual < 2:
        return len(body)
    start = len(body)
    while start > 0 and _is_sparse(body[start - 1], usual):
        start -= 1
    for place in range(start, len(body)):
        text = str(_texts(body[place])[0]).strip()
        apart = place > 0 and numbers[place] > numbers[place - 1] + 1
        if apart or _NOTE.match(text) or len(text) > _NOTE_LENGTH or text.endswith(("。", ".", "；")):
            return place
    return len(body)


def _is_sparse(row: Row, usual: float) -> bool:
    cells = _texts(row)
    return len(cells) == 1 or (len(cells) < usual and _NOTE.match(str(cells[0])) is not None)


def _is_total(row: Row) -> bool:
    """合计 and figures only: not a company called Total, which has more to say. The head of one of our groups, the
    number of a printed page."""
    lead = lead_of(row)
    if not isinstance(lead, str):
        return False
    if is_head(lead) or (_PAGE.fullmatch(lead.strip()) and len(_texts(row)) == 1):
        return True
    if len(lead) > 20 or not _TOTAL.fullmatch(re.sub(r"[\s:：]", "", lead)):
        return False
    figures = _texts(row)[1:]
    return (bool(figures) or not lead.isascii()) and all(
        (isinstance(cell, int | float) and not isinstance(cell, bool))
        or (isinstance(cell, str) and any(text.fullmatch(cell.strip()) for text in (FIGURES, _COUNTED)))
        for cell in figures
    )
