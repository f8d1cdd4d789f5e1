"""Tables as other systems and other people make them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from importexport.conftest import EXAMPLES, counts, mapped, told
from kebu.core.errors import KebuError
from kebu.crm.models import Contact, Customer, Deal

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db


def merged(importer: Any, table: Actor, rows: list[list[Any]], *ranges: str) -> Any:
    """A workbook with merged cells, imported."""
    path = importer(table).book("merged.xlsx", rows)
    book = openpyxl.load_workbook(path)
    for one in ranges:
        book.active.merge_cells(one)
    book.save(path)
    return importer(table).run(path)


def test_a_header_of_two_rows(importer: Any, table: Actor) -> None:
    row = merged(
        importer,
        table,
        [
            ["客户信息管理表"],
            ["序号", "基本信息", None, None, "合作信息", None, None, "备注"],
            [None, "客户名称", "联系人", "联系电话", "项目名称", "合作金额(万元)", "签约日期", None],
            [1, "甲公司", "张三", "13800138000", "项目一", 12.5, date(2024, 3, 1), "好"],
            ["合计", None, None, None, None, 12.5],
        ],
        "A1:H1", "A2:A3", "B2:D2", "E2:G2", "H2:H3",
    )  # fmt: skip
    assert row.sheets[0]["header_row"] == 3
    assert counts(row) == {"rows": 1, "create": 1}
    one = Customer.objects.get()
    assert (one.remark, one.main_contact.phone, one.main_deal.amount) == ("好", "13800138000", 125_000_00)


def test_a_name_merged_over_its_contacts(importer: Any, table: Actor) -> None:
    row = merged(
        importer,
        table,
        [
            ["客户名称", "联系人", "手机"],
            ["甲公司", "张三", "13800138000"],
            [None, "李四", "13800138001"],
            ["乙公司", "王五", "13800138002"],
        ],
        "A2:A3",
    )
    assert counts(row) == {"rows": 3, "create": 2, "update": 1}
    assert set(Contact.objects.values_list("customer__name", "name")) == {
        ("甲公司", "张三"), ("甲公司", "李四"), ("乙公司", "王五"),
    }  # fmt: skip


def test_accounts_of_another_system(importer: Any, table: Actor) -> None:
    row = importer(table).rows(
        [
            "Account ID",
            "Account Name",
            "Account Owner",
            "Billing Street",
            "Billing City",
            "Phone",
            "Website",
            "Created Date",
        ],
        [
            "0015g00000AAA",
            "Acme Inc",
            "Alice",
            "1 Main St",
            "Springfield",
            "(217) 555-0100",
            "www.acme.com",
            "1/15/2024",
        ],
        ["0015g00000AAB", "Acme Inc", "Alice", "2 Elm St", "Shelbyville", "217-555-0101", "globex.com", "2/20/2024"],
    )
    assert counts(row) == {"rows": 2, "create": 2}  # the ids of accounts tell them apart
    assert [(one.address, one.owner_id) for one in Customer.objects.order_by("id")] == [
        ("1 Main St, Springfield", table.user_id), ("2 Elm St, Shelbyville", table.user_id),
    ]  # fmt: skip


def test_contacts_of_another_system_are_joined_by_their_company(importer: Any, table: Actor) -> None:
    row = importer(table).rows(
        ["Record ID", "First Name", "Last Name", "Email", "Job Title", "Company Name", "Lifecycle Stage"],
        [101, "Ann", "Lee", "ann@example.com", "CEO", "X Corp", "Customer"],
        [102, "Bob", "Ray", "bob@example.com", "CTO", "Y Ltd", "Lead"],
        [103, "Cid", "Poe", "cid@example.com", "CFO", "X Corp", "Customer"],
    )
    assert counts(row) == {"rows": 3, "create": 2, "update": 1}
    assert set(Customer.objects.get(name="X Corp").contacts.values_list("name", "title")) == {
        ("Ann Lee", "CEO"), ("Cid Poe", "CFO"),
    }  # fmt: skip


def test_people_of_one_name_are_told_apart_by_their_telephones(importer: Any, table: Actor) -> None:
    rows = (["姓名", "电话"], ["张伟", "13800138001"], ["王芳", None], ["张伟", "13800138003"], ["张伟", "13800138001"])
    row = importer(table).rows(*rows)
    assert counts(row) == {"rows": 4, "create": 3, "same": 1}
    assert counts(importer(table).planned(*rows)) == {"rows": 4, "same": 4}


def test_rows_of_any_length_and_quotes(importer: Any, table: Actor) -> None:
    book = importer(table)
    text = '客户名称,联系人,电话\n甲公司,张三\n乙公司,李四,13800138000,多余,还有\n\n"丙,公司","王""五",１３８００１３８０００\n'
    row = book.run(book.csv("ragged.csv", text))
    assert counts(row) == {"rows": 3, "create": 3}
    one = Customer.objects.get(name="丙,公司").main_contact
    assert (one.name, one.phone) == ('王"五', "13800138000")


def test_a_workbook_that_counts_from_1904(importer: Any, table: Actor) -> None:
    path = importer(table).folder / "mac.xlsx"
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["客户名称", "下次跟进日期", "备注"])
    book.active.append(["甲公司", date(2024, 5, 6), None])
    book.active.append(["乙公司", 43957, "days since 1904"])
    book.save(path)
    importer(table).run(path)
    assert set(Customer.objects.values_list("next_follow_up", flat=True)) == {date(2024, 5, 6), date(2024, 5, 7)}


@pytest.mark.parametrize("name", ["old-excel.xls", "old-excel-1904.xls"])
def test_old_workbooks_are_read(importer: Any, table: Actor, name: str) -> None:
    try:
        row = importer(table).plan(EXAMPLES / name)
    except KebuError as refused:
        assert refused.code == "no_rows"
    else:
        assert row.summary["counts"]["rows"] >= 0


def test_english_spellings(importer: Any, table: Actor) -> None:
    row = importer(table).rows(
        ["Customer", "Contact person", "Tel", "Status", "Deal value", "Start", "End", "Next step date"],
        ["A Co", "Tom", "1-800-FLOWERS", "Active", "$1,200.50", "2024-01-01", "12/31/2024", "Jan 5, 2025"],
        ["B Co", "Ann", "+44 20 7946 0958", "lost", "€2k", "Feb 1 2024", "2024", "soon"],
    )
    a, b = Deal.objects.order_by("id")
    assert (a.amount, a.end_date, b.amount, b.start_date) == (1200_50, date(2024, 12, 31), 2000_00, date(2024, 2, 1))
    assert Customer.objects.get(name="A Co").next_follow_up == date(2025, 1, 5)
    assert told(row) == [(3, "End", "2024", "date"), (3, "Next step date", "soon", "date")]
    assert set(mapped(row).values()) >= {"stage", "main_contact.phone"}


def test_a_record_keeps_its_number(importer: Any, table: Actor) -> None:
    importer(table).rows(["客户名称"], ["公司A"])
    row = importer(table).rows(["客户编号", "客户名称", "备注"], ["C009", "公司A", "好"], on_match="overwrite")
    assert Customer.objects.get().number == "C001"
    assert told(row) == [(2, "客户编号", "C009", "number_kept")]
