"""Imports and exports over HTTP."""

from dataclasses import fields
from pathlib import Path as FilePath
from tempfile import NamedTemporaryFile
from typing import IO, Annotated, Any, Literal

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import FileResponse
from ninja import File, Form, Path, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import ConfigDict, Field

from kebu.accounts.auth import PersonRequest, authenticated
from kebu.core.errors import KebuError
from kebu.importexport import blank, export, imports, rejected
from kebu.importexport.fixes import MAX_STEPS
from kebu.importexport.options import MAX_TOGETHER
from kebu.importexport.roundtrip_api import router as roundtrip
from kebu.records.colors import MAX_RULES

router = Router(auth=authenticated, tags=["import and export"])
router.add_router("", roundtrip)

Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
Place = Annotated[int, Field(ge=0, le=10_000)]
RowNumber = Annotated[int, Field(ge=1, le=10_000_000)]
FieldKey = Annotated[str, Field(max_length=200)]
ObjectKey = Annotated[str, Field(max_length=40)]
Said = Annotated[str, Field(max_length=200)]


class Body(Schema):
    """What somebody sends: a key that nobody expects is refused, never ignored."""

    model_config = ConfigDict(extra="forbid")


class UploadBody(Body):
    object: Annotated[str, Field(max_length=40)] = ""
    password: Annotated[str, Field(max_length=255)] = ""


class NewField(Body):
    kind: Annotated[str, Field(max_length=20)]
    label: Annotated[str, Field(max_length=200)]


class ColumnBody(Body):
    file: Place
    sheet: Place
    index: Place
    field: Annotated[str, Field(max_length=80)] | None = None
    new: NewField | None = None


class SheetBody(Body):
    file: Place
    sheet: Place
    used: bool
    header_row: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    forget: bool = False
    object: ObjectKey | None = None


class FileSource(Body):
    """How a text file is read; null: as it seems to be."""

    file: Place
    encoding: Annotated[str, Field(max_length=40)] | None = None
    delimiter: Annotated[str, Field(max_length=4)] | None = None


class SheetSource(Body):
    """Where a table is. `header_row`: the last row of the header, 0 to look for it, null for none. `range`: such as
    B3:H200. `date_order`: of dates such as 5/1/2023. `shape`: rows, columns or forms, one of which is a record. What is
    left out stays as it is."""

    file: Place
    sheet: Place
    header_row: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    header_rows: Annotated[int, Field(ge=1, le=10)] | None = None
    range: Annotated[str, Field(max_length=40)] | None = None
    date_order: Literal["ymd", "dmy", "mdy"] | None = None
    shape: Literal["rows", "columns", "forms"] | None = None


class SourceBody(Body):
    files: Annotated[list[FileSource], Field(default_factory=list, max_length=20)]
    sheets: Annotated[list[SheetSource], Field(default_factory=list, max_length=1000)]


MatchKey = Annotated[str, Field(max_length=80)]
Match = MatchKey | Annotated[list[MatchKey], Field(min_length=1, max_length=MAX_TOGETHER)]


class OptionsBody(Body):
    """`match`: auto, the key of a field, or keys of fields that count together; `matches`: the same for other objects
    of the import, by their keys."""

    match: Match | None = None
    matches: Annotated[dict[ObjectKey, Match], Field(max_length=100)] | None = None
    on_match: Literal["fill", "skip", "overwrite", "create"] | None = None
    new_fields: bool | None = None


class CellFix(Body):
    """One cell is to say something else, or all cells of the field that say the same (`alike`)."""

    kind: Literal["cell"]
    file: Place
    sheet: Place
    row: RowNumber
    field: FieldKey
    to: Annotated[str, Field(max_length=5000)] | None = None
    alike: bool = False


class ValueFix(Body):
    """All cells of a field that say `value` are to say something else."""

    kind: Literal["value"]
    object: ObjectKey | None = None
    field: FieldKey
    value: Said
    to: Annotated[str, Field(max_length=5000)] | None = None


class ValueRule(Body):
    """What all cells of a field say becomes a choice of it, or their rows are left out."""

    kind: Literal["choice", "leave"]
    object: ObjectKey | None = None
    field: FieldKey
    value: Said


class RowFix(Body):
    """A row is left out, or a record that is there already met in another way; None: as the options say. `record`: the
    number of the record that the row is about."""

    kind: Literal["row"]
    file: Place
    sheet: Place
    row: RowNumber
    action: Literal["exclude", "fill", "skip", "overwrite", "create"] | None = None
    record: Annotated[str, Field(max_length=80)] | None = None


Fix = Annotated[CellFix | ValueFix | ValueRule | RowFix, Field(discriminator="kind")]


class ChangeBody(Body):
    columns: Annotated[list[ColumnBody], Field(default_factory=list, max_length=5000)]
    sheets: Annotated[list[SheetBody], Field(default_factory=list, max_length=1000)]
    options: OptionsBody | None = None
    fixes: Annotated[list[Fix], Field(default_factory=list, max_length=1000)]
    take_back: Annotated[int, Field(ge=0, le=MAX_STEPS)] = 0


class ExportBody(Body):
    object: Annotated[str, Field(max_length=40)]
    view: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    filter: dict[str, Any] | None = None
    sort: Annotated[list[dict[str, Any]], Field(default_factory=list)]
    search: str = ""
    group: Annotated[list[dict[str, Any]], Field(default_factory=list)]
    fields: Annotated[list[str], Field(default_factory=list)]
    as_of: Annotated[str, Field(max_length=40)] = ""
    colors: Annotated[list[dict[str, Any]], Field(default_factory=list, max_length=MAX_RULES)]
    widths: Annotated[dict[str, Annotated[int, Field(ge=20, le=2000)]], Field(default_factory=dict, max_length=500)]
    frozen: Annotated[int, Field(ge=0, le=500)] = 0
    frozen_rows: Annotated[int, Field(ge=0, le=10)] = 0
    format: export.Suffix = "xlsx"
    encoding: Literal["utf-8", "gbk"] = "utf-8"
    delimiter: Literal[",", ";", "\t"] = ","
    notes: bool = True
    password: Annotated[str, Field(max_length=255)] = ""
    landscape: bool = True
    numbered: bool = False


@router.post("/imports", response={201: dict[str, Any]}, summary="Upload workbooks and plan what becomes of their rows")
def post_import(
    request: PersonRequest, files: File[list[UploadedFile]], body: Form[UploadBody]
) -> Status[dict[str, Any]]:
    if set(request.POST) - set(UploadBody.model_fields) or set(request.FILES) != {"files"}:
        raise KebuError("invalid_request")  # ninja drops parts that it does not know
    uploads = [(file.name or "", _path(file)) for file in files]
    row = imports.start(request.actor, uploads, object_key=body.object or None, password=body.password or None)
    return Status(201, {"id": row.pk, "plan": imports.as_json(request.actor, row)})


def _path(file: UploadedFile) -> FilePath:
    """Where the upload lies on disk; a small one is put there first. Django deletes both with the request."""
    if isinstance(file, TemporaryUploadedFile):
        return FilePath(file.temporary_file_path())
    kept = NamedTemporaryFile(prefix="kebu-")  # noqa: SIM115  # lives as long as the upload it is hung on
    kept.write(file.read())
    kept.flush()
    file.kept = kept  # type: ignore[attr-defined]
    return FilePath(kept.name)


@router.get("/imports/{import_id}", summary="The plan of an import, and what became of it")
def get_import(request: PersonRequest, import_id: Id) -> dict[str, Any]:
    return imports.as_json(request.actor, imports.find(request.actor, import_id))


@router.patch("/imports/{import_id}", summary="Change sheets, columns or options; plans anew")
def patch_import(request: PersonRequest, import_id: Id, body: ChangeBody) -> dict[str, Any]:
    row = imports.change(
        request.actor,
        import_id,
        columns=[one.dict() for one in body.columns],
        sheets=[one.dict() for one in body.sheets],
        options=body.options.dict(exclude_none=True) if body.options else None,
        fixes=[one.dict() for one in body.fixes],
        take_back=body.take_back,
    )
    return imports.as_json(request.actor, row)


@router.get("/imports/{import_id}/source", summary="How a sheet is read, and its first rows as the file has them")
def get_source(
    request: PersonRequest,
    import_id: Id,
    file: Annotated[int, Query(ge=0, le=10_000)] = 0,
    sheet: Annotated[int, Query(ge=0, le=10_000)] = 0,
) -> dict[str, Any]:
    return imports.look_at_source(request.actor, import_id, file, sheet)


@router.patch("/imports/{import_id}/source", summary="Read files and sheets in another way; plans anew")
def patch_source(request: PersonRequest, import_id: Id, body: SourceBody) -> dict[str, Any]:
    row = imports.change_source(
        request.actor,
        import_id,
        files=[one.dict(exclude_unset=True) for one in body.files],
        sheets=[one.dict(exclude_unset=True) for one in body.sheets],
    )
    return imports.as_json(request.actor, row)


@router.get("/imports/{import_id}/rows", summary="A page of the preview: each row with its cells and problems")
def get_rows(
    request: PersonRequest,
    import_id: Id,
    offset: Annotated[int, Query(ge=0, le=2**40)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    only: Literal["all", "problems", "create", "update", "same", "skip", "reject", "exclude"] = "all",
    key: Annotated[str, Query(max_length=40, alias="object")] = "",
) -> dict[str, Any]:
    return imports.rows(request.actor, import_id, only=only, offset=offset, limit=limit, object_key=key)


@router.get("/imports/{import_id}/rejected", summary="The rows that are left out as xlsx, with the reason beside each")
def get_rejected(request: PersonRequest, import_id: Id) -> FileResponse:
    return _attached(*rejected.workbook(request.actor, import_id))


@router.get("/blanks/{object_key}", summary="A workbook to fill in: a column for each field, with its choices")
def get_blank(request: PersonRequest, object_key: Annotated[str, Path(max_length=40)]) -> FileResponse:
    return _attached(*blank.workbook(request.actor, object_key))


def _attached(file: IO[bytes], name: str) -> FileResponse:
    answer = FileResponse(file, as_attachment=True, filename=name)
    answer["Content-Type"] = "application/octet-stream"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@router.post("/imports/{import_id}/apply", summary="Write what is planned, by a job")
def post_apply(request: PersonRequest, import_id: Id) -> dict[str, int]:
    return {"job": imports.apply(request.actor, import_id).pk}


_SHOWN = {"filter", "sort", "search", "group", "fields", "as_of", "colors", "widths", "frozen", "frozen_rows"}


@router.post("/exports", summary="Write what a view shows to a file, by a job")
def post_export(request: PersonRequest, body: ExportBody) -> dict[str, int]:
    given = body.dict(include=_SHOWN, exclude_unset=True)
    how = export.How(**body.dict(include={one.name for one in fields(export.How)}))
    return {"job": export.start(request.actor, body.object, given, view_id=body.view, how=how).pk}


@router.get("/exports", summary="One's own exports of the last days: how far each is, and its file")
def get_exports(request: PersonRequest) -> dict[str, Any]:
    return {"exports": export.under_way(request.actor)}
