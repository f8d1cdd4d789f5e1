"""A cell's past: which values it had, since when, by whom and by which way."""

from typing import Any

from django.db.models import Q

from kebu.accounts.actor import Actor
from kebu.core.errors import not_found
from kebu.fields.registry import Catalog, Field, ObjectType, catalog
from kebu.records import history, permissions
from kebu.records.models import Change
from kebu.records.plain import cell_of, plain_of

# So many of the newest values are told.
STEPS = 100
_UNKNOWN = object()


def of_cell(actor: Actor, object_key: str, pk: int, key: str) -> dict[str, Any]:
    """The values of one cell, the present one first: `{"steps": [...], "more"}`.

    Each step has the value as text and as a `cell` that a PATCH takes; a lookup that turned to another record has that
    record's name as text and no `cell`. KebuError `not_found` for a record that the person does not see,
    `unknown_field` for such a field.
    """
    known = catalog()
    one = known.object(object_key)
    field = permissions.field(actor, known, object_key, key)
    if not permissions.seen(actor, one, [pk]):
        raise not_found()
    row = _row(one, pk)
    behind = known.object(field.relation.target or "") if field.relation else None
    held = _row(behind, row[field.relation.attribute or ""]) if behind and field.relation and row else row
    changes = list(
        _changes(one, pk, field, behind, held).select_related("change_set__actor").order_by("-id")[: STEPS + 1]
    )
    found: list[tuple[Change, Any]] = []
    told: set[int] = set()
    value = plain_of(held, field.stored) if held else None
    for change in changes[:STEPS]:
        mine = key if change.object == object_key and change.record == pk else field.stored.key
        if change.action == "create":
            found.append((change, value))
        elif mine in change.values:
            # A lookup's change is kept twice, in the record behind it and as a mirror in this one.
            if change.change_set_id not in told:
                found.append((change, change.values[mine][1]))
            value = change.values[mine][0]
        elif field.relation and change.change_set_id not in told:
            found.append((change, _UNKNOWN))
        told.add(change.change_set_id)
    return {"steps": _steps(actor, known, field, found), "more": len(changes) > STEPS}


def _row(one: ObjectType | None, pk: int | None) -> dict[str, Any] | None:
    if one is None or pk is None:
        return None
    columns = [item.attname for item in one.model._meta.concrete_fields]
    row: dict[str, Any] | None = one.model.objects.filter(pk=pk).values(*columns).first()
    return row


def _changes(one: ObjectType, pk: int, field: Field, behind: ObjectType | None, held: dict[str, Any] | None) -> Any:
    """What changed the cell: its own changes; for a lookup what turned it to another record, and the changes of the one
    that it shows now, since it does."""
    own = Q(object=one.key, record=pk)
    if field.relation is None or behind is None:
        return Change.objects.filter(own, Q(values__has_key=field.key) | Q(action="create"))
    turned = Change.objects.filter(own, values__has_key=field.relation.key)
    wanted = own & (Q(values__has_key=field.key) | Q(values__has_key=field.relation.key))
    if held is None:
        return Change.objects.filter(wanted)
    last = turned.order_by("-id").values_list("id", "change_set_id").first()
    there = Q(object=behind.key, record=held["id"], values__has_key=field.stored.key)
    if last is None:
        made = Q(object=behind.key, record=held["id"], action="create")
        return Change.objects.filter(wanted | there | made)
    return Change.objects.filter(wanted | (there & Q(id__gt=last[0])))


def _steps(actor: Actor, known: Catalog, field: Field, found: list[tuple[Change, Any]]) -> list[dict[str, Any]]:
    wanted: dict[str, set[int]] = {}
    stored = field.stored
    for change, plain in found:
        if plain is _UNKNOWN and field.relation:
            turned = change.values[field.relation.key][1]
            if turned:
                wanted.setdefault(field.relation.target or "", set()).add(turned)
        elif stored.kind == "relation" and isinstance(plain, int):
            wanted.setdefault(stored.target or "", set()).add(plain)
    titles = history.titles(actor, known, wanted)
    steps = []
    for change, plain in found:
        by = change.change_set.actor
        step: dict[str, Any] = {
            "id": change.pk,
            "change_set": change.change_set_id,
            "at": history.moment(change.change_set.at),
            "actor": {"id": by.pk, "name": by.name} if by else None,
            "via": change.change_set.via,
            "action": change.action,
        }
        if plain is _UNKNOWN and field.relation:
            turned = change.values[field.relation.key][1]
            step |= {"text": titles.get((field.relation.target or "", turned), "") if turned else "", "turned": True}
        else:
            step |= {"text": history.shown(field, plain, titles, actor), "turned": False}
            if field.masked:
                step["cell"] = {"masked": step["text"]} if step["text"] else None
            elif stored.kind != "relation":
                step["cell"] = cell_of(field, plain)
            elif plain is None or (stored.target or "", plain) in titles:
                step["cell"] = {"id": plain, "label": step["text"]} if plain else None
        steps.append(step)
    return steps
