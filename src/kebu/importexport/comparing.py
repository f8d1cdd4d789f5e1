"""A record three ways: as it went out in a workbook, as it came back, as it is now. What differs, and in which way.

Values are compared by what they mean (the field kind's own parser), never by how they are spelled: another format,
trailing blanks or a choice's label in the other language are no edits.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from kebu.accounts.actor import Actor
from kebu.core.text import fold, sort_key
from kebu.fields.parsing import text_of
from kebu.fields.registry import Catalog, Field, ObjectType
from kebu.importexport import traces
from kebu.importexport.cleaning import Cleaner, parts_of, raw_values
from kebu.importexport.folder import Folder, StoredSheet
from kebu.importexport.headers import is_blank
from kebu.importexport.locking import Locks, closed
from kebu.importexport.mapping import Column
from kebu.importexport.models import Exported, Import
from kebu.importexport.names import Names, key_of
from kebu.importexport.tables import Table
from kebu.records import history, permissions
from kebu.records.models import Change
from kebu.records.people import clean_context
from kebu.records.plain import SORT_LENGTH, plain_of
from kebu.records.since import Since, since

#: What a row is about, in the order in which people should look: both changed it, they did, we did, theirs alone, ours.
KINDS = ("conflict", "edit", "here", "new", "removed")
_PART = 2000
_LONG = 16_000  # characters; a longer text may have been cut on its way out
_RENAMED = 0.6  # so many cells of a column must say what a field said, to be that field under another name
_UNKNOWN = object()
#: Hears how many rows of how many are compared.
Tell = Callable[[int, int], None]
# A field, what stands in its cell, what that means, and the code of the reason why it means nothing.
_Read = tuple[Field, Any, Any, str | None]


@dataclass
class Difference:
    """A row that differs. `cells` by field: state (as `KINDS`), base, theirs, ours; `code` where theirs is no value;
    `locked` where the person may not write it, with the reason's code; `by`, `at`, `via` of the last change here.
    `word` says why a row is what it is, `locked` why the person may write nothing of it."""

    kind: str
    file: int | None = None
    sheet: int | None = None
    number: int | None = None
    record: int | None = None
    title: str = ""
    word: str = ""
    locked: str = ""
    cells: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass
class Found:
    """All differences, and which columns were left alone: `skipped` (header, and why)."""

    rows: list[Difference]
    skipped: list[dict[str, str]]
    compared: int


class _Records:
    """Records of one object that the person may see, as they are, and as they were at versions (None: the same)."""

    def __init__(self, actor: Actor, one: ObjectType, held: Mapping[int, int | None]) -> None:
        columns = [item.attname for item in one.model._meta.concrete_fields]
        seen = permissions.visible_among(actor, one) | permissions.visible_among(actor, one, trashed=True)
        self.rows: dict[int, dict[str, Any]] = {}
        for part in parts_of(sorted(held)):
            self.rows |= {row["id"]: row for row in one.model.objects.filter(seen, id__in=part).values(*columns)}
        then = {pk: version for pk, version in held.items() if version is not None and pk in self.rows}
        # A version that is yet to come was given by a database that was restored since.
        self._lost = {pk for pk, version in then.items() if version > self.rows[pk]["version"]}
        self.since = since(one.key, {pk: v for pk, v in then.items() if v < self.rows[pk]["version"]})

    def now(self, pk: int, field: Field) -> Any:
        return plain_of(self.rows[pk], field)

    def then(self, pk: int, field: Field) -> Any:
        if pk in self._lost:
            return _UNKNOWN
        changed = self.changed(pk, field.key)
        return changed.old if changed else self.now(pk, field)

    def changed(self, pk: int, key: str) -> Since | None:
        return self.since.get(pk, {}).get(key)


class Comparing:
    """One file that came back, compared as one person sees what is here."""

    def __init__(self, actor: Actor, known: Catalog, row: Import, exported: Exported, tell: Tell) -> None:
        self.actor, self.known, self.exported = actor, known, exported
        self.one = known.object(exported.object)
        self.names = Names(actor, known, exported.object)
        self.locks = Locks(actor, known, self.one)
        self._row, self._folder = row, Folder(row.folder)
        # Moments were written in the zone of whoever exported them, labels in his language.
        context = replace(clean_context(actor), zone=ZoneInfo(exported.zone))
        self._context = context
        self._reader = replace(actor, language=exported.language)
        self._skipped: dict[str, dict[str, str]] = {}
        self._met: set[int] = set()
        self._same: dict[tuple[str, str, str], bool] = {}
        self._compared = 0
        self._tell, self._told = tell, 0

    def cleaner(self, sheet: Mapping[str, Any]) -> Cleaner:
        """What understands the cells of a sheet."""
        return Cleaner(self.actor, self.known, self._context, base_1904=sheet["base_1904"])

    def run(self) -> Found:
        """Compare all rows of the file that the export wrote, and those that it has no more."""
        found: list[Difference] = []
        self._heard(0)
        for trace in self._row.traces:
            if trace["key"] == self.exported.key:
                found += self._sheet(trace)
        found += self._removed()
        order = {kind: place for place, kind in enumerate(KINDS)}
        found.sort(key=lambda one: order[one.kind])  # stable: within a kind as in the file
        return Found(found, list(self._skipped.values()), self._compared)

    def _heard(self, rows: int) -> None:
        self._told += rows
        total = traces.rows_of(self._row, self.exported)
        self._tell(min(self._told, total), total)

    # -- a sheet ----------------------------------------------------------------------------------------------------

    def _sheet(self, trace: Mapping[str, Any]) -> Iterator[Difference]:
        file, index, top = trace["file"], trace["sheet"], trace["top"]
        stored = self._folder.load_cells(file, index)
        tokens: list[str | None] = self._folder.load("traces", file, index)
        rows = _unmerged(stored)
        places = [
            place
            for place in range(top + 1, len(rows))
            if tokens[place] != traces.NO_RECORD and not all(map(is_blank, rows[place]))
        ]
        headers = [" ".join(str(cell).split()) if not is_blank(cell) else "" for cell in rows[top]]
        width = max([len(headers), *(len(rows[place]) for place in places)])
        headers += [""] * (width - len(headers))
        body: list[Sequence[Any]] = [rows[place] for place in places]
        table = Table(top + 1, headers, body, [place + 1 for place in places], 0)
        held = [traces.read(self.exported, token) if (token := tokens[place]) else None for place in places]
        fields = self._columns(table, held)
        sheet = next(one for one in self._row.sheets if (one["file"], one["index"]) == (file, index))
        cleaner = self.cleaner(sheet)
        raws = {one.key: raw_values(table, [Column(column, headers[column])], one.stored) for one, column, _ in fields}
        clean = {}
        for one, _, _ in fields:
            clean[one.key] = cleaner.clean(raws[one.key], one)
            self._heard(0)
        added = {one.key for one, _, new in fields if new}
        self._compared += len(places)
        for start in range(0, len(places), _PART):
            part = _Part(self, held[start : start + _PART])
            end = min(start + _PART, len(places))
            titles = clean[self.one.title].values if self.one.title in clean else [None] * len(places)
            namesakes = _Namesakes(self, [titles[n] for n in range(start, end) if tokens[places[n]] is None])
            for n in range(start, end):
                where = Difference("new", file, index, places[n] + 1)
                values = [
                    (one, raws[one.key][n], clean[one.key].values[n], clean[one.key].problems.get(n))
                    for one, _, _ in fields
                ]
                token = tokens[places[n]]
                if token is None:
                    if (row := self._added(namesakes, where, titles[n], values)) is not None:
                        yield row
                elif (row := self._difference(part, where, held[n], values, added)) is not None:
                    yield row
            self._heard(end - start)

    def _columns(self, table: Table, held: Sequence[traces.Held | None]) -> list[tuple[Field, int, bool]]:
        """The columns that count: field, column of the sheet, and whether it was added there. By the titles that went
        out, wherever they stand now; a title that was changed is found by what its cells say."""
        shown = self.names.fields
        open_keys = dict(zip(self.exported.columns, self.exported.titles, strict=True))
        found: list[tuple[Field, int, bool]] = []
        left: list[int] = []
        for column, header in enumerate(table.headers):
            key = next((key for key, title in open_keys.items() if fold(title) == fold(header)), None)
            if header and key is not None:
                del open_keys[key]
                self._take(found, shown.get(key), column, header, added=False)
            elif any(column < len(row) and not is_blank(row[column]) for row in table.rows):
                left.append(column)
        for column in left:
            header = table.headers[column]
            renamed = self._renamed(table, column, [shown[key] for key in open_keys if key in shown], held)
            taken = {one.key for one, _, _ in found}
            named = [one for one in shown.values() if header and key_of(header) in map(key_of, one.labels.values())]
            if renamed is not None:
                del open_keys[renamed.key]
                self._take(found, renamed, column, header, added=False)
            elif len(named) == 1 and named[0].key not in taken and not named[0].relation:
                self._take(found, named[0], column, header, added=True)
            else:
                self._skip(header, "unknown_column")
        return found

    def _take(
        self, found: list[tuple[Field, int, bool]], one: Field | None, column: int, header: str, *, added: bool
    ) -> None:
        if one is None:
            self._skip(header, "unknown_column")
        elif not self.names.is_taken_in(one):
            self._skip(header, "readonly_column")
        else:
            found.append((one, column, added))

    def _skip(self, header: str, code: str) -> None:
        if header:
            self._skipped.setdefault(header, {"column": header[:80], "code": code})

    def _renamed(
        self, table: Table, column: int, fields: Sequence[Field], held: Sequence[traces.Held | None]
    ) -> Field | None:
        """The field whose values of then stand in a column that is called otherwise now."""
        places = [n for n, one in enumerate(held) if one and column < len(table.rows[n])][:200]
        places = [n for n in places if not is_blank(table.rows[n][column])]
        if not fields or not places:
            return None
        part = _Part(self, [held[n] for n in places])
        best: tuple[float, Field] | None = None
        for one in fields:
            raws = raw_values(table, [Column(column, "")], one.stored)
            values = Cleaner(self.actor, self.known, self._context, base_1904=False).clean(
                [raws[n] for n in places], one
            )
            hits = 0
            for place, value in zip(places, values.values, strict=True):
                which = held[place]
                base = part.then(which, one) if which else _UNKNOWN
                hits += base is not _UNKNOWN and base is not None and self.means(one, raws[place], value, base)
            share = hits / len(places)
            if share >= _RENAMED and (best is None or share > best[0]):
                best = share, one
        return best[1] if best else None

    # -- a row ------------------------------------------------------------------------------------------------------

    def _difference(
        self,
        part: "_Part",
        where: Difference,
        held: traces.Held | None,
        values: Sequence[_Read],
        added: set[str],
    ) -> Difference | None:
        twice = held is not None and held.id in self._met
        if held is None or held.id not in part.own.rows or twice:
            if held is not None and twice and self._copies(part, held, values):
                return None
            where.word = "copied" if twice else "unknown"
            return self._new(where, values)
        self._met.add(held.id)
        row = part.own.rows[held.id]
        gone = row["deleted_at"] is not None
        title = row[self.known.field(self.one.key, self.one.title).attribute or ""]
        where.record, where.title = held.id, permissions.titled(self.actor, self.known, self.one, title)
        for one, raw, theirs, code in values:
            if one.key in added and is_blank(raw):
                continue
            if one.stored.kind == "auto_number":
                # A number is what a record is called by: one may give it here, a file does not take it away.
                if not self.means(one, raw, theirs, part.now(held, one)):
                    self._skip(one.label(self.actor.language), "readonly_column")
                continue
            cell = self._cell(part, held, one, raw, theirs)
            if cell is not None and theirs is None and one.stored.required:
                code = "required"
            if cell is not None:
                if cell["state"] != "here":
                    lock = part.lock(held, one, theirs, cell["ours"])
                    cell |= ({"code": code} if code else {}) | ({"locked": lock} if lock else {})
                where.cells[one.key] = cell
        states = {cell["state"] for cell in where.cells.values()}
        if gone:
            if not states & {"conflict", "edit"}:
                return None
            where.word = "gone"
            where.cells = {key: cell for key, cell in where.cells.items() if cell["state"] != "here"}
            where.kind, where.locked = "conflict", part.locked.get(held.id, "")
            return where
        where.kind = next((kind for kind in KINDS if kind in states), "")
        where.locked = part.locked.get(held.id, "") if where.kind != "here" else ""
        return where if where.kind else None

    def _added(
        self, namesakes: "_Namesakes", where: Difference, title: Any, values: Sequence[_Read]
    ) -> Difference | None:
        """A row that was added: new, unless it is here already, word for word (the file came back before)."""
        ids = namesakes.of(title)
        for pk in ids:
            if all(namesakes.says(pk, one, raw, theirs) for one, raw, theirs, _ in values if theirs is not None):
                return None
        where.word = "namesake" if ids else ""
        return self._new(where, values)

    def _copies(self, part: "_Part", held: traces.Held, values: Sequence[_Read]) -> bool:
        """Whether a second row of a record says nothing but what went out: a sheet was copied, no row was meant."""
        return all(
            (base := part.then(held, one)) is not _UNKNOWN and self.means(one, raw, theirs, base)
            for one, raw, theirs, _ in values
        )

    def _cell(self, part: "_Part", held: traces.Held, one: Field, raw: Any, theirs: Any) -> dict[str, Any] | None:
        base, ours = part.then(held, one), part.now(held, one)
        if ours is _UNKNOWN:
            return None
        if base is not _UNKNOWN and self.means(one, raw, theirs, base):
            if same(one, base, ours):
                return None
            return {"state": "here", "base": base, "theirs": base, "ours": ours} | part.who(held, one)
        if self.means(one, raw, theirs, ours):
            return None
        if base is _UNKNOWN:
            return {"state": "conflict", "theirs": theirs, "ours": ours}
        state = "edit" if same(one, base, ours) else "conflict"
        told = part.who(held, one) if state == "conflict" else {}
        return {"state": state, "base": base, "theirs": theirs, "ours": ours} | told

    def _new(self, where: Difference, values: Sequence[_Read]) -> Difference:
        for one, _, theirs, code in values:
            if theirs is not None:
                lock = self.locks.of_behind(one)
                where.cells[one.key] = {"state": "new", "theirs": theirs} | ({"code": code} if code else {})
                where.cells[one.key] |= {"locked": lock} if lock else {}
        where.locked = self.locks.of_new({one.key: theirs for one, _, theirs, _ in values})
        title = where.cells.get(self.one.title, {}).get("theirs")
        where.title = title if isinstance(title, str) else ""
        return where

    def _removed(self) -> Iterator[Difference]:
        gone = [pk for pk in traces.ids_of(self.exported) if pk not in self._met]
        title = self.known.field(self.one.key, self.one.title).attribute or ""
        for part in parts_of(gone):
            rows = self.one.model.objects.filter(permissions.visible_among(self.actor, self.one), id__in=part)
            kept = closed(self.actor, self.one, part, "delete")
            for pk, name, version, changed in rows.order_by("id").values_list("id", title, "version", "updated_at"):
                word = "changed" if changed > self.exported.at else ""
                cells = {"": {"state": "removed", "version": version}}
                told = permissions.titled(self.actor, self.known, self.one, name)
                lock = "may_not_delete" if pk in kept else ""
                yield Difference("removed", record=pk, title=told, word=word, locked=lock, cells=cells)

    # -- values -----------------------------------------------------------------------------------------------------

    def means(self, one: Field, raw: Any, theirs: Any, value: Any) -> bool:
        """Whether a cell says what a field's value says: as it is understood, or word for word as it went out."""
        if same(one, theirs, value):
            return True
        if value is None or raw is None:
            return False
        text = text_of(raw)
        asked = (one.key, repr(value), text)
        if asked not in self._same:
            self._same[asked] = self._reads(one, text, value)
        return self._same[asked]

    def _reads(self, one: Field, text: str, value: Any) -> bool:
        target, labels = one.stored.target or "", {}
        related = one.stored.kind == "relation" and isinstance(value, int)
        if related:
            labels = history.titles(self.actor, self.known, {target: [value]})
        shown = history.shown(one, value, labels, self._reader)
        if _even(shown) == _even(text):
            return True
        if len(shown) > _LONG and text.endswith("…") and shown.startswith(text[:-1]):
            return True
        return bool(related and labels and self._was_called(target, value, text))

    def _was_called(self, object_key: str, pk: int, text: str) -> bool:
        """Whether the record that a relation names had this title once: it was renamed since."""
        title = self.known.object(object_key).title
        changes = Change.objects.filter(object=object_key, record=pk, values__has_key=title)
        return any(_even(str(change.values[title][0] or "")) == _even(text) for change in changes)


class _Part:
    """The records that some rows are about, and those behind their lookups."""

    def __init__(self, asked: Comparing, held: Sequence[traces.Held | None]) -> None:
        known, actor = asked.known, asked.actor
        present = [one for one in held if one]
        self.own = _Records(actor, asked.one, {one.id: one.version for one in present})
        self._relations = {
            key: found
            for key in asked.exported.relations
            if (found := known.fields[asked.one.key].get(key)) and found.attribute
        }
        self._behind: dict[str, _Records] = {}
        wanted: dict[str, dict[int, int | None]] = {}
        for key, relation in self._relations.items():
            ids = wanted.setdefault(relation.target or "", {})
            for one in present:
                if one.id in self.own.rows and (now := self.own.rows[one.id][relation.attribute or ""]):
                    ids.setdefault(now, None)
            for one in present:
                if behind := one.behind.get(key):
                    ids[behind[0]] = behind[1]
        for target, ids in wanted.items():
            self._behind[target] = _Records(actor, known.object(target), ids)
        self.locked = asked.locks.of_rows(self.own.rows)
        self._locks = asked.locks
        self._locked_behind = {
            target: closed(actor, known.object(target), records.rows.keys(), "change")
            for target, records in self._behind.items()
        }

    def lock(self, held: traces.Held, one: Field, theirs: Any, ours: Any) -> str:
        """Why the person may not write a value of a record that he may change."""
        if one.once and ours is not None:
            return "once_kept"
        if one.relation is None:
            return self._locks.of_scope(theirs) if one.key == self._locks.scope else ""
        pk = self.own.rows[held.id][self._relations[one.relation.key].attribute or ""]
        if pk is None:
            return self._locks.of_behind(one)
        return "may_not_change_behind" if pk in self._locked_behind[one.relation.target or ""] else ""

    def then(self, held: traces.Held, one: Field) -> Any:
        """The plain value as it went out; `_UNKNOWN` where nobody knows any more."""
        if one.relation is None:
            return self.own.then(held.id, one) if held.id in self.own.rows else _UNKNOWN
        if one.relation.key not in self._relations:
            return _UNKNOWN
        behind = held.behind[one.relation.key]
        if behind is None:
            return None
        records = self._behind[one.relation.target or ""]
        return records.then(behind[0], one.stored) if behind[0] in records.rows else _UNKNOWN

    def now(self, held: traces.Held, one: Field) -> Any:
        """The plain value as it is; `_UNKNOWN` where the person may not know."""
        if one.relation is None:
            return self.own.now(held.id, one)
        if one.relation.key not in self._relations:
            return _UNKNOWN
        pk = self.own.rows[held.id][self._relations[one.relation.key].attribute or ""]
        if pk is None:
            return None
        records = self._behind[one.relation.target or ""]
        return records.now(pk, one.stored) if pk in records.rows else _UNKNOWN

    def who(self, held: traces.Held, one: Field) -> dict[str, str]:
        """Who changed the value here since it went out."""
        last = self.own.changed(held.id, one.key)
        if one.relation is not None:
            pk = self.own.rows[held.id][self._relations[one.relation.key].attribute or ""]
            records = self._behind[one.relation.target or ""]
            last = (
                self.own.changed(held.id, one.relation.key)
                or (records.changed(pk, one.stored.key) if pk else None)
                or last
            )
        return {"by": last.by, "at": last.at, "via": last.via} if last else {}


class _Namesakes:
    """The records that the person sees under the titles of rows that were added."""

    def __init__(self, asked: Comparing, titles: Sequence[Any]) -> None:
        self._asked = asked
        one, title = asked.one, asked.known.field(asked.one.key, asked.one.title)
        texts = {text for text in titles if isinstance(text, str)}
        rows = one.model.objects.filter(permissions.visible(asked.actor, one))
        self._ids: dict[str, list[int]] = {}
        self._held: dict[int, traces.Held] = {}
        for keys in parts_of(sorted({sort_key(text[:SORT_LENGTH]) for text in texts})):
            found = rows.filter(title_key__in=keys).order_by("id").values_list("id", "version", title.attribute or "")
            for pk, version, name in found:
                self._ids.setdefault(fold(name), []).append(pk)
                self._held[pk] = traces.Held(pk, version, {})
        self._part = _Part(asked, list(self._held.values()))

    def of(self, title: Any) -> list[int]:
        return self._ids.get(fold(title), []) if isinstance(title, str) else []

    def says(self, pk: int, one: Field, raw: Any, theirs: Any) -> bool:
        now = self._part.now(self._held[pk], one)
        return now is not _UNKNOWN and self._asked.means(one, raw, theirs, now)


def same(one: Field, a: Any, b: Any) -> bool:
    """Whether two plain values of a field mean the same."""
    if a == b:
        return True
    if one.stored.kind == "checkbox":
        return bool(a) == bool(b)
    match a, b:
        case {"invalid": x}, {"invalid": y}:
            return _even(x) == _even(y)
        case str(), str():
            return _even(a) == _even(b)
        case list(), list():
            return sorted(map(str, a)) == sorted(map(str, b))
        case ((int() | float()), (int() | float())):
            return math.isclose(a, b, rel_tol=1e-13)
    return False


def _even(text: str) -> str:
    """A text without what programs change by themselves: line ends, blanks at the end of lines and around."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip()


def _unmerged(stored: StoredSheet) -> list[list[Any]]:
    """The rows with what was merged downwards in each of its rows again."""
    rows = [list(row) for row in stored.rows]
    for top, left, bottom, _ in stored.merges:
        if top < bottom and top < len(rows) and left < len(rows[top]):
            for row in rows[top + 1 : bottom + 1]:
                row += [None] * (left + 1 - len(row))
                row[left] = rows[top][left]
    return rows
