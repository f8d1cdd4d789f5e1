"""The audit log: what is in it, that it is one chain, and who may read it."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from conftest import PASSWORD
from kebu.accounts import people, tokens
from kebu.audit import chain
from kebu.audit.log import note
from kebu.audit.models import Entry, Head
from kebu.core.jobs import work_once
from kebu.fields import definitions
from kebu.records import trash, write

LOGIN = "/_allauth/browser/v1/auth/login"


def acts() -> list[str]:
    return list(Entry.objects.order_by("number").values_list("act", flat=True))


def sign_in(client: Client, email: str, password: str = PASSWORD, **headers: str):
    body = {"email": email, "password": password}
    return client.post(LOGIN, body, content_type="application/json", headers=headers)


def test_signing_in_and_out_is_noted_with_place_and_device(bob_user):
    client = Client(REMOTE_ADDR="203.0.113.7")
    sign_in(client, "bob@example.com", "wrong", **{"User-Agent": "Firefox\n Test"})
    sign_in(client, "stranger@example.com", "wrong")
    sign_in(client, "bob@example.com")
    client.delete("/_allauth/browser/v1/auth/session")

    failed, stranger, came, went = Entry.objects.order_by("number")
    assert [one.act for one in (failed, stranger, came, went)] == [
        "sign_in_failed",
        "sign_in_failed",
        "signed_in",
        "signed_out",
    ]
    assert (failed.person, failed.name, failed.address, failed.device) == (
        bob_user.pk,
        "Bob",
        "203.0.113.7",
        "Firefox Test",
    )
    assert (stranger.person, stranger.name) == (None, "stranger@example.com")
    assert came.about == {"way": "password"}
    assert "wrong" not in repr(list(Entry.objects.values()))


def test_what_becomes_of_people_and_tokens_is_noted(alice, bob, bob_user):
    user, link = people.add_and_invite(alice, "new@example.com", role="sales", name="New")
    people.accept_invitation(link.rsplit("/", 1)[1], name="Newer", password="quite long enough 77")
    people.update_user(alice, user.pk, role="readonly", name="Newest")
    people.update_user(alice, user.pk, active=False)
    people.update_user(alice, user.pk, active=True, role="readonly")
    token, secret = tokens.create_token(bob, name="script", scope="read")
    tokens.delete_token(bob, token.pk)
    people.change_password(bob, current=PASSWORD, new="a new long one 34")

    assert acts() == [
        "person_added", "invited", "invitation_accepted", "person_renamed", "role_changed", "person_disabled",
        "person_enabled", "token_made", "token_revoked", "password_changed",
    ]  # fmt: skip
    everything = repr(list(Entry.objects.values()))
    assert secret not in everything
    assert link.rsplit("/", 1)[1] not in everything


def test_what_is_refused_is_not_noted(alice, bob):
    with pytest.raises(Exception, match="role does not allow"):
        people.add_user(bob, "x@example.com", role="sales")
    with pytest.raises(Exception, match="last owner"):
        people.update_user(alice, alice.user_id, active=False)
    assert acts() == []


def test_fields_exports_and_what_goes_for_good_is_noted(table, door):
    key = definitions.add_field(table, "customers", kind="text", labels={"zh-Hans": "颜色"})
    definitions.change_field(table, "customers", key, hidden=True)
    definitions.delete_field(table, "customers", key)
    made, _ = write.create(table, "customers", {"name": "示例客户"})
    write.delete(table, "customers", made.id, expected_version=None)
    trash.purge(table, "customers", [made.id])
    door(table).post("/exports", {"object": "customers", "format": "csv"})
    while work_once():
        pass

    assert [one for one in acts() if one != "signed_in"] == [
        "field_added",
        "field_changed",
        "field_deleted",
        "purged",
        "export",
    ]
    assert "示例客户" not in repr(list(Entry.objects.values()))  # values of records stay where they are


def test_a_log_that_is_whole_passes_the_check(alice):
    for n in range(5):
        note("export", alice, rows=n, name="a.xlsx", object={"zh-Hans": "客户", "en": "Customers"})
    assert list(chain.broken()) == []


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda: Entry.objects.filter(number=3).update(name="Somebody else"), "entry 3 of"),
        (lambda: Entry.objects.filter(number=3).update(about={"rows": 0}), "entry 3 of"),
        (lambda: Entry.objects.filter(number=2).delete(), "entry 2 is missing"),
        (lambda: Entry.objects.filter(number=5).delete(), "ends at entry 4"),
        (lambda: Entry.objects.filter(number__gte=1).delete(), "ends at entry 0"),
        (lambda: Head.objects.all().delete(), "ends at entry 5"),
    ],
)
def test_whatever_is_changed_behind_the_program_is_found(alice, harm, said):
    for n in range(5):
        note("export", alice, rows=n)
    harm()
    (problem,) = chain.broken()
    assert said in problem


def test_an_entry_is_neither_changed_nor_deleted_by_the_program(alice):
    note("signed_out", alice)
    entry = Entry.objects.get()
    entry.name = "Somebody else"
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()


@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_make_one_chain(alice):
    errors = []

    def work() -> None:
        try:
            for n in range(10):
                note("export", alice, rows=n)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert Entry.objects.count() == 60
    assert list(chain.broken()) == []


def test_administrators_read_it_filtered_and_in_pages(alice, bob, door):
    for n in range(7):
        note("export", bob, rows=n)
    note("role_changed", alice, person="Bob", before="sales", after="readonly")
    note("sign_in_failed", "who@example.com")
    as_alice = door(alice)

    first = as_alice.get("/audit", {"limit": 2, "person": bob.user_id}).json()
    assert [row["number"] for row in first["rows"]] == [7, 6]
    assert first["more"]
    last = as_alice.get("/audit", {"limit": 5, "person": bob.user_id, "before": 6}).json()
    assert [row["number"] for row in last["rows"]] == [5, 4, 3, 2, 1]
    assert not last["more"]
    (row,) = as_alice.get("/audit", {"acts": ["role_changed"]}).json()["rows"]
    assert (row["label"], row["text"], row["name"]) == ("修改角色", "Bob：销售 → 只读。", "Alice")
    assert [row["name"] for row in as_alice.get("/audit", {"person": 0}).json()["rows"]] == ["who@example.com"]
    later = (timezone.now() + timedelta(hours=1)).isoformat()
    assert as_alice.get("/audit", {"since": later}).json()["rows"] == []
    assert as_alice.get("/audit", {"acts": ["nonsense"]}).status_code == 400


def test_nobody_else_reads_it(alice, bob, door):
    assert door(bob).get("/audit").status_code == 403
    assert door(bob).post("/audit/export", {}).status_code == 403


def test_it_is_exported_as_a_workbook_and_that_is_noted(alice, bob, door):
    import io

    import openpyxl

    note("export", bob, name="=1+1", rows=3, object={"zh-Hans": "客户", "en": "Customers"})
    as_alice = door(alice)
    job = as_alice.post("/audit/export", {"acts": ["export"]}).json()["job"]
    while work_once():
        pass
    done = as_alice.get(f"/jobs/{job}").json()
    answer = as_alice.get(f"/files/{done['result']['file']}")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.values)
    assert rows[0][:4] == ("编号", "时间", "谁", "做了什么")
    assert [row[2:5] for row in rows[1:]] == [("Bob", "导出", "客户：=1+1，3 行。")]
    assert acts()[-1] == "audit_exported"
