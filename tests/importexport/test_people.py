"""A name and a telephone in one cell go to their two fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from importexport.conftest import counts, told
from kebu.crm.models import Contact
from kebu.importexport import imports
from kebu.importexport.people import split

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor


@pytest.mark.once
@pytest.mark.parametrize(
    ("cell", "name", "phone"),
    [
        ("张三 13800001234", "张三", "13800001234"),
        ("张三13800001234", "张三", "13800001234"),
        ("李四（010-66551234）", "李四", "010-66551234"),
        ("王五：010-66551234转801", "王五", "010-66551234转801"),
        ("Jane Doe: +44 20 7946 0000", "Jane Doe", "+44 20 7946 0000"),
        ("张三/138 0000 1234", "张三", "138 0000 1234"),
        ("张三", "张三", None),
        ("13800001234", "13800001234", None),
        ("张三 2 号", "张三 2 号", None),
        ("a@example.com", "a@example.com", None),
        (13800001234, 13800001234, None),
        (None, None, None),
    ],
)
def test_cells(cell: Any, name: Any, phone: str | None) -> None:
    assert split(cell) == (name, phone)


@pytest.mark.django_db
def test_both_arrive_in_their_fields(importer: Any, table: Actor) -> None:
    head = ["客户名称", "联系人"]
    rows = ["示例公司A", "张三 13800001234"], ["示例公司B", "李四（13900001234）"], ["示例公司C", "王五"]
    row = importer(table).rows(head, *rows)
    assert told(row) == []
    held = Contact.objects.order_by("id").values_list("name", "mobile")
    assert list(held) == [("张三", "13800001234"), ("李四", "13900001234"), ("王五", None)]
    assert counts(importer(table).planned(head, *rows)) == {"rows": 3, "same": 3}


@pytest.mark.django_db
def test_landlines_go_to_the_other_telephone(importer: Any, table: Actor) -> None:
    importer(table).rows(["姓名"], ["张三 010-66551234"], ["李四 010-66551235"], object_key="contacts")
    assert list(Contact.objects.order_by("id").values_list("name", "phone")) == [
        ("张三", "010-66551234"),
        ("李四", "010-66551235"),
    ]


@pytest.mark.django_db
def test_telephones_with_a_column_of_their_own_leave_names_alone(importer: Any, table: Actor) -> None:
    row = importer(table).planned(["客户名称", "联系人", "手机"], ["示例公司A", "张三 13800001234", "13900001234"])
    assert row.sheets[0]["columns"][1]["also"] is None


@pytest.mark.django_db
def test_a_person_may_want_the_cell_as_it_is(importer: Any, table: Actor) -> None:
    row = importer(table).planned(["客户名称", "联系人"], ["示例公司A", "张三 13800001234"])
    assert row.summary["fields"] == ["name", "main_contact.name", "main_contact.mobile"]
    _, told = imports.as_json(table, row)["files"][0]["sheets"][0]["columns"]
    assert (told["field"], told["also"], told["part"]) == ("main_contact.name", "main_contact.mobile", "person")
    given = [{"file": 0, "sheet": 0, "index": 1, "field": "main_contact.name"}]
    row = importer(table).apply(imports.change(table, row.pk, columns=given))
    assert list(Contact.objects.values_list("name", "mobile")) == [("张三 13800001234", None)]
