"""The network was cut and the program asks again: an act with the same `Idempotency-Key` is done once (safety row F6)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from kebu.accounts import tokens
from kebu.accounts.jobs import forget_expired
from kebu.core import answers
from kebu.core.models import Answer

CREATE = "/records/customers"
KEY = {"Idempotency-Key": "7f8c2a10-6b0e-4a6f-9a53-3f1d2f0c9b11"}


def named(name: str) -> dict[str, Any]:
    return {"values": {"name": name}}


def customers() -> int:
    from kebu.crm.models import Customer

    return Customer.objects.count()


@pytest.fixture
def alices(door, table):
    return door(table)


def test_the_same_request_again_gets_the_same_answer_and_makes_nothing(alices):
    first = alices.post(CREATE, named("甲"), **KEY)
    again = alices.post(CREATE, named("甲"), **KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert customers() == 1


def test_without_a_key_every_request_is_its_own(alices):
    assert [alices.post(CREATE, named("甲")).status_code for _ in range(2)] == [201, 201]
    assert customers() == 2
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("path", "body"),
    [(CREATE, named("乙")), (CREATE + "?a=1", named("甲")), ("/records/contacts", named("甲"))],
)
def test_a_key_belongs_to_one_request(alices, path, body):
    alices.post(CREATE, named("甲"), **KEY)
    answer = alices.post(path, body, **KEY, **{"Accept-Language": "en"})
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "key_reused"
    assert "new key" in answer.json()["error"]["message"]
    assert customers() == 1


def test_two_people_may_use_one_key(door, table, bob, bob_user):
    made = [door(who).post(CREATE, named("甲"), **KEY).json()["id"] for who in (table, bob)]
    assert len(set(made)) == 2
    # Bob's token is Bob: what he asked for in the browser a program of his gets answered the same.
    _, secret = tokens.create_token(bob, name="t", scope="write")
    again = door(None).post(CREATE, named("甲"), **KEY, Authorization=f"Bearer {secret}")
    assert again.json()["id"] == made[1]


def test_who_lost_the_right_gets_no_old_answer(door, table, bob):
    token, secret = tokens.create_token(bob, name="t", scope="write")
    send = {**KEY, "Authorization": f"Bearer {secret}"}
    assert door(None).post(CREATE, named("甲"), **send).status_code == 201
    token.scope = "read"
    token.save()
    assert door(None).post(CREATE, named("甲"), **send).status_code == 403
    token.delete()
    assert door(None).post(CREATE, named("甲"), **send).status_code == 401


def test_a_page_of_another_site_gets_no_old_answer(alices, table):
    alices.post(CREATE, named("甲"), **KEY)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = alices.client.cookies
    answer = strict.post("/api" + CREATE, named("甲"), content_type="application/json", headers=KEY)
    assert answer.json()["error"]["code"] == "cross_site"


def test_a_refusal_is_an_answer_too(alices):
    first = alices.post(CREATE, {"values": {"name": ""}}, **KEY)
    again = alices.post(CREATE, {"values": {"name": ""}}, **KEY)
    assert first.status_code == again.status_code == 400
    assert first.content == again.content


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_failed_may_be_tried_again_with_its_key(alices, monkeypatch, status):
    from kebu.core.errors import KebuError
    from kebu.records import write

    with monkeypatch.context() as patched:
        error = KebuError("busy", status=status)
        patched.setattr(write, "create", lambda *a, **k: (_ for _ in ()).throw(error))
        assert alices.post(CREATE, named("甲"), **KEY).status_code == status
    assert alices.post(CREATE, named("甲"), **KEY).status_code == 201
    assert customers() == 1


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 201, "a\tb"])
def test_a_key_is_short_and_plain(alices, key):
    answer = alices.post(CREATE, named("甲"), **{"Idempotency-Key": key})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "bad_idempotency_key"
    assert customers() == 0


def test_the_longest_key_is_taken(alices):
    assert alices.post(CREATE, named("甲"), **{"Idempotency-Key": "~" * 200}).status_code == 201


def test_while_the_first_is_at_work_the_second_is_told_so(alices, monkeypatch):
    from kebu.records import write

    seen = []
    create = write.create

    def slow(*args: Any, **options: Any) -> Any:
        monkeypatch.setattr(write, "create", create)
        seen.append(alices.post(CREATE, named("甲"), **KEY))
        return create(*args, **options)

    monkeypatch.setattr(write, "create", slow)
    assert alices.post(CREATE, named("甲"), **KEY).status_code == 201
    assert seen[0].status_code == 409
    assert seen[0].json()["error"]["code"] == "request_at_work"
    assert customers() == 1


def test_a_key_whose_server_was_killed_is_free_after_a_while(alices):
    alices.post(CREATE, named("甲"), **KEY)
    Answer.objects.update(status=None, body=None)
    assert alices.post(CREATE, named("甲"), **KEY).status_code == 409
    Answer.objects.update(begun_at=timezone.now() - answers.LEASE)
    assert alices.post(CREATE, named("甲"), **KEY).status_code == 201


def test_keys_are_forgotten_after_a_day(alices):
    alices.post(CREATE, named("甲"), **KEY)
    Answer.objects.update(begun_at=timezone.now() - answers.KEPT + timedelta(minutes=1))
    forget_expired(None)
    assert alices.post(CREATE, named("甲"), **KEY).headers["Idempotency-Replayed"]
    Answer.objects.update(begun_at=timezone.now() - answers.KEPT)
    assert alices.post(CREATE, named("乙"), **KEY).status_code == 201  # also where no job ran
    Answer.objects.update(begun_at=timezone.now() - answers.KEPT)
    forget_expired(None)
    assert not Answer.objects.exists()


def test_an_answer_that_holds_a_secret_is_not_kept(alices):
    for path, body in (
        ("/tokens", {"name": "t", "scope": "read"}),
        ("/users", {"name": "Dora", "email": "dora@example.com", "role": "sales"}),
    ):
        key = {"Idempotency-Key": path}
        assert alices.post(path, body, **key).status_code == 201
        again = alices.post(path, body, **key)
        assert (again.status_code, again.json()["error"]["code"]) == (409, "answer_not_kept")
    assert not Answer.objects.exclude(body=None).exists()
    assert len(alices.get("/tokens").json()["rows"]) == 1


def test_asking_for_rows_keeps_nothing(alices):
    ask = {"fields": ["name"]}
    assert alices.post(CREATE + "/query", ask, **KEY).status_code == 200
    assert alices.post(CREATE + "/query", ask, **KEY).status_code == 200
    assert not Answer.objects.exists()


def test_a_file_sent_again_is_one_import(alices, settings, tmp_path):
    settings.HOME = tmp_path

    def send(text: str) -> Any:
        file = SimpleUploadedFile("客户.csv", text.encode(), content_type="text/csv")
        # Each time with another boundary, as programs do.
        return alices.client.post("/api/imports", {"files": [file]}, headers=KEY)

    first = send("客户名称\n甲\n")
    assert first.status_code == 201, first.content
    assert send("客户名称\n甲\n").json() == first.json()
    assert send("客户名称\n乙\n").status_code == 422
    assert len(list((tmp_path / "imports").iterdir())) == 1


def test_an_act_whose_answer_cannot_be_kept_is_answered_all_the_same(alices, monkeypatch):
    def broken(*_: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(answers, "keep", broken)
    assert alices.post(CREATE, named("甲"), **KEY).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_is_done(door, table):
    def send(number: int) -> tuple[int, int | None]:
        try:
            answer = door(table).post(CREATE, named("甲"), **KEY)
            return answer.status_code, answer.json().get("id")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(send, range(6)))
    assert customers() == 1
    assert {status for status, _ in told} <= {201, 409}
    assert len({made for status, made in told if status == 201}) == 1
