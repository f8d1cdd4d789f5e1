"""Rows of cells as the XML inside a worksheet: nine times as quick as XlsxWriter's own cells, and never a formula.

XlsxWriter still makes everything around the rows (styles, widths, drop-downs, charts, the package).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from typing import BinaryIO, NamedTuple

from xlsxwriter.utility import xl_col_to_name

Cell = str | int | float | Decimal | bool | date | datetime | time | None

MAX_ROWS = 1_048_576
"""Rows of one xlsx sheet, its header included."""

_MAX_TEXT = 32_767  # UTF-16 units in one cell; with more Excel calls the file damaged
_SURELY_FITS = _MAX_TEXT // 2  # characters; one has two units at most
_MAX_LEADS = 65_530  # of one sheet; with more Excel calls the file damaged
_MAX_ADDRESS = 2_079
_MAX_EXACT_INT = 10**15  # Excel keeps 15 digits; a longer number is an identifier and stays text
_DAY_ZERO = date(1899, 12, 30).toordinal()
_FIRST_DATE = date(1900, 3, 1)  # before it, Excel counts a leap day that never was
_ROWS_AT_ONCE = 500

# One plain class of signs, without alternatives, is three times as quick as saying exactly what must be escaped.
_SPECIAL = re.compile("[&<>_\x00-\x1f\ud800-\udfff\ufffe\uffff]").search
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f]")
_WEB = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x20]+", re.IGNORECASE).fullmatch
_MAIL = re.compile(r"[^\s@:/?&<>\"\x00-\x20]+@[^\s@:/?&<>\"\x00-\x20]+").fullmatch
_NO_CHARACTER = re.compile("[\ud800-\udfff\ufffe\uffff]")


class Shade(NamedTuple):
    """The ground of a cell as `#RRGGBB`, and a sign before what it shows, which is no part of its value."""

    fill: str
    sign: str = ""
    bold: bool = False


#: One for each column; None: plain.
Look = tuple[Shade | None, ...]


@dataclass(frozen=True, slots=True)
class Painted:
    """A row that is not plain: coloured, or `level` steps deep within groups."""

    cells: Sequence[Cell]
    look: Look | None = None
    level: int = 0


@dataclass(frozen=True, slots=True)
class Styles:
    """Style numbers of the workbook; `number` is that of the column, `link` where its addresses can be followed."""

    text: int
    number: int
    date: int
    datetime: int
    time: int
    checkbox: int
    link: int | None = None


#: Cells that lead somewhere: (`B2`, the address).
Leads = list[tuple[str, str]]


def write_rows(
    out: BinaryIO,
    rows: Iterable[Sequence[Cell] | Painted],
    styles: Sequence[Styles],
    first_row: int,
    painted: Callable[[int, Shade], Styles] | None = None,
    leads: Leads | None = None,
) -> int:
    """Write `rows` from row `first_row` (counted from 0) on; a row has at most as many cells as there are styles.

    `painted` gives the styles of a column under a shade, where there are painted rows. `leads` takes the cells of
    columns with a style for links that hold an address of the web or of mail. Returns the number of rows written.
    """
    leads = [] if leads is None else leads
    plain = [_writer(xl_col_to_name(column), style, leads) for column, style in enumerate(styles)]
    # There are few looks, and many rows of each.
    looks: dict[Look, list[Callable[[int, Cell], str]]] = {}
    block: list[str] = []
    number = first_row
    for row in rows:
        number += 1
        deep = ""
        if isinstance(row, Painted):
            writers, values = plain, row.cells
            if row.look is not None:
                assert painted is not None  # who gives painted rows says how
                if row.look not in looks:
                    looks[row.look] = [
                        _painted_writer(xl_col_to_name(column), painted(column, shade), leads) if shade else writer
                        for column, (shade, writer) in enumerate(zip(row.look, plain, strict=True))
                    ]
                writers = looks[row.look]
            if row.level:
                deep = f' outlineLevel="{row.level}"'
        else:
            writers, values = plain, row
        cells = "".join([write(number, cell) for write, cell in zip(writers, values, strict=False)])
        block.append(f'<row r="{number}"{deep}>{cells}</row>')
        if len(block) == _ROWS_AT_ONCE:
            out.write("".join(block).encode())
            block.clear()
    out.write("".join(block).encode())
    return number - first_row


def _writer(letters: str, styles: Styles, leads: Leads) -> Callable[[int, Cell], str]:
    write = _cell_writer(letters, styles)
    if styles.link is None:
        return write
    write_link = _cell_writer(letters, replace(styles, text=styles.link))

    def follow(row: int, cell: Cell) -> str:
        target = address(cell) if type(cell) is str and len(leads) < _MAX_LEADS else None
        if target is None:
            return write(row, cell)
        leads.append((f"{letters}{row}", target))
        return write_link(row, cell)

    return follow


def address(text: str) -> str | None:
    """Where a text leads: it is an address of the web or of mail, and nothing else is ever followed."""
    if len(text) > _MAX_ADDRESS or not text.isprintable():
        return None
    if _WEB(text):
        return text
    return f"mailto:{text}" if _MAIL(text) else None


def _cell_writer(letters: str, styles: Styles) -> Callable[[int, Cell], str]:
    """A function of row number and value, in which the usual cells come first."""
    text, numeric = f'" s="{styles.text}" t="inlineStr"><is><t>', f'" s="{styles.number}"><v>'

    def write(row: int, cell: Cell) -> str:
        if type(cell) is str:
            if cell.isalnum() and len(cell) < _SURELY_FITS:
                return f'<c r="{letters}{row}{text}{cell}</t></is></c>'
            if cell and not _SPECIAL(cell) and cell[0] != " " != cell[-1] and len(cell) < _SURELY_FITS:
                return f'<c r="{letters}{row}{text}{cell}</t></is></c>'
        elif cell is None:
            return ""
        elif type(cell) is float:
            if isfinite(cell):
                return f'<c r="{letters}{row}{numeric}{cell}</v></c>'
        elif type(cell) is int and -_MAX_EXACT_INT < cell < _MAX_EXACT_INT:
            return f'<c r="{letters}{row}{numeric}{cell}</v></c>'
        return _other_cell(f'<c r="{letters}{row}" s="', cell, styles)

    return write


def _painted_writer(letters: str, styles: Styles, leads: Leads) -> Callable[[int, Cell], str]:
    """As of any cell; an empty one has its colour, too."""
    write = _writer(letters, styles, leads)
    return lambda row, cell: write(row, cell) or f'<c r="{letters}{row}" s="{styles.text}"/>'


def _other_cell(start: str, cell: Cell, styles: Styles) -> str:
    match cell:
        case str():
            return _text_cell(start, cell, styles) if cell else ""
        case datetime() if cell.date() >= _FIRST_DATE:
            days = cell.toordinal() - _DAY_ZERO + _share_of_day(cell)
            return f'{start}{styles.datetime}"><v>{days}</v></c>'
        case datetime():
            return _text_cell(start, cell.replace(tzinfo=None).isoformat(" "), styles)
        case date() if cell >= _FIRST_DATE:
            return f'{start}{styles.date}"><v>{cell.toordinal() - _DAY_ZERO}</v></c>'
        case bool():
            return f'{start}{styles.checkbox}" t="b"><v>{cell:d}</v></c>'
        case time():
            return f'{start}{styles.time}"><v>{_share_of_day(cell)}</v></c>'
        case Decimal() if cell.is_finite() and len(cell.as_tuple().digits) <= 15:
            return f'{start}{styles.number}"><v>{cell}</v></c>'
        case float():  # not a number, or infinite
            return ""
        case _:
            return _text_cell(start, str(cell), styles)


def _share_of_day(moment: datetime | time) -> float:
    return (moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6) / 86400


def _text_cell(start: str, text: str, styles: Styles) -> str:
    """A cell with any text: XML's own signs, control characters as Excel writes them (`_x0001_`), outer blanks, cut."""
    if not text.isprintable():
        text = _NO_CHARACTER.sub("\ufffd", text)
    if len(text) >= _SURELY_FITS and len(units := text.encode("utf-16-le")) > _MAX_TEXT * 2:
        text = units[: (_MAX_TEXT - 1) * 2].decode("utf-16-le", "ignore") + "…"
    text = _LOOKS_ESCAPED.sub("_x005F_", text)
    text = _CONTROL.sub(lambda sign: f"_x{ord(sign[0]):04X}_", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    blanks = "" if text == text.strip() else ' xml:space="preserve"'
    return f'{start}{styles.text}" t="inlineStr"><is><t{blanks}>{text}</t></is></c>'
