"""Records that cells of a file name: by number, by title however it is spelled, by e-mail, or by another
system's id."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kebu.accounts.actor import Actor
from kebu.core.text import fold, sort_key
from kebu.fields.registry import Catalog
from kebu.importexport.likeness import spellings_of, title_key
from kebu.importexport.outside import known_by, outside_id
from kebu.records import permissions
from kebu.records.plain import SORT_LENGTH

_PART = 900  # values in one statement, on either database


class Links:
    """The records of one object that the person sees, under what some texts call them."""

    def __init__(self, actor: Actor, known: Catalog, object_key: str, texts: Iterable[str]) -> None:
        self._one = known.object(object_key)
        self._rows = self._one.model.objects.filter(permissions.visible(actor, self._one))
        texts = set(texts)
        self._numbers = self._by_number(sorted(texts))
        titled = self._one.title in permissions.read(actor, known, object_key)
        self._titles = self._by_title(known, texts) if titled else {}
        emails = {fold(text) for text in texts if "@" in text}
        self._emails = self._by_email(actor, known, emails) if emails else {}
        self._outside = self._by_outside(texts)
        self._owners: dict[int, int | None] = {}

    def named(self, text: str, owner: Any = None) -> Sequence[int]:
        """Ids of the records that the text may mean, of several those that belong to `owner`."""
        ids = self._named(text)
        if len(ids) < 2 or not self._one.within or not isinstance(owner, int):
            return ids
        if missing := [pk for pk in ids if pk not in self._owners]:
            self._owners |= dict(self._rows.filter(id__in=missing[:_PART]).values_list("id", f"{self._one.within}_id"))
        return [pk for pk in ids if self._owners.get(pk) == owner] or ids

    def _named(self, text: str) -> Sequence[int]:
        """A number is one record's alone."""
        number = self._numbers.get(fold(text))
        titled = self._titles.get(title_key(text), {})
        # Of companies with the same name in other spellings the one that is written just so is meant.
        exact = titled.get(fold(text)) or [pk for ids in titled.values() for pk in ids]
        if exact:
            return exact
        if number is not None:
            return [number]
        return self._emails.get(fold(text), ()) or self._outside.get(outside_id(text), ())

    def _by_number(self, texts: Sequence[str]) -> dict[str, int]:
        found = {}
        for start in range(0, len(texts), _PART):
            part = texts[start : start + _PART]
            for pk, number in self._rows.filter(number__in=part).values_list("id", "number"):
                found[fold(number)] = pk
        return found

    def _by_title(self, known: Catalog, texts: Iterable[str]) -> Mapping[str, dict[str, list[int]]]:
        column = known.field(self._one.key, self._one.title).attribute or ""
        keys = sorted({sort_key(name[:SORT_LENGTH]) for text in texts for name in spellings_of(text)})
        found: dict[str, dict[str, list[int]]] = {}
        for start in range(0, len(keys), _PART):
            part = keys[start : start + _PART]
            for pk, name in self._rows.filter(title_key__in=part).values_list("id", column):
                found.setdefault(title_key(name), {}).setdefault(fold(name), []).append(pk)
        return found

    def _by_outside(self, texts: set[str]) -> Mapping[str, list[int]]:
        said = known_by(self._one.key, texts)
        ids = sorted({pk for records in said.values() for pk in records})
        seen: set[int] = set()
        for start in range(0, len(ids), _PART):
            seen.update(self._rows.filter(id__in=ids[start : start + _PART]).values_list("id", flat=True))
        return {outside: kept for outside, records in said.items() if (kept := [pk for pk in records if pk in seen])}

    def _by_email(self, actor: Actor, known: Catalog, emails: set[str]) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = {}
        for field in permissions.read(actor, known, self._one.key).values():
            if field.kind != "email" or not field.stored.attribute:
                continue
            # Whatever its case: one look at all of them rather than one at each.
            path = field.path(field.stored.attribute)
            for pk, email in self._rows.exclude(**{path: None}).values_list("id", path).iterator(chunk_size=5000):
                if fold(email) in emails and pk not in found.get(fold(email), ()):
                    found.setdefault(fold(email), []).append(pk)
        return found
