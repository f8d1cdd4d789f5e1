"""The plan of an import: what would become of every row, worked out before anything is written."""

import re
from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from kebu.accounts.actor import Actor
from kebu.core.errors import LANGUAGES, KebuError, message
from kebu.core.text import fold
from kebu.fields.parsing import Order
from kebu.fields.registry import Catalog, Field, ObjectType
from kebu.fields.types import CleanContext
from kebu.importexport.among import Among
from kebu.importexport.blocks import cropped, parse_range
from kebu.importexport.cleaning import Clean, Cleaner, raw_values
from kebu.importexport.fixes import Fixes, Row, said_by
from kebu.importexport.folder import StoredSheet
from kebu.importexport.joining import EXCLUDE, Joiner, Problem, Source
from kebu.importexport.mapping import Column, cells_of, map_columns, name_by_any_header
from kebu.importexport.matching import Matcher
from kebu.importexport.memory import recall
from kebu.importexport.names import BEHIND, ENDING, Names
from kebu.importexport.options import Options
from kebu.importexport.outcome import Draft, labels_in
from kebu.importexport.outside import system_of
from kebu.importexport.people import PERSON, split
from kebu.importexport.shapes import Shape
from kebu.importexport.tables import Table, find_table
from kebu.records import permissions
from kebu.records.models import NumberSeries
from kebu.records.people import clean_context

_RECORD = 1 << 62  # tokens of records, told apart from those of rows


@dataclass
class Sheet:
    """A sheet of an uploaded file and what is known of it. `header_row` counts from 1 and is the last of `header_rows`;
    None: there is none.

    `used`: its rows count. `said`: a person chose the header row, which is not to be looked for again. `range` and
    `date_order` are what a person said, None for what is found. `remembered`: columns became what they were the last
    time, unless a person wanted that to `forget`. `object`: what its rows are, empty for what the whole import is.
    `shape`: what it looked like in the file; its cells are kept as a table."""

    file: int
    index: int
    name: str
    hidden: bool
    base_1904: bool
    used: bool = False
    header_row: int | None = None
    said: bool = False
    rows: int = 0
    left_out: int = 0
    columns: list[Column] = dataclass_field(default_factory=list)
    header_rows: int = 1
    range: str | None = None
    date_order: Order | None = None
    remembered: bool = False
    forget: bool = False
    object: str = ""
    shape: Shape = "rows"

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> "Sheet":
        """From JSON."""
        return cls(**{**raw, "columns": [Column(**one) for one in raw["columns"]]})

    def as_json(self) -> dict[str, Any]:
        """What is stored of the sheet."""
        return {**vars(self), "columns": [column.as_json() for column in self.columns]}


def require_import(actor: Actor, known: Catalog, one: ObjectType) -> None:
    """KebuError `not_allowed` (403) unless the person may import records of the object and read their titles: records
    are told apart by these, so that who may not read them could try them out. `not_found` where there is no object."""
    permissions.require(actor, one, "import")
    if one.title not in permissions.read(actor, known, one.key):
        raise KebuError("not_allowed", status=403)


class Planner:
    """Makes plans for one object as one person may write it."""

    def __init__(self, actor: Actor, known: Catalog, object_key: str) -> None:
        self.actor, self.known = actor, known
        self.one: ObjectType = known.object(object_key)
        require_import(actor, known, self.one)
        self.names = Names(actor, known, object_key)

    @property
    def key(self) -> tuple[Any, ...]:
        """Whose plans these are, of which object, and under which fields and rights."""
        one = self.actor
        return self.one.key, self.known.version, one.user_id, one.language, one.zone, one.role, one.rights_version

    # -- finding ----------------------------------------------------------------------------------------------------

    def look(self, sheets: Sequence[Sheet], cells: Sequence[StoredSheet]) -> list[Table | None]:
        """Find the tables and map their columns, for sheets that nobody has said anything about yet."""
        tables = [self.table(sheet, stored) for sheet, stored in zip(sheets, cells, strict=True)]
        for sheet, table in zip(sheets, tables, strict=True):
            self.learn(sheet, table)
        seen = [(sheet, table) for sheet, table in zip(sheets, tables, strict=True) if table and not sheet.hidden]
        filled = [sheet for sheet, stored in zip(sheets, cells, strict=True) if any(stored.rows) and not sheet.hidden]
        if any(sheet.shape == "rows" for sheet in filled):  # what reads like a form beside a table explains it
            seen = [(sheet, table) for sheet, table in seen if sheet.shape == "rows"]
        for sheet, table in seen:
            sheet.used = self.is_usable(sheet) and not self._is_form(sheet, table)
        if not any(sheet.used for sheet, _ in seen):
            for sheet, table in seen:
                sheet.used = name_by_any_header(self.names, table, sheet.columns)
                if sheet.used:
                    break
        return tables

    def table(self, sheet: Sheet, stored: StoredSheet) -> Table | None:
        """The table of a sheet, by its header row where a person has said which it is."""
        if sheet.range:
            stored = cropped(stored, parse_range(sheet.range))
        if not sheet.said:
            return find_table(stored.rows, stored.merges, self.names.recognise)
        return find_table(
            stored.rows,
            stored.merges,
            self.names.recognise,
            header_row=sheet.header_row,
            header_rows=sheet.header_rows,
            no_header=sheet.header_row is None,
        )

    def learn(self, sheet: Sheet, table: Table | None) -> None:
        """Write down what the table of a sheet is, with its columns mapped anew."""
        sheet.rows = len(table.rows) if table else 0
        sheet.left_out = table.left_out if table else 0
        sheet.columns = map_columns(self.names, table, self._own_number()) if table else []
        sheet.remembered = not sheet.forget and recall(self.actor, self.names, sheet.columns)
        if not sheet.said:
            sheet.header_row = table.header_row if table else None
            sheet.header_rows = table.header_rows if table else 1

    def is_usable(self, sheet: Sheet) -> bool:
        """Whether its rows can be told: by the title, or by what else records are recognised by."""
        mapped = {column.field for column in sheet.columns}
        return bool(mapped & {self.one.title, *self.one.match}) and sheet.rows > 0

    def _is_form(self, sheet: Sheet, table: Table) -> bool:
        """Whether names of fields stand below each other in the title's column: a form of one record, not a table."""
        for column in sheet.columns:
            if column.field == self.one.title and column.part is None:
                cells = [str(cell) for cell in cells_of(table, column.index, 20)]
                # 公司A is a name although 公司 is a field: only what is a field's name to the letter counts.
                named = sum(min(self.names.find(cell).values(), default=ENDING) <= BEHIND for cell in cells)
                return 2 * named > len(cells)
        return False

    def _own_number(self) -> Callable[[str], bool]:
        series = NumberSeries.objects.filter(object=self.one.key).first()
        prefix = series.prefix if series else self.one.prefix
        pattern = re.compile(rf"{re.escape(prefix)}\d{{1,12}}", re.IGNORECASE)
        return lambda text: pattern.fullmatch(text) is not None

    # -- planning ---------------------------------------------------------------------------------------------------

    def make(
        self,
        sheets: Sequence[Sheet],
        tables: Sequence[Table | None],
        options: Options,
        fixes: Fixes,
        among: Among | None = None,
    ) -> Draft:
        """Work out what becomes of every row of the sheets that are used. `among`: other objects of the same import,
        whose plans are made already."""
        used = [(sheet, table) for sheet, table in zip(sheets, tables, strict=True) if sheet.used and table]
        fields = self.fields([sheet for sheet, _ in used], options)
        sources, problems = self._sources(used, fields, fixes, among)
        return self.decide(fields, sources, problems, options, among)

    def decide(
        self,
        fields: Mapping[str, Field],
        sources: Sequence[Source],
        problems: list[Problem],
        options: Options,
        among: Among | None = None,
    ) -> Draft:
        """Work out what becomes of rows whose cells are understood; `problems` are what was not."""
        joiner = Joiner(self.known, self.one, fields, options, several=len(sources) > 1)
        for place, source in enumerate(sources):
            joiner.add(place, source)
        if among:
            among.absorb(self.one, joiner.units)
        headers = {key: header for source in reversed(sources) for key, header in source.headers.items()}
        matcher = Matcher(self.actor, self.known, self.one, fields, options)
        verdicts = matcher.judge(joiner.units, headers)
        problems += joiner.problems + matcher.problems
        draft = Draft(self.known, self.one, fields, sources, joiner.units, verdicts, problems, self.actor.language)
        draft.tokens, draft.token_rows = joiner.tokens, joiner.token_rows
        for place, ids in matcher.met.items():
            draft.tokens.extend(_RECORD | pk for pk in ids)
            draft.token_rows.extend([joiner.units[place].rows[0]] * len(ids))
        if among:
            among.take(self.one, fields, sources, joiner.unit_of, draft.done)
        return draft

    def fields(self, used: Sequence[Sheet], options: Options) -> dict[str, Field]:
        """The fields of the plan by key, new ones too, in the order of the columns."""
        found: dict[str, Field] = {}
        for sheet in used:
            for column in sheet.columns:
                if column.field and column.field not in self.names.fields:  # deleted since
                    column.field = column.also = None
                if options.new_fields and not column.field and not column.new and column.part is None:
                    self._make_new(column)
                for key in (column.target, column.also):
                    if key and column.new and key == column.target:
                        labels = {self.actor.language: column.new["label"]}
                        found.setdefault(key, Field(self.one.key, key, column.new["kind"], labels, builtin=False))
                    elif key:
                        found.setdefault(key, self.names.fields[key])
        return found

    def _make_new(self, column: Column) -> None:
        """Let a column become a text field, unless it says nothing or a field of that name is there already."""
        fields = [field for field in self.names.fields.values() if not field.relation]
        taken = {fold(label) for field in fields for label in field.labels.values()}
        taken |= {fold(message("reason", language)) for language in LANGUAGES}  # what `rejected` puts beside its rows
        if column.header and (column.outside or fold(column.header) not in taken):
            column.new = {"kind": "text", "label": column.header}

    def _sources(
        self, used: Sequence[tuple[Sheet, Table]], fields: Mapping[str, Field], fixes: Fixes, among: Among | None
    ) -> tuple[list[Source], list[Problem]]:
        """The clean columns of every sheet that counts, and what could not be understood in them."""
        sources: list[Source] = []
        problems: list[Problem] = []
        first = 0
        context = clean_context(self.actor)
        for sheet, table in used:
            cleaner = self.cleaner(sheet, context, among)
            before: dict[str, Sequence[Any]] = {}
            labels: dict[str, Counter[str]] = {}
            columns: dict[str, Clean] = {}
            headers: dict[str, str] = {}
            modes = _said_of_rows(sheet, table, fixes.rows, first)
            chosen = _said_of_rows(sheet, table, fixes.records, first)
            for key, group in sorted(self._groups(sheet).items(), key=lambda one: self._belongs(fields[one[0]])):
                headers[key] = " + ".join(dict.fromkeys(column.header for column in group))
                raws = raw_values(table, group, fields[key].stored)
                raws = before[key] = _split(group, key, raws)
                raws = fixes.patched(key, sheet.file, sheet.index, table.numbers, raws)
                clean = columns[key] = cleaner.clean(raws, fields[key], self._owners(fields[key], fields, columns))
                fixes.add_choices(key, fields[key].stored, raws, clean)
                modes |= {first + place: EXCLUDE for place in fixes.leaves(key, raws)}
                problems += column_problems(key, headers[key], raws, clean, first)
                if clean.new_choices:
                    labels[key] = Counter(clean.new_choices)
            outside = next((column for column in sheet.columns if column.outside), None)
            ids = raw_values(table, [outside], fields[self.one.title]) if outside and self.one.title in fields else None
            named = next((one.also.partition(".")[0] for one in sheet.columns if one.also and one.part != PERSON), None)
            _without(columns, modes, first)
            source = Source(sheet.file, sheet.index, first, table.numbers, columns, headers, ids, named, modes)
            source.chosen, source.raws, source.labels = chosen, before, labels
            source.system = system_of(outside.header, cells_of(table, outside.index)) if outside else None
            source.called = self._numbers_in(sheet, table) if among else None
            sources.append(source)
            first += len(table.rows)
        return sources, problems

    def _numbers_in(self, sheet: Sheet, table: Table) -> list[Any] | None:
        """What tells the rows of a sheet apart, though two may speak of the same record: sheets of others name it."""
        columns = [one for one in sheet.columns if one.outside or not one.field]
        columns = [one for one in columns if one.outside or self.names.is_number(one.header)]
        title = self.known.field(self.one.key, self.one.title)
        return raw_values(table, columns[:1], title) if columns else None

    def _belongs(self, field: Field) -> bool:
        """Whether a field names records that belong to others, so that it is understood after the field of those."""
        return field.stored.kind == "relation" and self.known.object(field.stored.target or "").within is not None

    def _owners(self, field: Field, fields: Mapping[str, Field], columns: Mapping[str, Clean]) -> Sequence[Any]:
        """To whom the records belong that a column names, row by row: of two 张三 the one of this row's company."""
        owner = self.owner_key(field, fields, columns)
        return columns[owner].values if owner else ()

    def owner_key(self, field: Field, fields: Mapping[str, Field], present: Container[str]) -> str | None:
        """The field among those present that says to whom the records belong that a field names."""
        if not self._belongs(field):
            return None
        target = self.known.object(field.stored.target or "")
        through = self.known.field(target.key, target.within or "").target
        found = (key for key, other in fields.items() if other.kind == "relation" and other.target == through)
        return next((key for key in found if key in present and key != field.key), None)

    def cleaner(self, sheet: Sheet, context: CleanContext, among: Among | None = None) -> Cleaner:
        """Who understands the cells of a sheet."""
        return Cleaner(self.actor, self.known, context, base_1904=sheet.base_1904, order=sheet.date_order, among=among)

    def _groups(self, sheet: Sheet) -> dict[str, list[Column]]:
        """The columns that make up each field, in the order in which they make it up."""
        groups: dict[str, list[Column]] = {}
        for column in sheet.columns:
            for key in (column.target, column.also):
                if key:
                    groups.setdefault(key, []).append(column)
        for group in groups.values():
            group.sort(key=self._part_place)
        return groups

    def text_in(self, sheet: Sheet, table: Table, number: int, key: str, fixes: Fixes) -> str | None:
        """What a field says in the row with that number, as its raw cell has it or as it was corrected."""
        group = self._groups(sheet).get(key)
        if group is None or number not in table.numbers:
            return None
        row = Table(table.header_row, table.headers, [table.rows[table.numbers.index(number)]], [number], 0)
        stored = self.names.fields[key].stored if key in self.names.fields else Field(self.one.key, key, "text", {})
        raws = _split(group, key, raw_values(row, group, stored))
        [raw] = fixes.patched(key, sheet.file, sheet.index, [number], raws)
        return None if raw is None else said_by(raw)

    def _part_place(self, column: Column) -> int:
        """Parts of a text in the order of the fields they are: the province before the city, both before the rest."""
        part = self.names.fields.get(column.part or "")
        return part.position if part else 1_000_000


def column_problems(key: str, header: str, raws: Sequence[Any], clean: Clean, first: int) -> Iterator[Problem]:
    """What is to be said of the cells of a column by themselves; `first` is the place of its first row."""
    for place, code in clean.problems.items():
        yield Problem(first + place, code, key, header, said_by(raws[place]), cell=True)
    waiting = set(clean.new_choices)
    for place, value in enumerate(clean.values) if waiting else ():
        for label in labels_in(value):
            if label in waiting:
                waiting.discard(label)
                yield Problem(first + place, "new_choice", key, header, label, cell=True)


def _split(group: Sequence[Column], key: str, raws: list[Any]) -> list[Any]:
    """Of cells that hold a name and a telephone what the field takes of them."""
    column = group[0]
    if len(group) > 1 or column.part != PERSON:
        return raws
    return [split(raw)[key == column.also] for raw in raws]


def _said_of_rows(sheet: Sheet, table: Table, said: Mapping[Row, str], first: int) -> dict[int, str]:
    """What a person chose for rows of a sheet, by their place among all rows."""
    chosen = {row: what for (file, index, row), what in said.items() if (file, index) == (sheet.file, sheet.index)}
    return (
        {first + place: chosen[number] for place, number in enumerate(table.numbers) if number in chosen}
        if chosen
        else {}
    )


def _without(columns: Mapping[str, Clean], modes: Mapping[int, str], first: int) -> None:
    """Count no new choices of rows that are left out: nobody needs them."""
    left = [row - first for row, mode in modes.items() if mode == EXCLUDE]
    for clean in columns.values():
        for place in left if clean.new_choices else ():
            clean.new_choices.subtract(labels_in(clean.values[place]))
        clean.new_choices = +clean.new_choices
