"""An import from its upload to its start: read, plan, change the plan, look at it, begin."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import transaction

from kebu.accounts.actor import Actor
from kebu.core import jobs
from kebu.core.errors import KebuError, message, not_found
from kebu.core.models import Job
from kebu.core.text import fold
from kebu.fields.registry import Field, catalog
from kebu.fields.types import OWN_KINDS
from kebu.importexport import source, traces
from kebu.importexport.among import is_ref
from kebu.importexport.correcting import Corrected, Correcting
from kebu.importexport.fixes import Fixes, extended
from kebu.importexport.folder import Folder, StoredSheet
from kebu.importexport.models import Import
from kebu.importexport.options import Options, matchable
from kebu.importexport.outcome import problems_in
from kebu.importexport.parts import objects_of, rows_name
from kebu.importexport.plan import Planner, Sheet
from kebu.importexport.plans import Plans, Tables, Whole
from kebu.importexport.suggesting import suggest
from kebu.importexport.tables import Table
from kebu.records import history, permissions, snapshots
from kebu.records.models import ChangeSet
from kebu.records.plain import cell_of

MAX_FILES = 20
TOLD_PROBLEMS = 200
_NAME_LENGTH = 200
# Kinds whose values several columns may make up together, or name in several ways.
_JOINED = ("text", "long_text", "address", "relation")


@contextmanager
def _unswept() -> Iterator[None]:
    """A plan is millions of small things, none of them in a circle: looking for circles again and again took a third
    of its time."""
    swept = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if swept:
            gc.enable()


@_unswept()
def start(
    actor: Actor,
    uploads: Sequence[tuple[str, Path]],
    *,
    object_key: str | None = None,
    password: str | None = None,
    options: Mapping[str, Any] | None = None,
    only_sheet: str | None = None,
) -> Import:
    """Read files (name, path) and plan what would become of them; writes no record.

    Without `object_key` it is the first object of all, and of several sheets each may be another one's (`suggest`).
    `only_sheet`: the sheets of that name alone. KebuError as
    `workbooks.read` raises them, `no_rows` where no sheet has any, `no_such_sheet`.
    """
    actor = actor.by("import")
    actor.require("import")
    actor.require("write")
    if not 0 < len(uploads) <= MAX_FILES:
        raise KebuError("too_many_files", limit=MAX_FILES)
    known = catalog()
    plans = Plans(actor, known, object_key or next(iter(known.objects)))
    wanted = _options(actor, options or {}, plans)
    row = Import(owner_id=actor.user_id, object=plans.key, folder=uuid4().hex, scopes=actor.scopes)
    folder = Folder(row.folder)
    folder.make()
    try:
        sheets, cells = _read(row, folder, plans.main, uploads, password)
        if only_sheet is not None:
            chosen = [place for place, sheet in enumerate(sheets) if sheet.name == only_sheet]
            if not chosen:
                raise KebuError("no_such_sheet", name=only_sheet[:80])
            sheets, cells = [sheets[place] for place in chosen], [cells[place] for place in chosen]
        tables = plans.main.look(sheets, cells)
        if not any(tables):
            raise KebuError("no_rows", name=uploads[0][0])
        if object_key is None and not row.traces:
            for place, key in suggest(plans, sheets, cells, row.files).items():
                plans.become(sheets[place], key, cells[place])
                tables[place] = plans.table(sheets[place], cells[place])
                sheets[place].used = plans.of(sheets[place]).is_usable(sheets[place])
        _plan(row, plans, sheets, tables, wanted)
    except BaseException:
        folder.remove()
        raise
    return row


def _read(
    row: Import, folder: Folder, planner: Planner, uploads: Sequence[tuple[str, Path]], password: str | None
) -> tuple[list[Sheet], list[StoredSheet]]:
    sheets: list[Sheet] = []
    cells: list[StoredSheet] = []
    for file, (name, path) in enumerate(uploads):
        source.keep_upload(folder, file, path)
        known, found, stored = source.read_file(row, folder, file, clean_name(name), planner.names, password=password)
        row.files.append(known)
        sheets += found
        cells += stored
    return sheets, cells


def clean_name(name: str) -> str:
    """A file's name without folders and signs that no file has: for showing only, never for opening."""
    bare = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(one for one in bare if one.isprintable() and one not in '<>:"|?*').strip()
    return shown[-_NAME_LENGTH:] or "file"


def _plan(row: Import, plans: Plans, sheets: Sequence[Sheet], tables: Sequence[Table | None], options: Options) -> None:
    """Make the plan and let it be the one that counts."""
    seen = snapshots.last_change()
    _keep(row, sheets, options, plans.make(sheets, tables, options, row.fixes), seen)


def _keep(row: Import, sheets: Sequence[Sheet], options: Options, draft: Whole | Corrected, seen: int) -> None:
    """Let a plan that is made be the one that counts; `seen` is the last change that it knows of."""
    folder = Folder(row.folder)
    name, before = uuid4().hex[:12], row.plan
    total = draft.save(folder, name)
    values = {
        "files": row.files,
        "sheets": [sheet.as_json() for sheet in sheets],
        "options": vars(options),
        "fixes": row.fixes,
        "plan": name,
        "summary": draft.summary(),
        "seen": seen,
        "total": total,
    }
    for key, value in values.items():
        setattr(row, key, value)
    if row.pk is None:
        row.save()
    elif not Import.objects.filter(pk=row.pk, state=row.state, plan=before, change_set=None).update(**values):
        folder.forget_plan(name)
        raise KebuError("import_changed", status=409)
    if before:
        folder.forget_plan(before)


def _options(actor: Actor, raw: Mapping[str, Any], plans: Plans) -> Options:
    others = {key: plans.planner(key).names.fields for key in raw.get("matches", ())}
    options = Options.of(raw, plans.main.names.fields, others)
    if options.new_fields:
        actor.require("manage_fields")
    return options


def find(actor: Actor, pk: int) -> Import:
    """A person's own import; by a token of verbs only one that came by such a token. KebuError `not_found`."""
    row = Import.objects.filter(pk=pk, owner_id=actor.user_id).select_related("change_set").first()
    if row is None or (actor.scopes is not None and row.scopes != actor.scopes):
        raise not_found()
    return row


@_unswept()
def replan(row: Import, actor: Actor) -> None:
    """Make the plan anew from the cells that are kept, for records may have changed since."""
    plans = Plans(actor.by("import"), catalog(), row.object)
    sheets = [Sheet.of(raw) for raw in row.sheets]
    _plan(row, plans, sheets, _tables(row, plans, sheets), Options(**row.options))


def _tables(row: Import, plans: Plans, sheets: Sequence[Sheet]) -> list[Table | None]:
    folder = Folder(row.folder)
    return [plans.table(sheet, folder.load_cells(sheet.file, sheet.index)) if sheet.used else None for sheet in sheets]


# -- changing the plan -------------------------------------------------------------------------------------------


@_unswept()
def change(
    actor: Actor,
    pk: int,
    *,
    columns: Sequence[Mapping[str, Any]] = (),
    sheets: Sequence[Mapping[str, Any]] = (),
    options: Mapping[str, Any] | None = None,
    fixes: Sequence[Mapping[str, Any]] = (),
    take_back: int = 0,
) -> Import:
    """Change which sheets count, where their headers are, what their columns become, the options, and cells and rows;
    plans anew. `fixes` are steps as `Fixes` takes them; one of `kind` "cell" that is `alike` counts for all cells that
    say the same. `take_back`: how many of the last steps are undone first.

    KebuError `not_found`, `import_started`, `import_gone`, `unknown_field`, `field_twice`, `label_taken` …
    """
    row = find(actor, pk)
    _require_planned(row)
    actor = actor.by("import")
    plans = Plans(actor, catalog(), row.object)
    present = [Sheet.of(raw) for raw in row.sheets]
    asked = {**row.options, **(options or {})}
    asked["matches"] = {**row.options.get("matches", {}), **asked.get("matches", {})}
    wanted = _options(actor, asked, plans)
    if Options(**row.options).new_fields and not wanted.new_fields:
        for sheet in present:
            for column in sheet.columns:
                column.new = None
    for given in sheets:
        sheet = _sheet(present, given)
        stored = Folder(row.folder).load_cells(sheet.file, sheet.index)
        sheet.used = given["used"]
        if given["header_row"] != sheet.header_row:
            sheet.said, sheet.header_row, sheet.header_rows = True, given["header_row"], 1
            plans.learn(sheet, plans.table(sheet, stored))
        if given.get("object") and given["object"] != plans.of(sheet).one.key:
            plans.become(sheet, given["object"], stored)
        if given.get("forget"):
            sheet.forget = True
            plans.learn(sheet, plans.table(sheet, stored))
    for given in columns:
        sheet = _sheet(present, given)
        _change_column(actor, plans.of(sheet), sheet, given)
    same = not columns and not sheets and wanted == Options(**row.options)
    kept = Correcting.opened(row, plans, present, wanted) if same else None
    tables = [] if kept else _tables(row, plans, present)
    cells = kept or Tables(plans, present, tables)
    before = row.fixes
    row.fixes = extended(row.fixes, (), take_back)
    row.fixes = extended(row.fixes, [_step(plans, present, cells, given, row.fixes) for given in fixes], 0)
    if kept and (corrected := kept.make(before, row.fixes)):
        _keep(row, present, wanted, corrected, row.seen)
    else:
        _plan(row, plans, present, tables or _tables(row, plans, present), wanted)
    return row


@_unswept()
def change_source(
    actor: Actor, pk: int, *, files: Sequence[Mapping[str, Any]] = (), sheets: Sequence[Mapping[str, Any]] = ()
) -> Import:
    """Read files in another way, as `source.say` takes it; plans anew. KebuError as there and as `change`."""
    row = find(actor, pk)
    _require_planned(row)
    plans = Plans(actor.by("import"), catalog(), row.object)
    present = source.say(row, plans, [Sheet.of(raw) for raw in row.sheets], files=files, sheets=sheets)
    _plan(row, plans, present, _tables(row, plans, present), Options(**row.options))
    return row


def look_at_source(actor: Actor, pk: int, file: int, sheet: int) -> dict[str, Any]:
    """How a sheet is read, with its first rows. KebuError `not_found`, `import_gone`."""
    row = find(actor, pk)
    return source.source_json(row, _sheet([Sheet.of(raw) for raw in row.sheets], {"file": file, "sheet": sheet}))


def _step(
    plans: Plans,
    sheets: Sequence[Sheet],
    cells: "Correcting | Tables",
    given: Mapping[str, Any],
    before: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """A step as it is kept. KebuError `not_found` for a cell that no table has."""
    step = {key: value for key, value in given.items() if key != "alike"}
    if step["kind"] not in ("cell", "row"):
        return {**step, "object": step.get("object") or plans.key}
    sheet = _sheet(sheets, given)
    if not cells.has(sheet, given["row"]):
        raise not_found()
    if given.get("alike"):
        key = plans.of(sheet).one.key
        said = cells.text_in(sheet, given["row"], given["field"], Fixes.of(before, key))
        if said is not None:
            return {"kind": "value", "field": given["field"], "value": said, "to": given["to"], "object": key}
    return step


def _require_planned(row: Import) -> None:
    if row.state != Import.State.PLANNED:
        raise KebuError("import_started", status=409)
    if not Folder(row.folder).is_there:
        raise KebuError("import_gone", status=410)


def _sheet(sheets: Sequence[Sheet], given: Mapping[str, Any]) -> Sheet:
    for sheet in sheets:
        if (sheet.file, sheet.index) == (given["file"], given["sheet"]):
            return sheet
    raise not_found()


def _change_column(actor: Actor, planner: Planner, sheet: Sheet, given: Mapping[str, Any]) -> None:
    column = next((one for one in sheet.columns if one.index == given["index"]), None)
    if column is None:
        raise not_found()
    key, new = given.get("field"), given.get("new")
    if key is not None:
        field = planner.names.fields.get(key)
        if field is None or not planner.names.is_taken_in(field):
            raise KebuError("unknown_field", field=str(key)[:80], name=str(key)[:80])
        twice = any(other.field == key for other in sheet.columns if other is not column)
        if twice and field.kind not in _JOINED:
            raise KebuError("field_twice", field=key, name=field.label(actor.language))
    if new is not None:
        actor.require("manage_fields")
        new = _new_field(planner, new)
    column.field, column.new = (None, new) if new else (key, None)
    column.also = column.part = None


def _new_field(planner: Planner, new: Mapping[str, str]) -> dict[str, str]:
    kind, label = new["kind"], " ".join(new["label"].split())[:100]
    if kind not in OWN_KINDS:
        raise KebuError("unknown_kind", field="kind", kind=kind[:40])
    if not label:
        raise KebuError("label_missing", field="label")
    for field in planner.names.fields.values():
        if not field.relation and fold(label) in map(fold, field.labels.values()):
            raise KebuError("label_taken", status=409, field="label", name=label)
    return {"kind": kind, "label": label}


# -- looking -----------------------------------------------------------------------------------------------------


def as_json(actor: Actor, row: Import) -> dict[str, Any]:
    """The plan as programs see it, messages in the person's language."""
    summary = row.summary
    told = {(one["file"], one["sheet"]): one for one in summary["sheets"]}
    own = next((part for part in summary.get("parts", ()) if part["object"] == row.object), summary)
    sheets = [Sheet.of(raw) for raw in row.sheets]
    problems = [
        {"file": sheet.file, "sheet": sheet.name, **told_problem(actor.language, problem)}
        for sheet in sheets
        if (sheet.file, sheet.index) in told
        for problem in told[sheet.file, sheet.index]["problems"]
    ]
    names = {(sheet.file, sheet.index): sheet.name for sheet in sheets}
    undone = row.change_set is not None and row.change_set.state == ChangeSet.UNDONE
    state = "undone" if row.state == Import.State.DONE and undone else row.state
    return {
        "id": row.pk,
        "state": state,
        "object": row.object,
        "options": row.options,
        "files": [
            {
                "name": file["name"],
                "encoding": file["encoding"],
                "sheets": [_sheet_json(sheet, row.object) for sheet in sheets if sheet.file == place],
            }
            for place, file in enumerate(row.files)
        ],
        "counts": summary["counts"],
        "objects": summary["objects"],
        "parts": [{**part, "together": _together(part)} for part in summary.get("parts", ())],
        "new_choices": summary["new_choices"],
        "problems": problems[:TOLD_PROBLEMS],
        "groups": [_group(actor.language, group, names) for group in summary["groups"]],
        "matched": own.get("matched", []),
        "together": _together({"object": row.object, **own}),
        "problem_rows": summary["problem_rows"],
        "fields": summary["fields"],
        "fixes": len(row.fixes),
        "kept": row.kept,
        "job": row.job,
        "change_set": row.change_set_id,
        "error": _error(actor.language, row),
        "exports": [traces.told(row, one) for one in traces.all_known(row)],
        "comparing": traces.comparing(row, actor.language),
        "way": row.way,
    }


def _together(part: Mapping[str, Any]) -> list[str]:
    """The fields by which records of a part may be recognised together."""
    return matchable(catalog().fields.get(part["object"], {}), part["fields"])


def _sheet_json(sheet: Sheet, object_key: str) -> dict[str, Any]:
    return {
        "sheet": sheet.name,
        "object": sheet.object or object_key,
        "index": sheet.index,
        "used": sheet.used,
        "hidden": sheet.hidden,
        "header_row": sheet.header_row,
        "remembered": sheet.remembered,
        "header_rows": sheet.header_rows,
        "shape": sheet.shape,
        "rows": sheet.rows,
        "left_out": sheet.left_out,
        "columns": [
            {
                "index": column.index,
                "header": column.header,
                "field": column.field,
                "new": column.new,
                "also": column.also,
                "part": column.part,
                "suggested_kind": column.suggested_kind,
                "samples": column.samples,
            }
            for column in sheet.columns
        ],
    }


def _error(language: str, row: Import) -> dict[str, Any] | None:
    if row.error is None:
        return None
    return {"code": row.error["code"], "message": message(row.error["code"], language, **row.error["params"])}


def told_problem(language: str, problem: Mapping[str, Any]) -> dict[str, Any]:
    """A problem with its message in words."""
    told = {key: problem[key] for key in ("row", "field", "column", "value", "code") if key in problem}
    return {**told, "message": message(problem["code"], language, **problem["params"])}


def _group(language: str, group: Mapping[str, Any], names: Mapping[tuple[int, int], str]) -> dict[str, Any]:
    """Cells that say the same and do not fit for the same reason, with that reason in words."""
    place = {"file": group["file"], "sheet": names[group["file"], group["sheet"]], "index": group["sheet"]}
    of = {"object": group["object"]} if "object" in group else {}  # told where there are several
    return {**told_problem(language, group), **place, **of, "count": group["count"]}


def rows(actor: Actor, pk: int, *, only: str, offset: int, limit: int, object_key: str = "") -> dict[str, Any]:
    """A page of the preview of one object, the first where none is named: `{"count", "object", "fields", "rows"}`.

    KebuError `import_gone` once it was cleared away, `not_found` for an object that the import has not."""
    row = find(actor, pk)
    keys = objects_of(row)
    key = object_key or keys[0]
    if key not in keys:
        raise not_found()
    told = next((part for part in row.summary.get("parts", ()) if part["object"] == key), row.summary)
    try:
        count, found = Folder(row.folder).rows(rows_name(row.plan, key, keys), only, offset, limit)
    except FileNotFoundError:
        raise KebuError("import_gone", status=410) from None
    of = catalog().fields[key]
    fields = [of.get(name) for name in told["fields"]]
    named = _named(actor, row, fields, [line[4] for _, line in found])
    names = {(sheet["file"], sheet["index"]): sheet["name"] for sheet in row.sheets}
    fixes = Fixes.of(row.fixes, key)
    fixed: dict[tuple[int, int, int], list[str]] = {}
    for file, sheet, number, name in fixes.cells:
        fixed.setdefault((file, sheet, number), []).append(name)
    shown = [
        {
            "row": number,
            "sheet": names[file, sheet],
            "file": file,
            "index": sheet,
            "mode": fixes.rows.get((file, sheet, number)),
            "fixed": fixed.get((file, sheet, number), []),
            "action": action,
            "record": record,
            "cells": [_cell(field, value, named) for field, value in zip(fields, values, strict=True)],
            "problems": [told_problem(actor.language, problem) for problem in problems],
            "rivals": next((one["params"]["rivals"] for one in problems if one["code"] == "several_match"), []),
            "known": {"number": line[6][0], "by": line[6][1]} if line[6] else None,
        }
        for action, line in found
        for (file, sheet, number, record, values), problems in [(line[:5], problems_in(action, line))]
    ]
    return {"count": count, "object": key, "fields": told["fields"], "rows": shown}


def _named(
    actor: Actor, row: Import, fields: Sequence[Field | None], lines: Sequence[Sequence[Any]]
) -> dict[tuple[str, int], str]:
    """What the records are called that relations name, by object and id or ref."""
    wanted: dict[str, set[int]] = {}
    for place, field in enumerate(fields):
        if field and field.stored.kind == "relation":
            ids = {values[place] for values in lines if isinstance(values[place], int)}
            wanted.setdefault(field.stored.target or "", set()).update(ids)
    refs = {key: [one for one in ids if is_ref(one)] for key, ids in wanted.items()}
    titles = Folder(row.folder).titles(row.plan) if any(refs.values()) else {}
    known = history.titles(actor, catalog(), {key: ids.difference(refs[key]) for key, ids in wanted.items() if ids})
    return known | {(key, one): titles.get(one, "") for key, ids in refs.items() for one in ids}


def _cell(field: Field | None, value: Any, named: Mapping[tuple[str, int], str]) -> Any:
    """A plain value of the plan as a cell; a choice that is yet to be made as text that does not fit yet."""
    if isinstance(value, dict):
        if "choice" in value:
            return {"invalid": value["choice"], "code": "new_choice"}
        if "choices" in value:
            return {"invalid": ", ".join(value["choices"]), "code": "new_choice"}
        return value
    if field is None or value is None:
        return value
    if field.stored.kind == "relation":
        return {"id": value, "label": named.get((field.stored.target or "", value), "")}
    return cell_of(field, value)


# -- beginning ---------------------------------------------------------------------------------------------------


def apply(actor: Actor, pk: int) -> Job:
    """Begin to write what is planned, by a job; asked twice, it is one job.

    KebuError `nothing_to_import`, `import_gone`; 403 where new fields are planned that the person may not add.
    """
    row = find(actor, pk)
    for key in objects_of(row):
        permissions.require(actor, catalog().object(key), "import")
    if row.state == Import.State.APPLYING and row.job:
        return Job.objects.get(pk=row.job)
    _require_planned(row)
    if row.total == 0:
        raise KebuError("nothing_to_import")
    if row.summary["new_fields"]:
        actor.require("manage_fields")
    with transaction.atomic():
        job = jobs.enqueue(
            "importexport.apply",
            {"import_id": row.pk},
            key=f"importexport.apply:{row.pk}",
            user_id=actor.user_id,
            scopes=actor.scopes,
        )
        Import.objects.filter(pk=row.pk, state=Import.State.PLANNED).update(state=Import.State.APPLYING, job=job.pk)
    return job
