"""Who listens hears of changes as they happen: one thread of each process reads, for all its listeners.

Processes share nothing but the database, which is asked ten times a second for its last number: that is cheaper than
any way of being woken, works through every pooler, and nobody who saves has to think of it.
"""

import logging
import threading
import time
from collections import defaultdict

from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection
from django.db.models import F
from django.utils import timezone

from kebu.accounts import viewing
from kebu.accounts.actor import Actor
from kebu.accounts.models import Token, User
from kebu.core.errors import KebuError
from kebu.core.front import Line
from kebu.notify.models import Notification
from kebu.records import comments, news, presence
from kebu.records.cursors import cursor
from kebu.records.news import Marks, News

log = logging.getLogger(__name__)

POLL_SECONDS = 0.1
# Rights that were taken away end a stream within five seconds; so much is left for everything else.
RIGHTS_SECONDS = 2.0
PEOPLE_SECONDS = 0.5
MAX_LISTENERS = 500
MAX_OF_ONE_PERSON = 30
_PULSE = (
    "SELECT (SELECT value FROM records_counter WHERE id = 1), (SELECT version FROM fields_catalogversion WHERE id = 1),"
    " coalesce((SELECT max(id) FROM notify_notification), 0),"
    " coalesce((SELECT value FROM records_counter WHERE id = 2), 0)"
)


class Listener:
    """One open stream of a person; `at` is the number of the last change that he was told of. `viewer`: the id of who
    looks at it as this person."""

    def __init__(
        self, actor: Actor, *, at: int, tab: str, session: str | None, token: int | None, viewer: int | None = None
    ) -> None:
        self.actor, self.at, self.tab = actor, at, tab
        self.session, self.token, self.viewer = session, token, viewer
        self.people: bytes | None = None
        self.line = Line(lambda: self.event("beat", b"{}"))

    def event(self, name: str, data: bytes) -> bytes:
        """An event with the place in the stream that it leads to."""
        return b"id: %b\nevent: %b\ndata: %b\n\n" % (cursor(self.actor, self.at).encode(), name.encode(), data)

    def hear(self, told: News) -> None:
        """Send what of the news is for this person."""
        if self.at >= told.last and not told.everything:
            return
        self.at = told.last
        for said in told.told(self.actor):
            self.line.put(self.event("changes", said))
        if told.everything:
            self.line.put(self.event("reset", b"{}"))

    def begin(self) -> None:
        _hub.add(self)

    def close(self) -> None:
        _hub.remove(self)
        if self.viewer is None:  # who only looks was nowhere
            presence.leave(self.actor, self.tab)


def admit(actor: Actor) -> None:
    """KebuError `busy` (503) or `too_many_requests` (429) where nobody more can listen here."""
    total, own = _hub.count(actor)
    if own >= MAX_OF_ONE_PERSON:
        raise KebuError("too_many_requests", status=429)
    if total >= MAX_LISTENERS:
        raise KebuError("busy", status=503)


class _Hub:
    """The listeners of this process, and the thread that works for them while there are any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: set[Listener] = set()
        self._thread: threading.Thread | None = None
        self._at = 0
        self._marks: Marks = {}
        self._version: int | None = None
        self._notified: int | None = None
        self._said: int | None = None
        self._next_people = self._next_rights = 0.0

    def add(self, listener: Listener) -> None:
        with self._lock:
            self._listeners.add(listener)
            if self._thread is None:
                self._at = listener.at
                self._marks, self._version, self._notified, self._said = {}, None, None, None
                self._thread = threading.Thread(target=self._run, name="kebu-live", daemon=True)
                presence.listened = True
                self._thread.start()

    def remove(self, listener: Listener) -> None:
        with self._lock:
            self._listeners.discard(listener)

    def count(self, actor: Actor) -> tuple[int, int]:
        """How many listen, and how many of them are this person."""
        with self._lock:
            own = sum(one.actor.user_id == actor.user_id for one in self._listeners)
            return len(self._listeners), own

    def _run(self) -> None:
        try:
            while True:
                with self._lock:
                    if not self._listeners:
                        self._thread = None
                        presence.listened = False
                        return
                    listeners = list(self._listeners)
                try:
                    self._tick(listeners)
                except DatabaseError as error:
                    # It restarts, or is being restored: nothing is lost, the numbers go on where they were.
                    log.warning("live: %s", type(error).__name__)
                    connection.close()
                    time.sleep(1)
                except Exception:
                    log.exception("live")
                    for one in listeners:
                        one.line.end()  # they come again, from where they were
                time.sleep(POLL_SECONDS)
        finally:
            connection.close()

    def _tick(self, listeners: list[Listener]) -> None:
        with connection.cursor() as query:
            query.execute(_PULSE)
            number, version, notified, said = query.fetchone()
        self._changes(listeners, number or 0)
        if version != self._version:
            if self._version is not None:
                self._tell(listeners, "objects")
            self._version = version
        if notified != self._notified:
            self._notices(listeners, notified)
        if said != self._said:
            self._comments(listeners, said)
        now = time.monotonic()
        if now >= self._next_rights:
            self._next_rights = now + RIGHTS_SECONDS
            self._rights(listeners)
        if now >= self._next_people:
            self._next_people = now + PEOPLE_SECONDS
            self._people(listeners)

    def _changes(self, listeners: list[Listener], number: int) -> None:
        late: dict[int, list[Listener]] = defaultdict(list)
        for one in listeners:
            if one.at < self._at:  # came while others were told
                late[one.at].append(one)
        for at, some in late.items():
            self._hear(some, news.read(at, until=self._at))
        if number == self._at:
            return
        told = news.read(self._at, marks=self._marks)
        self._at = told.last
        self._hear(listeners, told)

    def _hear(self, listeners: list[Listener], told: News) -> None:
        for one in listeners:
            one.hear(told)

    def _tell(self, listeners: list[Listener], name: str) -> None:
        for one in listeners:
            one.line.put(one.event(name, b"{}"))

    def _notices(self, listeners: list[Listener], notified: int) -> None:
        if self._notified is not None:
            people = Notification.objects.filter(id__gt=self._notified).values_list("user_id", flat=True)
            told = set(people)
            self._tell([one for one in listeners if one.actor.user_id in told], "notices")
        self._notified = notified

    def _comments(self, listeners: list[Listener], said: int) -> None:
        if self._said is not None:
            told = comments.talk(self._said, said)
            for one in listeners:
                for words in told.told(one.actor):
                    one.line.put(one.event("comments", words))
            said = told.last
        self._said = said

    def _people(self, listeners: list[Listener]) -> None:
        people = presence.everybody()
        for one in listeners:
            said = people.as_seen_by(one.actor)
            if said != one.people:
                one.people = said
                one.line.put(one.event("people", said))

    def _rights(self, listeners: list[Listener]) -> None:
        """End the streams of those who were disabled, have other rights now, signed out, or look as another no more."""
        users = User.objects.filter(id__in={one.actor.user_id for one in listeners}, is_active=True)
        rights = dict(users.values_list("id", F("rights_version") + F("reach_version")))
        keys = {one.session for one in listeners if one.session}
        sessions = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
        open_sessions = set(sessions.values_list("session_key", flat=True))
        held = Token.objects.filter(id__in={one.token for one in listeners if one.token})
        tokens = set(held.exclude(expires_at__lte=timezone.now()).values_list("id", flat=True))
        for one in listeners:
            same = rights.get(one.actor.user_id) == one.actor.rights_version and not one.actor.rights.ended
            signed_in = one.token in tokens if one.token else one.session in open_sessions
            looks = one.viewer is None or viewing.goes_on(one.viewer, one.actor.person_id, one.session or "")
            if not (same and signed_in and looks):
                self.remove(one)
                one.line.put(b"event: bye\ndata: {}\n\n")
                one.line.end()


_hub = _Hub()
