"""Plain values, as the history holds them, against rows, clean values and cells."""

from typing import Any

from kebu.fields.registry import Field, Row
from kebu.fields.types import Invalid


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
