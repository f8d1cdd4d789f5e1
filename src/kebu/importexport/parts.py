"""Which objects an import brings, and where it keeps what belongs to each of them."""

from collections.abc import Sequence

from kebu.importexport.models import Import


def rows_name(plan: str, key: str, keys: Sequence[str]) -> str:
    """Under which name the preview of an object is kept, where an import has these objects."""
    return f"{plan}.{key}" if len(keys) > 1 else plan


def objects_of(row: Import) -> list[str]:
    """The objects of an import's rows, as its plan has them, parents first."""
    return [part["object"] for part in row.summary.get("parts", ())] or [row.object]


def field_place(row: Import, object_key: str, key: str) -> str:
    """Under which key an import keeps what it made of a field of an object."""
    return key if object_key == row.object else f"{object_key}/{key}"


def made_at(row: Import, place: str) -> tuple[str, str]:
    """The object and the key of a field by what `field_place` answered."""
    object_key, between, key = place.partition("/")
    return (object_key, key) if between and not place.startswith("new:") else (row.object, place)
