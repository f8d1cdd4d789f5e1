"""What became of records since a version of them was taken along: the values of then, and who changed them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kebu.records import history
from kebu.records.models import Change

_PART = 900


@dataclass(frozen=True)
class Since:
    """Of one field: its plain value at that version, and the last change since, as a person reads who made it."""

    old: Any
    by: str
    at: str
    via: str


def since(object_key: str, versions: Mapping[int, int]) -> dict[int, dict[str, Since]]:
    """By record and by field key, for those fields that were changed after these versions (record → version).

    Whoever asks has made sure that the person may see the records.
    """
    found: dict[int, dict[str, Since]] = {pk: {} for pk in versions}
    ids = sorted(versions)
    for start in range(0, len(ids), _PART):
        part = ids[start : start + _PART]
        oldest = min(versions[pk] for pk in part)
        changes = Change.objects.filter(object=object_key, record__in=part, version__gt=oldest)
        # Newest first: the oldest change that counts says what was there before it.
        for change in changes.select_related("change_set__actor").order_by("-version", "-id"):
            if change.version <= versions[change.record]:
                continue
            done, held = change.change_set, found[change.record]
            name = done.actor.name if done.actor else ""
            for key, (old, _) in change.values.items():
                last = held.get(key)
                held[key] = (
                    Since(old, last.by, last.at, last.via)
                    if last
                    else Since(old, name, history.moment(done.at), done.via)
                )
    return found
