"""Where somebody is signed in, and ending that: the browser concerned is out with its next request."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from conftest import PASSWORD
from kebu.accounts import sessions, tokens
from kebu.accounts.models import SignIn, Token
from kebu.audit.models import Entry
from kebu.core.errors import KebuError


@pytest.fixture
def two(open_browser, bob_user):
    """Bob's two browsers, signed in."""
    made = open_browser(), open_browser()
    made[0].sign_in("bob@example.com", **{"User-Agent": "Firefox"})
    made[1].sign_in("bob@example.com", **{"User-Agent": "Safari"})
    return made


def listed(browser):
    return browser.client.get("/api/sessions").json()["rows"]


def test_each_browser_is_listed_with_its_device_and_place(two):
    here, _ = two
    rows = {row["device"]: row for row in listed(here)}
    assert set(rows) == {"Firefox", "Safari"}
    assert [rows[one]["current"] for one in ("Firefox", "Safari")] == [True, False]
    assert rows["Safari"]["address"] == "127.0.0.1"
    assert rows["Safari"]["way"] == "password"
    assert "session" not in str(rows)  # the key itself is told to nobody


def test_one_is_ended(two):
    here, there = two
    (other,) = [row for row in listed(here) if not row["current"]]
    assert here.send("DELETE", f"/api/sessions/{other['id']}").status_code == 204
    assert there.me().status_code == 401
    assert here.me().status_code == 200
    assert Entry.objects.filter(act="session_ended").count() == 1


def test_all_others_are_ended(two, open_browser):
    here, there = two
    third = open_browser()
    third.sign_in("bob@example.com")
    assert here.send("POST", "/api/sessions/end-others").json() == {"ended": 2}
    assert [one.me().status_code for one in (here, there, third)] == [200, 401, 401]
    assert len(listed(here)) == 1


def test_an_administrator_signs_somebody_out_everywhere(two, alice, bob_user, door):
    assert door(alice).post(f"/users/{bob_user.pk}/sign-out").json() == {"ended": 2}
    assert [one.me().status_code for one in two] == [401, 401]
    with pytest.raises(KebuError, match="not allow"):
        sessions.end_all(_actor(bob_user), alice.user_id)


def test_sessions_begun_before_there_were_rows_end_as_well(two, alice, bob_user, door):
    here, there = two
    SignIn.objects.filter(device="Safari").delete()
    assert here.send("POST", "/api/sessions/end-others").json() == {"ended": 0}
    assert [one.me().status_code for one in (here, there)] == [200, 401]
    assert [row["current"] for row in listed(here)] == [True]
    there.sign_in("bob@example.com")
    SignIn.objects.all().delete()
    _, secret = tokens.create_token(_actor(bob_user), name="script", scope="read")
    assert door(alice).post(f"/users/{bob_user.pk}/sign-out").status_code == 200
    assert [one.me().status_code for one in two] == [401, 401]
    assert tokens.use_token(secret) is not None


def test_signing_out_and_a_new_password_take_their_rows_away(two):
    here, there = two
    there.sign_out()
    assert len(listed(here)) == 1
    there.sign_in("bob@example.com")
    change = {"password": {"current": PASSWORD, "new": "another long one 55"}}
    assert here.send("PATCH", "/api/me", change).status_code == 200
    assert there.me().status_code == 401
    (row,) = listed(here)
    assert row["current"]


def test_use_is_noted_and_keeps_the_session_alive(two):
    here, _ = two
    key = here.client.cookies["kebu_session"].value
    SignIn.objects.update(last_used=timezone.now() - timedelta(days=2))
    here.me()
    assert SignIn.objects.get(session=key).last_used < timezone.now() - timedelta(days=1)  # not with every request
    session = here.client.session
    session["used"] = 0
    session.save()
    Session.objects.update(expire_date=timezone.now() + timedelta(days=3))
    here.me()
    assert SignIn.objects.get(session=key).last_used > timezone.now() - timedelta(minutes=1)
    assert Session.objects.get(session_key=key).expire_date > timezone.now() + timedelta(days=20)


def test_rows_of_sessions_that_are_over_are_forgotten(two):
    here, there = two
    Session.objects.filter(session_key=there.client.cookies["kebu_session"].value).delete()
    assert len(listed(here)) == 1
    assert sessions.forget_ended() == 1


def test_a_token_ends_by_itself(bob, door):
    token, secret = tokens.create_token(bob, name="script", scope="read", days=1)
    assert tokens.use_token(secret) is not None
    Token.objects.filter(pk=token.pk).update(expires_at=timezone.now())
    assert tokens.use_token(secret) is None


def test_a_token_says_when_it_ends(bob_user, door):
    as_bob = door(bob_user)
    as_bob.post("/tokens", {"name": "for ever", "scope": "read"})
    as_bob.post("/tokens", {"name": "for a month", "scope": "read", "days": 30})
    month, ever = as_bob.get("/tokens").json()["rows"]
    assert ever["expires_at"] is None
    assert month["expires_at"] > (timezone.now() + timedelta(days=29)).isoformat()
    for days in (0, -1, 4000, 1.5, "3", True):
        assert as_bob.post("/tokens", {"name": "x", "scope": "read", "days": days}).status_code == 400


def _actor(user):
    from kebu.accounts.actor import Actor

    return Actor.of(user)
