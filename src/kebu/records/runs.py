"""Rows in groups: which stand together, and in which order the groups come."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from django.db.models import F, Min, OrderBy

from kebu.core.db import Joined, array_of
from kebu.core.errors import KebuError
from kebu.fields.registry import Field
from kebu.records import query
from kebu.records.query import Asking, ViewSpec

Ids = npt.NDArray[np.int64]
MAX_GROUPS = 5_000


class Runs(NamedTuple):
    """`order` has all rows, one innermost group after the other; each has `counts` of them, and its `paths`."""

    order: Ids
    counts: list[int]
    paths: list[list[Any]]


def runs(ask: Asking, spec: ViewSpec, standing: Ids) -> Runs:
    """The rows of a grouped view out of all its rows in their order without groups; a row that came or went between
    the two questions is in no group. KebuError `too_many_groups`."""
    found = _found(ask, spec)
    parts = [array_of(row["ids"]) for row in found]
    highest = max((int(one.max(initial=0)) for one in (standing, *parts)), default=0)
    # One look at all rows for their groups and one for their order, put together here: a database would sort them all
    # by what they are grouped by. Groups are so few that 16 bits name them, by which numbers are sorted in one go.
    group = np.full(highest + 1, -1, dtype=np.int16)
    for at, part in enumerate(parts):
        group[part] = at
    at_row = group[standing]
    standing, at_row = standing[at_row >= 0], at_row[at_row >= 0]
    counts = np.bincount(at_row, minlength=len(found)).tolist()
    kept = [at for at, count in enumerate(counts) if count]
    fields = [ask.field(level.field) for level in spec.group]
    return Runs(
        standing[np.argsort(at_row, kind="stable")],
        [counts[at] for at in kept],
        [[_cell(field, found[at], n) for n, field in enumerate(fields)] for at in kept],
    )


def _found(ask: Asking, spec: ViewSpec) -> list[dict[str, Any]]:
    """The groups in their order: `v0`, `v1`, … are what their rows share, `l0`, … the names of records, `ids` the rows.

    They are told apart by what the rows hold, which an index may give, and sorted afterwards, when they are few.
    """
    shared: dict[str, Any] = {}
    said: dict[str, Any] = {}
    order = []
    for n, level in enumerate(spec.group):
        place, shared[f"v{n}"] = query.group_expressions(ask, level)
        if place is shared[f"v{n}"]:
            order.append(OrderBy(F(f"v{n}"), descending=level.descending, nulls_last=True))
        else:
            said[f"p{n}"] = Min(place)
            order.append(OrderBy(F(f"p{n}"), descending=level.descending, nulls_last=True))
            order.append(OrderBy(F(f"v{n}"), nulls_last=True))
        field = ask.field(level.field)
        if field.stored.kind == "relation":
            title = ask.known.object(field.stored.target or "").title
            said[f"l{n}"] = Min(F(field.path(f"{field.stored.column}__{title}")))
    rows = query.rows(ask, spec).order_by().annotate(**shared).values(*shared)
    found = list(rows.annotate(ids=Joined("id"), **said).order_by(*order)[: MAX_GROUPS + 1])
    if len(found) > MAX_GROUPS:
        raise KebuError("too_many_groups", limit=MAX_GROUPS)
    return found


def _cell(field: Field, row: dict[str, Any], level: int) -> Any:
    value = row[f"v{level}"]
    if value is None:
        return None
    if field.stored.kind in ("date", "datetime"):
        return value  # the first day of its unit
    if field.stored.kind == "relation":
        return {"id": value, "label": row[f"l{level}"] or ""}
    cell = field.stored.type.cell
    return cell(value) if cell else value
