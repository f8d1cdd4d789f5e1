"""Row 17 of the threats: no secret in a log, an answer, a job or the database; shown once to who asked for it, if at all."""

from __future__ import annotations

import io
import logging
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from installation import Installation
from kebu.accounts import people, setup
from kebu.accounts.actor import Actor
from kebu.core.jobs import work_once
from kebu.core.logs import Redact
from safety.world import tidy

pytestmark = pytest.mark.django_db

EXAMPLES = Path(__file__).parents[1] / "examples"
# No word of ours, so that wherever it turns up it was ours.
OWNERS, WRONG, NEW, INVITED, WORKBOOK = (
    "owners-pw-Zq81",
    "wrong-pw-Zq82",
    "new-pw-Zq83-长",
    "invited-pw-Zq84",
    "workbook-pw-Zq85",
)
WORDS = [OWNERS, WRONG, NEW, INVITED, WORKBOOK]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the program writes to its log, as the settings make it, down to the last detail."""
    root = logging.getLogger()
    handler = next(one for one in root.handlers if any(isinstance(each, Redact) for each in one.filters))
    assert isinstance(handler, logging.StreamHandler)
    written, level, before = io.StringIO(), root.level, handler.setStream(io.StringIO())
    handler.setStream(written)
    root.setLevel(logging.DEBUG)
    yield written
    root.setLevel(level)
    handler.setStream(before)


class Sent:
    """A browser that remembers all that it was answered."""

    def __init__(self) -> None:
        self.client = Client(raise_request_exception=False)
        self.heard: list[str] = []

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = self.client.generic(
            method, path, b"" if body is None else dumps(body), content_type="application/json", headers=headers
        )
        return self._hear(answer)

    def upload(self, name: str, password: str) -> Any:
        with open(EXAMPLES / name, "rb") as file:
            return self._hear(self.client.post("/api/imports", {"files": file, "password": password}))

    def _hear(self, answer: Any) -> Any:
        self.heard.append(answer.content.decode() + repr(sorted(answer.headers.items())))
        return answer


def dumps(body: Any) -> bytes:
    import json

    return json.dumps(body).encode()


def test_secrets_stay_where_they_belong(db: None, log: io.StringIO) -> None:
    """From the set-up to a workbook with a password: what went wrong and what went well, and what is left of it."""
    send = Sent()
    login = "/_allauth/browser/v1/auth/login"
    company = {
        "company": "示例",
        "name": "Alice",
        "email": "alice@example.com",
        "template": "partner",
        "language": "en",
    }
    guessed = "kebu_" + "ab" * 20
    assert send("POST", "/api/setup", {**company, "secret": guessed, "password": OWNERS}).status_code == 403
    assert (
        send("POST", "/api/setup", {**company, "secret": setup.setup_secret(), "password": OWNERS}).status_code == 201
    )
    assert send("PATCH", "/api/me", {"password": {"current": WRONG, "new": NEW}}).status_code == 400
    assert send("PATCH", "/api/me", {"password": {"current": OWNERS, "new": "short"}}).status_code == 400
    assert send("PATCH", "/api/me", {"password": {"current": OWNERS, "new": NEW}, "nonsense": 1}).status_code == 400
    assert send("PATCH", "/api/me", {"password": {"current": OWNERS, "new": NEW}}).status_code == 200
    assert send("POST", login, {"email": "alice@example.com", "password": WRONG}).status_code in (400, 401, 409)
    invitation = (
        send("POST", "/api/users", {"email": "bob@example.com", "name": "Bob", "role": "sales"})
        .json()["invite_link"]
        .rsplit("/", 1)[1]
    )
    token = send("POST", "/api/tokens", {"name": "script", "scope": "read"}).json()["token"]
    shown = send.heard[-2:]
    assert invitation in shown[0]
    assert token in shown[1]
    del send.heard[-2:]
    send("GET", "/api/users")
    send("GET", "/api/tokens")
    send("POST", "/api/records/customers", {"values": {"name": "x"}}, Authorization=f"Bearer {token}")
    send("GET", "/api/me", Authorization=f"Bearer {token}x")
    send("GET", "/api/me", Authorization=f"Basic {token}")
    assert send.upload("pw-xlsx-agile.xlsx", WRONG).status_code == 400
    opened = send.upload("pw-xlsx-agile.xlsx", "password")
    assert opened.status_code in (201, 400)
    if opened.status_code == 201:
        send("POST", f"/api/imports/{opened.json()['id']}/apply")
    send.upload("crm-customers-100.csv", WORKBOOK)
    for _ in range(20):
        if not work_once():
            break
    visitor = Sent()
    assert visitor("GET", f"/api/invites/{invitation}").status_code == 200
    assert visitor("POST", f"/api/invites/{invitation}", {"name": "Bob", "password": "short"}).status_code == 400
    secrets = [
        *WORDS,
        token,
        invitation,
        guessed,
        setup.setup_secret(),
        settings.SECRET_KEY,
        send.client.cookies["csrftoken"].value,
    ]
    found = dump()
    assert [secret for secret in secrets if secret in found] == []
    assert visitor("POST", f"/api/invites/{invitation}", {"name": "Bob", "password": INVITED}).status_code == 200
    assert [secret for secret in secrets if secret in dump()] == []
    assert [secret for secret in secrets if secret in log.getvalue()] == []
    assert [secret for secret in secrets if any(secret in answer for answer in [*send.heard, *visitor.heard])] == []
    assert [secret for secret in secrets if secret.encode() in left_on_disk()] == []
    tidy()


def dump() -> str:
    """The whole database as text."""
    lines = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            lines += [repr(row) for row in cursor.fetchall()]
    return "\n".join(lines)


def left_on_disk() -> bytes:
    """All files of the installation but its key and the database."""
    home = Path(os.environ["KEBU_HOME"])
    files = (
        path
        for path in home.rglob("*")
        if path.is_file() and not path.name.endswith((".key", "sqlite3", "-wal", "-shm"))
    )
    return b"".join(path.read_bytes() for path in files)


@contextmanager
def without(table: str) -> Iterator[None]:
    """A database that fails: this table is not there."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} RENAME TO gone_{table}")
        yield
        transaction.set_rollback(True)


def test_a_failure_tells_nothing_of_what_was_sent(table: Actor, bob: Actor, log: io.StringIO) -> None:
    """Neither whom it happened to, nor what the database said, nor what was in the request."""
    secret = "kebu_" + "0123456789abcdef" * 4
    invited, link = people.add_and_invite(table, "new@example.com", role="sales", name="New")
    invitation = link.rsplit("/", 1)[1]
    send = Sent()
    send.client.force_login(people.find_user("alice@example.com"))
    program = Sent()
    with without("accounts_token"):
        for sent in (
            send("POST", "/api/tokens", {"name": "script", "scope": "read"}),
            program("GET", "/api/me", Authorization=f"Bearer {secret}"),
        ):
            failed(sent)
    with without("accounts_invitation"):
        failed(send("GET", f"/api/invites/{invitation}"))
        failed(program("POST", f"/api/invites/{invitation}", {"name": "x", "password": INVITED}))
    with without("accounts_user"):
        failed(program("POST", "/_allauth/browser/v1/auth/login", {"email": "alice@example.com", "password": WRONG}))
        failed(send("PATCH", "/api/me", {"password": {"current": WRONG, "new": NEW}}))
    with without("importexport_import"):
        failed(send.upload("crm-customers-100.csv", WORKBOOK))
    with without("crm_contact"):
        failed(send("POST", "/api/records/customers", {"values": {"name": "金丝雀", "main_contact.name": "金丝雀"}}))
    written = log.getvalue()
    assert "Traceback" in written, "nothing was logged, so this shows nothing"
    assert [one for one in (*WORDS, secret, invitation, "金丝雀", "alice@example.com") if one in written] == []
    assert invited.pk
    tidy()


def failed(answer: Any) -> None:
    """A failure says that it is one, and no more."""
    assert answer.status_code in (500, 503), answer.content
    error = answer.json()["error"]
    assert set(error) == {"code", "message"}
    assert error["code"] in ("internal", "busy")


def test_an_installation_is_readable_by_its_owner_only(installation: Installation) -> None:
    """Also where the folder was there before, open to everybody."""
    installation.home.mkdir(mode=0o755)
    installation.home.chmod(0o755)
    installation.init()
    open_to_others = [
        path.name
        for path in installation.home.rglob("*")
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    assert open_to_others == []
