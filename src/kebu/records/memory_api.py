"""The trash over HTTP: the same routes for every object."""

from typing import Annotated, Any

from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from kebu.accounts.auth import PersonRequest, authenticated
from kebu.records import trash, write

router = Router(auth=authenticated, tags=["memory"])

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]


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
