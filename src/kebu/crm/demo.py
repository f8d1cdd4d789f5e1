"""A sample company to look around in, of any size, and sample customers for a company that has none yet."""

import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from kebu.accounts.actor import SYSTEM, Actor
from kebu.accounts.models import User
from kebu.accounts.people import add_user
from kebu.accounts.setup import create_company, needed
from kebu.core.errors import KebuError
from kebu.crm import demo_bulk
from kebu.crm.lifelike import Maker, Sample, Values, own_fields
from kebu.crm.models import Customer
from kebu.fields.definitions import add_field
from kebu.fields.registry import Catalog, catalog
from kebu.records.write import Edit, Write

SAMPLE_END = "（示例）"
SAMPLES_LABEL = {"zh-Hans": "示例客户", "en": "Sample customers"}
# More customers than this come in bulk, without a past of single changes.
MOST_WITH_PAST = 1000
ACTIVITIES = 2
# More than this are there to see how much the table takes: what else would fill the disk comes when asked for.
MOST_WITH_ACTIVITIES = 20_000
# Name, address before the @, role, and how much of the customers they see.
_PEOPLE = (
    ("林悦", "lin.yue", "owner", "all"),
    ("周铭", "zhou.ming", "sales", "own"),
    ("何晴", "he.qing", "sales", "none"),
)
_DERIVED = ("province", "city", "district")

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Login:
    """Somebody of the sample company, who has "all" customers, their "own" or "none" (and sees those of nobody)."""

    name: str
    role: str
    sees: str
    email: str
    password: str


def fill_demo(customers: int, seed: int, progress: Progress, activities: int | None = None) -> list[Login]:
    """Fill a new data folder with a sample company; answers who can sign in. What it filled before it leaves as it is.

    Up to `MOST_WITH_PAST` customers are written one by one and have a past; more come in bulk. `progress` hears how
    many of how many are there. A customer has `activities` activities on average; where that is not said,
    `ACTIVITIES`, and none above `MOST_WITH_ACTIVITIES` customers. KebuError `demo_not_empty` where another company
    lives here.
    """
    kept = Path(settings.HOME) / "demo-logins.json"
    if not needed():
        if not kept.exists():
            raise KebuError("demo_not_empty", status=409, home=str(settings.HOME))
        return [Login(**one) for one in json.loads(kept.read_text())]
    logins = [
        Login(name, role, sees, f"{mail}@example.com", f"kebu-{secrets.token_urlsafe(9)}")
        for name, mail, role, sees in _PEOPLE
    ]
    owner, rep = _people(logins)
    own = _own_fields(Actor.of(owner))
    zone = ZoneInfo(owner.time_zone)
    payments = [one.key for field in own for one in catalog().field("customers", field).choices]
    maker = Maker(seed, datetime.now(zone).date(), zone, payments)
    if activities is None:
        activities = ACTIVITIES if customers <= MOST_WITH_ACTIVITIES else 0
    if customers > MOST_WITH_PAST:
        demo_bulk.fill(maker, customers, own, owner.pk, rep.pk, progress, activities=activities)
    else:
        _fill_with_past(maker, customers, own, owner, rep, progress, activities)
    # For the next start; they open nothing but samples.
    with open(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump([asdict(one) for one in logins], file, ensure_ascii=False)
    return logins


def fill_samples(actor: Actor, customers: int = 60) -> int:
    """Add customers that are plainly samples, with contacts and deals; answers the ChangeSet, by which they go again.

    KebuError `not_allowed` for who does not manage the company.
    """
    actor.require("manage_fields")
    known = catalog()
    zone = ZoneInfo(actor.zone)
    maker = Maker(7, datetime.now(zone).date(), zone, [])
    # A second go adds others.
    first = Customer.objects.filter(name__endswith=SAMPLE_END).count()
    with Write(actor, known, label=SAMPLES_LABEL[actor.language], creates={"customers": customers}) as write:
        made, now = write.change_set_id, write.now
        for n in range(first, first + customers):
            sample = _fitting(known, maker.customer(n))
            sample.customer["name"] += SAMPLE_END
            write.now = min(now, sample.created_at.astimezone(UTC))
            customer, _ = _create(write, sample, sample.customer, actor.user_id)
            deeds = maker.activities(n, sample, ACTIVITIES)
            known_ones = [
                {key: _choice(known, "activities", key, value) for key, value in one.items()} for one in deeds
            ]
            write.create("activities", [{**one, "customer": customer} for one in known_ones])
            _task(write, maker, n, sample, customer)
        write.now = now
    return made


def _people(logins: list[Login]) -> tuple[User, User]:
    """The company with its people; answers the owner and who has some customers."""
    first, *others = logins
    owner = create_company(
        "示例公司", owner_email=first.email, password=first.password, owner_name=first.name, template="partner"
    )
    users = [add_user(SYSTEM, one.email, role=one.role, name=one.name, password=one.password) for one in others]
    return owner, users[0]


def _own_fields(owner: Actor) -> list[str]:
    """The fields that this company added; answers their keys."""
    return [
        add_field(
            owner,
            "customers",
            kind=one.kind,
            labels=one.labels,
            choices=[{"label": {"zh-Hans": label}} for label in one.choices],
        )
        for one in own_fields()
    ]


def _fitting(known: Catalog, sample: Sample) -> Sample:
    """The sample with the choices that this company has: of the same key, else of the same category, else none."""
    values = {key: _choice(known, "customers", key, value) for key, value in sample.customer.items()}
    deals = [{key: _choice(known, "deals", key, value) for key, value in deal.items()} for deal in sample.deals]
    contacts = [{key: _choice(known, "contacts", key, value) for key, value in one.items()} for one in sample.contacts]
    return replace(sample, customer=values, deals=deals, contacts=contacts)


_CATEGORIES = {"contact": "open", "proposal": "open", "negotiation": "open"}


def _choice(known: Catalog, object_key: str, key: str, value: Any) -> Any:
    field = known.field(object_key, key)
    if field.kind != "choice" or value is None:
        return value
    category = _CATEGORIES.get(value, value)
    usable = [one for one in field.choices if not one.archived]
    same = [one.key for one in usable if one.key == value]
    alike = [one.key for one in usable if one.category == category]
    return next(iter(same + alike), None)


def _create(write: Write, sample: Sample, values: Mapping[str, Any], owner: int | None) -> tuple[int, list[int]]:
    """A customer with its people and deals; answers its id and those of the deals."""
    given = {key: value for key, value in values.items() if value is not None and key not in _DERIVED}
    (customer,) = write.create("customers", [{**given, "owner": owner}])
    back = {"customer": customer.id, "owner": owner}
    # The newest becomes the main one.
    write.create("contacts", [{**one, **back} for one in reversed(sample.contacts)])
    deals = write.create("deals", [{**one, **back} for one in reversed(sample.deals)])
    return customer.id, [one.id for one in reversed(deals)]


def _task(write: Write, maker: Maker, n: int, sample: Sample, customer: int) -> None:
    if task := maker.task(n, sample):
        write.create("tasks", [{**task, "done": task["done"] or None, "customer": customer}])


# -- a company with a past ---------------------------------------------------------------------------------------


@dataclass
class _Act:
    """Something that somebody did at a moment: values of the customer, and of its deals by their place."""

    at: datetime
    n: int
    values: dict[str, Any]
    deals: dict[int, dict[str, Any]]
    deed: Values | None = None


def _fill_with_past(
    maker: Maker, customers: int, own: list[str], owner: User, rep: User, progress: Progress, activities: int
) -> None:
    samples = [maker.customer(n) for n in range(customers)]
    whose = Random(maker.seed)
    owners = [whose.choices([rep, owner, None], [45, 35, 20])[0] for _ in samples]
    acts = [act for n, sample in enumerate(samples) for act in _acts(n, sample, maker, own)]
    if activities:
        acts += [act for n, sample in enumerate(samples) for act in _deeds(n, sample, maker, activities)]
    acts.sort(key=lambda act: act.at)
    made: dict[int, tuple[int, list[int]]] = {}
    known = catalog()
    with transaction.atomic():  # a thousand commits would take longer than all the rest
        for place, act in enumerate(acts):
            who = owners[act.n]
            with Write(Actor.of(who or owner), known) as write:
                write.now = act.at.astimezone(UTC)
                if act.n in made:
                    customer, deals = made[act.n]
                    write.update("deals", [Edit(deals[at], values) for at, values in act.deals.items()])
                    write.update("customers", [Edit(customer, act.values)])
                    if act.deed:
                        write.create("activities", [{**act.deed, "customer": customer}])
                else:
                    began = [{**deal, **act.deals.get(at, {})} for at, deal in enumerate(samples[act.n].deals)]
                    sample = replace(samples[act.n], deals=began)
                    made[act.n] = _create(write, sample, act.values, who.pk if who else None)
            progress(place + 1, len(acts))
        for n, (customer, _) in made.items():
            with Write(Actor.of(owners[n] or owner), known) as write:
                _task(write, maker, n, samples[n], customer)


def _acts(n: int, sample: Sample, maker: Maker, own: list[str]) -> Iterator[_Act]:
    """How a customer came to be what it is: it begins as a prospect, is followed up, a deal is won or lost, ends."""
    chance = Random(f"{maker.seed} past {n}")
    last = sample.customer
    stage, next_day = last["stage"], last["next_follow_up"]
    decided = sample.became if stage != "potential" else None
    first = {**last, **{key: value for key, value in zip(own, sample.own, strict=True) if value is not None}}
    begun: dict[int, dict[str, Any]] = {}
    if decided:
        first["stage"] = "potential"
        open_deal = {"stage": "proposal", "probability": 0.3, "start_date": None, "end_date": None, "lost_reason": None}
        begun = dict.fromkeys(range(len(sample.deals)), open_deal)
    first["remark"] = None
    touched = sample.created_at.date() + timedelta(days=chance.randint(2, 9))
    first["next_follow_up"] = touched if touched < maker.today else next_day
    yield _Act(sample.created_at, n, first, begun)
    if touched >= maker.today:
        return
    if decided and decided > touched:
        later = min(decided, touched + timedelta(days=chance.randint(5, 40)))
        yield _Act(_at(touched, maker, chance), n, {"remark": last["remark"], "next_follow_up": later}, {})
    else:
        yield _Act(_at(touched, maker, chance), n, {"remark": last["remark"], "next_follow_up": next_day}, {})
    if decided:
        day = max(decided, touched + timedelta(days=1))
        if day < maker.today:
            now = {"stage": "active" if stage == "ended" else stage, "next_follow_up": next_day}
            yield _Act(_at(day, maker, chance), n, now, dict(enumerate(sample.deals)))
        ends = [deal["end_date"] for deal in sample.deals if deal["end_date"]]
        if stage == "ended" and ends and (over := max(*ends, day) + timedelta(days=1)) <= maker.today:
            yield _Act(_at(over, maker, chance), n, {"stage": "ended"}, {})


def _deeds(n: int, sample: Sample, maker: Maker, mean: int) -> Iterator[_Act]:
    """What was done with a customer, noted down when it was done; never on the day that it came."""
    for deed in maker.activities(n, sample, mean):
        if sample.created_at < deed["happened_at"] < datetime.now(maker.zone):
            yield _Act(deed["happened_at"], n, {}, {}, deed)


def _at(day: date, maker: Maker, chance: Random) -> datetime:
    """A working hour of that day, never one to come."""
    moment = datetime.combine(day, time(chance.randint(9, 17), chance.randint(0, 59)), maker.zone)
    return min(moment, datetime.now(maker.zone))
