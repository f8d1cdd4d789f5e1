"""One person's data over HTTP: for who has the right, signed in on the page."""

from typing import Annotated, Any

from django.http import FileResponse
from ninja import Path, Router, Schema, Status
from pydantic import ConfigDict, Field

from kebu.accounts.auth import PersonRequest, authenticated, session_only
from kebu.privacy import certificate, erase, package

router = Router(auth=authenticated, tags=["privacy"])

Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
Number = Annotated[str, Path(max_length=20)]


class EraseBody(Schema):
    """`confirm` is the title of the record, as the preview gives it; `reference` is what the request is known by."""

    model_config = ConfigDict(extra="forbid")

    confirm: Annotated[str, Field(max_length=2000)]
    reference: Annotated[str, Field(max_length=80)] = ""


@router.post("/persons/{object_key}/{record_id}/erase/preview", summary="What erasing a person would take along")
def post_preview(request: PersonRequest, object_key: str, record_id: Id) -> dict[str, Any]:
    session_only(request)
    return erase.preview(request.actor, object_key, record_id)


@router.post(
    "/persons/{object_key}/{record_id}/erase",
    response={201: dict},
    summary="Erase a person from records, history, search, comments, files and imports, for good",
)
def post_erase(request: PersonRequest, object_key: str, record_id: Id, body: EraseBody) -> Status[dict[str, Any]]:
    session_only(request)
    made = erase.erase(request.actor, object_key, record_id, confirm=body.confirm, reference=body.reference)
    return Status(201, erase.as_json(made))


@router.post(
    "/persons/{object_key}/{record_id}/package",
    response={202: dict[str, int]},
    summary="All that is known of a person as JSON and xlsx in a zip, by a job",
)
def post_package(request: PersonRequest, object_key: str, record_id: Id) -> Status[dict[str, int]]:
    session_only(request)
    return Status(202, {"job": package.ask(request.actor, object_key, record_id)})


@router.get("/erasures", summary="The certificates of erasures, newest first")
def get_erasures(request: PersonRequest) -> dict[str, Any]:
    return {"rows": erase.all_erasures(request.actor)}


@router.get("/erasures/{number}", summary="One certificate")
def get_erasure(request: PersonRequest, number: Number) -> dict[str, Any]:
    return erase.as_json(erase.find_erasure(request.actor, number))


@router.get("/erasures/{number}/paper", summary="One certificate as PDF")
def get_paper(request: PersonRequest, number: Number) -> FileResponse:
    file, name = certificate.on_paper(request.actor, number)
    answer = FileResponse(file, as_attachment=True, filename=name)
    answer["Content-Type"] = "application/octet-stream"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
