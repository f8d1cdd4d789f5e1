"""A field of the company's own, on a large table, is sorted and found by an index: the one that questions really use."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from kebu.accounts.actor import Actor
from kebu.core.db import POSTGRES
from kebu.core.jobs import work_once
from kebu.core.models import Job
from kebu.fields import definitions
from kebu.records import indexes, query, saved, write
from kebu.records.query import ViewSpec

VALUES = {
    "text": ["张三", "李四", "abc"],
    "long_text": ["张三", "李四", "abc"],
    "number": [1, 2.5, -3],
    "money": [100, 2000, 3],
    "percent": [0.1, 0.2, 0.3],
    "date": ["2026-01-05", "2026-02-05", "2027-01-01"],
    "datetime": ["2026-01-05T10:30:00Z", "2026-02-05T10:30:00Z", "2027-01-01T10:30:00Z"],
}


@pytest.fixture
def table(transactional_db: None, table: Actor) -> Actor:
    return table


@pytest.fixture(autouse=True)
def _none_is_left(transactional_db: None) -> Any:
    yield
    from kebu.records.models import View

    View.objects.all().delete()
    indexes.settle()


def own(actor: Actor, kind: str, **more: Any) -> str:
    return definitions.add_field(actor, "customers", kind=kind, labels={"zh-Hans": f"自有{kind}"}, **more)


def view(actor: Actor, name: str, **spec: Any) -> Any:
    return saved.add(actor, "customers", name=name, spec=spec, shared=False, position=None)


def plan(rows: Any) -> str:
    """How the database would go about it where reading the whole table is out of the question."""
    with connection.cursor() as cursor:
        if POSTGRES:
            cursor.execute("SET enable_seqscan = off")
            cursor.execute("SET enable_bitmapscan = off")
        try:
            return str(rows.explain())
        finally:
            if POSTGRES:
                cursor.execute("RESET enable_seqscan")
                cursor.execute("RESET enable_bitmapscan")


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("desc", [False, True])
def test_the_first_page_of_a_sorted_view_comes_from_the_index(table: Actor, kind: str, desc: bool) -> None:
    key = own(table, kind)
    for n, value in enumerate(VALUES[kind] * 5):
        write.create(table, "customers", {"name": f"客户{n}", key: value})
    view(table, "V", sort=[{"field": key, "desc": desc}])
    made, dropped = indexes.settle()
    assert (made, dropped) == ([f"own_customers_{key}"], [])
    rows = query.filled(query.asking(table, "customers"), ViewSpec(sort=((key, desc),)))
    told = plan(rows.values_list("id", flat=True)[:10])
    assert f"own_customers_{key}" in told
    assert len(rows) == 15
    assert indexes.settle() == ([], [])


@pytest.mark.parametrize(
    ("kind", "op", "value"),
    [("number", "gt", 2), ("number", "between", [1, 2]), ("money", "is", 100), ("date", "on", "2026-01-05")],
)
def test_a_filter_is_answered_from_the_index(table: Actor, kind: str, op: str, value: Any) -> None:
    key = own(table, kind)
    write.create(table, "customers", {"name": "客户", key: VALUES[kind][0]})
    leaf = {"field": key, "op": op, "value": value}
    view(table, "V", filter={"or": [leaf, {"and": [leaf]}]})
    indexes.settle()
    rows = query.queryset(query.asking(table, "customers"), ViewSpec(filter=leaf))
    assert f"own_customers_{key}" in plan(rows.order_by().values_list("id", flat=True))


def test_a_choice_is_found_by_the_index(table: Actor) -> None:
    key = own(table, "choice", choices=[{"label": {"zh-Hans": "红"}}, {"label": {"zh-Hans": "蓝"}}])
    write.create(table, "customers", {"name": "客户", key: "红"})
    leaf = {"field": key, "op": "is", "value": "红"}
    view(table, "V", filter=leaf)
    indexes.settle()
    rows = query.queryset(query.asking(table, "customers"), ViewSpec(filter=leaf))
    assert f"own_customers_{key}" in plan(rows.order_by().values_list("id", flat=True))
    assert len(rows) == 1


def test_saving_a_view_asks_for_its_indexes(table: Actor) -> None:
    number, text, many = own(table, "number"), own(table, "text"), own(table, "choices")
    Job.objects.all().delete()
    made = view(table, "V", sort=[{"field": "name"}], fields=[number])
    view(table, "W", sort=[{"field": many}])
    assert not Job.objects.exists()  # shown or built in or a list: nothing to make
    saved.change(table, made.pk, name=None, spec={"sort": [{"field": number}, {"field": text}]}, position=None)
    assert work_once()
    assert Job.objects.get().result == {
        "made": sorted(f"own_customers_{key}" for key in (number, text)),
        "dropped": [],
    }


def test_an_index_goes_with_its_field_and_its_last_view(table: Actor) -> None:
    first, second = own(table, "number"), own(table, "text")
    view(table, "V", sort=[{"field": first}])
    other = view(table, "W", sort=[{"field": second}])
    indexes.settle()
    Job.objects.all().delete()
    definitions.delete_field(table, "customers", first)
    assert work_once()
    saved.delete(table, other.pk)
    assert work_once()
    told = [job.result["dropped"] for job in Job.objects.order_by("id")]
    assert told == [[f"own_customers_{first}"], [f"own_customers_{second}"]]


def test_an_object_has_so_many_at_most_and_everybodys_views_come_first(
    table: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexes, "MAX_INDEXES", 1)
    first, second = own(table, "number"), own(table, "text")
    view(table, "V", sort=[{"field": first}])
    assert indexes.settle() == ([f"own_customers_{first}"], [])
    spec = {"sort": [{"field": second}]}
    saved.add(table, "customers", name="W", spec=spec, shared=True, position=None)
    assert indexes.settle() == ([f"own_customers_{second}"], [f"own_customers_{first}"])


def test_a_spec_with_fields_that_are_gone_asks_for_none(table: Actor) -> None:
    from kebu.fields.registry import catalog

    spec = {"sort": [{"field": "x'); DROP TABLE crm_customer; --"}], "filter": {"field": "nothing", "op": "is"}}
    assert indexes.used_by(catalog(), "customers", spec) == []


@pytest.mark.skipif(not POSTGRES, reason="SQLite makes an index or none")
def test_an_index_that_was_not_finished_is_made_anew(table: Actor) -> None:
    key = own(table, "number")
    view(table, "V", sort=[{"field": key}])
    indexes.settle()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass", [f"own_customers_{key}"]
        )
    assert indexes.settle() == ([f"own_customers_{key}"], [])
    assert indexes.settle() == ([], [])
