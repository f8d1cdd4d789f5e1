"""A workbook that came back and was compared (`returning`): looked at, chosen from (`choosing`), and written by the
importer's job, as what any import writes.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

import numpy as np
from django.db import transaction

from kebu.accounts.actor import Actor
from kebu.core import jobs
from kebu.core.errors import KebuError, message, not_found
from kebu.core.models import Job
from kebu.fields.registry import Catalog, Field, catalog
from kebu.importexport import choosing, imports, traces
from kebu.importexport.choosing import Choices, Tally
from kebu.importexport.cleaning import parts_of
from kebu.importexport.comparing import KINDS, Comparing
from kebu.importexport.folder import Folder
from kebu.importexport.models import Import
from kebu.importexport.outcome import labels_in
from kebu.importexport.plan import require_import
from kebu.importexport.returning import needed_in, nobody
from kebu.records import history, permissions
from kebu.records.models import ChangeSet

_TEXT = 2000
_PART = 500


# -- looking -----------------------------------------------------------------------------------------------------


class _Compared:
    """A comparison as it is kept."""

    def __init__(self, actor: Actor, pk: int) -> None:
        self.row = imports.find(actor, pk)
        if self.row.way != Import.Way.COMPARE:
            raise not_found()
        self.folder, self.name = Folder(self.row.folder), self.row.comparison["name"]
        self.choices = Choices.of(self.row.comparison["choices"])
        self.exported = traces.known(self.row, self.row.comparison.get("key"))
        self.known = catalog()
        self.one = self.known.object(self.row.comparison["object"])
        self.needed = needed_in(self.one)
        self.fields = permissions.fields(actor, self.known, self.one.key)
        try:
            content = self.folder.load_bytes(f"{self.name}.tally")
        except FileNotFoundError:
            raise KebuError("import_gone", status=410) from None
        self.tally: Tally = np.frombuffer(content, dtype=np.int32).reshape(-1, choosing.WIDTH)

    def lines(self, places: Sequence[int]) -> dict[int, Any]:
        return dict(zip(places, self.folder.lines(self.name, places), strict=True))

    def counts(self) -> dict[str, Any]:
        return choosing.count(self.tally, self.choices, self.lines(sorted(self.choices.own)), self.needed)

    def require_open(self) -> None:
        if self.row.state != Import.State.PLANNED:
            raise KebuError("import_started", status=409)

    def save(self) -> None:
        self.choices.check()
        self.row.comparison["choices"] = vars(self.choices)
        done = Import.objects.filter(pk=self.row.pk, state=Import.State.PLANNED).update(comparison=self.row.comparison)
        if not done:
            raise KebuError("import_started", status=409)


def as_json(actor: Actor, pk: int) -> dict[str, Any]:
    """A comparison as programs see it: how many rows differ in which way, and what would be written."""
    found = _Compared(actor, pk)
    row = found.row
    undone = row.change_set is not None and row.change_set.state == ChangeSet.UNDONE
    return {
        "id": row.pk,
        "state": "undone" if row.state == Import.State.DONE and undone else row.state,
        "object": found.one.key,
        "files": [file["name"] for file in row.files],
        "export": traces.told(row, found.exported) if found.exported else None,
        "others": [traces.told(row, one) for one in traces.all_known(row) if one != found.exported],
        "at": row.comparison["at"],
        "compared": row.comparison["compared"],
        "skipped": [{**one, "message": message(one["code"], actor.language)} for one in row.comparison["skipped"]],
        "counts": found.counts(),
        "kinds": found.choices.kinds,
        "kept": row.kept,
        "job": row.job,
        "change_set": row.change_set_id,
        "error": None
        if row.error is None
        else {"code": row.error["code"], "message": message(row.error["code"], actor.language, **row.error["params"])},
    }


def rows(actor: Actor, pk: int, *, only: str, offset: int, limit: int) -> dict[str, Any]:
    """A page of the rows that differ: `{"count", "rows"}`."""
    found = _Compared(actor, pk)
    places = choosing.places(found.tally, only)
    lines = found.lines(places[offset : offset + limit].tolist())
    teller = _Teller(actor, found)
    return {"count": len(places), "rows": [teller.row(place, line) for place, line in lines.items()]}


class _Teller:
    """Rows of a comparison in words."""

    def __init__(self, actor: Actor, found: _Compared) -> None:
        self._actor, self._found = actor, found
        self._sheets = {(one["file"], one["index"]): one["name"] for one in found.row.sheets}

    def row(self, place: int, line: Mapping[str, Any]) -> dict[str, Any]:
        choices, fields = self._found.choices, self._found.fields
        keys = dict.fromkeys((*line["cells"], *choices.fixed.get(str(place), ())))
        if line["kind"] == "new":
            keys |= dict.fromkeys(self._found.needed)
        decided = choosing.decide(choices, place, line, self._found.needed)
        said = choices.rows.get(str(place))
        if said is None and (line["kind"] in ("removed", "new") or line["word"] == "gone"):
            said = choices.kinds["conflict" if line["word"] == "gone" else line["kind"]]
            if decided.open:
                said = None
        shown = [self._cell(place, line, fields[key]) for key in fields if key in keys]
        return {
            "place": place,
            "kind": line["kind"],
            "word": line["word"],
            "record": line["record"],
            "title": permissions.titled(self._actor, self._found.known, self._found.one, line["title"]),
            "sheet": self._sheets.get((line["file"], line["sheet"])),
            "row": line["number"],
            "choice": said,
            "open": decided.open,
            "locked": self._said(line.get("locked"), self._found.fields.get(self._found.one.scope or "")),
            "cells": shown,
        }

    def _cell(self, place: int, line: Mapping[str, Any], field: Field) -> dict[str, Any]:
        choices = self._found.choices
        cell = choosing.cell_of(choices, place, line, field.key)
        theirs = cell.get("theirs")
        code = cell.get("code")
        if line["kind"] == "new" and field.key in self._found.needed and theirs is None:
            code = "required"
        typed = choices.fixed.get(str(place), {}).get(field.key)
        return {
            "field": field.key,
            "state": cell["state"],
            "base": self._text(field, cell["base"]) if "base" in cell else None,
            "theirs": typed["raw"] if typed and code else self._text(field, theirs),
            "ours": self._text(field, cell.get("ours")),
            "fixed": typed is not None,
            "choice": choosing.choice_of(choices, place, cell, field.key) if cell["state"] != "new" else None,
            "problem": self._said(code, field),
            "locked": self._said(cell.get("locked"), field),
            "by": cell.get("by"),
            "at": cell.get("at"),
            "via": cell.get("via"),
        }

    def _said(self, code: str | None, field: Field | None) -> dict[str, str] | None:
        """Why something is no value, or may not be written."""
        if not code:
            return None
        named = field.relation if field and field.relation and code.endswith("_behind") else field
        name = named.label(self._actor.language) if named else ""
        return {"code": code, "message": message(code, self._actor.language, name=name)}

    def _text(self, field: Field, plain: Any) -> str:
        if labels := labels_in(plain):
            return ", ".join(labels)
        titles = {}
        if field.stored.kind == "relation" and isinstance(plain, int):
            target = field.stored.target or ""
            titles = history.titles(self._actor, self._found.known, {target: [plain]})
        return history.shown(field, plain, titles, self._actor)


# -- choosing ----------------------------------------------------------------------------------------------------


def choose(
    actor: Actor,
    pk: int,
    *,
    kinds: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    cells: Sequence[Mapping[str, Any]],
    typed: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Decide: for all rows of a kind, for rows, for cells; and type values in place of those that are none.

    KebuError `not_found` for a row or a cell that is not there, `import_started` (409), `too_many_decided`.
    """
    actor = actor.by("import")
    found = _Compared(actor, pk)
    require_import(actor, found.known, found.one)
    actor.require("write")
    found.require_open()
    choices = found.choices
    for kind, choice in kinds.items():
        choices.of_all(kind, choice)
        choices.forget([one for one in choices.own if found.tally[one, 0] == KINDS.index(kind)])
        if kind == "edit":  # edited cells stand in rows with a conflict, too
            for one in choices.own:
                _forget_edits(choices, one, found)
    wanted = {one["place"] for one in (*rows, *cells, *typed)}
    if any(place >= len(found.tally) for place in wanted):
        raise not_found()
    lines = found.lines(sorted(wanted))
    for said in rows:
        choices.forget([said["place"]])
        choices.rows[str(said["place"])] = said["choice"]
    for said in cells:
        _require_cell(lines[said["place"]], said["field"])
        choices.cells.setdefault(str(said["place"]), {})[said["field"]] = said["choice"]
    for said in typed:
        _type(actor, found, lines[said["place"]], said)
    found.save()
    return as_json(actor, pk)


def _forget_edits(choices: Choices, place: int, found: _Compared) -> None:
    said = choices.cells.get(str(place))
    if not said:
        return
    (line,) = found.folder.lines(found.name, [place])
    for key in [key for key in said if line["cells"].get(key, {}).get("state") == "edit"]:
        del said[key]
    if not said:
        del choices.cells[str(place)]


def _require_cell(line: Mapping[str, Any], key: str) -> None:
    """KebuError `not_found` for a cell about which there is nothing to decide."""
    cell = line["cells"].get(key, {})
    if cell.get("state") not in ("conflict", "edit") or "locked" in cell or line.get("locked"):
        raise not_found()


def _type(actor: Actor, found: _Compared, line: Mapping[str, Any], said: Mapping[str, Any]) -> None:
    """Take what a person typed in place of a cell of the file; None: the file's own again."""
    place, key, text = str(said["place"]), said["field"], said["value"]
    if line["kind"] not in ("conflict", "edit", "new") or key not in found.fields or line.get("locked"):
        raise not_found()
    if line["kind"] != "new":
        _require_cell(line, key)
    field = permissions.writable(actor, found.known, found.one.key, key)
    held = found.choices.fixed.setdefault(place, {})
    held.pop(key, None)
    if text is not None:
        held[key] = _understood(actor, found, line, field, text[:_TEXT])
    if not held:
        del found.choices.fixed[place]
    # What was decided before was about another value.
    found.choices.cells.get(place, {}).pop(key, None)
    if not found.choices.cells.get(place, {1}):
        del found.choices.cells[place]


def _understood(actor: Actor, found: _Compared, line: Mapping[str, Any], field: Field, text: str) -> dict[str, Any]:
    if found.exported is None:
        raise KebuError("not_from_here")
    sheet = next(one for one in found.row.sheets if (one["file"], one["index"]) == (line["file"], line["sheet"]))
    clean = Comparing(actor, found.known, found.row, found.exported, nobody).cleaner(sheet).clean([text], field)
    code = clean.problems.get(0)
    return {"raw": text, "value": clean.values[0]} | ({"code": code} if code else {})


# -- writing -----------------------------------------------------------------------------------------------------


def apply(actor: Actor, pk: int) -> Job:
    """Begin to write what was chosen, by the importer's job; asked twice, it is one job.

    Every value is looked at again when it is written: what somebody changed since stays, and shows as a conflict when
    the file is compared again. KebuError `nothing_to_import`, `import_gone`.
    """
    found = _Compared(actor, pk)
    require_import(actor, found.known, found.one)
    actor.require("write")
    row = found.row
    if row.state == Import.State.APPLYING and row.job:
        return Job.objects.get(pk=row.job)
    found.require_open()
    work = _Work(found.known, found)
    name = uuid4().hex[:12]
    total = found.folder.save_units(name, work.units())
    if total == 0:
        found.folder.forget_plan(name)
        raise KebuError("nothing_to_import")
    with transaction.atomic():
        job = jobs.enqueue(
            "importexport.apply", {"import_id": row.pk}, key=f"importexport.apply:{row.pk}", user_id=actor.user_id
        )
        Import.objects.filter(pk=row.pk, state=Import.State.PLANNED).update(
            state=Import.State.APPLYING, job=job.pk, plan=name, total=total, summary=work.summary()
        )
    return job


class _Work:
    """What was chosen as the importer writes it."""

    def __init__(self, known: Catalog, found: _Compared) -> None:
        self._known, self._found = known, found
        self._choices: dict[tuple[str, str], int] = {}
        self._done = {"create": 0, "update": 0}

    def units(self) -> Iterator[dict[str, Any]]:
        """A line for each record."""
        found = self._found
        for start in range(0, len(found.tally), _PART):
            places = range(start, min(start + _PART, len(found.tally)))
            lines = found.lines(places)
            decided = {at: choosing.decide(found.choices, at, line, found.needed) for at, line in lines.items()}
            behind = self._behind_now([lines[at]["record"] for at, one in decided.items() if one.values])
            for at, line in lines.items():
                yield from self._unit(line, decided[at], behind)

    def _unit(
        self, line: Mapping[str, Any], decided: choosing.Decided, now: Mapping[int, Mapping[str, int | None]]
    ) -> Iterator[dict[str, Any]]:
        for key, value in decided.values.items():
            for label in labels_in(value):
                self._choices[key, label] = self._choices.get((key, label), 0) + 1
        if decided.create:
            self._done["create"] += 1
            own, behind = self._parted(decided.values)
            yield {"create": own, "behind": [[relation, values] for relation, values in behind.items()]}
        elif decided.delete:
            self._done["update"] += 1
            yield {"delete": line["record"], "version": line["cells"][""]["version"]}
        elif decided.values or decided.restore:
            self._done["update"] += 1
            own, behind = self._parted(
                {key: [line["cells"][key]["ours"], value] for key, value in decided.values.items()}
            )
            unit = {"update": line["record"], "edits": own, "behind": self._behind(now.get(line["record"], {}), behind)}
            yield unit | ({"restore": True} if decided.restore else {})

    def _behind_now(self, ids: Sequence[int | None]) -> dict[int, dict[str, int | None]]:
        """The records behind the lookups of records, as they are now: by record and relation."""
        one = self._found.one
        relations = {key: self._known.field(one.key, key).attribute or "" for key, _ in one.lookups}
        found: dict[int, dict[str, int | None]] = {}
        for part in parts_of([pk for pk in ids if pk is not None]):
            for pk, *behind in one.model.objects.filter(id__in=part).values_list("id", *relations.values()):
                found[pk] = dict(zip(relations, behind, strict=True))
        return found

    def _parted(self, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """Values of the record itself, and of those behind its lookups by relation."""
        own: dict[str, Any] = {}
        behind: dict[str, dict[str, Any]] = {}
        for key, value in values.items():
            field = self._known.fields[self._found.one.key].get(key)
            if field is None:
                continue
            if field.relation:
                behind.setdefault(field.relation.key, {})[field.stored.key] = value
            else:
                own[key] = value
        return own, behind

    def _behind(
        self, now: Mapping[str, int | None], behind: Mapping[str, Mapping[str, Sequence[Any]]]
    ) -> list[list[Any]]:
        parts: list[list[Any]] = []
        for relation, pairs in behind.items():
            if (kid := now.get(relation)) is not None:
                parts.append([relation, kid, pairs, False])
            else:
                back = self._known.field(self._found.one.key, relation).back
                new = {key: new for key, (_, new) in pairs.items() if new is not None}
                parts.append([relation, None, new, bool(back)])
        return parts

    def summary(self) -> dict[str, Any]:
        """What the job and the pages of imports ask for. Complete when all units were taken."""
        kinds = choosing.count(self._found.tally, Choices(), {}, self._found.needed)["rows"]
        counts = {"rows": kinds["all"], **self._done, "same": 0, "skip": 0, "reject": 0, "flagged": 0}
        return {
            **self._found.row.summary,
            "parts": [],
            "fields": list(self._found.fields),
            "counts": counts,
            "objects": {},
            "new_choices": [
                {"field": key, "value": label, "count": count} for (key, label), count in self._choices.items()
            ],
            "new_fields": [],
            "sheets": [],
            "groups": [],
            "problem_rows": 0,
        }
