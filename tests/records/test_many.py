"""One act on all records of a filter: looked at before, done in parts, taken back as one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from kebu.accounts.actor import Actor
from kebu.core import jobs
from kebu.core.errors import KebuError
from kebu.core.jobs import work_once
from kebu.core.models import Job
from kebu.crm.models import Contact, Customer
from kebu.records import history, many, write
from kebu.records.models import Change, ChangeSet

if TYPE_CHECKING:
    from kebu.accounts.models import User

pytestmark = pytest.mark.django_db
NORMAL = {"field": "level", "op": "is", "value": "normal"}


def fill(actor: Actor, count: int = 6) -> list[int]:
    """Customers of which every second one is a normal one."""
    rows = [{"values": {"name": f"公司{n}", "level": ["normal", "key"][n % 2], "remark": "旧"}} for n in range(count)]
    done, _ = write.batch(actor, "customers", rows)
    return [one.id for one in done]


def remarks() -> list[str | None]:
    return list(Customer.objects.filter(deleted_at=None).order_by("id").values_list("remark", flat=True))


@pytest.fixture
def by_job(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few enough are many: three at once, two in a part."""
    monkeypatch.setattr(many, "AT_ONCE", 2)
    monkeypatch.setattr(many, "_PART", 2)


def test_a_preview_says_how_many_change_and_shows_some(table: Actor) -> None:
    fill(table)
    told = many.preview(table, "customers", {"filter": NORMAL, "values": {"level": "重要客户"}})
    assert (told["count"], told["changing"]) == (3, 3)
    assert told["samples"][0] == {
        "id": Customer.objects.earliest("id").pk,
        "name": "公司0",
        "before": {"level": "normal"},
        "after": {"level": "key"},
    }
    told = many.preview(table, "customers", {"values": {"level": "重要客户"}})
    assert (told["count"], told["changing"]) == (6, 3)
    told = many.preview(table, "customers", {"filter": {"field": "name", "op": "is", "value": "公司1"}, "delete": True})
    assert (told["count"], told["changing"], [one["name"] for one in told["samples"]]) == (1, 1, ["公司1"])
    assert ChangeSet.objects.count() == 1, "a preview writes nothing"


def test_a_preview_of_a_relation_and_of_an_empty_value(table: Actor) -> None:
    first, second = fill(table, 2)
    write.create(table, "contacts", {"name": "张三", "customer": first})
    told = many.preview(table, "contacts", {"values": {"customer": second}})
    (one,) = told["samples"]
    assert one["before"]["customer"] == {"id": first, "label": "公司0"}
    assert one["after"]["customer"] == {"id": second, "label": "公司1"}
    assert many.preview(table, "contacts", {"values": {"customer": first}})["changing"] == 0
    assert many.preview(table, "contacts", {"values": {"customer": None}})["changing"] == 1


def test_too_many_to_look_through_are_not_counted(table: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(table)
    monkeypatch.setattr(many, "COUNTED", 3)
    assert many.preview(table, "customers", {"values": {"remark": "新"}})["changing"] is None
    assert many.preview(table, "customers", {"delete": True})["changing"] == 6


def test_a_few_are_changed_at_once_and_in_one_change_set(table: Actor) -> None:
    fill(table)
    done = many.start(table, "customers", {"filter": NORMAL, "values": {"remark": "新"}}, label="批量")
    assert done["count"] == 3
    assert remarks() == ["新", "旧"] * 3
    assert ChangeSet.objects.get(pk=done["change_set"]).label == "批量"
    history.undo(table, done["change_set"])
    assert remarks() == ["旧"] * 6


def test_many_are_changed_by_a_job_in_one_change_set(table: Actor, by_job: None) -> None:
    fill(table)
    done = many.start(table, "customers", {"values": {"remark": "新"}})
    assert remarks() == ["旧"] * 6
    assert work_once()
    job = Job.objects.get(pk=done["job"])
    assert (job.state, job.result) == ("done", {"change_set": done["change_set"], "count": 6, "kept": 0})
    assert remarks() == ["新"] * 6
    assert (job.done, job.total) == (6, 6)
    changed = ChangeSet.objects.get(pk=done["change_set"])
    assert (changed.state, changed.changes.count(), changed.actor_id) == ("done", 6, table.user_id)
    history.undo(table, changed.pk)
    assert remarks() == ["旧"] * 6


def test_ones_own_acts_are_known_while_they_work_and_a_while_after(table: Actor, charlie: Actor, by_job: None) -> None:
    fill(table)
    begun = many.start(table, "customers", {"values": {"remark": "新"}}, label="批量修改")
    many.start(table, "customers", {"delete": True})
    told = many.under_way(table)
    assert [(one["state"], one["act"], one["object"], one["label"]) for one in told] == [
        ("queued", "edit", "customers", "批量修改"),
        ("queued", "remove", "customers", ""),
    ]
    assert many.under_way(charlie) == []
    assert work_once()
    assert many.under_way(table)[0]["result"] == {"change_set": begun["change_set"], "count": 6, "kept": 0}
    Job.objects.filter(pk=begun["job"]).update(finished_at=datetime.now(UTC) - timedelta(minutes=11))
    assert [one["act"] for one in many.under_way(table)] == ["remove"]


def test_many_are_deleted_with_what_belongs_to_them(table: Actor, by_job: None) -> None:
    first, *_ = fill(table)
    write.create(table, "contacts", {"name": "张三", "customer": first})
    done = many.start(table, "customers", {"filter": NORMAL, "delete": True})
    assert work_once()
    assert Job.objects.get(pk=done["job"]).result == {"change_set": done["change_set"], "count": 3, "kept": 0}
    assert Customer.objects.filter(deleted_at=None).count() == 3
    assert Contact.objects.get().deleted_at is not None
    history.undo(table, done["change_set"])
    assert Customer.objects.filter(deleted_at=None).count() == 6


def test_what_somebody_changed_since_stays_his(table: Actor, by_job: None) -> None:
    first, second, third, *_ = fill(table)
    done = many.start(table, "customers", {"values": {"remark": "新"}})
    write.update(table, "customers", second, {"remark": "他的"}, expected_version=None)
    write.update(table, "customers", third, {"level": "key"}, expected_version=None)
    fill(table, 1)
    assert work_once()
    assert Job.objects.get(pk=done["job"]).result["kept"] == 1
    assert remarks() == ["新", "他的", "新", "新", "新", "新", "旧"], "another field, and a later record, are no matter"
    assert Customer.objects.get(pk=first).version == 2


def test_a_job_that_was_broken_off_goes_on_and_does_nothing_twice(
    table: Actor, by_job: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(table)
    done = many.start(table, "customers", {"values": {"remark": "新"}})
    beat, beats = jobs.Run.beat, iter(range(9))

    def dies(run: jobs.Run) -> None:
        if next(beats) == 1:
            raise jobs.GivenUp
        beat(run)

    monkeypatch.setattr(jobs.Run, "beat", dies)
    assert work_once()
    assert remarks() == ["新", "新", "旧", "旧", "旧", "旧"]
    assert work_once()
    assert remarks() == ["新"] * 6
    assert Change.objects.filter(change_set=done["change_set"]).count() == 6
    assert Job.objects.get(pk=done["job"]).result == {"change_set": done["change_set"], "count": 6, "kept": 0}


def test_a_job_that_is_cancelled_takes_all_of_it_back(table: Actor, by_job: None) -> None:
    fill(table)
    done = many.start(table, "customers", {"values": {"remark": "新"}})
    jobs.cancel(Job.objects.get(pk=done["job"]))
    assert work_once()
    assert Job.objects.get(pk=done["job"]).state == "cancelled"
    assert remarks() == ["旧"] * 6
    assert ChangeSet.objects.get(pk=done["change_set"]).state == "undone"


def test_a_job_that_comes_upon_a_fault_takes_all_of_it_back(
    table: Actor, by_job: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(table)
    done = many.start(table, "customers", {"values": {"remark": "新"}})
    once, calls = write.Write.update, iter(range(9))

    def refuses(self: Any, *args: Any, **more: Any) -> Any:
        if next(calls) == 1:
            raise KebuError("required", name="x")
        return once(self, *args, **more)

    monkeypatch.setattr(write.Write, "update", refuses)
    assert work_once()
    assert Job.objects.get(pk=done["job"]).error["code"] == "required"
    assert remarks() == ["旧"] * 6


def test_who_may_no_longer_write_is_stopped(table: Actor, by_job: None, alice_user: User) -> None:
    fill(table)
    done = many.start(table, "customers", {"values": {"remark": "新"}})
    alice_user.is_active = False
    alice_user.save()
    assert work_once()
    assert Job.objects.get(pk=done["job"]).error["code"] == "not_allowed"
    assert remarks() == ["旧"] * 6


def test_only_what_one_sees_is_changed_and_named(table: Actor, charlie: Actor) -> None:
    hidden = fill(table)
    write.create(charlie, "customers", {"name": "查理的", "remark": "旧"})
    assert many.preview(charlie, "customers", {"values": {"remark": "新"}})["count"] == 1
    assert many.preview(charlie, "customers", {"ids": hidden, "delete": True}) == {
        "count": 0,
        "changing": 0,
        "samples": [],
    }
    assert many.start(charlie, "customers", {"ids": hidden, "values": {"remark": "新"}})["count"] == 0
    assert many.start(charlie, "customers", {"values": {"remark": "新"}})["count"] == 1
    assert remarks() == [*["旧"] * 6, "新"]


def test_some_are_left_out_of_all(table: Actor) -> None:
    first, *_ = fill(table, 3)
    assert many.start(table, "customers", {"without": [first], "values": {"remark": "新"}})["count"] == 2
    assert remarks() == ["旧", "新", "新"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, "bad_act"),
        ({"values": {"remark": "x"}, "delete": True}, "bad_act"),
        ({"values": {"name": ""}}, "required"),
        ({"values": {"level": "没有这个"}}, "invalid_value"),
        ({"values": {"created_at": "2026-01-01"}}, "readonly_field"),
        ({"values": {"nothing": 1}}, "unknown_field"),
        ({"values": {"remark": "x"}, "filter": {"field": "nothing", "op": "is", "value": 1}}, "unknown_field"),
    ],
)
def test_what_cannot_be_done_is_said_before(table: Actor, asked: dict[str, Any], code: str) -> None:
    fill(table)
    for act in (many.preview, many.start):
        with pytest.raises(KebuError) as refused:
            act(table, "customers", asked)
        assert refused.value.code == code
