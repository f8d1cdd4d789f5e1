"""Every operation of the API as its OpenAPI tells it, so that a new route joins the safety tests by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from kebu.api import api

_METHODS = ("get", "post", "put", "patch", "delete", "head", "options")


@dataclass(frozen=True)
class Operation:
    """One method of one address; the path begins after `/api` and keeps its `{names}`."""

    method: str
    path: str
    takes: str | None = None  # media type of its body
    schema: Any = field(default=None, hash=False, compare=False)
    query: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """How the tables of these tests name it: `PATCH /records/{object_key}/{record_id}`."""
        return f"{self.method} {self.path}"

    @property
    def names(self) -> list[str]:
        """The parameters within its path, in order."""
        return re.findall(r"{(\w+)}", self.path)

    @property
    def reads(self) -> bool:
        """Whether it only reads: by its method, or because a filter needs a body."""
        return self.method == "GET" or self.path.endswith(
            ("/query", "/summary", "/preview", "/colors", "/marks", "/find")
        )

    def at(self, **ids: Any) -> str:
        """Its path with these in place of the names."""
        return self.path.format(**{name: ids[name] for name in self.names})


@cache
def operations() -> tuple[Operation, ...]:
    """All of them, in the order of the document."""
    return tuple(_read(api.get_openapi_schema()))


def operation(key: str) -> Operation:
    """The one with that key; fails loudly when a table names a route that is gone."""
    return next(one for one in operations() if one.key == key)


def _read(document: Any) -> Iterator[Operation]:
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method not in item:
                continue
            told = item[method]
            content = told.get("requestBody", {}).get("content", {})
            media, schema = next(iter(content.items()), (None, {}))
            query = tuple(one["name"] for one in told.get("parameters", ()) if one["in"] == "query")
            yield Operation(method.upper(), path.removeprefix("/api"), media, schema.get("schema"), query)
