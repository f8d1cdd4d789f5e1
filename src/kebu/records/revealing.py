"""What is behind one mask: a single value for a person whose role allows it, each time noted."""

from dataclasses import replace
from typing import Any

from django.db import transaction

from kebu.accounts.actor import Actor
from kebu.accounts.models import Company
from kebu.audit.log import note
from kebu.core.errors import KebuError, not_found
from kebu.core.throttle import hit
from kebu.fields.registry import catalog
from kebu.records import cells, permissions

MAX_REASON = 200  # characters
_AN_HOUR = 3600
#: So many values an hour does somebody look at who works with them; who wants more copies a list.
MOST = 60


def reveal(actor: Actor, object_key: str, pk: int, key: str, *, reason: str = "") -> Any:
    """The cell of one masked field of one record, as who may read it sees it. The audit log says who saw which field
    of which record, and the reason; never the value.

    KebuError `not_found`, `unknown_field` as for any question; `not_allowed` where the role does not let him,
    `not_masked` where there is nothing to reveal, `reason_needed` where the company asks for one and there is none,
    `too_many_attempts` after `MOST` within an hour.
    """
    known = catalog()
    one = known.object(object_key)
    if not permissions.exists(actor, one):
        raise not_found()
    permissions.require_seen(actor, one, [pk])
    field = permissions.field(actor, known, object_key, key)
    if not field.masked:
        raise KebuError("not_masked", status=409, field="field")
    if not permissions.may_reveal(actor, known, field):
        raise KebuError("not_allowed", status=403)
    if not reason and Company.objects.values_list("reveal_reason", flat=True).first():
        raise KebuError("reason_needed", field="reason")
    hit(f"reveal:{actor.person_id}", limit=MOST, window=_AN_HOUR)
    with transaction.atomic():
        # Before it is told: nothing is seen without its entry.
        number = one.model.objects.filter(pk=pk).values_list("number", flat=True).first()
        said = {"object": dict(one.labels), "record": pk, "number": number or "", "field": dict(field.labels)}
        note("revealed", actor, **said, reason=reason)
        rows = cells.rows(actor, known, one, [pk], [replace(field, masked=False)])
    if not rows:
        raise not_found()
    return rows[0][2]
