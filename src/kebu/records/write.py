"""The only door for writes: one act is one transaction and one ChangeSet.

Rows are dicts of database column → value, never model instances: a single edit and a chunk of an import take the
same way. History, search and what other objects show of a record are kept true here, for every object alike.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from kebu.accounts.actor import Actor
from kebu.accounts.rights import Rights, Verb
from kebu.core import db
from kebu.core.errors import KebuError, message, not_found
from kebu.fields.registry import Catalog, Field, ObjectType, Row, catalog
from kebu.fields.types import Invalid
from kebu.records import cells, gone, numbers, permissions, search
from kebu.records.models import Change, ChangeSet
from kebu.records.people import clean_context
from kebu.records.plain import cell_of, derive, plain_in, plain_of, put

MAX_BATCH = 10_000
# Parts of one act come within so long.
_TOGETHER = timedelta(hours=1)
_NOBODY = [-1]
# By object, trash or table, and which rows count.
_loaders: dict[tuple[str, bool, tuple[Verb, Rights] | None], db.Prepared] = {}
_MAX_LOADERS = 200


@dataclass(frozen=True)
class Edit:
    """New raw values of one record; `version` is the one they were made on (None: whatever it is now)."""

    id: int
    values: Mapping[str, Any]
    version: int | None = None


@dataclass(frozen=True)
class Written:
    """What became of one record."""

    id: int
    version: int


def create(actor: Actor, object_key: str, values: Mapping[str, Any], *, label: str = "") -> tuple[Written, int]:
    """Create one record; with the id of its ChangeSet. Values are raw, as typed. KebuError for what does not fit."""
    known = catalog()
    with Write(actor, known, label=label, creates={object_key: 1}) as write:
        (done,) = write.create(object_key, clean(actor, known, object_key, [values]))
    return done, write.change_set_id


def update(
    actor: Actor, object_key: str, pk: int, values: Mapping[str, Any], *, expected_version: int | None
) -> tuple[Written, int | None]:
    """Change one record; with the id of the ChangeSet, None where nothing was different.

    Where others changed *other* fields since `expected_version`, both changes stay. Where they changed the same:
    KebuError `conflict` (409) with both values, and nothing is changed.
    """
    known = catalog()
    with Write(actor, known) as write:
        (done,) = write.update(object_key, [Edit(pk, clean(actor, known, object_key, [values])[0], expected_version)])
    return done, write.change_set_id_or_none


def delete(actor: Actor, object_key: str, pk: int, *, expected_version: int | None) -> int:
    """Put one record and its children into the trash; answers the id of the ChangeSet."""
    with Write(actor, catalog()) as write:
        write.delete(object_key, [Edit(pk, {}, expected_version)])
    return write.change_set_id


def batch(
    actor: Actor,
    object_key: str,
    changes: Sequence[Mapping[str, Any]],
    *,
    label: str = "",
    change_set: int | None = None,
) -> tuple[list[Written], int | None]:
    """Several creations, edits and deletions of one object: one ChangeSet, all or nothing, results in order.

    What is too much for one transaction comes in parts: a later one names the `change_set` of the first.
    """
    if len(changes) > MAX_BATCH:
        raise KebuError("batch_too_large", limit=MAX_BATCH)
    known = catalog()
    known.object(object_key)
    created = [n for n, one in enumerate(changes) if one.get("id") is None]
    deleted = [n for n, one in enumerate(changes) if one.get("delete")]
    edited = [n for n, one in enumerate(changes) if one.get("id") is not None and not one.get("delete")]
    done: dict[int, Written] = {}
    cleaned = clean(actor, known, object_key, [one.get("values") or {} for one in changes])
    begun = None if change_set is None else _begun(actor, change_set)
    with Write(actor, known, label=label, change_set=begun, creates={object_key: len(created)}) as write:
        results = write.create(object_key, [cleaned[n] for n in created])
        done.update(zip(created, results, strict=True))
        edits = [Edit(changes[n]["id"], cleaned[n], changes[n].get("version")) for n in edited]
        done.update(zip(edited, write.update(object_key, edits), strict=True))
        away = [Edit(changes[n]["id"], {}, changes[n].get("version")) for n in deleted]
        done.update(zip(deleted, write.delete(object_key, away), strict=True))
    return [done[n] for n in range(len(changes))], write.change_set_id_or_none


def _begun(actor: Actor, change_set: int) -> ChangeSet:
    """A ChangeSet that this person began a while ago. KebuError `not_found`, or `undone_already` (409)."""
    found = ChangeSet.objects.filter(
        pk=change_set, actor_id=actor.user_id, via=actor.via, undo_of=None, at__gt=datetime.now(UTC) - _TOGETHER
    ).first()
    if found is None or found.state == ChangeSet.WORKING:
        raise not_found()
    if found.state == ChangeSet.UNDONE:
        raise KebuError("undone_already", status=409)
    return found


def clean(actor: Actor, known: Catalog, object_key: str, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Raw rows of field key → input, understood column by column.

    `{"invalid": text}` keeps text that does not fit its kind, marked. KebuError `invalid_value`, `unknown_field` or
    `readonly_field` names the first field at fault.
    """
    context = clean_context(actor)
    context = replace(context, today=datetime.now(context.zone).date())
    cleaned: list[dict[str, Any]] = [{} for _ in rows]
    places: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        for key in row:
            places[key].append(place)
    for key, where in places.items():
        field = permissions.writable(actor, known, object_key, key)
        raws = [rows[place][key] for place in where]
        kept = {
            n: raw["invalid"]
            for n, raw in enumerate(raws)
            if isinstance(raw, dict) and isinstance(raw.get("invalid"), str) and set(raw) <= {"invalid", "code"}
        }
        column = field.stored.type.clean_column([kept.get(n, raw) for n, raw in enumerate(raws)], field.stored, context)
        for n, place in enumerate(where):
            code = column.problems.get(n)
            if code is None:
                cleaned[place][key] = column.values[n]
            elif n in kept and len(kept[n]) <= 2000:
                cleaned[place][key] = Invalid(kept[n].replace("\x00", ""), code)
            else:
                raise KebuError(
                    "invalid_value",
                    field=key,
                    details={"code": code, "value": str(raws[n])[:200], "row": place},
                    name=field.label(actor.language),
                    value=str(raws[n])[:80],
                    reason=message(code, actor.language),
                )
    return cleaned


class Write(AbstractContextManager["Write"]):
    """One act: a transaction and its ChangeSet. Everything done on it becomes true together, or nothing does.

    `change_set` goes on with one that another transaction began (a part of an import). `creates` says how many
    records are expected, so that their numbers are taken before and no other writer waits for this act to end;
    `numbers` were taken already, by object.
    """

    def __init__(
        self,
        actor: Actor,
        known: Catalog,
        *,
        label: str = "",
        change_set: ChangeSet | None = None,
        undo_of: ChangeSet | None = None,
        creates: Mapping[str, int] | None = None,
        numbers: Mapping[str, Sequence[str]] | None = None,
        system: bool = False,
    ) -> None:
        if not system:
            actor.require("write")
        self._system = system
        self.actor, self.known, self.label = actor, known, label
        self.now = datetime.now(UTC)
        self._change_set, self._undo_of = change_set, undo_of
        self._creates = creates or {}
        self._numbers: dict[str, deque[str]] = defaultdict(
            deque, {key: deque(taken) for key, taken in (numbers or {}).items()}
        )
        self._changed: dict[str, set[int]] = defaultdict(set)
        # Created in this act, maybe not inserted yet: rows of one act may point at each other.
        self._fresh: dict[str, set[int]] = defaultdict(set)
        self.made_before: dict[str, set[int]] = defaultdict(set)  # by earlier parts: may be named, whosever they are
        self._pending: list[Row] = []

    def __enter__(self) -> "Write":
        for key, count in self._creates.items():
            if count:
                self._numbers[key].extend(numbers.take(self.known.object(key), count))
        with ExitStack() as stack:
            stack.enter_context(db.turn())
            stack.enter_context(transaction.atomic())
            self._stack = stack.pop_all()
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        try:
            if kind is None:
                self._finish()
        except BaseException as problem:
            self._stack.__exit__(type(problem), problem, problem.__traceback__)
            raise
        self._stack.__exit__(kind, error, trace)

    @property
    def change_set(self) -> ChangeSet:
        """The ChangeSet, begun with the first change."""
        if self._change_set is None:
            undo_of = self._undo_of.pk if self._undo_of else None
            row = {"actor_id": self.actor.user_id, "via": self.actor.via, "label": self.label, "at": self.now}
            row |= {"undo_of_id": undo_of, "state": ChangeSet.DONE, "sequence": None}
            (pk,) = db.take_ids(ChangeSet, 1)
            db.insert(ChangeSet, [{"id": pk, **row}])
            self._change_set = ChangeSet(id=pk, **row)
        return self._change_set

    @property
    def change_set_id(self) -> int:
        return self.change_set.pk

    @property
    def change_set_id_or_none(self) -> int | None:
        return self._change_set.pk if self._change_set else None

    def changes(self, object_key: str) -> list[tuple[int, str, Mapping[str, list[Any]]]]:
        """What this act has done so far to records of an object, in order: id, action, {field: [old, new]}."""
        return [(one["record"], one["action"], one["values"]) for one in self._pending if one["object"] == object_key]

    # -- acts ---------------------------------------------------------------------------------------------------

    def create(self, object_key: str, cleaned: Sequence[Mapping[str, Any]]) -> list[Written]:
        """Create records from clean values; those behind lookups are created with them."""
        if not cleaned:
            return []
        one = self.known.object(object_key)
        if not self._system:
            permissions.require(self.actor, one, "create")
            permissions.require_writable(self.actor, self.known, object_key, {key for row in cleaned for key in row})
        ids = db.take_ids(one.model, len(cleaned))
        self._fresh[object_key].update(ids)
        blank = self._blank(one)
        rows = [{**blank, "id": pk} for pk in ids]
        through: dict[str, list[tuple[Row, dict[str, Any]]]] = defaultdict(list)
        for row, values in zip(rows, cleaned, strict=True):
            behind: dict[str, dict[str, Any]] = defaultdict(dict)
            for key, value in values.items():
                field = self.known.field(object_key, key)
                if field.relation:
                    behind[field.relation.key][field.stored.key] = value
                else:
                    put(row, field, value)
            for relation, found in behind.items():
                if any(value is not None for value in found.values()):
                    through[relation].append((row, found))
        self._own(one, rows)
        self._check_references(one, rows, [key for values in cleaned for key in values])
        for relation, pairs in through.items():
            self._create_behind(one, self.known.field(object_key, relation), pairs)
        self._number(one, rows)
        derive(self.known, one, rows)
        for row in rows:
            self._require(one, row)
        db.insert(one.model, rows)
        self._index_fresh(one, rows, cleaned)
        for row in rows:
            self._log(one, row["id"], 1, "create", {})
        return [Written(row["id"], 1) for row in rows]

    def update(self, object_key: str, edits: Sequence[Edit], *, system: bool = False) -> list[Written]:
        """Change records by clean values; versions as in `update`.

        `system`: computed by the program, so that it does not matter who sees the row.
        """
        if not edits:
            return []
        one = self.known.object(object_key)
        rows = self._load(one, [edit.id for edit in edits], "change", everybody=system)
        keys = () if system or self._system else {key for edit in edits for key in edit.values}
        once = permissions.require_writable(self.actor, self.known, object_key, keys)
        touched: dict[int, tuple[Row, dict[str, list[Any]]]] = {}
        given: set[str] = set()
        behind: dict[str, list[tuple[Row, dict[str, Any]]]] = defaultdict(list)
        for edit in edits:
            row = rows[edit.id]
            if edit.version is not None and edit.version != row["version"]:
                self._check_conflict(one, row, edit)
            _, before = touched.setdefault(edit.id, (row, {}))
            written: dict[str, dict[str, Any]] = defaultdict(dict)
            for key, value in edit.values.items():
                field = self.known.field(object_key, key)
                if field.relation:
                    written[field.relation.key][field.stored.key] = value
                    continue
                old, new = plain_of(row, field), plain_in(field, value)
                if old != new:
                    if key in once and old is not None and self.actor.via != "undo":
                        raise KebuError("written_once", field=key, name=field.label(self.actor.language))
                    before[key] = [before[key][0] if key in before else old, new]
                    put(row, field, value)
                    given.add(key)
            for relation, values in written.items():
                behind[relation].append((row, values))
        for relation, pairs in behind.items():
            self._update_behind(one, self.known.field(object_key, relation), pairs, touched)
        changed = [(row, before) for row, before in touched.values() if before]
        self._check_references(one, [row for row, _ in changed], given)
        if "number" in given:
            self._explicit_numbers(one, [row for row, before in changed if "number" in before])
        derive(self.known, one, [row for row, _ in changed])
        self._store(one, changed)
        return [Written(edit.id, rows[edit.id]["version"]) for edit in edits]

    def delete(self, object_key: str, edits: Sequence[Edit], *, system: bool = False) -> list[Written]:
        """Put records into the trash, and with them their children."""
        if not edits:
            return []
        one = self.known.object(object_key)
        rows = self._load(one, [edit.id for edit in edits], self._removing, everybody=system)
        for edit in edits:
            if edit.version is not None and edit.version != rows[edit.id]["version"]:
                raise KebuError("changed_meanwhile", status=409, details={"version": rows[edit.id]["version"]})
        for child, relation in one.children:
            column = f"{relation}_id"
            found = self.known.object(child).model.objects.filter(deleted_at__isnull=True)
            ids = [
                pk
                for part in _parts(list(rows))
                for pk in found.filter(**{f"{column}__in": part}).values_list("id", flat=True)
            ]
            self.delete(child, [Edit(pk, {}) for pk in ids], system=True)
        self._trash(one, list(rows.values()), self.now, "delete")
        return [Written(edit.id, rows[edit.id]["version"]) for edit in edits]

    def restore(self, object_key: str, ids: Sequence[int], *, system: bool = False) -> None:
        """Take records out of the trash."""
        one = self.known.object(object_key)
        rows = self._load(one, ids, self._removing, trashed=True, everybody=system)
        self._trash(one, list(rows.values()), None, "restore")

    def purge(self, object_key: str, ids: Sequence[int], *, system: bool = False) -> None:
        """Remove records of the trash for good, and with them their children that are there; what else points at
        them points at nothing then. Their history keeps who, when and what was done, and no values (decision 14)."""
        one = self.known.object(object_key)
        rows = self._load(one, ids, "delete", trashed=True, everybody=system)
        for part in _parts(list(rows)):
            for other in self.known.objects.values():
                for field in other.fields:
                    if field.kind == "relation" and field.target == object_key:
                        self._let_go(other, field, part, child=(other.key, field.key) in one.children)
            gone.forget(one, part)
        for pk, row in rows.items():
            last = {"object": object_key, "record": pk, "version": row["version"] + 1}
            self._pending.append({**last, "action": "purge", "values": {}})

    def _let_go(self, other: ObjectType, field: Field, part: Sequence[int], *, child: bool) -> None:
        """Records that point at ones which go for good: in the trash children go too, all others let go."""
        pointing = other.model.objects.filter(**{f"{field.attribute}__in": part})
        trashed = pointing.filter(deleted_at__isnull=False)
        if child:
            self.purge(other.key, list(trashed.values_list("id", flat=True)), system=True)
        else:
            trashed.update(**{field.attribute or "": None})
        alive = pointing.filter(deleted_at__isnull=True).values_list("id", flat=True)
        self.update(other.key, [Edit(pk, {field.key: None}) for pk in alive], system=True)

    # -- parts of an act ----------------------------------------------------------------------------------------

    def _blank(self, one: ObjectType) -> Row:
        """A new row, to be copied: nothing in a row is changed in place."""
        row: Row = {
            item.column: item.get_default() if item.has_default() else None for item in one.model._meta.concrete_fields
        }
        by = self.actor.user_id
        if self.actor.via != "import":  # of what a file leaves open nobody knows when it was
            now = self.now.replace(microsecond=0)
            row |= {field.attribute or "": now for field in one.fields if field.options.get("begins") == "now"}
        return row | {"created_at": self.now, "updated_at": self.now, "created_by_id": by, "updated_by_id": by}

    def _own(self, one: ObjectType, rows: Sequence[Row]) -> None:
        """What a person types is his; what comes from a file and names nobody is open to all who see all."""
        if self.actor.via == "import" and permissions.sees_all(self.actor, one):
            return
        for row in rows:
            if row["owner_id"] is None:
                row["owner_id"] = self.actor.user_id

    def _load(
        self, one: ObjectType, ids: Sequence[int], verb: Verb, *, trashed: bool = False, everybody: bool = False
    ) -> dict[int, Row]:
        """Rows to change or to delete, locked. KebuError `not_found` unless the person sees every one, `not_allowed`
        (403) where he may not do that to one of them."""
        wanted = sorted(set(ids))
        everybody = everybody or self._system
        who = None if everybody else (verb, self.actor.rights)
        load = _loaders.get((one.key, trashed, who))
        if load is None:
            allowed = one.model.objects.filter(deleted_at__isnull=not trashed)
            if not everybody:
                rights = permissions.visible_among(self.actor, one, trashed=trashed, verb=verb)
                allowed = one.model.objects.filter(rights)
            if db.is_postgres():
                # Two who want the same rows wait for each other in the same order.
                allowed = allowed.select_for_update(of=("self",)).order_by("id")
            columns = (item.attname for item in one.model._meta.concrete_fields)
            if len(_loaders) > _MAX_LOADERS:
                _loaders.clear()
            load = _loaders[one.key, trashed, who] = db.Prepared(
                allowed.filter(db.IdIn(_NOBODY)).values(*columns), db.id_list(_NOBODY)
            )
        rows: dict[int, Row] = {row["id"]: row for row in load(db.id_list(wanted))}
        if len(rows) != len(wanted):
            if not everybody:
                permissions.require_seen(self.actor, one, wanted, trashed=trashed, verb=verb)
            raise not_found()
        return rows

    @property
    def _removing(self) -> Verb:
        """Who takes back that he made something needs no right to delete anything else."""
        return "change" if self.actor.via == "undo" else "delete"

    def _require(self, one: ObjectType, row: Row) -> None:
        for field in one.fields:
            if (
                field.required
                and field.attribute
                and row[field.attribute] in (None, "")
                and field.key not in row["invalid"]
            ):
                raise KebuError("required", field=field.key, name=field.label(self.actor.language))

    def _check_references(self, one: ObjectType, rows: Sequence[Row], keys: Iterable[str]) -> None:
        """A relation may only name a record that the person may see."""
        for key in set(keys):
            field = self.known.field(one.key, key)
            if field.kind != "relation" or field.relation or not field.attribute:
                continue
            target = self.known.object(field.target or "")
            fresh = self._fresh[target.key]
            named = {pk: row["id"] for row in rows if (pk := row[field.attribute]) is not None and pk not in fresh}
            for part in _parts(sorted(named)):
                # What is attached to a record is a part of it.
                asked = [pk for pk in part if pk not in self.made_before[target.key]]
                permissions.require_seen(self.actor, target, asked, verb="change" if key == one.scope else "see")
                if field.back is None:
                    continue
                # One's main contact is one of its own: what is seen through a lookup is then never another's.
                column = f"{field.back}_id"
                for pk, belongs in target.model.objects.filter(id__in=part).values_list("id", column):
                    if belongs != named[pk]:
                        raise KebuError("belongs_elsewhere", field=key, name=field.label(self.actor.language))

    def _create_behind(self, one: ObjectType, relation: Field, pairs: Sequence[tuple[Row, dict[str, Any]]]) -> None:
        """Create the records that values of lookups belong to, and let the rows point at them."""
        back = {relation.back: None} if relation.back else {}
        created = self.create(
            relation.target or "", [{**values, **dict.fromkeys(back, row["id"])} for row, values in pairs]
        )
        for (row, _), made in zip(pairs, created, strict=True):
            row[relation.attribute or ""] = made.id

    def _update_behind(
        self,
        one: ObjectType,
        relation: Field,
        pairs: Sequence[tuple[Row, dict[str, Any]]],
        touched: dict[int, tuple[Row, dict[str, list[Any]]]],
    ) -> None:
        """Write through a lookup: change the record behind it, or create it. The row keeps a mirror in its history."""
        attribute = relation.attribute or ""
        target = self.known.object(relation.target or "")
        new = [
            (row, values)
            for row, values in pairs
            if row[attribute] is None and any(value is not None for value in values.values())
        ]
        there = [(row, values) for row, values in pairs if row[attribute] is not None]
        # All of them together: one by one a thousand rows would keep other writers waiting.
        held = self._load(target, [row[attribute] for row, _ in there], "change") if there else {}
        latest: dict[tuple[int, str], Any] = {}
        for row, values in there:
            mirror = {}
            for key, value in values.items():
                field, place = self.known.field(target.key, key), (row[attribute], key)
                mirror[key] = [latest.get(place, plain_of(held[row[attribute]], field)), plain_in(field, value)]
                latest[place] = mirror[key][1]
            self._mirror(relation, row, mirror, touched)
        self.update(target.key, [Edit(row[attribute], values) for row, values in there])
        if new:
            self._create_behind(one, relation, new)
        for row, values in new:
            touched[row["id"]][1][relation.key] = [None, row[attribute]]
            mirror = {key: [None, plain_in(self.known.field(target.key, key), value)] for key, value in values.items()}
            self._mirror(relation, row, mirror, touched)

    def _mirror(
        self,
        relation: Field,
        row: Row,
        mirror: Mapping[str, list[Any]],
        touched: dict[int, tuple[Row, dict[str, list[Any]]]],
    ) -> None:
        touched[row["id"]][1].update(
            {f"{relation.key}.{key}": pair for key, pair in mirror.items() if pair[0] != pair[1]}
        )

    def _check_conflict(self, one: ObjectType, row: Row, edit: Edit) -> None:
        """Raise `conflict` where a field of this edit was changed since the version that it was made on."""
        since = Change.objects.filter(object=one.key, record=row["id"], version__gt=edit.version).order_by("id")
        base: dict[str, Any] = {}
        last: dict[str, Change] = {}
        for change in since.select_related("change_set__actor"):
            for key, (old, _) in change.values.items():
                base.setdefault(key, old)
                last[key] = change
        current = cells.values(self.actor, self.known, one, row["id"])
        clashes = {}
        for key, value in edit.values.items():
            field = self.known.field(one.key, key)
            if key not in base or current is None:
                continue
            yours = cell_of(field, plain_in(field, value))
            if yours != current["values"][key] and not (
                field.kind == "relation" and yours == (current["values"][key] or {}).get("id")
            ):
                by = last[key].change_set.actor
                clashes[key] = {
                    "base": cell_of(field, base[key]),
                    "yours": yours,
                    "theirs": current["values"][key],
                    "by": {"id": by.pk, "name": by.name} if by else None,
                    "at": last[key].change_set.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                }
        if clashes:
            name = self.known.field(one.key, next(iter(clashes))).label(self.actor.language)
            raise KebuError("conflict", status=409, details={"version": row["version"], "fields": clashes}, name=name)

    def _number(self, one: ObjectType, rows: Sequence[Row]) -> None:
        given = [row for row in rows if row["number"]]
        if given:
            self._explicit_numbers(one, given)
        wanting = [row for row in rows if not row["number"]]
        missing = len(wanting) - len(self._numbers[one.key])
        if missing > 0:
            self._numbers[one.key].extend(numbers.take(one, missing))
        for row in wanting:
            row["number"] = self._numbers[one.key].popleft()

    def _explicit_numbers(self, one: ObjectType, rows: Sequence[Row]) -> None:
        """Numbers that people gave: none twice, and the series goes on after them."""
        wanted = [row["number"] for row in rows if row["number"]]
        own = {row["id"] for row in rows}
        taken = set()
        for part in _parts(wanted):
            found = one.model.objects.filter(number__in=part).values_list("id", "number")
            taken |= {number for pk, number in found if pk not in own}
        seen: set[str] = set()
        for number in wanted:
            if number in taken or number in seen:
                raise KebuError("duplicate_number", status=409, field="number", number=number)
            seen.add(number)
        for row in rows:
            if not row["number"]:
                row["number"] = numbers.take(one, 1)[0]
        numbers.skip_past(one, wanted)

    def _store(self, one: ObjectType, changed: Sequence[tuple[Row, dict[str, list[Any]]]]) -> None:
        if not changed:
            return
        always = {"version", "updated_at", "updated_by_id", "title_key", "keys"}
        derived = {field.attribute for field in one.fields if field.attribute and field.readonly}
        derived -= {"created_at", "created_by_id", "last_activity_at"}
        groups: dict[frozenset[str], list[Row]] = defaultdict(list)
        for row, before in changed:
            row["version"] += 1
            row["updated_at"], row["updated_by_id"] = self.now, self.actor.user_id
            self._require(one, row)
            columns = set(always | derived)
            for key in before:
                field = self.known.field(one.key, key)
                if not field.relation:
                    columns |= {field.attribute or "extra", "invalid"}
            groups[frozenset(columns)].append(row)
        for group, rows in groups.items():
            db.update(one.model, sorted(group), rows)
        fields = search.searched_fields(one, self.known)
        # Another main contact brings another name, too.
        searched = {field.key for field in fields} | {field.relation.key for field in fields if field.relation}
        for row, before in changed:
            self._log(one, row["id"], row["version"], "update", before)
        # Text that does not fit its field is found, too, whichever field that is.
        stale = [
            row["id"]
            for row, before in changed
            if searched & before.keys() or any(isinstance(value, dict) for pair in before.values() for value in pair)
        ]
        if stale:
            self._reindex(one, stale)
        self._reindex_dependents(one, changed)

    def _trash(self, one: ObjectType, rows: Sequence[Row], deleted_at: datetime | None, action: str) -> None:
        for row in rows:
            row["version"] += 1
            row["deleted_at"], row["updated_at"], row["updated_by_id"] = deleted_at, self.now, self.actor.user_id
            self._log(one, row["id"], row["version"], action, {})
        db.update(one.model, ["version", "deleted_at", "updated_at", "updated_by_id"], rows)

    def _log(self, one: ObjectType, pk: int, version: int, action: str, values: dict[str, list[Any]]) -> None:
        self._changed[one.key].add(pk)
        self._pending.append({"object": one.key, "record": pk, "version": version, "action": action, "values": values})

    # -- search -------------------------------------------------------------------------------------------------

    def _index_fresh(self, one: ObjectType, rows: Sequence[Row], cleaned: Sequence[Mapping[str, Any]]) -> None:
        asked = [
            (field, field.stored.type.search_text, search.by_sound(field))
            for field in search.searched_fields(one, self.known)
        ]
        tokens = {}
        for row, values in zip(rows, cleaned, strict=True):
            texts = []
            for field, text_of, by_sound in asked:
                if field.relation:
                    value = values.get(field.key)
                elif field.attribute:
                    value = row[field.attribute]
                else:
                    value = field.type.value(row["extra"].get(field.key))
                if value is not None and not isinstance(value, Invalid):
                    texts.append((text_of(value), by_sound))
            texts += [(bad["text"], True) for bad in row["invalid"].values()]
            tokens[row["id"]] = search.tokens_of(texts)
        search.put(one.key, tokens, fresh=True)

    def _reindex(self, one: ObjectType, ids: Sequence[int]) -> None:
        for part in _parts(list(ids)):
            search.put(one.key, cells.tokens(self.known, one, part))

    def _reindex_dependents(self, one: ObjectType, changed: Sequence[tuple[Row, dict[str, list[Any]]]]) -> None:
        """Records that show a changed value through a lookup are found by its new text."""
        for other, relation in self.known.dependents(one.key):
            shown = {
                field.stored.key
                for field in search.searched_fields(other, self.known)
                if field.relation and field.relation.key == relation.key
            }
            ids = [row["id"] for row, before in changed if shown & before.keys()]
            for part in _parts(ids):
                rows = other.model.objects.filter(**{f"{relation.attribute}__in": part})
                self._reindex(other, list(rows.values_list("id", flat=True)))

    # -- the end ------------------------------------------------------------------------------------------------

    def _finish(self) -> None:
        """Settle what other objects hold of the changed records, write the history, number the ChangeSet."""
        settled: dict[str, set[int]] = defaultdict(set)
        while True:
            waiting = {key: ids for key, found in list(self._changed.items()) if (ids := sorted(found - settled[key]))}
            if not waiting:
                break
            for key, ids in waiting.items():
                settled[key] |= set(ids)
                settle = self.known.object(key).settle
                if settle:
                    settle(self, ids)
        if not self._pending:
            return
        for row in self._pending:
            row["change_set_id"] = self.change_set.pk
        db.insert(Change, self._pending)
        # Last before commit: whoever holds this row commits next, so that numbers follow commits.
        numbers.number_change_set(self.change_set)


def _parts(ids: Sequence[Any], size: int = 900) -> Iterable[list[Any]]:
    """Lists short enough for one statement on either database."""
    for start in range(0, len(ids), size):
        yield list(ids[start : start + size])
