"""The day of a person: what is overdue, due and coming, who is new, and which deals stand still.

Every list is a question of `records.query`, so that it holds what the person may see and asks by nothing that he may
not; one that he could not ask himself is missing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Case, Q, Value, When
from django.db.models.lookups import Exact

from kebu.accounts.actor import Actor
from kebu.core.errors import KebuError
from kebu.records import cells, permissions, query, snapshots
from kebu.records.cursors import cursor
from kebu.records.query import Asking, ViewSpec

# Lines of a list; who has more sees the rest in the table.
SHOWN = 50
#: Who came within so many days, today among them, is new.
NEW_DAYS = 7
_C, _T, _D = "customers", "tasks", "deals"
#: What is shown of each record, of what the person sees.
_FIELDS: Mapping[str, Sequence[str]] = {
    _C: (
        "name",
        "stage",
        "next_follow_up",
        "last_activity_at",
        "created_at",
        "owner",
        "main_contact.name",
        "main_contact.mobile",
        "main_contact.phone",
        "main_contact.email",
    ),
    _T: ("subject", "due_date", "done", "customer", "owner"),
    _D: ("title", "stage", "amount", "updated_at", "customer", "owner"),
}
_MINE = {"field": "owner", "op": "mine"}
_DATED = {"overdue": (-10_000, -1), "today": (0, 0), "week": (1, 7)}


@dataclass(frozen=True)
class _List:
    """A list of the page: the condition on the field that it goes by, what else must hold, and which comes first."""

    key: str
    object: str
    by: Mapping[str, Any]
    besides: Sequence[Mapping[str, Any]] = ()
    descending: bool = False


def _within(field: str, days: tuple[int, int]) -> dict[str, Any]:
    return {"field": field, "op": "within", "value": {"unit": "day", "from": days[0], "to": days[1]}}


def _lists() -> Iterator[_List]:
    for key, days in _DATED.items():
        yield _List(key, _C, _within("next_follow_up", days))
        yield _List(key, _T, _within("due_date", days), [{"field": "done", "op": "is", "value": False}])
    blank = [{"field": key, "op": "empty"} for key in ("last_activity_at", "next_follow_up")]
    yield _List("new", _C, _within("created_at", (1 - NEW_DAYS, 0)), blank, descending=True)


def of(actor: Actor, *, team: bool, still: int) -> dict[str, Any]:
    """The lists of a person's own records; with `team`, of all that he may see.

    Deals stand still that had no change for `still` days, and whose customer had no activity. Answers `{"lists":
    [{"key", "object", "rows", "more", "filter"}], "fields", "customers", …}`: rows as in `cells.rows`, by the `fields`
    of their object; `customers` are those that tasks and deals are of; `filter` is that of a table of the whole list,
    where one says exactly that.
    """
    after = snapshots.last_change()
    asks = {key: ask for key in (_C, _T, _D) if (ask := _asking(actor, key)) is not None}
    lists = []
    for each in _lists():
        found = _found(asks, each, team=team)
        if found is not None:
            lists.append(found)
    standing = _standing(asks, team=team, still=still)
    if standing is not None:
        lists.append(standing)
    customers = asks.get(_C)
    return {
        "today": str(query.today(next(iter(asks.values())).context.zone)) if asks else None,
        "team": customers is not None and _reaches_others(customers),
        "fields": {key: [field.key for field in _shown(ask)] for key, ask in asks.items()},
        "lists": lists,
        "customers": _behind(asks, lists),
        "after": cursor(actor, after),
    }


def _asking(actor: Actor, key: str) -> Asking | None:
    try:
        return query.asking(actor, key)
    except KebuError:
        return None


def _shown(ask: Asking) -> list[Any]:
    seen = permissions.fields(ask.actor, ask.known, ask.one.key)
    return [seen[key] for key in _FIELDS[ask.one.key] if key in seen]


def _reaches_others(ask: Asking) -> bool:
    people = permissions.reach(ask.actor, ask.one).people
    return people is None or len(people) > 1


def _found(asks: Mapping[str, Asking], each: _List, *, team: bool) -> dict[str, Any] | None:
    ask = asks.get(each.object)
    if ask is None:
        return None
    tree = {"and": [*([] if team else [_MINE]), each.by, *each.besides]}
    spec = ViewSpec(filter={"and": [each.by]} if team else tree, sort=((each.by["field"], each.descending),))
    try:
        rows = query.filled(ask, spec)
        if team and each.besides:
            rows = rows.filter(_looked_at(query.condition(ask, {"and": each.besides})))
        ids = list(rows.values_list("id", flat=True)[: SHOWN + 1])
    except KebuError:  # by something that he may not ask by
        return None
    return _told(ask, each.key, ids, tree)


def _looked_at(condition: Q) -> Q:
    """The same as no index answers it: of all that has no plan SQLite would go through each, and sort them."""
    return Q(Exact(Case(When(condition, then=Value(1)), default=Value(0)), Value(1)))


def _told(ask: Asking, key: str, ids: Sequence[int], tree: Mapping[str, Any] | None) -> dict[str, Any]:
    rows = cells.rows(ask.actor, ask.known, ask.one, ids[:SHOWN], _shown(ask))
    return {"key": key, "object": ask.one.key, "rows": rows, "more": len(ids) > SHOWN, "filter": tree}


def _standing(asks: Mapping[str, Asking], *, team: bool, still: int) -> dict[str, Any] | None:
    """Open deals that nobody has touched, those that have stood longest first."""
    ask = asks.get(_D)
    if ask is None:
        return None
    since = query.today(ask.context.zone) - timedelta(days=still)
    quiet = _quiet(asks, datetime.combine(since, time(), ask.context.zone))
    found: list[tuple[Any, int]] = []
    try:
        # Each stage by itself: that is how an index has them in this order.
        for stage in (one.key for one in ask.field("stage").choices if one.category == "open"):
            conditions = [{"field": "stage", "op": "is", "value": stage}, *([] if team else [_MINE])]
            old = {"field": "updated_at", "op": "before", "value": str(since)}
            spec = ViewSpec(filter={"and": [*conditions, old]}, sort=(("updated_at", False),))
            rows = query.filled(ask, spec).filter(quiet)
            found += rows.values_list("updated_at", "id")[: SHOWN + 1]
    except KebuError:
        return None
    return _told(ask, "still", [pk for _, pk in sorted(found)[: SHOWN + 1]], None)


def _quiet(asks: Mapping[str, Asking], since: datetime) -> Q:
    """Deals of customers where nobody was since; of all, for a person who may not ask when somebody was there."""
    try:
        asks[_C].field("last_activity_at")
    except (KeyError, KebuError):
        return Q()
    at = "customer__last_activity_at"
    return Q(**{f"{at}__isnull": True}) | Q(**{f"{at}__lt": since})


def _behind(asks: Mapping[str, Asking], lists: Iterable[Mapping[str, Any]]) -> list[list[Any]]:
    """The customers of tasks and deals: whom one calls about them."""
    ask = asks.get(_C)
    if ask is None:
        return []
    ids: dict[int, None] = {}
    for each in lists:
        keys = [field.key for field in _shown(asks[each["object"]])]
        if "customer" in keys:
            at = keys.index("customer") + 2
            ids |= {row[at]["id"]: None for row in each["rows"] if isinstance(row[at], dict) and "id" in row[at]}
    return cells.rows(ask.actor, ask.known, ask.one, list(ids), _shown(ask))
