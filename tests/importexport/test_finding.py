"""Where the table is in a sheet, and which column is which field."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from importexport.conftest import counts, mapped, told
from kebu.core.errors import KebuError
from kebu.crm.models import Customer
from kebu.importexport.blocks import parse_range
from kebu.importexport.names import is_placeholder, scale_of
from kebu.importexport.tables import find_table

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("客户名称", "name"),
        ("*客户名称：", "name"),
        ("客户名称（必填）", "name"),
        ("客户 名 称", "name"),
        ("客户名称\nCustomer Name", "name"),
        ("企业全称", "name"),
        ("Account Name", "name"),
        ("customer_name", "name"),
        ("联系人", "main_contact.name"),
        ("2. 联系人姓名", "main_contact.name"),
        ("联系电话", "main_contact.phone"),
        ("客户电话", "main_contact.phone"),
        ("Phone Number", "main_contact.phone"),
        ("手机号码", "main_contact.mobile"),
        ("E-mail地址", "main_contact.email"),
        ("Contact Email", "main_contact.email"),
        ("联系人邮箱", "main_contact.email"),
        ("职务", "main_contact.title"),
        ("行业", "industry"),
        ("所属行业", "industry"),
        ("客户状态", "stage"),
        ("Lead Source", "source"),
        ("下次跟进时间", "next_follow_up"),
        ("销售机会", "main_deal.title"),
        ("合同金额(元)", "main_deal.amount"),
        ("签约总金额", "main_deal.amount"),
        ("合作开始日期", "main_deal.start_date"),
        ("合同到期日", "main_deal.end_date"),
        ("业务员", "owner"),
        ("统一社会信用代码", "credit_code"),
        ("官网", "website"),
        ("标签", "tags"),
        ("Notes", "remark"),
        ("城市", "address"),
        ("State/Province", "address"),
        ("传真", None),
        ("上次跟进日期", None),
        ("创建时间", None),
        ("国家", None),
        ("微信", None),
    ],
)
def test_headers_in_both_languages(importer: Any, table: Actor, header: str, field: str | None) -> None:
    key = header if field != "name" else "x"
    value = {"main_contact.email": "a@example.com", "website": "https://example.com"}.get(field or "", "1380000")
    rows = [[header, key], [value, 1]] if field == "name" else [["客户名称", header], ["公司A", value]]
    row = importer(table).planned(*rows)
    columns = row.sheets[0]["columns"]
    assert columns[0 if field == "name" else 1]["field"] == field


def test_the_header_is_found_below_titles_and_group_headings(importer: Any, table: Actor) -> None:
    book = importer(table)
    path = book.book(
        "title.xlsx",
        [
            ["2026年客户资料汇总表"],
            ["制表人：Alice", None, None, "日期：2026-11-22"],
            [],
            ["基本信息", None, None, "合作信息"],
            ["客户名称", "联系人", "电话", "金额"],
            ["公司A", "张三", "010-66551234", 5],
        ],
    )
    row = book.plan(path)
    assert row.sheets[0]["header_row"] == 5
    assert counts(row) == {"rows": 1, "create": 1}


def test_totals_notes_blank_rows_and_repeated_headers_are_left_out(importer: Any, table: Actor) -> None:
    row = importer(table).rows(
        ["序号", "客户名称", "金额"],
        [1, "公司A", 100],
        [],
        ["序号", "客户名称", "金额"],
        [2, "Total", "010-66551234"],
        ["小计", None, 100],
        [3, "公司C", 7],
        ["合 计：", None, 107],
        [],
        ["注：以上数据仅供内部使用"],
    )
    assert set(Customer.objects.values_list("name", flat=True)) == {"公司A", "Total", "公司C"}
    assert row.sheets[0]["left_out"] == 3


def test_a_table_may_stand_anywhere(importer: Any, table: Actor) -> None:
    row = importer(table).rows([], [None, None, "客户名称", None, "备注"], [None, None, "公司A", None, "好"])
    assert mapped(row) == {"客户名称": "name", "备注": "remark"}
    assert Customer.objects.get().remark == "好"


def test_a_list_of_names_needs_no_header(importer: Any, table: Actor) -> None:
    row = importer(table).rows(["华信医疗有限公司"], ["远景制造有限公司"], ["晨光金融集团"])
    assert row.sheets[0]["header_row"] is None
    assert Customer.objects.count() == 3


def test_a_table_without_header_is_told_by_its_cells(importer: Any, table: Actor) -> None:
    importer(table).rows(
        ["华信医疗有限公司", "a@example.com", "13800001234"], ["远景制造有限公司", "b@example.com", "13900001234"]
    )
    one = Customer.objects.get(name="华信医疗有限公司")
    assert (one.main_contact.email, one.main_contact.phone) == ("a@example.com", "13800001234")


def test_columns_without_header_are_told_by_their_cells(importer: Any, table: Actor) -> None:
    row = importer(table).planned(["客户名称", None, "列3"], ["公司A", "a@example.com", "13800001234"])
    assert [column["field"] for column in row.sheets[0]["columns"]] == [
        "name", "main_contact.email", "main_contact.phone",
    ]  # fmt: skip


def test_no_field_is_taken_twice(importer: Any, table: Actor) -> None:
    row = importer(table).planned(
        ["客户名称", "电话", "电话", "备注", "说明"], ["公司A", "010-66551234", "13800001234", "一", "二"]
    )
    assert [column["field"] for column in row.sheets[0]["columns"]] == [
        "name", "main_contact.phone", "main_contact.mobile", "remark", None,
    ]  # fmt: skip


def test_company_names_the_records_where_nothing_else_does(importer: Any, table: Actor) -> None:
    assert mapped(importer(table).planned(["公司名称", "联系人"], ["公司A", "张三"])) == {
        "公司名称": "name", "联系人": "main_contact.name",
    }  # fmt: skip
    both = importer(table).planned(["客户名称", "公司名称"], ["王五", "公司A"])
    assert mapped(both) == {"客户名称": "name", "公司名称": "company"}


def test_a_list_of_people_names_customers_and_their_contacts(importer: Any, table: Actor) -> None:
    importer(table).rows(["姓", "名", "手机"], ["欧阳", "修", "13800001234"], ["Smith", "Anna", "13900001234"])
    assert {one.name: one.main_contact.name for one in Customer.objects.all()} == {
        "欧阳修": "欧阳修", "Anna Smith": "Anna Smith",
    }  # fmt: skip


def test_parts_of_an_address_are_put_together(importer: Any, table: Actor) -> None:
    importer(table).rows(
        ["客户名称", "详细地址", "区县", "城市", "省份"],
        ["公司A", "科技路1号", "南山区", "深圳市", "广东省"],
        ["公司B", "广东省深圳市南山区科技路2号", "南山区", "深圳市", "广东省"],
        ["公司C", None, None, "北京市", "北京市"],
    )
    found = dict(Customer.objects.values_list("name", "address"))
    assert found["公司B"] == "广东省深圳市南山区科技路2号"
    assert found["公司C"] == "北京市"
    assert Customer.objects.get(name="公司A").district == "南山区"


def test_numbers_of_other_systems_are_not_ours(importer: Any, table: Actor) -> None:
    assert mapped(importer(table).planned(["编号", "客户名称"], [1, "公司A"], [2, "公司B"]))["编号"] is None
    assert (
        mapped(importer(table).planned(["编号", "客户名称"], ["C007", "公司A"], ["c008", "公司B"]))["编号"] == "number"
    )


def test_figures_are_taken_in_the_unit_of_their_header(importer: Any, table: Actor) -> None:
    importer(table).rows(["客户名称", "项目", "金额（万元）"], ["公司A", "一", 12.5], ["公司B", "二", "3亿"])
    assert {one.name: one.main_deal.amount for one in Customer.objects.all()} == {
        "公司A": 125_000_00, "公司B": 300_000_000_00,
    }  # fmt: skip
    assert (scale_of("金额(千元)"), scale_of("金额（单位：百万）"), scale_of("金额")) == (1000, 1_000_000, 1)


def test_hidden_sheets_and_sheets_without_names_do_not_count(importer: Any, table: Actor) -> None:
    book = importer(table)
    path = book.book(
        "several.xlsx",
        [["客户名称"], ["公司A"], ["公司B"]],
        [["产品", "单价"], ["甲", 1]],
        [["客户名称"], ["公司Z"]],
        titles=("客户", "价目", "旧"),
        hidden=("旧",),
    )
    row = book.run(path)
    assert [(sheet["name"], sheet["used"], sheet["hidden"]) for sheet in row.sheets] == [
        ("客户", True, False), ("价目", False, False), ("旧", False, True),
    ]  # fmt: skip
    assert set(Customer.objects.values_list("name", flat=True)) == {"公司A", "公司B"}


def test_a_sheet_can_be_chosen_by_name(importer: Any, table: Actor) -> None:
    book = importer(table)
    path = book.book("two.xlsx", [["客户名称"], ["公司A"]], [["客户名称"], ["公司B"]], titles=("一", "二"))
    assert [one["name"] for one in book.plan(path, only_sheet="二").sheets] == ["二"]
    with pytest.raises(KebuError) as refused:
        book.plan(path, only_sheet="三")
    assert refused.value.code == "no_such_sheet"


@pytest.mark.parametrize("rows", [[], [["客户名称", "电话"]], [["只有标题"]], [[], [None, " "]]])
def test_a_file_without_rows_is_refused(importer: Any, table: Actor, rows: list[list[Any]]) -> None:
    with pytest.raises(KebuError) as refused:
        importer(table).planned(*rows)
    assert refused.value.code == "no_rows"


def test_gbk_and_utf16_are_read(importer: Any, table: Actor) -> None:
    book = importer(table)
    row = book.run(book.csv("gbk.csv", "客户名称,地址\n远景制造,上海市浦东新区\n", "gbk"))
    assert row.files[0]["encoding"] == "gb18030"
    book.run(book.csv("wide.csv", "客户名称\t地址\r\n晨光金融\t深圳市\r\n", "utf-16"))
    assert set(Customer.objects.values_list("name", flat=True)) == {"远景制造", "晨光金融"}


def test_new_fields_hold_what_no_field_does(importer: Any, table: Actor) -> None:
    rows = (["客户名称", "微信号", "电话", "座机", "创建时间"], ["公司A", "wx_1", "1", "2", date(2020, 1, 1)])
    row = importer(table).rows(*rows, new_fields=True)
    assert mapped(row)["创建时间"] is None  # a field of ours has this name, and the program fills it in
    one = Customer.objects.get()
    assert one.extra == {row.made_fields["new:微信号"]: "wx_1"}
    again = importer(table).planned(*rows)
    assert mapped(again)["微信号"] == row.made_fields["new:微信号"]
    assert counts(again) == {"rows": 1, "same": 1}


def test_what_a_sheet_says_on_its_own_is_understood_by_position_only_when_told(importer: Any, table: Actor) -> None:
    row = importer(table).planned(["甲", "乙"], ["公司A", "x"], ["公司B", "y"])
    assert not row.sheets[0]["used"]
    assert told(row) == []


@pytest.mark.once
@pytest.mark.parametrize("header", ["", "列1", "Column 3", "Unnamed: 4", "字段12"])
def test_headers_that_say_nothing(header: str) -> None:
    assert is_placeholder(header)


@pytest.mark.once
def test_merges_that_lie_are_harmless() -> None:
    rows = [["客户名称", "电话"], ["公司A", "1"], ["公司B", "2"]]
    merges = [(1, 0, 10_000_000, 0), (5, 5, 9, 9), (0, 900, 3, 900), (2, 1, 1, 1)]
    found = find_table(rows, merges, lambda text: 2 if text in ("客户名称", "电话") else 0)
    assert found is not None
    assert (found.header_row, found.numbers) == (1, [2, 3])


def test_headings_of_groups_tell_columns_of_one_name_apart(importer: Any, table: Actor) -> None:
    rows = [
        ["客户名称", "联系人", None, "付款", None],
        [None, "电话", "姓名", "电话", "开户行"],
        ["公司A", "13800138000", "张三", "010-66551234", "某行"],
    ]
    expected = {
        "客户名称": "name", "联系人 电话": "main_contact.phone", "姓名": "main_contact.name",
        "付款 电话": None, "付款 开户行": None,
    }  # fmt: skip
    flat = importer(table).planned(*rows)
    assert (flat.sheets[0]["header_row"], flat.sheets[0]["header_rows"]) == (2, 2)
    found = mapped(merged_plan(importer, table, rows, "A1:A2", "B1:C1", "D1:E1"))
    assert {key: found[key] for key in expected if expected[key]} == {key: one for key, one in expected.items() if one}
    assert set(found) == set(mapped(flat)) == set(expected)


def merged_plan(importer: Any, table: Actor, rows: list[list[Any]], *ranges: str) -> Any:
    path = importer(table).book("merged.xlsx", rows)
    book = openpyxl.load_workbook(path)
    for one in ranges:
        book.active.merge_cells(one)
    book.save(path)
    return importer(table).plan(path)


def test_a_line_about_the_sheet_is_no_heading_of_groups(importer: Any, table: Actor) -> None:
    row = importer(table).planned(
        ["部门：销售", "日期：2026-11"], ["客户名称", "联系人", "微信"], ["公司A", "张三", "x"]
    )
    assert (row.sheets[0]["header_row"], row.sheets[0]["header_rows"]) == (2, 1)
    assert set(mapped(row)) == {"客户名称", "联系人", "微信"}


def test_several_tables_on_one_sheet_are_sheets_of_their_own(importer: Any, table: Actor) -> None:
    row = importer(table).run(
        importer(table).book(
            "several.xlsx",
            [
                ["客户名称", "行业"],
                ["公司A", "IT"],
                ["公司B", None],
                [],
                ["商机"],
                ["客户名称", "合作项目", "金额"],
                ["公司A", "项目一", 5],
                [],
                ["产品", "单价"],
                ["甲", 1],
            ],
            titles=("总表",),
        )
    )
    assert [(one["name"], one["header_row"], one["rows"], one["used"]) for one in row.sheets] == [
        ("总表 · 1", 1, 2, True), ("总表 · 商机", 6, 3, True),
    ]  # fmt: skip
    assert set(Customer.objects.values_list("name", flat=True)) >= {"公司A", "公司B"}
    assert Customer.objects.get(name="公司A").main_deal.amount == 5_00


def test_a_list_that_goes_on_beside_itself(importer: Any, table: Actor) -> None:
    names = ["序号", "客户名称", "电话"]
    importer(table).rows(
        ["客户电话表"], [*names, None, *names], [1, "公司A", "1", None, 3, "公司C", "3"], [2, "公司B", "2"]
    )
    assert {one.name: one.main_contact.phone for one in Customer.objects.all()} == {
        "公司A": "1",
        "公司B": "2",
        "公司C": "3",
    }


def test_blank_rows_between_all_rows_make_no_tables(importer: Any, table: Actor) -> None:
    rows = [row for n in range(30) for row in ([], [f"公司{n}", "联系人", "电话"])]
    row = importer(table).planned(["客户名称", "备注", "标签"], *rows)
    assert [(one["rows"], one["header_row"]) for one in row.sheets] == [(30, 1)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("B3:H200", (2, 1, 199, 7)), ("b3：h200", (2, 1, 199, 7)), ("$B$3:$H$200", (2, 1, 199, 7)),
        ("B:H", (0, 1, 9_999_999, 7)), ("3:200", (2, 0, 199, 16_383)), ("B3:", (2, 1, 9_999_999, 16_383)),
        ("AA10", (9, 26, 9_999_999, 16_383)),
    ],
)  # fmt: skip
@pytest.mark.once
def test_ranges_as_spreadsheets_write_them(text: str, expected: tuple[int, ...]) -> None:
    assert parse_range(text) == expected


@pytest.mark.once
@pytest.mark.parametrize("text", ["", ":", "H:B", "B9:B3", "0:3", "Sheet1!A1", "A1:B2:C3", "x" * 100, "一"])
def test_what_is_no_range(text: str) -> None:
    with pytest.raises(KebuError) as refused:
        parse_range(text)
    assert refused.value.code == "bad_range"
