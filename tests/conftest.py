"""The ground of all tests: a home of their own, SQLite or a real PostgreSQL, and a small company of known people.

`KEBU_TEST_DATABASE=postgres` runs the same tests on PostgreSQL. Nothing here imports Django's models before
`pytest_configure` has chosen the home and the database.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from installation import Installation
from postgres_server import PostgresServer

if TYPE_CHECKING:
    from django.http import HttpResponse

    from kebu.accounts.actor import Actor
    from kebu.accounts.models import Company, User

PASSWORD = "correct horse 马 battery"
# The machine may be busy: how long an example took says nothing. A judge says the same of the same commit.
hypothesis.settings.register_profile("kebu", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("kebu")
_COST: dict[str, int] = {}
_SERVER = pytest.StashKey[PostgresServer]()
_HOME = pytest.StashKey[str]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Choose home and database, then wake Django. Workers of pytest-xdist share the controller's PostgreSQL."""
    config.addinivalue_line("markers", "browser: drives a real browser; `make test` runs these last")
    config.addinivalue_line("markers", "once: does not touch the database, needs no second run on PostgreSQL")
    if config.getoption("version", 0) or config.getoption("help", False):
        return
    home = config.stash[_HOME] = tempfile.mkdtemp(prefix="kebu-test-")
    os.environ.update(KEBU_HOME=home, KEBU_BASE_URL="http://testserver", KEBU_WORKER="0")
    if os.environ.get("KEBU_TEST_DATABASE", "sqlite") == "postgres":
        if not hasattr(config, "workerinput"):
            server = config.stash[_SERVER] = PostgresServer()
            os.environ["KEBU_DATABASE_URL"] = server.url
    else:
        os.environ.pop("KEBU_DATABASE_URL", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "kebu.settings"
    import django

    django.setup()
    from django.contrib.auth.hashers import Argon2PasswordHasher as Hasher

    # Slow by intention, and what it costs is asked by one test, which takes the true figures (`full_cost`).
    _COST.update(time_cost=Hasher.time_cost, memory_cost=Hasher.memory_cost)
    Hasher.time_cost, Hasher.memory_cost = 1, 1024
    # A worker that inherited this name would read its settings before it has a home of its own.
    del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_unconfigure(config: pytest.Config) -> None:
    if server := config.stash.get(_SERVER, None):
        server.stop()
    if home := config.stash.get(_HOME, None):
        shutil.rmtree(home, ignore_errors=True)


def pytest_report_header() -> str:
    return f"database: {os.environ.get('KEBU_TEST_DATABASE', 'sqlite')}"


@pytest.fixture
def company(db: None) -> Company:
    """An empty company that has been set up."""
    from kebu.accounts.models import Company

    return Company.objects.create(name="示例公司", language="zh-Hans", currency="CNY", template="partner")


@pytest.fixture
def full_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords cost as much as they do where people work."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    for name, value in _COST.items():
        monkeypatch.setattr(Argon2PasswordHasher, name, value)


@cache
def _password_hash() -> str:
    """Once for a run is enough."""
    from django.contrib.auth.hashers import make_password

    return make_password(PASSWORD)


def _user(name: str, role: str) -> User:
    from kebu.accounts.models import User

    email = f"{name.lower()}@example.com"
    return User.objects.create(email=email, password=_password_hash(), name=name, role=role)


@pytest.fixture
def alice_user(company: Company) -> User:
    """Alice owns the company."""
    return _user("Alice", "owner")


@pytest.fixture
def bob_user(company: Company) -> User:
    """Bob sells."""
    return _user("Bob", "sales")


@pytest.fixture
def charlie_user(company: Company) -> User:
    """Charlie sells too and has no customers: the outsider."""
    return _user("Charlie", "sales")


@pytest.fixture
def rita_user(company: Company) -> User:
    """Rita may only read."""
    return _user("Rita", "readonly")


@pytest.fixture
def alice(alice_user: User) -> Actor:
    from kebu.accounts.actor import Actor

    return Actor.of(alice_user)


@pytest.fixture
def bob(bob_user: User) -> Actor:
    from kebu.accounts.actor import Actor

    return Actor.of(bob_user)


@pytest.fixture
def charlie(charlie_user: User) -> Actor:
    from kebu.accounts.actor import Actor

    return Actor.of(charlie_user)


@pytest.fixture
def rita(rita_user: User) -> Actor:
    from kebu.accounts.actor import Actor

    return Actor.of(rita_user)


@pytest.fixture(autouse=True)
def _fresh_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that is rolled back leaves the same versions behind with other content: nothing kept may outlive it."""
    from kebu.accounts import reaching
    from kebu.core import jobs
    from kebu.fields.registry import forget
    from kebu.records import snapshots

    if "KEBU_DATABASE_URL" in os.environ:
        # PostgreSQL gives ids from where the test before left off, though its rows are gone; by its highest id a table
        # of six rows would be a large one. Tests of large ones say so themselves.
        monkeypatch.setattr(snapshots, "SMALL", 10**9)

    forget()
    reaching.forget()
    jobs._planned.clear()
    shutil.rmtree(Path(os.environ["KEBU_HOME"]) / "cache", ignore_errors=True)


@pytest.fixture
def table(alice: Actor) -> Actor:
    """The company with the fields, choices and views of the first template; gives Alice."""
    from kebu.crm.starting import Templates

    Templates().start(alice, "partner")
    return alice


class Door:
    """The HTTP API as one signed-in person (or nobody) meets it; paths begin after `/api`, bodies are JSON."""

    def __init__(self, user: User | None) -> None:
        from django.test import Client

        self.client = Client()
        if user is not None:
            self.client.force_login(user)

    def get(self, path: str, query: dict[str, Any] | None = None) -> HttpResponse:
        return self.client.get("/api" + path, query)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.client.post("/api" + path, body, content_type="application/json", headers=headers)

    def patch(self, path: str, body: Any) -> HttpResponse:
        return self.client.patch("/api" + path, body, content_type="application/json")

    def delete(self, path: str) -> HttpResponse:
        return self.client.delete("/api" + path)


@pytest.fixture
def door(db: None) -> Callable[[Actor | User | None], Door]:
    """`door(alice).get("/me")`: the API as Alice; `door(None)` as nobody."""

    def open_for(who: Actor | User | None) -> Door:
        from kebu.accounts.actor import Actor
        from kebu.accounts.models import User

        return Door(User.objects.get(pk=who.user_id) if isinstance(who, Actor) else who)

    return open_for


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """A Kebu of its own, for tests that start it as people do; on the database that the tests run on."""
    return Installation(tmp_path / "home")
