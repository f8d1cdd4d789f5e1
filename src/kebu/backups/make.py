"""Making a backup while everybody works: what the database held at one moment, and the files of that time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from kebu.backups import package, tables
from kebu.backups.package import FilePart, Manifest, Part
from kebu.core.db import is_postgres
from kebu.core.errors import KebuError

_PIECE = 1024 * 1024


@dataclass(frozen=True)
class BackupInfo:
    """A backup that was made: `size` in bytes, `rows` of all tables."""

    path: Path
    size: int
    rows: int


Alive = Callable[[], object]
"""Called every moment during long work; what it raises ends the work, and nothing is left behind."""

Rewrite = Callable[[bytes], bytes]
"""What stands in the file instead of some lines of a table, each as long as it likes; as many as there were."""


def _go_on() -> None:
    pass


def make_backup(out: Path | None = None, *, alive: Alive = _go_on) -> BackupInfo:
    """Write everything into one new file, by default one in KEBU_HOME/backups. Nobody waits for it.

    KebuError `backup_exists`, or `backup_failed` where the file cannot be written (no such folder, no space).
    """
    with still() as cursor:
        return write(cursor, out or new_path("kebu"), alive)


def new_path(kind: str) -> Path:
    """A free name for a backup made now: `kebu-20261122-031000.kebu`."""
    stamp = timezone.localtime().strftime("%Y%m%d-%H%M%S")
    names = (f"{kind}-{stamp}{more}{package.END}" for more in ("", *(f"-{n}" for n in range(2, 1000))))
    return next(path for name in names if not (path := package.folder() / name).exists())


@contextmanager
def still() -> Iterator[Any]:
    """A cursor that sees the database as it is now, whatever others write meanwhile."""
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            # Not by Django's `atomic`, which on SQLite would keep writers out.
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if is_postgres() else "BEGIN")
            if is_postgres():
                cursor.execute("SET LOCAL statement_timeout = 0")
            yield cursor
    finally:
        own.close()


def write(
    cursor: Any, out: Path, alive: Alive = _go_on, *, treat: Callable[[tables.Table], Rewrite | None] | None = None
) -> BackupInfo:
    """Write what `cursor` sees into the new file `out`. KebuError as for `make_backup`.

    `treat` says what becomes of a table (None: it is left out), for a file without any of the files that people see.
    """
    if out.exists():
        raise KebuError("backup_exists", status=409, name=out.name)
    created_at = datetime.now(UTC)
    try:
        with package.create(out) as writer:
            cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
            migrations: dict[str, list[str]] = {}
            for app, name in cursor.fetchall():
                migrations.setdefault(app, []).append(name)
            treated = [(table, treat(table) if treat else _as_it_is) for table in tables.all_tables()]
            parts = [_write_table(cursor, writer, table, rewrite, alive) for table, rewrite in treated if rewrite]
            files = [] if treat else list(_write_files(writer, Path(settings.HOME), alive))
            manifest = Manifest(
                settings.VERSION, created_at, "postgresql" if is_postgres() else "sqlite", migrations, parts, files
            )
            with writer.part("manifest.json") as sink:
                sink.write(package.manifest_json(manifest))
    except OSError as error:
        raise KebuError("backup_failed", status=500, name=out.name, reason=error.strerror or str(error)) from error
    return BackupInfo(out, out.stat().st_size, manifest.rows)


def _as_it_is(lines: bytes) -> bytes:
    return lines


def _write_table(cursor: Any, writer: package.Writer, table: tables.Table, rewrite: Rewrite, alive: Alive) -> Part:
    rows = 0
    with writer.part(f"tables/{table.name}.jsonl") as sink:
        for count, content in tables.lines(cursor, table):
            sink.write(rewrite(content))
            rows += count
            alive()
    return Part(table, rows, sink.sha256, tables.last_id(cursor, table))


def _write_files(writer: package.Writer, home: Path, alive: Alive) -> Iterator[FilePart]:
    for path in sorted(path for name in package.FOLDERS for path in (home / name).rglob("*")):
        name = path.relative_to(home).as_posix()
        try:
            file = open(path, "rb")  # noqa: SIM115  # a file may be tidied away between being listed and opened
        except (FileNotFoundError, IsADirectoryError):
            continue
        with file, writer.part(name) as sink:
            while piece := file.read(_PIECE):
                sink.write(piece)
                alive()
        yield FilePart(name, sink.sha256)
