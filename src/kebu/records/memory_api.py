"""The trash and what was done over HTTP: the same routes for every object."""

from datetime import date
from typing import Annotated, Any, Literal

from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from kebu.accounts.auth import PersonRequest, authenticated
from kebu.records import changes, trash, write

router = Router(auth=authenticated, tags=["memory"])

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
PathId = Annotated[int, Path(ge=1, le=2**63 - 1)]
QueryId = Annotated[int | None, Query(ge=1, le=2**63 - 1)]


class IdsBody(Schema):
    """Records of one object."""

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[Id], Field(min_length=1, max_length=write.MAX_BATCH)]
    label: Annotated[str, Field(max_length=200)] = ""


@router.get("/trash/{object_key}", summary="What was deleted in the last 30 days, latest first")
def get_trash(
    request: PersonRequest,
    object_key: str,
    search: Annotated[str, Query(max_length=200)] = "",
    offset: Annotated[int, Query(ge=0, le=2**40)] = 0,
    limit: Annotated[int, Query(ge=1, le=trash.MAX_PAGE)] = 100,
) -> dict[str, Any]:
    return trash.listed(request.actor, object_key, words=search.strip(), offset=offset, limit=limit)


@router.post("/trash/{object_key}/restore", summary="Bring records back from the trash, with what went with them")
def post_restore(request: PersonRequest, object_key: str, body: IdsBody) -> dict[str, int]:
    return {"change_set": trash.restore(request.actor, object_key, body.ids, label=body.label)}


@router.post("/trash/{object_key}/purge", summary="Remove records of the trash for good; administrators only")
def post_purge(request: PersonRequest, object_key: str, body: IdsBody) -> dict[str, int]:
    return {"change_set": trash.purge(request.actor, object_key, body.ids)}


Via = Literal["table", "import", "api", "undo", "rule", "system", "command"]


@router.get("/changesets", summary="What was done, newest first: one's own, everybody's for an administrator")
def get_change_sets(
    request: PersonRequest,
    of: Annotated[str | None, Query(alias="object", max_length=80)] = None,
    person: QueryId = None,
    via: Via | None = None,
    since: date | None = None,
    until: date | None = None,
    before: QueryId = None,
    limit: Annotated[int, Query(ge=1, le=changes.MAX_PAGE)] = 50,
) -> dict[str, Any]:
    found = changes.listed(
        request.actor,
        object_key=of,
        person=person,
        via=via,
        since=since,
        until=until,
        before=before,
        limit=limit,
    )
    return {"change_sets": found}


@router.get("/changesets/{change_set_id}", summary="One change set, with what it changed")
def get_change_set(request: PersonRequest, change_set_id: PathId, before: QueryId = None) -> dict[str, Any]:
    return changes.opened(request.actor, change_set_id, before=before)


@router.get("/changesets/{change_set_id}/preview", summary="What an undo would change back, and what would stay")
def get_preview(request: PersonRequest, change_set_id: PathId) -> dict[str, Any]:
    return changes.preview(request.actor, change_set_id)
