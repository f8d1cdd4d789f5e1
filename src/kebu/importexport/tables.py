"""Finding the table in a sheet: people put titles above it, notes and totals below it, and merge cells within it."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from kebu.core.text import fold
from kebu.workbooks.heads import is_head

Row = Sequence[Any]
# How much the text of a header says: 2 is the name of a field, 1 may be one, 0 nothing.
Recognise = Callable[[str], int]

MAX_COLUMNS = 500
_LOOKED_AT = 60  # rows among which a header is looked for
_MAX_FILLED = 2_000_000  # cells that merges may fill; a file that says more is not honest
_HEADER_LENGTH = 80
_NOTE_LENGTH = 40

_NOTE = re.compile(
    r"\s*(?:[*※#]|注[:：释意]?|备注[:：]|说明[:：]|附注|数据来源|来源[:：]|资料来源|制表|填表|审核|打印|导出时间|更新时间|"
    r"(?:notes?|source|sources|footnotes?|disclaimer|prepared by|generated|printed|as of)\b)",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"(?:本页)?(?:合计|总计|小计|汇总|共计|总和|平均值?)|(?:grand|sub)?totals?|sum|average", re.IGNORECASE
)
_FIGURES = re.compile(r"[-+(]?[¥$€£]?\s*[\d,.，]+\s*[%)万亿元]*")
_DATA = re.compile(
    r".*\d{6,}.*|.+@.+\..+|https?://.+|.*(?:有限|股份).*公司.*|.{4,}集团|.+\b(?:ltd|inc|llc|gmbh|corp)\.?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Table:
    """A table: `headers` by column of the sheet ("" for none), `rows` of its body and their numbers as people count.

    `header_row` counts the same way; None where there is no header. `left_out` are notes and totals below the table.
    """

    header_row: int | None
    headers: list[str]
    rows: list[Row]
    numbers: list[int]
    left_out: int


def find_table(
    rows: Sequence[Row],
    merges: Sequence[tuple[int, int, int, int]],
    recognise: Recognise,
    *,
    header_row: int | None = None,
    no_header: bool = False,
) -> Table | None:
    """The table of a sheet, None where it holds no data. `header_row` (from 1) or `no_header`: somebody said so."""
    rows = _filled_down(rows, merges)
    if header_row is not None:
        header: int | None = header_row - 1
    elif no_header:
        header = None
    else:
        header = _find_header(rows, recognise)
    first = 0 if header is None else header + 1
    titles = [] if header is None or header >= len(rows) else [_title(cell) for cell in rows[header][:MAX_COLUMNS]]
    found, numbers = _body(rows, first)
    kept = [place for place in range(_end(found, numbers)) if not _is_total(found[place])]
    left_out = len(found) - len(kept)
    body, numbers = [found[place] for place in kept], [numbers[place] for place in kept]
    if len(body) < (1 if header is not None or no_header else 2):  # one row alone is neither header nor data
        return None
    width = min(max(len(titles), max(map(len, body))), MAX_COLUMNS)
    titles += [""] * (width - len(titles))
    return Table(None if header is None else header + 1, titles, body, numbers, left_out)


def is_blank(cell: Any) -> bool:
    """Whether nobody would see anything in the cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _title(cell: Any) -> str:
    if is_blank(cell):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())[:_HEADER_LENGTH]


def _filled_down(rows: Sequence[Row], merges: Iterable[tuple[int, int, int, int]]) -> list[Row]:
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


# -- the header ------------------------------------------------------------------------------------------------


def _find_header(rows: Sequence[Row], recognise: Recognise) -> int | None:
    """The row that reads most like a header: names of fields, all text, as wide as what follows; None for none."""
    candidates = [place for place, row in enumerate(rows[: _LOOKED_AT * 2]) if not all(map(is_blank, row))]
    candidates = candidates[:_LOOKED_AT]
    counts = {place: sum(not is_blank(cell) for cell in rows[place]) for place in candidates}
    best: tuple[float, int] | None = None
    wide_before = False
    for at, place in enumerate(candidates):
        texts, others, known = _looks(rows[place], recognise)
        following = [counts[other] for other in candidates[at + 1 : at + 21]]
        width = median(following) if following else counts[place]
        if texts and texts >= others and following:
            score = known * 2 + min(texts, width) - others * 2
            if wide_before:  # below a row of texts as wide as the table stands data
                score -= 4
            if best is None or score > best[0]:
                best = (score, place)
        wide_before = wide_before or (texts >= 2 and not others and counts[place] >= 0.7 * width)
    if best is None:
        return None
    place = best[1]
    _, _, known = _looks(rows[place], recognise)
    if known == 0 and _is_data(rows, place, counts[place]):
        return None
    return place


def _looks(row: Row, recognise: Recognise) -> tuple[int, int, int]:
    """How many cells read like headers, how many do not, and what their names say together."""
    texts = others = known = 0
    seen = set()
    for cell in row[:MAX_COLUMNS]:
        if is_blank(cell):
            continue
        if not isinstance(cell, str) or len(cell) > _HEADER_LENGTH or _FIGURES.fullmatch(cell.strip()):
            others += 1
            continue
        name = fold(cell)
        if name in seen:
            continue
        seen.add(name)
        texts += 1
        known += recognise(cell)
    return texts, others, known


def _is_data(rows: Sequence[Row], place: int, width: int) -> bool:
    """Whether a row of unknown texts is the first of the data rather than a header."""
    cells = [cell for cell in rows[place] if not is_blank(cell)]
    if any(_DATA.fullmatch(str(cell).strip()) for cell in cells):
        return True
    if width >= 2:
        return False
    # One column: a header is short, and no sentence or formula.
    text = str(cells[0])
    return len(text) > 20 or bool(re.search(r"[=@+()|\"'!,，。]", text))


# -- the body --------------------------------------------------------------------------------------------------


def _body(rows: Sequence[Row], first: int) -> tuple[list[Row], list[int]]:
    """The rows below the header that hold something; a header that is repeated on every printed page is none."""
    body, numbers = [], []
    header = _texts(rows[first - 1]) if 0 < first <= len(rows) else []
    for place in range(first, len(rows)):
        row = rows[place]
        lead = next((cell for cell in row if not is_blank(cell)), None)
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
    """合计 and figures only: not a company called Total, which has more to say. The head of one of our groups."""
    lead = next(cell for cell in row if not is_blank(cell))
    if is_head(lead):
        return True
    if not isinstance(lead, str) or len(lead) > 20 or not _TOTAL.fullmatch(re.sub(r"[\s:：]", "", lead)):
        return False
    figures = _texts(row)[1:]
    return (bool(figures) or not lead.isascii()) and all(
        (isinstance(cell, int | float) and not isinstance(cell, bool))
        or (isinstance(cell, str) and _FIGURES.fullmatch(cell.strip()) is not None)
        for cell in figures
    )
