"""Notifications over HTTP."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Router, Schema
from pydantic import ConfigDict, Field, model_validator

from kebu.accounts.auth import PersonRequest, authenticated
from kebu.notify import tell
from kebu.notify.mail_api import router as mail_router

router = Router(auth=authenticated, tags=["notify"])
router.add_router("", mail_router)

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]


class NotificationOut(Schema):
    id: int
    at: datetime
    kind: str
    title: str
    body: str
    link: str
    read: bool


class NotificationsOut(Schema):
    unread: int
    rows: list[NotificationOut]


class ReadBody(Schema):
    """Either some of them or all."""

    model_config = ConfigDict(extra="forbid")

    ids: list[Id] | None = Field(None, max_length=tell.SHOWN)
    all: Literal[True] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "ReadBody":
        if (self.ids is None) == (self.all is None):
            raise ValueError("give ids or all")
        return self


class UnreadOut(Schema):
    unread: int


@router.get("/notifications", response=NotificationsOut, summary="What one has been told lately")
def get_notifications(request: PersonRequest) -> dict[str, Any]:
    shown = [each.shown(request.actor.language) for each in tell.latest(request.actor)]
    return {"unread": tell.unread(request.actor), "rows": shown}


@router.post("/notifications/read", response=UnreadOut, summary="Mark notifications as read")
def post_read(request: PersonRequest, body: ReadBody) -> dict[str, int]:
    tell.mark_read(request.actor, body.ids)
    return {"unread": tell.unread(request.actor)}
