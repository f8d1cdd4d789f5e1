"""Dates and moments in the spellings of people and spreadsheets."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Literal

from kebu.fields.parsing.cells import NotUnderstood, number_of, plain, short
from kebu.fields.parsing.relative import relative_day

Order = Literal["ymd", "dmy", "mdy"]

_SERIALS_END = 2_958_466  # the day after 9999-12-31 in the 1900 system
_SEPARATED = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_YEAR_FIRST = re.compile(
    r"(\d{4}|\d{2}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?[日号]?"
    r"|(\d{4}) ?[-/., 、\\] ?(\d{1,2}) ?[-/., 、\\] ?(\d{1,2})\.?"
)
_SHORT = re.compile(r"(\d{1,2}) ?([-/. ]) ?(\d{1,2}) ?\2 ?(\d{4}|\d{2})\.?|(\d{2}) ?([-/. ]) ?(\d{1,2}) ?\6 ?(\d)\.?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_COMPACT_TIME = re.compile(r"(\d{8})t?(\d{2})(\d{2})(\d{2})?")
_NAMED = re.compile(
    r"(?P<d>\d{1,2})(?:st|nd|rd|th)?[ \-/.]*(?P<m>[a-z]{3,9})[ \-/.,]*(?P<y>\d{4}|'?\d{2})"
    r"|(?P<m2>[a-z]{3,9})[ \-/.]*(?P<d2>\d{1,2})(?:st|nd|rd|th)?[ \-/.,]+(?P<y2>\d{4}|'?\d{2})"
    r"|(?P<y3>\d{4})[ \-/.]*(?P<m3>[a-z]{3,9})[ \-/.]*(?P<d3>\d{1,2})"
)
_MONTHS = {
    name: n
    for n, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}
_WEEKDAY = re.compile(
    r"[ ,]*\(?(?:(?:星期|周|礼拜)[一二三四五六日天]"
    r"|\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b)\)?[ ,]*"
)
_TIME = re.compile(
    r"(?:(?<=\d)t|(?<=[\s,日号天]))\s*(?P<half>上午|早上|早|凌晨|中午|下午|晚上|晚|am|pm)?\s*(?P<h>\d{1,2})[:时点](?P<m>\d{1,2}|半)?"
    r"(?:[:分](?P<s>\d{1,2})?(?:[.,](?P<fraction>\d{1,9}))?)?[秒分]?\s*(?P<half2>[ap]\.?m\.?)?"
    r"\s*(?P<zone>z|utc|(?:gmt|utc)?[+-]\d{2}:?\d{2}|gmt)?$"
)
_CHINESE_DATE = re.compile(
    r"((?:[〇○零一二三四五六七八九]{2}){1,2}|\d{4})年(\d{1,2}|[一二三四五六七八九十]{1,2})月"
    r"(\d{1,2}|[一二三四五六七八九十廿卅]{1,3})[日号]?"
)
# 壹贰叁 of cheques, and the dashes that programs make of a hyphen.
_SPELLINGS = str.maketrans("壹贰貳叁參肆伍陆陸柒捌玖拾–—―‐", "一二二三三四五六六七八九十----")
_SPELLED = re.compile("[壹贰貳叁參肆伍陆陸柒捌玖拾元–—―‐]")
_ZONE_NAME = re.compile(r"(?<=gmt[+-]\d{4}) \([^()]*\)$")  # as browsers write moments
_CHINESE_DIGITS = {"零": 0, "○": 0} | {digit: n for n, digit in enumerate("〇一二三四五六七八九")}


def parse_date(raw: object, *, order: Order = "ymd", base_1904: bool = False, today: date | None = None) -> date:
    """The day; a time of day beside it is left out.

    A number counts as a spreadsheet serial (1900 system with its false leap day, or 1904) or as YYYYMMDD; text
    never does. Two-digit years are 1950–2049, as Windows reads them. `order` decides texts such as 5/1/2023 and
    23.1.5; under `ymd` a text that ends in its year is `ambiguous_date` unless only one reading is possible.
    With `today` the days are understood too that people name from where they stand: 明天, +7, 下周一. A file has no
    such day: what was 明天 when it was written is over.
    """
    if isinstance(raw, str):
        if len(raw) == 10 and raw[4] == raw[7] == "-" and raw[0] != "0":
            try:
                return date.fromisoformat(raw)
            except ValueError:
                pass
        if match := _SEPARATED.fullmatch(raw):
            return _day(match[1], match[3], match[4])
        return _read_moment(raw, order, today)[0]
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if (number := number_of(raw)) is not None:
        return _from_serial(number, base_1904).date()
    raise NotUnderstood("date")


def parse_datetime(
    raw: object, zone: tzinfo, *, order: Order = "ymd", base_1904: bool = False, today: date | None = None
) -> datetime:
    """The moment in UTC. What names no zone of its own is local time in `zone`; a day alone is its midnight.

    `today` as in `parse_date`: 明天 15:00.
    """
    try:
        if isinstance(raw, str):
            moment = _from_iso(raw) or datetime.combine(*_read_moment(raw, order, today))
        elif isinstance(raw, datetime):
            moment = raw
        elif isinstance(raw, date):
            moment = datetime.combine(raw, time())
        elif (number := number_of(raw)) is not None:
            moment = _from_serial(number, base_1904)
        else:
            raise NotUnderstood("datetime")
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
        if moment.year < 1000:  # RFC 3339 has four digits, and a day of the year 1000 may begin in 999
            raise NotUnderstood("datetime")
        return moment
    except NotUnderstood as error:
        raise NotUnderstood("datetime" if error.code == "date" else error.code) from None
    except (OverflowError, ValueError):  # the first and last days of the calendar leave it in UTC
        raise NotUnderstood("datetime") from None


def date_order(values: Iterable[object]) -> Order:
    """The order of day, month and year in which most of a column's texts can be read; `ymd` where nothing tells."""
    failures: dict[Order, int] = {"ymd": 0, "dmy": 0, "mdy": 0}
    for value in values:
        if isinstance(value, str) and value.strip():
            for order in failures:
                try:
                    parse_date(value, order=order)
                except NotUnderstood:
                    failures[order] += 1
    if failures["ymd"] <= min(failures.values()) or failures["dmy"] == failures["mdy"]:
        return "ymd"
    return "dmy" if failures["dmy"] < failures["mdy"] else "mdy"


def _from_serial(number: Decimal, base_1904: bool) -> datetime:
    if number >= _SERIALS_END:
        match = _COMPACT.fullmatch(plain(number))
        if match is None:
            raise NotUnderstood("date")
        return datetime.combine(_day(*match.groups()), time())
    if 1900 <= number <= 2100:  # 2023 in a column of dates is a year, hardly a day of 1905
        raise NotUnderstood("ambiguous_date")
    if base_1904:
        first, lowest = date(1904, 1, 1), 0
    else:
        # Lotus 1-2-3 took 1900 for a leap year and every spreadsheet keeps that: serial 60 is a day that never was.
        first, lowest = date(1899, 12, 31) if number < 60 else date(1899, 12, 30), 1
    if number < lowest or (not base_1904 and int(number) == 60):
        raise NotUnderstood("date")
    try:
        return datetime.combine(first, time()) + timedelta(seconds=round(number * 86400))
    except OverflowError:
        raise NotUnderstood("date") from None


def _from_iso(text: str) -> datetime | None:
    if len(text) < 16 or text[4] != "-" or text[7] != "-" or text[0] == "0":
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _read_moment(raw: str, order: Order, today: date | None = None) -> tuple[date, time]:
    text = short(raw, "date", 64)
    if today and (near := _near_moment(text, today)):
        return near
    if _SPELLED.search(text):
        text = text.translate(_SPELLINGS).replace("元月", "1月")
    if text[0] == "'" and text[1:2].isdigit():  # what makes a text of it in spreadsheets
        text = text[1:]
    if text[-1] == ")":
        text = _ZONE_NAME.sub("", text)
    if match := _COMPACT_TIME.fullmatch(text):
        return _read_day(match[1], order), _clock(int(match[2]), int(match[3]), int(match[4] or 0))
    text = _WEEKDAY.sub(" ", text).strip()
    match = _TIME.search(text)
    if match is None:
        return _read_day(text, order), time()
    return _read_day(text[: match.start()].rstrip(" ,\t"), order), _read_clock(match)


def _near_moment(text: str, today: date) -> tuple[date, time] | None:
    """A day named from where one stands, maybe with a time behind it."""
    if day := relative_day(text, today):
        return day, time()
    match = _TIME.search(text)
    if match and (day := relative_day(text[: match.start()].rstrip(" ,\t"), today)):
        return day, _read_clock(match)
    return None


def _read_clock(match: re.Match[str]) -> time:
    hour = int(match["h"])
    half = (match["half"] or match["half2"] or "").replace(".", "")
    half = {"晚": "晚上", "早": "早上"}.get(half, half)
    if half == "晚上" and hour == 12:  # midnight, of which day?
        raise NotUnderstood("date")
    if half in ("下午", "晚上", "pm", "中午") and hour < 12 and not (half == "中午" and hour == 11):
        hour += 12
    elif half in ("上午", "早上", "凌晨", "am") and hour == 12:
        hour = 0
    zone: tzinfo | None = None
    if name := match["zone"]:
        zone = UTC
        name = name.removeprefix("gmt").removeprefix("utc")
        if name[:1] in ("+", "-"):
            minutes = int(name[1:3]) * 60 + int(name[-2:])
            if minutes >= 24 * 60:
                raise NotUnderstood("date")
            zone = timezone(timedelta(minutes=-minutes if name[0] == "-" else minutes))
    micro = int((match["fraction"] or "").ljust(6, "0")[:6])
    minute = 30 if match["m"] == "半" else int(match["m"] or 0)
    return _clock(hour, minute, int(match["s"] or 0), micro, zone)


def _clock(hour: int, minute: int, second: int, micro: int = 0, zone: tzinfo | None = None) -> time:
    try:
        return time(hour, minute, second, micro, zone)
    except ValueError:
        raise NotUnderstood("date") from None


def _read_day(text: str, order: Order) -> date:
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = match.group(1, 2, 3) if match[1] else match.group(4, 5, 6)
        return _day(year, month, day)
    if match := _SHORT.fullmatch(text):
        first, second, third = match.group(1, 3, 4) if match[1] else match.group(5, 7, 8)
        return _by_order(first, second, third, order)
    if match := _COMPACT.fullmatch(text):
        return _day(*match.groups())
    if match := _NAMED.fullmatch(text):
        year, month, day = (next(filter(None, match.group(part, part + "2", part + "3"))) for part in "ymd")
        return _day(year.lstrip("'"), str(_MONTHS.get(month, 0)), day)
    if match := _CHINESE_DATE.fullmatch(text):
        year = "".join(digit if digit.isdigit() else str(_CHINESE_DIGITS[digit]) for digit in match[1])
        month, day = (text if text.isascii() else str(_chinese_tens(text)) for text in match.group(2, 3))
        return _day(year, month, day)
    raise NotUnderstood("date")


def _by_order(first: str, second: str, third: str, order: Order) -> date:
    if order == "dmy":
        return _day(third, second, first)
    if order == "mdy":
        return _day(third, first, second)
    if len(third) <= 2:
        if len(first) != 2:  # 5/1/23 can not begin with its year
            raise NotUnderstood("ambiguous_date")
        return _day(first, second, third)
    readings = set()
    for month, day in ((second, first), (first, second)):
        try:
            readings.add(_day(third, month, day))
        except NotUnderstood:
            continue
    if not readings:
        raise NotUnderstood("date")
    if len(readings) == 2:
        raise NotUnderstood("ambiguous_date")
    return readings.pop()


def _day(year: str, month: str, day: str) -> date:
    number = int(year)
    if len(year) == 2:
        number += 2000 if number < 50 else 1900
    if number < 1000:
        raise NotUnderstood("date")
    try:
        return date(number, int(month), int(day))
    except ValueError:
        raise NotUnderstood("date") from None


def _chinese_tens(text: str) -> int:
    """十一 → 11, 二十 → 20, 廿三 → 23, 三十一 → 31; 0 for what is no number below 100."""
    text = text.replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = text.partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return 0
    if not ten:
        return _CHINESE_DIGITS[text]
    return (_CHINESE_DIGITS[tens] if tens else 1) * 10 + (_CHINESE_DIGITS[ones] if ones else 0)
