"""What the rows of each sheet are, where an import has several: companies, or contacts and deals that name them.

Sheets are what the import is of unless they say clearly that they are something else: by their names, by their first
column or by a number of their own — and only where most of what they name is in another sheet of the import, or here.
One sheet alone is never something else: a list of people with their companies is a list of companies.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kebu.core.text import fold
from kebu.fields.parsing import text_of
from kebu.importexport.folder import StoredSheet
from kebu.importexport.likeness import title_key
from kebu.importexport.links import Links
from kebu.importexport.mapping import cells_of
from kebu.importexport.names import key_of
from kebu.importexport.outside import outside_id
from kebu.importexport.plan import Planner, Sheet
from kebu.importexport.plans import Plans
from kebu.importexport.tables import Table
from kebu.records import permissions

_LOOKED_AT = 200
_ENOUGH = 0.5  # of what a sheet names
_BETWEEN = re.compile(r"[\W_\d]+")
_AFTER = re.compile(r"(?:列表|名单|清单|信息|资料|数据|明细|表|导出)+$")


class _Guess:
    """A sheet as it would be read if its rows were of some object."""

    def __init__(self, planner: Planner, sheet: Sheet, stored: StoredSheet) -> None:
        self.planner = planner
        self.sheet = replace(sheet, object=planner.one.key, columns=[])
        self.table = planner.table(self.sheet, stored)
        planner.learn(self.sheet, self.table)

    def texts(self, key: str) -> set[str]:
        """The first texts of the columns that became a field."""
        columns = [column for column in self.sheet.columns if column.field == key]
        return {text_of(cell) for column in columns if self.table for cell in cells_of(self.table, column.index)}

    def score(self, name: str, main: Planner, plainly: int) -> int:
        """How clearly the sheet says that its rows are of the object; 0: not at all. `plainly`: how many of its columns
        are known if its rows are what the import is of."""
        title, names = self.planner.one.title, self.planner.names
        mapped = [column for column in self.sheet.columns if column.field]
        if not self.table or not any(column.field == title for column in mapped):
            return 0
        # A number that is called so here alone: 联系人编号, Contact ID, but not Record ID.
        numbers = [one for one in self.sheet.columns if one.outside or one.field == "number"]
        own = any(names.is_number(one.header) and not main.names.is_number(one.header) for one in numbers)
        leads = mapped[0].field == title
        # More of it is known, and it names what others are of anywhere but first, or one of them several times.
        first = names.fields.get(mapped[0].field or "")
        more = len(mapped) > plainly and (
            first is None or first.kind != "relation" or self._repeats(mapped[0].index, self.table)
        )
        return 4 * own + 2 * _is_called(self.planner, name, main) + (leads or more)

    @staticmethod
    def _repeats(index: int, table: Table) -> bool:
        cells = [text_of(cell) for cell in cells_of(table, index)]
        return len(set(cells)) < len(cells)

    def relations(self) -> Iterator[tuple[str, set[str]]]:
        """The objects that columns name records of, with the first texts of those columns."""
        for column in self.sheet.columns:
            field = self.planner.names.fields.get(column.field or "")
            if field and field.kind == "relation" and not field.relation:
                yield field.target or "", self.texts(field.key)


def suggest(
    plans: Plans, sheets: Sequence[Sheet], cells: Sequence[StoredSheet], files: Sequence[Mapping[str, Any]]
) -> dict[int, str]:
    """The objects of sheets, by their places, that are not what the import is of."""
    places = [place for place, sheet in enumerate(sheets) if sheet.rows and not sheet.hidden]
    if len(places) < 2:
        return {}
    objects = plans.known.objects.values()
    others = [one.key for one in objects if one.key != plans.key and permissions.may(plans.actor, one, "import")]
    guesses: dict[int, dict[str, _Guess]] = {}
    for place in places:
        name = _name_of(sheets[place], sheets, files)
        is_main = _is_called(plans.main, name, plans.main)
        plainly = sum(column.field is not None for column in sheets[place].columns)
        scored = {}
        for key in others:
            if is_main and not _is_called(plans.planner(key), name, plans.main):
                continue
            guess = _Guess(plans.planner(key), sheets[place], cells[place])
            if points := guess.score(name, plans.main, plainly):
                scored[key] = (points, guess)
        best = max((points for points, _ in scored.values()), default=0)
        guesses[place] = {key: guess for key, (points, guess) in scored.items() if points == best}
    found: dict[int, str] = {}
    parents = {plans.key: [place for place in places if not guesses.get(place)]}
    for key in plans.order(others):
        for place, by_key in guesses.items():
            if place in found or key not in by_key:
                continue
            if any(
                _is_found(plans, target, texts, parents, sheets, cells) for target, texts in by_key[key].relations()
            ):
                found[place] = key
                parents.setdefault(key, []).append(place)
    return found if len({found.get(place, plans.key) for place in places}) > 1 else {}


def _is_found(
    plans: Plans,
    target: str,
    texts: set[str],
    parents: Mapping[str, Sequence[int]],
    sheets: Sequence[Sheet],
    cells: Sequence[StoredSheet],
) -> bool:
    """Whether most of what a sheet names is in a sheet of those, or here."""
    wanted = set(sorted(texts)[:_LOOKED_AT])
    if not wanted:
        return False
    there: set[str] = set()
    for place in parents.get(target, ()):
        planner = plans.planner(target)
        table = planner.table(sheets[place], cells[place])
        guess = _Guess(planner, sheets[place], cells[place])
        for column in guess.sheet.columns:
            if table and (column.outside or column.field in (planner.one.title, "number")):
                there.update(_key(text_of(cell)) for cell in cells_of(table, column.index, len(table.rows)))
    missing = {text for text in wanted if _key(text) not in there}
    if len(missing) > (1 - _ENOUGH) * len(wanted):
        links = Links(plans.actor, plans.known, target, missing)
        missing = {text for text in missing if not links.named(text)}
    return len(missing) <= (1 - _ENOUGH) * len(wanted)


def _key(text: str) -> str:
    return title_key(outside_id(text))


def _name_of(sheet: Sheet, sheets: Sequence[Sheet], files: Sequence[Mapping[str, Any]]) -> str:
    """What a sheet is called, its file where that has no other: 联系人 of 联系人表, contacts of Contacts_2024.csv."""
    alone = sum(other.file == sheet.file for other in sheets) == 1
    names = [sheet.name, Path(files[sheet.file]["name"]).stem] if alone else [sheet.name]
    return " ".join(names)


def _is_called(planner: Planner, name: str, main: Planner) -> bool:
    """Whether one of the words of a sheet's name is what records of the object are called, and no field of `main`:
    a sheet of remarks is one more of what its rows remark on."""
    one = planner.one
    known = {_one(fold(called)) for called in (*one.labels.values(), *one.plural.values())}
    title = planner.names.fields.get(one.title)
    for called in (*title.labels.values(), *title.synonyms) if title else ():
        taken = [main.names.fields[key] for key in main.names.find(called)] if planner is not main else []
        if not any(field.relation is None for field in taken):
            known.add(_one(fold(called)))
    return any(_one(word) in known for word in _BETWEEN.split(fold(name)) if word)


def _one(word: str) -> str:
    """One of many: contacts, opportunities."""
    word = _AFTER.sub("", key_of(word))
    return f"{word[:-3]}y" if word.endswith("ies") else word.removesuffix("s")
