"""An object's fields as somebody sees them: what his role hides is not there, what it masks or locks says so."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, NamedTuple

from kebu.accounts.rights import ACCESS, SCOPES, Access, Rights
from kebu.fields.registry import Catalog, Field


@lru_cache(2000)  # for each person, and object
def as_seen(known: Catalog, rights: Rights, object_key: str) -> Mapping[str, Field]:
    """The fields that these rights show, in their order. One that is not in here does not exist."""
    if rights.of(object_key).see == "none":
        return {}
    each = [rights.of(key) for key in known.objects]
    if not any(one.fields or (one.see, one.pool) != (each[0].see, each[0].pool) for one in each):
        return known.shown[object_key]
    seen = {}
    for key, item in known.shown[object_key].items():
        access = access_to(known, rights, item)
        if access == "write":
            seen[key] = item
        elif access == "once":
            seen[key] = replace(item, once=True)
        elif access != "hidden":
            seen[key] = replace(item, readonly=True, masked=access == "masked")
    return MappingProxyType(seen)


def _narrower(known: Catalog, rights: Rights, target: str, object_key: str) -> bool:
    """Whether somebody sees rows of an object whose counterparts in another he may not see: then none is shown."""
    (there, there_pool), (here, here_pool) = _scope(known, rights, target), _scope(known, rights, object_key)
    return there == 0 or there < here or (here_pool and not there_pool and SCOPES[there] != "all")


def _scope(known: Catalog, rights: Rights, object_key: str) -> tuple[int, bool]:
    through = known.object(object_key).through
    each = [rights.of(key) for key in (object_key, through) if key]
    return min(SCOPES.index(one.see) for one in each), all(one.pool for one in each)


class Decision(NamedTuple):
    """What is allowed with a field, and who says so: the role about the `field` of an `object` ("role"); that of the
    relation it is looked up through ("relation"); rows of its object that are not all seen ("target"); the title that a
    relation shows ("title")."""

    access: Access
    rule: Literal["role", "relation", "target", "title"]
    object: str
    field: str | None


def access_to(known: Catalog, rights: Rights, item: Field) -> Access:
    """What these rights allow with a field: the strictest of all that is said of it and of what it shows."""
    return decided(known, rights, item).access


def decided(known: Catalog, rights: Rights, item: Field) -> Decision:
    """The same, with what decides."""
    own = rights.of(item.object).fields
    said = [Decision(own.get(item.key, "write"), "role", item.object, item.key)]
    target = item.relation.target if item.relation else item.target if item.kind == "relation" else None
    if target is not None and _narrower(known, rights, target, item.object):
        return Decision("hidden", "target", target, None)
    if item.relation:
        # Through a relation that does not exist nothing is seen.
        if own.get(item.relation.key) == "hidden":
            said.append(Decision("hidden", "relation", item.object, item.relation.key))
        said.append(decided(known, rights, item.stored))
    elif target is not None:
        # A relation shows the title of its record, and cannot change it.
        title = known.object(target).title
        limit = rights.of(target).fields.get(title, "write")
        if limit in ("hidden", "masked"):
            said.append(Decision(limit, "title", target, title))
    return min(said, key=lambda one: ACCESS.index(one.access))
