"""What comes due by a date: customers to follow up, tasks, cooperations that end; and whose it is."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from kebu.accounts.actor import Actor
from kebu.core.db import IdIn
from kebu.core.errors import KebuError
from kebu.fields.registry import Catalog
from kebu.records import permissions

#: So many days before it ends a cooperation is told of, however early somebody wants to hear of the rest.
ENDING_DAYS = 30


@dataclass(frozen=True)
class Due:
    """What comes due by the field `date` of an object. Its words are `<kind>_title` and `<kind>_soon_title` in the
    locale files; `asks` are the other fields by which it is found."""

    kind: str
    object: str
    date: str
    besides: Q = field(default_factory=Q)
    asks: tuple[str, ...] = ()
    #: So many days ahead, whatever people wish.
    ahead: int | None = None
    #: What nobody owns waits for the owners of the company.
    unowned: bool = False


class Waiting(NamedTuple):
    """One record that waits for a person by a day."""

    person: int
    record: int
    title: str | None
    day: date


def dues(known: Catalog) -> Iterator[Due]:
    """All kinds of them."""
    yield Due("follow_up", "customers", "next_follow_up", unowned=True)
    yield Due("task", "tasks", "due_date", Q(done=None), ("done",))
    won = [one.key for one in known.field("deals", "stage").choices if one.category == "won"]
    yield Due("ending", "deals", "end_date", Q(stage__in=won), ("stage",), ENDING_DAYS)


def may_ask(actor: Actor, due: Due, known: Catalog) -> bool:
    """Whether the person may ask by all the fields that it is found by: else nothing comes due for him."""
    if not permissions.exists(actor, known.object(due.object)):
        return False
    try:
        for key in (due.date, *due.asks):
            permissions.asked(actor, known, due.object, key)
    except KebuError:
        return False
    return True


def waiting(
    due: Due, known: Catalog, people: Collection[Actor], first: date, last: date, *, most: int
) -> list[Waiting]:
    """What these people own that is due from `first` to `last`, person by person, of each the latest and at `most` so
    many; which of it they may see says `seen`. One question for all of them."""
    one = known.object(due.object)
    rows = one.model.objects.filter(due.besides, deleted_at=None, **{f"{due.date}__range": (first, last)})
    latest = (F(due.date).desc(), F("id").asc())
    nth = Window(RowNumber(), partition_by=[F("owner_id")], order_by=latest)
    ids = [actor.person_id for actor in people]
    owned = rows.filter(IdIn(ids, "owner_id")).annotate(nth=nth).filter(nth__lte=most).order_by("owner_id", "nth")
    found = [Waiting(*row) for row in owned.values_list("owner_id", "id", one.title, due.date)]
    leaders = [actor.person_id for actor in people if actor.role == "owner"] if due.unowned else []
    if leaders:
        nobodys = list(rows.filter(owner=None).order_by(*latest).values_list("id", one.title, due.date)[:most])
        found += [Waiting(pk, *row) for pk in leaders for row in nobodys]
    return found


def seen(due: Due, known: Catalog, people: Mapping[int, Actor], found: Iterable[Waiting]) -> list[Waiting]:
    """Those of them that their persons may see, titled as they may read them."""
    one, listed = known.object(due.object), list(found)
    keepers = permissions.keepers(one, {each.record for each in listed})
    shown = []
    for each in listed:
        actor = people[each.person]
        keeper, trashed = keepers.get(each.record, permissions.GONE)
        if not trashed and permissions.may_see(actor, one, keeper):
            shown.append(each._replace(title=permissions.titled(actor, known, one, each.title)))
    return shown
