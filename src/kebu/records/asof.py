"""The table as it was: inside `shown` every question about records is answered as of a moment.

The questions themselves stay as they are. Before each stands a WITH clause that puts, in place of every table of
records, the rows that have not changed since, read from the table, and the changed ones as they were, out of a
temporary table of this connection. So filters, sorts, lookups, groups and exports need to know nothing of it. What it
costs follows the changes since, not the table. Fields, choices and rights are those of today.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import QuerySet

from kebu.accounts.actor import Actor
from kebu.core import db
from kebu.core.errors import KebuError
from kebu.fields.registry import Catalog, ObjectType, Row, catalog
from kebu.records import permissions
from kebu.records.models import Change, Counter
from kebu.records.plain import derive, from_plain, put

# Of one object. They are read before the first question about a moment: 60,000 of 100,000 records take 7 s and
# 280 MB, longer than a person waits (each question after that 0.07 s). Who asks for more hears which day can be shown.
MAX_CHANGED = 20_000
_PART = 500
# Temporary tables that a connection keeps, and moments that a process keeps the rows of.
_KEPT_TABLES = 24
_KEPT_ROWS = 4
_FIRST, _LAST = date(1970, 1, 1), date(9990, 1, 1)

_current: ContextVar["Past | None"] = ContextVar("past", default=None)
_made: OrderedDict[tuple[str, str], list[list[Any]]] = OrderedDict()
_lock = Lock()


def moment_of(raw: str, zone: ZoneInfo) -> datetime:
    """The moment that a text means: an ISO moment with its zone, or a day, of which the end is meant.

    KebuError `bad_moment` for anything else.
    """
    try:
        if len(raw) == 10:
            day = date.fromisoformat(raw) + timedelta(days=1)
            moment = datetime.combine(day, time(), zone) - timedelta(microseconds=1)
        else:
            moment = datetime.fromisoformat(raw)
    except (ValueError, OverflowError):
        raise KebuError("bad_moment", value=raw[:40]) from None
    if moment.tzinfo is None or not _FIRST <= moment.date() <= _LAST:
        raise KebuError("bad_moment", value=raw[:40])
    return moment.astimezone(UTC)


def current() -> "Past | None":
    """The past that is shown here; None: the present."""
    return _current.get()


@contextmanager
def shown(actor: Actor, moment: str) -> Iterator[Actor]:
    """Answer what is asked inside as of that moment (an ISO text; empty: now), to the actor that this gives.

    That one is bounded by the rows alone, which are those that the person may see *today*. KebuError
    `too_much_since` where more than `MAX_CHANGED` records of an object have changed since; it names the first day that
    can be shown.
    """
    if not moment:
        yield actor
        return
    zone = ZoneInfo(actor.zone)
    wanted = moment_of(moment, zone)
    try:
        past = _past(actor, catalog(), wanted)
    except _TooMuch:
        day = _first_day(catalog(), wanted, zone)
        raise KebuError("too_much_since", limit=f"{MAX_CHANGED:,}", day=str(day)) from None
    token = _current.set(past)
    try:
        with connection.execute_wrapper(past.over):
            yield replace(actor, role="readonly")
    finally:
        _current.reset(token)


@dataclass(frozen=True)
class _Part:
    """What stands in place of one table: its columns, where the rows of today and the changed ones are, and the rights
    that bound them (a condition of the rows of today, None: none)."""

    columns: tuple[str, ...]
    today: str
    changed: str
    since: Any
    allowed: tuple[str, list[Any]] | None

    def compile(self, sql: str, near: Any) -> tuple[str, list[Any]]:
        """The SELECT for a question `sql`: no column that it does not name is read. `near`: ids, None for all."""
        named = ", ".join(f'"{column}"' for column in self.columns if f'"{column}"' in sql)
        close, ids = "", []
        if near is not None:
            close = " AND {}id = ANY(%s)" if db.is_postgres() else " AND {}id IN (SELECT value FROM json_each(%s))"
            ids = [near]
        bound, values = "", []
        if self.allowed:
            condition, params = self.allowed
            bound = f" AND id IN ({condition}{close.format(f'{self.today}.')})"
            values = [*params, *ids]
        half = [*ids, *values]
        close = close.format("")
        return (
            f"SELECT {named} FROM {self.today} WHERE created_at <= %s"
            f" AND id NOT IN (SELECT id FROM {self.changed}){close}{bound}"
            f" UNION ALL SELECT {named} FROM {self.changed} WHERE id IS NOT NULL{close}{bound}"
        ), [self.since, *half, *half]


@dataclass
class Past:
    """What stands before the questions of one person as of one moment."""

    moment: datetime
    parts: dict[str, _Part]
    # By table: only these rows are needed. A part of a table of a million rows is else read whole for a join.
    near_to: dict[str, Any] = field(default_factory=dict)

    def over(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """A wrapper of Django's: any SELECT on records is asked of the past."""
        named = [table for table in self.parts if f'"{table}"' in sql]
        if not named or many or not sql.startswith("SELECT"):
            return execute(sql, params, many, context)
        parts: list[str] = []
        before: list[Any] = []
        for table in named:
            text, values = self.parts[table].compile(sql, self.near_to.get(table))
            parts.append(f'"{table}" AS ({text})')
            before += values
        return execute(f"WITH {', '.join(parts)} {sql}", [*before, *(params or ())], many, context)

    @contextmanager
    def near(self, one: ObjectType, ids: Sequence[int]) -> Iterator[None]:
        """Inside, only these records of an object are asked for, and those that they point at."""
        table = one.model._meta.db_table
        relations = [item for item in one.fields if item.kind == "relation" and item.attribute]
        self.near_to = {table: db.id_list(ids)}
        wanted: dict[str, set[int]] = {table: set(ids)}
        try:
            if relations:
                known = catalog()
                rows = one.model.objects.filter(db.IdIn(ids)).values_list(*(item.attribute for item in relations))
                for row in rows:
                    for item, pk in zip(relations, row, strict=True):
                        target = known.object(item.target or "").model._meta.db_table
                        wanted.setdefault(target, set()).update([pk] if pk else [])
            self.near_to = {name: db.id_list(sorted(found)) for name, found in wanted.items()}
            yield
        finally:
            self.near_to = {}


def _past(actor: Actor, known: Catalog, moment: datetime) -> Past:
    """Make sure that this connection has the changed rows, and compile what stands before the questions."""
    key = _key(known, moment)
    schema = _schema()
    existing = _temporary()
    parts: dict[str, _Part] = {}
    for one in known.objects.values():
        table = one.model._meta.db_table
        changed = f"past_{key}_{table}"
        if changed not in existing:
            _put(changed, one, _changed(key, known, one, moment))
        parts[table] = _Part(
            tuple(item.column for item in one.model._meta.concrete_fields),
            f'{schema}."{table}"',
            changed,
            moment if db.is_postgres() else str(moment.replace(tzinfo=None)),
            _allowed(actor, known, one, schema),
        )
    _forget_some(existing, key)
    return Past(moment, parts)


def _key(known: Catalog, moment: datetime) -> str:
    """Names what the changed rows depend on: whatever is changed later makes others."""
    last = Counter.objects.filter(id=1).values_list("value", flat=True).first()
    return hashlib.sha256(f"{moment.isoformat()} {last} {known.version}".encode()).hexdigest()[:16]


def _allowed(actor: Actor, known: Catalog, one: ObjectType, schema: str) -> tuple[str, list[Any]] | None:
    """The ids of the rows that the person may see today, in the table or in the trash; None: all."""
    if actor.sees == "all":
        return None
    rights = permissions.visible_among(actor, one) | permissions.visible_among(actor, one, trashed=True)
    sql, params = one.model.objects.filter(rights).values("id").query.sql_with_params()
    for other in known.objects.values():  # as they are now, not as they are shown
        sql = sql.replace(f'"{other.model._meta.db_table}"', f'{schema}."{other.model._meta.db_table}"')
    head, where, condition = sql.partition(" WHERE ")
    return f"{head}{where}({condition})", list(params)


# -- what has changed since ------------------------------------------------------------------------------------


def _changed(key: str, known: Catalog, one: ObjectType, moment: datetime) -> list[list[Any]]:
    with _lock:
        if (key, one.key) in _made:
            _made.move_to_end((key, one.key))
            return _made[key, one.key]
    names = [item.attname for item in one.model._meta.concrete_fields]
    rows = db.encoded(one.model, names, _as_they_were(known, one, moment))
    with _lock:
        _made[key, one.key] = rows
        while len(_made) > _KEPT_ROWS * len(known.objects):
            _made.popitem(last=False)
    return rows


def _as_they_were(known: Catalog, one: ObjectType, moment: datetime) -> Iterator[Row]:
    """The records that were there at the moment and have changed since, as they were."""
    later = _changes_since(one, moment)
    ids = list(_records_of(later))
    if len(ids) > MAX_CHANGED:
        raise _TooMuch
    names = [item.attname for item in one.model._meta.concrete_fields]
    for start in range(0, len(ids), _PART):
        part = ids[start : start + _PART]
        rows = {row["id"]: row for row in one.model.objects.filter(id__in=part, created_at__lte=moment).values(*names)}
        back: dict[int, dict[str, Any]] = {}
        trashed: dict[int, bool] = {}
        found = later.filter(record__in=list(rows)).order_by("record", "version")
        for pk, version, action, values in found.values_list("record", "version", "action", "values"):
            row = rows[pk]
            if pk not in back:
                row["version"] = version - 1
            if action in ("delete", "restore"):
                trashed.setdefault(pk, action == "restore")
            # The first change since has what was there.
            olds = back.setdefault(pk, {})
            for name, (old, _) in values.items():
                olds.setdefault(name, old)
        for pk, olds in back.items():
            row = rows[pk]
            for name, old in olds.items():
                held = known.fields[one.key].get(name)
                if held and not held.relation:
                    put(row, held, from_plain(held, old))
            if pk in trashed:
                row["deleted_at"] = moment if trashed[pk] else None
        _who_changed_last(one, rows, moment)
        derive(known, one, list(rows.values()))
        yield from rows.values()


class _TooMuch(Exception):
    """More than `MAX_CHANGED`."""


def _changes_since(one: ObjectType, moment: datetime) -> QuerySet[Change]:
    return Change.objects.filter(object=one.key, change_set__at__gt=moment).exclude(action="create")


def _records_of(later: QuerySet[Change]) -> QuerySet[Change, int]:
    """Whose changes these are: at most one more than may be."""
    return later.order_by().values_list("record", flat=True).distinct()[: MAX_CHANGED + 1]


def _first_day(known: Catalog, moment: datetime, zone: ZoneInfo) -> date:
    """The first day after that moment that can be shown; of today nothing has changed since."""
    too_early, works = moment.astimezone(zone).date(), datetime.now(zone).date()
    while (works - too_early).days > 1:
        between = too_early + (works - too_early) // 2
        end = moment_of(str(between), zone)
        if any(_records_of(_changes_since(one, end)).count() > MAX_CHANGED for one in known.objects.values()):
            too_early = between
        else:
            works = between
    return works


def _who_changed_last(one: ObjectType, rows: dict[int, Row], moment: datetime) -> None:
    before = Change.objects.filter(object=one.key, record__in=list(rows), change_set__at__lte=moment)
    for row in rows.values():
        row["updated_at"], row["updated_by_id"] = row["created_at"], row["created_by_id"]
    for pk, at, by in before.order_by("record", "version").values_list(
        "record", "change_set__at", "change_set__actor_id"
    ):
        rows[pk]["updated_at"], rows[pk]["updated_by_id"] = at, by


# -- temporary tables ------------------------------------------------------------------------------------------


def _schema() -> str:
    """Where the tables of today are, quoted: so named, a table is not taken for the WITH part of its name."""
    if not db.is_postgres():
        return "main"
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        return str(cursor.fetchone()[0])


def _temporary() -> list[str]:
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


def _put(name: str, one: ObjectType, rows: Sequence[Sequence[Any]]) -> None:
    """Make a temporary table; under its name it is there as a whole or not at all."""
    table = one.model._meta.db_table
    columns = [item.column for item in one.model._meta.concrete_fields]
    places = ", ".join(["%s"] * len(columns))
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TABLE IF EXISTS "{name}_part"')
        if db.is_postgres():
            cursor.execute(f'CREATE TEMP TABLE "{name}_part" (LIKE "{table}")')
        else:
            cursor.execute(f'CREATE TEMP TABLE "{name}_part" AS SELECT * FROM main."{table}" WHERE 0')
        if rows:
            cursor.executemany(f'INSERT INTO "{name}_part" ({names}) VALUES ({places})', rows)
        cursor.execute(f'ALTER TABLE "{name}_part" RENAME TO "{name}"')


def _forget_some(existing: Sequence[str], key: str) -> None:
    surplus = len(existing) - _KEPT_TABLES
    with connection.cursor() as cursor:
        for name in existing[: max(0, surplus)]:
            if key not in name:
                cursor.execute(f'DROP TABLE "{name}"')
