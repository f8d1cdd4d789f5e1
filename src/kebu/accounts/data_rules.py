"""What a company asks of everybody who sees its data, whatever the role."""

from typing import Any

from django.db import transaction

from kebu.accounts.actor import Actor
from kebu.accounts.models import Company
from kebu.audit.log import note

_RULES = ("reveal_reason",)


def rules(actor: Actor) -> dict[str, bool]:
    """The rules as they are. Raises `not_allowed`."""
    actor.require("manage_people")
    return _told(Company.objects.get())


def set_rules(actor: Actor, given: dict[str, Any]) -> dict[str, bool]:
    """Change those that are given; they hold at once. Raises `not_allowed`."""
    actor.require("manage_people")
    with transaction.atomic():
        company = Company.objects.select_for_update().get()
        before = _told(company)
        for name in _RULES:
            setattr(company, name, given.get(name, before[name]))
        now = _told(company)
        if now != before:
            company.save(update_fields=list(_RULES))
            note("data_rules", actor, rule=[name for name in _RULES if now[name]])
    return now


def _told(company: Company) -> dict[str, bool]:
    return {name: getattr(company, name) for name in _RULES}
