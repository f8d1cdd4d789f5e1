"""Row 6 of the threats: names from outside reach the database through the registry only. 400, never 500."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kebu.fields.registry import catalog
from safety.world import World, digest, undone

pytestmark = pytest.mark.django_db

# Each would mean something to the ORM, to SQL, to JSON paths or to Python, if it came that far.
NAMES = [
    "pk", "id", "extra", "invalid", "keys", "title_key", "owner_id", "deleted_at", "deleted_at__isnull", "password", "owner__password",
    "owner.password", "owner.email", "created_by.password", "created_by__is_active", "main_contact__phone", "main_contact.customer.name",
    "main_contact.owner.password", "main_contact.remark", "main_contact.id", "contacts.name", "deals", "contacts__phone",
    "name__regex", "name__contains", "name__in", "-name", "+name", "?", "*", "name,remark", "name; --", "name' OR 1=1 --", "name\" OR \"\"=\"",
    '"; DROP TABLE crm_customer; --', "name) UNION SELECT password FROM accounts_user --", "extra__a", "extra->>'a'", "$.a", "$", "f_1", "f_1__x",
    "f_999999", "f_1'", 'f_1"', "f_1') || (SELECT password FROM accounts_user LIMIT 1) || ('", "keys__name", "%s", "%(name)s", "%", "{0}",
    "{self}", "__class__", "__init__", "constructor", "__proto__", "Name", "NAME", "ｎａｍｅ", "na\u200bme", "name\n", " name", "name ",
    "", " ", "\t", "名称", "客户名称", "😀", "\u202ename", "a" * 10_000, "name." * 50, ".name", "name.", "..", "main_contact.", "c1", "RANDOM()",
    "(SELECT 1)", "name COLLATE NOCASE", "version__gt", "rowid", "ctid", "oid", "tableoid", "search_customers",
]  # fmt: skip
OTHER_THAN_TEXT: list[Any] = [None, 0, 1.5, True, [], ["name"], {}, {"field": "name"}]
# f_1 may be what the company's own field is called.
NO_KIND_OF_COMPARISON = [
    "",
    " ",
    "IS",
    "is ",
    "exact",
    "iexact",
    "regex",
    "is__regex",
    "contains__regex",
    "raw",
    "= 1 OR 1",
    "isnull",
    "in ",
    "%s",
    "{0}",
    "__class__",
    "a" * 10_000,
]


NO_FILTERS: list[Any] = [
        "name", 1, {"not": []}, {"and": {}}, {"and": "x"}, {"and": None}, {"or": [[]]}, {"or": [None]}, {"and": [1]}, {"and": [], "or": []},
        {"and": [], "field": "name"}, {"field": "name"}, {"op": "empty"}, {"field": "name", "op": "is"}, {"field": "name", "op": "is", "value": "x", "x": 1},
        {"and": [{}]}, {"raw": "1=1"}, {"field": "name", "op": "in", "value": []}, {"field": "name", "op": "in", "value": "x"},
        {"field": "name", "op": "in", "value": [None]}, {"field": "name", "op": "is", "value": {"$ne": None}}, {"field": "level", "op": "in", "value": [[]]},
        {"field": "created_at", "op": "between", "value": ["2026-01-01"]}, {"field": "created_at", "op": "within", "value": {"unit": "day; --"}},
        {"field": "created_at", "op": "within", "value": {"unit": "day", "from": "1"}}, {"field": "created_at", "op": "within", "value": {"unit": "year", "from": 10**9}},
        {"field": "owner", "op": "is", "value": {"password": "x"}}, {"field": "main_contact", "op": "is", "value": {"id": {"id": 1}}},
]  # fmt: skip
NO_PAGES: list[dict[str, Any]] = [
        {"limit": 0}, {"limit": -1}, {"limit": 501}, {"limit": 10**9}, {"limit": 10**40}, {"limit": "1e3"}, {"limit": "100; --"}, {"limit": 1.5}, {"limit": None},
        {"offset": -1}, {"offset": 10**18}, {"offset": 10**40}, {"offset": "x"}, {"group": "name"}, {"group": ["name"]}, {"search": None}, {"search": ["x"]}, {"search": "x" * 201},
        {"fields": "name"}, {"fields": None}, {"fields": ["name"] * 501}, {"sort": "name"}, {"sort": {"field": "name"}}, {"sort": ["name"]}, {"sort": [{"field": "name"}] * 9},
        {"sort": [{"field": "name", "desc": "desc; --"}]}, {"sort": [{"field": "name", "desc": 1}]}, {"sort": [{"desc": True}]},
]  # fmt: skip


def by_filter(world: World, name: Any) -> Any:
    return query(world, filter={"field": name, "op": "not_empty"})


def by_nested_filter(world: World, name: Any) -> Any:
    return query(
        world, filter={"or": [{"field": "name", "op": "empty"}, {"and": [{"field": name, "op": "is", "value": "x"}]}]}
    )


def by_sort(world: World, name: Any) -> Any:
    return query(world, sort=[{"field": "name"}, {"field": name, "desc": True}])


def by_columns(world: World, name: Any) -> Any:
    return query(world, fields=["name", name])


def by_page(world: World, name: Any) -> Any:
    # A comma would divide it into two.
    asked = {"snapshot": world.bobs.snapshot, "fields": name.replace(",", ".") or "nothing"}
    return world.send("bob", "GET", "/records/customers/pages", query=asked)


def by_creation(world: World, name: Any) -> Any:
    return world.send("bob", "POST", "/records/customers", {"values": {"name": "x", name: "x"}})


def by_change(world: World, name: Any) -> Any:
    return world.send(
        "bob", "PATCH", f"/records/customers/{world.bobs.record_id}", {"version": 1, "values": {name: "x"}}
    )


def by_batch(world: World, name: Any) -> Any:
    return world.send("bob", "POST", "/records/customers/batch", {"changes": [{"values": {"name": "x", name: "x"}}]})


def by_view_filter(world: World, name: Any) -> Any:
    return view(world, filter={"field": name, "op": "empty"})


def by_view_sort(world: World, name: Any) -> Any:
    return view(world, sort=[{"field": name}])


def by_view_columns(world: World, name: Any) -> Any:
    return view(world, fields=[name])


def by_view_widths(world: World, name: Any) -> Any:
    return view(world, widths={name: 100})


def by_changed_view(world: World, name: Any) -> Any:
    return world.send("bob", "PATCH", f"/views/{world.bobs.view_id}", {"spec": {"fields": [name]}})


def query(world: World, **asked: Any) -> Any:
    return world.send("bob", "POST", "/records/customers/query", asked)


def view(world: World, **spec: Any) -> Any:
    return world.send("bob", "POST", "/views", {"object": "customers", "name": "V", "spec": spec})


PLACES: list[Callable[[World, Any], Any]] = [
    by_filter, by_nested_filter, by_sort, by_columns, by_page, by_creation, by_change, by_batch,
    by_view_filter, by_view_sort, by_view_columns, by_view_widths, by_changed_view,
]  # fmt: skip
TYPED = [by_filter, by_nested_filter, by_sort, by_columns, by_view_filter, by_view_sort, by_view_columns]


def refused(answers: Iterator[tuple[Any, Any]], status: int = 400) -> None:
    """Asserts that all were refused so; names those that were not."""
    wrong = [
        (repr(what)[:80], answer.status_code, answer.content[:200])
        for what, answer in answers
        if answer.status_code != status
    ]
    assert wrong == []


@pytest.mark.parametrize("place", PLACES, ids=lambda one: one.__name__)
def test_a_hostile_name_is_an_unknown_field(world: World, place: Callable[[World, Any], Any]) -> None:
    before = digest()
    known = catalog().shown["customers"]
    names = [name for name in NAMES if name not in known]
    assert len(names) > len(NAMES) - 3
    answers = [(name, place(world, name)) for name in names]
    refused(iter(answers))
    assert {answer.json()["error"]["code"] for _, answer in answers} == {"unknown_field"}
    if place in TYPED:
        refused((name, place(world, name)) for name in OTHER_THAN_TEXT)
    assert digest() == before


def test_a_hostile_kind_of_comparison_is_refused(world: World) -> None:
    for field in catalog().shown["customers"]:
        refused(
            (op, query(world, filter={"field": field, "op": op, "value": "1"}))
            for op in [*NO_KIND_OF_COMPARISON[:5], *OTHER_THAN_TEXT]
        )
    refused((op, query(world, filter={"field": "name", "op": op, "value": "1"})) for op in NO_KIND_OF_COMPARISON)


def test_what_is_no_filter_is_refused(world: World) -> None:
    refused((tree, query(world, filter=tree)) for tree in NO_FILTERS)
    refused((tree, view(world, filter=tree)) for tree in NO_FILTERS)


def test_a_hostile_object_is_not_found(world: World) -> None:
    """No object has such a name, wherever one is named."""
    hostile = [
        "Customers",
        "customer",
        "crm_customer",
        "users",
        "accounts_user",
        "__class__",
        "customers'--",
        "customers%27",
        "customers--",
        "%E5%AE%A2",
        "*",
        ".",
        "..",
        "c" * 2000,
    ]
    routes = [
        ("GET", "/records/{}/1", None), ("PATCH", "/records/{}/1", {"version": 1, "values": {}}), ("DELETE", "/records/{}/1", None),
        ("POST", "/records/{}", {"values": {}}), ("POST", "/records/{}/query", {}), ("POST", "/records/{}/batch", {"changes": []}),
        ("GET", "/records/{}/1/history", None), ("GET", f"/records/{{}}/pages?snapshot={'0' * 32}", None),
        ("POST", "/fields/{}", {"kind": "text", "label": {"en": "X"}}), ("PATCH", "/fields/{}/name", {"position": 1}),
        ("DELETE", "/fields/{}/f_1", None), ("GET", "/fields/{}/name/held", None),
    ]  # fmt: skip
    before = digest()
    for method, path, body in routes:
        with undone():
            answers = [(key, world.send("owner", method, path.format(key), body)) for key in hostile]
        wrong = [
            (method, path, key[:30], one.status_code) for key, one in answers if one.status_code not in (404, 410, 405)
        ]
        assert wrong == []
    for key in hostile:
        assert world.send("owner", "POST", "/views", {"object": key, "name": "x"}).status_code == 404
        assert world.send("owner", "GET", "/views", query={"object": key}).json() == {"views": []}
    assert digest() == before


def test_a_hostile_id_is_refused(world: World) -> None:
    before = digest()
    hostile = [
        "0",
        "-1",
        str(2**63),
        str(10**40),
        "1.5",
        "1e3",
        "0x1",
        "true",
        "null",
        "NaN",
        "1'",
        "1;",
        "%00",
        "1%00",
        "%ff",
        "[1]",
    ]
    paths = ["/records/customers/{}", "/records/customers/{}/history", "/jobs/{}", "/files/{}"]
    for path in paths:
        for one in hostile:
            answer = world.send("owner", "GET", path.format(one))
            assert answer.status_code in (400, 404), (path, one, answer.status_code)
    for path in ("/views/{}", "/tokens/{}", "/records/customers/{}"):
        for one in hostile:
            assert world.send("owner", "DELETE", path.format(one)).status_code in (400, 404), (path, one)
    assert digest() == before


def test_a_hostile_snapshot_is_gone(world: World) -> None:
    for name in (
        "..",
        "../../secret.key",
        "%2e%2e%2fsecret.key",
        "a" * 32 + "/",
        "A" * 32,
        "0" * 31 + "g",
        "0" * 33,
        "0" * 64,
        "*",
        "",
        "٠" * 32,
    ):
        answer = world.send("bob", "GET", "/records/customers/pages", query={"snapshot": name})
        assert answer.status_code in (400, 410), name


def test_what_is_no_page_is_refused(world: World) -> None:
    refused((asked, query(world, **asked)) for asked in NO_PAGES)
