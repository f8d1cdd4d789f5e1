"""Colours by rules: which records of a page a view's conditions hold for.

The conditions are those of the one compiler, asked for the records that are looked at: a colour never says something
else than a filter with the same words would.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from typing import Any, NamedTuple

import orjson
from django.db import connection
from django.db.models import Case, IntegerField, Value, When
from django.db.models.functions import Cast

from kebu.accounts.actor import Actor
from kebu.core.db import IdIn, id_list
from kebu.core.errors import KebuError
from kebu.fields.registry import Field
from kebu.records import asof, permissions, query
from kebu.records.query import Asking

MAX_RULES = 20
#: Places in the palette of the page.
HUES = 12
ICONS = ("flag", "star", "heart", "alert", "check", "cross", "up", "down", "clock")
_NUMBERS = ("number", "money", "percent", "rating")


class _Plan(NamedTuple):
    """A compiled question; `ids_at` is the parameter that takes the ids."""

    sql: str
    params: tuple[Any, ...]
    ids_at: int


# No value of a condition can be equal to it, which somebody else writes.
_NOBODY = [-1 - secrets.randbits(60)]
_plans: dict[tuple[Any, ...], _Plan] = {}


def check(ask: Asking, rules: Any) -> None:
    """KebuError `bad_view` unless these are rules for the colours of a view, or what their conditions are refused for.

    A rule is `{"filter", "target": "row", "color"}`, `{"filter", "target": "cell", "field", "color"}`, both with an
    `icon` if one likes, or `{"field", "bar": true, "color"}` for a field of numbers.
    """
    if not isinstance(rules, list) or len(rules) > MAX_RULES:
        raise KebuError("bad_view")
    for rule in rules:
        if not isinstance(rule, dict) or not _has_shape(rule):
            raise KebuError("bad_view")
        if "field" in rule:
            field = ask.field(rule["field"])
            if "bar" in rule and not is_numeric(field):
                raise KebuError("bad_view")
        if "filter" in rule:
            query.condition(ask, rule["filter"])


def is_numeric(field: Field) -> bool:
    """Whether a bar can show the field's values."""
    return field.stored.kind in _NUMBERS


def _has_shape(rule: Mapping[str, Any]) -> bool:
    color = rule.get("color")
    if not isinstance(color, int) or isinstance(color, bool) or not 0 <= color < HUES:
        return False
    if "bar" in rule:
        return set(rule) == {"field", "bar", "color"} and rule["bar"] is True
    target = rule.get("target")
    return (
        set(rule) - {"icon"} == {"filter", "target", "color"} | ({"field"} if target == "cell" else set())
        and target in ("row", "cell")
        and isinstance(rule["filter"], dict)
        and rule.get("icon", ICONS[0]) in ICONS
    )


def apply_to(seen: Mapping[str, Field], rules: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those rules of a view that apply for somebody who sees these fields: one that names another does not."""
    return [rule for rule in rules if set(_named(rule)) <= set(seen)]


def _named(rule: Mapping[str, Any]) -> Iterator[str]:
    if "field" in rule:
        yield rule["field"]
    yield from query.fields_of(rule.get("filter"))


def matching(
    actor: Actor, object_key: str, ids: Sequence[int], filters: Sequence[Mapping[str, Any]], *, as_of: str = ""
) -> list[list[int]]:
    """For each of these records the places of the conditions that hold for it, in the order of `ids`.

    Nothing holds for a record that the person may not see. `as_of` is a day or a moment: what held then. KebuError for
    a condition that cannot be asked, and see `asof.shown`.
    """
    with asof.shown(actor, as_of) as reader:
        return matches(query.asking(reader, object_key), ids, filters)


def matches(ask: Asking, ids: Sequence[int], filters: Sequence[Mapping[str, Any]]) -> list[list[int]]:
    """As `matching`, for who asks of many parts of one table."""
    if len(filters) > MAX_RULES:
        raise KebuError("bad_view")
    plan = _plan(ask, filters)
    if not ids or not filters:
        return [[] for _ in ids]
    params = list(plan.params)
    params[plan.ids_at] = id_list(ids)
    past = asof.current()
    with past.near(ask.one, ids) if past else nullcontext(), connection.cursor() as cursor:
        cursor.execute(plan.sql, params)
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    return [[place for place, holds in enumerate(found.get(pk, ())) if holds] for pk in ids]


def _plan(ask: Asking, filters: Sequence[Mapping[str, Any]]) -> _Plan:
    """Compiling costs more than asking: what one person asks again and again on one day is compiled once."""
    actor = ask.actor
    key = (
        *(ask.known, ask.one.key, actor.user_id, actor.rights, actor.zone),
        query.today(ask.context.zone),
        orjson.dumps(filters),
    )
    if key not in _plans:
        if len(_plans) > 200:
            _plans.clear()
        _plans[key] = _compile(ask, filters)
    return _plans[key]


def _compile(ask: Asking, filters: Sequence[Mapping[str, Any]]) -> _Plan:
    marks = {}
    for place, tree in enumerate(filters):
        condition = query.condition(ask, tree)
        # One that says nothing holds for all.
        mark: Any = Case(When(condition, then=Value(1)), default=Value(0)) if condition else Value(1)
        marks[f"m{place}"] = Cast(mark, IntegerField())
    rows = ask.one.model.objects.filter(permissions.visible_among(ask.actor, ask.one)).filter(IdIn(_NOBODY))
    sql, params = rows.annotate(**marks).values_list("id", *marks).query.sql_with_params()
    return _Plan(sql, params, params.index(id_list(_NOBODY)))
