"""Sign-ins and sign-outs, whichever way they come about: noted in the audit log and in the list of sessions."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from kebu.accounts import second, sessions, viewing
from kebu.accounts.actor import Actor
from kebu.accounts.models import User, clean_email
from kebu.audit.log import note


@receiver(user_logged_in)
def _signed_in(sender: object, request: HttpRequest, user: User, **_: Any) -> None:
    way = getattr(request, "signs_in_by", "password")
    # Whoever signs in anew does so as himself.
    viewing.end(Actor.of(user), request.session)
    sessions.begin(request.session, user, way)
    second.mark(request.session, user)
    note("signed_in", Actor.of(user), way=way)


@receiver(user_logged_out)
def _signed_out(sender: object, request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None:
        viewing.end(Actor.of(user), request.session)
        sessions.forget_one(request.session.session_key)
        note("signed_out", Actor.of(user))


def sign_in_failed(email: str) -> None:
    """Somebody was refused; of a person who is known here, it is theirs."""
    user = User.objects.filter(email=clean_email(email)).first()
    note("sign_in_failed", Actor.of(user) if user else email)
