"""Deleting so that nothing stays readable in the database's files.

SQLite leaves deleted rows in free pages unless told otherwise; PostgreSQL keeps old versions of rows until a VACUUM.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from kebu.core.db import is_postgres


@contextmanager
def thoroughly() -> Iterator[None]:
    """What this connection deletes inside is overwritten with zeros; nothing to do on PostgreSQL."""
    if is_postgres():
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete")
        before = int(cursor.fetchone()[0])
        cursor.execute("PRAGMA secure_delete = ON")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA secure_delete = {('OFF', 'ON', 'FAST')[before]}")


def settle() -> None:
    """After the commit: empty the log of SQLite, which has the old pages; clear old versions of rows on PostgreSQL.

    Outside of a transaction. Where others read just now SQLite keeps the log, and empties it later.
    """
    with connection.cursor() as cursor:
        if not is_postgres():
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        cursor.execute("SET statement_timeout = 0")
        try:
            cursor.execute("VACUUM")
        finally:
            cursor.execute("RESET statement_timeout")
