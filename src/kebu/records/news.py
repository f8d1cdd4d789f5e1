"""What changed since a number, and what of it a person may hear: read once for many listeners."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from kebu.accounts.actor import SYSTEM, Actor
from kebu.core.db import IdIn
from kebu.fields.registry import Catalog, Field, ObjectType, catalog
from kebu.records import cells, permissions
from kebu.records.models import Change, ChangeSet
from kebu.records.permissions import Keeper
from kebu.records.snapshots import last_change

# More changed records of an object are one event: "reload these".
BULK = 100
# A row was put elsewhere: not a field that anybody sees, but those who see the row have to know.
_PLACE = "place"
# More changes at once than this nobody reads one by one.
MOST = 20_000

Marks = dict[int, int]
"""By ChangeSet: the last change of it that was read. A bulk act takes a new number with every part."""


@dataclass
class Touched:
    """What happened to one record; `before` is whose it was."""

    fields: set[str] = field(default_factory=set)
    actions: set[str] = field(default_factory=set)
    before: set[Keeper] = field(default_factory=set)


@dataclass
class News:
    """The changes up to the number `last`, for whoever listens; `everything` where they are too many to read."""

    last: int
    known: Catalog
    everything: bool = False
    touched: dict[str, dict[int, Touched]] = field(default_factory=dict)
    keepers: dict[str, dict[int, tuple[Keeper, bool]]] = field(default_factory=dict)
    # Objects of which other records became visible, or no longer are, and whose records decide that.
    regrouped: dict[str, set[Keeper]] = field(default_factory=dict)
    _rows: dict[tuple[Any, ...], dict[int, list[Any]]] = field(default_factory=dict)
    _whole: dict[tuple[Any, ...], bytes] = field(default_factory=dict)

    def told(self, actor: Actor) -> list[bytes]:
        """The events for one person, as JSON, one for each object: of what he may not see not even that it was."""
        return [said for key in sorted({*self.touched, *self.regrouped}) if (said := self._told(actor, key))]

    def _told(self, actor: Actor, key: str) -> bytes | None:
        fields = permissions.fields(actor, self.known, key)
        if permissions.sees_all(actor, self.known.object(key)):
            # The same words for all who see all.
            shared = (key, *_masks(fields))
            if shared not in self._whole:
                said = self._said(actor, key, fields)
                self._whole[shared] = orjson.dumps(said) if said else b""
            return self._whole[shared]
        said = self._said(actor, key, fields)
        return orjson.dumps(said) if said else None

    def _said(self, actor: Actor, key: str, fields: Mapping[str, Field]) -> dict[str, Any] | None:
        one = self.known.object(key)

        def may_see(whose: Keeper) -> bool:
            return permissions.may_see(actor, one, whose)

        if not permissions.sees_all(actor, one) and any(map(may_see, self.regrouped.get(key, ()))):
            return {"object": key, "reload": True}
        touched, keepers = self.touched.get(key, {}), self.keepers.get(key, {})
        here, new, gone = [], [], []
        for pk, what in touched.items():
            whose, deleted = keepers.get(pk, permissions.GONE)
            sees = pk in keepers and may_see(whose)
            saw = sees if not what.before else any(map(may_see, what.before))
            if sees and not deleted:
                here.append(pk)
                if what.actions & {"create", "restore"} or not saw:
                    new.append(pk)
            elif saw and not what.actions & {"create"}:
                gone.append(pk)
        if len(here) + len(gone) > BULK:
            return {"object": key, "reload": True}
        if not here and not gone:
            return None
        rows = self._cells(key, fields, here)
        changed = {str(pk): sorted(touched[pk].fields & {*fields, _PLACE}) for pk in here if pk in rows}
        return {
            "object": key,
            "fields": list(fields),
            "rows": [rows[pk] for pk in here if pk in rows],
            "changed": changed,
            "new": new,
            "gone": gone,
        }

    def _cells(self, key: str, fields: Mapping[str, Field], ids: Iterable[int]) -> dict[int, list[Any]]:
        """Rows as whoever sees these records sees them: read once for all of them."""
        held = self._rows.setdefault((key, *_masks(fields)), {})
        missing = [pk for pk in ids if pk not in held]
        if missing:
            asked = list(fields.values())
            held.update({row[0]: row for row in cells.rows(SYSTEM, self.known, self.known.object(key), missing, asked)})
        return held


def _masks(fields: Mapping[str, Field]) -> tuple[tuple[str, bool], ...]:
    """What tells apart who sees other cells."""
    return tuple((key, found.masked) for key, found in fields.items())


def read(after: int, *, until: int | None = None, marks: Marks | None = None) -> News:
    """The changes after that number, up to `until` or to now. With `marks` parts of an act come once."""
    known = catalog()
    last = last_change() if until is None else until
    news = News(last, known)
    if last == after:
        return news
    if last < after:  # another database was restored in the place of this one
        return News(last, known, everything=True)
    changes = _changes(after, last, {} if marks is None else marks)
    if len(changes) > MOST:
        return News(last, known, everything=True)
    moved: dict[str, dict[int, set[int | None]]] = {}
    for key, pk, action, values in changes:
        one = known.objects.get(key)
        if one is None:
            continue
        what = news.touched.setdefault(key, {}).setdefault(pk, Touched())
        what.actions.add(action)
        what.fields.update(values)
        # The first of several counts: who saw it only in between has nothing of it on his page.
        if "owner" in values and not what.before:
            what.before.add(Keeper(values["owner"][0], None if one.scope else pk))
        if one.scope and one.scope in values:
            moved.setdefault(key, {}).setdefault(pk, {values[one.scope][0]})
    for key in list(news.touched):
        _follow(news, known.object(key))
    for key, found in news.touched.items():
        one = known.object(key)
        news.keepers[key] = permissions.keepers(one, found)
        if sum(map(len, news.touched.values())) > MOST:
            return News(last, known, everything=True)
        _before(news, one, moved.get(key, {}))
    for one in known.objects.values():
        _regroup(news, one)
    return news


def _changes(after: int, last: int, marks: Marks) -> list[tuple[str, int, str, Mapping[str, Any]]]:
    sets = ChangeSet.objects.filter(sequence__gt=after, sequence__lte=last).values_list("id", flat=True)
    fresh: list[int] = []
    begun: list[int] = []
    for pk in sets:
        (begun if pk in marks else fresh).append(pk)
    columns = ("id", "change_set_id", "object", "record", "action", "values")
    found = list(Change.objects.filter(IdIn(fresh, "change_set_id")).order_by("id").values_list(*columns)[: MOST + 1])
    for pk in begun:
        more = Change.objects.filter(change_set_id=pk, id__gt=marks[pk]).order_by("id")
        found += more.values_list(*columns)[: MOST + 1]
    for change in found:
        marks[change[1]] = max(change[0], marks.get(change[1], 0))
    while len(marks) > MOST:
        del marks[next(iter(marks))]
    return [(key, pk, action, values) for _, _, key, pk, action, values in sorted(found, key=lambda one: one[0])]


def _follow(news: News, one: ObjectType) -> None:
    """Records of other objects that show a changed value, through a lookup or as a name, changed with it."""
    changed = {pk: what.fields for pk, what in news.touched[one.key].items() if "update" in what.actions}
    computed = {each.key for each in one.fields if each.readonly}
    for other in news.known.objects.values():
        through: dict[str, set[str]] = {}
        for each in news.known.fields[other.key].values():
            if each.relation and each.relation.target == one.key:
                through.setdefault(each.relation.key, set()).add(each.stored.key)
            elif each.kind == "relation" and not each.relation and each.target == one.key:
                through.setdefault(each.key, set()).add(one.title)
        for relation, shown in through.items():
            ids = [pk for pk, fields in changed.items() if shown & (fields | computed)]
            attribute = news.known.field(other.key, relation).attribute
            if not ids or not attribute:
                continue
            rows = other.model.objects.filter(IdIn(ids, attribute), deleted_at__isnull=True)
            for pk in rows.values_list("id", flat=True)[:MOST]:
                what = news.touched.setdefault(other.key, {}).setdefault(pk, Touched())
                what.fields |= {relation, *(f"{relation}.{each}" for each in shown)}


def _before(news: News, one: ObjectType, moved: Mapping[int, set[int | None]]) -> None:
    """Whose records were that are, or were, seen through another one: not their own owner decides then."""
    if one.scope is None:
        return
    ids = [pk for pk, what in news.touched[one.key].items() if what.before or pk in moved]
    if not ids:
        return
    column = f"{one.scope}_id"
    rows = one.model.objects.filter(IdIn(ids)).values_list("id", column, "owner_id")
    parent = news.known.object(news.known.field(one.key, one.scope).target or "")
    whose = permissions.keepers(parent, {pk for parents in moved.values() for pk in parents if pk is not None})
    for pk, attached, owner in rows:
        what = news.touched[one.key][pk]
        parents = moved.get(pk, {attached})
        alone = (what.before or {Keeper(owner, None)}) if None in parents else set()
        what.before = alone | ({whose[each][0] for each in parents if each in whose} if pk in moved else set())


def _regroup(news: News, one: ObjectType) -> None:
    """With the owner of a record changes who sees what is attached to it."""
    if one.scope is None:
        return
    parent = news.known.field(one.key, one.scope).target or ""
    for pk, what in news.touched.get(parent, {}).items():
        if what.before:
            whose, _ = news.keepers[parent].get(pk, permissions.GONE)
            news.regrouped.setdefault(one.key, set()).update({*what.before, whose})
