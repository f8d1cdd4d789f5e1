"""Cells of a view as a person reads them in a file: choices and people by name, dates and moments in his zone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from kebu.accounts.models import User
from kebu.fields.registry import Field, label_in
from kebu.importexport.traces import Tracer
from kebu.records import cells
from kebu.records.query import Asking
from kebu.records.runs import Ids

Tell = Callable[[int, int], None]
#: Ids of records and the row of each.
Part = tuple[Sequence[int], Sequence[Sequence[Any]]]
_Convert = Callable[[Any], Any]

_ROWS_AT_ONCE = 1000  # more of them do not stay in the processor's cache
_KEPT_WORDS = 20_000  # of a column
_BOUNDARY = ", "


def parts(
    ask: Asking, ids: Ids, fields: Sequence[Field], tell: Tell, *, typed: bool, tracer: Tracer | None = None
) -> Iterator[Part]:
    """The rows of these records with their traces at the end, those that are gone left out; `typed` where a date is
    more than its text."""
    words = Wording(ask, typed=typed)
    columns = [words.column(field.stored) for field in fields]
    for start in range(0, len(ids), _ROWS_AT_ONCE):
        part = ids[start : start + _ROWS_AT_ONCE].tolist()
        traces = tracer.of(part) if tracer else {}
        pks, _, found = cells.columns(ask.actor, ask.known, ask.one, part, fields)
        worded = [column(some) for column, some in zip(columns, found, strict=True)]
        if tracer:
            worded.append(list(map(traces.get, pks)))
        yield pks, list(zip(*worded, strict=True))
        tell(min(start + _ROWS_AT_ONCE, len(ids)), len(ids))


class _Words(dict[Any, Any]):
    """What cells are in words, each made once: most columns say few things again and again."""

    def __init__(self, convert: _Convert) -> None:
        super().__init__({None: None})
        self._convert = convert

    def __missing__(self, cell: Any) -> Any:
        if len(self) > _KEPT_WORDS:
            self.clear()
            self[None] = None
        self[cell] = said = self._convert(cell)
        return said


def _marked(cell: Mapping[str, Any]) -> str:
    """A record's label, text that did not fit, or what is shown of a masked value."""
    return str(cell.get("label") or cell.get("invalid") or cell.get("masked") or "")


class Wording:
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
                return self.person
            case "date":
                return date.fromisoformat if self._typed else None
            case "datetime":
                return self._local
        return None

    def column(self, field: Field) -> Callable[[Sequence[Any]], Sequence[Any]]:
        """What makes a spreadsheet's values of many cells of this field."""
        convert = self.converter(field)
        words = _Words(convert) if convert and field.kind not in ("choices", "tags") else None

        def worded(cells: Sequence[Any]) -> Sequence[Any]:
            if dict in set(map(type, cells)):  # only what is marked is none
                return [
                    _marked(cell) if type(cell) is dict else cell if cell is None or not convert else convert(cell)
                    for cell in cells
                ]
            if words is not None:
                return list(map(words.__getitem__, cells))
            return [None if cell is None else convert(cell) for cell in cells] if convert else cells

        return worded

    def plain(self, field: Field, cell: Any) -> Any:
        """One cell, whatever it holds."""
        if isinstance(cell, Mapping):
            return _marked(cell)
        convert = self.converter(field.stored)
        return cell if cell is None or convert is None else convert(cell)

    def person(self, pk: int) -> str:
        """Somebody's name; "" for nobody's."""
        if self._people is None:
            self._people = dict(User.objects.values_list("id", "name"))
        return self._people.get(pk, "")

    def _labels(self, field: Field) -> Callable[[Any], str]:
        labels = {one.key: label_in(one.labels, self._language) for one in field.choices}
        return lambda key: labels.get(key, key)

    def _local(self, moment: str) -> datetime:
        return datetime.fromisoformat(moment).astimezone(self._zone).replace(tzinfo=None)
