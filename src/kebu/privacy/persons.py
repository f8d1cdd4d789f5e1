"""Which records are persons: what the room that has the objects says of them."""

from collections.abc import Mapping
from typing import Any

from kebu.core.errors import not_found
from kebu.fields.registry import Catalog, ObjectType

_persons: dict[str, Mapping[str, Any]] = {}


def register(object_key: str, **only: Any) -> None:
    """Records of this object are persons: all, or those with these values."""
    _persons[object_key] = only


def objects() -> list[str]:
    """The objects whose records can be persons."""
    return list(_persons)


def conditions(object_key: str) -> Mapping[str, Any]:
    """The values that records which are persons have. KebuError `not_found` for an object of which none is."""
    if object_key not in _persons:
        raise not_found()
    return _persons[object_key]


def find(known: Catalog, object_key: str, pk: int) -> tuple[ObjectType, Any]:
    """The object and its record, in the table or the trash. KebuError `not_found` where it is no person."""
    only = conditions(object_key)
    one = known.object(object_key)
    row = one.model.objects.filter(pk=pk, **only).first()
    if row is None:
        raise not_found()
    return one, row
