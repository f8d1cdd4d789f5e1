"""Tables of the past: temporary ones of a connection, and where much has changed, kept ones that all share.

A kept set belongs to a moment (and a version of the fields) and knows all changes up to a number. It is there with its
mark, which is made last. Nothing in it is told from elsewhere: it can be dropped at any time, and is every night.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.db import connection, transaction

from kebu.core import db
from kebu.fields.registry import Catalog, ObjectType
from kebu.records import search, then

# Sets that are kept: whoever asks while a newer one is made still has the one he began with.
_SETS = 4


@dataclass(frozen=True)
class Kept:
    """A kept set; `through` is the number of the last ChangeSet that it knows."""

    name: str
    through: int
    tag: str

    def table(self, one: ObjectType) -> str:
        """Where the changed records of an object are, as they were."""
        return f"then_{self.name}_{self.through}_{self.tag}_{one.key}"

    def words(self, one: ObjectType) -> str:
        """Where the words are by which records of an object were found then and are not now."""
        return f"{self.table(one)}_words"

    @property
    def mark(self) -> str:
        return f"then_{self.name}_{self.through}_{self.tag}_made"


def schema() -> str:
    """Where the tables of today are, quoted: so named, a table is not taken for the WITH part of its name."""
    if not db.is_postgres():
        return "main"
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        return str(cursor.fetchone()[0])


def temporary() -> list[str]:
    """The tables of pasts that this connection has, oldest first."""
    with connection.cursor() as cursor:
        if db.is_postgres():
            cursor.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r'"
                " AND relname LIKE %s ORDER BY oid",
                ["past\\_%"],
            )
        else:
            cursor.execute(
                "SELECT name FROM sqlite_temp_master WHERE type = 'table' AND name LIKE %s ORDER BY rowid", ["past_%"]
            )
        return [row[0] for row in cursor.fetchall()]


def put_temporary(name: str, one: ObjectType, rows: Sequence[Sequence[Any]]) -> None:
    """Make a temporary table of records; under its name it is there as a whole or not at all."""
    _create(f"{name}_part", one, "TEMP")
    db.insert_rows(f"{name}_part", then.columns(one), rows)
    _rename(f"{name}_part", name)


def put_temporary_words(name: str, tokens: Mapping[int, str]) -> None:
    """Make a temporary table of words."""
    _create_words(f"{name}_part", "TEMP")
    search.insert(f"{name}_part", "id", tokens)
    _rename(f"{name}_part", name)


def _rename(old: str, new: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE "{old}" RENAME TO "{new}"')


def drop(names: Iterable[str]) -> None:
    """Drop tables of the past, those that are there."""
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f'DROP TABLE IF EXISTS "{name}"')


def _create(name: str, one: ObjectType, lasting: str) -> None:
    table = one.model._meta.db_table
    drop([name])
    with connection.cursor() as cursor:
        if db.is_postgres():
            cursor.execute(f'CREATE {lasting} TABLE "{name}" (LIKE "{table}", said boolean)')
        else:
            cursor.execute(f'CREATE {lasting} TABLE "{name}" AS SELECT *, 0 AS said FROM main."{table}" WHERE 0')


def _create_words(name: str, lasting: str) -> None:
    drop([name])
    with connection.cursor() as cursor:
        kind = "tsvector" if db.is_postgres() else "text"
        cursor.execute(f'CREATE {lasting} TABLE "{name}" (id bigint, tokens {kind})')


# -- kept for all ----------------------------------------------------------------------------------------------


def found(name: str) -> Kept | None:
    """The newest kept set of that name; None where there is none."""
    sets = [one for one in _sets(f"then_{name}_") if one.name == name]
    return sets[-1] if sets else None


def begin(name: str, through: int, known: Catalog, base: Kept | None) -> Kept:
    """Make the tables of a new set, with all that an older one of its name has."""
    made = Kept(name, through, uuid4().hex[:8])
    lasting = "UNLOGGED" if db.is_postgres() else ""
    for one in known.objects.values():
        _create(made.table(one), one, lasting)
        _create_words(made.words(one), lasting)
        if base:
            for old, new in ((base.table(one), made.table(one)), (base.words(one), made.words(one))):
                with db.turn(), connection.cursor() as cursor:
                    cursor.execute(f'INSERT INTO "{new}" SELECT * FROM "{old}"')
    return made


def add(made: Kept, one: ObjectType, rows: Sequence[Sequence[Any]]) -> None:
    """Put a part of the rows that `then.parts` gives into a set, in a transaction of its own."""
    with db.turn(), transaction.atomic():
        db.insert_rows(made.table(one), then.columns(one), rows)


def add_words(made: Kept, one: ObjectType, tokens: Mapping[int, str]) -> None:
    """Put the tokens of records into a set, in a transaction of its own."""
    with db.turn(), transaction.atomic():
        search.insert(made.words(one), "id", tokens)


def settle(made: Kept, one: ObjectType) -> None:
    """After the last record of an object: they are asked for by their ids from now on."""
    with db.turn(), connection.cursor() as cursor:
        for table in (made.table(one), made.words(one)):
            cursor.execute(f'CREATE INDEX "{table}_id" ON "{table}" (id)')
            if db.is_postgres():
                cursor.execute(f'ANALYZE "{table}"')


def finish(made: Kept, known: Catalog) -> None:
    """From now on the set is found; of too many the oldest goes."""
    with db.turn(), transaction.atomic(), connection.cursor() as cursor:
        for one in known.objects.values():  # what went for good meanwhile
            for table in (made.table(one), made.words(one)):
                cursor.execute(
                    f'DELETE FROM "{table}" WHERE NOT EXISTS'
                    f' (SELECT 1 FROM "{one.model._meta.db_table}" AS here WHERE here.id = "{table}".id)'
                )
        cursor.execute(f'CREATE TABLE "{made.mark}" (id bigint)')
    for old in _sets("then_")[:-_SETS]:
        abandon(old)


def abandon(made: Kept) -> None:
    """Drop a set, its mark first."""
    there = _lasting(f"then_{made.name}_{made.through}_{made.tag}_")
    with db.turn():
        drop(sorted(there, key=lambda name: name != made.mark))


def forget() -> int:
    """Drop all kept sets, and what a killed making left; answers how many tables these were."""
    there = _lasting("then_")
    with db.turn():
        drop(sorted(there, key=lambda name: not name.endswith("_made")))
    return len(there)


def remove(one: ObjectType, ids: Sequence[int]) -> None:
    """Take records out of all sets, in the caller's transaction: they go for good."""
    there = [name for name in _lasting("then_") if name.endswith((f"_{one.key}", f"_{one.key}_words"))]
    close = "= ANY(%s)" if db.is_postgres() else "IN (SELECT value FROM json_each(%s))"
    with connection.cursor() as cursor:
        for name in there:
            cursor.execute(f'DELETE FROM "{name}" WHERE id {close}', [db.id_list(ids)])


def _sets(prefix: str) -> list[Kept]:
    """The sets that are whole, oldest first."""
    names = [name.split("_") for name in _lasting(prefix) if name.endswith("_made")]
    return sorted((Kept(name, int(through), tag) for _, name, through, tag, _ in names), key=lambda one: one.through)


def _lasting(prefix: str) -> list[str]:
    with connection.cursor() as cursor:
        if db.is_postgres():
            cursor.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND starts_with(tablename, %s)",
                [prefix],
            )
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB %s", [f"{prefix}*"])
        return [row[0] for row in cursor.fetchall()]
