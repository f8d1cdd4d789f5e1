"""Indexes for the fields that a company added, made for those that a saved view sorts or filters by.

Not for every field: each index is written with every change of its field, and most fields are only read. What an index
is over is compiled from the very expression that questions use, or no database would find it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, models
from django.db.models import F
from django.db.models.lookups import IsNull

from kebu.core import db
from kebu.fields.registry import Catalog, Field, catalog
from kebu.records import kinds, query
from kebu.records.models import View

#: Of one object: each is written with every record that has a value in its field.
MAX_INDEXES = 20
_OURS = "own_"
# Any number will do as long as every process asks for the same one.
_LOCK = 5_228_002


def is_indexed(field: Field) -> bool:
    """Whether a field is one that gets an index where it is sorted or filtered by."""
    return not field.builtin and field.relation is None and field.stored.type.json_kind in ("text", "number")


def used_by(known: Catalog, object_key: str, spec: Mapping[str, Any]) -> list[Field]:
    """The fields of a view's filter, sort and kind that get an index; unknown ones are passed over."""
    filtered = set(query.fields_of(spec.get("filter")))
    keys = {one["field"] for one in spec.get("sort") or ()} | filtered | kinds.asked(spec)
    fields = (known.fields[object_key].get(key) for key in sorted(keys))
    return [field for field in fields if field is not None and is_indexed(field)]


def are_missing(object_key: str, spec: Mapping[str, Any]) -> bool:
    """Whether a view wants an index that is not there yet."""
    known = catalog()
    fields = used_by(known, object_key, spec)
    return bool(fields) and not {_name(field) for field in fields} <= {*_there()}


def are_there(fields: Iterable[Field]) -> bool:
    """Whether one of these fields, which may be gone by now, has an index."""
    names = {_name(field) for field in fields if is_indexed(field)}
    return bool(names) and not names.isdisjoint(_there())


def settle() -> tuple[list[str], list[str]] | None:
    """Make the indexes that are wanted and missing, drop those that nobody wants any more; answers (made, dropped), or
    None where another process is at it.

    Call it outside of a transaction. Nobody who writes waits on PostgreSQL; on SQLite, as long as one is made.
    """
    if not db.is_postgres():
        return _settle("")
    with connection.cursor() as cursor:
        # Not waited for: whoever waits is a reader, and an index is not made before all readers are done.
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return None
        try:
            cursor.execute("SET statement_timeout = 0")
            return _settle("CONCURRENTLY ")
        finally:
            cursor.execute("RESET statement_timeout")
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _settle(gently: str) -> tuple[list[str], list[str]]:
    known = catalog()
    wanted: dict[str, tuple[Any, models.Index]] = {}
    # Everybody's views first, then the oldest.
    for view in View.objects.order_by(F("owner_id").asc(nulls_first=True), "id"):
        one = known.objects.get(view.object)
        for field in used_by(known, one.key, view.spec) if one else ():
            if one and sum(model is one.model for model, _ in wanted.values()) < MAX_INDEXES:
                index = _index(known, field)
                wanted[index.name] = (one.model, index)
    there = _there()
    made = [name for name in wanted if not there.get(name, False)]
    dropped = [name for name in there if name not in wanted]
    with connection.cursor() as cursor:
        # One that was not finished is there and of no use.
        for name in [*dropped, *(name for name in made if name in there)]:
            cursor.execute(f"DROP INDEX {gently}IF EXISTS {connection.ops.quote_name(name)}")
        for name in made:
            cursor.execute(_sql(*wanted[name]))
    return sorted(made), sorted(dropped)


def _index(known: Catalog, field: Field) -> models.Index:
    """Choices are found by their key and sorted by their place, which changes; all others are found as they are sorted.

    The key was made by us and is checked once more by `JsonKey`; nothing that a client sent is in the name or the SQL.
    """
    held = query.expression(field) if field.kind == "choice" else query.order_expression(known, field)
    # Rows without a value cost nothing; whether one is in the trash is in it, so that nothing else is read.
    return models.Index(held, "id", "deleted_at", name=_name(field), condition=models.Q(IsNull(held, False)))


def _name(field: Field) -> str:
    return f"{_OURS}{field.object}_{field.key}"


def _sql(model: Any, index: models.Index) -> str:
    gently: Any = {"concurrently": True} if db.is_postgres() else {}
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        sql = str(index.create_sql(model, editor, **gently))
    name = connection.ops.quote_name(index.name)
    return sql.replace(name, f"IF NOT EXISTS {name}", 1)


def _there() -> dict[str, bool]:
    """Our indexes by name, and whether each is finished."""
    with connection.cursor() as cursor:
        if db.is_postgres():
            cursor.execute(
                "SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
                " WHERE starts_with(c.relname, %s) AND pg_table_is_visible(i.indrelid)",
                [_OURS],
            )
        else:
            cursor.execute("SELECT name, 1 FROM sqlite_master WHERE type = 'index' AND instr(name, %s) = 1", [_OURS])
        return {name: bool(valid) for name, valid in cursor.fetchall()}
