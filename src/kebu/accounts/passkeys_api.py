"""Passkeys over HTTP: one's own, and signing in by them."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Schema, Status
from pydantic import ConfigDict, Field, StrictBool, StringConstraints

from kebu.accounts import limits, passkeys, second, signin
from kebu.accounts.auth import PersonRequest, session_only, visitor
from kebu.accounts.models import Passkey
from kebu.accounts.passwords import MAX_LENGTH

router = Router(tags=["accounts"])
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")
]
#: Bytes in base64url.
Bytes = Annotated[str, StringConstraints(max_length=16_000, pattern=r"^[A-Za-z0-9_=-]*$")]
KeyId = Annotated[str, StringConstraints(min_length=1, max_length=1400, pattern=r"^[A-Za-z0-9_-]+$")]


class Body(Schema):
    model_config = ConfigDict(extra="forbid")


class PasswordBody(Body):
    password: Annotated[str, StringConstraints(min_length=1, max_length=MAX_LENGTH)]


class NameBody(Body):
    name: Name


class MadeResponse(Body):
    clientDataJSON: Bytes  # noqa: N815 -- WebAuthn's name
    attestationObject: Bytes  # noqa: N815


class MadeCredential(Body):
    id: KeyId
    response: MadeResponse


class MadeBody(Body):
    name: Name
    credential: MadeCredential


class AnswerResponse(Body):
    clientDataJSON: Bytes  # noqa: N815
    authenticatorData: Bytes  # noqa: N815
    signature: Bytes
    userHandle: Bytes | None = None  # noqa: N815


class AnswerCredential(Body):
    id: KeyId
    response: AnswerResponse


class AnswerBody(Body):
    credential: AnswerCredential


class AskBody(Body):
    after_password: StrictBool = Field(False, description="As the second factor of who has just given the password")


class PasskeyOut(Schema):
    id: int
    name: str
    created_at: datetime
    last_used: datetime | None


class PasskeysOut(Schema):
    available: bool = Field(description="Browsers make them for this address")
    rows: list[PasskeyOut]


class OptionsOut(Schema):
    publicKey: dict[str, Any] = Field(description="For the browser; bytes are in base64url")  # noqa: N815


@router.get("/passkeys", response=PasskeysOut, summary="One's own passkeys")
def get_passkeys(request: PersonRequest) -> dict[str, Any]:
    session_only(request)
    return {"available": passkeys.available(), "rows": passkeys.of(request.actor)}


@router.post("/passkeys/begin", response=OptionsOut, summary="What the browser needs to make a passkey")
def post_begin(request: PersonRequest, body: PasswordBody) -> dict[str, Any]:
    session_only(request)
    return passkeys.begin(request.actor, request.session, password=body.password)


@router.post("/passkeys", response={201: PasskeyOut}, summary="Keep the passkey that the browser has made")
def post_passkey(request: PersonRequest, body: MadeBody) -> Status[Passkey]:
    session_only(request)
    made = passkeys.add(request.actor, request.session, name=body.name, credential=_whole(body.credential))
    second.mark(request.session, request.person)
    return Status(201, made)


@router.patch("/passkeys/{passkey_id}", response=PasskeyOut, summary="Another name")
def patch_passkey(request: PersonRequest, passkey_id: Id, body: NameBody) -> Passkey:
    session_only(request)
    return passkeys.rename(request.actor, passkey_id, body.name)


@router.post("/passkeys/{passkey_id}/remove", response={204: None}, summary="A passkey lets in no more")
def post_remove(request: PersonRequest, passkey_id: Id, body: PasswordBody) -> Status[None]:
    session_only(request)
    passkeys.remove(request.actor, passkey_id, password=body.password)
    return Status(204, None)


@router.post(
    "/sign-in/passkey/begin", response=OptionsOut, auth=visitor, summary="What the browser needs to sign in by one"
)
def post_ask(request: HttpRequest, body: AskBody) -> dict[str, Any]:
    limits.count_passkey(request)
    if not body.after_password:
        signin.forget_waiting(request)
    return passkeys.ask(request.session, signin.waiting(request))


@router.post("/sign-in/passkey", response={204: None}, auth=visitor, summary="Sign in by a passkey")
def post_answer(request: HttpRequest, body: AnswerBody) -> Status[None]:
    limits.count_passkey(request)
    signin.finish_by_passkey(request, _whole(body.credential))
    return Status(204, None)


def _whole(credential: Schema) -> dict[str, Any]:
    """As WebAuthn has it: the id a second time, and the type."""
    said = credential.dict(exclude_none=True)
    return {**said, "rawId": said["id"], "type": "public-key"}
