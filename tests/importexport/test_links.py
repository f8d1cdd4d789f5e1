"""Rows that name other records: by number, title or e-mail; what is missing or not to be seen is told row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from importexport.conftest import counts, told
from kebu.crm.models import Contact, Customer, Deal

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db
HEADER = ["合作项目", "客户"]


@pytest.fixture
def customers(importer: Any, table: Actor) -> None:
    importer(table).rows(
        ["客户名称", "联系人", "邮箱"],
        ["示例科技有限公司", "张三", "Zhang@example.com"],
        ["示例（北京）贸易有限公司", "李四", "li@example.com"],
    )


def test_records_are_linked_by_number_title_or_email(importer: Any, table: Actor, customers: None) -> None:
    number = Customer.objects.get(name="示例科技有限公司").number
    row = importer(table).rows(
        HEADER,
        ["甲", number],
        ["乙", "示例科技有限责任公司"],
        ["丙", "zhang@EXAMPLE.com"],
        ["丁", "示例(北京)贸易有限公司"],
        object_key="deals",
    )
    assert told(row) == []
    held = Deal.objects.order_by("id").values_list("title", "customer__name")
    first, second = "示例科技有限公司", "示例（北京）贸易有限公司"
    assert list(held) == [("甲", first), ("乙", first), ("丙", first), ("丁", second)]


def test_links_to_what_is_missing_are_told_row_by_row(importer: Any, table: Actor, customers: None) -> None:
    rows = [["甲", "没有的公司"], ["乙", "示例科技有限公司"], ["丙", "nobody@example.com"]]
    row = importer(table).planned(HEADER, *rows, object_key="deals")
    assert told(row) == [
        (2, "客户", "没有的公司", "unknown_record"),
        (4, "客户", "nobody@example.com", "unknown_record"),
    ]


def test_of_two_spellings_the_one_that_is_written_is_meant(importer: Any, table: Actor) -> None:
    importer(table).rows(["客户名称"], ["示例科技有限公司"])
    importer(table).rows(["客户名称"], ["示例科技有限责任公司"], on_match="create")
    rows = [["甲", "示例科技有限责任公司"], ["乙", "示例 科技有限公司"]]
    row = importer(table).planned(HEADER, *rows, object_key="deals")
    assert told(row) == [(3, "客户", "示例 科技有限公司", "ambiguous_record")]


def test_what_others_keep_to_themselves_is_missing(importer: Any, table: Actor, bob: Actor, charlie: Actor) -> None:
    importer(bob).rows(["客户名称", "联系人", "邮箱"], ["示例保密公司", "王五", "wang@example.com"])
    number = Customer.objects.get().number
    rows = [["甲", "示例保密公司"], ["乙", number], ["丙", "wang@example.com"]]
    row = importer(charlie).planned(HEADER, *rows, object_key="deals")
    assert [one[3] for one in told(row)] == ["unknown_record"] * 3


def test_customers_then_contacts_then_deals_of_one_workbook(importer: Any, table: Actor) -> None:
    """One file with a sheet for each object, brought in once for each."""
    book = importer(table).book(
        "all.xlsx",
        [["客户编号", "客户名称"], ["C001", "示例甲公司"], ["C002", "示例乙公司"]],
        [
            ["联系人", "客户", "手机", "生日"],
            ["张三", "C001", "13800000001", "1990-01-02"],
            ["李四", "示例乙公司", None, None],
        ],
        [["合作项目", "客户", "金额"], ["年度合作", "C002", 100]],
        titles=("客户", "联系人", "商机"),
    )
    for key, sheet in (("customers", "客户"), ("contacts", "联系人"), ("deals", "商机")):
        assert told(importer(table).run(book, object_key=key, only_sheet=sheet)) == []
    assert set(Contact.objects.values_list("name", "customer__name")) == {
        ("张三", "示例甲公司"),
        ("李四", "示例乙公司"),
    }
    assert Deal.objects.get().customer.name == "示例乙公司"
    for key, sheet in (("customers", "客户"), ("contacts", "联系人"), ("deals", "商机")):
        again = importer(table).plan(book, object_key=key, only_sheet=sheet)
        assert set(counts(again)) == {"rows", "same"}, key
