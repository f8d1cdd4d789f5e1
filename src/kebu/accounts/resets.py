"""A forgotten password: a link by mail, good for an hour and once.

Asking for one says nothing about who is here: the request only keeps what was typed for a job, whoever it is of, and
the job finds out. Where the person signs in with a second factor the link asks for it, too.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from kebu.accounts import letters
from kebu.accounts.actor import Actor
from kebu.accounts.keys import hashed, new_secret
from kebu.accounts.models import Company, Reset, User, clean_email
from kebu.accounts.passwords import check_password_strength
from kebu.accounts.people import end_access
from kebu.audit.log import coming_from, note, place
from kebu.core import jobs
from kebu.core.errors import KebuError, not_found
from kebu.core.sealed import seal, unseal

LIFE = timedelta(hours=1)
KIND = "accounts.reset"


def ask(email: str) -> None:
    """Have a link sent to whoever has this address and a password. Raises `mail_off` where mail is not set up."""
    if not letters.are_sent():
        raise KebuError("mail_off", status=409)
    address, device = place()
    # Who waits here has not shown who they are: what was typed is nobody's to read.
    jobs.enqueue(KIND, {"sealed": seal(clean_email(email)), "address": address, "device": device})


def send(sealed: str, *, address: str, device: str) -> None:
    """The job: make the link and send it, where there is somebody to send it to."""
    user = User.objects.filter(email=unseal(sealed), is_active=True).first()
    # Who never chose a password has an invitation, which an administrator renews.
    if user is None or not user.has_usable_password():
        return
    secret = new_secret()
    until = timezone.now() + LIFE
    with coming_from(address, device), transaction.atomic():
        Reset.objects.update_or_create(user=user, defaults={"hash": hashed(secret), "expires_at": until})
        note("reset_asked", Actor.of(user))
        letters.write(
            user,
            "mail_reset",
            until=until,
            name=user.name,
            company=Company.objects.get().name,
            link=f"{settings.BASE_URL}/reset/{secret}",
        )


def opened(secret: str) -> User:
    """Whose link this is while it holds, else `not_found`: the same for a wrong, used and old one."""
    found = Reset.objects.select_related("user").filter(hash=hashed(secret), user__is_active=True).first()
    if found is None or found.expires_at <= timezone.now():
        raise not_found()
    return found.user


def use(secret: str, *, password: str) -> User:
    """The new password; every session and token of the person ends. Raises `not_found`, `weak_password`."""
    user = opened(secret)
    check_password_strength(password, user)
    encoded = make_password(password)
    with transaction.atomic():
        # Who deletes the row has used it: of two at once, one wins.
        if not Reset.objects.filter(hash=hashed(secret), expires_at__gt=timezone.now()).delete()[0]:
            raise not_found()
        user = User.objects.select_for_update().get(pk=user.pk)
        if not user.is_active:
            raise not_found()
        user.password = encoded
        end_access(user)
        user.save(update_fields=["password"])
        note("password_reset", Actor.of(user))
        letters.write(user, "mail_password_changed", name=user.name, company=Company.objects.get().name)
    return user
