"""Telling people, and what they have read."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils import timezone

from kebu.accounts.actor import Actor
from kebu.accounts.models import User
from kebu.core import db
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


@dataclass(frozen=True)
class Told:
    """What is told to one person: as in `tell`; in the bell, by mail, or by both."""

    user_id: int
    kind: str
    key: str
    params: dict[str, Any]
    link: str
    in_app: bool
    mail: bool


def tell_all(told: Iterable[Told], at: datetime) -> None:
    """Tell many at once, as `tell` does; what goes by mail waits for `reminder_mails.collect`."""
    rows = [
        Notification(
            user_id=one.user_id,
            kind=one.kind,
            key=one.key,
            params=one.params,
            link=one.link,
            created_at=at,
            in_app=one.in_app,
            read_at=None if one.in_app else at,
            mail=Notification.WAITS if one.mail else None,
        )
        for one in told
    ]
    with db.turn():
        Notification.objects.bulk_create(rows, ignore_conflicts=True)


def told_before(pairs: Collection[tuple[int, str]]) -> set[tuple[int, str]]:
    """Those of these pairs of a person and a key that were told already."""
    people, keys = {person for person, _ in pairs}, {key for _, key in pairs}
    found = Notification.objects.filter(db.IdIn(sorted(people), "user_id"), db.TextIn(F("key"), keys))
    return set(found.values_list("user_id", "key"))


def take_back(keys: Iterable[str]) -> None:
    """Forget, in the caller's transaction, what people were told under these keys: it is no longer so."""
    # By person first: that is how the keys are indexed.
    Notification.objects.filter(user__in=User.objects.values("id"), key__in=list(keys)).delete()


def latest(actor: Actor) -> list[Notification]:
    """The acting person's newest notifications, newest first."""
    return list(Notification.objects.filter(user_id=actor.person_id, in_app=True).order_by("-id")[:SHOWN])


def unread(actor: Actor) -> int:
    """How many of the acting person's notifications are unread."""
    return Notification.objects.filter(user_id=actor.person_id, read_at=None).count()


def mark_read(actor: Actor, ids: Iterable[int] | None) -> None:
    """Mark these, or with None all, of the acting person's notifications as read.

    Raises `not_found`, and marks none, when one of them is not theirs.
    """
    mine = Notification.objects.filter(user_id=actor.person_id, in_app=True)
    if ids is not None:
        wanted = set(ids)
        mine = mine.filter(pk__in=wanted)
        if mine.count() != len(wanted):
            raise not_found()
    mine.filter(read_at=None).update(read_at=timezone.now())
