"""Comments over HTTP: on any record of any object, and on any of its cells."""

from typing import Annotated, Any

from ninja import Path, Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from kebu.accounts.auth import PersonRequest, authenticated
from kebu.records import comments, opening

router = Router(auth=authenticated, tags=["comments"])

Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
Text = Annotated[str, Field(max_length=comments.MAX_TEXT)]
Key = Annotated[str | None, Query(alias="field", max_length=80)]


class CommentBody(Schema):
    """Plain text; `@[12]` in it mentions the person with that id, one of those whom `/people` names."""

    model_config = ConfigDict(extra="forbid")

    text: Text


class ThreadBody(CommentBody):
    """`field` is the key of a cell's field; null for the record as a whole."""

    field: Annotated[str, Field(max_length=80)] | None = None


class ResolvedBody(Schema):
    """Whether a thread is done with."""

    model_config = ConfigDict(extra="forbid")

    resolved: bool


class MarksBody(Schema):
    """Records of one object."""

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[Annotated[int, Field(ge=1, le=2**63 - 1)]], Field(max_length=opening.MAX_PAGE)]


@router.get("/records/{object_key}/{record_id}/comments", summary="What is said about a record, open threads first")
def get_comments(
    request: PersonRequest,
    object_key: str,
    record_id: Id,
    key: Key = None,
    offset: Annotated[int, Query(ge=0, le=2**31)] = 0,
) -> dict[str, Any]:
    return comments.listed(request.actor, object_key, record_id, key=key, offset=offset)


@router.get("/records/{object_key}/{record_id}/people", summary="Whom a comment on a record may mention")
def get_people(request: PersonRequest, object_key: str, record_id: Id, key: Key = None) -> dict[str, Any]:
    return {"people": comments.people(request.actor, object_key, record_id, key=key)}


@router.post("/records/{object_key}/comments/marks", summary="Which cells of some records have open comments")
def post_marks(request: PersonRequest, object_key: str, body: MarksBody) -> dict[str, Any]:
    return {"marks": comments.marks(request.actor, object_key, body.ids)}


@router.post(
    "/records/{object_key}/{record_id}/comments",
    response={201: dict},
    summary="Begin a thread on a record or one of its cells",
)
def post_thread(request: PersonRequest, object_key: str, record_id: Id, body: ThreadBody) -> Status[dict[str, Any]]:
    return Status(201, comments.begin(request.actor, object_key, record_id, key=body.field, text=body.text))


@router.post("/threads/{thread_id}/comments", response={201: dict}, summary="Reply; a resolved thread is open again")
def post_comment(request: PersonRequest, thread_id: Id, body: CommentBody) -> Status[dict[str, Any]]:
    return Status(201, comments.reply(request.actor, thread_id, body.text))


@router.patch("/threads/{thread_id}", summary="Resolve a thread, or open it again")
def patch_thread(request: PersonRequest, thread_id: Id, body: ResolvedBody) -> dict[str, Any]:
    return comments.resolve(request.actor, thread_id, resolved=body.resolved)


@router.patch("/comments/{comment_id}", summary="Change what one has said")
def patch_comment(request: PersonRequest, comment_id: Id, body: CommentBody) -> dict[str, Any]:
    return comments.edit(request.actor, comment_id, body.text)


@router.delete("/comments/{comment_id}", response={204: None}, summary="Delete a comment")
def delete_comment(request: PersonRequest, comment_id: Id) -> Status[None]:
    comments.delete(request.actor, comment_id)
    return Status(204, None)
