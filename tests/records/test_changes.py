"""Looking through what was done, and at what an undo would do before it is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from kebu.core.errors import KebuError
from kebu.core.jobs import work_once
from kebu.crm.models import Customer
from kebu.records import changes, history, write
from kebu.records.jobs import start_undo
from kebu.records.models import ChangeSet

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db


def make(actor: Actor, **values: Any) -> tuple[int, int]:
    done, change_set = write.create(actor, "customers", {key.replace("__", "."): v for key, v in values.items()})
    return done.id, change_set


def edit(actor: Actor, pk: int, **values: Any) -> int:
    _, done = write.update(actor, "customers", pk, values, expected_version=None)
    assert done
    return done


def ids(found: list[dict[str, Any]]) -> list[int]:
    return [one["id"] for one in found]


def test_a_list_says_who_did_what_and_how_much_newest_first(table: Actor, bob: Actor) -> None:
    _, first = make(bob, name="公司A", main_contact__name="张三")
    _, second = write.batch(table, "customers", [{"values": {"name": f"公司{n}"}} for n in range(3)], label="三个")
    listed = changes.listed(table)
    assert ids(listed) == [second, first]
    assert listed[0]["label"] == "三个"
    assert listed[0]["parts"] == [{"object": "customers", "action": "create", "count": 3}]
    assert listed[1]["actor"] == {"id": bob.user_id, "name": "Bob"}
    assert {(one["object"], one["count"]) for one in listed[1]["parts"]} == {("customers", 1), ("contacts", 1)}
    assert listed[1]["can_undo"]


def test_one_finds_by_person_way_object_and_day(table: Actor, bob: Actor) -> None:
    pk, by_bob = make(bob, name="公司A")
    _, by_api = write.create(table.by("api"), "contacts", {"name": "李四", "customer": pk})
    assert ids(changes.listed(table, person=bob.user_id)) == [by_bob]
    assert ids(changes.listed(table, via="api")) == [by_api]
    assert ids(changes.listed(table, object_key="contacts")) == [by_api]
    assert ids(changes.listed(table, before=by_api)) == [by_bob]
    ChangeSet.objects.filter(pk=by_bob).update(at=datetime(2026, 3, 1, 16, 30, tzinfo=UTC))  # the second in Shanghai
    assert ids(changes.listed(table, since=date(2026, 3, 2), until=date(2026, 3, 2))) == [by_bob]
    assert ids(changes.listed(table, until=date(2026, 3, 1))) == []
    assert ids(changes.listed(table, since=date.min, until=date.max)) == [by_api, by_bob]
    with pytest.raises(KebuError):
        changes.listed(table, object_key="nothing")


def test_others_change_sets_exist_for_administrators_only(table: Actor, bob: Actor, charlie: Actor) -> None:
    _, by_alice = make(table, name="公司A")
    _, by_bob = make(bob, name="公司B")
    assert ids(changes.listed(bob)) == [by_bob]
    assert changes.listed(charlie) == []
    assert changes.listed(bob, person=table.user_id) == []
    for act in (changes.opened, changes.preview):
        with pytest.raises(KebuError) as refused:
            act(bob, by_alice)
        assert refused.value.code == "not_found"


def test_a_change_set_tells_its_changes_but_not_of_records_that_one_sees_no_more(table: Actor, bob: Actor) -> None:
    pk, _ = make(bob, name="公司A", remark="旧")
    done = edit(bob, pk, remark="新")
    told = changes.opened(bob, done)
    assert told["entries"][0]["changes"] == [{"field": "remark", "label": "备注", "old": "旧", "new": "新"}]
    edit(table, pk, owner=table.user_id)
    assert changes.opened(bob, done)["entries"] == []
    assert changes.preview(bob, done)["conflicts"] == [
        {"object": "customers", "record": {"id": pk, "label": ""}, "reason": "not_seen", "by": None, "at": None}
    ]


def test_a_preview_says_what_comes_back_and_what_stays(table: Actor, bob: Actor) -> None:
    pk, _ = make(bob, name="公司A", remark="旧", level="一般客户")
    done = edit(bob, pk, remark="新", level="重要客户")
    edit(table, pk, remark="更新")
    told = changes.preview(bob, done)
    assert (told["total"], told["looked"], told["back"], told["kept"]) == (1, 1, 1, 1)
    assert told["records"] == [
        {
            "object": "customers",
            "record": {"id": pk, "label": "公司A"},
            "act": "update",
            "changes": [{"field": "level", "label": "客户等级", "now": "重要客户", "then": "一般客户"}],
        }
    ]
    (conflict,) = told["conflicts"]
    assert (conflict["field"], conflict["now"], conflict["reason"]) == ("remark", "更新", "changed_since")
    assert conflict["by"] == {"id": table.user_id, "name": "Alice"}


def test_a_preview_changes_nothing_and_is_what_the_undo_does(table: Actor) -> None:
    pk, made = make(table, name="公司A", remark="旧", main_contact__name="张三")
    edited = edit(table, pk, remark="新", **{"main_contact.phone": "13800001234", "level": "key"})
    gone = write.delete(table, "customers", pk, expected_version=None)
    for one in (gone, edited, made):
        before = list(ChangeSet.objects.values_list("id", "state", "sequence"))
        told = changes.preview(table, one)
        assert list(ChangeSet.objects.values_list("id", "state", "sequence")) == before
        done = history.undo(table, one)
        assert (told["kept"], told["back"]) == (len(done["conflicts"]), told["back"])
        assert done["undone"] > 0
    assert not Customer.objects.filter(deleted_at=None).exists()


def test_what_is_gone_for_good_is_not_offered(table: Actor) -> None:
    from kebu.records import trash

    pk, _ = make(table, name="公司A")
    write.delete(table, "customers", pk, expected_version=None)
    done = trash.purge(table, "customers", [pk])
    (newest, *_) = changes.listed(table)
    assert (newest["id"], newest["can_undo"]) == (done, False)
    assert newest["parts"] == [{"object": "customers", "action": "purge", "count": 1}]


def test_a_large_one_is_looked_at_in_part_and_undone_by_a_job(table: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "AT_ONCE", 2)
    _, done = write.batch(table, "customers", [{"values": {"name": f"公司{n}"}} for n in range(5)])
    assert done
    told = changes.preview(table, done)
    assert (told["total"], told["looked"]) == (5, 2)
    job = start_undo(table, ChangeSet.objects.get(pk=done))
    while work_once():
        pass
    job.refresh_from_db()
    assert job.result["undone"] == 5
    # By this one it is done again.
    assert ChangeSet.objects.get(pk=job.result["change_set"]).undo_of_id == done


def test_the_door(table: Actor, door: Callable[..., Any]) -> None:
    pk, made = make(table, name="公司A")
    api = door(table)
    day = str((datetime.now(UTC) + timedelta(days=1)).date())
    answer = api.get("/changesets", {"object": "customers", "via": "table", "until": day, "person": table.user_id})
    assert ids(answer.json()["change_sets"]) == [made]
    for query in ({"via": "magic"}, {"since": "soon"}, {"limit": 0}, {"before": -1}, {"person": "x"}):
        assert api.get("/changesets", query).status_code == 400
    assert api.get("/changesets", {"object": "nothing"}).status_code == 404
    assert api.get("/changesets", {"since": "0001-01-01", "until": "9999-12-31"}).status_code == 200
    assert api.get(f"/changesets/{made}").json()["entries"][0]["record"]["id"] == pk
    assert api.get(f"/changesets/{made}/preview").json()["back"] == 1
    assert api.post(f"/changesets/{made}/undo").status_code == 200
    assert api.get(f"/changesets/{made}/preview").status_code == 409
    assert api.get("/changesets").json()["change_sets"][-1]["state"] == "undone"
