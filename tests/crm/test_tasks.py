"""What is to be done, by whom and by when."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from kebu.accounts.actor import Actor
from kebu.core.errors import KebuError
from kebu.crm.models import Task
from kebu.records import history, opening, write
from kebu.records.models import View

TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()


def to_do(actor: Actor, **values: Any) -> int:
    return write.create(actor, "tasks", values)[0].id


@pytest.fixture
def customer(table: Actor) -> int:
    return write.create(table, "customers", {"name": "示例机械公司"})[0].id


def listed(actor: Actor, key: str) -> list[str]:
    """The subjects in one of everybody's views."""
    spec = View.objects.get(object="tasks", key=key).spec
    asked = {"filter": spec.get("filter"), "sort": spec["sort"], "fields": ["subject"]}
    return [row[2] for row in opening.first_page(actor, "tasks", asked, offset=0, limit=50)["rows"]]


def test_a_task_is_its_makers_until_somebody_else_has_it(table: Actor, bob: Actor, customer: int) -> None:
    pk = to_do(table, subject="寄样品", customer=customer, due_date="明天")
    one = Task.objects.get(pk=pk)
    assert (one.number, one.owner_id, one.done) == ("T001", table.user_id, None)
    write.update(table, "tasks", pk, {"owner": bob.user_id}, expected_version=None)
    assert Task.objects.get(pk=pk).owner_id == bob.user_id


def test_views_show_what_is_open_and_what_is_due(table: Actor, customer: int) -> None:
    to_do(table, subject="逾期", customer=customer, due_date=str(TODAY - timedelta(days=5)))
    to_do(table, subject="以后", due_date=str(TODAY + timedelta(days=5)))
    to_do(table, subject="哪天都行")
    ready = to_do(table, subject="做完的", due_date=str(TODAY - timedelta(days=6)))
    assert listed(table, "open") == ["做完的", "逾期", "以后", "哪天都行"]
    _, ticked = write.update(table, "tasks", ready, {"done": True}, expected_version=None)
    assert listed(table, "open") == ["逾期", "以后", "哪天都行"]
    assert listed(table, "due") == ["逾期"]
    history.undo(table, ticked or 0)
    assert listed(table, "due") == ["做完的", "逾期"]


def test_a_task_of_a_deal_goes_with_its_customer(table: Actor, customer: int, door: Any) -> None:
    deal, _ = write.create(table, "deals", {"title": "年度采购", "customer": customer})
    pk = to_do(table, subject="改报价", deal=deal.id)
    assert Task.objects.get(pk=pk).customer_id == customer
    told = door(table).get(f"/records/customers/{customer}").json()["related"]
    assert {"object": "tasks", "field": "customer", "count": 1} in told
    entries = door(table).get(f"/records/customers/{customer}/history").json()["entries"]
    assert "改报价" in [one["record"]["label"] for one in entries]
    gone = write.delete(table, "customers", customer, expected_version=None)
    assert Task.objects.get(pk=pk).deleted_at is not None
    history.undo(table, gone)
    assert Task.objects.get(pk=pk).deleted_at is None


def test_outsiders_see_none_of_others_customers(table: Actor, bob: Actor, charlie: Actor) -> None:
    bobs = write.create(bob, "customers", {"name": "示例保密公司"})[0].id
    pk = to_do(bob, subject="机密", customer=bobs)
    own = to_do(bob, subject="自己的事")
    assert opening.first_page(charlie, "tasks", {}, offset=0, limit=10)["rows"] == []
    for one in (pk, own):
        with pytest.raises(KebuError) as refused:
            write.update(charlie, "tasks", one, {"done": True}, expected_version=None)
        assert refused.value.code == "not_found"


def test_what_a_person_has_to_do_comes_from_an_index(table: Actor, customer: int) -> None:
    changes = [{"values": {"subject": f"{n}", "customer": customer, "done": n > 10}} for n in range(200)]
    write.batch(table, "tasks", changes)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    mine = Task.objects.filter(owner=table.user_id, done=None, deleted_at=None, due_date__lte=TODAY)
    assert "task_open" in mine.explain()
    of_customer = Task.objects.filter(customer=customer, deleted_at=None).order_by("due_date")
    assert "task_" in of_customer.explain()
