"""Workdays in mainland China: Monday to Friday but for public holidays, and weekends that are worked instead (调休).

`workdays.json` has the days from 2025 on that differ from the weekdays: `rest` and `work`. It was made from the package
`holidays`; what the State Council has not announced yet is in it by the law on holidays alone, without exchanged days.
"""

import json
from datetime import date
from functools import cache
from pathlib import Path


@cache
def _table() -> tuple[frozenset[date], frozenset[date]]:
    said = json.loads(Path(__file__).with_name("workdays.json").read_text(encoding="utf-8"))
    rest, work = (frozenset(map(date.fromisoformat, said[kind])) for kind in ("rest", "work"))
    return rest, work


def is_workday(day: date) -> bool:
    """Whether people work on that day."""
    rest, work = _table()
    return day in work or (day.weekday() < 5 and day not in rest)
