"""Follow-ups are told on the day, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from kebu.accounts.models import User
from kebu.core.jobs import plan_periodic, work_once
from kebu.crm import followups
from kebu.crm.jobs import remind  # registers the job
from kebu.notify import tell
from kebu.records import write

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

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
