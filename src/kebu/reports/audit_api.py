"""The audit log over HTTP: for owners and administrators."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Query, Router, Schema
from pydantic import AwareDatetime, ConfigDict, Field

from kebu.accounts.auth import PersonRequest, authenticated
from kebu.audit import ask
from kebu.audit.log import ACTS, Act
from kebu.core.jobs import enqueue

router = Router(auth=authenticated, tags=["audit"])
MAX_ROWS = 200
PersonId = Annotated[int, Field(ge=0, le=2**63 - 1)]
Acts = Annotated[list[Act], Field(max_length=len(ACTS))]


class Filter(Schema):
    """Which entries; without a word, all. `person` 0 is nobody who is known here; `until` is not itself in it."""

    model_config = ConfigDict(extra="forbid")
    person: PersonId | None = None
    acts: Acts = Field(default_factory=list)
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class EntryOut(Schema):
    number: int
    at: datetime
    act: str
    label: str
    text: str
    person: int | None
    name: str
    via: str
    address: str
    device: str


class ActOut(Schema):
    key: str
    label: str


class EntriesOut(Schema):
    rows: list[EntryOut]
    more: bool = Field(description="Whether older ones follow: ask again with `before`, the last number")
    acts: list[ActOut]


@router.get("/audit", response=EntriesOut, summary="Who did what at the doors of the house, newest first")
def get_audit(
    request: PersonRequest,
    asked: Annotated[Filter, Query()],
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_ROWS)] = 50,
) -> dict[str, Any]:
    request.actor.require("manage_people")
    language = request.actor.language
    found = ask.page(ask.Asked(**asked.dict()), language, before=before, limit=limit)
    return {**found, "acts": ask.acts(language)}


@router.post("/audit/export", summary="The entries as a workbook, by a job")
def post_audit_export(request: PersonRequest, body: Filter) -> dict[str, int]:
    request.actor.require("manage_people")
    job = enqueue("reports.audit", body.model_dump(mode="json"), user_id=request.actor.user_id)
    return {"job": job.pk}
