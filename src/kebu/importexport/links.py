"""Records that cells of a file name: by number, by title however it is spelled, or by e-mail."""

from collections.abc import Iterable, Mapping, Sequence

from kebu.accounts.actor import Actor
from kebu.core.text import fold, sort_key
from kebu.fields.registry import Catalog
from kebu.importexport.likeness import spellings_of, title_key
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
        self._titles = self._by_title(known, texts)
        emails = {fold(text) for text in texts if "@" in text}
        self._emails = self._by_email(actor, known, emails) if emails else {}

    def named(self, text: str) -> Sequence[int]:
        """Ids of the records that the text may mean; a number is one record's alone."""
        number = self._numbers.get(fold(text))
        titled = self._titles.get(title_key(text), {})
        # Of companies with the same name in other spellings the one that is written just so is meant.
        exact = titled.get(fold(text)) or [pk for ids in titled.values() for pk in ids]
        if exact:
            return exact
        return [number] if number is not None else self._emails.get(fold(text), ())

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

    def _by_email(self, actor: Actor, known: Catalog, emails: set[str]) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = {}
        for field in permissions.fields(actor, known, self._one.key).values():
            if field.kind != "email" or not field.stored.attribute:
                continue
            # Whatever its case: one look at all of them rather than one at each.
            path = field.path(field.stored.attribute)
            for pk, email in self._rows.exclude(**{path: None}).values_list("id", path).iterator(chunk_size=5000):
                if fold(email) in emails and pk not in found.get(fold(email), ()):
                    found.setdefault(fold(email), []).append(pk)
        return found
