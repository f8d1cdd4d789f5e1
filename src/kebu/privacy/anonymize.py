"""A copy of everything without what people typed: to try things out, to teach, to show somebody a fault.

Nothing gets into it by itself. A table that is not named here is left out, and so is every column of one that is named
whose treatment is not said. Numbers, days, ids and keys are taken over as they are, texts give way to placeholders; the
search index is made anew from these where the copy is put.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from django.db import models

from kebu.accounts.models import Company, Role, Share, Team, User
from kebu.accounts.roles import STARTING
from kebu.backups import make, package, tables
from kebu.core.errors import LANGUAGES, KebuError, message
from kebu.fields.models import CatalogVersion, Choice, FieldDefinition
from kebu.fields.registry import Catalog, Field, ObjectType, Row, catalog
from kebu.privacy.placeholders import Placeholders
from kebu.records.models import Change, ChangeSet, Comment, Counter, NumberSeries, Thread, View
from kebu.records.plain import derive

# What a view says by keys of fields, numbers and words of the program alone.
_OF_A_VIEW = ("fields", "widths", "sort", "group", "frozen", "frozen_rows", "row_height", "count", "board", "calendar")
_OF_A_RULE = ("target", "color", "icon", "field", "bar")
_OF_A_FORM = ("fields", "required")

_words: list[Callable[[], Iterable[str]]] = []
_blank: set[tuple[str, str]] = set()


def register(*, words: Callable[[], Iterable[str]], blank: Iterable[tuple[str, str]]) -> None:
    """Say which texts come with the program, so that names and labels may keep them, and of which fields, as (object,
    key), nothing is taken over though they hold no text."""
    _words.append(words)
    _blank.update(blank)


def anonymize(out: Path) -> make.BackupInfo:
    """Write the copy into the new file `out`, in the form of a backup: `kebu restore` puts it into an installation of
    its own. Nobody waits for it.

    KebuError as `make_backup`, and `copy_among_backups`.
    """
    if out.resolve().parent == package.folder().resolve():
        raise KebuError("copy_among_backups", status=409, name=out.name)
    with make.still() as cursor:
        return make.write(cursor, out, treat=_Copy(catalog()).treatment)


@dataclass(frozen=True)
class _Table:
    """A table of the copy: the columns that are taken over, and what makes the others out of a row."""

    kept: str
    made: Mapping[str, Callable[[Row], Any]] = field(default_factory=dict)

    def change(self, rows: list[Row]) -> list[Row]:
        kept = self.kept.split()
        return [
            {name: row[name] for name in kept} | {name: what(row) for name, what in self.made.items()} for row in rows
        ]


class _Copy:
    """What every table becomes in one copy."""

    def __init__(self, known: Catalog) -> None:
        self._known = known
        self._language = Company.objects.values_list("language", flat=True).first() or LANGUAGES[0]
        self._say = say = Placeholders(self._language, {text for texts in _words for text in texts()}, _blank)
        as_they_are: Mapping[type[models.Model], str] = {
            Share: "id object record user_id team_id write until given_by_id given_at",
            Team.members.through: "id team_id user_id",
            CatalogVersion: "id version",
            Counter: "id value",
            NumberSeries: "object prefix width next",
            Thread: "id object record field resolved_at resolved_by_id sequence",
        }
        others: Mapping[type[models.Model], _Table] = {
            Company: _Table(
                "id language currency template reveal_reason created_at",
                {"name": lambda row: message("anonymous_company", self._language), "two_factor_roles": lambda row: []},
            ),
            User: _Table(
                "id role language time_zone is_active rights_version reach_version created_at",
                {
                    "email": lambda row: f"person-{row['id']}@example.com",
                    "name": lambda row: say.named("person", row["id"]),
                    "password": lambda row: "!",  # opens nothing
                    "last_login": lambda row: None,
                },
            ),
            Role: _Table("id key rights builtin", {"names": self._role}),
            Team: _Table("id parent_id leader_id", {"name": lambda row: say.named("team", row["id"])}),
            FieldDefinition: _Table(
                "id object key kind hidden position deleted_at",
                {
                    # What the company calls a field of the program goes, unless the template called it so.
                    "labels": lambda row: {
                        language: text
                        for language, text in say.names(row["labels"], "field", row["id"]).items()
                        if row["kind"] or say.known([row["labels"][language]])
                    },
                    "options": lambda row: {},
                    "synonyms": lambda row: say.known(row["synonyms"]),
                },
            ),
            Choice: _Table(
                "id object field key color category position archived",
                {
                    "labels": lambda row: say.names(row["labels"], "choice", row["id"]),
                    "synonyms": lambda row: say.known(row["synonyms"]),
                },
            ),
            View: _Table(
                "id object key kind owner_id position locked version",
                {"names": lambda row: say.names(row["names"], "view", row["id"]), "spec": self._spec},
            ),
            ChangeSet: _Table("id sequence actor_id via state at undo_of_id", {"label": lambda row: ""}),
            Change: _Table("id change_set_id object record version action", {"values": self._values}),
            Comment: _Table("id thread_id author_id at edited_at", {"text": lambda row: say.text(row["text"])}),
        }
        self._changes: dict[str, Callable[[list[Row]], list[Row]]] = {
            model._meta.db_table: table.change
            for model, table in [*((model, _Table(kept)) for model, kept in as_they_are.items()), *others.items()]
        }
        for one in known.objects.values():
            self._changes[one.model._meta.db_table] = self._records_of(one)

    def treatment(self, table: tables.Table) -> make.Rewrite | None:
        """What rewrites the lines of a table; None for one that is not in the copy."""
        change = self._changes.get(table.name)
        if change is None:
            return None
        names = [column.name for column in table.columns]
        in_json = [column.name for column in table.columns if column.kind == "json"]

        def rewrite(lines: bytes) -> bytes:
            rows = [dict(zip(names, tables.parse(line, table), strict=True)) for line in lines.splitlines()]
            for row in rows:
                row.update({name: orjson.loads(row[name]) for name in in_json if row[name] is not None})
            made = change(rows)
            for row in made:
                row.update({name: orjson.dumps(row[name]).decode() for name in in_json if row[name] is not None})
            return b"".join(orjson.dumps([row[name] for name in names]) + b"\n" for row in made)

        return rewrite

    # -- records and their past --------------------------------------------------------------------------------------

    def _records_of(self, one: ObjectType) -> Callable[[list[Row]], list[Row]]:
        fields = self._own(one.key)
        by_column = {each.attribute: each for each in fields.values() if each.attribute}
        plainly = {
            column.attname
            for column in one.model._meta.concrete_fields
            if not isinstance(column, models.TextField | models.CharField | models.JSONField)
        }

        def change(rows: list[Row]) -> list[Row]:
            made = []
            for row in rows:
                new = {name: row[name] if name in plainly else None for name in row}
                new.update({name: self._say.value(each, row[name]) for name, each in by_column.items()})
                # Of a field that was deleted the values are still there.
                held = {key: value for key, value in row["extra"].items() if key in fields}
                extra = {key: self._say.value(fields[key], value) for key, value in held.items()}
                new["extra"] = {key: value for key, value in extra.items() if value is not None}
                new["invalid"] = {
                    key: {**bad, "text": self._say.text(str(bad["text"]))}
                    for key, bad in row["invalid"].items()
                    if key in fields
                }
                made.append(new)
            derive(self._known, one, made)
            return made

        return change

    def _own(self, object_key: str) -> dict[str, Field]:
        return {key: each for key, each in self._known.fields[object_key].items() if not each.relation}

    def _values(self, row: Row) -> dict[str, list[Any]]:
        """What a record's history says: [before, after] by field."""
        fields = self._known.fields.get(row["object"], {})
        return {
            key: [self._say.value(fields[key], one) for one in pair]
            for key, pair in row["values"].items()
            if key in fields
        }

    # -- what people arranged ------------------------------------------------------------------------------------------

    def _role(self, row: Row) -> dict[str, str]:
        if row["builtin"] and row["key"] in STARTING:
            return STARTING[row["key"]][0]
        return self._say.names(row["names"], "role", row["id"])

    def _spec(self, row: Row) -> dict[str, Any]:
        """A view without what was typed into it."""
        spec, fields = row["spec"], self._known.fields.get(row["object"], {})
        made = _some(spec, _OF_A_VIEW)
        if spec.get("filter"):
            made["filter"] = self._say.condition(fields, spec["filter"])
        if "colors" in spec:
            made["colors"] = [
                _some(rule, _OF_A_RULE)
                | ({"filter": self._say.condition(fields, rule["filter"])} if "filter" in rule else {})
                for rule in spec["colors"]
            ]
        if "form" in spec:
            made["form"] = _some(spec["form"], _OF_A_FORM)
        return made


def _some(held: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: held[name] for name in names if name in held}
