"""Requests that may come twice: what was answered to each, kept for a day, so that the second one does nothing."""

from datetime import datetime, timedelta
from hashlib import sha256
from uuid import uuid4

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kebu.core.errors import KebuError
from kebu.core.models import Answer

KEPT = timedelta(hours=24)
#: Longer than any request takes: who has not answered by then was killed.
LEASE = timedelta(minutes=5)


def begin(user_id: int, key: str, asked: str) -> tuple[Answer, bool]:
    """The answer kept under this person's `key`, and whether the caller is the one to give it now.

    `asked` is a digest of the whole request. KebuError `key_reused` (422) where the key came with another request,
    `request_at_work` (409) while the first one is at work. Call it outside of a transaction.
    """
    now = timezone.now()
    name = sha256(key.encode()).hexdigest()
    rows = Answer.objects.filter(user_id=user_id, key=name)
    made = Answer(user_id=user_id, key=name, asked=asked, claim=uuid4().hex, begun_at=now)
    with transaction.atomic():
        rows.filter(_over(now) | Q(status=None, begun_at__lte=now - LEASE)).delete()
        Answer.objects.bulk_create([made], ignore_conflicts=True)
    # None where the other one failed in between; its key is free again.
    row = rows.first()
    if row is not None and row.asked != asked:
        raise KebuError("key_reused", status=422)
    if row is None or (row.status is None and row.claim != made.claim):
        raise KebuError("request_at_work", status=409)
    return row, row.claim == made.claim


def keep(row: Answer, status: int, body: str | None) -> None:
    """Keep what was answered; a `body` of None says only that it was."""
    Answer.objects.filter(pk=row.pk, claim=row.claim).update(status=status, body=body)


def release(row: Answer) -> None:
    """Nothing was done: the key may be used again."""
    Answer.objects.filter(pk=row.pk, claim=row.claim).delete()


def forget_old() -> int:
    """Delete the answers that nobody asks for any more; answers how many."""
    return Answer.objects.filter(_over(timezone.now())).delete()[0]


def _over(now: datetime) -> Q:
    return Q(begun_at__lte=now - KEPT)
