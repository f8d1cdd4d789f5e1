"""A workbook that went out and came back is taken up: which export it is, and the comparison, at once or by a job.

The upload and its cells lie where those of any import lie; only what happens to a row is found out otherwise
(`comparing`). What a person makes of it: `roundtrip`.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from kebu.accounts.actor import Actor
from kebu.accounts.models import User
from kebu.core import jobs
from kebu.core.errors import KebuError
from kebu.core.jobs import Run
from kebu.core.models import Job
from kebu.fields.registry import ObjectType, catalog
from kebu.importexport import choosing, imports, traces
from kebu.importexport.choosing import Choices
from kebu.importexport.comparing import KINDS, Comparing, Tell
from kebu.importexport.folder import Folder
from kebu.importexport.models import Exported, Import
from kebu.importexport.plan import require_import
from kebu.records import history, snapshots

#: A comparison of more rows than this is a job; less is waited for, about a second.
AT_ONCE = 2000


def begin(actor: Actor, pk: int, export: str | None = None) -> tuple[Import, Job | None]:
    """Compare, at once where the file is small, or else by a job; asked twice, it is one job.

    `export`: the key of one of the exports in the file, the first where none is said. One that was compared already
    beside another one of the same upload is answered as it stands. KebuError as `compare`.
    """
    row, exported, before = _ready(actor, pk, export)
    if before is not row and (beside := _beside(before, exported)) is not None:
        return beside, None
    if traces.rows_of(row, exported) <= AT_ONCE:
        return _compare(actor, row, exported, before, nobody), None
    with transaction.atomic():
        if row.pk is not None and (running := _running(row)) is not None:
            return row, running
        row.save()
        job = jobs.enqueue(
            "importexport.compare",
            {"import_id": row.pk, "before": before.pk, "export": exported.key},
            user_id=actor.user_id,
        )
        Import.objects.filter(pk=row.pk).update(job=job.pk)
    return row, job


def run_compare(run: Run, *, import_id: int, before: int, export: str) -> dict[str, Any]:
    """The job that compares; its result is `{"comparison"}`. One that is cancelled leaves nothing behind."""
    user = User.objects.filter(pk=run.job.user_id or 0, is_active=True).first()
    if user is None:
        raise KebuError("not_allowed", status=403)
    actor = Actor.of(user)
    row, exported, _ = _ready(actor, import_id, export)
    asked = row if before == import_id else imports.find(actor, before)
    return {"comparison": _compare(actor, row, exported, asked, run.progress).pk}


def compare(actor: Actor, pk: int, export: str | None = None) -> Import:
    """Compare an uploaded export with what is here now. One that was written already, or compared by another one of its
    exports, is compared as a new import; what a person typed is kept.

    KebuError `not_found`, `not_from_here`, `import_gone`; `import_started` (409) while it is written.
    """
    return _compare(actor, *_ready(actor, pk, export), nobody)


def _running(row: Import) -> Job | None:
    waiting = (Job.State.QUEUED, Job.State.RUNNING)
    return Job.objects.filter(pk=row.job or 0, kind="importexport.compare", state__in=waiting).first()


def _ready(actor: Actor, pk: int, export: str | None) -> tuple[Import, Exported, Import]:
    """What is compared: the upload, or a new one of the same files; its export; and the upload that was asked for."""
    actor.by("import").require("import")
    actor.require("write")
    row = imports.find(actor, pk)
    if row.state == Import.State.APPLYING:
        raise KebuError("import_started", status=409)
    key = row.comparison.get("key")
    exported = traces.known(row, export or key)
    known = catalog()
    if exported is None or exported.object not in known.objects:
        raise KebuError("not_from_here")
    require_import(actor, known, known.object(exported.object))
    if not Folder(row.folder).is_there:
        raise KebuError("import_gone", status=410)
    fresh = row.state != Import.State.PLANNED or (row.way == Import.Way.COMPARE and key not in (None, exported.key))
    return _again(row) if fresh else row, exported, row


def _beside(row: Import, exported: Exported) -> Import | None:
    """The open comparison of another export of the same upload."""
    if row.state != Import.State.PLANNED:
        return None
    same = Import.objects.filter(owner_id=row.owner_id, state=Import.State.PLANNED, way=Import.Way.COMPARE)
    found = same.filter(comparison__root=_root(row), comparison__key=exported.key).order_by("-id").first()
    return found if found is not None and Folder(found.folder).is_there else None


def _root(row: Import) -> int:
    """The upload that a comparison comes from."""
    root: int = row.comparison.get("root") or row.pk
    return root


def nobody(done: int, total: int) -> None:
    """Hears how far it is where nobody waits for it."""


def _compare(actor: Actor, row: Import, exported: Exported, before: Import, tell: Tell) -> Import:
    actor = actor.by("import")
    comparing = Comparing(actor, catalog(), row, exported, tell)
    seen = snapshots.last_change()
    found = comparing.run()
    lines = [asdict(one) for one in found.rows]
    folder, name = Folder(row.folder), uuid4().hex[:12]
    folder.save_rows(name, lines, [KINDS.index(line["kind"]) for line in lines])
    folder.save_bytes(f"{name}.tally", choosing.tally(lines, needed_in(comparing.one)).tobytes())
    typed = _typed_before(before, lines) if before.comparison.get("key", exported.key) == exported.key else {}
    old = row.comparison.get("name")
    row.object, row.way, row.seen, row.job = comparing.one.key, Import.Way.COMPARE, seen, None
    row.comparison = {
        "name": name,
        "key": exported.key,
        "root": _root(before),
        "object": comparing.one.key,
        "at": history.moment(datetime.now(UTC)),
        "compared": found.compared,
        "skipped": found.skipped,
        "choices": vars(Choices(fixed=typed)),
    }
    if row.pk is None:
        row.save()
        return row
    values = {key: getattr(row, key) for key in ("object", "way", "seen", "job", "comparison")}
    if not Import.objects.filter(pk=row.pk, state=Import.State.PLANNED).update(**values):
        folder.forget_plan(name)
        raise KebuError("import_started", status=409)
    if old:
        folder.forget_plan(old)
    return row


def needed_in(one: ObjectType) -> list[str]:
    """The fields without which there is no record of an object."""
    return list(dict.fromkeys([one.title, *(field.key for field in one.fields if field.required)]))


def _again(row: Import) -> Import:
    """A new import of the same files."""
    folder = Folder(uuid4().hex)
    shutil.copytree(Folder(row.folder).path, folder.path)
    return Import(
        owner_id=row.owner_id,
        object=row.object,
        folder=folder.path.name,
        files=row.files,
        sheets=row.sheets,
        options=row.options,
        plan=row.plan,
        summary={**row.summary, "sheets": []},
        traces=row.traces,
    )


def _typed_before(row: Import, lines: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, dict[str, Any]]]:
    """What a person typed into the comparison before this one, at the rows where it belongs now."""
    choices = Choices.of(row.comparison.get("choices", {}))
    if not choices.fixed:
        return {}
    places = [int(place) for place in choices.fixed]
    old = Folder(row.folder).lines(row.comparison["name"], places)
    by_row = {_source(line): choices.fixed[str(place)] for place, line in zip(places, old, strict=True)}
    return {str(place): typed for place, line in enumerate(lines) if (typed := by_row.get(_source(line)))}


def _source(line: Mapping[str, Any]) -> tuple[Any, ...]:
    return line["file"], line["sheet"], line["number"], line["record"]
