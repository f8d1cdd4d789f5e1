"""The query compiler against a naive evaluation in Python, on whatever Hypothesis thinks of."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kebu.core.text import fold
from kebu.fields import definitions
from kebu.fields.registry import forget
from kebu.records import colors, query, snapshots, write
from kebu.records.query import ViewSpec

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
TODAY = datetime.now(ZONE).date()
WORDS = ["", "张三", "张", "ABC", "ａｂｃ", "abc d", "100%", "a_b", "\\", "'", "需要 跟进", "İ", "straße"]
TAGS = ["华南", "老客户", "a", 'quo"te', "50%"]
NUMBERS = [None, 0, 1, -2, 1.5, 10**9]
DAYS = [None, *(TODAY + timedelta(days=n) for n in (-400, -31, -8, -1, 0, 1, 6, 40))]
MOMENTS = [None, *(datetime.combine(TODAY, time(), ZONE) + timedelta(hours=h) for h in (-25, -1, 0, 12, 24))]


@pytest.fixture
def rows(table: Actor) -> tuple[Actor, dict[str, str], list[dict[str, Any]]]:
    """A table of forty customers with a built-in and a user-defined field of each kind; as Python knows them."""
    own = {
        kind: definitions.add_field(
            table,
            "customers",
            kind=kind,
            labels={"zh-Hans": f"自定义{kind}"},
            choices=[{"label": {"zh-Hans": "红"}}, {"label": {"zh-Hans": "蓝"}}] if kind == "choice" else [],
        )
        for kind in ("text", "number", "money", "date", "datetime", "checkbox", "choice")
    }
    forget()
    from kebu.fields.registry import catalog

    choices = [None, *(one.key for one in catalog().field("customers", own["choice"]).choices)]
    made = []
    for n in range(40):
        moment = MOMENTS[n % 5]
        values = {
            "name": f"客户{n}",
            "remark": WORDS[n % len(WORDS)] or None,
            "tags": TAGS[: n % 4] or None,
            "level": [None, "key", "normal"][n % 3],
            "next_follow_up": DAYS[n % len(DAYS)],
            "main_deal.amount": NUMBERS[n % len(NUMBERS)],
            own["text"]: WORDS[(n * 5) % len(WORDS)] or None,
            own["number"]: NUMBERS[(n * 5) % len(NUMBERS)],
            own["money"]: NUMBERS[(n * 7) % len(NUMBERS)],
            own["date"]: DAYS[(n * 5) % len(DAYS)],
            own["datetime"]: moment and moment.astimezone(UTC),
            own["checkbox"]: n % 2 == 0 or None,
            own["choice"]: choices[n % 3],
        }
        sent = {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}
        done, _ = write.create(table, "customers", sent)
        made.append({"id": done.id, **values})
    return table, own, made


def leaves(own: dict[str, str], colors: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    def leaf(fields: list[str], ops: list[str], values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
        return st.builds(
            lambda field, op, value: {"field": field, "op": op, "value": value},
            st.sampled_from(fields),
            st.sampled_from(ops),
            values,
        )

    words = st.sampled_from([word for word in WORDS if fold(word)])
    numbers = st.sampled_from([one for one in NUMBERS if one is not None])
    days = st.sampled_from([one.isoformat() for one in DAYS if one is not None])
    spans = st.builds(
        lambda unit, low, size: {"unit": unit, "from": low, "to": low + size},
        st.sampled_from(["day", "week", "month", "quarter", "year"]),
        st.integers(-3, 3),
        st.integers(0, 2),
    )
    texts, amounts = ["remark", own["text"]], ["main_deal.amount", own["number"], own["money"]]
    dates, moments, choices = ["next_follow_up", own["date"]], [own["datetime"]], ["level", own["choice"]]
    every = [*texts, *amounts, *dates, *moments, *choices, "tags"]
    return st.one_of(
        leaf(texts, ["is", "is_not", "contains", "not_contains", "starts_with"], words),
        leaf(texts, ["in", "not_in"], st.lists(words, min_size=1, max_size=3)),
        leaf(amounts, ["is", "is_not", "gt", "gte", "lt", "lte"], numbers),
        leaf(amounts, ["between"], st.lists(numbers, min_size=2, max_size=2)),
        leaf(amounts, ["in", "not_in"], st.lists(numbers, min_size=1, max_size=3)),
        leaf(dates, ["on", "is_not", "before", "after", "gte", "lte"], days),
        leaf(moments, ["on", "is_not", "before", "after", "gt", "gte", "lt", "lte"], days),
        leaf([*dates, *moments], ["between"], st.lists(days, min_size=2, max_size=2)),
        leaf([*dates, *moments], ["within"], spans),
        leaf(["level"], ["is", "is_not"], st.sampled_from(["key", "normal"])),
        leaf(choices[1:], ["in", "not_in"], st.lists(st.sampled_from(colors), min_size=1, max_size=2)),
        leaf(["tags"], ["contains", "not_contains"], st.sampled_from(TAGS)),
        leaf([own["checkbox"]], ["is"], st.booleans()),
        leaf(every, ["empty", "not_empty"], st.none()),
    )


def empty(tree: dict[str, Any]) -> bool:
    """A group with nothing in it says nothing: it is as if it were not there."""
    parts = tree.get("and", tree.get("or"))
    return parts is not None and all(empty(part) for part in parts)


def holds(tree: dict[str, Any], row: dict[str, Any]) -> bool:
    """What the filter means, said as plainly as can be."""
    if "and" in tree:
        return all(holds(part, row) for part in tree["and"] if not empty(part))
    if "or" in tree:
        parts = [part for part in tree["or"] if not empty(part)]
        return not parts or any(holds(part, row) for part in parts)
    value, op, wanted = row[tree["field"]], tree["op"], tree["value"]
    if op in ("empty", "not_empty"):
        return (value is None) == (op == "empty")
    if isinstance(wanted, bool):
        return bool(value) == wanted
    negative = {"is_not": "is", "not_contains": "contains", "not_in": "in"}
    if op in negative:
        return not holds({**tree, "op": negative[op]}, row)
    if value is None:
        return False
    if isinstance(value, list):
        return wanted in value
    if isinstance(value, date):
        return _date_holds(value.astimezone(ZONE).date() if isinstance(value, datetime) else value, op, wanted)
    if isinstance(value, str) and isinstance(wanted, str):
        value, wanted = fold(value), fold(wanted)
    elif isinstance(value, str):
        value, wanted = fold(value), [fold(one) for one in wanted]
    return _compare(value, op, wanted)


def _date_holds(day: date, op: str, wanted: Any) -> bool:
    if op == "within":
        first, last = (query.unit_start(wanted["unit"], TODAY, n) for n in (wanted["from"], wanted["to"] + 1))
        return first <= day < last
    if op == "between":
        return date.fromisoformat(wanted[0]) <= day <= date.fromisoformat(wanted[1])
    return _compare(day, {"on": "is", "before": "lt", "after": "gt"}.get(op, op), date.fromisoformat(wanted))


def _compare(value: Any, op: str, wanted: Any) -> bool:
    return {
        "is": lambda: value == wanted,
        "contains": lambda: wanted in value,
        "starts_with": lambda: value.startswith(wanted),
        "in": lambda: value in wanted,
        "gt": lambda: value > wanted,
        "gte": lambda: value >= wanted,
        "lt": lambda: value < wanted,
        "lte": lambda: value <= wanted,
        "between": lambda: wanted[0] <= value <= wanted[1],
    }[op]()


def test_a_compiled_filter_means_what_it_says(rows: Any) -> None:
    actor, own, made = rows
    from kebu.fields.registry import catalog

    choices = [one.key for one in catalog().field("customers", own["choice"]).choices]
    trees = st.recursive(
        leaves(own, choices),
        lambda inner: st.builds(
            lambda word, parts: {word: parts}, st.sampled_from(["and", "or"]), st.lists(inner, max_size=3)
        ),
        max_leaves=6,
    )

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(tree=trees)
    def check(tree: dict[str, Any]) -> None:
        ask = query.asking(actor, "customers")
        found = snapshots.ids(ask, ViewSpec(filter=tree)).tolist()
        assert found == [row["id"] for row in made if holds(tree, row)]
        # A colour's condition holds for the very records that the filter finds.
        ids = [row["id"] for row in made]
        marks = colors.matching(actor, "customers", ids, [tree, {"field": "name", "op": "empty"}])
        assert [pk for pk, places in zip(ids, marks, strict=True) if places == [0]] == found

    check()


@pytest.mark.parametrize("descending", [False, True])
def test_every_order_is_total_with_blanks_last(rows: Any, descending: bool) -> None:
    actor, own, made = rows
    ask = query.asking(actor, "customers")
    known = {row["id"]: row for row in made}
    for key in ("next_follow_up", "main_deal.amount", own["number"], own["money"], own["date"], own["datetime"]):
        order = [known[pk] for pk in snapshots.ids(ask, ViewSpec(sort=((key, descending),))).tolist()]
        assert len(order) == len(made)
        filled = [row[key] for row in order if row[key] is not None]
        assert [row[key] for row in order] == filled + [None] * (len(made) - len(filled)), key
        assert filled == sorted(filled, reverse=descending), key
        ties = [(row[key], row["id"]) for row in order if row[key] is not None]
        for (one, first), (other, second) in pairwise(ties):
            assert one != other or first < second, key
