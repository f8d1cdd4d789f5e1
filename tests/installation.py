"""An installation of its own for tests that start the program as people do: by its command line."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from postgres_server import create_database

ROOT = Path(__file__).resolve().parents[1]
KEBU = [sys.executable, "-c", "from kebu.cli import main; main()"]


class Installation:
    """A home, and a database on whatever the tests run on."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("KEBU_")}
        self.environment.pop("DJANGO_SETTINGS_MODULE", None)
        self.environment |= {"KEBU_HOME": str(home), "PYTHONPATH": str(ROOT / "src"), "LANG": "C.UTF-8", **settings}
        if os.environ.get("KEBU_TEST_DATABASE") == "postgres":
            name = f"kebu_{secrets.token_hex(6)}"
            self.environment["KEBU_DATABASE_URL"] = create_database(os.environ["KEBU_DATABASE_URL"], name)

    def run(self, *arguments: str | Path, text: str = "") -> subprocess.CompletedProcess[str]:
        """`kebu ARGUMENTS` with `text` on stdin."""
        return subprocess.run(
            [*KEBU, *map(str, arguments)], env=self.environment, input=text, capture_output=True, text=True, timeout=110
        )

    def json(self, *arguments: str | Path, text: str = "") -> dict[str, Any]:
        """What `kebu ARGUMENTS --json` prints; it has to succeed."""
        done = self.run(*arguments, "--json", text=text)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def init(self, template: str = "partner") -> None:
        """Set it up: alice@example.com owns 示例公司."""
        owner = ("--company", "示例公司", "--owner", "alice@example.com", "--password-stdin")
        self.json("init", "--template", template, *owner, text="correct horse 马 battery\n")

    @contextmanager
    def served(self, *arguments: str) -> Iterator[Served]:
        """`kebu serve` on a free port, stopped at the end."""
        port = free_port()
        process = subprocess.Popen(
            [*KEBU, "serve", "--port", str(port), "--json", *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            yield Served(self, port, process)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            finally:
                # Whatever did not end by itself must not outlive the test.
                kill_group(process.pid)
                if process.stdout:
                    process.stdout.close()


class Served:
    """A running `kebu serve`; made once it answers."""

    def __init__(self, installation: Installation, port: int, process: subprocess.Popen[str]) -> None:
        self.installation = installation
        self.process = process
        self.url = f"http://127.0.0.1:{port}"
        assert process.stdout
        line = process.stdout.readline()  # printed once the address answers
        if not line:
            raise RuntimeError(f"kebu serve ended with {process.wait()}")
        told = json.loads(line)
        self.address: str = told["address"]
        self.setup_link: str | None = told["setup_link"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def kill_group(pid: int) -> None:
    """End a process and all its children at once, as a crash of the machine does."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
