"""Mails on their way out: kept with what caused them, handed over by jobs, tried again, and never sent twice.

A mail counts as going from the moment in which only its content is left to be sent. Whoever finds it so later knows
nothing of whether it arrived, and leaves it: a person who misses a link asks for another one, which is better than two.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from kebu.accounts.actor import Actor
from kebu.accounts.models import Company, User
from kebu.audit.log import note
from kebu.core import jobs
from kebu.core.errors import KebuError
from kebu.core.errors import message as words
from kebu.core.sealed import seal
from kebu.core.throttle import hit
from kebu.notify import mail_texts, server
from kebu.notify.models import Mail

#: After each try that failed for now, how long until the next: greylisting takes minutes, a server that is down hours.
_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (20, 120, 600, 1800, 3600, 4 * 3600, 8 * 3600))
_SHOWN = 10
_KEPT = timedelta(days=30)
KIND = "notify.mail"


class Outbox:
    """What `kebu.accounts.letters` asks for."""

    def is_open(self) -> bool:
        """Whether a server is set up."""
        return server.current() is not None

    def take(self, user: User, kind: str, *, until: datetime | None, params: dict[str, str]) -> None:
        """A mail to be sent after the commit."""
        mail = Mail.objects.create(
            user=user, kind=kind, sealed=seal(json.dumps(params)), until=until, number=new_number()
        )
        _ask(mail, timezone.now())


def new_number() -> str:
    """By what a mail is known everywhere, the same at every try."""
    return f"kebu.{uuid.uuid4().hex}"


def post(mails: Iterable[Mail], at: datetime) -> None:
    """Have mails sent that are not stored yet, many at once, after the caller's transaction."""
    stored = Mail.objects.bulk_create(list(mails))
    jobs.enqueue_all(KIND, {_key(mail): {"mail": mail.pk} for mail in stored}, run_at=at)


def deliver(mail_id: int) -> str:
    """One try to hand a mail over; answers what became of it."""
    with transaction.atomic():
        mail = Mail.objects.select_for_update().select_related("user").filter(pk=mail_id).first()
        if mail is None or mail.state not in (Mail.State.WAITING, Mail.State.GOING):
            return "" if mail is None else mail.state
        if mail.state == Mail.State.GOING:  # a worker died over it
            return _end(mail, Mail.State.UNCLEAR)
        if (mail.until is not None and mail.until <= timezone.now()) or not mail.user.is_active:
            return _end(mail, Mail.State.LATE)
    at, said = server.current(), mail_texts.of(mail)
    if at is None or said is None:
        return _end(mail, Mail.State.REFUSED)
    made = server.message(at, mail.user.email, subject=said.subject, text=said.text, number=mail.number)
    try:
        answer = server.hand_over(at, made, at_last=lambda: _going(mail))
    except server.Unclear:
        return _end(mail, Mail.State.UNCLEAR)
    except server.NotTaken as error:
        if not error.again or mail.tries >= len(_PAUSES):
            return _end(mail, Mail.State.REFUSED, error.answer)
        return _again(mail, error.answer)
    return _end(mail, Mail.State.SENT, answer)


def latest(actor: Actor) -> list[Mail]:
    """The mails of late, newest first. Raises `not_allowed`."""
    actor.require("manage_people")
    return list(Mail.objects.select_related("user").order_by("-id")[:_SHOWN])


def send_test(actor: Actor) -> tuple[bool, str]:
    """A mail to the acting person, at once: whether it was taken, and what the server said.

    Raises `not_allowed`, `mail_is_off`, `too_many_attempts`.
    """
    actor.require("manage_people")
    at = server.current()
    if at is None:
        raise KebuError("mail_is_off", status=409)
    hit(f"mail:test:{actor.person_id}", limit=10, window=300)
    user = User.objects.get(pk=actor.person_id)
    said = {"company": Company.objects.get().name, "name": user.name}
    subject, text = (words(f"mail_test_{part}", user.language, **said) for part in ("subject", "text"))
    made = server.message(at, user.email, subject=subject, text=text, number=new_number())
    try:
        taken, answer = True, server.hand_over(at, made)
    except server.NotTaken as error:
        taken, answer = False, error.said(user.language)
    except server.Unclear:
        taken, answer = False, words("mail_broke_off", user.language)
    note("mail_tested", actor, host=at.host, answer=answer)
    return taken, answer


def forget_old() -> int:
    """Delete mails of more than 30 days ago; answers how many."""
    return Mail.objects.filter(created_at__lt=timezone.now() - _KEPT).delete()[0]


def _ask(mail: Mail, at: datetime) -> None:
    jobs.enqueue(KIND, {"mail": mail.pk}, key=_key(mail), run_at=at)


def _key(mail: Mail) -> str:
    # Not by its id: after a restore those begin anew, and jobs of before are still there.
    return f"mail:{mail.number}:{mail.tries}"


def _going(mail: Mail) -> None:
    # Two workers that both came this far: one of them goes on.
    if not Mail.objects.filter(pk=mail.pk, state=Mail.State.WAITING).update(state=Mail.State.GOING):
        raise jobs.GivenUp


def _again(mail: Mail, answer: str) -> str:
    with transaction.atomic():
        pause = _PAUSES[mail.tries]
        mail.tries += 1
        mail.state, mail.answer = Mail.State.WAITING, answer
        mail.save(update_fields=["state", "tries", "answer"])
        _ask(mail, timezone.now() + pause)
    return mail.state


def _end(mail: Mail, state: Mail.State, answer: str = "") -> str:
    mail.state, mail.answer, mail.sealed, mail.ended_at = state, answer, "", timezone.now()
    mail.save(update_fields=["state", "answer", "sealed", "ended_at"])
    return mail.state
