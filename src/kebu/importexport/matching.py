"""Units and the records that are there already: which are the same, and what would change in them.

Which record a unit speaks of is found out by `recognising`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from kebu.accounts.actor import Actor
from kebu.core.db import IdIn
from kebu.fields.registry import Catalog, Field, ObjectType
from kebu.importexport.joining import Part, Problem, Unit, Values, is_invalid, same
from kebu.importexport.locking import closed
from kebu.importexport.options import Options
from kebu.importexport.recognising import Found, Recogniser, Row
from kebu.records import numbers, permissions
from kebu.records.plain import plain_of

_TOLD_RIVALS = 5
# What changes in a record: field → [what it was when the plan was made, what it becomes].
Edits = dict[str, list[Any]]


@dataclass
class Behind:
    """What becomes of a record behind a lookup: changed where it has an `id`, else created with `values`.

    `main`: the lookup's relation is to point at it."""

    relation: str
    id: int | None
    edits: Edits = dataclass_field(default_factory=dict)
    values: Values = dataclass_field(default_factory=dict)
    main: bool = False


@dataclass
class Verdict:
    """What becomes of a unit. `action`: create, update, same, skip, or reject where it may be one of several records or
    the person may create none. `number` is that of the record which is there, `by` the fields by which it is known."""

    action: str
    record: int | None = None
    edits: Edits = dataclass_field(default_factory=dict)
    behind: list[Behind] = dataclass_field(default_factory=list)
    number: str = ""
    by: Sequence[str] = ()


class Matcher:
    """Compares units with the database, all of them with a few queries."""

    def __init__(
        self, actor: Actor, known: Catalog, one: ObjectType, fields: Mapping[str, Field], options: Options
    ) -> None:
        self.problems: list[Problem] = []
        self.met: Mapping[int, set[int]] = {}  # see `Recogniser`
        self._actor, self._known, self._one, self._options = actor, known, one, options
        fields = {key: field for key, field in fields.items() if not field.masked}
        self._own = [field for field in fields.values() if not field.relation]
        self._behind: dict[str, list[Field]] = {}
        for field in fields.values():
            if field.relation:
                self._behind.setdefault(field.relation.key, []).append(field.stored)
        self._all_fields = fields
        self._headers: Mapping[str, str] = {}
        self._locked: dict[str, set[int]] = {}
        # Relations behind which the person may create nothing; "" stands for the object itself.
        targets = {"": one} | {key: known.object(known.field(one.key, key).target or "") for key in self._behind}
        self._closed_to_new = {key for key, other in targets.items() if not permissions.may(actor, other, "create")}

    def judge(self, units: Sequence[Unit], headers: Mapping[str, str]) -> list[Verdict | None]:
        """The verdict on each unit; None for one that has no title and is no known record's either."""
        self._headers = headers
        found = self._records(units)
        records = [one.row for one in found]
        self._settle_numbers(
            [unit for unit, one in zip(units, found, strict=True) if not one.rivals],
            [one.row for one in found if not one.rivals],
        )
        pairs = zip(units, records, strict=True)
        kids = self._kids([row for unit, row in pairs if row is not None and self._mode(unit) != "skip"])
        self._find_locked(units, records, kids)
        verdicts = []
        for unit, one in zip(units, found, strict=True):
            verdict = self._verdict(unit, one, kids)
            if verdict is not None and one.row is not None:
                verdict.number, verdict.by = one.row["number"] or "", one.by
            verdicts.append(verdict)
        return verdicts

    # -- which record -----------------------------------------------------------------------------------------------

    def _records(self, units: Sequence[Unit]) -> list[Found]:
        columns = self._columns(self._one, self._own) | {self._attribute(relation) for relation in self._behind}
        recogniser = Recogniser(self._actor, self._known, self._one, self._all_fields, self._options, columns)
        found = recogniser.find(units, [place for place, unit in enumerate(units) if self._mode(unit) == "create"])
        self.met = recogniser.met
        for unit, one in zip(units, found, strict=True):
            if not one.rivals and not one.alike:
                continue
            name = str(unit.values.get(self._one.title) or "")
            if one.rivals and self._mode(unit) != "skip":
                shown = [row["number"] or "" for row in one.rivals[:_TOLD_RIVALS]]
                told = ", ".join(shown) + (" …" if len(one.rivals) > _TOLD_RIVALS else "")
                self._say(unit, "several_match", self._one.title, name, {"numbers": told, "rivals": shown})
            elif one.alike and not one.row and "" not in self._closed_to_new:
                other = one.alike[self._title(self._one)] or ""
                params = {"number": one.alike["number"] or "", "name": other}
                self._say(unit, "same_contact", self._one.title, name, params)
        return found

    def _mode(self, unit: Unit) -> str:
        """What happens where the record is there already: as it was chosen for the row, else for all."""
        return unit.mode or self._options.on_match

    def _say(self, unit: Unit, code: str, key: str, value: str | None, params: dict[str, Any]) -> None:
        self.problems.append(Problem(unit.rows[0], code, key, self._headers.get(key), value, params))

    # -- numbers ----------------------------------------------------------------------------------------------------

    def _settle_numbers(self, units: Sequence[Unit], records: Sequence[Row | None]) -> None:
        """Take numbers away that belong to another record or are there twice; those rows get new ones.

        Who does not see all records brings no numbers: whether one is free would tell of records that are hidden.
        """
        wanted = []
        for unit, row in zip(units, records, strict=True):
            number = unit.values.get("number")
            if row is None and number is not None and not is_invalid(number) and "" not in self._closed_to_new:
                wanted.append((unit, number))
            elif number is not None:
                del unit.values["number"]
                if row is not None and row["number"] != number and self._mode(unit) == "overwrite":
                    # It is what others know the record by.
                    self._say(unit, "number_kept", "number", str(number), {"number": row["number"] or ""})
        used = (
            numbers.existing(self._one, [number for _, number in wanted])
            if permissions.sees_all(self._actor, self._one)
            else None
        )
        given: set[str] = set()
        for unit, number in wanted:
            if used is None or number in used or number in given:
                del unit.values["number"]
                self._say(unit, "number_taken", "number", number, {"number": number})
            given.add(number)

    # -- what changes -----------------------------------------------------------------------------------------------

    def _kids(self, rows: Sequence[Row]) -> dict[str, dict[int, list[Row]]]:
        """The records behind lookups that belong to the matched ones: by relation, by the id they belong to."""
        found: dict[str, dict[int, list[Row]]] = {key: {} for key in self._behind}
        for key, fields in self._behind.items() if rows else ():
            relation = self._known.field(self._one.key, key)
            target = self._known.object(relation.target or "")
            columns = self._columns(target, fields)
            kids = target.model.objects.filter(permissions.visible_among(self._actor, target))
            of = found[key]
            if relation.back:
                owner = f"{relation.back}_id"
                belonging = kids.filter(IdIn([row["id"] for row in rows], column=owner)).order_by("id")
                for kid in belonging.values(owner, *columns).iterator(chunk_size=5000):
                    of.setdefault(kid[owner], []).append(kid)
            else:
                attribute = self._attribute(key)
                pointed = {row[attribute]: row["id"] for row in rows if row[attribute] is not None}
                for kid in kids.filter(IdIn(list(pointed))).values(*columns).iterator(chunk_size=5000):
                    of.setdefault(pointed[kid["id"]], []).append(kid)
        return found

    def _verdict(self, unit: Unit, found: Found, kids: Mapping[str, Mapping[int, list[Row]]]) -> Verdict | None:
        row = found.row
        if found.rivals:
            return Verdict("skip" if self._mode(unit) == "skip" else "reject")
        if row is None:
            if not unit.key:
                return None
            if "" in self._closed_to_new:
                return self._left(unit, "may_not_create")
            if self._is_locked(self._one.scope, unit.values):
                return self._left(unit, "may_not_attach")
            behind = [
                Behind(relation, None, values=part.values) for relation, parts in unit.behind.items() for part in parts
            ]
            return Verdict("create", behind=self._without_new(unit, behind))
        mode = self._mode(unit)
        if mode == "skip":
            return Verdict("skip", row["id"])
        edits = self._without_once(unit, _edits({field.key: field for field in self._own}, row, unit.values, mode))
        behind = []
        for relation, parts in unit.behind.items():
            behind += self._behind_record(relation, parts, row, kids[relation].get(row["id"], []), mode)
        if not edits and not behind:
            return Verdict("same", row["id"])
        if row["id"] in self._locked[""]:
            return self._left(unit, "may_not_change", row)
        if self._one.scope in edits and self._is_locked(self._one.scope, unit.values):
            return self._left(unit, "may_not_attach", row)
        behind = self._open_behind(unit, self._without_new(unit, behind))
        return Verdict("update" if edits or behind else "same", row["id"], edits, behind)

    # -- what the person may not change -----------------------------------------------------------------------------

    def _find_locked(
        self,
        units: Sequence[Unit],
        records: Sequence[Row | None],
        kids: Mapping[str, Mapping[int, Sequence[Row]]],
    ) -> None:
        """Find out which records the person sees and may not change: the matched ones, those that units are to be
        attached to, and those behind lookups; by the key of the relation that names them."""
        self._locked = {"": self._closed(self._one, {row["id"] for row in records if row is not None})}
        if scope := self._one.scope:
            target = self._known.object(self._known.field(self._one.key, scope).target or "")
            named = {value for unit in units if type(value := unit.values.get(scope)) is int and value > 0}
            self._locked[scope] = self._closed(target, named)
        for relation, of in kids.items():
            target = self._known.object(self._known.field(self._one.key, relation).target or "")
            self._locked[relation] = self._closed(target, {kid["id"] for rows in of.values() for kid in rows})

    def _closed(self, one: ObjectType, ids: set[int]) -> set[int]:
        return closed(self._actor, one, ids, "change")

    def _is_locked(self, scope: str | None, values: Values) -> bool:
        """Whether these values attach their record to one that the person may not change."""
        return scope is not None and type(values.get(scope)) is int and values[scope] in self._locked[scope]

    def _left(self, unit: Unit, code: str, row: Row | None = None) -> Verdict:
        """Leave a unit out, and say why at each of its rows. What somebody else may bring is told as rejected."""
        key = self._one.scope or "" if code == "may_not_attach" else self._one.title
        params = {"name": self._known.field(self._one.key, key).label(self._actor.language)}
        self.problems += [Problem(place, code, key, self._headers.get(key), None, params) for place in unit.rows]
        return Verdict("reject" if code == "may_not_create" else "skip", row["id"] if row else None)

    def _without_new(self, unit: Unit, behind: list[Behind]) -> list[Behind]:
        """What remains behind lookups without new records that the person may not create."""
        closed = {one.relation for one in behind if one.id is None} & self._closed_to_new
        for relation in sorted(closed):
            name = self._known.field(self._one.key, relation).label(self._actor.language)
            self._say(unit, "may_not_create_behind", self._said_by(relation), None, {"name": name})
        return [one for one in behind if one.id is not None or one.relation not in closed]

    def _said_by(self, relation: str) -> str:
        """The first column of the file that speaks of the record behind a relation."""
        return next((key for key in self._headers if key.startswith(f"{relation}.")), relation)

    def _without_once(self, unit: Unit, edits: Edits, before: str = "") -> Edits:
        """What remains of edits without those of fields that the person may only fill in, and that are filled."""
        kept = {}
        for key, (held, new) in edits.items():
            field = self._all_fields[before + key]
            if field.once and held is not None:
                self._say(unit, "once_kept", field.key, None, {"name": field.label(self._actor.language)})
            else:
                kept[key] = [held, new]
        return kept

    def _open_behind(self, unit: Unit, behind: Sequence[Behind]) -> list[Behind]:
        """What remains of changes behind lookups, without those of records that the person may not change."""
        left = []
        for one in behind:
            if one.edits and one.id in self._locked[one.relation]:
                name = self._known.field(self._one.key, one.relation).label(self._actor.language)
                self._say(unit, "may_not_change_behind", self._said_by(one.relation), None, {"name": name})
                one.edits = {}
            one.edits = self._without_once(unit, one.edits, f"{one.relation}.")
            if one.id is None or one.edits or one.main:
                left.append(one)
        return left

    def _behind_record(
        self, relation: str, parts: Sequence[Part], row: Row, kids: Sequence[Row], mode: str
    ) -> list[Behind]:
        target = self._known.object(self._known.field(self._one.key, relation).target or "")
        fields = {field.key: field for field in self._behind[relation]}
        main = row[self._attribute(relation)]
        meant = main if len(parts) == 1 else None  # of several without a name none is the main one for certain
        chosen: dict[int, Row] = {}
        for wholly in (True, False):  # what is there already to the letter is nobody else's
            for place, part in enumerate(parts):
                taken = {kid["id"] for kid in chosen.values()}
                free = [kid for kid in kids if kid["id"] not in taken]
                kid = self._same_kid(part.values, free, fields, target, meant, wholly=wholly)
                if place not in chosen and kid is not None:
                    chosen[place] = kid
        found = []
        for place, part in enumerate(parts):
            # The row that names somebody else first says who the main one is, where it may overwrite.
            leads = place == 0 and mode == "overwrite"
            kid = chosen.get(place)
            if kid is None:
                found.append(Behind(relation, None, values=part.values, main=leads))
                continue
            leads = leads and kid["id"] != main
            edits = _edits(fields, kid, part.values, mode)
            if edits or leads:
                found.append(Behind(relation, kid["id"], edits, main=leads))
        return found

    def _same_kid(
        self,
        values: Values,
        kids: Sequence[Row],
        fields: Mapping[str, Field],
        target: ObjectType,
        main: int | None,
        *,
        wholly: bool,
    ) -> Row | None:
        """Which of the records behind is meant: the one of that title, else one that nothing speaks against; a row that
        names none means the main one. `wholly`: only one that holds all these values."""
        title = self._title(target)
        name = values.get(target.title)

        def equal(kid: Row) -> int:
            return sum(plain_of(kid, fields[key]) == value for key, value in values.items())

        def fits(kid: Row) -> bool:
            held = {key: plain_of(kid, fields[key]) for key in values}
            return all(held[key] is None or held[key] == value for key, value in values.items()) and equal(kid) > 0

        if wholly:
            kids = [kid for kid in kids if equal(kid) == len(values)]
        named = [kid for kid in kids if name is not None and same(kid[title], name, title=True)]
        nameless = [kid for kid in kids if (name is None or not kid[title]) and fits(kid)]
        candidates = named or nameless
        if not candidates and name is None:
            candidates = [kid for kid in kids if kid["id"] == main]
        return max(candidates, key=lambda kid: (equal(kid), kid["id"] == main, -kid["id"]), default=None)

    # -- columns ----------------------------------------------------------------------------------------------------

    def _columns(self, one: ObjectType, fields: Iterable[Field]) -> set[str]:
        known = {"id", "number", "extra", "invalid", self._title(one)}
        return known | {field.attribute for field in fields if field.attribute}

    def _title(self, one: ObjectType) -> str:
        return self._known.field(one.key, one.title).attribute or ""

    def _attribute(self, relation: str) -> str:
        return self._known.field(self._one.key, relation).attribute or ""


def _edits(fields: Mapping[str, Field], row: Row, values: Values, mode: str) -> Edits:
    """What of the values is new: into blanks, or also over other values. Text that did not fit replaces nothing."""
    edits = {}
    for key, value in values.items():
        if key not in fields:
            continue
        held = plain_of(row, fields[key])
        if held == value:
            continue
        blank = held is None or held == "" or (is_invalid(held) and not is_invalid(value))
        if blank or (mode == "overwrite" and not is_invalid(value)):
            edits[key] = [held, value]
    return edits
