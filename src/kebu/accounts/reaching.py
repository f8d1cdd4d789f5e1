"""How the rights of a person are put together: from the role, the teams and what was shared.

Read once for each version of them (`User.rights_version`, `reach_version`) and process, so that a request pays nothing.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from kebu.accounts.rights import COMPANY, EVERYTHING, ObjectRights, Rights, Scope, today

if TYPE_CHECKING:
    from kebu.accounts.models import Share, User

_KEPT = 5000  # people in memory
_held: OrderedDict[tuple[int, int, str], Rights] = OrderedDict()
_lock = Lock()


def rights_of(user: User) -> Rights:
    """What this person may, as of the versions that `user` was read with."""
    key = (user.pk, user.rights_version + user.reach_version, user.role)
    with _lock:
        found = _held.get(key)
        if found is not None and not found.ended:
            _held.move_to_end(key)
            return found
    made = read(user)
    with _lock:
        _held[key] = made
        while len(_held) > _KEPT:
            _held.popitem(last=False)
    return made


def forget() -> None:
    """Drop what this process holds (a test or a restore put another database in place)."""
    with _lock:
        _held.clear()


def read(user: User) -> Rights:
    """The same as it is in the database now, kept nowhere."""
    from kebu.accounts.models import Role

    if user.role == "owner":
        return EVERYTHING
    said: Mapping[str, Any] = Role.objects.filter(key=user.role).values_list("rights", flat=True).first() or {}
    teams, _, below = _teams(user.pk)
    people = _people(below)
    own = frozenset({user.pk})
    shared: dict[str, dict[int, bool]] = defaultdict(dict)
    ends: list[date] = []
    for key, record, write, until in shares(user.pk).values_list("object", "record", "write", "until"):
        shared[key][record] = shared[key].get(record, False) or write
        ends += [until] if until else []
    return Rights(
        frozenset(right for right in COMPANY if said.get(right)),
        {key: ObjectRights.of(one) for key, one in (said.get("objects") or {}).items()},
        own,
        own.union(*(people[team] for team in teams)),
        own.union(*people.values()),
        shared,
        min(ends, default=None),
    )


def shares(user_id: int) -> QuerySet[Share]:
    """What is shared today with a person, or with a team of his or one above it; first ones first."""
    from kebu.accounts.models import Share

    _, above, _ = _teams(user_id)
    held = Share.objects.filter(Q(user=user_id) | Q(team__in=above)).filter(Q(until=None) | Q(until__gte=today()))
    return held.order_by("id")


def joining(user_id: int, other_id: int, scope: Scope) -> list[str]:
    """The names of the teams by which a person reaches another one: his own, and where `scope` is "below" those below
    them, as far as the other belongs to them."""
    from kebu.accounts.models import Team

    own, _, below = _teams(user_id)
    found = [team for team, people in _people(below if scope == "below" else own).items() if other_id in people]
    return list(Team.objects.filter(id__in=found).order_by("id").values_list("name", flat=True))


def _teams(user_id: int) -> tuple[set[int], set[int], set[int]]:
    """The teams of a person, those with all above them, and those with all below them."""
    from kebu.accounts.models import Team

    parents: dict[int, int | None] = {}
    leads: set[int] = set()
    for pk, parent, leader in Team.objects.values_list("id", "parent_id", "leader_id"):
        parents[pk] = parent
        leads |= {pk} if leader == user_id else set()
    own = leads | set(Team.members.through.objects.filter(user_id=user_id).values_list("team_id", flat=True))
    above = set().union(*(lineage(pk, parents) for pk in own))
    below = {pk for pk in parents if own.intersection(lineage(pk, parents))}
    return own, above, below


def lineage(team: int, parents: Mapping[int, int | None]) -> list[int]:
    """A team and all above it."""
    found: list[int] = []
    step: int | None = team
    while step is not None and step not in found:
        found.append(step)
        step = parents.get(step)
    return found


def _people(teams: Iterable[int]) -> dict[int, set[int]]:
    """Who belongs to each of these teams, leaders too."""
    from kebu.accounts.models import Team

    found: dict[int, set[int]] = {pk: set() for pk in teams}
    for team, user in Team.members.through.objects.filter(team__in=found).values_list("team_id", "user_id"):
        found[team].add(user)
    for team, leader in Team.objects.filter(id__in=found, leader__isnull=False).values_list("id", "leader_id"):
        found[team].add(leader or 0)
    return found
