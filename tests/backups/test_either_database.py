"""A backup does not care which database it came from: the way from SQLite to PostgreSQL, and back."""

import json
import zipfile

import pytest

from installation import Installation
from postgres_server import PostgresServer, create_database

pytestmark = pytest.mark.once


def content(file):
    """What every table holds, however the two databases spell it."""
    with zipfile.ZipFile(file) as archive:
        return {
            name: [[value_of(value, name) for value in json.loads(line)] for line in archive.read(name).splitlines()]
            for name in sorted(archive.namelist())
            if name.startswith("tables/")
        }


def value_of(value, name):
    """JSON within JSON, numbers written as text, and tokens, whose order says nothing."""
    if not isinstance(value, str):
        return value
    if name.startswith("tables/search_"):
        return sorted(value.split())
    try:
        return json.loads(value)
    except ValueError:
        return value


@pytest.fixture
def postgres():
    server = PostgresServer()
    yield server
    server.stop()


def test_from_sqlite_to_postgresql_and_back(tmp_path, postgres):
    sqlite = Installation(tmp_path / "sqlite")
    sqlite.environment.pop("KEBU_DATABASE_URL", None)
    server = Installation(tmp_path / "server", KEBU_DATABASE_URL=create_database(postgres.url, "kebu_moved"))
    back = Installation(tmp_path / "back")
    back.environment.pop("KEBU_DATABASE_URL", None)
    logins = sqlite.json("demo", "--customers", "40")["logins"]
    first, second, third = (tmp_path / f"{n}.kebu" for n in range(3))
    sqlite.json("backup", "--out", first)
    server.json("restore", first)
    assert server.json("check") == {"problems": []}
    server.json("backup", "--out", second)
    back.json("restore", second)
    assert back.json("check") == {"problems": []}
    back.json("backup", "--out", third)
    one, two, three = content(first), content(second), content(third)
    assert list(one) == list(two) == list(three)
    # Each restore is noted, after all that was noted before.
    log = "tables/audit_entry.jsonl"
    assert [len(made[log]) - len(one[log]) for made in (two, three)] == [1, 2]
    assert two[log][: len(one[log])] == one[log]
    assert three[log][: len(two[log])] == two[log]
    named = ("records_counter", "fields_catalogversion", "accounts_user", "audit_entry", "audit_head")
    outdated = {f"tables/{name}.jsonl" for name in named}
    for name in set(one) - outdated:
        assert two[name] == one[name], name
        assert three[name] == one[name], name
    assert len(logins) == len(one["tables/accounts_user.jsonl"]) == len(three["tables/accounts_user.jsonl"])
