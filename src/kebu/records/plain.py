"""Plain values, as the history holds them, against rows, clean values and cells."""

from collections.abc import Sequence
from typing import Any

from kebu.core.text import sort_key
from kebu.fields.registry import Catalog, Field, ObjectType, Row
from kebu.fields.types import Invalid

# Texts longer than this are not told apart by a sort.
SORT_LENGTH = 80


def derive(known: Catalog, one: ObjectType, rows: Sequence[Row]) -> None:
    """Fill computed columns: the object's own, and the keys that texts sort by."""
    if one.derive:
        one.derive(rows)
    texts = [
        field
        for field in known.fields[one.key].values()
        if not field.relation and field.key != one.title and field.kind in ("text", "address")
    ]
    title = known.field(one.key, one.title)
    for row in rows:
        name = row[title.attribute or ""]
        row["title_key"] = sort_key(name[:SORT_LENGTH]) if name else None
        keys = {}
        for field in texts:
            text = row[field.column] if field.column else row["extra"].get(field.key)
            if text and not text.isascii():
                keys[field.key] = sort_key(text[:SORT_LENGTH])
        row["keys"] = keys


def _raw(row: Row, field: Field) -> Any:
    """The plain or typed value of a field that is not a lookup."""
    if field.attribute:
        return field.type.plain(row[field.attribute])
    return row["extra"].get(field.key)


def plain_of(row: Row, field: Field) -> Any:
    """The plain value of a row's own field, with text that did not fit as `{"invalid", "code"}`."""
    held = _raw(row, field)
    if held is None and field.key in row["invalid"]:
        bad = row["invalid"][field.key]
        return {"invalid": bad["text"], "code": bad["code"]}
    return held


def plain_in(field: Field, value: Any) -> Any:
    """A clean value as plain, the same way."""
    if isinstance(value, Invalid):
        return {"invalid": value.text, "code": value.code}
    return field.stored.type.plain(value)


def from_plain(field: Field, plain: Any) -> Any:
    """The clean value of a plain one from the history."""
    if isinstance(plain, dict) and "invalid" in plain:
        return Invalid(plain["invalid"], plain["code"])
    return field.stored.type.value(plain)


def cell_of(field: Field, plain: Any) -> Any:
    """The cell of a plain value from the history."""
    if plain is None or isinstance(plain, dict):
        return plain
    if field.stored.kind == "money":
        return field.stored.type.cell(plain) if field.stored.type.cell else plain
    return plain


def put(row: Row, field: Field, value: Any) -> None:
    """Set a row's own field to a clean value."""
    if isinstance(value, Invalid):
        row["invalid"] = {**row["invalid"], field.key: {"text": value.text, "code": value.code}}
        value = None
    elif field.key in row["invalid"]:
        row["invalid"] = {key: bad for key, bad in row["invalid"].items() if key != field.key}
    if field.attribute:
        row[field.attribute] = value
        return
    extra = dict(row["extra"])
    if value is None:
        extra.pop(field.key, None)
    else:
        extra[field.key] = field.type.plain(value)
    row["extra"] = extra
