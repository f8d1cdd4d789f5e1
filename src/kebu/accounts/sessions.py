"""The browsers in which people are signed in: which there are, and ending them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from kebu.accounts.models import SignIn, User
from kebu.audit.log import note, place
from kebu.core.errors import KebuError, not_found

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase

    from kebu.accounts.actor import Actor

#: What the session itself says of when it was last noted as used (seconds since 1970), so that most requests write
#: nothing.
_NOTED = "used"
_STEP = 300  # seconds


def begin(session: SessionBase, user: User, way: str) -> None:
    """Note a session that was just given its key; `way` is how the person proved who they are."""
    address, device = place()
    SignIn.objects.update_or_create(
        session=session.session_key or "", defaults={"user": user, "way": way, "address": address, "device": device}
    )
    session[_NOTED] = int(time.time())


def use(session: SessionBase, user: User) -> None:
    """Note that a session is used, to five minutes; its end moves on with that."""
    now = int(time.time())
    if now - session.get(_NOTED, 0) < _STEP:
        return
    address, device = place()
    values = {"last_used": timezone.now(), "address": address, "device": device}
    if not SignIn.objects.filter(session=session.session_key).update(**values):
        begin(session, user, "")
    session[_NOTED] = now


def of(actor: Actor) -> QuerySet[SignIn]:
    """The acting person's open sessions, the last used first."""
    keys = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return SignIn.objects.filter(user_id=actor.person_id, session__in=keys).order_by("-last_used", "-id")


def end(actor: Actor, pk: int) -> None:
    """End one of the acting person's sessions. Raises `not_found` for another person's as for one that never was."""
    with transaction.atomic():
        row = of(actor).filter(pk=pk).first()
        if row is None:
            raise not_found()
        _end(SignIn.objects.filter(pk=pk))
        note("session_ended", actor, device=row.device, address=row.address)


def end_others(actor: Actor, session: SessionBase) -> int:
    """End all of the acting person's sessions but this one; answers how many of them were known.

    Raises `signed_out` where it has just been ended itself.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=actor.person_id)
        count = _end(SignIn.objects.filter(user=user).exclude(session=session.session_key or ""))
        _outdate(user)
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        try:
            # Kept by the same commit, or another request of this page would find it outdated.
            session.save()
        except UpdateError:  # it was ended elsewhere a moment ago
            raise KebuError("signed_out", status=401) from None
        note("sessions_ended", actor, person=actor.name, count=count)
    return count


def end_all(actor: Actor, user_id: int) -> int:
    """Sign somebody out everywhere, by an administrator; their tokens stay. Answers how many sessions were known.

    Raises `not_allowed`, `not_found`, `owners_only`.
    """
    actor.require("manage_people")
    with transaction.atomic():
        user = User.objects.select_for_update().filter(pk=user_id).first()
        if user is None:
            raise not_found()
        if user.role == "owner" and actor.role not in ("owner", "system"):
            raise KebuError("owners_only", status=403)
        count = forget(user)
        note("sessions_ended", actor, person=user.name, count=count)
    return count


def forget(user: User) -> int:
    """All sessions of somebody end, `user` being locked; within the caller's transaction, who says why in the audit
    log. Answers how many were known."""
    _outdate(user)
    return _end(SignIn.objects.filter(user=user))


def forget_one(session: str | None) -> None:
    """The person has signed out of this one."""
    SignIn.objects.filter(session=session or "").delete()


def forget_ended() -> int:
    """Rows of sessions that are over; answers how many."""
    return SignIn.objects.exclude(session__in=Session.objects.values("session_key")).delete()[0]


def _outdate(user: User) -> None:
    """Sessions that have no row end, too: those begun before there were rows (see `User._get_session_auth_hash`)."""
    user.rights_version += 1
    user.save(update_fields=["rights_version"])


def _end(rows: QuerySet[SignIn]) -> int:
    keys = list(rows.values_list("session", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    SignIn.objects.filter(session__in=keys).delete()
    return len(keys)
