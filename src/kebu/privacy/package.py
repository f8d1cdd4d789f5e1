"""All that is known of one person, as a package: a JSON file for programs and a workbook to read, in one zip."""

import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from kebu.accounts.actor import Actor
from kebu.accounts.models import Share, User
from kebu.accounts.rights import EVERYTHING
from kebu.audit.log import note
from kebu.core import db, files, jobs
from kebu.core.errors import message
from kebu.core.jobs import Run
from kebu.fields.registry import Catalog, Field, catalog, label_in
from kebu.importexport.models import Exported, Import, OutsideId
from kebu.importexport.traces import ids_of
from kebu.privacy import erase, persons
from kebu.records import erasing, history
from kebu.records.models import Change, Comment
from kebu.records.plain import cell_of, plain_of
from kebu.workbooks.writing import Column, SheetSpec, write_xlsx


def ask(actor: Actor, object_key: str, pk: int) -> int:
    """Begin the job that writes the package; answers its id. KebuError `not_allowed`, `not_found`."""
    erase.require(actor, object_key, pk)
    asked = {"object_key": object_key, "record": pk}
    return jobs.enqueue("privacy.package", asked, user_id=actor.user_id).pk


def write(run: Run, *, object_key: str, record: int) -> dict[str, Any]:
    """Write it; the file is the person's who asked, for some days."""
    actor = Actor.of(User.objects.get(pk=run.job.user_id or 0))
    _, label = erase.require(actor, object_key, record)
    run.progress(0)
    # Whom the data is about may have all of it, whatever the one who fetches it may see himself.
    gathered = _Gathered(replace(actor, rights=EVERYTHING), catalog(), object_key, record)
    content = {"object": object_key, "number": label, "at": history.moment(run.job.created_at), **gathered.as_json()}
    name = message("package_file", actor.language, number=label)
    with files.store(name, user_id=actor.user_id) as (path, stored), tempfile.TemporaryDirectory() as home:
        sheet = Path(home, "data.xlsx")
        write_xlsx(sheet, gathered.sheets())
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("data.json", orjson.dumps(content, option=orjson.OPT_INDENT_2))
            archive.write(sheet, "data.xlsx")
        note("packaged", actor, object=dict(catalog().object(object_key).labels), number=label)
    return {"file": stored.pk, "name": stored.name, "rows": gathered.count}


@dataclass(frozen=True)
class _Step:
    """A value of a record's past."""

    at: datetime
    who: str
    object: str
    record: int
    action: str
    field: str
    old: str
    new: str


class _Gathered:
    """The person's records with what belongs to them and what points at them; how they came to be; who was told."""

    def __init__(self, actor: Actor, known: Catalog, object_key: str, pk: int) -> None:
        self.actor, self.known = actor, known
        plan = erasing.plan(known, object_key, pk, persons.objects())
        self.own = plan.gone
        self.ids = {key: set(ids) for key, ids in plan.gone.items()}
        for key, found in erasing.pointing(known, plan.gone).items():
            self.ids.setdefault(key, set()).update(found)
        self.change_sets = plan.change_sets
        self._zone = ZoneInfo(actor.zone)
        self.rows = {key: self._rows(key, ids) for key, ids in self.ids.items()}
        wanted: dict[str, set[int]] = {}
        for key, rows in self.rows.items():
            for field in self._fields(key):
                if field.kind == "relation":
                    found = {row[field.attribute or ""] for row in rows} - {None}
                    wanted.setdefault(field.target or "", set()).update(found)
        self.titles = history.titles(actor, known, wanted)
        self.steps = list(self._steps())
        self.said = list(self._said())
        self.went = list(self._went())

    @property
    def count(self) -> int:
        """How many records there are."""
        return sum(map(len, self.rows.values()))

    def _fields(self, key: str) -> list[Field]:
        return [one for one in self.known.shown[key].values() if not one.relation and one.key != "version"]

    def _rows(self, key: str, ids: set[int]) -> list[dict[str, Any]]:
        one = self.known.object(key)
        columns = [item.attname for item in one.model._meta.concrete_fields]
        return list(one.model.objects.filter(db.IdIn(sorted(ids))).order_by("id").values(*columns))

    def _shown(self, field: Field, plain: Any) -> str:
        return history.shown(field, plain, self.titles, self.actor)

    def _steps(self) -> Iterable[_Step]:
        for key, ids in self.own.items():
            changes = Change.objects.filter(db.IdIn(sorted(ids), "record"), object=key).order_by("id")
            fields = {one.key: one for one in self.known.fields[key].values()}
            for change in changes.select_related("change_set__actor"):
                by = change.change_set.actor
                pairs = [(fields[name], pair) for name, pair in change.values.items() if name in fields]
                first = (change.change_set.at, by.name if by else "", key, change.record, change.action)
                for field, (old, new) in pairs:
                    label = field.label(self.actor.language)
                    yield _Step(*first, label, self._shown(field, old), self._shown(field, new))
                if not pairs:
                    yield _Step(*first, "", "", "")

    def _said(self) -> Iterable[dict[str, Any]]:
        for key, ids in self.own.items():
            said = Comment.objects.filter(db.IdIn(sorted(ids), "thread__record"), thread__object=key).order_by("id")
            for one in said.select_related("author", "thread"):
                where = {"object": key, "record": one.thread.record}
                yield {**where, "at": history.moment(one.at), "by": one.author.name, "text": one.text}

    def _went(self) -> Iterable[dict[str, Any]]:
        """Where the data came from, and to whom it went."""
        for row in Import.objects.filter(change_set__in=self.change_sets).select_related("owner"):
            names = ", ".join(file["name"] for file in row.files)
            yield self._way("import", row.created_at, row.owner, names)
        for key, ids in self.own.items():
            for out in Exported.objects.filter(object=key).select_related("owner"):
                if not ids.isdisjoint(ids_of(out)):
                    yield self._way("export", out.at, out.owner, label_in(self.known.object(key).plural, out.language))
            for share in Share.objects.filter(db.IdIn(sorted(ids), "record"), object=key).select_related(
                "user", "team"
            ):
                whom = share.user.name if share.user else share.team.name if share.team else ""
                yield self._way("share", share.given_at, share.given_by, whom)
            for outside in OutsideId.objects.filter(db.IdIn(sorted(ids), "record"), object=key):
                yield {"kind": "outside", "at": None, "by": "", "what": f"{outside.system} {outside.outside}"}

    def _way(self, kind: str, at: datetime, by: User | None, what: str) -> dict[str, Any]:
        return {"kind": kind, "at": history.moment(at), "by": by.name if by else "", "what": what}

    def as_json(self) -> dict[str, Any]:
        """All of it as programs read it: cells as the API writes them."""
        records = {
            key: [{"id": row["id"], **{one.key: cell_of(one, plain_of(row, one)) for one in fields}} for row in rows]
            for key, rows in self.rows.items()
            for fields in [self._fields(key)]
        }
        told = [{**vars(step), "at": history.moment(step.at)} for step in self.steps]
        return {"records": records, "history": told, "comments": self.said, "ways": self.went}

    def sheets(self) -> list[SheetSpec]:
        """All of it to read: a sheet for each object, then the history, the comments and the ways."""
        made = []
        for key, rows in self.rows.items():
            fields = self._fields(key)
            columns = [Column(one.label(self.actor.language)) for one in fields]
            lines = [[self._shown(one, plain_of(row, one)) for one in fields] for row in rows]
            made.append(SheetSpec(label_in(self.known.object(key).plural, self.actor.language), columns, lines))
        made.append(
            self._sheet(
                "history",
                ("at", "who", "object", "action", "field", "old", "new"),
                [
                    [
                        self._local(one.at),
                        one.who,
                        self._named(one.object),
                        self._say(one.action),
                        one.field,
                        one.old,
                        one.new,
                    ]
                    for one in self.steps
                ],
            )
        )
        said = [[one["at"], one["by"], self._named(one["object"]), one["text"]] for one in self.said]
        made.append(self._sheet("comments", ("at", "who", "object", "text"), said))
        went = [[one["at"] or "", one["by"], self._say(one["kind"]), one["what"]] for one in self.went]
        made.append(self._sheet("ways", ("at", "who", "kind", "what"), went))
        return made

    def _sheet(self, name: str, titles: Sequence[str], rows: Sequence[Sequence[Any]]) -> SheetSpec:
        return SheetSpec(self._say(name), [Column(self._say(title)) for title in titles], rows)

    def _say(self, code: str) -> str:
        return message(f"package_{code}", self.actor.language)

    def _named(self, key: str) -> str:
        return label_in(self.known.object(key).labels, self.actor.language)

    def _local(self, at: datetime) -> str:
        return f"{at.astimezone(self._zone):%Y-%m-%d %H:%M}"
