"""What a mail says, in the language of its person, at the moment in which it is sent."""

import json
from dataclasses import dataclass

from cryptography.fernet import InvalidToken
from django.conf import settings

from kebu.core.errors import message as words
from kebu.core.sealed import unseal
from kebu.notify.models import Mail, Notification

#: The kinds of mails that say what was told in the bell: one thing, or all that came at one time.
REMINDER, REMINDERS = "mail_reminder", "mail_reminders"


@dataclass(frozen=True)
class Said:
    """Of the text, lines end as Python's do."""

    subject: str
    text: str


def of(mail: Mail) -> Said | None:
    """Subject and text; None where they cannot be read any more, or what was to be told is gone."""
    params = _reminders(mail) if mail.kind in (REMINDER, REMINDERS) else _sealed(mail)
    if params is None:
        return None
    subject, text = (words(f"{mail.kind}_{part}", mail.user.language, **params) for part in ("subject", "text"))
    return Said(subject, text)


def _sealed(mail: Mail) -> dict[str, str] | None:
    try:
        found: dict[str, str] = json.loads(unseal(mail.sealed))
    except InvalidToken:  # the installation has another key by now
        return None
    return found


def _reminders(mail: Mail) -> dict[str, str] | None:
    """Read only now: what was erased meanwhile is told to nobody."""
    told = list(Notification.objects.filter(user_id=mail.user_id, mail=mail.number).order_by("id"))
    if not told:
        return None
    language = mail.user.language
    # What people named something must not look like lines of ours.
    titles = [_one_line(one.title(language)) for one in told]
    bodies = [_one_line(one.body(language)) for one in told]
    links = [settings.BASE_URL + one.link for one in told]
    lines = (f"* {title}\n  {body}\n  {link}" for title, body, link in zip(titles, bodies, links, strict=True))
    return {
        "name": _one_line(mail.user.name),
        "count": str(len(told)),
        "title": titles[0],
        "body": bodies[0],
        "link": links[0],
        "lines": "\n".join(lines),
        "account": f"{settings.BASE_URL}/settings/account",
    }


def _one_line(text: str) -> str:
    return " ".join(text.split())
