"""Sheets that are no table yet: fields that stand below each other, and forms. Both are made into rows under a header,
so that all that follows knows tables only."""

import re
from collections.abc import Sequence
from typing import Any, Literal, get_args

from kebu.core.errors import KebuError
from kebu.importexport.folder import StoredSheet
from kebu.importexport.headers import MAX_COLUMNS, Row, is_blank
from kebu.importexport.names import Names

#: A row for each record; a column for each; a form for each, with values beside the names of their fields.
Shape = Literal["rows", "columns", "forms"]

_LOOKED_AT, _WIDE = 200, 60
_LABEL_LENGTH = 30
_MOST_TURNED = 10_000  # rows and columns of a sheet that may change places
_LABELLED = re.compile(r"(?P<label>[^:：]{1,30})[:：]\s*(?P<value>\S.*)?", re.DOTALL)


def shape_of(rows: Sequence[Row], known: Names) -> Shape:
    """What the first rows of a sheet look like. A row in which names of fields stand next to each other makes a table;
    so does all that is not plainly something else."""
    labels: list[tuple[int, str]] = []
    told: set[str] = set()
    filled = lines = values = most = 0
    for row in rows[:_LOOKED_AT]:
        pairs = _pairs(row[:_WIDE], known)
        bare = [column for column, _, _ in pairs if _behind(row[column]) is None]
        inside = [name for _, name, behind in pairs if behind]
        # Forms beside each other are none either: whose value is whose would be a guess.
        if any(column + 1 in bare for column in bare) or len(set(inside)) < len(inside):
            return "rows"
        labels += [(column, name) for column, name, _ in pairs]
        told.update(inside)
        filled += sum(not is_blank(cell) for cell in row[:_WIDE])
        lines, values = lines + any(not is_blank(cell) for cell in row), values + len(inside)
        most = max([most, *(len(behind) for _, _, behind in pairs)])
    if len(told) < 3 or not any(map(known.tells_records, told)):
        return "rows"
    if most > 1:
        in_order = len({column for column, _ in labels}) == 1 and len({name for _, name in labels}) == len(labels)
        return "columns" if in_order and len(labels) >= 0.6 * lines and len(rows) <= _LOOKED_AT else "rows"
    return "forms" if values >= 0.6 * len(labels) and values >= 0.25 * filled else "rows"


def shaped(stored: StoredSheet, shape: Shape, known: Names) -> StoredSheet:
    """The cells of a sheet of that shape as a table. KebuError `bad_import_option` where it is too large for that, or
    no form."""
    if shape == "rows":
        return stored
    if shape == "columns":
        if len(stored.rows) > MAX_COLUMNS or max(map(len, stored.rows), default=0) > _MOST_TURNED:
            raise KebuError("bad_import_option", field="shape", value=shape)
        return _turned(stored)
    if len(stored.rows) > _MOST_TURNED:
        raise KebuError("bad_import_option", field="shape", value=shape)
    return StoredSheet(_filled_in(stored.rows, known), [])


def parse_shape(raw: object) -> Shape:
    """KebuError `bad_import_option` for what is none."""
    for shape in get_args(Shape):
        if shape == raw:
            return shape  # type: ignore[no-any-return]
    raise KebuError("bad_import_option", field="shape", value=str(raw)[:80])


def _turned(stored: StoredSheet) -> StoredSheet:
    """Rows and columns change places."""
    width = max(map(len, stored.rows), default=0)
    rows = [[row[column] if column < len(row) else None for row in stored.rows] for column in range(width)]
    return StoredSheet(rows, [(left, top, right, bottom) for top, left, bottom, right in stored.merges])


def _filled_in(rows: Sequence[Row], known: Names) -> list[list[Any]]:
    """A header of all names and a row for each form: a new one begins with a name that the last has already."""
    forms: list[dict[str, Any]] = []
    for row in rows:
        for _, name, behind in _pairs(row, known):
            if not forms or name in forms[-1]:
                forms.append({})
            forms[-1][name] = " ".join(map(str, behind)) if len(behind) > 1 else behind[0] if behind else None
    names = list(dict.fromkeys(name for form in forms for name in form))[:MAX_COLUMNS]
    kept = [form for form in forms if any(value is not None for value in form.values())]
    return [names, *([form.get(name) for name in names] for form in kept)] if names else []


def _pairs(row: Row, known: Names) -> list[tuple[int, str, list[Any]]]:
    """The names in a row with their columns, and what stands behind each: in the cell itself after a colon, and in
    those that follow up to the next name."""
    found: list[tuple[int, str, list[Any]]] = []
    for column, cell in enumerate(row):
        if is_blank(cell):
            continue
        if (name := _name_in(cell, known)) is not None:
            value = _behind(cell)
            found.append((column, name, [] if value is None else [value]))
        elif found:
            found[-1][2].append(cell)
    return found


def _name_in(cell: Any, known: Names) -> str | None:
    """The name of a field that a cell holds or begins with; what ends in a colon is one as well."""
    if not isinstance(cell, str) or is_blank(cell):
        return None
    text = cell.strip()
    labelled = _LABELLED.fullmatch(text)
    if labelled and not labelled["value"]:
        return " ".join(labelled["label"].split())
    name = " ".join((labelled["label"] if labelled else text).split())
    return name if len(name) <= _LABEL_LENGTH and known.is_label(name) else None


def _behind(cell: str) -> str | None:
    labelled = _LABELLED.fullmatch(cell.strip())
    return labelled["value"] if labelled else None
