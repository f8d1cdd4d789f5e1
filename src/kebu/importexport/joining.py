"""Rows of one or several sheets to units: each is one record to be, with those behind its lookups."""

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import cache
from typing import Any
from zlib import crc32

from kebu.core.text import fold
from kebu.fields.registry import Catalog, Field, ObjectType
from kebu.importexport.cleaning import Clean
from kebu.importexport.likeness import is_kin, phone_key, title_key
from kebu.importexport.options import Options

Values = dict[str, Any]
# The fields of a mark.
Key = tuple[str, ...]
# Kinds of fields by which somebody is reached, in the order in which they are tried.
REACHED_BY = ("phone", "email")
EXCLUDE = "exclude"
WITHIN = "within"  # the mark of the record to which a unit belongs
CHOSEN = "chosen"  # the mark of the record that a person says it is, by its number


@dataclass
class Problem:
    """Something to be said about a row, or about one of its cells. `column` is the header in the file. `cell`: what the
    cell says by itself is not understood, whatever other rows say."""

    row: int
    code: str
    field: str | None = None
    column: str | None = None
    value: str | None = None
    params: dict[str, Any] = dataclass_field(default_factory=dict)
    cell: bool = False


@dataclass(slots=True)
class Part:
    """A record behind a lookup: its plain values, and the last sheet that spoke of it."""

    sheet: int
    values: Values


@dataclass(slots=True)
class Unit:
    """A record to be. `values` are its own plain ones, `behind` by relation the records behind its lookups, the main
    one first. `marks` tell it from others of the same title. `sheet` is where it was met first, `rows` are the places
    of all rows that it comes from, `added` whether each of them said something new. `mode`: what a person chose for
    its rows instead of the option `on_match`. `ref`: what other objects of the import call it (see `Among`)."""

    key: str
    sheet: int
    values: Values
    behind: dict[str, list[Part]]
    marks: Values
    rows: list[int]
    added: list[bool]
    mode: str | None = None
    ref: int = 0


@dataclass
class Source:
    """A sheet that counts: its fields with their clean columns and headers; `first` is the place of its first row among
    all rows, `numbers` the rows' numbers as people count. `person`: the relation whose record names the rows, which
    are people then. `modes` are what a person chose for rows, by place: `EXCLUDE`, or one of `on_match`; `chosen` the
    numbers of the records that they are about.
    `raws` are the columns before anything was corrected in them, `labels` how often new choices are there by field, in
    rows that are left out, too.
    `system`: the other system whose numbers `outside` are, where they tell. `called`: these numbers also where some are
    there twice; rows of other objects may name them."""

    file: int
    sheet: int
    first: int
    numbers: Sequence[int]
    columns: dict[str, Clean]
    headers: dict[str, str]
    outside: Sequence[Any] | None
    person: str | None = None
    modes: Mapping[int, str] = dataclass_field(default_factory=dict)
    system: str | None = None
    called: Sequence[Any] | None = None
    chosen: Mapping[int, str] = dataclass_field(default_factory=dict)
    raws: Mapping[str, Sequence[Any]] = dataclass_field(default_factory=dict)
    labels: Mapping[str, Counter[str]] = dataclass_field(default_factory=dict)

    @property
    def places(self) -> range:
        """The places of its rows among all rows."""
        return range(self.first, self.first + len(self.numbers))


@dataclass(frozen=True)
class Person:
    """Whom a row of people speaks of: many have one name, but hardly with different telephones in one list."""

    relation: str
    values: Values

    def may_be(self, unit: Unit) -> bool:
        """Whether nothing speaks against it that the unit is the same one."""
        held = [part.values for part in unit.behind.get(self.relation, ())]
        return not held or any(all(one.get(key, value) == value for key, value in self.values.items()) for one in held)


class Marks:
    """By which values records are recognised, beside their title, as an object and the options have it.

    Each mark is of one field, or of several that count together. `strong` ones decide alone, `weak` ones only where the
    title agrees: a number says little, for every table has a 1. Those that `reach` somebody decide where the titles
    may well be of one. `within`: the relation within whose record the title decides.
    """

    def __init__(self, one: ObjectType, fields: Mapping[str, Field], options: Options) -> None:
        self._one, self._fields = one, fields
        self.weak: list[Key] = []
        self.strong: list[Key] = []
        self.reach: list[Key] = []
        self.within: str | None = None
        if options.by:
            self.by_title = options.by == (one.title,)
            if not self.by_title and all(self._source(key) in fields for key in options.by):
                self.strong = [options.by]
        else:
            keys = [key for key in one.match if key != one.title and key in fields]
            self.weak = [(key,) for key in keys if fields[key].kind == "auto_number"]
            self.strong = [(key,) for key in keys if (key,) not in self.weak]
            self.reach = [(key,) for kind in REACHED_BY for key, field in fields.items() if field.stored.kind == kind]
            self.by_title = one.title in one.match
            self.within = one.within if one.within in fields else None
        self._named = [(name_of(by), [_parted(key) for key in by]) for by in (*self.strong, *self.weak, *self.reach)]
        self._phones = {key for key, field in fields.items() if field.stored.kind == "phone"}
        self.derived = any(self._source(key) != key for by in self.strong for key in by)

    def _source(self, key: str) -> str:
        """The field that a file brings for a key: a city comes with its address."""
        field = next((one for one in self._one.fields if one.key == key), None)
        return str(field.options.get("part_of", key)) if field is not None and key not in self._fields else key

    def of(self, values: Values, behind: Mapping[str, Values]) -> Values:
        """The marks among plain values, as they are compared; those of several fields where none of them is empty."""
        if self.derived:
            values = values | self._derived(values)
        found = {}
        for name, ends in self._named:
            marks = []
            for key, relation, own in ends:
                held = behind.get(relation) if relation else values
                value = held.get(own) if held else None
                mark = None if value is None else self.compared(key, value)
                if mark is None:
                    break
                marks.append(mark)
            else:
                found[name] = marks[0] if len(marks) == 1 else tuple(marks)
        return found

    def compared(self, key: str, value: Any) -> Any:
        """A plain value of a field as it is compared; None for one that says nothing."""
        if isinstance(value, str):
            if key == self._one.title:
                return title_key(value) or None
            if key in self._phones:
                number = phone_key(value)
                return number if (key,) in self.reach else number or fold(value) or None
            return fold(value) or None
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    def _derived(self, values: Values) -> Values:
        """What a record computes of these values."""
        parts = [field for field in self._one.fields if "part_of" in field.options]
        row: dict[str, Any] = {}
        for field in self._one.fields:
            value = values.get(field.key)
            row[field.attribute or field.key] = value if isinstance(value, str) else None
        if self._one.derive:
            self._one.derive([row])
        return {field.key: row[field.attribute or field.key] for field in parts}


def _parted(key: str) -> tuple[str, str, str]:
    """A key, the relation before it ("" for none), and what is behind that."""
    relation, _, own = key.rpartition(".")
    return key, relation, own


def name_of(by: Key) -> str:
    """Some fields as the name of one mark."""
    return "+".join(by)


class Joiner:
    """Puts rows together that speak of the same record: by a strong mark, or by the title where no mark speaks against
    it. Rows of different sheets are joined by their title in any case.

    `tokens` stand for all by which a row of `token_rows` meets others, at the same places: rows that share none have
    nothing to do with each other. `several`: there is more than one sheet."""

    def __init__(
        self, known: Catalog, one: ObjectType, fields: Mapping[str, Field], options: Options, *, several: bool = True
    ) -> None:
        self.units: list[Unit] = []
        self.unit_of: dict[int, Unit] = {}
        self.problems: list[Problem] = []
        self.rejected: set[int] = set()
        self.tokens, self.token_rows = array("Q"), array("i")
        self._one, self._fields, self._options = one, fields, options
        self._marks = Marks(one, fields, options)
        self._reach = [name_of(by) for by in self._marks.reach]
        self._decisive = [CHOSEN, *map(name_of, self._marks.strong)]
        self._title_joins = self._marks.by_title or several
        self._titles = {key: known.object(known.field(one.key, key).target or "").title for key, _ in one.lookups}
        self._by_key: dict[str, list[Unit]] = {}
        self._by_mark: dict[tuple[str, Any], Unit] = {}
        self._numbers: dict[int, int] = {}
        self._modes: Mapping[int, str] = {}

    def add(self, place: int, source: Source) -> None:
        """Take in a sheet, the `place`-th that counts."""
        self._numbers.update(zip(source.places, source.numbers, strict=True))
        own = []
        behind: dict[str, list[tuple[str, Clean]]] = {}
        for key, clean in source.columns.items():
            field = self._fields[key]
            if field.relation:
                behind.setdefault(field.relation.key, []).append((field.stored.key, clean))
            else:
                own.append((key, clean))
        count = len(source.numbers)
        rows_behind = {relation: _rows(columns, count) for relation, columns in behind.items()}
        self._modes = source.modes
        for row, values in zip(source.places, _rows(own, count), strict=True):
            found = {relation: part for relation, rows in rows_behind.items() if (part := next(rows))}
            if source.modes.get(row) == EXCLUDE:
                continue
            self._take(row, place, source, values, found)

    def _take(self, row: int, sheet: int, source: Source, values: Values, behind: dict[str, Values]) -> None:
        title = values.get(self._one.title)
        marks = self._marks.of(values, behind)
        if row in source.chosen:
            marks[CHOSEN] = fold(source.chosen[row])
        if source.outside and (number := source.outside[row - source.first]) is not None:
            marks[""] = str(number)
        if isinstance(title, dict) or (title is None and (self._one.title in source.columns or not marks)):
            if title is None:
                header = source.headers.get(self._one.title)
                self.problems.append(Problem(row, "no_title", self._one.title, header))
            self.rejected.add(row)
            return
        key = title_key(title) if title else ""
        if self._marks.within and key and isinstance(owner := values.get(self._marks.within), int):
            marks[WITHIN] = owner
        person = Person(source.person, behind.get(source.person, {})) if source.person else None
        mode = self._modes.get(row)
        # A row that is to be a record of its own is nobody else's further row.
        unit = None if mode == "create" else self._known_as(title or "", key, marks, sheet, person)
        if unit is None:
            parts = {relation: [Part(sheet, part)] for relation, part in behind.items()}
            unit = Unit(key, sheet, values, parts, marks, [row], [True], mode)
            self.units.append(unit)
            self._by_key.setdefault(key, []).append(unit)
        else:
            added = self._merge(unit, row, source, values)
            for relation, part in behind.items():
                added = self._merge_behind(unit, row, sheet, source, relation, part) or added
            unit.rows.append(row)
            unit.added.append(added)
            unit.marks = marks | unit.marks
            unit.mode = unit.mode or mode
        for mark in marks.items():
            self._by_mark.setdefault(mark, unit)
        self.unit_of[row] = unit
        tokens = [_token(name, (mark, key) if name == WITHIN else mark) for name, mark in marks.items()]
        if key and self._title_joins:
            tokens.append(_token(self._one.title, key))
        if (number := values.get("number")) is not None:  # two new records cannot have the same
            tokens.append(_token("number", number))
        self.tokens.extend(tokens)
        self.token_rows.extend([row] * len(tokens))

    def _known_as(self, title: str, key: str, marks: Values, sheet: int, person: "Person | None") -> Unit | None:
        """The unit of an earlier row that this row speaks of."""
        once = self._options.on_match == "create"  # then each row of a sheet is a record of its own
        for name in self._decisive if key else marks:
            unit = self._by_mark.get((name, marks.get(name)))
            if unit and not (once and unit.sheet == sheet):
                return unit
        for unit in self._by_key.get(key, ()) if key else ():
            alike = self._marks.by_title or any(unit.marks.get(name) == mark for name, mark in marks.items())
            if unit.sheet == sheet and (once or not alike):
                continue
            if person and unit.sheet == sheet and not person.may_be(unit):
                continue
            if not self._contradict(marks, unit):
                return unit
        for name in self._reach if key and self._marks.by_title and not once else ():
            unit = self._by_mark.get((name, marks.get(name)))
            # Whoever is reached there may have been called otherwise, but no two names are made one for that alone.
            if unit and unit.key and not self._contradict(marks, unit) and is_kin(title, unit.values[self._one.title]):
                return unit
        return None

    def _contradict(self, marks: Values, unit: Unit) -> bool:
        """Whether a mark says that it is another one; somebody may be reached in several ways."""
        return any(name not in self._reach and unit.marks.get(name, mark) != mark for name, mark in marks.items())

    def _merge(self, unit: Unit, row: int, source: Source, values: Values) -> bool:
        """Add what a further row says of a record; where it says otherwise, the first stays (overwriting: the last)."""
        added = False
        for key, value in values.items():
            held = unit.values.get(key)
            if held is None or (is_invalid(held) and not is_invalid(value)):
                unit.values[key], added = value, True
            elif not same(held, value, title=key == self._one.title):
                added = self._differs(unit.values, key, value, row, unit, source, key) or added
        return added

    def _merge_behind(self, unit: Unit, row: int, sheet: int, source: Source, relation: str, values: Values) -> bool:
        """Add what a further row says of a record behind: of the same one where nothing speaks against it. Rows of one
        sheet that differ speak of two, those of different sheets of the one with the same title."""
        title = self._titles[relation]
        parts = unit.behind.setdefault(relation, [])
        for part in parts:
            held = part.values
            if all(same(held[key], value, title=key == title) for key, value in values.items() if key in held):
                new = {key: value for key, value in values.items() if key not in held}
                held.update(new)
                part.sheet = sheet
                return bool(new)
        name = values.get(title)
        for part in parts if name is not None else ():
            if part.sheet == sheet or not same(part.values.get(title), name, title=True):
                continue
            added = False
            for key, value in values.items():
                if key not in part.values:
                    part.values[key], added = value, True
                elif not same(part.values[key], value, title=key == title):
                    target = f"{relation}.{key}"
                    added = self._differs(part.values, key, value, row, unit, source, target) or added
            part.sheet = sheet
            return added
        parts.append(Part(sheet, values))
        return True

    def _differs(self, held: Values, key: str, value: Any, row: int, unit: Unit, source: Source, target: str) -> bool:
        if (unit.mode or self._options.on_match) == "overwrite" and not is_invalid(value):
            held[key] = value
            return True
        first = self._numbers[unit.rows[0]]
        text = str(next(iter(value.values()))) if isinstance(value, dict) else str(value)
        self.problems.append(Problem(row, "kept_first", target, source.headers.get(target), text, {"row": first}))
        return False


def _token(name: str, mark: Any) -> int:
    """A number for a mark, the same in every process. That two have one is rare and does no harm."""
    return crc32((mark if type(mark) is str else repr(mark)).encode(errors="surrogatepass"), _begun(name))


@cache
def _begun(name: str) -> int:
    return crc32(name.encode())


def is_invalid(value: Any) -> bool:
    """Whether a plain value is text that did not fit."""
    return isinstance(value, dict) and "invalid" in value


def same(one: Any, other: Any, *, title: bool) -> bool:
    """Whether two plain values are equal; titles without case and width."""
    if title and isinstance(one, str) and isinstance(other, str):
        return title_key(one) == title_key(other)
    return bool(one == other)


def _rows(columns: Sequence[tuple[str, Clean]], count: int) -> Iterator[Values]:
    """The rows of some columns, without blanks."""
    if not columns:
        yield from ({} for _ in range(count))
        return
    keys = [key for key, _ in columns]
    for cells in zip(*(clean.values for _, clean in columns), strict=True):
        yield {key: cell for key, cell in zip(keys, cells, strict=True) if cell is not None}
