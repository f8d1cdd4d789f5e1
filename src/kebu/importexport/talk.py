"""What is said beside the cells of a view, as the notes of its workbook."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from kebu.fields.registry import Field
from kebu.records import comments
from kebu.records.query import Asking

#: By column.
Said = dict[int, str]


class Notes:
    """Open comments on the records that are written, put into `into` by row and column."""

    def __init__(self, ask: Asking, fields: Sequence[Field], into: dict[tuple[int, int], str]) -> None:
        self._ask = ask
        # What is said of a record as a whole stands beside its first cell.
        self._places = {"": 0} | {field.key: place for place, field in enumerate(fields)}
        self._zone = ZoneInfo(ask.actor.zone)
        self._into = into
        self._any = comments.any_open(ask.one.key)

    def of(self, ids: Sequence[int]) -> dict[int, Said]:
        """What is said of these records."""
        found: dict[int, Said] = {}
        if self._any:
            for one in comments.open_among(self._ask.actor, self._ask.one.key, ids):
                place = self._places.get(one.field)
                if place is None:
                    continue
                said = found.setdefault(one.record, {})
                line = f"{one.author} {one.at.astimezone(self._zone):%Y-%m-%d %H:%M}\n{one.text}"
                said[place] = f"{said[place]}\n\n{line}" if place in said else line
        return found

    def put(self, row: int, said: Said) -> None:
        """The record stands in this row."""
        self._into.update({(row, place): text for place, text in said.items()})
