"""Who is here, and on which cell: known for seconds, kept nowhere for long.

Each process holds the places of those who told it theirs, and shares them in one row of its own, written at most once
a second. Where somebody is who went without a word is forgotten after `GONE_SECONDS`.
"""

import os
import secrets
import threading
import time
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

import orjson
from django.utils import timezone

from kebu.accounts.actor import Actor
from kebu.core.errors import KebuError
from kebu.fields.registry import Catalog, catalog
from kebu.records import permissions
from kebu.records.models import Presence
from kebu.records.permissions import Keeper

GONE_SECONDS = 45
_WRITE_SECONDS = 1.0
_MOST = 200
_SELF = f"{os.getpid()}-{secrets.token_hex(4)}"


@dataclass(frozen=True)
class Here:
    """One page of a person: the object that it shows, and the cell with the cursor. `at` in seconds since 1970."""

    user: int
    tab: str
    at: float
    object: str | None
    record: int | None
    field: str | None


_lock = threading.Lock()
_own: dict[tuple[int, str], Here] = {}
_written: tuple[float, bytes] = (0.0, b"[]")
# Whether somebody listens here: then `everybody` is asked twice a second, and shares what waits.
listened = False


@dataclass
class People:
    """Everybody who is here, in all processes."""

    known: Catalog
    places: list[Here]
    _keepers: dict[str, dict[int, tuple[Keeper, bool]]] = field(default_factory=dict)

    def as_seen_by(self, actor: Actor) -> bytes:
        """As JSON: the others, and those of their cells that this person may see."""
        shown = [self._seen(actor, one) for one in self.places if one.user != actor.user_id]
        return orjson.dumps({"people": shown[:_MOST]})

    def _seen(self, actor: Actor, one: Here) -> dict[str, Any]:
        said: dict[str, Any] = {"user": one.user, "tab": one.tab, "object": None, "record": None, "field": None}
        found = self.known.objects.get(one.object or "")
        if found is None or not permissions.exists(actor, found):
            return said
        said["object"] = one.object
        if one.record is None:
            return said
        if found.key not in self._keepers:
            ids = {each.record for each in self.places if each.object == found.key and each.record is not None}
            self._keepers[found.key] = permissions.keepers(found, ids)
        whose, deleted = self._keepers[found.key].get(one.record, permissions.GONE)
        if not deleted and permissions.may_see(actor, found, whose):
            said["record"] = one.record
            if one.field in permissions.fields(actor, self.known, found.key):
                said["field"] = one.field
        return said


def arrive(actor: Actor, tab: str, object_key: str | None, record: int | None, field_key: str | None) -> None:
    """Somebody is here now. KebuError `not_found` or `unknown_field` for a place that he does not see himself."""
    if object_key is not None:
        known = catalog()
        one = known.object(object_key)
        if record is not None:
            permissions.require_seen(actor, one, [record])
        if field_key is not None:
            permissions.field(actor, known, object_key, field_key)
    elif record is not None or field_key is not None:
        raise KebuError("invalid_request")
    with _lock:
        _own[actor.person_id, tab] = Here(actor.person_id, tab, time.time(), object_key, record, field_key)
    share(wait=listened)


def leave(actor: Actor, tab: str) -> None:
    """A page was closed: it is shared with the next word of this process, or forgotten by the others by themselves."""
    with _lock:
        _own.pop((actor.person_id, tab), None)


def share(*, wait: bool = True) -> None:
    """Write this process's row where it is due; `wait`: it is asked again soon."""
    global _written
    now = time.time()
    with _lock:
        for key in [key for key, one in _own.items() if one.at < now - GONE_SECONDS]:
            del _own[key]
        people = [asdict(one) for one in _own.values()]
        before, said = _written
        words = orjson.dumps(people)
        if words == said or (wait and now - before < _WRITE_SECONDS):
            return
        _written = now, words
    at = timezone.now()
    Presence.objects.filter(at__lt=at - timedelta(seconds=4 * GONE_SECONDS)).delete()
    if people:
        Presence.objects.update_or_create(process=_SELF, defaults={"at": at, "people": people})
    else:
        Presence.objects.filter(process=_SELF).delete()


def everybody() -> People:
    """Who is here, in any process, newest place of each page."""
    share()
    now = time.time()
    rows = Presence.objects.exclude(process=_SELF).filter(at__gt=timezone.now() - timedelta(seconds=4 * GONE_SECONDS))
    newest: dict[tuple[int, str], Here] = {}
    with _lock:
        found = list(_own.values())
    found += [Here(**one) for people in rows.values_list("people", flat=True) for one in people]
    for one in found:
        held = newest.get((one.user, one.tab))
        if one.at > now - GONE_SECONDS and (held is None or held.at < one.at):
            newest[one.user, one.tab] = one
    return People(catalog(), sorted(newest.values(), key=lambda one: (one.user, one.tab)))
