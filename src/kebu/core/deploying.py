"""What is missing before people come to an installation over a network: `kebu check --deploy`."""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.utils.module_loading import autodiscover_modules

from kebu.core.errors import message

# As many as `secrets.token_urlsafe(24)` gives: 192 bits. A key of fewer, or of the same few, can be guessed.
_KEY_LENGTH, _KEY_DIFFERENT = 32, 10


class Missing(NamedTuple):
    """A message of ours, and what fills it in."""

    code: str
    params: dict[str, str | int]

    def as_json(self, language: str) -> dict[str, str]:
        """`{"code", "message"}`; `code` is stable."""
        return {"code": self.code, "message": message(self.code, language, **self.params)}


Look = Callable[[int], Iterator[Missing]]
_looks: list[Look] = []


def deploy_check(function: Look) -> Look:
    """Register a look at something, given how many server processes there are to be; it yields what is missing."""
    _looks.append(function)
    return function


def missing(processes: int = 1) -> list[Missing]:
    """All that is missing; nothing is changed."""
    autodiscover_modules("deploying")  # rooms above have their own
    return [one for look in _looks for one in look(processes)]


@deploy_check
def _address(processes: int) -> Iterator[Missing]:
    if not settings.SECURE:
        yield Missing("deploy_https", {"address": settings.BASE_URL})
    elif not (settings.SECURE_HSTS_SECONDS and settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE):
        yield Missing("deploy_hsts", {})
    if settings.LAN:
        yield Missing("deploy_lan", {"host": settings.HOST})
    if wide := sorted(name for name in settings.HOST_NAMES if "*" in name or name.startswith(".")):
        yield Missing("deploy_hosts", {"names": ", ".join(wide)})
    if settings.DEBUG:
        yield Missing("deploy_debug", {})


@deploy_check
def _secret(processes: int) -> Iterator[Missing]:
    key = settings.SECRET_KEY
    if len(key) < _KEY_LENGTH or len(set(key)) < _KEY_DIFFERENT:
        yield Missing("deploy_secret", {"length": _KEY_LENGTH})


@deploy_check
def _database(processes: int) -> Iterator[Missing]:
    if connection.vendor == "sqlite" and (processes > 1 or not settings.WORKER):
        yield Missing("deploy_sqlite", {})


@deploy_check
def _readable(processes: int) -> Iterator[Missing]:
    home = Path(settings.HOME)
    names = ("", "secret.key", "kebu.sqlite3", "backups", "files", "imports")
    for path in (home / name for name in names):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Missing("deploy_readable", {"path": str(path), "mode": "700" if path.is_dir() else "600"})
    if not os.access(home, os.W_OK):
        yield Missing("deploy_not_writable", {"path": str(home)})
