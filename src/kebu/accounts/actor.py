"""Who acts, and by which way: the first argument of every domain function."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from kebu.accounts.reaching import rights_of
from kebu.accounts.rights import EVERYTHING, Right, Rights
from kebu.accounts.scopes import Scopes, narrowed
from kebu.core.errors import KebuError

if TYPE_CHECKING:
    from kebu.accounts.models import User

Via = Literal["table", "import", "api", "undo", "rule", "system", "command"]


@dataclass(frozen=True)
class Actor:
    """A person (or the program: `user_id` None) on the way `via`; a value that is safe to keep and to compare.

    `zone` is an IANA name that was valid when it was stored. `rights_version` changes whenever what the person
    may see can have changed; whatever is kept per person has it in its key.
    """

    user_id: int | None
    role: str
    language: str
    zone: str
    via: Via
    name: str
    rights_version: int = 0
    rights: Rights = field(default_factory=Rights, compare=False, repr=False)
    # What a token lets of the rights; they are cut down to it already.
    scopes: Scopes | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, user: User, via: Via = "table") -> Actor:
        """`user` acting by the way `via`."""
        return cls(
            user_id=user.pk,
            role=user.role,
            language=user.language,
            zone=user.time_zone,
            via=via,
            name=user.name,
            # Both only grow: their sum changes with either.
            rights_version=user.rights_version + user.reach_version,
            rights=rights_of(user),
        )

    @classmethod
    def looking(cls, user: User) -> Actor:
        """`user` as somebody else looks at the program with his eyes: nothing is changed that way."""
        one = cls.of(user)
        return replace(one, rights=one.rights.looking)

    def by(self, via: Via) -> Actor:
        """The same person by another way."""
        return replace(self, via=via)

    def within(self, scopes: Scopes | None) -> Actor:
        """The same person by a token of these scopes (None: of none); what such a token begins goes on within them."""
        if scopes is None:
            return self
        return replace(self, rights=narrowed(self.rights, scopes), scopes=scopes)

    @property
    def person_id(self) -> int:
        """The acting person's id, where only a person makes sense: KebuError `not_allowed` (403) for the program."""
        if self.user_id is None:
            raise KebuError("not_allowed", status=403)
        return self.user_id

    def may(self, right: Right) -> bool:
        """Whether the role allows `right`; "write", "import" and "export": with any object at all. Which ones, and on
        whose rows, `records.permissions` says."""
        return self.rights.may(right)

    def require(self, right: Right) -> None:
        """Raise KebuError `not_allowed` (403) unless the role allows `right`."""
        if not self.may(right):
            raise KebuError("not_allowed", status=403)


#: What the program does by itself (jobs, the command line) is bound by no person's rights.
SYSTEM = Actor(
    user_id=None, role="system", language="zh-Hans", zone="Asia/Shanghai", via="system", name="", rights=EVERYTHING
)
