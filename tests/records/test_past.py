"""A cell's past, and a timeline of what one looks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from kebu.core.errors import KebuError
from kebu.crm.models import Customer
from kebu.fields import definitions
from kebu.fields.registry import catalog
from kebu.records import cells, history, past, write

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db


def make(actor: Actor, **values: Any) -> int:
    return write.create(actor, "customers", {key.replace("__", "."): v for key, v in values.items()})[0].id


def edit(actor: Actor, pk: int, values: dict[str, Any], object_key: str = "customers") -> int:
    _, done = write.update(actor, object_key, pk, values, expected_version=None)
    assert done
    return done


def texts(actor: Actor, pk: int, key: str) -> list[str]:
    return [step["text"] for step in past.of_cell(actor, "customers", pk, key)["steps"]]


def test_a_cell_tells_its_values_with_who_and_how(table: Actor, bob: Actor) -> None:
    pk = make(bob, name="公司A", level="一般客户")
    edit(table.by("api"), pk, {"level": "重要客户"})
    edit(bob, pk, {"remark": "别的"})
    steps = past.of_cell(table, "customers", pk, "level")["steps"]
    assert [(one["text"], one["actor"]["name"], one["via"], one["action"]) for one in steps] == [
        ("重要客户", "Alice", "api", "update"),
        ("一般客户", "Bob", "table", "create"),
    ]
    assert texts(table, pk, "website") == [""]


def test_what_did_not_fit_and_what_was_empty_is_told_too(table: Actor) -> None:
    pk = make(table, name="公司A")
    edit(table, pk, {"next_follow_up": {"invalid": "待定"}})
    edit(table, pk, {"next_follow_up": "2026-12-01"})
    edit(table, pk, {"next_follow_up": None})
    assert texts(table, pk, "next_follow_up") == ["", "2026-12-01", "待定", ""]


def test_a_lookup_tells_what_was_written_here_and_there_once(table: Actor) -> None:
    pk = make(table, name="公司A", main_contact__name="张三", main_contact__phone="111")
    contact = Customer.objects.get().main_contact_id
    assert contact
    edit(table, pk, {"main_contact.phone": "222"})
    edit(table, contact, {"phone": "333"}, "contacts")
    assert texts(table, pk, "main_contact.phone") == ["333", "222", "111"]
    other, _ = write.create(table, "contacts", {"name": "李四", "phone": "999", "customer": pk})
    edit(table, pk, {"main_contact": other.id})
    edit(table, other.id, {"phone": "888"}, "contacts")
    steps = past.of_cell(table, "customers", pk, "main_contact.phone")["steps"]
    assert [(one["text"], one["turned"]) for one in steps[:3]] == [("888", False), ("李四", True), ("222", False)]


@pytest.mark.parametrize(
    ("key", "first", "second"),
    [
        ("remark", "一\n二", "三"),
        ("level", "重要客户", "一般客户"),
        ("tags", ["甲", "乙"], ["丙"]),
        ("next_follow_up", "2026-12-01", {"invalid": "待定"}),
        ("website", "https://example.com", None),
        ("main_deal.amount", 1234.56, 99),
        ("main_contact.phone", "13800001234", "010-7654321"),
        ("owner", "Bob", "Alice"),
    ],
)
def test_an_old_value_can_be_written_again(table: Actor, bob: Actor, key: str, first: Any, second: Any) -> None:
    values = {"name": "公司A", "main_contact.name": "张三", "main_deal.title": "项目", key: first}
    pk = make(table, **values)
    known = catalog()

    def held() -> Any:
        found = cells.values(table, known, known.object("customers"), pk)
        assert found
        return found["values"][key]

    before = held()
    edit(table, pk, {key: second})
    assert held() != before
    (now, then) = past.of_cell(table, "customers", pk, key)["steps"]
    assert now["cell"] == held()
    edit(table, pk, {key: then["cell"]})
    assert held() == before


def test_a_relation_can_be_turned_back(table: Actor) -> None:
    pk = make(table, name="公司A", main_contact__name="张三")
    first = Customer.objects.get().main_contact_id
    other, _ = write.create(table, "contacts", {"name": "李四", "customer": pk})
    edit(table, pk, {"main_contact": other.id})
    (now, then) = past.of_cell(table, "customers", pk, "main_contact")["steps"]
    assert (now["text"], then["text"]) == ("李四", "张三")
    edit(table, pk, {"main_contact": then["cell"]})
    assert Customer.objects.get().main_contact_id == first


def test_a_field_of_ones_own_has_a_past_as_well(table: Actor) -> None:
    key = definitions.add_field(table, "customers", kind="number", labels={"zh-Hans": "分数"}, choices=[])
    pk = make(table, name="公司A", **{key: 1})
    edit(table, pk, {key: 2.5})
    assert [one["cell"] for one in past.of_cell(table, "customers", pk, key)["steps"]] == [2.5, 1]


def test_many_changes_are_told_in_part(table: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "STEPS", 2)
    pk = make(table, name="公司A")
    for n in range(3):
        edit(table, pk, {"remark": str(n)})
    told = past.of_cell(table, "customers", pk, "remark")
    assert ([one["text"] for one in told["steps"]], told["more"]) == (["2", "1"], True)


def test_only_of_what_one_sees(table: Actor, bob: Actor, charlie: Actor, door: Callable[..., Any]) -> None:
    pk = make(bob, name="公司A")
    with pytest.raises(KebuError) as refused:
        past.of_cell(charlie, "customers", pk, "name")
    assert refused.value.code == "not_found"
    api = door(bob)
    assert api.get(f"/records/customers/{pk}/past", {"field": "nothing"}).status_code == 400
    assert api.get(f"/records/customers/{pk}/past").status_code == 400
    assert api.get(f"/records/customers/{pk}/past", {"field": "name"}).json()["steps"][0]["text"] == "公司A"


def test_a_timeline_of_one_kind_one_person_one_field(table: Actor, bob: Actor) -> None:
    pk = make(bob, name="公司A", main_contact__name="张三")
    contact = Customer.objects.get().main_contact_id
    edit(table, pk, {"level": "key"})
    edit(table, contact or 0, {"phone": "333"}, "contacts")

    def told(**only: Any) -> list[tuple[str, str]]:
        return [(one["object"], one["action"]) for one in history.timeline(table, "customers", pk, **only)]

    assert told(action="update") == [("contacts", "update"), ("customers", "update")]
    assert set(told(person=bob.user_id)) == {("customers", "create"), ("contacts", "create")}
    assert told(key="level") == [("customers", "update")]
    assert told(key="main_contact.phone") == [("contacts", "update")]
    with pytest.raises(KebuError):
        told(key="nothing")
