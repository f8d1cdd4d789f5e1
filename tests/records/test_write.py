"""The one door for writes: values, versions, conflicts, lookups, numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from kebu.core.errors import KebuError
from kebu.crm.models import Contact, Customer, Deal
from kebu.fields.registry import catalog
from kebu.records import cells, history, write
from kebu.records.models import Change, ChangeSet, Counter

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db


def read(actor: Actor, object_key: str, pk: int) -> dict[str, Any]:
    known = catalog()
    found = cells.values(actor, known, known.object(object_key), pk)
    assert found is not None
    return found["values"]


def make(actor: Actor, **values: Any) -> int:
    done, _ = write.create(actor, "customers", {key.replace("__", "."): value for key, value in values.items()})
    return done.id


def test_a_new_customer_gets_number_owner_and_place(table: Actor) -> None:
    pk = make(table, name="深圳华信医疗", address="深圳市南山区科技园", stage="合作中", next_follow_up="2026年12月1日")
    values = read(table, "customers", pk)
    assert values["number"] == "C001"
    assert values["owner"] == table.user_id
    assert (values["province"], values["city"], values["district"]) == ("广东省", "深圳市", "南山区")
    assert values["stage"] == "active"
    assert values["next_follow_up"] == "2026-12-01"
    assert values["created_at"].endswith("Z")


def test_times_are_utc_wherever_the_server_stands(table: Actor) -> None:
    began = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    values = read(table, "customers", make(table, name="公司A"))
    assert began <= values["created_at"] <= datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_lookups_create_the_contact_and_the_deal_behind_them(table: Actor) -> None:
    pk = make(
        table, name="公司A", main_contact__name="张三", main_contact__phone="13800001234",
        main_deal__title="项目1", main_deal__amount="100万", main_deal__start_date="2023-01-01",
    )  # fmt: skip
    values = read(table, "customers", pk)
    assert values["main_contact.name"] == "张三"
    assert values["main_deal.amount"] == 1_000_000
    assert values["main_deal"] == {"id": Deal.objects.get().pk, "label": "项目1"}
    assert Contact.objects.get().customer_id == pk
    assert ChangeSet.objects.count() == 1
    assert Change.objects.count() == 3


def test_writing_through_a_lookup_changes_the_record_behind_it(table: Actor) -> None:
    pk = make(table, name="公司A", main_contact__name="张三")
    write.update(table, "customers", pk, {"main_contact.phone": "010-6655 1234"}, expected_version=1)
    assert Contact.objects.get().phone == "010-6655 1234"
    assert read(table, "customers", pk)["main_contact.phone"] == "010-6655 1234"
    changes = {(one.object, tuple(one.values)) for one in ChangeSet.objects.latest("id").changes.all()}
    assert changes == {("contacts", ("phone",)), ("customers", ("main_contact.phone",))}


def test_writing_an_empty_lookup_creates_nothing(table: Actor) -> None:
    pk = make(table, name="公司A", main_contact__name="")
    write.update(table, "customers", pk, {"main_deal.amount": None}, expected_version=1)
    assert not Contact.objects.exists()
    assert not Deal.objects.exists()
    assert Customer.objects.get().version == 1


def test_text_that_does_not_fit_is_refused_with_its_reason(table: Actor) -> None:
    pk = make(table, name="公司A")
    with pytest.raises(KebuError) as caught:
        write.update(table, "customers", pk, {"main_contact.email": "contactabc"}, expected_version=1)
    error = caught.value.as_json("zh-Hans")["error"]
    assert error["code"] == "invalid_value"
    assert error["field"] == "main_contact.email"
    assert error["details"]["code"] == "email"
    assert "contactabc" in error["message"]


def test_text_that_does_not_fit_is_kept_marked_when_asked(table: Actor) -> None:
    pk = make(table, name="公司A", main_contact__name="张三")
    write.update(table, "customers", pk, {"main_contact.email": {"invalid": "contactabc"}}, expected_version=1)
    assert read(table, "customers", pk)["main_contact.email"] == {"invalid": "contactabc", "code": "email"}
    write.update(table, "customers", pk, {"main_contact.email": "a@example.com"}, expected_version=2)
    assert read(table, "customers", pk)["main_contact.email"] == "a@example.com"
    assert Contact.objects.get().invalid == {}


def test_two_people_on_different_fields_both_win(table: Actor) -> None:
    pk = make(table, name="公司A")
    write.update(table, "customers", pk, {"remark": "甲"}, expected_version=1)
    write.update(table, "customers", pk, {"level": "key"}, expected_version=1)
    row = Customer.objects.get()
    assert (row.remark, row.level, row.version) == ("甲", "key", 3)


def test_the_same_field_is_a_conflict_with_both_values(table: Actor, rita: Actor) -> None:
    pk = make(table, name="公司A", remark="零")
    write.update(table, "customers", pk, {"remark": "甲"}, expected_version=1)
    with pytest.raises(KebuError) as caught:
        write.update(table, "customers", pk, {"remark": "乙"}, expected_version=1)
    assert caught.value.status == 409
    clash = caught.value.details["fields"]["remark"]
    assert (clash["base"], clash["yours"], clash["theirs"]) == ("零", "乙", "甲")
    assert clash["by"] == {"id": table.user_id, "name": "Alice"}
    assert caught.value.details["version"] == 2
    assert Customer.objects.get().remark == "甲"


def test_the_same_value_twice_is_no_conflict_and_no_change(table: Actor) -> None:
    pk = make(table, name="公司A", remark="零")
    write.update(table, "customers", pk, {"remark": "甲"}, expected_version=1)
    _, change_set = write.update(table, "customers", pk, {"remark": "甲"}, expected_version=1)
    assert change_set is None
    assert Customer.objects.get().version == 2


def test_a_conflict_through_a_lookup_is_seen(table: Actor) -> None:
    pk = make(table, name="公司A", main_deal__amount=100)
    write.update(table, "customers", pk, {"main_deal.amount": 200.5}, expected_version=1)
    with pytest.raises(KebuError) as caught:
        write.update(table, "customers", pk, {"main_deal.amount": 300}, expected_version=1)
    clash = caught.value.details["fields"]["main_deal.amount"]
    assert (clash["base"], clash["yours"], clash["theirs"]) == (100, 300, 200.5)


def test_a_name_is_needed(table: Actor) -> None:
    for values in ({}, {"name": ""}, {"name": "  "}, {"remark": "x"}):
        with pytest.raises(KebuError, match="must not be empty"):
            write.create(table, "customers", values)
    pk = make(table, name="公司A")
    with pytest.raises(KebuError, match="must not be empty"):
        write.update(table, "customers", pk, {"name": ""}, expected_version=1)
    assert Customer.objects.get().name == "公司A"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"id": 5}, "unknown_field"),
        ({"role": "owner"}, "unknown_field"),
        ({"is_staff": True}, "unknown_field"),
        ({"extra": {}}, "unknown_field"),
        ({"main_contact.customer": 1}, "unknown_field"),
        ({"version": 9}, "readonly_field"),
        ({"created_by": 1}, "readonly_field"),
        ({"province": "x"}, "readonly_field"),
        ({"name'; DROP TABLE crm_customer; --": 1}, "unknown_field"),
    ],
)
def test_unknown_and_protected_keys_are_refused(table: Actor, values: dict[str, Any], code: str) -> None:
    with pytest.raises(KebuError) as caught:
        write.create(table, "customers", {"name": "公司A", **values})
    assert caught.value.code == code
    assert not Customer.objects.exists()
    assert not Change.objects.exists()


def test_numbers_go_on_after_those_that_people_gave(table: Actor) -> None:
    make(table, name="甲", number="C005")
    assert read(table, "customers", make(table, name="乙"))["number"] == "C006"
    with pytest.raises(KebuError) as caught:
        make(table, name="丙", number="C006")
    assert caught.value.code == "duplicate_number"
    assert Customer.objects.count() == 2


def test_a_deleted_customer_takes_its_children_along(table: Actor) -> None:
    pk = make(table, name="公司A", main_contact__name="张三", main_deal__title="项目1")
    write.delete(table, "customers", pk, expected_version=1)
    assert Customer.objects.filter(deleted_at=None).count() == 0
    assert Contact.objects.filter(deleted_at=None).count() == 0
    assert Deal.objects.filter(deleted_at=None).count() == 0
    with pytest.raises(KebuError) as caught:
        write.update(table, "customers", pk, {"remark": "x"}, expected_version=1)
    assert caught.value.code == "not_found"


def test_the_main_deal_is_the_newest_open_one_unless_pinned(table: Actor) -> None:
    pk = make(table, name="公司A")
    first, _ = write.create(table, "deals", {"title": "一", "customer": pk, "stage": "contact"})
    assert read(table, "customers", pk)["main_deal"]["label"] == "一"
    second, _ = write.create(table, "deals", {"title": "二", "customer": pk})
    assert read(table, "customers", pk)["main_deal"]["label"] == "二"
    write.update(table, "deals", second.id, {"stage": "won"}, expected_version=1)
    assert read(table, "customers", pk)["main_deal"]["label"] == "一"
    write.delete(table, "deals", first.id, expected_version=None)
    assert read(table, "customers", pk)["main_deal"]["label"] == "二"


def test_a_main_contact_of_another_customer_is_refused(table: Actor) -> None:
    make(table, name="公司A", main_contact__name="张三")
    other = make(table, name="公司B")
    with pytest.raises(KebuError) as caught:
        write.update(table, "customers", other, {"main_contact": Contact.objects.get().pk}, expected_version=1)
    assert caught.value.code == "belongs_elsewhere"


def test_a_batch_is_all_or_nothing_under_one_change_set(table: Actor) -> None:
    pk = make(table, name="公司A")
    gone = make(table, name="公司B")
    before = ChangeSet.objects.count()
    changes = [
        {"id": None, "values": {"name": "公司C"}},
        {"id": pk, "version": 1, "values": {"remark": "x"}},
        {"id": gone, "version": 1, "delete": True},
    ]
    results, _ = write.batch(table, "customers", changes, label="三处")
    assert [one.version for one in results] == [1, 2, 2]
    assert ChangeSet.objects.count() == before + 1
    with pytest.raises(KebuError):
        write.batch(
            table, "customers", [{"id": None, "values": {"name": "公司D"}}, {"id": 10**9, "values": {"remark": "y"}}]
        )
    assert not Customer.objects.filter(name="公司D").exists()
    assert ChangeSet.objects.count() == before + 1


def test_change_sets_are_numbered_in_the_order_of_commits(table: Actor) -> None:
    for name in "甲乙丙":
        make(table, name=name)
    assert list(ChangeSet.objects.order_by("id").values_list("sequence", flat=True)) == [1, 2, 3]
    assert Counter.objects.get().value == 3


def test_a_reader_writes_nothing(table: Actor, rita: Actor) -> None:
    pk = make(table, name="公司A")
    for act in (
        lambda: write.create(rita, "customers", {"name": "x"}),
        lambda: write.update(rita, "customers", pk, {"name": "x"}, expected_version=1),
        lambda: write.delete(rita, "customers", pk, expected_version=1),
    ):
        with pytest.raises(KebuError) as caught:
            act()
        assert caught.value.status == 403
    assert Customer.objects.get().version == 1


def test_what_one_may_not_see_one_may_not_write(table: Actor, bob: Actor, charlie: Actor) -> None:
    pk = make(bob, name="公司A", main_contact__name="张三")
    for act in (
        lambda: write.update(charlie, "customers", pk, {"remark": "x"}, expected_version=1),
        lambda: write.delete(charlie, "customers", pk, expected_version=None),
        lambda: write.update(charlie, "contacts", Contact.objects.get().pk, {"name": "x"}, expected_version=1),
        lambda: write.create(charlie, "deals", {"title": "x", "customer": pk}),
    ):
        with pytest.raises(KebuError) as caught:
            act()
        assert caught.value.code == "not_found"
    assert not Deal.objects.exists()


def test_what_was_changed_meanwhile_is_not_deleted(table: Actor) -> None:
    pk = make(table, name="甲")
    write.update(table, "customers", pk, {"remark": "新"}, expected_version=1)
    with pytest.raises(KebuError) as refused:
        write.delete(table, "customers", pk, expected_version=1)
    assert (refused.value.code, refused.value.status) == ("changed_meanwhile", 409)
    assert refused.value.details == {"version": 2}
    assert read(table, "customers", pk)["remark"] == "新"


def test_a_day_may_be_named_from_where_one_stands(table: Actor) -> None:
    today = datetime.now(ZoneInfo(table.zone)).date()
    pk = make(table, name="公司A", next_follow_up="明天")
    assert read(table, "customers", pk)["next_follow_up"] == str(today + timedelta(days=1))
    write.update(table, "customers", pk, {"next_follow_up": {"invalid": "+7", "code": ""}}, expected_version=1)
    assert read(table, "customers", pk)["next_follow_up"] == str(today + timedelta(days=7))


def test_parts_of_one_act_are_one_change_set(table: Actor, bob: Actor) -> None:
    done, first = write.batch(table, "customers", [{"values": {"name": "公司A"}}], label="粘贴")
    _, same = write.batch(table, "customers", [{"values": {"name": "公司B"}}], change_set=first)
    _, still = write.batch(table, "customers", [{"id": done[0].id, "values": {"remark": "新"}}], change_set=first)
    assert first == same == still
    assert ChangeSet.objects.get().sequence == Counter.objects.get().value == 3
    for actor, number in ((bob, first), (table.by("api"), first), (table, 10**9)):
        with pytest.raises(KebuError) as refused:
            write.batch(actor, "customers", [], change_set=number)
        assert refused.value.code == "not_found"
    assert first is not None
    undone = history.undo(table, first)
    assert not Customer.objects.filter(deleted_at=None).exists()
    for number, code in ((first, "undone_already"), (undone["change_set"], "not_found")):
        with pytest.raises(KebuError) as refused:
            write.batch(table, "customers", [], change_set=number)
        assert refused.value.code == code


def test_many_rows_write_through_their_lookups_together(table: Actor) -> None:
    ids = [make(table, name=f"公司{n}", **({"main_contact__name": f"旧{n}"} if n % 2 else {})) for n in range(4)]
    changes = [{"id": pk, "values": {"main_contact.name": f"新{n}"}} for n, pk in enumerate(ids)]
    _, change_set = write.batch(table, "customers", changes)
    assert [read(table, "customers", pk)["main_contact.name"] for pk in ids] == ["新0", "新1", "新2", "新3"]
    own = Change.objects.filter(change_set=change_set, object="customers").order_by("record")
    found = [one.values["main_contact.name"] for one in own]
    assert found == [[None, "新0"], ["旧1", "新1"], [None, "新2"], ["旧3", "新3"]]
