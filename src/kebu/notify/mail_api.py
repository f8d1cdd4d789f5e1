"""The mail server over HTTP: owners set it up, administrators see it and try it."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field, StringConstraints

from kebu.accounts.auth import PersonRequest, session_only
from kebu.notify import outbox, server

router = Router(tags=["notify"])

_LINE = r"^[^\x00-\x1f\x7f]*$"
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100, pattern=_LINE)]
Word = Annotated[str, StringConstraints(max_length=254, pattern=_LINE)]


class ServerBody(Schema):
    model_config = ConfigDict(extra="forbid")

    host: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=253, pattern=_LINE)]
    port: Annotated[int, Field(ge=1, le=65535, strict=True)]
    security: server.Security
    username: Word = ""
    password: Word | None = Field(None, description="Null keeps the one there is")
    sender: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=254)]
    name: Line = ""


class ServerOut(Schema):
    host: str
    port: int
    security: str
    username: str
    has_password: bool
    sender: str
    name: str
    fixed: bool = Field(description="Set by the environment; not to be changed here")


class MailOut(Schema):
    at: datetime
    to: str
    kind: str
    state: str
    answer: str


class MailsOut(Schema):
    server: ServerOut | None
    recent: list[MailOut]


class TestOut(Schema):
    taken: bool
    answer: str = Field(description="What the mail server said")


@router.get("/mail", response=MailsOut, summary="The mail server that is set up, and the mails of late")
def get_mail(request: PersonRequest) -> dict[str, Any]:
    session_only(request)
    return _shown(request)


@router.patch("/mail", response=MailsOut, summary="Set the mail server up; owners only")
def patch_mail(request: PersonRequest, body: ServerBody) -> dict[str, Any]:
    session_only(request)
    server.set_up(request.actor, **body.dict())
    return _shown(request)


@router.delete("/mail", response={204: None}, summary="Send no mail any more; owners only")
def delete_mail(request: PersonRequest) -> Status[None]:
    session_only(request)
    server.remove(request.actor)
    return Status(204, None)


@router.post("/mail/test", response=TestOut, summary="Send oneself a mail at once, and hear what the server says")
def post_test(request: PersonRequest) -> dict[str, Any]:
    session_only(request)
    taken, answer = outbox.send_test(request.actor)
    return {"taken": taken, "answer": answer}


def _shown(request: PersonRequest) -> dict[str, Any]:
    mails = outbox.latest(request.actor)
    recent = [
        {"at": one.created_at, "to": one.user.email, "kind": one.kind, "state": one.state, "answer": one.answer}
        for one in mails
    ]
    at = server.current()
    if at is None:
        return {"server": None, "recent": recent}
    keys = ("host", "port", "security", "username", "sender", "name", "fixed")
    shown = {key: getattr(at, key) for key in keys}
    return {"server": {**shown, "has_password": bool(at.password)}, "recent": recent}
