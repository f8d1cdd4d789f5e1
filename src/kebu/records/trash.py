"""The trash: what was deleted, by whom, until when it can come back; bringing it back, letting it go for good."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q

from kebu.accounts.actor import SYSTEM, Actor
from kebu.audit.log import note
from kebu.core.errors import KebuError, not_found
from kebu.fields.registry import Catalog, ObjectType, catalog
from kebu.records import history, merging, permissions, query
from kebu.records.write import MAX_BATCH, Write

KEPT = timedelta(days=30)
MAX_PAGE = 500
# Records that one transaction removes for good: other writers wait for no more than a moment.
_PART = 500


def listed(actor: Actor, object_key: str, *, words: str, offset: int, limit: int) -> dict[str, Any]:
    """The trash of an object as this person may empty or undo it, latest first: `{"count", "rows"}`.

    A record that went with another one is not listed by itself: it comes back with it.
    KebuError `not_allowed` for who may not delete.
    """
    actor.require("write")
    known = catalog()
    one = known.object(object_key)
    found = _trashed(actor, known, one)
    if words:
        found = found.filter(query.found_by(query.asking(actor, object_key), words))
    order = found.order_by("-deleted_at", "-id")
    page = list(
        order.values_list("id", one.title, "number", "deleted_at", "updated_by_id", "updated_by__name")[
            offset : offset + limit
        ]
    )
    along = _along(known, one, {row[0]: row[3] for row in page})
    now = datetime.now(UTC)
    rows = [
        {
            "id": pk,
            "label": permissions.titled(actor, known, one, title),
            "number": number or "",
            "deleted_at": history.moment(deleted_at),
            "deleted_by": {"id": by, "name": name} if by else None,
            "days_left": max(0, -(-(deleted_at + KEPT - now) // timedelta(days=1))),
            "with": {key: len(ids) for key, of in along.items() if (ids := of.get(pk))},
        }
        for pk, title, number, deleted_at, by, name in page
    ]
    return {"count": found.count(), "rows": rows}


def restore(actor: Actor, object_key: str, ids: Sequence[int], *, label: str = "") -> int:
    """Bring records back with what went with them; answers the id of the ChangeSet, so that it can be undone.

    KebuError `not_found` unless the person sees every one in the trash, `parent_in_trash` (409) for one that belongs to
    a record in the trash.
    """
    _require_few(ids)
    known = catalog()
    one = known.object(object_key)
    with Write(actor, known, label=label) as write:
        permissions.require_seen(actor, one, list(ids), trashed=True)
        if len(bring_back(write, object_key, ids)) < len(set(ids)):
            raise KebuError("parent_in_trash", status=409)
    return write.change_set_id


def bring_back(write: Write, object_key: str, ids: Sequence[int]) -> list[int]:
    """Bring back, in a larger act, those of these records that lie in the trash by themselves; answers which."""
    if not ids:
        return []
    one = write.known.object(object_key)
    found = _trashed(write.actor, write.known, one).filter(id__in=list(ids))
    moments = dict(found.values_list("id", "deleted_at"))
    along = _along(write.known, one, moments)
    write.restore(object_key, list(moments))
    for key, of in along.items():
        write.restore(key, [pk for pks in of.values() for pk in pks], system=True)
    merging.let_go(write, one, list(moments))
    return list(moments)


def purge(actor: Actor, object_key: str, ids: Sequence[int]) -> int:
    """Remove records of the trash for good, by an administrator's word; answers the id of the ChangeSet."""
    actor.require("manage_people")
    _require_few(ids)
    with Write(actor, catalog()) as write:
        write.purge(object_key, ids)
        note("purged", actor, object=dict(catalog().object(object_key).plural), rows=len(set(ids)))
    return write.change_set_id


def purge_due(object_key: str, now: datetime) -> int:
    """Remove some records of an object that were in the trash for 30 days at `now`; answers how many, 0 at the end.

    Each call is a transaction: begun again after a crash, or in two processes at once, each record goes once.
    """
    known = catalog()
    one = known.object(object_key)
    due = one.model.objects.filter(deleted_at__isnull=False, deleted_at__lte=now - KEPT).order_by("id")
    if not due.exists():  # asked first: on SQLite a transaction keeps all other writers out
        return 0
    with Write(SYSTEM, known, system=True) as write:
        ids = [row.pk for row in due.only("id").select_for_update()[:_PART]]
        if ids:
            write.purge(object_key, ids, system=True)
    return len(ids)


def _require_few(ids: Sequence[int]) -> None:
    if not ids:
        raise not_found()
    if len(ids) > MAX_BATCH:
        raise KebuError("batch_too_large", limit=MAX_BATCH)


def _trashed(actor: Actor, known: Catalog, one: ObjectType) -> Any:
    """What is in the trash by itself."""
    rows = one.model.objects.filter(permissions.visible(actor, one, trashed=True))
    for parent in known.objects.values():
        for child, relation in parent.children:
            if child == one.key:
                alone = Q(**{f"{relation}__isnull": True}) | Q(**{f"{relation}__deleted_at__isnull": True})
                rows = rows.filter(alone)
    return rows


def _along(known: Catalog, one: ObjectType, moments: dict[int, datetime]) -> dict[str, dict[int, list[int]]]:
    """The children that went with records in the same moment: by object, by record."""
    found: dict[str, dict[int, list[int]]] = {}
    for child, relation in one.children:
        of: dict[int, list[int]] = {}
        rows = known.object(child).model.objects.filter(**{f"{relation}__in": list(moments)}, deleted_at__isnull=False)
        for pk, parent, deleted_at in rows.order_by("id").values_list("id", f"{relation}_id", "deleted_at"):
            if deleted_at == moments[parent]:
                of.setdefault(parent, []).append(pk)
        if of:
            found[child] = of
    return found
