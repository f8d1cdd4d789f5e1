"""The search index: one table of tokens per object, found by prefix, on both databases."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.db.models import Func, Q
from django.db.models.sql.compiler import SQLCompiler

from kebu.core.db import id_list, is_postgres, tables, turn
from kebu.core.text import Groups, fts5_match, query_tokens, search_tokens, tsquery
from kebu.fields.registry import Catalog, Field, ObjectType

# SQLite keeps the rows of every prefix of these lengths in order: one Chinese character, two or one letter, more.
PREFIXES = (1, 2, 4)
# Pages that one step of `merge` writes: a moment.
_MERGED = 500
# What it takes in microseconds to look at the tokens of a row, and to collect a row from the index.
_LOOK, _COLLECT = (2.0, 6.0) if is_postgres() else (4.0, 0.2)
# So many rows are looked at for each that is asked for: at first, and in all, for the next may be unlike the first.
_NEAR, _FAR = (8, 80) if is_postgres() else (0.5, 20)


def table(object_key: str) -> str:
    """The table of one object's tokens; the key is one of ours, never from outside."""
    return f"search_{object_key}"


def prepare(objects: Sequence[ObjectType]) -> None:
    """Create what is missing; called after every migrate."""
    existing = tables()
    with connection.cursor() as cursor:
        for one in objects:
            name = table(one.key)
            if name in existing:
                continue
            if is_postgres():
                cursor.execute(f"CREATE TABLE {name} (id bigint PRIMARY KEY, tokens tsvector NOT NULL)")
                # A record has some ninety tokens, each in another place of the index: one after the other that was half
                # of a save. So they wait in a list, which every search reads, too. It is short, because the save that
                # fills it empties it: with 512 kB that took seconds.
                options = "fastupdate = on, gin_pending_list_limit = 64"
                cursor.execute(f"CREATE INDEX {name}_tokens ON {name} USING gin (tokens) WITH ({options})")
            else:
                # Tokens are ours already: the tokenizer only splits at blanks. Positions and sizes are not asked for.
                lengths = " ".join(map(str, PREFIXES))
                cursor.execute(
                    f"CREATE VIRTUAL TABLE {name} USING fts5(tokens, detail=none, columnsize=0, prefix='{lengths}',"
                    " tokenize='unicode61 remove_diacritics 0')"
                )
                # A large transaction is written as few parts, and parts are merged less often: a third of the time.
                for option, number in (("hashsize", 64 * 1024 * 1024), ("automerge", 8)):
                    cursor.execute(f"INSERT INTO {name} ({name}, rank) VALUES (%s, %s)", [option, number])


def searched_fields(one: ObjectType, known: Catalog) -> list[Field]:
    """The fields that a search looks into: the declared ones and every user-defined text-like one."""
    fields = known.fields[one.key]
    own = [
        item
        for item in fields.values()
        if not item.builtin and not item.relation and item.stored.type.json_kind != "number"
    ]
    return [*(fields[key] for key in one.search), *own]


def tokens_of(texts: Iterable[tuple[str, bool]]) -> str:
    """The tokens of one record's texts, as the index holds them; a text is found by its sound where that is said."""
    found: set[str] = set()
    for text, by_sound in texts:
        if text:
            found |= _tokens(text, by_sound)
    return " ".join(found)


@lru_cache(20_000)  # a name is in its own record and in those that show it by a lookup
def _tokens(text: str, by_sound: bool) -> frozenset[str]:
    return frozenset(search_tokens(text, by_sound=by_sound))


def by_sound(field: Field) -> bool:
    """Whether pinyin finds the field: names and labels; addresses and remarks would only blur the result."""
    return field.stored.kind in ("text", "tags")


def put(object_key: str, tokens: Mapping[int, str], *, fresh: bool = False) -> None:
    """Index records anew, in the caller's transaction. `fresh`: none of them was indexed before."""
    if not fresh and not is_postgres():
        remove(object_key, list(tokens))
    key, also = ("id", "" if fresh else _INSTEAD) if is_postgres() else ("rowid", "")
    insert(table(object_key), key, tokens, also)


_INSTEAD = " ON CONFLICT (id) DO UPDATE SET tokens = excluded.tokens"


def insert(name: str, key: str, tokens: Mapping[int, str], also: str = "") -> None:
    """Put tokens into a table by its `key`, the index or one that holds the words of another time. `also`: what
    PostgreSQL does with those that are there."""
    with connection.cursor() as cursor:
        if is_postgres():
            cursor.execute(
                f"INSERT INTO {name} ({key}, tokens) SELECT i, array_to_tsvector(string_to_array(t, ' '))"
                f" FROM unnest(%s::bigint[], %s::text[]) AS x(i, t){also}",
                [list(tokens), list(tokens.values())],
            )
        else:
            cursor.executemany(f"INSERT INTO {name} ({key}, tokens) VALUES (%s, %s)", list(tokens.items()))


def remove(object_key: str, ids: Sequence[int]) -> None:
    """Take records out of the index, in the caller's transaction."""
    with connection.cursor() as cursor:
        if is_postgres():
            cursor.execute(f"DELETE FROM {table(object_key)} WHERE id = ANY(%s)", [id_list(ids)])
        else:
            cursor.executemany(f"DELETE FROM {table(object_key)} WHERE rowid = %s", [(pk,) for pk in ids])


def merge(object_key: str, alive: Callable[[], object]) -> None:
    """Put an index together anew, so that nothing stays in it of what was removed; in steps that let others write.
    PostgreSQL needs no such thing. `alive` is called with every step."""
    if is_postgres():
        return
    name, pages = table(object_key), -_MERGED  # less than nought: all of it, not only what has come since
    while True:
        with turn(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT total_changes()")
            before = cursor.fetchone()[0]
            cursor.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('merge', %s)", [pages])
            cursor.execute("SELECT total_changes()")
            if cursor.fetchone()[0] - before < 2:  # so says the manual of FTS5
                return
        pages = _MERGED
        alive()


class _Found(Func):
    """`id` is among those whose tokens match."""

    conditional = True

    def __init__(self, name: str, words: str) -> None:
        from django.db.models import BooleanField

        super().__init__("id", output_field=BooleanField())
        self.name, self.words = name, words

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **_: Any) -> tuple[str, Any]:
        inner, params = compiler.compile(self.source_expressions[0])
        return f"{inner} IN (SELECT rowid FROM {self.name} WHERE {self.name} MATCH %s)", [*params, self.words]

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **_: Any) -> tuple[str, Any]:
        inner, params = compiler.compile(self.source_expressions[0])
        return f"{inner} IN (SELECT id FROM {self.name} WHERE tokens @@ %s::tsquery)", [*params, self.words]


def matches(one: ObjectType, words: str) -> Q:
    """The records that hold every word of `words`: part of a Chinese name, pinyin, initials, digits, e-mail."""
    groups = query_tokens(words)
    if not groups:
        return Q(pk=-1)  # only marks and blanks: nothing can match
    return Q(_Found(table(one.key), tsquery(groups) if is_postgres() else fts5_match(groups)))


def first(one: ObjectType, words: str, limit: int) -> list[int]:
    """The lowest ids, at most `limit`, that hold every word of `words`, whoever may see them: in the order of the
    index, so that nothing is collected that is not asked for."""
    groups = query_tokens(words)
    if not groups:
        return []
    with connection.cursor() as cursor:
        if (near := _first_near(cursor, table(one.key), groups, limit)) is not None:
            return near
        if is_postgres():
            # Left to itself PostgreSQL would rather look at all rows in their order.
            cursor.execute(
                f"WITH found AS MATERIALIZED (SELECT id FROM {table(one.key)} WHERE tokens @@ %s::tsquery)"
                " SELECT id FROM found ORDER BY id LIMIT %s",
                [tsquery(groups), limit],
            )
        else:
            cursor.execute(
                f"SELECT rowid FROM {table(one.key)} WHERE {table(one.key)} MATCH %s ORDER BY rowid LIMIT %s",
                [fts5_match(groups), limit],
            )
        return [row[0] for row in cursor.fetchall()]


def _first_near(cursor: Any, name: str, groups: Groups, limit: int) -> list[int] | None:
    """What `first` gives, by looking at one row after the other; None where it is quicker to collect all that hold the
    words, as far as the first rows tell.

    Where many hold them, the first ones do. On SQLite these rows are those of shorter prefixes: FTS5 goes through the
    rows of a prefix in their order where it keeps a list of them, and collects and sorts those of any other.
    """
    held, asked = holding(groups)
    if is_postgres():
        key, within = "id", "id > %s"
    else:
        listed = [[_listed(prefix) for prefix in group] for group in groups]
        if listed == groups:
            return None
        key, within = "rowid", f"{name} MATCH %s AND rowid > %s"
        asked = [*asked, fts5_match(listed)]
    cursor.execute(f"SELECT max(id) FROM {name if is_postgres() else f'{name}_content'}")
    highest = cursor.fetchone()[0] or 0
    found: list[int] = []
    looked, last, part = 0, 0, 1 + int(_NEAR * limit)
    while True:
        cursor.execute(f"SELECT {key}, {held} FROM {name} WHERE {within} ORDER BY {key} LIMIT %s", [*asked, last, part])
        rows = cursor.fetchall()
        found += [pk for pk, holds in rows if holds]
        if len(found) >= limit or len(rows) < part:
            return found[:limit]
        looked, last = looked + part, rows[-1][0]
        # One more than were found: of none there may still be one among the next.
        further = (limit - len(found)) * looked / (len(found) + 1)
        collecting = (len(found) + 1) * highest / last * _COLLECT
        if (looked + further) * _LOOK > collecting or looked >= _FAR * limit:
            return None
        part = min(int(further) + limit, _FAR * limit - looked)


def among(one: ObjectType, words: str, ids: Sequence[int]) -> list[int]:
    """Those of some records that hold every word of `words`, whoever may see them. Each is looked at by itself, so that
    nothing is collected for a word that many hold."""
    groups = query_tokens(words)
    if not groups or not ids:
        return []
    name = table(one.key)
    held, asked = holding(groups)
    if is_postgres():
        sql = f"SELECT id FROM {name} WHERE id = ANY(%s) AND {held}"
    else:
        sql = f"SELECT rowid FROM {name} WHERE rowid IN (SELECT value FROM json_each(%s)) AND {held}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [id_list(ids), *asked])
        return [row[0] for row in cursor.fetchall()]


def holding(groups: Sequence[Sequence[str]]) -> tuple[str, list[str]]:
    """A condition on the tokens of a row that is looked at by itself, with what it asks for."""
    return ("tokens @@ %s::tsquery", [tsquery(groups)]) if is_postgres() else _held(groups)


def _held(groups: Sequence[Sequence[str]]) -> tuple[str, list[str]]:
    """A condition on the tokens of a row, for SQLite, with what it asks for."""
    held = " AND ".join("(" + " OR ".join(["instr(' ' || tokens, %s)"] * len(group)) + ")" for group in groups)
    return held, [f" {prefix}" for group in groups for prefix in group]


def _listed(prefix: str) -> str:
    """The longest beginning of a prefix whose rows SQLite keeps in order."""
    return prefix[: max(length for length in PREFIXES if length <= len(prefix))]
