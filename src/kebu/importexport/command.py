"""Importing and exporting from the command line: the same plan and the same job, in the foreground."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast, get_args

from kebu.accounts.actor import SYSTEM, Actor
from kebu.accounts.models import User
from kebu.accounts.people import find_user
from kebu.audit.log import note
from kebu.core import jobs
from kebu.core.errors import KebuError
from kebu.core.models import Job
from kebu.core.text import fold
from kebu.fields.registry import catalog
from kebu.importexport import export, imports
from kebu.importexport.folder import Folder
from kebu.importexport.models import Import
from kebu.importexport.parts import field_place
from kebu.importexport.plan import Sheet
from kebu.records import permissions, saved
from kebu.records.models import View

_ENDED = (Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED)
_PAUSE = 0.3


def owner() -> Actor:
    """Who imports at the console: the first owner of the company, else the program itself."""
    user = User.objects.filter(role="owner", is_active=True).order_by("id").first()
    return Actor.of(user, via="import") if user else SYSTEM.by("import")


def reader(email: str | None) -> Actor:
    """Whose rows and fields are exported: those of the person with that address, else of an owner."""
    return Actor.of(find_user(email), via="command") if email else owner().by("command")


def import_files(
    actor: Actor,
    paths: Sequence[str],
    *,
    object_key: str | None,
    sheet: str | None,
    options: Mapping[str, Any],
    password: str | None,
    is_rehearsal: bool,
    tell: Callable[[int, int], None],
) -> dict[str, Any]:
    """Import files whole, or say what would happen (`is_rehearsal`); `tell` hears how far it is: done, total.

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
        if not is_rehearsal and row.total:
            _wait(imports.apply(actor, row.pk), tell)
            row.refresh_from_db()
            if row.error:
                raise KebuError(row.error["code"], **row.error["params"])
        return report(row, actor.language)
    finally:
        if is_rehearsal or not row.total:
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
                "object": sheet.object or row.object,
                "encoding": file["encoding"],
                "header_row": sheet.header_row,
                "rows": counts["rows"],
                "columns": [
                    {"header": column.header, "field": _field_of(row, sheet, column.target)} for column in sheet.columns
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


def _field_of(row: Import, sheet: Sheet, target: str | None) -> str | None:
    """The field that a column became, a new one by the key that it got."""
    found: str | None = row.made_fields.get(field_place(row, sheet.object or row.object, target or ""), target)
    return found


def in_words(told: Mapping[str, Any]) -> Iterator[str]:
    """The same for people at a console: a line for each sheet, with its problems below it."""
    counted = ("created", "updated", "same", "skipped", "rejected", "flagged")
    for file in told["files"]:
        counts = ", ".join(f"{word} {file[word]}" for word in counted if file[word])
        # Of what its rows are speaks a line only where sheets differ in it.
        became = f" → {file['object']}" if len({one["object"] for one in told["files"]}) > 1 else ""
        yield f"{file['name']} / {file['sheet']}{became}: {file['rows']} rows; {counts}"
        for problem in file["problems"]:
            where = ", ".join(filter(None, (f"row {problem['row']}", problem["column"])))
            value = f" “{problem['value']}”" if problem["value"] else ""
            yield f"  {where}:{value} {problem['message']}"
        unknown = [column["header"] for column in file["columns"] if column["field"] is None and column["header"]]
        if unknown:
            yield f"  no field for: {', '.join(unknown)}"


def export_file(
    actor: Actor,
    out: Path,
    *,
    object_key: str | None,
    view: str | None,
    condition: str | None,
    fields: Sequence[str],
    tell: Callable[[int, int], None],
) -> int:
    """Write a view (by its name in either language, or its key) to `out`, whose ending says how; answers the rows.

    `condition` is a filter as JSON. KebuError `unsupported_ending`, `unknown_view`, `bad_filter`.
    """
    suffix = out.suffix.lower().removeprefix(".")
    if suffix not in get_args(export.Suffix):
        raise KebuError("unsupported_ending", name=out.name)
    known = catalog()
    key = object_key or next(iter(known.objects))
    permissions.require(actor, known.object(key), "export")
    try:
        tree = json.loads(condition) if condition else None
    except ValueError:
        raise KebuError("bad_filter") from None
    given = ({"filter": tree} if tree else {}) | ({"fields": list(fields)} if fields else {})
    found = _view(actor, key, view) if view else None
    ask, spec = export.spec_of(actor, key, found, given)
    looks = export.looks_of(ask, found, given)
    part = out.with_name(f".{out.name}.part")
    try:
        told = export.write_file(ask, spec, part, export.How(cast(export.Suffix, suffix)), tell, looks)
        note("export", actor, object=dict(ask.one.plural), name=out.name, rows=told["rows"])
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return int(told["rows"])


def _view(actor: Actor, object_key: str, name: str) -> View:
    for view in saved.seen(actor, object_key):
        if fold(name) in map(fold, (view.key, *view.names.values())):
            return view
    raise KebuError("unknown_view", name=name[:80])
