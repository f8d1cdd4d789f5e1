"""The day of a person, as the page of the day asks for it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from kebu.accounts import roles
from kebu.accounts.actor import Actor
from kebu.accounts.models import Team, User
from kebu.crm import today
from kebu.crm.models import Customer, Deal
from kebu.records import query, write
from kebu.records.query import ViewSpec

pytestmark = pytest.mark.django_db
DAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()


def on(days: int) -> str:
    return str(DAY + timedelta(days=days))


def make(actor: Actor, key: str, **values: Any) -> int:
    return write.create(actor, key, values)[0].id


def titles(actor: Actor, *, team: bool = False, still: int = 30) -> dict[str, list[str]]:
    """The names in each list, those of customers before those of tasks."""
    found: dict[str, list[str]] = {}
    for each in today.of(actor, team=team, still=still)["lists"]:
        found.setdefault(each["key"], []).extend(str(row[2]) for row in each["rows"])
    return {key: names for key, names in found.items() if names}


def aged(pk: int, days: int) -> None:
    Deal.objects.filter(pk=pk).update(updated_at=datetime.now(UTC) - timedelta(days=days))


def test_the_day_has_customers_and_tasks_by_their_dates(table: Actor) -> None:
    make(table, "customers", name="逾期公司", next_follow_up=on(-3))
    make(table, "customers", name="更早公司", next_follow_up=on(-30))
    late = make(table, "customers", name="今天公司", next_follow_up=on(0))
    make(table, "customers", name="下周公司", next_follow_up=on(7))
    make(table, "customers", name="以后公司", next_follow_up=on(8))
    make(table, "tasks", subject="寄样品", customer=late, due_date=on(-1))
    make(table, "tasks", subject="改报价", due_date=on(0))
    make(table, "tasks", subject="做完的", due_date=on(0), done=True)
    assert titles(table) == {
        "overdue": ["更早公司", "逾期公司", "寄样品"],
        "today": ["今天公司", "改报价"],
        "week": ["下周公司"],
    }


def test_who_came_lately_and_has_no_plan_is_new(table: Actor) -> None:
    make(table, "customers", name="新公司")
    spoken = make(table, "customers", name="谈过的公司")
    make(table, "activities", customer=spoken, text="谈过")
    old = make(table, "customers", name="早就有的公司")
    Customer.objects.filter(pk=old).update(created_at=datetime.now(UTC) - timedelta(days=9))
    assert titles(table) == {"new": ["新公司"]}


def test_open_deals_that_nobody_touched_stand_still(table: Actor) -> None:
    customer = make(table, "customers", name="示例公司", next_follow_up=on(60))
    busy = make(table, "customers", name="示例忙公司", next_follow_up=on(60))
    make(table, "activities", customer=busy, text="刚谈过")
    for title, stage, of, days in (
        ("久的", "proposal", customer, 50),
        ("最久的", "contact", customer, 60),
        ("不久的", "contact", customer, 10),
        ("赢了的", "won", customer, 50),
        ("在谈的", "contact", busy, 50),
    ):
        aged(make(table, "deals", title=title, stage=stage, customer=of), days)
    assert titles(table) == {"still": ["最久的", "久的"]}
    assert titles(table, still=5) == {"still": ["最久的", "久的", "不久的"]}
    assert titles(table, still=55) == {"still": ["最久的"]}


def test_who_leads_a_team_sees_its_day_and_others_only_theirs(table: Actor, bob: Actor, charlie: Actor) -> None:
    team = Team.objects.create(name="一部", leader_id=bob.user_id)
    team.members.add(charlie.user_id or 0)
    User.objects.filter(pk=bob.user_id).update(role="manager")
    User.objects.filter(pk__in=[bob.user_id, charlie.user_id]).update(reach_version=5)
    lead, member = (Actor.of(User.objects.get(pk=one.user_id)) for one in (bob, charlie))
    make(table, "customers", name="别处公司", next_follow_up=on(0))
    make(lead, "customers", name="主管公司", next_follow_up=on(0))
    make(member, "customers", name="队员公司", next_follow_up=on(0))
    assert titles(lead) == {"today": ["主管公司"]}
    assert titles(lead, team=True) == {"today": ["主管公司", "队员公司"]}
    assert titles(member, team=True) == {"today": ["队员公司"]}
    assert [today.of(one, team=False, still=30)["team"] for one in (table, lead, member)] == [True, True, False]


def test_a_list_that_goes_by_what_one_may_not_ask_by_is_not_there(table: Actor, bob: Actor) -> None:
    make(bob, "customers", name="今天公司", next_follow_up=on(0))
    deal = make(bob, "deals", title="久的", stage="contact", customer=make(bob, "customers", name="示例公司"))
    aged(deal, 50)
    assert titles(bob) == {"today": ["今天公司"], "new": ["示例公司"], "still": ["久的"]}
    rights = roles.STARTING["sales"][1]["objects"]
    fields = {"next_follow_up": "hidden", "name": "masked", "last_activity_at": "hidden"}
    objects = {**rights, "customers": {**rights["*"], "fields": fields}, "tasks": {"see": "none"}}
    roles.change_role(table, "sales", rights={"objects": objects})
    changed = Actor.of(User.objects.get(pk=bob.user_id))
    day = today.of(changed, team=False, still=30)
    assert [(one["key"], one["object"]) for one in day["lists"]] == [("still", "deals")]
    assert "next_follow_up" not in day["fields"]["customers"]
    assert "tasks" not in day["fields"]
    (deals,) = day["lists"]
    at = day["fields"]["deals"].index("customer") + 2
    assert [row[at] for row in deals["rows"]] == [{"masked": "示*"}]
    assert day["customers"] == []  # which one it is would say more than its mask


def test_what_is_too_much_for_the_page_is_said(table: Actor, door: Any) -> None:
    changes = [{"values": {"name": f"示例{n}", "next_follow_up": on(-1)}} for n in range(today.SHOWN + 1)]
    write.batch(table, "customers", changes)
    answer = door(table).get("/today", {"who": "team", "still": 10})
    (overdue,) = [one for one in answer.json()["lists"] if one["rows"]]
    assert (len(overdue["rows"]), overdue["more"]) == (today.SHOWN, True)
    whole = query.rows(query.asking(table, "customers"), ViewSpec(filter=overdue["filter"]))
    assert whole.count() == today.SHOWN + 1
    assert door(table).get("/today", {"who": "others"}).status_code == 400
    assert door(table).get("/today", {"still": 0}).status_code == 400


def test_the_lists_come_from_indexes(table: Actor) -> None:
    changes = [{"values": {"name": f"示例{n}", "next_follow_up": on(n % 9) if n % 2 else None}} for n in range(300)]
    write.batch(table, "customers", changes)
    write.batch(table, "deals", [{"values": {"title": f"{n}", "stage": "contact"}} for n in range(200)])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            # With so few rows any way is cheap: what is asked is whether the index can give them in order.
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
    customers, deals = query.asking(table, "customers"), query.asking(table, "deals")
    mine = {"field": "owner", "op": "mine"}
    within = {"field": "next_follow_up", "op": "within", "value": {"unit": "day", "from": -10, "to": -1}}
    dated = ViewSpec(filter={"and": [mine, within]}, sort=(("next_follow_up", False),))
    assert "customer_agenda" in query.filled(customers, dated)[:5].explain()
    made = {"field": "created_at", "op": "within", "value": {"unit": "day", "from": -6, "to": 0}}
    blank = [{"field": key, "op": "empty"} for key in ("last_activity_at", "next_follow_up")]
    new = ViewSpec(filter={"and": [mine, made, *blank]}, sort=(("created_at", True),))
    assert "customer_new" in query.filled(customers, new)[:5].explain()
    stage = {"field": "stage", "op": "is", "value": "contact"}
    old = {"field": "updated_at", "op": "before", "value": on(-30)}
    still = ViewSpec(filter={"and": [stage, mine, old]}, sort=(("updated_at", False),))
    assert "deal_still" in query.filled(deals, still)[:5].explain()
