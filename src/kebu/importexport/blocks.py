"""Parts of a sheet: the several tables that people put on one, and the range that a person names."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from kebu.core.errors import KebuError
from kebu.core.text import fold
from kebu.importexport.folder import StoredSheet
from kebu.importexport.headers import (
    FIGURES,
    MAX_COLUMNS,
    Recognise,
    Row,
    find_header,
    header_span,
    header_titles,
    is_blank,
)
from kebu.importexport.tables import filled_down

_LAST_ROW, _LAST_COLUMN = 10_000_000, 16_384
_MOST_BLOCKS = 20
_HEADER_AMONG = 200  # rows
_MOST_LOOKED_AT = 200  # rows after a blank one, which may begin another table
_RANGE = re.compile(r"(?P<left>[A-Z]{1,3})?(?P<top>\d{1,8})?(?::(?P<right>[A-Z]{1,3})?(?P<bottom>\d{1,8})?)?")


def parse_range(text: str) -> tuple[int, int, int, int]:
    """Top, left, bottom, right of `B3:H200`, `B:H`, `3:200` or `B3:` (to the end), from 0 and both ends in.

    KebuError `bad_range`.
    """
    match = _RANGE.fullmatch(fold(text).upper().replace("$", "").replace(" ", ""))
    if match is None or not any(match.groups()):
        raise KebuError("bad_range", field="range", range=text[:40])
    top, bottom = int(match["top"] or 1) - 1, int(match["bottom"] or _LAST_ROW) - 1
    left = _column(match["left"]) if match["left"] else 0
    right = _column(match["right"]) if match["right"] else _LAST_COLUMN - 1
    if not (0 <= top <= bottom and left <= right):
        raise KebuError("bad_range", field="range", range=text[:40])
    return top, left, bottom, right


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def letters_of(column: int) -> str:
    """What a spreadsheet calls the column (from 0)."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cropped(stored: StoredSheet, wanted: tuple[int, int, int, int]) -> StoredSheet:
    """The sheet with nothing outside the range; what is inside keeps its place."""
    top, left, bottom, right = wanted
    blank: list[Any] = [None] * left
    inside = stored.rows[: bottom + 1]
    rows = [blank + list(row[left : right + 1]) if top <= place else [] for place, row in enumerate(inside)]
    merges = [
        (first, start, min(last, bottom), min(end, right))
        for first, start, last, end in stored.merges
        if top <= first <= bottom and left <= start <= right
    ]
    return StoredSheet(rows, merges)


def split(stored: StoredSheet, recognise: Recognise) -> list[tuple[str, StoredSheet]]:
    """The tables of a sheet, each with what names it ("" for one table alone), and all cells at their places."""
    if not stored.rows:
        return [("", stored)]
    starts = [0, *_starts(stored.rows, recognise)]
    parts = [stored]
    if len(starts) > 1:
        ends = pairwise([*starts, len(stored.rows)])
        parts = [cropped(stored, (start, 0, end - 1, _LAST_COLUMN - 1)) for start, end in ends]
    found: list[tuple[str, StoredSheet]] = []
    for start, part in zip(starts, parts, strict=True):
        for place, beside in enumerate(_side_by_side(part, recognise)):
            found.append((_name(stored.rows[start], start, place), beside))
    return found if len(found) > 1 else [("", stored)]


def _starts(rows: Sequence[Row], recognise: Recognise) -> list[int]:
    """Where further tables begin: with a header, or a title above it, after a blank row. The first has one as well."""
    starts: list[int] = []
    seen: list[list[str]] = []
    looked_at = 0
    before_is_blank = True
    for place, row in enumerate(rows):
        blank = all(map(is_blank, row))
        if before_is_blank and not blank and looked_at < _MOST_LOOKED_AT:
            at = place + 1 if place + 1 < len(rows) and sum(not is_blank(cell) for cell in row) == 1 else place
            names = _names(rows[at], recognise)
            if names is not None:
                looked_at += 1
                if names and names not in seen and at + 1 < len(rows) and not all(map(is_blank, rows[at + 1])):
                    if seen:
                        starts.append(place)
                    seen.append(names)
        elif not seen and not blank and place < 60 and (names := _names(row, recognise)):
            seen.append(names)  # the first header needs no blank row above it
        before_is_blank = blank
    return starts[: _MOST_BLOCKS - 1]


def _names(row: Row, recognise: Recognise) -> list[str] | None:
    """The texts of a row where they read as a header of fields; [] where they do not, None where figures say so."""
    cells = [cell for cell in row[:MAX_COLUMNS] if not is_blank(cell)]
    if len(cells) < 2 or not all(isinstance(cell, str) and len(cell) <= 40 for cell in cells):
        return None
    if any(FIGURES.fullmatch(cell.strip()) for cell in cells):
        return None
    known = sum(recognise(cell) == 2 for cell in cells)
    return [fold(cell) for cell in cells] if known >= 2 and known * 2 >= len(cells) else []


def _name(row: Row, start: int, place: int) -> str:
    """By the title above the table, else by the row where it begins."""
    cells = [str(cell).strip() for cell in row if not is_blank(cell)]
    title = cells[0][:40] if len(cells) == 1 else str(start + 1)
    return f"{title} ({place + 1})" if place else title


def _side_by_side(part: StoredSheet, recognise: Recognise) -> Iterator[StoredSheet]:
    """The columns of a table that goes on beside itself under the same names, as lists for printing do."""
    top = filled_down(part.rows[:_HEADER_AMONG], part.merges)
    titles: list[str] = []
    if (header := find_header(top, recognise)) is not None:
        _, header = header_span(top, part.merges, header, recognise)
        titles = [fold(title) for title in header_titles(top, part.merges, header, header, recognise)]
    first = next((place for place, title in enumerate(titles) if title), 0)
    again = [place for place in range(first + 2, len(titles)) if titles[place] and titles[place] == titles[first]]
    step = again[0] - first if again else 0
    names = [title for title in titles[first : first + step] if title]
    places = [first + step * count for count in range(len(again) + 1)]
    if len(names) < 2 or any(list(filter(None, titles[place : place + step])) != names for place in places):
        yield part
        return
    for place in places:
        yield cropped(part, (0, place, _LAST_ROW, place + step - 1))
