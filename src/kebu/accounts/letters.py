"""What people are sent by mail. A higher room sends it; here is what the doors of the house ask for."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kebu.accounts.models import User


class Post(Protocol):
    """Who takes letters. Given by a higher room: accounts knows no mail server."""

    def is_open(self) -> bool:
        """Whether mail is set up."""

    def take(self, user: User, kind: str, *, until: datetime | None, params: dict[str, str]) -> None:
        """Send it once the caller's transaction is committed, and not after `until`.

        `kind` names its words in the locale files: `<kind>_subject` and `<kind>_text`, filled with `params`.
        """


_post: list[Post] = []


def register(post: Post) -> None:
    """Say who takes letters; called once, when the application is ready."""
    _post[:] = [post]


def are_sent() -> bool:
    """Whether somebody takes letters here."""
    return any(post.is_open() for post in _post)


def write(user: User, kind: str, *, until: datetime | None = None, **params: str) -> None:
    """Have a letter sent to a person, in the caller's transaction; where mail is not set up nothing happens."""
    for post in _post:
        if post.is_open():
            post.take(user, kind, until=until, params=params)
