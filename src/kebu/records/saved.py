"""Saved views: everybody's, and a person's own."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from kebu.accounts.actor import Actor
from kebu.core.errors import KebuError, not_found
from kebu.core.jobs import enqueue
from kebu.fields.registry import Catalog, Field, catalog, label_in
from kebu.records import colors, indexes, kinds, permissions, query, snapshots
from kebu.records.models import View
from kebu.records.query import ViewSpec

MAX_VIEWS = 200
_PARTS = {
    *("filter", "sort", "search", "group", "colors"),
    *("fields", "widths", "frozen", "frozen_rows", "row_height", "count"),
}
MAX_FROZEN_ROWS = 10
ROW_HEIGHTS = (28, 36, 56, 96)


def seen(actor: Actor, object_key: str | None = None) -> list[View]:
    """The views that a person may open: everybody's and his own, in order."""
    rows = View.objects.filter(Q(owner_id=None) | Q(owner_id=actor.user_id))
    rows = rows.order_by(F("owner_id").asc(nulls_first=True), "position", "id")
    known = catalog()
    return [view for view in (rows.filter(object=object_key) if object_key else rows) if _exists(actor, known, view)]


def _exists(actor: Actor, known: Catalog, view: View) -> bool:
    """Whether there is such a view for this person: what it asks by, he may ask by. One that names what nobody has any
    more is there, to be mended."""
    shown = known.shown.get(view.object, {})
    readable = permissions.read(actor, known, view.object) if view.object in known.objects else {}
    asked = {*query.fields_of(view.spec.get("filter")), *(one["field"] for one in view.spec.get("sort") or ())}
    asked |= {one["field"] for one in view.spec.get("group") or ()}
    return bool(readable) and not any(key in shown and key not in readable for key in asked)


def find(actor: Actor, pk: int) -> View:
    """One of them. KebuError `not_found`."""
    row = View.objects.filter(Q(owner_id=None) | Q(owner_id=actor.user_id), pk=pk).first()
    if row is None or not _exists(actor, catalog(), row):
        raise not_found()
    return row


def add(
    actor: Actor,
    object_key: str,
    *,
    name: str,
    kind: kinds.Kind = kinds.GRID,
    spec: Mapping[str, Any],
    shared: bool,
    position: int | None,
) -> View:
    """Save a view; a shared one is an administrator's to make. KebuError for a spec that could not be opened."""
    catalog().object(object_key)
    if shared:
        actor.require("manage_fields")
    if View.objects.filter(owner_id=None if shared else actor.user_id).count() >= MAX_VIEWS:
        raise KebuError("too_many_views", limit=MAX_VIEWS)
    _check(actor, object_key, kind, spec)
    _want_indexes(object_key, spec)
    view = View(
        object=object_key,
        names={actor.language: _name(name)},
        kind=kind,
        spec=dict(spec),
        owner_id=None if shared else actor.user_id,
    )
    with transaction.atomic():
        _place(view, position)
        view.save()
    return view


def change(
    actor: Actor,
    pk: int,
    *,
    name: str | None = None,
    spec: Mapping[str, Any] | None = None,
    position: int | None = None,
    shared: bool | None = None,
    locked: bool | None = None,
) -> View:
    """Change a view; everybody's is an administrator's to change, or to make his own.

    `position` is its place among everybody's views or among one's own, from 0. KebuError `view_locked` for anything but
    unlocking and moving one that is locked.
    """
    view = _own(actor, pk)
    if locked is not None and locked != view.locked:
        actor.require("manage_fields")
        view.locked = locked
    elif view.locked and (name, spec, shared) != (None, None, None):
        raise KebuError("view_locked", status=409, name=label_in(view.names, actor.language))
    if name is not None:
        view.names = {**view.names, actor.language: _name(name)}
    if spec is not None:
        _check(actor, view.object, view.kind, spec)
        view.spec = dict(spec)
        _want_indexes(view.object, spec)
    if shared is not None and shared != (view.owner_id is None):
        actor.require("manage_fields")
        if not shared:
            _require_another(view)
        view.owner_id = None if shared else actor.user_id
        position = View.objects.count() if position is None else position
    if view.locked and view.owner_id is not None:
        raise KebuError("bad_view")  # nobody else could change it anyway
    view.version += 1
    with transaction.atomic():
        if position is not None:
            _place(view, position)
        view.save()
    return view


def _place(view: View, position: int | None) -> None:
    """Put a view among those that stand beside it, last where None says where; the caller saves it."""
    beside = list(View.objects.filter(object=view.object, owner_id=view.owner_id).exclude(pk=view.pk))
    beside.insert(len(beside) if position is None else position, view)
    for place, one in enumerate(beside):
        if one is not view and one.position != place:
            View.objects.filter(pk=one.pk).update(position=place)
        one.position = place


def delete(actor: Actor, pk: int) -> None:
    """Delete a view; the last one of everybody's stays, or there would be no table to open."""
    view = _own(actor, pk)
    if view.locked:
        raise KebuError("view_locked", status=409, name=label_in(view.names, actor.language))
    if view.owner_id is None:
        _require_another(view)
    view.delete()
    if indexes.are_there(indexes.used_by(catalog(), view.object, view.spec)):
        enqueue("records.settle_indexes", {})


def show(field: Field) -> None:
    """Put a new field at the end of everybody's views, in the caller's transaction; one that names no columns shows
    all of them anyway, one that is locked stays as it is."""
    views = View.objects.filter(object=field.object, owner_id=None, locked=False)
    for view in views.select_for_update().order_by("id"):
        shown = view.spec.get("fields") or []
        if shown and len(shown) < query.MAX_FIELDS:
            view.spec = {**view.spec, "fields": [*shown, field.key]}
            view.version += 1
            view.save(update_fields=["spec", "version"])


def forget(field: Field) -> None:
    """A field is gone: so will its index be."""
    if indexes.are_there([field]):
        enqueue("records.settle_indexes", {})


def _require_another(view: View) -> None:
    """KebuError `last_view` for the only one that everybody has."""
    if View.objects.filter(object=view.object, owner_id=None).count() == 1:
        raise KebuError("last_view", status=409)


def _own(actor: Actor, pk: int) -> View:
    view = find(actor, pk)
    if view.owner_id is None:
        actor.require("manage_fields")
    return view


def _name(name: str) -> str:
    cleaned = " ".join(name.split())[:100]
    if not cleaned:
        raise KebuError("name_missing", field="name")
    return cleaned


def _check(actor: Actor, object_key: str, kind: str, spec: Mapping[str, Any]) -> None:
    """A spec is saved only when it can be opened by the one who saves it."""
    if not set(spec) <= _PARTS | kinds.part_of(kind):
        raise KebuError("bad_view")
    widths, frozen, rows = spec.get("widths") or {}, spec.get("frozen", 0), spec.get("frozen_rows", 0)
    good = (
        isinstance(widths, dict)
        and all(isinstance(px, int) and 20 <= px <= 2000 for px in widths.values())
        and isinstance(frozen, int)
        and 0 <= frozen <= 50
        and type(rows) is int
        and 0 <= rows <= MAX_FROZEN_ROWS
        and spec.get("row_height", ROW_HEIGHTS[0]) in ROW_HEIGHTS
        and isinstance(spec.get("count", False), bool)
    )
    if not good:
        raise KebuError("bad_view")
    ask = query.asking(actor, object_key)
    asked = ViewSpec.of(spec)
    query.queryset(ask, asked)
    colors.check(ask, spec.get("colors", []))
    for key in (*asked.fields, *widths):
        ask.shown(key)
    kinds.check(ask, kind, spec)


def _want_indexes(object_key: str, spec: Mapping[str, Any]) -> None:
    if indexes.are_missing(object_key, spec):
        enqueue("records.settle_indexes", {})


def as_json(actor: Actor, view: View) -> dict[str, Any]:
    """A view as programs see it; with the number of its rows where its spec asks for one.

    A field that the person does not see, or that is gone, is left out of the columns, and so are colours that need it.
    """
    fields = permissions.fields(actor, catalog(), view.object)
    read = permissions.read(actor, catalog(), view.object)
    spec = kinds.seen(view.kind, view.spec, fields if view.kind == kinds.FORM else read)
    spec["fields"] = [key for key in spec.get("fields", ()) if key in fields]
    spec["widths"] = {key: px for key, px in spec.get("widths", {}).items() if key in fields}
    if "colors" in spec:
        spec["colors"] = colors.apply_to(read, spec["colors"])
    return {
        "id": view.pk,
        "object": view.object,
        "key": view.key or None,
        "name": label_in(view.names, actor.language),
        "kind": view.kind,
        "spec": spec,
        "owner": view.owner_id,
        "position": view.position,
        "locked": view.locked,
        "version": view.version,
        "count": _count(actor, view) if spec.get("count") else None,
    }


def _count(actor: Actor, view: View) -> int | None:
    ask = query.asking(actor, view.object)
    try:
        return len(
            snapshots.make(ask, ViewSpec.of({"filter": view.spec.get("filter"), "sort": view.spec.get("sort")}))[1]
        )
    except KebuError:  # it names a field that is gone
        return None
