"""One act on many records, named by a filter or by their ids: looked at before, one ChangeSet, a job where they are
more than a request should wait for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from kebu.accounts.actor import SYSTEM, Actor
from kebu.accounts.models import User
from kebu.core import db, jobs
from kebu.core.errors import KebuError
from kebu.core.jobs import Cancelled, GivenUp, Run
from kebu.core.models import Job
from kebu.fields.registry import Field
from kebu.records import cells, history, permissions, query, snapshots, write
from kebu.records.models import Change, ChangeSet
from kebu.records.plain import cell_of, from_plain, plain_in
from kebu.records.query import Asking, ViewSpec
from kebu.records.write import Edit, Write

# Up to so many records while the request waits.
AT_ONCE = 1000
# A preview looks through so many records for those that will change.
COUNTED = 20_000
SAMPLES = 6
_SIDES = ("before", "after")
_PART = 500
_LATELY = timedelta(minutes=10)


@dataclass(frozen=True)
class _Act:
    """What is to be done with which records: `values` by field key, clean; without any, into the trash."""

    ask: Asking
    ids: Sequence[int]
    values: Mapping[str, Any]


def preview(actor: Actor, object_key: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """What an act would do: `{"count", "changing", "samples"}`.

    `raw` has `values` (one for every record) or `delete`, and `ids`, or `filter` and `search` with some left out
    (`without`). `changing` is None where more than `COUNTED` records would have to be looked at. A sample has the
    cells `before` and `after`.
    """
    act = _read(actor, object_key, raw)
    ask = act.ask
    fields = [ask.field(key) for key in act.values]
    after = [_cell_after(ask, field, act.values[field.key]) for field in fields]
    title = ask.shown(ask.one.title)
    changing = 0
    samples: list[dict[str, Any]] = []
    looked_at = min(len(act.ids), COUNTED) if act.values else min(len(act.ids), SAMPLES)
    for begin in range(0, looked_at, _PART):
        part = act.ids[begin : min(begin + _PART, looked_at)]
        for pk, _, name, *before in cells.rows(actor, ask.known, ask.one, part, [title, *fields]):
            pairs = {
                field.key: (old, new)
                for field, old, new in zip(fields, before, after, strict=True)
                if not _same(field, old, new)
            }
            if not pairs and act.values:
                continue
            changing += 1
            if len(samples) < SAMPLES:
                sides = {side: {key: pair[n] for key, pair in pairs.items()} for n, side in enumerate(_SIDES)}
                samples.append({"id": pk, "name": name, **sides})
    if not act.values:
        changing = len(act.ids)
    known = not act.values or len(act.ids) <= COUNTED
    return {"count": len(act.ids), "changing": changing if known else None, "samples": samples}


def start(actor: Actor, object_key: str, raw: Mapping[str, Any], *, label: str = "") -> dict[str, Any]:
    """Do it: at once for a few, which answers `{"change_set", "count"}`, else by a job, with `job` besides.

    The job's result is `{"change_set", "count", "kept"}`: records that somebody changed in the same fields after it was
    asked for are his. Cancelled or refused, all of it is taken back.
    """
    act = _read(actor, object_key, raw)
    if len(act.ids) <= AT_ONCE:
        with Write(actor, act.ask.known, label=label) as writing:
            _write(writing, object_key, _present(act, act.ids), act.values)
        return {"change_set": writing.change_set_id_or_none, "count": len(act.ids)}
    plain = {key: plain_in(act.ask.field(key), value) for key, value in act.values.items()}
    asked = {key: raw.get(key) for key in ("ids", "without", "filter", "search")}
    with transaction.atomic():
        change_set = ChangeSet.objects.create(
            actor_id=actor.user_id, via=actor.via, label=label, at=datetime.now(UTC), state=ChangeSet.WORKING
        )
        payload = {"object_key": object_key, "asked": asked, "plain": plain, "change_set": change_set.pk}
        payload |= {"via": actor.via, "seen": snapshots.last_change(), "last": act.ids[-1]}
        job = jobs.enqueue("records.many", payload, user_id=actor.user_id)
    return {"job": job.pk, "change_set": change_set.pk, "count": len(act.ids)}


def under_way(actor: Actor) -> list[dict[str, Any]]:
    """The person's acts that are at work, and those that ended lately: what a page shows that was loaded meanwhile.

    Each as a job is shown, with `object`, the `label` it was given and what is done (`act`: `edit` or `remove`).
    """
    mine = Job.objects.filter(kind="records.many", user_id=actor.user_id)
    ended = Q(finished_at__gte=datetime.now(UTC) - _LATELY)
    rows = list(mine.filter(Q(state__in=(Job.State.QUEUED, Job.State.RUNNING)) | ended).order_by("id"))
    labels = dict(
        ChangeSet.objects.filter(pk__in=[row.payload["change_set"] for row in rows]).values_list("pk", "label")
    )
    return [
        {
            **row.as_json(actor.language),
            "object": row.payload["object_key"],
            "label": labels.get(row.payload["change_set"], ""),
            "act": "edit" if row.payload["plain"] else "remove",
        }
        for row in rows
    ]


def run_many(
    run: Run,
    *,
    object_key: str,
    asked: Mapping[str, Any],
    plain: Mapping[str, Any],
    change_set: int,
    via: Any,
    seen: int,
    last: int,
) -> dict[str, Any]:
    """Do the whole act in parts, or go on with it: what is done already is found to be so."""
    under = ChangeSet.objects.get(pk=change_set)
    try:
        user = User.objects.filter(pk=run.job.user_id or 0, is_active=True).first()
        if user is None:
            raise KebuError("not_allowed", status=403)
        actor = Actor.of(user, via=via)
        actor.require("write")
        kept = _do(run, actor, object_key, asked, plain, under, seen, last)
    except GivenUp:
        raise
    except (Cancelled, KebuError):
        _take_back(run, under)
        raise
    except Exception:
        if run.last_attempt:
            _take_back(run, under)
        raise
    ChangeSet.objects.filter(pk=change_set).update(state=ChangeSet.DONE)
    count = under.changes.filter(object=object_key).values("record").distinct().count()
    return {"change_set": change_set, "count": count, "kept": kept}


def _do(
    run: Run,
    actor: Actor,
    object_key: str,
    asked: Mapping[str, Any],
    plain: Mapping[str, Any],
    under: ChangeSet,
    seen: int,
    last: int,
) -> int:
    """Answers how many records were left to those who changed them since."""
    ask = query.asking(actor, object_key)
    values = {key: from_plain(ask.field(key), value) for key, value in plain.items()}
    # Records that came after the act was asked for are none of its business.
    ids = [pk for pk in _ids(ask, asked) if pk <= last]
    act = _Act(ask, ids, values)
    run.progress(0, len(ids))
    kept = 0
    for begin in range(0, len(ids), _PART):
        part = ids[begin : begin + _PART]
        with Write(actor, ask.known, change_set=under) as writing:
            run.beat()
            present = _present(act, part)
            theirs = _changed_since(object_key, present, values, under, seen)
            _write(writing, object_key, [pk for pk in present if pk not in theirs], values)
        kept += len(theirs)
        run.progress(begin + len(part), len(ids))
    return kept


def _read(actor: Actor, object_key: str, raw: Mapping[str, Any]) -> _Act:
    """The act as it was asked for. KebuError for what cannot be done to a single record either, or `bad_act`."""
    actor.require("write")
    ask = query.asking(actor, object_key)
    values, delete = raw.get("values") or {}, bool(raw.get("delete"))
    if bool(values) == delete:
        raise KebuError("bad_act")
    (clean,) = write.clean(actor, ask.known, object_key, [values])
    for key, value in clean.items():
        field = ask.field(key)
        if field.required and value in (None, ""):
            raise KebuError("required", field=key, name=field.label(actor.language))
    return _Act(ask, _ids(ask, raw), clean)


def _ids(ask: Asking, asked: Mapping[str, Any]) -> list[int]:
    """The records that are meant, those that the person sees, by id; in the order of ids."""
    spec = ViewSpec.of({"filter": asked.get("filter"), "search": asked.get("search")})
    rows = query.queryset(ask, spec)
    if asked.get("ids") is not None:
        rows = rows.filter(db.IdIn(asked["ids"]))
    if asked.get("without"):
        rows = rows.exclude(db.IdIn(asked["without"]))
    return list(rows.values_list("id", flat=True))


def _present(act: _Act, ids: Sequence[int]) -> list[int]:
    """Those that are still there for the person, locked until the end of the transaction."""
    one = act.ask.one
    rows = one.model.objects.filter(permissions.visible_among(act.ask.actor, one)).filter(db.IdIn(ids))
    if db.is_postgres():
        rows = rows.select_for_update(of=("self",))
    return list(rows.order_by("id").values_list("id", flat=True))


def _changed_since(
    object_key: str, ids: Sequence[int], keys: Iterable[str], under: ChangeSet, seen: int
) -> frozenset[int]:
    """Records of which people changed one of these fields after the ChangeSet number `seen`; anything, without keys."""
    later = Change.objects.filter(db.IdIn(ids, "record"), object=object_key, change_set__sequence__gt=seen)
    later = later.exclude(change_set=under).exclude(change_set__via="system")
    wanted = set(keys)
    return frozenset(pk for pk, said in later.values_list("record", "values") if not wanted or wanted & said.keys())


def _write(writing: Write, object_key: str, ids: Sequence[int], values: Mapping[str, Any]) -> None:
    if values:
        writing.update(object_key, [Edit(pk, values) for pk in ids])
    else:
        writing.delete(object_key, [Edit(pk, {}) for pk in ids])


def _take_back(run: Run, under: ChangeSet) -> None:
    """Undo what was written, as the program: records that went to somebody else are taken back too."""
    for _ in history.undo_parts(SYSTEM.by("undo"), under):
        run.beat()


def _cell_after(ask: Asking, field: Field, value: Any) -> Any:
    """The cell that a clean value will be."""
    plain = plain_in(field, value)
    if field.stored.kind != "relation" or not isinstance(plain, int):
        return cell_of(field, plain)
    target = ask.known.object(field.stored.target or "")
    rows = cells.rows(ask.actor, ask.known, target, [plain], [ask.known.field(target.key, target.title)])
    if not rows:
        raise KebuError("not_found", status=404)
    return {"id": plain, "label": rows[0][2] or ""}


def _same(field: Field, old: Any, new: Any) -> bool:
    if field.stored.kind == "relation" and isinstance(old, dict) and isinstance(new, dict):
        return old.get("id") == new.get("id")
    return (old or None) == (new or None) if field.stored.kind == "checkbox" else old == new
