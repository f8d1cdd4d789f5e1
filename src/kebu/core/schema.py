"""Brings the database to the version of the program."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import OperationalError
from filelock import FileLock

from kebu.core.errors import KebuError

# Any number will do as long as every process asks for the same one.
_POSTGRES_LOCK = 5_228_001
_DAMAGED = ("file is not a database", "database disk image is malformed")


def is_current() -> bool:
    """Whether no migration is left to run. Costs some 30 ms."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def migrate() -> bool:
    """Run what is left, whoever comes first; others wait for it. True when there was something to do.

    Raises `database_unreachable`, `database_damaged`.
    """
    try:
        if is_current():
            return False
        with _alone():
            if is_current():
                return False
            call_command("migrate", interactive=False, verbosity=0)
        return True
    except OperationalError as error:
        raise KebuError("database_unreachable", reason=str(error).strip()) from error
    except (DatabaseError, UnicodeDecodeError) as error:  # SQLite also complains in words that are damaged themselves
        if isinstance(error, UnicodeDecodeError) or (connection.vendor == "sqlite" and str(error) in _DAMAGED):
            raise KebuError("database_damaged", reason=str(error)) from error
        raise


@contextmanager
def _alone() -> Iterator[None]:
    with FileLock(settings.HOME / "migrate.lock"):
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            # Index builds and table rewrites may take longer than any statement of daily work.
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("SELECT pg_advisory_lock(%s)", [_POSTGRES_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_POSTGRES_LOCK])
                cursor.execute("RESET statement_timeout")
