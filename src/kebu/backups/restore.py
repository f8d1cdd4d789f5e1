"""Putting a backup in the place of what is here, while the program runs.

The backup is built apart first, which takes long and disturbs nobody. Then, in one transaction that lets nobody write,
what is here now is backed up and replaced: nothing that was acknowledged is lost, and whoever reads sees the old or
the new, never half of each. Killed in the middle, everything stays as it was.
"""

import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.db.models import F, Max
from filelock import FileLock
from psycopg.errors import DeadlockDetected, LockNotAvailable

from kebu.accounts.models import Company, User
from kebu.backups import erased, make, package, tables
from kebu.backups.build import build, build_apart
from kebu.core import db
from kebu.core.db import is_postgres
from kebu.core.errors import KebuError
from kebu.fields import registry
from kebu.fields.models import CatalogVersion
from kebu.records.models import Counter

_SCHEMA = "kebu_restore"
_TRIES = 100


@dataclass(frozen=True)
class Restored:
    """`rows` of all tables; `before` holds what was here, None where nothing was."""

    rows: int
    before: Path | None


def restore(file: Path) -> Restored:
    """Replace everything here by what the backup `file` holds, without who was erased since. Everybody has to sign in
    again.

    KebuError `no_backup`, `backup_damaged`, `backup_newer`, and nothing has changed.
    """
    home = Path(settings.HOME)
    with package.opened(file) as source, FileLock(home / "restore.lock"), _staging(home) as staging:
        source.check()
        entries = _who_was_erased(file, staging)
        source.unpack(staging)
        if any(datetime.fromisoformat(entry["at"]) > source.manifest.created_at for entry in entries):
            # Which of these files hold somebody nobody knows; they are of a few days, and made anew.
            for name in package.FOLDERS:
                shutil.rmtree(staging / name, ignore_errors=True)
        before = _replace_postgres(source) if is_postgres() else _replace_sqlite(file, staging)
        _swap_folders(staging, home)
    registry.forget()
    ContentType.objects.clear_cache()
    for path in (home / "cache" / "snapshots").glob("*"):
        path.unlink(missing_ok=True)
    return Restored(source.manifest.rows, before)


def _who_was_erased(file: Path, staging: Path) -> list[erased.Entry]:
    """The list of this installation together with the one beside the backup; put where the database is built, too."""
    erased.add(erased.listed(file.resolve().parent))
    entries = erased.listed()
    if entries:
        folder = staging / "built" / "backups"
        folder.mkdir(parents=True, mode=0o700)
        shutil.copy(package.folder() / erased.NAME, folder / erased.NAME)
    return entries


@contextmanager
def _staging(home: Path) -> Iterator[Path]:
    """A folder beside the data, gone afterwards; and those gone that a killed restore left."""
    for left in home.glob(".restore-*"):
        shutil.rmtree(left)
    path = Path(tempfile.mkdtemp(prefix=".restore-", dir=home))
    try:
        yield path
    finally:
        shutil.rmtree(path)


def _swap_folders(staging: Path, home: Path) -> None:
    for name in package.FOLDERS:
        if (home / name).exists():
            (home / name).rename(staging / f"old-{name}")
        if (staging / name).exists():
            (staging / name).rename(home / name)


def _back_up_first(cursor: Any) -> Path | None:
    """What is here now, as the transaction sees it, which keeps writers out."""
    if not Company.objects.exists():
        return None
    return make.write(cursor, make.new_path("before-restore")).path


# -- SQLite ------------------------------------------------------------------------------------------------------


def _replace_sqlite(file: Path, staging: Path) -> Path | None:
    """All rows of the live database by those of one that is built apart."""
    built = build_apart(file, staging / "built", gently=False)
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA foreign_keys = OFF")  # the new rows were looked at where they were built
            cursor.execute("ATTACH DATABASE %s AS built", [str(built)])
            with transaction.atomic():
                before = _back_up_first(cursor)
                live = _Versions.now()
                cursor.execute(
                    "SELECT name, sql FROM built.sqlite_master WHERE type = 'table' AND name != 'sqlite_sequence'"
                )
                found = dict(cursor.fetchall())
                index = [name for name, sql in found.items() if sql.startswith("CREATE VIRTUAL")]
                for name in found:
                    if not any(name.startswith(one) for one in index):
                        _replace_rows(cursor, name)
                for name in index:
                    _replace_index(cursor, name, found[name], [one for one in found if one.startswith(f"{name}_")])
                cursor.execute("SELECT name, seq FROM built.sqlite_sequence")
                for name, last in cursor.fetchall():
                    tables.raise_last_id(cursor, name, "id", last)
                live.leave_behind()
            # The old and the new content are in the log together: give the disk space back.
            cursor.execute("PRAGMA main.wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()  # and with it what was attached and switched off
    return before


def _replace_rows(cursor: Any, name: str) -> None:
    columns = []
    for database in ("main", "built"):
        cursor.execute(f'PRAGMA {database}.table_info("{name}")')
        columns.append([row[1] for row in cursor.fetchall()])
    cursor.execute(f'DELETE FROM main."{name}"')
    # Of two tables that are the same, SQLite copies `*` page by page, indexes too.
    named = "*" if columns[0] == columns[1] else ", ".join(f'"{one}"' for one in columns[1])
    into = "" if named == "*" else f" ({named})"
    cursor.execute(f'INSERT INTO main."{name}"{into} SELECT {named} FROM built."{name}"')


def _replace_index(cursor: Any, name: str, sql: str, shadows: list[str]) -> None:
    """A search index with the tables that FTS5 keeps it in: to tokenize all anew would take minutes."""
    cursor.execute(f'DROP TABLE IF EXISTS main."{name}"')
    cursor.execute(sql)
    for one in shadows:
        cursor.execute(f'DELETE FROM main."{one}"')
        cursor.execute(f'INSERT INTO main."{one}" SELECT * FROM built."{one}"')


# -- PostgreSQL --------------------------------------------------------------------------------------------------


def _replace_postgres(source: package.Package) -> Path | None:
    """All tables of the live schema by those of one that is built beside it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        (schema,) = cursor.fetchone()
        cursor.execute(f"DROP SCHEMA IF EXISTS {_SCHEMA} CASCADE")
        try:
            cursor.execute(f"CREATE SCHEMA {_SCHEMA}")
        except ProgrammingError as error:
            raise KebuError("restore_needs_schema", status=409, reason=str(error).strip()) from error
        cursor.execute("SET statement_timeout = 0")
        try:
            cursor.execute(f"SET search_path TO {_SCHEMA}")
            build(source)
            cursor.execute(f"SET search_path TO {connection.ops.quote_name(schema)}")
            return _swap_tables(cursor, schema)
        finally:
            cursor.execute("RESET search_path")
            cursor.execute("RESET statement_timeout")
            cursor.execute(f"DROP SCHEMA IF EXISTS {_SCHEMA} CASCADE")


def _swap_tables(cursor: Any, schema: str) -> Path | None:
    for _ in range(_TRIES):
        try:
            with transaction.atomic():
                return _swap_once(cursor, schema)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable | DeadlockDetected):
                raise
        # Somebody has one table and waits for another: let him finish.
        time.sleep(random.uniform(0.1, 0.5))
    raise KebuError("restore_blocked", status=503)


def _swap_once(cursor: Any, schema: str) -> Path | None:
    known = tables.all_tables()
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [_SCHEMA])
    built = [row[0] for row in cursor.fetchall()]
    # Whoever writes begins with a record: once those are locked nobody holds anything that is wanted next.
    records = [one.model._meta.db_table for one in registry.catalog().objects.values()]
    names = {table.name for table in known} | (set(built) & db.tables())
    there = ", ".join(f'"{name}"' for name in sorted(names, key=lambda name: (name not in records, name)))
    cursor.execute("SET LOCAL lock_timeout = '400ms'")  # less than a deadlock takes to be found
    # First against writers alone: one who has a record reads others of its kind and of the next before he ends.
    cursor.execute(f"LOCK TABLE {', '.join(records)} IN EXCLUSIVE MODE")
    cursor.execute(f"LOCK TABLE {there} IN ACCESS EXCLUSIVE MODE")
    before = _back_up_first(cursor)
    try:
        live = _Versions.now()
        given = {table: last for table in known if (last := tables.last_id(cursor, table)) is not None}
        cursor.execute(f"DROP TABLE {there} CASCADE")
        for name in built:
            cursor.execute(f'ALTER TABLE {_SCHEMA}."{name}" SET SCHEMA {connection.ops.quote_name(schema)}')
        for table, last in given.items():
            tables.raise_last_id(cursor, table.name, table.key, last)
        live.leave_behind()
    except BaseException:
        if before:
            before.unlink()
        raise
    return before


# -- what others hold --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Versions:
    """The numbers by which processes notice that what they hold is old."""

    change: int
    catalog: int
    rights: int

    @classmethod
    def now(cls) -> "_Versions":
        return cls(
            Counter.objects.aggregate(last=Max("value"))["last"] or 0,
            CatalogVersion.objects.aggregate(last=Max("version"))["last"] or 0,
            User.objects.aggregate(last=Max(F("rights_version") + F("reach_version")))["last"] or 0,
        )

    def leave_behind(self) -> None:
        """Make the numbers in the database greater than both those here and those that came with the backup."""
        came = self.now()
        Counter.objects.update_or_create(id=1, defaults={"value": max(self.change, came.change) + 1})
        CatalogVersion.objects.update_or_create(id=1, defaults={"version": max(self.catalog, came.catalog) + 1})
        # Sessions are bound to it: none that was begun before goes on.
        User.objects.update(rights_version=max(self.rights, came.rights) + 1)
