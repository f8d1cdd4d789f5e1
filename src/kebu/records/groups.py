"""Groups and totals of a view: how many rows share a value, and what their numbers come to."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import orjson
from django.db.models.lookups import IsNull

from kebu.accounts.actor import Actor
from kebu.core.db import IdIn, Joined, array_of
from kebu.core.errors import KebuError
from kebu.fields.registry import Field
from kebu.records import asof, query, snapshots
from kebu.records.query import Asking, ViewSpec
from kebu.records.runs import Ids, Runs

MAX_TOTALS = 400
# The values of so many rows are asked for by name; of more, those of all rows are looked at.
_SPAN = 20_000
Numbers = npt.NDArray[Any]
_FUNCTIONS = ("sum", "average", "min", "max", "filled")
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


def opened(ask: Asking, spec: ViewSpec, totals: Sequence[Total]) -> tuple[str, Ids, list[dict[str, Any]]]:
    """A grouped view: the name of its snapshot, its rows in order, and its groups with their totals, innermost ones in
    the order of the rows: `{"path", "count", "values"}`, where `path` has a cell for every level.

    Order and groups are of one look at the rows, or heads would stand over rows of others; both are kept until
    something changes. KebuError `too_many_groups`.
    """
    name = snapshots.promise(ask, spec)
    what = "groups" + hashlib.sha256(orjson.dumps([total.name for total in totals])).hexdigest()[:16]
    kept = snapshots.beside(name, what)
    if kept is not None:
        _, order = snapshots.load(ask.actor, ask.one.key, name)
        return name, order, orjson.loads(kept)
    found = snapshots.ordered(ask, spec)
    groups = _totalled(ask, query.rows(ask, spec), found, totals)
    snapshots.keep(name, found.order)
    snapshots.keep_beside(name, what, orjson.dumps(groups))
    return name, found.order, groups


def summary(
    actor: Actor, object_key: str, raw: Mapping[str, Any], totals: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Groups and totals of a view by its spec, as of `raw["as_of"]` where that is said: `{"groups": […]}`. A view
    without levels is one group. KebuError `too_many_groups`."""
    spec = ViewSpec.of(raw)
    with asof.shown(actor, raw.get("as_of") or "") as reader:
        ask = query.asking(reader, object_key)
        found = snapshots.ordered(ask, spec)
        return {"groups": _totalled(ask, query.rows(ask, spec), found, totals_of(ask, totals))}


def span(
    actor: Actor, object_key: str, name: str, totals: Sequence[Mapping[str, Any]], *, offset: int, limit: int
) -> dict[str, Any]:
    """The totals of `limit` rows of a snapshot from `offset` on: `{"groups": […]}` with the one group that they are.

    KebuError `snapshot_gone`.
    """
    with asof.shown(actor, snapshots.moment(name)) as reader:
        ask, order = snapshots.load(reader, object_key, name)
        chosen = np.asarray(order[offset : offset + limit])
        rows = query.rows(ask, ViewSpec())
        if len(chosen) <= _SPAN:
            rows = rows.filter(IdIn(chosen.tolist()))
        # Rows that are gone by now, or no longer his to see, count for nothing.
        there = np.intersect1d(chosen, snapshots.fetched(rows.order_by("id")))
        return {"groups": _totalled(ask, rows, Runs(there, [len(there)], [[]]), totals_of(ask, totals))}


def _totalled(ask: Asking, rows: Any, found: Runs, totals: Sequence[Total]) -> list[dict[str, Any]]:
    """The groups of an answer, with what the values of their rows, which are among `rows`, come to."""
    group = np.full(int(found.order.max(initial=0)) + 1, -1, dtype=np.int16)
    group[found.order] = np.repeat(np.arange(len(found.counts)), found.counts)
    values = {key: _values(ask, rows, key, group, len(found.counts)) for key in {one.field for one in totals}}
    return [
        {
            "path": path,
            "count": count,
            "values": {one.name: _figure(ask.field(one.field), one.function, values[one.field][at]) for one in totals},
        }
        for at, (path, count) in enumerate(zip(found.paths, found.counts, strict=True))
    ]


def _values(ask: Asking, rows: Any, key: str, group: Numbers, count: int) -> list[Numbers]:
    """The values of a field that the rows of each group have, in no order; of one that has no numbers, something for
    each. Read as two long texts: as rows a million of them would take seconds."""
    field = ask.field(key)
    held = query.expression(field)
    wanted: dict[str, Any] = {"ids": Joined("id")}
    if field.stored.kind in _KINDS:
        wanted["values"] = Joined(held)
    read = rows.filter(IsNull(held, False)).order_by().aggregate(**wanted)
    ids = array_of(read["ids"])
    values = array_of(read["values"], np.float64) if "values" in read else ids
    known = ids < len(group)
    at = group[ids[known]]
    values, at = values[known][at >= 0], at[at >= 0]
    by_group = np.argsort(at, kind="stable")
    return np.split(values[by_group], np.searchsorted(at[by_group], np.arange(1, count)))


def _figure(field: Field, function: str, values: Numbers) -> Any:
    """A total as a cell of its field: money in major units, which an average need not be a whole number of cents of."""
    if function == "filled":
        return len(values)
    if not len(values):
        return None
    if function == "average":
        mean = float(values.mean())
        return mean / 100 if field.stored.kind == "money" else mean
    value = float(values.sum() if function == "sum" else values.min() if function == "min" else values.max())
    cell = field.stored.type.cell
    return cell(value) if cell else value
