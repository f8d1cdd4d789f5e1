"""Records as they were at a moment: those that have changed since, put together from the history.

What a record was then is a fact: whatever happens later, it needs not be put together again.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from kebu.core import db
from kebu.fields.registry import Catalog, ObjectType, Row
from kebu.records import search
from kebu.records.models import Change
from kebu.records.plain import derive, from_plain, put

PART = 500


def changed(one: ObjectType, moment: datetime, *, after: int = 0, but: str | None = None) -> QuerySet[Change, int]:
    """The ids of the records of a moment that have changed since, in ChangeSets numbered above `after`; without those
    that a table named `but`, one of ours, has. None is there twice; they are in no order."""
    later = _later(one, moment).filter(record__in=one.model.objects.filter(created_at__lte=moment).values("id"))
    if after:
        later = later.filter(change_set__sequence__gt=after)
    if but is not None:
        later = later.exclude(db.InTable("record", but))
    return later.order_by().values_list("record", flat=True).distinct()


def columns(one: ObjectType) -> list[str]:
    """The columns of the rows that `parts` gives: those of the table, and whether the record is found by other words
    since (`said`)."""
    return [*(item.column for item in one.model._meta.concrete_fields), "said"]


def parts(known: Catalog, one: ObjectType, moment: datetime, ids: Sequence[int]) -> Iterator[list[list[Any]]]:
    """These records as they were, for the database; those that were not there yet are left out. A part of `ids` at a
    time, so that memory does not grow with them."""
    names = [item.attname for item in one.model._meta.concrete_fields]
    searched = _searched(known, one)
    for start in range(0, len(ids), PART):
        rows, said = _as_they_were(known, one, moment, ids[start : start + PART], names, searched)
        encoded = db.encoded(one.model, names, rows.values())
        yield [[*row, pk in said] for pk, row in zip(rows, encoded, strict=True)]


def _as_they_were(
    known: Catalog, one: ObjectType, moment: datetime, ids: Sequence[int], names: Sequence[str], searched: set[str]
) -> tuple[dict[int, Row], set[int]]:
    rows = {row["id"]: row for row in one.model.objects.filter(id__in=ids, created_at__lte=moment).values(*names)}
    back: dict[int, dict[str, Any]] = {}
    trashed: dict[int, bool] = {}
    said: set[int] = set()
    found = _later(one, moment).filter(record__in=list(rows)).order_by("record", "version")
    for pk, version, action, values in found.values_list("record", "version", "action", "values"):
        row = rows[pk]
        if pk not in back:
            row["version"] = version - 1
        if action in ("delete", "restore"):
            trashed.setdefault(pk, action == "restore")
        # The first change since has what was there.
        olds = back.setdefault(pk, {})
        for name, (old, new) in values.items():
            olds.setdefault(name, old)
            if name in searched or isinstance(old, dict) or isinstance(new, dict):  # text that did not fit is found too
                said.add(pk)
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
    return rows, said


def _later(one: ObjectType, moment: datetime) -> QuerySet[Change]:
    return Change.objects.filter(object=one.key, change_set__at__gt=moment).exclude(action="create")


def _searched(known: Catalog, one: ObjectType) -> set[str]:
    """The fields of an object by which records are found: its own, and those that show it."""
    found = set()
    for other in known.objects.values():
        for field in search.searched_fields(other, known):
            if field.relation and field.relation.target == one.key:
                found.add(field.stored.key)
            if other.key == one.key:
                found.add(field.relation.key if field.relation else field.key)
    return found


def _who_changed_last(one: ObjectType, rows: dict[int, Row], moment: datetime) -> None:
    before = Change.objects.filter(object=one.key, record__in=list(rows), change_set__at__lte=moment)
    for row in rows.values():
        row["updated_at"], row["updated_by_id"] = row["created_at"], row["created_by_id"]
    for pk, at, by in before.order_by("record", "version").values_list(
        "record", "change_set__at", "change_set__actor_id"
    ):
        rows[pk]["updated_at"], rows[pk]["updated_by_id"] = at, by
