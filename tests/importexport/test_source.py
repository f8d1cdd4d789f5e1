"""What was found of a file is said otherwise by a person: encoding, separator, header, range, order of dates."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from importexport.conftest import counts, mapped, told
from kebu.core.errors import KebuError
from kebu.crm.models import Customer
from kebu.importexport import imports

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db


def refusal(actor: Actor, pk: int, **said: Any) -> str:
    with pytest.raises(KebuError) as refused:
        imports.change_source(actor, pk, **said)
    return refused.value.code


def test_another_encoding_and_separator(importer: Any, table: Actor) -> None:
    book = importer(table)
    row = book.plan(book.csv("jp.csv", "Name,City:x\n東京:商事,1\n", "shift_jis"))
    row = imports.change_source(table, row.pk, files=[{"file": 0, "encoding": "shift_jis"}])
    assert mapped(row) == {"Name": "name", "City:x": None}
    assert row.files[0]["encoding"] == "shift_jis"
    row = imports.change_source(table, row.pk, files=[{"file": 0, "delimiter": ":"}])  # the encoding stays said
    assert (row.files[0]["encoding"], row.files[0]["delimiter"]) == ("shift_jis", ":")
    assert [one["header"] for one in row.sheets[0]["columns"]] == ["Name,City", "x"]
    row = imports.change_source(table, row.pk, files=[{"file": 0, "delimiter": None}])
    assert mapped(row) == {"Name": "name", "City:x": None}
    book.apply(row)
    assert Customer.objects.get().name == "東京:商事"


def test_a_workbook_has_no_encoding_to_choose(importer: Any, table: Actor) -> None:
    row = importer(table).planned(["客户名称"], ["公司A"])
    assert refusal(table, row.pk, files=[{"file": 0, "encoding": "utf-8"}]) == "not_found"
    assert refusal(table, row.pk, files=[{"file": 9, "encoding": "utf-8"}]) == "not_found"
    assert refusal(table, row.pk, sheets=[{"file": 0, "sheet": 9, "range": "A1"}]) == "not_found"


def test_an_unknown_encoding_changes_nothing(importer: Any, table: Actor) -> None:
    book = importer(table)
    row = book.plan(book.csv("a.csv", "客户名称,电话\n公司A,1\n"))
    assert refusal(table, row.pk, files=[{"file": 0, "encoding": "rot13"}]) == "unknown_encoding"
    assert refusal(table, row.pk, files=[{"file": 0, "delimiter": "x"}]) == "unknown_delimiter"
    assert imports.rows(table, row.pk, only="all", offset=0, limit=9)["count"] == 1


def test_a_header_of_several_rows_is_said_and_looked_for_again(importer: Any, table: Actor) -> None:
    row = importer(table).planned(["表"], ["客户", "联系"], ["名称", "电话"], ["公司A", "13800138000"], ["公司B", "1"])
    at = {"file": 0, "sheet": 0}
    row = imports.change_source(table, row.pk, sheets=[{**at, "header_row": 3, "header_rows": 2}])
    assert [one["header"] for one in row.sheets[0]["columns"]] == ["名称", "电话"]
    row = imports.change_source(table, row.pk, sheets=[{**at, "header_row": 2}])
    assert (row.sheets[0]["header_rows"], row.sheets[0]["rows"]) == (1, 3)
    row = imports.change_source(table, row.pk, sheets=[{**at, "header_row": None}])
    assert row.sheets[0]["header_row"] is None
    row = imports.change_source(table, row.pk, sheets=[{**at, "header_row": 0}])
    assert (row.sheets[0]["header_row"], row.sheets[0]["said"]) == (2, False)


def test_a_range_leaves_out_what_is_around_it(importer: Any, table: Actor) -> None:
    rows = [["x", "客户名称", "电话", "y"], [1, "公司A", "1", 2], [1, "公司B", "2", 2], [1, "公司C", "3", 2]]
    row = importer(table).planned(*rows)
    at = {"file": 0, "sheet": 0}
    row = imports.change_source(table, row.pk, sheets=[{**at, "range": "b1：c3"}])
    assert mapped(row) == {"客户名称": "name", "电话": "main_contact.phone"}
    assert counts(row) == {"rows": 2, "create": 2}
    assert refusal(table, row.pk, sheets=[{**at, "range": "somewhere"}]) == "bad_range"
    row = imports.change_source(table, row.pk, sheets=[{**at, "range": ""}])
    assert counts(row) == {"rows": 3, "create": 3}


def test_the_order_of_dates_is_said(importer: Any, table: Actor) -> None:
    row = importer(table).planned(["客户名称", "下次跟进日期"], ["公司A", "5/6/2023"])
    assert told(row) == [(2, "下次跟进日期", "5/6/2023", "ambiguous_date")]
    row = imports.change_source(table, row.pk, sheets=[{"file": 0, "sheet": 0, "date_order": "dmy"}])
    assert told(row) == []
    importer(table).apply(row)
    assert Customer.objects.get().next_follow_up == date(2023, 6, 5)


def test_the_first_rows_are_shown_as_the_file_has_them(importer: Any, table: Actor) -> None:
    book = importer(table)
    row = book.plan(book.csv("a.csv", "\n\n\n\n客户名单\n客户名称;电话\n公司A;001\n"))
    seen = imports.look_at_source(table, row.pk, 0, 0)
    assert (seen["encoding"], seen["delimiter"], seen["header_row"], seen["first_row"]) == ("utf-8", ";", 6, 3)
    assert seen["columns"] == ["A", "B"]
    assert seen["rows"] == [[], [], ["客户名单"], ["客户名称", "电话"], ["公司A", "001"]]


def test_a_started_import_is_not_read_anew(importer: Any, table: Actor) -> None:
    row = importer(table).rows(["客户名称"], ["公司A"])
    assert refusal(table, row.pk, sheets=[{"file": 0, "sheet": 0, "range": "A1"}]) == "import_started"
