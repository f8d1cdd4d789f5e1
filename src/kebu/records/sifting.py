"""Searching for who may not read all that the index holds: what it finds is sifted by what he may read.

The index holds the words of a record together, whichever field they come from. A record that it finds is found for
this person only where the fields that he reads hold every word.
"""

from __future__ import annotations

from django.db.models import Q

from kebu.core.text import query_tokens
from kebu.records import cells, permissions
from kebu.records.query import Asking

_PART = 1000


def holding(ask: Asking, words: str, found: Q) -> list[int]:
    """Those of the records that the index finds whose readable fields hold every word. Costs some 50 µs for each that
    the index finds and the person sees."""
    groups = query_tokens(words)
    either = permissions.visible(ask.actor, ask.one) | permissions.visible(ask.actor, ask.one, trashed=True)
    ids = list(ask.one.model.objects.filter(either).filter(found).order_by("id").values_list("id", flat=True))
    read = permissions.read(ask.actor, ask.known, ask.one.key)
    held = []
    for start in range(0, len(ids), _PART):
        part = cells.tokens(ask.known, ask.one, ids[start : start + _PART], only=read)
        held += [pk for pk, tokens in part.items() if _holds(tokens.split(), groups)]
    return held


def _holds(tokens: list[str], groups: list[list[str]]) -> bool:
    return all(any(token.startswith(tuple(group)) for token in tokens) for group in groups)
