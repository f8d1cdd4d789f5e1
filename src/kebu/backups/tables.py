"""Tables as lines of JSON, the same on SQLite and PostgreSQL: each line is an array of one row's values.

The database writes the lines itself, a few thousand in one text: row by row through Python would take ten times as
long, and hold up the requests of the same process at every row.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.apps import apps
from django.db import connection, models

from kebu.core.db import is_postgres, tables
from kebu.fields.registry import catalog
from kebu.records import search

# Sessions end with a restore: they could belong to rights that were taken away since. Who is here is said anew. A mail
# that was waiting then has been sent since.
LEFT_OUT = {"django_session", "accounts_signin", "records_presence", "notify_mail"}
_LINES = 2000
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")

Line = list[Any]
"""One row: its values in the order of the columns."""


@dataclass(frozen=True)
class Column:
    """A column and how its values are written: as they are, or as one of `json`, `datetime`, `float`."""

    name: str
    kind: str = ""


@dataclass(frozen=True)
class Table:
    """A table that backups hold; `key` is what its rows are ordered by."""

    name: str
    key: str
    columns: tuple[Column, ...]


def all_tables() -> list[Table]:
    """Every table of the program's models that is there, and the search index."""
    there = tables()
    found = [
        Table(
            model._meta.db_table,
            model._meta.pk.column or "",
            tuple(Column(field.column or "", _kind(field)) for field in model._meta.concrete_fields),
        )
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.db_table in there - LEFT_OUT
    ]
    index = [search.table(key) for key in catalog().objects]
    found += [Table(name, "id", (Column("id"), Column("tokens"))) for name in index if name in there]
    return sorted(found, key=lambda table: table.name)


def is_search(name: str) -> bool:
    """Whether a table is part of the search index, which the two databases keep in their own ways."""
    return name.startswith("search_")


def good_name(name: object) -> bool:
    """Whether this can be the name of a table or column of ours: names from a file stand in SQL."""
    return isinstance(name, str) and bool(_NAME.fullmatch(name))


def _kind(field: "models.Field[Any, Any]") -> str:
    if isinstance(field, models.BinaryField | models.DecimalField | models.DurationField):
        raise TypeError(f"backups do not know how to write {field}")
    if isinstance(field, models.JSONField):
        return "json"
    if isinstance(field, models.DateTimeField):
        return "datetime"
    return "float" if isinstance(field, models.FloatField) else ""


def lines(cursor: Any, table: Table) -> Iterator[tuple[int, bytes]]:
    """The rows of a table in order: (number of rows, their lines), some thousand at a time."""
    key = "rowid" if is_search(table.name) and not is_postgres() else table.key
    values = ", ".join(_written(table, column) for column in table.columns)
    if is_postgres():
        made, joined = f"json_build_array({values})::text", "string_agg(line, E'\\n' ORDER BY at)"
    else:
        made, joined = f"json_array({values})", "group_concat(line, char(10))"
    after, last = "", None
    while True:
        some = f'SELECT "{key}" AS at, {made} AS line FROM "{table.name}" {after} ORDER BY "{key}" LIMIT {_LINES}'
        cursor.execute(f"SELECT count(*), max(at), {joined} FROM ({some}) AS part", [] if last is None else [last])
        count, last, text = cursor.fetchone()
        if not count:
            return
        yield count, text.encode() + b"\n"
        after = f'WHERE "{key}" > %s'


def _written(table: Table, column: Column) -> str:
    """The SQL that writes a column's values the same on both databases."""
    name = f'"{column.name}"'
    if is_search(table.name):
        if is_postgres():
            return "array_to_string(tsvector_to_array(tokens), ' ')" if column.name == "tokens" else name
        return "rowid" if column.name == "id" else name
    if not is_postgres():
        # json_array alone would round.
        return f"iif({name} IS NULL, NULL, printf('%%!.17g', {name}))" if column.kind == "float" else name
    if column.kind == "datetime":
        return f"replace(to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), '.000000', '')"
    return f"{name}::text" if column.kind in ("json", "float") else name


def load(table: Table, rows: Sequence[Line]) -> None:
    """Insert rows as `lines` wrote them into an empty table."""
    if is_search(table.name):
        search.put(table.name.removeprefix("search_"), {int(pk): str(words) for pk, words in rows}, fresh=True)
        return
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    with connection.cursor() as cursor:
        if is_postgres():
            with cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(table.columns))
            cursor.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({places})', rows)


def parse(line: bytes, table: Table) -> Line:
    """One line as values. ValueError where it is none of this table."""
    row = orjson.loads(line)
    if not isinstance(row, list) or len(row) != len(table.columns):
        raise ValueError(table.name)
    return row


def last_id(cursor: Any, table: Table) -> int | None:
    """The highest id that was ever given in a table; None where ids are not given by the database."""
    if is_postgres():
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table.name}"', table.key])
        (sequence,) = cursor.fetchone() if not is_search(table.name) else (None,)
        if sequence is None:
            return None
        cursor.execute(f"SELECT last_value, is_called FROM {sequence}")
        value, called = cursor.fetchone()
        return int(value) if called else 0
    cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table.name])
    row = cursor.fetchone()
    return int(row[0]) if row else None


def raise_last_id(cursor: Any, table: str, key: str, at_least: int) -> None:
    """Let the database give no id up to `at_least` again: an id never means two records."""
    if is_postgres():
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table}"', key])
        (sequence,) = cursor.fetchone()
        cursor.execute(f"SELECT setval(%s, greatest(%s, last_value), true) FROM {sequence}", [sequence, at_least])
        return
    cursor.execute("UPDATE sqlite_sequence SET seq = max(seq, %s) WHERE name = %s", [at_least, table])
    if not cursor.rowcount:
        cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, at_least])
