"""Opening a view: filters, order, search, pages, and who sees what, over HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kebu.core.db import POSTGRES
from kebu.fields import definitions
from kebu.records import opening, snapshots, write

if TYPE_CHECKING:
    from conftest import Door
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db

# The people of the tests live in Shanghai, wherever the tests run.
TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()


@pytest.fixture
def people(table: Actor) -> Actor:
    """Six customers that differ in everything that a filter can ask for."""
    rows = [
        {"name": "张三贸易", "level": "key", "stage": "active", "main_contact.name": "张三", "main_contact.phone": "13800001234", "main_deal.amount": 500, "tags": ["老客户", "华南"]},
        {"name": "李四科技", "level": "normal", "stage": "potential", "main_contact.name": "李四", "main_contact.email": "li@example.com", "main_deal.amount": 1500.5},
        {"name": "王五ＡＢＣ", "level": "key", "stage": "lost", "remark": "需要 合同"},
        {"name": "阿里示例", "next_follow_up": (TODAY - timedelta(days=3)).isoformat()},
        {"name": "abc widgets", "next_follow_up": TODAY.isoformat(), "tags": ["华南"]},
        {"name": "Zeta", "next_follow_up": (TODAY + timedelta(days=40)).isoformat(), "main_deal.amount": 20000},
    ]  # fmt: skip
    for row in rows:
        write.create(table, "customers", row)
    return table


def names(opened: Door, **asked: Any) -> list[str]:
    answer = opened.post("/records/customers/query", {"fields": ["name"], **asked})
    assert answer.status_code == 200, answer.content.decode()
    return [row[2] for row in answer.json()["rows"]]


def having(opened: Door, field: str, op: str, value: Any = None) -> set[str]:
    return set(names(opened, filter={"field": field, "op": op, "value": value}))


def test_names_sort_by_pinyin_with_blanks_last(people: Actor, door: Any) -> None:
    opened = door(people)
    by_name = names(opened, sort=[{"field": "name"}])
    assert by_name == ["阿里示例", "abc widgets", "李四科技", "王五ＡＢＣ", "Zeta", "张三贸易"]
    by_amount = names(opened, sort=[{"field": "main_deal.amount", "desc": True}])
    assert by_amount[:3] == ["Zeta", "李四科技", "张三贸易"]
    assert names(opened, sort=[{"field": "main_deal.amount"}])[:3] == ["张三贸易", "李四科技", "Zeta"]


def test_every_kind_of_condition(people: Actor, door: Any) -> None:
    opened = door(people)
    assert having(opened, "name", "contains", "ABC") == {"王五ＡＢＣ", "abc widgets"}
    assert having(opened, "name", "is", "ＺＥＴＡ") == {"Zeta"}
    assert having(opened, "name", "starts_with", "张") == {"张三贸易"}
    assert having(opened, "level", "is", "key") == {"张三贸易", "王五ＡＢＣ"}
    assert having(opened, "level", "is_not", "key") == {"李四科技", "阿里示例", "abc widgets", "Zeta"}
    assert having(opened, "level", "in", ["normal"]) == {"李四科技"}
    assert having(opened, "level", "empty") == {"阿里示例", "abc widgets", "Zeta"}
    assert having(opened, "main_deal.amount", "gt", 1500.5) == {"Zeta"}
    assert having(opened, "main_deal.amount", "between", [500, 1500.5]) == {"张三贸易", "李四科技"}
    assert having(opened, "main_deal.amount", "lt", "1万") == {"张三贸易", "李四科技"}
    assert having(opened, "tags", "contains", "华南") == {"张三贸易", "abc widgets"}
    assert having(opened, "tags", "not_contains", "老客户") == {
        "李四科技",
        "王五ＡＢＣ",
        "阿里示例",
        "abc widgets",
        "Zeta",
    }
    assert having(opened, "main_contact", "contains", "三") == {"张三贸易"}
    assert having(opened, "main_contact.email", "is", "LI@example.com") == {"李四科技"}
    assert having(opened, "owner", "mine") == set(names(opened))
    assert having(opened, "next_follow_up", "within", {"unit": "day", "from": -3650, "to": 0}) == {
        "阿里示例",
        "abc widgets",
    }
    assert having(opened, "next_follow_up", "on", TODAY.isoformat()) == {"abc widgets"}
    assert having(opened, "next_follow_up", "after", TODAY.isoformat()) == {"Zeta"}
    assert having(opened, "created_at", "within", {"unit": "day", "from": 0, "to": 0}) == set(names(opened))
    assert having(opened, "created_at", "on", "2001-01-01") == set()


def test_conditions_join(people: Actor, door: Any) -> None:
    leaf = {"field": "level", "op": "is", "value": "key"}
    other = {"field": "stage", "op": "is", "value": "potential"}
    opened = door(people)
    assert set(names(opened, filter={"or": [leaf, other]})) == {"张三贸易", "王五ＡＢＣ", "李四科技"}
    assert names(opened, filter={"and": [leaf, {"or": [other, {"field": "stage", "op": "is", "value": "lost"}]}]}) == [
        "王五ＡＢＣ"
    ]
    assert len(names(opened, filter={"and": []})) == 6


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("张三", {"张三贸易"}),
        ("zs", {"张三贸易"}),
        ("zhangsan", {"张三贸易"}),
        ("1234", {"张三贸易"}),
        ("li@example", {"李四科技"}),
        ("合同", {"王五ＡＢＣ"}),
        ("C004", {"阿里示例"}),
        ("华南", {"张三贸易", "abc widgets"}),
        ("不存在的", set()),
        ('" OR *', set()),
        ("***", set()),
    ],
)
def test_search_finds(people: Actor, door: Any, words: str, found: set[str]) -> None:
    assert set(names(door(people), search=words)) == found


def test_search_follows_a_change_behind_a_lookup(people: Actor, door: Any) -> None:
    opened = door(people)
    row = opened.post("/records/contacts/query", {"fields": ["name"], "search": "张三"}).json()["rows"][0]
    opened.patch(f"/records/contacts/{row[0]}", {"version": row[1], "values": {"name": "赵六"}})
    assert names(opened, search="赵六") == ["张三贸易"]
    assert names(opened, search="zs") == ["张三贸易"]  # by its own name still
    assert names(opened, search="李四") == ["李四科技"]


def test_pages_come_from_the_snapshot_and_keep_their_order(people: Actor, door: Any) -> None:
    opened = door(people)
    first = opened.post(
        "/records/customers/query", {"fields": ["name"], "sort": [{"field": "name"}], "limit": 2}
    ).json()
    assert first["count"] == 6
    assert first["fields"] == ["name"]
    where = {"snapshot": first["snapshot"], "offset": 2, "limit": 500, "fields": "name"}
    page = opened.get("/records/customers/pages", where).json()
    assert page["count"] == 6
    everything = [row[2] for row in first["rows"] + page["rows"]]
    pk, version, _ = page["rows"][0]
    opened.delete(f"/records/customers/{pk}?version={version}")
    again = opened.get("/records/customers/pages", where).json()
    assert again["rows"][0] is None
    assert [row[2] for row in again["rows"][1:]] == everything[3:]


def test_a_large_table_sends_the_first_page_first(people: Actor, door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "SMALL", 0)
    opened = door(people)
    first = opened.post("/records/customers/query", {"fields": ["name"], "limit": 2}).json()
    assert first["count"] is None
    page = opened.get("/records/customers/pages", {"snapshot": first["snapshot"], "fields": "name"}).json()
    assert page["count"] == 6
    assert page["rows"][:2] == first["rows"]
    for sort in ([{"field": "name"}], [{"field": "name", "desc": True}], [{"field": "next_follow_up", "desc": True}]):
        for limit in (2, 4, 6):
            asked = {"fields": ["name"], "sort": sort, "limit": limit}
            quick = opened.post("/records/customers/query", asked).json()
            where = {"snapshot": quick["snapshot"], "fields": "name", "limit": limit}
            assert opened.get("/records/customers/pages", where).json()["rows"] == quick["rows"], (sort, limit)


def test_the_first_rows_of_a_filter_are_found_wherever_they_stand(
    table: Actor, door: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "SMALL", 0)
    kinds = ["person", *["company"] * 12, "person", *["company"] * 60, "person", "person", "person", "person"]
    values = [{"name": f"示例{n}", "kind": kind} for n, kind in enumerate(kinds)]
    write.batch(table, "customers", [{"id": None, "values": one} for one in values])
    opened = door(table)
    persons = [one["name"] for one in values if one["kind"] == "person"]
    for limit in (1, 2, 3, 6, 7):
        for _ in range(2):  # the second time nothing is compiled
            spec = {"field": "kind", "op": "is", "value": "person"}
            asked = {"fields": ["name"], "filter": spec, "limit": limit}
            rows = opened.post("/records/customers/query", asked).json()["rows"]
            assert [row[2] for row in rows] == persons[:limit]


def test_what_was_allowed_once_is_refused_when_the_field_is_gone(people: Actor, door: Any) -> None:
    key = definitions.add_field(people, "customers", kind="text", labels={"zh-Hans": "示例列"})
    asked = {"fields": ["name"], "sort": [{"field": key}]}
    opened = door(people)
    assert opened.post("/records/customers/query", asked).status_code == 200
    definitions.delete_field(people, "customers", key)
    refused = opened.post("/records/customers/query", asked)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "unknown_field")


def test_another_persons_snapshot_is_gone(people: Actor, bob: Actor, door: Any) -> None:
    first = door(people).post("/records/customers/query", {"fields": ["name"]}).json()
    for token in (first["snapshot"], "0" * 32, "../../etc/passwd", ""):
        answer = door(bob).get("/records/customers/pages", {"snapshot": token})
        assert answer.status_code == 410, token


def test_an_outsider_sees_nothing_of_others(people: Actor, charlie: Actor, rita: Actor, door: Any) -> None:
    opened = door(charlie)
    assert names(opened) == []
    assert names(opened, search="张三") == []
    row = door(people).post("/records/customers/query", {"fields": ["name"]}).json()["rows"][0]
    assert opened.get(f"/records/customers/{row[0]}").status_code == 404
    assert opened.get(f"/records/customers/{row[0]}/history").status_code == 404
    assert opened.post("/records/contacts/query", {}).json()["rows"] == []
    assert opened.post("/records/deals/query", {}).json()["rows"] == []
    assert len(names(door(rita))) == 6


@pytest.mark.parametrize(
    "asked",
    [
        {"filter": {"field": "password", "op": "is", "value": "x"}},
        {"filter": {"field": "owner__password", "op": "is", "value": "x"}},
        {"filter": {"field": "name", "op": "regex", "value": "(a+)+$"}},
        {"filter": {"field": "name", "op": ["is"], "value": "x"}},
        {"filter": {"field": {"a": 1}, "op": "is", "value": "x"}},
        {"filter": {"field": "name", "op": "is", "value": {"$ne": 1}}},
        {"filter": {"field": "name", "op": "is", "value": "x", "raw": "1=1"}},
        {"filter": {"and": "x"}},
        {"filter": {"and": [], "or": []}},
        {"filter": {"field": "next_follow_up", "op": "within", "value": {"unit": "day", "from": 10**12, "to": 0}}},
        {"filter": {"field": "next_follow_up", "op": "on", "value": "soon"}},
        {"filter": {"field": "level", "op": "is", "value": "no such"}},
        {"filter": {"field": "main_deal.amount", "op": "between", "value": [1]}},
        {"filter": {"or": [{"field": "name", "op": "is", "value": "x"}] * 300}},
        {"sort": [{"field": "-id"}]},
        {"sort": [{"field": "name; DROP TABLE x"}]},
        {"sort": [{"field": 5}]},
        {"fields": ["extra"]},
        {"fields": ["name", "*"]},
        {"limit": 10**9},
        {"offset": -1},
        {"search": 5},
        {"group": "name"},
        {"anything": 1},
    ],
)
def test_hostile_queries_are_refused(people: Actor, door: Any, asked: dict[str, Any]) -> None:
    answer = door(people).post("/records/customers/query", asked)
    assert answer.status_code == 400, answer.content
    assert answer.json()["error"]["code"]


def test_a_filter_that_is_too_deep_is_refused(people: Actor, door: Any) -> None:
    tree: dict[str, Any] = {"field": "name", "op": "is", "value": "x"}
    for _ in range(100):
        tree = {"and": [tree]}
    assert door(people).post("/records/customers/query", {"filter": tree}).status_code == 400


def test_user_defined_fields_filter_and_sort_like_built_in_ones(people: Actor, door: Any) -> None:
    opened = door(people)
    made: dict[str, str] = {}
    for kind in ("text", "number", "money", "date", "datetime", "checkbox", "choice", "choices", "person", "percent"):
        choices = [{"label": {"zh-Hans": "红"}}, {"label": {"zh-Hans": "蓝"}}] if kind.startswith("choice") else []
        made[kind] = definitions.add_field(
            people, "customers", kind=kind, labels={"zh-Hans": f"自定义{kind}"}, choices=choices
        )
    rows = opened.post("/records/customers/query", {"fields": ["name"], "sort": [{"field": "created_at"}]}).json()[
        "rows"
    ]
    first, second = rows[0], rows[1]
    values = {
        "text": "中文", "number": "1.5", "money": "2万", "date": "2026/1/5", "datetime": "2026-01-05 10:30",
        "checkbox": "是", "choice": "蓝", "choices": ["红", "蓝"], "person": "Alice", "percent": "12%",
    }  # fmt: skip
    answer = opened.patch(
        f"/records/customers/{first[0]}", {"version": 1, "values": {made[k]: v for k, v in values.items()}}
    )
    assert answer.status_code == 200, answer.content.decode()
    cells = answer.json()["values"]
    assert cells[made["number"]] == 1.5
    assert cells[made["money"]] == 20000
    assert cells[made["date"]] == "2026-01-05"
    assert cells[made["datetime"]] == "2026-01-05T02:30:00Z"
    assert cells[made["checkbox"]] is True
    assert cells[made["person"]] == people.user_id
    assert cells[made["percent"]] == 0.12
    assert len(cells[made["choices"]]) == 2
    opened.patch(f"/records/customers/{second[0]}", {"version": 1, "values": {made["text"]: "abc", made["number"]: 10}})
    blue = cells[made["choice"]]
    checks: list[tuple[str, str, Any]] = [
        ("text", "contains", "中"), ("number", "between", [1, 2]), ("money", "gte", 20000), ("date", "on", "2026-01-05"),
        ("date", "within", {"unit": "year", "from": 0, "to": 0}) if TODAY.year == 2026 else ("date", "not_empty", None),
        ("datetime", "on", "2026-01-05"), ("datetime", "before", "2026-01-06"), ("checkbox", "is", True), ("choice", "is", blue),
        ("choices", "contains", cells[made["choices"]][1]), ("person", "mine", None), ("percent", "lt", 0.5), ("number", "is", 1.5),
    ]  # fmt: skip
    for kind, op, value in checks:
        assert having(opened, made[kind], op, value) == {first[2]}, (kind, op)
    assert names(opened, sort=[{"field": made["number"], "desc": True}])[:2] == [second[2], first[2]]
    assert names(opened, sort=[{"field": made["text"]}])[:2] == [second[2], first[2]]
    assert len(names(opened, sort=[{"field": made["choice"]}])) == 6
    assert names(opened, search="中文") == [first[2]]


@pytest.mark.parametrize("desc", [False, True])
def test_a_choice_field_without_choices_may_be_sorted_by(people: Actor, door: Any, desc: bool) -> None:
    key = definitions.add_field(people, "customers", kind="choice", labels={"zh-Hans": "空"})
    assert len(names(door(people), sort=[{"field": key, "desc": desc}])) == 6


def test_a_list_that_is_not_kept_leaves_no_order_behind(people: Actor, door: Any) -> None:
    opened = door(people)
    asked = {"fields": ["name"], "sort": [{"field": "name"}], "keep": False}
    before = {*snapshots._folder().iterdir()}
    whole = opened.post("/records/customers/query", asked).json()
    assert (whole["snapshot"], whole["count"], len(whole["rows"])) == (None, 6, 6)
    part = opened.post("/records/customers/query", {**asked, "offset": 2, "limit": 2}).json()
    assert (part["count"], part["rows"]) == (None, whole["rows"][2:4])
    assert {*snapshots._folder().iterdir()} == before


@pytest.mark.skipif(POSTGRES, reason="PostgreSQL knows how many rows it would go through")
def test_a_salespersons_page_is_found_by_its_ids_and_not_among_all_of_his_rows(bob: Actor) -> None:
    write.create(bob, "customers", {"name": "客户"})
    with CaptureQueriesContext(connection) as asked:
        opening.first_page(bob, "customers", {"fields": ["name"]}, offset=0, limit=2)
    (page,) = [one["sql"] for one in asked if "json_each" in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + page.replace("%", "%%"))
        how = " ".join(str(row[-1]) for row in cursor.fetchall())
    assert "PRIMARY KEY" in how, how
    assert "owner" not in how, how
