"""Telling people, and what they have read."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from kebu.accounts.actor import Actor
from kebu.accounts.models import User
from kebu.core.errors import not_found
from kebu.notify.models import Notification

#: As many as the page shows; older ones stay in the database.
SHOWN = 100


def tell(user_id: int, *, kind: str, key: str, params: dict[str, Any] | None = None, link: str = "") -> None:
    """Tell a person in the caller's transaction; the second time with the same `key` does nothing.

    `kind`: the locale files hold `<kind>_title` and `<kind>_body`. `params` are JSON and fill them.
    """
    # One statement that both databases carry out as a whole: two workers cannot tell it twice.
    Notification.objects.bulk_create(
        [Notification(user_id=user_id, kind=kind, key=key, params=params or {}, link=link)], ignore_conflicts=True
    )


def take_back(keys: Iterable[str]) -> None:
    """Forget, in the caller's transaction, what people were told under these keys: it is no longer so."""
    # By person first: that is how the keys are indexed.
    Notification.objects.filter(user__in=User.objects.values("id"), key__in=list(keys)).delete()


def latest(actor: Actor) -> list[Notification]:
    """The acting person's newest notifications, newest first."""
    return list(Notification.objects.filter(user_id=actor.person_id).order_by("-id")[:SHOWN])


def unread(actor: Actor) -> int:
    """How many of the acting person's notifications are unread."""
    return Notification.objects.filter(user_id=actor.person_id, read_at=None).count()


def mark_read(actor: Actor, ids: Iterable[int] | None) -> None:
    """Mark these, or with None all, of the acting person's notifications as read.

    Raises `not_found`, and marks none, when one of them is not theirs.
    """
    mine = Notification.objects.filter(user_id=actor.person_id)
    if ids is not None:
        wanted = set(ids)
        mine = mine.filter(pk__in=wanted)
        if mine.count() != len(wanted):
            raise not_found()
    mine.filter(read_at=None).update(read_at=timezone.now())
