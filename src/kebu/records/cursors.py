"""Where somebody is in the stream of changes: opaque, bound to the person, good for a while."""

import hmac
import time
from dataclasses import dataclass

from django.utils.crypto import salted_hmac

from kebu.accounts.actor import Actor
from kebu.core.errors import KebuError

# Who was away for longer asks everything anew: cheaper than all that happened, and the same for everybody.
KEEP_SECONDS = 600


@dataclass(frozen=True)
class Place:
    """The changes up to the number `after` are known; `stale`: too long ago, or under other rights."""

    after: int
    stale: bool


def cursor(actor: Actor, after: int) -> str:
    """The cursor of a person who knows all changes up to the number `after`."""
    said = f"{after}.{int(time.time())}.{actor.rights_version}"
    return f"{said}.{_signed(actor, said)}"


def place(actor: Actor, text: str) -> Place:
    """What a cursor says. KebuError `foreign_cursor` (403) for another person's, or for none of ours."""
    said, _, signature = text.rpartition(".")
    if not text.isascii() or not hmac.compare_digest(signature, _signed(actor, said)):
        raise KebuError("foreign_cursor", status=403)
    after, at, rights = map(int, said.split("."))
    return Place(after, time.time() - at > KEEP_SECONDS or rights != actor.rights_version)


def _signed(actor: Actor, said: str) -> str:
    return salted_hmac("kebu.records.cursor", f"{said} {actor.user_id}").hexdigest()[:24]
