"""Whether the audit log is whole: every entry is sealed together with the one before it."""

from collections.abc import Iterator

from django.db import transaction

from kebu.audit.log import seal
from kebu.audit.models import Entry, Head
from kebu.core.check import check

_AT_ONCE = 2000


@check
def broken() -> Iterator[str]:
    """The first entry at which the chain does not hold; entries that are added meanwhile are left out."""
    with transaction.atomic():  # one long reading on SQLite; on PostgreSQL the head says how far to read
        head = Head.objects.first()
        last, end = (head.number, head.seal) if head else (0, "")
        number, before = 0, ""
        rows = Entry.objects.filter(number__lte=last) if head else Entry.objects.all()
        for entry in rows.order_by("number").iterator(_AT_ONCE):
            number += 1
            if entry.number != number:
                yield f"audit log: entry {number} is missing"
                return
            if entry.seal != seal(entry, before):
                yield f"audit log: entry {number} of {entry.at:%Y-%m-%d %H:%M} was changed, or one before it"
                return
            before = entry.seal
        if number != last or before != end:
            yield f"audit log: it ends at entry {number}, and not as it was left at entry {last}"
