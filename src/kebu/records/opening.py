"""Opening a view: the first page at once, every other page from its snapshot."""

from collections.abc import Mapping, Sequence
from typing import Any

from kebu.accounts.actor import Actor
from kebu.fields.registry import Field
from kebu.records import cells, permissions, query, snapshots
from kebu.records.query import Asking, ViewSpec

MAX_PAGE = 500


def first_page(actor: Actor, object_key: str, raw: Mapping[str, Any], *, offset: int, limit: int) -> dict[str, Any]:
    """A page of a view by its spec: `{"count", "snapshot", "fields", "rows", "after"}`.

    On a large table `count` is None for the first rows, which come before the whole order is known; ask `page`.
    """
    ask = query.asking(actor, object_key)
    spec = ViewSpec.of(raw)
    fields = _fields(ask, spec.fields)
    count: int | None = None
    # Compile even when the answer is kept: a field that one may not see is refused every time.
    query.queryset(ask, spec)
    if offset + limit > MAX_PAGE or snapshots.is_small(ask) or snapshots.is_made(ask, spec):
        name, order = snapshots.make(ask, spec)
        count = len(order)
        ids: Sequence[int] = order[offset : offset + limit].tolist()
    else:
        name = snapshots.promise(ask, spec)
        ids = snapshots.some(ask, spec, offset, limit)
        if offset == 0 and len(ids) < limit:
            count = len(ids)
    return {
        "count": count,
        "snapshot": name,
        "fields": [field.key for field in fields],
        "rows": cells.rows(actor, ask.known, ask.one, ids, fields),
        "after": snapshots.last_change(),
    }


def page(actor: Actor, object_key: str, name: str, *, fields: Sequence[str], offset: int, limit: int) -> dict[str, Any]:
    """A page of a snapshot: `{"count", "rows"}`. Rows that are gone since, or no longer his to see, are None."""
    ask, order = snapshots.load(actor, object_key, name)
    ids = order[offset : offset + limit].tolist()
    found = {row[0]: row for row in cells.rows(actor, ask.known, ask.one, ids, _fields(ask, fields))}
    # A row keeps its place, or everything below it would move under the reader's hand.
    return {"count": len(order), "rows": [found.get(pk) for pk in ids]}


def _fields(ask: Asking, keys: Sequence[str]) -> list[Field]:
    """The fields asked for; all that the person sees where none is named."""
    if keys:
        return [ask.field(key) for key in keys]
    return list(permissions.fields(ask.actor, ask.known, ask.one.key).values())
