"""The order by hand: one for each object, shared by all, as the rows of a sheet are (decision 18).

A row that nobody has moved stands where its id puts it; one that was moved has a `place`, a text between those of its
neighbours. Places are compared byte by byte. There is always one more between two of them: they grow, and no other
row is ever written.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, TextField
from django.db.models.functions import Coalesce, Collate

from kebu.core.db import BINARY, PlaceOfId
from kebu.fields.registry import ObjectType

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def expression() -> Any:
    """Where a row stands. The indexes of the objects are over this very expression."""
    return Collate(Coalesce(F("place"), PlaceOfId("id"), output_field=TextField()), BINARY)


def of_id(pk: int) -> str:
    """Where a row stands that nobody has moved: the number of digits as a letter, so that 9 comes before 10. The last
    letter keeps a zero from the end, behind which nothing could be put before."""
    return f"{chr(96 + len(str(pk)))}{pk}V"


def between(low: str, high: str, count: int) -> list[str]:
    """So many places between two of them, in order; `low` may be empty: the very beginning."""
    if count == 0:
        return []
    middle = _middle(low, high)
    before = (count - 1) // 2
    return [*between(low, middle, before), middle, *between(middle, high, count - 1 - before)]


def _middle(low: str, high: str | None) -> str:
    """A text between two, as short as can be; neither ends in a zero, nor does the answer."""
    if high is not None:
        same = 0
        while same < len(high) and (low[same] if same < len(low) else "0") == high[same]:
            same += 1
        if same:
            return high[:same] + _middle(low[same:], high[same:])
    first = _DIGITS.index(low[0]) if low else 0
    last = _DIGITS.index(high[0]) if high else len(_DIGITS)
    if last - first > 1:
        return _DIGITS[(first + last) // 2]
    if high and len(high) > 1:
        return high[0]
    return _DIGITS[first] + _middle(low[1:], None)


def beside(one: ObjectType, target: int, *, below: bool, count: int, without: Sequence[int] = ()) -> list[str]:
    """So many places directly above or below a row, whoever sees its neighbours; `without` the rows that are moved."""
    everybody = one.model.objects.annotate(stands=expression())
    here: str = everybody.values_list("stands", flat=True).get(pk=target)
    others = everybody.exclude(id__in=list(without)).order_by()
    if below:
        nearest = others.filter(stands__gt=here).order_by("stands")
        # Rows that are made from now on come last, also after one that was moved to the end.
        highest = one.model.objects.order_by("-id").values_list("id", flat=True)[0]
        return between(here, nearest.values_list("stands", flat=True).first() or of_id(highest + 1), count)
    nearest = others.filter(stands__lt=here).order_by("-stands")
    return between(nearest.values_list("stands", flat=True).first() or "", here, count)
