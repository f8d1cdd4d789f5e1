"""The roles of a company and what each may do. Later roles and finer grants extend this one table."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Right = Literal["write", "import", "export", "manage_fields", "manage_people", "backups"]
Sees = Literal["all", "own"]


@dataclass(frozen=True)
class Role:
    """`rights`: acts that the role allows. `sees`: "own" means rows that the person owns or that nobody owns."""

    rights: frozenset[Right]
    sees: Sees


_EVERYTHING = Role(frozenset({"write", "import", "export", "manage_fields", "manage_people", "backups"}), "all")

#: Roles that a person can have, in the order in which they are offered.
ROLES: Mapping[str, Role] = MappingProxyType(
    {
        "owner": _EVERYTHING,
        "administrator": _EVERYTHING,
        "sales": Role(frozenset({"write", "import", "export"}), "own"),
        "readonly": Role(frozenset(), "all"),
    }
)

#: What the program does by itself (jobs, the command line) is bound by no person's rights.
SYSTEM_ROLE = "system"


def role_of(name: str) -> Role:
    """The role called `name`; a name that is not known may nothing and sees only its own rows."""
    if name == SYSTEM_ROLE:
        return _EVERYTHING
    return ROLES.get(name, Role(frozenset(), "own"))
