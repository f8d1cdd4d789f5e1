"""Records that stand at a deal or at a contact are those of its customer, too."""

from collections.abc import Iterator, Sequence

from kebu.records.write import Edit, Write


def belong(write: Write, object_key: str, ids: Sequence[int]) -> None:
    """Let records that name a contact or a deal and no customer be its customer's; who sees them is decided by it."""
    model = write.known.object(object_key).model
    edits = {}
    for part in parts(ids):
        alone = model.objects.filter(id__in=part, customer=None, deleted_at=None)
        for through in ("contact", "deal"):
            found = alone.filter(**{f"{through}__customer__isnull": False})
            for pk, customer in found.values_list("id", f"{through}__customer_id"):
                edits[pk] = Edit(pk, {"customer": customer})
    write.update(object_key, list(edits.values()), system=True)


def parts(ids: Sequence[int], size: int = 500) -> Iterator[list[int]]:
    """Lists short enough for one statement on either database."""
    for start in range(0, len(ids), size):
        yield list(ids[start : start + size])
