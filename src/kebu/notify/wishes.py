"""How a person wants to be told of what comes due."""

from collections.abc import Callable, Iterable, Mapping
from datetime import time
from typing import Any

from django.db import transaction

from kebu.accounts.actor import Actor
from kebu.core.errors import KebuError
from kebu.notify.models import Wish

#: Nobody looks further ahead.
MAX_LEAD = 30

_hearing: list[Callable[[], None]] = []


def when_changed(act: Callable[[], None]) -> None:
    """Have `act` called in the transaction in which somebody changes his wishes: more may be due for him by now."""
    _hearing.append(act)


def of(user_id: int) -> Wish:
    """The wishes of a person; of one who has said none, those that the program begins with."""
    return Wish.objects.filter(user_id=user_id).first() or Wish(user_id=user_id)


def by_person(ids: Iterable[int]) -> Mapping[int, Wish]:
    """The same of each of these people."""
    wanted = list(ids)
    said = {wish.user_id: wish for wish in Wish.objects.filter(user_id__in=wanted)}
    return {user_id: said.get(user_id) or Wish(user_id=user_id) for user_id in wanted}


def change(actor: Actor, **said: Any) -> Wish:
    """Change what is given of one's own: any field of `Wish`.

    Raises `half_quiet` where the hours of quiet have only one end.
    """
    with transaction.atomic():
        wish, _ = Wish.objects.select_for_update().get_or_create(user_id=actor.person_id)
        for key, value in said.items():
            setattr(wish, key, value)
        if (wish.quiet_from is None) != (wish.quiet_to is None):
            raise KebuError("half_quiet", field="quiet_to" if wish.quiet_to is None else "quiet_from")
        wish.save()
        for act in _hearing:
            act()
    return wish


def is_quiet(wish: Wish, now: time) -> bool:
    """Whether the person wants to hear nothing at this local time; the hours may go over midnight."""
    begin, end = wish.quiet_from, wish.quiet_to
    if begin is None or end is None:
        return False
    return begin <= now < end if begin <= end else now >= begin or now < end
