"""Who may be contacted: the one place that every part asks which sends something to contacts."""

from collections.abc import Iterable

from kebu.core.db import IdIn
from kebu.crm.models import Contact


def may_be_contacted(ids: Iterable[int]) -> set[int]:
    """Those of these contacts to whom something may be sent: who asked not to be contacted is left out, and who is in
    the trash or gone. Asked right before sending, not when a list is made: somebody may have said so since."""
    there = Contact.objects.filter(IdIn(sorted(set(ids))), deleted_at=None).exclude(do_not_contact=True)
    return set(there.values_list("id", flat=True))
