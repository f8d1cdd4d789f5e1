"""What is refused at the edge, and what every answer carries (rows 12 and 14 of the threats)."""

import json

import pytest
from django.test import Client, override_settings

pytestmark = pytest.mark.once


def test_a_foreign_host_is_refused(client):
    for path in ("/", "/api/health/live", "/api/me", "/_allauth/browser/v1/auth/session"):
        assert client.get(path, headers={"host": "evil.example"}).status_code == 400


@override_settings(LAN=True, ALLOWED_HOSTS=["*"], HOST_NAMES={"kebu.example.com", "office-pc"})
@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("192.168.1.20:8000", 200),
        ("10.1.2.3", 200),
        ("[fe80::1]:8000", 200),
        ("127.0.0.1:8000", 200),
        ("office-pc:8000", 200),
        ("Kebu.Example.com", 200),
        ("8.8.8.8", 400),
        ("192.168.1.20.evil.example", 400),
        ("evil.example:8000", 400),
        ("", 400),
    ],
)
def test_in_a_local_network_private_addresses_and_own_names_are_answered(client, host, status):
    assert client.get("/api/health/live", headers={"host": host}).status_code == status


def test_no_page_may_frame_or_run_foreign_script(client):
    for path in ("/", "/api/health/live", "/nowhere/at/all"):
        headers = client.get(path).headers
        policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
        assert policy["script-src"] == "'self'"
        assert policy["frame-ancestors"] == "'none'"
        assert policy["default-src"] == "'none'"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Referrer-Policy"] == "same-origin"


def test_answers_of_the_api_are_not_stored(client):
    for path in ("/api/health/live", "/api/nothing-here", "/_allauth/browser/v1/auth/session"):
        assert "no-store" in client.get(path).headers["Cache-Control"]


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "text/plain; x=application/json", ""]
)
def test_a_body_that_another_site_could_send_is_refused(client, kind):
    for path in ("/api/setup", "/_allauth/browser/v1/auth/login", "/api/nothing-here"):
        answer = client.post(path, json.dumps({"email": "a@example.com"}), content_type=kind)
        assert answer.status_code == 403
        assert answer.json()["error"]["code"] == "wrong_content_type"


def test_sign_in_without_the_pages_token_is_refused():
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(
        "/_allauth/browser/v1/auth/login", {"email": "a@example.com", "password": "x"}, content_type="application/json"
    )
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "cross_site"


@pytest.mark.parametrize("path", ["/api/health/live?a=%00", "/api/health/live%00", "/%00"])
def test_nul_in_an_address_is_refused(client, path):
    assert client.get(path).status_code == 400


@pytest.mark.parametrize(
    ("accepts", "message"),
    [(None, "没有找到。"), ("zh-CN,zh;q=0.9", "没有找到。"), ("en-GB,en;q=0.9", "Not found."), ("fr", "没有找到。")],
)
def test_errors_speak_the_language_that_is_asked_for(client, accepts, message):
    answer = client.get("/api/nothing-here", headers={"accept-language": accepts} if accepts else {})
    assert (answer.status_code, answer.json()) == (404, {"error": {"code": "not_found", "message": message}})


def test_a_wrong_method_is_told_in_the_one_shape(client):
    answer = client.post("/api/health/live", {}, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "wrong_method")


@pytest.mark.parametrize(
    ("kind", "megabytes", "status"),
    [
        ("application/json", 9, 404),
        ("application/json", 11, 413),
        ("multipart/form-data", 11, 404),
        ("multipart/form-data", 300, 413),
    ],
)
def test_a_request_that_is_too_large_is_refused_before_it_is_read(client, kind, megabytes, status):
    answer = client.post("/api/nothing-here", b"{}", content_type=kind, CONTENT_LENGTH=str(megabytes * 1024**2))
    assert answer.status_code == status


def test_a_body_of_unknown_size_is_refused(client):
    answer = client.post(
        "/api/nothing-here", b"{}", content_type="application/json", headers={"transfer-encoding": "chunked"}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "request_too_large")


def test_an_error_of_the_program_tells_nothing_of_the_inside(client, monkeypatch):
    def broken(*_: object) -> None:
        raise ZeroDivisionError("the secret ingredient")

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", broken)
    answer = client.get("/api/health/ready")
    assert (answer.status_code, set(answer.json()["error"])) == (500, {"code", "message"})
    assert "ingredient" not in answer.content.decode()
