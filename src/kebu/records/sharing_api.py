"""Sharing over HTTP; and what other rights would change, before they are saved."""

from datetime import date
from typing import Annotated, Any

from ninja import Path, Query, Router, Schema, Status
from pydantic import ConfigDict, Field, StrictBool

from kebu.accounts import roles, roles_api
from kebu.accounts.auth import PersonRequest, in_session
from kebu.records import explaining, gains, sharing

router = Router(auth=in_session, tags=["rights"])
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
Ref = Annotated[int, Field(ge=1, le=2**63 - 1)]


class ShareBody(Schema):
    model_config = ConfigDict(extra="forbid")
    user: Ref | None = None
    team: Ref | None = None
    write: StrictBool = False
    until: date | None = None


class RoleTrial(Schema):
    model_config = ConfigDict(extra="forbid")
    rights: dict[str, Any]


@router.get("/records/{object_key}/{record_id}/shares", summary="With whom a record is shared")
def get_shares(request: PersonRequest, object_key: str, record_id: Id) -> dict[str, Any]:
    return {"shares": sharing.shares(request.actor, object_key, record_id)}


@router.post(
    "/records/{object_key}/{record_id}/shares",
    response={201: dict},
    summary="Share a record with a person or a team, to read or to write, until a day",
)
def post_share(request: PersonRequest, object_key: str, record_id: Id, body: ShareBody) -> Status[dict[str, Any]]:
    return Status(201, sharing.share(request.actor, object_key, record_id, **body.dict()))


@router.get(
    "/records/{object_key}/{record_id}/why", summary="Why a person may or may not see a record, or one of its fields"
)
def get_why(
    request: PersonRequest,
    object_key: str,
    record_id: Id,
    person: Annotated[int, Query(ge=1, le=2**63 - 1)],
    field: Annotated[str | None, Query(max_length=80)] = None,
) -> dict[str, Any]:
    return explaining.why(request.actor, object_key, record_id, person=person, key=field)


@router.delete("/shares/{share_id}", response={204: None}, summary="Take a share back")
def delete_share(request: PersonRequest, share_id: Id) -> Status[None]:
    sharing.unshare(request.actor, share_id)
    return Status(204, None)


@router.post("/roles/{role_key}/preview", summary="Who would gain and lose how many rows by other rights of a role")
def post_role_preview(request: PersonRequest, role_key: roles_api.RoleKey, body: RoleTrial) -> dict[str, Any]:
    return gains.of_act(request.actor, lambda: roles.change_role(request.actor, role_key, rights=body.rights))


@router.post("/teams/{team_id}/preview", summary="Who would gain and lose how many rows by another team")
def post_team_preview(request: PersonRequest, team_id: Id, body: roles_api.TeamBody) -> dict[str, Any]:
    return gains.of_act(request.actor, lambda: roles_api.put(request, team_id, body))
