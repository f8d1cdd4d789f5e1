"""One plan for all objects of an import: each sheet becomes records of its object, parents before what names them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kebu.accounts.actor import Actor
from kebu.fields.registry import Catalog
from kebu.importexport.among import Among
from kebu.importexport.fixes import Fixes
from kebu.importexport.folder import Folder, StoredSheet
from kebu.importexport.keeping import keep, mark_of
from kebu.importexport.options import Options
from kebu.importexport.outcome import Draft
from kebu.importexport.parts import rows_name
from kebu.importexport.plan import Planner, Sheet
from kebu.importexport.tables import Table


class Plans:
    """The planners of an import, one for each object; `key` is the object of sheets that say nothing else."""

    def __init__(self, actor: Actor, known: Catalog, key: str) -> None:
        self.actor, self.known, self.key = actor, known, known.object(key).key
        self._planners: dict[str, Planner] = {}

    @property
    def main(self) -> Planner:
        """The planner of the object that sheets are of unless they say otherwise."""
        return self.planner(self.key)

    def planner(self, key: str) -> Planner:
        """The planner of an object. KebuError `not_found`."""
        if key not in self._planners:
            self._planners[key] = Planner(self.actor, self.known, key)
        return self._planners[key]

    def of(self, sheet: Sheet) -> Planner:
        """The planner of a sheet's object, of the import's where that is none any more."""
        return self.planner(sheet.object if sheet.object in self.known.objects else self.key)

    def options_of(self, key: str, options: Options) -> Options:
        """The options as they count for an object: what its records are matched by is chosen for it alone."""
        return options if key == self.key else options.of_another(key)

    def table(self, sheet: Sheet, stored: StoredSheet) -> Table | None:
        """The table of a sheet as its object's planner finds it."""
        return self.of(sheet).table(sheet, stored)

    def learn(self, sheet: Sheet, table: Table | None) -> None:
        """Write down what the table of a sheet is, with its columns mapped anew."""
        self.of(sheet).learn(sheet, table)

    def become(self, sheet: Sheet, key: str, stored: StoredSheet) -> None:
        """Let the rows of a sheet be records of another object. KebuError `not_found`."""
        sheet.object = self.planner(key).one.key
        self.learn(sheet, self.table(sheet, stored))

    # -- planning -----------------------------------------------------------------------------------------------------

    def order(self, keys: Sequence[str]) -> list[str]:
        """Objects with those first that others point at; where they point at each other, as the registry has them."""
        left = [key for key in self.known.objects if key in keys]
        ordered: list[str] = []
        while left:
            free = (key for key in left if not self._needs(key) & set(left) - {key})
            ordered.append(next(free, left[0]))
            left.remove(ordered[-1])
        return ordered

    def _needs(self, key: str) -> set[str]:
        """The objects that columns of an object's sheets may name."""
        one = self.known.object(key)
        through = {relation for relation, _ in one.lookups}
        fields = self.known.fields[key].values()
        return {
            field.target or ""
            for field in fields
            if field.kind == "relation" and not field.relation and field.key not in through
        }

    def make(
        self,
        sheets: Sequence[Sheet],
        tables: Sequence[Table | None],
        options: Options,
        steps: Sequence[Mapping[str, Any]],
    ) -> "Whole":
        """Work out what becomes of every row of all sheets that are used."""
        present: dict[str, list[tuple[Sheet, Table | None]]] = {}
        for sheet, table in zip(sheets, tables, strict=True):
            if sheet.used and table:
                present.setdefault(self.of(sheet).one.key, []).append((sheet, table))
        keys = self.order(list(present)) or [self.key]
        among = Among(self.known) if len(keys) > 1 else None
        drafts = {}
        for key in keys:
            pairs = present.get(key, [])
            own = self.options_of(key, options)
            fixes = Fixes.of(steps, key)
            drafts[key] = self.planner(key).make(
                [sheet for sheet, _ in pairs], [table for _, table in pairs], own, fixes, among
            )
        return Whole(drafts, among, mark_of(self.planner(keys[0]).key, self.options_of(keys[0], options)))


class Whole:
    """The plans of all objects of an import together."""

    def __init__(self, drafts: Mapping[str, Draft], among: Among | None, mark: str) -> None:
        self.drafts, self._among, self._mark = drafts, among, mark

    def save(self, folder: Folder, name: str) -> int:
        """Keep previews and work under `name`; answers how many records are to be written."""
        for key, draft in self.drafts.items():
            draft.save_rows(folder, rows_name(name, key, list(self.drafts)))
        if self._among:
            folder.save_titles(name, self._among.titles)
            return folder.save_units(name, self._work(self._among))
        [draft] = self.drafts.values()
        return keep(folder, name, self._mark, draft)

    def _work(self, among: Among) -> Iterator[dict[str, Any]]:
        for key, draft in self.drafts.items():
            for _, line in draft.work():
                yield {"object": key, **line}
        for lead in among.leads:
            yield {"object": lead.object, "lead": lead.record, "relation": lead.relation, "to": lead.to}

    def summary(self) -> dict[str, Any]:
        """What the plans come to: of all objects together, and of each in `parts` where there are several."""
        told = {key: draft.summary() for key, draft in self.drafts.items()}
        if len(told) == 1:
            return next(iter(told.values()))
        found: dict[str, Any] = {"fields": next(iter(told.values()))["fields"], "counts": {}, "objects": {}}
        found |= {"new_choices": [], "new_fields": [], "problem_rows": 0, "groups": [], "sheets": [], "parts": []}
        for key, one in told.items():
            _add(found["counts"], one["counts"])
            for other, counts in one["objects"].items():
                _add(found["objects"].setdefault(other, {}), counts)
            found["problem_rows"] += one["problem_rows"]
            for name in ("new_choices", "new_fields", "groups"):
                found[name] += [{**each, "object": key} for each in one[name]]
            found["sheets"] += one["sheets"]
            found["parts"].append(
                {name: one[name] for name in ("fields", "counts", "problem_rows", "matched")} | {"object": key}
            )
        found["groups"].sort(key=lambda group: -group["count"])
        return found


class Tables:
    """The cells of an import as its sheets were read."""

    def __init__(self, plans: Plans, sheets: Sequence[Sheet], tables: Sequence[Table | None]) -> None:
        self._plans = plans
        self._tables = {(sheet.file, sheet.index): table for sheet, table in zip(sheets, tables, strict=True)}

    def has(self, sheet: Sheet, number: int) -> bool:
        """Whether a sheet has a row with that number."""
        table = self._tables[sheet.file, sheet.index]
        return table is not None and number in table.numbers

    def text_in(self, sheet: Sheet, number: int, key: str, fixes: Fixes) -> str | None:
        """As `Planner.text_in`."""
        table = self._tables[sheet.file, sheet.index]
        return self._plans.of(sheet).text_in(sheet, table, number, key, fixes) if table else None


def _add(counts: dict[str, int], more: Mapping[str, int]) -> None:
    for key, count in more.items():
        counts[key] = counts.get(key, 0) + count
