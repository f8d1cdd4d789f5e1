"""The kinds of views: what a view says besides its filter, sort and columns, by how it shows the records.

A part may be missing: the page then asks which field it is to go by. What is there names only fields that can serve.
"""

from collections.abc import Container, Mapping
from typing import Any, Literal

from kebu.core.errors import KebuError
from kebu.fields.registry import Field
from kebu.records.query import Asking

Kind = Literal["grid", "board", "calendar", "gallery", "form"]
GRID: Kind = "grid"
BOARD: Kind = "board"
CALENDAR: Kind = "calendar"
FORM: Kind = "form"
_COLUMNS = ("choice", "person")
_SUMMED = ("number", "money")
_DAYS = ("date", "datetime")
MAX_FORM_FIELDS = 100
# By kind: the field that it cannot be without, and one that it may have besides.
_NEEDED = {BOARD: ("by", "sum"), CALENDAR: ("date", "end")}


def part_of(kind: str) -> set[str]:
    """The name of what only this kind of view says."""
    return {kind} & {BOARD, CALENDAR, FORM}


def check(ask: Asking, kind: str, spec: Mapping[str, Any]) -> None:
    """KebuError `bad_view` for a part that is not understood, and whatever the registry says of its fields."""
    part = spec.get(kind)
    if part is None:
        return
    if not isinstance(part, dict):
        raise KebuError("bad_view")
    if kind == BOARD:
        _only(part, {"by", "sum"})
        _field(ask, part.get("by"), _COLUMNS)
        if part.get("sum") is not None:
            _field(ask, part["sum"], _SUMMED)
    elif kind == CALENDAR:
        _only(part, {"date", "end"})
        _field(ask, part.get("date"), _DAYS)
        if part.get("end") is not None:
            _field(ask, part["end"], _DAYS)
    elif kind == FORM:
        _form(ask, part)


def asked(spec: Mapping[str, Any]) -> set[str]:
    """The keys of the fields by which such a view asks for its records."""
    board, calendar = spec.get(BOARD) or {}, spec.get(CALENDAR) or {}
    return {key for key in (board.get("by"), calendar.get("date"), calendar.get("end")) if key}


def seen(kind: str, spec: Mapping[str, Any], fields: Container[str]) -> dict[str, Any]:
    """The spec without what names a field that the person does not see, or that is gone."""
    told, part = dict(spec), spec.get(kind)
    if kind in _NEEDED and part:
        needed, more = _NEEDED[kind]
        if part[needed] not in fields:
            del told[kind]
        elif part.get(more) not in fields:
            told[kind] = {needed: part[needed]}
    elif kind == FORM and part:
        lists = {name: [key for key in part[name] if key in fields] for name in ("fields", "required") if name in part}
        told[kind] = {**part, **lists}
    return told


def _form(ask: Asking, part: Mapping[str, Any]) -> None:
    _only(part, {"title", "text", "fields", "required"})
    title, text, fields, required = (
        part.get("title", ""),
        part.get("text", ""),
        part.get("fields", []),
        part.get("required", []),
    )
    good = (
        isinstance(title, str)
        and len(title) <= 200
        and isinstance(text, str)
        and len(text) <= 2000
        and isinstance(fields, list)
        and isinstance(required, list)
        and all(isinstance(key, str) for key in (*fields, *required))
        and len(fields) == len(set(fields)) <= MAX_FORM_FIELDS
        and set(required) <= set(fields)
    )
    if not good:
        raise KebuError("bad_view")
    for key in fields:
        if ask.field(key).readonly:
            raise KebuError("bad_view", field=key)


def _only(part: Mapping[str, Any], known: set[str]) -> None:
    if not set(part) <= known:
        raise KebuError("bad_view")


def _field(ask: Asking, key: Any, kinds: tuple[str, ...]) -> Field:
    field = ask.field(key)
    if field.stored.kind not in kinds:
        raise KebuError("bad_view", field=field.key)
    return field
