"""When two texts name the same: companies are written with and without brackets, blanks and the long legal form,
telephones with and without dashes."""

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


# -- telephones ---------------------------------------------------------------------------------------------------

_SIGNS = str.maketrans("", "", " -.()/")
_AREA = re.compile(r"(01\d|02\d|0[3-9]\d\d)(\d{7,8})")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_SHORTEST = 7  # digits: what is shorter is a hotline or an extension, which many have


def phone_key(text: str) -> str | None:
    """A telephone as telephones are compared; None for what is nobody's own: hotlines, placeholders, several."""
    if _MOBILE.fullmatch(text):  # as most of them stand there
        return text
    number, mark, extension = fold(text).partition(" ext. ")
    digits = number.translate(_SIGNS)
    for country in ("+86", "0086"):
        digits = digits.removeprefix(country)
    if not digits.lstrip("+").isdigit() or len(digits) < _SHORTEST or len(set(digits)) == 1 or len(digits) > 20:
        return None
    return digits + mark + extension


def phone_spellings(text: str) -> set[str]:
    """The ways in which the same telephone is likely to stand in the table, the given one among them."""
    found = {text}
    if _MOBILE.fullmatch(text) or (key := phone_key(text)) is None:  # a mobile is spelled in one way
        return found
    number, mark, extension = key.partition(" ext. ")
    spelled = {number}
    if area := _AREA.fullmatch(number):
        code, rest = area.groups()
        spelled |= {f"{code}-{rest}", f"{code} {rest}", f"({code}){rest}", f"({code}) {rest}", f"+86 {code[1:]} {rest}"}
    return found | {one + mark + extension for one in spelled}


# -- titles that may be one ---------------------------------------------------------------------------------------

_FORM = re.compile(
    r"股份有限公司|有限公司|公司|股份|集团|\((?:新|旧|原|老)\)|\b(?:co|ltd|inc|corp|llc|gmbh|plc)\b|[\s.,·&()-]+"
)
# What tells a part of a company from the whole, or one shop from the next.
_OTHER = re.compile(r"[\da-z一二三四五六七八九十分店部支所处厂]")


def is_kin(one: str, other: str) -> bool:
    """Whether two titles may well be of one: the same, or one short for the other (示例医疗, 深圳示例医疗有限公司)."""
    if title_key(one) == title_key(other):
        return True
    short, long = sorted((_FORM.sub("", title_key(one)), _FORM.sub("", title_key(other))), key=len)
    if len(short) < 2 or short not in long:
        return False
    rest = long.replace(short, "", 1)
    if long.isascii():
        return len(short) > 3 and long.startswith(short) and not re.search(r"\d", rest)
    return not _OTHER.search(rest)
