"""A forgotten password over HTTP: asking for a link, and choosing a new password by it."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from pydantic import ConfigDict, StringConstraints

from kebu.accounts import letters, limits, passkeys, resets, signin
from kebu.accounts.auth import sign_in, visitor
from kebu.accounts.passwords import MAX_LENGTH

router = Router(tags=["accounts"], auth=visitor)


class AskBody(Schema):
    model_config = ConfigDict(extra="forbid")
    email: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=254)]


class ChosenBody(Schema):
    model_config = ConfigDict(extra="forbid")
    password: Annotated[str, StringConstraints(min_length=1, max_length=MAX_LENGTH)]


class OfferedOut(Schema):
    reset: bool = Field(description="A forgotten password is helped by mail")
    passkeys: bool


class WhoseOut(Schema):
    email: str


@router.get("/sign-in", response=OfferedOut, summary="What the sign-in page offers here")
def get_offered(request: HttpRequest) -> dict[str, bool]:
    return {"reset": letters.are_sent(), "passkeys": passkeys.available()}


@router.post("/resets", response={204: None}, summary="Send a link for a new password; the same answer for everybody")
def post_reset(request: HttpRequest, body: AskBody) -> Status[None]:
    limits.count_reset(request, body.email)
    resets.ask(body.email)
    return Status(204, None)


@router.get("/resets/{token}", response=WhoseOut, summary="Whose link it is")
def get_reset(request: HttpRequest, token: str) -> dict[str, str]:
    limits.count_invitation(request)
    return {"email": resets.opened(token).email}


@router.post("/resets/{token}", response={204: None}, summary="Choose a new password, and sign in")
def post_chosen(request: HttpRequest, token: str, body: ChosenBody) -> Status[None]:
    limits.count_invitation(request)
    user = resets.use(token, password=body.password)
    signin.ask_for_code(request, user)
    sign_in(request, user, way="link")
    return Status(204, None)
