"""Calendar programs read what waits for a person by a secret address, and no more than he may see at that time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import pytest
from django.test import Client

from kebu.accounts import feeds, people, roles
from kebu.accounts.actor import Actor
from kebu.accounts.models import Feed, User
from kebu.core.errors import KebuError
from kebu.crm import calendar_feed
from kebu.records import write

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)


def entries(actor: Actor, now: datetime = NOW) -> list[tuple[str, date, str]]:
    """What a real reader of calendars makes of it."""
    made = icalendar.Calendar.from_ical(calendar_feed.written(Actor.of(User.objects.get(pk=actor.user_id)), now))
    assert (str(made["version"]), str(made["method"])) == ("2.0", "PUBLISH")
    events = made.walk("VEVENT")
    assert [each.errors for each in events] == [[]] * len(events)
    assert len({str(each["uid"]) for each in events}) == len(events)
    return sorted((str(each["summary"]), each["dtstart"].dt, str(each["url"])) for each in events)


def test_what_waits_for_a_person_stands_on_its_day(table: Actor, bob: Actor) -> None:
    pk = write.create(bob, "customers", {"name": "公司A", "next_follow_up": "2026-03-12"})[0].id
    write.create(bob, "customers", {"name": "很久以前", "next_follow_up": "2025-03-12"})
    write.create(table, "customers", {"name": "别人的", "next_follow_up": "2026-03-12"})
    task = write.create(bob, "tasks", {"subject": "寄样品", "due_date": "2026-03-10", "customer": pk})[0].id
    write.create(bob, "tasks", {"subject": "做完的", "due_date": "2026-03-10", "done": True})
    deal = {"title": "年度采购", "customer": pk, "stage": "won", "end_date": "2026-12-31"}
    deal_id = write.create(bob, "deals", deal)[0].id
    assert [(name, day, url.split("/o/")[1]) for name, day, url in entries(bob)] == [
        ("任务：寄样品", date(2026, 3, 10), f"tasks?record={task}"),
        ("合作到期：年度采购", date(2026, 12, 31), f"deals?record={deal_id}"),
        ("跟进：公司A", date(2026, 3, 12), f"customers?record={pk}"),
    ]


def test_an_entry_that_moves_stays_the_same_one(table: Actor, bob: Actor) -> None:
    pk = write.create(bob, "customers", {"name": "公司A", "next_follow_up": "2026-03-12"})[0].id

    def uid() -> str:
        (event,) = icalendar.Calendar.from_ical(calendar_feed.written(bob, NOW)).walk("VEVENT")
        return str(event["uid"])

    before = uid()
    write.update(bob, "customers", pk, {"next_follow_up": "2026-03-20"}, expected_version=None)
    assert uid() == before


@pytest.mark.parametrize(
    "name",
    [
        "逗号,分号;反斜线\\冒号:引号\"", "很长的名字" * 40, "BEGIN:VEVENT END:VCALENDAR", "第一行\u2028SUMMARY:假的", "😀" * 50,
        "a\u0085b", "x\nSUMMARY:假的",
    ],
)  # fmt: skip
def test_no_name_breaks_out_of_its_line(table: Actor, bob: Actor, name: str) -> None:
    write.create(bob, "customers", {"name": name, "next_follow_up": "2026-03-12"})
    [(summary, _, _)] = entries(bob)
    assert summary.replace(" ", "") == f"跟进：{''.join(name.split())}"
    assert all(len(line) <= 75 for line in calendar_feed.written(bob, NOW).split(b"\r\n"))


def test_rights_are_those_of_the_moment_in_which_it_is_read(table: Actor, bob: Actor) -> None:
    pk = write.create(bob, "customers", {"name": "公司A", "next_follow_up": "2026-03-12"})[0].id
    write.create(bob, "tasks", {"subject": "寄样品", "due_date": "2026-03-10", "customer": pk})
    assert len(entries(bob)) == 2
    whole = {"see": "own", "change": "own", "create": True}
    roles.change_role(
        table, "sales", rights={"objects": {"*": whole, "customers": {**whole, "fields": {"name": "masked"}}}}
    )
    assert "公司A" not in entries(bob)[1][0]
    roles.change_role(table, "sales", rights={"objects": {"*": whole, "tasks": {"see": "none"}}})
    assert [name for name, _, _ in entries(bob)] == ["跟进：公司A"]
    # The customer becomes another's: the task with it is no longer his to see.
    roles.change_role(table, "sales", rights={"objects": {"*": whole}})
    write.update(table, "customers", pk, {"owner": table.user_id}, expected_version=None)
    assert entries(bob) == []


def test_the_address_is_secret_replaced_and_ended(table: Actor, bob: Actor, door: Any) -> None:
    mine = door(bob)
    assert mine.get("/feed").json() == {"created_at": None, "last_used": None}
    first = mine.post("/feed").json()["uri"]
    program = Client()

    def read(address: str) -> Any:
        return program.get("/api" + address.split("/api", 1)[1])

    answer = read(first)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert answer.cookies == {}
    icalendar.Calendar.from_ical(answer.content)
    assert mine.get("/feed").json()["last_used"]
    secret = first.rsplit("/", 1)[1].removesuffix(".ics")
    assert secret not in str(Feed.objects.values().get())
    assert secret not in mine.get("/feed").content.decode()

    second = mine.post("/feed").json()["uri"]
    assert (read(first).status_code, read(second).status_code) == (404, 200)
    assert read(second.replace("kebu_", "kebu_0")).content == read(first).content
    assert mine.delete("/feed").status_code == 204
    assert read(second).status_code == 404
    assert mine.delete("/feed").status_code == 204


def test_who_is_disabled_or_lost_the_password_has_none_left(table: Actor, bob: Actor) -> None:
    secret = feeds.make(bob).rsplit("/", 1)[1].removesuffix(".ics")
    assert feeds.person_of(secret).pk == bob.user_id
    people.update_user(table, bob.person_id, active=False)
    people.update_user(table, bob.person_id, active=True)
    with pytest.raises(KebuError) as gone:
        feeds.person_of(secret)
    assert gone.value.code == "not_found"


def test_what_is_read_too_often_waits(table: Actor, bob: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "_AN_HOUR", 2)
    secret = feeds.make(bob).rsplit("/", 1)[1].removesuffix(".ics")
    for _ in range(2):
        feeds.person_of(secret)
    with pytest.raises(KebuError) as refused:
        feeds.person_of(secret)
    assert refused.value.status == 429


def test_days_are_those_of_the_person(table: Actor, bob: Actor) -> None:
    """What is too long ago is so by his own calendar."""
    User.objects.filter(pk=bob.user_id).update(time_zone="America/New_York")
    write.create(bob, "customers", {"name": "公司A", "next_follow_up": "2026-02-05"})
    late = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)  # still the 8th there
    assert len(entries(bob, late)) == 1
    assert entries(bob, late + timedelta(days=1)) == []
