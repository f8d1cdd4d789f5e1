"""Where the numbers and addresses of merged records lead: to the record that stays, for good."""

from collections.abc import Iterable, Mapping, Sequence

from kebu.core.db import IdIn
from kebu.fields.registry import ObjectType
from kebu.records.models import Merged


def leads(one: ObjectType, pk: int) -> int | None:
    """The record that is there in the place of one that is not, over several merges; None where nothing leads on."""
    met = {pk}
    while True:
        led = Merged.objects.filter(object=one.key, record=pk, active=True)
        into = led.order_by("-id").values_list("into", flat=True).first()
        if into is None or into in met:
            return None
        if one.model.objects.filter(pk=into, deleted_at__isnull=True).exists():
            return into
        met.add(into)
        pk = into


def below(one: ObjectType, ids: Iterable[int]) -> dict[int, dict[int, str]]:
    """The records that were merged into each of these, over several merges: their ids and numbers. Records without any
    are not in it. One short question where there are none."""
    found: dict[int, dict[int, str]] = {}
    stays = {pk: pk for pk in ids}
    met = set(stays)
    while stays:
        rows = Merged.objects.filter(IdIn(list(stays), "into"), object=one.key, active=True).order_by("id")
        deeper = {}
        for record, into, number in rows.values_list("record", "into", "number"):
            if record not in met:
                met.add(record)
                deeper[record] = stays[into]
                found.setdefault(stays[into], {})[record] = number
        stays = deeper
    return found


def numbers(one: ObjectType, ids: Iterable[int]) -> Mapping[int, list[str]]:
    """The old numbers by which each of these records is found, too."""
    return {pk: [number for number in merged.values() if number] for pk, merged in below(one, ids).items()}


def forget(one: ObjectType, ids: Sequence[int]) -> None:
    """Forget, in the caller's transaction, what led to records that go for good. What leads on from them stays: that is
    why it is kept beside the records."""
    on = Merged.objects.filter(object=one.key, record__in=ids, active=True).values_list("record", flat=True)
    ends = set(ids) - set(on)
    while ends:
        led = Merged.objects.filter(IdIn(sorted(ends), "into"), object=one.key)
        records = set(led.values_list("record", flat=True))
        led.delete()
        # To one that is in the trash others may still lead, for it can come back.
        there = one.model.objects.filter(IdIn(sorted(records))).values_list("id", flat=True)
        ends = records - (set(there) - set(ids))
