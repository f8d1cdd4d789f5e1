"""Units and the records that are there already: which are the same, and what would change in them.

Only records that the person may see are found, so that an import tells nobody of others (safety row 2).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from django.db.models import Q

from kebu.accounts.actor import Actor
from kebu.core.text import fold, sort_key
from kebu.fields.registry import Catalog, Field, ObjectType
from kebu.importexport.cleaning import parts_of
from kebu.importexport.joining import Marks, Part, Problem, Unit, Values, is_invalid, same
from kebu.importexport.likeness import spellings_of, title_key
from kebu.importexport.options import Options
from kebu.records import numbers, permissions
from kebu.records.plain import SORT_LENGTH, plain_of

Row = dict[str, Any]
_REACHED_BY = ("phone", "email")
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
    """What becomes of a unit. `action`: create, update, same or skip."""

    action: str
    record: int | None = None
    edits: Edits = dataclass_field(default_factory=dict)
    behind: list[Behind] = dataclass_field(default_factory=list)


class Matcher:
    """Compares units with the database, all of them with a few queries."""

    def __init__(
        self, actor: Actor, known: Catalog, one: ObjectType, fields: Mapping[str, Field], options: Options
    ) -> None:
        self.problems: list[Problem] = []
        self._actor, self._known, self._one, self._options = actor, known, one, options
        self._own = [field for field in fields.values() if not field.relation]
        self._behind: dict[str, list[Field]] = {}
        for field in fields.values():
            if field.relation:
                self._behind.setdefault(field.relation.key, []).append(field.stored)
        self._marks = Marks(one, fields, options)
        self._by_place = one.within is not None and options.match == "auto"
        self._all_fields = fields
        self._headers: Mapping[str, str] = {}

    def judge(self, units: Sequence[Unit], headers: Mapping[str, str]) -> list[Verdict | None]:
        """The verdict on each unit; None for one that has no title and is no known record's either."""
        self._headers = headers
        records = self._records(units)
        self._settle_numbers(units, records)
        pairs = zip(units, records, strict=True)
        kids = self._kids([row for unit, row in pairs if row is not None and self._mode(unit) != "skip"])
        return [self._verdict(unit, row, kids) for unit, row in zip(units, records, strict=True)]

    # -- which record -----------------------------------------------------------------------------------------------

    def _records(self, units: Sequence[Unit]) -> list[Row | None]:
        rows = self._one.model.objects.filter(permissions.visible(self._actor, self._one))
        if all(self._mode(unit) == "create" for unit in units) or not rows.exists():
            return [None] * len(units)
        columns = self._columns(self._one, self._own)
        columns |= {self._attribute(relation) for relation in self._behind}
        rows = rows.values(*columns)
        titles: dict[str, list[Row]] = {}
        title = self._title(self._one)
        if self._marks.by_title or self._by_place:
            names = {one for unit in units if unit.key for one in spellings_of(unit.values[self._one.title])}
            wanted = {sort_key(name[:SORT_LENGTH]) for name in names}
            for part in parts_of(sorted(wanted)):
                for row in rows.filter(title_key__in=part):
                    titles.setdefault(title_key(row[title]), []).append(row)
        marks: dict[str, dict[Any, list[Row]]] = {}
        for name in (*self._marks.strong, *self._marks.weak):
            marks[name] = self._by_mark(name, rows, {unit.marks[name] for unit in units if name in unit.marks})
        claimed: set[int] = set()
        found: list[Row | None] = []
        for unit in units:
            if self._mode(unit) == "create":
                found.append(None)
                continue
            row = self._choose(unit, self._candidates(unit, titles, marks), claimed)
            if row:
                claimed.add(row["id"])
            found.append(row)
        return found

    def _mode(self, unit: Unit) -> str:
        """What happens where the record is there already: as it was chosen for the row, else for all."""
        return unit.mode or self._options.on_match

    def _by_mark(self, name: str, rows: Any, wanted: set[Any]) -> dict[Any, list[Row]]:
        field = self._all_fields[name]
        found: dict[Any, list[Row]] = {}
        if not wanted:
            return found
        path = field.path(field.stored.attribute or "")
        if name in self._one.match:
            # Indexed as they are written: in capitals, as numbers and codes are.
            spellings = sorted({text for one in wanted for text in (str(one), str(one).upper())})
            for part in parts_of(spellings):
                for row in rows.filter(**{f"{path}__in": part}):
                    found.setdefault(fold(str(row[field.attribute or ""])), []).append(row)
            return found
        # No index for certain: one look at all of them.
        seen = self._one.model.objects.filter(permissions.visible(self._actor, self._one))
        ids: dict[int, Any] = {}
        stored = field.stored
        source = path if stored.attribute else field.path("extra")
        for pk, value in seen.values_list("id", source).iterator(chunk_size=5000):
            held = value if stored.attribute else (value or {}).get(stored.key)
            mark = fold(held) if isinstance(held, str) else held
            if mark in wanted:
                ids[pk] = mark
        for part in parts_of(list(ids)):
            for row in rows.filter(id__in=part):
                found.setdefault(ids[row["id"]], []).append(row)
        return found

    def _candidates(
        self, unit: Unit, titles: Mapping[str, list[Row]], marks: Mapping[str, Mapping[Any, list[Row]]]
    ) -> list[Row]:
        for name in self._marks.strong:
            if rows := marks[name].get(unit.marks.get(name)):
                return rows
        if not unit.key:
            for name in self._marks.weak:
                if rows := marks[name].get(unit.marks.get(name)):
                    return rows
            return []
        title = self._title(self._one)
        rows = [row for row in titles.get(unit.key, ()) if self._marks.by_title or self._is_there(unit, row)]
        for name in self._marks.weak:
            rows += [
                row for row in marks[name].get(unit.marks.get(name), ()) if title_key(row[title] or "") == unit.key
            ]
        # Of two companies with one name and different codes neither is the other.
        return [row for row in {row["id"]: row for row in rows}.values() if not self._contradicts(unit, row)]

    def _is_there(self, unit: Unit, row: Row) -> bool:
        """Whether a record of the same title belongs to the same one, or is reached in the same way: 张三 is many."""
        for field in self._own:
            if field.key == self._one.within or field.kind in _REACHED_BY:
                value = unit.values.get(field.key)
                if value is not None and not is_invalid(value) and plain_of(row, field) == value:
                    return True
        return False

    def _contradicts(self, unit: Unit, row: Row) -> bool:
        for name in self._marks.strong:
            attribute = self._all_fields[name].attribute
            held = row.get(attribute) if attribute and not self._all_fields[name].relation else None
            if held is not None and name in unit.marks and fold(str(held)) != unit.marks[name]:
                return True
        return False

    def _choose(self, unit: Unit, rows: Sequence[Row], claimed: set[int]) -> Row | None:
        """The candidate that is most like the unit, the oldest of equals; said where there are several."""
        free = [row for row in rows if row["id"] not in claimed]
        if len(rows) <= 1 or not free:
            return free[0] if free else None
        number = unit.values.get("number")

        def likeness(row: Row) -> tuple[bool, int]:
            equal = sum(plain_of(row, field) == unit.values.get(field.key) is not None for field in self._own)
            return number is not None and row["number"] == number, equal

        scores = {row["id"]: likeness(row) for row in free}
        best = max(scores.values())
        equals = sorted((row for row in free if scores[row["id"]] == best), key=lambda row: int(row["id"]))
        if len(equals) > 1:
            value = str(unit.values.get(self._one.title, ""))
            params = {"number": equals[0]["number"] or ""}
            self._say(unit, "several_match", self._one.title, value, params)
        return equals[0]

    def _say(self, unit: Unit, code: str, key: str, value: str, params: dict[str, Any]) -> None:
        self.problems.append(Problem(unit.rows[0], code, key, self._headers.get(key), value, params))

    # -- numbers ----------------------------------------------------------------------------------------------------

    def _settle_numbers(self, units: Sequence[Unit], records: Sequence[Row | None]) -> None:
        """Take numbers away that belong to another record or are there twice; those rows get new ones.

        Who does not see all records brings no numbers: whether one is free would tell of records that are hidden.
        """
        wanted = []
        for unit, row in zip(units, records, strict=True):
            number = unit.values.get("number")
            if row is None and number is not None and not is_invalid(number):
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
        found: dict[str, dict[int, list[Row]]] = {}
        for key, fields in self._behind.items():
            relation = self._known.field(self._one.key, key)
            target = self._known.object(relation.target or "")
            columns = self._columns(target, fields)
            seen = permissions.visible(self._actor, target)
            of: dict[int, list[Row]] = {}
            if relation.back:
                owner = f"{relation.back}_id"
                for part in parts_of([row["id"] for row in rows]):
                    kids = target.model.objects.filter(seen, Q(**{f"{owner}__in": part}))
                    for kid in kids.order_by("id").values(owner, *columns):
                        of.setdefault(kid[owner], []).append(kid)
            else:
                attribute = self._attribute(key)
                pointed = {row[attribute]: row["id"] for row in rows if row[attribute] is not None}
                for part in parts_of(list(pointed)):
                    for kid in target.model.objects.filter(seen, id__in=part).values(*columns):
                        of.setdefault(pointed[kid["id"]], []).append(kid)
            found[key] = of
        return found

    def _verdict(self, unit: Unit, row: Row | None, kids: Mapping[str, Mapping[int, list[Row]]]) -> Verdict | None:
        if row is None:
            if not unit.key:
                return None
            behind = [
                Behind(relation, None, values=part.values) for relation, parts in unit.behind.items() for part in parts
            ]
            return Verdict("create", behind=behind)
        mode = self._mode(unit)
        if mode == "skip":
            return Verdict("skip", row["id"])
        edits = _edits({field.key: field for field in self._own}, row, unit.values, mode)
        behind = []
        for relation, parts in unit.behind.items():
            behind += self._behind_record(relation, parts, row, kids[relation].get(row["id"], []), mode)
        return Verdict("update" if edits or behind else "same", row["id"], edits, behind)

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
