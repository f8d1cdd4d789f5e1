"""The running program: granian's main process holds the socket, its children hold Django and a job worker each."""

import json
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server

from kebu.core.errors import KebuError

# Python runs one thread at a time; the others wait for the database. More of them cost memory, not time.
_THREADS = 8
_CONNECTIONS = 1024
_STOP_SECONDS = 10
_NEWS = "KEBU_NEWS"  # internal: the file that says what is to be told, and by its removal that it was


def serve(*, host: str, port: int, processes: int, as_json: bool) -> None:
    """Serve until a signal ends it. Raises `address_in_use`.

    The main process stays small: it never imports Django.
    """
    _check_address(host, port)
    descriptor, news = tempfile.mkstemp(prefix="kebu-")
    with os.fdopen(descriptor, "w") as file:
        json.dump({"host": host, "port": port, "json": as_json, "parent": os.getpid()}, file)
    os.environ[_NEWS] = news
    try:
        server = Server(
            "kebu",
            address=host,
            port=port,
            interface=Interfaces.RSGI,
            workers=processes,
            # Lines that are held open count here, too.
            backpressure=_CONNECTIONS,
            http=HTTPModes.http1,
            websockets=False,
            log_level=LogLevels.error,
            workers_kill_timeout=_STOP_SECONDS,
            respawn_failed_workers=processes > 1,
        )
        server.on_startup(_end_streams_first)
        server.serve(target_loader=load, wrap_loader=False)
    finally:
        Path(news).unlink(missing_ok=True)


def _end_streams_first() -> None:
    """In the main process: children hear of the end before granian tells them, or they would wait for the streams."""
    for number in (signal.SIGINT, signal.SIGTERM):
        before = signal.getsignal(number)

        def end(number: int, frame: Any, before: Any = before) -> None:
            for child in multiprocessing.active_children():
                if child.pid:
                    os.kill(child.pid, signal.SIGUSR1)
            before(number, frame)

        signal.signal(number, end)


def load() -> Any:
    """In a child: the application, on a database of the right version, with a job worker beside it."""
    # Ctrl+C reaches every process of a terminal; told twice, by it and by the main process, granian's child hangs.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        from kebu.core.front import Front
        from kebu.wsgi import application

        _prepare()
        return Front(application, _THREADS)
    except KebuError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


def _prepare() -> None:
    from django.conf import settings
    from django.db import connection
    from django.urls import get_resolver

    from kebu.core.schema import migrate

    migrate()
    _die_with_parent()
    _ = get_resolver().url_patterns  # all rooms are imported now, not during the first request
    _tell()
    connection.close()
    if settings.WORKER:
        from kebu.core.jobs import Worker

        worker = Worker()
        worker.start()
        # A child of multiprocessing ends without running atexit; this it does run.
        Finalize(None, worker.stop, exitpriority=0)


def _tell() -> None:
    """Print the address and, until it was used, the set-up link: one child does, the one that takes the file."""
    news = Path(os.environ.get(_NEWS, ""))
    try:
        told = json.loads(news.read_text())
        news.unlink()
    except (OSError, ValueError):
        return
    from django.conf import settings

    from kebu.accounts.setup import setup_link

    link = setup_link(settings.BASE_URL)
    if told["json"]:
        lines = [json.dumps({"address": settings.BASE_URL, "setup_link": link, "home": str(settings.HOME)})]
    else:
        lines = [f"Kebu 客簿 {settings.VERSION}  {settings.BASE_URL}", f"数据 data  {settings.HOME}"]
        if link:
            lines.append(f"首次设置 set up  {link}")
    threading.Thread(target=_print_when_reachable, args=(told["host"], told["port"], lines), daemon=True).start()


def _print_when_reachable(host: str, port: int, lines: list[str]) -> None:
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    for _ in range(100):
        try:
            socket.create_connection((target, port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.02)
    print(*lines, sep="\n", flush=True)


def _die_with_parent() -> None:
    """A child that lost its main process (killed hard) would hold the port and work on, seen by nobody."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="kebu-parent", daemon=True).start()


def _check_address(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise KebuError("address_in_use", host=host, port=port, reason=error.strerror) from error
