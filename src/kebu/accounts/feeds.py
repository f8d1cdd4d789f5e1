"""The secret address under which a calendar program reads what waits for a person."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kebu.accounts.actor import Actor
from kebu.accounts.keys import hashed, new_secret
from kebu.accounts.models import Feed, User
from kebu.audit.log import note
from kebu.core.errors import KebuError, not_found
from kebu.core.throttle import hit

_LAST_USED_STEP = timedelta(minutes=1)
# A calendar program asks a few times an hour, on each of somebody's devices.
_AN_HOUR = 120


def of(actor: Actor) -> Feed | None:
    """The acting person's address, without its secret."""
    return Feed.objects.filter(user_id=actor.person_id).first()


def make(actor: Actor) -> str:
    """A new address, shown this once; the one before leads nowhere from now on. Raises `disabled_person`."""
    secret = new_secret()
    with transaction.atomic():
        # Locked, as by whoever takes all access away: either comes first.
        if not User.objects.select_for_update().filter(pk=actor.person_id, is_active=True).exists():
            raise KebuError("disabled_person", status=409)
        values = {"hash": hashed(secret), "created_at": timezone.now(), "last_used": None}
        Feed.objects.update_or_create(user_id=actor.person_id, defaults=values)
        note("calendar_made", actor)
    return f"{settings.BASE_URL}/api/calendar/{secret}.ics"


def remove(actor: Actor) -> None:
    """The address leads nowhere from now on; where there is none, nothing happens."""
    with transaction.atomic():
        if Feed.objects.filter(user_id=actor.person_id).delete()[0]:
            note("calendar_removed", actor)


def person_of(secret: str) -> User:
    """Whose calendar that is; notes the use, to the minute.

    Raises `not_found` for one that is gone, over or of somebody who is disabled, `too_many_attempts`.
    """
    feed = Feed.objects.select_related("user").filter(hash=hashed(secret), user__is_active=True).first()
    if feed is None:
        raise not_found()
    hit(f"feed:{feed.user_id}", limit=_AN_HOUR, window=3600)
    now = timezone.now()
    if feed.last_used is None or feed.last_used < now - _LAST_USED_STEP:
        Feed.objects.filter(pk=feed.pk, hash=feed.hash).update(last_used=now)
    return feed.user
