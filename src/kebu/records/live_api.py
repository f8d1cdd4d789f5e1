"""The stream of changes, and where people are, over HTTP."""

from typing import Annotated
from urllib.parse import urlsplit

from django.conf import settings
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from kebu.accounts.auth import PersonRequest, authenticated
from kebu.core.errors import KebuError
from kebu.core.front import EventStream
from kebu.records import live, news, presence
from kebu.records.cursors import place
from kebu.records.snapshots import last_change

router = Router(auth=authenticated, tags=["live"])
Tab = Annotated[str, Field(max_length=40, pattern=r"^[\w-]*$")]


class PlaceBody(Schema):
    """`tab` names the page, made up by it; nulls where it shows no object, or has no cursor in it."""

    model_config = ConfigDict(extra="forbid")

    tab: Tab
    object: str | None = None
    record: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    field: str | None = None


@router.get("/live", summary="What changes, as it happens: server-sent events", response={200: None})
def get_live(
    request: PersonRequest,
    after: Annotated[str, Query(max_length=200)] = "",
    tab: Annotated[str, Query(max_length=40, pattern=r"^[\w-]*$")] = "",
) -> EventStream:
    _refuse_foreign(request)
    live.admit(request.actor)
    known = request.headers.get("Last-Event-ID") or after
    asked = place(request.actor, known) if known else None
    session = request.session.session_key if request.token_id is None else None
    listener = live.Listener(
        request.actor,
        at=asked.after if asked else last_change(),
        tab=tab,
        session=session,
        token=request.token_id,
        viewer=request.viewer.pk if request.viewer else None,
    )
    return EventStream(_first_words(listener, stale=asked is not None and asked.stale), listener)


@router.post("/live/place", response={204: None}, summary="Say where this page is, for the others to see")
def post_place(request: PersonRequest, body: PlaceBody) -> Status[None]:
    presence.arrive(request.actor, body.tab, body.object, body.record, body.field)
    return Status(204, None)


def _first_words(listener: live.Listener, *, stale: bool) -> bytes:
    """What happened since the cursor, and how to come again."""
    begun = b"retry: 5000\n"
    if stale:
        listener.at = last_change()
        return begun + listener.event("reset", b"{}")
    told = news.read(listener.at)
    listener.at = told.last
    parts = [begun, listener.event("hello", b"{}")]
    parts += [listener.event("changes", said) for said in told.told(listener.actor)]
    if told.everything:
        parts.append(listener.event("reset", b"{}"))
    return b"".join(parts)


def _refuse_foreign(request: PersonRequest) -> None:
    """A page of another site must not listen, whatever its browser would let it read."""
    origin = request.headers.get("Origin", "")
    ours = {f"{request.scheme}://{request.get_host()}", settings.BASE_URL}
    foreign = origin and urlsplit(origin)._replace(path="").geturl() not in ours
    if foreign or request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        raise KebuError("cross_site", status=403)
