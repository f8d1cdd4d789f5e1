"""Copies of records: what can be the same twice is, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kebu.core.errors import KebuError
from kebu.crm.models import Contact, Customer
from kebu.fields.registry import catalog
from kebu.records import cells, copies, history, write
from kebu.records.models import ChangeSet

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db


def test_a_copy_has_all_but_what_is_one_records_alone(table: Actor) -> None:
    values = {
        "name": "公司A", "credit_code": "91440300MA5EQ7CANK", "stage": "active", "tags": ["甲", "乙"], "next_follow_up": "2026-12-01",
        "website": {"invalid": "不是网址"}, "main_contact.name": "张三", "main_contact.phone": "13800001234", "main_deal.amount": 12.5,
    }  # fmt: skip
    first, _ = write.create(table, "customers", values)
    second, _ = write.create(table, "customers", {"name": "公司B"})
    made, change_set = copies.duplicate(table, "customers", [first.id, second.id, first.id], label="复制")
    assert len(made) == 2
    known = catalog()
    one = known.object("customers")
    before, after = (cells.values(table, known, one, pk) for pk in (first.id, made[0].id))
    assert before
    assert after
    shown = after["values"]
    assert shown["name"] == "公司A 副本"
    assert (shown["number"], shown["credit_code"]) == ("C003", None)
    same = ("stage", "tags", "next_follow_up", "website", "main_contact.name", "main_contact.phone", "main_deal.amount")
    assert [shown[key] for key in same] == [before["values"][key] for key in same]
    # The copy has a contact of its own.
    assert shown["main_contact"]["id"] != before["values"]["main_contact"]["id"]
    assert Contact.objects.filter(customer=made[0].id).count() == 1
    assert ChangeSet.objects.get(pk=change_set).label == "复制"
    assert change_set
    history.undo(table, change_set)
    assert Customer.objects.filter(deleted_at=None).count() == 2


def test_a_copy_of_a_contact_is_of_the_same_customer(table: Actor) -> None:
    customer, _ = write.create(table, "customers", {"name": "公司A"})
    contact, _ = write.create(table, "contacts", {"name": "张三", "customer": customer.id})
    copies.duplicate(table, "contacts", [contact.id])
    assert list(Contact.objects.order_by("id").values_list("name", "customer_id")) == [
        ("张三", customer.id),
        ("张三 副本", customer.id),
    ]
    assert Customer.objects.count() == 1


def test_only_what_one_sees_is_copied_and_not_too_much(
    table: Actor, charlie: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden, _ = write.create(table, "customers", {"name": "公司A"})
    with pytest.raises(KebuError) as refused:
        copies.duplicate(charlie, "customers", [hidden.id])
    assert refused.value.code == "not_found"
    monkeypatch.setattr(copies, "MAX_COPIES", 0)
    with pytest.raises(KebuError) as refused:
        copies.duplicate(table, "customers", [hidden.id])
    assert refused.value.code == "batch_too_large"
