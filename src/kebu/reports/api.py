"""Reports over HTTP."""

from typing import Annotated, Any

from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from kebu.accounts.auth import PersonRequest, authenticated
from kebu.core.jobs import enqueue
from kebu.reports import tiles

router = Router(auth=authenticated, tags=["reports"])
MAX_MONTHS = 60


class ExportBody(Schema):
    model_config = ConfigDict(extra="forbid")
    months: Annotated[int, Field(ge=1, le=MAX_MONTHS)] = 12


@router.get("/reports/overview", summary="The figures of the overview; each point carries the filter of its rows")
def get_overview(request: PersonRequest, months: Annotated[int, Query(ge=1, le=MAX_MONTHS)] = 12) -> dict[str, Any]:
    return {"tiles": tiles.overview(request.actor, months=months)}


@router.post("/reports/overview/export", summary="The overview as an xlsx with native charts, by a job")
def post_export(request: PersonRequest, body: ExportBody) -> dict[str, int]:
    request.actor.require("export")
    job = enqueue("reports.export", {"months": body.months}, user_id=request.actor.user_id)
    return {"job": job.pk}
