"""The example workbooks import as their README says."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from importexport.conftest import EXAMPLES, counts, mapped, told
from kebu.core.errors import KebuError
from kebu.crm.models import Contact, Customer, Deal
from kebu.crm.starting import Templates
from kebu.records.models import Change, ChangeSet

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def crm(alice: Actor) -> Actor:
    """A company with the second template."""
    Templates().start(alice, "company")
    return alice


def test_four_sheets_keyed_by_name_become_two_customers_with_their_deals(importer: Any, table: Actor) -> None:
    row = importer(table).run(EXAMPLES / "合作客户管理表格.xlsx")
    a, b = Customer.objects.order_by("id")
    assert (a.name, a.level, a.industry, a.stage, a.remark) == ("公司A", "key", "it", "active", "需要定期跟进")
    assert (b.name, b.level, b.industry, b.stage, b.remark) == (
        "公司B", "normal", "manufacturing", "potential", "有潜在合作机会",
    )  # fmt: skip
    assert (a.main_contact.name, a.main_contact.phone, a.main_contact.email) == (
        "张三", "123456789", "zhangsan@example.com",
    )  # fmt: skip
    assert (a.main_deal.title, a.main_deal.amount) == ("项目1", 1_000_000_00)
    assert (b.main_deal.amount, b.main_deal.start_date, b.main_deal.end_date) == (
        2_000_000_00, date(2023, 2, 1), date(2023, 8, 31),
    )  # fmt: skip
    assert row.summary["objects"] == {
        "customers": {"created": 2, "updated": 0},
        "contacts": {"created": 2, "updated": 0},
        "deals": {"created": 2, "updated": 0},
    }
    assert ChangeSet.objects.get().state == "done"
    assert told(row) == []


def test_the_same_workbook_again_says_all_same(importer: Any, table: Actor) -> None:
    importer(table).run(EXAMPLES / "合作客户管理表格.xlsx")
    again = importer(table).plan(EXAMPLES / "合作客户管理表格.xlsx")
    assert counts(again) == {"rows": 8, "same": 8}
    with pytest.raises(KebuError) as refused:
        importer(table).apply(again)
    assert refused.value.code == "nothing_to_import"


def test_the_crm_table_keeps_its_numbers_in_an_empty_table(importer: Any, crm: Actor) -> None:
    row = importer(crm).run(EXAMPLES / "企业CRM表格.xlsx")
    abc, vista, dawn = Customer.objects.order_by("number")
    assert [one.number for one in (abc, vista, dawn)] == ["C001", "C002", "C003"]
    assert [one.next_follow_up for one in (abc, vista, dawn)] == [
        date(2023, 10, 15), date(2023, 11, 2), date(2023, 12, 1),
    ]  # fmt: skip
    assert [one.stage for one in (abc, vista, dawn)] == ["potential", "active", "lost"]
    assert [one.industry for one in (abc, vista, dawn)] == ["technology", "manufacturing", "finance"]
    assert dawn.main_contact.phone == "13800001234"  # stored as a number in the file
    assert abc.main_contact.phone == "123-456-7890"  # a placeholder, not an error
    assert abc.main_contact.email is None
    assert abc.main_contact.invalid == {"email": {"text": "contactabc", "code": "email"}}
    assert row.sheets[0]["header_row"] == 3
    assert counts(row) == {"rows": 3, "create": 3, "flagged": 1}
    assert told(row) == [(4, "邮箱", "contactabc", "email")]


def test_numbers_of_others_are_not_taken(importer: Any, crm: Actor) -> None:
    importer(crm).rows(["客户名称"], ["别人一"], ["别人二"])
    row = importer(crm).run(EXAMPLES / "企业CRM表格.xlsx")
    assert {one.name: one.number for one in Customer.objects.all()} == {
        "别人一": "C001", "别人二": "C002", "晨光金融": "C003", "ABC公司": "C004", "远景制造有限公司": "C005",
    }  # fmt: skip
    assert [problem for problem in told(row) if problem[3] == "number_taken"] == [
        (4, "客户ID", "C001", "number_taken"),
        (5, "客户ID", "C002", "number_taken"),
    ]


def test_english_headers_and_quoted_commas(importer: Any, table: Actor) -> None:
    row = importer(table).run(EXAMPLES / "crm-customers-100.csv")
    assert counts(row) == {"rows": 100, "create": 100}
    assert mapped(row)["Company"] == "name"
    assert mapped(row)["First Name"] == mapped(row)["Last Name"] == "main_contact.name"
    assert mapped(row)["Customer Id"] is None  # numbers of another system
    one = Customer.objects.get(name="Dominguez, Mcmillan and Donovan")
    assert (one.main_contact.name, one.main_contact.mobile) == ("Linda Olsen", "+1 813-324-8756")
    assert one.number == "C004"


def test_title_above_and_footnotes_below_are_left_out(importer: Any, table: Actor) -> None:
    row = importer(table).run(EXAMPLES / "csv-title-and-footnotes.csv")
    assert row.sheets[0]["header_row"] == 3
    assert counts(row) == {"rows": 53, "create": 53}
    assert row.sheets[0]["left_out"] == 2
    assert not Customer.objects.filter(name__startswith="Note").exists()


def test_cells_merged_down_are_filled(importer: Any, table: Actor) -> None:
    importer(table).run(EXAMPLES / "xlsx-vertical-merge.xlsx", new_fields=True)
    found = {one.name: next(iter(one.extra.values())) for one in Customer.objects.all()}
    assert found == {"Jack": "HR", "Henry": "HR", "Terry": "HR", "Mike": "IT", "John": "IT", "Peter": "IT"}


def test_a_password_is_asked_for(importer: Any, table: Actor) -> None:
    for password, code in ((None, "password_protected"), ("wrong", "wrong_password"), ("password", "no_rows")):
        with pytest.raises(KebuError) as refused:
            importer(table).plan(EXAMPLES / "pw-xlsx-agile.xlsx", password=password)
        assert refused.value.code == code  # the last one opens: there is one cell in it, and no table


def test_formulas_come_in_as_text(importer: Any, table: Actor) -> None:
    importer(table).run(EXAMPLES / "inj-csv-payloads.txt")
    names = set(Customer.objects.values_list("name", flat=True))
    assert "=10+20+cmd|' /C calc'!A0" in names
    assert "@SUM(1+9)*cmd|' /C calc'!A0" in names
    assert len(names) == 6


def test_people_of_one_name_with_different_record_numbers_stay_apart(importer: Any, table: Actor) -> None:
    row = importer(table).run(EXAMPLES / "dup-febrl1.csv")
    assert counts(row) == {"rows": 1000, "create": 1000}
    assert Customer.objects.filter(name="deakin sondergeld").exists()


def test_an_import_is_undone_as_one(importer: Any, table: Actor) -> None:
    from kebu.records import history

    row = importer(table).run(EXAMPLES / "合作客户管理表格.xlsx")
    history.undo(table, row.change_set_id)
    assert not Customer.objects.filter(deleted_at=None).exists()
    assert not Contact.objects.filter(deleted_at=None).exists()
    assert not Deal.objects.filter(deleted_at=None).exists()
    assert Change.objects.filter(change_set=row.change_set_id, action="create").count() == 6
