"""Sheets that are no table: fields below each other, forms; rows that only say how to fill in or count a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from importexport.conftest import counts, mapped
from kebu.core.errors import KebuError
from kebu.crm.models import Customer
from kebu.importexport import imports

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db

AT = {"file": 0, "sheet": 0}
TURNED = (
    ["客户信息"], ["客户名称", "公司A", "公司B", "公司C"], ["联系人", "张一", None, "张三"], ["备注"],
    ["电话", "1", "2", "3"],
)  # fmt: skip
CARDS = (
    ["客户名称：", "公司A", "联系人：", "冯一"],
    ["电话：", "13600136000", "邮箱：", "a@example.com"],
    ["地址：", "深圳市南山区示例路1号"],
    [],
    ["客户名称：", "公司B", "联系人：", None],
    ["电话：", "13600136001", "邮箱：", "b@example.com"],
    ["地址：", None, "口味：", "清淡"],
)


def told() -> list[tuple[Any, ...]]:
    return list(Customer.objects.order_by("id").values_list("name", "main_contact__name", "main_contact__phone"))


def test_fields_below_each_other_change_places_with_records(importer: Any, table: Actor) -> None:
    row = importer(table).rows(*TURNED)
    assert row.sheets[0]["shape"] == "columns"
    assert told() == [("公司A", "张一", "1"), ("公司B", None, "2"), ("公司C", "张三", "3")]


def test_cells_that_are_merged_across_hold_for_each_record(importer: Any, table: Actor) -> None:
    import openpyxl

    path = importer(table).book("t.xlsx", [*map(list, TURNED), ["行业类型", "制造业", None, "贸易"]])
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("B6:C6")
    book.save(path)
    importer(table).apply(importer(table).plan(path))
    labels = Customer.objects.order_by("id").values_list("industry", flat=True)
    assert labels[0] == labels[1] != labels[2]


def test_forms_become_rows(importer: Any, table: Actor) -> None:
    row = importer(table).planned(*CARDS)
    assert row.sheets[0]["shape"] == "forms"
    assert mapped(row) == {
        "客户名称": "name", "联系人": "main_contact.name", "电话": "main_contact.phone", "邮箱": "main_contact.email",
        "地址": "address", "口味": None,
    }  # fmt: skip
    importer(table).apply(row)
    assert told() == [("公司A", "冯一", "13600136000"), ("公司B", None, "13600136001")]
    assert counts(importer(table).planned(*CARDS)) == {"rows": 2, "same": 2}


def test_a_form_beside_a_table_explains_it(importer: Any, table: Actor) -> None:
    sheet = [["客户名称", "电话"], ["公司A", "1"]]
    explained = [["客户名称", "必填，写全称"], ["联系人", "对方是谁"], ["电话", "带区号"]]
    row = importer(table).plan(importer(table).book("b.xlsx", sheet, explained))
    assert [one["used"] for one in row.sheets] == [True, False]
    row = importer(table).plan(importer(table).book("c.xlsx", sheet[:1], explained, []))
    assert [one["used"] for one in row.sheets] == [False, False, False]


def test_a_form_of_one_record(importer: Any, table: Actor) -> None:
    importer(table).rows(["客户名称", "甲公司"], ["联系人", "张三"], ["电话", "1"], ["地址", "北京市"])
    assert told() == [("甲公司", "张三", "1")]


def test_names_and_values_in_one_cell(importer: Any, table: Actor) -> None:
    importer(table).rows(
        ["客户名称：公司A", "联系人：张一"],
        ["电话: 13600136000", "地址："],
        ["客户名称：公司B", None, "电话：13600136001"],
    )
    assert told() == [("公司A", "张一", "13600136000"), ("公司B", None, "13600136001")]


@pytest.mark.parametrize(
    "rows",
    [
        (["客户名称", "联系人", "电话"], ["公司A", "张一", "1"], ["公司B", "张二", "2"]),
        # Words of fields as values.
        (["客户名称", "跟进方式"], ["公司A", "电话"], ["公司B", "邮箱"], ["公司C", "微信"]),
        (["跟进方式", "客户名称"], ["电话", "公司A"], ["邮箱", "公司B"], ["备注", "公司C"], ["地址", "公司D"]),
        # Whose telephone is whose would be a guess.
        (["客户名称", "公司A", "客户名称", "公司B"], ["电话", "1", "电话", "2"], ["地址", "北京", "地址", "上海"]),
        # More than one value behind a name, and names in several columns.
        (["客户名称", "公司A", "公司B", "电话", "1"], ["联系人", "张一", "张二", "地址", "北京"]),
        (["公司A", "张一"], ["公司B", "张二"]),
        (["客户名称"], ["公司A"], ["公司B"]),
    ],
)
def test_what_is_not_plainly_something_else_is_a_table(importer: Any, table: Actor, rows: Any) -> None:
    assert importer(table).planned(*rows).sheets[0]["shape"] == "rows"


def test_a_person_says_what_a_sheet_is_and_takes_it_back(importer: Any, table: Actor) -> None:
    row = importer(table).planned(*TURNED)
    row = imports.change_source(table, row.pk, sheets=[{**AT, "shape": "rows"}])
    assert imports.look_at_source(table, row.pk, 0, 0)["rows"][1] == ["客户名称", "公司A", "公司B", "公司C"]
    row = imports.change_source(table, row.pk, sheets=[{**AT, "shape": "columns"}])
    assert imports.look_at_source(table, row.pk, 0, 0)["rows"][0] == ["客户信息", "客户名称", "联系人", "备注", "电话"]
    row = imports.change_source(table, row.pk, sheets=[{**AT, "shape": "columns", "range": "B:E"}])
    assert counts(row) == {"rows": 3, "create": 3}
    plain = importer(table).planned(["客户名称", "电话"], ["公司A", "1"])
    plain = imports.change_source(table, plain.pk, sheets=[{**AT, "shape": "columns"}])
    assert not plain.sheets[0]["used"] or counts(plain)["rows"] == 1
    plain = imports.change_source(table, plain.pk, sheets=[{**AT, "shape": "rows"}])
    importer(table).apply(plain)
    assert told() == [("公司A", None, "1")]


def test_too_many_rows_do_not_become_columns(importer: Any, table: Actor) -> None:
    row = importer(table).planned(["客户名称"], *([f"公司{n}"] for n in range(600)))
    with pytest.raises(KebuError) as refused:
        imports.change_source(table, row.pk, sheets=[{**AT, "shape": "columns"}])
    assert refused.value.code == "bad_import_option"
    assert counts(imports.find(table, row.pk))["rows"] == 600


def test_a_row_that_says_how_to_fill_in_is_no_customer_but_gives_units(importer: Any, table: Actor) -> None:
    importer(table).rows(
        ["客户全称", "等级", "手机", "合同额", "到期日"],
        ["（必填）", "A/B/C", "文本", "万元", "yyyy-mm-dd"],
        ["公司A", None, "13600136000", 10.5, "2025-12-01"],
    )
    [found] = Customer.objects.values_list("name", "main_deal__amount")
    assert found[0] == "公司A"
    assert int(found[1]) in (105_000, 10_500_000)  # a sum of money is kept in its smallest unit


def test_a_row_of_short_words_is_data(importer: Any, table: Actor) -> None:
    row = importer(table).planned(["客户名称", "备注"], ["日期", "文本"], ["人/家", "年"])
    assert counts(row)["rows"] == 2


def test_sums_that_count_and_numbers_of_pages_are_no_rows(importer: Any, table: Actor) -> None:
    row = importer(table).planned(
        ["地区", "客户名称", "电话"],
        ["广东", "公司A", "1"], ["小计", "1家"], ["第1页 共2页"], ["浙江", "公司B", "2"], ["合计", "共 2 家", 12],
        ["Page 2 of 2"],
    )  # fmt: skip
    assert counts(row) == {"rows": 2, "create": 2}
