"""What happened: a record's timeline, and taking a ChangeSet back."""

from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any

from django.db.models import Q

from kebu.accounts.actor import Actor
from kebu.core.errors import KebuError, not_found
from kebu.fields.registry import Catalog, Field, ObjectType, catalog
from kebu.records import permissions
from kebu.records.models import Change, ChangeSet
from kebu.records.plain import from_plain, plain_of
from kebu.records.write import Edit, Write

# A ChangeSet larger than this is taken back by a job, in parts.
AT_ONCE = 2000
TIMELINE = 200
PART = 500


def timeline(actor: Actor, object_key: str, pk: int, *, before: int | None = None) -> list[dict[str, Any]]:
    """The newest changes of a record and of its children, newest first, at most `TIMELINE`; older ones by `before`."""
    known = catalog()
    one = known.object(object_key)
    if not permissions.seen(actor, one, [pk]):
        raise not_found()
    wanted = Q(object=object_key, record=pk)
    for child, relation in one.children:
        ids = known.object(child).model.objects.filter(**{f"{relation}_id": pk}).values("id")
        wanted |= Q(object=child, record__in=ids)
    changes = Change.objects.filter(wanted).select_related("change_set__actor").order_by("-id")
    if before is not None:
        changes = changes.filter(id__lt=before)
    found = list(changes[:TIMELINE])
    labels = _labels(actor, known, found)
    return [_entry(actor, known, change, labels) for change in found]


def _labels(actor: Actor, known: Catalog, changes: Sequence[Change]) -> dict[tuple[str, int], str]:
    """Titles of the records that changes speak of, and of the records that relations name in them.

    A record may have come from one that the person does not see: that one stays without a name.
    """
    wanted: dict[str, set[int]] = {}
    for change in changes:
        wanted.setdefault(change.object, set()).add(change.record)
        for key, pair in change.values.items():
            field = known.fields[change.object].get(key)
            if field and field.stored.kind == "relation":
                wanted.setdefault(field.stored.target or "", set()).update(x for x in pair if isinstance(x, int))
    found = {}
    for key, ids in wanted.items():
        one = known.object(key)
        shown = permissions.seen(actor, one, ids)
        for pk, label in one.model.objects.filter(id__in=shown).values_list("id", one.title):
            found[key, pk] = label or ""
    return found


def _entry(actor: Actor, known: Catalog, change: Change, labels: dict[tuple[str, int], str]) -> dict[str, Any]:
    by = change.change_set.actor
    seen = permissions.fields(actor, known, change.object)
    return {
        "id": change.pk,
        "change_set": change.change_set_id,
        "at": change.change_set.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "actor": {"id": by.pk, "name": by.name} if by else None,
        "via": change.change_set.via,
        "action": change.action,
        "object": change.object,
        "record": {"id": change.record, "label": labels.get((change.object, change.record), "")},
        "label": change.change_set.label,
        "changes": [
            {
                "field": key,
                "label": seen[key].label(actor.language),
                "old": _shown(seen[key], old, labels, actor),
                "new": _shown(seen[key], new, labels, actor),
            }
            for key, (old, new) in change.values.items()
            if key in seen
        ],
        "can_undo": _may_undo(actor, change.change_set),
    }


def _shown(field: Field, plain: Any, labels: dict[tuple[str, int], str], actor: Actor) -> str:
    """A plain value as a person reads it."""
    if isinstance(plain, dict):
        return str(plain.get("invalid", ""))
    stored = field.stored
    if stored.kind == "relation":
        return labels.get((stored.target or "", plain), "") if plain else ""
    if stored.kind == "person" and plain:
        return _person(plain)
    return stored.type.format(stored.type.value(plain), field, actor.language)


def _person(pk: int) -> str:
    from kebu.accounts.models import User

    return User.objects.filter(pk=pk).values_list("name", flat=True).first() or ""


def _may_undo(actor: Actor, done: ChangeSet) -> bool:
    own = done.actor_id == actor.user_id or actor.may("manage_people")
    return own and actor.may("write") and done.state == ChangeSet.DONE


def undoable(actor: Actor, change_set_id: int) -> ChangeSet:
    """The ChangeSet that this person may take back: his own, or any for an administrator; else `not_found`."""
    done = ChangeSet.objects.filter(pk=change_set_id).first()
    if done is None or not (done.actor_id == actor.user_id or actor.may("manage_people")):
        raise not_found()
    actor.require("write")
    if done.state == ChangeSet.UNDONE:
        raise KebuError("undone_already", status=409)
    if done.state == ChangeSet.WORKING:
        raise KebuError("still_working", status=409)
    return done


def undo(actor: Actor, change_set_id: int) -> dict[str, Any]:
    """Take a small ChangeSet back in one transaction; what was changed again since stays and is reported.

    Answers `{"change_set", "undone", "conflicts"}`. KebuError `too_large_at_once` above
    `AT_ONCE` records: those go by `undo_parts`.
    """
    done = undoable(actor, change_set_id)
    changes = list(done.changes.order_by("-id")[: AT_ONCE + 1])
    if len(changes) > AT_ONCE:
        raise KebuError("too_large_at_once")
    known = catalog()
    with Write(actor.by("undo"), known, undo_of=done, label=done.label) as write:
        undone, conflicts = _take_back(write, known, changes)
        ChangeSet.objects.filter(pk=done.pk).update(state=ChangeSet.UNDONE)
    return {"change_set": write.change_set_id_or_none, "undone": undone, "conflicts": conflicts}


def undo_parts(actor: Actor, done: ChangeSet) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """Take a ChangeSet of any size back, part by part, newest changes first; yields (records done, conflicts).

    Each part is a transaction of its own, all in one ChangeSet. May be broken off and begun again: what is back
    already is found to be so.
    """
    known = catalog()
    under = ChangeSet.objects.filter(undo_of=done).first()
    if under is None:
        with Write(actor.by("undo"), known, undo_of=done, label=done.label) as write:
            under = write.change_set
    last = None
    while True:
        changes = done.changes.order_by("-id")
        part = list((changes if last is None else changes.filter(id__lt=last))[:PART])
        if not part:
            break
        last = part[-1].pk
        with Write(actor.by("undo"), known, change_set=under) as write:
            yield _take_back(write, known, part)
    ChangeSet.objects.filter(pk=done.pk).update(state=ChangeSet.UNDONE)


def _take_back(write: Write, known: Catalog, changes: Sequence[Change]) -> tuple[int, list[dict[str, Any]]]:
    """Undo changes, newest first; answers how many, and which were overtaken by later ones."""
    conflicts: list[dict[str, Any]] = []
    undone = 0
    of: dict[str, list[Change]] = {}
    for change in changes:
        of.setdefault(change.object, []).append(change)
    actions: dict[tuple[str, str], list[Change]] = {}
    for key, group in of.items():
        seen = permissions.seen(write.actor, known.object(key), {change.record for change in group})
        for change in group:
            if change.record in seen:
                actions.setdefault((change.action, key), []).append(change)
        # What somebody else has by now stays with him; whatever he did to it, the answer is the same.
        gone = dict.fromkeys(change.record for change in group if change.record not in seen)
        conflicts += [{"object": key, "id": pk, "reason": "not_seen"} for pk in gone]
    # What was deleted comes back before it is written to; what was created goes last, when nothing points at it.
    for action in ("delete", "restore", "update", "create"):
        for (found, object_key), group in actions.items():
            if found == action:
                one = known.object(object_key)
                undone += _UNDO[action](write, known, one, group, conflicts)
    return undone, conflicts


def _undo_delete(
    write: Write, known: Catalog, one: ObjectType, group: Sequence[Change], conflicts: list[dict[str, Any]]
) -> int:
    ids = _still(one, group, deleted=True)
    write.restore(one.key, ids)
    return len(ids)


def _undo_create(
    write: Write, known: Catalog, one: ObjectType, group: Sequence[Change], conflicts: list[dict[str, Any]]
) -> int:
    """Created records go, but for those that somebody changed since: their work is kept and reported.

    A change that was taken back is nobody's work: whoever undoes step by step comes to the beginning.
    """
    ids = _still(one, group, deleted=False)
    later = (
        Change.objects.filter(object=one.key, record__in=ids, action="update")
        .exclude(change_set=write.change_set)
        .exclude(change_set_id=group[0].change_set_id)
        .exclude(change_set__via="system")
        .order_by("id")
    )
    net: dict[tuple[int, str], tuple[Any, Any]] = {}
    for pk, values in later.values_list("record", "values"):
        for key, (old, new) in values.items():
            net[pk, key] = (net.get((pk, key), (old, None))[0], new)
    moved = {key for key, (before, now) in net.items() if before != now}
    # What a lookup showed went with the record behind it: then the relation itself is as it was.
    changed = {
        pk for pk, key in moved if (pk, key.partition(".")[0]) in moved or (pk, key.partition(".")[0]) not in net
    }
    conflicts += [{"object": one.key, "id": pk, "reason": "changed_since"} for pk in ids if pk in changed]
    gone = [pk for pk in ids if pk not in changed]
    write.delete(one.key, [Edit(pk, {}) for pk in gone])
    return len(gone)


def _undo_update(
    write: Write, known: Catalog, one: ObjectType, group: Sequence[Change], conflicts: list[dict[str, Any]]
) -> int:
    present = set(_still(one, group, deleted=False))
    columns = [item.attname for item in one.model._meta.concrete_fields]
    rows = {row["id"]: row for row in one.model.objects.filter(id__in=present).values(*columns)}
    edits = []
    for change in group:
        row = rows.get(change.record)
        if row is None:
            conflicts.append({"object": one.key, "id": change.record, "reason": "deleted_since"})
            continue
        back = {}
        for key, (old, new) in change.values.items():
            field = known.fields[one.key].get(key)
            # A lookup's entry only mirrors the change of the record behind it; a computed one follows by itself.
            if field is None or field.relation or field.readonly:
                continue
            if plain_of(row, field) == new:
                back[key] = from_plain(field, old)
            elif plain_of(row, field) != old:
                conflicts.append({"object": one.key, "id": change.record, "field": key, "reason": "changed_since"})
        if back:
            edits.append(Edit(change.record, back))
    write.update(one.key, edits)
    return len(edits)


def _still(one: ObjectType, group: Sequence[Change], *, deleted: bool) -> list[int]:
    ids = list(dict.fromkeys(change.record for change in group))
    found = set(one.model.objects.filter(id__in=ids, deleted_at__isnull=not deleted).values_list("id", flat=True))
    return [pk for pk in ids if pk in found]


_UNDO = {"delete": _undo_delete, "restore": _undo_create, "update": _undo_update, "create": _undo_create}
