"""Several records of one thing become one: what stays, what follows, where old numbers lead, and all of it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kebu.accounts import roles
from kebu.accounts.actor import Actor
from kebu.accounts.models import Share, User
from kebu.core.errors import KebuError
from kebu.crm.models import Activity, Contact, Customer, Deal, Task
from kebu.importexport import outside
from kebu.records import changes, comments, history, merging, opening, sharing, trash, write
from kebu.records.models import Change, ChangeSet, Merged, Thread

pytestmark = pytest.mark.django_db

UUID = "0b9c5d1e-0000-4000-8000-000000000000"
WHOLE = {"see": "own", "change": "own", "delete": "own", "pool": True, "create": True, "share": True}


def make(actor: Actor, object_key: str = "customers", **values: Any) -> int:
    return write.create(actor, object_key, {key.replace("__", "."): v for key, v in values.items()})[0].id


def merge(actor: Actor, keep: int, *others: int, choices: Any = None, of: Any = Customer) -> int:
    """Merge them as they are now; answers the ChangeSet."""
    versions = dict(of.objects.filter(id__in=[keep, *others]).values_list("id", "version"))
    key = of._meta.model_name + "s"
    return merging.merge(actor, key, keep, versions, choices or {}, label="合并")[1]


def refused(act: Callable[[], Any]) -> str:
    with pytest.raises(KebuError) as caught:
        act()
    return caught.value.code


def now(actor: Actor) -> Actor:
    return Actor.of(User.objects.get(pk=actor.user_id))


def found(actor: Actor, words: str) -> list[int]:
    page = opening.first_page(actor, "customers", {"search": words, "fields": ["name"]}, offset=0, limit=10)
    return [row[0] for row in page["rows"]]


@pytest.fixture
def pair(table: Actor, bob: Actor) -> tuple[int, int]:
    """Bob's customer, and the same one a second time with all that hangs on it."""
    one = make(bob, name="示例公司", level="重要客户", tags=["甲"], remark="第一条备注", main_contact__name="张三")
    two = make(
        bob, name="示例公司（重复）", short_name="示例", tags=["乙", "甲"], remark="第二条备注", address="深圳市南山区",
        main_contact__name="李四", main_deal__title="项目", main_deal__amount=500,
    )  # fmt: skip
    make(bob, "activities", customer=two, text="打过电话", happened_at="2026-11-20T02:00:00Z")
    make(bob, "tasks", customer=two, subject="寄样品")
    comments.begin(bob, "customers", two, key="name", text="是同一家吗")
    return one, two


def state() -> Any:
    """All that a merge may change, but versions and who changed it last."""
    columns = ("id", "name", "short_name", "tags", "remark", "address", "main_contact", "main_deal", "last_activity_at")
    return (
        [(*row, gone is None) for *row, gone in Customer.objects.order_by("id").values_list(*columns, "deleted_at")],
        [
            sorted(model.objects.values_list("id", "customer", "deleted_at"))
            for model in (Contact, Deal, Activity, Task)
        ],
        sorted(Thread.objects.values_list("id", "record")),
        sorted(Share.objects.values_list("record", "user", "write")),
        sorted(outside.OutsideId.objects.values_list("outside", "record")),
    )


def test_a_preview_says_what_stays_and_what_follows_and_changes_nothing(pair: tuple[int, int], bob: Actor) -> None:
    one, two = pair
    before = state()
    seen = merging.preview(bob, "customers", [one, two])
    assert seen["keep"] == two, "it says more"
    assert [(row["id"], row["may_stay"]) for row in seen["records"]] == [(one, True), (two, True)]
    fields = {field["key"]: field for field in seen["fields"]}
    assert (fields["name"]["default"], fields["name"]["differs"]) == (two, True)
    assert fields["level"]["default"] == one, "blank never wins"
    assert (fields["tags"]["default"], fields["tags"]["joined"]) == ("all", ["乙", "甲"])
    assert fields["remark"]["joined"] == "第二条备注\n第一条备注"
    assert (fields["owner"]["default"], fields["owner"]["differs"]) == (two, False)
    assert not {"number", "created_at", "version", "province", "main_contact.name", "website"} & fields.keys()
    assert seen["follows"] == [{"object": "contacts", "count": 1}]
    seen = merging.preview(bob, "customers", [two, one], keep=one)
    assert [field["default"] for field in seen["fields"] if field["key"] == "name"] == [one]
    counts = {told["object"]: told["count"] for told in seen["follows"]}
    assert counts == {"contacts": 1, "deals": 1, "activities": 1, "tasks": 1}
    assert state() == before


def test_a_merge_moves_all_and_one_undo_brings_all_back_and_another_does_it_again(
    pair: tuple[int, int], bob: Actor, table: Actor, charlie: Actor
) -> None:
    one, two = pair
    sharing.share(table, "customers", two, user=charlie.user_id, write=True)
    outside.remember("customers", [("uuid", UUID, two)])
    before = state()
    done = merge(bob, one, two, choices={"name": two, "remark": one, "main_contact": one})
    kept = Customer.objects.get(pk=one)
    assert (kept.name, kept.short_name, kept.tags, kept.remark) == (
        "示例公司（重复）",
        "示例",
        ["甲", "乙"],
        "第一条备注",
    )
    assert (kept.level, kept.province, kept.number) == ("key", "广东省", "C001")
    assert (kept.main_contact.name, kept.main_deal.title) == ("张三", "项目")
    assert kept.last_activity_at == datetime(2026, 11, 20, 2, tzinfo=UTC)
    assert Customer.objects.get(pk=two).deleted_at is not None
    for model in (Contact, Deal, Activity, Task):
        assert set(model.objects.values_list("customer", "deleted_at")) == {(one, None)}
    assert Thread.objects.get().record == one
    assert Share.objects.get().record == one
    assert outside.known_by("customers", [UUID]) == {UUID: [one]}
    assert ChangeSet.objects.get(pk=done).label == "合并"
    after = state()

    told = changes.preview(bob, done)
    assert {(each["object"], each["act"]) for each in told["records"]} >= {
        ("customers", "restore"),
        ("tasks", "update"),
    }
    undone = history.undo(bob, done)
    assert undone["conflicts"] == []
    assert state() == before
    again = history.undo(bob, undone["change_set"])
    assert again["conflicts"] == []
    assert state() == after
    assert found(bob, "C002") == [one]
    history.undo(bob, again["change_set"])
    assert state() == before
    assert found(bob, "C002") == [two]


def test_old_numbers_and_addresses_lead_to_the_one_that_stays_for_good(
    pair: tuple[int, int], bob: Actor, charlie: Actor, table: Actor, door: Any
) -> None:
    one, two = pair
    third = make(bob, name="第三个")
    merge(bob, one, two)
    merge(bob, third, one)
    path = "/records/customers/"
    for old in (one, two):
        told = door(bob).get(f"{path}{old}").json()
        assert (told["id"], told["values"]["number"], told["merged"]) == (third, "C003", ["C001", "C002"])
        assert door(charlie).get(f"{path}{old}").status_code == 404
    assert found(bob, "C001") == found(bob, "C002") == found(bob, "C003") == [third]
    trash.purge_due("customers", datetime.now(UTC) + timedelta(days=31))
    assert not Customer.objects.filter(id__in=[one, two]).exists()
    assert door(bob).get(f"{path}{two}").json()["id"] == third
    write.update(bob, "customers", third, {"name": "改名"}, expected_version=None)
    assert found(bob, "C002") == [third]
    # When that goes for good, too, nothing leads anywhere.
    write.delete(bob, "customers", third, expected_version=None)
    assert door(bob).get(f"{path}{two}").status_code == 404
    trash.purge_due("customers", datetime.now(UTC) + timedelta(days=31))
    assert not Merged.objects.exists()


def test_the_timeline_keeps_the_pair(pair: tuple[int, int], bob: Actor) -> None:
    one, two = pair
    done = merge(bob, one, two)
    told = history.timeline(bob, "customers", one)
    (merged,) = [entry for entry in told if entry["action"] == "merge"]
    assert merged["record"] == {"id": two, "label": "示例公司（重复）"}
    assert (merged["change_set"], merged["label"], merged["can_undo"]) == (done, "合并", True)
    assert {"id": two, "label": "示例公司（重复）"} in [e["record"] for e in told if e["action"] == "create"]
    history.undo(bob, done)
    told = history.timeline(bob, "customers", one)
    assert {entry["record"]["id"] for entry in told if entry["object"] == "customers"} == {one}


def test_what_came_back_from_the_trash_by_itself_is_its_own_again(pair: tuple[int, int], bob: Actor) -> None:
    one, two = pair
    merge(bob, one, two)
    trash.restore(bob, "customers", [two])
    assert found(bob, "C002") == [two]
    write.delete(bob, "customers", two, expected_version=None)
    assert found(bob, "C002") == []


def test_an_undo_after_the_other_is_gone_says_what_stays(pair: tuple[int, int], bob: Actor) -> None:
    one, two = pair
    done = merge(bob, one, two, choices={"name": two})
    trash.purge_due("customers", datetime.now(UTC) + timedelta(days=31))
    undone = history.undo(bob, done)
    assert {conflict["reason"] for conflict in undone["conflicts"]} == {"deleted_since", "not_seen"}
    assert Customer.objects.get(pk=one).name == "示例公司"
    assert set(Deal.objects.values_list("customer", flat=True)) == {one}
    assert Merged.objects.get().active


def test_versions_are_checked_and_nothing_is_half_done(pair: tuple[int, int], bob: Actor, table: Actor) -> None:
    one, two = pair
    versions = dict(Customer.objects.values_list("id", "version"))
    write.update(table, "customers", two, {"website": "https://example.com"}, expected_version=None)
    before = state()
    with pytest.raises(KebuError) as caught:
        merging.merge(bob, "customers", one, versions, {})
    assert (caught.value.code, caught.value.status) == ("changed_meanwhile", 409)
    assert caught.value.details == {"records": [two]}
    assert state() == before
    assert not Merged.objects.exists()


def test_what_makes_no_merge_is_refused(pair: tuple[int, int], bob: Actor) -> None:
    one, two = pair
    before = Change.objects.count()

    def act(keep: int, *ids: int, **choices: Any) -> str:
        versions = dict(Customer.objects.filter(id__in=ids).values_list("id", "version"))
        return refused(lambda: merging.merge(bob, "customers", keep, versions, choices))

    assert act(one, one) == act(one, two) == act(987654, one, two) == "merge_needs_two"
    assert act(one, one, two, name=987654) == act(one, one, two, name="all") == "bad_merge_choice"
    assert act(one, one, two, short_name=one) == "bad_merge_choice", "blank never beats filled"
    assert act(one, one, two, province=two) == "readonly_field"
    assert act(one, one, two, nothing=two) == "unknown_field"
    assert refused(lambda: merging.preview(bob, "customers", [one, 987654])) == "not_found"
    many = [make(bob, name=f"第{n}家") for n in range(11)]
    assert refused(lambda: merging.preview(bob, "customers", many)) == "merge_too_many"
    assert Change.objects.filter(action="delete").count() == 0
    assert before < Change.objects.count()


def test_one_changes_the_one_and_deletes_the_others(
    pair: tuple[int, int], table: Actor, bob: Actor, charlie: Actor, rita: Actor
) -> None:
    one, two = pair
    his = make(charlie, name="查理的")
    assert refused(lambda: merge(charlie, his, two)) == "not_found"
    assert refused(lambda: merge(rita, one, two)) == "not_allowed"
    sharing.share(table, "customers", his, user=bob.user_id, write=True)
    bob = now(bob)
    seen = merging.preview(bob, "customers", [one, his])
    assert seen["keep"] == his, "he may change it, but not delete it"
    assert [row["may_stay"] for row in seen["records"]] == [False, True]
    assert refused(lambda: merging.preview(bob, "customers", [one, his], keep=one)) == "not_allowed"
    assert refused(lambda: merge(bob, one, his)) == "not_allowed"
    # He gives nobody what he only has by a share.
    sharing.share(table, "customers", one, user=rita.user_id)
    merge(bob, his, one)
    assert sorted(Share.objects.values_list("record", "user_id")) == sorted([(his, bob.user_id), (one, rita.user_id)])


def test_hidden_and_masked_fields_keep_what_the_one_that_stays_has(
    pair: tuple[int, int], table: Actor, bob: Actor
) -> None:
    one, two = pair
    customers = {**WHOLE, "fields": {"remark": "hidden", "short_name": "masked", "address": "once", "level": "read"}}
    rights = {"objects": {"*": WHOLE, "customers": customers, "tasks": {"see": "none"}}}
    roles.change_role(table, "sales", rights=rights)
    bob = now(bob)
    before = state()
    seen = merging.preview(bob, "customers", [one, two], keep=one)
    assert not {"remark", "short_name", "level"} & {field["key"] for field in seen["fields"]}
    assert "第二条备注" not in str(seen)
    assert "tasks" not in [told["object"] for told in seen["follows"]]
    assert refused(lambda: merge(bob, one, two, choices={"remark": two})) == "unknown_field"
    assert refused(lambda: merge(bob, one, two, choices={"short_name": two})) in ("unknown_field", "readonly_field")
    done = merge(bob, one, two)
    kept = Customer.objects.get(pk=one)
    assert (kept.remark, kept.short_name, kept.address) == ("第一条备注", None, "深圳市南山区")
    assert Task.objects.get().customer_id == one, "what he does not see follows, too"
    undone = history.undo(bob, done)
    assert undone["conflicts"] == []
    assert state() == before, "and goes back"


def test_contacts_are_merged_like_customers(table: Actor) -> None:
    pk = make(table, name="示例公司", main_contact__name="张三", main_contact__mobile="13800001111")
    one = Contact.objects.get().pk
    two = make(table, "contacts", name="张三", customer=pk, email="zhang@example.com")
    Customer.objects.update(main_contact=two)
    make(table, "activities", customer=pk, contact=two, text="见过面")
    before = (set(Contact.objects.values_list("id", "email", "deleted_at")), Activity.objects.get().contact_id)
    done = merge(table, one, two, of=Contact)
    kept = Contact.objects.get(pk=one)
    assert (kept.mobile, kept.email) == ("13800001111", "zhang@example.com")
    assert Activity.objects.get().contact_id == Customer.objects.get().main_contact_id == one
    assert history.undo(table, done)["conflicts"] == []
    assert (set(Contact.objects.values_list("id", "email", "deleted_at")), Activity.objects.get().contact_id) == before
    assert Customer.objects.get().main_contact_id == two


def test_a_merge_of_much_goes_back_in_parts(pair: tuple[int, int], table: Actor) -> None:
    one, two = pair
    rows = [
        {"values": {"customer": two, "text": f"第{n}次", "happened_at": "2026-11-01T00:00:00Z"}} for n in range(700)
    ]
    write.batch(table, "activities", rows)
    before = state()
    done = merge(table, one, two)
    list(history.undo_parts(table, ChangeSet.objects.get(pk=done)))
    assert state() == before
    back = ChangeSet.objects.get(undo_of=done)
    list(history.undo_parts(table, back))
    assert set(Activity.objects.values_list("customer", flat=True)) == {one}
    assert Thread.objects.get().record == one
