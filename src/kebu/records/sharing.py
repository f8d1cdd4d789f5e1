"""One record for somebody whose role would not show it, or not let him change it: for good, or until a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from django.db import transaction
from django.db.models import QuerySet

from kebu.accounts import teams
from kebu.accounts.actor import Actor
from kebu.accounts.models import Share, Team, User
from kebu.accounts.rights import today
from kebu.accounts.roles import moved
from kebu.audit.log import note
from kebu.core.errors import KebuError, not_found
from kebu.fields.registry import ObjectType, catalog
from kebu.records import merging, permissions

MAX_SHARES = 100  # of one record


def shares(actor: Actor, object_key: str, pk: int) -> list[dict[str, Any]]:
    """With whom a record is shared, first ones first; what has ended is left out. KebuError `not_found`."""
    one = catalog().object(object_key)
    permissions.require_seen(actor, one, [pk])
    return [_told(share) for share in _holding(one, pk).select_related("user", "team", "given_by")]


def share(
    actor: Actor,
    object_key: str,
    pk: int,
    *,
    user: int | None = None,
    team: int | None = None,
    write: bool = False,
    until: date | None = None,
) -> dict[str, Any]:
    """Share a record with a person or a team, or say anew how. Nobody gives more than he has by his role: what was only
    shared with him he cannot give on.

    KebuError `not_found`, `not_allowed`, `share_with_one`, `share_has_ended`, `too_many_shares`, `shared_through` for
    records that are seen through another one, which is the one to share.
    """
    one = catalog().object(object_key)
    permissions.require_seen(actor, one, [pk])
    permissions.require(actor, one, "share")
    if one.through:
        raise KebuError("shared_through")
    permissions.require_held(actor, one, pk, verb="change" if write else "see")
    if (user is None) == (team is None):
        raise KebuError("share_with_one")
    if until is not None and until < today():
        raise KebuError("share_has_ended", field="until")
    with transaction.atomic():
        person, group = User.objects.filter(pk=user or 0, is_active=True), Team.objects.filter(pk=team or 0)
        if not (person if team is None else group).exists():
            raise not_found()
        if _holding(one, pk).count() >= MAX_SHARES:
            raise KebuError("too_many_shares", limit=MAX_SHARES)
        said = {"write": write, "until": until, "given_by_id": actor.user_id}
        whom: dict[str, Any] = {"user_id": user, "team_id": team}
        made, _ = Share.objects.update_or_create(object=one.key, record=pk, **whom, defaults=said)
        moved(_reached(made))
        _note("shared", actor, one, made)
    return _told(made)


def unshare(actor: Actor, share_id: int) -> None:
    """Take a share back: whoever may share the record may. KebuError `not_found`, `not_allowed`."""
    with transaction.atomic():
        found = Share.objects.select_for_update().filter(pk=share_id).first()
        one = catalog().objects.get(found.object) if found else None
        if found is None or one is None:
            raise not_found()
        permissions.require_seen(actor, one, [found.record])
        permissions.require(actor, one, "share")
        permissions.require_held(actor, one, found.record)
        reached = list(_reached(found).values_list("id", flat=True))
        _note("unshared", actor, one, found)
        found.delete()
        moved(User.objects.filter(id__in=reached))


@merging.follower("shares")
def follow(actor: Actor, one: ObjectType, old: int, new: int, ids: Sequence[int] | None) -> list[int]:
    """Whoever was given a record has the one into which it is merged, as far as the person could give him that one.
    Where he has it already, that counts."""
    found = Share.objects.filter(object=one.key, record=old).select_related("user", "team").order_by("id")
    if ids is None:
        gives = permissions.may(actor, one, "share") and not one.through
        writes = gives and permissions.holds(actor, one, new, verb="change")
        reads = gives and permissions.holds(actor, one, new)
        going = [share for share in found if (writes if share.write else reads)]
    else:
        going = list(found.filter(pk__in=ids))
    held = set(Share.objects.filter(object=one.key, record=new).values_list("user_id", "team_id"))
    going = [share for share in going if (share.user_id, share.team_id) not in held]
    for share in going:
        _note("unshared", actor, one, share)
        share.record = new
        share.save(update_fields=["record"])
        moved(_reached(share))
        _note("shared", actor, one, share)
    return [share.pk for share in going]


def _holding(one: ObjectType, pk: int) -> QuerySet[Share]:
    found = Share.objects.filter(object=one.key, record=pk).exclude(until__lt=today())
    return found.order_by("id")


def _reached(share: Share) -> QuerySet[User]:
    return User.objects.filter(id__in=[share.user_id] if share.user_id else teams.people_of(share.team_id or 0))


def _note(act: Literal["shared", "unshared"], actor: Actor, one: ObjectType, share: Share) -> None:
    number = one.model.objects.filter(pk=share.record).values_list("number", flat=True).first()
    whom = share.user.name if share.user else share.team.name if share.team else ""
    note(act, actor, object=dict(one.labels), number=number or "", whom=whom)


def _told(share: Share) -> dict[str, Any]:
    return {
        "id": share.pk,
        "user": {"id": share.user.pk, "name": share.user.name} if share.user else None,
        "team": {"id": share.team.pk, "name": share.team.name} if share.team else None,
        "write": share.write,
        "until": share.until.isoformat() if share.until else None,
        "by": {"id": share.given_by.pk, "name": share.given_by.name} if share.given_by else None,
    }
