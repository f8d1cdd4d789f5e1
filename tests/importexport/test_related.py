"""Customers, contacts and deals of one import: each sheet becomes records of its object, linked to those of the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from importexport.conftest import counts, mapped, told
from kebu.accounts.actor import Actor
from kebu.accounts.models import User
from kebu.core import jobs
from kebu.core.errors import KebuError
from kebu.crm.models import Activity, Contact, Customer, Deal
from kebu.importexport import apply, imports
from kebu.importexport.models import Import, Made, OutsideId
from kebu.records import history, write
from kebu.records.models import Change, ChangeSet

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db

CUSTOMERS = [
    ["客户ID", "客户名称", "行业"],
    ["K-1", "示例甲有限公司", "IT"],
    ["K-2", "示例乙有限公司", "IT"],
    ["K-3", "示例丙有限公司", "IT"],
]
CONTACTS = [
    ["联系人", "客户", "手机", "邮箱", "生日"],
    ["张三", "K-1", "13800000001", "zhang@example.com", "1990-01-02"],
    ["李四", "示例乙有限公司", "13800000002", "li@example.com", None],
    ["张三", "示例丙有限公司", "13800000003", None, None],
]
DEALS = [
    ["合作项目", "客户", "金额"],
    ["年度合作", "K-2", 100],
    ["试用", "示例甲有限公司", 50],
    ["续约", "li@example.com", 70],
]
TITLES = ("客户", "联系人", "商机")


def objects(row: Import) -> list[str]:
    """The object of each sheet."""
    return [sheet["object"] or row.object for sheet in row.sheets]


def of(row: Import, key: str) -> dict[str, int]:
    """Counts of one object, without those that are none."""
    part = next(part for part in row.summary["parts"] if part["object"] == key)
    return {name: count for name, count in part["counts"].items() if count}


def linked() -> tuple[set[Any], set[Any]]:
    contacts = Contact.objects.filter(deleted_at=None).values_list("name", "customer__name", "mobile")
    return set(contacts), set(Deal.objects.filter(deleted_at=None).values_list("title", "customer__name"))


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apply, "_SIZES", (2, 2))


@pytest.fixture
def book(importer: Any, table: Actor) -> Path:
    path: Path = importer(table).book("all.xlsx", CUSTOMERS, CONTACTS, DEALS, titles=TITLES)
    return path


def test_a_workbook_of_three_objects_is_one_change_set(
    importer: Any, table: Actor, book: Path, small_parts: None
) -> None:
    row = importer(table).run(book)
    assert objects(row) == ["customers", "contacts", "deals"]
    assert told(row) == []
    contacts, deals = linked()
    assert contacts == {
        ("张三", "示例甲有限公司", "13800000001"),
        ("李四", "示例乙有限公司", "13800000002"),
        ("张三", "示例丙有限公司", "13800000003"),
    }
    assert deals == {("年度合作", "示例乙有限公司"), ("试用", "示例甲有限公司"), ("续约", "示例乙有限公司")}
    assert ChangeSet.objects.count() == 1
    assert Change.objects.filter(change_set=row.change_set_id, action="create").count() == 9
    assert [part["object"] for part in row.summary["parts"]] == ["customers", "contacts", "deals"]
    assert of(row, "contacts") == {"rows": 3, "create": 3}
    assert counts(row) == {"rows": 9, "create": 9}
    assert row.summary["objects"] == {key: {"created": 3, "updated": 0} for key in ("customers", "contacts", "deals")}
    assert not Made.objects.exists()


def test_the_same_workbook_again_changes_nothing_and_says_so(importer: Any, table: Actor, book: Path) -> None:
    importer(table).run(book)
    again = importer(table).plan(book)
    assert counts(again) == {"rows": 9, "same": 9}
    with pytest.raises(KebuError) as refused:
        importer(table).apply(again)
    assert refused.value.code == "nothing_to_import"


def test_files_dropped_together_are_as_sheets_of_one(importer: Any, table: Actor) -> None:
    def text(rows: list[list[Any]]) -> str:
        return "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows)

    files = [
        importer(table).csv(f"{name}.csv", text(rows))
        for name, rows in (("deals_2024", DEALS), ("联系人导出", CONTACTS), ("Accounts", CUSTOMERS))
    ]
    row = importer(table).run(*files)
    assert objects(row) == ["deals", "contacts", "customers"]
    assert told(row) == []
    assert len(linked()[0]) == len(linked()[1]) == 3


def test_children_of_other_systems_name_their_parents_by_its_ids(importer: Any, table: Actor) -> None:
    accounts = [
        ["Account ID", "Account Name", "Industry"],
        ["001A000001LMNoPIAX", "Sample One Ltd", "Technology"],
        ["001A000001LMNoQIAX", "Sample Two Ltd", "Technology"],
    ]
    contacts = [
        ["Contact ID", "Account ID", "First Name", "Last Name", "Email"],
        ["003A000001abcdEIAQ", "001A000001LMNoQ", "Jane", "Doe", "jane@example.com"],
        ["003A000001abcdFIAQ", "001A000001LMNoPIAX", "John", "Roe", "john@example.com"],
    ]
    deals = [
        ["Opportunity ID", "Opportunity Name", "Account ID", "Amount"],
        ["006A000001zzzzEIAQ", "Pilot", "001A000001LMNoPIAX", 5],
    ]
    row = importer(table).run(importer(table).book("export.xlsx", accounts, contacts, titles=("Sheet1", "Sheet2")))
    assert objects(row) == ["customers", "contacts"]
    assert told(row) == []
    assert linked()[0] == {("Jane Doe", "Sample Two Ltd", None), ("John Roe", "Sample One Ltd", None)}
    assert OutsideId.objects.filter(object="customers", system="salesforce").count() == 2
    # A later file of what belongs to them finds them.
    later = importer(table).run(importer(table).book("opportunities.xlsx", deals), object_key="deals")
    assert told(later) == []
    assert linked()[1] == {("Pilot", "Sample One Ltd")}


def test_numbers_that_do_not_tell_whose_they_are_count_within_one_import_only(importer: Any, table: Actor) -> None:
    book = importer(table).book(
        "plain.xlsx",
        [["客户ID", "客户名称"], [1001, "示例甲有限公司"], [1002, "示例乙有限公司"]],
        [["联系人", "客户ID", "手机"], ["张三", 1002, "13800000001"], ["李四", 1001, "13800000002"]],
        titles=("客户", "联系人"),
    )
    assert told(importer(table).run(book)) == []
    assert {one[:2] for one in linked()[0]} == {("张三", "示例乙有限公司"), ("李四", "示例甲有限公司")}
    assert not OutsideId.objects.exists()
    later = importer(table).planned(["合作项目", "客户ID"], ["试用", 1001], object_key="deals")
    assert told(later) == [(2, "客户ID", "1001", "unknown_record")]


def test_links_to_nothing_are_told_cell_by_cell(importer: Any, table: Actor) -> None:
    contacts = [*CONTACTS, ["王五", "没有的公司", "13800000004", None, None]]
    customers = [*CUSTOMERS, ["K-4", "示例丁有限公司", "IT"]]
    contacts.append(["赵六", "示例丁有限公司", "13800000005", None, None])
    row = importer(table).plan(importer(table).book("all.xlsx", customers, contacts, titles=TITLES[:2]))
    assert told(row) == [(5, "客户", "没有的公司", "unknown_record")]
    step = {"kind": "row", "file": 0, "sheet": 0, "row": 5, "action": "exclude"}
    row = imports.change(table, row.pk, fixes=[step])
    assert told(row) == [
        (5, "客户", "没有的公司", "unknown_record"),
        (6, "客户", "示例丁有限公司", "record_left_out"),
    ]
    importer(table).apply(row)
    assert Contact.objects.get(name="赵六").customer is None
    assert Contact.objects.get(name="王五").invalid["customer"]["text"] == "没有的公司"


def test_a_contact_in_his_customers_row_and_in_his_own_sheet_is_one(
    importer: Any, table: Actor, small_parts: None
) -> None:
    """The customer names its main contact, who names his customer."""
    book = importer(table).book(
        "circle.xlsx",
        [["客户名称", "联系人", "职位"], ["示例甲有限公司", "张三", "经理"], ["示例乙有限公司", "李四", "总监"]],
        [
            ["联系人", "客户", "手机"],
            ["张三", "示例甲有限公司", "13800000001"],
            ["王五", "示例甲有限公司", "13800000002"],
        ],
        titles=TITLES[:2],
    )
    row = importer(table).run(book)
    assert told(row) == []
    assert row.summary["objects"]["contacts"] == {"created": 3, "updated": 0}
    one = Customer.objects.get(name="示例甲有限公司")
    assert (one.main_contact.name, one.main_contact.title, one.main_contact.mobile) == ("张三", "经理", "13800000001")
    assert Contact.objects.count() == 3
    assert Customer.objects.get(name="示例乙有限公司").main_contact.name == "李四"
    assert set(counts(importer(table).plan(book))) == {"rows", "same"}


def test_rows_that_say_the_same_are_one_record(importer: Any, table: Actor) -> None:
    book = importer(table).book(
        "twice.xlsx",
        [*CUSTOMERS, CUSTOMERS[1]],
        [*CONTACTS, CONTACTS[1]],
        titles=TITLES[:2],
    )
    row = importer(table).run(book)
    assert of(row, "contacts") == {"rows": 4, "create": 3, "same": 1}
    assert (Customer.objects.count(), Contact.objects.count()) == (3, 3)


def test_all_of_it_is_undone_as_one(importer: Any, table: Actor, book: Path) -> None:
    row = importer(table).run(book)
    history.undo(table, row.change_set_id)
    assert linked() == (set(), set())
    assert not Customer.objects.filter(deleted_at=None).exists()


def test_killed_in_the_middle_it_is_finished(
    importer: Any, table: Actor, book: Path, small_parts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = importer(table).plan(book)
    job = imports.apply(table, row.pk)
    _break_after(monkeypatch, 3)
    jobs.work_once(only=job)
    row.refresh_from_db()
    assert (row.state, row.done) == ("applying", 5)
    assert Made.objects.filter(of=row).count() == 5
    monkeypatch.undo()
    monkeypatch.setattr(apply, "_SIZES", (2, 2))
    type(job).objects.filter(pk=job.pk).update(run_at=row.created_at, state="queued")
    assert jobs.work_once(only=job)
    row.refresh_from_db()
    assert (row.state, row.done) == ("done", 9)
    contacts, deals = linked()
    assert (len(contacts), len(deals)) == (3, 3)
    assert None not in {one[1] for one in contacts | deals}
    assert ChangeSet.objects.count() == 1


def test_cancelled_it_is_taken_back(
    importer: Any, table: Actor, book: Path, small_parts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = importer(table).plan(book)
    job = imports.apply(table, row.pk)
    _break_after(monkeypatch, 3, lambda: jobs.cancel(job))
    jobs.work_once(only=job)
    row.refresh_from_db()
    assert row.state == "cancelled"
    assert linked() == (set(), set())
    assert not Made.objects.exists()


def _break_after(monkeypatch: pytest.MonkeyPatch, count: int, happen: Callable[[], Any] | None = None) -> None:
    write_part, done = apply._write_part, []

    def counted(*given: Any) -> float:
        seconds = write_part(*given)
        done.append(seconds)
        if len(done) == count:
            if happen is None:
                raise RuntimeError("the power is gone")
            happen()
        return seconds

    monkeypatch.setattr(apply, "_write_part", counted)


def test_a_person_says_what_a_sheet_is(importer: Any, table: Actor, book: Path) -> None:
    row = importer(table).plan(book)
    change = {"file": 0, "sheet": 1, "used": True, "header_row": 1, "object": "customers"}
    row = imports.change(table, row.pk, sheets=[change])
    assert objects(row) == ["customers", "customers", "deals"]
    assert mapped(row, 1)["联系人"] == "main_contact.name"
    row = imports.change(table, row.pk, sheets=[{**change, "object": "contacts"}])
    assert objects(row) == ["customers", "contacts", "deals"]
    with pytest.raises(KebuError) as refused:
        imports.change(table, row.pk, sheets=[{**change, "object": "planets"}])
    assert refused.value.code == "not_found"


def test_said_for_all_it_is_that_for_all(importer: Any, table: Actor, book: Path) -> None:
    assert set(objects(importer(table).plan(book, object_key="customers"))) == {"customers"}


def test_sheets_without_names_tell_by_what_they_hold(importer: Any, table: Actor) -> None:
    said = [
        ["客户", "跟进时间", "联系人", "跟进内容"],
        ["示例甲有限公司", "2024-05-01", "张三", "第一次拜访"],
        ["示例甲有限公司", "2024-05-08", "张三", "谈了价格"],
    ]
    row = importer(table).run(importer(table).book("book.xlsx", CUSTOMERS, CONTACTS, DEALS, said))
    assert objects(row) == ["customers", "contacts", "deals", "activities"]
    assert told(row) == []
    # Of two 张三 the one of this row's customer is meant.
    met = Activity.objects.values_list("customer__name", "contact__name", "contact__mobile")
    assert set(met) == {("示例甲有限公司", "张三", "13800000001")}
    assert set(counts(importer(table).plan(importer(table).book("again.xlsx", CUSTOMERS, CONTACTS, DEALS, said)))) == {
        "rows",
        "same",
    }


def test_one_list_of_people_is_a_list_of_customers(importer: Any, table: Actor) -> None:
    importer(table).rows(*CUSTOMERS)
    row = importer(table).plan(importer(table).book("联系人.xlsx", CONTACTS, titles=("联系人",)))
    assert objects(row) == ["customers"]
    assert mapped(row)["联系人"] == "main_contact.name"


def test_people_of_companies_that_nobody_knows_stay_customers(importer: Any, table: Actor) -> None:
    """Where the companies are nowhere, a sheet of people brings them."""
    strangers = [
        CONTACTS[0],
        ["张三", "某某公司", "13800000001", None, None],
        ["李四", "其他公司", "13800000002", None, None],
    ]
    row = importer(table).plan(importer(table).book("all.xlsx", CUSTOMERS, strangers, titles=("客户", "联系人")))
    assert objects(row) == ["customers", "customers"]


def test_corrections_of_one_object_are_not_another_ones(importer: Any, table: Actor, book: Path) -> None:
    row = importer(table).plan(book)
    step = {"kind": "value", "object": "contacts", "field": "name", "value": "张三", "to": "章三"}
    row = imports.change(table, row.pk, fixes=[step])
    page = imports.rows(table, row.pk, only="all", offset=0, limit=10, object_key="contacts")
    assert [one["cells"][page["fields"].index("name")] for one in page["rows"]] == ["章三", "李四", "章三"]
    told_of = [one["cells"][page["fields"].index("customer")]["label"] for one in page["rows"]]
    assert told_of == ["示例甲有限公司", "示例乙有限公司", "示例丙有限公司"]
    page = imports.rows(table, row.pk, only="all", offset=0, limit=10)
    assert (page["object"], page["count"]) == ("customers", 3)
    with pytest.raises(KebuError) as refused:
        imports.rows(table, row.pk, only="all", offset=0, limit=10, object_key="users")
    assert refused.value.code == "not_found"


def test_new_fields_and_choices_go_to_their_objects(importer: Any, table: Actor) -> None:
    from kebu.fields.registry import catalog

    customers = [[*CUSTOMERS[0], "星座"], *([*row, "狮子"] for row in CUSTOMERS[1:])]
    contacts = [[*CONTACTS[0], "星座", "角色"], *([*row, "处女", "拍板人"] for row in CONTACTS[1:])]
    row = importer(table).run(importer(table).book("new.xlsx", customers, contacts, titles=TITLES[:2]), new_fields=True)
    own = {
        key: [field for field in catalog().fields[key].values() if not field.builtin and not field.relation]
        for key in ("customers", "contacts")
    }
    assert {key: [field.label("zh-Hans") for field in fields] for key, fields in own.items()} == {
        "customers": ["客户ID", "星座"],
        "contacts": ["星座"],
    }
    assert set(Customer.objects.get(name="示例甲有限公司").extra.values()) == {"K-1", "狮子"}
    assert set(Contact.objects.get(name="李四").extra.values()) == {"处女"}
    assert "拍板人" in {
        one.label("zh-Hans") if hasattr(one, "label") else one.labels["zh-Hans"]
        for one in catalog().field("contacts", "decision_role").choices
    }
    assert row.state == "done"


def test_people_of_customers_that_go_to_a_colleague_are_written_too(
    importer: Any, table: Actor, bob: Actor, small_parts: None
) -> None:
    customers = [
        ["客户名称", "联系人", "电话", "负责人"],
        ["示例甲有限公司", "张三", "13800000001", "Alice"],
        ["示例乙有限公司", None, None, "Alice"],
        ["示例丙有限公司", None, None, "Bob"],
    ]
    contacts = [["联系人", "客户", "邮箱"], ["张三", "示例甲有限公司", "zhang@example.com"],
                ["李四", "示例乙有限公司", None], ["王五", "示例丙有限公司", None]]  # fmt: skip
    row = importer(bob).run(importer(bob).book("both.xlsx", customers, contacts, titles=TITLES[:2]))
    assert objects(row) == ["customers", "contacts"]
    assert {(name, of) for name, of, _ in linked()[0]} == {
        ("张三", "示例甲有限公司"), ("李四", "示例乙有限公司"), ("王五", "示例丙有限公司"),
    }  # fmt: skip
    first = Customer.objects.get(name="示例甲有限公司")
    assert (first.owner_id, first.main_contact.email) == (table.user_id, "zhang@example.com")


def marketing(who: Actor) -> Actor:
    """Sees all, and changes what is his own."""
    User.objects.filter(pk=who.user_id).update(role="marketing")
    return Actor.of(User.objects.get(pk=who.user_id))


def test_rows_of_records_that_one_may_not_change_are_skipped_and_say_so(
    importer: Any, table: Actor, bob: Actor
) -> None:
    of = {"main_contact.name": "张三", "main_contact.phone": "13800000001"}
    for name, owner in (("示例甲有限公司", table.user_id), ("示例乙有限公司", bob.user_id)):
        write.create(table, "customers", {"name": name, "owner": owner, **of})
    mine = marketing(bob)
    header = ["客户名称", "联系人", "电话", "备注"]
    same = ["示例甲有限公司", "张三", "13800000001", None]
    for row in (["示例甲有限公司", None, None, "新的"], ["示例甲有限公司", "张三", "13800000009", None]):
        plan = importer(mine).planned(header, row, ["示例乙有限公司", None, None, "我的"], on_match="overwrite")
        assert counts(plan)["skip"] == 1
        assert [(one[0], one[3]) for one in told(plan)] == [(2, "may_not_change")]
    assert counts(importer(mine).planned(header, same)) == {"rows": 1, "same": 1}
    done = importer(mine).apply(plan)
    assert done.kept == 0
    assert set(Customer.objects.values_list("name", "remark")) == {("示例甲有限公司", None), ("示例乙有限公司", "我的")}
    people = [["联系人", "客户", "邮箱"], ["李四", "示例甲有限公司", None], ["王五", "示例乙有限公司", None]]
    plan = importer(mine).planned(*people, object_key="contacts")
    assert [(one[0], one[1], one[3]) for one in told(plan)] == [(2, "客户", "may_not_attach")]
    importer(mine).apply(plan)
    assert not Contact.objects.filter(name="李四").exists()
    assert Contact.objects.get(name="王五").customer.name == "示例乙有限公司"


def test_what_one_may_meanwhile_no_longer_change_is_kept(importer: Any, table: Actor, bob: Actor) -> None:
    for name in ("示例甲有限公司", "示例乙有限公司"):
        write.create(table, "customers", {"name": name, "owner": bob.user_id})
    customers = [["客户名称", "备注"], ["示例甲有限公司", "新的"], ["示例乙有限公司", "新的"]]
    contacts = [["联系人", "客户"], ["李四", "示例甲有限公司"], ["王五", "示例乙有限公司"]]
    row = importer(bob).plan(importer(bob).book("both.xlsx", customers, contacts, titles=TITLES[:2]))
    assert counts(row) == {"rows": 4, "update": 2, "create": 2}
    marketing(bob)
    Customer.objects.filter(name="示例甲有限公司").update(owner_id=table.user_id)
    row = importer(bob).apply(row)
    assert row.kept == 2
    assert set(Customer.objects.values_list("name", "remark")) == {("示例甲有限公司", None), ("示例乙有限公司", "新的")}
    assert set(Contact.objects.values_list("name", flat=True)) == {"王五"}


def test_who_names_a_row_that_is_left_out_is_told(importer: Any, table: Actor) -> None:
    for code in ("A", "B"):
        write.create(table, "customers", {"name": "示例甲有限公司", "remark": code})
    contacts = [["联系人", "客户"], ["李四", "K-1"]]
    customers = [["客户ID", "客户名称", "备注"], ["K-1", "示例甲有限公司", "C"]]
    row = importer(table).plan(importer(table).book("both.xlsx", customers, contacts, titles=TITLES[:2]))
    assert [one[3] for one in told(row)] == ["several_match", "record_left_out"]


def test_records_that_stay_as_they_are_are_remembered_by_their_ids(importer: Any, table: Actor) -> None:
    accounts = [["Account ID", "Account Name"], ["001A000001LMNoPIAX", "Sample One Ltd"]]
    write.create(table, "customers", {"name": "Sample One Ltd"})
    first = importer(table).planned(*accounts)
    assert counts(first) == {"rows": 1, "same": 1}
    done = importer(table).apply(first)
    assert (done.kept, Change.objects.filter(change_set=done.change_set_id).count()) == (0, 0)
    deals = [["Opportunity Name", "Account ID", "Amount"], ["Pilot", "001A000001LMNoPIAX", 5]]
    later = importer(table).run(importer(table).book("deals.xlsx", deals), object_key="deals")
    assert told(later) == []
    assert linked()[1] == {("Pilot", "Sample One Ltd")}
    assert importer(table).planned(*accounts).total == 0


def test_each_object_is_recognised_by_the_fields_that_are_chosen_for_it(importer: Any, table: Actor) -> None:
    done, _ = write.create(table, "customers", {"name": "示例甲有限公司"})
    for name, email in (("张三", "old@example.com"), ("李四", "li@example.com")):
        write.create(table, "contacts", {"name": name, "customer": done.id, "email": email, "title": "经理"})
    customers = [["客户名称", "备注"], ["示例甲有限公司", "新的"], ["示例乙有限公司", None]]
    contacts = [["联系人", "客户", "邮箱", "职位"],
                ["李小四", "示例甲有限公司", "li@example.com", "经理"],
                ["张三", "示例甲有限公司", "new@example.com", "总监"]]  # fmt: skip
    book = importer(table).book("both.xlsx", customers, contacts, titles=TITLES[:2])
    row = importer(table).plan(book)

    def of_contacts(told: dict[str, Any]) -> dict[str, Any]:
        return next(part for part in told["parts"] if part["object"] == "contacts")

    plan = imports.as_json(table, row)
    assert {"name", "customer", "email", "title"} <= set(of_contacts(plan)["together"])
    before = of_contacts(plan)["counts"]
    row = imports.change(table, row.pk, options={"matches": {"contacts": "email"}, "on_match": "overwrite"})
    plan = imports.as_json(table, row)
    assert plan["options"]["matches"] == {"contacts": "email"}
    assert of_contacts(plan)["matched"] == [{"by": ["email"], "count": 1}]
    assert (of_contacts(plan)["counts"]["update"], of_contacts(plan)["counts"]["create"]) == (1, 1)
    # Of several together; the main object's own choice stays beside it.
    row = imports.change(table, row.pk, options={"matches": {"contacts": ["name", "title"]}, "match": "name"})
    assert of_contacts(imports.as_json(table, row))["matched"] == []
    assert (row.options["match"], row.options["matches"]) == ("name", {"contacts": ["name", "title"]})
    row = imports.change(table, row.pk, options={"matches": {"contacts": "auto"}, "match": "auto", "on_match": "fill"})
    assert of_contacts(imports.as_json(table, row))["counts"] == before
    row = imports.change(table, row.pk, options={"matches": {"contacts": "email"}, "on_match": "overwrite"})
    importer(table).apply(row)
    assert set(Contact.objects.values_list("name", "email", "title")) == {
        ("李小四", "li@example.com", "经理"),
        ("张三", "old@example.com", "经理"),
        ("张三", "new@example.com", "总监"),
    }
