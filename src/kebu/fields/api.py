"""Fields over HTTP: what the fields page does."""

from typing import Annotated, Any

from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from kebu.accounts.auth import PersonRequest, authenticated
from kebu.fields import definitions
from kebu.fields.registry import catalog
from kebu.fields.seeing import as_seen
from kebu.fields.shapes import field_json

router = Router(auth=authenticated, tags=["fields"])
Position = Annotated[int, Field(ge=0, le=1_000_000)]
Labels = dict[Annotated[str, Field(pattern="^(zh-Hans|en)$")], str]


class ChoiceBody(Schema):
    model_config = ConfigDict(extra="forbid")
    key: str | None = None
    label: Labels
    color: int = 0
    category: str | None = None
    synonyms: Annotated[list[str], Field(default_factory=list)]
    archived: bool = False


class NewField(Schema):
    model_config = ConfigDict(extra="forbid")
    kind: str
    label: Labels
    choices: Annotated[list[ChoiceBody], Field(default_factory=list)]
    position: Position | None = None


class FieldChange(Schema):
    model_config = ConfigDict(extra="forbid")
    label: Labels | None = None
    hidden: bool | None = None
    position: Position | None = None
    choices: list[ChoiceBody] | None = None


def _fields(request: PersonRequest, object_key: str) -> list[dict[str, Any]]:
    return [
        field_json(field, request.actor.language)
        for field in as_seen(catalog(), request.actor.rights, object_key).values()
    ]


@router.get("/fields", summary="All fields of all objects")
def get_fields(request: PersonRequest) -> dict[str, Any]:
    return {"fields": {key: found for key in catalog().objects if (found := _fields(request, key))}}


@router.post("/fields/{object_key}", response={201: dict}, summary="Add a field of the company's own")
def post_field(request: PersonRequest, object_key: str, body: NewField) -> Status[dict[str, Any]]:
    key = definitions.add_field(
        request.actor,
        object_key,
        kind=body.kind,
        labels=body.label,
        choices=[one.dict() for one in body.choices],
        position=body.position,
    )
    return Status(201, field_json(catalog().field(object_key, key), request.actor.language))


@router.get("/fields/{object_key}/{key}/held", summary="How many records hold a value in a field")
def get_held(request: PersonRequest, object_key: str, key: str) -> dict[str, int]:
    return {"values": definitions.values_held(request.actor, object_key, key)}


@router.patch("/fields/{object_key}/{key}", summary="Rename, move or hide a field, or set its choices")
def patch_field(request: PersonRequest, object_key: str, key: str, body: FieldChange) -> dict[str, Any]:
    definitions.change_field(
        request.actor,
        object_key,
        key,
        labels=body.label,
        hidden=body.hidden,
        position=body.position,
        choices=None if body.choices is None else [one.dict() for one in body.choices],
    )
    return field_json(catalog().field(object_key, key), request.actor.language)


@router.delete("/fields/{object_key}/{key}", response={204: None}, summary="Delete a field of the company's own")
def delete_field(request: PersonRequest, object_key: str, key: str) -> Status[None]:
    definitions.delete_field(request.actor, object_key, key)
    return Status(204, None)
