"""Looking at the program as somebody else: read-only, in one session, and at nothing that one may not see oneself.

The session says whose eyes they are. Whoever may no longer look as that person is refused everything until he says
himself that he stops: a page that was opened for looking never acts for its owner unawares.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction

from kebu.accounts.actor import Actor
from kebu.accounts.models import User
from kebu.accounts.reaching import rights_of
from kebu.audit.log import note
from kebu.core.errors import KebuError, not_found

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase

#: What a session says of whom its owner looks as: the id.
VIEWING = "viewing"
#: How it is ended: the one door that is still one's own.
STOP = "/api/viewing"
#: What is the person's alone, and no part of the program as others could see it: how he signs in, and files that he
#: brought or had made, which may hold more than he or anybody sees today.
_PERSONAL = re.compile(r"/api/(tokens|sessions|two-factor|passkeys|files|imports|comparisons)(/.*)?")


def begin(actor: Actor, session: SessionBase, user_id: int) -> None:
    """Look as this person from the next request on. The audit log says so.

    Raises `not_allowed`, `not_found`, `viewing_oneself`, `owners_only`, and `viewing_more` for somebody who sees what
    the acting person may not.
    """
    actor.require("manage_people")
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise not_found()
    if user.pk == actor.user_id:
        raise KebuError("viewing_oneself", status=409)
    if user.role == "owner" and actor.role != "owner":
        raise KebuError("owners_only", status=403)
    if not _may(actor, user):
        raise KebuError("viewing_more", status=403)
    session[VIEWING] = user.pk
    with transaction.atomic():
        try:
            session.save()
        except UpdateError:  # it was ended elsewhere a moment ago
            raise KebuError("signed_out", status=401) from None
        note("viewing_begun", actor, person=user.name)


def end(actor: Actor, session: SessionBase) -> None:
    """Look with one's own eyes again; nothing where one does already."""
    if VIEWING not in session:
        return
    user = User.objects.filter(pk=session.pop(VIEWING)).first()
    with transaction.atomic():
        with suppress(UpdateError):  # it was ended elsewhere a moment ago
            session.save()
        note("viewing_ended", actor, person=user.name if user else "")


def whom(user: User, session: SessionBase) -> User | None:
    """As whom `user` looks at the program in this session; None where it is with his own eyes.

    Raises `viewing_over` (403) where he may no longer look as that person, or that person was disabled.
    """
    if VIEWING not in session:
        return None
    other = User.objects.filter(pk=session[VIEWING], is_active=True).first()
    if other is None or not _may(Actor.of(user), other):
        raise KebuError("viewing_over", status=403)
    return other


def require_looking(person: User, path: str, *, reads: bool) -> None:
    """Raise KebuError (403) `viewing` for anything but looking, and `viewing_personal` for what is this person's alone.

    `reads`: whether the request only reads.
    """
    if not reads:
        raise KebuError("viewing", status=403, person=person.name)
    if _PERSONAL.fullmatch(path):
        raise KebuError("viewing_personal", status=403, person=person.name)


def goes_on(viewer_id: int, user_id: int, session_key: str) -> bool:
    """Whether the session of that key still looks as this person, and may."""
    viewer = User.objects.filter(pk=viewer_id, is_active=True).first()
    try:
        other = whom(viewer, SessionStore(session_key)) if viewer else None
    except KebuError:
        return False
    return other is not None and other.pk == user_id


def _may(actor: Actor, user: User) -> bool:
    """Nobody learns by looking what is hidden from himself, and what owners see is for owners."""
    if user.role == "owner" and actor.role != "owner":
        return False
    return actor.may("manage_people") and actor.rights.covers(rights_of(user))
