"""The second factor over HTTP: signing in with it, setting it up, and the rules of who has to have one."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Schema, Status
from pydantic import ConfigDict, Field, StringConstraints

from kebu.accounts import second, signin
from kebu.accounts.auth import PersonRequest, session_only, visitor
from kebu.accounts.passwords import MAX_LENGTH

router = Router(tags=["accounts"])
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
RoleKey = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class CodeBody(Schema):
    model_config = ConfigDict(extra="forbid")
    code: Annotated[str, StringConstraints(min_length=1, max_length=40)]


class PasswordBody(Schema):
    model_config = ConfigDict(extra="forbid")
    password: Annotated[str, StringConstraints(min_length=1, max_length=MAX_LENGTH)]


class RulesBody(Schema):
    model_config = ConfigDict(extra="forbid")
    roles: Annotated[list[RoleKey], Field(max_length=200)]


class StateOut(Schema):
    on: bool
    since: datetime | None
    codes_left: int
    compulsory: bool


class BegunOut(Schema):
    secret: str
    uri: str


class CodesOut(Schema):
    codes: list[str] = Field(description="Shown this once; each lets in once")


class RoleOut(Schema):
    key: str
    names: dict[str, str]


class RulesOut(Schema):
    roles: list[str] = Field(description="The keys of those that have to")
    offered: list[RoleOut]


@router.post("/sign-in/second", response={204: None}, auth=visitor, summary="The code after the password")
def post_second(request: HttpRequest, body: CodeBody) -> Status[None]:
    signin.finish(request, body.code)
    return Status(204, None)


@router.get("/two-factor", response=StateOut, summary="Whether one signs in with a second factor")
def get_state(request: PersonRequest) -> dict[str, Any]:
    session_only(request)
    return second.state(request.person)


@router.post("/two-factor/begin", response=BegunOut, summary="A secret for an authenticator app")
def post_begin(request: PersonRequest, body: PasswordBody) -> dict[str, str]:
    session_only(request)
    return second.begin(request.actor, password=body.password)


@router.post("/two-factor/confirm", response=CodesOut, summary="A first code of the app: from now on it is asked for")
def post_confirm(request: PersonRequest, body: CodeBody) -> dict[str, Any]:
    session_only(request)
    codes = second.confirm(request.actor, body.code)
    second.mark(request.session, request.person)
    return {"codes": codes}


@router.post("/two-factor/codes", response=CodesOut, summary="New recovery codes in place of the old ones")
def post_codes(request: PersonRequest, body: PasswordBody) -> dict[str, Any]:
    session_only(request)
    return {"codes": second.new_codes(request.actor, password=body.password)}


@router.post("/two-factor/off", response={204: None}, summary="Sign in without a second factor again")
def post_off(request: PersonRequest, body: PasswordBody) -> Status[None]:
    session_only(request)
    second.turn_off(request.actor, password=body.password)
    return Status(204, None)


@router.post("/users/{user_id}/two-factor/reset", response={204: None}, summary="Take the second factor from a person")
def post_reset(request: PersonRequest, user_id: Id) -> Status[None]:
    session_only(request)
    second.reset(request.actor, user_id)
    return Status(204, None)


@router.get("/sign-in-rules", response=RulesOut, summary="Which roles have to have a second factor")
def get_rules(request: PersonRequest) -> dict[str, Any]:
    return second.rules(request.actor)


@router.patch("/sign-in-rules", response=RulesOut, summary="Say which roles have to have a second factor")
def patch_rules(request: PersonRequest, body: RulesBody) -> dict[str, Any]:
    session_only(request)
    second.set_rules(request.actor, body.roles)
    return second.rules(request.actor)
