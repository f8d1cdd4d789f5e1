"""What a view shows as a workbook or csv: the rows and fields that the person may see, typed, in his language."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from kebu.accounts.actor import Actor
from kebu.accounts.models import User
from kebu.core import files, jobs
from kebu.core.errors import KebuError
from kebu.core.jobs import Run
from kebu.core.models import Job
from kebu.fields.registry import Field, label_in
from kebu.importexport.colours import Colouring
from kebu.importexport.imports import clean_name
from kebu.importexport.traces import Tracer
from kebu.records import asof, cells, colors, permissions, query, saved, snapshots
from kebu.records.models import View
from kebu.records.query import Asking, ViewSpec
from kebu.records.runs import Ids
from kebu.workbooks.rows_xml import Painted
from kebu.workbooks.writing import Column, SheetSpec, write_csv, write_xlsx

Suffix = Literal["xlsx", "csv"]
Tell = Callable[[int, int], None]
_Part = list[tuple[int, list[Any]]]

_ROWS_AT_ONCE = 2000
_KINDS = ("number", "money", "percent", "date", "datetime", "checkbox", "link")
_BOUNDARY = ", "


def spec_of(actor: Actor, object_key: str, view: View | None, given: Mapping[str, Any]) -> tuple[Asking, ViewSpec]:
    """A view's spec, with what is given besides in place of its parts; all fields where none is named.

    KebuError for a spec that cannot be opened, `unknown_field` for what the person does not see.
    """
    ask = query.asking(actor, object_key)
    raw = {**(view.spec if view else {}), **{key: value for key, value in given.items() if value}}
    spec = replace(ViewSpec.of(raw), as_of=given.get("as_of") or "")
    if spec.as_of and spec.search:
        raise KebuError("search_is_of_now", field="search")
    query.queryset(ask, spec)
    seen = permissions.fields(actor, ask.known, object_key)
    if given.get("fields"):
        for key in spec.fields:
            ask.field(key)
    keys = tuple(key for key in spec.fields if key in seen)  # a view may name a field that is gone
    return ask, replace(spec, fields=keys or tuple(key for key, field in seen.items() if not field.hidden))


def rules_of(ask: Asking, view: View | None, given: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The rules for colours that are given, or else those of the view that apply for the person.

    KebuError for given ones that no view could keep, `unknown_field` for what the person does not see.
    """
    if rules := given.get("colors"):
        colors.check(ask, rules)
        return list(rules)
    seen = permissions.fields(ask.actor, ask.known, ask.one.key)
    return colors.apply_to(seen, view.spec.get("colors", []) if view else [])


def start(actor: Actor, object_key: str, given: Mapping[str, Any], *, view_id: int | None, suffix: str) -> Job:
    """Begin to write a file for the person, by a job whose result is `{"file", "name"}`."""
    actor.require("export")
    if suffix not in get_args(Suffix):
        raise KebuError("bad_import_option", field="format", value=suffix[:80])
    view = saved.find(actor, view_id) if view_id is not None else None
    if view is not None and view.object != object_key:
        raise KebuError("bad_view")
    if moment := given.get("as_of"):
        asof.moment_of(moment, ZoneInfo(actor.zone))
    ask, _ = spec_of(actor, object_key, view, given)
    rules_of(ask, view, given)
    payload = {"object_key": object_key, "given": dict(given), "view_id": view_id, "suffix": suffix}
    return jobs.enqueue("importexport.export", payload, user_id=actor.user_id)


def run_export(
    run: Run, *, object_key: str, given: Mapping[str, Any], view_id: int | None, suffix: Suffix
) -> dict[str, Any]:
    """Write the file; answers what the job's result is."""
    user = User.objects.filter(pk=run.job.user_id or 0, is_active=True).first()
    if user is None:
        raise KebuError("not_allowed", status=403)
    actor = Actor.of(user)
    actor.require("export")
    view = saved.find(actor, view_id) if view_id is not None else None
    with asof.shown(actor, given.get("as_of") or "") as reader:
        ask, spec = spec_of(reader, object_key, view, given)
        name = file_name(ask, view, suffix)
        with files.store(name, user_id=actor.user_id) as (path, row):
            write_file(ask, spec, path, suffix, run.progress, rules_of(ask, view, given))
    return {"file": row.pk, "name": name}


def file_name(ask: Asking, view: View | None, suffix: Suffix) -> str:
    """Such as 联系人-全部联系人-2026-11-22.xlsx."""
    language = ask.actor.language
    parts = (label_in(ask.one.plural, language), label_in(view.names, language) if view else "")
    name = "-".join([*filter(None, parts), str(query.today(ask.context.zone))])
    return f"{clean_name(name.replace('/', ' '))}.{suffix}"


def write_file(
    ask: Asking, spec: ViewSpec, path: Path, suffix: Suffix, tell: Tell, rules: Iterable[Mapping[str, Any]] = ()
) -> int:
    """Write all rows of a view to `path`, a workbook in the colours of its `rules`; `tell` hears how far it is.

    Answers how many rows there are.
    """
    fields = [ask.field(key) for key in spec.fields]
    _, ids = snapshots.make(ask, spec)
    tell(0, len(ids))
    columns = [_column(field, ask.actor.language) for field in fields]
    # A table of the past does not come back: what was then is not what somebody may want to be now.
    tracer = Tracer(ask, fields, [column.title for column in columns]) if suffix == "xlsx" and not spec.as_of else None
    if suffix == "csv":
        rows = (row for part in _parts(ask, ids, fields, tell, typed=False) for _, row in part)
        write_csv(path, [column.title for column in columns], rows)
    else:
        name = label_in(ask.one.plural, ask.actor.language)
        colouring = Colouring(ask, rules, fields)
        columns = [replace(column, bar=colouring.bar(field)) for column, field in zip(columns, fields, strict=True)]
        painted = _painted(colouring, _parts(ask, ids, fields, tell, typed=True, tracer=tracer))
        if tracer:
            columns.append(Column(tracer.title, hidden=True))
        write_xlsx(path, [SheetSpec(name, columns, painted)])
        if tracer:
            tracer.keep()
    return len(ids)


def _painted(colouring: Colouring, parts: Iterable[_Part]) -> Iterator[list[Any] | Painted]:
    for part in parts:
        looks = colouring.looks([pk for pk, _ in part])
        for pk, row in part:
            look = looks.get(pk)
            yield Painted(row, (*look, *[None] * (len(row) - len(look)))) if look else row


def _column(field: Field, language: str) -> Column:
    kind: Any = field.stored.kind
    choices = [label_in(one.labels, language) for one in field.stored.choices if not one.archived]
    return Column(
        field.label(language),
        "number" if kind == "rating" else kind if kind in _KINDS else "text",
        choices=choices if kind == "choice" and choices else None,
    )


def _parts(
    ask: Asking, ids: Ids, fields: Sequence[Field], tell: Tell, *, typed: bool, tracer: Tracer | None = None
) -> Iterator[_Part]:
    """Records by their ids, each with its row, its trace at the end."""
    shown = _Shown(ask, typed=typed)
    converters = [shown.converter(field.stored) for field in fields]
    for start in range(0, len(ids), _ROWS_AT_ONCE):
        part = ids[start : start + _ROWS_AT_ONCE].tolist()
        traces = tracer.of(part) if tracer else {}
        yield [
            (
                row[0],
                [
                    None
                    if cell is None
                    else _marked(cell)
                    if type(cell) is dict
                    else convert(cell)
                    if convert
                    else cell
                    for cell, convert in zip(row[2:], converters, strict=True)
                ]
                + ([traces.get(row[0])] if tracer else []),
            )
            for row in cells.rows(ask.actor, ask.known, ask.one, part, fields)
        ]
        tell(min(start + _ROWS_AT_ONCE, len(ids)), len(ids))


def _marked(cell: Mapping[str, Any]) -> str:
    """A record's label, text that did not fit, or what is shown of a masked value."""
    return str(cell.get("label") or cell.get("invalid") or cell.get("masked") or "")


class _Shown:
    """Cells as a person reads them in a spreadsheet; `typed` where a date is more than its text."""

    def __init__(self, ask: Asking, *, typed: bool) -> None:
        self._typed = typed
        self._language = ask.actor.language
        self._zone = ZoneInfo(ask.actor.zone)
        self._people: dict[int, str] | None = None

    def converter(self, field: Field) -> Callable[[Any], Any] | None:
        """What makes a spreadsheet's value of a cell of this field; None: it is one already."""
        match field.kind:
            case "choice":
                return self._labels(field)
            case "choices":
                label = self._labels(field)
                return lambda keys: _BOUNDARY.join(map(label, keys))
            case "tags":
                return _BOUNDARY.join
            case "person":
                return self._person
            case "date":
                return date.fromisoformat if self._typed else None
            case "datetime":
                return self._local
        return None

    def _labels(self, field: Field) -> Callable[[Any], str]:
        labels = {one.key: label_in(one.labels, self._language) for one in field.choices}
        return lambda key: labels.get(key, key)

    def _person(self, pk: int) -> str:
        if self._people is None:
            self._people = dict(User.objects.values_list("id", "name"))
        return self._people.get(pk, "")

    def _local(self, moment: str) -> datetime:
        return datetime.fromisoformat(moment).astimezone(self._zone).replace(tzinfo=None)
