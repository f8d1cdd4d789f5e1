"""Programs act for a person by a token: never for more than its scope, never after it ended."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from conftest import PASSWORD
from kebu.accounts import people, tokens
from kebu.accounts.actor import Actor
from kebu.accounts.auth import authenticated
from kebu.accounts.models import Invitation, Token, User
from kebu.core.errors import KebuError


def program(secret, **more):
    """A program: no cookies, so no CSRF token either."""
    return Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {secret}", **more})


def test_token_is_made_listed_used_and_ended(door, bob):
    made = door(bob).post("/tokens", {"name": "nightly", "scope": "write"})
    assert made.status_code == 201
    secret = made.json()["token"]

    assert program(secret).get("/api/me").json()["user"]["name"] == "Bob"
    assert program(secret).patch("/api/me", {"name": "Robert"}, content_type="application/json").status_code == 200

    (listed,) = door(bob).get("/tokens").json()["rows"]
    assert set(listed) == {"id", "name", "scope", "scopes", "created_at", "last_used", "expires_at"}
    assert listed["last_used"] is not None
    assert door(bob).delete(f"/tokens/{listed['id']}").status_code == 204
    assert program(secret).get("/api/me").status_code == 401


def test_token_acts_by_the_way_api(bob, rf):
    _, secret = tokens.create_token(bob, name="script", scope="read")
    request = rf.get("/api/me", headers={"Authorization": f"Bearer {secret}"})
    assert authenticated(request) == Actor.of(User.objects.get(pk=bob.user_id), "api")


def test_reading_token_does_not_write(bob):
    _, secret = tokens.create_token(bob, name="script", scope="read")
    assert program(secret).get("/api/me").status_code == 200
    for method in ("post", "patch", "put", "delete"):
        answer = getattr(program(secret), method)("/api/me", {"name": "X"}, content_type="application/json")
        assert answer.status_code in (403, 405)
    answer = program(secret).patch("/api/me", {"name": "X"}, content_type="application/json")
    assert answer.json()["error"]["code"] == "scope"
    assert User.objects.get(pk=bob.user_id).name == "Bob"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/api/records/customers/query", True),
        ("GET", "/api/records/customers/1", True),
        ("POST", "/api/records/customers", False),
        ("POST", "/api/records/query", False),
        ("POST", "/api/records/customers/query/", False),
        ("POST", "/api/records/customers/../customers/query", False),
        ("PATCH", "/api/records/customers/query", False),
        ("DELETE", "/api/records/customers/1", False),
        ("POST", "/api/views/query", False),
    ],
)
def test_reading_token_may_query(bob, rf, method, path, allowed):
    _, secret = tokens.create_token(bob, name="script", scope="read")
    request = rf.generic(method, path, headers={"Authorization": f"Bearer {secret}"})
    if allowed:
        assert authenticated(request).user_id == bob.user_id
    else:
        with pytest.raises(KebuError) as caught:
            authenticated(request)
        assert (caught.value.code, caught.value.status) == ("scope", 403)


def test_token_makes_no_tokens_and_changes_no_password(bob):
    _, secret = tokens.create_token(bob, name="script", scope="write")
    token_id = Token.objects.get().pk
    answers = [
        program(secret).get("/api/tokens"),
        program(secret).post("/api/tokens", {"name": "x", "scope": "write"}, content_type="application/json"),
        program(secret).delete(f"/api/tokens/{token_id}"),
        program(secret).patch(
            "/api/me", {"password": {"current": PASSWORD, "new": "a longer 密码"}}, content_type="application/json"
        ),
    ]
    assert [(answer.status_code, answer.json()["error"]["code"]) for answer in answers] == [(403, "session_only")] * 4
    assert Token.objects.count() == 1


def test_token_of_an_owner_gives_nobody_access_and_takes_no_second_factor_away(alice, bob):
    _, secret = tokens.create_token(alice, name="script", scope="write")
    asked = [
        ("POST", "users", {"email": "dora@example.com", "name": "Dora", "role": "administrator"}),
        ("PATCH", f"users/{bob.user_id}", {"role": "administrator"}),
        ("POST", f"users/{bob.user_id}/invite", None),
        ("POST", f"users/{bob.user_id}/sign-out", None),
        ("POST", f"users/{bob.user_id}/two-factor/reset", None),
        ("PATCH", "sign-in-rules", {"roles": []}),
    ]
    for method, path, body in asked:
        content = "" if body is None else json.dumps(body)
        answer = program(secret).generic(method, f"/api/{path}", content, content_type="application/json")
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "session_only"), path
    assert not Invitation.objects.exists()
    assert not User.objects.filter(email="dora@example.com").exists()
    assert User.objects.get(pk=bob.user_id).role == "sales"


def test_another_persons_token_is_as_unknown_as_any(door, bob, charlie):
    theirs, _ = tokens.create_token(charlie, name="script", scope="read")
    other = door(bob).delete(f"/tokens/{theirs.pk}")
    random = door(bob).delete("/tokens/123456")
    assert (other.status_code, other.content) == (random.status_code, random.content)
    assert other.status_code == 404
    assert Token.objects.filter(pk=theirs.pk).exists()
    assert door(bob).get("/tokens").json()["rows"] == []


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer kebu_0", "Basic Ym9iOng=", "x", "Bearer \udcff", "bearer null"]
)
def test_wrong_authorization_is_signed_out_even_with_a_session(door, bob, header):
    tokens.create_token(bob, name="script", scope="read")
    answer = door(bob).client.get("/api/me", HTTP_AUTHORIZATION=header)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "signed_out")


@pytest.mark.parametrize("change", [{"active": False}, {"role": "readonly"}])
def test_tokens_end_when_a_person_is_disabled_or_demoted(alice, bob, change):
    _, secret = tokens.create_token(bob, name="script", scope="write")
    people.update_user(alice, bob.user_id, **change)
    assert program(secret).get("/api/me").status_code == 401
    people.update_user(alice, bob.user_id, active=True, role="sales")
    assert program(secret).get("/api/me").status_code == 401


def test_tokens_end_with_the_password(bob):
    _, secret = tokens.create_token(bob, name="script", scope="write")
    people.change_password(bob, current=PASSWORD, new="a longer 密码 of mine")
    assert program(secret).get("/api/me").status_code == 401


def test_disabled_person_gets_no_token(alice, bob):
    people.update_user(alice, bob.user_id, active=False)
    with pytest.raises(KebuError) as caught:
        tokens.create_token(bob, name="script", scope="read")
    assert caught.value.code == "disabled_person"


def test_last_use_is_noted_once_a_minute(bob, django_assert_num_queries):
    token, secret = tokens.create_token(bob, name="script", scope="read")
    with django_assert_num_queries(2):
        tokens.use_token(secret)
    first = Token.objects.get(pk=token.pk).last_used
    with django_assert_num_queries(1):
        tokens.use_token(secret)
    assert Token.objects.get(pk=token.pk).last_used == first
    Token.objects.update(last_used=timezone.now() - timedelta(seconds=61))
    tokens.use_token(secret)
    assert Token.objects.get(pk=token.pk).last_used >= first


@pytest.mark.parametrize("body", [{"name": "", "scope": "read"}, {"name": "x", "scope": "admin"}, {"name": "x"}])
def test_odd_tokens_are_refused(door, bob, body):
    assert door(bob).post("/tokens", body).status_code == 400
    assert door(bob).post("/tokens", {"name": "x", "scope": "read", "user_id": 1}).status_code == 400
    assert not Token.objects.exists()
