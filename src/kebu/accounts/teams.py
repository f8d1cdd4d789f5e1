"""The teams of a company: a tree, with a leader each; a person may belong to several."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from kebu.accounts.actor import Actor
from kebu.accounts.models import Share, Team, User
from kebu.accounts.reaching import lineage
from kebu.accounts.roles import moved
from kebu.audit.log import note
from kebu.core.errors import KebuError, not_found

MAX_TEAMS = 2000
KEEP: Any = object()
"""In place of a value: what it is now."""


def all_teams(actor: Actor) -> list[dict[str, Any]]:
    """Every team as `{"id", "name", "parent", "leader", "members"}`. Whom one may share with is no secret."""
    _ = actor.person_id
    members: dict[int, list[int]] = {}
    for team, user in Team.members.through.objects.order_by("id").values_list("team_id", "user_id"):
        members.setdefault(team, []).append(user)
    rows = Team.objects.values("id", "name", "parent_id", "leader_id")
    return [
        {
            "id": row["id"],
            "name": row["name"],
            "parent": row["parent_id"],
            "leader": row["leader_id"],
            "members": members.get(row["id"], []),
        }
        for row in rows
    ]


def put_team(
    actor: Actor,
    team_id: int | None,
    *,
    name: str | None = None,
    parent: int | None = KEEP,
    leader: int | None = KEEP,
    members: Iterable[int] = KEEP,
) -> Team:
    """Change what is given of a team; without `team_id` a new one.

    Raises `not_allowed`, `not_found`, `unknown_person`, `team_above_itself`, `too_many_teams`.
    """
    actor.require("manage_people")
    with transaction.atomic():
        # All of them are locked in one order, or two who move teams at the same time could close a ring.
        parents = dict(Team.objects.select_for_update().order_by("id").values_list("id", "parent_id"))
        team = Team() if team_id is None else Team.objects.filter(pk=team_id).first()
        if team is None:
            raise not_found()
        if team_id is None and len(parents) >= MAX_TEAMS:
            raise KebuError("too_many_teams", limit=MAX_TEAMS)
        if parent is not KEEP:
            if parent is not None and parent not in parents:
                raise not_found()
            if parent is not None and team.pk in lineage(parent, parents):
                raise KebuError("team_above_itself", status=409, field="parent")
            team.parent_id = parent
        if leader is not KEEP:
            team.leader_id = _people([leader])[0] if leader is not None else None
        team.name = name if name is not None else team.name
        team.save()
        if members is not KEEP:
            team.members.set(_people(members))
        note("team_changed", actor, team=team.name)
        # Who reaches whom hangs together: rather all look anew than one too few.
        moved(User.objects.all())
    return team


def remove_team(actor: Actor, team_id: int) -> None:
    """Remove a team; the teams below it come below the one above it, and what was shared with it no longer is.

    Raises `not_allowed`, `not_found`.
    """
    actor.require("manage_people")
    with transaction.atomic():
        team = Team.objects.select_for_update().filter(pk=team_id).first()
        if team is None:
            raise not_found()
        Team.objects.filter(parent=team).update(parent=team.parent_id)
        Share.objects.filter(team=team).delete()
        team.delete()
        note("team_removed", actor, team=team.name)
        moved(User.objects.all())


def people_of(team_id: int) -> set[int]:
    """Who belongs to a team or to one below it."""
    parents = dict(Team.objects.values_list("id", "parent_id"))
    below = [pk for pk in parents if team_id in lineage(pk, parents)]
    led = Team.objects.filter(id__in=below, leader__isnull=False).values_list("leader_id", flat=True)
    members = Team.members.through.objects.filter(team__in=below).values_list("user_id", flat=True)
    return {pk for pk in (*led, *members) if pk is not None}


def _people(ids: Iterable[int]) -> list[int]:
    wanted = list(dict.fromkeys(ids))
    found = set(User.objects.filter(id__in=wanted).values_list("id", flat=True))
    if missing := [pk for pk in wanted if pk not in found]:
        raise KebuError("unknown_person", status=404, email=missing[0])
    return wanted
