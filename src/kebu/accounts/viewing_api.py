"""Looking as somebody else over HTTP."""

from typing import Annotated

from ninja import Path, Router, Status

from kebu.accounts import viewing
from kebu.accounts.auth import PersonRequest, in_session

router = Router(auth=in_session, tags=["rights"])


@router.post(
    "/users/{user_id}/view",
    response={204: None},
    summary="Look at the program as this person, read-only, for the rest of the session",
)
def post_view(request: PersonRequest, user_id: Annotated[int, Path(ge=1, le=2**63 - 1)]) -> Status[None]:
    viewing.begin(request.actor, request.session, user_id)
    return Status(204, None)


@router.delete("/viewing", response={204: None}, summary="Look with one's own eyes again")
def delete_viewing(request: PersonRequest) -> Status[None]:
    viewing.end(request.actor, request.session)
    return Status(204, None)
