"""New records like others: all that can be the same twice."""

from collections.abc import Sequence
from typing import Any

from kebu.accounts.actor import Actor
from kebu.core.errors import KebuError
from kebu.fields.registry import Field, catalog
from kebu.records import cells, permissions, write
from kebu.records.write import Written

MAX_COPIES = 1000
# What belongs to one record alone.
_UNIQUE = ("auto_number", "credit_code")
_SUFFIX = {"zh-Hans": " 副本", "en": " (copy)"}


def duplicate(
    actor: Actor, object_key: str, ids: Sequence[int], *, label: str = ""
) -> tuple[list[Written], int | None]:
    """Copy records, in one ChangeSet; answers the new ones in order, and its id.

    Numbers and codes are not copied; what is seen through one's own contact or deal becomes one of the copy's own.
    Names get a word behind them. KebuError `not_found` unless the person sees every one, `batch_too_large`.
    """
    actor.require("write")
    known = catalog()
    one = known.object(object_key)
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MAX_COPIES:
        raise KebuError("batch_too_large", limit=MAX_COPIES)
    permissions.require_seen(actor, one, wanted)
    fields = [field for field in permissions.fields(actor, known, object_key).values() if _is_copied(field)]
    suffix = _SUFFIX.get(actor.language, _SUFFIX["en"])
    changes = []
    for _, _, *found in cells.rows(actor, known, one, wanted, fields):
        values: dict[str, Any] = {
            field.key: cell for field, cell in zip(fields, found, strict=True) if cell not in (None, [])
        }
        if isinstance(values.get(one.title), str):
            values[one.title] += suffix
        changes.append({"values": values})
    return write.batch(actor, object_key, changes, label=label)


def _is_copied(field: Field) -> bool:
    if field.readonly or field.stored.kind in _UNIQUE:
        return False
    # A record of its own behind a relation is made anew from its lookups; somebody else's is only pointed at.
    own = (field.relation or field).back is not None
    return own if field.relation else not own
