"""What a view shows as a file: the rows and fields that the person may see, typed, in his language."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import takewhile
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from kebu.accounts.actor import Actor
from kebu.accounts.models import User
from kebu.audit.log import note
from kebu.core import files, jobs, sealed
from kebu.core.errors import KebuError
from kebu.core.jobs import Run
from kebu.core.models import Job, StoredFile
from kebu.fields.registry import Field, catalog, label_in
from kebu.importexport import outline, talk
from kebu.importexport.cards import cards
from kebu.importexport.colours import Colouring
from kebu.importexport.imports import clean_name
from kebu.importexport.traces import NO_RECORD, Tracer
from kebu.importexport.wording import Tell, Wording, parts
from kebu.records import asof, colors, permissions, query, saved
from kebu.records.models import View
from kebu.records.query import Asking, ViewSpec
from kebu.records.runs import Ids
from kebu.workbooks import locking, printing
from kebu.workbooks.address_cards import write_cards
from kebu.workbooks.rows_xml import Look, Painted, Shade
from kebu.workbooks.separated import write_csv
from kebu.workbooks.writing import Column, SheetSpec, write_xlsx

Suffix = Literal["xlsx", "csv", "pdf", "vcf"]

_KINDS = ("number", "money", "percent", "date", "datetime", "checkbox", "link")
_LINKED = ("link", "email")
#: Links of one sheet that Excel can hold: a column of which some would be none has none.
_MAX_LINKS = 65_530
_PIXELS = 7.5  # of a character
_FONT = "fonts/NotoSansSC-Regular.ttf"  # hatch_build.py puts it there
#: So many exports are told of.
_TOLD = 20
#: The grounds of groups, outer ones first.
_GROUNDS = ("#DCE3EE", "#E8EDF5", "#F2F5FA")


@dataclass(frozen=True, slots=True)
class How:
    """The kind of file. A csv has its `encoding` and `delimiter`, and, `numbered`, a column with its records' numbers,
    by which they are known when it comes back; a workbook `notes` of what is said beside its cells, and may have a
    `password`; the pages of a PDF are `landscape` or not. Address cards (vcf) have no columns."""

    format: Suffix = "xlsx"
    encoding: Literal["utf-8", "gbk"] = "utf-8"
    delimiter: str = ","
    notes: bool = True
    password: str = ""
    landscape: bool = True
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Looks:
    """How a view looks besides its rows: rules for colours, pixels of its columns, how many of them and of the
    rows are frozen, and what stands above it on paper."""

    rules: Sequence[Mapping[str, Any]] = ()
    widths: Mapping[str, int] | None = None
    frozen: int = 0
    title: str = ""
    frozen_rows: int = 0


def spec_of(actor: Actor, object_key: str, view: View | None, given: Mapping[str, Any]) -> tuple[Asking, ViewSpec]:
    """A view's spec, with what is given besides, also that there be nothing, in place of its parts; all fields where
    none is named.

    KebuError for a spec that cannot be opened, `unknown_field` for what the person does not see.
    """
    ask = query.asking(actor, object_key)
    raw = {**(view.spec if view else {}), **given}
    spec = replace(ViewSpec.of(raw), as_of=given.get("as_of") or "")
    query.queryset(ask, spec)
    seen = permissions.fields(actor, ask.known, object_key)
    if given.get("fields"):
        for key in spec.fields:
            ask.shown(key)
    keys = tuple(key for key in spec.fields if key in seen)  # a view may name a field that is gone
    return ask, replace(spec, fields=keys or tuple(key for key, field in seen.items() if not field.hidden))


def looks_of(ask: Asking, view: View | None, given: Mapping[str, Any]) -> Looks:
    """How the rows look: what is given, or else what the view says.

    KebuError for rules for colours that no view could keep, `unknown_field` for what the person does not see.
    """
    spec = view.spec if view else {}
    if "colors" in given:
        rules = given["colors"]
        colors.check(ask, rules)
    else:
        rules = colors.apply_to(permissions.read(ask.actor, ask.known, ask.one.key), spec.get("colors", []))
    widths, frozen, staying = (given.get(part, spec.get(part)) for part in ("widths", "frozen", "frozen_rows"))
    language = ask.actor.language
    named = (label_in(ask.one.plural, language), label_in(view.names, language) if view else "")
    return Looks(list(rules), widths, frozen or 0, " · ".join(filter(None, named)), staying or 0)


def start(actor: Actor, object_key: str, given: Mapping[str, Any], *, view_id: int | None, how: How) -> Job:
    """Begin to write a file for the person, by a job whose result is `{"file", "name", "rows"}`, with `beyond` how many
    signs an old program would show wrongly."""
    permissions.require(actor, catalog().object(object_key), "export")
    if how.password and how.format != "xlsx":
        raise KebuError("no_password_there", field="password")
    view = saved.find(actor, view_id) if view_id is not None else None
    if view is not None and view.object != object_key:
        raise KebuError("bad_view")
    if moment := given.get("as_of"):
        asof.moment_of(moment, ZoneInfo(actor.zone))
    ask, _ = spec_of(actor, object_key, view, given)
    looks_of(ask, view, given)
    if how.format == "vcf" and not ask.one.card:
        raise KebuError("no_cards")
    payload = {"object_key": object_key, "given": dict(given), "view_id": view_id}
    shut = replace(how, password=sealed.seal(how.password) if how.password else "")
    return jobs.enqueue(
        "importexport.export", {**payload, "how": asdict(shut)}, user_id=actor.user_id, scopes=actor.scopes
    )


def run_export(
    run: Run, *, object_key: str, given: Mapping[str, Any], view_id: int | None, how: Mapping[str, Any]
) -> dict[str, Any]:
    """Write the file; answers what the job's result is."""
    user = User.objects.filter(pk=run.job.user_id or 0, is_active=True).first()
    if user is None:
        raise KebuError("not_allowed", status=403)
    actor = Actor.of(user).within(run.job.scopes)
    permissions.require(actor, catalog().object(object_key), "export")
    view = saved.find(actor, view_id) if view_id is not None else None
    shut = How(**how)
    way = replace(shut, password=sealed.unseal(shut.password) if shut.password else "")
    with asof.shown(actor, given.get("as_of") or "", tell=run.progress) as reader:
        ask, spec = spec_of(reader, object_key, view, given)
        name = file_name(ask, view, way.format)
        with files.store(name, user_id=actor.user_id) as (path, row):
            told = write_file(ask, spec, path, way, run.progress, looks_of(ask, view, given))
            # Before the file can be fetched: no export without its entry.
            note("export", actor, object=dict(ask.one.plural), name=name, rows=told["rows"])
    return {"file": row.pk, "name": name, **told}


def under_way(actor: Actor) -> list[dict[str, Any]]:
    """The person's exports that are at work or whose files are still kept, newest first: what a page shows again that
    was loaded meanwhile. Each as a job is shown, with its `object`, `format`, when it was asked for and its size."""
    mine = Job.objects.filter(kind="importexport.export", user_id=actor.user_id).order_by("-id")
    rows = list(mine.filter(created_at__gte=timezone.now() - files.KEPT)[:_TOLD])
    kept = dict(
        StoredFile.objects.filter(
            user_id=actor.user_id, pk__in=[row.result["file"] for row in rows if row.result]
        ).values_list("pk", "size")
    )
    return [
        {
            **row.as_json(actor.language),
            "object": row.payload["object_key"],
            "format": row.payload["how"]["format"],
            "at": row.created_at,
            "size": kept.get(row.result["file"]) if row.result else None,
        }
        for row in rows
    ]


def file_name(ask: Asking, view: View | None, suffix: Suffix) -> str:
    """Such as 联系人-全部联系人-2026-11-22.xlsx."""
    language = ask.actor.language
    named = (label_in(ask.one.plural, language), label_in(view.names, language) if view else "")
    name = "-".join([*filter(None, named), str(query.today(ask.context.zone))])
    return f"{clean_name(name.replace('/', ' '))}.{suffix}"


_NOTHING = Looks()


def write_file(
    ask: Asking, spec: ViewSpec, path: Path, how: How, tell: Tell, looks: Looks = _NOTHING
) -> dict[str, Any]:
    """Write all rows of a view to `path`; `tell` hears how far it is.

    Answers how many `rows` there are (or cards) and, of a csv in GBK, how many signs are `beyond` that, of a PDF its
    `pages`.
    """
    fields = [*(_numbers(ask, spec) if how.numbered and how.format == "csv" else ()), *map(ask.shown, spec.fields)]
    ids, heads = outline.opened(ask, spec, fields)
    tell(0, len(ids))
    told: dict[str, Any] = {"rows": len(ids)}
    if how.format == "csv":
        rows = (row for _, part in parts(ask, ids, fields, tell, typed=False) for row in part)
        titles = [field.label(ask.actor.language) for field in fields]
        told["beyond"] = write_csv(path, titles, rows, encoding=how.encoding, delimiter=how.delimiter)
    elif how.format == "vcf":
        told["rows"] = write_cards(path, cards(ask, ids, tell))
    elif how.format == "pdf":
        told["pages"] = _print(ask, spec, path, ids, heads, fields, how, tell, looks)
    else:
        titles = [field.label(ask.actor.language) for field in fields]
        # A table of the past does not come back: what was then is not what somebody may want to be now.
        tracer = None if spec.as_of else Tracer(ask, fields, titles)
        write_xlsx(path, [_sheet(ask, spec, ids, heads, fields, how, tell, looks, tracer)])
        if tracer:
            tracer.keep()
        if how.password:
            locking.lock(path, how.password)
    return told


def _numbers(ask: Asking, spec: ViewSpec) -> list[Field]:
    """The column of the records' own numbers, where the view does not show it."""
    every = permissions.fields(ask.actor, ask.known, ask.one.key).values()
    return [one for one in every if one.kind == "auto_number" and not one.relation and one.key not in spec.fields][:1]


def _sheet(
    ask: Asking,
    spec: ViewSpec,
    ids: Ids,
    heads: Sequence[outline.Head],
    fields: Sequence[Field],
    how: How,
    tell: Tell,
    looks: Looks,
    tracer: Tracer | None,
) -> SheetSpec:
    colouring = Colouring(ask, looks.rules, fields)
    links = [field for field in fields if field.stored.kind in _LINKED]
    linked = links[: _MAX_LINKS // max(len(ids), 1)]
    widths = looks.widths or {}
    columns = [
        replace(
            _column(field, ask.actor.language),
            bar=colouring.bar(field),
            linked=field in linked,
            width=widths[field.key] / _PIXELS if field.key in widths else None,
        )
        for field in fields
    ]
    comments: dict[tuple[int, int], str] = {}
    notes = talk.Notes(ask, fields, comments) if how.notes and not spec.as_of else None
    rows = painted(ask, spec, ids, heads, fields, tell, colouring, notes, tracer)
    frozen = min(looks.frozen, len(columns) - 1)
    if tracer:
        columns.append(Column(tracer.title, hidden=True))
    name = label_in(ask.one.plural, ask.actor.language)
    # In groups no rows stay, as on the page.
    top = 1 + (0 if spec.group else looks.frozen_rows)
    return SheetSpec(name, columns, rows, comments=comments, levels=len(spec.group), frozen=frozen, top=top)


def _print(
    ask: Asking,
    spec: ViewSpec,
    path: Path,
    ids: Ids,
    heads: Sequence[outline.Head],
    fields: Sequence[Field],
    how: How,
    tell: Tell,
    looks: Looks,
) -> int:
    if len(ids) > printing.MAX_ROWS:
        raise KebuError("too_many_rows_to_print", limit=f"{printing.MAX_ROWS:,}", rows=f"{len(ids):,}")
    font = print_font()
    colouring = Colouring(ask, looks.rules, fields)
    # Reading them takes a twentieth of the time: what is told is how many are on paper.
    rows = painted(ask, spec, ids, heads, fields, lambda done, total: None, colouring)
    day = asof.moment_of(spec.as_of, ask.context.zone) if spec.as_of else None
    remark = f"{day.astimezone(ask.context.zone):%Y-%m-%d}" if day else str(query.today(ask.context.zone))
    paper = printing.Paper(looks.title or label_in(ask.one.plural, ask.actor.language), remark, how.landscape)
    columns = [replace(_column(field, ask.actor.language), bar=colouring.bar(field)) for field in fields]
    return printing.write_pdf(path, font, paper, columns, rows, tell)


def print_font() -> Path:
    """The font of what is printed. KebuError `no_print_font`."""
    if settings.STATIC_ROOT is None or not (font := Path(settings.STATIC_ROOT, _FONT)).exists():
        raise KebuError("no_print_font")
    return font


def painted(
    ask: Asking,
    spec: ViewSpec,
    ids: Ids,
    heads: Sequence[outline.Head],
    fields: Sequence[Field],
    tell: Tell,
    colouring: Colouring,
    notes: talk.Notes | None = None,
    tracer: Tracer | None = None,
) -> Iterator[Sequence[Any] | Painted]:
    """The rows of a view as a sheet has them: in colours, below the heads of their groups, with their traces last."""
    words = Wording(ask, typed=True)
    beside: Look = (None,) if tracer else ()
    mark = [NO_RECORD] if tracer else []
    shades: list[Look] = [(*(Shade(ground, bold=True),) * len(fields), *beside) for ground in _GROUNDS]
    lines = iter(
        (one.place, Painted(outline.line(ask, words, spec.group, one, fields) + mark, shades[one.level], one.level))
        for one in heads
    )
    level = len(spec.group) if heads else 0
    coming = next(lines, None)
    order = iter(ids.tolist() if heads else ())
    place = written = 0
    for pks, part in parts(ask, ids, fields, tell, typed=True, tracer=tracer):
        shown = colouring.looks(pks)
        said = notes.of(pks) if notes else {}
        for pk, row in zip(pks, part, strict=True):
            if coming is not None:
                # A row that is gone meanwhile still counts for where the next group begins.
                place += 1 + sum(1 for _ in takewhile(pk.__ne__, order))
                while coming is not None and coming[0] < place:
                    yield coming[1]
                    written += 1
                    coming = next(lines, None)
            if pk in said and notes:
                notes.put(written, said[pk])
            look = shown.get(pk)
            yield Painted(row, look and (*look, *beside), level) if look or level else row
            written += 1


def _column(field: Field, language: str) -> Column:
    kind: Any = field.stored.kind
    choices = [label_in(one.labels, language) for one in field.stored.choices if not one.archived]
    return Column(
        field.label(language),
        "number" if kind == "rating" else kind if kind in _KINDS else "text",
        choices=choices if kind == "choice" and choices else None,
    )
