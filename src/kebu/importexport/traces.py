"""What an exported workbook carries unseen, so that it is known when it comes back: in a hidden column, beside each
row, the record's id and version, sealed; above them the key of the export. No value of a record stands there.

The column is a part of the table: rows take their trace along when they are sorted, filtered, moved or deleted, in any
program and any format; a row that somebody adds has none.
"""

import base64
import re
import secrets
import zlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import product
from typing import Any

import numpy as np

from kebu.core.db import IdIn
from kebu.core.models import Job
from kebu.fields.registry import Field
from kebu.importexport.models import Exported, Import
from kebu.records import history
from kebu.records.query import Asking

_MARK = re.compile(r"\s*kebu:([\w-]{16,32})\s*")
_TOKEN = re.compile(r"\s*([0-9.:-]{3,200})~([a-z2-7]{8})\s*")
_LOOKED_AT = 60  # rows among which the mark is looked for
#: Stands in rows of an export that are no records: totals, titles of groups.
NO_RECORD = "-"


@dataclass(frozen=True)
class Held:
    """What a row says of itself: its record with its version, and those behind its lookups, by relation."""

    id: int
    version: int
    behind: dict[str, tuple[int, int] | None]


class Tracer:
    """Traces of one export in the making."""

    def __init__(self, ask: Asking, fields: Sequence[Field], titles: Sequence[str]) -> None:
        self._one = ask.one
        relations = {field.relation.key: field.relation.column for field in fields if field.relation}
        self._ids: list[int] = []
        self._row = Exported(
            key=secrets.token_urlsafe(16),
            secret=secrets.token_hex(32),
            owner_id=ask.actor.user_id,
            object=ask.one.key,
            columns=[field.key for field in fields],
            titles=list(titles),
            relations=list(relations),
            language=ask.actor.language,
            zone=ask.actor.zone,
        )
        self._columns = [name for one in relations.values() for name in (f"{one}_id", f"{one}__version")]

    @property
    def title(self) -> str:
        """What stands above the traces."""
        return f"kebu:{self._row.key}"

    def of(self, ids: Sequence[int]) -> dict[int, str]:
        """The traces of these records.

        Asked for before their values are read: a value that is newer than its version is taken for no edit, one that
        is older would be.
        """
        self._ids += ids
        rows = self._one.model.objects.filter(IdIn(ids)).values_list("id", "version", *self._columns)
        found = {}
        seal = _sealing(self._row.secret)
        for pk, version, *behind in rows:
            body = f"{pk}.{version}"
            for one, two in zip(behind[::2], behind[1::2], strict=True):
                body += f":{one}.{two}" if one else ":-"
            found[pk] = f"{body}~{seal(body)}"
        return found

    def keep(self) -> None:
        """Remember the export: only then is it known when it comes back."""
        self._row.ids = _packed(self._ids)
        self._row.save()


def _sealing(secret: str) -> Callable[[str], str]:
    """What gives the seal of a trace: 40 bits in base 32, eight signs."""
    keyed = blake2b(key=bytes.fromhex(secret), digest_size=5)

    def seal(body: str) -> str:
        made = keyed.copy()
        made.update(body.encode())
        bits = int.from_bytes(made.digest())
        return _PAIRS[bits >> 30] + _PAIRS[bits >> 20 & 1023] + _PAIRS[bits >> 10 & 1023] + _PAIRS[bits & 1023]

    return seal


#: Two signs of base 32 for ten bits.
_PAIRS = tuple("".join(pair) for pair in product("abcdefghijklmnopqrstuvwxyz234567", repeat=2))


def _packed(ids: Iterable[int]) -> str:
    steps = np.diff(np.array(sorted(set(ids)), dtype=np.int64), prepend=0)
    return base64.b64encode(zlib.compress(steps.tobytes(), 6)).decode()


def ids_of(exported: Exported) -> list[int]:
    """The records that went out with it."""
    if not exported.ids:
        return []
    steps = np.frombuffer(zlib.decompress(base64.b64decode(exported.ids)), dtype=np.int64)
    found: list[int] = np.cumsum(steps).tolist()
    return found


def repacked(exported: Exported, without: Collection[int]) -> str | None:
    """The records that went out with it as they are kept, without these; None where none of these did."""
    ids = ids_of(exported)
    left = [pk for pk in ids if pk not in without]
    return _packed(left) if len(left) < len(ids) else None


# -- coming back -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Taken:
    """The traces of a sheet: the export's key, the row (from 0) in which it stands, and what each row says."""

    key: str
    top: int
    tokens: list[str | None]

    @property
    def rows(self) -> int:
        """How many rows say that they are a record."""
        return sum(token not in (None, NO_RECORD) for token in self.tokens[self.top + 1 :])


def take(rows: list[list[Any]]) -> Taken | None:
    """Take the traces out of a sheet's rows: their column is blank after that, for it is no column of anybody's.

    None for a sheet that has none.
    """
    place = _mark(rows)
    if place is None:
        return None
    key, top, column = place
    tokens: list[str | None] = []
    for row in rows:
        cell = row[column] if column < len(row) else None
        tokens.append(None if cell is None or (text := str(cell).strip()) == "" else text)
        if tokens[-1] == NO_RECORD and len(tokens) - 1 > top:
            row.clear()  # the head of a group, a sum: no row of anybody's
        elif cell is not None:
            row[column] = None
        while row and row[-1] is None:
            row.pop()
    return Taken(key, top, tokens)


def _mark(rows: Sequence[Sequence[Any]]) -> tuple[str, int, int] | None:
    for top, row in enumerate(rows[:_LOOKED_AT]):
        for column, cell in enumerate(row):
            if isinstance(cell, str) and "kebu:" in cell and (found := _MARK.fullmatch(cell)):
                return found[1], top, column
    return None


def read(exported: Exported, token: str) -> Held | None:
    """What a trace says; None for one that was changed, or that another export made."""
    found = _TOKEN.fullmatch(token)
    if found is None or not secrets.compare_digest(_sealing(exported.secret)(found[1]), found[2]):
        return None
    own, *behind = [
        None if part == "-" else (int(part.split(".")[0]), int(part.split(".")[1])) for part in found[1].split(":")
    ]
    if own is None:
        return None
    return Held(*own, dict(zip(exported.relations, behind, strict=True)))


def all_known(row: Import) -> list[Exported]:
    """The exports that uploaded files came from, as far as they are this program's, in the order of their sheets."""
    keys = dict.fromkeys(one["key"] for one in row.traces)
    if not keys:
        return []
    found = {one.key: one for one in Exported.objects.filter(key__in=keys).select_related("owner")}
    return [found[key] for key in keys if key in found]


def known(row: Import, key: str | None = None) -> Exported | None:
    """One of these: that of the `key`, or the first."""
    return next((one for one in all_known(row) if key in (None, one.key)), None)


def rows_of(row: Import, exported: Exported) -> int:
    """How many rows of the files say that they are records of the export."""
    return sum(one["rows"] for one in row.traces if one["key"] == exported.key)


def told(row: Import, exported: Exported) -> dict[str, Any]:
    """The same as programs see it."""
    return {
        "key": exported.key,
        "object": exported.object,
        "at": history.moment(exported.at),
        "by": exported.owner.name if exported.owner else "",
        "rows": rows_of(row, exported),
    }


def comparing(row: Import, language: str) -> dict[str, Any] | None:
    """The job that compares an upload, or that could not: `{"job", "state", "error"}`."""
    if row.state != Import.State.PLANNED or row.job is None:
        return None
    job = Job.objects.filter(pk=row.job, kind="importexport.compare").first()
    if job is None or job.state not in (Job.State.QUEUED, Job.State.RUNNING, Job.State.FAILED):
        return None
    told = job.as_json(language)
    return {"job": job.pk, "state": told["state"], "error": told["error"]}
