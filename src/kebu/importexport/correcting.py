"""A correction of a plan that is there: only the rows that it may concern are understood, joined and judged anew.

Which these are follows from the tokens that are kept with the plan (`keeping`): the corrected rows, all rows that share
a token with them as they were or as they are, and so on. The outcome is that of planning all rows with the same
corrections; where too many rows are concerned nothing is gained, and that is done instead.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any

import numpy as np

from kebu.fields.registry import Field
from kebu.importexport.cleaning import GUESSED_BY, Clean, Cleaner
from kebu.importexport.fixes import Fixes, said_by
from kebu.importexport.folder import ACTIONS, PROBLEM, Folder
from kebu.importexport.joining import EXCLUDE, Problem, Source, is_invalid
from kebu.importexport.keeping import (
    Index,
    Kept,
    KeptSheet,
    Numbers,
    action_names,
    add_labels,
    group_of,
    likeness,
    mark_of,
    save_sheets,
)
from kebu.importexport.models import Import
from kebu.importexport.options import Options
from kebu.importexport.outcome import MAX_GROUPS, MAX_PROBLEMS, Draft, problems_in
from kebu.importexport.plan import Planner, Sheet, column_problems
from kebu.importexport.plans import Plans
from kebu.records.models import ChangeSet
from kebu.records.people import clean_context

_MOST_ROWS = 5000  # and no more than a tenth of a larger file
_NOTHING = object()
_CHOICES = ("choice", "choices")


class Correcting:
    """A plan of one object as it is kept."""

    def __init__(self, row: Import, planner: Planner, sheets: Sequence[Sheet], options: Options, kept: Kept) -> None:
        self._row, self._planner, self._options, self._kept = row, planner, options, kept
        self._folder = kept.folder
        self._sheets = [
            next(one for one in sheets if (one.file, one.index) == (sheet.file, sheet.sheet)) for sheet in kept.sheets
        ]
        self._fields = planner.fields(self._sheets, options)
        self._keys = list(self._fields)
        self.object = planner.one.key

    @classmethod
    def opened(cls, row: Import, plans: Plans, sheets: Sequence[Sheet], options: Options) -> "Correcting | None":
        """The plan of an import, where it can be corrected: of one object, under the same rights and fields.

        Where the person has changed records since, they expect to see it: then all is planned anew. What others have
        changed is looked at when the import begins."""
        keys = {plans.of(sheet).one.key for sheet in sheets if sheet.used}
        own = ChangeSet.objects.filter(sequence__gt=row.seen, actor=plans.actor.user_id)
        if len(keys) != 1 or own.exists():
            return None
        [key] = keys
        planner = plans.planner(key)
        options = plans.options_of(key, options)
        kept = Kept.find(Folder(row.folder), row.plan, mark_of(planner.key, options))
        return cls(row, planner, sheets, options, kept) if kept else None

    def has(self, sheet: Sheet, number: int) -> bool:
        """Whether a sheet has a row with that number."""
        kept = self._kept.sheet(sheet.file, sheet.index)
        return kept is not None and self._kept.place(kept, number) is not None

    def text_in(self, sheet: Sheet, number: int, key: str, fixes: Fixes) -> str | None:
        """As `Planner.text_in`."""
        kept = self._kept.sheet(sheet.file, sheet.index)
        place = self._kept.place(kept, number) if kept else None
        if kept is None or place is None or key not in kept.headers:
            return None
        [raw] = self._patched(kept, key, fixes, [place])
        return None if raw is None else said_by(raw)

    def make(self, before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> "Corrected | None":
        """The plan with the steps `after` instead of those `before`; None where all has to be planned anew."""
        steps = Fixes.of(before, self.object), Fixes.of(after, self.object)
        kept = self._kept
        most = max(_MOST_ROWS, len(kept.index.numbers) // 10)
        edits = _Edits(self._planner, self._fields, kept, self._sheets, *steps)
        inside = np.zeros(len(kept.index.numbers), dtype=bool)
        for sheet, places in edits.touched():
            inside[[sheet.first + place for place in places]] = True
        if int(inside.sum()) > most:
            return None
        index, extra = kept.index, np.zeros(0, dtype=np.uint64)
        while True:
            if not _close(index, inside, extra, most):
                return None
            rows = np.flatnonzero(inside).tolist()
            lines = list(self._folder.lines(kept.name, rows))
            edits.apply(dict(zip(rows, lines, strict=True)))
            draft = self._decide(rows, lines, edits, steps[1])
            extra = np.array(draft.tokens, dtype=np.uint64)
            if inside[_holders(index, extra)].all():
                return Corrected(self._row, kept, edits, rows, lines, draft)

    def _decide(self, rows: Sequence[int], lines: Sequence[Any], edits: "_Edits", fixes: Fixes) -> Draft:
        """What becomes of some rows by themselves."""
        sources, problems, first = [], [], 0
        places = np.array(rows, dtype=np.int64)
        for at, sheet in enumerate(self._kept.sheets):
            start, end = np.searchsorted(places, [sheet.first, sheet.first + sheet.count]).tolist()
            own = [row - sheet.first for row in rows[start:end]]
            numbers = self._kept.numbers(sheet, own)
            columns: dict[str, Clean] = {}
            for key in sheet.headers:
                cell = self._keys.index(key)
                columns[key] = Clean(edits.values(at, key, own, [line[4][cell] for line in lines[start:end]]))
            modes = edits.modes(at, own)
            source = Source(
                sheet.file,
                sheet.sheet,
                first,
                numbers,
                columns,
                sheet.headers,
                self._kept.outside(sheet, own),
                sheet.person,
                {first + place: mode for place, mode in enumerate(modes) if mode},
                sheet.system,
            )
            chosen = [fixes.records.get((sheet.file, sheet.sheet, number)) for number in numbers]
            source.chosen = {first + place: number for place, number in enumerate(chosen) if number}
            sources.append(source)
            for place, line in enumerate(lines[start:end]):
                problems += edits.problems(at, own[place], first + place, line[5])
            first += len(own)
        return self._planner.decide(self._fields, sources, problems, self._options)

    def _patched(self, sheet: KeptSheet, key: str, fixes: Fixes, places: Sequence[int]) -> list[Any]:
        raws = self._kept.cells(sheet, key, places)
        return fixes.patched(key, sheet.file, sheet.sheet, self._kept.numbers(sheet, places), raws)


class _Edits:
    """What becomes of the cells by a correction, and of rows by what a person says of them.

    `_values` and `_said` are by place of the sheet, field and place of the row. A column is understood as a whole where
    one cell tells how others are meant: choices that are yet to be made, decimal commas, the order of dates."""

    def __init__(
        self,
        planner: Planner,
        fields: Mapping[str, Field],
        kept: Kept,
        sheets: Sequence[Sheet],
        before: Fixes,
        after: Fixes,
    ) -> None:
        self._planner, self._fields, self._kept = planner, fields, kept
        self._before, self._after = before, after
        self._values: dict[tuple[int, str], dict[int, Any]] = {}
        self._said: dict[tuple[int, str], dict[int, list[Problem]]] = {}
        self.labels: dict[tuple[int, str], dict[str, int]] = {}
        self._narrow: list[tuple[int, str, list[int]]] = []
        self._touched: list[set[int]] = [set() for _ in kept.sheets]
        context = clean_context(planner.actor)
        self._cleaners = [planner.cleaner(sheet, context) for sheet in sheets]
        for at, sheet in enumerate(kept.sheets):
            self._look_at(at, sheet)

    def touched(self) -> Iterable[tuple[KeptSheet, set[int]]]:
        """The rows whose cells say something else, or of which something else was said, sheet by sheet."""
        return zip(self._kept.sheets, self._touched, strict=True)

    def values(self, at: int, key: str, places: Sequence[int], held: list[Any]) -> list[Any]:
        """The plain values of a field in some rows; `held` are those of before."""
        new = self._values.get((at, key))
        return [new.get(place, value) for place, value in zip(places, held, strict=True)] if new else held

    def problems(self, at: int, place: int, row: int, held: Sequence[Mapping[str, Any]]) -> list[Problem]:
        """What is to be said of the cells of a row by themselves; it goes by `row`, `held` is what was said before."""
        found = []
        for key in self._kept.sheets[at].headers:
            new = self._said.get((at, key), {}).get(place)
            own = [Problem(row, cell=True, **one) for one in held if one["field"] == key] if new is None else new
            for problem in own:
                problem.row = row
            found += own
        return found

    def modes(self, at: int, places: Sequence[int]) -> list[str | None]:
        """What a person chose for rows, and `EXCLUDE` for those that are left out for what they say."""
        sheet = self._kept.sheets[at]
        rows = ((sheet.file, sheet.sheet, number) for number in self._kept.numbers(sheet, places))
        modes = [self._after.rows.get(row) for row in rows]
        for key in self._after.left.keys() & sheet.headers.keys():
            for place in self._after.leaves(key, self._patched(at, key, places)):
                modes[place] = EXCLUDE
        return modes

    def apply(self, lines: Mapping[int, Sequence[Any]]) -> None:
        """Understand the cells that changed, each by itself; `lines` are those of their rows."""
        keys = list(self._fields)
        for at, key, places in self._narrow:
            sheet = self._kept.sheets[at]
            field = self._fields[key]
            owner = self._planner.owner_key(field, self._fields, sheet.headers)
            owners: list[Any] = []
            if owner:
                held = [lines[sheet.first + place][4][keys.index(owner)] for place in places]
                owners = self.values(at, owner, places, held)
            habits = self._cleaners[at].habits(self._first(at, key, self._after), field)
            self._take(at, key, places, self._patched(at, key, places), self._cleaners[at], owners, habits)
        self._narrow = []

    # -- which cells ------------------------------------------------------------------------------------------------

    def _look_at(self, at: int, sheet: KeptSheet) -> None:
        touched = self._touched[at]
        changed: dict[str, set[int]] = {}
        for key in sheet.headers:
            places = self._changed(at, key)
            owner = self._planner.owner_key(self._fields[key], self._fields, sheet.headers)
            places |= changed.get(owner, set()) if owner else set()
            if self._is_wide(at, key, places):
                places = self._clean_whole(at, key)
            elif places:
                self._narrow.append((at, key, sorted(places)))
            changed[key] = places
            touched |= places
            texts = self._before.left.get(key, set()) ^ self._after.left.get(key, set())
            if texts:
                raws = self._whole(at, key, self._after)
                touched.update(place for place, raw in enumerate(raws) if raw is not None and said_by(raw) in texts)
        for one, other in ((self._before.rows, self._after.rows), (self._before.records, self._after.records)):
            for file, index, number in _differing(one, other):
                if (file, index) == (sheet.file, sheet.sheet) and (
                    place := self._kept.place(sheet, number)
                ) is not None:
                    touched.add(place)

    def _changed(self, at: int, key: str) -> set[int]:
        """The places of the rows in which the raw cell of a field may say something else than before."""
        sheet = self._kept.sheets[at]
        numbers = [
            number
            for file, index, number, of in _differing(self._before.cells, self._after.cells)
            if (file, index, of) == (sheet.file, sheet.sheet, key)
        ]
        places = {place for number in numbers if (place := self._kept.place(sheet, number)) is not None}
        texts = _differing(self._before.values.get(key, {}), self._after.values.get(key, {}))
        if texts:
            raws = self._kept.column(sheet, key)
            places |= {place for place, raw in enumerate(raws) if raw is not None and said_by(raw) in texts}
        return places

    def _is_wide(self, at: int, key: str, places: set[int]) -> bool:
        field = self._fields[key]
        if field.stored.kind in _CHOICES:
            return bool(places) or self._before.choices.get(key) != self._after.choices.get(key)
        if not places or min(places) >= GUESSED_BY:
            return False
        cleaner = self._cleaners[at]
        before, after = (cleaner.habits(self._first(at, key, fixes), field) for fixes in (self._before, self._after))
        return before != after

    # -- cells ------------------------------------------------------------------------------------------------------

    def _patched(self, at: int, key: str, places: Sequence[int]) -> list[Any]:
        sheet = self._kept.sheets[at]
        raws = self._kept.cells(sheet, key, places)
        return self._after.patched(key, sheet.file, sheet.sheet, self._kept.numbers(sheet, places), raws)

    def _first(self, at: int, key: str, fixes: Fixes) -> list[Any]:
        return self._whole(at, key, fixes, GUESSED_BY)

    def _whole(self, at: int, key: str, fixes: Fixes, most: int | None = None) -> list[Any]:
        sheet = self._kept.sheets[at]
        raws = self._kept.column(sheet, key, most)
        numbers = self._kept.numbers(sheet)[: len(raws)]
        return fixes.patched(key, sheet.file, sheet.sheet, numbers, raws)

    def _take(
        self,
        at: int,
        key: str,
        places: Sequence[int],
        raws: Sequence[Any],
        cleaner: Cleaner,
        owners: Sequence[Any],
        habits: Mapping[str, Any],
    ) -> None:
        """Understand some cells of a field."""
        clean = cleaner.clean(raws, self._fields[key], owners, habits)
        self._values[at, key] = dict(zip(places, clean.values, strict=True))
        told: dict[int, list[Problem]] = {place: [] for place in places}
        for problem in column_problems(key, self._kept.sheets[at].headers[key], raws, clean, 0):
            told[places[problem.row]].append(problem)
        self._said[at, key] = told

    def _clean_whole(self, at: int, key: str) -> set[int]:
        """Understand a column as it was and as it is; answers the places at which that differs."""
        before, _, was = self._understood(at, key, self._before)
        after, labels, says = self._understood(at, key, self._after)
        places = {place for place, (one, other) in enumerate(zip(before, after, strict=True)) if one != other}
        places |= {place for place in was.keys() | says.keys() if was.get(place) != says.get(place)}
        self._values[at, key] = {place: after[place] for place in places}
        self._said[at, key] = {place: says.get(place, []) for place in places}
        self.labels[at, key] = labels
        return places

    def _understood(
        self, at: int, key: str, fixes: Fixes
    ) -> tuple[list[Any], dict[str, int], dict[int, list[Problem]]]:
        """A whole column: its values, how often new choices are there, and what is to be said."""
        raws, field = self._whole(at, key, fixes), self._fields[key]
        clean = self._cleaners[at].clean(raws, field)
        fixes.add_choices(key, field.stored, raws, clean)
        told: dict[int, list[Problem]] = {}
        for problem in column_problems(key, self._kept.sheets[at].headers[key], raws, clean, 0):
            told.setdefault(problem.row, []).append(problem)
        return clean.values, dict(clean.new_choices), told


class Corrected:
    """A plan that differs from the one before in some rows: `lines` are those of before, `draft` is what becomes of
    these rows now, in the same order."""

    def __init__(
        self, row: Import, kept: Kept, edits: _Edits, rows: Sequence[int], lines: Sequence[Any], draft: Draft
    ) -> None:
        self._row, self._kept, self._rows, self._draft = row, kept, list(rows), draft
        self._fields = row.summary["fields"]
        self._old, self._new = lines, list(draft.lines())
        actions = kept.folder.actions(kept.name)
        self._were = action_names(actions[self._rows])
        self._are = [action for action, _ in draft.fates]
        self._actions = actions
        self._actions[self._rows] = draft.actions()
        self._sheets = [self._sheet(at, sheet, edits) for at, sheet in enumerate(kept.sheets)]
        self._index = kept.index
        self._undone: list[Any] = []
        self._done: list[Any] = []

    def _sheet(self, at: int, sheet: KeptSheet, edits: _Edits) -> KeptSheet:
        """A sheet with its new choices counted anew."""
        sheet = deepcopy(sheet)
        for key in sheet.headers:
            if (counts := edits.labels.get((at, key))) is not None:
                sheet.labels[key] = counts
            cell = self._fields.index(key)
            left = sheet.left.setdefault(key, {})
            for lines, actions, by in ((self._old, self._were, -1), (self._new, self._are, 1)):
                out = (
                    line[4][cell]
                    for row, line, action in zip(self._rows, lines, actions, strict=True)
                    if action == EXCLUDE and sheet.first <= row < sheet.first + sheet.count
                )
                add_labels(left, out, by)
        return sheet

    # -- keeping ----------------------------------------------------------------------------------------------------

    def save(self, folder: Folder, name: str) -> int:
        """Keep it under `name`, beside the plan before; answers how many records are to be written."""
        before, rows = self._kept.name, self._rows
        for suffix in ("rows", "units", "raws"):
            folder.share(name, before, suffix)
        spans = folder.row_spans(before)
        if rows:
            spans[rows] = folder.append(f"{name}.rows", self._new)
        folder.save_array(f"{name}.places", spans)
        folder.save_array(f"{name}.actions", self._actions)
        concerned = np.zeros(len(self._actions), dtype=bool)
        concerned[rows] = True
        firsts = self._save_units(folder, name, concerned)
        index = self._index
        tokens, token_rows = self._tokens(concerned)
        problems, groups = likeness(rows, self._are, self._new)
        stay = ~concerned[index.problems]
        problems = np.concatenate([index.problems[stay], problems])
        order = np.argsort(problems, kind="stable")
        groups = np.concatenate([index.groups[stay], groups])[order]
        self._index = Index(index.numbers, tokens, token_rows, problems[order], groups, firsts)
        self._index.save(folder, name)
        save_sheets(folder, name, self._kept.mark, self._sheets)
        self._name = name
        return len(firsts)

    def _save_units(self, folder: Folder, name: str, concerned: Numbers) -> Numbers:
        """The lines of records to be written, without those of before and with those of now."""
        index, before = self._index, self._kept.name
        spans = folder.spans(before)
        gone = concerned[index.firsts]
        self._undone = folder.units_at(before, spans[gone].tolist())
        work = list(self._draft.work())
        self._done = [line for _, line in work]
        added = np.array(folder.append(f"{name}.units", self._done), dtype=np.int64).reshape(-1, 2)
        own = np.array([self._rows[row] for row, _ in work], dtype=np.int32)
        firsts = np.concatenate([index.firsts[~gone], own])
        order = np.argsort(firsts, kind="stable")
        folder.save_array(f"{name}.spans", np.concatenate([spans[~gone], added])[order])
        return firsts[order]

    def _tokens(self, concerned: Numbers) -> tuple[Numbers, Numbers]:
        index = self._index
        stay = ~concerned[index.token_rows]
        tokens, token_rows = index.tokens[stay], index.token_rows[stay]
        own = np.array(self._draft.tokens, dtype=np.uint64)
        order = np.argsort(own, kind="stable")
        rows = np.array(self._rows, dtype=np.int32)[np.array(self._draft.token_rows, dtype=np.int32)]
        places = np.searchsorted(tokens, own[order])
        return np.insert(tokens, places, own[order]), np.insert(token_rows, places, rows[order])

    # -- telling ----------------------------------------------------------------------------------------------------

    def summary(self) -> dict[str, Any]:
        """What the plan comes to, once it is saved; as `Draft.summary`."""
        before = self._row.summary
        sheets = [self._told(at, sheet) for at, sheet in enumerate(self._sheets)]
        counts = {"rows": len(self._actions), **_counted(self._actions)}
        return {
            **before,
            "counts": {**counts, "flagged": sum(one["flagged"] for one in sheets)},
            "objects": self._objects(),
            "new_choices": self._new_choices(),
            "matched": self._matched(),
            "problem_rows": int(np.count_nonzero(self._actions & PROBLEM)),
            "groups": self._groups(),
            "sheets": sheets,
        }

    def _told(self, at: int, sheet: KeptSheet) -> dict[str, Any]:
        marked = self._row.summary["sheets"][at]["flagged"]
        for lines, actions, by in ((self._old, self._were, -1), (self._new, self._are, 1)):
            for row, line, action in zip(self._rows, lines, actions, strict=True):
                if sheet.first <= row < sheet.first + sheet.count and action not in ("reject", EXCLUDE):
                    marked += by * any(map(is_invalid, line[4]))
        return {
            "file": sheet.file,
            "sheet": sheet.sheet,
            "rows": sheet.count,
            "flagged": marked,
            "counts": _counted(self._actions[sheet.rows]),
            "problems": self._problems(sheet),
        }

    def _problems(self, sheet: KeptSheet) -> list[dict[str, Any]]:
        start, end = np.searchsorted(self._index.problems, [sheet.first, sheet.first + sheet.count]).tolist()
        rows = np.unique(self._index.problems[start : min(end, start + MAX_PROBLEMS)]).tolist()
        told = [
            {"row": line[2], **problem}
            for row, line in zip(rows, self._kept.folder.lines(self._name, rows), strict=True)
            for problem in problems_in(ACTIONS[int(self._actions[row]) & ~PROBLEM], line)
        ]
        return told[:MAX_PROBLEMS]

    def _groups(self) -> list[dict[str, Any]]:
        groups, first, counts = np.unique(self._index.groups, return_index=True, return_counts=True)
        most = np.lexsort((first, -counts))[:MAX_GROUPS]
        rows = self._index.problems[first[most]].tolist()
        told = []
        lines = self._kept.folder.lines(self._name, rows)
        for group, count, line in zip(groups[most].tolist(), counts[most].tolist(), lines, strict=True):
            problem = next(one for one in (*line[5], *line[7]) if group_of(one) == group)
            told.append({**problem, "file": line[0], "sheet": line[1], "row": line[2], "count": count})
        return told

    def _new_choices(self) -> list[dict[str, Any]]:
        found: Counter[tuple[str, str]] = Counter()
        for sheet in self._sheets:
            for key, labels in ((key, sheet.labels[key]) for key in sheet.headers if key in sheet.labels):
                left = sheet.left.get(key, {})
                counts = {label: count - left.get(label, 0) for label, count in labels.items()}
                found.update({(key, label): count for label, count in counts.items() if count > 0})
        return [{"field": key, "value": label, "count": count} for (key, label), count in found.items()]

    def _matched(self) -> list[dict[str, Any]]:
        found = Counter({tuple(one["by"]): one["count"] for one in self._row.summary["matched"]})
        found.subtract(tuple(line[6][1]) for line in self._old if line[6])
        found.update(tuple(line[6][1]) for line in self._new if line[6])
        most = sorted((+found).items(), key=lambda one: (-one[1], one[0]))
        return [{"by": list(by), "count": count} for by, count in most]

    def _objects(self) -> dict[str, dict[str, int]]:
        """How many records of each object are created and changed, of the lines of those to be written."""
        found: dict[str, dict[str, int]] = deepcopy(self._row.summary["objects"])
        for lines, by in ((self._undone, -1), (self._done, 1)):
            for line in lines:
                for key, word in self._draft.written(line):
                    found[key][word] += by
        return found


def _close(index: Index, inside: Numbers, extra: Numbers, most: int) -> bool:
    """Take in all rows that share a token with those inside, or with `extra`, also by way of others; answers whether
    they are few enough."""
    rows = np.concatenate([np.flatnonzero(inside), _holders(index, extra)])
    while True:
        inside[rows] = True
        if int(inside.sum()) > most:
            return False
        own = np.zeros_like(inside)
        own[rows] = True
        found = _holders(index, index.tokens[own[index.token_rows]])
        rows = np.unique(found[~inside[found]])
        if not len(rows):
            return True


def _holders(index: Index, tokens: Numbers) -> Numbers:
    """The rows that have one of some tokens."""
    tokens = np.unique(tokens)
    starts = np.searchsorted(index.tokens, tokens, side="left").tolist()
    ends = np.searchsorted(index.tokens, tokens, side="right").tolist()
    spans = [index.token_rows[start:end] for start, end in zip(starts, ends, strict=True) if start < end]
    return np.concatenate(spans) if spans else np.zeros(0, dtype=np.int32)


def _differing(one: Mapping[Any, Any], other: Mapping[Any, Any]) -> set[Any]:
    """The keys under which two say something else."""
    if one == other:
        return set()
    return {key for key in one.keys() | other.keys() if one.get(key, _NOTHING) != other.get(key, _NOTHING)}


def _counted(actions: Numbers) -> dict[str, int]:
    found = np.bincount(actions & ~np.uint8(PROBLEM), minlength=len(ACTIONS)).tolist()
    return dict(zip(ACTIONS, found, strict=True))
