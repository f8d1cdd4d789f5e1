"""Address cards for phones: vCard 3.0 in UTF-8, which they all take; read again by `vcards`."""

import os
from collections.abc import Iterable, Mapping

#: What a card may hold, in the order in which it is written: the property, and its parameters.
PARTS = {
    "org": "ORG",
    "title": "TITLE",
    "cell": "TEL;TYPE=CELL",
    "work": "TEL;TYPE=WORK,VOICE",
    "email": "EMAIL;TYPE=INTERNET",
    "address": "ADR;TYPE=WORK",
    "url": "URL",
    "birthday": "BDAY",
}
_LINE = 75  # bytes
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None, "\0": None})


def write_cards(path: str | os.PathLike[str], cards: Iterable[Mapping[str, str]]) -> int:
    """Write a card for each that says who it is: by a `name`, or else by an `org`; other keys are those of `PARTS`.

    Answers how many there are.
    """
    count = 0
    with open(path, "wb") as file:
        for card in cards:
            if card.get("name") or card.get("org"):
                file.write(b"".join(folded(line) for line in _lines(card)))
                count += 1
    return count


def _lines(card: Mapping[str, str]) -> Iterable[str]:
    yield from ("BEGIN:VCARD", "VERSION:3.0")
    # Chinese names are not told apart into family and given name: phones show the whole.
    name = (card.get("name") or "").translate(_ESCAPED)
    yield f"N:{name};;;;"
    yield f"FN:{name or card['org'].translate(_ESCAPED)}"
    for key, property_ in PARTS.items():
        if value := card.get(key):
            text = value if key == "url" else value.translate(_ESCAPED)
            yield f"{property_}:;;{text};;;;" if key == "address" else f"{property_}:{_one_line(text)}"
    yield "END:VCARD"


def _one_line(text: str) -> str:
    return "".join(text.splitlines())


def escaped(text: str) -> str:
    """A text as a value of a card, or of a calendar: they are written alike."""
    return text.translate(_ESCAPED)


def folded(line: str) -> bytes:
    """A line of either in lines of 75 bytes, none of which ends within a sign."""
    content = line.encode("utf-8", "replace")
    parts = []
    room = _LINE
    while len(content) > room:
        end = room
        while content[end] & 0xC0 == 0x80:
            end -= 1
        parts.append(content[:end])
        content = content[end:]
        room = _LINE - 1  # after the blank
    return b"\r\n ".join([*parts, content]) + b"\r\n"
