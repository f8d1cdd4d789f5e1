"""Looking at the program as somebody else: read-only, in one session, and at nothing that one may not see oneself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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
#: What is about the person alone, and no part of the program as others could see it.
_PERSONAL = re.compile(r"/api/(tokens|sessions|two-factor)(/.*)?")
#: How it is ended.
STOP = "/api/viewing"


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
    if not actor.rights.covers(rights_of(user)):
        raise KebuError("viewing_more", status=403)
    with transaction.atomic():
        session[VIEWING] = user.pk
        session.save()
        note("viewing_begun", actor, person=user.name)


def end(actor: Actor, session: SessionBase) -> None:
    """Look with one's own eyes again; nothing where one does already."""
    if VIEWING not in session:
        return
    with transaction.atomic():
        user = User.objects.filter(pk=session.pop(VIEWING)).first()
        session.save()
        note("viewing_ended", actor, person=user.name if user else "")


def eyes(user: User, session: SessionBase, *, path: str, reads: bool) -> tuple[User, Actor] | None:
    """As whom a request of `user` sees what it asks for, and with what rights; None where he looks as himself.

    Raises `viewing` (403) for anything but looking. Where he may no longer look as that person it ends: `viewing_over`.
    """
    if VIEWING not in session or path == STOP:
        return None
    other = User.objects.filter(pk=session[VIEWING], is_active=True).first()
    own = Actor.of(user)
    allowed = other is not None and own.may("manage_people") and own.rights.covers(rights_of(other))
    if other is None or not allowed or (other.role == "owner" and user.role != "owner"):
        end(own, session)
        raise KebuError("viewing_over", status=403)
    if not reads or _PERSONAL.fullmatch(path):
        raise KebuError("viewing", status=403, person=other.name)
    return other, Actor.looking(other)
