"""What people say to each other about records and cells, and who is told of it.

A comment may be read and written by whoever may see its record and its field, a reader too: asking the person who keeps
a record is no change to it, and what is asked beside the table is lost. What was written is its author's alone to
change; an administrator may delete it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, QuerySet

from kebu.accounts.actor import Actor
from kebu.accounts.models import User
from kebu.core import db
from kebu.core.errors import KebuError, not_found
from kebu.fields.registry import Catalog, ObjectType, catalog
from kebu.notify import tell
from kebu.records import history, merging, permissions
from kebu.records.models import Comment, Counter, Thread
from kebu.records.numbers import next_sequence
from kebu.records.permissions import Keeper

MAX_TEXT = 2_000
MAX_MENTIONS = 50
# So many comments has a thread at most: it is told as a whole.
MAX_COMMENTS = 200
# Threads that are told at once.
PAGE = 50
# More of them that changed at once nobody is told one by one.
_MOST = 1_000
_MENTION = re.compile(r"@\[(\d{1,18})\]")


def mentioned(text: str) -> set[int]:
    """The ids of the people whom a text mentions."""
    return {int(one) for one in _MENTION.findall(text)}


# Reading


def listed(actor: Actor, object_key: str, pk: int, *, key: str | None, offset: int) -> dict[str, Any]:
    """The threads of a record, or those of one of its cells: `{"threads", "more"}`, open ones first, newest first.

    KebuError `not_found` for a record that the person does not see, `unknown_field` for such a field.
    """
    known = catalog()
    one = known.object(object_key)
    permissions.require_seen(actor, one, [pk])
    fields = ["", *permissions.fields(actor, known, object_key)]
    if key is not None:
        fields = [permissions.field(actor, known, object_key, key).key]
    rows = Thread.objects.filter(object=object_key, record=pk, field__in=fields)
    rows = rows.filter(Exists(Comment.objects.filter(thread=OuterRef("pk"))))
    found = list(rows.order_by(F("resolved_at").desc(nulls_first=True), "-id")[offset : offset + PAGE + 1])
    return {"threads": _told(actor, found[:PAGE]), "more": len(found) > PAGE}


def marks(actor: Actor, object_key: str, ids: Sequence[int]) -> list[tuple[int, str | None, int]]:
    """Where something open is said among these records: record, field (None: the record as a whole), how many comments.

    Records that the person does not see say nothing.
    """
    known = catalog()
    one = known.object(object_key)
    rows = Thread.objects.filter(db.IdIn(ids, "record"), object=object_key, resolved_at__isnull=True)
    rows = rows.filter(field__in=["", *permissions.fields(actor, known, object_key)])
    counted = list(
        rows.values_list("record", "field").annotate(said=Count("comments")).filter(said__gt=0).order_by("record")
    )
    if not counted:
        return []
    there = one.model.objects.filter(
        permissions.visible_among(actor, one), db.IdIn(list({record for record, _, _ in counted}))
    )
    seen = set(there.values_list("id", flat=True))
    return [(record, key or None, said) for record, key, said in counted if record in seen]


class Said(NamedTuple):
    """One comment of an open thread; `field` is "" where it is on the record as a whole."""

    record: int
    field: str
    author: str
    at: datetime
    text: str


def any_open(object_key: str) -> bool:
    """Whether there is an open thread on any record at all, whoever may see it: none need be asked for then."""
    return Thread.objects.filter(object=object_key, resolved_at__isnull=True).exists()


def open_among(actor: Actor, object_key: str, ids: Sequence[int]) -> list[Said]:
    """What is said in the open threads on these records, oldest first, people mentioned by name.

    Records and fields that the person does not see say nothing.
    """
    known = catalog()
    one = known.object(object_key)
    rows = Thread.objects.filter(db.IdIn(ids, "record"), object=object_key, resolved_at__isnull=True)
    rows = rows.filter(field__in=["", *permissions.fields(actor, known, object_key)])
    threads = {pk: (record, key) for pk, record, key in rows.values_list("id", "record", "field")}
    if not threads:
        return []
    among = db.IdIn(sorted({record for record, _ in threads.values()}))
    there = one.model.objects.filter(permissions.visible_among(actor, one), among)
    seen = set(there.values_list("id", flat=True))
    said = Comment.objects.filter(thread__in=threads).order_by("id")
    found = [
        Said(*threads[thread], author, at, text)
        for thread, author, at, text in said.values_list("thread_id", "author__name", "at", "text")
        if threads[thread][0] in seen
    ]
    meant = set().union(*(mentioned(one.text) for one in found))
    names = dict(User.objects.filter(id__in=meant).values_list("id", "name"))
    return [
        one._replace(text=_MENTION.sub(lambda who: f"@{names.get(int(who[1]), who[1])}", one.text)) for one in found
    ]


def people(actor: Actor, object_key: str, pk: int, *, key: str | None) -> list[dict[str, Any]]:
    """Whom a comment may mention: the people who may see the record and the field, by name."""
    known = catalog()
    one = known.object(object_key)
    permissions.require_seen(actor, one, [pk])
    if key is not None:
        permissions.field(actor, known, object_key, key)
    users = User.objects.order_by("name", "id")
    return [{"id": user.pk, "name": user.name} for user in _who_see(known, one, pk, key or "", users)]


def _who_see(known: Catalog, one: ObjectType, pk: int, key: str, users: Iterable[User]) -> list[User]:
    """Those of these people who may see a record that is there, and one of its fields ("": none in particular)."""
    whose, trashed = permissions.keepers(one, [pk]).get(pk, permissions.GONE)
    if trashed:
        return []
    return [
        user
        for user in users
        if user.is_active
        and permissions.may_see(Actor.of(user), one, whose)
        and (not key or key in permissions.fields(Actor.of(user), known, one.key))
    ]


def _told(actor: Actor, threads: Sequence[Thread]) -> list[dict[str, Any]]:
    said: dict[int, list[Comment]] = {thread.pk: [] for thread in threads}
    for comment in Comment.objects.filter(thread__in=said).select_related("author").order_by("id"):
        said[comment.thread_id].append(comment)
    closers = User.objects.in_bulk([thread.resolved_by_id for thread in threads if thread.resolved_by_id])
    removes = actor.may("manage_people")
    return [
        {
            "id": thread.pk,
            "object": thread.object,
            "record": thread.record,
            "field": thread.field or None,
            "resolved": {"at": history.moment(thread.resolved_at), "by": _person(closers[thread.resolved_by_id])}
            if thread.resolved_at and thread.resolved_by_id
            else None,
            "comments": [
                {
                    "id": comment.pk,
                    "author": _person(comment.author),
                    "text": comment.text,
                    "at": history.moment(comment.at),
                    "edited_at": history.moment(comment.edited_at) if comment.edited_at else None,
                    "rights": {
                        "update": comment.author_id == actor.user_id,
                        "delete": comment.author_id == actor.user_id or removes,
                    },
                }
                for comment in said[thread.pk]
            ],
        }
        for thread in threads
    ]


def _person(user: User) -> dict[str, Any]:
    return {"id": user.pk, "name": user.name}


# Writing


def begin(actor: Actor, object_key: str, pk: int, *, key: str | None, text: str) -> dict[str, Any]:
    """Begin a thread on a record, or on one of its cells; answers it."""
    known = catalog()
    one = known.object(object_key)
    cell = permissions.field(actor, known, object_key, key).key if key is not None else ""
    with _writing():
        permissions.require_seen(actor, one, [pk])
        if db.is_postgres():  # whoever removes the record for good waits, and finds the thread
            one.model.objects.select_for_update(no_key=True).filter(pk=pk).values_list("id").first()
        thread = Thread.objects.create(object=object_key, record=pk, field=cell)
        return _say(actor, known, thread, text)


def reply(actor: Actor, thread_id: int, text: str) -> dict[str, Any]:
    """Say something in a thread, which is open again then; answers it."""
    known = catalog()
    with _writing():
        thread = _thread(actor, known, thread_id)
        if thread.comments.count() >= MAX_COMMENTS:
            raise KebuError("too_many_comments", status=409, limit=MAX_COMMENTS)
        thread.resolved_at, thread.resolved_by = None, None
        return _say(actor, known, thread, text)


def resolve(actor: Actor, thread_id: int, *, resolved: bool) -> dict[str, Any]:
    """Say that a thread is done with, or open it again; answers it. The first who said so stays the one."""
    known = catalog()
    with _writing():
        thread = _thread(actor, known, thread_id)
        if (thread.resolved_at is not None) != resolved:
            thread.resolved_at = datetime.now(UTC) if resolved else None
            thread.resolved_by_id = actor.person_id if resolved else None
            _moved(thread)
        return _told(actor, [thread])[0]


def edit(actor: Actor, comment_id: int, text: str) -> dict[str, Any]:
    """Change what one has said; answers the thread. Whom it mentions now and did not before is told."""
    known = catalog()
    with _writing():
        comment, thread = _comment(actor, known, comment_id)
        if comment.author_id != actor.user_id:
            raise KebuError("not_allowed", status=403)
        before, comment.text = mentioned(comment.text), _clean(text)
        fresh = _addressed(known, thread, mentioned(comment.text) - before)
        comment.edited_at = datetime.now(UTC)
        comment.save(update_fields=["text", "edited_at"])
        _notify(actor, known, thread, comment, fresh, ())
        _moved(thread)
        return _told(actor, [thread])[0]


def delete(actor: Actor, comment_id: int) -> None:
    """Delete what one has said, or as an administrator what somebody has; whoever was told of it no longer is."""
    known = catalog()
    with _writing():
        comment, thread = _comment(actor, known, comment_id)
        if comment.author_id != actor.user_id and not actor.may("manage_people"):
            raise KebuError("not_allowed", status=403)
        tell.take_back([f"mention:{comment.pk}", f"comment:{comment.pk}"])
        comment.delete()
        _moved(thread)


@contextmanager
def _writing() -> Iterator[None]:
    with db.turn(), transaction.atomic():
        yield


def _thread(actor: Actor, known: Catalog, thread_id: int) -> Thread:
    """A thread to change, locked; KebuError `not_found` unless the person may see what it is on."""
    threads: QuerySet[Thread] = Thread.objects.all()
    if db.is_postgres():
        threads = threads.select_for_update()
    thread = threads.filter(pk=thread_id).first()
    one = known.objects.get(thread.object) if thread else None
    if thread is None or one is None or not thread.comments.exists():
        raise not_found()
    permissions.require_seen(actor, one, [thread.record])
    if thread.field and thread.field not in permissions.fields(actor, known, one.key):
        raise not_found()
    return thread


def _comment(actor: Actor, known: Catalog, comment_id: int) -> tuple[Comment, Thread]:
    place = Comment.objects.filter(pk=comment_id).values_list("thread_id", flat=True).first()
    if place is None:
        raise not_found()
    thread = _thread(actor, known, place)
    comment = Comment.objects.filter(pk=comment_id).first()
    if comment is None:  # deleted while the thread was waited for
        raise not_found()
    return comment, thread


def _say(actor: Actor, known: Catalog, thread: Thread, text: str) -> dict[str, Any]:
    before = set(thread.comments.values_list("author_id", "text"))
    clean = _clean(text)
    addressed = _addressed(known, thread, mentioned(clean))
    comment = Comment.objects.create(thread=thread, author_id=actor.person_id, text=clean, at=datetime.now(UTC))
    there = {author for author, _ in before}.union(*(mentioned(said) for _, said in before))
    _notify(actor, known, thread, comment, addressed, there)
    _moved(thread)
    return _told(actor, [thread])[0]


def _clean(text: str) -> str:
    clean = text.replace("\r\n", "\n").strip()
    if not clean:
        raise KebuError("comment_empty", field="text")
    return clean


def _addressed(known: Catalog, thread: Thread, ids: set[int]) -> set[int]:
    """These people, who may be mentioned; KebuError `cannot_mention` where one does not see the record, or is none."""
    if len(ids) > MAX_MENTIONS:
        raise KebuError("too_many_mentions", field="text", limit=MAX_MENTIONS)
    if ids:
        users = User.objects.filter(id__in=ids)
        may = {user.pk for user in _who_see(known, known.object(thread.object), thread.record, thread.field, users)}
        if ids - may:
            raise KebuError("cannot_mention", field="text", details={"users": sorted(ids - may)})
    return ids


def _notify(
    actor: Actor, known: Catalog, thread: Thread, comment: Comment, addressed: Iterable[int], there: Iterable[int]
) -> None:
    """Tell who is mentioned, and of a reply who takes part already. What was said is not in it: the person may lose
    the right to see it, and would still have read it in the bell."""
    addressed, others = set(addressed) - {actor.user_id}, set(there) - {actor.user_id}
    wanted = addressed | others
    if not wanted:
        return
    one = known.object(thread.object)
    row = one.model.objects.filter(pk=thread.record).values_list(one.title, "number").first()
    title, number = row or ("", "")
    link = f"/o/{thread.object}?record={thread.record}&tab=comments"
    for user in _who_see(known, one, thread.record, thread.field, User.objects.filter(id__in=wanted)):
        kind = "mention" if user.pk in addressed else "comment"
        name = permissions.titled(Actor.of(user), known, one, title) or number or ""
        params = {"who": actor.name, "name": name}
        tell.tell(user.pk, kind=kind, key=f"{kind}:{comment.pk}", params=params, link=link)


@merging.follower("threads")
def follow(actor: Actor, one: ObjectType, old: int, new: int, ids: Sequence[int] | None) -> list[int]:
    """What was said of a record is said of the one into which it is merged."""
    found = Thread.objects.filter(object=one.key, record=old)
    threads = list((found if ids is None else found.filter(pk__in=ids)).order_by("id"))
    for thread in threads:
        Thread.objects.filter(pk=thread.pk).update(record=new)
        _moved(thread)
    return [thread.pk for thread in threads]


def _moved(thread: Thread) -> None:
    # Last before commit, or a listener would pass over one that commits later with a lower number.
    thread.sequence = next_sequence(Counter.COMMENTS)
    thread.save(update_fields=["resolved_at", "resolved_by", "sequence"])


# Listening


@dataclass
class Talk:
    """Where something was said up to the number `last`, for whoever listens; `everywhere` where it was too much."""

    last: int
    known: Catalog
    everywhere: bool = False
    places: dict[str, dict[int, set[str]]] = field(default_factory=dict)
    keepers: dict[str, dict[int, tuple[Keeper, bool]]] = field(default_factory=dict)

    def told(self, actor: Actor) -> list[bytes]:
        """The events for one person, as JSON, one for each object: the records that he may see."""
        if self.everywhere:
            return [orjson.dumps({"object": key, "records": None}) for key in sorted(self.known.objects)]
        found = []
        for key, records in sorted(self.places.items()):
            fields = permissions.fields(actor, self.known, key)
            ids = [
                pk
                for pk, said in records.items()
                if self._sees(actor, key, pk) and any(not f or f in fields for f in said)
            ]
            if ids:
                found.append(orjson.dumps({"object": key, "records": ids}))
        return found

    def _sees(self, actor: Actor, key: str, pk: int) -> bool:
        whose, trashed = self.keepers[key].get(pk, permissions.GONE)
        return not trashed and permissions.may_see(actor, self.known.object(key), whose)


def talk(after: int, until: int) -> Talk:
    """What was said since one number, when the last one was `until`: a lower one where a backup took the place."""
    known = catalog()
    if until < after:
        return Talk(until, known, everywhere=True)
    rows = Thread.objects.filter(sequence__gt=after).order_by("sequence")
    found = list(rows.values_list("object", "record", "field", "sequence")[: _MOST + 1])
    if len(found) > _MOST:
        return Talk(until, known, everywhere=True)
    told = Talk(max([until, *(one[3] for one in found)]), known)
    for key, pk, cell, _ in found:
        if key in known.objects:
            told.places.setdefault(key, {}).setdefault(pk, set()).add(cell)
    for key, records in told.places.items():
        told.keepers[key] = permissions.keepers(known.object(key), records)
    return told
