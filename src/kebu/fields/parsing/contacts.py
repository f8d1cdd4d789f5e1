"""Ways to reach somebody: phone, e-mail, web; and the code that names a company."""

import re
from datetime import date, time
from decimal import Decimal
from urllib.parse import urlsplit

import phonenumbers
from stdnum.cn import uscc

from kebu.fields.parsing.cells import NotUnderstood, narrow, short, text_of

_DIGIT = re.compile(r"\d")
_PHONE_NUMBER = re.compile(r"\d(?:\.\d+)?e\+?\d{1,2}|\d+\.0+", re.ASCII)
_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})", re.ASCII)
_PHONE_MARKS = {ord(mark): None for mark in " -.()"}
_THIRD_PART = re.compile(r"^(0\d{2,3}-\d{7,8})-(\d{1,6})$", re.ASCII)  # as landlines write an extension
_CALLED = re.compile(r"(?:手机号?码?|联系?电话|电话|座机|固话|tel|mobile|mob|phone|cell) ?[.:] ?(?=[+(\d])", re.I)
_BETWEEN = re.compile(r" ?[/、,;|\n] ?|  ?或 ?")
_SEVERAL = re.compile(r"[/、,;|或]")
_EXTENSION = re.compile(
    r"(?<=[\d)])[ ,;]*\(? ?(?:转分机|分机号?|转|ext(?:ension|n)?\.?|x) ?[:.]? ?(\d{1,8})\)?$", re.ASCII | re.I
)
_ATOM = r"[a-z0-9_!#$%&'*+/=?^`{|}~-]+"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOST = rf"(?:{_LABEL}\.)+(?:[a-z]{{2,63}}|xn--[a-z0-9-]{{2,59}})"
_EMAIL = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@({_HOST})", re.I | re.ASCII)
_EMAIL_WIDE = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@((?:{_LABEL}\.)+(?:[a-z]{{2,63}}|[^\W\d_a-z]{{2,63}}))", re.I)
_NAMED_EMAIL = re.compile(
    r"(?:mailto:|(?:e-?mail|邮箱|电子邮件) ?: ?)?([^<>?]+)(?:\?subject=.*)?|[^<>]*<([^<>]+)>", re.I
)
_BARE_LINK = re.compile(rf"{_HOST}(?::\d{{1,5}})?(?:[/?#].*)?", re.I)
_HOSTLIKE = re.compile(r"[^\W_]")
_LINK_REFUSED = re.compile(r"[\x00-\x20\x7f-\xa0\\<>\"`\ufeff\u2000-\u200f\u2028-\u202f\u2060-\u2069\u3000]")
# A link that nothing is to be done to.
_PLAIN_LINK = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}(?:/[\w./-]*)?", re.ASCII)
_CODE = re.compile(r"[0-9]{8}[0-9ABCDEFGHJKLMNPQRTUWXY]{10}")
_CODE_SIGNS = {sign: place for place, sign in enumerate("0123456789ABCDEFGHJKLMNPQRTUWXY")}
_CODE_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def parse_phone(raw: object) -> str:
    """The phone as text. Anything with a digit is kept as it is, placeholders and hotlines too; only what is surely
    known is put in order: Chinese mobiles become their 11 digits, numbers with a foreign country code the
    international spelling, 转 and 分机 ` ext. `, and what a spreadsheet took for a number its digits."""
    if isinstance(raw, date | time | bool):
        raise NotUnderstood("phone")
    text = text_of(raw)
    if text.isascii() and text.isdigit():
        if len(text) < 13 and text[0] != "0":  # short enough to have no country code before a mobile
            return text
    else:
        text = " ".join(narrow(text.replace("\n", " / ")).split()).strip("/,;、 ")
        if not _DIGIT.search(text):
            raise NotUnderstood("phone")
        if _PHONE_NUMBER.fullmatch(text.lower()):
            text = f"{Decimal(text):f}".partition(".")[0]
    if len(text) > 100:  # rather a note than a number
        return text
    if text[0] not in "0123456789+(":
        text = _CALLED.sub("", text, count=1)
    parts = _BETWEEN.split(text) if _SEVERAL.search(text) else ()
    if len(parts) > 1 and all(len(_DIGIT.findall(part)) >= 7 for part in parts):
        marks = _BETWEEN.findall(text)
        return "".join(_one_phone(part) + mark for part, mark in zip(parts, [*marks, ""], strict=True))
    return _one_phone(text)


def _one_phone(text: str) -> str:
    if text[0] not in "0123456789+(":
        text = _CALLED.sub("", text, count=1)
    if text.count("-") == 2:
        text = _THIRD_PART.sub(r"\1 ext. \2", text)
    text = _EXTENSION.sub(r" ext. \1", text)
    number, mark, extension = text.partition(" ext. ")
    digits = number.translate(_PHONE_MARKS)
    if match := _MOBILE.fullmatch(digits):
        return match[1] + mark + extension
    if digits.startswith(("+", "00")) and 8 <= len(digits) <= 20:
        return _international(number) + mark + extension
    return text


def _international(text: str) -> str:
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        return text
    if number.country_code == 86 or number.extension or not phonenumbers.is_valid_number(number):
        return text
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def parse_email(raw: object) -> str:
    """One e-mail address; `Name <a@b.cn>` and `mailto:` give the address in them. The host is lower-cased."""
    if not isinstance(raw, str) or len(raw) > 500:
        raise NotUnderstood("email")
    named = _NAMED_EMAIL.fullmatch(narrow(raw).rstrip(" ,;、。"))
    address = (named[1] or named[2]).strip() if named else ""
    match = _EMAIL.fullmatch(address) or _EMAIL_WIDE.fullmatch(address)
    if not match or len(match[1]) > 64 or len(match[0]) > 254:
        raise NotUnderstood("email")
    return f"{match[1]}@{match[2].lower()}"


def parse_link(raw: object) -> str:
    """A web address, http or https only; a bare host gets https. No signs that hide where it leads (user names,
    control characters, backslashes)."""
    if not isinstance(raw, str) or len(raw) > 2000:
        raise NotUnderstood("link")
    text = text_of(raw)
    if _PLAIN_LINK.fullmatch(text) and len(text) < 250:
        return text
    if not text.isascii() and not text.lower().startswith(("http://", "https://")):
        text = narrow(text)
    if _BARE_LINK.fullmatch(text):
        text = "https://" + text
    if _LINK_REFUSED.search(text):
        raise NotUnderstood("link")
    try:
        parts = urlsplit(text)
        hidden = parts.username is not None or parts.password is not None
        named = _HOSTLIKE.search(parts.hostname or "") and (parts.port is None or parts.port > 0)
        valid = parts.scheme in ("http", "https") and named and not hidden
    except ValueError:
        valid = False
    if not valid:
        raise NotUnderstood("link")
    return f"{parts.scheme}://{parts.netloc.lower()}{text[text.index('://') + 3 + len(parts.netloc) :]}"


def parse_credit_code(raw: object) -> str:
    """A unified social credit code (统一社会信用代码, GB 32100) with a right check digit: 18 signs, upper case."""
    text = short(raw, "credit_code")
    if _CODE.fullmatch(text):
        # What `uscc` would say, a twentieth of its time.
        total = sum(_CODE_SIGNS[sign] * weight for sign, weight in zip(text, _CODE_WEIGHTS, strict=False))
        if (31 - total) % 31 != _CODE_SIGNS[text[-1]]:
            raise NotUnderstood("credit_code")
        return text
    try:
        return uscc.validate("".join(text.upper().split()))
    except ValueError:  # and its own ValidationError
        raise NotUnderstood("credit_code") from None
