"""Opening a view: the first page at once, every other page from its snapshot."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from kebu.accounts.actor import Actor
from kebu.core.db import IdIn
from kebu.fields.registry import Field
from kebu.records import asof, cells, groups, permissions, query, snapshots
from kebu.records.cursors import cursor
from kebu.records.query import Asking, ViewSpec

MAX_PAGE = 500


def first_page(
    actor: Actor, object_key: str, raw: Mapping[str, Any], *, offset: int, limit: int, keep: bool = True
) -> dict[str, Any]:
    """A page of a view by its spec: `{"count", "snapshot", "fields", "rows", "groups", "after"}`.

    On a large table `count` is None for the first rows, which come before the whole order is known; ask `page`.
    Without `keep` no order is remembered for further pages: `snapshot` is None then, and `count` where there may be
    more. Many small lists beside each other must not push the orders of others out of the cache.
    `raw["as_of"]` is a day or a moment: the rows are as they were then, and `groups`, too.
    `groups` are those of that very order, with the totals that `raw["totals"]` names; None where nothing is grouped.
    """
    # Before anything is read: whoever listens from here on misses nothing that came meanwhile.
    after = snapshots.last_change()
    spec = replace(ViewSpec.of(raw), as_of=raw.get("as_of") or "")
    with asof.shown(actor, spec.as_of) as reader:
        totals = raw.get("totals") or ()
        page = _first_page(reader, object_key, spec, totals, after, offset=offset, limit=limit, keep=keep)
    return page | {"after": cursor(actor, after)}


def _first_page(
    actor: Actor,
    object_key: str,
    spec: ViewSpec,
    totalled: Sequence[Mapping[str, Any]],
    change: int,
    *,
    offset: int,
    limit: int,
    keep: bool,
) -> dict[str, Any]:
    ask = query.asking(actor, object_key)
    fields = _fields(ask, spec.fields)
    totals = groups.totals_of(ask, totalled)
    name: str | None = None
    count: int | None = None
    ids: Sequence[int]
    snapshots.check(ask, spec)
    grouped: list[dict[str, Any]] | None = None
    if spec.group:
        name, order, grouped = groups.opened(ask, spec, totals)
        count, ids = len(order), order[offset : offset + limit].tolist()
    elif keep:
        name = snapshots.token(ask, spec, change)
        if spec.as_of or offset + limit > MAX_PAGE or snapshots.is_small(ask) or snapshots.is_made(name):
            _, order = snapshots.make(ask, spec, name)
            count, ids = len(order), order[offset : offset + limit].tolist()
        else:
            snapshots.promise(ask, spec, name)
            ids = snapshots.some(ask, spec, offset, limit)
    else:
        ids = snapshots.some(ask, spec, offset, limit)
    if count is None and offset == 0 and len(ids) < limit:
        count = len(ids)
    return {
        "count": count,
        "snapshot": name,
        "fields": [field.key for field in fields],
        "rows": cells.rows(actor, ask.known, ask.one, ids, fields),
        "groups": grouped,
    }


def among(actor: Actor, object_key: str, raw: Mapping[str, Any], ids: Sequence[int]) -> dict[str, Any]:
    """Which of these records a view holds, as a page of it without an order of its own."""
    after = snapshots.last_change()
    spec = ViewSpec.of(raw)
    with asof.shown(actor, raw.get("as_of") or "") as reader:
        ask = query.asking(reader, object_key)
        fields = _fields(ask, spec.fields)
        found = list(query.queryset(ask, spec).filter(IdIn(ids)).values_list("id", flat=True))
        rows = cells.rows(reader, ask.known, ask.one, found, fields)
    return {
        "count": len(found),
        "snapshot": None,
        "fields": [field.key for field in fields],
        "rows": rows,
        "groups": None,
        "after": cursor(actor, after),
    }


def page(actor: Actor, object_key: str, name: str, *, fields: Sequence[str], offset: int, limit: int) -> dict[str, Any]:
    """A page of a snapshot: `{"count", "rows"}`. Rows that are gone since, or no longer his to see, are None."""
    with asof.shown(actor, snapshots.moment(name)) as reader:
        ask, order = snapshots.load(reader, object_key, name)
        ids = order[offset : offset + limit].tolist()
        found = {row[0]: row for row in cells.rows(reader, ask.known, ask.one, ids, _fields(ask, fields))}
    # A row keeps its place, or everything below it would move under the reader's hand.
    return {"count": len(order), "rows": [found.get(pk) for pk in ids]}


def _fields(ask: Asking, keys: Sequence[str]) -> list[Field]:
    """The fields asked for; all that the person sees where none is named."""
    if keys:
        return [ask.shown(key) for key in keys]
    return list(permissions.fields(ask.actor, ask.known, ask.one.key).values())
