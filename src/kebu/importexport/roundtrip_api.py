"""Workbooks that come back, over HTTP: compare, look, choose, write."""

from typing import Annotated, Any, Literal

from ninja import Path, Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from kebu.accounts.auth import PersonRequest, authenticated
from kebu.importexport import returning, roundtrip

router = Router(auth=authenticated, tags=["import and export"])

Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
Place = Annotated[int, Field(ge=0, le=20_000_000)]
Key = Annotated[str, Field(max_length=80)]
Choice = Literal["mine", "theirs"]
_MANY = 2000


class Body(Schema):
    """What somebody sends: a key that nobody expects is refused, never ignored."""

    model_config = ConfigDict(extra="forbid")


class CompareBody(Body):
    """`upload`: the id of the import that the file began, or of a comparison that is to be made anew. `export`: the key
    of one of the exports in it; without it, the first."""

    upload: Annotated[int, Field(ge=1, le=2**63 - 1)]
    export: Annotated[str, Field(max_length=32)] | None = None


class KindsBody(Body):
    """For all rows of a kind; what was chosen for one of them before is forgotten."""

    conflict: Choice | None = None
    edit: Choice | None = None
    new: Choice | None = None
    removed: Choice | None = None


class RowBody(Body):
    place: Place
    choice: Choice


class CellBody(Body):
    place: Place
    field: Key
    choice: Choice


class TypedBody(Body):
    """A value in place of the file's; null: the file's own again."""

    place: Place
    field: Key
    value: Annotated[str, Field(max_length=100_000)] | None


class ChooseBody(Body):
    kinds: KindsBody = KindsBody()
    rows: Annotated[list[RowBody], Field(default_factory=list, max_length=_MANY)]
    cells: Annotated[list[CellBody], Field(default_factory=list, max_length=_MANY)]
    typed: Annotated[list[TypedBody], Field(default_factory=list, max_length=_MANY)]


@router.post(
    "/comparisons",
    response={201: dict[str, Any], 202: dict[str, int]},
    summary="Compare an uploaded export with what is here now; a large one by a job (202, its `id` and `job`)",
)
def post_comparison(request: PersonRequest, body: CompareBody) -> Status[dict[str, Any]]:
    row, job = returning.begin(request.actor, body.upload, body.export)
    if job is not None:
        return Status(202, {"id": row.pk, "job": job.pk})
    return Status(201, roundtrip.as_json(request.actor, row.pk))


@router.get("/comparisons/{comparison_id}", summary="How many rows differ, and what would be written")
def get_comparison(request: PersonRequest, comparison_id: Id) -> dict[str, Any]:
    return roundtrip.as_json(request.actor, comparison_id)


@router.get("/comparisons/{comparison_id}/rows", summary="A page of the rows that differ, conflicts first")
def get_comparison_rows(
    request: PersonRequest,
    comparison_id: Id,
    offset: Annotated[int, Query(ge=0, le=2**40)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    only: Literal["all", "conflict", "edit", "here", "new", "removed", "problems"] = "all",
) -> dict[str, Any]:
    return roundtrip.rows(request.actor, comparison_id, only=only, offset=offset, limit=limit)


@router.patch("/comparisons/{comparison_id}", summary="Choose for kinds, rows and cells; type values anew")
def patch_comparison(request: PersonRequest, comparison_id: Id, body: ChooseBody) -> dict[str, Any]:
    return roundtrip.choose(
        request.actor,
        comparison_id,
        kinds=body.kinds.dict(exclude_none=True),
        rows=[one.dict() for one in body.rows],
        cells=[one.dict() for one in body.cells],
        typed=[one.dict() for one in body.typed],
    )


@router.post("/comparisons/{comparison_id}/apply", summary="Write what was chosen, by a job")
def post_comparison_apply(request: PersonRequest, comparison_id: Id) -> dict[str, int]:
    return {"job": roundtrip.apply(request.actor, comparison_id).pk}
