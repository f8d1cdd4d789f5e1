"""Reading the audit log: filtered, newest first, each entry as a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kebu.audit.log import ACTS
from kebu.audit.models import Entry
from kebu.core.errors import message, template

_AT_ONCE = 2000
# What is stored as a code of ours, and the codes that have a word.
_CODED = {"way", "role", "before", "after", "scope", "rule"}
_WORDS = {
    "password", "link", "app", "recovery", "owner", "administrator", "sales", "readonly", "read", "write",
    "reveal_reason",
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """Which entries: of one person (0: nobody who is known here), of these acts, from a moment on, before another."""

    person: int | None = None
    acts: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None


def page(asked: Asked, language: str, *, before: int | None, limit: int) -> dict[str, Any]:
    """`rows` with numbers below `before`, newest first, and `more`: whether others follow."""
    rows = _rows(asked)
    if before is not None:
        rows = rows.filter(number__lt=before)
    found = list(rows[: limit + 1])
    return {"rows": [as_json(entry, language) for entry in found[:limit]], "more": len(found) > limit}


def every(asked: Asked, most: int) -> Iterator[Entry]:
    """The newest `most` of them, newest first, read in parts."""
    yield from _rows(asked)[:most].iterator(_AT_ONCE)


def acts(language: str) -> list[dict[str, str]]:
    """`[{"key", "label"}]`: what a filter can choose from."""
    return [{"key": act, "label": act_label(act, language)} for act in ACTS]


def act_label(act: str, language: str) -> str:
    """What an act is called; its key where this version does not know it."""
    return message(f"audit_act_{act}", language) if act in ACTS else act


def sentence(entry: Entry, language: str) -> str:
    """What was done, in `language`; empty for an act that this version does not know."""
    if entry.act not in ACTS:
        return ""
    told = _Told({key: _word(key, value, language) for key, value in entry.about.items()})
    return template(f"audit_{entry.act}", language).format_map(told)


def as_json(entry: Entry, language: str) -> dict[str, Any]:
    """An entry as the page shows it."""
    return {
        "number": entry.number,
        "at": entry.at,
        "act": entry.act,
        "label": act_label(entry.act, language),
        "text": sentence(entry, language),
        "person": entry.person,
        "name": entry.name,
        "via": entry.via,
        "address": entry.address,
        "device": entry.device,
    }


class _Told(dict[str, str]):
    """What is said about an act; a word that an entry of an older version does not have is left out."""

    def __missing__(self, key: str) -> str:
        return ""


def _word(key: str, value: Any, language: str) -> str:
    if isinstance(value, dict):  # a label in several languages
        return str(value.get(language) or next(iter(value.values()), ""))
    if isinstance(value, list):
        return ("、" if language == "zh-Hans" else ", ").join(_word(key, one, language) for one in value)
    if key in _CODED and value in _WORDS:
        return message(f"audit_word_{value}", language)
    return "" if value is None else str(value)


def _rows(asked: Asked) -> Any:
    rows = Entry.objects.order_by("-number")
    if asked.person is not None:
        rows = rows.filter(person=asked.person or None)
    if asked.acts:
        rows = rows.filter(act__in=asked.acts)
    if asked.since:
        rows = rows.filter(at__gte=asked.since)
    if asked.until:
        rows = rows.filter(at__lt=asked.until)
    return rows
