"""Tables on paper: a PDF with its column titles and page numbers on every page, its Chinese font within.

All pages are in memory until the last one is known, for each names their number. That would allow more than
`MAX_ROWS`, but nobody prints more: who asks for it wants a workbook.
"""

import os
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate
from pathlib import Path
from typing import Any

from kebu.core.errors import KebuError
from kebu.workbooks.heads import is_head, shown
from kebu.workbooks.rows_xml import Cell, Painted, Shade
from kebu.workbooks.writing import Column

#: About a thousand pages.
MAX_ROWS = 20_000
MAX_COLUMNS = 40
_MARGIN, _HEAD, _FOOT = 10.0, 9.0, 8.0  # millimetres
_PADDING = 1.1
_SIZES = (8.5, 7.5, 6.5, 5.5)  # points; the first at which the columns fit
_POINT = 25.4 / 72
_LINE = 1.35  # of the size
_MAX_LINES = 12
_WIDEST, _NARROWEST = 60.0, 4.0  # of a column: in millimetres, in signs
_TOLD = 100  # rows after which it is told how far it is
_SAMPLE = 400  # rows that say how wide columns are
_BAR = 0.5  # millimetres above and below it
_BAR_INK = 0.32  # of its colour, as on the page
_BOLD = 0.35  # points of outline
_NO_BARS: Mapping[int, tuple[float, float]] = {}
_BOX = "□"
# A sign with what belongs to it: variants, tones of skin, what is joined to it, two letters of a flag.
_SIGN = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"
    "|.[\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff]*(?:\u200d.[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]*)*",
    re.DOTALL,
)
_RIGHT = ("number", "money", "percent")
_INK, _FAINT, _RULE, _GROUND = (32, 38, 46), (110, 118, 130), (206, 212, 220), (238, 241, 245)


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on every page besides the table: a title at the left and a remark at the right of its head."""

    title: str
    remark: str = ""
    landscape: bool = True


def write_pdf(
    path: str | os.PathLike[str],
    font: Path,
    paper: Paper,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell] | Painted],
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Write rows under their columns, in their colours, those that head a group over the whole width; answers how many
    pages there are. Text is broken into lines, and cut after twelve of them. Only the signs of `font`, a TrueType file,
    that are needed are put into the file; one that it does not have, such as an emoji, is a box. `tell` hears how many
    rows of how many are on paper.

    KebuError `too_many_columns_to_print`.
    """
    if len(columns) > MAX_COLUMNS:
        raise KebuError("too_many_columns_to_print", limit=MAX_COLUMNS)
    return _Printer(font, paper, columns).write(path, rows, tell)


class _Printer:
    """A PDF in the making: `y` is where the next row begins."""

    def __init__(self, font: Path, paper: Paper, columns: Sequence[Column]) -> None:
        from fpdf import FPDF  # 0.4 s, which a server that starts need not spend

        self._pdf: Any = FPDF("landscape" if paper.landscape else "portrait", "mm", "A4")
        self._pdf.add_font("sheet", fname=str(font))
        self._pdf.set_auto_page_break(False)
        self._pdf.set_title(paper.title)
        self._glyphs: Any = self._pdf.fonts["sheet"]
        self._paper = paper
        self._columns = columns
        self._units: dict[str, float] = {}
        self._size = _SIZES[0]
        self._widths: list[float] = []
        #: By column with bars: the colour, and the least and the greatest number, nought among them.
        self._bars: dict[int, tuple[tuple[int, int, int], float, float]] = {}
        self._y = 0.0

    def write(
        self,
        path: str | os.PathLike[str],
        rows: Iterable[Sequence[Cell] | Painted],
        tell: Callable[[int, int], None],
    ) -> int:
        held = list(rows)
        self._reach(held)
        self._measure(held[:_SAMPLE])
        self._page()
        for done, row in enumerate(held, start=1):
            self._row(row)
            if done % _TOLD == 0:
                tell(done, len(held))
        count = int(self._pdf.page_no())
        self._pdf.set_text_color(*_FAINT)
        for number in range(1, count + 1):
            self._pdf.page = number
            self._pdf.set_font("sheet", size=7.5)
            told = f"{number} / {count}"
            middle = (self._pdf.w - self._width(told) * 7.5 * _POINT) / 2
            self._at(middle, self._pdf.h - _MARGIN + 2, told)
        self._pdf.output(os.fspath(path))
        return count

    # -- where things stand ----------------------------------------------------------------------------------------

    def _reach(self, rows: Sequence[Sequence[Cell] | Painted]) -> None:
        """How far the numbers go of the columns that have bars."""
        for at, column in enumerate(self._columns):
            if column.bar is None:
                continue
            every = (row.cells if isinstance(row, Painted) else row for row in rows)
            numbers = [cells[at] for cells in every if not is_head(cells[0])]
            known = [float(one) for one in numbers if isinstance(one, int | float | Decimal)]
            least, most = min(known, default=0.0), max(known, default=0.0)
            self._bars[at] = (_pale(_rgb(column.bar)), min(least, 0.0), max(most, 0.0))

    def _measure(self, rows: Sequence[Sequence[Cell] | Painted]) -> None:
        """How wide the columns are, at the first size at which each has enough."""
        room = self._pdf.w - 2 * _MARGIN
        wanted = [self._width(column.title) for column in self._columns]
        heads: list[Sequence[Cell]] = []
        for row in rows:
            cells, look = (row.cells, row.look) if isinstance(row, Painted) else (row, None)
            if is_head(cells[0]):
                heads.append(cells)
                continue
            for at, cell in enumerate(cells[: len(wanted)]):
                lines = self._said(cell, at, look[at] if look else None).split("\n")
                wanted[at] = max(wanted[at], *(self._width(line) for line in lines))
        for cells in heads:
            missing = self._width(str(shown(cells[0]))) - sum(wanted[: self._first_sum(cells)])
            wanted[0] += max(missing, 0)
        for size in _SIZES:
            self._size = size
            most = [min(one * size * _POINT + 2 * _PADDING + 0.2, _WIDEST) for one in wanted]
            least = min(_NARROWEST * size * _POINT + 2 * _PADDING, room / len(wanted))
            if sum(most) <= room or sum(min(one, least * 2.5) for one in most) <= room:
                break
        self._widths = _shared(most, room)
        self._pdf.set_font("sheet", size=self._size)

    def _first_sum(self, cells: Sequence[Cell]) -> int | None:
        """The first column of a group's head that has a sum; None where none has."""
        return next((at for at in range(1, len(self._columns)) if cells[at] is not None), None)

    def _said(self, cell: Cell, at: int, shade: Shade | None) -> str:
        """What stands in a cell of that column, with the sign of its colour where the font has it."""
        text = self._printable(_text(cell, self._columns[at]))
        if shade and shade.sign and all(ord(one) in self._glyphs.cmap for one in shade.sign):
            return f"{shade.sign} {text}"
        return text

    def _printable(self, text: str) -> str:
        """The text with one box for each sign that the font does not have, such as an emoji of several code points."""
        have = self._glyphs.cmap
        if text.isascii() or all(ord(sign) in have for sign in text):
            return text
        return _SIGN.sub(lambda sign: sign[0] if all(ord(one) in have for one in sign[0]) else _BOX, text)

    def _width(self, text: str) -> float:
        """In widths of a square sign."""
        return sum(map(self._unit, text))

    def _unit(self, sign: str) -> float:
        found = self._units.get(sign)
        if found is None:
            found = self._units[sign] = self._glyphs.cw[ord(sign)] / 1000 if ord(sign) in self._glyphs.cmap else 1.0
        return found

    def _lines(self, text: str, width: float) -> list[str]:
        """The text in lines that are no wider than that, broken between words where there are any."""
        room = (width - 2 * _PADDING) / (self._size * _POINT) + 0.01
        lines: list[str] = []
        for line in text.split("\n"):
            while True:
                ends = list(accumulate(map(self._unit, line)))
                if not ends or ends[-1] <= room:
                    lines.append(line)
                    break
                cut = max(bisect_right(ends, room), 1)
                blank = line.rfind(" ", 1, cut + 1)
                cut = blank if blank > cut / 2 else cut
                lines.append(line[:cut])
                line = line[cut:].lstrip(" ")
                if len(lines) > _MAX_LINES:
                    break
            if len(lines) > _MAX_LINES:
                return [*lines[: _MAX_LINES - 1], lines[_MAX_LINES - 1][:-1] + "…"]
        return lines

    # -- ink ---------------------------------------------------------------------------------------------------------

    def _page(self) -> None:
        pdf = self._pdf
        pdf.add_page()
        pdf.set_font("sheet", size=9)
        pdf.set_text_color(*_FAINT)
        base = _MARGIN + 3.2
        remark = self._paper.remark
        self._at(_MARGIN, base, self._cut(self._printable(self._paper.title), 9, pdf.w - 2 * _MARGIN - 60))
        self._at(pdf.w - _MARGIN - self._width(remark) * 9 * _POINT, base, remark)
        pdf.set_font("sheet", size=self._size)
        pdf.set_text_color(*_INK)
        pdf.set_draw_color(*_RULE)
        pdf.set_line_width(0.15)
        self._y = _MARGIN + _HEAD
        cells = [self._printable(column.title) for column in self._columns]
        lines = [self._lines(text, width) for text, width in zip(cells, self._widths, strict=True)]
        self._draw(lines, [_GROUND] * len(lines))

    def _cut(self, text: str, size: float, width: float) -> str:
        while text and self._width(text) * size * _POINT > width:
            text = text[:-2] + "…" if len(text) > 2 else ""
        return text

    def _row(self, row: Sequence[Cell] | Painted) -> None:
        cells, look, level = (row.cells, row.look, row.level) if isinstance(row, Painted) else (row, None, 0)
        if is_head(cells[0]):
            self._group(str(shown(cells[0])), cells, look, level)
            return
        lines = []
        grounds: list[tuple[int, int, int] | None] = []
        for at, width in enumerate(self._widths):
            shade = look[at] if look else None
            lines.append(self._lines(self._said(cells[at], at, shade), width))
            grounds.append(_rgb(shade.fill) if shade else None)
        self._draw(lines, grounds, {at: self._bar(at, cells[at]) for at in self._bars})

    def _bar(self, at: int, cell: Cell) -> tuple[float, float]:
        """Where the bar of a cell begins and how long it is, as shares of its column: from nought to its number."""
        _, least, most = self._bars[at]
        if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal) or least == most:
            return 0.0, 0.0
        number, all_ = float(cell), most - least
        return (min(number, 0.0) - least) / all_, abs(number) / all_

    def _group(self, title: str, cells: Sequence[Cell], look: Sequence[Shade | None] | None, level: int) -> None:
        """The head of a group: its title runs on as far as no sum stands in the way."""
        room = sum(self._widths[: self._first_sum(cells)])
        indent = "    " * level
        lines = [[""] for _ in self._widths]
        for at in range(1, len(lines)):
            lines[at] = [_text(cells[at], self._columns[at])]
        grounds = [_rgb(shade.fill) if shade else None for shade in look or ()][: len(lines)]
        # A head does not stand alone at the foot of a page.
        if self._y + 3 * self._height(1) > self._bottom:
            self._page()
        top = self._y
        # Twice the outline is what is bold: there is one weight of the font.
        with self._pdf.local_context(text_mode="FILL_STROKE", line_width=_BOLD, draw_color=_INK):
            self._draw(lines, grounds, rule=False)
            said = self._cut(indent + self._printable(title), self._size, room - 2 * _PADDING)
            self._at(_MARGIN + _PADDING, self._base(top, 0), said)
        self._pdf.line(_MARGIN, self._y, _MARGIN + sum(self._widths), self._y)

    @property
    def _bottom(self) -> float:
        return float(self._pdf.h) - _MARGIN - _FOOT + 4

    def _height(self, lines: int) -> float:
        return lines * self._size * _POINT * _LINE + 2 * _PADDING

    def _base(self, top: float, line: int) -> float:
        return top + _PADDING + (line * _LINE + 0.98) * self._size * _POINT

    def _draw(
        self,
        lines: Sequence[list[str]],
        grounds: Sequence[tuple[int, int, int] | None],
        bars: Mapping[int, tuple[float, float]] = _NO_BARS,
        *,
        rule: bool = True,
    ) -> None:
        height = self._height(max(map(len, lines), default=1))
        if self._y + height > self._bottom and self._y > _MARGIN + _HEAD + self._height(_MAX_LINES):
            self._page()
        pdf, x, top = self._pdf, _MARGIN, self._y
        for at, (text, width, ground) in enumerate(zip(lines, self._widths, grounds, strict=True)):
            if ground:
                pdf.set_fill_color(*ground)
                pdf.rect(x, top, width, height, style="F")
            start, length = bars.get(at, (0.0, 0.0))
            if length:
                pdf.set_fill_color(*self._bars[at][0])
                pdf.rect(x + start * width, top + _BAR, length * width, height - 2 * _BAR, style="F")
            right = self._columns[at].kind in _RIGHT
            for number, line in enumerate(text):
                if line:
                    indent = width - _PADDING - self._width(line) * self._size * _POINT if right else _PADDING
                    self._at(x + indent, self._base(top, number), line)
            x += width
        if rule:
            pdf.line(_MARGIN, top + height, x, top + height)
        self._y = top + height

    def _at(self, x: float, y: float, text: str) -> None:
        if text:
            self._pdf.text(x, y, text)


def _shared(wanted: Sequence[float], room: float) -> list[float]:
    """Widths that fill no more than the room: narrow columns have what they want, the others share what is left."""
    if sum(wanted) <= room:
        return list(wanted)
    left, open_ = room, len(wanted)
    given = [0.0] * len(wanted)
    for at in sorted(range(len(wanted)), key=wanted.__getitem__):
        given[at] = min(wanted[at], left / open_)
        left, open_ = left - given[at], open_ - 1
    return given


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def _pale(colour: tuple[int, int, int]) -> tuple[int, int, int]:
    red, green, blue = (round(255 - (255 - part) * _BAR_INK) for part in colour)
    return red, green, blue


_CONTROLS = dict.fromkeys((*range(9), *range(11, 32), 127)) | {9: " "}
_WORDED: dict[str, Callable[[Any], str]] = {
    "money": lambda number: f"{number:,.2f}",
    "percent": lambda number: f"{number * 100:.10g}%",
}


def _text(cell: Cell, column: Column) -> str:
    match cell:
        case None:
            return ""
        case str():
            return cell if cell.isalnum() else cell.translate(_CONTROLS)
        case bool():
            return "✓" if cell else ""
        case int() | float() | Decimal():
            if worded := _WORDED.get(column.kind):
                return worded(cell)
            return f"{cell:.15g}" if isinstance(cell, float) else str(cell)
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M}"
        case date():
            return str(cell)
        case _:
            return str(cell)
