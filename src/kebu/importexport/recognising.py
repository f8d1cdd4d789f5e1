"""Which record that is there already a unit speaks of, and by what that is told.

Only records that the person may see are found, so that an import tells nobody of others (safety row 2). All units are
looked up together, by one question for each mark.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from django.db.models import Expression, F, QuerySet
from django.db.models.functions import Lower

from kebu.accounts.actor import Actor
from kebu.core.db import Folded, IdIn, JsonKey, TextIn
from kebu.core.text import fold, sort_key
from kebu.fields.registry import Catalog, Field, ObjectType
from kebu.importexport.joining import CHOSEN, REACHED_BY, Key, Marks, Unit, is_invalid, name_of, same
from kebu.importexport.likeness import is_kin, phone_spellings, spellings_of, title_key
from kebu.importexport.options import Options
from kebu.records import permissions
from kebu.records.plain import SORT_LENGTH, plain_of

Row = dict[str, Any]
# Kinds of fields that have an index where they are columns; the first says most.
_INDEXED = ("auto_number", "credit_code", *REACHED_BY)
_TEXTS = ("text", "long_text", "address", "link", "choice", *_INDEXED)


@dataclass
class Found:
    """The record that a unit speaks of, and the fields by which it is known. `rivals`: it may be any of these, which
    only a person can say. `alike`: one that is reached in the same way, but has another title."""

    row: Row | None = None
    by: Key = ()
    rivals: Sequence[Row] = ()
    alike: Row | None = None


@dataclass
class _Search:
    """Units of which some are found by now. Each record is one unit's."""

    units: Sequence[Unit]
    found: list[Found]
    waiting: set[int]
    claimed: set[int] = dataclass_field(default_factory=set)
    met: dict[int, set[int]] = dataclass_field(default_factory=dict)

    def meets(self, place: int, ids: Iterable[int]) -> None:
        """Write down that what becomes of a unit may depend on who else wants these records."""
        self.met.setdefault(place, set()).update(ids)

    def having(self, name: str, held: Collection[Any] | None = None) -> list[tuple[int, Unit]]:
        """The units with that mark that still wait, by their places; `held`: with one of these."""
        pairs = ((place, unit, unit.marks.get(name)) for place, unit in enumerate(self.units) if name in unit.marks)
        return [
            (place, unit) for place, unit, mark in pairs if (held is None or mark in held) and place in self.waiting
        ]

    def settle(self, place: int, found: Found) -> None:
        self.found[place] = found
        self.waiting.discard(place)
        if found.row is not None:
            self.claimed.add(found.row["id"])


class Recogniser:
    """Finds the records of units; `columns` are those of a record that are needed of it."""

    def __init__(
        self,
        actor: Actor,
        known: Catalog,
        one: ObjectType,
        fields: Mapping[str, Field],
        options: Options,
        columns: Iterable[str],
    ) -> None:
        self._actor, self._known, self._one, self._fields = actor, known, one, fields
        self._seen_fields = permissions.read(actor, known, one.key)
        self._own = [field for field in fields.values() if not field.relation]
        self._marks = Marks(one, fields, options)
        self._by_place = one.within is not None and not options.by
        self._title = known.field(one.key, one.title).attribute or ""
        self._columns = sorted(columns)
        self._rows: dict[int, Row] = {}
        self.met: Mapping[int, set[int]] = {}  # by the places of units the records over which they may meet others

    def find(self, units: Sequence[Unit], left: Collection[int]) -> list[Found]:
        """What is known of each unit, in order; those at the places `left` are not looked for."""
        search = _Search(units, [Found() for _ in units], set(range(len(units))) - set(left))
        if search.waiting and self._seen().exists():
            self._by_choice(search)
            strong = {
                by: self._holding(by, [unit for _, unit in search.having(name_of(by))]) for by in self._marks.strong
            }
            for by, held in strong.items():
                for place, unit in search.having(name_of(by), held):
                    search.meets(place, held[unit.marks[name_of(by)]])
            owed = {pk: (name_of(by), mark) for by, held in strong.items() for mark, ids in held.items() for pk in ids}

            def agrees(unit: Unit, row: Row) -> bool:
                """A number does not take what another row names by its code."""
                name, mark = owed.get(row["id"], ("", None))
                return (mark is None or unit.marks.get(name) == mark) and self._agrees(unit, row)

            for by in self._marks.weak:
                self._by_mark(search, by, agrees)
            for by, held in strong.items():
                self._by_mark(search, by, None, held)
            if self._marks.by_title or self._by_place:
                self._by_titles(search)
            for by in self._marks.reach:
                self._by_mark(search, by, self._may_be)
        self.met = search.met
        return search.found

    # -- one mark after the other -----------------------------------------------------------------------------------

    def _by_mark(
        self,
        search: _Search,
        by: Key,
        fits: Callable[[Unit, Row], bool] | None,
        held: Mapping[Any, Sequence[int]] | None = None,
    ) -> None:
        name = name_of(by)
        held = self._holding(by, [unit for _, unit in search.having(name)]) if held is None else held
        offers = []
        for place, unit in search.having(name, held):  # of the others there is nothing to say
            rows = self._fetched(held[unit.marks[name]])
            fitting = [row for row in rows if fits is None or (fits(unit, row) and not self._contradicts(unit, row))]
            if by in self._marks.reach and self._marks.by_title and rows and not fitting:
                search.found[place].alike = search.found[place].alike or rows[0]
            if by in self._marks.weak:  # also those that another one has taken by its code
                search.meets(place, (row["id"] for row in rows if self._agrees(unit, row)))
            offers.append((place, unit, fitting))
        self._choose(search, by, offers)

    def _by_choice(self, search: _Search) -> None:
        """What a person says counts more than anything that the row says."""
        waiting = search.having(CHOSEN)
        numbers = {text for _, unit in waiting for text in (unit.marks[CHOSEN], unit.marks[CHOSEN].upper())}
        asked = self._asked(TextIn(F("number"), sorted(numbers)), ["number"]) if waiting else ()
        held = {fold(number): [pk] for pk, number in asked}
        self._fetch(pk for ids in held.values() for pk in ids)
        for place, unit in waiting:
            for row in self._fetched(held.get(unit.marks[CHOSEN], ())):
                search.meets(place, [row["id"]])
                search.settle(place, Found(row, (CHOSEN,)))

    def _by_titles(self, search: _Search) -> None:
        waiting = [(place, search.units[place]) for place in sorted(search.waiting) if search.units[place].key]
        held: dict[str, list[int]] = {}
        for pk, title in self._asked(self._title_in([unit for _, unit in waiting]), [self._title]):
            held.setdefault(title_key(title), []).append(pk)
        found = [(place, unit) for place, unit in waiting if unit.key in held]
        self._fetch(pk for _, unit in found for pk in held[unit.key])
        offers = []
        for place, unit in found:
            rows = self._fetched(held[unit.key])
            rows = [row for row in rows if self._marks.by_title or self._is_there(unit, row)]
            # Of two companies with one name and different codes neither is the other.
            offers.append((place, unit, [row for row in rows if not self._contradicts(unit, row)]))
        self._choose(search, (self._one.title,), offers)

    def _choose(self, search: _Search, by: Key, offers: Sequence[tuple[int, Unit, Sequence[Row]]]) -> None:
        """Let each unit have its record. Of several it is the one of which it says nothing new, or the only one that
        something else speaks for; else a person has to say which."""
        doubtful = {row["id"]: row for _, _, rows in offers if len(rows) > 1 for row in rows}
        ends = self._ends(doubtful)
        later = []
        for place, unit, rows in offers:
            if rows:
                search.meets(place, (row["id"] for row in rows))
            whole = [row for row in rows if len(rows) > 1 and self._is_whole(unit, row, ends[row["id"]])]
            free = [row for row in whole if row["id"] not in search.claimed]
            if free:
                search.settle(place, Found(free[0], by))
            elif rows:
                later.append((place, unit, rows))
        for place, unit, rows in later:
            free = [row for row in rows if row["id"] not in search.claimed]
            near = [row for row in free if len(free) > 1 and self._is_reached(unit, ends[row["id"]])]
            if len(free) == 1:
                search.settle(place, Found(free[0], by))
            elif len(near) == 1:
                reached = [one for one in self._marks.reach if self._says(unit, ends[near[0]["id"]], one)]
                search.settle(place, Found(near[0], (*by, *reached[0])))
            elif free:
                search.settle(place, Found(rivals=free))

    # -- what speaks for a record, and against it -------------------------------------------------------------------

    def _agrees(self, unit: Unit, row: Row) -> bool:
        return not unit.key or title_key(row[self._title] or "") == unit.key

    def _may_be(self, unit: Unit, row: Row) -> bool:
        """Whether a record that is reached in the same way may be it, by its title."""
        if not unit.key:
            return True
        return self._marks.by_title and is_kin(unit.values[self._one.title], row[self._title] or "")

    def _is_there(self, unit: Unit, row: Row) -> bool:
        """Whether a record of the same title belongs to the same one, or is reached in the same way: 张三 is many."""
        for field in self._own:
            if field.key == self._one.within or field.kind in REACHED_BY:
                value = unit.values.get(field.key)
                if value is not None and not is_invalid(value) and plain_of(row, field) == value:
                    return True
        return False

    def _contradicts(self, unit: Unit, row: Row) -> bool:
        for by in self._marks.strong:
            field = self._fields.get(by[0])
            held = row.get(field.attribute) if field and field.attribute and not field.relation else None
            if held is not None and by[0] in unit.marks and fold(str(held)) != unit.marks[by[0]]:
                return True
        return False

    def _is_whole(self, unit: Unit, row: Row, ends: Mapping[str, Any]) -> bool:
        """Whether the unit says nothing that the record does not."""
        for field in self._own:
            value = unit.values.get(field.key)
            if value is not None and not same(plain_of(row, field), value, title=field.key == self._one.title):
                return False
        first = {
            f"{relation}.{key}": value
            for relation, parts in unit.behind.items()
            for key, value in parts[0].values.items()
        }
        return all(ends.get(key) == value for key, value in first.items())

    def _is_reached(self, unit: Unit, ends: Mapping[str, Any]) -> bool:
        return any(self._says(unit, ends, by) for by in self._marks.reach)

    def _says(self, unit: Unit, ends: Mapping[str, Any], by: Key) -> bool:
        mark = unit.marks.get(by[0])
        return mark is not None and self._marks.compared(by[0], ends.get(by[0])) == mark

    def _ends(self, rows: Mapping[int, Row]) -> dict[int, dict[str, Any]]:
        """What lookups and telephones of some records say, by the keys of the plan's fields."""
        fields = [field for field in self._fields.values() if field.relation or field.stored.kind in REACHED_BY]
        found: dict[int, dict[str, Any]] = {pk: {} for pk in rows}
        if rows and fields:
            for pk, *values in self._asked(IdIn(list(rows)), [_path(field) for field in fields]):
                found[pk] = {field.key: _plain(field, value) for field, value in zip(fields, values, strict=True)}
        return found

    # -- asking the database ----------------------------------------------------------------------------------------

    def _seen(self) -> "QuerySet[Any]":
        rows: QuerySet[Any] = self._one.model.objects.filter(permissions.visible_among(self._actor, self._one))
        return rows

    def _asked(self, condition: Any, paths: Sequence[str]) -> Iterator[Any]:
        rows = self._seen() if condition is None else self._seen().filter(condition)
        return iter(rows.order_by("id").values_list("id", *paths).iterator(chunk_size=5000))

    def _fetch(self, ids: Iterable[int]) -> None:
        missing = [pk for pk in dict.fromkeys(ids) if pk not in self._rows]
        if missing:
            for row in self._seen().filter(IdIn(missing)).values(*self._columns):
                self._rows[row["id"]] = row

    def _fetched(self, ids: Iterable[int]) -> list[Row]:
        return [self._rows[pk] for pk in ids if pk in self._rows]

    def _holding(self, by: Key, units: Sequence[Unit]) -> dict[Any, list[int]]:
        """The records that have the units' marks, by mark."""
        name = name_of(by)
        wanted = {unit.marks[name] for unit in units}
        found: dict[Any, list[int]] = {}
        ways = self._ways(by) if wanted else []
        # Where a telephone may stand in several fields it is spelled once for all of them.
        spelled = _phones(wanted) if len(ways) > 1 else None
        for ends in ways:
            for pk, *values in self._asked(self._narrowed(by, ends, units, spelled), [_path(field) for field in ends]):
                marks = [
                    self._marks.compared(key, _plain(field, value))
                    for key, field, value in zip(by, ends, values, strict=True)
                ]
                mark = marks[0] if len(by) == 1 else tuple(marks)
                if mark in wanted and pk not in found.setdefault(mark, []):
                    found[mark].append(pk)
        self._fetch(pk for ids in found.values() for pk in ids)
        return found

    def _ways(self, by: Key) -> list[list[Field]]:
        """The fields in which a mark may stand: a telephone is the same one, mobile or not."""
        ends = [self._seen_fields[key] if key in self._seen_fields else self._fields[key] for key in by]
        if by not in self._marks.reach or ends[0].stored.kind != "phone":
            return [ends]
        relation = ends[0].relation and ends[0].relation.key
        phones = [field for field in self._seen_fields.values() if field.stored.kind == "phone"]
        return [[field] for field in phones if (field.relation and field.relation.key) == relation]

    def _narrowed(self, by: Key, ends: Sequence[Field], units: Sequence[Unit], phones: Sequence[str] | None) -> Any:
        """A condition that all records with these marks meet, by the field that the database finds best. `phones`: the
        spellings of the marks, where they are there already."""
        at = min(range(len(by)), key=lambda place: self._rank(ends[place]))
        field, key = ends[at], by[at]
        if field.stored.kind not in _TEXTS:
            return None
        if key == self._one.title:
            return self._title_in(units)
        name = name_of(by)
        marks = {str(unit.marks[name] if len(by) == 1 else unit.marks[name][at]) for unit in units}
        texts: Collection[str] = marks
        if field.stored.kind == "phone":
            texts = phones or _phones(marks)
        if not self._is_indexed(field):
            held = _held(field, field.path(field.stored.attribute or "extra"))
            return TextIn(Folded(held), sorted(map(fold, texts)))
        column = F(field.stored.attribute or "")
        if field.stored.kind == "email":
            condition = TextIn(Lower(column), sorted(marks))
        else:
            if field.stored.kind != "phone":
                texts = marks | {mark.upper() for mark in marks}
            condition = TextIn(column, sorted(texts))
        if field.relation is None:
            return condition
        # By way of those that are reached so: their index is of no use behind a join.
        target = self._known.object(field.relation.target or "")
        kids = target.model.objects.filter(permissions.visible_among(self._actor, target), condition)
        return IdIn(list(kids.values_list("id", flat=True)), column=field.relation.attribute or "")

    def _title_in(self, units: Sequence[Unit]) -> TextIn:
        names = {name for unit in units if unit.key for name in spellings_of(unit.values[self._one.title])}
        return TextIn(F("title_key"), sorted({sort_key(name[:SORT_LENGTH]) for name in names}))

    def _is_indexed(self, field: Field) -> bool:
        return field.stored.attribute is not None and field.stored.kind in _INDEXED

    def _rank(self, field: Field) -> int:
        kind = field.stored.kind
        if field.key == self._one.title:
            return 2
        if self._is_indexed(field):
            return _INDEXED.index(kind) if kind in _INDEXED[:2] else 3
        return 4 if kind in _TEXTS else 5


def _phones(marks: Iterable[str]) -> list[str]:
    """All spellings of telephones."""
    return sorted({text for mark in marks for text in phone_spellings(mark)})


def _path(field: Field) -> str:
    """The column that holds what a field says, as the ORM names it."""
    return field.path(field.stored.attribute or "extra")


def _held(field: Field, path: str) -> Expression | F:
    return F(path) if field.stored.attribute else JsonKey(path, field.stored.key)


def _plain(field: Field, value: Any) -> Any:
    """The plain value in that column."""
    if field.stored.attribute:
        return field.stored.type.plain(value)
    return (value or {}).get(field.stored.key)
