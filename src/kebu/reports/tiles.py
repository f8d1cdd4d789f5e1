"""What a report shows: tiles, each a figure of some permitted rows. Every point carries the filter of its rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from django.db.models import Count, Q, Sum

from kebu.accounts.actor import Actor
from kebu.core.errors import message
from kebu.fields.registry import Labels, catalog, label_in
from kebu.records import permissions, query
from kebu.records.query import Asking

TileKind = Literal["bar", "pie", "line", "funnel", "number"]
Filter = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """One step of a funnel: the rows that `filter` names."""

    key: str
    labels: Labels
    filter: Filter


@dataclass(frozen=True)
class Tile:
    """A figure over one object.

    By a choice field (`field` of kind choice: a point for each choice that has rows, and one for blanks), by month
    (`field` of kind date or date-time), or in steps. The measure is the number of rows, or the sum of `total`.
    `steps` may depend on what the company calls its choices.
    """

    key: str
    kind: TileKind
    labels: Labels
    object: str
    field: str | None = None
    total: str | None = None
    filter: Filter | None = None
    steps: Callable[[Asking], Sequence[Step]] | None = None


_tiles: list[Tile] = []


def register(tiles: Sequence[Tile]) -> None:
    """Say what the overview shows; called once, when the application is ready."""
    _tiles[:] = tiles


def overview(actor: Actor, *, months: int) -> list[dict[str, Any]]:
    """Every tile of the overview as this person may see it; the last `months` months, this one included."""
    known = catalog()
    return [
        _figure(query.asking(actor, tile.object), tile, months)
        for tile in _tiles
        if _asks_only(permissions.read(actor, known, tile.object), tile)
    ]


def _asks_only(fields: Mapping[str, Any], tile: Tile) -> bool:
    """Whether the person may ask by all that a tile asks by."""
    asked = {*query.fields_of(tile.filter), tile.field, tile.total} - {None}
    steps = {"stage"} if tile.steps else set()
    return bool(fields) and fields.keys() >= asked | steps


def _figure(ask: Asking, tile: Tile, months: int) -> dict[str, Any]:
    if tile.steps:
        points = _steps(ask, tile)
    elif ask.field(tile.field).stored.kind == "choice":
        points = _choices(ask, tile)
    else:
        points = _months(ask, tile, months)
    title = label_in(tile.labels, ask.actor.language)
    return {
        "key": tile.key,
        "kind": tile.kind,
        "title": title,
        "object": tile.object,
        "field": tile.field,
        "unit": "money" if tile.total else "count",
        "series": [{"name": title, "points": points}],
    }


def _rows(ask: Asking, tile: Tile) -> Any:
    rows = ask.one.model.objects.filter(permissions.visible(ask.actor, ask.one))
    return rows.filter(query.condition(ask, tile.filter)) if tile.filter else rows


def _measure(ask: Asking, tile: Tile, only: Q | None = None) -> Any:
    if tile.total is None:
        return Count("id", filter=only)
    return Sum(query.expression(ask.field(tile.total)), filter=only)


def _shown(ask: Asking, tile: Tile, value: Any) -> Any:
    """A sum is a cell of its field: money in major units."""
    if tile.total is None or value is None:
        return value or 0
    cell = ask.field(tile.total).stored.type.cell
    return cell(value) if cell else value


def _point(ask: Asking, tile: Tile, key: str | None, label: str, value: Any, leaf: Filter) -> dict[str, Any]:
    both = {"and": [tile.filter, leaf]} if tile.filter else leaf
    return {"key": key, "label": label, "value": _shown(ask, tile, value), "filter": both}


def _choices(ask: Asking, tile: Tile) -> list[dict[str, Any]]:
    field = ask.field(tile.field)
    rows = _rows(ask, tile).annotate(by=query.expression(field)).values_list("by")
    found = dict(rows.annotate(value=_measure(ask, tile)).order_by())
    points = [
        _point(ask, tile, one.key, label_in(one.labels, ask.actor.language), found[one.key],
               {"field": field.key, "op": "is", "value": one.key})
        for one in field.choices
        if found.get(one.key)
    ]  # fmt: skip
    if found.get(None):
        blank = message("blank", ask.actor.language)
        points.append(_point(ask, tile, None, blank, found[None], {"field": field.key, "op": "empty"}))
    return points


def _months(ask: Asking, tile: Tile, months: int) -> list[dict[str, Any]]:
    """One pass over the rows; each month is the very condition that a click on it opens."""
    now = query.today(ask.context.zone)
    leaves: dict[date, Filter] = {}
    for back in range(months - 1, -1, -1):
        first = query.unit_start("month", now, -back)
        last = query.unit_start("month", first, 1) - timedelta(days=1)
        leaves[first] = {"field": tile.field, "op": "between", "value": [first.isoformat(), last.isoformat()]}
    measures = {f"m{n}": _measure(ask, tile, query.condition(ask, leaf)) for n, leaf in enumerate(leaves.values())}
    since = {"field": tile.field, "op": "gte", "value": next(iter(leaves)).isoformat()}
    found = _rows(ask, tile).filter(query.condition(ask, since)).aggregate(**measures)
    return [
        _point(ask, tile, f"{first:%Y-%m}", f"{first:%Y-%m}", found[f"m{n}"], leaf)
        for n, (first, leaf) in enumerate(leaves.items())
    ]


def _steps(ask: Asking, tile: Tile) -> list[dict[str, Any]]:
    steps = tile.steps(ask) if tile.steps else ()
    measures = {f"s{n}": _measure(ask, tile, query.condition(ask, step.filter)) for n, step in enumerate(steps)}
    found = _rows(ask, tile).aggregate(**measures)
    return [
        _point(ask, tile, step.key, label_in(step.labels, ask.actor.language), found[f"s{n}"], step.filter)
        for n, step in enumerate(steps)
    ]
