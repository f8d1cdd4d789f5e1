"""Notifications over HTTP."""

from datetime import datetime, time
from typing import Annotated, Any, Literal

from ninja import Router, Schema
from pydantic import ConfigDict, Field, StrictBool, StringConstraints, model_validator

from kebu.accounts import letters
from kebu.accounts.auth import PersonRequest, authenticated
from kebu.notify import tell, wishes
from kebu.notify.mail_api import router as mail_router
from kebu.notify.models import Wish

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


class WishOut(Schema):
    """Times are local ones of the person, `HH:MM`."""

    at: str
    lead_days: int
    quiet_from: str | None
    quiet_to: str | None
    workdays: bool
    in_app: bool
    mail: bool
    digest: bool = Field(description="By mail: all that is told at one time in one, or each in its own")
    mail_is_open: bool = Field(description="Whether the company has a mail server")


Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class WishBody(Schema):
    model_config = ConfigDict(extra="forbid")

    at: Clock | None = Field(None, description="A local time, `HH:MM`, as the others")
    lead_days: Annotated[int, Field(ge=0, le=wishes.MAX_LEAD, strict=True)] | None = None
    quiet_from: Clock | None = Field(None, description="Null, also at the other end, is no quiet")
    quiet_to: Clock | None = None
    workdays: StrictBool | None = None
    in_app: StrictBool | None = None
    mail: StrictBool | None = None
    digest: StrictBool | None = None


_QUIET = ("quiet_from", "quiet_to")


@router.get("/reminders", response=WishOut, summary="How one wants to be told of what comes due")
def get_reminders(request: PersonRequest) -> dict[str, Any]:
    return _wish(wishes.of(request.actor.person_id))


@router.patch("/reminders", response=WishOut, summary="Change how one wants to be told of what comes due")
def patch_reminders(request: PersonRequest, body: WishBody) -> dict[str, Any]:
    said = {key: value for key, value in body.dict(exclude_unset=True).items() if value is not None or key in _QUIET}
    times = {key: value and time.fromisoformat(value) for key, value in said.items() if key in ("at", *_QUIET)}
    return _wish(wishes.change(request.actor, **{**said, **times}))


def _wish(wish: Wish) -> dict[str, Any]:
    times = {key: value and f"{value:%H:%M}" for key in ("at", *_QUIET) for value in (getattr(wish, key),)}
    same = {key: getattr(wish, key) for key in ("lead_days", "workdays", "in_app", "mail", "digest")}
    return {**times, **same, "mail_is_open": letters.are_sent()}


@router.get("/notifications", response=NotificationsOut, summary="What one has been told lately")
def get_notifications(request: PersonRequest) -> dict[str, Any]:
    shown = [each.shown(request.actor.language) for each in tell.latest(request.actor)]
    return {"unread": tell.unread(request.actor), "rows": shown}


@router.post("/notifications/read", response=UnreadOut, summary="Mark notifications as read")
def post_read(request: PersonRequest, body: ReadBody) -> dict[str, int]:
    tell.mark_read(request.actor, body.ids)
    return {"unread": tell.unread(request.actor)}
