"""Address cards (vCard 2.1 to 4.0, many in a file) as the rows of a table.

Telephones write cards that follow no standard to the letter, so every line is taken for what it seems to be and none
refuses the file. Photos, sounds and keys are left out.
"""

import quopri
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field

from kebu.workbooks import encoding as encodings

_BEGINS = re.compile(r"\s*BEGIN\s*:\s*VCARD\s*$", re.IGNORECASE | re.MULTILINE)
_LINE = re.compile(
    r"(?:[\w-]+\.)?(?P<name>[A-Za-z][\w-]*)(?P<parameters>(?:;[^:;=]+(?:=(?:\"[^\"]*\"|[^:;\"])*)?)*):(?P<value>.*)",
    re.DOTALL,
)
_PARAMETER = re.compile(r";([^:;=]+)(?:=((?:\"[^\"]*\"|[^:;\"])*))?")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_BIRTHDAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:T.*)?")
_MOBILE = frozenset({"CELL", "MOBILE", "IPHONE"})
_NO_PHONE = frozenset({"FAX", "PAGER"})
_LONGEST = 100_000  # characters of a value; what is longer is a picture in disguise

_COLUMNS = ("Contact Name", "Company", "Department", "Title", "Mobile", "Phone", "Fax", "Email", "Website", "Address")
_LAST_COLUMNS = ("Birthday", "Tags", "Notes")


@dataclass
class _Card:
    """What a card says, by column; telephones and the like in the order in which they stand."""

    values: dict[str, list[str]] = field(default_factory=dict)
    parts_of_name: str = ""

    def add(self, column: str, value: str) -> None:
        value = value.strip()[:_LONGEST]
        if value and value not in self.values.setdefault(column, []):
            self.values[column].append(value)


def is_vcard(text: str) -> bool:
    """Whether the text begins with a card."""
    return _BEGINS.match(text) is not None


def read_rows(data: bytes, encoding: str | None = None) -> Iterator[list[str | None]]:
    """A header and a row for each card. A second telephone has a column of its own, `Phone 2`.

    A card may say for each line in which charset it is; what says nothing is in `encoding`, or in what is found.
    """
    # Latin-1 keeps every byte, for each line to be decoded by itself; UTF-16 has no such lines.
    text, found = encodings.decode(data, encoding)
    if found.startswith("utf-16"):
        data, found = text.encode(), "utf-8"
    cards = list(_cards(data.removeprefix(b"\xef\xbb\xbf").decode("latin-1"), found))
    columns = _columns(cards)
    yield [name if place == 0 else f"{name} {place + 1}" for name, place in columns]
    for card in cards:
        yield [values[place] if len(values := card.values.get(name, [])) > place else None for name, place in columns]


def _columns(cards: list[_Card]) -> list[tuple[str, int]]:
    most = {name: max((len(card.values.get(name, ())) for card in cards), default=0) for name in _COLUMNS}
    several = [(name, place) for name in _COLUMNS for place in range(min(most[name], 5))]
    return several + [(name, 0) for name in _LAST_COLUMNS if any(name in card.values for card in cards)]


def _cards(text: str, found: str) -> Iterator[_Card]:
    card: _Card | None = None
    for line in _lines(text):
        match = _LINE.fullmatch(line)
        if match is None:
            continue
        name, value = match["name"].upper(), match["value"].strip()
        if name == "BEGIN" and value.upper() == "VCARD":
            card = _Card()
        elif name == "END" and value.upper() == "VCARD" and card:
            yield _finished(card)
            card = None
        elif card:
            _take(card, name, _parameters(match["parameters"]), match["value"], found)
    if card:  # the file was cut
        yield _finished(card)


def _lines(text: str) -> Iterator[str]:
    """Logical lines: folded ones joined, soft line ends of quoted-printable too."""
    held: list[str] = []
    quoted = False
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if held and quoted and held[-1].endswith("="):
            held[-1] = held[-1][:-1]
            held.append(line.lstrip(" \t"))
        elif held and line[:1] in (" ", "\t"):
            held.append(line[1:])
        else:
            if held:
                yield "".join(held)
            held, quoted = [line], "QUOTED-PRINTABLE" in line.partition(":")[0].upper()
    yield "".join(held)


def _parameters(text: str) -> dict[str, set[str]]:
    """TYPE=CELL,VOICE of version 3 and plain ;CELL;VOICE of version 2.1 alike."""
    found: dict[str, set[str]] = {}
    for name, value in _PARAMETER.findall(text):
        key, words = (name, value) if value else ("TYPE", name)
        if key.strip().upper() == "TYPE" and words.strip().upper() in ("QUOTED-PRINTABLE", "BASE64"):
            key = "ENCODING"
        found.setdefault(key.strip().upper(), set()).update(
            word.strip().upper() for word in words.strip('"').split(",")
        )
    return found


def _take(card: _Card, name: str, parameters: dict[str, set[str]], raw: str, found: str) -> None:
    value = _decoded(raw, parameters, found)
    if value is None:
        return
    kinds = parameters.get("TYPE", set())
    match name:
        case "FN":
            card.add("Contact Name", _plain(value))
        case "N":
            card.parts_of_name = value
        case "ORG":
            company, *departments = [_plain(part) for part in _split(value)]
            card.add("Company", company)
            card.add("Department", " ".join(part for part in departments if part))
        case "TITLE" | "ROLE":
            if name == "TITLE" or "Title" not in card.values:
                card.add("Title", _plain(value))
        case "TEL":
            number = _plain(value).removeprefix("tel:")
            card.add("Fax" if kinds & _NO_PHONE else "Mobile" if kinds & _MOBILE else "Phone", number)
        case "EMAIL":
            card.add("Email", _plain(value).removeprefix("mailto:"))
        case "URL":
            card.add("Website", _plain(value))
        case "ADR":
            card.add("Address", _address(value))
        case "BDAY":
            day = _BIRTHDAY.fullmatch(value.strip())
            card.add("Birthday", "-".join(day.groups()) if day else _plain(value))
        case "CATEGORIES":
            card.add("Tags", _plain(value))
        case "NOTE":
            card.add("Notes", _plain(value))


def _decoded(raw: str, parameters: dict[str, set[str]], found: str) -> str | None:
    """The text of a value whose bytes are given as Latin-1; None for what is no text."""
    data = raw.encode("latin-1")
    coding = next(iter(parameters.get("ENCODING", {""})))
    if coding in ("B", "BASE64"):
        if "CHARSET" not in parameters:
            return None  # a photo
        try:
            data = b64decode(data)
        except ValueError:
            return None
    elif coding == "QUOTED-PRINTABLE" or coding == "Q":
        data = quopri.decodestring(data)
    charset = next(iter(parameters.get("CHARSET", {found})))
    try:
        return data.decode(charset)
    except (LookupError, ValueError):
        pass
    try:  # what says UTF-8 and is GBK, or the reverse
        return data.decode("utf-8")
    except ValueError:
        return data.decode("gb18030", "replace")


def _split(value: str) -> list[str]:
    """The parts between semicolons that are not escaped."""
    return re.split(r"(?<!\\);", value)


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value).strip()


def _address(value: str) -> str:
    """Box, extended, street, city, region, code, country: in the order in which the language of its signs writes it."""
    parts = [_plain(part).replace("\n", " ") for part in _split(value)] + [""] * 7
    box, extended, street, city, region, code, country = parts[:7]
    if re.search(r"[\u3400-\u9fff]", value):
        whole = street
        for larger in (city, region):
            if larger and larger not in whole:
                whole = larger + whole
        return f"{whole}{extended}{box}" or country
    return ", ".join(
        part for part in (street, extended, box, city, " ".join(filter(None, (region, code))), country) if part
    )


def _finished(card: _Card) -> _Card:
    """The card with a name: what it is called, else its parts, else the company."""
    if "Contact Name" not in card.values and card.parts_of_name:
        family, given, middle, *_ = [_plain(part) for part in _split(card.parts_of_name)] + ["", "", ""]
        if re.search(r"[\u3400-\u9fff]", family + given):
            card.add("Contact Name", family + given)
        else:
            card.add("Contact Name", " ".join(part for part in (given, middle, family) if part))
    return card
