"""The trash: what lies there, coming back from it, and going for good."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from kebu.core.errors import KebuError
from kebu.core.jobs import work_once
from kebu.core.models import Job
from kebu.crm.models import Contact, Customer, Deal
from kebu.fields.registry import catalog
from kebu.records import history, trash, write
from kebu.records.models import Change, ChangeSet

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db

LATER = timedelta(days=30, minutes=1)


def make(actor: Actor, **values: Any) -> int:
    return write.create(actor, "customers", {key.replace("__", "."): v for key, v in values.items()})[0].id


def delete(actor: Actor, *ids: int) -> int:
    _, done = write.batch(actor, "customers", [{"id": pk, "delete": True} for pk in ids])
    assert done
    return done


def listed(actor: Actor, object_key: str = "customers", words: str = "") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = trash.listed(actor, object_key, words=words, offset=0, limit=100)["rows"]
    return rows


def purge_all(moment: datetime) -> int:
    return sum(trash.purge_due(key, moment) for key in ("customers", "contacts", "deals"))


def test_the_trash_says_who_deleted_what_and_how_long_it_stays(table: Actor, bob: Actor) -> None:
    pk = make(bob, name="公司A", main_contact__name="张三", main_deal__title="项目")
    delete(bob, pk)
    (row,) = listed(table)
    assert (row["label"], row["number"], row["days_left"]) == ("公司A", "C001", 30)
    assert row["deleted_by"] == {"id": bob.user_id, "name": "Bob"}
    assert row["with"] == {"contacts": 1, "deals": 1}
    assert listed(table, "contacts") == [], "it comes back with its customer"


def test_the_latest_comes_first_and_a_search_finds_among_them(table: Actor) -> None:
    for name in ("深圳甲", "北京乙", "深圳丙"):
        delete(table, make(table, name=name))
    assert [row["label"] for row in listed(table)] == ["深圳丙", "北京乙", "深圳甲"]
    assert [row["label"] for row in listed(table, words="深圳")] == ["深圳丙", "深圳甲"]
    assert [row["label"] for row in listed(table, words="bjy")] == ["北京乙"]


def test_one_sees_and_restores_only_what_is_ones_own_to_delete(
    table: Actor, bob: Actor, charlie: Actor, rita: Actor
) -> None:
    pk = make(bob, name="公司A")
    delete(bob, pk)
    assert listed(charlie) == []
    assert len(listed(bob)) == 1
    for who, code in ((charlie, "not_found"), (rita, "not_allowed")):
        with pytest.raises(KebuError) as refused:
            trash.restore(who, "customers", [pk])
        assert refused.value.code == code
    with pytest.raises(KebuError) as refused:
        listed(rita)
    assert refused.value.code == "not_allowed"


def test_restoring_brings_back_what_went_along_and_can_be_undone(table: Actor) -> None:
    pk = make(table, name="公司A", main_contact__name="张三")
    other, _ = write.create(table, "contacts", {"name": "李四", "customer": pk})
    write.delete(table, "contacts", other.id, expected_version=None)
    delete(table, pk)
    done = trash.restore(table, "customers", [pk])
    assert Customer.objects.get(deleted_at=None).main_contact.name == "张三"
    assert Contact.objects.get(deleted_at=None).name == "张三", "who was deleted before stays deleted"
    assert [row["label"] for row in listed(table, "contacts")] == ["李四"]
    history.undo(table, done)
    assert [row["label"] for row in listed(table)] == ["公司A"]


def test_what_belongs_to_a_record_in_the_trash_does_not_come_back_without_it(table: Actor) -> None:
    pk = make(table, name="公司A", main_contact__name="张三")
    delete(table, pk)
    with pytest.raises(KebuError) as refused:
        trash.restore(table, "contacts", [Contact.objects.get().pk])
    assert (refused.value.code, refused.value.status) == ("parent_in_trash", 409)
    assert Contact.objects.get().deleted_at is not None


def test_restoring_is_all_or_nothing(table: Actor) -> None:
    gone, there = make(table, name="公司A"), make(table, name="公司B")
    delete(table, gone)
    with pytest.raises(KebuError):
        trash.restore(table, "customers", [gone, there])
    assert len(listed(table)) == 1


def test_after_thirty_days_a_record_goes_with_all_that_is_its_own(table: Actor) -> None:
    pk = make(table, name="公司A", remark="秘密", main_contact__name="张三", main_deal__title="项目")
    write.update(table, "customers", pk, {"remark": "更多"}, expected_version=None)
    delete(table, pk)
    now = datetime.now(UTC)
    assert purge_all(now + timedelta(days=29, hours=23)) == 0
    assert purge_all(now + LATER) == 1
    assert not Customer.objects.exists()
    assert not Contact.objects.exists()
    assert not Deal.objects.exists()
    with connection.cursor() as cursor:
        for name in ("customers", "contacts", "deals"):
            cursor.execute(f"SELECT count(*) FROM search_{name}")
            assert cursor.fetchone()[0] == 0
    assert purge_all(now + LATER) == 0, "again does nothing"


def test_the_history_of_what_went_for_good_keeps_who_and_when_but_no_values(table: Actor, bob: Actor) -> None:
    pk = make(bob, name="公司A", remark="秘密")
    write.update(table, "customers", pk, {"remark": "更秘密", "main_contact.phone": "13800001234"}, expected_version=1)
    delete(table, pk)
    purge_all(datetime.now(UTC) + LATER)
    changes = Change.objects.filter(object="customers", record=pk).order_by("id")
    assert [(one.action, one.change_set.actor_id) for one in changes] == [
        ("create", bob.user_id),
        ("update", table.user_id),
        ("delete", table.user_id),
        ("purge", None),
    ]
    assert [one.values for one in Change.objects.all() if one.values] == []


def test_what_lives_lets_go_of_what_went(table: Actor) -> None:
    first = make(table, name="公司A", main_contact__name="张三")
    contact = Contact.objects.get()
    with_contact = write.delete(table, "contacts", contact.pk, expected_version=None)
    delete(table, first)
    # By the undo of an older step a contact can live while its customer is in the trash.
    history.undo(table, with_contact)
    assert Contact.objects.get().deleted_at is None
    purge_all(datetime.now(UTC) + LATER)
    assert Contact.objects.get().customer_id is None
    assert not Customer.objects.exists()


@pytest.mark.parametrize("trashed", [True, False])
def test_a_record_that_names_what_went_names_nothing(table: Actor, trashed: bool) -> None:
    pk = make(table, name="公司A", main_contact__name="张三")
    contact = Contact.objects.get().pk
    write.delete(table, "contacts", contact, expected_version=None)
    # The program lets a customer take another main contact; a backup of an older one may hold this.
    Customer.objects.filter(pk=pk).update(main_contact_id=contact)
    if trashed:
        delete(table, pk)
    with write.Write(table, catalog()) as act:
        act.purge("contacts", [contact])
    assert Customer.objects.get().main_contact_id is None


def test_undo_of_a_deletion_that_is_final_says_so(table: Actor) -> None:
    pk = make(table, name="公司A")
    gone = delete(table, pk)
    trash.purge(table, "customers", [pk])
    told = history.undo(table, gone)
    assert told["undone"] == 0
    assert [one["reason"] for one in told["conflicts"]] == ["not_seen"]


def test_only_an_administrator_removes_for_good_and_only_from_the_trash(table: Actor, bob: Actor) -> None:
    pk = make(bob, name="公司A")
    with pytest.raises(KebuError) as refused:
        trash.purge(table, "customers", [pk])
    assert refused.value.code == "not_found"
    delete(bob, pk)
    with pytest.raises(KebuError) as refused:
        trash.purge(bob, "customers", [pk])
    assert refused.value.code == "not_allowed"
    trash.purge(table, "customers", [pk])
    assert not Customer.objects.exists()


def test_many_go_in_parts_by_the_job_of_the_night(table: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trash, "_PART", 3)
    ids = [make(table, name=f"公司{n}") for n in range(8)]
    delete(table, *ids)
    Customer.objects.update(deleted_at=datetime.now(UTC) - LATER)
    Job.objects.create(kind="records.empty_trash", payload={}, run_at=datetime.now(UTC))
    while work_once():
        pass
    assert Job.objects.get(kind="records.empty_trash").result == 8
    assert not Customer.objects.exists()
    assert ChangeSet.objects.filter(via="system", changes__action="purge").distinct().count() == 3


def test_numbers_of_what_went_for_good_are_free_for_nobody_by_chance(table: Actor) -> None:
    pk = make(table, name="公司A")
    delete(table, pk)
    trash.purge(table, "customers", [pk])
    assert Customer.objects.get(pk=make(table, name="公司B")).number == "C002"


def test_the_door(table: Actor, door: Callable[..., Any]) -> None:
    pk = make(table, name="公司A")
    delete(table, pk)
    api = door(table)
    assert api.get("/trash/customers").json()["count"] == 1
    assert api.get("/trash/nothing").status_code == 404
    assert api.post("/trash/customers/restore", {"ids": [pk, 999]}).status_code == 404
    assert api.post("/trash/customers/restore", {"ids": []}).status_code == 400
    assert api.post("/trash/customers/restore", {"ids": [pk]}).json()["change_set"]
    assert api.get("/trash/customers").json() == {"count": 0, "rows": []}
