"""What a company changes of its fields: add, rename, move, hide, delete; choices with colour, category, synonyms."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kebu.accounts.actor import Actor
from kebu.audit.log import note
from kebu.core.db import JsonKey
from kebu.core.errors import KebuError, not_found
from kebu.core.text import fold
from kebu.fields.models import Choice, FieldDefinition
from kebu.fields.registry import Field, catalog, touch
from kebu.fields.types import OWN_KINDS, choice_index

MAX_FIELDS = 300
MAX_CHOICES = 500
COLORS = 12
LANGUAGES = ("zh-Hans", "en")

_after_adding: list[Callable[[Field], None]] = []
_after_deleting: list[Callable[[Field], None]] = []


def listen(*, added: Callable[[Field], None], deleted: Callable[[Field], None]) -> None:
    """Have these done with every new field, and with every one that goes, in the same transaction. Given by a higher
    room, once, when it is ready."""
    _after_adding.append(added)
    _after_deleting.append(deleted)


def add_field(
    actor: Actor,
    object_key: str,
    *,
    kind: str,
    labels: Mapping[str, str],
    choices: Sequence[Mapping[str, Any]] = (),
    position: int | None = None,
) -> str:
    """Add a user-defined field to an object; answers its key, which never changes.

    KebuError `not_allowed`, `not_found`, `unknown_kind`, `label_missing`, `label_taken`, `too_many_fields`.
    """
    actor.require("manage_fields")
    known = catalog()
    known.object(object_key)
    if kind not in OWN_KINDS:
        raise KebuError("unknown_kind", field="kind", kind=kind[:40])
    labels = _labels(labels)
    with transaction.atomic():
        if FieldDefinition.objects.filter(object=object_key, deleted_at=None).exclude(kind="").count() >= MAX_FIELDS:
            raise KebuError("too_many_fields", limit=MAX_FIELDS)
        _untaken(known.fields[object_key], None, labels)
        # The key names the row, so that two fields of one name made one after the other never share values.
        made = FieldDefinition.objects.create(object=object_key, key="", kind=kind, labels=labels, position=position)
        made.key = f"f_{made.pk}"
        made.save(update_fields=["key"])
        _put_choices(object_key, made.key, choices, ())
        touch()
        for act in _after_adding:
            act(catalog().field(object_key, made.key))
        note("field_added", actor, object=dict(known.object(object_key).plural), field=labels)
    return made.key


def change_field(
    actor: Actor,
    object_key: str,
    key: str,
    *,
    labels: Mapping[str, str] | None = None,
    hidden: bool | None = None,
    position: int | None = None,
    choices: Sequence[Mapping[str, Any]] | None = None,
) -> None:
    """Change what is given of a field, built-in or user-defined.

    `choices` is the whole list in its order; one that is left out goes, or is archived where records hold it.
    KebuError `not_allowed`, `not_found`, `label_missing`, `label_taken`, `required_field`, `choice_taken`.
    """
    actor.require("manage_fields")
    known = catalog()
    known.object(object_key)
    field = known.shown[object_key].get(key)
    if field is None:
        raise not_found()
    with transaction.atomic():
        said, _ = FieldDefinition.objects.get_or_create(object=object_key, key=key)
        if labels is not None:
            said.labels = {**said.labels, **_labels(labels)}
            _untaken(known.fields[object_key], key, said.labels)
        if hidden is not None:
            if hidden and field.required:
                raise KebuError("required_field", field=key, name=field.label(actor.language))
            said.hidden = hidden
        if position is not None:
            said.position = position
        said.save()
        if choices is not None:
            if field.kind not in ("choice", "choices") or field.relation:
                raise KebuError("no_choices", field=key, name=field.label(actor.language))
            _put_choices(object_key, key, choices, field.categories)
        touch()
        note("field_changed", actor, object=dict(known.object(object_key).plural), field=dict(field.labels))


def delete_field(actor: Actor, object_key: str, key: str) -> None:
    """Delete a user-defined field: it and its values are seen no more. KebuError `not_found` for a built-in one."""
    actor.require("manage_fields")
    field = catalog().fields.get(object_key, {}).get(key)
    with transaction.atomic():
        rows = FieldDefinition.objects.filter(object=object_key, key=key, deleted_at=None).exclude(kind="")
        if field is None or not rows.update(deleted_at=timezone.now()):
            raise not_found()
        touch()
        for act in _after_deleting:
            act(field)
        note("field_deleted", actor, object=dict(catalog().object(object_key).plural), field=dict(field.labels))


def values_held(actor: Actor, object_key: str, key: str) -> int:
    """How many records hold a value in this field."""
    actor.require("manage_fields")
    known = catalog()
    one = known.object(object_key)
    field = known.shown[object_key].get(key)
    if field is None or field.relation:
        raise not_found()
    held = Q(**{f"{field.attribute}__isnull": False}) if field.attribute else Q(extra__has_key=key)
    return int(one.model.objects.filter(held, deleted_at__isnull=True).count())


def add_choices(object_key: str, key: str, labels: Sequence[str], language: str) -> list[str]:
    """Add choices that a file brought, after the others, in the caller's transaction; known ones stay as they are.

    Answers the keys of the new ones."""
    field = catalog().field(object_key, key).stored
    known = choice_index(field)
    made: list[str] = []
    for label in dict.fromkeys(one.strip()[:100] for one in labels):
        place = len(field.choices) + len(made)
        if label and fold(label) not in known and place < MAX_CHOICES:
            choice = _make_choice(field.object, field.key, {language: label}, color=place % COLORS, position=place)
            made.append(choice.key)
    touch()
    return made


def drop_choices(object_key: str, key: str, choices: Sequence[str]) -> None:
    """Take choices away again that `add_choices` made, but for those that records hold by now."""
    field = catalog().field(object_key, key).stored
    rows = Choice.objects.filter(object=field.object, field=field.key)
    unused = [one for one in choices if not _is_held(field, one, in_trash=False)]
    with transaction.atomic():
        rows.filter(key__in=unused).delete()
        touch()


def _labels(labels: Mapping[str, str]) -> dict[str, str]:
    cleaned = {
        language: " ".join(labels[language].split())[:100]
        for language in LANGUAGES
        if isinstance(labels.get(language), str) and labels[language].strip()
    }
    if not cleaned:
        raise KebuError("label_missing", field="label")
    return cleaned


def _untaken(fields: Mapping[str, Field], key: str | None, labels: Mapping[str, str]) -> None:
    """Two columns of one name could not be told apart by a person or a file."""
    wanted = {fold(label) for label in labels.values()}
    for other in fields.values():
        if other.key != key and not other.relation and wanted & {fold(label) for label in other.labels.values()}:
            raise KebuError("label_taken", status=409, field="label", name=next(iter(labels.values())))


def _make_choice(object_key: str, key: str, labels: Mapping[str, str], **more: Any) -> Choice:
    made = Choice.objects.create(object=object_key, field=key, key="", labels=dict(labels), **more)
    made.key = f"c_{made.pk}"
    made.save(update_fields=["key"])
    return made


def _put_choices(object_key: str, key: str, choices: Sequence[Mapping[str, Any]], categories: Sequence[str]) -> None:
    if len(choices) > MAX_CHOICES:
        raise KebuError("too_many_choices", limit=MAX_CHOICES)
    present = {row.key: row for row in Choice.objects.filter(object=object_key, field=key)}
    names: set[str] = set()
    for place, given in enumerate(choices):
        labels = _labels(given.get("label") or {})
        category = str(given.get("category") or "")
        color = given.get("color", place % COLORS)
        synonyms = [str(one).strip()[:100] for one in given.get("synonyms") or [] if str(one).strip()]
        if category and category not in categories:
            raise KebuError("unknown_category", field="category", category=category[:40])
        if not isinstance(color, int) or not 0 <= color < COLORS:
            raise KebuError("unknown_color", field="color")
        own = {fold(label) for label in labels.values()}
        if own & names:
            raise KebuError("choice_taken", status=409, field="choices", name=next(iter(labels.values())))
        names |= own
        row = present.pop(str(given.get("key")), None) if given.get("key") else None
        if row is None:
            if given.get("key"):
                raise KebuError("unknown_choice_key", field="choices", key=str(given["key"])[:40])
            row = _make_choice(object_key, key, labels)
        row.labels, row.color, row.category, row.synonyms = labels, color, category, synonyms
        row.position, row.archived = place, bool(given.get("archived"))
        row.save()
    field = catalog().shown[object_key].get(key)
    for place, row in enumerate(present.values(), len(choices)):
        if field is not None and _is_held(field, row.key):
            row.archived, row.position = True, place
            row.save()
        else:
            row.delete()


def _is_held(field: Field, choice: str, *, in_trash: bool = True) -> bool:
    rows = catalog().object(field.object).model.objects
    if not in_trash:
        rows = rows.filter(deleted_at__isnull=True)
    if field.attribute:
        return bool(rows.filter(**{field.attribute: choice}).exists())
    kind = field.type.json_kind
    held = rows.annotate(held=JsonKey("extra", field.key, kind))
    # A list is JSON text; keys of choices are plain ASCII, so their spelling in it is the same everywhere.
    return bool(held.filter(**({"held__contains": f'"{choice}"'} if kind == "json" else {"held": choice})).exists())
