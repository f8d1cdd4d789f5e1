"""Days as people name them from where they stand: 明天, +7, 下周一, 月底, 10/5, next mon."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

_NEAR = {
    "今天": 0, "今日": 0, "today": 0, "明天": 1, "明日": 1, "tomorrow": 1, "tmr": 1, "后天": 2, "大后天": 3,
    "昨天": -1, "昨日": -1, "yesterday": -1, "前天": -2, "大前天": -3,
}  # fmt: skip
_CHINESE = {sign: n for n, sign in enumerate("一二三四五六七八九十", start=1)} | {"两": 2}
_WEEKDAYS = {"天": 6} | {sign: n for n, sign in enumerate("一二三四五六日")}
_WEEKDAYS |= {name: n for n, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
_AWAY = {"上上": -2, "上": -1, "last": -1, "本": 0, "这": 0, "this": 0, "下": 1, "next": 1, "下下": 2}
_UNITS = {"天": "day", "日": "day", "周": "week", "星期": "week", "月": "month", "年": "year"}
_UNITS |= {unit[0]: unit for unit in ("day", "week", "month", "year")}

_UNIT = r"(天|日|周|个?星期|个?月|年|days?|weeks?|months?|years?|[dwmy])"
_STEP = re.compile(rf"([+-]) ?(\d{{1,4}}) ?{_UNIT}?")
_COUNTED = re.compile(rf"(in )?(\d{{1,4}}|[一二两三四五六七八九十]) ?{_UNIT}(?: ?(以?后|之后|later|以?前|之前|ago))?")
_WEEK = re.compile(
    r"(上上|上|本|这|下下|下)?个?(?:周|星期|礼拜)([一二三四五六日天])"
    r"|(?:(last|this|next) )?(mon|tue|wed|thu|fri|sat|sun)(?:day|s?day|nesday|r?s?day|urday|s|r|rs)?"
)
_WHOLE = re.compile(r"(上|下)个?(周|星期|月)|(last|next) (week|month)")
_MONTH_END = re.compile(r"(上|本|这|下)?个?月[底末]|end of (?:(last|this|next) )?month|eom")
_YEAR_END = re.compile(r"今?年[底末]|end of year|eoy")
_MONTH_DAY = re.compile(r"(\d{1,2}) ?[/-] ?(\d{1,2})|(\d{1,2}) ?月 ?(\d{1,2}) ?[日号]?")
_DAY = re.compile(r"(?:(上|本|这|下)个?月)?(\d{1,2})[日号]")


def relative_day(text: str, today: date) -> date | None:
    """The day that `text` (narrow, lower case) names for one for whom it is `today`; None where it names none.

    Weeks begin on Monday. A weekday alone is the next one, today counted; 10/5 is in this year.
    """
    try:
        for read in (_near, _steps, _counted, _weekday, _whole, _end, _day_of):
            if found := read(text, today):
                return found
    except (OverflowError, ValueError):  # 2月30日, or beyond the calendar
        return None
    return None


def _near(text: str, today: date) -> date | None:
    return today + timedelta(days=_NEAR[text]) if text in _NEAR else None


def _steps(text: str, today: date) -> date | None:
    if not (match := _STEP.fullmatch(text)):
        return None
    count = int(match[2])
    return _moved(today, -count if match[1] == "-" else count, match[3] or "天")


def _counted(text: str, today: date) -> date | None:
    match = _COUNTED.fullmatch(text)
    if not match or not (match[1] or match[4]):  # 3天 alone is a length, no day
        return None
    count = _CHINESE.get(match[2]) or int(match[2])
    back = match[4] is not None and ("前" in match[4] or match[4] == "ago")
    return _moved(today, -count if back else count, match[3])


def _weekday(text: str, today: date) -> date | None:
    if not (match := _WEEK.fullmatch(text)):
        return None
    wanted = _WEEKDAYS[match[2] or match[4]]
    away = match[1] or match[3]
    if away is None:
        return today + timedelta(days=(wanted - today.weekday()) % 7)
    return today + timedelta(days=wanted - today.weekday() + 7 * _AWAY[away])


def _whole(text: str, today: date) -> date | None:
    """下周, next month: the same day of it."""
    match = _WHOLE.fullmatch(text)
    return _moved(today, _AWAY[match[1] or match[3]], match[2] or match[4]) if match else None


def _end(text: str, today: date) -> date | None:
    if match := _MONTH_END.fullmatch(text):
        month = _moved(today.replace(day=1), _AWAY[match[1] or match[2] or "本"], "月")
        return month.replace(day=monthrange(month.year, month.month)[1])
    return today.replace(month=12, day=31) if _YEAR_END.fullmatch(text) else None


def _day_of(text: str, today: date) -> date | None:
    if match := _MONTH_DAY.fullmatch(text):
        return today.replace(month=int(match[1] or match[3]), day=int(match[2] or match[4]))
    if match := _DAY.fullmatch(text):
        return _moved(today.replace(day=1), _AWAY[match[1] or "本"], "月").replace(day=int(match[2]))
    return None


def _moved(day: date, count: int, unit: str) -> date:
    """So many units on; where the month has no such day, its last one."""
    return _MOVES[_UNITS[unit.removeprefix("个") if unit[0] == "个" else unit if unit in _UNITS else unit[0]]](
        day, count
    )


def _months(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


_MOVES: dict[str, Callable[[date, int], date]] = {
    "day": lambda day, count: day + timedelta(days=count),
    "week": lambda day, count: day + timedelta(weeks=count),
    "month": _months,
    "year": lambda day, count: _months(day, 12 * count),
}
