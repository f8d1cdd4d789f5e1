"""What a person may: the rights of a role together with whom it reaches, one value that never changes.

A role says, for each object, on whose rows a person may act (`SCOPES`) and what else he may do (`ACTS`), and for single
fields what he may do with their values (`ACCESS`). What it does not name is as under `ELSE`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.conf import settings

Right = Literal["write", "import", "export", "manage_fields", "manage_people", "backups", "privacy"]
Scope = Literal["none", "own", "team", "below", "all"]
Verb = Literal["see", "change", "delete"]
Act = Literal["create", "import", "export", "share", "reveal"]
Access = Literal["hidden", "masked", "read", "once", "write"]

#: Narrower ones first: of two that hold at once the first counts.
SCOPES: tuple[Scope, ...] = ("none", "own", "team", "below", "all")
#: Acts on rows, each with a scope of its own.
VERBS: tuple[Verb, ...] = ("see", "change", "delete")
#: Acts on an object as a whole. "reveal": see a masked value for once, field by field.
ACTS: tuple[Act, ...] = ("create", "import", "export", "share", "reveal")
#: What one may do with a field; stricter ones first. "once": write where it is blank.
ACCESS: tuple[Access, ...] = ("hidden", "masked", "read", "once", "write")
#: Rights that are about no object.
COMPANY: tuple[Right, ...] = ("manage_fields", "manage_people", "backups", "privacy")
#: The key under which a role says what holds for every object that it does not name.
ELSE = "*"


def today() -> date:
    """The day of the installation, by which shares end."""
    return datetime.now(ZoneInfo(settings.TIME_ZONE)).date()


_NOBODY: frozenset[int] = frozenset()


@dataclass(frozen=True)
class ObjectRights:
    """What a role allows with one object. `pool`: rows that nobody owns count as one's own."""

    see: Scope = "none"
    change: Scope = "none"
    delete: Scope = "none"
    pool: bool = False
    acts: frozenset[str] = frozenset()
    fields: Mapping[str, Access] = field(default_factory=dict)

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> ObjectRights:
        """From the JSON of a role."""
        return cls(
            raw.get("see", "none"),
            raw.get("change", "none"),
            raw.get("delete", "none"),
            bool(raw.get("pool")),
            frozenset(act for act in ACTS if raw.get(act)),
            MappingProxyType(dict(raw.get("fields") or {})),
        )

    def scope(self, verb: Verb) -> Scope:
        """Nobody changes or deletes what he does not see."""
        said: Scope = getattr(self, verb)
        return min(self.see, said, key=SCOPES.index)

    def covers(self, other: ObjectRights) -> bool:
        """Whether all rows are seen, and each field as well as `other` sees it; or `other` sees nothing."""
        limits = ((limit, other.fields.get(key, "write")) for key, limit in self.fields.items())
        shown = all(
            limit not in ("hidden", "masked") or ACCESS.index(theirs) <= ACCESS.index(limit) for limit, theirs in limits
        )
        return other.see == "none" or (self.see == "all" and shown)


@dataclass(frozen=True)
class Reach:
    """Whose rows: those of `people` (None: everybody's), nobody's where `pool`, and the `records` that were shared."""

    people: frozenset[int] | None = None
    pool: bool = True
    records: frozenset[int] = frozenset()

    @property
    def everything(self) -> bool:
        return self.people is None

    def holds(self, owner: int | None, record: int | None) -> bool:
        """Whether a row of that owner is among them; `record` is the one whose shares count for it."""
        return self.decisive(owner, record) is not None

    def decisive(self, owner: int | None, record: int | None) -> Literal["all", "people", "pool", "shared"] | None:
        """What puts such a row among them; None where it is none of them."""
        if self.people is None:
            return "all"
        if self.pool if owner is None else owner in self.people:
            return "pool" if owner is None else "people"
        return "shared" if record in self.records else None


@dataclass(frozen=True, eq=False)
class Rights:
    """All that a person may. Compares by identity: whatever is kept for one is never taken for another.

    `team` are the people of his teams, `below` those of the teams below, too; both with himself. `shared` says by
    object which records were shared with him, and whether to be changed. `ends` is the last day on which all of this
    holds: a share ends then.
    """

    company: frozenset[str] = frozenset()
    objects: Mapping[str, ObjectRights] = field(default_factory=dict)
    own: frozenset[int] = _NOBODY
    team: frozenset[int] = _NOBODY
    below: frozenset[int] = _NOBODY
    shared: Mapping[str, Mapping[int, bool]] = field(default_factory=dict)
    ends: date | None = None

    @property
    def ended(self) -> bool:
        """Whether a share has ended since."""
        return self.ends is not None and self.ends < today()

    def of(self, object_key: str) -> ObjectRights:
        """What is allowed with one object."""
        found = self.objects.get(object_key) or self.objects.get(ELSE)
        return found or _NONE

    def reach(self, verb: Verb, object_key: str, through: str | None = None) -> Reach:
        """Whose rows of an object a person may see, change or delete. Rows that are seen through those of another
        object (`through`) are reached as these are, and no further than their own object allows."""
        rights = [self.of(key) for key in (object_key, through) if key]
        scope = self.of(self.narrowest(verb, object_key, through)).scope(verb)
        if scope == "all":
            return Reach()
        if scope == "none":
            return Reach(_NOBODY, pool=False)
        people = {"own": self.own, "team": self.team, "below": self.below}[scope]
        shared = {} if verb == "delete" else self.shared.get(through or object_key, {})
        records = frozenset(pk for pk, writes in shared.items() if verb == "see" or writes)
        return Reach(people, all(each.pool for each in rights), records)

    def narrowest(self, verb: Verb, object_key: str, through: str | None = None) -> str:
        """The object whose scope decides about rows of an object that are seen through those of another."""
        keys = [key for key in (object_key, through) if key]
        return min(keys, key=lambda key: SCOPES.index(self.of(key).scope(verb)))

    def may(self, right: Right) -> bool:
        """A right of the company; "write", "import" and "export": on any object at all."""
        if right in COMPANY:
            return right in self.company
        if right == "write":
            return any(
                "create" in one.acts or not one.scope("change") == one.scope("delete") == "none"
                for one in self.objects.values()
            )
        return any(right in one.acts for one in self.objects.values())

    @cached_property
    def reading_all(self) -> Rights:
        """The same for a question whose rows are bounded already: of every object that he sees, all rows."""
        seen = {key: replace(one, see="all" if one.see != "none" else "none") for key, one in self.objects.items()}
        return replace(self, objects=seen)

    @cached_property
    def looking(self) -> Rights:
        """The same without anything that changes, gives on or takes along."""
        objects = {
            key: replace(one, change="none", delete="none", acts=frozenset()) for key, one in self.objects.items()
        }
        return replace(self, objects=objects)

    def covers(self, other: Rights) -> bool:
        """Whether nothing is hidden from these rights that `other` shows, whatever is asked: of each object that it
        shows anything of, all rows and every field at least as well."""
        keys = {*self.objects, *other.objects, ELSE}
        return other.company <= self.company and all(self.of(key).covers(other.of(key)) for key in keys)


_NONE = ObjectRights()
_ALL = ObjectRights("all", "all", "all", True, frozenset(ACTS))

#: Of the owner, and of the program itself.
EVERYTHING = Rights(frozenset(COMPANY), MappingProxyType({ELSE: _ALL}))
