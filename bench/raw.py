"""The raw limits: what the same work costs with nothing but the database and its driver."""

import os
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from bench.ground import Ground

PAGE = """SELECT c.id, c.version, c.name, p.name, p.phone, p.email, c.address,
 d.title, d.start_date, d.end_date, d.amount, c.level, c.industry, c.stage, c.next_follow_up, c.remark
 FROM crm_customer c
 LEFT JOIN crm_contact p ON p.id = c.main_contact_id LEFT JOIN crm_deal d ON d.id = c.main_deal_id WHERE c.id IN ({})"""


@contextmanager
def opened(ground: Ground) -> Iterator[Any]:
    """A bare connection with the settings that the program uses."""
    if ground.server:
        with psycopg.connect(ground.environment["KEBU_DATABASE_URL"]) as connection:
            connection.autocommit = True
            connection.execute("SET statement_timeout = 0")
            yield connection
        return
    connection = sqlite3.connect(Path(ground.home) / "kebu.sqlite3", isolation_level=None, timeout=60)
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "cache_size=-65536",
        "mmap_size=1073741824",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    try:
        yield connection
    finally:
        connection.close()


def page(connection: Any, ids: list[int]) -> Callable[[], Any]:
    """100 rows of the template's columns, by their ids."""
    chance = random.Random(1)
    mark = "%s" if isinstance(connection, psycopg.Connection) else "?"
    sql = PAGE.format(", ".join([mark] * 100))
    return lambda: connection.execute(sql, chance.sample(ids, 100)).fetchall()


def first_rows(connection: Any, column: str, direction: str) -> Callable[[], Any]:
    """The first 100 rows of an order."""
    some = f"WHERE c.deleted_at IS NULL AND c.{column} IS NOT NULL ORDER BY c.{column} {direction}, c.id LIMIT 100"
    sql = PAGE.partition("WHERE")[0] + some
    return lambda: connection.execute(sql).fetchall()


def whole_order(connection: Any, column: str, direction: str) -> Callable[[], Any]:
    """All ids in order, blanks last."""
    order = f"c.{column} {direction} NULLS LAST, c.id"
    sql = f"SELECT c.id FROM crm_customer c WHERE c.deleted_at IS NULL ORDER BY {order}"
    return lambda: connection.execute(sql).fetchall()


def one_save(connection: Any, ids: list[int]) -> Callable[[], Any]:
    """One cell, and on disk."""
    chance = random.Random(2)
    mark = "%s" if isinstance(connection, psycopg.Connection) else "?"

    def save() -> None:
        connection.execute("BEGIN" if mark == "%s" else "BEGIN IMMEDIATE")
        text = f"raw {chance.random()}"
        connection.execute(f"UPDATE crm_customer SET remark = {mark} WHERE id = {mark}", [text, chance.choice(ids)])
        connection.execute("COMMIT")

    return save


def some_ids(connection: Any, count: int = 20_000) -> list[int]:
    """Ids of customers all over the table."""
    rows = connection.execute("SELECT id FROM crm_customer WHERE deleted_at IS NULL").fetchall()
    return random.Random(3).sample([row[0] for row in rows], min(count, len(rows)))


def cores() -> int:
    """How many processors there are."""
    return os.cpu_count() or 1
