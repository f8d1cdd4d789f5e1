"""What a raw cell holds, before anybody knows its kind."""

import re
from datetime import date, datetime, time
from decimal import Decimal


class NotUnderstood(ValueError):
    """The value does not fit. `code` names what it should have been, and its message in the table `[parsing]`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def text_of(raw: object) -> str:
    """What a person would see in the cell: no `.0`, no scientific notation, outer blanks trimmed.

    NUL and lone surrogates are dropped, because no database stores them. Numbers show at most 15 significant
    digits, as spreadsheets do.
    """
    if isinstance(raw, str):
        return (raw if raw.isascii() and "\0" not in raw else _UNSTORABLE.sub("", raw)).strip()
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, int):
        return str(raw) if raw.bit_length() < 1024 else ""
    if isinstance(raw, float | Decimal):
        if isinstance(raw, float) and raw.is_integer() and abs(raw) < 10**15:
            return str(int(raw))
        number = decimal(raw)
        return "" if number is None else plain(number)
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == time() else raw.replace(tzinfo=None).isoformat(" ", _detail(raw))
    if isinstance(raw, date):
        return raw.isoformat()
    if isinstance(raw, time):
        return raw.replace(tzinfo=None).isoformat(_detail(raw))
    return ""


def _detail(moment: datetime | time) -> str:
    return "seconds" if moment.second else "minutes"


def decimal(raw: float | Decimal) -> Decimal | None:
    """The number a spreadsheet would show for `raw`; None for NaN, infinity and absurd exponents."""
    number = Decimal(f"{raw:.15g}") if isinstance(raw, float) else raw
    if not number.is_finite() or (number and abs(number.adjusted()) > 400):
        return None
    return number


def plain(number: Decimal) -> str:
    """The shortest way to write it: no exponent, no trailing zeros, no minus before zero."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


# Full-width forms become narrow, every kind of blank a space; marks nobody sees (they come with numbers copied from
# phones and pages) go. Not NFKC, which reads 10² as 102.
_NARROW: dict[int, int | None] = {0xFF01 + n: 0x21 + n for n in range(94)}
_NARROW |= {0xFFE5: 0xA5, 0xFFE1: 0xA3, 0x2212: 0x2D}
_NARROW |= dict.fromkeys([0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], 0x20)
_NARROW |= dict.fromkeys([0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF], None)


def narrow(text: str) -> str:
    """The text with full-width signs made narrow, kinds of blanks made one, and invisible marks taken out."""
    return text_of(text if text.isascii() else text.translate(_NARROW))


def short(raw: object, code: str, longest: int = 100) -> str:
    """The narrow text in lower case, or NotUnderstood(code) for an empty or an overlong one."""
    text = raw if isinstance(raw, str) else text_of(raw)
    if len(text) > longest:
        raise NotUnderstood(code)
    text = narrow(text).lower()
    if not text:
        raise NotUnderstood(code)
    return text


def number_of(raw: object) -> Decimal | None:
    """The number that a cell of that type holds; None for text, yes and no, and what no spreadsheet shows."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        return None
    if isinstance(raw, int):
        return Decimal(raw) if raw.bit_length() < 1024 else None
    return decimal(raw)
