"""Roles and teams over HTTP."""

from typing import Annotated, Any

from ninja import Path, Query, Router, Schema, Status
from pydantic import ConfigDict, Field, StringConstraints

from kebu.accounts import roles, teams
from kebu.accounts.auth import PersonRequest, in_session

router = Router(auth=in_session, tags=["rights"])

Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")
]
RoleKey = Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=r"^[a-z_0-9]+$")]
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
Ref = Annotated[int, Field(ge=1, le=2**63 - 1)]


class Body(Schema):
    model_config = ConfigDict(extra="forbid")


class NewRole(Body):
    name: Line
    copy_of: RoleKey


class RoleChange(Body):
    name: Line | None = None
    rights: dict[str, Any] | None = None


class TeamBody(Body):
    """Of a team that is there, what is left out stays as it is."""

    name: Line | None = None
    parent: Ref | None = None
    leader: Ref | None = None
    members: Annotated[list[Ref], Field(max_length=5000)] | None = None


class NewTeam(TeamBody):
    name: Line


@router.get("/roles", summary="The roles of the company, what each may, and how many people have it")
def get_roles(request: PersonRequest) -> dict[str, Any]:
    return {"roles": roles.all_roles(request.actor)}


@router.post("/roles", response={201: dict}, summary="A new role, with the rights of another one")
def post_role(request: PersonRequest, body: NewRole) -> Status[dict[str, Any]]:
    return Status(201, roles.as_json(roles.add_role(request.actor, name=body.name, copy_of=body.copy_of)))


@router.patch("/roles/{role_key}", summary="Change a role; those who have it stay signed in, with the new rights")
def patch_role(request: PersonRequest, role_key: RoleKey, body: RoleChange) -> dict[str, Any]:
    return roles.as_json(roles.change_role(request.actor, role_key, name=body.name, rights=body.rights))


@router.delete("/roles/{role_key}", response={204: None}, summary="Remove a role; its people get the one `instead`")
def delete_role(
    request: PersonRequest, role_key: RoleKey, instead: Annotated[RoleKey | None, Query()] = None
) -> Status[None]:
    roles.remove_role(request.actor, role_key, instead=instead)
    return Status(204, None)


@router.get("/teams", summary="The teams of the company, a tree by `parent`, with their members")
def get_teams(request: PersonRequest) -> dict[str, Any]:
    return {"teams": teams.all_teams(request.actor)}


@router.post("/teams", response={201: dict}, summary="A new team")
def post_team(request: PersonRequest, body: NewTeam) -> Status[dict[str, Any]]:
    return Status(201, {"id": put(request, None, body)})


@router.patch("/teams/{team_id}", summary="Change name, place, leader or members of a team")
def patch_team(request: PersonRequest, team_id: Id, body: TeamBody) -> dict[str, Any]:
    return {"id": put(request, team_id, body)}


@router.delete("/teams/{team_id}", response={204: None}, summary="Remove a team; those below it come up")
def delete_team(request: PersonRequest, team_id: Id) -> Status[None]:
    teams.remove_team(request.actor, team_id)
    return Status(204, None)


def put(request: PersonRequest, team_id: int | None, body: TeamBody) -> int:
    """Change what the body names; answers the id of the team."""
    given = body.dict(exclude_unset=True)
    members = given.pop("members", None)
    given |= {} if members is None else {"members": members}
    return teams.put_team(request.actor, team_id, **given).pk
