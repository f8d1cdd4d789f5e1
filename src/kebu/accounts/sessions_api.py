"""Sessions over HTTP: where somebody is signed in, and ending that."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Path, Router, Schema, Status

from kebu.accounts import sessions
from kebu.accounts.auth import PersonRequest, session_only

router = Router(tags=["accounts"])
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]


class SessionOut(Schema):
    id: int
    current: bool
    way: str
    address: str
    device: str
    created_at: datetime
    last_used: datetime


class SessionsOut(Schema):
    rows: list[SessionOut]


class EndedOut(Schema):
    ended: int


@router.get("/sessions", response=SessionsOut, summary="Where one is signed in, the last used first")
def get_sessions(request: PersonRequest) -> dict[str, Any]:
    session_only(request)
    here = request.session.session_key
    keys = ("id", "way", "address", "device", "created_at", "last_used")
    rows = sessions.of(request.actor)
    return {"rows": [{**{key: getattr(row, key) for key in keys}, "current": row.session == here} for row in rows]}


@router.post("/sessions/end-others", response=EndedOut, summary="Sign out everywhere but here")
def post_end_others(request: PersonRequest) -> dict[str, int]:
    session_only(request)
    return {"ended": sessions.end_others(request.actor, request.session)}


@router.delete("/sessions/{session_id}", response={204: None}, summary="Sign out of one of one's sessions")
def delete_session(request: PersonRequest, session_id: Id) -> Status[None]:
    session_only(request)
    sessions.end(request.actor, session_id)
    return Status(204, None)


@router.post("/users/{user_id}/sign-out", response=EndedOut, summary="Sign a person out everywhere")
def post_sign_out(request: PersonRequest, user_id: Id) -> dict[str, int]:
    session_only(request)
    return {"ended": sessions.end_all(request.actor, user_id)}
