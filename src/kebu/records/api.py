"""Records, views and change sets over HTTP: the same routes for every object."""

from typing import Annotated, Any, Literal

import orjson
from django.http import HttpResponse
from ninja import Path, Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from kebu.accounts.actor import Actor
from kebu.accounts.auth import PersonRequest, authenticated
from kebu.accounts.models import User
from kebu.accounts.rights import Act
from kebu.core.errors import not_found
from kebu.fields.registry import ObjectType, catalog
from kebu.fields.shapes import field_json
from kebu.records import (
    cells,
    colors,
    copies,
    find,
    groups,
    history,
    kinds,
    leading,
    many,
    merging,
    moves,
    opening,
    past,
    permissions,
    saved,
    write,
)
from kebu.records.comments_api import router as comments
from kebu.records.jobs import start_undo
from kebu.records.live_api import router as live
from kebu.records.memory_api import router as memory
from kebu.records.reveal_api import router as reveal
from kebu.records.sharing_api import router as sharing
from kebu.records.work_api import router as work

router = Router(auth=authenticated, tags=["records"])
router.add_router("", work)
router.add_router("", memory)
router.add_router("", live)
router.add_router("", comments)
router.add_router("", sharing)
router.add_router("", reveal)

Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
Version = Annotated[int, Field(ge=1, le=2**31)]
RecordId = Annotated[int, Field(ge=1, le=2**63 - 1)]
Offset = Annotated[int, Field(ge=0, le=2**40)]
Limit = Annotated[int, Field(ge=1, le=opening.MAX_PAGE)]


class Body(Schema):
    """What somebody sends: a key that nobody expects is refused, never ignored."""

    model_config = ConfigDict(extra="forbid")


class QueryBody(Body):
    filter: dict[str, Any] | None = None
    sort: Annotated[list[dict[str, Any]], Field(default_factory=list)]
    search: str = ""
    group: Annotated[list[dict[str, Any]], Field(default_factory=list)]
    totals: Annotated[list[dict[str, Any]], Field(default_factory=list)]
    fields: Annotated[list[str], Field(default_factory=list)]
    offset: Offset = 0
    limit: Limit = 100
    keep: bool = True
    among: Annotated[list[Annotated[int, Field(ge=1, le=2**63 - 1)]], Field(max_length=opening.MAX_PAGE)] | None = None
    as_of: Annotated[str, Field(max_length=40)] = ""


class SummaryBody(Body):
    """A view's filter, search and levels, or a span of a snapshot."""

    filter: dict[str, Any] | None = None
    search: str = ""
    group: Annotated[list[dict[str, Any]], Field(default_factory=list)]
    aggregates: Annotated[list[dict[str, Any]], Field(default_factory=list)]
    as_of: Annotated[str, Field(max_length=40)] = ""
    snapshot: Annotated[str, Field(max_length=64)] | None = None
    offset: Offset = 0
    limit: Annotated[int, Field(ge=1, le=2**40)] = 2**40


class FindBody(Body):
    """A text, and from which row of a snapshot on it is looked for; `fields` are the shown ones."""

    snapshot: Annotated[str, Field(max_length=64)]
    words: Annotated[str, Field(max_length=find.MAX_WORDS)]
    fields: Annotated[list[str], Field(max_length=500, default_factory=list)]
    start: Offset = 0
    back: bool = False
    whole: bool = False


class ColorsBody(Body):
    ids: Annotated[list[Annotated[int, Field(ge=1, le=2**63 - 1)]], Field(max_length=opening.MAX_PAGE)]
    filters: Annotated[list[dict[str, Any]], Field(max_length=colors.MAX_RULES)]
    as_of: Annotated[str, Field(max_length=40)] = ""


class ValuesBody(Body):
    values: dict[str, Any]


class PatchBody(Body):
    version: Version
    values: dict[str, Any]


class ChangeBody(Body):
    id: int | None = None
    version: Version | None = None
    values: Annotated[dict[str, Any], Field(default_factory=dict)]
    delete: bool = False


class BatchBody(Body):
    """With `change_set` it goes on with a batch of one's own: what is too much for one transaction comes in parts."""

    changes: Annotated[list[ChangeBody], Field(max_length=write.MAX_BATCH)]
    label: Annotated[str, Field(max_length=200)] = ""
    change_set: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None


class ManyBody(Body):
    """Which records, by a filter but for some, or by their ids; and what to do: a value for each, or the trash."""

    filter: dict[str, Any] | None = None
    search: str = ""
    ids: Annotated[list[RecordId], Field(max_length=write.MAX_BATCH)] | None = None
    without: Annotated[list[RecordId], Field(max_length=write.MAX_BATCH, default_factory=list)]
    values: Annotated[dict[str, Any], Field(default_factory=dict)]
    delete: bool = False


class ManyAct(ManyBody):
    label: Annotated[str, Field(max_length=200)] = ""


class MoveBody(Body):
    """Rows, and the one directly above or below which they are put; null: they stay in their order. `values` are those
    of the group that they go into."""

    ids: Annotated[list[RecordId], Field(min_length=1, max_length=moves.MAX_MOVED)]
    target: RecordId | None = None
    below: bool = False
    values: Annotated[dict[str, Any], Field(default_factory=dict)]
    label: Annotated[str, Field(max_length=200)] = ""


class InsertBody(ValuesBody):
    target: RecordId
    below: bool = False


class CopyBody(Body):
    ids: Annotated[list[RecordId], Field(min_length=1, max_length=copies.MAX_COPIES)]
    label: Annotated[str, Field(max_length=200)] = ""


class MergeLook(Body):
    """The records; and which of them stays, if that is decided."""

    ids: Annotated[list[RecordId], Field(max_length=100)]
    keep: RecordId | None = None


class MergeRecord(Body):
    """One of them, as it was looked at."""

    id: RecordId
    version: Version


class MergeBody(Body):
    """Which stays, all of them, and by field whose value stays: a record's id, or `all` for what can be joined."""

    keep: RecordId
    records: Annotated[list[MergeRecord], Field(max_length=100)]
    choices: Annotated[dict[str, RecordId | Literal["all"]], Field(default_factory=dict)]
    label: Annotated[str, Field(max_length=200)] = ""


class ViewBody(Body):
    object: str
    name: str
    kind: kinds.Kind = kinds.GRID
    spec: Annotated[dict[str, Any], Field(default_factory=dict)]
    shared: bool = False
    position: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


class ViewChange(Body):
    name: str | None = None
    spec: dict[str, Any] | None = None
    position: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    shared: bool | None = None
    locked: bool | None = None


def _answer(content: Any) -> HttpResponse:
    """Rows go out by orjson alone: ten times quicker than through a schema."""
    return HttpResponse(orjson.dumps(content), content_type="application/json")


@router.get("/objects", summary="Objects, their fields, the people: what a client needs to show any record")
def get_objects(request: PersonRequest) -> dict[str, Any]:
    actor, known = request.actor, catalog()
    objects = [
        {
            "key": one.key,
            "label": dict(one.labels),
            "plural": dict(one.plural),
            "title_field": one.title if one.title in permissions.fields(actor, known, one.key) else None,
            "cards": bool(one.card),
            "fields": [
                {**field_json(field, actor.language), "reveals": permissions.may_reveal(actor, known, field)}
                for field in permissions.fields(actor, known, one.key).values()
            ],
            "rights": _rights(actor, one),
        }
        for one in known.objects.values()
        if permissions.exists(actor, one)
    ]
    people = User.objects.order_by("name", "id").values_list("id", "name", "is_active")
    users = [{"id": pk, "name": name, "active": active} for pk, name, active in people]
    return {"objects": objects, "users": users, "version": known.version}


def _rights(actor: Actor, one: ObjectType) -> dict[str, bool]:
    """What the person may do with an object; which rows he may change is said with each of them."""
    acts: tuple[Act, ...] = ("create", "import", "export")
    return {
        **{act: permissions.may(actor, one, act) for act in acts},
        # What is seen through another record is shared with that one.
        "share": one.through is None and permissions.may(actor, one, "share"),
        "update": permissions.may_any(actor, one, "change"),
        "delete": permissions.may_any(actor, one, "delete"),
        "manage_fields": actor.may("manage_fields"),
    }


@router.post("/records/{object_key}/query", summary="The first rows of a view, and the name of its snapshot")
def post_query(request: PersonRequest, object_key: str, body: QueryBody) -> HttpResponse:
    asked = body.dict(exclude={"offset", "limit", "keep", "among"})
    if body.among is not None:
        return _answer(opening.among(request.actor, object_key, asked, body.among))
    page = opening.first_page(request.actor, object_key, asked, offset=body.offset, limit=body.limit, keep=body.keep)
    return _answer(page)


@router.post("/records/{object_key}/summary", summary="Groups and totals of a view, or of a span of a snapshot")
def post_summary(request: PersonRequest, object_key: str, body: SummaryBody) -> HttpResponse:
    if body.snapshot is not None:
        place = {"offset": body.offset, "limit": body.limit}
        return _answer(groups.span(request.actor, object_key, body.snapshot, body.aggregates, **place))
    asked = {"filter": body.filter, "search": body.search, "group": body.group, "as_of": body.as_of}
    return _answer(groups.summary(request.actor, object_key, asked, body.aggregates))


@router.post("/records/{object_key}/colors", summary="Which of some conditions hold for each of some records")
def post_colors(request: PersonRequest, object_key: str, body: ColorsBody) -> HttpResponse:
    return _answer({"matches": colors.matching(request.actor, object_key, body.ids, body.filters, as_of=body.as_of)})


@router.post("/records/{object_key}/find", summary="The next row of a snapshot that holds a text")
def post_find(request: PersonRequest, object_key: str, body: FindBody) -> HttpResponse:
    asked = body.dict(exclude={"snapshot"})
    return _answer(find.following(request.actor, object_key, body.snapshot, **asked))


@router.get("/records/{object_key}/pages", summary="Any page of a snapshot; 410 when it is gone")
def get_pages(
    request: PersonRequest,
    object_key: str,
    snapshot: Annotated[str, Query(max_length=64)],
    offset: Annotated[int, Query(ge=0, le=2**40)] = 0,
    limit: Annotated[int, Query(ge=1, le=opening.MAX_PAGE)] = 100,
    fields: Annotated[str, Query(max_length=20_000)] = "",
) -> HttpResponse:
    keys = [key for key in fields.split(",") if key]
    return _answer(opening.page(request.actor, object_key, snapshot, fields=keys, offset=offset, limit=limit))


@router.post("/records/{object_key}", response={201: dict}, summary="Create a record")
def post_record(request: PersonRequest, object_key: str, body: ValuesBody) -> Status[dict[str, Any]]:
    done, change_set = write.create(request.actor, object_key, body.values)
    return Status(201, _written(request, object_key, done, change_set))


@router.post("/records/{object_key}/insert", response={201: dict}, summary="Create a record above or below another")
def post_insert(request: PersonRequest, object_key: str, body: InsertBody) -> Status[dict[str, Any]]:
    done, change_set = moves.insert(request.actor, object_key, body.values, body.target, below=body.below)
    return Status(201, _written(request, object_key, done, change_set))


@router.post("/records/{object_key}/move", summary="Put rows above or below another, or into another group")
def post_move(request: PersonRequest, object_key: str, body: MoveBody) -> dict[str, Any]:
    results, change_set = moves.move(
        request.actor, object_key, body.ids, body.target, below=body.below, values=body.values, label=body.label
    )
    return {"change_set": change_set, "results": [{"id": one.id, "version": one.version} for one in results]}


@router.post("/records/{object_key}/batch", summary="Create, change and delete several records: all or nothing")
def post_batch(request: PersonRequest, object_key: str, body: BatchBody) -> dict[str, Any]:
    changes = [one.dict() for one in body.changes]
    results, change_set = write.batch(request.actor, object_key, changes, label=body.label, change_set=body.change_set)
    return {"change_set": change_set, "results": [{"id": one.id, "version": one.version} for one in results]}


@router.post("/records/{object_key}/many/preview", summary="What one act on many records would change")
def post_many_preview(request: PersonRequest, object_key: str, body: ManyBody) -> dict[str, Any]:
    return many.preview(request.actor, object_key, body.dict())


@router.post("/records/{object_key}/many", summary="Change or delete the records of a filter; above 1,000 by a job")
def post_many(request: PersonRequest, object_key: str, body: ManyAct) -> dict[str, Any]:
    return many.start(request.actor, object_key, body.dict(exclude={"label"}), label=body.label)


@router.post("/records/{object_key}/duplicate", summary="Copy records, without what belongs to one alone")
def post_duplicate(request: PersonRequest, object_key: str, body: CopyBody) -> dict[str, Any]:
    results, change_set = copies.duplicate(request.actor, object_key, body.ids, label=body.label)
    return {"change_set": change_set, "results": [{"id": one.id, "version": one.version} for one in results]}


@router.post("/records/{object_key}/merge/preview", summary="Records side by side, and what of each would stay")
def post_merge_preview(request: PersonRequest, object_key: str, body: MergeLook) -> dict[str, Any]:
    return merging.preview(request.actor, object_key, body.ids, keep=body.keep)


@router.post("/records/{object_key}/merge", summary="Make several records one; 409 where one was changed meanwhile")
def post_merge(request: PersonRequest, object_key: str, body: MergeBody) -> dict[str, Any]:
    versions = {one.id: one.version for one in body.records}
    done, change_set = merging.merge(request.actor, object_key, body.keep, versions, body.choices, label=body.label)
    return _written(request, object_key, done, change_set)


@router.get(
    "/records/{object_key}/{record_id}", summary="One record with all its fields; of a merged one that which stays"
)
def get_record(request: PersonRequest, object_key: str, record_id: Id) -> dict[str, Any]:
    known = catalog()
    one = known.object(object_key)
    found = cells.values(request.actor, known, one, record_id)
    if found is None and (led := leading.leads(one, record_id)) is not None:
        found, record_id = cells.values(request.actor, known, one, led), led
    if found is None:
        raise not_found()
    rights = {"update": permissions.may_change(request.actor, one, record_id)}
    rights["delete"] = permissions.may_change(request.actor, one, record_id, verb="delete")
    reads_number = isinstance(found["values"].get("number"), str)
    old = leading.numbers(one, [record_id]).get(record_id, []) if reads_number else []
    related = cells.pointing(request.actor, known, one, record_id)
    return {**found, "related": related, "rights": rights, "merged": old}


@router.patch(
    "/records/{object_key}/{record_id}", summary="Change fields of a record; 409 with both values on a conflict"
)
def patch_record(request: PersonRequest, object_key: str, record_id: Id, body: PatchBody) -> dict[str, Any]:
    done, change_set = write.update(request.actor, object_key, record_id, body.values, expected_version=body.version)
    return _written(request, object_key, done, change_set)


@router.delete("/records/{object_key}/{record_id}", summary="Put a record into the trash")
def delete_record(
    request: PersonRequest,
    object_key: str,
    record_id: Id,
    version: Annotated[int | None, Query(ge=1, le=2**31)] = None,
) -> dict[str, int]:
    return {"change_set": write.delete(request.actor, object_key, record_id, expected_version=version)}


@router.get("/records/{object_key}/{record_id}/history", summary="What happened to a record, newest first")
def get_history(
    request: PersonRequest,
    object_key: str,
    record_id: Id,
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    action: Literal["create", "update", "delete", "restore"] | None = None,
    person: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    field: Annotated[str | None, Query(max_length=80)] = None,
) -> dict[str, Any]:
    found = history.timeline(
        request.actor, object_key, record_id, before=before, action=action, person=person, key=field
    )
    return {"entries": found}


@router.get("/records/{object_key}/{record_id}/past", summary="The values that one cell had, the present one first")
def get_past(
    request: PersonRequest, object_key: str, record_id: Id, field: Annotated[str, Query(max_length=80)]
) -> dict[str, Any]:
    return past.of_cell(request.actor, object_key, record_id, field)


@router.get("/views", summary="The views that this person may open")
def get_views(request: PersonRequest, of: Annotated[str | None, Query(alias="object")] = None) -> dict[str, Any]:
    return {"views": [saved.as_json(request.actor, view) for view in saved.seen(request.actor, of)]}


@router.post("/views", response={201: dict}, summary="Save a view")
def post_view(request: PersonRequest, body: ViewBody) -> Status[dict[str, Any]]:
    view = saved.add(
        request.actor,
        body.object,
        name=body.name,
        kind=body.kind,
        spec=body.spec,
        shared=body.shared,
        position=body.position,
    )
    return Status(201, saved.as_json(request.actor, view))


@router.patch("/views/{view_id}", summary="Change a view")
def patch_view(request: PersonRequest, view_id: Id, body: ViewChange) -> dict[str, Any]:
    view = saved.change(request.actor, view_id, **body.dict())
    return saved.as_json(request.actor, view)


@router.delete("/views/{view_id}", response={204: None}, summary="Delete a view")
def delete_view(request: PersonRequest, view_id: Id) -> Status[None]:
    saved.delete(request.actor, view_id)
    return Status(204, None)


def _record(request: PersonRequest, object_key: str, pk: int) -> dict[str, Any] | None:
    known = catalog()
    return cells.values(request.actor, known, known.object(object_key), pk)


def _written(request: PersonRequest, object_key: str, done: write.Written, change_set: int | None) -> dict[str, Any]:
    """A record as it is now; without values where the person has just given it away and sees it no more."""
    gone = {"id": done.id, "version": done.version, "values": {}}
    return {**(_record(request, object_key, done.id) or gone), "change_set": change_set}


@router.post("/changesets/{change_set_id}/undo", summary="Take a change set back; a large one by a job")
def post_undo(request: PersonRequest, change_set_id: Id) -> dict[str, Any]:
    done = history.undoable(request.actor, change_set_id)
    if done.changes.count() > history.AT_ONCE:
        return {"job": start_undo(request.actor, done).pk}
    return history.undo(request.actor, change_set_id)
