"""Importing from the command line: the same plan and the same job, in the foreground, told as one JSON object."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kebu.accounts.actor import SYSTEM, Actor
from kebu.accounts.models import User
from kebu.core import jobs
from kebu.core.errors import KebuError
from kebu.core.models import Job
from kebu.importexport import imports
from kebu.importexport.folder import Folder
from kebu.importexport.models import Import
from kebu.importexport.plan import Sheet

_ENDED = (Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED)
_PAUSE = 0.3


def owner() -> Actor:
    """Who imports at the console: the first owner of the company, else the program itself."""
    user = User.objects.filter(role="owner", is_active=True).order_by("id").first()
    return Actor.of(user, via="import") if user else SYSTEM.by("import")


def import_files(
    actor: Actor,
    paths: Sequence[str],
    *,
    object_key: str | None,
    sheet: str | None,
    options: Mapping[str, Any],
    password: str | None,
    dry_run: bool,
    tell: Callable[[int, int], None],
) -> dict[str, Any]:
    """Import files whole, or say what would happen (`dry_run`); `tell` hears how far it is: done, total.

    KebuError as `imports.start` raises them, `no_such_file`, `no_header` where no sheet says what its rows are called.
    """
    for path in paths:
        if not Path(path).is_file():
            raise KebuError("no_such_file", name=path)
    uploads = [(Path(path).name, Path(path)) for path in paths]
    row = imports.start(actor, uploads, object_key=object_key, password=password, options=options, only_sheet=sheet)
    if not any(one["used"] for one in row.sheets):
        _forget(row)
        raise KebuError("no_header", name=uploads[0][0])
    try:
        if not dry_run and row.total:
            _wait(imports.apply(actor, row.pk), tell)
            row.refresh_from_db()
            if row.error:
                raise KebuError(row.error["code"], **row.error["params"])
        return report(row, actor.language)
    finally:
        if dry_run or not row.total:
            _forget(row)


def _wait(job: Job, tell: Callable[[int, int], None]) -> None:
    """Do the job here, unless a worker has it already; then look on."""
    while True:
        worked = jobs.work_once(only=job)
        job.refresh_from_db()
        tell(job.done, job.total or 0)
        if job.state in _ENDED:
            return
        if not worked:
            time.sleep(_PAUSE)


def _forget(row: Import) -> None:
    Folder(row.folder).remove()
    row.delete()


def report(row: Import, language: str) -> dict[str, Any]:
    """What became, or would become, of each sheet: the shape of `kebu import --json`."""
    told = {(one["file"], one["sheet"]): one for one in row.summary["sheets"]}
    files = []
    for raw in row.sheets:
        sheet = Sheet.of(raw)
        counts = told.get((sheet.file, sheet.index))
        if counts is None:
            continue
        file = row.files[sheet.file]
        files.append(
            {
                "name": file["name"],
                "sheet": sheet.name,
                "encoding": file["encoding"],
                "header_row": sheet.header_row,
                "rows": counts["rows"],
                "columns": [
                    {"header": column.header, "field": row.made_fields.get(column.target or "", column.target)}
                    for column in sheet.columns
                ],
                "created": counts["counts"]["create"],
                "updated": counts["counts"]["update"],
                "same": counts["counts"]["same"],
                "skipped": counts["counts"]["skip"],
                "rejected": counts["counts"]["reject"],
                "flagged": counts["flagged"],
                "problems": [imports.told_problem(language, problem) for problem in counts["problems"]],
            }
        )
    return {"files": files, "objects": row.summary["objects"], "change_set": row.change_set_id}
