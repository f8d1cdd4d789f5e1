"""The groups of a view in its workbook: above the rows of each a line with what they share, their number and sums."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from kebu.core.errors import KebuError, message
from kebu.fields.registry import Field
from kebu.importexport.wording import Wording
from kebu.records import groups, snapshots
from kebu.records.query import Asking, Level, ViewSpec
from kebu.records.runs import Ids
from kebu.workbooks.heads import head

_SUMMED = ("number", "money")


@dataclass
class Head:
    """The line above a group that begins at `place` in the order of all rows; `level` counts from 0."""

    place: int
    level: int
    cell: Any
    count: int = 0
    sums: dict[str, float] = field(default_factory=dict)


def opened(ask: Asking, spec: ViewSpec, fields: Sequence[Field]) -> tuple[Ids, list[Head]]:
    """The rows of a view in order, and the heads of all its groups, outer ones first.

    None where it has no groups, or more than can be shown: then it is sorted by what it was to be grouped by.
    """
    summed = [one.key for one in fields if one.stored.kind in _SUMMED]
    totals = [groups.Total(key, function) for key in summed for function in ("sum", "filled")]
    if spec.group:
        try:
            _, ids, found = groups.opened(ask, spec, totals)
            return ids, _heads(found, summed)
        except KebuError as error:
            if error.code != "too_many_groups":
                raise
        sort = [(level.field, level.descending) for level in spec.group]
        spec = replace(spec, group=(), sort=(*sort, *spec.sort))
    return snapshots.make(ask, spec)[1], []


def _heads(found: Sequence[dict[str, Any]], summed: Sequence[str]) -> list[Head]:
    told: list[Head] = []
    opened: list[Head] = []
    place = 0
    for group in found:
        path = group["path"]
        same = next(
            (level for level, (one, cell) in enumerate(zip(opened, path, strict=False)) if one.cell != cell),
            len(opened),
        )
        same = min(same, len(path) - 1)
        fresh = [Head(place, level, path[level]) for level in range(same, len(path))]
        told += fresh
        opened[same:] = fresh
        for one in opened:
            one.count += group["count"]
            for key in summed:
                if group["values"][f"{key}.filled"]:
                    one.sums[key] = one.sums.get(key, 0) + group["values"][f"{key}.sum"]
        place += group["count"]
    return told


def line(ask: Asking, words: Wording, levels: Sequence[Level], one: Head, fields: Sequence[Field]) -> list[Any]:
    """The cells of a head: what its rows share and their number in the first, sums under their columns."""
    level = levels[one.level]
    by = ask.field(level.field)
    shared = _shared(words, by, level, one.cell) or message("blank", ask.actor.language)
    text = message("group_head", ask.actor.language, name=by.label(ask.actor.language), value=shared, count=one.count)
    cells = [round(one.sums[key], 2) if key in one.sums else None for key in (item.key for item in fields)]
    return [head(text), *cells[1:]]


def _shared(words: Wording, by: Field, level: Level, cell: Any) -> str:
    if cell is None:
        return ""
    if by.stored.kind in ("date", "datetime"):
        return _period(cell if isinstance(cell, date) else date.fromisoformat(str(cell)[:10]), level.unit)
    if isinstance(cell, bool):
        return "✓" if cell else "✗"
    return str(words.plain(by, cell))


_PERIODS: dict[str, Callable[[date], str]] = {
    "day": str,
    "week": lambda day: f"{day} – {day + timedelta(days=6):%m-%d}",
    "month": lambda day: f"{day:%Y-%m}",
    "quarter": lambda day: f"{day.year} Q{(day.month + 2) // 3}",
    "year": lambda day: str(day.year),
}


def _period(day: date, unit: str) -> str:
    """As `formatPeriod` of the page says it."""
    return _PERIODS[unit](day)
