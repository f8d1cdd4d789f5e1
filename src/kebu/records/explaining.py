"""Why somebody may or may not see a record, change it, or read a field: the rule that decides, by those who decide."""

from __future__ import annotations

from typing import Any

from kebu.accounts import reaching
from kebu.accounts.actor import Actor
from kebu.accounts.models import Role, Share, User
from kebu.accounts.rights import VERBS, Verb
from kebu.core.errors import not_found
from kebu.fields.registry import ObjectType, catalog
from kebu.fields.seeing import decided
from kebu.records import permissions
from kebu.records.permissions import Keeper


def why(actor: Actor, object_key: str, pk: int, *, person: int, key: str | None = None) -> dict[str, Any]:
    """What `person` may do with a record that `actor` sees, and the rule for each:
    `{"person", "role", "through", "see", "change", "delete", "field"}`; `through` is the object whose record decides in
    place of this one.

    A verb says `{"allowed", "rule", "object", "scope", "owner", "teams", "share"}`; `object` is the one whose rights
    decide. Rules: `disabled`, `owner_role`, `none`, `all`, `own`, `team`, `below`, `pool`, `shared` and, where it is
    not allowed, `no_pool`, `others`. A field says `{"access", "rule", "object", "field"}`.

    KebuError `not_found`, `not_allowed` for who does not manage people, `unknown_field`.
    """
    known = catalog()
    one = known.object(object_key)
    permissions.require_seen(actor, one, [pk])
    actor.require("manage_people")
    item = None if key is None else permissions.field(actor, known, object_key, key)
    user = User.objects.filter(pk=person).first()
    if user is None:
        raise not_found()
    other = Actor.of(user)
    keeper, _ = permissions.keepers(one, [pk])[pk]
    names = dict(User.objects.filter(pk=keeper.owner).values_list("id", "name")) if keeper.owner else {}
    owner = {"id": keeper.owner, "name": names[keeper.owner]} if keeper.owner in names else None
    said: dict[str, Any] = {verb: {**_verdict(user, other, one, keeper, verb), "owner": owner} for verb in VERBS}
    return {
        "person": {"id": user.pk, "name": user.name},
        "role": {"key": user.role, "names": Role.objects.filter(key=user.role).values_list("names", flat=True).first()},
        "through": one.through if keeper.record is not None else None,
        **said,
        "field": None if item is None else _field(other, object_key, item.key),
    }


def _verdict(user: User, other: Actor, one: ObjectType, keeper: Keeper, verb: Verb) -> dict[str, Any]:
    narrow = other.rights.narrowest(verb, one.key, one.through)
    scope = other.rights.of(narrow).scope(verb)
    told: dict[str, Any] = {"object": narrow, "scope": scope, "teams": [], "share": None}
    if not user.is_active:
        return {**told, "allowed": False, "rule": "disabled"}
    rule = permissions.decisive(other, one, keeper, verb)
    if user.role == "owner":
        return {**told, "allowed": True, "rule": "owner_role"}
    if rule == "people":
        if keeper.owner == user.pk:
            return {**told, "allowed": True, "rule": "own"}
        return {**told, "allowed": True, "rule": scope, "teams": reaching.joining(user.pk, keeper.owner or 0, scope)}
    if rule == "shared":
        share = reaching.shares(user.pk).filter(object=one.through or one.key, record=keeper.record or 0)
        held = (share if verb == "see" else share.filter(write=True)).select_related("team", "given_by").first()
        return {**told, "allowed": True, "rule": "shared", "share": held and _share(held)}
    if rule is not None:
        return {**told, "allowed": True, "rule": rule}
    if scope == "none":
        return {**told, "allowed": False, "rule": "none"}
    return {**told, "allowed": False, "rule": "others" if keeper.owner else "no_pool"}


def _share(share: Share) -> dict[str, Any]:
    by = share.given_by
    return {
        "team": share.team.name if share.team else None,
        "write": share.write,
        "until": share.until.isoformat() if share.until else None,
        "by": by.name if by else None,
    }


def _field(other: Actor, object_key: str, key: str) -> dict[str, Any]:
    """What he may do with a field of the object; `computed`: nobody writes it."""
    known = catalog()
    found = known.shown[object_key][key]
    said = decided(known, other.rights, found)
    if not permissions.exists(other, known.object(object_key)):
        return {"access": "hidden", "rule": "none", "object": object_key, "field": None}
    if found.readonly and said.access in ("once", "write"):
        return {"access": "read", "rule": "computed", "object": object_key, "field": key}
    return said._asdict()
