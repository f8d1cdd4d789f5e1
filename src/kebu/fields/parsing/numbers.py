"""Numbers, money, shares, yes and no, in Western and Chinese spelling."""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from kebu.fields.parsing.cells import NotUnderstood, narrow, number_of, short

_NUMBER_END = Decimal(10) ** 15  # beyond it, a number sent as JSON loses digits
_MONEY_END = 10**15  # minor units; the same reason, two decimals included
_WESTERN = re.compile(r"\d{1,3}(?:([, '’])\d{3})(?:\1\d{3})*(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+")
# With the comma before the decimals: beyond doubt where points group the thousands before it, else where it is said.
_CONTINENTAL = re.compile(r"\d{1,3}(?:([. '’])\d{3})+,\d+")
_CONTINENTAL_SAID = re.compile(r"\d{1,3}(?:([. '’])\d{3})(?:\1\d{3})*(?:,\d*)?|\d*,\d+")
_SCIENTIFIC = re.compile(r"(\d+(?:\.\d*)?)e([+-]?\d{1,2})")
_ABBREVIATED = re.compile(r"(.*[\d.]) ?(w|k|thousand|mn?|mio\.?|million|bn?|billion)")
_NUMERAL = re.compile(r"\d[\d, '’]*(?:\.\d+)?|.")
_ZEROES = frozenset("〇零○")
_NUMERALS = {
    digit: n
    for n, digits in enumerate(
        ("〇零○", "一壹", "二贰貳两兩", "三叁參叄", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
    )
    for digit in digits
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_SCALES = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}
_ABBREVIATIONS = {"w": 10**4, "k": 10**3, "t": 10**3, "m": 10**6, "b": 10**9}
_CURRENCY_NAMES = "人民币|rmb|cny|cn¥|(?:us|hk|nt|a|c|s)\\$|usd|hkd|twd|aud|cad|sgd|chf|krw|inr|eur|gbp|jpy|[¥$€£₩₹₽฿₫]"
_CURRENCY_BEFORE = re.compile(rf"([+-]?) ?(?:{_CURRENCY_NAMES}):? ?(.*)")
_CURRENCY_AFTER = re.compile(rf"(.*?) ?(?:{_CURRENCY_NAMES}|美元|美金|港币|港元|欧元|英镑|日元)")
_YUAN = re.compile(r"(.+?) ?[元圆圓块] ?(?:(?P<jiao>.) ?[角毛])? ?[零〇]?(?:(?P<fen>.) ?分)? ?[整正]?")


def parse_number(raw: object, *, decimal_comma: bool = False) -> Decimal:
    """The number, below 10^15: plain, grouped, 万 and 亿, Chinese numerals, `1e5`, `(12)` = −12, `12%`.

    `decimal_comma`: where a figure leaves open what its comma or point means, the comma is before the decimals.
    """
    if (number := number_of(raw)) is None:
        if not isinstance(raw, str):
            raise NotUnderstood("number")
        if raw.isascii() and raw.isdigit() and len(raw) <= 15:
            return Decimal(raw)
        text = short(raw, "number")
        number = _signed(text.removesuffix("%"), "number", decimal_comma)
        if text.endswith("%"):
            number = number.scaleb(-2)
    if abs(number) >= _NUMBER_END:
        raise NotUnderstood("number_too_large")
    return number


def parse_money(raw: object, *, decimal_comma: bool = False) -> int:
    """Minor units (two decimals, halves away from zero), below 10^15: as `parse_number`, with currency signs and names,
    元角分 and 整. Which currency was written is not answered: it is a field of the record."""
    if type(raw) is int and -(10**13) < raw < 10**13:
        return raw * 100
    if isinstance(raw, str) and raw.isascii():
        whole, _, cents = raw.partition(".")
        if whole.isdigit() and len(whole) <= 13 and (not cents or (cents.isdigit() and len(cents) <= 2)):
            return int(whole) * 100 + (int(cents.ljust(2, "0")) if cents else 0)
    if (number := number_of(raw)) is None:
        if not isinstance(raw, str):
            raise NotUnderstood("money")
        number = _money_text(short(raw, "money"), decimal_comma)
    if abs(number) >= _MONEY_END:  # before rounding, which takes no huge number
        raise NotUnderstood("number_too_large")
    minor = int(number.scaleb(2).to_integral_value(ROUND_HALF_UP))
    if abs(minor) >= _MONEY_END:
        raise NotUnderstood("number_too_large")
    return minor


def parse_percent(raw: object, *, decimal_comma: bool = False) -> Decimal:
    """The fraction: text `12`, `12%`, `百分之十二` and the number 0.12 are all 0.12. `decimal_comma` as above."""
    if (number := number_of(raw)) is None:
        if not isinstance(raw, str):
            raise NotUnderstood("percent")
        text = short(raw, "percent")
        places = -3 if text.endswith("‰") else -2
        text = text.removeprefix("百分之").rstrip("%‰")
        number = _signed(text, "percent", decimal_comma).scaleb(places)
    if abs(number) >= _NUMBER_END:
        raise NotUnderstood("number_too_large")
    return number


def _money_text(text: str, decimal_comma: bool) -> Decimal:
    negative = text.startswith("(") and text.endswith(")")
    if negative:
        text = text[1:-1].strip()
    if match := _CURRENCY_BEFORE.fullmatch(text):
        text = match[1] + match[2]
    elif match := _CURRENCY_AFTER.fullmatch(text):
        text = match[1]
    small = Decimal(0)
    if match := _YUAN.fullmatch(text):
        text = match[1]
        for name, value in (("jiao", Decimal("0.1")), ("fen", Decimal("0.01"))):
            if digit := match[name]:
                small += _small_digit(digit) * value
    number = _signed(text, "money", decimal_comma)
    number += -small if number < 0 or text.startswith("-") else small
    return -number if negative else number


def _small_digit(digit: str) -> int:
    if digit.isascii() and digit.isdigit():
        return int(digit)
    if digit in _NUMERALS:
        return _NUMERALS[digit]
    raise NotUnderstood("money")


def _signed(text: str, code: str, decimal_comma: bool) -> Decimal:
    text = text.strip()
    negative = False
    if text.startswith("(") and text.endswith(")"):
        negative, text = True, text[1:-1].strip()
    elif text[:1] in ("-", "−", "–", "‐", "负"):
        negative, text = True, text[1:].lstrip()
    elif text.endswith("-"):  # as accounting programs write it
        negative, text = True, text[:-1].rstrip()
    elif text.startswith("+"):
        text = text[1:].lstrip()
    number = _unsigned(text, code, decimal_comma)
    return -number if negative else number


def _unsigned(text: str, code: str, decimal_comma: bool) -> Decimal:
    if (_CONTINENTAL_SAID if decimal_comma else _CONTINENTAL).fullmatch(text):
        return Decimal(text.translate(_CONTINENTAL_MARKS))
    if _WESTERN.fullmatch(text):
        return _western(text)
    if match := _SCIENTIFIC.fullmatch(text):
        return _western(match[1]).scaleb(int(match[2]))
    if match := _ABBREVIATED.fullmatch(text):
        if match[2] in ("m", "b") and code != "money":  # metres, bytes
            raise NotUnderstood(code)
        return _unsigned(match[1].rstrip(), code, decimal_comma) * _ABBREVIATIONS[match[2][0]]
    return _chinese_number(text, code)


def _western(text: str) -> Decimal:
    return Decimal(text.translate(_GROUPING))


_GROUPING = {ord(mark): None for mark in ", '’"}
_CONTINENTAL_MARKS = {ord(mark): None for mark in ". '’"} | {ord(","): "."}
_FIGURE = re.compile(r"[^\d.,]*(\d[\d.,]*)[^\d.,]*")
_POINTED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d*\.\d+")


def has_decimal_commas(values: Iterable[object]) -> bool:
    """Whether the figures of a column have the comma before their decimals: some can not be read otherwise, and they
    are at least as many as those that can not be read so."""
    commas = points = 0
    for value in values:
        if isinstance(value, str) and ("," in value or "." in value or "，" in value):
            found = _FIGURE.fullmatch(narrow(value))
            if found is None:
                continue
            comma = _CONTINENTAL_SAID.fullmatch(found[1]) is not None
            point = _POINTED.fullmatch(found[1]) is not None
            commas += comma and not point
            points += point and not comma
    return commas > 0 and commas >= points


def _chinese_number(text: str, code: str) -> Decimal:
    """壹佰万, 一亿二千万, 100万, 1万5 (= 1.5万), 二〇二三; digits without a unit are read one by one."""
    if not text:
        raise NotUnderstood(code)
    if all(char in _NUMERALS for char in text):
        return Decimal("".join(str(_NUMERALS[char]) for char in text))
    total = section = Decimal(0)
    pending: Decimal | None = None  # a number whose unit has not come yet
    after = 1  # the unit right before `pending`; 1 after a zero, where 五 is five
    room = scale_room = Decimal("Infinity")  # what follows is smaller than the unit, the scale before it
    for token in (token.strip() for token in _NUMERAL.findall(text)):
        if token in _UNITS:
            after = _UNITS[token]
            section += _less(after if pending is None else pending * after, room, code)
            pending, room = None, Decimal(after)
        elif token in _SCALES:
            after = _SCALES[token]
            if pending is None and not section and (not total or total >= after):  # 万 alone, 亿亿
                raise NotUnderstood(code)
            section += _less(pending or 0, room, code)
            if total < after:  # 一万亿: the 亿 counts all before it
                total = (total + section) * after
            else:
                total += _less(section * after, scale_room, code)
            section, pending, room, scale_room = Decimal(0), None, Decimal(after), Decimal(after)
        elif token in _ZEROES and pending is None:
            after = 1
        elif token in _NUMERALS and pending is None:
            pending = Decimal(_NUMERALS[token])
        elif pending is None and _WESTERN.fullmatch(token):
            pending = _western(token)
        elif token:
            raise NotUnderstood(code)
    if pending is not None:
        spoken = after >= 100 and 1 <= pending <= 9 and pending == int(pending)  # 一万五 is 15,000
        section += pending * after / 10 if spoken else _less(pending, room, code)
    return total + _less(section, scale_room, code)


def _less(value: Decimal | int, limit: Decimal, code: str) -> Decimal:
    if value >= limit:
        raise NotUnderstood(code)
    return Decimal(value)


_YES = frozenset("是 是的 真 对 有 √ ✓ ✔ ☑ ✅ true yes y t v on ok 1 已勾选 已完成 完成 启用 开 开启 checked".split())  # noqa: SIM905
_NO = frozenset("否 不是 假 错 无 没有 × ✗ ✘ ☐ ☒ ❌ false no n f off 0 未勾选 未完成 停用 关 关闭 unchecked".split())  # noqa: SIM905


def parse_checkbox(raw: object) -> bool:
    """Yes or no in the spellings of spreadsheets: 是/否, √/×, TRUE/FALSE, yes/no, 1/0."""
    if isinstance(raw, bool):
        return raw
    text = short(raw, "checkbox", 20).replace("\ufe0f", "")  # ✔ drawn in colour
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise NotUnderstood("checkbox")
