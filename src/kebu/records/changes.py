"""Change sets as people look through them: their own, everybody's for an administrator; and what an undo would do."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q

from kebu.accounts.actor import Actor
from kebu.core.errors import not_found
from kebu.fields.registry import Catalog, catalog
from kebu.records import history, permissions
from kebu.records.models import Change, ChangeSet
from kebu.records.plain import plain_in, plain_of

MAX_PAGE = 100
# So many changes of a set are looked at to say what was done; the rest is only counted.
_LOOKED_AT = 2000
# Of an undo so many records, and so many conflicts, are told one by one.
_TOLD = 100
_FIRST, _LAST = date(1970, 1, 1), date(9999, 1, 1)


def listed(
    actor: Actor,
    *,
    object_key: str | None = None,
    person: int | None = None,
    via: str | None = None,
    since: date | None = None,
    until: date | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[dict[str, Any]]:
    """Change sets, newest first; `since` and `until` are days of the person's own zone, both ends in.

    `before` is the id of the last one that is known. KebuError `not_found` for an object that is none.
    """
    known = catalog()
    rows = ChangeSet.objects.filter(_open_to(actor)).select_related("actor").order_by("-id")
    if object_key is not None:
        known.object(object_key)
        rows = rows.filter(Exists(Change.objects.filter(change_set=OuterRef("pk"), object=object_key)))
    if person is not None:
        rows = rows.filter(actor_id=person)
    if via is not None:
        rows = rows.filter(via=via)
    if since is not None:
        rows = rows.filter(at__gte=_midnight(since, actor))
    if until is not None:
        rows = rows.filter(at__lt=_midnight(min(until, _LAST) + timedelta(days=1), actor))
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = list(rows[:limit])
    counts = dict(
        Change.objects.filter(change_set__in=found)
        .values("change_set_id")
        .annotate(n=Count("id"))
        .values_list("change_set_id", "n")
    )
    return [_summary(actor, one, counts.get(one.pk, 0)) for one in found]


def opened(actor: Actor, change_set_id: int, *, before: int | None = None) -> dict[str, Any]:
    """One change set with its newest changes, as far as the person sees their records; older ones by `before`."""
    done = _find(actor, change_set_id)
    rows = done.changes.select_related("change_set__actor").order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = list(rows[: history.TIMELINE])
    known = catalog()
    seen = _seen(actor, known, ((one.object, one.record) for one in found))
    shown = [one for one in found if (one.object, one.record) in seen]
    return {
        **_summary(actor, done, done.changes.count()),
        "entries": history.entries(actor, known, shown),
        "next": found[-1].pk if len(found) == history.TIMELINE else None,
    }


def preview(actor: Actor, change_set_id: int) -> dict[str, Any]:
    """What an undo would do now, without doing it: `records` with each field now and then, and `conflicts`: what stays
    as it is because of something that was done since, with who did it.

    Of a large one the newest `AT_ONCE` changes are looked at (`looked`, of `total`).
    """
    done = history.undoable(actor, change_set_id)
    known = catalog()
    changes = list(done.changes.order_by("-id")[: history.AT_ONCE])
    plan = history.plan(actor, known, changes)
    acts = {(key, edit.id, act): edit.values for act, key, edits in plan.steps for edit in edits}
    for key, edits, seen in plan.returning:
        for edit in edits:
            if edit.id in seen:
                before = acts.get((key, edit.id, "update"), {})
                acts[key, edit.id, "update"] = {**before, **edit.values}
    told = list(acts.items())[:_TOLD]
    overtaken = plan.conflicts[:_TOLD]
    rows = _rows(known, [*((key, pk) for (key, pk, _), _ in told), *((one["object"], one["id"]) for one in overtaken)])
    pairs: dict[tuple[str, int, str], tuple[Any, Any]] = {}
    for (key, pk, _), values in told:
        for name, value in values.items():
            field = known.field(key, name)
            pairs[key, pk, name] = (plain_of(rows[key, pk], field), plain_in(field, value))
    for one in overtaken:
        if "field" in one and (one["object"], one["id"]) in rows:
            field = known.field(one["object"], one["field"])
            pairs[one["object"], one["id"], one["field"]] = (plain_of(rows[one["object"], one["id"]], field), None)
    titles = _titles(actor, known, rows, pairs)
    visible = {key: permissions.fields(actor, known, key) for key in known.objects}

    def text(key: str, name: str, plain: Any) -> str:
        found = visible[key].get(name)
        return history.shown(found, plain, titles, actor) if found else ""

    def record(key: str, pk: int) -> dict[str, Any]:
        return {"object": key, "record": {"id": pk, "label": titles.get((key, pk), "")}}

    return {
        "total": done.changes.count(),
        "looked": len(changes),
        "back": len({(key, pk) for key, pk, _ in acts}),
        "records": [
            {
                **record(key, pk),
                "act": act,
                "changes": [
                    {
                        "field": name,
                        "label": visible[key][name].label(actor.language),
                        "now": text(key, name, pairs[key, pk, name][0]),
                        "then": text(key, name, pairs[key, pk, name][1]),
                    }
                    for name in values
                    if name in visible[key]
                ],
            }
            for (key, pk, act), values in told
        ],
        "kept": len(plan.conflicts),
        "conflicts": [
            {
                **record(one["object"], one["id"]),
                "reason": one["reason"],
                **_what_stays(actor, known, one, pairs, text),
            }
            for one in overtaken
            if "field" not in one or one["field"] in visible[one["object"]]
        ],
    }


def _what_stays(actor: Actor, known: Catalog, one: Mapping[str, Any], pairs: Mapping[Any, Any], text: Any) -> Any:
    """The field and value that stay, and who wrote it; nothing of a record that the person does not see."""
    if one["reason"] == "not_seen":
        return {"by": None, "at": None}
    later = Change.objects.filter(object=one["object"], record=one["id"]).exclude(change_set__via="system")
    told = {}
    if "field" in one:
        key, name = one["object"], one["field"]
        later = later.filter(values__has_key=name)
        told = {
            "field": name,
            "label": known.field(key, name).label(actor.language),
            "now": text(key, name, pairs[key, one["id"], name][0]) if (key, one["id"], name) in pairs else "",
        }
    last = later.select_related("change_set__actor").order_by("-id").first()
    by = last.change_set.actor if last else None
    return {
        **told,
        "by": {"id": by.pk, "name": by.name} if by else None,
        "at": history.moment(last.change_set.at) if last else None,
    }


def _find(actor: Actor, change_set_id: int) -> ChangeSet:
    done = ChangeSet.objects.filter(_open_to(actor), pk=change_set_id).select_related("actor").first()
    if done is None:
        raise not_found()
    return done


def _open_to(actor: Actor) -> Q:
    """Whose change sets exist for this person: his own, everybody's for an administrator."""
    return Q() if actor.may("manage_people") else Q(actor_id=actor.user_id)


def _summary(actor: Actor, done: ChangeSet, total: int) -> dict[str, Any]:
    sample = Counter(done.changes.order_by("id").values_list("object", "action")[:_LOOKED_AT])
    return {
        "id": done.pk,
        "at": history.moment(done.at),
        "actor": {"id": done.actor.pk, "name": done.actor.name} if done.actor else None,
        "via": done.via,
        "label": done.label,
        "state": done.state,
        "undo_of": done.undo_of_id,
        "total": total,
        # Of a large one the first are told by kind; `total` counts all.
        "parts": [{"object": key, "action": action, "count": n} for (key, action), n in sample.items()],
        # What is gone for good does not come back.
        "can_undo": history.may_undo(actor, done) and any(action != "purge" for _, action in sample),
    }


def _seen(actor: Actor, known: Catalog, records: Iterable[tuple[str, int]]) -> set[tuple[str, int]]:
    wanted: dict[str, set[int]] = {}
    for key, pk in records:
        wanted.setdefault(key, set()).add(pk)
    return {(key, pk) for key, ids in wanted.items() for pk in permissions.seen(actor, known.object(key), ids)}


def _rows(known: Catalog, records: Iterable[tuple[str, int]]) -> dict[tuple[str, int], dict[str, Any]]:
    wanted: dict[str, set[int]] = {}
    for key, pk in records:
        wanted.setdefault(key, set()).add(pk)
    rows = {}
    for key, ids in wanted.items():
        model = known.object(key).model
        columns = [item.attname for item in model._meta.concrete_fields]
        rows.update({(key, row["id"]): row for row in model.objects.filter(id__in=ids).values(*columns)})
    return rows


def _titles(
    actor: Actor, known: Catalog, rows: Iterable[tuple[str, int]], pairs: Mapping[tuple[str, int, str], tuple[Any, Any]]
) -> dict[tuple[str, int], str]:
    wanted: dict[str, set[int]] = {}
    for key, pk in rows:
        wanted.setdefault(key, set()).add(pk)
    for (key, _, name), pair in pairs.items():
        field = known.field(key, name)
        if field.stored.kind == "relation":
            wanted.setdefault(field.stored.target or "", set()).update(one for one in pair if isinstance(one, int))
    return history.titles(actor, known, wanted)


def _midnight(day: date, actor: Actor) -> datetime:
    # At the ends of the calendar no zone has a midnight.
    return datetime.combine(min(max(day, _FIRST), _LAST), time(), ZoneInfo(actor.zone))
