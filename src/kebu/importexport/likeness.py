"""When two titles name the same: companies are written with and without brackets, blanks and the long legal form."""

import re

from kebu.core.text import fold

_HAN = "\u3400-\u9fff"
_BLANK_AT_HAN = re.compile(rf"(?<=[{_HAN}()]) (?=[{_HAN}()a-z0-9])|(?<=[a-z0-9]) (?=[{_HAN}()])")
_LONG, _SHORT = "有限责任公司", "有限公司"
_LEGAL = re.compile(r"\b(?:co|ltd|limited|inc|incorporated|corp|corporation|llc|gmbh|plc)\b")
_MARKS = re.compile(r" *[.,]+ *")
# The long words for what is short as well.
_FORMS = {"company limited": "co ltd", "limited": "ltd", "incorporated": "inc", "corporation": "corp"}
_ENDS = ("co., ltd.", "co., ltd", "co.,ltd.", "co.,ltd", "co. ltd.", "co. ltd", "co ltd", "company limited")


def title_key(text: str) -> str:
    """A title as titles are compared."""
    key = fold(text)
    if not key.isascii():
        return _BLANK_AT_HAN.sub("", key).replace(_LONG, _SHORT)
    if not _LEGAL.search(key):
        return key
    key = _MARKS.sub(" ", key).strip()
    for long, short in _FORMS.items():
        key = re.sub(rf"\b{long}$", short, key)
    return key


def spellings_of(text: str) -> set[str]:
    """The ways in which the same title is likely to stand in the table, the given one among them."""
    key, found = fold(text), {text}
    if not key.isascii():
        bare = _BLANK_AT_HAN.sub("", key)
        spaced = bare.replace("(", " (").replace(")", ") ").strip()
        short = {one.replace(_LONG, _SHORT) for one in (bare, spaced)}
        return found | {bare, *short, *(one.replace(_SHORT, _LONG) for one in short)}
    if not _LEGAL.search(key):
        return found
    short_key = title_key(text)
    found.add(short_key)
    name, _, end = short_key.rpartition(" ")
    if short_key.endswith(" co ltd"):
        found |= {short_key.removesuffix("co ltd") + form for form in _ENDS}
    elif name:
        found |= {f"{name}{sign} {end}{dot}" for sign in ("", ",") for dot in ("", ".")}
    return found
