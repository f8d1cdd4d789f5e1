"""Rows 10 and 12 of the threats: what comes from outside never runs in the browser, and no other page acts for a person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from conftest import PASSWORD
from kebu.accounts import people, setup
from kebu.accounts.models import Company, User
from kebu.core import files
from safety.bodies import good_body
from safety.routes import operations
from safety.world import Upload, World, digest

pytestmark = pytest.mark.django_db

SCRIPTS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "{{constructor.constructor('alert(1)')()}}",
    "javascript:alert(1)",
]
LINKS = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)", "\x01javascript:alert(1)", "javascript\u200b:alert(1)",
    "ｊａｖａｓｃｒｉｐｔ:alert(1)", "javascript&colon;alert(1)", "javascript://example.com/%0aalert(1)", "vbscript:msgbox(1)", "data:text/html;base64,PHNjcmlwdD4=", "data:text/html,<script>",
    "blob:https://example.com/1", "file:///etc/passwd", "view-source:javascript:alert(1)", "feed:javascript:alert(1)", "jar:javascript:alert(1)", "about:blank", "mailto:a@example.com?body=x", "//evil.example",
    "https:javascript:alert(1)", "ftp://example.com", "intent://x#Intent;scheme=javascript;end", "\\\\evil.example\\share", "https://user:pw@example.com\\@evil.example",
]  # fmt: skip


# Row 10: script in what people type


def test_markup_in_a_cell_stays_the_text_that_it_is(world: World) -> None:
    for text in SCRIPTS:
        made = world.send(
            "bob",
            "POST",
            "/records/customers",
            {"values": {"name": text, "remark": text, "tags": [text], "main_contact.name": text}},
        )
        cells = made.json()["values"]
        assert (cells["name"], cells["remark"], cells["tags"], cells["main_contact.name"]) == (text, text, [text], text)
        assert made.headers["Content-Type"].startswith("application/json")
        assert made.headers["X-Content-Type-Options"] == "nosniff"


def test_a_link_that_runs_is_refused_or_kept_as_marked_text(world: World) -> None:
    """What a cell gives out as a link begins with http or https, or is `{"invalid"}`, which the page never makes a link."""
    for link in LINKS:
        for value in (link, {"invalid": link}):
            made = world.send("bob", "POST", "/records/customers", {"values": {"name": "x", "website": value}})
            if made.status_code == 400:
                continue
            cell = made.json()["values"]["website"]
            assert isinstance(cell, dict) or cell is None or cell.startswith(("http://", "https://")), (link, cell)
            if isinstance(cell, dict):
                assert set(cell) == {"invalid", "code"}


def scripts_of(headers: Any) -> str:
    """Where scripts may come from by the policy that an answer carries."""
    parts = [part.strip().partition(" ") for part in headers["Content-Security-Policy"].split(";")]
    policy = {name: value for name, _, value in parts}
    return policy.get("script-src", policy["default-src"])


@pytest.mark.parametrize(
    "name",
    [
        "evil.html",
        "evil.svg",
        "picture.png",
        'a".html\r\nSet-Cookie: x=1',
        "../../etc/passwd",
        "恶意.xlsx",
        "a;filename=b.html",
        "<script>.htm",
    ],
)
def test_a_file_is_given_out_so_that_it_cannot_run(world: World, name: str) -> None:
    with files.store(name, user_id=world.bob.user_id) as (path, row):
        path.write_bytes(b"<html><script>alert(document.cookie)</script>")
    answer = world.send("bob", "GET", f"/files/{row.pk}")
    headers = answer.headers
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "script" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "\r" not in headers["Content-Disposition"]
    assert "\n" not in headers["Content-Disposition"]
    assert "Set-Cookie" not in headers
    assert b"".join(answer.streaming_content).startswith(b"<html>")


def test_a_file_that_was_left_out_is_given_out_so_too(world: World) -> None:
    headers = world.send("bob", "GET", f"/imports/{world.bobs.import_id}/rejected").headers
    assert headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in headers["Content-Security-Policy"]


def test_the_page_takes_scripts_from_itself_alone(client: Client) -> None:
    answer = client.get("/")
    assert scripts_of(answer.headers) == "'self'"
    assert b"<script>" not in answer.content
    assert b" onload=" not in answer.content


# Row 12: other sites


@pytest.fixture
def strict(world: World) -> Client:
    """Bob's browser, with Django's check on."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(pk=world.bob.user_id))
    client.get("/api/me")
    return client


def changing(world: World) -> Iterator[tuple[str, str, Any]]:
    for operation in operations():
        if operation.method != "GET":
            yield (
                operation.method,
                operation.at(**world.ids()),
                good_body(operation.key, world) if operation.takes else None,
            )


def test_no_change_without_the_token_of_the_page(world: World, strict: Client) -> None:
    before = digest()
    for method, path, body in changing(world):
        for token in (None, "x" * 64, strict.cookies["csrftoken"].value[::-1]):
            headers = {"X-CSRFToken": token} if token else {}
            if isinstance(body, Upload):
                answer = strict.post("/api" + path, body.form(), headers=headers)
            else:
                answer = strict.generic(
                    method, "/api" + path, json.dumps(body or {}), content_type="application/json", headers=headers
                )
            assert answer.status_code == 403 or path == "/setup", (method, path, answer.status_code)
            if path != "/setup":
                assert answer.json()["error"]["code"] == "cross_site", (method, path)
    assert digest() == before


def test_another_sites_origin_is_refused_with_the_right_token(world: World, strict: Client) -> None:
    token = strict.cookies["csrftoken"].value
    for origin in ("https://evil.example", "null", "http://testserver.evil.example", "https://testserver:444"):
        for method, path, body in (("PATCH", "/me", {"name": "x"}), ("POST", "/samples", None)):
            answer = strict.generic(
                method,
                "/api" + path,
                json.dumps(body or {}),
                content_type="application/json",
                headers={"X-CSRFToken": token, "Origin": origin},
            )
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "cross_site")
    assert (
        strict.patch(
            "/api/me",
            {"name": "x"},
            content_type="application/json",
            headers={"X-CSRFToken": token, "Origin": "http://testserver"},
        ).status_code
        == 200
    )


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "",
        "application/jsonp",
        "text/plain;application/json",
        "application/csp-report",
    ],
)
def test_what_a_form_of_another_site_can_send_is_refused(world: World, kind: str) -> None:
    before = digest()
    client = world.clients["owner"]
    for method, path, body in changing(world):
        if body is not None and not isinstance(body, Upload):
            answer = client.generic(method, "/api" + path, json.dumps(body), content_type=kind)
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "wrong_content_type")
    assert digest() == before


def test_a_form_is_no_body_where_json_is_asked_for(world: World) -> None:
    """A page of another site can send a form with files; only the routes for files read one."""
    before = digest()
    for method, path, body in changing(world):
        if isinstance(body, dict):
            answer = world.clients["owner"].post("/api" + path, dict.fromkeys(body, "x")) if method == "POST" else None
            assert answer is None or answer.status_code in (400, 404), path
    assert digest() == before


def test_no_answer_lets_another_site_read_it(world: World) -> None:
    for path in ("/me", "/objects", "/openapi.json", "/health/live"):
        for method in ("GET", "OPTIONS"):
            headers = (
                world.clients["bob"]
                .generic(
                    method,
                    "/api" + path,
                    headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"},
                )
                .headers
            )
            assert not [name for name in headers if name.lower().startswith("access-control")]
            assert headers["X-Frame-Options"] == "DENY"
            assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_the_id_of_a_session_changes_whenever_somebody_signs_in(db: None) -> None:
    """By set-up, by an invitation, by the password: an id that was known before is worth nothing."""
    planted = Client()
    session = planted.session
    session["x"] = 1
    session.save()
    old = [session.session_key]
    planted.cookies["kebu_session"] = old[0]
    body = {
        "secret": setup.setup_secret(),
        "company": "示例",
        "name": "A",
        "email": "a@example.com",
        "password": PASSWORD,
        "template": "partner",
        "language": "en",
    }
    assert planted.post("/api/setup", body, content_type="application/json").status_code == 201
    old.append(planted.cookies["kebu_session"].value)
    assert Company.objects.count() == 1

    owner = people.find_user("a@example.com")
    from kebu.accounts.actor import Actor

    invited, link = people.add_and_invite(Actor.of(owner), "b@example.com", role="sales", name="B")
    secret = link.rsplit("/", 1)[1]
    accepted = planted.post(
        f"/api/invites/{secret}", {"name": "B", "password": PASSWORD}, content_type="application/json"
    )
    assert accepted.json()["user"]["id"] == invited.pk
    old.append(planted.cookies["kebu_session"].value)

    signed_in = planted.post(
        "/_allauth/browser/v1/auth/login",
        {"email": "a@example.com", "password": PASSWORD},
        content_type="application/json",
    )
    assert signed_in.status_code in (200, 409)
    old.append(planted.cookies["kebu_session"].value)
    assert len(set(old)) == (4 if signed_in.status_code == 200 else 3)
    for key in old[:-1] if signed_in.status_code == 200 else old[:-2]:
        stranger = Client()
        stranger.cookies["kebu_session"] = key
        assert stranger.get("/api/me").status_code == 401


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(db: None, company: Any, bob_user: User) -> None:
    browser = Client()
    browser.post(
        "/_allauth/browser/v1/auth/login",
        {"email": bob_user.email, "password": PASSWORD},
        content_type="application/json",
    )
    session, csrf = browser.cookies["kebu_session"], browser.cookies["csrftoken"]
    assert session["httponly"]
    assert {session["samesite"], csrf["samesite"]} == {"Lax"}
