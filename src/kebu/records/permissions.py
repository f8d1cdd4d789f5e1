"""Who may see which rows and name which fields: decided here, applied inside every query."""

from collections.abc import Iterable, Mapping

from django.db.models import BigIntegerField, Case, Expression, ExpressionWrapper, F, Q, Value, When
from django.db.models.lookups import Exact

from kebu.accounts.actor import Actor
from kebu.core.db import IdIn
from kebu.core.errors import KebuError, not_found
from kebu.fields.registry import Catalog, Field, ObjectType


def visible(actor: Actor, one: ObjectType, *, trashed: bool = False) -> Q:
    """The rows of an object that the person may see (`trashed`: those in the trash)."""
    rows = Q(deleted_at__isnull=not trashed)
    if actor.sees == "all":
        return rows
    mine = Q(owner_id=actor.user_id) | Q(owner_id__isnull=True)
    if one.scope is None:
        return rows & mine
    through = Q(**{f"{one.scope}__owner_id": actor.user_id}) | Q(**{f"{one.scope}__owner_id__isnull": True})
    attached = Q(**{f"{one.scope}__isnull": False})
    return rows & ((attached & through) | (~attached & mine))


def visible_among(actor: Actor, one: ObjectType, *, trashed: bool = False) -> Q:
    """The same for a question that names its records by id. No index can answer it: SQLite would rather go through
    all rows of a person than look at those few."""
    return Q(Exact(Case(When(visible(actor, one, trashed=trashed), then=Value(1)), default=Value(0)), Value(1)))


def seen(actor: Actor, one: ObjectType, ids: Iterable[int]) -> set[int]:
    """Those of these records that the person may see, in the table or in the trash."""
    either = visible_among(actor, one) | visible_among(actor, one, trashed=True)
    rows = one.model.objects.filter(either, id__in=list(ids))
    return set(rows.values_list("id", flat=True))


def fields(actor: Actor, known: Catalog, object_key: str) -> Mapping[str, Field]:
    """The fields of an object as this person sees them. One that is not in here does not exist for him."""
    known.object(object_key)
    return known.shown[object_key]


def field(actor: Actor, known: Catalog, object_key: str, key: object) -> Field:
    """One field as this person sees it; KebuError `unknown_field` where he sees none of that key."""
    found = fields(actor, known, object_key).get(key) if isinstance(key, str) else None
    if found is None:
        raise KebuError("unknown_field", field=str(key)[:80], name=str(key)[:80])
    return found


def writable(actor: Actor, known: Catalog, object_key: str, key: str) -> Field:
    """A field that this person may write; KebuError `unknown_field` or `readonly_field`."""
    found = field(actor, known, object_key, key)
    if found.readonly:
        raise KebuError("readonly_field", field=key, name=found.label(actor.language))
    return found


def require_seen(actor: Actor, one: ObjectType, ids: list[int], *, trashed: bool = False) -> None:
    """KebuError `not_found` unless the person may see every one of these records: all or nothing."""
    wanted = set(ids)
    seen = one.model.objects.filter(visible_among(actor, one, trashed=trashed), id__in=wanted).count()
    if seen != len(wanted):
        raise not_found()


def keeper(one: ObjectType) -> Expression:
    """Whose a record is, as `visible` sees it: the owner that decides who may see it, None for everybody's."""
    if one.scope is None:
        return ExpressionWrapper(F("owner_id"), BigIntegerField())
    attached = Q(**{f"{one.scope}__isnull": False})
    return Case(When(attached, then=F(f"{one.scope}__owner_id")), default=F("owner_id"), output_field=BigIntegerField())


def keepers(one: ObjectType, ids: Iterable[int]) -> dict[int, tuple[int | None, bool]]:
    """Whose each of these records is, and whether it is in the trash. To decide for many people at once: `may_see`."""
    rows = one.model.objects.filter(IdIn(list(ids))).annotate(keeper=keeper(one))
    return {pk: (whose, gone is not None) for pk, whose, gone in rows.values_list("id", "keeper", "deleted_at")}


def may_see(actor: Actor, whose: int | None) -> bool:
    """Whether a record of that keeper is among those that `visible` gives this person."""
    return actor.sees == "all" or whose is None or whose == actor.user_id
