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
#: Records by their ids, each with its row.
Part = list[tuple[int, list[Any]]]

_ROWS_AT_ONCE = 2000
_BOUNDARY = ", "


def parts(
    ask: Asking, ids: Ids, fields: Sequence[Field], tell: Tell, *, typed: bool, tracer: Tracer | None = None
) -> Iterator[Part]:
    """The rows of these records with their traces at the end, those that are gone left out; `typed` where a date is
    more than its text."""
    words = Wording(ask, typed=typed)
    converters = [words.converter(field.stored) for field in fields]
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
