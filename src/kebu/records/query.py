"""The one query compiler: from a view's filter, sort and search to permitted SQL.

Names from outside become expressions only through the registry as the person sees it; values only as parameters.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, F, IntegerField, OrderBy, Q, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Collate, Lower
from django.db.models.lookups import (
    Contains,
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    IsNull,
    LessThan,
    LessThanOrEqual,
    StartsWith,
)

from kebu.accounts.actor import Actor
from kebu.core.db import BINARY, FirstDay, Folded, IdIn, JsonKey
from kebu.core.errors import KebuError, not_found
from kebu.core.text import fold
from kebu.fields.registry import Catalog, Field, ObjectType, catalog
from kebu.fields.types import CleanContext
from kebu.records import asof, permissions, places, search
from kebu.records.people import clean_context

MAX_NODES = 200
MAX_DEPTH = 10
MAX_LIST = 1000
MAX_VALUES = 5000  # in all lists of a filter
MAX_TEXT = 2000
MAX_SORTS = 8
MAX_FIELDS = 500
MAX_LEVELS = 3
_UNITS = ("day", "week", "month", "quarter", "year")
_EMPTY_OPERATORS = ("empty", "not_empty")


@dataclass(frozen=True)
class Level:
    """A level of grouping: by the values of a field; dates and moments by the `unit` that they lie in."""

    field: str
    descending: bool = False
    unit: str = "day"


@dataclass(frozen=True)
class ViewSpec:
    """What a view asks for. `sort` is (field key, descending) pairs; `fields` the columns in order; the rows of a
    `group` stand together. `as_of` is the moment of which the rows are, an ISO text; empty: now. No view keeps it."""

    filter: Mapping[str, Any] | None = None
    sort: tuple[tuple[str, bool], ...] = ()
    search: str = ""
    fields: tuple[str, ...] = ()
    group: tuple[Level, ...] = ()
    as_of: str = ""

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> "ViewSpec":
        """From JSON. KebuError `bad_view` where the shape is not that of a view."""
        sort = raw.get("sort") or []
        fields = raw.get("fields") or []
        words = raw.get("search") or ""
        spec = raw.get("filter") or None
        group = raw.get("group") or []
        good = (
            isinstance(sort, list)
            and len(sort) <= MAX_SORTS
            and all(_is_sort(one) for one in sort)
            and isinstance(fields, list)
            and len(fields) <= MAX_FIELDS
            and all(isinstance(one, str) for one in fields)
            and isinstance(words, str)
            and len(words) <= 200
            and (spec is None or isinstance(spec, dict))
            and isinstance(group, list)
            and len(group) <= MAX_LEVELS
            and all(_is_level(one) for one in group)
        )
        if not good:
            raise KebuError("bad_view")
        return cls(
            spec,
            tuple((one["field"], bool(one.get("desc"))) for one in sort),
            words.strip(),
            tuple(fields),
            tuple(Level(one["field"], bool(one.get("desc")), one.get("unit", "day")) for one in group),
        )


def _is_sort(one: Any) -> bool:
    return (
        isinstance(one, dict)
        and set(one) <= {"field", "desc"}
        and isinstance(one.get("field"), str)
        and isinstance(one.get("desc", False), bool)
    )


def _is_level(one: Any) -> bool:
    if not isinstance(one, dict) or one.get("unit", "day") not in _UNITS:
        return False
    return _is_sort({key: value for key, value in one.items() if key != "unit"})


@dataclass(frozen=True)
class Asking:
    """Who asks, and what the world looks like to him: what compiling a filter needs."""

    actor: Actor
    known: Catalog
    one: ObjectType
    context: CleanContext

    def field(self, key: object) -> Field:
        """A field to ask by. KebuError `unknown_field`."""
        return permissions.asked(self.actor, self.known, self.one.key, key)

    def shown(self, key: object) -> Field:
        """A field to show, maybe masked. KebuError `unknown_field`."""
        return permissions.field(self.actor, self.known, self.one.key, key)


def asking(actor: Actor, object_key: str) -> Asking:
    """Start to ask. KebuError `not_found` for an object that is none to this person."""
    known = catalog()
    one = known.object(object_key)
    if not permissions.exists(actor, one):
        raise not_found()
    return Asking(actor, known, one, clean_context(actor))


def queryset(ask: Asking, spec: ViewSpec) -> Any:
    """The permitted, filtered, ordered rows of a view: blanks last, id last, or pages reshuffle.

    Where nothing is sorted they stand as people put them: this is where that order is taken, by all that shows rows.
    """
    order = ordering(ask, spec.sort) or [OrderBy(places.expression())]
    return rows(ask, spec).order_by(*_standing_together(ask, spec), *order, "id")


def filled(ask: Asking, spec: ViewSpec) -> Any:
    """Those of them that have a value in the first column of the sort, in the same order."""
    (key, descending), *rest = spec.sort
    first = order_expression(ask.known, ask.field(key))
    order = [OrderBy(first, descending=descending), *ordering(ask, rest), "id"]
    return rows(ask, spec).filter(IsNull(first, False)).order_by(*order)


def rows(ask: Asking, spec: ViewSpec) -> Any:
    """The permitted, filtered rows of a view, in no order."""
    rows = ask.one.model.objects.filter(permissions.visible(ask.actor, ask.one))
    if spec.filter:
        rows = rows.filter(condition(ask, spec.filter))
    if spec.search:
        rows = rows.filter(found_by(ask, spec.search))
    return rows


def found_by(ask: Asking, words: str) -> Q:
    """The records that a search finds: of now, or of then where the table is shown as of a moment."""
    past = asof.current()
    found = past.matches(ask.one, words) if past else search.matches(ask.one, words)
    if permissions.searches_all(ask.actor, ask.known, ask.one):
        return found
    from kebu.records import sifting  # which asks here what holds a value

    return Q(IdIn(sifting.holding(ask, words, found)))


def expression(field: Field) -> Any:
    """What holds the field's value in SQL: a column or a JSON key, possibly through a relation."""
    stored = field.stored
    if stored.column is None:
        return JsonKey(field.path("extra"), stored.key, stored.type.json_kind)
    return F(field.path(stored.attribute or ""))


def ordering(ask: Asking, sort: Sequence[tuple[str, bool]]) -> list[OrderBy]:
    """ORDER BY terms for (field key, descending) pairs."""
    return [
        OrderBy(order_expression(ask.known, ask.field(key)), descending=descending, nulls_last=True)
        for key, descending in sort
    ]


def _standing_together(ask: Asking, spec: ViewSpec) -> list[OrderBy]:
    """ORDER BY terms by which the rows of a group follow each other: those of equal place are told apart by value."""
    terms = []
    for level in spec.group:
        place, value = group_expressions(ask, level)
        terms.append(OrderBy(place, descending=level.descending, nulls_last=True))
        if value is not place:
            terms.append(OrderBy(value, nulls_last=True))
    return terms


def group_expressions(ask: Asking, level: Level) -> tuple[Any, Any]:
    """What a level of grouping sorts by, and the value that the rows of a group share."""
    field = ask.field(level.field)
    value = expression(field)
    if field.stored.kind in ("date", "datetime"):
        day = FirstDay(value, level.unit, ask.context.zone.key if field.stored.kind == "datetime" else None)
        return day, day
    if field.stored.kind == "checkbox":
        return value, value
    if field.stored.type.json_kind == "json":
        value = Cast(value, TextField())
    return order_expression(ask.known, field), value


def order_expression(known: Catalog, field: Field) -> Any:
    """What a column sorts by: texts by pinyin, choices by their place, people and records by name."""
    stored = field.stored
    if stored.column and stored.key == known.object(stored.object).title:
        return F(field.path("title_key"))
    if stored.kind == "choice" and field.choices:  # without any PostgreSQL would be told to order by a constant
        places = [
            When(Q(Exact(expression(field), Value(one.key))), then=Value(n)) for n, one in enumerate(field.choices)
        ]
        return Case(*places, default=None, output_field=IntegerField())
    if stored.kind == "person" and stored.column:
        return F(field.path(f"{stored.column}__name"))
    if stored.kind == "relation" and stored.column:
        return F(field.path(f"{stored.column}__title_key"))
    if stored.type.json_kind == "text" and stored.kind not in ("date", "datetime"):
        key = JsonKey(field.path("keys"), stored.key)
        return Collate(Coalesce(key, Lower(expression(field)), output_field=TextField()), BINARY)
    if stored.type.json_kind == "json":
        return Cast(expression(field), TextField())
    return expression(field)


def condition(ask: Asking, tree: Mapping[str, Any]) -> Q:
    """A filter tree as a condition. KebuError 400 for anything that is not one: nothing is guessed."""
    nodes = values = 0

    def walk(node: Any, depth: int) -> Q:
        nonlocal nodes, values
        nodes += 1
        if nodes > MAX_NODES or depth > MAX_DEPTH:
            raise KebuError("filter_too_large", nodes=MAX_NODES, depth=MAX_DEPTH)
        if not isinstance(node, dict):
            raise KebuError("bad_filter")
        for word in ("and", "or"):
            if word in node:
                parts = node[word]
                if len(node) != 1 or not isinstance(parts, list):
                    raise KebuError("bad_filter")
                compiled = [walk(part, depth + 1) for part in parts]
                # An empty group says nothing, whichever word it has.
                return (
                    reduce((lambda a, b: a & b) if word == "and" else (lambda a, b: a | b), compiled)
                    if compiled
                    else Q()
                )
        if not set(node) <= {"field", "op", "value"}:
            raise KebuError("bad_filter")
        values += len(node["value"]) if isinstance(node.get("value"), list) else 0
        if values > MAX_VALUES:
            raise KebuError("filter_too_large", nodes=MAX_NODES, depth=MAX_DEPTH)
        return _leaf(ask, ask.field(node.get("field")), node.get("op"), node.get("value"))

    return walk(tree, 1)


def fields_of(tree: Any) -> Iterator[str]:
    """The keys of the fields that a filter names; nothing of what is no filter."""
    if isinstance(tree, dict):
        if isinstance(tree.get("field"), str):
            yield tree["field"]
        for part in (*(tree.get("and") or ()), *(tree.get("or") or ())):
            yield from fields_of(part)


def _leaf(ask: Asking, field: Field, op: Any, value: Any) -> Q:
    kind = field.stored.type
    if op not in kind.operators:
        raise KebuError("bad_operator", field=field.key, op=str(op)[:40], name=field.label(ask.actor.language))
    held = expression(field)
    if op in _EMPTY_OPERATORS:
        return Q(IsNull(held, op == "empty"))
    if kind.kind == "checkbox":
        return Q(IsNull(held, not value))
    if op == "mine":
        return Q(Exact(held, Value(ask.actor.user_id))) if ask.actor.user_id else Q(pk=-1)
    if kind.json_kind == "json":
        return _many_of(ask, field, held, op, value)
    if kind.kind == "relation" and op in ("contains", "not_contains"):
        title = ask.known.object(field.stored.target or "").title
        return _text(F(field.path(f"{field.stored.column}__{title}")), op, value, field)
    if kind.kind in ("date", "datetime"):
        try:
            return _dates(ask, field, held, op, value)
        except OverflowError:  # the day before the first or after the last of the calendar
            raise _bad_value(field, value) from None
    if kind.json_kind == "text" and kind.kind != "choice":
        return _text(held, op, value, field)
    return _plain(ask, field, held, op, value)


def _bad_value(field: Field, value: Any) -> KebuError:
    return KebuError("bad_filter_value", field=field.key, value=str(value)[:80])


def _cleaned(ask: Asking, field: Field, values: Sequence[Any]) -> list[Any]:
    """Values of a condition, understood as the field understands typed ones."""
    cleaned = field.stored.type.clean_column(values, field.stored, ask.context)
    if cleaned.problems or None in cleaned.values:
        place = next(iter(cleaned.problems), 0)
        raise _bad_value(field, values[place] if values else None)
    return cleaned.values


def _list(field: Field, value: Any) -> list[Any]:
    if not isinstance(value, list) or not 0 < len(value) <= MAX_LIST:
        raise _bad_value(field, value)
    return value


def _or_blank(held: Any, positive: Q) -> Q:
    """The negative of a condition; blanks are "not that" too."""
    return Q(IsNull(held, True)) | ~positive


def _text(held: Any, op: str, value: Any, field: Field) -> Q:
    folded = Folded(held)
    if op in ("in", "not_in"):
        words = [_word(one, field) for one in _list(field, value)]
        # An `or` of so many would be nested deeper than SQLite takes.
        found = Q(In(folded, words))
        return found if op == "in" else _or_blank(held, found)
    if isinstance(value, str) and not fold(value):
        raise _bad_value(field, value)
    word = _word(value, field)
    lookup: Callable[[Any, Any], Any] = {"is": Exact, "is_not": Exact, "starts_with": StartsWith}.get(op, Contains)
    found = Q(lookup(folded, word))
    return _or_blank(held, found) if op in ("is_not", "not_contains") else found


def _word(text: Any, field: Field) -> Any:
    """What folded text is compared with: folded by the database too, for PostgreSQL's lower case is not Python's."""
    if not isinstance(text, str) or len(fold(text)) > MAX_TEXT:
        raise _bad_value(field, text)
    return Folded(Value(" ".join(text.split())))


def _many_of(ask: Asking, field: Field, held: Any, op: str, value: Any) -> Q:
    """Lists are JSON text in both databases; an item is found by its JSON spelling within it."""
    wanted = _cleaned(ask, field, [_list(field, value) if op in ("in", "not_in") else value])[0]
    text = Cast(held, TextField())
    spelled = [json.dumps(one, ensure_ascii=False) for one in wanted]
    found = reduce(lambda a, b: a | b, (Q(Contains(text, one)) for one in spelled))
    return found if op in ("contains", "in") else _or_blank(held, found)


def _plain(ask: Asking, field: Field, held: Any, op: str, value: Any) -> Q:
    if op in ("in", "not_in"):
        found = Q(In(held, _cleaned(ask, field, _list(field, value))))
        return found if op == "in" else _or_blank(held, found)
    if op == "between":
        low, high = _pair(ask, field, value)
        return Q(GreaterThanOrEqual(held, Value(low))) & Q(LessThanOrEqual(held, Value(high)))
    (one,) = _cleaned(ask, field, [value])
    if op in ("is", "is_not"):
        found = Q(Exact(held, Value(one)))
        return found if op == "is" else _or_blank(held, found)
    return Q(_COMPARE[op](held, Value(one)))


_COMPARE: Mapping[str, Any] = {
    "gt": GreaterThan,
    "gte": GreaterThanOrEqual,
    "lt": LessThan,
    "lte": LessThanOrEqual,
    "after": GreaterThan,
    "before": LessThan,
}


def _pair(ask: Asking, field: Field, value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) != 2:
        raise _bad_value(field, value)
    return _cleaned(ask, field, value)


def _dates(ask: Asking, field: Field, held: Any, op: str, value: Any) -> Q:
    kind, zone = field.stored.type, ask.context.zone

    def bound(moment: Any) -> Any:
        """As the column holds it: typed, or plain text in JSON."""
        return Value(moment if field.stored.column else kind.plain(moment))

    if op == "within":
        return _days(kind.kind, held, *_within(field, value, today(zone)), zone, bound)
    values = _pair(ask, field, value) if op == "between" else _cleaned(ask, field, [value])
    if kind.kind == "datetime" and all(isinstance(one, str) and len(one.strip()) <= 10 for one in _as_list(value)):
        # A bare date means the whole local day.
        first, last = values[0].astimezone(zone).date(), values[-1].astimezone(zone).date()
        if op in ("on", "between"):
            return _days("datetime", held, first, last, zone, bound)
        if op == "is_not":
            return _or_blank(held, _days("datetime", held, first, first, zone, bound))
        edge = first + timedelta(days=1) if op in ("after", "gt", "lte") else first
        compare = GreaterThanOrEqual if op in ("after", "gt", "gte") else LessThan
        return Q(compare(held, bound(_midnight(edge, zone))))
    if op == "between":
        return Q(GreaterThanOrEqual(held, bound(values[0]))) & Q(LessThanOrEqual(held, bound(values[1])))
    if op in ("on", "is_not"):
        found = Q(Exact(held, bound(values[0])))
        return found if op == "on" else _or_blank(held, found)
    return Q(_COMPARE[op](held, bound(values[0])))


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _days(kind: str, held: Any, first: date, last: date, zone: ZoneInfo, bound: Callable[[Any], Any]) -> Q:
    """From the beginning of `first` to the end of `last`, in local days."""
    if kind == "date":
        return Q(GreaterThanOrEqual(held, bound(first))) & Q(LessThanOrEqual(held, bound(last)))
    begin, end = _midnight(first, zone), _midnight(last + timedelta(days=1), zone)
    return Q(GreaterThanOrEqual(held, bound(begin))) & Q(LessThan(held, bound(end)))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def today(zone: ZoneInfo) -> date:
    """The local day; where the table is shown as of a moment, that of the moment."""
    past = asof.current()
    return past.moment.astimezone(zone).date() if past else datetime.now(zone).date()


def _within(field: Field, value: Any, now: date) -> tuple[date, date]:
    """First and last day of `{"unit", "from", "to"}` around today; both ends whole units, weeks begin on Monday."""
    if not isinstance(value, dict) or not set(value) <= {"unit", "from", "to"} or value.get("unit") not in _UNITS:
        raise _bad_value(field, value)
    low, high = value.get("from", 0), value.get("to", 0)
    if not all(isinstance(one, int) and not isinstance(one, bool) and abs(one) <= 10_000 for one in (low, high)):
        raise _bad_value(field, value)
    try:
        return unit_start(value["unit"], now, low), unit_start(value["unit"], now, high + 1) - timedelta(days=1)
    except (ValueError, OverflowError) as problem:
        raise _bad_value(field, value) from problem


def unit_start(unit: str, day: date, steps: int) -> date:
    """The first day of the day, week, month, quarter or year that lies `steps` away from the one of `day`."""
    if unit == "day":
        return day + timedelta(days=steps)
    if unit == "week":
        return day - timedelta(days=day.weekday()) + timedelta(weeks=steps)
    size = {"month": 1, "quarter": 3, "year": 12}[unit]
    months = (day.year * 12 + day.month - 1) // size * size + steps * size
    return date(months // 12, months % 12 + 1, 1)
