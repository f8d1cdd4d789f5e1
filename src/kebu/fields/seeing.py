"""An object's fields as somebody sees them: what his role hides is not there, what it masks or locks says so."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType

from kebu.accounts.rights import ACCESS, Access, Rights
from kebu.fields.registry import Catalog, Field


@lru_cache(2000)  # for each person, and object
def as_seen(known: Catalog, rights: Rights, object_key: str) -> Mapping[str, Field]:
    """The fields that these rights show, in their order. One that is not in here does not exist."""
    if rights.of(object_key).see == "none":
        return {}
    if not any(one.fields or one.see == "none" for one in rights.objects.values()):
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


def access_to(known: Catalog, rights: Rights, item: Field) -> Access:
    """What these rights allow with a field: the strictest of all that is said of it and of what it shows."""
    own = rights.of(item.object).fields
    said = [own.get(item.key, "write")]
    target = item.relation.target if item.relation else item.target if item.kind == "relation" else None
    if target is not None and rights.of(target).see == "none":
        return "hidden"
    if item.relation:
        # Through a relation that does not exist nothing is seen.
        said += ["hidden"] if own.get(item.relation.key) == "hidden" else []
        said.append(access_to(known, rights, item.stored))
    elif target is not None:
        # A relation shows the title of its record, and cannot change it.
        title = rights.of(target).fields.get(known.object(target).title, "write")
        said += [title] if title in ("hidden", "masked") else []
    return min(said, key=ACCESS.index)
