"""Making workbooks for people: xlsx with types, formats, drop-downs and charts.

Text is always typed as text, so that nothing that somebody wrote can run as a formula (safety row 7).
"""

import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice, zip_longest
from typing import Any, BinaryIO, Literal

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from kebu.workbooks.rows_xml import MAX_ROWS, Cell, Leads, Painted, Shade, Styles, write_rows

Kind = Literal["text", "number", "money", "percent", "date", "datetime", "checkbox", "link"]

_FORMATS: dict[str, dict[str, Any]] = {
    "text": {"num_format": "@"},
    "link": {"num_format": "@"},
    "followed": {"num_format": "@", "font_color": "#0563C1", "underline": 1},
    "number": {"num_format": "General"},
    "money": {"num_format": "#,##0.00"},
    "percent": {"num_format": "0.00%"},
    "date": {"num_format": "yyyy-mm-dd"},
    "datetime": {"num_format": "yyyy-mm-dd hh:mm"},
    "time": {"num_format": "hh:mm:ss"},
    "checkbox": {"align": "center"},
    "header": {"bold": True, "bg_color": "#EEF1F5", "bottom": 1, "bottom_color": "#B8C0CC", "num_format": "@"},
}
_WIDTHS = {"text": 20, "number": 12, "money": 15, "percent": 11, "date": 12, "datetime": 17, "checkbox": 9, "link": 28}
_MAX_WIDTH = 60
_LINE = "#D9DDE4"  # a ground hides the sheet's own lines
_ROWS_BEHIND_CHART = 16
_CHOICES = "_choices"  # the hidden sheet of choices that do not fit into a rule


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `width` in characters, `choices` for a drop-down, `note` as a comment on its header, `bar` as the
    colour (`#RRGGBB`) of bars behind its numbers, `linked` where addresses of the web and of mail can be followed.
    One that is `hidden` is there for the program that reads it back."""

    title: str
    kind: Kind = "text"
    width: float | None = None
    choices: list[str] | None = None
    note: str | None = None
    bar: str | None = None
    hidden: bool = False
    linked: bool = False


@dataclass(frozen=True, slots=True)
class CellRange:
    """Cells of one column of the sheet whose SheetSpec has the name `sheet`; rows count from 0 under the header,
    both ends in."""

    sheet: str
    column: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """A native chart. Each range of `values` is a series, named by its column's title; a pie has one."""

    type: Literal["bar", "line", "pie", "column"]
    title: str
    categories: CellRange
    values: list[CellRange]


@dataclass(frozen=True, slots=True)
class SheetSpec:
    """A sheet under a header row; names differ within a workbook. Charts stand at the right of the cells.

    `comments` are by (row, column), rows counted from 0 under the header, and may grow while the rows are read;
    `levels` says how deep rows lie within groups, `frozen` how many columns stay and `top` how many rows, the header
    among them. What a spreadsheet program would refuse in `name` (signs such as `/`, more than 31 characters) is
    changed in the file.
    """

    name: str
    columns: list[Column]
    rows: Iterable[Sequence[Cell] | Painted]
    charts: list[ChartSpec] = field(default_factory=list)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    levels: int = 0
    frozen: int = 0
    top: int = 1


def write_xlsx(path: str | os.PathLike[str], sheets: Iterable[SheetSpec]) -> None:
    """Write a workbook: frozen header, filter, column formats, drop-downs over the whole column, comments, charts.

    Rows are streamed (memory does not grow with them), except those of sheets that a chart shows. Text longer than a
    cell may hold (32,767 characters) is cut. More rows than a sheet can hold go on in sheets that follow it.
    """
    specs = {spec.name: spec for spec in sheets}
    for chart in [chart for spec in specs.values() for chart in spec.charts]:
        for name in {chart.categories.sheet, *(values.sheet for values in chart.values)}:
            specs[name] = replace(specs[name], rows=list(specs[name].rows))
    with tempfile.TemporaryDirectory(prefix="kebu-") as folder:
        _Book(path, folder, specs).write()


class _StreamedSheet(Worksheet):  # type: ignore[misc]  # the library has no types
    """A worksheet whose rows were written to the file `rows` beforehand."""

    rows: BinaryIO
    leads: Leads

    def _write_hyperlinks(self) -> None:
        if not self.leads:
            return
        self._xml_start_tag("hyperlinks")
        for place, target in self.leads:
            self.rel_count += 1
            self._xml_empty_tag("hyperlink", [("ref", place), ("r:id", f"rId{self.rel_count}")])
            self.external_hyper_links.append(["/hyperlink", target, "External"])
        self._xml_end_tag("hyperlinks")

    def _write_sheet_data(self) -> None:
        self.fh.write("<sheetData>")
        self.fh.flush()
        self.rows.seek(0)
        shutil.copyfileobj(self.rows, self.fh.buffer, 1024**2)
        self.rows.close()
        self.fh.write("</sheetData>")


class _Book:
    """A workbook in the making, its temporary files in `folder`."""

    def __init__(self, path: str | os.PathLike[str], folder: str, specs: dict[str, SheetSpec]) -> None:
        self._book = xlsxwriter.Workbook(os.fspath(path), {"tmpdir": folder})
        self._folder = folder
        self._specs = specs
        self._names = _Names(specs)
        self._formats = {name: self._book.add_format(look) for name, look in _FORMATS.items()}
        self._painted: dict[tuple[str, Shade], int] = {}
        self._long_choices: list[list[str]] = []

    def write(self) -> None:
        for spec in self._specs.values():
            self._add(spec)
        if self._long_choices:
            self._add_choices()
        self._book.close()

    def _add(self, spec: SheetSpec) -> None:
        """A sheet, and those that follow it where it is full."""
        styles = [self._styles(column.kind, linked=column.linked) for column in spec.columns]
        sources = [self._source(column.choices) if column.choices else None for column in spec.columns]
        name, first, rows = self._names[spec.name], 0, iter(spec.rows)
        while True:
            sheet = self._add_sheet(name)
            header = [replace(style, text=self._style("header"), link=None) for style in styles]
            write_rows(sheet.rows, [[column.title for column in spec.columns]], header, 0)
            count = write_rows(
                sheet.rows,
                islice(rows, MAX_ROWS - 1),
                styles,
                1,
                lambda index, shade: self._styles(spec.columns[index].kind, shade, linked=spec.columns[index].linked),
                sheet.leads,
            )
            self._furnish(sheet, spec, count, sources)
            for (row, index), text in spec.comments.items():
                if first <= row < first + count:
                    sheet.write_comment(row - first + 1, index, text)
            if first == 0:
                for index, chart in enumerate(spec.charts):
                    sheet.insert_chart(1 + index * _ROWS_BEHIND_CHART, len(spec.columns) + 1, self._chart(chart))
            if (following := next(rows, None)) is None:
                return
            rows, first, name = chain([following], rows), first + count, self._names.another(spec.name)

    def _furnish(self, sheet: Any, spec: SheetSpec, count: int, sources: Sequence[list[str] | str | None]) -> None:
        """What a sheet has besides its rows, of which there are `count`."""
        sheet.freeze_panes(spec.top, spec.frozen)
        sheet.autofilter(0, 0, count, max(len(spec.columns) - 1, 0))
        if spec.levels:
            sheet.outline_settings(symbols_below=False)
            sheet.outline_row_level = spec.levels
        for index, (column, source) in enumerate(zip(spec.columns, sources, strict=True)):
            hidden = {"hidden": True} if column.hidden else {}
            sheet.set_column(index, index, column.width or _width(column), self._formats[column.kind], hidden)
            if column.note:
                sheet.write_comment(0, index, column.note)
            if column.bar:
                # From nought, as far as the numbers of the column go: what Excel does by itself.
                bar = {"type": "data_bar", "data_bar_2010": True, "bar_solid": True, "bar_color": column.bar}
                sheet.conditional_format(1, index, max(count, 1), index, bar)
            if source:
                # A warning, not a stop: a new choice may be meant, and the import offers to add it.
                rule = {"validate": "list", "source": source, "error_type": "warning"}
                sheet.data_validation(1, index, MAX_ROWS - 1, index, rule)

    def _add_sheet(self, name: str) -> Any:
        sheet = self._book.add_worksheet(name, worksheet_class=_StreamedSheet)
        sheet.rows = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115  # closed when the sheet takes it
        sheet.leads = []
        return sheet

    def _add_choices(self) -> None:
        sheet = self._add_sheet(_CHOICES)
        write_rows(sheet.rows, zip_longest(*self._long_choices), [self._styles("text")] * len(self._long_choices), 0)
        sheet.hide()

    def _styles(self, kind: Kind, shade: Shade | None = None, *, linked: bool = False) -> Styles:
        number = kind if kind in ("money", "percent") else "number"
        names = ("text", number, "date", "datetime", "time", "checkbox")
        styles = Styles(*(self._style(name, shade) for name in names))
        return replace(styles, link=self._style("followed", shade)) if linked else styles

    def _style(self, name: str, shade: Shade | None = None) -> int:
        if shade is None:
            index: int = self._formats[name]._get_xf_index()
            return index
        if (name, shade) not in self._painted:
            look = {**_FORMATS[name], "bg_color": shade.fill, "border": 1, "border_color": _LINE}
            if shade.bold:
                look["bold"] = True
            if shade.sign:
                # A part of the format and not of the value: what comes back is what went out.
                look["num_format"] = f'"{shade.sign} "{look.get("num_format", "General")}'
            self._painted[name, shade] = self._book.add_format(look)._get_xf_index()
        return self._painted[name, shade]

    def _source(self, choices: list[str]) -> list[str] | str:
        """What a drop-down shows: the choices, or a range of a hidden sheet where a rule cannot hold them."""
        fits = len(",".join(choices).encode("utf-16-le")) <= 255 * 2
        if fits and not any(re.search(r'[,"\n]|^[=\s]|\s$', choice) for choice in choices):
            return choices
        self._long_choices.append(choices)
        letters = xl_col_to_name(len(self._long_choices) - 1)
        return f"='{_CHOICES}'!${letters}$1:${letters}${len(choices)}"

    def _chart(self, spec: ChartSpec) -> Any:
        chart = self._book.add_chart({"type": spec.type})
        # the space: XlsxWriter would take a title that begins with "=" for a formula
        chart.set_title({"name": " " + spec.title if spec.title.startswith("=") else spec.title})
        for values in spec.values:
            title = self._specs[values.sheet].columns[values.column].title
            chart.add_series(
                {
                    "name": [self._names[values.sheet], 0, values.column],
                    "name_data": [title],
                    "categories": self._reference(spec.categories),
                    "categories_data": ["" if cell is None else str(cell) for cell in self._cells(spec.categories)],
                    "values": self._reference(values),
                    "values_data": [cell if isinstance(cell, int | float) else None for cell in self._cells(values)],
                }
            )
        if spec.type != "pie" and len(spec.values) == 1:
            chart.set_legend({"none": True})
        return chart

    def _reference(self, cells: CellRange) -> list[str | int]:
        return [self._names[cells.sheet], cells.first + 1, cells.column, cells.last + 1, cells.column]

    def _cells(self, cells: CellRange) -> list[Cell]:
        rows = self._specs[cells.sheet].rows
        assert isinstance(rows, list)  # write_xlsx saw to it
        return [
            (row.cells if isinstance(row, Painted) else row)[cells.column] for row in rows[cells.first : cells.last + 1]
        ]


class _Names(dict[str, str]):
    """Names that spreadsheet programs accept, by what they are called: none twice, at most 31 characters, without
    `[]:*?/\\` and outer '."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__()
        self._taken = {_CHOICES, "history"}  # Excel keeps "History" for itself
        for name in names:
            self[name] = self.another(name)

    def another(self, name: str) -> str:
        """One more sheet of that name."""
        stem = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", name).strip(" '") or "Sheet"
        candidate = _cut(stem, 31)
        number = 2
        while candidate.lower() in self._taken:
            candidate = f"{_cut(stem, 31 - len(f' {number}'))} {number}"
            number += 1
        self._taken.add(candidate.lower())
        return candidate


def _cut(name: str, units: int) -> str:
    return name.encode("utf-16-le")[: units * 2].decode("utf-16-le", "ignore").rstrip(" '")


def _width(column: Column) -> int:
    """Characters that show the title with its filter button, and usual values of its kind."""
    title = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in column.title) + 4
    return min(max(_WIDTHS[column.kind], title), _MAX_WIDTH)
