"""Finding: from row to row of an order that hold a text, without changing what the table shows.

A search narrows the table; a find jumps in it (decision 17). Rows are found by the same index, and choices, people,
dates and numbers of the shown columns by what they are called. The rows near the cursor are looked at first: most
finds need no more. All of them are looked up once for a text, and kept beside the snapshot for a minute.
"""

import hashlib
import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import reduce
from operator import or_
from typing import Any

import numpy as np
import orjson
from django.db.models import Q, TextField, Value
from django.db.models.functions import Cast
from django.db.models.lookups import Contains

from kebu.accounts.actor import Actor
from kebu.accounts.models import User
from kebu.core.db import Folded, IdIn
from kebu.core.errors import KebuError
from kebu.core.text import fold, query_tokens, search_tokens
from kebu.fields.registry import Field
from kebu.records import asof, cells, permissions, query, search, snapshots
from kebu.records.query import Asking, ViewSpec
from kebu.records.runs import Ids

MAX_WORDS = 100
# So many rows are looked at, in windows that grow, before all of them are.
_WINDOWS = (500, 2_500, 7_000)
_KEEP_SECONDS = 60
_NAMED = ("choice", "choices")
_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?)?[月日]?")
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


def following(
    actor: Actor,
    object_key: str,
    name: str,
    *,
    words: str,
    fields: Sequence[str],
    start: int,
    back: bool = False,
    whole: bool = False,
) -> dict[str, Any]:
    """The first row of a snapshot from the place `start` on that holds `words`: `{"row", "id", "fields", "hidden",
    "place", "count"}`; from the last one on it goes round to the first.

    `fields` are the shown ones; the answer names those of them that hold the words, and where there is none one that
    is not shown (`hidden`). `row` is None where nothing is found. `place` (from 1) and `count` are None where nobody
    has looked at all rows: with `whole` they are looked at.
    """
    with asof.shown(actor, snapshots.moment(name)) as reader:
        ask, order = snapshots.load(reader, object_key, name)
        return _following(ask, order, name, words, fields, start=start, back=back, whole=whole)


def _following(
    ask: Asking,
    order: Ids,
    name: str,
    words: str,
    fields: Sequence[str],
    *,
    start: int,
    back: bool,
    whole: bool,
) -> dict[str, Any]:
    shown = [field for key in fields if not (field := ask.shown(key)).masked]
    nothing: dict[str, Any] = {"row": None, "id": None, "fields": [], "hidden": None, "place": None, "count": 0}
    if not fold(words) or not len(order):
        return nothing
    called = _called(ask, words, shown)
    holding = reduce(or_, called.values(), _written(ask, words))
    start = min(max(start, 0), len(order) - 1)
    read = snapshots.beside(name, _named(words, fields), _KEEP_SECONDS)
    kept = None if read is None else np.frombuffer(read, dtype=np.int64)
    row = None if whole else _near(ask, order, holding, start, back)
    if whole or row is None:
        if kept is None:
            ids = query.rows(ask, ViewSpec()).filter(holding).order_by().values_list("id", flat=True)
            found = np.fromiter(ids.iterator(), dtype=np.int64)
            kept = np.flatnonzero(np.isin(order, found))
            snapshots.keep_beside(name, _named(words, fields), kept.astype(np.int64).tobytes())
        if not len(kept):
            return nothing
        row = _from(kept, start, back)
    place = count = None
    if kept is not None and (at := int(np.searchsorted(kept, row))) < len(kept) and kept[at] == row:
        place, count = at + 1, len(kept)
    pk = int(order[row])
    holders, hidden = _holders(ask, pk, words, shown, called)
    return {"row": row, "id": pk, "fields": holders, "hidden": hidden, "place": place, "count": count}


def _named(words: str, fields: Sequence[str]) -> str:
    return hashlib.sha256(orjson.dumps([fold(words), list(fields)])).hexdigest()[:16]


def _near(ask: Asking, order: Ids, holding: Q, start: int, back: bool) -> int | None:
    """The first of the next rows that holds it; None where all of them have to be asked."""
    rows = ask.one.model.objects.filter(permissions.visible_among(ask.actor, ask.one))
    at = start
    for size in _WINDOWS:
        low, high = (max(0, at - size + 1), at + 1) if back else (at, min(len(order), at + size))
        ids = order[low:high]
        found = np.fromiter(rows.filter(IdIn(ids.tolist())).filter(holding).values_list("id", flat=True), np.int64)
        if len(found):
            places = np.flatnonzero(np.isin(ids, found))
            return low + int(places[-1 if back else 0])
        at = low - 1 if back else high
        if not 0 <= at < len(order):
            return None
    return None


def _from(places: Ids, start: int, back: bool) -> int:
    """The first of these places from `start` on, or else the first from the other end."""
    if back:
        return int(places[int(np.searchsorted(places, start, side="right")) - 1])
    at = int(np.searchsorted(places, start))
    return int(places[at if at < len(places) else 0])


def _written(ask: Asking, words: str) -> Q:
    """The rows that hold the words in one cell. The index knows single tokens, which may be in several cells of a row:
    of more than one the text itself is compared, in the few rows that the index finds."""
    found = query.found_by(ask, words)
    if len(query_tokens(words)) < 2:
        return found
    seen = permissions.read(ask.actor, ask.known, ask.one.key)
    asked = Folded(Value(" ".join(words.split())))
    texts = [field for field in search.searched_fields(ask.one, ask.known) if field.key in seen]
    held = [Q(Contains(Folded(Cast(query.expression(field), TextField())), asked)) for field in texts]
    return found & reduce(or_, held, Q(pk=-1))


def _called(ask: Asking, words: str, shown: Sequence[Field]) -> dict[str, Q]:
    """Of shown fields whose values are not in the index: which rows show something that is called so."""
    found = {}
    for field in shown:
        if leaf := _leaf(ask, field, words):
            with suppress(KebuError):  # a number too large for its column is in no row
                found[field.key] = query.condition(ask, leaf)
    return found


def _leaf(ask: Asking, field: Field, words: str) -> dict[str, Any] | None:
    """A filter for the values of a field that show as what was asked for; None where none does."""
    kind, text = field.stored.kind, fold(words)
    if kind in _NAMED:
        keys = [one.key for one in field.choices if text in fold(one.labels.get(ask.actor.language, one.key))]
        return {"field": field.key, "op": "in", "value": keys} if keys else None
    if kind == "person":
        people = [pk for pk, name in User.objects.values_list("id", "name")[: query.MAX_LIST] if text in fold(name)]
        return {"field": field.key, "op": "in", "value": people} if people else None
    if kind == "relation":
        return {"field": field.key, "op": "contains", "value": words}
    if kind in ("date", "datetime") and (days := _days(text)):
        return {"field": field.key, "op": "between", "value": days}
    if kind in ("number", "money", "rating") and _NUMBER.fullmatch(text):
        return {"field": field.key, "op": "is", "value": text.replace(",", "")}
    return None


def _days(text: str) -> list[str] | None:
    """The first and the last day that a date, a month or a year means; None for anything else."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part) if part else 0 for part in found.groups())
    if not 1900 <= year <= 9998 or (found[2] and not 1 <= month <= 12):
        return None
    last = monthrange(year, month or 12)[1]
    if found[3] and not 1 <= day <= last:
        return None
    return [f"{year}-{month or 1:02d}-{day or 1:02d}", f"{year}-{month or 12:02d}-{day or last:02d}"]


def _holders(
    ask: Asking, pk: int, words: str, shown: Sequence[Field], called: Mapping[str, Q]
) -> tuple[list[str], str | None]:
    """The shown fields of a record that hold the words, in order; where none does, one that is not shown."""
    asked = {field.key for field in shown}
    others = [field for field in search.searched_fields(ask.one, ask.known) if field.key not in asked]
    others = [field for field in others if field.key in permissions.read(ask.actor, ask.known, ask.one.key)]
    every = [*shown, *others]
    (found,) = cells.rows(ask.actor, ask.known, ask.one, [pk], every) or [[]]
    said = dict(zip((field.key for field in every), found[2:], strict=bool(found)))
    rows = ask.one.model.objects.filter(pk=pk)
    holders = [
        field.key
        for field in shown
        if _holds(field, said.get(field.key), words)
        or (field.key in called and rows.filter(called[field.key]).exists())
    ]
    if holders:
        return holders, None
    return [], next((field.key for field in others if _holds(field, said.get(field.key), words)), None)


def _holds(field: Field, cell: Any, words: str) -> bool:
    """Whether the text of a cell holds the words as the index would find them: pinyin, initials, digits, too."""
    if isinstance(cell, dict):
        cell = cell.get("invalid") or cell.get("label")
    text = " ".join(cell) if isinstance(cell, list) else cell
    if not isinstance(text, str) or not text or field.stored.kind in _NAMED:
        return False
    if fold(words) in fold(text):
        return True
    tokens = search_tokens(text, by_sound=search.by_sound(field))
    groups = query_tokens(words)
    return bool(groups) and all(any(one.startswith(tuple(group)) for one in tokens) for group in groups)
