"""Who may see which rows and name which fields: decided here, applied inside every query."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from django.db.models import BigIntegerField, Case, Expression, ExpressionWrapper, F, Q, Value, When
from django.db.models.lookups import Exact

from kebu.accounts.actor import Actor
from kebu.accounts.rights import Act, Reach, Verb
from kebu.core.db import IdIn
from kebu.core.errors import KebuError, not_found
from kebu.fields.masks import mask
from kebu.fields.registry import Catalog, Field, ObjectType
from kebu.fields.seeing import as_seen


class Keeper(NamedTuple):
    """Whose a record is, as `visible` sees it: the owner that decides who may see it (None: it is everybody's), and the
    record whose shares count for it."""

    owner: int | None
    record: int | None


#: What `keepers` says of a record that is gone.
GONE = (Keeper(None, None), True)


def reach(actor: Actor, one: ObjectType, verb: Verb = "see", *, shared: bool = True) -> Reach:
    """Whose rows of an object the person may see, change or delete; without single records that others `shared`."""
    reached = actor.rights.reach(verb, one.key, one.through)
    return reached if shared else replace(reached, records=frozenset())


def sees_all(actor: Actor, one: ObjectType) -> bool:
    """Whether no row of the object is hidden from this person."""
    return reach(actor, one).everything


def visible(actor: Actor, one: ObjectType, *, trashed: bool = False, verb: Verb = "see", shared: bool = True) -> Q:
    """The rows of an object that the person may see (`trashed`: those in the trash); or change, or delete. `shared` as
    in `reach`."""
    rows = Q(deleted_at__isnull=not trashed)
    reached = reach(actor, one, verb, shared=shared)
    if reached.everything:
        return rows
    if one.scope is None:
        return rows & _within(reached, "owner_id", "id")
    attached = Q(**{f"{one.scope}__isnull": False})
    through = _within(reached, f"{one.scope}__owner_id", f"{one.scope}_id")
    return rows & ((attached & through) | (~attached & _within(reached, "owner_id", None)))


def _within(reached: Reach, owner: str, record: str | None) -> Q:
    people = sorted(reached.people or ())
    rows = Q(IdIn(people, owner, indexed=False)) if people else Q(pk=-1)
    if len(people) == 1:
        rows = Q(**{owner: people[0]})
    if reached.pool:
        rows |= Q(**{f"{owner}__isnull": True})
    if reached.records and record:
        rows |= Q(IdIn(sorted(reached.records), record))
    return rows


def visible_among(actor: Actor, one: ObjectType, *, trashed: bool = False, verb: Verb = "see") -> Q:
    """The same for a question that names its records by id. No index can answer it: SQLite would rather go through
    all rows of a person than look at those few."""
    rows = visible(actor, one, trashed=trashed, verb=verb)
    return Q(Exact(Case(When(rows, then=Value(1)), default=Value(0)), Value(1)))


def seen(actor: Actor, one: ObjectType, ids: Iterable[int]) -> set[int]:
    """Those of these records that the person may see, in the table or in the trash."""
    either = visible_among(actor, one) | visible_among(actor, one, trashed=True)
    rows = one.model.objects.filter(either, id__in=list(ids))
    return set(rows.values_list("id", flat=True))


def require_seen(actor: Actor, one: ObjectType, ids: list[int], *, trashed: bool = False, verb: Verb = "see") -> None:
    """KebuError `not_found` unless the person may see every one of these records: all or nothing. `not_allowed` (403)
    where he sees them all and may not change or delete each of them, as the `verb` asks."""
    wanted = set(ids)
    if _count(actor, one, wanted, trashed, verb) == len(wanted):
        return
    if verb == "see" or _count(actor, one, wanted, trashed, "see") != len(wanted):
        raise not_found()
    raise KebuError("not_allowed", status=403)


def require_held(actor: Actor, one: ObjectType, pk: int, *, verb: Verb = "see") -> None:
    """KebuError `not_allowed` (403) unless the person's role itself lets him see (or change) the record: what somebody
    only lent him is not his to give on."""
    if not holds(actor, one, pk, verb=verb):
        raise KebuError("not_allowed", status=403)


def holds(actor: Actor, one: ObjectType, pk: int, *, verb: Verb = "see") -> bool:
    """Whether the person's role itself lets him see (or change) the record."""
    found: bool = one.model.objects.filter(visible(actor, one, verb=verb, shared=False), pk=pk).exists()
    return found


def _count(actor: Actor, one: ObjectType, ids: set[int], trashed: bool, verb: Verb) -> int:
    rows = one.model.objects.filter(visible_among(actor, one, trashed=trashed, verb=verb), id__in=ids)
    found: int = rows.count()
    return found


def exists(actor: Actor, one: ObjectType) -> bool:
    """Whether there is such an object for this person at all."""
    return actor.rights.of(one.key).see != "none"


def may(actor: Actor, one: ObjectType, act: Act) -> bool:
    """Whether the person may do that with the object."""
    return exists(actor, one) and act in actor.rights.of(one.key).acts


def may_any(actor: Actor, one: ObjectType, verb: Verb) -> bool:
    """Whether there may be rows of the object that the person may see, change or delete."""
    return actor.rights.of(one.key).scope(verb) != "none"


def may_change(actor: Actor, one: ObjectType, pk: int, *, verb: Verb = "change") -> bool:
    """Whether the person may change, or delete, a record that is there."""
    return reach(actor, one, verb).everything or _count(actor, one, {pk}, False, verb) == 1


def require(actor: Actor, one: ObjectType, act: Act) -> None:
    """KebuError `not_allowed` (403) unless the person may do that with the object; `not_found` where it is none."""
    if not exists(actor, one):
        raise not_found()
    if not may(actor, one, act):
        raise KebuError("not_allowed", status=403)


def fields(actor: Actor, known: Catalog, object_key: str) -> Mapping[str, Field]:
    """The fields of an object as this person sees them. One that is not in here does not exist for him."""
    known.object(object_key)
    return as_seen(known, actor.rights, object_key)


def field(actor: Actor, known: Catalog, object_key: str, key: object) -> Field:
    """One field as this person sees it; KebuError `unknown_field` where he sees none of that key."""
    found = fields(actor, known, object_key).get(key) if isinstance(key, str) else None
    if found is None:
        raise unknown(key)
    return found


def asked(actor: Actor, known: Catalog, object_key: str, key: object) -> Field:
    """A field that this person may ask by: filter, sort, group, sum up. One of which he is shown a mask is to these
    as one that does not exist."""
    found = field(actor, known, object_key, key)
    if found.masked:
        raise unknown(key)
    return found


def read(actor: Actor, known: Catalog, object_key: str) -> Mapping[str, Field]:
    """The fields whose values this person sees as they are."""
    return {key: found for key, found in fields(actor, known, object_key).items() if not found.masked}


def may_reveal(actor: Actor, known: Catalog, item: Field) -> bool:
    """Whether the person may be shown what is behind the mask of a field: of its object, and of each that it shows."""
    objects = {item.object, item.stored.object}
    if item.stored.kind == "relation" and item.stored.target:
        objects.add(item.stored.target)
    return item.masked and all(may(actor, known.object(key), "reveal") for key in objects)


def unknown(key: object) -> KebuError:
    """What is said of a field that does not exist."""
    return KebuError("unknown_field", field=str(key)[:80], name=str(key)[:80])


def searches_all(actor: Actor, known: Catalog, one: ObjectType) -> bool:
    """Whether the person may read all that a search looks into."""
    seen = fields(actor, known, one.key)
    if seen is known.shown[one.key]:
        return True
    looked = {*one.search, *(key for key, found in known.shown[one.key].items() if not found.builtin)}
    return all(key in seen and not seen[key].masked for key in looked)


def titled(actor: Actor, known: Catalog, one: ObjectType, text: str | None) -> str:
    """The title of a record as this person may read it: as it is, its mask, or nothing."""
    found = fields(actor, known, one.key).get(one.title)
    if found is None or not text:
        return ""
    return (mask(found.kind, text) or "") if found.masked else text


def require_writable(actor: Actor, known: Catalog, object_key: str, keys: Iterable[str]) -> set[str]:
    """KebuError `unknown_field` or `readonly_field` for one that this person's role keeps him from writing; answers
    those of the others that he may write only where they are blank."""
    seen = fields(actor, known, object_key)
    once: set[str] = set()
    if seen is known.shown[object_key]:
        return once
    for key in keys:
        own = known.fields[object_key].get(key)
        if own is None or own.internal:
            continue
        found = seen.get(key)
        if found is None:
            raise unknown(key)
        if found.readonly and not own.readonly:
            raise KebuError("readonly_field", field=key, name=found.label(actor.language))
        once |= {key} if found.once else set()
    return once


def writable(actor: Actor, known: Catalog, object_key: str, key: str) -> Field:
    """A field that this person may write; KebuError `unknown_field` or `readonly_field`."""
    found = field(actor, known, object_key, key)
    if found.readonly:
        raise KebuError("readonly_field", field=key, name=found.label(actor.language))
    return found


def _keeper(one: ObjectType) -> tuple[Expression, Expression]:
    """The two parts of a `Keeper`."""
    if one.scope is None:
        return _plain("owner_id"), _plain("id")
    attached = Q(**{f"{one.scope}__isnull": False})
    owner = Case(
        When(attached, then=F(f"{one.scope}__owner_id")), default=F("owner_id"), output_field=BigIntegerField()
    )
    return owner, _plain(f"{one.scope}_id")


def _plain(column: str) -> Expression:
    return ExpressionWrapper(F(column), BigIntegerField())


def keepers(one: ObjectType, ids: Iterable[int]) -> dict[int, tuple[Keeper, bool]]:
    """Whose each of these records is, and whether it is in the trash. To decide for many people at once: `may_see`."""
    owner, record = _keeper(one)
    rows = one.model.objects.filter(IdIn(list(ids))).annotate(kept_by=owner, kept_as=record)
    found = rows.values_list("id", "kept_by", "kept_as", "deleted_at")
    return {pk: (Keeper(whose, shared), gone is not None) for pk, whose, shared, gone in found}


def may_see(actor: Actor, one: ObjectType, keeper: Keeper) -> bool:
    """Whether a record of that keeper is among those that `visible` gives this person."""
    return reach(actor, one).holds(*keeper)


def decisive(actor: Actor, one: ObjectType, keeper: Keeper, verb: Verb) -> str | None:
    """What lets this person see, change or delete a record of that keeper, as `Reach.decisive` says; None: nothing."""
    return reach(actor, one, verb).decisive(*keeper)
