"""What goes with records that go for good, wherever it is kept."""

from collections.abc import Callable, Sequence

from kebu.accounts.models import Share
from kebu.fields.registry import ObjectType
from kebu.records import leading, past_tables, search
from kebu.records.models import Change, Thread

_also: list[Callable[[str, Sequence[int]], None]] = []


def also(forget: Callable[[str, Sequence[int]], None]) -> Callable[[str, Sequence[int]], None]:
    """Register what a room above keeps of records: `forget(object_key, ids)` is called in the transaction in which they
    go."""
    _also.append(forget)
    return forget


def forget(one: ObjectType, ids: Sequence[int]) -> None:
    """Remove, in the caller's transaction, the rows of these records and what is kept of them; of their history the
    values (decision 14)."""
    Change.objects.filter(object=one.key, record__in=ids).exclude(values={}).update(values={})
    Thread.objects.filter(object=one.key, record__in=ids).delete()
    Share.objects.filter(object=one.key, record__in=ids).delete()
    leading.forget(one, ids)
    search.remove(one.key, ids)
    past_tables.remove(one, ids)
    for each in _also:
        each(one.key, ids)
    one.model.objects.filter(id__in=ids).delete()
