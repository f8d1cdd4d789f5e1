"""What a person wants of a comparison: for all rows of a kind, for a row, for a cell. And what that comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from kebu.core.errors import KebuError
from kebu.importexport.comparing import KINDS

Choice = Literal["mine", "theirs"]
#: So many rows may be decided by themselves; who has more to say says it of all rows of a kind.
MAX_OWN = 20_000
CONFLICT, EDIT, HERE, NEW, REMOVED = range(5)

# What is counted of each row: its kind, and how many cells are in conflict and edited, fit to be written and not;
# whether its record was deleted here, and what keeps the row from being taken (`_WAITS`, `_LOCKED`, `_PARTLY`).
WIDTH = 7
_KIND, _CONFLICTS, _BAD_CONFLICTS, _EDITS, _BAD_EDITS, _GONE, _HELD = range(WIDTH)
# Something is missing or said of it; the person may write nothing of it; or not all of it.
_WAITS, _LOCKED, _PARTLY = 1, 2, 4
Tally = npt.NDArray[np.int32]


@dataclass
class Choices:
    """`kinds`: what happens to all of a kind (None: nobody has decided); `rows` and `cells` by place, as text, and
    field: exceptions. `fixed`: values typed in place of those of the file, `{"raw", "value", "code"?}`."""

    kinds: dict[str, Choice | None] = field(
        default_factory=lambda: {"conflict": None, "edit": "theirs", "new": "theirs", "removed": "mine"}
    )
    rows: dict[str, Choice] = field(default_factory=dict)
    cells: dict[str, dict[str, Choice]] = field(default_factory=dict)
    fixed: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> "Choices":
        """From JSON."""
        return cls(**raw) if raw else cls()

    @property
    def own(self) -> set[int]:
        """The places of rows that are decided by themselves."""
        return {int(place) for place in (*self.rows, *self.cells, *self.fixed)}

    def of_all(self, kind: str, choice: Choice) -> None:
        """Decide for all rows of a kind; who decided for one of them before, decides anew."""
        self.kinds[kind] = choice

    def forget(self, places: Sequence[int]) -> None:
        """Drop what was decided for rows; what was typed stays."""
        for place in map(str, places):
            self.rows.pop(place, None)
            self.cells.pop(place, None)

    def check(self) -> None:
        """KebuError `too_many_decided`."""
        if len(self.own) > MAX_OWN:
            raise KebuError("too_many_decided", limit=MAX_OWN)


@dataclass
class Decided:
    """What happens to a row: values to write by field, and whether the record is made, brought back or deleted.
    `open`: so many of its cells (or the row) wait for a word."""

    values: dict[str, Any] = field(default_factory=dict)
    create: bool = False
    restore: bool = False
    delete: bool = False
    open: int = 0


def cell_of(choices: Choices, place: int, line: Mapping[str, Any], key: str) -> dict[str, Any]:
    """A cell of a row with what was typed in its place."""
    cell: dict[str, Any] = line["cells"].get(key) or {"state": line["kind"]}
    fixed = choices.fixed.get(str(place), {}).get(key)
    if fixed is None:
        return cell
    own = {name: value for name, value in cell.items() if name != "code"}
    return own | {"theirs": fixed["value"], "fixed": True} | ({"code": fixed["code"]} if "code" in fixed else {})


def choice_of(choices: Choices, place: int, cell: Mapping[str, Any], key: str) -> Choice | None:
    """What a person has said of a cell: of itself, of its row, of all such. What is no value waits for a word of its
    own, unless everything here is to stay; what he may not write stays."""
    if "locked" in cell:
        return "mine"
    mark = str(place)
    said = choices.cells.get(mark, {}).get(key) or choices.rows.get(mark)
    if said is None and cell.get("fixed") and "code" not in cell:
        return "theirs"  # nobody types a value that he does not want
    if said is not None:
        return said
    general = choices.kinds.get(cell["state"])
    return general if general != "theirs" or "code" not in cell else None


def decide(choices: Choices, place: int, line: Mapping[str, Any], needed: Sequence[str]) -> Decided:
    """What happens to a row of a comparison. `needed`: the fields without which there is no record."""
    if line.get("locked"):
        return Decided()
    said = choices.rows.get(str(place))
    match line["kind"]:
        case "removed":
            return Decided(delete=(said or choices.kinds["removed"]) == "theirs")
        case "new":
            cells = {key: cell_of(choices, place, line, key) for key in _keys(choices, place, line)}
            lacking = any(cells.get(key, {}).get("theirs") is None for key in needed)
            unfit = any("code" in cells.get(key, ()) for key in needed)
            if lacking or ((unfit or line["word"]) and said != "theirs"):
                return Decided(open=said is None and choices.kinds["new"] != "mine")
            if (said or choices.kinds["new"]) != "theirs":
                return Decided()
            return Decided({key: cell["theirs"] for key, cell in cells.items() if "locked" not in cell}, create=True)
        case "here":
            return Decided()
    done = Decided()
    if line["word"] == "gone":
        said = said or choices.kinds["conflict"]
        if said != "theirs":
            return Decided(open=said is None)
        done.restore = True
    for key in line["cells"]:
        cell = cell_of(choices, place, line, key)
        if cell["state"] == "here":
            continue
        choice = choice_of(choices, place, cell, key)
        if cell.get("code") == "required":  # what a record cannot be without is not taken away, whoever says so
            done.open += choice != "mine"
        elif choice == "theirs":
            done.values[key] = cell["theirs"]
        elif choice is None:
            done.open += 1
    return done


def _keys(choices: Choices, place: int, line: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys((*line["cells"], *choices.fixed.get(str(place), ()))))


# -- counting ----------------------------------------------------------------------------------------------------


def tally(lines: Sequence[Mapping[str, Any]], needed: Sequence[str]) -> Tally:
    """What is counted of the rows, once for all."""
    found = np.zeros((len(lines), WIDTH), dtype=np.int32)
    for place, line in enumerate(lines):
        row = [KINDS.index(line["kind"]), 0, 0, 0, 0, line["word"] == "gone", _LOCKED if line["locked"] else 0]
        for cell in line["cells"].values() if not line["locked"] else ():
            if "locked" in cell:
                row[_HELD] |= _PARTLY
            elif cell["state"] in ("conflict", "edit"):
                row[_CONFLICTS + 2 * (cell["state"] == "edit") + ("code" in cell)] += 1
            elif cell["state"] == "new" and "code" in cell:
                row[_BAD_EDITS] += 1
        if line["kind"] == "new" and not line["locked"]:
            cells = line["cells"]
            waits = line["word"] or any(key not in cells or "code" in cells[key] for key in needed)
            row[_HELD] |= _WAITS if waits else 0
        found[place] = row
    return found


def problems(found: Tally) -> npt.NDArray[np.bool_]:
    """The rows with cells that are no value of their field or may not be written, or that lack what a record needs."""
    marked: npt.NDArray[np.bool_] = (found[:, _BAD_CONFLICTS] + found[:, _BAD_EDITS] + found[:, _HELD]) > 0
    return marked


def places(found: Tally, only: str) -> npt.NDArray[np.int64]:
    """The places of the rows that are asked for: all, problems, or a kind."""
    if only == "all":
        return np.arange(len(found))
    if only == "problems":
        return np.flatnonzero(problems(found))
    return np.flatnonzero(found[:, _KIND] == KINDS.index(only))


def count(
    found: Tally, choices: Choices, own: Mapping[int, Mapping[str, Any]], needed: Sequence[str]
) -> dict[str, Any]:
    """How many rows there are of each kind, and what would be written. `own`: lines of rows decided by themselves."""
    kinds = np.bincount(found[:, _KIND], minlength=len(KINDS))
    rows = {"all": len(found), **{kind: int(kinds[place]) for place, kind in enumerate(KINDS)}}
    rows["problems"] = int(problems(found).sum())
    general = np.ones(len(found), dtype=bool)
    general[sorted(own)] = False
    found = found[general]
    total = _by_kind(found, choices)
    for place, line in own.items():
        done = decide(choices, place, line, needed)
        total["open"] += done.open
        total["created"] += done.create
        total["deleted"] += done.delete
        total["restored"] += done.restore
        if not done.create:
            total["cells"] += len(done.values)
            total["changed"] += bool(done.values) and not done.restore
    return {"rows": rows, "chosen": total}


def _by_kind(found: Tally, choices: Choices) -> dict[str, int]:
    kind, locked = found[:, _KIND], (found[:, _HELD] & _LOCKED) > 0
    usual = (kind <= EDIT) & (found[:, _GONE] == 0)
    gone = (found[:, _GONE] > 0) & ~locked
    conflicts, edits = choices.kinds["conflict"], choices.kinds["edit"]
    cells = found[:, _CONFLICTS] * (conflicts == "theirs") + found[:, _EDITS] * (edits == "theirs")
    waiting = found[:, _CONFLICTS] * (conflicts is None) + found[:, _EDITS] * (edits is None)
    waiting += found[:, _BAD_CONFLICTS] * (conflicts != "mine") + found[:, _BAD_EDITS] * (edits != "mine")
    total = {
        "cells": int(cells[usual].sum()),
        "changed": int((cells[usual] > 0).sum()),
        "open": int(waiting[usual].sum()),
        "created": 0,
        "deleted": int(((kind == REMOVED) & ~locked).sum()) if choices.kinds["removed"] == "theirs" else 0,
        "restored": 0,
    }
    held = (kind == NEW) & ((found[:, _HELD] & _WAITS) > 0)
    if choices.kinds["new"] == "theirs":
        total["created"] = int(((kind == NEW) & ~locked).sum() - held.sum())
    if choices.kinds["new"] != "mine":
        total["open"] += int(held.sum())
    if conflicts == "theirs":
        # A record that was deleted here comes back with what was edited there.
        total["restored"] = int(gone.sum())
        total["cells"] += int((found[:, _CONFLICTS] + found[:, _EDITS] * (edits == "theirs"))[gone].sum())
        total["open"] += int((found[:, _BAD_CONFLICTS] + found[:, _BAD_EDITS])[gone].sum())
    elif conflicts is None:
        total["open"] += int(gone.sum())
    return total
