"""Groups and totals: the rows of a group stand together, its number and its sums are those of its rows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kebu.fields import definitions
from kebu.fields.registry import catalog, forget
from kebu.records import groups, opening, query, runs, snapshots, write
from kebu.records.query import Level, ViewSpec

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
UNITS = ["day", "week", "month", "quarter", "year"]
DAYS = [None, *(date(2026, 1, 1) + timedelta(days=n) for n in (0, 3, 4, 5, 31, 89, 90, 181, 364, 365, -1))]
# Around midnight in Shanghai, which is not the midnight of the database.
MOMENTS = [None, *(datetime(2026, 3, 31, 12, tzinfo=ZONE) + timedelta(hours=h) for h in (0, 11, 12, 13, 36))]
AMOUNTS = [None, 0, 10, 1.5, -2.25, 10**9]
WORDS = [None, "张三", "ABC", "abc", "ａｂｃ", "李四", "100%"]


@pytest.fixture
def rows(table: Actor) -> tuple[Actor, dict[str, str], dict[int, dict[str, Any]]]:
    """Sixty customers with fields of every kind that differs in grouping; as Python knows them."""
    own = {
        kind: definitions.add_field(table, "customers", kind=kind, labels={"zh-Hans": f"自定义{kind}"})
        for kind in ("text", "number", "date", "datetime", "checkbox")
    }
    forget()
    made = {}
    for n in range(60):
        moment = MOMENTS[n * 7 % len(MOMENTS)]
        values = {
            "name": f"客户{n}",
            "remark": WORDS[n % len(WORDS)],
            "level": [None, "key", "normal"][n % 3],
            "stage": [None, "active", "lost"][n // 3 % 3],
            "next_follow_up": DAYS[n % len(DAYS)],
            "main_deal.amount": AMOUNTS[n % len(AMOUNTS)],
            "tags": [None, ["a"], ["a", "b"]][n % 3],
            own["text"]: WORDS[n * 3 % len(WORDS)],
            own["number"]: AMOUNTS[n * 5 % len(AMOUNTS)],
            own["date"]: DAYS[n * 5 % len(DAYS)],
            own["datetime"]: moment,
            own["checkbox"]: True if n % 2 else None,
        }
        sent = {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}
        done, _ = write.create(table, "customers", sent)
        made[done.id] = values
    return table, own, made


def share(value: Any, unit: str) -> Any:
    """What the rows of a group have in common, said as plainly as can be."""
    if isinstance(value, datetime):
        value = value.astimezone(ZONE).date()
    return str(query.unit_start(unit, value, 0)) if isinstance(value, date) else value


def test_groups_are_the_runs_of_the_order_with_true_totals(rows: Any) -> None:
    actor, own, made = rows
    keys = ["level", "stage", "remark", "next_follow_up", "main_deal.amount", "tags", *own.values()]
    levels = st.lists(
        st.builds(Level, st.sampled_from(keys), st.booleans(), st.sampled_from(UNITS)), min_size=1, max_size=3
    )
    filters = st.sampled_from([None, {"field": "level", "op": "not_empty"}])
    totals = [groups.Total("main_deal.amount", one) for one in ("sum", "average", "min", "max", "filled")]

    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
    @given(levels=levels, where=filters, sort=st.sampled_from([(), (("name", True),)]))
    def check(levels: list[Level], where: Any, sort: Any) -> None:
        ask = query.asking(actor, "customers")
        spec = ViewSpec(filter=where, sort=sort, group=tuple(levels))
        order = [made[pk] for pk in snapshots.ids(ask, spec).tolist()]
        at = 0
        seen = []
        for one in groups.opened(ask, spec, totals)[2]:
            part, at = order[at : at + one["count"]], at + one["count"]
            assert part
            assert all([share(row[level.field], level.unit) for level in levels] == one["path"] for row in part)
            seen.append(repr(one["path"]))
            amounts = [row["main_deal.amount"] for row in part if row["main_deal.amount"] is not None]
            value = {name.removeprefix("main_deal.amount."): found for name, found in one["values"].items()}
            assert value["filled"] == len(amounts)
            assert value["sum"] == pytest.approx(sum(amounts)) if amounts else value["sum"] is None
            assert (value["min"], value["max"]) == ((min(amounts), max(amounts)) if amounts else (None, None))
            assert value["average"] == pytest.approx(sum(amounts) / len(amounts)) if amounts else not value["average"]
        assert at == len(order)
        assert len(set(seen)) == len(seen), "a group comes once"

    check()


def test_people_and_records_group_by_name(table: Actor, bob: Actor, door: Any) -> None:
    for name, owner in (("甲", None), ("乙", bob.user_id), ("丙", table.user_id), ("丁", bob.user_id)):
        write.create(table, "customers", {"name": name, "owner": owner, "main_contact.name": f"{name}先生"})
    opened = door(table)
    asked = {"group": [{"field": "owner"}], "fields": ["name"]}
    answer = opened.post("/records/customers/query", asked).json()
    assert [(one["path"], one["count"]) for one in answer["groups"]] == [
        ([table.user_id], 2),
        ([bob.user_id], 2),
    ]
    by_contact = opened.post("/records/customers/summary", {"group": [{"field": "main_contact"}]}).json()["groups"]
    # By pinyin: 丙 bing, 丁 ding, 甲 jia, 乙 yi.
    assert [one["path"][0]["label"] for one in by_contact] == ["丙先生", "丁先生", "甲先生", "乙先生"]


def test_totals_of_a_span_of_rows_that_are_not_in_the_browser(table: Actor, door: Any) -> None:
    for n in range(1, 6):
        write.create(table, "customers", {"name": f"客户{n}", "main_deal.amount": n})
    opened = door(table)
    asked = {"sort": [{"field": "main_deal.amount", "desc": True}], "fields": ["name"], "limit": 1}
    name = opened.post("/records/customers/query", asked).json()["snapshot"]
    body = {"snapshot": name, "offset": 1, "limit": 3, "aggregates": [{"field": "main_deal.amount", "function": "sum"}]}
    assert opened.post("/records/customers/summary", body).json() == {
        "groups": [{"path": [], "count": 3, "values": {"main_deal.amount.sum": 9}}]
    }
    gone = opened.post("/records/customers/summary", {**body, "snapshot": "0" * 32})
    assert gone.status_code == 410


def test_what_is_no_group_or_total_is_refused(table: Actor, door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = door(table)

    def refused(**asked: Any) -> str:
        answer = opened.post("/records/customers/summary", asked)
        assert answer.status_code == 400, answer.content
        return answer.json()["error"]["code"]

    assert refused(group=[{"field": "nobody"}]) == "unknown_field"
    assert refused(group=[{"field": "level", "unit": "century"}]) == "bad_view"
    assert refused(group=[{"field": "level"}] * 4) == "bad_view"
    assert refused(aggregates=[{"field": "name", "function": "sum"}]) == "bad_total"
    assert refused(aggregates=[{"field": "main_deal.amount", "function": "median"}]) == "bad_total"
    assert refused(aggregates=[{"field": "main_deal.amount"}]) == "bad_view"
    assert refused(aggregates=[{"field": "main_deal.amount", "function": ["sum"]}]) == "bad_total"
    monkeypatch.setattr(runs, "MAX_GROUPS", 1)
    for name in ("甲", "乙"):
        write.create(table, "customers", {"name": name})
    assert refused(group=[{"field": "name"}]) == "too_many_groups"


def test_records_group_by_every_field_there_is(table: Actor, door: Any) -> None:
    made, _ = write.create(table, "customers", {"name": "甲", "main_contact.name": "乙", "main_deal.title": "丙"})
    write.create(table, "activities", {"customer": made.id, "text": "丁"})
    write.create(table, "tasks", {"customer": made.id, "subject": "戊"})
    opened = door(table)
    known = catalog()
    for key in known.objects:
        for field in known.shown[key].values():
            asked = {"group": [{"field": field.key}], "aggregates": [{"field": field.key, "function": "filled"}]}
            answer = opened.post(f"/records/{key}/summary", asked)
            assert answer.status_code == 200, (key, field.key, answer.content)
            assert sum(one["count"] for one in answer.json()["groups"]) == 1


def test_sums_of_the_largest_amounts_are_told(table: Actor, door: Any) -> None:
    for title in ("大", "更大"):
        write.create(table, "deals", {"title": title, "amount": 1})
    # What ten thousand of the largest come to, too large for a whole number of the database.
    catalog().object("deals").model.objects.update(amount=6 * 10**18)
    asked = {"aggregates": [{"field": "amount", "function": "sum"}]}
    found = door(table).post("/records/deals/summary", asked).json()["groups"][0]["values"]["amount.sum"]
    assert found == pytest.approx(12 * 10**16)


def test_a_person_counts_only_what_he_sees(table: Actor, bob: Actor, charlie: Actor, door: Any) -> None:
    write.create(table, "customers", {"name": "甲", "owner": bob.user_id, "level": "key", "main_deal.amount": 5})
    asked = {"group": [{"field": "level"}], "aggregates": [{"field": "main_deal.amount", "function": "sum"}]}
    assert door(bob).post("/records/customers/summary", asked).json()["groups"][0]["values"] == {
        "main_deal.amount.sum": 5
    }
    assert door(charlie).post("/records/customers/summary", asked).json() == {"groups": []}


def test_groups_of_what_has_not_changed_are_not_counted_again(table: Actor) -> None:
    for n in range(6):
        write.create(table, "customers", {"name": f"客户{n}", "level": ["key", "normal"][n % 2], "main_deal.amount": n})
    ask = query.asking(table, "customers")
    spec = ViewSpec(group=(Level("level", False, "day"),))
    total = [groups.Total("main_deal.amount", "sum")]
    name, order, found = groups.opened(ask, spec, total)
    with CaptureQueriesContext(connection) as asked:
        again = groups.opened(ask, spec, total)
    assert (again[0], again[1].tolist(), again[2]) == (name, order.tolist(), found)
    assert not any("GROUP BY" in one["sql"] for one in asked.captured_queries)
    # Other totals are others; and after a change all is counted anew.
    assert groups.opened(ask, spec, [])[2] == [{**one, "values": {}} for one in found]
    write.create(table, "customers", {"name": "客户6", "level": "key", "main_deal.amount": 0.5})
    ask = query.asking(table, "customers")
    (first, *_) = groups.opened(ask, spec, total)[2]
    assert (first["count"], first["values"]) == (4, {"main_deal.amount.sum": 6.5})


def test_the_totals_of_many_rows_are_those_of_their_values(table: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(8):
        write.create(table, "customers", {"name": f"客户{n}", "main_deal.amount": n})
    name = opening.first_page(table, "customers", {"fields": ["name"]}, offset=0, limit=1)["snapshot"]
    total = [{"field": "main_deal.amount", "function": "sum"}, {"field": "remark", "function": "filled"}]
    by_name = groups.span(table, "customers", name, total, offset=2, limit=4)
    monkeypatch.setattr(groups, "_SPAN", 1)
    assert groups.span(table, "customers", name, total, offset=2, limit=4) == by_name
    assert by_name["groups"][0]["values"] == {"main_deal.amount.sum": 2 + 3 + 4 + 5, "remark.filled": 0}


def test_numbers_keep_all_their_digits_in_a_total(table: Actor) -> None:
    key = definitions.add_field(table, "customers", kind="number", labels={"zh-Hans": "系数"})
    forget()
    values = [0.333333333333333, 123456789.012345, 1.5e-7]
    for n, value in enumerate(values):
        write.create(table, "customers", {"name": f"客户{n}", key: value})
    asked = [{"field": key, "function": one} for one in ("min", "max")]
    (one,) = groups.summary(table, "customers", {}, asked)["groups"]
    assert one["values"] == {f"{key}.min": min(values), f"{key}.max": max(values)}
