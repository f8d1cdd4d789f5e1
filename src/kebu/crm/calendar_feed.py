"""What waits for a person as a calendar (iCalendar, RFC 5545) that other programs subscribe to."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings

from kebu.accounts.actor import Actor
from kebu.accounts.models import Company
from kebu.core.errors import message as words
from kebu.crm import dues
from kebu.fields.registry import catalog
from kebu.workbooks.address_cards import escaped, folded

# So far back and ahead; of each kind as many as a calendar program still takes well.
_BACK, _AHEAD, _MOST = timedelta(days=31), timedelta(days=366), 1_000


def written(actor: Actor, now: datetime) -> bytes:
    """The calendar as the person may see it now: his own records, each on the day by which it waits."""
    return b"".join(folded(line) for line in _lines(actor, now))


def _lines(actor: Actor, now: datetime) -> Iterator[str]:
    name = _value(Company.objects.get().name)
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Kebu//Kebu//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH")
    yield from (f"NAME:{name}", f"X-WR-CALNAME:{name}")
    yield from ("REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H")
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    stamp = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    for due, each in _found(actor, now):
        yield "BEGIN:VEVENT"
        # Of another day it is the same entry, moved.
        yield f"UID:{due.kind}.{each.record}@{host}"
        yield f"DTSTAMP:{stamp}"
        yield f"DTSTART;VALUE=DATE:{each.day:%Y%m%d}"
        yield f"SUMMARY:{_value(words(f'calendar_{due.kind}', actor.language, name=each.title))}"
        yield f"URL:{settings.BASE_URL}/o/{due.object}?record={each.record}"
        yield "TRANSP:TRANSPARENT"
        yield "END:VEVENT"
    yield "END:VCALENDAR"


def _found(actor: Actor, now: datetime) -> Iterator[tuple[dues.Due, dues.Waiting]]:
    known = catalog()
    today = now.astimezone(ZoneInfo(actor.zone)).date()
    for due in dues.dues(known):
        if dues.may_ask(actor, due, known):
            waiting = dues.waiting(due, known, [actor], today - _BACK, today + _AHEAD, most=_MOST)
            for each in dues.seen(due, known, {actor.person_id: actor}, waiting):
                yield due, each


def _value(text: str) -> str:
    """A text that stays on its line, whatever its reader takes for the end of one."""
    return escaped("".join(sign for sign in " ".join(text.split()) if sign.isprintable()))
