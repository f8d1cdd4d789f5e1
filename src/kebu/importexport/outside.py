"""Ids by which other systems tell their records apart, as their exports carry them.

Only ids that tell where they come from are kept for later files: a plain 1, 2, 3 is in every table. Within one import
all of them count.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kebu.accounts.actor import Actor
from kebu.fields.parsing import text_of
from kebu.fields.registry import ObjectType
from kebu.importexport.models import OutsideId
from kebu.importexport.names import key_of
from kebu.records import gone, merging

_LENGTH = 80
_PART = 900  # values in one statement, on either database
_LOOKED_AT = 50
# Salesforce: 15 signs, or 18 whose last three only say which letters are capitals; the first three name the object.
_SALESFORCE = re.compile(r"((?:00[0-9A-Za-z]|a[0-9A-Za-z]{2}|500|701)[0-9A-Za-z]{12})(?:[A-Z0-5]{3})?")
_FORMS = {
    "salesforce": _SALESFORCE,
    "zoho": re.compile(r"zcrm_\d{6,30}|\d{18,19}"),
    # 纷享销客 and others whose records are documents.
    "document": re.compile(r"[0-9a-f]{24}"),
    "uuid": re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"),
}
_HUBSPOT = re.compile(r"recordid|(?:primary)?associated(?:company|contact|deal)ids?|(?:contact|company|deal)recordid")
_FIGURES = re.compile(r"\d{6,16}")


def outside_id(raw: Any) -> str:
    """An id as it is compared: Salesforce's long form as its short one."""
    text = text_of(raw).strip()
    long = _SALESFORCE.fullmatch(text) if len(text) == 18 else None
    return long[1] if long else text[:_LENGTH]


def system_of(header: str, cells: Sequence[Any]) -> str | None:
    """Which system gave the ids of a column; None where they do not tell."""
    texts = [text_of(cell).strip() for cell in cells[:_LOOKED_AT]]
    for system, form in _FORMS.items():
        if texts and all(form.fullmatch(text) for text in texts):
            return system
    if texts and _HUBSPOT.fullmatch(key_of(header)) and all(_FIGURES.fullmatch(text) for text in texts):
        return "hubspot"
    return None


def known_by(object_key: str, texts: Iterable[str]) -> Mapping[str, list[int]]:
    """The records that are remembered under ids of other systems: whoever asks has to see whether he sees them."""
    wanted = sorted({one for text in texts if (one := outside_id(text)) and _tells(one)})
    found: dict[str, list[int]] = {}
    for start in range(0, len(wanted), _PART):
        rows = OutsideId.objects.filter(object=object_key, outside__in=wanted[start : start + _PART])
        for outside, record in rows.values_list("outside", "record").distinct():
            found.setdefault(outside, []).append(record)
    return found


def remembered(object_key: str, ids: Sequence[str]) -> set[tuple[str, str, int]]:
    """System, id and record of those that are kept under these ids."""
    found: set[tuple[str, str, int]] = set()
    for start in range(0, len(ids), _PART):
        rows = OutsideId.objects.filter(object=object_key, outside__in=ids[start : start + _PART])
        found.update(rows.values_list("system", "outside", "record"))
    return found


def _tells(text: str) -> bool:
    return _FIGURES.fullmatch(text) is not None or any(form.fullmatch(text) for form in _FORMS.values())


def remember(object_key: str, pairs: Sequence[tuple[str, str, int]]) -> None:
    """Keep system, id and record, in the caller's transaction."""
    rows = [OutsideId(object=object_key, system=system, outside=one, record=pk) for system, one, pk in pairs]
    OutsideId.objects.bulk_create(rows, ignore_conflicts=True, batch_size=_PART // 4)


@gone.also
def forget(object_key: str, ids: Sequence[int]) -> None:
    """Forget, in the caller's transaction, what other systems call these records: they go for good."""
    OutsideId.objects.filter(object=object_key, record__in=ids).delete()


@merging.follower("outside")
def follow(actor: Actor, one: ObjectType, old: int, new: int, ids: Sequence[int] | None) -> list[int]:
    """What other systems call a record leads to the one into which it is merged: the next file brings it no second
    time."""
    found = OutsideId.objects.filter(object=one.key, record=old)
    rows = (found if ids is None else found.filter(pk__in=ids)).order_by("id")
    held = set(OutsideId.objects.filter(object=one.key, record=new).values_list("system", "outside"))
    going = [pk for pk, *name in rows.values_list("id", "system", "outside") if tuple(name) not in held]
    for start in range(0, len(going), _PART):
        OutsideId.objects.filter(pk__in=going[start : start + _PART]).update(record=new)
    return going
