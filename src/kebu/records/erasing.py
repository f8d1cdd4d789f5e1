"""Erasing somebody from the records: the own ones go for good, and others that speak of them no longer do.

Further than a purge (decision 14): texts, comments and the history of what stands near the records, and what others
once showed of them through a lookup. Records are near that belong to the same one, or that point at them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kebu.accounts.actor import Actor
from kebu.core import db
from kebu.fields.registry import Catalog, Field, ObjectType, Row
from kebu.records import cells, leading, past_tables, search
from kebu.records.mentions import Words
from kebu.records.models import Change, ChangeSet, Comment
from kebu.records.plain import derive, from_plain, plain_of, put
from kebu.records.write import Edit, Write

_PART = 500
_TEXTS = ("text", "long_text", "address")
_WHOLE = ("email", "phone", "link")  # what would be no value of its kind with a part of it gone
Ids = dict[str, set[int]]


@dataclass
class Erasing:
    """What goes, by object: `moments` says when each was made, as no other record of that id was. `near`: what may
    speak of it; `words`: how. `counts` is what was done."""

    gone: Ids
    near: Ids
    words: Words
    moments: list[dict[str, Any]]
    change_sets: set[int] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def plan(known: Catalog, object_key: str, pk: int, people: Collection[str]) -> Erasing:
    """What erasing a record takes along: what was merged into it and what belongs to it, in the table and in the trash.
    `people`: objects whose
    records are persons, by whose names and numbers texts speak of them."""
    merged = leading.below(known.object(object_key), [pk]).get(pk, {})
    there = known.object(object_key).model.objects.filter(db.IdIn([pk, *merged]))
    gone: Ids = {object_key: set(there.values_list("id", flat=True))}
    _add_children(known, gone, {key: set(ids) for key, ids in gone.items()})
    words = _words(known, {key: ids for key, ids in gone.items() if key in people})
    moments = [
        {"object": key, "record": record, "made": at.isoformat()}
        for key, ids in gone.items()
        for record, at in known.object(key).model.objects.filter(id__in=ids).values_list("id", "created_at")
    ]
    found = Erasing(gone, _near(known, gone), words, moments)
    for key, ids in gone.items():
        sets = Change.objects.filter(db.IdIn(sorted(ids), "record"), object=key).values_list("change_set_id", flat=True)
        found.change_sets |= set(sets)
    return found


def erase(actor: Actor, known: Catalog, plan: Erasing, object_key: str, *, instead: str) -> int | None:
    """Do it in the caller's transaction; answers the ChangeSet's id. `instead` stands where a text named them."""
    with Write(actor, known, system=True) as write:
        for key, ids in plan.near.items():
            _clean_rows(write, known.object(key), ids, plan, instead)
        one = known.object(object_key)
        ids = plan.gone[object_key]
        alive = list(one.model.objects.filter(id__in=ids, deleted_at__isnull=True).values_list("id", flat=True))
        write.delete(object_key, [Edit(pk, {}) for pk in alive], system=True)
        write.purge(object_key, sorted(ids), system=True)
    for key, ids in plan.gone.items():
        plan.counts[key] = len(ids)
    _clean_history(known, plan, instead)
    _clean_comments(plan, instead)
    past_tables.forget()
    return write.change_set_id_or_none


# -- who and where ----------------------------------------------------------------------------------------------------


def _add_children(known: Catalog, gone: Ids, fresh: Ids) -> None:
    for key, ids in fresh.items():
        for child, relation in known.object(key).children:
            rows = known.object(child).model.objects.filter(db.IdIn(sorted(ids), f"{relation}_id"))
            found = set(rows.values_list("id", flat=True)) - gone.get(child, set())
            if found:
                gone.setdefault(child, set()).update(found)
                _add_children(known, gone, {child: found})


def _words(known: Catalog, people: Ids) -> Words:
    """From what the records hold now, and from what their history says they held."""
    said: dict[str, set[str]] = defaultdict(set)
    for key, ids in people.items():
        one = known.object(key)
        for each in known.fields[key].values():
            kind = _tells(one, each)
            if kind is None:
                continue
            columns = [item.attname for item in one.model._meta.concrete_fields]
            for row in one.model.objects.filter(id__in=ids).values(*columns):
                said[kind].add(_text(plain_of(row, each)))
            changes = Change.objects.filter(object=key, record__in=ids, values__has_key=each.key)
            for values in changes.values_list("values", flat=True):
                said[kind].update(map(_text, values[each.key]))
    own = {text for text in said["own"] if any(sign.isdigit() or sign == "@" for sign in text)}
    return Words(said["name"], said["phone"], said["exact"] | own)


def _tells(one: ObjectType, each: Field) -> str | None:
    """How a field tells who it is."""
    if each.relation or each.internal:
        return None
    if each.key == one.title:
        return "name"
    own = "own" if each.kind == "text" and not each.builtin else None
    return {"phone": "phone", "email": "exact"}.get(each.kind, own)


def _text(plain: Any) -> str:
    return str(plain.get("invalid") or "") if isinstance(plain, dict) else str(plain or "")


def pointing(known: Catalog, gone: Ids) -> Ids:
    """The records that point at these, by object; some of these among them."""
    found: Ids = defaultdict(set)
    for key, ids in gone.items():
        for other in known.objects.values():
            for each in other.fields:
                if each.kind == "relation" and each.target == key:
                    rows = other.model.objects.filter(db.IdIn(sorted(ids), each.attribute or ""))
                    found[other.key] |= set(rows.values_list("id", flat=True))
    return {key: ids for key, ids in found.items() if ids}


def _near(known: Catalog, gone: Ids) -> Ids:
    near: Ids = defaultdict(set)
    for key, ids in gone.items():
        one = known.object(key)
        for each in one.fields:
            if each.kind == "relation" and each.key == one.scope and each.target:
                parents = set(one.model.objects.filter(id__in=ids).values_list(each.attribute or "", flat=True))
                before = Change.objects.filter(object=key, record__in=ids, values__has_key=each.key)
                for values in before.values_list("values", flat=True):
                    parents |= {pk for pk in values[each.key] if isinstance(pk, int)}
                near[each.target] |= parents - {None}
                _add_children(known, near, {each.target: parents - {None}})
    for key, ids in pointing(known, gone).items():
        near[key] |= ids
    return {key: left for key, ids in near.items() if (left := ids - gone.get(key, set()))}


# -- what speaks of them ----------------------------------------------------------------------------------------------


def _clean_rows(write: Write, one: ObjectType, ids: Iterable[int], plan: Erasing, instead: str) -> None:
    names = [item.attname for item in one.model._meta.concrete_fields]
    fields = [
        each
        for each in write.known.fields[one.key].values()
        if not each.relation and not each.readonly and not each.internal and each.kind in (*_TEXTS, *_WHOLE, "tags")
    ]
    edits: list[Edit] = []
    trashed: list[Row] = []
    for part in _parts(ids):
        for row in one.model.objects.filter(db.IdIn(part)).values(*names):
            values = {each.key: value for each in fields for value in _cleaned(row, each, plan.words, instead)}
            if values and row["deleted_at"] is None:
                edits.append(Edit(row["id"], values))
            elif values:
                for key, value in values.items():
                    put(row, write.known.field(one.key, key), value)
                trashed.append(row)
    plan.counts["texts"] += len(edits) + len(trashed)
    write.update(one.key, edits, system=True)
    if trashed:
        derive(write.known, one, trashed)
        db.update(one.model, [name for name in names if name != "id"], trashed)
        search.put(one.key, cells.tokens(write.known, one, [row["id"] for row in trashed]))


def _cleaned(row: Row, each: Field, words: Words, instead: str) -> list[Any]:
    """The new clean value of a field in a list; an empty one where it may stay."""
    plain = plain_of(row, each)
    if isinstance(plain, dict):
        return [None] if words.found(str(plain.get("invalid", ""))) else []
    if isinstance(plain, list):
        left = [text for text in plain if not words.found(str(text))]
        return [from_plain(each, left or None)] if left != plain else []
    if not isinstance(plain, str) or not words.found(plain):
        return []
    return [None if each.kind in _WHOLE else from_plain(each, words.without(plain, instead))]


def _clean_history(known: Catalog, plan: Erasing, instead: str) -> None:
    through: dict[str, list[tuple[Field, set[int]]]] = defaultdict(list)
    for key, ids in plan.gone.items():
        for other, relation in known.dependents(key):
            through[other.key].append((relation, ids))
    for key, ids in plan.near.items():
        for part in _parts(ids):
            held: dict[int, list[Change]] = defaultdict(list)
            for change in Change.objects.filter(object=key, record__in=part).exclude(values={}).order_by("-id"):
                held[change.record].append(change)
            now = {row["id"]: row for row in known.object(key).model.objects.filter(id__in=part).values()}
            changed = [
                change
                for pk, changes in held.items()
                for change in _without(changes, now.get(pk, {}), through[key], plan.words, instead)
            ]
            plan.counts["history"] += len(changed)
            Change.objects.bulk_update(changed, ["values"], batch_size=200)
            sets = ChangeSet.objects.filter(
                id__in=Change.objects.filter(object=key, record__in=part).values("change_set")
            )
            _clean_labels(sets, plan.words, instead)
    _clean_labels(ChangeSet.objects.filter(db.IdIn(sorted(plan.change_sets))), plan.words, instead)


def _clean_labels(sets: Any, words: Words, instead: str) -> None:
    for pk, label in sets.exclude(label="").values_list("id", "label"):
        if words.found(label):
            ChangeSet.objects.filter(pk=pk).update(label=words.without(label, instead)[:200])


def _without(
    changes: list[Change], row: Mapping[str, Any], through: list[tuple[Field, set[int]]], words: Words, instead: str
) -> list[Change]:
    """Those of a record's changes, newest first, that said something of them, without it: what the record showed
    through a lookup while that pointed at them, and what its own texts said."""
    pointed = {relation.key: row.get(relation.attribute or "") for relation, _ in through}
    said = []
    for change in changes:
        kept = dict(change.values)
        for relation, ids in through:
            pair = kept.get(relation.key)
            if {pointed[relation.key], *(pair or ())} & ids:
                kept = {key: each for key, each in kept.items() if not key.startswith(f"{relation.key}.")}
            if pair:
                pointed[relation.key] = pair[0]
        kept = words.cleaned(kept, instead)
        if kept != change.values:
            change.values = kept
            said.append(change)
    return said


def _clean_comments(plan: Erasing, instead: str) -> None:
    for key, ids in plan.near.items():
        for part in _parts(ids):
            for comment in Comment.objects.filter(thread__object=key, thread__record__in=part):
                if plan.words.found(comment.text):
                    comment.text = plan.words.without(comment.text, instead)
                    comment.save(update_fields=["text"])
                    plan.counts["comments"] += 1


def _parts(ids: Iterable[int]) -> Iterable[list[int]]:
    ordered = sorted(ids)
    return (ordered[start : start + _PART] for start in range(0, len(ordered), _PART))
