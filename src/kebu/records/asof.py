"""The table as it was: inside `shown` every question about records is answered as of a moment.

The questions themselves stay as they are. Before each stands a WITH clause that puts, in place of every table of
records, the rows that have not changed since, read from the table, and the changed ones as they were: out of a
temporary table of this connection, and where much has changed, out of one that is kept for all. So filters, sorts,
lookups, groups and exports need to know nothing of it. What it costs follows the changes since, not the table. Fields,
choices and rights are those of today.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q

from kebu.accounts.actor import Actor
from kebu.core import db, jobs
from kebu.core.errors import KebuError
from kebu.core.models import Job
from kebu.core.text import query_tokens
from kebu.fields.registry import Catalog, ObjectType, catalog
from kebu.records import past_tables, permissions, search, then
from kebu.records.models import Counter

# Of one object. So many changed records are put together while somebody waits (half a second), by each process; more
# by a job, for all.
FEW = 5_000
# Temporary tables that a connection keeps, and moments that a process keeps the rows of.
_KEPT_TABLES = 24
_KEPT_ROWS = 4
_FIRST, _LAST = date(1970, 1, 1), date(9990, 1, 1)

Tell = Callable[[int, int], None]

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
def shown(actor: Actor, moment: str, *, tell: Tell | None = None) -> Iterator[Actor]:
    """Answer what is asked inside as of that moment (an ISO text; empty: now), to the actor that this gives.

    That one is bounded by the rows alone, which are those that the person may see *today*. Where more than `FEW`
    records of an object have changed since, a job puts them together first: KebuError `past_is_made` (409), with the
    number of the person's job as `details["job"]`. Who gives `tell` is a job himself: he waits, and hears how
    far it is.
    """
    if not moment:
        yield actor
        return
    known = catalog()
    wanted = moment_of(moment, ZoneInfo(actor.zone))
    try:
        past = _past(actor, known, wanted)
    except _TooMuch:
        if tell is None:
            raise KebuError("past_is_made", status=409, details={"job": _job(actor, wanted).pk}) from None
        make(known, wanted, tell)
        past = _past(actor, known, wanted)
    with _entered(past):
        yield replace(actor, rights=actor.rights.reading_all)


@contextmanager
def _entered(past: "Past") -> Iterator[None]:
    token = _current.set(past)
    try:
        with connection.execute_wrapper(past.over):
            yield
    finally:
        _current.reset(token)


def _job(actor: Actor, moment: datetime) -> Job:
    """The person's job that makes the past of a moment, begun unless it is under way."""
    under_way = Job.objects.filter(
        kind="records.past",
        user_id=actor.user_id,
        payload__moment=moment.isoformat(),
        state__in=(Job.State.QUEUED, Job.State.RUNNING),
    ).first()
    return under_way or jobs.enqueue("records.past", {"moment": moment.isoformat()}, user_id=actor.user_id)


@dataclass(frozen=True)
class _Part:
    """What stands in place of one table: its columns, where the rows of today and the changed ones are, and the rights
    that bound them (a condition of the rows of today, None: none)."""

    columns: tuple[str, ...]
    today: str
    changed: tuple[str, ...]
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
        texts = [f"SELECT {named} FROM {self.today} WHERE created_at <= %s{self._unchanged()}{close}{bound}"]
        texts += [f'SELECT {named} FROM "{table}" WHERE id IS NOT NULL{close}{bound}' for table in self.changed]
        return " UNION ALL ".join(texts), [self.since, *half, *(half * len(self.changed))]

    def _unchanged(self) -> str:
        """PostgreSQL would look through all of a long list for each row; SQLite looks it up."""
        if db.is_postgres():
            gone = ' AND NOT EXISTS (SELECT 1 FROM "{0}" WHERE "{0}".id = {1}.id)'
        else:
            gone = ' AND id NOT IN (SELECT id FROM "{0}")'
        return "".join(gone.format(table, self.today) for table in self.changed)


@dataclass
class Past:
    """What stands before the questions of one person as of one moment."""

    moment: datetime
    parts: dict[str, _Part]
    # Answers the tables with the words by which records of an object were found then and are not now.
    words: Callable[["Past", ObjectType], Sequence[str]]
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

    def matches(self, one: ObjectType, words: str) -> Q:
        """The records that held every word of `words` then: the index knows those whose words are the same now."""
        groups = query_tokens(words)
        if not groups:
            return Q(pk=-1)
        found, same = Q(), search.matches(one, words)
        for table in self.words(self, one):
            same &= ~Q(db.InTable("id", table))
            found |= Q(db.InTable("id", table, search.holding(groups)))
        return same | found

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
    kept = past_tables.found(_name(known, moment))
    key = _key(known, moment, kept)
    schema = past_tables.schema()
    existing = past_tables.temporary()
    changed: dict[str, tuple[str, ...]] = {}
    for one in known.objects.values():
        name = f"past_{key}_{one.key}"
        if name not in existing:
            past_tables.put_temporary(name, one, _changed(key, known, one, moment, kept))
        changed[one.key] = (kept.table(one), name) if kept else (name,)
    _forget_some(existing, key)

    def words(past: Past, one: ObjectType) -> Sequence[str]:
        name = f"past_{key}_{one.key}_words"
        if name not in past_tables.temporary():
            new = {table: names[-1] for table, names in changed.items()}
            ids = _said_otherwise(known, one, new, changed[one.key], schema, kept.words(one) if kept else None)
            past_tables.put_temporary_words(name, dict(chain.from_iterable(_words(past, known, one, ids))))
        return (kept.words(one), name) if kept else (name,)

    parts = {
        one.model._meta.db_table: _part(one, moment, schema, changed[one.key], _allowed(actor, known, one, schema))
        for one in known.objects.values()
    }
    return Past(moment, parts, words)


def _part(
    one: ObjectType, moment: datetime, schema: str, changed: tuple[str, ...], allowed: tuple[str, list[Any]] | None
) -> _Part:
    return _Part(
        tuple(item.column for item in one.model._meta.concrete_fields),
        f'{schema}."{one.model._meta.db_table}"',
        changed,
        moment if db.is_postgres() else str(moment.replace(tzinfo=None)),
        allowed,
    )


def _name(known: Catalog, moment: datetime) -> str:
    """Names a moment, for these fields: what records were then stays as it is."""
    return hashlib.sha256(f"{moment.isoformat()} {known.version}".encode()).hexdigest()[:16]


def _last_change() -> int:
    return Counter.objects.filter(id=Counter.CHANGES).values_list("value", flat=True).first() or 0


def _key(known: Catalog, moment: datetime, kept: past_tables.Kept | None) -> str:
    """Names what the changed rows depend on: whatever is changed later makes others."""
    said = f"{_name(known, moment)} {_last_change()} {kept.mark if kept else None}"
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _allowed(actor: Actor, known: Catalog, one: ObjectType, schema: str) -> tuple[str, list[Any]] | None:
    """The ids of the rows that the person may see today, in the table or in the trash; None: all."""
    if permissions.sees_all(actor, one):
        return None
    rights = permissions.visible_among(actor, one) | permissions.visible_among(actor, one, trashed=True)
    sql, params = one.model.objects.filter(rights).values("id").query.sql_with_params()
    for other in known.objects.values():  # as they are now, not as they are shown
        sql = sql.replace(f'"{other.model._meta.db_table}"', f'{schema}."{other.model._meta.db_table}"')
    head, where, condition = sql.partition(" WHERE ")
    return f"{head}{where}({condition})", list(params)


# -- what has changed since ------------------------------------------------------------------------------------


class _TooMuch(Exception):
    """More than `FEW`."""


def _changed(
    key: str, known: Catalog, one: ObjectType, moment: datetime, kept: past_tables.Kept | None
) -> list[list[Any]]:
    """What has changed and no kept table knows."""
    with _lock:
        if (key, one.key) in _made:
            _made.move_to_end((key, one.key))
            return _made[key, one.key]
    but = kept.table(one) if kept else None
    ids = list(then.changed(one, moment, after=kept.through if kept else 0, but=but)[: FEW + 1])
    if len(ids) > FEW:
        raise _TooMuch
    rows = [row for part in then.parts(known, one, moment, ids) for row in part]
    with _lock:
        _made[key, one.key] = rows
        while len(_made) > _KEPT_ROWS * len(known.objects):
            _made.popitem(last=False)
    return rows


def _said_otherwise(
    known: Catalog, one: ObjectType, new: dict[str, str], tables: Sequence[str], schema: str, but: str | None
) -> list[int]:
    """The records of an object whose words were others then, because they or what they show have changed: by the `new`
    changed rows of each object. `tables` are all changed rows of this one; those that the table `but` has are left out.
    """
    own = new[one.key]
    asked = [f'SELECT id FROM "{own}" WHERE said']
    for relation in {f.relation.key: f.relation for f in search.searched_fields(one, known) if f.relation}.values():
        showing = f'SELECT id FROM "{new[relation.target or ""]}" WHERE said'
        pointing = (f'{schema}."{one.model._meta.db_table}"', *(f'"{name}"' for name in tables))
        asked += [f'SELECT id FROM {table} WHERE "{relation.attribute}" IN ({showing})' for table in pointing]
    sql = " UNION ".join(asked)
    if but is not None:
        sql = f'SELECT id FROM ({sql}) AS found WHERE NOT EXISTS (SELECT 1 FROM "{but}" WHERE "{but}".id = found.id)'
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()]


def _words(past: Past, known: Catalog, one: ObjectType, ids: Sequence[int]) -> Iterator[Iterable[tuple[int, str]]]:
    """By which tokens records were found, a part of them at a time; inside the past."""
    from kebu.records import cells  # which asks here whether it is the present

    for start in range(0, len(ids), then.PART):
        part = ids[start : start + then.PART]
        with past.near(one, part):
            yield cells.tokens(known, one, part).items()


def is_much(known: Catalog, moment: datetime) -> bool:
    """Whether more has changed since a moment than is put together while somebody waits."""
    kept = past_tables.found(_name(known, moment))
    after = kept.through if kept else 0
    return any(
        then.changed(one, moment, after=after, but=kept.table(one) if kept else None)[: FEW + 1].count() > FEW
        for one in known.objects.values()
    )


def make(known: Catalog, moment: datetime, tell: Tell) -> None:
    """Put together what has changed since a moment, for all; `tell` hears how far it is."""
    name = _name(known, moment)
    base = past_tables.found(name)
    last = _last_change()
    todo = {
        one.key: list(
            then.changed(one, moment, after=base.through if base else 0, but=base.table(one) if base else None)
        )
        for one in known.objects.values()
    }
    whole = sum(map(len, todo.values()))
    made = past_tables.begin(name, last, known, base)
    try:
        done = 0
        new: dict[str, str] = {}
        for one in known.objects.values():
            for rows in then.parts(known, one, moment, todo[one.key]):
                past_tables.add(made, one, rows)
                done += then.PART
                tell(min(done, whole), 2 * whole)
            new[one.key] = made.table(one)
        schema = past_tables.schema()
        parts = {
            one.model._meta.db_table: _part(one, moment, schema, (made.table(one),), None)
            for one in known.objects.values()
        }
        past = Past(moment, parts, lambda _, one: (made.words(one),))
        with _entered(past):
            for one in known.objects.values():
                ids = _said_otherwise(known, one, new, (made.table(one),), schema, made.words(one))
                for place, found in enumerate(_words(past, known, one, ids)):
                    past_tables.add_words(made, one, dict(found))
                    # A part of what is left, as far as it is known.
                    left = then.PART * place / len(ids)
                    tell(whole + int(left * len(todo[one.key])), 2 * whole)
                past_tables.settle(made, one)
        past_tables.finish(made, known)
    except BaseException:
        past_tables.abandon(made)
        raise


def _forget_some(existing: Sequence[str], key: str) -> None:
    surplus = len(existing) - _KEPT_TABLES
    past_tables.drop([name for name in existing[: max(0, surplus)] if key not in name])
