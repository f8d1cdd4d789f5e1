"""Address cards and pages that call themselves workbooks, imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from importexport.conftest import counts, mapped, told
from kebu.crm.models import Contact, Customer

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db


def card(name: str, company: str = "", phone: str = "") -> str:
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{name}", f"TEL;TYPE=CELL:{phone}", "END:VCARD"]
    return "\r\n".join([*lines[:3], *([f"ORG:{company}"] if company else []), *lines[3:], ""])


def test_cards_become_companies_with_their_contacts(importer: Any, table: Actor) -> None:
    book = importer(table)
    row = book.run(
        book.csv("cards.vcf", card("张三", "示例公司", "13800000001") + card("李四", "示例公司", "13800000002"))
    )
    assert counts(row) == {"rows": 2, "create": 1, "update": 1}
    assert told(row) == []
    assert set(Customer.objects.get().contacts.values_list("name", "mobile")) == {
        ("张三", "13800000001"), ("李四", "13800000002"),
    }  # fmt: skip


def test_cards_of_people_without_a_company(importer: Any, table: Actor) -> None:
    book = importer(table)
    row = book.run(book.csv("cards.vcf", card("张三", "", "13800000001") + card("李四", "", "13800000002")))
    assert counts(row) == {"rows": 2, "create": 2}
    assert {one.name: one.main_contact.mobile for one in Customer.objects.all()} == {
        "张三": "13800000001", "李四": "13800000002",
    }  # fmt: skip


def test_cards_become_contacts(importer: Any, table: Actor) -> None:
    book = importer(table)
    book.run(book.csv("customers.csv", "客户名称\n示例公司\n"))
    book.run(book.csv("cards.vcf", card("张三", "示例公司", "13800000001")), object_key="contacts")
    one = Contact.objects.get()
    assert (one.name, one.mobile, one.customer.name) == ("张三", "13800000001", "示例公司")


def test_a_page_named_xls_is_imported(importer: Any, table: Actor) -> None:
    book = importer(table)
    page = "<table><tr><td colspan=2>客户列表</td></tr><tr><td>客户名称<td>电话</tr><tr><td>示例公司<td>01066551234</table>"
    row = book.run(book.csv("export.xls", f"<meta charset=gb2312>{page}", "gbk"))
    assert mapped(row) == {"客户名称": "name", "电话": "main_contact.phone"}
    assert Customer.objects.get().main_contact.phone == "01066551234"
