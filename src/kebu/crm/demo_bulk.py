"""Sample customers by the million: made in child processes, stored without the detour over single acts.

What `records.write` derives from a row is derived here in the same way; a test holds both next to each other.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from random import Random
from typing import Any

import django
from django.db import transaction
from django.db.models import Model

from kebu.core import bulk, db
from kebu.core.text import sort_key
from kebu.crm.lifelike import Maker, Sample
from kebu.fields.registry import Catalog, ObjectType, Row, catalog
from kebu.fields.types import TYPES
from kebu.records import numbers, search
from kebu.records.models import Change, ChangeSet
from kebu.records.numbers import next_sequence
from kebu.records.plain import SORT_LENGTH

CHUNK = 5000
_CUSTOMER, _CONTACT, _DEAL, _PERSON = "customer_id", "main_contact_id", "main_deal_id", "contact_id"
# Foreign keys before the parents have given ids: the place of the row they point to, among those of an object.
_POINTS = {_CUSTOMER: "customers", _CONTACT: "contacts", _DEAL: "deals", _PERSON: "contacts"}


@dataclass(frozen=True)
class _Shape:
    """What a child process has to know of an object, without a database."""

    model: type[Model]
    blank: Row
    title: str
    sorted_texts: tuple[str, ...]
    # Key, kind, and whether by pinyin too.
    searched: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True)
class _Job:
    """What the child processes need of the company. `own` are key and kind of the fields that it added."""

    maker_of: Callable[[], Maker]
    shapes: Mapping[str, _Shape]
    own: tuple[tuple[str, str], ...]
    owner: int
    rep: int
    activities: int


@dataclass
class _Made:
    """Rows of one object as database parameters of the columns `names`, and their tokens in the same order."""

    names: list[str]
    rows: list[list[Any]]
    tokens: list[str]

    def put(self, column: str, ids: Sequence[int]) -> None:
        """Let places of rows become their ids."""
        if column in self.names:
            at = self.names.index(column)
            for row in self.rows:
                if row[at] is not None:
                    row[at] = ids[row[at]]


def fill(
    maker: Maker,
    customers: int,
    own: Sequence[str],
    owner: int,
    rep: int,
    progress: Callable[[int, int], None],
    *,
    activities: int = 0,
) -> None:
    """Store `customers` customers with contacts, deals and about `activities` activities each; their owners are `rep`,
    `owner` and nobody."""
    known = catalog()
    job = _Job(
        partial(Maker, maker.seed, maker.today, maker.zone, maker.payments),
        {key: _shape(known, known.object(key)) for key in _objects(activities)},
        tuple((key, known.field("customers", key).kind) for key in own),
        owner,
        rep,
        activities,
    )
    tables = [name for key, shape in job.shapes.items() for name in (shape.model._meta.db_table, search.table(key))]
    with bulk.bare([*tables, Change._meta.db_table]):
        done = 0
        for made in _in_order(known, job, customers):
            _store(known, made, owner)
            done += len(made["customers"].rows)
            progress(done, customers)


def _objects(activities: int) -> list[str]:
    return ["customers", "contacts", "deals", *(["activities"] if activities else [])]


def _most(job: _Job, object_key: str) -> int:
    """How many of these a customer has at most; numbers that nobody takes are gaps."""
    return {"customers": 1, "contacts": 2, "deals": 2, "activities": 2 * job.activities}[object_key]


def _in_order(known: Catalog, job: _Job, customers: int) -> Iterator[dict[str, _Made]]:
    """All chunks in their order, some of them made ahead."""
    starts = iter(range(0, customers, CHUNK))
    workers = os.cpu_count() or 2
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=django.setup) as pool:
        waiting: list[Future[dict[str, _Made]]] = []
        while True:
            while len(waiting) <= workers and (start := next(starts, None)) is not None:
                stop = min(start + CHUNK, customers)
                given = {key: numbers.take(known.object(key), _most(job, key) * (stop - start)) for key in job.shapes}
                waiting.append(pool.submit(_make, job, start, stop, given))
            if not waiting:
                return
            yield waiting.pop(0).result()


def _shape(known: Catalog, one: ObjectType) -> _Shape:
    columns = one.model._meta.concrete_fields
    fields = known.fields[one.key].values()
    return _Shape(
        one.model,
        {item.column: item.get_default() if item.has_default() else None for item in columns},
        one.title,
        tuple(
            field.key
            for field in fields
            if not field.relation and field.key != one.title and field.kind in ("text", "address")
        ),
        tuple((field.key, field.stored.kind, search.by_sound(field)) for field in search.searched_fields(one, known)),
    )


def _make(job: _Job, start: int, stop: int, given: Mapping[str, Sequence[str]]) -> dict[str, _Made]:
    """The rows of customers `start` to `stop` with numbers out of `given`, in a child process."""
    maker = job.maker_of()
    rows: dict[str, list[Row]] = {key: [] for key in job.shapes}
    tokens: dict[str, list[str]] = {key: [] for key in job.shapes}

    def add(object_key: str, row: Row, looked_at: Mapping[str, Any]) -> int:
        shape, at = job.shapes[object_key], len(rows[object_key])
        row = {**shape.blank, **row, "id": at, "number": given[object_key][at]}
        row["title_key"] = sort_key(row[shape.title][:SORT_LENGTH])
        row["keys"] = {
            key: sort_key(text[:SORT_LENGTH])
            for key in shape.sorted_texts
            if (text := row.get(key)) and not text.isascii()
        }
        rows[object_key].append(row)
        values = {**row, **looked_at}
        texts = [
            (TYPES[kind].search_text(values[key]), by_sound)
            for key, kind, by_sound in shape.searched
            if values.get(key) is not None
        ]
        tokens[object_key].append(search.tokens_of(texts))
        return at

    for n in range(start, stop):
        sample = maker.customer(n)
        share = Random(~n).random()
        owner = job.rep if share < 0.45 else job.owner if share < 0.8 else None
        common = {
            "owner_id": owner,
            "created_by_id": owner or job.owner,
            "updated_by_id": owner or job.owner,
            "created_at": sample.created_at.astimezone(UTC),
            "updated_at": sample.created_at.astimezone(UTC),
        }
        back = {**common, _CUSTOMER: n - start}
        # The newest contact is the main one, and the newest open deal, else the newest: made in that order.
        contacts = [add("contacts", {**back, **one}, {}) for one in reversed(sample.contacts)]
        sample.deals.reverse()
        sample.deals.sort(key=_is_open)
        deals = [add("deals", {**back, **one}, {}) for one in sample.deals]
        looked_at = {f"main_contact.{key}": value for one in sample.contacts[:1] for key, value in one.items()}
        looked_at |= {f"main_deal.{key}": value for one in sample.deals[-1:] for key, value in one.items()}
        points = {_CONTACT: contacts[-1] if contacts else None, _DEAL: deals[-1] if deals else None}
        for one in maker.activities(n, sample, job.activities) if job.activities else ():
            at = one["happened_at"]
            add("activities", {**back, **one, _PERSON: points[_CONTACT], "created_at": at, "updated_at": at}, {})
            common["last_activity_at"] = at
        add("customers", {**common, **sample.customer, **points, "extra": _extra(job, sample)}, looked_at)
    names = {key: list(shape.blank) for key, shape in job.shapes.items()}
    return {
        key: _Made(names[key], db.encoded(shape.model, names[key], rows[key]), tokens[key])
        for key, shape in job.shapes.items()
    }


def _is_open(deal: Mapping[str, Any]) -> bool:
    return deal["stage"] not in ("won", "lost")


def _extra(job: _Job, sample: Sample) -> dict[str, Any]:
    pairs = zip(job.own, sample.own, strict=True)
    return {key: TYPES[kind].plain(value) for (key, kind), value in pairs if value is not None}


def _store(known: Catalog, made: Mapping[str, _Made], actor_id: int) -> None:
    """One chunk in one transaction, under a ChangeSet of its own."""
    with transaction.atomic():
        under = ChangeSet.objects.create(actor_id=actor_id, via="import", at=datetime.now(UTC))
        ids = {key: db.take_ids(known.object(key).model, len(one.rows)) for key, one in made.items()}
        for key, one in made.items():
            one.put("id", ids[key])
            for column, parent in _POINTS.items():
                one.put(column, ids[parent])
            db.insert_encoded(known.object(key).model, one.names, one.rows)
            search.put(key, dict(zip(ids[key], one.tokens, strict=True)), fresh=True)
            changes = db.take_ids(Change, len(one.rows))
            columns = ["id", "change_set_id", "object", "record", "version", "action", "values"]
            created = [[pk, under.pk, key, of, 1, "create", "{}"] for pk, of in zip(changes, ids[key], strict=True)]
            db.insert_encoded(Change, columns, created)
        ChangeSet.objects.filter(pk=under.pk).update(sequence=next_sequence())
