"""The one registry: which objects there are and what fields they have, built-in and user-defined alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.db import connection

from kebu.core.errors import KebuError

if TYPE_CHECKING:
    from kebu.fields.types import FieldType

Labels = Mapping[str, str]
# A record between database and domain: database column → value.
Row = dict[str, Any]


def label_in(labels: Labels, language: str) -> str:
    """The label in `language`, else in the other language, else empty."""
    return labels.get(language) or next(iter(labels.values()), "")


@dataclass(frozen=True, slots=True)
class ChoiceInfo:
    """A choice as fields see it. `color` is one of twelve hues (0–11)."""

    key: str
    labels: Labels
    color: int = 0
    category: str = ""
    synonyms: tuple[str, ...] = ()
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """What one column of an object is: data only; how values behave is its type's.

    `column` is the attribute of the typed column, None where values live in `extra` under `key`.
    A lookup has `relation` and `source`: the to-one relation field it goes through and the field at its end.
    """

    object: str
    key: str
    kind: str
    labels: Labels
    column: str | None = None
    builtin: bool = True
    readonly: bool = False
    required: bool = False
    hidden: bool = False
    # The program's own: no person sees or names it, its history is kept as any other's.
    internal: bool = False
    # As somebody sees it: he is shown a mask; he may write it where it is blank.
    masked: bool = False
    once: bool = False
    position: int = 0
    target: str | None = None
    # For a relation: the to-one field of the target that points back here, so that writing through creates it right.
    back: str | None = None
    relation: "Field | None" = None
    source: "Field | None" = None
    choices: tuple[ChoiceInfo, ...] = ()
    # For a choice field: the categories that its choices may carry.
    categories: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    synonyms: tuple[str, ...] = ()

    @property
    def type(self) -> "FieldType":
        """How values of this field are parsed, stored, compared and shown."""
        return _types()[self.kind]

    @property
    def stored(self) -> "Field":
        """The field that holds the value: itself, or the one at the end of a lookup."""
        return self.source or self

    @property
    def attribute(self) -> str | None:
        """The database column of a typed field."""
        return f"{self.column}_id" if self.column and self.kind in ("relation", "person") else self.column

    def path(self, name: str) -> str:
        """The ORM path of column `name` of the row that holds the value."""
        return f"{self.relation.column}__{name}" if self.relation else name

    def label(self, language: str) -> str:
        """The label in that language."""
        return label_in(self.labels, language)

    def choice(self, key: str) -> ChoiceInfo | None:
        """The choice with that key, archived ones too."""
        return next((one for one in self.choices if one.key == key), None)


@cache
def _types() -> "Mapping[str, FieldType]":
    from kebu.fields.types import TYPES  # which needs Field

    return TYPES


@dataclass(frozen=True, slots=True)
class ObjectType:
    """A kind of record. `scope` names the relation whose owner decides who sees it (None: its own owner).

    `derive(rows)` fills computed columns before rows are stored; `settle(write, ids)` runs at the end of the same
    transaction with the records of this object that changed, to keep records of other objects true.
    """

    key: str
    labels: Labels
    plural: Labels
    model: Any
    title: str
    fields: tuple[Field, ...]
    lookups: tuple[tuple[str, str], ...] = ()
    prefix: str = ""
    match: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    # Fields that tell of such a record where it stands among what happened to the one that it belongs to.
    brief: tuple[str, ...] = ()
    scope: str | None = None
    # The relation within whose record a title tells records apart, where it does not tell all of them.
    within: str | None = None
    # Fields, best first, whose column names the records of a file that has no column for the title.
    names: tuple[str, ...] = ()
    # What stands on an address card of such a record: (part of the card, field key). Empty: there is none.
    card: tuple[tuple[str, str], ...] = ()
    # (object, relation field) of the records that go to the trash with one of these.
    children: tuple[tuple[str, str], ...] = ()
    derive: Callable[[Sequence[Row]], None] | None = None
    settle: Callable[[Any, Sequence[int]], None] | None = None

    @property
    def through(self) -> str | None:
        """The key of the object whose rows decide who sees these: the one that `scope` points at."""
        return next((one.target for one in self.fields if one.key == self.scope), None)


_OBJECTS: dict[str, ObjectType] = {}


def register(one: ObjectType) -> None:
    """Make an object known; called once for each when the program starts."""
    _OBJECTS[one.key] = one


def registered() -> list[ObjectType]:
    """The objects of the program, whatever state the database is in."""
    return list(_OBJECTS.values())


@dataclass(frozen=True, eq=False)
class Catalog:
    """All objects and fields as they are at one `version` of the metadata. Never changes; ask `catalog()` anew.

    Compares by identity: what is kept for one is never taken for another, whatever its version says.
    """

    version: int
    objects: Mapping[str, ObjectType]
    fields: Mapping[str, Mapping[str, Field]]
    #: Those that people may know of.
    shown: Mapping[str, Mapping[str, Field]]

    def object(self, key: str) -> ObjectType:
        """The object with that key; KebuError `not_found` where there is none."""
        found = self.objects.get(key)
        if found is None:
            raise KebuError("not_found", status=404)
        return found

    def field(self, object_key: str, key: str) -> Field:
        """The field with that key; KebuError `unknown_field` where there is none."""
        found = self.fields[object_key].get(key)
        if found is None:
            raise KebuError("unknown_field", field=key[:80], name=key[:80])
        return found

    def dependents(self, object_key: str) -> list[tuple[ObjectType, Field]]:
        """The objects that show values of this one through a lookup, each with the relation it goes through."""
        found = {}
        for other in self.objects.values():
            for relation, _ in other.lookups:
                through = self.fields[other.key][relation]
                if through.target == object_key:
                    found[other.key, relation] = (other, through)
        return list(found.values())


_lock = Lock()
_held: Catalog | None = None


def catalog() -> Catalog:
    """The catalog as it is now: one short query, rebuilt only when some process changed a field or a choice."""
    global _held
    with connection.cursor() as cursor:
        cursor.execute("SELECT version FROM fields_catalogversion WHERE id = 1")
        row = cursor.fetchone()
    version = row[0] if row else 0
    with _lock:
        if _held is None or _held.version != version:
            _held = _build(version)
        return _held


def forget() -> None:
    """Drop what this process holds (a test or a restore put another database in place)."""
    global _held
    with _lock:
        _held = None


def touch() -> None:
    """Count the catalog up, in the caller's transaction."""
    from kebu.fields.models import CatalogVersion

    CatalogVersion.objects.get_or_create(id=1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE fields_catalogversion SET version = version + 1 WHERE id = 1")


def _build(version: int) -> Catalog:
    from kebu.fields.models import Choice, FieldDefinition

    choices: dict[tuple[str, str], list[ChoiceInfo]] = {}
    for each in Choice.objects.all():
        info = ChoiceInfo(each.key, each.labels, each.color, each.category, tuple(each.synonyms), each.archived)
        choices.setdefault((each.object, each.field), []).append(info)
    said = {(row.object, row.key): row for row in FieldDefinition.objects.order_by("id")}
    own: dict[str, dict[str, Field]] = {}
    for one in _OBJECTS.values():
        fields = {item.key: replace(item, position=place * 10) for place, item in enumerate(one.fields)}
        for (object_key, key), row in said.items():
            if object_key == one.key and row.kind and row.deleted_at is None:
                fields[key] = Field(
                    one.key, key, row.kind, row.labels, builtin=False, position=10_000 + row.pk, options=row.options
                )
        for key, item in fields.items():
            fields[key] = replace(_as_said(item, said), choices=tuple(choices.get((one.key, key), ())))
        own[one.key] = fields
    whole: dict[str, dict[str, Field]] = {}
    for one in _OBJECTS.values():
        fields = dict(own[one.key])
        for place, (relation, source) in enumerate(one.lookups):
            through = fields[relation]
            end = own[through.target or ""][source]
            labels = {
                language: f"{label_in(through.labels, language)} · {end.label(language)}"
                for language in ("zh-Hans", "en")
            }
            looked = replace(
                end,
                object=one.key,
                key=f"{relation}.{source}",
                labels=labels,
                relation=through,
                source=end,
                required=False,
                hidden=False,
                position=5_000 + place,
                synonyms=(),
            )
            fields[looked.key] = _as_said(looked, said)
        whole[one.key] = dict(sorted(fields.items(), key=lambda pair: (pair[1].position, pair[0])))
    shown = {key: {name: item for name, item in fields.items() if not item.internal} for key, fields in whole.items()}
    return Catalog(version, dict(_OBJECTS), whole, shown)


def _as_said(item: Field, said: Mapping[tuple[str, str], Any]) -> Field:
    """The field with what the company changed of it."""
    row = said.get((item.object, item.key))
    if row is None:
        return item
    return replace(
        item,
        labels={**item.labels, **row.labels},
        hidden=row.hidden,
        position=item.position if row.position is None else row.position,
        # A file may still use the name that the field had.
        synonyms=(*item.synonyms, *(item.labels.values() if row.labels else ()), *row.synonyms),
    )
