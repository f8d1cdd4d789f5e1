"""Reminders: who is told, on the day or ahead of it, what waits for him."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from kebu.accounts import letters
from kebu.accounts.actor import Actor
from kebu.accounts.models import User
from kebu.crm import dues
from kebu.crm.dues import Due, Waiting
from kebu.crm.workdays import is_workday
from kebu.fields.registry import Catalog, catalog
from kebu.notify import tell, wishes
from kebu.notify.models import Wish

# What nobody was told of, because the program did not run or nobody worked, is told late rather than never. The longest
# holiday is eight days.
LATE_DAYS = 10
# Who has more than this of one kind at one time sees the rest in the view.
MOST = 100
# As many reminders as are looked at, and written, at once.
_PART = 500


@dataclass(frozen=True)
class _Person:
    """Somebody who is to be told at this moment, which is `local` to him."""

    actor: Actor
    wish: Wish
    local: datetime
    mail: bool


def remind(now: datetime) -> int:
    """Tell every person what is due on his local day, or comes due as early as he wishes; answers how many reminders
    that was.

    Each date of a record is told to a person once, whatever the clock does and however many workers look at a time. All
    people of the same days are looked for together.
    """
    known = catalog()
    people = {one.actor.person_id: one for one in _hearing(now)}
    told = 0
    for due in dues.dues(known):
        for (first, last), actors in _alike(due, known, people).items():
            waiting = dues.waiting(due, known, actors, first, last, most=MOST)
            for at in range(0, len(waiting), _PART):
                told += _tell(due, known, people, waiting[at : at + _PART], now)
    return told


def last_day(wish: Wish, local: datetime, lead_days: int) -> date:
    """The last day of which a person is told at this local time: before the time of his wish as on the day before.

    Who is told on workdays only hears on the last one what he would be told of until the next.
    """
    day = local.date() - timedelta(days=local.time() < wish.at)
    while wish.workdays and not is_workday(day + timedelta(days=1)):
        day += timedelta(days=1)
    return day + timedelta(days=lead_days)


def _hearing(now: datetime) -> Iterator[_Person]:
    users = list(User.objects.filter(is_active=True).order_by("id"))
    wished = wishes.by_person(user.pk for user in users)
    mails_go = letters.are_sent()
    for user in users:
        wish = wished[user.pk]
        local = now.astimezone(ZoneInfo(user.time_zone))
        silent = wishes.is_quiet(wish, local.time()) or not (wish.in_app or wish.mail)
        if not silent and (is_workday(local.date()) or not wish.workdays):
            yield _Person(Actor.of(user), wish, local, wish.mail and mails_go)


def _alike(due: Due, known: Catalog, people: Mapping[int, _Person]) -> Mapping[tuple[date, date], list[Actor]]:
    """Those who may ask for it, by the first and the last day of which they are told."""
    found: dict[tuple[date, date], list[Actor]] = defaultdict(list)
    for one in people.values():
        if dues.may_ask(one.actor, due, known):
            last = last_day(one.wish, one.local, one.wish.lead_days if due.ahead is None else due.ahead)
            found[one.local.date() - timedelta(days=LATE_DAYS), last].append(one.actor)
    return found


def _tell(due: Due, known: Catalog, people: Mapping[int, _Person], waiting: Sequence[Waiting], now: datetime) -> int:
    before = tell.told_before({(each.person, _key(due, each)) for each in waiting})
    fresh = [each for each in waiting if (each.person, _key(due, each)) not in before]
    if not fresh:
        return 0
    actors = {each.person: people[each.person].actor for each in fresh}
    told = [_told(due, people[each.person], each) for each in dues.seen(due, known, actors, fresh)]
    tell.tell_all(told, now)
    return len(told)


def _key(due: Due, waiting: Waiting) -> str:
    return f"{due.kind}:{waiting.record}:{waiting.day}"


def _told(due: Due, person: _Person, waiting: Waiting) -> tell.Told:
    return tell.Told(
        waiting.person,
        kind=f"{due.kind}_soon" if waiting.day > person.local.date() else due.kind,
        key=_key(due, waiting),
        params={"name": waiting.title, "date": str(waiting.day)},
        link=f"/o/{due.object}?record={waiting.record}",
        # Where no mail can be sent he is told in the bell, or he would not be told at all.
        in_app=person.wish.in_app or not person.mail,
        mail=person.mail,
    )
