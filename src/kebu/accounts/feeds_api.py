"""The address of one's calendar over HTTP; the calendar itself is in `kebu.crm.api`."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema, Status
from pydantic import Field

from kebu.accounts import feeds
from kebu.accounts.auth import PersonRequest, in_session

router = Router(auth=in_session, tags=["accounts"])


class FeedOut(Schema):
    """Null where there is none."""

    created_at: datetime | None
    last_used: datetime | None


class NewFeedOut(Schema):
    uri: str = Field(description="Whoever has this address reads what waits for the person")


@router.get("/feed", response=FeedOut, summary="Whether a calendar program may read what waits for one")
def get_feed(request: PersonRequest) -> dict[str, Any]:
    feed = feeds.of(request.actor)
    return {"created_at": feed and feed.created_at, "last_used": feed and feed.last_used}


@router.post("/feed", response={201: NewFeedOut}, summary="A new address for a calendar program, shown this once")
def post_feed(request: PersonRequest) -> Status[dict[str, str]]:
    return Status(201, {"uri": feeds.make(request.actor)})


@router.delete("/feed", response={204: None}, summary="Let no calendar program read any more")
def delete_feed(request: PersonRequest) -> Status[None]:
    feeds.remove(request.actor)
    return Status(204, None)
