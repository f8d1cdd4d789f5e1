"""What was told in the bell and is wished by mail, too, goes out: in one mail for each person, or each in its own."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction

from kebu.accounts.models import User
from kebu.core import db
from kebu.notify import mail_texts, outbox, wishes
from kebu.notify.models import Mail, Notification

#: Who is told more than this at one time gets it in one mail, whatever he wishes: a mailbox full of them helps nobody.
SINGLES = 10
# Of yesterday is no reminder any more: not after a restore, nor when the mail server was down all day.
_LIFE = timedelta(days=1)
# As many people as are written to in one transaction.
_PEOPLE = 100


def collect(now: datetime) -> int:
    """Make mails of all that waits to go by mail; answers how many. What is made is made once, whoever else does the
    same at this time: waiting notifications and their mail change in one transaction."""
    made, last = 0, 0
    while people := _waiting_for(last):
        last = people[-1]
        with db.turn(), transaction.atomic():
            made += _make(people, now)
    return made


def _waiting_for(after: int) -> list[int]:
    rows = Notification.objects.filter(mail=Notification.WAITS, user_id__gt=after)
    return list(rows.order_by("user_id").values_list("user_id", flat=True).distinct()[:_PEOPLE])


def _make(people: Sequence[int], now: datetime) -> int:
    # Of two workers that came for the same person the second one waits here, and finds nothing left.
    list(User.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk").values_list("pk"))
    rows = Notification.objects.filter(mail=Notification.WAITS, user_id__in=people).order_by("user_id", "id")
    wished = wishes.by_person(people)
    mails: list[Mail] = []
    changed: list[Notification] = []
    for person, group in groupby(rows, key=lambda one: one.user_id):
        told = list(group)
        changed += told
        fresh = [one for one in told if one.created_at > now - _LIFE]
        for one in told:
            one.mail = None
        in_one = wished[person].digest or len(fresh) > SINGLES
        for part in [fresh] if in_one and fresh else [[one] for one in fresh]:
            kind = mail_texts.REMINDER if len(part) == 1 else mail_texts.REMINDERS
            mail = Mail(user_id=person, kind=kind, number=outbox.new_number(), until=now + _LIFE)
            mails.append(mail)
            for one in part:
                one.mail = mail.number
    Notification.objects.bulk_update(changed, ["mail"])
    outbox.post(mails, now)
    return len(mails)
