"""What is corrected on the plan page: cells, all cells alike, rows; taken back step by step; the counts follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from importexport.conftest import counts, told
from kebu.core.errors import KebuError
from kebu.crm.models import Customer
from kebu.importexport import fixes, imports

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor
    from kebu.importexport.models import Import

pytestmark = pytest.mark.django_db
HEADER = ["客户名称", "统一社会信用代码", "行业", "邮箱", "下次跟进日期", "备注"]
ROWS = [
    HEADER,
    ["公司A", None, "北京市场", "a@example.com", "不知道", "甲"],
    ["公司B", None, "北京市场", "没有@", "不知道", "乙"],
    ["公司C", None, "IT", None, "2026-01-01", "丙"],
    [None, None, "IT", None, None, "丁"],
]


def cell(row: int, field: str, to: str | None, *, alike: bool = False) -> dict[str, Any]:
    return {"kind": "cell", "file": 0, "sheet": 0, "row": row, "field": field, "to": to, "alike": alike}


def row_of(row: int, action: str | None) -> dict[str, Any]:
    return {"kind": "row", "file": 0, "sheet": 0, "row": row, "action": action}


@pytest.fixture
def fix(table: Actor) -> Any:
    """`fix(row, step, …)`: the plan with these corrections."""
    return lambda row, *steps, **more: imports.change(table, row.pk, fixes=steps, **more)


def cells(actor: Actor, row: Import, key: str) -> list[Any]:
    page = imports.rows(actor, row.pk, only="all", offset=0, limit=100)
    return [one["cells"][page["fields"].index(key)] for one in page["rows"]]


def test_a_cell_is_corrected_in_its_place(importer: Any, table: Actor, fix: Any) -> None:
    row = importer(table).planned(*ROWS)
    assert counts(row) == {"rows": 4, "create": 3, "reject": 1, "flagged": 2}
    row = fix(row, cell(3, "main_contact.email", "b@example.com"), cell(5, "name", "公司D"))
    assert counts(row) == {"rows": 4, "create": 4, "flagged": 2}
    assert cells(table, row, "main_contact.email")[1] == "b@example.com"
    page = imports.rows(table, row.pk, only="all", offset=0, limit=9)["rows"]
    assert [one["fixed"] for one in page] == [[], ["main_contact.email"], [], ["name"]]
    importer(table).apply(row)
    assert set(Customer.objects.values_list("name", flat=True)) == {"公司A", "公司B", "公司C", "公司D"}
    # The file says what it said: dropped again it meets the records as they are.
    assert counts(importer(table).planned(*ROWS))["same"] == 3


def test_all_cells_alike_are_corrected_at_once(importer: Any, table: Actor, fix: Any) -> None:
    row = importer(table).planned(*ROWS)
    [group] = [one for one in imports.as_json(table, row)["groups"] if one["value"] == "不知道"]
    assert (group["count"], group["row"], group["field"]) == (2, 2, "next_follow_up")
    row = fix(row, cell(2, "next_follow_up", "2026-05-01", alike=True))
    assert cells(table, row, "next_follow_up")[:2] == ["2026-05-01", "2026-05-01"]
    row = fix(row, {"kind": "value", "field": "next_follow_up", "value": "2026-05-01", "to": None})
    assert cells(table, row, "next_follow_up") == [None, None, "2026-01-01", None]


def test_long_texts_that_only_begin_alike_are_not_corrected_together(importer: Any, table: Actor, fix: Any) -> None:
    begin = "没有邮箱" * 60
    row = importer(table).planned(HEADER[:1] + HEADER[3:4], ["公司A", begin + "甲"], ["公司B", begin + "乙"])
    row = fix(row, cell(2, "main_contact.email", "a@example.com", alike=True))
    assert cells(table, row, "main_contact.email")[0] == "a@example.com"
    assert counts(row)["flagged"] == 1


def test_a_choice_takes_the_place_of_a_new_one(importer: Any, table: Actor, fix: Any) -> None:
    row = importer(table).planned(*ROWS)
    assert {(one["value"], one["count"]) for one in row.summary["new_choices"]} == {("北京市场", 2)}
    row = fix(row, {"kind": "value", "field": "industry", "value": "北京市场", "to": "IT"})
    assert row.summary["new_choices"] == []
    # A step is taken back by itself.
    row = fix(row, take_back=1)
    assert [one["value"] for one in row.summary["new_choices"]] == ["北京市场"]
    # A new choice that only rows have which are left out is not made.
    row = fix(row, {"kind": "leave", "field": "industry", "value": "北京市场"})
    assert (counts(row), row.summary["new_choices"]) == ({"rows": 4, "create": 1, "reject": 1, "exclude": 2}, [])


def test_texts_that_are_too_many_become_choices_one_by_one(
    importer: Any, table: Actor, fix: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kebu.importexport.cleaning.MAX_NEW_CHOICES", 1)
    rows = [["客户名称", "行业"], ["公司A", "甲业"], ["公司B", "乙业"], ["公司C", "乙业"]]
    row = importer(table).planned(*rows)
    assert [one[3] for one in told(row)] == ["unknown_choice"] * 3
    row = fix(row, {"kind": "choice", "field": "industry", "value": "乙业"})
    assert [one[3] for one in told(row)] == ["unknown_choice", "new_choice"]
    importer(table).apply(row)
    assert Customer.objects.get(name="公司C").industry == Customer.objects.get(name="公司B").industry is not None


def test_rows_are_left_out_and_nothing_more_is_said_of_them(importer: Any, table: Actor, fix: Any) -> None:
    row = importer(table).planned(*ROWS)
    row = fix(row, row_of(3, "exclude"), row_of(5, "exclude"))
    assert counts(row) == {"rows": 4, "create": 2, "exclude": 2, "flagged": 1}
    assert [one[0] for one in told(row) if one[3] != "new_choice"] == [2]
    page = imports.rows(table, row.pk, only="exclude", offset=0, limit=9)
    assert [(one["row"], one["action"], one["mode"]) for one in page["rows"]] == [
        (3, "exclude", "exclude"),
        (5, "exclude", "exclude"),
    ]
    row = fix(row, row_of(3, None))
    assert counts(row)["exclude"] == 1


def test_one_row_meets_its_record_in_another_way(importer: Any, table: Actor, fix: Any) -> None:
    head = ["客户名称", "备注"]
    importer(table).rows(head, ["公司A", "旧"], ["公司B", "旧"], ["公司C", "旧"])
    row = importer(table).planned(head, ["公司A", "新"], ["公司B", "新"], ["公司C", "新"], ["公司D", "新"])
    assert counts(row) == {"rows": 4, "create": 1, "same": 3}
    row = fix(row, row_of(2, "overwrite"), row_of(3, "create"), row_of(4, "skip"))
    assert counts(row) == {"rows": 4, "create": 2, "update": 1, "skip": 1}
    importer(table).apply(row)
    held = Customer.objects.order_by("name", "id").values_list("name", "remark")
    assert list(held) == [("公司A", "新"), ("公司B", "旧"), ("公司B", "新"), ("公司C", "旧"), ("公司D", "新")]


def test_a_row_that_is_to_be_its_own_is_no_further_row_of_another(importer: Any, table: Actor, fix: Any) -> None:
    row = importer(table).planned(["客户名称", "备注"], ["公司A", "一"], ["公司A", "二"])
    assert counts(row) == {"rows": 2, "create": 1, "same": 1}
    assert counts(fix(row, row_of(3, "create"))) == {"rows": 2, "create": 2}


def test_corrections_of_cells_that_are_not_there_are_refused(
    importer: Any, table: Actor, fix: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = importer(table).planned(*ROWS)
    for step in (cell(99, "name", "x"), {**row_of(2, "exclude"), "sheet": 7}):
        with pytest.raises(KebuError) as refused:
            fix(row, step)
        assert refused.value.code == "not_found"
    monkeypatch.setattr(fixes, "MAX_STEPS", 1)
    with pytest.raises(KebuError) as refused:
        fix(row, row_of(2, "exclude"), row_of(3, "exclude"))
    assert refused.value.code == "too_many_fixes"
    # A column that no cell is known of is alike to nothing.
    assert fix(row, cell(2, "website", "x", alike=True)).fixes[0]["kind"] == "cell"


def test_later_corrections_see_what_earlier_ones_made(importer: Any, table: Actor, fix: Any) -> None:
    row = importer(table).planned(["客户名称", "备注"], ["公司A", "一"], ["公司B", "二"], ["公司C", "三"])
    row = fix(row, {"kind": "value", "field": "remark", "value": "一", "to": "二"}, cell(4, "remark", "二"))
    row = fix(row, {"kind": "value", "field": "remark", "value": "二", "to": "四"})
    assert cells(table, row, "remark") == ["四", "四", "四"]
    assert cells(table, fix(row, take_back=2), "remark") == ["二", "二", "三"]
