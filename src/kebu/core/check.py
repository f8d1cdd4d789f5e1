"""What can be found wrong with an installation by looking."""

import shutil
import stat
from collections.abc import Callable, Iterator

from django.conf import settings
from django.core.checks import WARNING, run_checks
from django.db import DatabaseError, connection

from kebu.core.schema import is_current

_ENOUGH_BYTES = 500 * 1024 * 1024

Check = Callable[[], Iterator[str]]
_checks: list[Check] = []


def check(function: Check) -> Check:
    """Register a look at something; it yields a sentence, in English, for each thing that is wrong."""
    _checks.append(function)
    return function


def problems() -> list[str]:
    """Everything that the registered checks find; nothing is changed."""
    found: list[str] = []
    for each in _checks:
        try:
            found += each()
        except (DatabaseError, UnicodeDecodeError) as error:
            found.append(f"database: {error}".strip())
    return list(dict.fromkeys(found))


@check
def _configuration() -> Iterator[str]:
    for message in run_checks():
        if message.level >= WARNING:
            yield f"{message.id}: {message.msg}"


@check
def _version() -> Iterator[str]:
    if not is_current():
        yield "database: of another version than the program; `kebu serve` brings it up to date"


@check
def _database() -> Iterator[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA integrity_check(20)")
            yield from (f"database: {row[0]}" for row in cursor.fetchall() if row[0] != "ok")
            cursor.execute("PRAGMA foreign_key_check")
            for table, row, parent, _ in cursor.fetchall()[:20]:
                yield f"database: row {row} of {table} points to a row of {parent} that is not there"
        else:
            cursor.execute("SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE NOT convalidated")
            yield from (f"database: constraint {name} of {table} is not valid" for table, name in cursor.fetchall())
            cursor.execute("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid")
            yield from (f"database: index {name} is not valid" for (name,) in cursor.fetchall())


@check
def _home() -> Iterator[str]:
    if stat.S_IMODE(settings.HOME.stat().st_mode) & 0o007:
        yield f"{settings.HOME}: others on this machine may read it (chmod 700)"
    if (free := shutil.disk_usage(settings.HOME).free) < _ENOUGH_BYTES:
        yield f"{settings.HOME}: only {free // 1024**2} MB of disk space left"
