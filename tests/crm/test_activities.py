"""What is noted down of a customer, and what the customer knows of it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from kebu.accounts.actor import Actor
from kebu.core.errors import KebuError
from kebu.crm import starting
from kebu.crm.models import Activity, Customer
from kebu.fields.models import Choice
from kebu.fields.registry import catalog
from kebu.records import history, opening, trash, write
from kebu.records.models import View

TODAY = datetime.now(UTC).date()


def noted(actor: Actor, **values: Any) -> tuple[int, int]:
    """Note something down; answers its id and that of the ChangeSet."""
    done, change_set = write.create(actor, "activities", values)
    return done.id, change_set


@pytest.fixture
def customer(table: Actor) -> int:
    return write.create(table, "customers", {"name": "示例机械公司"})[0].id


def last(pk: int) -> str | None:
    """The day of the last activity, as the customer says it."""
    moment = Customer.objects.get(pk=pk).last_activity_at
    return moment and moment.date().isoformat()


def planned(pk: int) -> date | None:
    return Customer.objects.get(pk=pk).next_follow_up


def test_what_is_noted_now_is_of_now_and_sets_the_next_day(table: Actor, customer: int) -> None:
    pk, change_set = noted(table, customer=customer, kind="电话", text="谈了价格", next_follow_up="+3")
    one = Activity.objects.get(pk=pk)
    assert (one.number, one.kind, one.owner_id) == ("A001", "call", table.user_id)
    assert datetime.now(UTC) - one.happened_at < timedelta(minutes=1)
    assert last(customer) == TODAY.isoformat()
    assert planned(customer) == one.next_follow_up
    history.undo(table, change_set)
    assert (last(customer), planned(customer)) == (None, None)


def test_the_last_activity_stays_true_whatever_becomes_of_activities(table: Actor, customer: int) -> None:
    noted(table, customer=customer, happened_at="2024-03-01 12:00")
    newest, _ = noted(table, customer=customer, happened_at="2024-05-01 12:00")
    assert last(customer) == "2024-05-01"
    write.update(table, "activities", newest, {"happened_at": "2024-04-01 12:00"}, expected_version=None)
    assert last(customer) == "2024-04-01"
    gone = write.delete(table, "activities", newest, expected_version=None)
    assert last(customer) == "2024-03-01"
    history.undo(table, gone)
    assert last(customer) == "2024-04-01"
    write.delete(table, "activities", newest, expected_version=None)
    trash.restore(table, "activities", [newest])
    assert last(customer) == "2024-04-01"
    other = write.create(table, "customers", {"name": "示例贸易公司"})[0].id
    _, moved = write.update(table, "activities", newest, {"customer": other}, expected_version=None)
    assert (last(customer), last(other)) == ("2024-03-01", "2024-04-01")
    history.undo(table, moved)
    assert (last(customer), last(other)) == ("2024-04-01", None)


def test_a_customer_comes_back_with_its_activities(table: Actor, customer: int) -> None:
    noted(table, customer=customer, text="谈了价格", happened_at="2024-03-01 12:00")
    gone = write.delete(table, "customers", customer, expected_version=None)
    assert Activity.objects.filter(deleted_at=None).count() == 0
    history.undo(table, gone)
    assert Activity.objects.filter(deleted_at=None).count() == 1
    assert last(customer) == "2024-03-01"


def test_what_lies_ahead_has_not_happened(table: Actor, customer: int) -> None:
    noted(table, customer=customer, happened_at=f"{TODAY + timedelta(days=9)} 12:00")
    assert last(customer) is None


def test_what_is_noted_late_of_an_earlier_day_changes_no_plan(table: Actor, customer: int) -> None:
    noted(table, customer=customer, happened_at="2024-05-01", next_follow_up="2024-06-01")
    noted(table, customer=customer, happened_at="2024-03-01", next_follow_up="2024-03-08")
    assert planned(customer) == date(2024, 6, 1)


def test_without_a_next_day_the_plan_stays(table: Actor, customer: int) -> None:
    write.update(table, "customers", customer, {"next_follow_up": "2030-01-02"}, expected_version=None)
    pk, _ = noted(table, customer=customer, text="没约时间")
    assert planned(customer) == date(2030, 1, 2)
    _, later = write.update(table, "activities", pk, {"next_follow_up": "2030-02-03"}, expected_version=None)
    assert planned(customer) == date(2030, 2, 3)
    history.undo(table, later)
    assert planned(customer) == date(2030, 1, 2)


def test_an_activity_of_a_deal_or_a_contact_is_its_customers(table: Actor, customer: int) -> None:
    deal, _ = write.create(table, "deals", {"title": "年度采购", "customer": customer})
    person, _ = write.create(table, "contacts", {"name": "张三", "customer": customer})
    for values in ({"deal": deal.id}, {"contact": person.id}):
        pk, _ = noted(table, **values)
        assert Activity.objects.get(pk=pk).customer_id == customer
    assert last(customer) == TODAY.isoformat()


def test_outsiders_neither_see_nor_touch_them(table: Actor, bob: Actor, charlie: Actor) -> None:
    bobs = write.create(bob, "customers", {"name": "示例保密公司"})[0].id
    pk, _ = noted(bob, customer=bobs, text="机密")
    assert opening.first_page(charlie, "activities", {}, offset=0, limit=10)["rows"] == []
    for act in (
        lambda: noted(charlie, customer=bobs, text="x"),
        lambda: write.update(charlie, "activities", pk, {"text": "x"}, expected_version=None),
        lambda: history.timeline(charlie, "activities", pk),
    ):
        with pytest.raises(KebuError) as refused:
            act()
        assert refused.value.code == "not_found"
    assert opening.first_page(table, "activities", {"search": "机密"}, offset=0, limit=10)["count"] == 1


def test_the_record_says_how_much_belongs_to_it(table: Actor, customer: int, door: Any) -> None:
    write.create(table, "contacts", {"name": "张三", "customer": customer})
    deal, _ = write.create(table, "deals", {"title": "年度采购", "customer": customer})
    noted(table, customer=customer)
    noted(table, deal=deal.id)
    told = door(table).get(f"/records/customers/{customer}").json()["related"]
    assert {(one["object"], one["field"]): one["count"] for one in told} == {
        ("contacts", "customer"): 1, ("deals", "customer"): 1, ("activities", "customer"): 2, ("tasks", "customer"): 0,
    }  # fmt: skip
    told = door(table).get(f"/records/deals/{deal.id}").json()["related"]
    assert {"object": "activities", "field": "deal", "count": 1} in told


def test_the_timeline_tells_what_an_activity_was_about(table: Actor, customer: int, door: Any) -> None:
    noted(table, customer=customer, kind="call", text="谈了价格" * 100, next_follow_up="2030-01-02")
    entries = door(table).get(f"/records/customers/{customer}/history").json()["entries"]
    made = next(one for one in entries if one["object"] == "activities")
    assert made["brief"]["kind"] == "call"
    assert made["brief"]["next_follow_up"] == "2030-01-02"
    assert len(made["record"]["label"]) == 200
    own = next(one for one in entries if one["object"] == "customers" and one["action"] == "update")
    # That somebody was there is said by the activity itself.
    assert [one["field"] for one in own["changes"]] == ["next_follow_up"]


def test_the_last_activity_is_filtered_and_sorted_by(table: Actor, customer: int) -> None:
    other = write.create(table, "customers", {"name": "示例贸易公司"})[0].id
    noted(table, customer=customer, happened_at="2024-03-01 12:00")
    noted(table, customer=other, happened_at="2024-05-01 12:00")
    view = {"sort": [{"field": "last_activity_at", "desc": True}]}
    rows = opening.first_page(table, "customers", view, offset=0, limit=10)["rows"]
    assert [row[0] for row in rows] == [other, customer]
    before = {"filter": {"field": "last_activity_at", "op": "before", "value": "2024-04-01"}}
    rows = opening.first_page(table, "customers", before, offset=0, limit=10)["rows"]
    assert [row[0] for row in rows] == [customer]


def test_a_customers_activities_by_date_come_from_an_index(table: Actor, customer: int) -> None:
    others = [write.create(table, "customers", {"name": f"示例{n}公司"})[0].id for n in range(20)]
    for pk in (customer, *others):
        changes = [{"values": {"customer": pk, "happened_at": f"2024-03-{n:02d}"}} for n in range(1, 21)]
        write.batch(table, "activities", changes)
    rows = Activity.objects.filter(customer=customer, deleted_at=None).order_by("-happened_at")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    told = rows.explain()
    assert "activity_of_customer" in told, told
    if connection.vendor == "sqlite":
        assert "TEMP B-TREE" not in told, told


def test_a_company_that_was_there_before_gets_choices_and_views(table: Actor) -> None:
    View.objects.filter(object="activities").delete()
    Choice.objects.filter(object="activities").delete()
    starting.catch_up()
    starting.catch_up()
    assert View.objects.filter(object="activities").count() == 3
    assert [one.key for one in catalog().field("activities", "kind").choices][:2] == ["call", "visit"]
    assert View.objects.filter(object="contacts").count() == 1


def test_an_empty_installation_gets_nothing(db: None) -> None:
    starting.catch_up()
    assert not View.objects.exists()
