"""Backups over HTTP: which there are, and one more. They are fetched and restored on the machine itself."""

from datetime import datetime

from ninja import Router, Schema, Status

from kebu.accounts.auth import PersonRequest, authenticated
from kebu.backups import keep
from kebu.core.jobs import enqueue

router = Router(auth=authenticated, tags=["backups"])


class BackupOut(Schema):
    name: str
    at: datetime
    size: int
    verified: bool


class BackupsOut(Schema):
    rows: list[BackupOut]


@router.get("/backups", response=BackupsOut, summary="The backups on the server's disk, newest first")
def get_backups(request: PersonRequest) -> dict[str, object]:
    rows = keep.listed(request.actor)
    return {"rows": [{"name": one.path.name, "at": one.at, "size": one.size, "verified": one.verified} for one in rows]}


@router.post("/backups", response={202: dict[str, int]}, summary="Make a backup now, by a job")
def post_backup(request: PersonRequest) -> Status[dict[str, int]]:
    request.actor.require("backups")
    return Status(202, {"job": enqueue("backups.make", {}, user_id=request.actor.user_id).pk})
