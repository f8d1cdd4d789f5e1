"""What a token may of all that its person may: verbs by object, chosen when it is made.

Enforced in one place: who comes by such a token acts with the person's rights cut down to them, wherever they are
asked, and knocks only at doors that are about records. A token is never more than its person, now and later.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from kebu.accounts.rights import ELSE, ObjectRights, Rights, Scope
from kebu.core.errors import KebuError

VERBS = ("read", "create", "update", "delete", "import", "export")
#: Verbs by object; `ELSE` stands for all that are not named.
Scopes = Mapping[str, list[str]]
_MAX_OBJECTS = 100
_KEY = re.compile(r"\*|[a-z][a-z0-9_]{0,39}")

#: What a token of verbs may ask; whether it gets it the rights decide. Everything else is for people.
_DOORS = re.compile(
    r"GET /api/(me|objects|fields|blanks/[^/]+|jobs/\d+|files/\d+|imports/\d+(/(source|rows|rejected))?)"
    r"|GET /api/records/[^/]+/(pages|\d+(/(history|past))?)"
    r"|POST /api/records/[^/]+(/(query|summary|colors|find|batch|insert|duplicate))?"
    r"|(PATCH|DELETE) /api/records/[^/]+/\d+"
    r"|POST /api/(exports|imports|imports/\d+/apply)"
    r"|PATCH /api/imports/\d+(/source)?"
)


def opens(method: str, path: str) -> bool:
    """Whether a token of verbs may come to this door at all."""
    return _DOORS.fullmatch(f"{method} {path}") is not None


def checked(raw: Mapping[str, Any]) -> dict[str, list[str]]:
    """Scopes as they are kept, from JSON. KebuError `bad_scopes`: each object that is named needs "read", for what is
    not seen cannot be changed, and with "import" one of "create" and "update"."""
    if not 0 < len(raw) <= _MAX_OBJECTS or not all(_KEY.fullmatch(key) for key in raw):
        raise KebuError("bad_scopes", field="scopes")
    kept: dict[str, list[str]] = {}
    for key in sorted(raw):
        verbs = raw[key]
        if not isinstance(verbs, list) or not all(isinstance(one, str) and one in VERBS for one in verbs):
            raise KebuError("bad_scopes", field="scopes")
        if "read" not in verbs or ("import" in verbs and not {"create", "update"} & set(verbs)):
            raise KebuError("bad_scopes", field="scopes")
        kept[key] = [verb for verb in VERBS if verb in verbs]
    return kept


def reads_only(scopes: Scopes) -> bool:
    """Whether nothing but "read" is in them."""
    return all(verbs == ["read"] for verbs in scopes.values())


def narrowed(rights: Rights, scopes: Scopes) -> Rights:
    """A person's rights cut down to these scopes; the same value for the same two, for much is kept by it."""
    return _narrowed(rights, tuple((key, tuple(verbs)) for key, verbs in sorted(scopes.items())))


@lru_cache(2000)
def _narrowed(rights: Rights, scopes: tuple[tuple[str, tuple[str, ...]], ...]) -> Rights:
    by = dict(scopes)
    objects = {key: _cut(rights.of(key), by.get(key, by.get(ELSE, ()))) for key in {*rights.objects, *by, ELSE}}
    return replace(rights, company=frozenset(), objects=objects)


def _cut(one: ObjectRights, verbs: tuple[str, ...]) -> ObjectRights:
    none: Scope = "none"
    return replace(
        one,
        see=one.see if "read" in verbs else none,
        change=one.change if "update" in verbs else none,
        delete=one.delete if "delete" in verbs else none,
        acts=one.acts & {"create", "import", "export"} & set(verbs),
    )
