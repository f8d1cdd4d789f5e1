"""People are told things once, in their language, and nobody reads another's."""

import pytest

from kebu.core import errors
from kebu.notify.models import Notification
from kebu.notify.tell import tell


@pytest.fixture(autouse=True)
def words(monkeypatch):
    """A kind of notification that a higher room would bring words for."""
    real = errors._messages
    words = {
        "zh-Hans": {"sample_title": "该联系{name}了", "sample_body": "{name}的跟进日期是 {day}。"},
        "en": {"sample_title": "Time to call {name}", "sample_body": "The follow-up of {name} is on {day}."},
    }
    monkeypatch.setattr(errors, "_messages", lambda language: {**real(language), **words[language]})


def remind(actor, key="follow_up:1", name="示例公司"):
    tell(actor.user_id, kind="sample", key=key, params={"name": name, "day": "2026-11-22"}, link="/o/customers?open=1")


def test_person_is_told_in_the_language_of_their_choice(door, bob):
    remind(bob)
    answer = door(bob).get("/notifications").json()
    assert answer["unread"] == 1
    (row,) = answer["rows"]
    assert row["title"] == "该联系示例公司了"
    assert row["body"] == "示例公司的跟进日期是 2026-11-22。"
    assert (row["kind"], row["link"], row["read"]) == ("sample", "/o/customers?open=1", False)
    assert row["at"].endswith("Z")

    door(bob).patch("/me", {"language": "en"})
    assert door(bob).get("/notifications").json()["rows"][0]["title"] == "Time to call 示例公司"


def test_one_event_is_told_once_to_each(door, alice, bob):
    for _ in range(3):
        remind(bob)
        remind(alice)
    assert Notification.objects.count() == 2
    assert door(bob).get("/notifications").json()["unread"] == 1


def test_telling_again_leaves_a_read_one_read(door, bob):
    remind(bob)
    door(bob).post("/notifications/read", {"all": True})
    remind(bob)
    assert door(bob).get("/notifications").json()["unread"] == 0


def test_newest_come_first_and_are_marked_one_by_one_or_all(door, bob):
    for n in range(3):
        remind(bob, key=f"follow_up:{n}", name=f"示例 {n}")
    ids = [row["id"] for row in door(bob).get("/notifications").json()["rows"]]
    assert ids == sorted(ids, reverse=True)

    assert door(bob).post("/notifications/read", {"ids": ids[:1]}).json() == {"unread": 2}
    assert [row["read"] for row in door(bob).get("/notifications").json()["rows"]] == [True, False, False]
    assert door(bob).post("/notifications/read", {"all": True}).json() == {"unread": 0}


def test_nobody_sees_or_marks_anothers(door, bob, charlie):
    remind(bob)
    remind(charlie)
    mine = Notification.objects.get(user_id=charlie.user_id).pk
    theirs = Notification.objects.get(user_id=bob.user_id).pk

    assert [row["id"] for row in door(charlie).get("/notifications").json()["rows"]] == [mine]
    other = door(charlie).post("/notifications/read", {"ids": [mine, theirs]})
    unknown = door(charlie).post("/notifications/read", {"ids": [mine, 10**9]})
    assert other.status_code == unknown.status_code == 404
    assert other.content == unknown.content
    assert not Notification.objects.exclude(read_at=None).exists()
    assert door(None).get("/notifications").status_code == 401


@pytest.mark.parametrize(
    "body",
    [{}, {"ids": [1], "all": True}, {"all": False}, {"ids": ["x"]}, {"ids": [10**30]}, {"ids": [1], "user": 2}],
)
def test_odd_bodies_are_refused(door, bob, body):
    assert door(bob).post("/notifications/read", body).status_code == 400
