"""What comes due is told to whom it waits for: when he wishes, and once."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kebu.accounts import roles
from kebu.accounts.actor import Actor
from kebu.accounts.models import User
from kebu.core.errors import KebuError
from kebu.core.jobs import plan_periodic, work_once
from kebu.crm import followups
from kebu.crm.jobs import remind  # registers the job
from kebu.crm.workdays import is_workday
from kebu.notify import tell, wishes
from kebu.records import write

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)


def titles(actor: Actor) -> list[str]:
    return [each.shown(actor.language)["title"] for each in tell.latest(actor)]


def due(actor: Actor, name: str, day: str, **more: Any) -> int:
    return write.create(actor, "customers", {"name": name, "next_follow_up": day, **more})[0].id


def test_a_follow_up_is_told_once_on_its_day(table: Actor, bob: Actor) -> None:
    due(bob, "公司A", "2026-03-09")
    due(bob, "公司B", "2026-03-10")
    for minutes in (0, 10, 20):
        followups.remind(NOW + timedelta(minutes=minutes))
    assert titles(bob) == ["今天要跟进：公司A"]
    assert titles(table) == []
    followups.remind(NOW + timedelta(days=1))
    assert titles(bob) == ["今天要跟进：公司B", "今天要跟进：公司A"]


def test_a_new_date_is_told_anew(table: Actor, bob: Actor) -> None:
    pk = due(bob, "公司A", "2026-03-09")
    followups.remind(NOW)
    write.update(bob, "customers", pk, {"next_follow_up": "2026-03-11"}, expected_version=1)
    followups.remind(NOW)
    followups.remind(NOW + timedelta(days=2))
    assert len(titles(bob)) == 2


def test_the_day_is_the_persons_own(table: Actor, bob: Actor) -> None:
    due(bob, "公司A", "2026-03-09")
    User.objects.filter(pk=bob.user_id).update(time_zone="America/New_York")
    followups.remind(datetime(2026, 3, 9, 3, 30, tzinfo=ZoneInfo("UTC")))  # still the 8th in New York
    assert titles(bob) == []
    followups.remind(datetime(2026, 3, 9, 4, 30, tzinfo=ZoneInfo("UTC")))
    assert len(titles(bob)) == 1


def test_what_nobody_owns_is_told_to_the_owner(table: Actor, bob: Actor) -> None:
    pk = due(table, "公司A", "2026-03-09")
    write.update(table, "customers", pk, {"owner": None}, expected_version=1)
    followups.remind(NOW)
    assert titles(table) == ["今天要跟进：公司A"]
    assert titles(bob) == []


def test_a_deleted_customer_is_not_told(table: Actor) -> None:
    pk = due(table, "公司A", "2026-03-09")
    write.delete(table, "customers", pk, expected_version=None)
    followups.remind(NOW)
    assert titles(table) == []


@pytest.mark.django_db(transaction=True)
def test_the_job_runs_by_itself(table: Actor) -> None:
    assert remind is not None
    today = datetime.now(ZoneInfo(table.zone)).date()
    due(table, "公司A", today.isoformat())
    plan_periodic(datetime.now(UTC))
    while work_once():
        pass
    assert titles(table) == ["今天要跟进：公司A"]


def wish(actor: Actor, **said: Any) -> None:
    wishes.change(actor, **said)


def at(hour: int, minute: int = 0, day: str = "2026-03-09") -> datetime:
    """That time in Shanghai."""
    return datetime.fromisoformat(f"{day}T{hour:02}:{minute:02}+08:00")


def test_a_task_is_told_to_whom_has_to_do_it_until_it_is_done(table: Actor, bob: Actor) -> None:
    pk = write.create(bob, "tasks", {"subject": "寄样品", "due_date": "2026-03-09"})[0].id
    write.create(bob, "tasks", {"subject": "做完的", "due_date": "2026-03-09", "done": True})
    for minutes in (0, 10):
        followups.remind(NOW + timedelta(minutes=minutes))
    assert titles(bob) == ["今天要做：寄样品"]
    assert titles(table) == []
    assert tell.latest(bob)[0].link == f"/o/tasks?record={pk}"


def test_a_task_of_a_customer_that_one_sees_no_more_is_not_told(table: Actor, bob: Actor) -> None:
    customer = due(bob, "公司A", "2026-09-09")
    write.create(bob, "tasks", {"subject": "机密", "customer": customer, "due_date": "2026-03-09"})
    write.update(table, "customers", customer, {"owner": table.user_id}, expected_version=None)
    followups.remind(NOW)
    assert titles(bob) == []


def test_a_cooperation_that_ends_is_told_a_month_before_once(table: Actor, bob: Actor) -> None:
    customer = due(bob, "公司A", "2026-09-09")
    for title, stage, end in (
        ("年度采购", "won", "2026-04-01"),
        ("长期的", "won", "2027-04-01"),
        ("没谈成的", "lost", "2026-04-01"),
    ):
        write.create(bob, "deals", {"title": title, "customer": customer, "stage": stage, "end_date": end})
    for day in range(5):
        followups.remind(NOW + timedelta(days=day))
    assert titles(bob) == ["合作即将到期：年度采购"]


def test_it_is_told_at_the_time_and_as_early_as_one_wishes(table: Actor, bob: Actor) -> None:
    due(bob, "公司A", "2026-03-09")
    due(bob, "公司B", "2026-03-11")
    wish(bob, at=time(9), lead_days=2)
    followups.remind(at(8, 50, "2026-03-07"))
    assert titles(bob) == []
    followups.remind(at(9, 0, "2026-03-07"))
    assert titles(bob) == ["快要跟进：公司A"]
    followups.remind(at(8, 50))
    followups.remind(at(9, 0))
    assert titles(bob) == ["快要跟进：公司B", "快要跟进：公司A"]


def test_nothing_is_told_in_quiet_hours_and_all_of_it_after_them(table: Actor, bob: Actor) -> None:
    due(bob, "公司A", "2026-03-09")
    wish(bob, quiet_from=time(22), quiet_to=time(7, 30))
    for hour, minute in ((0, 5), (7, 20)):
        followups.remind(at(hour, minute))
    assert titles(bob) == []
    followups.remind(at(7, 30))
    assert titles(bob) == ["今天要跟进：公司A"]
    due(bob, "公司B", "2026-03-09")
    followups.remind(at(22))
    assert len(titles(bob)) == 1
    with pytest.raises(KebuError) as refused:
        wish(bob, quiet_to=None)
    assert refused.value.code == "half_quiet"


def test_on_workdays_only_a_holiday_is_told_before_it(table: Actor, bob: Actor) -> None:
    wish(bob, workdays=True)
    due(bob, "公司A", "2026-10-03")
    due(bob, "公司B", "2026-10-08")
    followups.remind(at(9, 0, "2026-09-29"))
    assert titles(bob) == []
    followups.remind(at(9, 0, "2026-09-30"))
    assert titles(bob) == ["快要跟进：公司A"]
    late = due(bob, "公司C", "2026-10-02")
    assert late
    followups.remind(at(9, 0, "2026-10-02"))
    assert len(titles(bob)) == 1
    followups.remind(at(9, 0, "2026-10-08"))
    assert set(titles(bob)[:2]) == {"今天要跟进：公司C", "今天要跟进：公司B"}


@pytest.mark.parametrize(
    ("zone", "morning", "hour"),
    [
        ("America/New_York", "2026-03-08", time(2, 30)),  # does not exist that day
        ("America/New_York", "2026-11-01", time(1, 30)),  # comes twice
        ("Asia/Kathmandu", "2026-03-08", time(0, 5)),  # 5 h 45 min before UTC, so not on the hour of any worker
    ],
)
def test_where_clocks_change_each_is_told_once(table: Actor, bob: Actor, zone: str, morning: str, hour: time) -> None:
    """The worker's clock jumps back once, too."""
    User.objects.filter(pk=bob.user_id).update(time_zone=zone)
    due(bob, "公司A", morning)
    wish(bob, at=hour)
    begin = datetime.fromisoformat(f"{morning}T00:00").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    followups.remind(begin)
    assert titles(bob) == []
    for minutes in (*range(20, 260, 20), *range(60, 160, 20)):
        followups.remind(begin + timedelta(minutes=minutes))
    assert titles(bob) == ["今天要跟进：公司A"]


def test_told_is_what_nobody_was_told_of_yet(table: Actor, bob: Actor) -> None:
    due(bob, "公司A", "2026-03-09")
    assert (followups.remind(NOW), followups.remind(NOW)) == (1, 0)
    assert len(titles(bob)) == 1


def test_who_looks_ahead_hears_on_the_last_workday_what_the_weekend_would_tell(table: Actor, bob: Actor) -> None:
    wish(bob, workdays=True, lead_days=2)
    due(bob, "公司A", "2026-03-17")  # a Tuesday: on Sunday it would be told
    due(bob, "公司B", "2026-03-18")
    followups.remind(at(9, 0, "2026-03-12"))
    assert titles(bob) == []
    followups.remind(at(9, 0, "2026-03-13"))
    assert titles(bob) == ["快要跟进：公司A"]
    followups.remind(at(9, 0, "2026-03-16"))
    assert titles(bob) == ["快要跟进：公司B", "快要跟进：公司A"]


def test_who_may_not_ask_by_the_date_is_not_told_of_it(table: Actor, bob: Actor) -> None:
    due(bob, "公司A", "2026-03-09")
    rights = {"see": "own", "change": "own", "create": True}
    for access in ("hidden", "masked"):
        customers = {**rights, "fields": {"next_follow_up": access}}
        roles.change_role(table, "sales", rights={"objects": {"*": rights, "customers": customers}})
        followups.remind(NOW)
        assert titles(bob) == []
    roles.change_role(table, "sales", rights={"objects": {"*": rights, "customers": {"see": "none"}}})
    followups.remind(NOW)
    assert titles(bob) == []
    masked = {**rights, "fields": {"name": "masked"}}
    roles.change_role(table, "sales", rights={"objects": {"*": rights, "customers": masked}})
    followups.remind(NOW)
    assert len(titles(bob)) == 1
    assert "公司A" not in titles(bob)[0]


def test_who_has_very_many_is_told_of_the_latest_and_each_person_by_himself(
    table: Actor, bob: Actor, charlie: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followups, "MOST", 2)
    monkeypatch.setattr(followups, "_PART", 2)
    # Charlie looks far ahead: what is due for him later keeps nothing from Bob.
    wish(charlie, lead_days=20)
    for day in ("2026-03-07", "2026-03-08", "2026-03-09", "2026-03-20", "2026-03-21"):
        due(bob, f"鲍勃{day}", day)
        due(charlie, f"查理{day}", day)
    for _ in range(2):
        followups.remind(NOW)
    assert sorted(titles(bob)) == ["今天要跟进：鲍勃2026-03-08", "今天要跟进：鲍勃2026-03-09"]
    assert sorted(titles(charlie)) == ["快要跟进：查理2026-03-20", "快要跟进：查理2026-03-21"]


def test_who_wants_no_bell_and_no_mail_is_told_nothing(table: Actor, bob: Actor) -> None:
    due(bob, "公司A", "2026-03-09")
    wish(bob, in_app=False)
    assert followups.remind(NOW) == 0
    # By mail only, where no mail can be sent: rather in the bell than not at all.
    wish(bob, mail=True)
    followups.remind(NOW)
    assert titles(bob) == ["今天要跟进：公司A"]


def test_the_wishes_are_ones_own(table: Actor, bob: Actor, door: Any) -> None:
    first = {
        "at": "00:00", "lead_days": 0, "quiet_from": None, "quiet_to": None, "workdays": False, "in_app": True, "mail": False,
        "digest": True, "mail_is_open": False,
    }  # fmt: skip
    assert door(bob).get("/reminders").json() == first
    said = {
        "at": "08:30", "lead_days": 1, "quiet_from": "22:00", "quiet_to": "07:00", "workdays": True, "in_app": False, "mail": True,
        "digest": False,
    }  # fmt: skip
    assert door(bob).patch("/reminders", said).json() == {**said, "mail_is_open": False}
    assert door(bob).get("/reminders").json() == {**said, "mail_is_open": False}
    assert door(table).get("/reminders").json() == first
    assert door(bob).patch("/reminders", {"quiet_from": None, "quiet_to": None}).json()["quiet_to"] is None
    # What is not said stays.
    assert door(bob).patch("/reminders", {"at": None, "mail": None}).json()["at"] == "08:30"
    for wrong in (
        {"lead_days": 31}, {"lead_days": -1}, {"lead_days": True}, {"at": "25:00"}, {"at": "x"}, {"at": "08:30Z"}, {"at": 30600},
        {"at": "٠٨:30"}, {"at": "08:30\n"}, {"workdays": 1}, {"quiet_from": None, "quiet_to": "07:00"},
    ):  # fmt: skip
        assert door(bob).patch("/reminders", wrong).status_code == 400, wrong
    refused = door(bob).patch("/reminders", {"quiet_from": "22:00"}).json()["error"]
    assert (refused["code"], refused["field"]) == ("half_quiet", "quiet_to")
    assert door(bob).get("/reminders").json()["quiet_from"] is None


@pytest.mark.django_db(transaction=True)
def test_new_wishes_are_met_at_once(table: Actor) -> None:
    today = datetime.now(ZoneInfo(table.zone)).date()
    wish(table, lead_days=3)
    due(table, "公司A", str(today + timedelta(days=3)))
    while work_once():
        pass
    assert titles(table) == ["快要跟进：公司A"]


def test_workdays_know_holidays_and_exchanged_days() -> None:
    days = ("2026-10-01", "2026-10-09", "2026-10-10", "2026-10-11", "2027-02-08", "2028-01-03")
    assert [is_workday(date.fromisoformat(day)) for day in days] == [False, True, True, False, False, True]
