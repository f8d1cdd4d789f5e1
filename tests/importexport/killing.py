"""The power goes while an import runs and people write: what was acknowledged is there, the import is whole or absent.

Also run by the bench, with more rounds (safety row F1).
"""

from __future__ import annotations

import http.client
import json
import random
import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import psycopg

from installation import Installation, Served, kill_group

WRITERS = 4


@dataclass
class Tally:
    """What the program acknowledged: names of created records, and by record the values of its field in order."""

    created: dict[int, str] = field(default_factory=dict)
    remarks: dict[int, list[str]] = field(default_factory=dict)
    imports: dict[int, str] = field(default_factory=dict)  # id → prefix of the names in it
    kills: int = 0
    interrupted: int = 0  # imports at work when the power went


class Client:
    """The HTTP API by a token."""

    def __init__(self, served: Served, token: str) -> None:
        self._host = urlsplit(served.url).netloc
        self._token = token

    def call(self, method: str, path: str, body: Any = None, *, raw: bytes | None = None, kind: str = "") -> Any:
        """The answer's JSON. OSError or HTTPException where the server is gone."""
        connection = http.client.HTTPConnection(self._host, timeout=60)
        content = raw if raw is not None else None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self._token}"}
        if content is not None:
            headers["Content-Type"] = kind or "application/json"
        try:
            connection.request(method, "/api" + path, content, headers)
            answer = connection.getresponse()
            told = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status >= 400:
            raise RuntimeError(f"{answer.status} {told}")
        return told

    def upload(self, name: str, text: str) -> int:
        """A csv file uploaded; the id of its import."""
        line = "XyZZy"
        raw = (
            f'--{line}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
            f"Content-Type: text/csv\r\n\r\n{text}\r\n--{line}--\r\n"
        ).encode()
        return self.call("POST", "/imports", raw=raw, kind=f"multipart/form-data; boundary={line}")["id"]


def rounds(installation: Installation, count: int, rows: int, *, longest: float = 2.5, seed: int = 1) -> Tally:
    """Kill the server `count` times in the middle of an import of `rows` rows, then let it recover and check.

    It works on the import for at most `longest` seconds before it is killed.
    """
    chance = random.Random(seed)
    token = installation.json("token", "alice@example.com", "--name", "t", "--scope", "write")["token"]
    tally = Tally()
    for number in range(count):
        with installation.served() as served:
            client = Client(served, token)
            prefix = f"第{number}轮"
            text = "客户名称,联系人,电话,备注\n" + "".join(
                f"{prefix}{n:05d},联系人{n},138{n:08d},第{n}行\n" for n in range(rows)
            )
            key = client.upload(f"{number}.csv", text)
            over = threading.Event()
            writers = [
                threading.Thread(target=_write, args=(client, tally, over, number, who)) for who in range(WRITERS)
            ]
            for writer in writers:
                writer.start()
            tally.imports[key] = prefix
            client.call("POST", f"/imports/{key}/apply")
            time.sleep(chance.uniform(0.0, longest))
            tally.interrupted += client.call("GET", f"/imports/{key}")["state"] == "applying"
            kill_group(served.process.pid)
            tally.kills += 1
            over.set()
            for writer in writers:
                writer.join()
    _let_leases_end(installation)
    with installation.served() as served:
        _check(Client(served, token), tally, rows)
    return tally


def _let_leases_end(installation: Installation) -> None:
    """As if half a minute had passed since the last kill: the jobs of dead workers are free."""
    past = "UPDATE core_job SET lease_until = '2000-01-01 00:00:00' WHERE lease_until IS NOT NULL"
    if url := installation.environment.get("KEBU_DATABASE_URL"):
        with psycopg.connect(url) as connection:
            connection.execute(past)
    else:
        with closing(sqlite3.connect(installation.home / "kebu.sqlite3")) as file, file:
            file.execute(past)


def _write(client: Client, tally: Tally, over: threading.Event, number: int, who: int) -> None:
    """Create records and change them, until the server is gone; note what it acknowledged."""
    step = 0
    while not over.is_set():
        step += 1
        name = f"写入{number}-{who}-{step}"
        try:
            made = client.call("POST", "/records/customers", {"values": {"name": name}})
            tally.created[made["id"]] = name
            for text in ("一", "二"):
                body = {"version": made["version"], "values": {"remark": f"{name}{text}"}}
                made = client.call("PATCH", f"/records/customers/{made['id']}", body)
                tally.remarks.setdefault(made["id"], []).append(f"{name}{text}")
        except (OSError, http.client.HTTPException, ValueError):
            return  # gone: nothing was acknowledged


def _check(client: Client, tally: Tally, rows: int) -> None:
    deadline = time.monotonic() + 600
    for key, prefix in tally.imports.items():
        while (plan := client.call("GET", f"/imports/{key}"))["state"] == "applying":
            assert time.monotonic() < deadline, f"import {key} does not end"
            time.sleep(0.1)
        spec = {"filter": {"field": "name", "op": "starts_with", "value": prefix}, "fields": ["main_contact.name"]}
        found = client.call("POST", "/records/customers/query", {**spec, "limit": 500})
        present = found["count"]
        if present is None:
            page = client.call("GET", f"/records/customers/pages?snapshot={found['snapshot']}&limit=1")
            present = page["count"]
        if plan["state"] == "planned":  # killed before the start was acknowledged
            assert present == 0
        else:
            assert (plan["state"], present) == ("done", rows), plan
            assert all(row[2] for row in found["rows"])
    for pk, name in tally.created.items():
        record = client.call("GET", f"/records/customers/{pk}")
        assert record["values"]["name"] == name
        told = tally.remarks.get(pk, [])
        entries = client.call("GET", f"/records/customers/{pk}/history")["entries"]
        new = [
            change["new"] for entry in reversed(entries) for change in entry["changes"] if change["field"] == "remark"
        ]
        # The last one may have been written and not acknowledged any more.
        assert new[: len(told)] == told
        assert record["values"]["remark"] == (new[-1] if new else None)
