"""Tables in HTML, in web archives and in the XML that Excel 2003 wrote: what many systems send under the name xls."""

import email
import email.policy
import html
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from xml.parsers import expat

from kebu.workbooks import limits
from kebu.workbooks.refusal import Refused

Merge = tuple[int, int, int, int]

_BEGINS = re.compile(r"\s*<(?:!--|!doctype\s+html|\?xml|html|head|meta|body|table|style|div|center|font)\b", re.I)
_WORKBOOK = re.compile(r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*<(?:\w+:)?Workbook\b", re.S)
_ARCHIVE = re.compile(r"\s*(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,20}MIME-Version:", re.I)
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384


@dataclass
class Sheet:
    """A table: its rows, blank cells None; `merges` as `reading.Sheet` has them."""

    name: str
    rows: list[list[Any]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    hidden: bool = False


def kind_of(text: str) -> str | None:
    """`xml` for a workbook of Excel 2003, `html` for a page, `mhtml` for a page in a web archive; None for others."""
    if _BEGINS.match(text):
        return "xml" if _WORKBOOK.match(text) else "html"
    return "mhtml" if _ARCHIVE.match(text[:4096]) else None


def read(text: str, kind: str, stem: str) -> tuple[list[Sheet], bool]:
    """The tables in their order, and whether dates count from 1904. Tables without a name are called `stem`.

    Raises Refused: unsupported_format where there is no table, corrupt_file, too_large.
    """
    base_1904 = False
    if kind == "xml":
        sheets, base_1904 = _Workbook().read(text)
    else:
        pages = _pages(text) if kind == "mhtml" else [text]
        sheets = [table for page in pages for table in _tables(page)]
    sheets = [sheet for sheet in sheets if sheet.rows or kind == "xml"]
    if not sheets:
        raise Refused("unsupported_format", f"{kind}, but no table inside")
    for place, sheet in enumerate(sheets, start=1):
        sheet.name = sheet.name or (stem if len(sheets) == 1 else f"{stem} {place}")
    return sheets, base_1904


class _Grid:
    """Cells that come one after the other, some of them wide or tall, and the places that they take."""

    def __init__(self, name: str = "") -> None:
        self.sheet = Sheet(name)
        self.row, self.column = -1, 0
        self._covered: dict[int, int] = {}  # column → first row that is free again
        self._cells = 0

    def next_row(self, index: int | None = None) -> None:
        """Go to the next row, or to the one with that number (from 0)."""
        self.row = max(self.row + 1, index or 0)
        self.column = 0
        if self.row >= _LAST_ROW:
            raise Refused("too_large", f"row {self.row + 1}")

    def put(self, value: Any, across: int = 1, down: int = 1, index: int | None = None) -> None:
        """Put a cell of that size at the next free column, or at the column `index` (from 0)."""
        if index is not None:
            self.column = max(self.column, index)
        while self._covered.get(self.column, 0) > self.row:
            self.column += 1
        across, down = min(across, _LAST_COLUMN), min(down, _LAST_ROW - self.row)
        last = self.column + across - 1
        if last >= _LAST_COLUMN:
            raise Refused("too_large", f"column {last + 1}")
        if down > 1:
            for column in range(self.column, last + 1):
                self._covered[column] = self.row + down
        if value is not None and value != "":
            self._set(value)
            if across > 1 or down > 1:
                self.sheet.merges.append((self.row, self.column, self.row + down - 1, last))
        self.column = last + 1

    def _set(self, value: Any) -> None:
        rows = self.sheet.rows
        self._grow(self.row + 1 - len(rows))
        rows.extend([] for _ in range(self.row + 1 - len(rows)))
        row = rows[self.row]
        self._grow(self.column + 1 - len(row))
        row.extend([None] * (self.column + 1 - len(row)))
        row[self.column] = value

    def _grow(self, cells: int) -> None:
        self._cells += max(cells, 0)
        if self._cells > limits.MAX_CELLS:
            raise Refused("too_large", f"more than {limits.MAX_CELLS} cells")

    def finished(self) -> Sheet:
        """The sheet, merges cut where its cells end."""
        sheet = self.sheet
        height, width = len(sheet.rows), max(map(len, sheet.rows), default=0)
        cut = [(top, left, min(bottom, height - 1), min(right, width - 1)) for top, left, bottom, right in sheet.merges]
        sheet.merges = [merge for merge in cut if merge[:2] != merge[2:]]
        return sheet


# -- HTML --------------------------------------------------------------------------------------------------------

_TAG = re.compile(r"<!--.*?-->|<(/?)([a-zA-Z][\w:.-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>", re.S)
_SPAN = re.compile(r"\b(col|row)span\s*=\s*[\"']?\s*(\d{1,7})", re.I)
_SILENT = frozenset("script style head title select textarea noscript".split())  # noqa: SIM905
_BREAKS = frozenset("br p div li h1 h2 h3 h4".split())  # noqa: SIM905


def _pages(text: str) -> list[str]:
    """The HTML parts of a web archive."""
    archive = email.message_from_string(text, policy=email.policy.default)
    pages = [part for part in archive.walk() if part.get_content_type() == "text/html"]
    try:
        return [str(part.get_content()) for part in pages]
    except (LookupError, ValueError) as error:  # a charset that nobody knows
        raise Refused("corrupt_file", f"web archive: {error}") from error


def _tables(text: str) -> list[Sheet]:
    """Every table of a page as a sheet of its own, also one inside a cell of another, in the order they begin."""
    found: list[_Grid] = []
    open_tables: list[_Table] = []
    silent: str | None = None
    end = 0
    for tag in _TAG.finditer(text):
        closing, name, attributes = tag[1], (tag[2] or "").lower(), tag[3]
        if silent:
            if closing and name == silent:
                silent = None
            end = tag.end()
            continue
        if open_tables:
            open_tables[-1].say(text[end : tag.start()])
        end = tag.end()
        if name in _SILENT and not closing and not attributes.endswith("/"):
            silent = name
        elif name == "table":
            if not closing:
                open_tables.append(_Table())
                found.append(open_tables[-1].grid)
            elif open_tables:
                open_tables.pop().end_cell()
        elif open_tables and name:
            open_tables[-1].tag(bool(closing), name, attributes)
    for table in open_tables:  # never closed
        table.end_cell()
    return [grid.finished() for grid in found]


class _Table:
    """An open table: rows and cells need no end tags."""

    def __init__(self) -> None:
        self.grid = _Grid()
        self._cell: list[str] | None = None
        self._size = (1, 1)

    def say(self, text: str) -> None:
        if self._cell is not None and text:
            self._cell.append(re.sub(r"[ \t\r\n]+", " ", text))

    def tag(self, closing: bool, name: str, attributes: str) -> None:
        if name in ("td", "th"):
            self.end_cell()
            if not closing:
                if self.grid.row < 0:
                    self.grid.next_row()
                sizes = {one.lower(): max(int(size), 1) for one, size in _SPAN.findall(attributes)}
                self._cell, self._size = [], (sizes.get("col", 1), sizes.get("row", 1))
        elif name == "tr":
            self.end_cell()
            if not closing:
                self.grid.next_row()
        elif name in _BREAKS and self._cell:
            self._cell.append("\n")

    def end_cell(self) -> None:
        if self._cell is not None:
            text = html.unescape("".join(self._cell)).replace("\xa0", " ")
            lines = [line.strip() for line in text.split("\n")]
            self.grid.put(re.sub(r"\n{2,}", "\n", "\n".join(lines)).strip() or None, *self._size)
            self._cell = None


# -- the XML of Excel 2003 ---------------------------------------------------------------------------------------

_SS = "urn:schemas-microsoft-com:office:spreadsheet "
_X = "urn:schemas-microsoft-com:office:excel "


class _Workbook:
    """Reads SpreadsheetML 2003."""

    def __init__(self) -> None:
        self._grids: list[_Grid] = []
        self._words: list[str] | None = None
        self._type = "String"
        self._value: Any = None
        self._cell: tuple[int, int, int | None] = (1, 1, None)
        self._base_1904 = False

    def read(self, text: str) -> tuple[list[Sheet], bool]:
        """Raises Refused corrupt_file, too_large."""
        if "<!DOCTYPE" in text:
            raise Refused("corrupt_file", "declarations in the workbook")
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._say
        parser.buffer_text = True
        # Whatever encoding the file says it has, it is text by now.
        body = re.sub(r"^\s*<\?xml.*?\?>", "", text, count=1, flags=re.S)
        try:
            parser.Parse(body.encode("utf-8", "replace"), True)
        except (expat.ExpatError, ValueError) as error:
            raise Refused("corrupt_file", f"XML: {error}") from error
        return [grid.finished() for grid in self._grids], self._base_1904

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == _SS + "Worksheet":
            self._grids.append(_Grid(attributes.get(_SS + "Name", "")))
        elif not self._grids:
            self._base_1904 = self._base_1904 or tag == _X + "Date1904"
        elif tag == _SS + "Row":
            self._grids[-1].next_row(_place(attributes))
        elif tag == _SS + "Cell":
            across, down = (int(attributes.get(_SS + name, 0)) + 1 for name in ("MergeAcross", "MergeDown"))
            self._cell, self._value = (max(across, 1), max(down, 1), _place(attributes)), None
        elif tag == _SS + "Data":
            self._words, self._type = [], attributes.get(_SS + "Type", "String")
        elif tag == _X + "Visible":
            self._words = []

    def _say(self, text: str) -> None:
        if self._words is not None:
            self._words.append(text)

    def _end(self, tag: str) -> None:
        if tag == _SS + "Data" and self._words is not None:
            self._value, self._words = _typed("".join(self._words), self._type), None
        elif tag == _SS + "Cell" and self._grids:
            across, down, index = self._cell
            self._grids[-1].put(self._value, across, down, index)
        elif tag == _X + "Visible" and self._words is not None:
            if self._grids:
                self._grids[-1].sheet.hidden = "Hidden" in "".join(self._words)
            self._words = None


def _place(attributes: dict[str, str]) -> int | None:
    index = attributes.get(_SS + "Index")
    return None if index is None else max(int(index) - 1, 0)


def _typed(text: str, kind: str) -> Any:
    """A cell as what its type says; as text where it is not that."""
    try:
        match kind:
            case "Number":
                return float(text)
            case "DateTime":
                moment = datetime.fromisoformat(text)
                return moment.date() if moment.time() == moment.time().min else moment
            case "Boolean":
                return text.strip() == "1"
    except ValueError:
        pass
    return text or None
