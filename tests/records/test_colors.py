"""Colours by rules: kept in views, asked for the records of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kebu.records import write

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db
KEY = {"field": "level", "op": "in", "value": ["key"]}
ROW = {"filter": KEY, "target": "row", "color": 0, "icon": "flag"}
CELL = {"filter": KEY, "target": "cell", "field": "name", "color": 11}
BAR = {"field": "main_deal.amount", "bar": True, "color": 5}


def view(actor: Actor, door: Any, rules: Any) -> Any:
    return door(actor).post("/views", {"object": "customers", "name": "x", "spec": {"colors": rules}})


def test_rules_are_kept_as_they_were_given(table: Actor, door: Any) -> None:
    made = view(table, door, [ROW, CELL, BAR])
    assert made.status_code == 201, made.content
    assert made.json()["spec"]["colors"] == [ROW, CELL, BAR]


@pytest.mark.parametrize(
    "rule",
    [
        "x",
        {},
        {**ROW, "color": 12},
        {**ROW, "color": True},
        {**ROW, "color": "red"},
        {**ROW, "icon": "<svg>"},
        {**ROW, "field": "name"},
        {**ROW, "target": "page"},
        {**ROW, "script": "x"},
        {**ROW, "filter": None},
        {**ROW, "filter": {"field": "password", "op": "is", "value": "x"}},
        {**ROW, "filter": {"field": "level", "op": "gt", "value": "key"}},
        {key: value for key, value in CELL.items() if key != "field"},
        {**CELL, "field": "password"},
        {**BAR, "bar": False},
        {**BAR, "field": "name"},
        {**BAR, "filter": KEY},
    ],
)
def test_a_rule_that_could_not_be_shown_is_not_kept(table: Actor, door: Any, rule: Any) -> None:
    assert view(table, door, [rule]).status_code == 400
    assert view(table, door, [ROW] * 21).status_code == 400


def test_a_rule_that_asks_for_a_field_that_is_gone_does_not_apply(table: Actor, door: Any) -> None:
    opened = door(table)
    key = opened.post("/fields/customers", {"kind": "number", "label": {"zh-Hans": "分数"}}).json()["key"]
    gone = {"and": [KEY, {"or": [{"field": key, "op": "gt", "value": 3}]}]}
    rules = [{**ROW, "filter": gone}, {**CELL, "field": key}, {**BAR, "field": key}, ROW]
    made = view(table, door, rules).json()
    assert made["spec"]["colors"] == rules
    assert opened.delete(f"/fields/customers/{key}").status_code == 204
    (seen,) = [one for one in opened.get("/views").json()["views"] if one["id"] == made["id"]]
    assert seen["spec"]["colors"] == [ROW]


def test_each_record_answers_which_conditions_hold_for_it(table: Actor, door: Any) -> None:
    opened = door(table)
    key, other = (
        write.create(table, "customers", {"name": name, "level": level, "main_deal.amount": amount})[0].id
        for name, level, amount in (("甲", "key", 500), ("乙", None, None))
    )
    filters = [KEY, {"field": "main_deal.amount", "op": "gte", "value": 500}, {"field": "level", "op": "empty"}]
    asked = {"ids": [other, key], "filters": [*filters, {"and": []}]}
    assert opened.post("/records/customers/colors", asked).json() == {"matches": [[2, 3], [0, 1, 3]]}
    # What is compiled once is asked again with what the records say by then.
    write.update(table, "customers", key, {"level": None}, expected_version=None)
    assert opened.post("/records/customers/colors", asked).json() == {"matches": [[2, 3], [1, 2, 3]]}
    assert opened.post("/records/customers/colors", {"ids": [], "filters": filters}).json() == {"matches": []}
    refused = opened.post("/records/customers/colors", {"ids": [key], "filters": [{"field": "password", "op": "is"}]})
    assert refused.json()["error"]["code"] == "unknown_field"


def test_nothing_holds_for_what_a_person_may_not_see(table: Actor, bob: Actor, charlie: Actor, door: Any) -> None:
    theirs = write.create(bob, "customers", {"name": "甲", "level": "key"})[0].id
    trashed = write.create(table, "customers", {"name": "乙", "level": "key"})[0].id
    write.delete(table, "customers", trashed, expected_version=None)
    asked = {"ids": [theirs, trashed, 2**62], "filters": [KEY]}
    assert door(bob).post("/records/customers/colors", asked).json() == {"matches": [[0], [], []]}
    assert door(charlie).post("/records/customers/colors", asked).json() == {"matches": [[], [], []]}
