"""What a plan comes to: the fate of each row, counts, and the lines that are kept for preview and work."""

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any

from kebu.fields.registry import Catalog, Field, ObjectType
from kebu.importexport.folder import ACTIONS, PROBLEM, Folder
from kebu.importexport.joining import EXCLUDE, Problem, Source, Unit, is_invalid
from kebu.importexport.matching import Verdict
from kebu.importexport.outside import outside_id, remembered

MAX_GROUPS = 200
MAX_PROBLEMS = 1000  # told of each sheet; all of them are with their rows


class Draft:
    """A plan in memory. `fates` says of each row what happens to it, and the id of the record that it is about;
    `known` of those whose record is there already its number, and the fields by which that is told. `problems` are in
    the order of their rows. `tokens` of `token_rows`: see `Joiner`; the records too for which several may ask."""

    def __init__(
        self,
        known: Catalog,
        one: ObjectType,
        fields: Mapping[str, Field],
        sources: Sequence[Source],
        units: Sequence[Unit],
        verdicts: Sequence[Verdict | None],
        problems: list[Problem],
        language: str,
    ) -> None:
        self._one, self._fields, self._language = one, fields, language
        self._required = [field for field in one.fields if field.required and field.key != one.title]
        self._targets = {key: known.field(one.key, key).target or "" for key, _ in one.lookups}
        self.sources, self.problems = sources, problems
        self.tokens, self.token_rows = array("Q"), array("i")
        self._count = sum(len(source.numbers) for source in sources)
        self.done: list[tuple[Unit, Verdict]] = []
        for unit, verdict in zip(units, verdicts, strict=True):
            if verdict is not None and (verdict.action != "create" or self._is_whole(unit)):
                self.done.append((unit, verdict))
            elif verdict is None:
                # Only a record that is there already can do without a title.
                problems += [Problem(row, "no_title", one.title) for row in unit.rows]
        self.fates: list[tuple[str, int | None]] = [("reject", None)] * self._count
        self.known: dict[int, tuple[str, Sequence[str]]] = {}
        for source in sources:
            for row, mode in source.modes.items():
                if mode == EXCLUDE:
                    self.fates[row] = (EXCLUDE, None)
        for unit, verdict in self.done:
            for place, row in enumerate(unit.rows):
                action = verdict.action
                if place > 0 and action in ("create", "update"):  # further rows add to the record, or say nothing new
                    action = "update" if unit.added[place] else "same"
                self.fates[row] = (action, verdict.record)
                if verdict.by:
                    self.known[row] = (verdict.number, verdict.by)
        # Of rows that are left out on purpose nothing more is said, but kept for when they are not.
        self._silent = [problem for problem in problems if problem.cell and self.fates[problem.row][0] == EXCLUDE]
        problems[:] = [problem for problem in problems if self.fates[problem.row][0] != EXCLUDE]
        problems.sort(key=lambda problem: problem.row)

    def _is_whole(self, unit: Unit) -> bool:
        for field in self._required:
            if unit.values.get(field.key) is None:
                name = field.label(self._language)
                self.problems += [Problem(row, "required", field.key, params={"name": name}) for row in unit.rows]
                return False
        return True

    def save_rows(self, folder: Folder, name: str) -> None:
        """Keep the preview under `name`."""
        folder.save_rows(name, self.lines(), self.actions())

    def actions(self) -> list[int]:
        """What happens to each row, as the folder keeps it."""
        told = {problem.row for problem in self.problems}
        return [ACTIONS.index(action) | (PROBLEM if row in told else 0) for row, (action, _) in enumerate(self.fates)]

    def lines(self) -> Iterator[list[Any]]:
        """Of each row: file, sheet, number, record, values by field, what its cells say that is not understood, what is
        known of a record that is there, and what else is to be said."""
        of_row: dict[int, list[Problem]] = {}
        for problem in (*self._silent, *self.problems):
            of_row.setdefault(problem.row, []).append(problem)
        for source in self.sources:
            columns: list[Iterable[Any]] = [
                source.columns[key].values if key in source.columns else repeat(None) for key in self._fields
            ]
            rows: Iterable[Sequence[Any]] = zip(*columns, strict=False) if columns else repeat(())
            for row, number, cells in zip(source.places, source.numbers, rows, strict=False):
                own: list[dict[str, Any]] = []
                others: list[dict[str, Any]] = []
                for problem in of_row.get(row, ()):
                    (own if problem.cell else others).append(said(problem))
                record, known = self.fates[row][1], self.known.get(row)
                yield [source.file, source.sheet, number, record, list(cells), own, known, others]

    def work(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """The first row of each record to be written, and its line as `apply` takes them; and of each that stays as it
        is, and goes by an id of another system that nobody knew."""
        named = [called for unit, verdict in self.done if verdict.action == "same" and (called := self._called(unit))]
        known = remembered(self._one.key, [one for _, one in named])
        for unit, verdict in self.done:
            line: dict[str, Any]
            if verdict.action == "create":
                behind = [[one.relation, one.values] for one in verdict.behind]
                line = {"create": unit.values, "behind": behind}
            elif verdict.action == "update":
                parts = [[one.relation, one.id, one.edits or one.values, one.main] for one in verdict.behind]
                line = {"update": verdict.record, "edits": verdict.edits, "behind": parts}
            elif verdict.action == "same" and (called := self._called(unit)) and (*called, verdict.record) not in known:
                line = {"same": verdict.record}
            else:
                continue
            if unit.ref:
                line["ref"] = unit.ref
            if called := self._called(unit):
                line["outside"] = called
            yield unit.rows[0], line

    def _called(self, unit: Unit) -> tuple[str, str] | None:
        """The other system that a unit comes from, and its id there."""
        system = self.sources[unit.sheet].system
        return (system, outside_id(unit.marks[""])) if system and "" in unit.marks else None

    def summary(self) -> dict[str, Any]:
        """Counts of rows and records, what is new, and what is to be said, sheet by sheet."""
        sheets, flagged = [], 0
        choices: Counter[tuple[str, str]] = Counter()
        for source in self.sources:
            marked = self._flagged(source)
            flagged += marked
            counts = Counter(self.fates[row][0] for row in source.places)
            for key, clean in source.columns.items():
                choices.update({(key, label): count for label, count in clean.new_choices.items()})
            sheets.append(
                {
                    "file": source.file,
                    "sheet": source.sheet,
                    "rows": len(source.numbers),
                    "flagged": marked,
                    "counts": {action: counts[action] for action in ACTIONS},
                    "problems": self._told(source),
                }
            )
        whole = Counter(action for action, _ in self.fates)
        return {
            "fields": list(self._fields),
            "counts": {"rows": self._count, **{action: whole[action] for action in ACTIONS}, "flagged": flagged},
            "objects": self._objects(),
            "new_choices": [{"field": key, "value": label, "count": count} for (key, label), count in choices.items()],
            "new_fields": [
                {"key": key, "kind": field.kind, "label": field.label(self._language)}
                for key, field in self._fields.items()
                if key.startswith("new:")
            ],
            "matched": self._matched(),
            "problem_rows": len({problem.row for problem in self.problems}),
            "groups": self._groups(),
            "sheets": sheets,
        }

    def _groups(self) -> list[dict[str, Any]]:
        """Problems of cells that say the same, most frequent first, with the first of their rows."""
        found: dict[tuple[str | None, str | None, str, str | None], list[Any]] = {}
        for problem in self.problems:
            group = (problem.field, problem.column, problem.code, problem.value)
            found.setdefault(group, [problem, 0])[1] += 1
        most = sorted(found.values(), key=lambda pair: -pair[1])[:MAX_GROUPS]
        sources = {row: source for source in self.sources for row in (source.first,)}
        starts = sorted(sources)
        told = []
        for problem, count in most:
            source = sources[starts[bisect_right(starts, problem.row) - 1]]
            place = {"file": source.file, "sheet": source.sheet, "row": source.numbers[problem.row - source.first]}
            told.append({**said(problem), **place, "count": count})
        return told

    def _matched(self) -> list[dict[str, Any]]:
        """By what the rows are known whose record is there already, and how many by each."""
        counts = Counter(tuple(by) for _, by in self.known.values())
        return [
            {"by": list(by), "count": count} for by, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        ]

    def _flagged(self, source: Source) -> int:
        """How many rows are imported with a cell that did not fit."""
        marked = {
            place
            for clean in source.columns.values()
            for place in clean.problems
            if is_invalid(clean.values[place]) and self.fates[source.first + place][0] not in ("reject", EXCLUDE)
        }
        return len(marked)

    def _told(self, source: Source) -> list[dict[str, Any]]:
        own = [problem for problem in self.problems if problem.row in source.places]
        return [{"row": source.numbers[one.row - source.first], **said(one)} for one in own[:MAX_PROBLEMS]]

    def _objects(self) -> dict[str, dict[str, int]]:
        """How many records of each object are created and changed."""
        found = {key: {"created": 0, "updated": 0} for key in (self._one.key, *self._targets.values())}
        for _, verdict in self.done:
            if verdict.action == "create":
                found[self._one.key]["created"] += 1
            elif verdict.edits:
                found[self._one.key]["updated"] += 1
            for behind in verdict.behind:
                word = "created" if behind.id is None else "updated" if behind.edits else None
                if word:
                    found[self._targets[behind.relation]][word] += 1
        return found

    def written(self, line: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Each record that a line of `work` creates or changes: its object, and which of both."""
        if "create" in line:
            yield self._one.key, "created"
            for relation, _ in line["behind"]:
                yield self._targets[relation], "created"
        elif "update" in line:
            if line["edits"]:
                yield self._one.key, "updated"
            for relation, pk, content, _ in line["behind"]:
                if pk is None or content:
                    yield self._targets[relation], "created" if pk is None else "updated"


def problems_in(action: str, line: Sequence[Any]) -> list[dict[str, Any]]:
    """What is to be said of a row, of its line (see `Draft.lines`) and of what happens to it."""
    return [] if action == EXCLUDE else [*line[5], *(line[7] if len(line) > 7 else ())]


def labels_in(value: Any) -> list[str]:
    """The labels of choices that are yet to be made, in a plain value of a plan."""
    if not isinstance(value, dict):
        return []
    return [value["choice"]] if "choice" in value else list(value.get("choices", ()))


def said(problem: Problem) -> dict[str, Any]:
    """A problem as it is kept with its row."""
    return {
        "field": problem.field,
        "column": problem.column,
        "value": problem.value,
        "code": problem.code,
        "params": problem.params,
    }
