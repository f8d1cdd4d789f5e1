"""What differs between SQLite and PostgreSQL, in one place."""

import fcntl
import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
from django.conf import settings
from django.db import connection, models
from django.db.models import Aggregate, Expression, F, FloatField, Func, TextField, Value
from django.db.models.sql.compiler import SQLCompiler

_KEY = re.compile(r"^[a-z][a-z0-9_]{0,60}$")
POSTGRES = bool(settings.DATABASE_URL)
# Sort keys are compared byte by byte on both databases, so that a page has the same order on either.
BINARY = "C" if POSTGRES else "BINARY"


def is_postgres() -> bool:
    """Whether the program runs on PostgreSQL (else: SQLite)."""
    return POSTGRES


class JsonKey(Func):
    """A value inside a JSON column, with its key written *into* the SQL.

    A bound parameter would never match the expression index on the same key. `kind` is `text`, `number` or
    `json` (lists; compared as text). Raises ValueError for a key that is not `[a-z][a-z0-9_]*`.
    """

    def __init__(self, column: str, key: str, kind: str = "text") -> None:
        if not _KEY.match(key):
            raise ValueError(f"not a storage key: {key!r}")
        output = FloatField() if kind == "number" else TextField()
        super().__init__(F(column), output_field=output)
        self.key, self.kind = key, kind

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **_: Any) -> tuple[str, Any]:
        inner, params = compiler.compile(self.source_expressions[0])
        return f"json_extract({inner}, '$.{self.key}')", params

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **_: Any) -> tuple[str, Any]:
        inner, params = compiler.compile(self.source_expressions[0])
        if self.kind == "number":
            return f"(({inner} ->> '{self.key}'))::double precision", params
        return f"({inner} ->> '{self.key}')", params


class Folded(Func):
    """Text without case and width, as `kebu.core.text.fold` gives it: what text operators compare."""

    output_field = TextField()

    def __init__(self, expression: Expression | F | Value) -> None:
        super().__init__(expression)

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **_: Any) -> tuple[str, Any]:
        inner, params = compiler.compile(self.source_expressions[0])
        return f"kebu_fold({inner})", params

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **_: Any) -> tuple[str, Any]:
        inner, params = compiler.compile(self.source_expressions[0])
        return f"lower(normalize({inner}, NFKC))", params


class PlaceOfId(Func):
    """Where a row stands that nobody has moved, by its id; `kebu.records.places.of_id` says it in Python."""

    output_field = TextField()

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **_: Any) -> tuple[str, Any]:
        inner, params = compiler.compile(self.source_expressions[0])
        return f"(char(96 + length({inner})) || {inner} || 'V')", [*params, *params]

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **_: Any) -> tuple[str, Any]:
        inner, params = compiler.compile(self.source_expressions[0])
        return f"(chr(96 + length(({inner})::text)) || ({inner})::text || 'V')", [*params, *params]


class FirstDay(Func):
    """The first day of the `unit` (day, week, month, quarter, year) that a date or a moment lies in, as a date.

    Of a moment (`zone` given) the local day there counts. Weeks begin on Monday.
    """

    output_field = TextField()

    def __init__(self, expression: Expression | F, unit: str, zone: str | None) -> None:
        super().__init__(expression)
        self.unit, self.zone = unit, zone

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **_: Any) -> tuple[str, Any]:
        inner, held = compiler.compile(self.source_expressions[0])
        day, params = (inner, [*held]) if self.zone is None else (f"kebu_local_day({inner}, %s)", [*held, self.zone])
        if self.unit == "day":
            return f"date({day})", params
        if self.unit == "week":
            return f"date({day}, 'weekday 0', '-6 days')", params
        if self.unit == "quarter":
            months = f"(strftime('%%m', {day}) - 1) %% 3"
            return f"date({day}, 'start of month', '-' || ({months}) || ' months')", [*params, *params]
        return f"date({day}, 'start of {self.unit}')", params

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **_: Any) -> tuple[str, Any]:
        inner, held = compiler.compile(self.source_expressions[0])
        day, params = f"({inner})::date", [*held]
        if self.zone is not None:
            day, params = f"(({inner})::timestamptz AT TIME ZONE %s)", [*held, self.zone]
        return f"to_char(date_trunc('{self.unit}', {day}::timestamp), 'YYYY-MM-DD')", params


class Joined(Aggregate):
    """All numbers of a column as one text, with commas between them, blanks left out, in any order; of several such
    columns in one question the order is the same. `array_of` reads it: far quicker than a row for each number.

    SQLite writes 15 digits of a number, which is what fields keep of one.
    """

    output_field = TextField()

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **_: Any) -> tuple[str, Any]:
        inner, params = compiler.compile(self.source_expressions[0])
        return f"GROUP_CONCAT({inner})", params

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **_: Any) -> tuple[str, Any]:
        inner, params = compiler.compile(self.source_expressions[0])
        return f"STRING_AGG(({inner})::text, ',')", params


def array_of(text: str | None, kind: type[Any] = np.int64) -> "npt.NDArray[Any]":
    """The numbers of a `Joined` text."""
    return np.fromstring(text, dtype=kind, sep=",") if text else np.empty(0, dtype=kind)


def packed(sql: str, column: str) -> str:
    """All numbers of the one `column` of a question, in its order, as a single value, which `unpacked` reads: far
    quicker than a row for each."""
    if POSTGRES:
        return f"SELECT array_send(array_agg({column})) FROM ({sql}) AS listed"
    return f"SELECT group_concat({column}) FROM ({sql})"


def unpacked(value: str | bytes | None) -> "npt.NDArray[np.int64]":
    """The numbers of a `packed` value; PostgreSQL tells how many there are, then the size and the bytes of each."""
    if isinstance(value, bytes):
        return np.frombuffer(value, dtype=[("size", ">i4"), ("number", ">i8")], offset=20)["number"].astype(np.int64)
    return array_of(value)


#: Ids that stand for others in a compiled question. Not to be guessed: a filter may hold any text that looks like ids.
NOBODY = (-1 - secrets.randbits(60),)


class IdIn(Func):
    """`id` is one of a list of any length, bound as a single parameter: the same SQL text for every page.

    Without `indexed` SQLite is kept from beginning with these rows: it would take them all, and sort them, where the
    first ones of an order were asked for.
    """

    conditional = True

    def __init__(self, ids: Sequence[int], column: str = "id", *, indexed: bool = True) -> None:
        from django.db.models import BooleanField

        super().__init__(F(column), output_field=BooleanField())
        self.ids, self.indexed = ids, indexed

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **_: Any) -> tuple[str, Any]:
        inner, params = compiler.compile(self.source_expressions[0])
        return f"{'' if self.indexed else '+'}{inner} IN (SELECT value FROM json_each(%s))", [
            *params,
            id_list(self.ids),
        ]

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **_: Any) -> tuple[str, Any]:
        inner, params = compiler.compile(self.source_expressions[0])
        return f"{inner} = ANY(%s)", [*params, id_list(self.ids)]


class TextIn(Func):
    """A text is one of a list of any length, bound as a single parameter."""

    conditional = True

    def __init__(self, expression: Expression | F, texts: Iterable[str]) -> None:
        from django.db.models import BooleanField

        super().__init__(expression, output_field=BooleanField())
        self.texts = list(texts)

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **_: Any) -> tuple[str, Any]:
        inner, params = compiler.compile(self.source_expressions[0])
        return f"{inner} IN (SELECT value FROM json_each(%s))", [*params, orjson.dumps(self.texts).decode()]

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **_: Any) -> tuple[str, Any]:
        inner, params = compiler.compile(self.source_expressions[0])
        return f"{inner} = ANY(%s::text[])", [*params, self.texts]


class InTable(Func):
    """A column is among the ids of a table that no model knows; `held` is a condition on its rows, with what it asks
    for. Table and condition are ours, never from outside."""

    conditional = True

    def __init__(self, column: str, table: str, held: tuple[str, Sequence[Any]] = ("", ())) -> None:
        from django.db.models import BooleanField

        super().__init__(F(column), output_field=BooleanField())
        self.table, self.held = table, held

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **_: Any) -> tuple[str, Any]:
        inner, params = compiler.compile(self.source_expressions[0])
        condition, asked = self.held
        where = f" WHERE {condition}" if condition else ""
        return f'{inner} IN (SELECT id FROM "{self.table}"{where})', [*params, *asked]

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **_: Any) -> tuple[str, Any]:
        inner, params = compiler.compile(self.source_expressions[0])
        condition, asked = self.held
        also = f" AND {condition}" if condition else ""
        # Of a long list that does not hold a row, PostgreSQL would look through all for each with `NOT IN`.
        return f'EXISTS (SELECT 1 FROM "{self.table}" AS listed WHERE listed.id = {inner}{also})', [*params, *asked]


class Prepared:
    """A query that is compiled once and asked with another value each time: compiling costs more than running.

    `rows` is a queryset of `values(...)` with `hole` where the value goes: the ids of an `IdIn`, or a parameter that
    nothing else in the query equals.
    """

    def __init__(self, rows: Any, hole: Any) -> None:
        compiler = rows.query.get_compiler(connection=connection)
        self._sql, params = compiler.as_sql()
        self._params, self._at = list(params), list(params).index(hole)
        self._names = tuple(rows.query.values_select)
        self._converters = compiler.get_converters([column[0] for column in compiler.select])
        if len(compiler.select) != len(self._names):
            raise ValueError("only columns are selected")

    def __call__(self, value: Any) -> list[dict[str, Any]]:
        """The rows, as `values` gives them."""
        params = self._params.copy()
        params[self._at] = value
        with connection.cursor() as cursor:
            cursor.execute(self._sql, params)
            found = cursor.fetchall()
        rows = []
        for raw in found:
            row = list(raw)
            for at, (converters, expression) in self._converters.items():
                for convert in converters:
                    row[at] = convert(row[at], expression, connection)
            rows.append(dict(zip(self._names, row, strict=True)))
        return rows


@contextmanager
def turn() -> Iterator[None]:
    """Wait for one's turn to write, on SQLite: its own waiting is unfair, some come at once and some after seconds.

    Inside a transaction it is one's turn already."""
    if POSTGRES or connection.in_atomic_block:
        yield
        return
    descriptor = os.open(settings.HOME / "writing.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def id_list(ids: Iterable[int]) -> Any:
    """Ids as the one parameter that `IdIn` binds."""
    numbers = [int(one) for one in ids]
    return numbers if POSTGRES else "[" + ",".join(map(str, numbers)) + "]"


def tables() -> set[str]:
    """The names of the tables that exist."""
    return set(connection.introspection.table_names())


def take_ids(model: type[models.Model], count: int) -> list[int]:
    """Ids for rows that are about to be inserted. On SQLite only inside a transaction, which keeps others out."""
    name = model._meta.db_table
    with connection.cursor() as cursor:
        if POSTGRES:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [name, count]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [name])
        row = cursor.fetchone()
        last = row[0] if row else 0
        return list(range(last + 1, last + count + 1))


def insert(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of database column → value; every row has the same columns. Without `id` they get the next."""
    if rows:
        names = list(rows[0])
        insert_encoded(model, names, encoded(model, names, rows))


def encoded(model: type[models.Model], names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> list[list[Any]]:
    """Rows as parameters for the columns `names`; needs no database, so another process may do it."""
    encoders = [(name, _encoder(model._meta.get_field(name))) for name in names]
    return [
        [None if (value := row[name]) is None else encode(value) if encode else value for name, encode in encoders]
        for row in rows
    ]


def insert_encoded(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows that `encoded` made.

    COPY on PostgreSQL, one prepared statement on SQLite: five to ten times quicker than model instances.
    """
    insert_rows(model._meta.db_table, names, rows)


def insert_rows(name: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """The same for any table, also one that no model knows."""
    table = connection.ops.quote_name(name)
    columns = ", ".join(connection.ops.quote_name(name) for name in names)
    with connection.cursor() as cursor:
        if POSTGRES and len(rows) > 20:
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        elif rows:
            places = ", ".join(["%s"] * len(names))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)


def update(model: type[models.Model], names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Set the columns `names` of existing rows, each found by its `id`."""
    encoders = [_encoder(model._meta.get_field(name)) for name in names]
    table = connection.ops.quote_name(model._meta.db_table)
    assignments = ", ".join(f"{connection.ops.quote_name(name)} = %s" for name in names)
    encoded = [
        [
            *(
                None if (value := row[name]) is None else encode(value) if encode else value
                for name, encode in zip(names, encoders, strict=True)
            ),
            row["id"],
        ]
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {assignments} WHERE id = %s", encoded)


def _encoder(field: Any) -> Callable[[Any], Any] | None:
    """What makes a database parameter of a value that is not None; None: nothing needs to be done."""
    if isinstance(field, models.JSONField):
        return _json
    if not POSTGRES and isinstance(field, models.DateTimeField):
        return _utc_text
    if not POSTGRES and isinstance(field, models.DateField):
        return str
    return None


def _json(value: Any) -> str:
    # Most rows have nothing here; characters stay as they are, as in PostgreSQL's jsonb.
    return "{}" if value == {} else orjson.dumps(value).decode()


@lru_cache(4096)  # all rows of an act have one moment
def _utc_text(moment: datetime) -> str:
    """As Django writes a moment into SQLite: UTC without a zone."""
    return str(moment.astimezone(UTC).replace(tzinfo=None))
