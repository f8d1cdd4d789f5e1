"""Where it is measured: installations with many customers, kept between runs, on SQLite or a real PostgreSQL."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from bench import clock

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from installation import KEBU, free_port, kill_group  # noqa: E402  # lies beside the tests
from postgres_server import PostgresServer, create_database  # noqa: E402

KEPT = ROOT / ".cache" / "bench"
# All else as it comes, so that every commit is on disk.
POSTGRES = {"shared_buffers": "512MB", "max_wal_size": "4GB"}


class Ground:
    """A filled installation on one database."""

    def __init__(self, rows: int, server: PostgresServer | None, *, copy: bool = False) -> None:
        """`copy`: one that may be spoilt, beside the one that is kept."""
        self.rows, self.server = rows, server
        self.database = "PostgreSQL" if server else "SQLite"
        self.name = f"{self.database.lower()}_{rows}"
        self.home = KEPT / (f"{self.name}_copy" if copy else self.name)
        if copy:
            shutil.rmtree(self.home, ignore_errors=True)
            shutil.copytree(KEPT / self.name, self.home)
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("KEBU_")}
        self.environment |= {
            "KEBU_HOME": str(self.home),
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            "DJANGO_SETTINGS_MODULE": "kebu.settings",
        }
        if server:
            self.environment["KEBU_DATABASE_URL"] = self._postgres(server, copy)

    def _postgres(self, server: PostgresServer, copy: bool) -> str:
        name = f"{self.name}_copy" if copy else self.name
        with psycopg.connect(server.url, autocommit=True) as connection:
            if copy:
                connection.execute(f'DROP DATABASE IF EXISTS "{name}"'.encode())
                connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{self.name}"'.encode())
            elif connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
                return create_database(server.url, name)
        return urlsplit(server.url)._replace(path=f"/{name}").geturl()

    def fill(self) -> tuple[float, float]:
        """Fill it, unless that was done before; answers the seconds of wall and of CPU that it took then."""
        told = self.home / "filled.json"
        if not told.exists():
            shutil.rmtree(self.home, ignore_errors=True)
            before, begun = os.times(), time.perf_counter()
            self.kebu("demo", "--customers", str(self.rows))
            after = os.times()
            cpu = after.children_user + after.children_system - before.children_user - before.children_system
            told.write_text(json.dumps([time.perf_counter() - begun, cpu]))
        wall, cpu = json.loads(told.read_text())
        return wall, cpu

    def kebu(self, *arguments: str | Path) -> Any:
        """What `kebu ARGUMENTS --json` prints; it has to succeed."""
        done = subprocess.run(
            [*KEBU, *map(str, arguments), "--json"], env=self.environment, stdout=subprocess.PIPE, text=True, check=True
        )
        return json.loads(done.stdout)

    def token(self, email: str = "") -> str:
        """A key to the API for somebody, or else for the owner."""
        email = email or json.loads((self.home / "demo-logins.json").read_text())[0]["email"]
        made = self.kebu("token", email, "--name", "bench", "--scope", "write")
        return str(made["token"])

    def inside(self, module: str, *arguments: str) -> Any:
        """What `python -m MODULE` prints as JSON: measurements within a process of this installation."""
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            env=self.environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return json.loads(done.stdout)

    @contextmanager
    def served(self) -> Iterator["Served"]:
        """The running program, ended afterwards."""
        self.inside("bench.inside", "rest")
        with serving(self.environment) as served:
            served.token = self.token()
            yield served


class Served:
    """A running `kebu serve`."""

    def __init__(self, port: int, process: "subprocess.Popen[str]") -> None:
        self.port, self.process, self.token = port, process, ""

    def pids(self) -> list[int]:
        """All its processes."""
        return clock.children(self.process.pid)

    def caller(self) -> "Caller":
        """A client of its own."""
        return Caller(self.port, self.token)


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[Served]:
    """`kebu serve` on a free port, there as soon as it says so."""
    port = free_port()
    process = subprocess.Popen(
        [*KEBU, "serve", "--port", str(port), "--json"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout
        if not process.stdout.readline():
            raise RuntimeError(f"kebu serve ended with {process.wait()}")
        yield Served(port, process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        finally:
            kill_group(process.pid)


class Caller:
    """One client with one connection that stays open."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=600)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def raw(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        """Status and content of an answer."""
        text = None if body is None else json.dumps(body)
        try:
            self._connection.request(method, "/api" + path, body=text, headers=self._headers)
            answer = self._connection.getresponse()
        except RemoteDisconnected:  # a connection that nobody used for a while
            self._connection.request(method, "/api" + path, body=text, headers=self._headers)
            answer = self._connection.getresponse()
        return answer.status, answer.read()

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of an answer, which has to be a good one."""
        status, content = self.raw(method, path, body)
        if status >= 400:
            raise RuntimeError(f"{method} {path}: {status} {content[:500]!r}")
        return json.loads(content)
