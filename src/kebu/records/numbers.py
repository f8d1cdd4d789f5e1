"""Automatic numbers: C001, C002 … C1000, unique for ever, gaps are allowed; and the numbers that follow commits."""

import json
import re
from collections.abc import Iterable

from django.db import IntegrityError, connection, transaction

from kebu.core import db
from kebu.core.db import is_postgres
from kebu.fields.registry import ObjectType
from kebu.records.models import ChangeSet, Counter, NumberSeries


def _series(one: ObjectType) -> NumberSeries:
    NumberSeries.objects.get_or_create(object=one.key, defaults={"prefix": one.prefix})
    rows = NumberSeries.objects.filter(object=one.key)
    return (rows.select_for_update() if is_postgres() else rows).get()


def take(one: ObjectType, count: int) -> list[str]:
    """`count` numbers that no record has. Outside a transaction they are taken in a short one of their own."""
    taken: list[str] = []
    with transaction.atomic():
        series = _series(one)
        while len(taken) < count:
            wanted = [
                f"{series.prefix}{n:0{series.width}d}" for n in range(series.next, series.next + count - len(taken))
            ]
            series.next += len(wanted)
            # Somebody may have typed such a number before the series came to it.
            used = existing(one, wanted)
            taken += [number for number in wanted if number not in used]
        series.save(update_fields=["next"])
    return taken


def existing(one: ObjectType, wanted: list[str]) -> set[str]:
    """Those of `wanted` that some record has, in the trash too."""
    table = connection.ops.quote_name(one.model._meta.db_table)
    found = "= ANY(%s)" if is_postgres() else "IN (SELECT value FROM json_each(%s))"
    with connection.cursor() as cursor:
        # One parameter of any length: an import asks for a hundred thousand.
        cursor.execute(
            f"SELECT number FROM {table} WHERE number {found}", [wanted if is_postgres() else json.dumps(wanted)]
        )
        return {row[0] for row in cursor.fetchall()}


def skip_past(one: ObjectType, numbers: Iterable[str]) -> None:
    """Let the series go on after the highest of numbers that people gave themselves, in the caller's transaction."""
    series = _series(one)
    pattern = re.compile(rf"^{re.escape(series.prefix)}(\d{{1,15}})$")
    highest = max((int(match[1]) for number in numbers if (match := pattern.match(number))), default=0)
    if highest >= series.next:
        series.next = highest + 1
        series.save(update_fields=["next"])


def number_change_set(change_set: ChangeSet) -> None:
    """Give a ChangeSet the next number; on PostgreSQL in one statement, for others wait for it until the commit."""
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute(
                "WITH next AS (UPDATE records_counter SET value = value + 1 WHERE id = %s RETURNING value)"
                " UPDATE records_changeset AS made SET sequence = next.value FROM next WHERE made.id = %s"
                " RETURNING made.sequence",
                [Counter.CHANGES, change_set.pk],
            )
            if row := cursor.fetchone():
                change_set.sequence = row[0]
                return
    change_set.sequence = next_sequence()
    db.update(ChangeSet, ["sequence"], [{"id": change_set.pk, "sequence": change_set.sequence}])


def next_sequence(counter: int = Counter.CHANGES) -> int:
    """The next number of a ChangeSet, or of a comment, in the caller's transaction, which should commit at once."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE records_counter SET value = value + 1 WHERE id = %s RETURNING value", [counter])
        row = cursor.fetchone()
    if row is None:
        try:
            with transaction.atomic():
                Counter.objects.create(id=counter, value=1)
            return 1
        except IntegrityError:
            return next_sequence(counter)
    return int(row[0])
