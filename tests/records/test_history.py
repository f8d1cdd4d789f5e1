"""What happened, and taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kebu.core.errors import KebuError
from kebu.crm.models import Contact, Customer
from kebu.records import history, write
from kebu.records.models import ChangeSet

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db


def make(actor: Actor, **values: Any) -> tuple[int, int]:
    done, change_set = write.create(actor, "customers", {key.replace("__", "."): v for key, v in values.items()})
    return done.id, change_set


def test_a_timeline_says_who_when_from_to_and_by_which_way(table: Actor) -> None:
    pk, _ = make(table, name="公司A", level="一般客户", main_contact__name="张三")
    write.update(table, "customers", pk, {"level": "重要客户", "main_contact.phone": "13800001234"}, expected_version=1)
    entries = history.timeline(table, "customers", pk)
    level = next(c for e in entries for c in e["changes"] if c["field"] == "level")
    assert (level["label"], level["old"], level["new"]) == ("客户等级", "一般客户", "重要客户")
    newest = entries[0]
    assert newest["actor"] == {"id": table.user_id, "name": "Alice"}
    assert newest["via"] == "table"
    assert newest["can_undo"] is True
    assert {entry["action"] for entry in entries} == {"create", "update"}
    assert any(entry["object"] == "contacts" for entry in entries)


def test_undo_of_an_edit_brings_the_old_values_back(table: Actor) -> None:
    pk, _ = make(table, name="公司A", remark="旧", main_deal__amount=1)
    _, edit = write.update(
        table,
        "customers",
        pk,
        {"remark": "新", "main_deal.amount": 2, "next_follow_up": "2026-01-02"},
        expected_version=1,
    )
    assert edit is not None
    result = history.undo(table, edit)
    assert result["conflicts"] == []
    row = Customer.objects.get()
    assert (row.remark, row.next_follow_up) == ("旧", None)
    assert row.main_deal.amount == 100
    with pytest.raises(KebuError, match="undone already"):
        history.undo(table, edit)


def test_an_undo_can_be_undone(table: Actor) -> None:
    pk, _ = make(table, name="公司A", remark="旧")
    _, edit = write.update(table, "customers", pk, {"remark": "新"}, expected_version=1)
    assert edit is not None
    back = history.undo(table, edit)
    history.undo(table, back["change_set"])
    assert Customer.objects.get().remark == "新"


def test_undo_of_a_creation_takes_all_of_it_away_and_redo_brings_it_back(table: Actor) -> None:
    _, made = make(table, name="公司A", main_contact__name="张三", main_deal__title="项目")
    back = history.undo(table, made)
    assert Customer.objects.filter(deleted_at=None).count() == 0
    assert Contact.objects.filter(deleted_at=None).count() == 0
    history.undo(table, back["change_set"])
    row = Customer.objects.get(deleted_at=None)
    assert row.main_contact.name == "张三"
    assert row.main_contact.deleted_at is None
    assert row.main_deal.deleted_at is None


def test_undo_of_a_deletion_restores_children_too(table: Actor) -> None:
    pk, _ = make(table, name="公司A", main_contact__name="张三")
    gone = write.delete(table, "customers", pk, expected_version=1)
    history.undo(table, gone)
    row = Customer.objects.get(deleted_at=None)
    assert row.main_contact.deleted_at is None


def test_step_by_step_comes_back_to_the_beginning(table: Actor) -> None:
    pk, made = make(table, name="公司A")
    _, contact = write.update(table, "customers", pk, {"main_contact.name": "张三"}, expected_version=1)
    _, remark = write.update(table, "customers", pk, {"remark": "新"}, expected_version=2)
    assert contact is not None
    assert remark is not None
    for step in (remark, contact):
        assert history.undo(table, step)["conflicts"] == []
    assert history.undo(table, made) == {"change_set": ChangeSet.objects.last().pk, "undone": 1, "conflicts": []}
    assert not Customer.objects.filter(deleted_at=None).exists()
    assert not Contact.objects.filter(deleted_at=None).exists()


def test_a_change_that_was_done_again_counts(table: Actor) -> None:
    pk, made = make(table, name="公司A")
    _, edit = write.update(table, "customers", pk, {"remark": "新"}, expected_version=1)
    assert edit is not None
    back = history.undo(table, edit)
    history.undo(table, back["change_set"])
    assert history.undo(table, made)["conflicts"] == [{"object": "customers", "id": pk, "reason": "changed_since"}]


def test_what_others_did_since_stays_and_is_reported(table: Actor, rita: Actor) -> None:
    pk, made = make(table, name="公司A", remark="旧")
    _, edit = write.update(table, "customers", pk, {"remark": "新", "level": "key"}, expected_version=1)
    write.update(table, "customers", pk, {"remark": "更新"}, expected_version=2)
    assert edit is not None
    result = history.undo(table, edit)
    assert result["conflicts"] == [{"object": "customers", "id": pk, "field": "remark", "reason": "changed_since"}]
    row = Customer.objects.get()
    assert (row.remark, row.level) == ("更新", None)
    result = history.undo(table, made)
    assert result["conflicts"] == [{"object": "customers", "id": pk, "reason": "changed_since"}]
    assert Customer.objects.get().deleted_at is None


def test_undo_in_parts_equals_undo_at_once_and_may_be_broken_off(table: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PART", 4)
    with_contacts = [{"id": None, "values": {"name": f"公司{n}", "main_contact.name": f"人{n}"}} for n in range(6)]
    _, made = write.batch(table, "customers", with_contacts)
    done = history.undoable(table, made or 0)
    parts = history.undo_parts(table, done)
    next(parts)
    parts.close()
    list(history.undo_parts(table, done))
    assert Customer.objects.filter(deleted_at=None).count() == 0
    assert Contact.objects.filter(deleted_at=None).count() == 0
    assert ChangeSet.objects.filter(undo_of=done).count() == 1
    assert ChangeSet.objects.get(pk=made).state == ChangeSet.UNDONE


def test_only_the_one_who_did_it_or_an_administrator_may_undo(table: Actor, bob: Actor, charlie: Actor) -> None:
    _, made = make(bob, name="公司A")
    for who in (charlie,):
        with pytest.raises(KebuError) as caught:
            history.undo(who, made)
        assert caught.value.code == "not_found"
    history.undo(table, made)
    assert Customer.objects.get().deleted_at is not None


def test_what_was_deleted_since_is_reported(table: Actor) -> None:
    pk, _ = make(table, name="甲", remark="旧")
    _, changed = write.update(table, "customers", pk, {"remark": "新"}, expected_version=None)
    write.delete(table, "customers", pk, expected_version=None)
    told = history.undo(table, changed)
    assert told["undone"] == 0
    assert [one["reason"] for one in told["conflicts"]] == ["deleted_since"]


def test_a_large_change_is_not_undone_at_once(table: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "AT_ONCE", 1)
    _, done = write.batch(table, "customers", [{"values": {"name": name}} for name in ("甲", "乙")], label="")
    with pytest.raises(KebuError) as refused:
        history.undo(table, done)
    assert refused.value.code == "too_large_at_once"


def test_a_change_that_is_at_work_is_not_undone(table: Actor) -> None:
    _, done = write.create(table, "customers", {"name": "甲"})
    ChangeSet.objects.filter(pk=done).update(state=ChangeSet.WORKING)
    with pytest.raises(KebuError) as refused:
        history.undo(table, done)
    assert (refused.value.code, refused.value.status) == ("still_working", 409)
