"""Adding to the audit log: who did what at the doors of the house, when and from where."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal, Protocol, get_args

import orjson
from django.db import connection, transaction
from django.utils import timezone

from kebu.audit.models import Entry

#: What is noted, in the order in which a filter offers it. Each has its sentence in the messages: `audit_<act>`, and
#: its name, `audit_act_<act>`.
Act = Literal[
    "signed_in", "sign_in_failed", "signed_out", "session_ended", "sessions_ended", "password_changed",
    "passkey_made", "passkey_removed", "passkey_failed", "reset_asked", "password_reset",
    "second_factor_on", "second_factor_off", "second_factor_reset", "second_factor_failed", "recovery_codes_made",
    "recovery_code_used", "two_factor_rules", "company_made",
    "person_added", "invited", "invitation_accepted", "role_changed", "person_disabled", "person_enabled",
    "person_renamed", "token_made", "token_revoked", "calendar_made", "calendar_removed",
    "export", "import", "purged", "erased", "erased_again", "packaged", "anonymized",
    "revealed", "data_rules",
    "viewing_begun", "viewing_ended",
    "role_edited", "role_removed", "team_changed", "team_removed", "shared", "unshared",
    "field_added", "field_changed", "field_deleted",
    "mail_set_up", "mail_removed", "mail_tested",
    "backup_made", "restored", "audit_exported",
]  # fmt: skip
ACTS: tuple[Act, ...] = get_args(Act)

_NEXT = """
INSERT INTO audit_head (id, number, seal) VALUES (1, 1, '')
ON CONFLICT (id) DO UPDATE SET number = audit_head.number + 1
RETURNING number, seal
"""
_SEAL = "UPDATE audit_head SET seal = %s WHERE id = 1"


class Somebody(Protocol):
    """Who acts: `kebu.accounts.actor.Actor` is one."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def name(self) -> str: ...
    @property
    def via(self) -> str: ...


_place: ContextVar[tuple[str, str]] = ContextVar("place", default=("", ""))


@contextmanager
def coming_from(address: str, device: str) -> Iterator[None]:
    """What is noted within came over the net from `address`; `device` is how the browser calls itself."""
    token = _place.set((address[:45], "".join(sign for sign in device if sign.isprintable())[:200]))
    try:
        yield
    finally:
        _place.reset(token)


def place() -> tuple[str, str]:
    """Address and device of the request at work; empty outside of one."""
    return _place.get()


def note(act: Act, who: Somebody | str, **about: Any) -> None:
    """Add an entry, in the transaction of the act, at its end: others who add one wait until it is over.

    `who` is a text for somebody unknown: how he called himself. `about` is small JSON of texts, whole numbers and
    lists of them: what the sentence of the act says, never a secret, and no value of a record.
    """
    address, device = _place.get()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_NEXT)
        number, before = cursor.fetchone()
        entry = Entry(
            number=number,
            at=timezone.now(),
            act=act,
            person=None if isinstance(who, str) else who.user_id,
            name=(who if isinstance(who, str) else who.name)[:254],
            via="" if isinstance(who, str) else who.via,
            address=address,
            device=device,
            about=about,
        )
        entry.seal = seal(entry, before)
        entry.save(force_insert=True)
        cursor.execute(_SEAL, [entry.seal])


def seal(entry: Entry, before: str) -> str:
    """What `entry.seal` is when nothing of the entry nor of those before it was changed."""
    at: datetime = entry.at
    said = [
        before, entry.number, at.astimezone(UTC).isoformat(timespec="microseconds"), entry.act, entry.person,
        entry.name, entry.via, entry.address, entry.device, entry.about,
    ]  # fmt: skip
    return sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()
