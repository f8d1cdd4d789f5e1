"""Rows are moved by hand, and made where one wants them: writes as any other, with rights, history and the way back."""

from collections.abc import Mapping, Sequence
from typing import Any

from kebu.accounts.actor import Actor
from kebu.core.errors import KebuError
from kebu.fields.registry import catalog
from kebu.records import permissions, places
from kebu.records.write import Edit, Write, Written, clean

MAX_MOVED = 1000


def move(
    actor: Actor,
    object_key: str,
    ids: Sequence[int],
    target: int | None,
    *,
    below: bool = False,
    values: Mapping[str, Any] | None = None,
    label: str = "",
) -> tuple[list[Written], int | None]:
    """Put rows directly above or below another one, among each other in their order; and, where they go into another
    group, give them its raw `values`. Without a `target` only the values are set. One ChangeSet.

    Nobody else's row is written; the other one stays where it is. KebuError `not_found` unless the person sees all,
    and what `clean` says of values.
    """
    actor.require("write")
    known = catalog()
    one = known.object(object_key)
    wanted = [pk for pk in dict.fromkeys(ids) if pk != target]
    if len(wanted) > MAX_MOVED:
        raise KebuError("batch_too_large", limit=MAX_MOVED)
    permissions.require_seen(actor, one, wanted if target is None else [target, *wanted])
    given = clean(actor, known, object_key, [values or {}])[0]
    with Write(actor, known, label=label) as write:
        rows = one.model.objects.annotate(stands=places.expression()).filter(id__in=wanted)
        ordered = list(rows.order_by("stands", "id").values_list("id", flat=True))
        edits = [Edit(pk, given) for pk in ordered]
        if target is not None:
            found = places.beside(one, target, below=below, count=len(ordered), without=ordered)
            edits = [Edit(pk, {**given, "place": place}) for pk, place in zip(ordered, found, strict=True)]
        done = write.update(object_key, edits)
    return done, write.change_set_id_or_none


def insert(
    actor: Actor, object_key: str, values: Mapping[str, Any], target: int, *, below: bool
) -> tuple[Written, int]:
    """Create a record directly above or below another one; answers it and the id of its ChangeSet."""
    actor.require("write")
    known = catalog()
    one = known.object(object_key)
    permissions.require_seen(actor, one, [target])
    (cleaned,) = clean(actor, known, object_key, [values])
    with Write(actor, known, creates={object_key: 1}) as write:
        (place,) = places.beside(one, target, below=below, count=1)
        (done,) = write.create(object_key, [{**cleaned, "place": place}])
    return done, write.change_set_id
