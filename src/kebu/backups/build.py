"""Building a database from a backup: as it was, then brought to this program's version.

A module of its own that runs as a program too: for SQLite a database is built in a folder apart, by a process whose
KEBU_HOME is that folder. So a backup is tried out, and a running installation is touched only when all went well.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.graph import MigrationGraph

from kebu.backups import erased, tables
from kebu.backups.package import Package, Part, opened
from kebu.core import bulk
from kebu.core.db import is_postgres
from kebu.core.errors import KebuError
from kebu.fields import registry
from kebu.records import search

_ROWS = 2000
_MOMENT = 0.5  # seconds


def build(source: Package) -> None:
    """Fill the empty database (on PostgreSQL: the empty schema) that the connection stands in; who is on the list of
    the erased in KEBU_HOME/backups is erased from it.

    KebuError `backup_newer` where a newer program made the backup, `backup_damaged` where rows do not fit.
    """
    manifest = source.manifest
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    had = {(app, name) for app, names in manifest.migrations.items() for name in names}
    if not had <= set(graph.nodes):
        raise KebuError("backup_newer", status=409, version=manifest.version)
    executor.migrate(sorted(node for node in had if not _followers(graph, node) & had))
    records = [part for part in manifest.parts if not tables.is_search(part.table.name)]
    with bulk.bare([part.table.name for part in records]):
        for part in records:
            _fill(source, part)
    # To this version; then what is made after every migration: the tables of the search index.
    call_command("migrate", interactive=False, verbosity=0)
    index = [part for part in manifest.parts if tables.is_search(part.table.name)]
    with bulk.bare([part.table.name for part in index]):
        for part in index:
            _fill(source, part)
    if not index:
        _index()
    _check(manifest.parts)
    if entries := erased.listed():
        erased.erase_again(entries)


def _followers(graph: MigrationGraph, node: tuple[str, str]) -> set[tuple[str, str]]:
    """The migrations of the same app that come right after."""
    return {child.key for child in graph.node_map[node].children if child.key[0] == node[0]}


def _fill(source: Package, part: Part) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        # A migration may have put rows there that the backup has, too.
        cursor.execute(f'DELETE FROM "{part.table.name}"')
        for rows in source.rows(part, _ROWS):
            tables.load(part.table, rows)
        if part.last_id is not None:
            tables.raise_last_id(cursor, part.table.name, part.table.key, part.last_id)


def _index() -> None:
    """Make the search index out of the records, for a file that has none."""
    from kebu.records import cells  # which needs Django to be set up, as it is not while this module is read

    registry.forget()  # what this process knows of fields may be of the database that is to be replaced
    known = registry.catalog()
    with bulk.bare([search.table(key) for key in known.objects]):
        for one in known.objects.values():
            ids = list(one.model.objects.order_by("id").values_list("id", flat=True))
            for start in range(0, len(ids), _ROWS):
                with transaction.atomic():
                    search.put(one.key, cells.tokens(known, one, ids[start : start + _ROWS]), fresh=True)
    registry.forget()


def _check(parts: Sequence[Part]) -> None:
    with connection.cursor() as cursor:
        for part in parts:
            cursor.execute(f'SELECT count(*) FROM "{part.table.name}"')
            if cursor.fetchone()[0] < part.rows:
                raise KebuError("backup_damaged", reason=part.table.name)
        if not is_postgres():
            cursor.execute("PRAGMA integrity_check(1)")
            if (found := cursor.fetchone()[0]) != "ok":
                raise KebuError("backup_damaged", reason=found)


def build_apart(file: Path, home: Path, *, gently: bool, alive: Callable[[], object] | None = None) -> Path:
    """Build a SQLite database from a backup in the empty folder `home`; answers its path.

    `gently`: after everybody else who wants to work on this machine. `alive` is called every moment; what it raises
    ends the work. KebuErrors as for `build`.
    """
    keep = {name: value for name, value in os.environ.items() if not name.startswith("KEBU_")}
    environment = keep | {"KEBU_HOME": str(home), "DJANGO_SETTINGS_MODULE": "kebu.settings"}
    # Found where this program was found, however it is installed.
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    command = [sys.executable, "-m", "kebu.backups.build", str(file.resolve()), *(["--gently"] if gently else [])]
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl+C is for this process, which ends that one
    ) as child:
        try:
            while True:
                try:
                    said, complaints = child.communicate(timeout=_MOMENT)
                    break
                except subprocess.TimeoutExpired:
                    if alive:
                        alive()
        except BaseException:
            child.kill()
            raise
    if child.returncode:
        try:
            told = json.loads(said)
        except ValueError:
            told = {"code": "backup_damaged", "params": {"reason": complaints.strip().rpartition("\n")[2][:200]}}
        raise KebuError(told["code"], status=409, **told["params"])
    return home / "kebu.sqlite3"


def _main() -> None:
    import django

    if "--gently" in sys.argv:
        os.nice(10)
    django.setup()
    with connection.cursor() as cursor:
        # Nobody else opens this file, and who finds it half made throws it away.
        cursor.execute("PRAGMA journal_mode = DELETE")
        cursor.execute("PRAGMA synchronous = OFF")
    try:
        with opened(Path(sys.argv[1])) as source:
            build(source)
    except KebuError as error:
        print(json.dumps({"code": error.code, "params": error.params}))  # noqa: T201  # for `build_apart`
        sys.exit(1)


if __name__ == "__main__":
    _main()
