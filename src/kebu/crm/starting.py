"""The starting templates: data files that bring labels, choices and views to a new company."""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from kebu.accounts.actor import Actor
from kebu.core.errors import KebuError
from kebu.fields.models import Choice, FieldDefinition
from kebu.fields.registry import catalog, touch
from kebu.records.models import View

_FOLDER = Path(__file__).parent / "templates"
_OBJECT = "customers"
# Objects that came to the program later than companies did.
_SINCE = ("activities", "tasks")
# Fields with choices that came later than their object.
_FIELDS_SINCE = (("contacts", "legal_basis"),)
_VIEW_PARTS = ("fields", "filter", "sort", "frozen", "widths", "count")


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def _templates() -> list[dict[str, Any]]:
    """Every template in its order; a new file is a new template."""
    names = [path.stem for path in _FOLDER.glob("*.toml") if path.stem != "base"]
    return sorted((_read(name) for name in names), key=lambda one: one["position"])


def words() -> set[str]:
    """All texts that the templates bring: labels, synonyms, names of views."""
    return set(_texts([_read("base"), *_templates()]))


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list):
        for one in part.values() if isinstance(part, dict) else part:
            yield from _texts(one)


class Templates:
    """The templates as the set-up asks for them (`accounts.setup.Templates`)."""

    def offered(self) -> list[dict[str, Any]]:
        """Key, label and columns of every template."""
        fields = catalog().fields[_OBJECT]
        return [
            {
                "key": one["key"],
                "label": one["label"],
                "fields": [
                    {
                        "key": key,
                        "label": {**fields[key].labels, **one["labels"].get(key, {})},
                        "kind": fields[key].kind,
                    }
                    for key in one["fields"]
                ],
            }
            for one in _templates()
        ]

    def start(self, actor: Actor, key: str) -> None:
        """Bring what the template says, in the caller's transaction. KebuError `unknown_template`."""
        chosen = next((one for one in _templates() if one["key"] == key), None)
        if chosen is None:
            raise KebuError("unknown_template", field="template", template=key)
        base = _read("base")
        for object_key, fields in base["choices"].items():
            for field, choices in fields.items():
                _choices(object_key, field, choices)
        for field, choices in chosen["choices"].items():
            _choices(_OBJECT, field, choices)
        for field, labels in chosen["labels"].items():
            FieldDefinition.objects.create(object=_OBJECT, key=field, labels=labels)
        for view in chosen["views"]:
            _view(_OBJECT, {"fields": chosen["fields"], "frozen": chosen["frozen"], **view})
        for object_key, views in base["views"].items():
            for view in views:
                _view(object_key, view)
        touch()


def catch_up() -> None:
    """A company that was there before an object or a field was gets what it would have begun with."""
    if not View.objects.exists():
        return
    base = _read("base")
    for object_key, field in _FIELDS_SINCE:
        if not Choice.objects.filter(object=object_key, field=field).exists():
            _choices(object_key, field, base["choices"][object_key][field])
            touch()
    for object_key, views in base["views"].items():
        if object_key in _SINCE and not View.objects.filter(object=object_key).exists():
            for field, choices in base["choices"].get(object_key, {}).items():
                if not Choice.objects.filter(object=object_key, field=field).exists():
                    _choices(object_key, field, choices)
            for view in views:
                _view(object_key, view)
            touch()


def _choices(object_key: str, field: str, choices: list[dict[str, Any]]) -> None:
    Choice.objects.bulk_create(
        Choice(
            object=object_key,
            field=field,
            key=one["key"],
            labels=one["label"],
            color=one["color"],
            category=one.get("category", ""),
            synonyms=one.get("synonyms", []),
            position=place,
        )
        for place, one in enumerate(choices)
    )


def _view(object_key: str, view: dict[str, Any]) -> None:
    spec = {part: view[part] for part in _VIEW_PARTS if part in view}
    View.objects.create(
        object=object_key,
        key=view["key"],
        names=view["names"],
        spec=spec,
        position=View.objects.filter(object=object_key).count(),
    )
