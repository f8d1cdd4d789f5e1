"""Writing what an import has planned: in parts, each one transaction, all of them one ChangeSet.

How far it is stands in the same transaction as what was written, so that a killed import goes on where it was. One that
is cancelled or refused is taken back: never left partial.
"""

import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain, groupby
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from kebu.accounts.actor import SYSTEM, Actor
from kebu.accounts.models import User
from kebu.accounts.rights import Verb
from kebu.audit.log import note
from kebu.core import db
from kebu.core.db import IdIn
from kebu.core.errors import KebuError
from kebu.core.jobs import Cancelled, GivenUp, Run
from kebu.core.text import fold
from kebu.fields import definitions
from kebu.fields.registry import Catalog, Field, ObjectType, catalog
from kebu.fields.types import Invalid, choice_index
from kebu.importexport import imports, memory, outside
from kebu.importexport.among import is_ref
from kebu.importexport.cleaning import parts_of
from kebu.importexport.folder import Folder
from kebu.importexport.models import Import, Made
from kebu.importexport.outcome import labels_in
from kebu.importexport.parts import field_place, made_at, objects_of
from kebu.records import history, numbers, permissions, snapshots, trash
from kebu.records.models import ChangeSet
from kebu.records.plain import from_plain, plain_of
from kebu.records.write import Edit, Write

# A part may keep other writers waiting for so long (seconds); its size follows.
_PART_SECONDS = 0.25
_SIZES = (100, 4000)
_BLOCK = 5000  # units whose numbers are taken at once


def run_import(run: Run, import_id: int) -> dict[str, Any]:
    """Write the whole import, or go on with it; answers what the job's result is.

    Cancelled or refused, it is taken back first, also when that is broken off and begun again.
    """
    row = Import.objects.select_related("change_set").get(pk=import_id)
    try:
        if not row.taking_back:
            actor = _actor(row)
            for key in objects_of(row):
                permissions.require(actor, catalog().object(key), "import")
            if row.change_set is None:
                _begin(run, row, actor)
            _write_all(run, row, actor)
            return _end(row)
    except GivenUp:
        raise
    except Cancelled:
        _give_up(row, Import.State.CANCELLED, None)
    except KebuError as error:
        _give_up(row, Import.State.FAILED, error)
    except Exception:
        if not run.last_attempt:
            raise
        _give_up(row, Import.State.FAILED, KebuError("job_failed"))
    _take_back(run, row)
    if row.state == Import.State.CANCELLED:
        raise Cancelled
    assert row.error is not None
    raise KebuError(row.error["code"], **row.error["params"])


def _actor(row: Import) -> Actor:
    """Who began the import, with the rights that he has now."""
    if row.owner_id is None:
        return SYSTEM.by("import")
    user = User.objects.get(pk=row.owner_id)
    if not user.is_active:
        raise KebuError("not_allowed", status=403)
    return Actor.of(user, via="import").within(row.scopes)


# -- from the first part to the last -----------------------------------------------------------------------------


def _begin(run: Run, row: Import, actor: Actor) -> None:
    """Add the fields and choices that the plan needs, and open the ChangeSet."""
    if not Folder(row.folder).is_there:
        raise KebuError("import_gone", status=410)
    run.progress(0, row.total)
    # A comparison is not made anew under the hands of who has chosen: what changed since stays as it is (`_still`).
    if row.way != Import.Way.COMPARE and (row.seen != snapshots.last_change() or _creates_too_much(row, actor)):
        imports.replan(row, actor)
    with transaction.atomic():
        run.beat()
        choices: dict[tuple[str, str], list[str]] = {}
        for new in row.summary["new_choices"]:
            choices.setdefault((new.get("object") or row.object, new["field"]), []).append(new["value"])
        for new in row.summary["new_fields"]:
            key = new.get("object") or row.object
            labels = {actor.language: new["label"]}
            given = [{"label": {actor.language: label}} for label in choices.pop((key, new["key"]), ())]
            row.made_fields[field_place(row, key, new["key"])] = definitions.add_field(
                actor, key, kind=new["kind"], labels=labels, choices=given
            )
        for (key, field), found in choices.items():
            made = definitions.add_choices(key, field, found, actor.language)
            row.made_choices[field_place(row, key, field)] = made
        # Numbers that the file brings are not given to others of its rows before.
        told = row.summary.get("parts") or [{"object": row.object, "fields": row.summary["fields"]}]
        for key in [part["object"] for part in told if "number" in part["fields"]]:
            units = chain.from_iterable(Folder(row.folder).units(row.plan, 0, 2000))
            own = (unit["create"] for unit in units if "create" in unit and _object_of(row, unit) == key)
            numbers.skip_past(catalog().object(key), [values["number"] for values in own if "number" in values])
        names = ", ".join(file["name"] for file in row.files)
        row.change_set = ChangeSet.objects.create(
            actor_id=actor.user_id, via="import", label=names[:200], at=datetime.now(UTC), state=ChangeSet.WORKING
        )
        row.save(update_fields=["made_fields", "made_choices", "change_set"])
        memory.remember(actor, row)


def _creates_too_much(row: Import, actor: Actor) -> bool:
    """Whether new records are planned that the person may no longer create."""
    known, told = catalog(), row.summary["objects"]
    planned = [known.object(key) for key, counts in told.items() if counts["created"] and key in known.objects]
    return not all(permissions.may(actor, one, "create") for one in planned)


def _write_all(run: Run, row: Import, actor: Actor) -> None:
    size = _SIZES[0]
    for block in Folder(row.folder).units(row.plan, row.done, _BLOCK):
        stock = _take_numbers(actor, row, block)
        at = 0
        while at < len(block):
            part = _of_one_object(row, block[at : at + size])
            seconds = _write_part(run, row, actor, part, stock)
            at += len(part)
            fitting = int(len(part) * _PART_SECONDS / max(seconds, 0.001))
            size = min(max(fitting, _SIZES[0]), len(part) * 2, _SIZES[1])
    run.progress(row.done, row.total)


def _take_numbers(actor: Actor, row: Import, block: Sequence[Any]) -> dict[str, deque[str]]:
    """Numbers for all records that a block creates: every taking is a transaction of its own."""
    known = catalog()
    expected: Counter[str] = Counter()
    for _, units in groupby(block, key=lambda unit: _object_of(row, unit)):
        expected.update(_Part(actor, known, row, list(units)).expected)
    return {key: deque(numbers.take(known.object(key), count)) for key, count in expected.items() if count}


def _object_of(row: Import, unit: Mapping[str, Any]) -> str:
    """What a line of the work writes a record of."""
    return str(unit.get("object") or row.object)


def _of_one_object(row: Import, units: Sequence[Any]) -> list[Any]:
    """The first units, as far as they are of the same object."""
    return list(next(groupby(units, key=lambda unit: _object_of(row, unit)))[1])


def _write_part(run: Run, row: Import, actor: Actor, units: Sequence[Any], stock: Mapping[str, deque[str]]) -> float:
    """One transaction: the units, their history, and how far it is. Answers how many seconds it took."""
    known = catalog()
    part = _Part(actor, known, row, units)
    given = {key: [stock[key].popleft() for _ in range(count)] for key, count in part.expected.items() if count}
    with Write(actor, known, change_set=row.change_set, numbers=given) as write:
        started = time.monotonic()  # from when on others wait
        run.beat()
        part.write(write)
        part.keep(row)
        done = row.done + len(units)
        Import.objects.filter(pk=row.pk).update(done=done, kept=F("kept") + part.kept)
    row.done = done
    seconds = time.monotonic() - started
    run.progress(row.done, row.total)
    return seconds


def _end(row: Import) -> dict[str, Any]:
    with transaction.atomic():
        ChangeSet.objects.filter(pk=row.change_set_id or 0).update(state=ChangeSet.DONE)
        row.state, row.finished_at = Import.State.DONE, datetime.now(UTC)
        row.save(update_fields=["state", "finished_at"])
        Made.objects.filter(of=row).delete()
        names = [file["name"] for file in row.files]
        known = catalog()
        plurals = [known.object(key).plural for key in objects_of(row)]
        whole = {language: ", ".join(plural[language] for plural in plurals) for language in plurals[0]}
        note("import", _actor(row), object=whole, files=names, rows=row.total)
    return {"import": row.pk, "change_set": row.change_set_id}


# -- one part ----------------------------------------------------------------------------------------------------


class _Part:
    """Some units of the plan as the write door takes them."""

    def __init__(self, actor: Actor, known: Catalog, row: Import, units: Sequence[Any]) -> None:
        self.kept = 0
        self._actor, self._known, self._row = actor, known, row
        self._one = known.object(_object_of(row, units[0]) if units else row.object)
        self._relations = {key: known.field(self._one.key, key) for key, _ in self._one.lookups}
        self._leads = [unit for unit in units if "lead" in unit]
        self._refs: dict[int, int] = {}
        self._made: dict[str, set[int]] = {}  # by object the ids among them
        self._created: list[tuple[int, int]] = []  # ref and id
        self._outside: list[tuple[str, str, int]] = []
        self._takers: dict[tuple[str, str], dict[str, tuple[str | None, Callable[[Any], Any] | None]]] = {}
        self._creates = [unit for unit in units if "create" in unit]
        self._updates = [unit for unit in units if "update" in unit]
        self._same = [unit for unit in units if "same" in unit]
        self._deletes = {unit["delete"]: unit["version"] for unit in units if "delete" in unit}
        self.expected: dict[str, int] = {
            self._one.key: sum("number" not in unit["create"] for unit in self._creates),
        }
        for unit in self._creates:
            for relation, _ in unit["behind"]:
                self._expect(relation)
        for unit in self._updates:
            for relation, pk, _, _ in unit["behind"]:
                if pk is None:
                    self._expect(relation)

    def _expect(self, relation: str) -> None:
        target = self._relations[relation].target or ""
        self.expected[target] = self.expected.get(target, 0) + 1

    def write(self, write: Write) -> None:
        """Create what is new, change what is there, put into the trash what is to go."""
        self._refs = {}
        for key, found in self._resolved().items():
            self._refs |= found
            self._made[key] = set(found.values())
            write.made_before[key] |= self._made[key]
        present = self._present(self._one, [unit["same"] for unit in self._same], "see")
        for unit in self._same:
            if unit["same"] in present:
                self._note(unit, unit["same"])
        if self._creates:
            self._create(write)
        if self._updates:
            self._update(write)
        if self._deletes:
            self._delete(write)
        if self._leads:
            self._lead(write)

    def keep(self, row: Import) -> None:
        """Write down which records others of the import mean, and what other systems call them."""
        Made.objects.bulk_create([Made(of=row, ref=ref, record=pk) for ref, pk in self._created], batch_size=300)
        outside.remember(self._one.key, self._outside)

    def _resolved(self) -> dict[str, dict[int, int]]:
        """The ids of the records that these units mean and that earlier parts have created, by object and ref."""
        wanted: dict[str, set[int]] = {self._one.key: {one["lead"] for one in self._leads}}
        for field in self._known.fields[self._one.key].values():
            if field.kind == "relation":
                named = wanted.setdefault(field.target or "", set())
                named.update(one["to"] for one in self._leads if one["relation"] == field.key)
                named.update(ref for unit in self._creates if is_ref(ref := unit["create"].get(field.key)))
                changed = (unit["edits"][field.key][1] for unit in self._updates if field.key in unit["edits"])
                named.update(ref for ref in changed if is_ref(ref))
        found: dict[str, dict[int, int]] = {}
        for key, values in wanted.items():
            of = found[key] = {}
            for part in parts_of(sorted(value for value in values if is_ref(value))):
                of |= dict(Made.objects.filter(of=self._row, ref__in=part).values_list("ref", "record"))
        return found

    def _lead(self, write: Write) -> None:
        """Let records point at others that were created after them, where both are there still."""
        meant = [
            (self._refs.get(one["lead"], one["lead"]), one["relation"], self._refs.get(one["to"], one["to"]))
            for one in self._leads
        ]
        present = self._present(self._one, [pk for pk, _, _ in meant])
        targets: dict[str, list[int]] = {}
        for _, relation, to in meant:
            targets.setdefault(self._known.field(self._one.key, relation).target or "", []).append(to)
        there = {key: self._present(self._known.object(key), ids, "see") for key, ids in targets.items()}
        made = self._made.get(self._one.key, set())
        # What this import itself created is its own to complete, whoever may change it from now on.
        for is_own in (True, False):
            edits = [
                Edit(pk, {relation: to})
                for pk, relation, to in meant
                if pk in present
                and to in there[self._known.field(self._one.key, relation).target or ""]
                and (pk in made) == is_own
            ]
            write.update(self._one.key, edits, system=is_own)

    def _note(self, unit: Mapping[str, Any], pk: int) -> None:
        if "ref" in unit:
            self._created.append((unit["ref"], pk))
        if "outside" in unit:
            self._outside.append((*unit["outside"], pk))

    def _create(self, write: Write) -> None:
        scope = self._one.scope or ""
        closed = self._closed(unit["create"].get(scope) for unit in self._creates)
        creates = [unit for unit in self._creates if not _is_among(unit["create"].get(scope), closed)]
        self.kept += len(self._creates) - len(creates)
        given = [unit["create"]["number"] for unit in creates if "number" in unit["create"]]
        taken = numbers.existing(self._one, given)  # since the plan was made
        rows = []
        further: list[tuple[int, str, dict[str, Any]]] = []
        for place, unit in enumerate(creates):
            values = self._values(self._one.key, unit["create"])
            if values.get("number") in taken:
                del values["number"]
            met = set()
            for relation, behind in unit["behind"]:
                if relation in met:
                    further.append((place, relation, behind))
                    continue
                met.add(relation)
                values |= self._values(self._one.key, behind, relation)
            rows.append(values)
        made = write.create(self._one.key, rows)
        for unit, one in zip(creates, made, strict=True):
            self._note(unit, one.id)
        self._create_behind(write, [(made[place].id, relation, behind) for place, relation, behind in further])

    def _create_behind(self, write: Write, wanted: Sequence[tuple[int, str, Mapping[str, Any]]]) -> list[int]:
        """Create records behind lookups that belong to known ones; answers their ids in order."""
        by_target: dict[str, list[tuple[int, dict[str, Any]]]] = {}
        for place, (owner, relation, behind) in enumerate(wanted):
            through = self._relations[relation]
            values = self._values(through.target or "", behind)
            if through.back:
                values[through.back] = owner
            by_target.setdefault(through.target or "", []).append((place, values))
        ids = [0] * len(wanted)
        for target, pairs in by_target.items():
            made = write.create(target, [values for _, values in pairs])
            for (place, _), one in zip(pairs, made, strict=True):
                ids[place] = one.id
        return ids

    def _delete(self, write: Write) -> None:
        present = self._present(self._one, list(self._deletes), "delete")
        gone = [pk for pk, version in self._deletes.items() if pk in present and present[pk]["version"] == version]
        self.kept += len(self._deletes) - len(gone)
        write.delete(self._one.key, [Edit(pk, {}) for pk in gone])

    def _update(self, write: Write) -> None:
        self._bring_back(write)
        scope = self._one.scope or ""
        closed = self._closed(unit["edits"][scope][1] for unit in self._updates if scope in unit["edits"])
        present = self._present(self._one, [unit["update"] for unit in self._updates])
        edits = []
        kids: dict[str, dict[int, dict[str, list[Any]]]] = {}
        new: list[tuple[int, str, Mapping[str, Any]]] = []
        leads: list[tuple[int, str, int | None]] = []
        for unit in self._updates:
            pk = unit["update"]
            if pk not in present:  # deleted since the plan was made, or no more this person's to change
                self.kept += 1
                continue
            self._note(unit, pk)
            own = unit["edits"]
            if scope in own and _is_among(own[scope][1], closed):
                own = {key: pair for key, pair in own.items() if key != scope}
                self.kept += 1
            if values := self._still(self._one, present[pk], own):
                edits.append(Edit(pk, values))
            for relation, kid, values, main in unit["behind"]:
                if kid is None:
                    new.append((pk, relation, values))
                elif values:
                    kids.setdefault(self._relations[relation].target or "", {}).setdefault(kid, {}).update(values)
                if main:
                    leads.append((pk, relation, kid))
        write.update(self._one.key, edits)
        for target, wanted in kids.items():
            other = self._known.object(target)
            rows = self._present(other, list(wanted))
            changed = []
            for kid, said in wanted.items():
                if kid not in rows:
                    self.kept += 1
                elif values := self._still(other, rows[kid], said):
                    changed.append(Edit(kid, values))
            write.update(target, changed)
        ids = self._create_behind(write, new)
        made = {(pk, relation): one for (pk, relation, _), one in reversed(list(zip(new, ids, strict=True)))}
        pointed = [(pk, relation, kid or made[pk, relation]) for pk, relation, kid in leads]
        pointed += [(pk, key, one) for (pk, key), one in made.items() if not self._relations[key].back]
        write.update(self._one.key, [Edit(pk, {relation: kid}) for pk, relation, kid in pointed])

    def _bring_back(self, write: Write) -> None:
        wanted = [unit["update"] for unit in self._updates if unit.get("restore")]
        may = permissions.visible_among(self._actor, self._one, trashed=True, verb="delete")
        for part in parts_of(wanted):
            ids = self._one.model.objects.filter(may, id__in=part).values_list("id", flat=True)
            trash.bring_back(write, self._one.key, list(ids))

    def _closed(self, values: Iterable[Any]) -> set[int]:
        """Those of the records named by these values of the scope that nothing may be attached to any more."""
        ids = {value for value in values if type(value) is int and not is_ref(value)}
        if not ids:
            return set()
        target = self._known.object(self._known.field(self._one.key, self._one.scope or "").target or "")
        rows = target.model.objects.filter(permissions.visible_among(self._actor, target, verb="change"))
        return ids.difference(
            *(rows.filter(id__in=part).values_list("id", flat=True) for part in parts_of(sorted(ids)))
        )

    def _present(self, one: ObjectType, ids: Sequence[int], verb: Verb = "change") -> dict[int, dict[str, Any]]:
        """The records as they are now, locked, that the person may still change, delete or see, or that this import
        itself has created."""
        own = Q(IdIn(sorted(self._made.get(one.key, ()))), deleted_at__isnull=True)
        rows = one.model.objects.filter(permissions.visible(self._actor, one, verb=verb) | own)
        if db.is_postgres():
            rows = rows.select_for_update(of=("self",))
        columns = [item.attname for item in one.model._meta.concrete_fields]
        found = {}
        for start in range(0, len(ids), 900):
            for row in rows.filter(id__in=ids[start : start + 900]).order_by("id").values(*columns):
                found[row["id"]] = row
        return found

    def _still(self, one: ObjectType, row: Mapping[str, Any], edits: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
        """The new values of fields that nobody has changed since the plan was made; his change stays."""
        wanted = {}
        shown = permissions.fields(self._actor, self._known, one.key)
        for key, (old, new) in edits.items():
            field = self._field(one.key, key)
            if field is None:
                continue
            held = plain_of(dict(row), field)
            if held is not None and held != new and (seen := shown.get(field.key)) is not None and seen.once:
                self.kept += 1
            elif held == old:
                wanted[key] = new
            elif held != self._refs.get(new, new) if is_ref(new) else held != new:
                self.kept += 1
        return self._values(one.key, wanted)

    def _field(self, object_key: str, key: str) -> Field | None:
        place = field_place(self._row, object_key, key)
        return self._known.fields[object_key].get(self._row.made_fields.get(place, key))

    def _values(self, object_key: str, plain: Mapping[str, Any], through: str = "") -> dict[str, Any]:
        """Plain values of the plan as clean ones, by the keys that fields have now; fields that are gone left out.

        `through`: the relation of the lookups that the keys are the ends of."""
        takers = self._takers.setdefault((object_key, through), {})
        values = {}
        for key, value in plain.items():
            if key not in takers:
                takers[key] = self._taker(object_key, f"{through}.{key}" if through else key)
            name, convert = takers[key]
            if name is not None:
                values[name] = convert(value) if convert else value
        return values

    def _taker(self, object_key: str, key: str) -> tuple[str | None, Callable[[Any], Any] | None]:
        """The key of a field as it is now, and what makes a clean value of a plain one."""
        field = self._field(object_key, key)
        if field is None:
            return None, None
        if field.kind == "relation":
            return field.key, lambda value: self._refs.get(value) if is_ref(value) else from_plain(field, value)
        if field.stored.kind in _SAME and not field.stored.choices:
            return field.key, lambda value: value if type(value) is str else _from_plan(field, value)
        return field.key, lambda value: _from_plan(field, value)


# Kinds whose plain values are the texts themselves.
_SAME = ("text", "long_text", "address", "phone", "email", "link", "credit_code", "auto_number")


def _is_among(value: Any, ids: Collection[int]) -> bool:
    return type(value) is int and value in ids


def _from_plan(field: Field, value: Any) -> Any:
    if type(value) is not dict or not (labels := labels_in(value)):
        return from_plain(field, value)
    index = choice_index(field.stored)
    keys = [index.get(fold(label)) for label in labels]
    if None in keys:  # made with the first part, and deleted by somebody since
        return Invalid(", ".join(labels), "unknown_choice")
    return keys if "choices" in value else keys[0]


# -- taking back -------------------------------------------------------------------------------------------------


def _give_up(row: Import, state: Import.State, error: KebuError | None) -> None:
    """Write down that the import is to be taken back, and why."""
    row.taking_back = state
    row.error = None
    if error is not None:
        params = {key: value if isinstance(value, int | str) else str(value) for key, value in error.params.items()}
        row.error = {"code": error.code, "params": params}
    row.save(update_fields=["taking_back", "error"])


def _take_back(run: Run, row: Import) -> None:
    """Undo what was written, as the program: rows that went to somebody else are taken back too."""
    if row.change_set is not None:
        for _ in history.undo_parts(SYSTEM.by("undo"), row.change_set):
            run.beat()
        known = catalog()
        for place, key in row.made_fields.items():
            object_key, _ = made_at(row, place)
            if key in known.fields[object_key]:
                definitions.delete_field(SYSTEM, object_key, key)
        for place, choices in row.made_choices.items():
            object_key, key = made_at(row, place)
            definitions.drop_choices(object_key, key, choices)
        Made.objects.filter(of=row).delete()
    row.state, row.finished_at = Import.State(row.taking_back), datetime.now(UTC)
    row.save(update_fields=["state", "finished_at"])
