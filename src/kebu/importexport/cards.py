"""Records as address cards, where their object says what of them belongs on one."""

from collections.abc import Iterator, Mapping
from typing import Any

from kebu.core.errors import KebuError
from kebu.fields.registry import Field
from kebu.importexport.wording import Tell, Wording
from kebu.records import cells, permissions
from kebu.records.query import Asking
from kebu.records.runs import Ids

_AT_ONCE = 2000


def cards(ask: Asking, ids: Ids, tell: Tell) -> Iterator[dict[str, str]]:
    """The cards of these records, of what the person may see; what is masked or did not fit is left out.

    KebuError `no_cards` for an object that has none.
    """
    if not ask.one.card:
        raise KebuError("no_cards")
    seen = permissions.read(ask.actor, ask.known, ask.one.key)
    parts: dict[str, Field] = {part: seen[key] for part, key in ask.one.card if key in seen}
    words = Wording(ask, typed=False)
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE].tolist()
        for row in cells.rows(ask.actor, ask.known, ask.one, part, list(parts.values())):
            said = zip(parts.items(), row[2:], strict=True)
            yield {name: str(words.plain(field, cell)) for (name, field), cell in said if _is_plain(cell)}
        tell(min(start + _AT_ONCE, len(ids)), len(ids))


def _is_plain(cell: Any) -> bool:
    return cell is not None and not (isinstance(cell, Mapping) and "label" not in cell)
