"""How the files of an import are read: what is found by itself, and what a person says instead."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kebu.core.errors import KebuError, not_found
from kebu.fields.parsing import text_of
from kebu.importexport import traces
from kebu.importexport.blocks import letters_of, parse_range, split
from kebu.importexport.folder import Folder, StoredSheet
from kebu.importexport.models import Import
from kebu.importexport.names import Names
from kebu.importexport.plan import Sheet
from kebu.importexport.plans import Plans
from kebu.importexport.shapes import Shape, parse_shape, shape_of, shaped
from kebu.workbooks.encoding import ENCODINGS
from kebu.workbooks.reading import Workbook, read

SHOWN_ROWS, SHOWN_COLUMNS = 60, 60
_SHOWN_LENGTH = 200
_TEXT_FORMATS = ("csv", "html", "vcf")
_ORDERS = ("ymd", "dmy", "mdy")


def read_file(
    row: Import,
    folder: Folder,
    file: int,
    name: str,
    names: Names,
    *,
    password: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> tuple[dict[str, Any], list[Sheet], list[StoredSheet]]:
    """Read an upload and keep its cells: what is known of the file, its tables as sheets, and their cells.

    A sheet with several tables is several; one that was exported here is one, and its traces are kept. One whose fields
    stand below each other, or of forms, becomes a table; its cells are kept as they stood as well.
    KebuError as `workbooks.read` raises them.
    """
    book: Workbook = read(folder.upload(file), name=name, password=password, encoding=encoding, delimiter=delimiter)
    known = {"name": name, "encoding": book.encoding, "delimiter": book.delimiter, "format": book.format}
    sheets: list[Sheet] = []
    cells: list[StoredSheet] = []
    row.traces = [one for one in row.traces if one["file"] != file]
    for one in book.sheets:
        trace = traces.take(one.rows)
        if trace:
            at = {"file": file, "sheet": len(sheets)}
            row.traces.append({**at, "key": trace.key, "top": trace.top, "rows": trace.rows})
            folder.save("traces", file, len(sheets), trace.tokens)
        whole = StoredSheet(one.rows, one.merges)
        alone = trace or shape_of(whole.rows, names) != "rows"
        for title, stored in [("", whole)] if alone else split(whole, names.recognise):
            index = len(sheets)
            shape: Shape = "rows" if trace else shape_of(stored.rows, names)
            if shape != "rows":
                folder.save_cells(file, index, stored, "whole")
                stored = shaped(stored, shape, names)
            folder.save_cells(file, index, stored)
            label = f"{one.name} · {title}" if title else one.name
            sheets.append(Sheet(file, index, label, one.hidden, book.base_1904, shape=shape))
            cells.append(stored)
    return known, sheets, cells


def keep_upload(folder: Folder, file: int, path: Path) -> None:
    """Keep a copy of an upload, to be read again in another way."""
    shutil.copyfile(path, folder.upload(file))


# -- what a person says --------------------------------------------------------------------------------------------


def say(
    row: Import,
    plans: Plans,
    present: list[Sheet],
    *,
    files: Sequence[Mapping[str, Any]],
    sheets: Sequence[Mapping[str, Any]],
) -> list[Sheet]:
    """Read files anew in another encoding or with another separator, then take headers, ranges and the order of dates
    from `sheets`; the sheets as they are now. What a key is missing for stays as it is.

    KebuError `not_found`, `bad_range`, `bad_import_option`, and as `workbooks.read` raises them.
    """
    folder = Folder(row.folder)
    for given in files:
        present = _reread(row, plans, present, given)
    for given in sheets:
        sheet = next((one for one in present if (one.file, one.index) == (given["file"], given["sheet"])), None)
        if sheet is None:
            raise not_found()
        if given.get("shape") is not None:
            _reshape(folder, sheet, parse_shape(given["shape"]), plans.of(sheet).names)
        _say(sheet, given)
        plans.learn(sheet, plans.table(sheet, folder.load_cells(sheet.file, sheet.index)))
    return present


def _reread(row: Import, plans: Plans, present: list[Sheet], given: Mapping[str, Any]) -> list[Sheet]:
    file = given["file"]
    if file >= len(row.files) or row.files[file]["format"] not in _TEXT_FORMATS:
        raise not_found()
    before = row.files[file]
    said = {**before.get("said", {}), **{key: given[key] for key in ("encoding", "delimiter") if key in given}}
    known, sheets, cells = read_file(row, Folder(row.folder), file, before["name"], plans.main.names, **said)
    plans.main.look(sheets, cells)
    # What a file is does not change with its encoding; its one sheet stays what it was.
    for one, stored in zip(sheets, cells, strict=True):
        was = next((other.object for other in present if (other.file, other.index) == (file, one.index)), "")
        if was and was != plans.key:
            plans.become(one, was, stored)
            one.used = plans.of(one).is_usable(one)
    row.files[file] = {**known, "said": said}
    return [one for one in present if one.file < file] + sheets + [one for one in present if one.file > file]


def _reshape(folder: Folder, sheet: Sheet, shape: Shape, names: Names) -> None:
    """Make a table out of the cells as they stood in the file; where it was is to be found anew."""
    if shape == sheet.shape:
        return
    whole = folder.load_cells(sheet.file, sheet.index, "cells" if sheet.shape == "rows" else "whole")
    table = shaped(whole, shape, names)
    folder.save_cells(sheet.file, sheet.index, whole, "whole")
    folder.save_cells(sheet.file, sheet.index, table)
    sheet.shape, sheet.said, sheet.header_row, sheet.header_rows, sheet.range = shape, False, None, 1, None


def _say(sheet: Sheet, given: Mapping[str, Any]) -> None:
    if "range" in given:
        wanted = (given["range"] or "").strip()
        if wanted:
            parse_range(wanted)
        sheet.range = wanted or None
        sheet.said = sheet.said and sheet.header_row is not None and "header_row" not in given
    if "header_row" in given:
        sheet.said = given["header_row"] != 0
        sheet.header_row = given["header_row"] or None
        sheet.header_rows = 1
    if given.get("header_rows"):
        sheet.said, sheet.header_rows = True, given["header_rows"]
    if "date_order" in given:
        if given["date_order"] not in (None, *_ORDERS):
            raise KebuError("bad_import_option", field="date_order", value=str(given["date_order"])[:80])
        sheet.date_order = given["date_order"]


# -- looking -----------------------------------------------------------------------------------------------------


def source_json(row: Import, sheet: Sheet) -> dict[str, Any]:
    """How a sheet is read, and its first rows as they stand in the file. KebuError `import_gone`."""
    try:
        stored = Folder(row.folder).load_cells(sheet.file, sheet.index)
    except FileNotFoundError:
        raise KebuError("import_gone", status=410) from None
    file = row.files[sheet.file]
    is_text = file["format"] in _TEXT_FORMATS
    first = max(next((place for place, cells in enumerate(stored.rows) if cells), 0) - 2, 0)
    if sheet.header_row and sheet.header_row > first + SHOWN_ROWS - 10:
        first = sheet.header_row - 10
    shown = stored.rows[first : first + SHOWN_ROWS]
    width = min(max(map(len, shown), default=0), SHOWN_COLUMNS)
    return {
        "encoding": file["encoding"],
        "delimiter": file.get("delimiter"),
        "said": file.get("said", {}),
        "encodings": list(ENCODINGS) if is_text else [],
        "is_separated": file["format"] == "csv",
        "header_row": sheet.header_row,
        "header_rows": sheet.header_rows,
        "header_said": sheet.said,
        "range": sheet.range,
        "shape": sheet.shape,
        "date_order": sheet.date_order,
        "columns": [letters_of(column) for column in range(width)],
        "first_row": first + 1,
        "rows": [[text_of(cell)[:_SHOWN_LENGTH] for cell in cells[:width]] for cells in shown],
        "count": len(stored.rows),
    }
