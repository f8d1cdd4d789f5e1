"""Snapshots: the ordered ids of a view, kept as an array on disk, so that any page costs the same.

The order stays as it was while somebody works; a new look at the view after a change makes a new snapshot.
Every page applies the person's rows again, so an old snapshot shows nobody what he may no longer see.
"""

import hashlib
import os
import time
from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import orjson
from django.conf import settings
from django.db import connection

from kebu.accounts.actor import Actor
from kebu.core.db import NOBODY, IdIn, id_list, packed, unpacked
from kebu.core.errors import KebuError
from kebu.records import permissions, places, query, search
from kebu.records.models import Counter
from kebu.records.query import Asking, ViewSpec
from kebu.records.runs import Ids, Runs, runs

# A table this small is ordered in the time of one page; larger ones send the first page first.
SMALL = 20_000
# So many rows that a search finds are looked at before all of them are.
NEAR = 10_000
# Of a filter so many ids are looked at for each row that is asked for, at first and then, before an index is asked for
# all.
GLANCES = (5, 50)
# So many rows that were put somewhere by hand are put in between the others; more are sorted with them.
FEW = 2_000
KEEP_SECONDS = 3600
KEEP_FILES = 200


def last_change() -> int:
    """The number of the last ChangeSet. Asked with every page, so without compiling anything."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT value FROM {Counter._meta.db_table} WHERE id = 1")
        row = cursor.fetchone()
    return row[0] if row else 0


def ordered(ask: Asking, spec: ViewSpec) -> Runs:
    """All rows of a view in order and in their groups, of one look at them; a view without levels is one group.

    KebuError `too_many_groups`.
    """
    if spec.group:
        return runs(ask, spec, ids(ask, replace(spec, group=())))
    found = ids(ask, spec)
    return Runs(found, [len(found)], [[]])


def ids(ask: Asking, spec: ViewSpec) -> Ids:
    """The ids of all rows of a view in order, computed now."""
    if spec.group:
        return ordered(ask, spec).order
    moved = _moved(ask, spec)
    everything = not spec.filter and not spec.search and permissions.sees_all(ask.actor, ask.one)
    # An index holds the order of all rows; by their ids they would be read whole, from all over the file.
    if moved is None or everything:
        return fetched(query.queryset(ask, spec))
    found = fetched(query.rows(ask, spec).order_by("id"))
    if moved:
        found = found[np.isin(found, [pk for _, pk in moved], invert=True)]
        at = [bisect_left(found, place, key=places.of_id) for place, _ in moved]
        found = np.insert(found, at, [pk for _, pk in moved])
    return found


def fetched(rows: Any) -> Ids:
    """The ids of rows, in their order."""
    sql, params = rows.values_list("id", flat=True).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(packed(sql, "id"), params)
        return unpacked(cursor.fetchone()[0])


def some(ask: Asking, spec: ViewSpec, offset: int, limit: int) -> list[int]:
    """The ids of one page near the beginning, without knowing the rest."""
    end = offset + limit
    if spec.sort:
        # Among rows that have a value an index gives the order in either direction; "blanks last" would hide it.
        found = _ids(ask, spec, ("filled", offset, end), lambda: query.filled(ask, spec)[offset:end])
        if len(found) == limit:
            return found
    elif (moved := _moved(ask, spec)) is not None:
        first = _first(ask, spec, end + len(moved))
        if first is not None:
            apart = {pk for _, pk in moved}
            standing = sorted([*moved, *((places.of_id(pk), pk) for pk in first if pk not in apart)])
            return [pk for _, pk in standing[offset:end]]
    return _ids(ask, spec, ("all", offset, end), lambda: query.queryset(ask, spec)[offset:end])


def _first(ask: Asking, spec: ViewSpec, count: int) -> list[int] | None:
    """The lowest ids of a view; None where all that a search finds would have to be looked at."""

    def lowest() -> Any:
        return query.rows(ask, replace(spec, search="")).order_by("id")[:count]

    def lowest_of(ids: Sequence[int]) -> list[int]:
        def rows() -> Any:
            return query.rows(ask, replace(spec, search="")).filter(IdIn(NOBODY)).order_by("id")[:count]

        return _ids(ask, spec, ("among", count), rows, ids)

    if not spec.search:
        if spec.filter:
            # What holds for many rows holds for some of the first; an index would give all of them, to be sorted.
            begin = _end_of_ids(ask, "min") or 0
            for each in GLANCES:
                if len(found := lowest_of(range(begin, begin + each * count))) == count:
                    return found
        return _ids(ask, spec, ("lowest", count), lowest)
    if not permissions.searches_all(ask.actor, ask.known, ask.one):
        return None
    # Half of all records may hold a letter: rather a few more looks at the first ones than one at all of them.
    near = count if permissions.sees_all(ask.actor, ask.one) and not spec.filter else 2 * count
    while near <= NEAR:
        candidates = search.first(ask.one, spec.search, near)
        found = lowest_of(candidates)
        if len(found) == count or len(candidates) < near:
            return found
        near *= 8
    return None


_MAX_QUESTIONS = 500
_questions: dict[Hashable, tuple[str, tuple[Any, ...], int]] = {}
_allowed: set[Hashable] = set()


def check(ask: Asking, spec: ViewSpec) -> None:
    """Compile a view, even where its answer is kept: a field that the person may not see is refused every time. Who
    had the very same rights over the very same fields when it was allowed need not wait for that again."""
    key = (ask.known, orjson.dumps(_asked(ask, spec)))
    if key not in _allowed or spec.as_of:
        query.queryset(ask, spec)
        if len(_allowed) > _MAX_QUESTIONS:
            _allowed.clear()
        _allowed.add(key)


def _ids(
    ask: Asking, spec: ViewSpec, what: Hashable, rows: Callable[[], Any], among: Sequence[int] | None = None
) -> list[int]:
    """The ids of `rows`, in their order; `among`: what `IdIn(NOBODY)` stands for in them.

    Compiling costs more than running, and who opens a view opens it again. What a question is compiled from is what
    names a snapshot, but for the last change.
    """
    key = (ask.known, what, orjson.dumps(_asked(ask, spec)))
    # How the records of a moment are asked for changes while they are put together; what is sifted, with each change.
    sifted = spec.search and not permissions.searches_all(ask.actor, ask.known, ask.one)
    held = None if spec.as_of or sifted else _questions.get(key)
    if held is None:
        sql, params = rows().values_list("id", flat=True).query.sql_with_params()
        held = sql, params, -1 if among is None else params.index(id_list(NOBODY))
        if len(_questions) > _MAX_QUESTIONS:
            _questions.clear()
        _questions[key] = held
    sql, params, at = held
    if among is not None:
        params = (*params[:at], id_list(among), *params[at + 1 :])
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [row[0] for row in cursor.fetchall()]


def _moved(ask: Asking, spec: ViewSpec) -> list[tuple[str, int]] | None:
    """The rows of a view that people have put somewhere, each with its place, in order; None where these are not what
    the order is about, or too many to be put in between the others, which stand by their ids.

    An index gives the rows of a filter by their ids; by their places they would have to be sorted, all of them.
    """
    if spec.sort or spec.group or spec.as_of:
        return None
    # In the order of their index: PostgreSQL, which does not know how few they are, would look at every row.
    with connection.cursor() as cursor:
        table = ask.one.model._meta.db_table
        cursor.execute(f"SELECT id FROM {table} WHERE place IS NOT NULL ORDER BY place LIMIT {FEW + 1}")
        chosen = [row[0] for row in cursor.fetchall()]
    if len(chosen) > FEW:
        return None
    if spec.search:
        chosen = search.among(ask.one, spec.search, chosen)
    if not chosen:
        return []
    searched = "" if permissions.searches_all(ask.actor, ask.known, ask.one) else spec.search
    rows = query.queryset(ask, replace(spec, search=searched)).filter(IdIn(chosen))
    return [(place, pk) for pk, place in rows.values_list("id", "place")]


def token(ask: Asking, spec: ViewSpec, change: int | None = None) -> str:
    """Names the order of this view for this person as of a change, the last one. Says nothing to whoever reads it."""
    change = last_change() if change is None else change
    asked = _asked(ask, spec) | {"change": [change, ask.known.version]}
    return hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def _asked(ask: Asking, spec: ViewSpec) -> dict[str, Any]:
    """All that decides which rows a view has for this person, and in which order, but for the rows themselves."""
    actor = ask.actor
    return {
        "object": ask.one.key,
        "filter": spec.filter,
        "sort": spec.sort,
        "search": spec.search,
        "group": spec.group,
        "as_of": spec.as_of,
        "person": [actor.user_id, actor.role, actor.rights_version, str(actor.rights.ends), actor.scopes],
        "day": [str(query.today(ask.context.zone)), actor.zone],
    }


def promise(ask: Asking, spec: ViewSpec, name: str = "") -> str:
    """The token under which `load` finds the snapshot, which is made when somebody asks for it; `name`: it is known."""
    name = name or token(ask, spec)
    path = _folder() / f"{name}.json"
    if not path.exists():
        _write(path, orjson.dumps({"object": ask.one.key, "person": ask.actor.user_id, "spec": asdict(spec)}))
    return name


def is_made(name: str) -> bool:
    """Whether the order of that token is known already."""
    return (_folder() / f"{name}.npy").exists()


def make(ask: Asking, spec: ViewSpec, name: str = "") -> tuple[str, Ids]:
    """The snapshot of a view, made now unless it is there; `name`: its token, where that is known."""
    name = promise(ask, spec, name)
    path = _folder() / f"{name}.npy"
    if not path.exists():
        found = ids(ask, spec)
        keep(name, found)
        return name, found
    return name, _map(path)


def keep(name: str, order: Ids) -> None:
    """Keep the order that was promised under this name."""
    _tidy()
    _write(_folder() / f"{name}.npy", order.tobytes())


def moment(name: str) -> str:
    """Of which moment a snapshot is, as `asof.shown` takes it; nothing for one that is not there."""
    if not _is_name(name):
        return ""
    try:
        said = orjson.loads((_folder() / f"{name}.json").read_bytes())
    except FileNotFoundError:
        return ""
    as_of: str = said["spec"].get("as_of", "")
    return as_of


def _is_name(name: str) -> bool:
    return len(name) == 32 and all(one in "0123456789abcdef" for one in name)


def load(actor: Actor, object_key: str, name: str) -> tuple[Asking, Ids]:
    """The snapshot of that token. KebuError `snapshot_gone` (410) where there is none of this person's."""
    gone = KebuError("snapshot_gone", status=410)
    if not _is_name(name):
        raise gone
    path = _folder() / f"{name}.json"
    try:
        said = orjson.loads(path.read_bytes())
    except FileNotFoundError:
        raise gone from None
    if said["person"] != actor.user_id or said["object"] != object_key:
        raise gone
    ask = query.asking(actor, object_key)
    array = path.with_suffix(".npy")
    if array.exists():
        os.utime(path)
        os.utime(array)
        return ask, _map(array)
    raw: dict[str, Any] = said["spec"]
    sort = tuple((key, bool(desc)) for key, desc in raw["sort"])
    levels = tuple(query.Level(**one) for one in raw["group"])
    spec = ViewSpec(raw["filter"], sort, raw["search"], (), levels, raw.get("as_of", ""))
    found = ids(ask, spec)
    keep(name, found)
    return ask, found


def beside(name: str, what: str, seconds: float = KEEP_SECONDS) -> bytes | None:
    """What was kept beside a snapshot within the last `seconds`; None where nothing was."""
    path = _folder() / f"{name}.{what}"
    with suppress(FileNotFoundError):
        if path.stat().st_mtime > time.time() - seconds:
            return path.read_bytes()
    return None


def keep_beside(name: str, what: str, content: bytes) -> None:
    """Keep something of a snapshot that has been loaded, under a name of letters and digits."""
    _tidy()
    _write(_folder() / f"{name}.{what}", content)


def is_small(ask: Asking) -> bool:
    """Whether ordering all rows costs no more than a page. The highest id bounds their number from above."""
    return (_end_of_ids(ask, "max") or 0) <= SMALL


def _end_of_ids(ask: Asking, which: Literal["min", "max"]) -> int | None:
    """The lowest or the highest id that an object has, deleted records too."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {which}(id) FROM {ask.one.model._meta.db_table}")
        found: int | None = cursor.fetchone()[0]
        return found


def _map(path: Path) -> Ids:
    # An empty file cannot be mapped.
    if path.stat().st_size == 0:
        return np.empty(0, dtype=np.int64)
    return np.memmap(path, dtype=np.int64, mode="r")


def _folder() -> Path:
    folder = Path(settings.HOME) / "cache" / "snapshots"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _write(path: Path, content: bytes) -> None:
    """All or nothing: another process never reads half a file."""
    part = path.with_name(f"{path.name}.{os.getpid()}.{time.monotonic_ns()}")
    part.write_bytes(content)
    part.replace(path)


def _tidy() -> None:
    """Drop what nobody used for an hour, and the oldest of too many."""
    files: list[tuple[float, Path]] = []
    for path in _folder().iterdir():
        # Another process may be writing or tidying, too: what is gone needs no tidying.
        with suppress(FileNotFoundError):
            files.append((path.stat().st_mtime, path))
    files.sort()
    surplus = len(files) - KEEP_FILES
    for place, (used, path) in enumerate(files):
        if place < surplus or used < time.time() - KEEP_SECONDS:
            path.unlink(missing_ok=True)
