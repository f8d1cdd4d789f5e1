"""Revealing a masked value over HTTP."""

from typing import Annotated, Any

from ninja import Path, Router, Schema
from pydantic import ConfigDict, Field, StringConstraints

from kebu.accounts.auth import PersonRequest, authenticated, session_only
from kebu.records import revealing

router = Router(auth=authenticated, tags=["records"])
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=revealing.MAX_REASON, pattern=r"^[^\x00-\x1f\x7f]*$")
]


class RevealBody(Schema):
    """Which field; and why, which is kept in the audit log."""

    model_config = ConfigDict(extra="forbid")
    field: Annotated[str, Field(max_length=80)]
    reason: Reason = ""


@router.post("/records/{object_key}/{record_id}/reveal", summary="One value of one record that is else shown masked")
def post_reveal(request: PersonRequest, object_key: str, record_id: Id, body: RevealBody) -> dict[str, Any]:
    session_only(request)
    return {"value": revealing.reveal(request.actor, object_key, record_id, body.field, reason=body.reason)}
