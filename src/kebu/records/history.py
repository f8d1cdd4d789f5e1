"""What happened: a record's timeline, and taking a ChangeSet back."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from django.db.models import Q

from kebu.accounts.actor import Actor
from kebu.core.errors import KebuError, not_found
from kebu.fields.masks import mask
from kebu.fields.registry import Catalog, Field, ObjectType, catalog
from kebu.records import cells, leading, merging, permissions
from kebu.records.models import Change, ChangeSet, Merged
from kebu.records.plain import from_plain, plain_of
from kebu.records.write import Edit, Write

# A ChangeSet larger than this is taken back by a job, in parts.
AT_ONCE = 2000
TIMELINE = 200
# As much of a title as tells a record from others.
LABEL = 200
# An update of nothing but the place of a row, as people read it.
MOVE = "move"
# A deletion that made the record a part of another one.
MERGE = "merge"
PART = 500


def timeline(
    actor: Actor,
    object_key: str,
    pk: int,
    *,
    before: int | None = None,
    action: str | None = None,
    person: int | None = None,
    key: str | None = None,
) -> list[dict[str, Any]]:
    """The newest changes of a record, of its children and of what was merged into it, newest first, at most `TIMELINE`;
    older ones by `before`.

    Of one action, by one person or of one field (`key`) only, where that is asked for.
    """
    known = catalog()
    one = known.object(object_key)
    if not permissions.seen(actor, one, [pk]):
        raise not_found()
    asked = permissions.field(actor, known, object_key, key) if key is not None else None
    merged = leading.below(one, [pk]).get(pk, {})
    wanted = Q(object=object_key, record__in=[pk, *permissions.seen(actor, one, merged)])
    if asked:
        wanted &= Q(values__has_key=asked.key)
    for child, relation in one.children:
        below = known.object(child)
        either = permissions.visible(actor, below) | permissions.visible(actor, below, trashed=True)
        ids = below.model.objects.filter(either, **{f"{relation}_id": pk}).values("id")
        there = Q(object=child, record__in=ids)
        if asked is None:
            wanted |= there
        elif asked.relation and asked.relation.target == child:
            wanted |= there & Q(values__has_key=asked.stored.key)
    changes = Change.objects.filter(wanted).select_related("change_set__actor").order_by("-id")
    if before is not None:
        changes = changes.filter(id__lt=before)
    if action is not None:
        changes = changes.filter(action=action)
    if person is not None:
        changes = changes.filter(change_set__actor_id=person)
    return entries(actor, known, list(changes[:TIMELINE]))


def entries(actor: Actor, known: Catalog, changes: Sequence[Change]) -> list[dict[str, Any]]:
    """Changes of records that the person sees, as he reads them; their change sets and actors are loaded."""
    labels, briefs = _labels(actor, known, changes), _briefs(actor, known, changes)
    merged = _merged(changes)
    told = [_entry(actor, known, change, labels) | {"brief": briefs.get(change.pk, {})} for change in changes]
    return [one | {"action": MERGE} if one["id"] in merged else one for one in told]


def _merged(changes: Sequence[Change]) -> set[int]:
    """Those that deleted a record because it was merged into another."""
    gone = [change for change in changes if change.action == "delete"]
    deleted = {(change.change_set_id, change.object, change.record): change.pk for change in gone}
    if not deleted:
        return set()
    rows = Merged.objects.filter(change_set__in={change_set for change_set, _, _ in deleted})
    return {deleted[key] for key in rows.values_list("change_set_id", "object", "record") if key in deleted}


def _briefs(actor: Actor, known: Catalog, changes: Sequence[Change]) -> dict[int, dict[str, Any]]:
    """What a made record is about, by change: a creation itself says nothing. Cells by field key, as they are now."""
    found: dict[int, dict[str, Any]] = {}
    for key in {change.object for change in changes}:
        one, seen = known.object(key), permissions.fields(actor, known, key)
        fields = [seen[name] for name in one.brief if name in seen]
        made = {change.record: change.pk for change in changes if change.object == key and change.action == "create"}
        if fields and made:
            for pk, _, *held in cells.rows(actor, known, one, list(made), fields):
                told = zip(fields, held, strict=True)
                found[made[pk]] = {field.key: cell for field, cell in told if cell is not None}
    return found


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
    return titles(actor, known, wanted)


def titles(actor: Actor, known: Catalog, wanted: Mapping[str, Iterable[int]]) -> dict[tuple[str, int], str]:
    """The titles of records by object and id, of those that the person sees."""
    found = {}
    for key, ids in wanted.items():
        one = known.object(key)
        shown = permissions.seen(actor, one, ids)
        for pk, label in one.model.objects.filter(id__in=shown).values_list("id", one.title):
            found[key, pk] = permissions.titled(actor, known, one, label)[:LABEL]
    return found


def _entry(actor: Actor, known: Catalog, change: Change, labels: dict[tuple[str, int], str]) -> dict[str, Any]:
    by = change.change_set.actor
    seen = permissions.fields(actor, known, change.object)
    return {
        "id": change.pk,
        "change_set": change.change_set_id,
        "at": moment(change.change_set.at),
        "actor": {"id": by.pk, "name": by.name} if by else None,
        "via": change.change_set.via,
        "action": MOVE if set(change.values) == {"place"} else change.action,
        "object": change.object,
        "record": {"id": change.record, "label": labels.get((change.object, change.record), "")},
        "label": change.change_set.label,
        "changes": [
            {
                "field": key,
                "label": seen[key].label(actor.language),
                "old": shown(seen[key], old, labels, actor),
                "new": shown(seen[key], new, labels, actor),
            }
            for key, (old, new) in change.values.items()
            # What the program computed is not what somebody did.
            if key in seen and not seen[key].readonly
        ],
        "can_undo": may_undo(actor, change.change_set),
    }


def moment(at: datetime) -> str:
    """A moment as the API writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def shown(field: Field, plain: Any, labels: Mapping[tuple[str, int], str], actor: Actor) -> str:
    """A plain value as a person reads it; of a masked field its mask."""
    if field.masked:
        return mask(field.stored.kind, shown(replace(field, masked=False), plain, labels, actor)) or ""
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


def may_undo(actor: Actor, done: ChangeSet) -> bool:
    """Whether the person may take it back: his own, any for an administrator, unless it is back already."""
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
        merging.turn(write, done.pk)
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
    with Write(actor.by("undo"), known, change_set=under) as write:
        merging.turn(write, done.pk)
    ChangeSet.objects.filter(pk=done.pk).update(state=ChangeSet.UNDONE)


@dataclass
class Plan:
    """What taking changes back comes to, in the order in which it is done: a step is an act on records of an object.

    `returning` comes after what is restored: records that had followed a merged one go back with it, also those that
    the person does not see. By object, with the ids of those that he does.
    """

    steps: list[tuple[Literal["restore", "update", "remove"], str, list[Edit]]] = field(default_factory=list)
    returning: list[tuple[str, list[Edit], set[int]]] = field(default_factory=list)
    conflicts: list[dict[str, Any]] = field(default_factory=list)


def plan(actor: Actor, known: Catalog, changes: Sequence[Change], *, under: int | None = None) -> Plan:
    """How changes, newest first, would be taken back now; `under` is the ChangeSet of the undo that is at work.

    What was overtaken by later changes is in `conflicts`.
    """
    found = Plan()
    follows = merging.returning(actor, known, changes[0].change_set_id) if changes else None
    along: dict[str, tuple[list[Change], set[int]]] = {}
    of: dict[str, list[Change]] = {}
    for change in changes:
        of.setdefault(change.object, []).append(change)
    actions: dict[tuple[str, str], list[Change]] = {}
    for key, group in of.items():
        seen = permissions.seen(actor, known.object(key), {change.record for change in group})
        along[key] = ([change for change in group if follows and follows(change)], seen)
        moved = {change.pk for change in along[key][0]}
        group = [change for change in group if change.pk not in moved]
        for change in group:
            if change.record in seen:
                actions.setdefault((change.action, key), []).append(change)
        # What somebody else has by now stays with him; whatever he did to it, the answer is the same.
        gone = dict.fromkeys(change.record for change in group if change.record not in seen)
        found.conflicts += [{"object": key, "id": pk, "reason": "not_seen"} for pk in gone]
    back: dict[str, set[int]] = {key: set() for key in of}
    away: dict[str, set[int]] = {key: set() for key in of}
    # What was deleted comes back before it is written to; what had come, or come back, goes last, when nothing points
    # at it.
    for action in ("delete", "update", "restore", "create"):
        if action == "update":
            for key, (followed, seen) in along.items():
                edits = _edits_back(None, known, known.object(key), followed, back, found, seen=seen)
                found.returning.append((key, edits, seen))
        for (done, key), group in actions.items():
            if done != action:
                continue
            one = known.object(key)
            if action == "delete":
                ids = _still(one, group, deleted=True)
                back[key].update(ids)
                found.steps.append(("restore", key, [Edit(pk, {}) for pk in ids]))
                continue
            if action == "update":
                found.steps.append(("update", key, _edits_back(actor, known, one, group, back, found)))
                continue
            present = (set(_still(one, group, deleted=False)) | back[key]) - away[key]
            ids = list(dict.fromkeys(change.record for change in group if change.record in present))
            changed = _changed_since(known, one, ids, group, under)
            found.conflicts += [{"object": key, "id": pk, "reason": "changed_since"} for pk in ids if pk in changed]
            away[key].update(pk for pk in ids if pk not in changed)
            found.steps.append(("remove", key, [Edit(pk, {}) for pk in ids if pk not in changed]))
    return found


def _take_back(write: Write, known: Catalog, changes: Sequence[Change]) -> tuple[int, list[dict[str, Any]]]:
    """Undo changes, newest first; answers how many, and which were overtaken by later ones."""
    found = plan(write.actor, known, changes, under=write.change_set_id_or_none)
    undone = 0
    for act, key, edits in found.steps:
        if act == "restore":
            write.restore(key, [edit.id for edit in edits])
            undone += len(edits)
    for key, edits, seen in found.returning:
        write.update(key, edits, system=True)
        undone += sum(edit.id in seen for edit in edits)
    for act, key, edits in found.steps:
        if act == "restore":
            continue
        if act == "update":
            write.update(key, edits)
        else:
            # Children have gone with their parents, a step before.
            there = _present(known.object(key), [edit.id for edit in edits], deleted=False)
            edits = [edit for edit in edits if edit.id in there]
            write.delete(key, edits)
        undone += len(edits)
    return undone, found.conflicts


def _changed_since(
    known: Catalog, one: ObjectType, ids: Sequence[int], made: Sequence[Change], under: int | None
) -> set[int]:
    """Those of the records made (or restored) by these changes of a ChangeSet that somebody changed since: his work is
    kept.

    A change that was taken back is nobody's work: whoever undoes step by step comes to the beginning.
    """
    later = (
        Change.objects.filter(object=one.key, record__in=ids, action="update", id__gt=min(each.pk for each in made))
        .exclude(change_set_id=under or 0)
        .exclude(change_set_id=made[0].change_set_id)
        .exclude(change_set__via="system")
        .order_by("id")
    )
    net: dict[tuple[int, str], tuple[Any, Any]] = {}
    for pk, values in later.values_list("record", "values"):
        for key, (old, new) in values.items():
            net[pk, key] = (net.get((pk, key), (old, None))[0], new)
    moved = {key for key, (before, now) in net.items() if before != now}
    changed = set()
    for pk, key in moved:
        relation = key.partition(".")[0]
        if relation == key or (pk, relation) in moved:
            changed.add(pk)
            continue
        # What a lookup showed went with the record behind it, then the relation itself is as it was; or it is as it was
        # there, where it was taken back.
        if (pk, relation) not in net and _behind(known, one, pk, key) != net[pk, key][0]:
            changed.add(pk)
    return changed


def _behind(known: Catalog, one: ObjectType, pk: int, key: str) -> Any:
    """The plain value that a record shows through a lookup now."""
    lookup = known.fields[one.key].get(key)
    if lookup is None or lookup.relation is None:
        return None
    target = known.object(lookup.relation.target or "").model
    columns = [item.attname for item in target._meta.concrete_fields]
    at = one.model.objects.filter(pk=pk).values(lookup.relation.attribute)
    row = target.objects.filter(pk__in=at).values(*columns).first()
    return plain_of(row, lookup.stored) if row else None


def _edits_back(
    actor: Actor | None,
    known: Catalog,
    one: ObjectType,
    group: Sequence[Change],
    back: Mapping[str, set[int]],
    found: Plan,
    *,
    seen: Collection[int] | None = None,
) -> list[Edit]:
    """The old values of records that are there, or will be `back`. A conflict is told of all, or of those that are
    `seen`. Without an actor it is the program that writes."""
    columns = [item.attname for item in one.model._meta.concrete_fields]
    fields = permissions.fields(actor, known, one.key) if actor else {}
    present = set(_still(one, group, deleted=False)) | back[one.key]
    rows = {row["id"]: row for row in one.model.objects.filter(id__in=present).values(*columns)}
    lost = _lost(known, one, group, back)
    edits = []

    def tell(pk: int, reason: str, **more: str) -> None:
        if seen is None or pk in seen:
            found.conflicts.append({"object": one.key, "id": pk, **more, "reason": reason})

    for change in group:
        row = rows.get(change.record)
        if row is None:
            tell(change.record, "deleted_since")
            continue
        values = {}
        for key, (old, new) in change.values.items():
            held = known.fields[one.key].get(key)
            # A lookup's entry only mirrors the change of the record behind it; a computed one follows by itself.
            if held is None or held.relation or held.readonly:
                continue
            # What he may not write stays as it is; what nobody sees, such as a place, comes back with the rest.
            if actor and not held.internal and (key not in fields or fields[key].readonly):
                continue
            if plain_of(row, held) == new:
                if isinstance(old, int) and old in lost.get(key, ()):
                    tell(change.record, "deleted_since", field=key)
                else:
                    values[key] = from_plain(held, old)
            elif plain_of(row, held) != old:
                tell(change.record, "changed_since", field=key)
        if values:
            edits.append(Edit(change.record, values))
    return edits


def _lost(
    known: Catalog, one: ObjectType, group: Sequence[Change], back: Mapping[str, set[int]]
) -> dict[str, set[int]]:
    """By relation the records that it once named and that are not there: as it was it cannot be any more."""
    named: dict[str, set[int]] = {}
    for change in group:
        for key, (old, _) in change.values.items():
            held = known.fields[one.key].get(key)
            if held and held.kind == "relation" and not held.relation and isinstance(old, int):
                named.setdefault(key, set()).add(old)
    lost = {}
    for key, ids in named.items():
        target = known.object(known.field(one.key, key).target or "")
        lost[key] = ids - _present(target, list(ids), deleted=False) - back.get(target.key, set())
    return lost


def _still(one: ObjectType, group: Sequence[Change], *, deleted: bool) -> list[int]:
    ids = list(dict.fromkeys(change.record for change in group))
    there = _present(one, ids, deleted=deleted)
    return [pk for pk in ids if pk in there]


def _present(one: ObjectType, ids: Sequence[int], *, deleted: bool) -> set[int]:
    return set(one.model.objects.filter(id__in=ids, deleted_at__isnull=not deleted).values_list("id", flat=True))
