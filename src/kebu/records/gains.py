"""Who gains and who loses what by other rights, said before they are saved: the act is tried and taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db import transaction

from kebu.accounts import reaching
from kebu.accounts.actor import Actor
from kebu.accounts.models import User
from kebu.accounts.rights import VERBS, Rights, Verb
from kebu.fields.registry import ObjectType, catalog
from kebu.records import permissions

# Of so many people rows are counted.
MAX_PEOPLE = 200


def of_act(actor: Actor, act: Callable[[], object]) -> dict[str, Any]:
    """`{"people": [{"id", "name", "changes": [{"object", "verb", "gains", "loses"}]}], "more"}`: of those who reach
    other rows after `act`, how many more and how many fewer; `more` says how many people were not looked at.

    Raises what `act` raises, and `not_allowed`.
    """
    actor.require("manage_people")
    people = list(User.objects.filter(is_active=True).exclude(role="owner").order_by("name", "id"))
    looked = people[:MAX_PEOPLE]
    with transaction.atomic():
        before = {user.pk: reaching.read(user) for user in looked}
        act()
        after = {user.pk: reaching.read(user) for user in User.objects.filter(id__in=before)}
        transaction.set_rollback(True)
    told = [
        {"id": user.pk, "name": user.name, "changes": found}
        for user in looked
        if (found := _changes(actor, before[user.pk], after[user.pk]))
    ]
    return {"people": told, "more": len(people) - len(looked)}


def _changes(actor: Actor, before: Rights, after: Rights) -> list[dict[str, Any]]:
    found = []
    for one in catalog().objects.values():
        for verb in VERBS:
            old, new = replace(actor, rights=before), replace(actor, rights=after)
            if permissions.reach(old, one, verb) == permissions.reach(new, one, verb):
                continue
            gains, loses = _count(one, new, old, verb), _count(one, old, new, verb)
            if gains or loses:
                found.append({"object": one.key, "verb": verb, "gains": gains, "loses": loses})
    return found


def _count(one: ObjectType, having: Actor, lacking: Actor, verb: Verb) -> int:
    rows = one.model.objects.filter(permissions.visible(having, one, verb=verb))
    found: int = rows.exclude(permissions.visible_among(lacking, one, verb=verb)).count()
    return found
