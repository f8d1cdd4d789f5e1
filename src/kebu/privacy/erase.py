"""Erasing one person: from records, history, search, comments, files, imports and notices; with what proves it."""

import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from kebu.accounts.actor import SYSTEM, Actor
from kebu.accounts.models import Company
from kebu.audit.log import note
from kebu.backups import erased
from kebu.core import db, jobs, wiping
from kebu.core.errors import KebuError, message, not_found
from kebu.fields.registry import catalog
from kebu.importexport import erasing as kept
from kebu.notify.models import Notification
from kebu.privacy import persons
from kebu.privacy.models import Erasure
from kebu.records import erasing, permissions

_LINK = re.compile(r"/o/(\w+)\?(?:.*&)?record=(\d+)")
#: What is counted besides the records themselves, in the order in which it is told.
COUNTED = ("texts", "history", "comments", "notices", "imports", "exports", "files", "answers")


def preview(actor: Actor, object_key: str, pk: int) -> dict[str, Any]:
    """What erasing a person would do: it is done, counted and taken back. `confirm` is what has to be typed.

    KebuError `not_allowed`, `not_found`, `import_at_work`.
    """
    known = catalog()
    title, label = require(actor, object_key, pk)
    with db.turn(), transaction.atomic():
        plan = erasing.plan(known, object_key, pk, persons.objects())
        _carry_out(actor, plan, object_key, [])
        transaction.set_rollback(True)
    return {"confirm": title or label, "number": label, **_told(plan)}


def erase(actor: Actor, object_key: str, pk: int, *, confirm: str, reference: str = "") -> Erasure:
    """Erase a person for good. `confirm` is the title of the record, typed; `reference` what the request is known by.

    KebuError as `preview`, and `confirm_differs`.
    """
    known = catalog()
    title, label = require(actor, object_key, pk)
    if confirm.strip() != (title or label):
        raise KebuError("confirm_differs", field="confirm")
    later: kept.Later = []
    with wiping.thoroughly(), db.turn(), transaction.atomic():
        plan = erasing.plan(known, object_key, pk, persons.objects())
        _carry_out(actor, plan, object_key, later)
        now = timezone.now()
        made = Erasure.objects.create(
            number=f"E{timezone.localtime(now):%Y%m%d}-{secrets.token_hex(3).upper()}",
            object=object_key,
            label=label,
            records=plan.moments,
            counts=_told(plan),
            reference=reference.strip(),
            by=actor.user_id,
            name=actor.name,
            at=now,
        )
        note("erased", actor, object=dict(known.object(object_key).labels), number=label, certificate=made.number)
        jobs.enqueue("privacy.wipe", {"objects": [*plan.gone, *plan.near]})
        transaction.on_commit(lambda: _after(later))
    return made


def _after(later: kept.Later) -> None:
    keep_list()
    for act in later:
        act()


def require(actor: Actor, object_key: str, pk: int) -> tuple[str, str]:
    """The title and the number of a record of a person, for who may see to his privacy. KebuError `not_allowed`,
    `not_found`."""
    actor.require("privacy")
    known = catalog()
    one, row = persons.find(known, object_key, pk)
    if not permissions.seen(actor, one, [pk]):
        raise not_found()
    return str(getattr(row, one.title) or "").strip(), row.number or f"#{pk}"


def _carry_out(actor: Actor, plan: erasing.Erasing, object_key: str, later: kept.Later) -> None:
    language = Company.objects.values_list("language", flat=True).first() or "zh-Hans"
    instead = message("erased_word", language)
    plan.counts["imports"] = kept.forget_imports(plan.words, plan.change_sets, instead, later)
    for key, ids in plan.gone.items():
        plan.counts["exports"] += kept.forget_traces(key, ids)
    plan.counts["files"] = kept.forget_files(later)
    erasing.erase(actor, catalog(), plan, object_key, instead=instead)
    plan.counts["answers"] = kept.forget_answers(plan.words, instead)
    plan.counts["notices"] = _forget_notices(plan)


def _forget_notices(plan: erasing.Erasing) -> int:
    """Notices that lead to what is gone, or to what is near and name the person."""
    found = []
    for pk, params, link in Notification.objects.values_list("id", "params", "link").iterator():
        place = _LINK.search(link)
        key, record = (place[1], int(place[2])) if place else ("", 0)
        near = record in plan.near.get(key, ())
        if record in plan.gone.get(key, ()) or (near and plan.words.cleaned(params, "") != params):
            found.append(pk)
    Notification.objects.filter(db.IdIn(found)).delete()
    return len(found)


def _told(plan: erasing.Erasing) -> dict[str, Any]:
    return {
        "records": {key: plan.counts[key] for key in plan.gone},
        "counts": {key: plan.counts[key] for key in COUNTED},
    }


# -- certificates ------------------------------------------------------------------------------------------------


def all_erasures(actor: Actor) -> list[dict[str, Any]]:
    """What was erased, newest first. KebuError `not_allowed`."""
    actor.require("privacy")
    return [as_json(one) for one in Erasure.objects.all()]


def find_erasure(actor: Actor, number: str) -> Erasure:
    """One of them. KebuError `not_allowed`, `not_found`."""
    actor.require("privacy")
    found = Erasure.objects.filter(number=number).first()
    if found is None:
        raise not_found()
    return found


def as_json(one: Erasure) -> dict[str, Any]:
    """The certificate as programs read it."""
    return {
        "number": one.number,
        "company": Company.objects.values_list("name", flat=True).first() or "",
        "object": one.object,
        "label": one.label,
        "reference": one.reference,
        "at": one.at,
        "by": {"id": one.by, "name": one.name},
        **one.counts,
    }


# -- backups -----------------------------------------------------------------------------------------------------


def keep_list() -> None:
    """Write what was erased to the list beside the backups, as far as it is not there."""
    erased.add(_entry(one) for one in Erasure.objects.order_by("at", "id"))


def _entry(one: Erasure) -> erased.Entry:
    names = [item.attname for item in Erasure._meta.concrete_fields if item.attname != "id"]
    return {name: getattr(one, name) for name in names} | {"at": one.at.astimezone(UTC).isoformat()}


def listen() -> None:
    """Erase again what a backup brings back; called once when the program starts."""
    erased.again(again)


def again(entries: Iterable[Mapping[str, Any]]) -> None:
    """Erase what is here of persons who were erased, and keep the certificates that are missing."""
    known = catalog()
    done = 0
    for entry in entries:
        with db.turn(), transaction.atomic():
            for each in entry["records"]:
                one = known.objects.get(each["object"])
                made = datetime.fromisoformat(each["made"])
                if one and one.model.objects.filter(pk=each["record"], created_at=made).exists():
                    plan = erasing.plan(known, one.key, each["record"], persons.objects())
                    _carry_out(SYSTEM, plan, one.key, [])
                    done += 1
            held = {**entry, "at": datetime.fromisoformat(entry["at"])}
            Erasure.objects.get_or_create(number=entry["number"], defaults=held)
    if done:
        note("erased_again", SYSTEM, rows=done)
