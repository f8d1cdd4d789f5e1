"""The roles of a company: data that its administrators change; the program brings the ones to start with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.db.models import Count, F, QuerySet

from kebu.accounts.actor import Actor
from kebu.accounts.models import Role, User
from kebu.accounts.rights import ACCESS, ACTS, COMPANY, ELSE, SCOPES, VERBS
from kebu.audit.log import note
from kebu.core.db import tables
from kebu.core.errors import KebuError

OWNER = "owner"
_KEPT = {OWNER}  # may everything, whatever is said
_MAX_ROLES, _MAX_OBJECTS, _MAX_FIELDS = 100, 100, 1000
# Of an object, of a field or a lookup; `ELSE` stands for all others.
_KEY = re.compile(r"\*|[a-z][a-z0-9_.]{0,79}")

_WHOLE: dict[str, Any] = {
    "see": "all",
    "change": "all",
    "delete": "all",
    "pool": True,
    "create": True,
    "import": True,
    "export": True,
    "share": True,
}
_COMPANY = {"manage_fields": True, "manage_people": True, "backups": True, "privacy": True}
_ADMINISTRATOR = {**_COMPANY, "objects": {ELSE: {**_WHOLE, "reveal": True}}}
_MANAGER = {**_WHOLE, "see": "below", "change": "below", "delete": "below"}
_SALES = {**_WHOLE, "see": "own", "change": "own", "delete": "own"}
_SERVICE = {"see": "all", "change": "all", "create": True}
_MARKETING = {"see": "all", "change": "own", "delete": "own", "create": True, "import": True, "export": True}

#: Roles that a company begins with, in the order in which they are offered: key → names, rights.
STARTING: Mapping[str, tuple[dict[str, str], dict[str, Any]]] = MappingProxyType(
    {
        OWNER: ({"zh-Hans": "所有者", "en": "Owner"}, _ADMINISTRATOR),
        "administrator": ({"zh-Hans": "管理员", "en": "Administrator"}, _ADMINISTRATOR),
        "manager": ({"zh-Hans": "主管", "en": "Manager"}, {"objects": {ELSE: _MANAGER}}),
        "sales": ({"zh-Hans": "销售", "en": "Sales"}, {"objects": {ELSE: _SALES}}),
        "service": ({"zh-Hans": "客服", "en": "Service"}, {"objects": {ELSE: _SERVICE}}),
        "marketing": ({"zh-Hans": "市场", "en": "Marketing"}, {"objects": {ELSE: _MARKETING}}),
        "readonly": ({"zh-Hans": "只读", "en": "Read-only"}, {"objects": {ELSE: {"see": "all"}}}),
    }
)


def prepare() -> None:
    """Give a company its roles to start with, unless it has some; called after every migrate."""
    if Role._meta.db_table not in tables() or Role.objects.exists():
        return
    rows = (Role(key=key, names=names, rights=rights, builtin=True) for key, (names, rights) in STARTING.items())
    Role.objects.bulk_create(rows)


def keys() -> list[str]:
    """The keys of all roles, in their order."""
    return list(Role.objects.values_list("key", flat=True))


def all_roles(actor: Actor) -> list[dict[str, Any]]:
    """Every role as it is told, with how many `people` have it. Raises `not_allowed`."""
    actor.require("manage_people")
    counts = dict(User.objects.values_list("role").annotate(people=Count("id")).order_by())
    return [{**as_json(role), "people": counts.get(role.key, 0)} for role in Role.objects.all()]


def as_json(role: Role) -> dict[str, Any]:
    """A role as programs and the page see it; `fixed`: it cannot be changed or removed."""
    return {
        "key": role.key,
        "names": role.names,
        "builtin": role.builtin,
        "fixed": role.key in _KEPT,
        "rights": role.rights,
    }


def add_role(actor: Actor, *, name: str, copy_of: str) -> Role:
    """A new role with the rights of another one. Raises `not_allowed`, `unknown_role`, `too_many_roles`."""
    actor.require("manage_people")
    with transaction.atomic():
        like = _find(copy_of)
        if Role.objects.count() >= _MAX_ROLES:
            raise KebuError("too_many_roles", limit=_MAX_ROLES)
        role = Role.objects.create(key="", names=dict.fromkeys(like.names, name), rights=like.rights)
        role.key = f"role_{role.pk}"
        role.save(update_fields=["key"])
        note("role_edited", actor, role=role.names)
    return role


def change_role(actor: Actor, key: str, *, name: str | None = None, rights: Mapping[str, Any] | None = None) -> Role:
    """Change what is given. Who has the role stays signed in, with the new rights.

    Raises `not_allowed`, `unknown_role`, `role_is_kept` for the owner's, `bad_rights`.
    """
    actor.require("manage_people")
    with transaction.atomic():
        role = _find(key)
        if key in _KEPT:
            raise KebuError("role_is_kept", status=409)
        if name is not None:
            role.names = dict.fromkeys(role.names, name)
        if rights is not None:
            role.rights = checked(rights)
            moved(User.objects.filter(role=key))
        role.save(update_fields=["names", "rights"])
        note("role_edited", actor, role=role.names)
    return role


def remove_role(actor: Actor, key: str, *, instead: str | None) -> None:
    """Remove a role; who has it gets the one called `instead`, and signs in anew.

    Raises `not_allowed`, `unknown_role`, `role_is_kept`, `role_has_people` where nobody said where they go.
    """
    actor.require("manage_people")
    with transaction.atomic():
        role = _find(key)
        if key in _KEPT:
            raise KebuError("role_is_kept", status=409)
        people = User.objects.filter(role=key)
        if count := people.count():
            if instead is None or instead == key:
                raise KebuError("role_has_people", status=409, field="instead", count=count)
            if _find(instead).key == OWNER and actor.role not in (OWNER, "system"):
                raise KebuError("owners_only", status=403, field="instead")
            people.update(role=instead, rights_version=F("rights_version") + 1)
        role.delete()
        note("role_removed", actor, role=role.names)


def moved(people: QuerySet[User]) -> None:
    """Note, in the caller's transaction, that these people may see or do something else from now on."""
    people.update(reach_version=F("reach_version") + 1)


def checked(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The rights of a role as they are kept, from JSON. KebuError `bad_rights` for what is none."""
    objects = raw.get("objects")
    if not set(raw) <= {*COMPANY, "objects"} or not isinstance(objects, dict) or len(objects) > _MAX_OBJECTS:
        raise KebuError("bad_rights", field="rights")
    if not all(_KEY.fullmatch(key) for key in objects):
        raise KebuError("bad_rights", field="rights")
    said: dict[str, bool] = {right: _flag(raw.get(right)) for right in COMPANY}
    return {**said, "objects": {key: _object(one) for key, one in objects.items()}}


def _object(raw: Any) -> dict[str, Any]:
    if not isinstance(raw, dict) or not set(raw) <= {*VERBS, *ACTS, "pool", "fields"}:
        raise KebuError("bad_rights", field="rights")
    fields = raw.get("fields") or {}
    scopes: dict[str, str] = {verb: raw.get(verb, "none") for verb in VERBS}
    good = isinstance(fields, dict) and len(fields) <= _MAX_FIELDS and all(_KEY.fullmatch(key) for key in fields)
    access = fields.values() if good else [None]
    if not all(one in SCOPES for one in scopes.values()) or not all(one in ACCESS for one in access):
        raise KebuError("bad_rights", field="rights")
    flags: dict[str, bool] = {act: _flag(raw.get(act)) for act in (*ACTS, "pool")}
    return {**scopes, **flags, "fields": {key: one for key, one in fields.items() if one != "write"}}


def _flag(raw: Any) -> bool:
    if raw not in (None, True, False):
        raise KebuError("bad_rights", field="rights")
    return bool(raw)


def _find(key: str) -> Role:
    found = Role.objects.select_for_update().filter(key=key).first()
    if found is None:
        raise KebuError("unknown_role", field="role", role=key, roles=", ".join(keys()))
    return found
