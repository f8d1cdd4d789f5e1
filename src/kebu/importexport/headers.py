"""The header of a table: which rows it is, and what it calls the columns."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

from kebu.core.text import fold

Row = Sequence[Any]
Merge = tuple[int, int, int, int]
# How much the text of a header says: 2 is the name of a field, 1 may be one, 0 nothing.
Recognise = Callable[[str], int]

MAX_COLUMNS = 500
_LOOKED_AT = 60  # rows among which a header is looked for
_HEADER_LENGTH = 80
_MOST_HEADER_ROWS = 4

FIGURES = re.compile(r"[-+(]?[¥$€£]?\s*[\d,.，]+\s*[%)万亿元]*")
_DATA = re.compile(
    r".*\d{6,}.*|.+@.+\..+|https?://.+|.*(?:有限|股份).*公司.*|.{4,}集团|.+\b(?:ltd|inc|llc|gmbh|corp)\.?",
    re.IGNORECASE,
)


def is_blank(cell: Any) -> bool:
    """Whether nobody would see anything in the cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def lead_of(row: Row) -> Any:
    """The first cell in which somebody would see anything; None where there is none."""
    for cell in row:
        if cell is not None and (not isinstance(cell, str) or cell.strip()):
            return cell
    return None


def _title(cell: Any) -> str:
    if is_blank(cell):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())[:_HEADER_LENGTH]


def find_header(rows: Sequence[Row], recognise: Recognise) -> int | None:
    """The row that reads most like a header: names of fields, all text, as wide as what follows; None for none."""
    candidates = [place for place, row in enumerate(rows[: _LOOKED_AT * 2]) if not all(map(is_blank, row))]
    candidates = candidates[:_LOOKED_AT]
    counts = {place: sum(not is_blank(cell) for cell in rows[place]) for place in candidates}
    best: tuple[float, int] | None = None
    wide_before = False
    for at, place in enumerate(candidates):
        texts, others, known = looks_like(rows[place], recognise)
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
    _, _, known = looks_like(rows[place], recognise)
    if known == 0 and _is_data(rows, place, counts[place]):
        return None
    return place


def looks_like(row: Row, recognise: Recognise) -> tuple[int, int, int]:
    """How many cells read like headers, how many do not, and what their names say together."""
    texts = others = known = 0
    seen = set()
    for cell in row[:MAX_COLUMNS]:
        if is_blank(cell):
            continue
        if not isinstance(cell, str) or len(cell) > _HEADER_LENGTH or FIGURES.fullmatch(cell.strip()):
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


# -- what stands below a header ----------------------------------------------------------------------------------

_BRACKETED = re.compile(r"[(（\[【<《{](?P<inside>.*)[)）\]】>》}]")
_UNIT = re.compile(r"(?:人民币|单位[:：])?\s*(?:[千万亿百十]*元|万|亿|k|rmb|cny|usd|[¥$€])", re.IGNORECASE)
_RULE = re.compile(
    r"(?:必填|选填|可选|必选|非必填|可不填|不必填|自动(?:生成|计算)|下拉(?:选择|列表)?|单选|多选|required|optional|mandatory|"
    r"(?:yyyy|yy|mm|dd)(?:\s*[-/.年]\s*(?:yyyy|yy|mm|m|dd|d)){1,2}\s*日?|如[:：].+|例(?:如)?[:：]?.+|e\.g\..+|格式[:：].+|"
    r"(?:请|需)?填写.*|请选择.*)",
    re.IGNORECASE,
)
_KIND = re.compile(
    r"文本|文字|字符|数字|数值|整数|小数|金额|日期|时间|百分比|%|个|人|家|次|天|年|月|text|string|numbers?|integer|date|"
    r"(?:[^\d/、|]{1,6}[/、|]){1,9}[^\d/、|]{1,6}",
    re.IGNORECASE,
)


def hinted(row: Row, titles: Sequence[str]) -> list[str] | None:
    """The titles with the units that the row below them gives, where that row only says how to fill them in: 必填,
    yyyy-mm-dd, A/B/C, 万元. None where it is a row of data."""
    found = list(titles)
    plainly = 0
    for column, cell in enumerate(row):
        if is_blank(cell):
            continue
        if not isinstance(cell, str) or column >= len(titles):
            return None
        text = cell.strip()
        bracketed = _BRACKETED.fullmatch(text)
        text = bracketed["inside"].strip() if bracketed else text
        if _UNIT.fullmatch(text):
            found[column] = f"{titles[column]}（{text}）"
        elif _RULE.fullmatch(text):
            plainly += 1
        elif not _KIND.fullmatch(text):
            return None
    return found if plainly else None


# -- headers of several rows -------------------------------------------------------------------------------------


def header_span(rows: Sequence[Row], merges: Sequence[Merge], place: int, recognise: Recognise) -> tuple[int, int]:
    """The first and the last row of the header that `place` is a row of: headings of groups stand above the names of
    the columns, or names of columns below those of groups."""
    last = place
    tall = [bottom for top, _, bottom, _ in merges if top <= place < bottom < place + _MOST_HEADER_ROWS]
    if tall and all(_only_texts(row) for row in rows[place + 1 : max(tall) + 1]):
        last = max(tall)
    elif place + 2 < len(rows) and _is_second(rows[place], rows[place + 1], recognise):
        last = place + 1
    first = place
    width = sum(not is_blank(cell) for cell in rows[last])
    while first > 0 and last - first + 1 < _MOST_HEADER_ROWS and _is_heading(rows, merges, first - 1, width):
        first -= 1
    return first, last


def _only_texts(row: Row) -> bool:
    return all(is_blank(cell) or (isinstance(cell, str) and not FIGURES.fullmatch(cell.strip())) for cell in row)


def _is_second(upper: Row, lower: Row, recognise: Recognise) -> bool:
    """Whether the row below a header goes on with it: texts, half of them names of fields, some where it has none."""
    cells = [(column, cell) for column, cell in enumerate(lower[:MAX_COLUMNS]) if not is_blank(cell)]
    if len(cells) < 2 or not _only_texts(lower):
        return False
    known = sum(recognise(cell) == 2 for _, cell in cells)
    return (
        known >= 2
        and known * 2 >= len(cells)
        and any(column >= len(upper) or is_blank(upper[column]) for column, _ in cells)
    )


def _is_heading(rows: Sequence[Row], merges: Sequence[Merge], place: int, width: int) -> bool:
    """Whether a row heads groups of columns: cells merged over some of them, or a few words with room behind them."""
    row = rows[place]
    wide = [right - left + 1 for top, left, bottom, right in merges if top <= place <= bottom and right > left]
    if wide:
        return max(wide) < width and _only_texts(row)
    texts = [cell for cell in row if not is_blank(cell)]
    plain = all(isinstance(text, str) and len(text) <= 12 and not re.search(r"[\d:：]", text) for text in texts)
    return 2 <= len(texts) < width and plain


def header_titles(
    rows: Sequence[Row], merges: Sequence[Merge], first: int, last: int, recognise: Recognise
) -> list[str]:
    """What the columns are called: by the lowest row; together with the headings above it where that says too little,
    or the same of several columns."""
    if last >= len(rows):
        return []
    lowest = [_title(cell) for cell in rows[last][:MAX_COLUMNS]]
    if first == last:
        return lowest
    width = min(max(map(len, rows[first : last + 1])), MAX_COLUMNS)
    lowest += [""] * (width - len(lowest))
    upper = [_headings(rows, merges, place, width) for place in range(first, last)]
    own = [[_title(cell) for cell in rows[place][:width]] + [""] * width for place in range(first, last)]
    found = [
        title or next((line[column] for line in reversed(own) if line[column]), "")
        for column, title in enumerate(lowest)
    ]
    times = Counter(found)
    for column, title in enumerate(lowest):
        if title and (times[title] > 1 or recognise(title) < 2):
            parts = dict.fromkeys([line[column] for line in upper if line[column]] + [title])
            found[column] = " ".join(parts)[:_HEADER_LENGTH]
    return found


def _headings(rows: Sequence[Row], merges: Sequence[Merge], place: int, width: int) -> list[str]:
    """The heading over each column: as far as its cell is merged, or to the next one where nothing is."""
    titles = [_title(cell) for cell in rows[place][:width]]
    titles += [""] * (width - len(titles))
    wide = [(left, right) for top, left, bottom, right in merges if top <= place <= bottom and right > left]
    if wide:
        for left, right in wide:
            for column in range(left + 1, min(right, width - 1) + 1):
                titles[column] = titles[left] if left < width else ""
    else:
        for column in range(1, width):
            titles[column] = titles[column] or titles[column - 1]
    return titles
