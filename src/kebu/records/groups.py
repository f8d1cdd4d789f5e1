"""Groups and totals of a view: how many rows share a value, and what their numbers come to."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Avg, Count, F, FloatField, Max, Min, OrderBy, Sum
from django.db.models.functions import Cast

from kebu.accounts.actor import Actor
from kebu.core.db import IdIn
from kebu.core.errors import KebuError
from kebu.fields.registry import Field
from kebu.records import asof, query, snapshots
from kebu.records.query import Asking, Level, ViewSpec

MAX_GROUPS = 5_000
MAX_TOTALS = 400
_FUNCTIONS: Mapping[str, Any] = {
    # As whole numbers SQLite's would overflow: a thousand of the largest amounts are enough.
    "sum": lambda value: Sum(Cast(value, FloatField())),
    "average": Avg,
    "min": Min,
    "max": Max,
    "filled": Count,
}
_KINDS = ("number", "money", "percent", "rating")


class Total(NamedTuple):
    """What one field of a group's rows comes to."""

    field: str
    function: str

    @property
    def name(self) -> str:
        """Its key in an answer."""
        return f"{self.field}.{self.function}"


def totals_of(ask: Asking, raw: Sequence[Mapping[str, Any]]) -> list[Total]:
    """From JSON: `{"field", "function"}`. KebuError `bad_view`; `bad_total` for a field that has no such total."""
    totals = []
    for one in raw:
        if set(one) != {"field", "function"} or len(raw) > MAX_TOTALS:
            raise KebuError("bad_view")
        field, function = ask.field(one["field"]), one["function"]
        if (
            not isinstance(function, str)
            or function not in _FUNCTIONS
            or (function != "filled" and field.stored.kind not in _KINDS)
        ):
            name = field.label(ask.actor.language)
            raise KebuError("bad_total", field=field.key, name=name, function=str(function)[:40])
        totals.append(Total(field.key, function))
    return totals


def groups(ask: Asking, spec: ViewSpec, totals: Sequence[Total]) -> list[dict[str, Any]]:
    """The innermost groups of a view in the order of its rows, `{"path", "count", "values"}` each.

    `path` has a cell for every level. A view without levels is one group. KebuError `too_many_groups`.
    """
    return _groups(ask, query.rows(ask, spec), spec.group, totals)


def summary(
    actor: Actor, object_key: str, raw: Mapping[str, Any], totals: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Groups and totals of a view by its spec, as of `raw["as_of"]` where that is said: `{"groups": […]}`."""
    spec = ViewSpec.of(raw)
    as_of = raw.get("as_of") or ""
    if as_of and spec.search:
        raise KebuError("search_is_of_now", field="search")
    with asof.shown(actor, as_of) as reader:
        ask = query.asking(reader, object_key)
        return {"groups": groups(ask, spec, totals_of(ask, totals))}


def span(
    actor: Actor, object_key: str, name: str, totals: Sequence[Mapping[str, Any]], *, offset: int, limit: int
) -> dict[str, Any]:
    """The totals of `limit` rows of a snapshot from `offset` on: `{"groups": […]}` with the one group that they are.

    KebuError `snapshot_gone`.
    """
    with asof.shown(actor, snapshots.moment(name)) as reader:
        ask, order = snapshots.load(reader, object_key, name)
        rows = query.rows(ask, ViewSpec()).filter(IdIn(order[offset : offset + limit].tolist()))
        return {"groups": _groups(ask, rows, (), totals_of(ask, totals))}


def _groups(ask: Asking, rows: Any, levels: Sequence[Level], totals: Sequence[Total]) -> list[dict[str, Any]]:
    shared: dict[str, Any] = {}
    order = []
    picks = []
    for n, level in enumerate(levels):
        place, value = query.group_expressions(ask, level)
        shared |= {f"v{n}": value, f"p{n}": place}
        order += [OrderBy(F(f"p{n}"), descending=level.descending, nulls_last=True)]
        order += [OrderBy(F(f"v{n}"), nulls_last=True)] if value is not place else []
        field = ask.field(level.field)
        if field.stored.kind == "relation":
            title = ask.known.object(field.stored.target or "").title
            shared[f"l{n}"] = F(field.path(f"{field.stored.column}__{title}"))
        picks.append((field, f"v{n}", f"l{n}"))
    measures = {
        f"t{n}": _FUNCTIONS[total.function](query.expression(ask.field(total.field))) for n, total in enumerate(totals)
    }
    if not levels:
        found = [rows.order_by().aggregate(count=Count("id"), **measures)]
    else:
        grouped = rows.order_by().annotate(**shared).values(*shared)
        found = list(grouped.annotate(count=Count("id"), **measures).order_by(*order)[: MAX_GROUPS + 1])
    if len(found) > MAX_GROUPS:
        raise KebuError("too_many_groups", limit=MAX_GROUPS)
    return [
        {
            "path": [_cell(field, row[value], row.get(label)) for field, value, label in picks],
            "count": row["count"],
            "values": {
                total.name: _figure(ask.field(total.field), total.function, row[f"t{n}"])
                for n, total in enumerate(totals)
            },
        }
        for row in found
    ]


def _cell(field: Field, value: Any, label: str | None) -> Any:
    if value is None:
        return None
    if field.stored.kind in ("date", "datetime"):
        return value  # the first day of its unit
    if field.stored.kind == "relation":
        return {"id": value, "label": label or ""}
    cell = field.stored.type.cell
    return cell(value) if cell else value


def _figure(field: Field, function: str, value: Any) -> Any:
    """A total as a cell of its field: money in major units, which an average need not be a whole number of cents of."""
    if value is None or function == "filled":
        return value
    if function == "average":
        return float(value) / 100 if field.stored.kind == "money" else float(value)
    cell = field.stored.type.cell
    return cell(value) if cell else value
