"""Records that are one and the same made one: side by side, field by field, in one ChangeSet.

One record stays. What points at the others points at it then, they go to the trash, and their numbers lead to it. What
no history holds of a record – comments, shares, ids of other systems – goes along by `follower`, and comes back with an
undo, which is the ordinary one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kebu.accounts.actor import Actor
from kebu.core import db
from kebu.core.errors import KebuError
from kebu.fields.registry import Catalog, Field, ObjectType, Row, catalog
from kebu.fields.types import LIST_LIMIT, LONG_TEXT_LIMIT
from kebu.records import cells, permissions, search
from kebu.records.models import Change, ChangeSet, Merged
from kebu.records.plain import cell_of, from_plain, plain_of
from kebu.records.write import MAX_BATCH, Edit, Write, Written

MAX_RECORDS = 10
#: Instead of a record: what all of them say, together.
ALL = "all"
_LISTS = ("tags", "choices")

Follower = Callable[[Actor, ObjectType, int, int, Sequence[int] | None], list[int]]
"""Makes what is kept of one record another's, in the caller's transaction: `(actor, object, from, to, ids)`. Answers
the ids of what went. With `ids` it goes back: these and nothing else, where they still are."""
_followers: dict[str, Follower] = {}


def follower(name: str) -> Callable[[Follower], Follower]:
    """Register what goes along with a merged record; `name` stands in the database."""

    def keep(go: Follower) -> Follower:
        _followers[name] = go
        return go

    return keep


@dataclass(frozen=True)
class _Told:
    """A field of records that are to be merged: their plain values, the one that `stays` first, then newest first."""

    field: Field
    stays: int
    plains: Mapping[int, Any]

    @property
    def filled(self) -> list[int]:
        return [pk for pk, plain in self.plains.items() if not _is_blank(plain)]

    @property
    def differs(self) -> bool:
        """Whether the records do not all say the same."""
        return any(plain != self.plains[self.stays] for plain in self.plains.values())

    @property
    def fixed(self) -> bool:
        """Whether what stands in the record that stays may only be written where it is blank."""
        return self.field.once and not _is_blank(self.plains[self.stays])

    def default(self) -> int | str:
        """What stays unless somebody chooses: lists and long texts of all, else the value of the record that stays, or
        the newest where that has none. Blank never wins."""
        filled = self.filled
        if not filled or self.fixed:
            return self.stays
        return filled[0] if self.joined() is None else ALL

    def joined(self) -> Any:
        """The plain value of all records together; None where their kind, their number or their length forbids."""
        said = [self.plains[pk] for pk in self.filled]
        if self.fixed or not self.differs or len(said) < 2 or any(isinstance(one, dict) for one in said):
            return None
        if self.field.kind in _LISTS:
            whole = list(dict.fromkeys(each for one in said for each in one))
            return whole if len(whole) <= LIST_LIMIT else None
        if self.field.kind == "long_text":
            parts = [one for n, one in enumerate(said) if not any(one in other for other in said[:n])]
            text = "\n".join(parts)
            return text if len(parts) > 1 and len(text) <= LONG_TEXT_LIMIT else None
        return None

    def chosen(self, choice: int | str) -> Any:
        """The plain value that a choice means. KebuError `bad_merge_choice`."""
        plain = self.plains.get(choice) if isinstance(choice, int) else self.joined()
        if _is_blank(plain) and (self.filled or choice not in self.plains):
            raise KebuError("bad_merge_choice", field=self.field.key)
        return plain


def preview(actor: Actor, object_key: str, ids: Sequence[int], *, keep: int | None = None) -> dict[str, Any]:
    """Records side by side: `{"keep", "records", "fields", "follows"}`; nothing is changed.

    Without `keep` the one stays that says most, of equals the one changed last. `fields` are those that the person may
    choose of, with what stays by default (a record's id, or `ALL`) and the cell of all `joined`. KebuError `not_found`,
    `not_allowed` where he may not change the one or delete the others, `merge_needs_two`, `merge_too_many`.
    """
    actor.require("write")
    known = catalog()
    one = known.object(object_key)
    wanted = _wanted(ids)
    permissions.require_seen(actor, one, wanted)
    stay = [pk for pk in wanted if (keep is None or keep == pk) and _may(actor, one, pk, wanted)]
    if not stay:
        raise KebuError("not_allowed", status=403)
    rows = _rows(one, wanted)
    fields = _fields(actor, known, one, rows)

    def fullness(pk: int) -> Any:
        said = sum(not _is_blank(plain_of(rows[pk], field)) for field in fields)
        return said, rows[pk]["updated_at"], -pk

    stays = max(stay, key=fullness)
    shown = list(permissions.fields(actor, known, object_key).values())
    found = cells.rows(actor, known, one, wanted, shown)
    return {
        "keep": stays,
        "records": [
            {
                "id": pk,
                "version": version,
                "may_stay": _may(actor, one, pk, wanted),
                "values": {field.key: cell for field, cell in zip(shown, held, strict=True)},
            }
            for pk, version, *held in found
        ],
        "fields": [
            {
                "key": told.field.key,
                "default": told.default(),
                "differs": told.differs,
                "fixed": told.fixed,
                "joined": cell_of(told.field, told.joined()),
            }
            for told in _told(fields, rows, stays)
            if told.filled
        ],
        "follows": _follows(actor, known, one, [pk for pk in wanted if pk != stays]),
    }


def merge(
    actor: Actor,
    object_key: str,
    keep: int,
    versions: Mapping[int, int],
    choices: Mapping[str, int | str],
    *,
    label: str = "",
) -> tuple[Written, int]:
    """Make the records of `versions` one, which is `keep`; with the id of the ChangeSet.

    `choices` says by field whose value stays (a record's id, or `ALL`); what it does not name stays as `preview` says.
    KebuError as there, `changed_meanwhile` (409, `records` names which) unless all have these versions,
    `bad_merge_choice`, `merge_too_large` where more hangs on them than one step may move.
    """
    actor.require("write")
    known = catalog()
    one = known.object(object_key)
    wanted = _wanted(versions)
    if keep not in versions:
        raise KebuError("merge_needs_two")
    others = [pk for pk in wanted if pk != keep]
    with Write(actor, known, label=label) as write:
        permissions.require_seen(actor, one, wanted)
        permissions.require_seen(actor, one, [keep], verb="change")
        permissions.require_seen(actor, one, others, verb="delete")
        rows = _rows(one, wanted, lock=True)
        stale = [pk for pk in wanted if pk not in rows or rows[pk]["version"] != versions[pk]]
        if stale:
            raise KebuError("changed_meanwhile", status=409, details={"records": stale})
        values = _chosen(actor, known, one, rows, keep, choices)
        _move(write, one, rows[keep], others, own=False)
        (kept,) = write.update(object_key, [Edit(keep, values)])
        _move(write, one, _rows(one, [keep])[keep], others, own=True)
        write.delete(object_key, [Edit(pk, {}) for pk in others])
        Merged.objects.filter(object=one.key, record__in=wanted, active=True).update(active=False)
        for pk in others:
            Merged.objects.create(
                change_set_id=write.change_set_id,
                object=one.key,
                record=pk,
                number=rows[pk]["number"] or "",
                into=keep,
                moved=_go(actor, one, pk, keep),
            )
        _index(known, one, [keep])
    return kept, write.change_set_id


def _wanted(ids: Sequence[int] | Mapping[int, int]) -> list[int]:
    wanted = sorted(set(ids))
    if len(wanted) < 2:
        raise KebuError("merge_needs_two")
    if len(wanted) > MAX_RECORDS:
        raise KebuError("merge_too_many", limit=MAX_RECORDS)
    return wanted


def _may(actor: Actor, one: ObjectType, keep: int, wanted: Sequence[int]) -> bool:
    """Whether the person may let one of them stay: change it, and delete the others."""
    return permissions.may_change(actor, one, keep) and all(
        permissions.may_change(actor, one, pk, verb="delete") for pk in wanted if pk != keep
    )


def _rows(one: ObjectType, ids: Sequence[int], *, lock: bool = False) -> dict[int, Row]:
    found = one.model.objects.filter(id__in=ids, deleted_at__isnull=True)
    if lock and db.is_postgres():
        # Two who want the same records wait for each other in the same order.
        found = found.select_for_update(of=("self",)).order_by("id")
    columns = [item.attname for item in one.model._meta.concrete_fields]
    return {row["id"]: row for row in found.values(*columns)}


# -- which value stays ---------------------------------------------------------------------------------------------


def _fields(actor: Actor, known: Catalog, one: ObjectType, rows: Mapping[int, Row]) -> list[Field]:
    """The fields of which the person may choose: those that he reads as they are and may write. Of all others the
    record that stays keeps its own."""
    return [
        field
        for field in permissions.read(actor, known, one.key).values()
        if not (field.relation or field.readonly or field.kind == "auto_number")
        and _sees_targets(actor, known, field, rows)
    ]


def _sees_targets(actor: Actor, known: Catalog, field: Field, rows: Mapping[int, Row]) -> bool:
    """Whether the person sees each record that a relation names."""
    if field.kind != "relation":
        return True
    target = known.object(field.target or "")
    named = {pk for row in rows.values() if (pk := row[field.attribute or ""]) is not None}
    return not named or len(permissions.seen(actor, target, named)) == len(named)


def _told(fields: Sequence[Field], rows: Mapping[int, Row], keep: int) -> list[_Told]:
    others = sorted((pk for pk in rows if pk != keep), key=lambda pk: (rows[pk]["updated_at"], pk), reverse=True)
    return [_Told(field, keep, {pk: plain_of(rows[pk], field) for pk in (keep, *others)}) for field in fields]


def _chosen(
    actor: Actor,
    known: Catalog,
    one: ObjectType,
    rows: Mapping[int, Row],
    keep: int,
    choices: Mapping[str, int | str],
) -> dict[str, Any]:
    """The clean values that the record that stays gets; only those that are not its own."""
    told = {each.field.key: each for each in _told(_fields(actor, known, one, rows), rows, keep)}
    for key in choices:
        if key not in told:
            permissions.writable(actor, known, one.key, key)
            raise permissions.unknown(key)
    values = {}
    for key, each in told.items():
        plain = each.chosen(choices.get(key, each.default()))
        if plain != each.plains[keep]:
            values[key] = from_plain(each.field, plain)
    return values


def _is_blank(plain: Any) -> bool:
    return plain is None or plain in ("", [])


# -- what follows --------------------------------------------------------------------------------------------------


def _pointing(known: Catalog, one: ObjectType) -> list[tuple[ObjectType, Field]]:
    return [
        (other, field)
        for other in known.objects.values()
        for field in other.fields
        if field.kind == "relation" and field.target == one.key
    ]


def _follows(actor: Actor, known: Catalog, one: ObjectType, others: Sequence[int]) -> list[dict[str, Any]]:
    """How many records of which object go along, of those that the person sees."""
    counts: dict[str, int] = {}
    for pk in others:
        for told in cells.pointing(actor, known, one, pk):
            counts[told["object"]] = counts.get(told["object"], 0) + told["count"]
    return [{"object": key, "count": count} for key, count in counts.items() if count]


def _move(write: Write, one: ObjectType, keep: Row, others: Sequence[int], *, own: bool) -> None:
    """Let what points at the others point at the one that stays, whoever sees it: as with a deletion nothing is left
    behind. `own`: relations by which a record names one of its own, which only the one to whom that belongs may."""
    total = 0
    for other, field in _pointing(write.known, one):
        if (field.back is not None) != own:
            continue
        rows = other.model.objects.filter(**{f"{field.attribute}__in": others}, deleted_at__isnull=True)
        if field.back:
            rows = rows.filter(pk=keep[write.known.field(one.key, field.back).attribute or ""])
        if other.key == one.key:
            rows = rows.exclude(pk__in=[keep["id"], *others])
        ids = list(rows.order_by("id").values_list("id", flat=True)[: MAX_BATCH + 1])
        total += len(ids)
        if total > MAX_BATCH:
            raise KebuError("merge_too_large", limit=MAX_BATCH)
        write.update(other.key, [Edit(pk, {field.key: keep["id"]}) for pk in ids], system=True)


def _go(actor: Actor, one: ObjectType, old: int, new: int) -> dict[str, list[int]]:
    return {name: ids for name, go in _followers.items() if (ids := go(actor, one, old, new, None))}


def _index(known: Catalog, one: ObjectType, ids: Sequence[int]) -> None:
    """They are found by other numbers now."""
    if ids:
        search.put(one.key, cells.tokens(known, one, ids))


# -- back and forth ------------------------------------------------------------------------------------------------


def _begun_by(done: int) -> list[Merged]:
    """The merges of which a ChangeSet is the undo, or the undo of that, and so on; its own, too."""
    root: int = done
    while (before := ChangeSet.objects.filter(pk=root).values_list("undo_of_id", flat=True).first()) is not None:
        root = before
    return list(Merged.objects.filter(change_set_id=root).order_by("id"))


def returning(actor: Actor, known: Catalog, done: int) -> Callable[[Change], bool]:
    """Which changes of a ChangeSet that is taken back only let a record follow a merged one: these go back, whether or
    not the person sees them, where he may change the one that stayed."""
    pairs = {
        (row.object, frozenset((row.record, row.into)))
        for row in _begun_by(done)
        if permissions.may_change(actor, known.object(row.object), row.into)
    }

    def follows(change: Change) -> bool:
        if not pairs or change.action != "update":
            return False
        fields = known.fields[change.object]
        return all(
            key in fields
            and fields[key].kind == "relation"
            and fields[key].back is None
            and all(isinstance(one, int) for one in pair)
            and (fields[key].target, frozenset(pair)) in pairs
            for key, pair in change.values.items()
        )

    return follows


def turn(write: Write, done: int) -> None:
    """After a ChangeSet was taken back: what followed merged records goes where they are now."""
    for row in _begun_by(done):
        one = write.known.object(row.object)
        there = one.model.objects.filter(pk=row.record, deleted_at__isnull=True).exists()
        if there != row.active:
            continue
        if there:
            for name, ids in row.moved.items():
                if name in _followers:
                    _followers[name](write.actor, one, row.into, row.record, ids)
        else:
            row.moved = _go(write.actor, one, row.record, row.into)
        row.active = not there
        row.save(update_fields=["active", "moved"])
        _index(write.known, one, list(one.model.objects.filter(pk=row.into).values_list("id", flat=True)))


def let_go(write: Write, one: ObjectType, ids: Sequence[int]) -> None:
    """Records that come back from the trash by themselves are no longer part of another one."""
    led = Merged.objects.filter(db.IdIn(list(ids), "record"), object=one.key, active=True)
    into = list(led.values_list("into", flat=True))
    if led.update(active=False):
        _index(write.known, one, list(one.model.objects.filter(pk__in=into).values_list("id", flat=True)))
