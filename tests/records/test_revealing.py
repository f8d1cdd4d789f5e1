"""One masked value is shown to who may see it, each time noted; nothing else than that cell becomes known by it."""

import json

import pytest

from kebu.accounts import data_rules, roles
from kebu.accounts.actor import Actor
from kebu.accounts.models import User
from kebu.audit.models import Entry
from kebu.core.errors import KebuError
from kebu.fields.registry import catalog
from kebu.records import permissions, revealing, write

pytestmark = pytest.mark.django_db

WHOLE = {"see": "own", "change": "own", "pool": True, "create": True, "export": True, "reveal": True}
SECRETS = ("13977778888", "91440300MA5EQ7CANK", "sample@example.com")


def allow(alice, *, reveal=True, contacts=True):
    """Charlie's role masks these; it may reveal them or not, those of contacts apart."""
    said = {**WHOLE, "reveal": reveal}
    customers = {**said, "fields": {"credit_code": "masked", "remark": "hidden"}}
    people = {**said, "reveal": reveal and contacts, "fields": {"phone": "masked", "email": "masked"}}
    roles.change_role(alice, "sales", rights={"objects": {"*": said, "customers": customers, "contacts": people}})


def now(actor):
    return Actor.of(User.objects.get(pk=actor.user_id))


def refused(act, *args, **kwargs):
    with pytest.raises(KebuError) as caught:
        act(*args, **kwargs)
    return caught.value.code


@pytest.fixture
def pk(table, charlie):
    values = {
        "name": "示例公司甲", "credit_code": SECRETS[1], "remark": "x", "owner": charlie.user_id,
        "main_contact.name": "王五", "main_contact.phone": SECRETS[0], "main_contact.email": SECRETS[2],
    }  # fmt: skip
    return write.create(table, "customers", values)[0].id


def test_a_masked_value_is_told_and_noted_without_the_value(table, charlie, door, pk):
    allow(table)
    asked = {"field": "main_contact.phone", "reason": "回电话"}
    answer = door(charlie).post(f"/records/customers/{pk}/reveal", asked)
    assert (answer.status_code, answer.json()) == (200, {"value": SECRETS[0]})
    entry = Entry.objects.get(act="revealed")
    assert (entry.person, entry.about["record"], entry.about["reason"]) == (charlie.user_id, pk, "回电话")
    assert entry.about["object"]["zh-Hans"] == "客户"
    assert entry.about["number"] and "电话" in entry.about["field"]["zh-Hans"]
    assert SECRETS[0] not in json.dumps(entry.about)
    (told,) = door(table).get("/audit", {"acts": ["revealed"]}).json()["rows"]
    assert told["text"].startswith("客户 C") and told["text"].endswith("回电话")


def test_nothing_else_becomes_known_by_it(table, charlie, door, pk):
    allow(table)
    for field, value in zip(("main_contact.phone", "credit_code", "main_contact.email"), SECRETS, strict=True):
        assert door(charlie).post(f"/records/customers/{pk}/reveal", {"field": field}).json() == {"value": value}
    seen = door(charlie)
    answers = [
        seen.get(f"/records/customers/{pk}"),
        seen.get(f"/records/customers/{pk}/history"),
        seen.get(f"/records/customers/{pk}/past", {"field": "credit_code"}),
        seen.post("/records/customers/query", {"limit": 100}),
        seen.get("/changesets"),
        seen.get("/notifications"),
    ]
    assert all(answer.status_code == 200 for answer in answers)
    assert not [secret for secret in SECRETS for answer in answers if secret in answer.content.decode()]
    for secret in SECRETS:
        assert seen.post("/records/customers/query", {"search": secret}).json()["rows"] == []
    body = {"filter": {"field": "credit_code", "op": "is", "value": SECRETS[1]}}
    assert seen.post("/records/customers/query", body).json()["error"]["code"] == "unknown_field"


def test_who_may_not_gets_nothing_and_leaves_no_entry(table, charlie, bob, pk):
    allow(table, reveal=False)
    assert refused(revealing.reveal, now(charlie), "customers", pk, "credit_code") == "not_allowed"
    allow(table, contacts=False)
    # What a customer shows of a contact is the contact's.
    assert refused(revealing.reveal, now(charlie), "customers", pk, "main_contact.phone") == "not_allowed"
    assert refused(revealing.reveal, now(charlie), "customers", pk, "remark") == "unknown_field"
    assert refused(revealing.reveal, now(charlie), "customers", pk, "name") == "not_masked"
    assert refused(revealing.reveal, now(bob), "customers", pk, "credit_code") == "not_found"
    assert refused(revealing.reveal, now(charlie), "customers", 987_654_321, "credit_code") == "not_found"
    assert not Entry.objects.filter(act="revealed").exists()
    offered = permissions.fields(now(charlie), catalog(), "customers")
    assert permissions.may_reveal(now(charlie), catalog(), offered["credit_code"])
    assert not permissions.may_reveal(now(charlie), catalog(), offered["main_contact.phone"])


def test_a_company_asks_for_a_reason(table, charlie, door, pk):
    allow(table)
    assert door(charlie).patch("/data-rules", {"reveal_reason": True}).status_code == 403
    assert door(table).patch("/data-rules", {"reveal_reason": True}).json()["reveal_reason"] is True
    path = f"/records/customers/{pk}/reveal"
    for reason in ("", "   "):
        answer = door(charlie).post(path, {"field": "credit_code", "reason": reason})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "reason_needed")
    assert door(charlie).post(path, {"field": "credit_code", "reason": "核对"}).json() == {"value": SECRETS[1]}
    assert Entry.objects.filter(act="data_rules").count() == 1
    data_rules.set_rules(table, {"reveal_reason": True})
    assert Entry.objects.filter(act="data_rules").count() == 1


def test_values_are_told_one_by_one(table, charlie, pk, monkeypatch):
    allow(table)
    monkeypatch.setattr(revealing, "MOST", 3)
    for _ in range(3):
        revealing.reveal(now(charlie), "customers", pk, "credit_code")
    assert refused(revealing.reveal, now(charlie), "customers", pk, "credit_code") == "too_many_attempts"


def test_the_name_behind_a_relation_is_told(table, charlie, pk):
    said = {**WHOLE, "fields": {"name": "masked"}}
    roles.change_role(table, "sales", rights={"objects": {"*": WHOLE, "contacts": said}})
    shown = revealing.reveal(now(charlie), "customers", pk, "main_contact")
    assert shown["label"] == "王五"


def test_an_answer_with_a_value_is_not_kept(table, charlie, door, pk):
    allow(table)
    path, key = f"/records/customers/{pk}/reveal", {"Idempotency-Key": "once"}
    assert door(charlie).post(path, {"field": "credit_code"}, **key).status_code == 200
    again = door(charlie).post(path, {"field": "credit_code"}, **key)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "answer_not_kept")
