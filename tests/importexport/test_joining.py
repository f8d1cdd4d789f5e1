"""Which rows speak of the same record, which records are there already, and what would change in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from importexport.conftest import counts, told
from kebu.crm.models import Contact, Customer, Deal

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db
CODE, OTHER_CODE = "91110000600037341L", "91310000132612172J"


def test_two_rows_of_one_customer_bring_two_deals(importer: Any, table: Actor) -> None:
    rows = (
        ["客户名称", "合作项目", "金额"],
        ["公司A", "项目1", 100],
        ["公司A", "项目2", 200],
        ["公司B", None, 300],
        ["公司B", None, 400],
    )
    row = importer(table).rows(*rows)
    assert counts(row) == {"rows": 4, "create": 2, "update": 2}
    assert row.summary["objects"]["deals"] == {"created": 4, "updated": 0}
    assert sorted(Deal.objects.values_list("customer__name", "amount")) == [
        ("公司A", 100_00), ("公司A", 200_00), ("公司B", 300_00), ("公司B", 400_00),
    ]  # fmt: skip
    assert counts(importer(table).planned(*rows)) == {"rows": 4, "same": 4}


def test_two_contacts_of_one_customer(importer: Any, table: Actor) -> None:
    rows = (
        ["客户名称", "联系人", "手机"],
        ["公司A", "张三", "13800001234"],
        ["公司A", "李四", "13900001234"],
        ["公司A", "张三", "13800001234"],
    )
    row = importer(table).rows(*rows)
    assert counts(row) == {"rows": 3, "create": 1, "update": 1, "same": 1}
    one = Customer.objects.get()
    assert one.main_contact.name == "张三"
    assert set(one.contacts.values_list("name", flat=True)) == {"张三", "李四"}
    assert counts(importer(table).planned(*rows)) == {"rows": 3, "same": 3}


def test_sheets_tell_of_the_same_deal_by_its_title(importer: Any, table: Actor) -> None:
    book = importer(table)
    path = book.book(
        "sheets.xlsx",
        [["客户名称", "合作项目", "金额"], ["公司A", "项目1", 100], ["公司A", "项目2", 200]],
        [["客户名称", "合作项目", "结束日期", "金额"], ["公司A", "项目2", "2026-12-31", 999]],
    )
    row = book.run(path)
    assert Deal.objects.count() == 2
    deal = Deal.objects.get(title="项目2")
    assert (str(deal.end_date), deal.amount) == ("2026-12-31", 200_00)
    assert told(row) == [(2, "金额", "99900", "kept_first")]


def test_files_are_joined_like_sheets(importer: Any, table: Actor) -> None:
    book = importer(table)
    book.run(
        book.csv("a.csv", "客户名称,地址\n公司A,北京市\n"), book.csv("b.csv", "客户名称,备注\n公司Ａ,好\n公司B,新\n")
    )
    assert [(one.name, one.address, one.remark) for one in Customer.objects.order_by("id")] == [
        ("公司A", "北京市", "好"), ("公司B", None, "新"),
    ]  # fmt: skip


def test_the_first_of_two_values_stays_and_that_is_told(importer: Any, table: Actor) -> None:
    row = importer(table).rows(["客户名称", "备注", "地址"], ["公司A", "一", None], ["公司A", "二", "北京市"])
    one = Customer.objects.get()
    assert (one.remark, one.address) == ("一", "北京市")
    assert told(row) == [(3, "备注", "二", "kept_first")]
    assert counts(row) == {"rows": 2, "create": 1, "update": 1}


def test_the_last_of_two_values_stays_where_it_overwrites(importer: Any, table: Actor) -> None:
    importer(table).rows(["客户名称", "备注"], ["公司A", "一"], ["公司A", "二"], on_match="overwrite")
    assert Customer.objects.get().remark == "二"


def test_one_name_with_two_codes_is_two_companies(importer: Any, table: Actor) -> None:
    rows = (["客户名称", "统一社会信用代码"], ["公司A", CODE], ["公司A", OTHER_CODE], ["别名", CODE])
    row = importer(table).rows(*rows)
    assert set(Customer.objects.values_list("name", "credit_code")) == {("公司A", CODE), ("公司A", OTHER_CODE)}
    assert told(row) == [(4, "客户名称", "别名", "kept_first")]
    assert counts(importer(table).planned(*rows))["same"] == 3


def test_records_are_found_by_code_then_name(importer: Any, table: Actor) -> None:
    importer(table).rows(["客户名称", "统一社会信用代码"], ["旧名", CODE], ["公司B", None], ["公司C", OTHER_CODE])
    row = importer(table).rows(
        ["客户名称", "统一社会信用代码", "备注"],
        ["新名", CODE, "一"],
        ["公司ｂ", None, "二"],
        ["公司C", "123", "三"],
    )
    assert dict(Customer.objects.values_list("name", "remark")) == {"旧名": "一", "公司B": "二", "公司C": "三"}
    assert told(row)[0][3] == "credit_code"  # the third code is none: its name counts


def test_another_code_is_another_company(importer: Any, table: Actor) -> None:
    importer(table).rows(["客户名称", "统一社会信用代码"], ["公司A", CODE])
    row = importer(table).rows(["客户名称", "统一社会信用代码"], ["公司A", OTHER_CODE])
    assert counts(row) == {"rows": 1, "create": 1}


def test_a_number_counts_where_the_name_agrees(importer: Any, table: Actor) -> None:
    importer(table).rows(["客户名称"], ["公司A"], ["公司A同名"])
    importer(table).rows(["客户名称"], ["公司A"], on_match="create")  # C003, the same name
    row = importer(table).rows(
        ["客户编号", "客户名称", "备注"], ["C003", "公司A", "第三"], ["C001", "公司A", "第一"], ["C002", "别人", "新"]
    )
    assert {one.number: one.remark for one in Customer.objects.all()} == {
        "C001": "第一", "C002": None, "C003": "第三", "C004": "新",
    }  # fmt: skip
    assert told(row) == [(4, "客户编号", "C002", "number_taken")]


def test_a_number_that_is_there_twice_goes_to_the_first(importer: Any, table: Actor) -> None:
    row = importer(table).rows(["编号", "客户名称"], ["C001", "公司A"], ["C001", "公司B"], [None, "公司C"])
    assert told(row) == [(3, "编号", "C001", "number_taken")]
    assert {one.name: one.number for one in Customer.objects.all()} == {
        "公司A": "C001", "公司B": "C002", "公司C": "C003",
    }  # fmt: skip


def test_automatic_numbers_make_way_for_those_of_the_file(importer: Any, table: Actor) -> None:
    importer(table).rows(
        ["编号", "客户名称"],
        [None, "公司A"],
        ["C001", "公司B"],
        ["C002", "公司C"],
        ["C003", "公司D"],
        ["C004", "公司E"],
    )
    assert Customer.objects.get(name="公司B").number == "C001"
    assert Customer.objects.get(name="公司A").number == "C005"


def test_a_sheet_without_names_finds_records_by_number(importer: Any, table: Actor) -> None:
    importer(table).rows(["客户名称"], ["公司A"], ["公司B"])
    row = importer(table).rows(["客户编号", "备注"], ["C002", "好"], ["C009", "谁"], [None, "没有"])
    assert Customer.objects.get(name="公司B").remark == "好"
    assert counts(row) == {"rows": 3, "update": 1, "reject": 2}


def test_several_records_of_one_name_are_told(importer: Any, table: Actor) -> None:
    importer(table).rows(["客户名称", "备注"], ["公司A", "一"], ["公司A", "二"], on_match="create")
    row = importer(table).planned(["客户名称", "备注", "地址"], ["公司A", "二", "北京市"])
    assert told(row) == [(2, "客户名称", "公司A", "several_match")]
    assert counts(row) == {"rows": 1, "reject": 1}  # never guessed
    # What says nothing new is the one that says it, and nobody has to choose.
    assert counts(importer(table).planned(["客户名称", "备注"], ["公司A", "二"])) == {"rows": 1, "same": 1}


class TestOnMatch:
    ROWS = (["客户名称", "备注", "地址", "联系人", "电话"], ["公司A", "新", "北京市", "张三", "010-66551234"])

    @pytest.fixture(autouse=True)
    def there_already(self, importer: Any, table: Actor) -> None:
        importer(table).rows(["客户名称", "备注", "联系人", "邮箱"], ["公司A", "旧", "张三", "z@example.com"])

    def test_fill(self, importer: Any, table: Actor) -> None:
        row = importer(table).rows(*self.ROWS)
        one = Customer.objects.get()
        assert (one.remark, one.address) == ("旧", "北京市")
        assert (one.main_contact.email, one.main_contact.phone) == ("z@example.com", "010-66551234")
        assert row.summary["objects"] == {
            "customers": {"created": 0, "updated": 1},
            "contacts": {"created": 0, "updated": 1},
            "deals": {"created": 0, "updated": 0},
        }

    def test_overwrite(self, importer: Any, table: Actor) -> None:
        importer(table).rows(*self.ROWS, on_match="overwrite")
        assert Customer.objects.get().remark == "新"

    def test_overwriting_leaves_what_the_file_leaves_blank(self, importer: Any, table: Actor) -> None:
        row = importer(table).planned(["客户名称", "备注", "邮箱"], ["公司A", None, "不是邮箱"], on_match="overwrite")
        assert counts(row) == {"rows": 1, "same": 1, "flagged": 1}

    def test_skip(self, importer: Any, table: Actor) -> None:
        row = importer(table).planned(*self.ROWS, on_match="skip")
        assert counts(row) == {"rows": 1, "skip": 1}

    def test_create(self, importer: Any, table: Actor) -> None:
        row = importer(table).rows(*self.ROWS, self.ROWS[1], on_match="create")
        assert counts(row) == {"rows": 2, "create": 2}
        assert Customer.objects.count() == 3

    def test_another_contact_is_no_change_of_the_first(self, importer: Any, table: Actor) -> None:
        importer(table).rows(["客户名称", "联系人", "电话"], ["公司A", "李四", "010-66551234"])
        one = Customer.objects.get()
        assert (one.main_contact.name, one.main_contact.phone) == ("张三", None)
        assert Contact.objects.get(name="李四").phone == "010-66551234"

    def test_overwriting_makes_the_named_contact_the_main_one(self, importer: Any, table: Actor) -> None:
        importer(table).rows(["客户名称", "联系人"], ["公司A", "李四"], on_match="overwrite")
        assert Customer.objects.get().main_contact.name == "李四"
        importer(table).rows(["客户名称", "联系人"], ["公司A", "张三"], on_match="overwrite")
        assert Customer.objects.get().main_contact.name == "张三"
        assert Contact.objects.count() == 2

    def test_a_phone_without_a_name_goes_to_the_main_contact(self, importer: Any, table: Actor) -> None:
        importer(table).rows(["客户名称", "电话"], ["公司A", "010-66551234"])
        assert Contact.objects.get().phone == "010-66551234"

    def test_a_valid_value_replaces_a_marked_one(self, importer: Any, table: Actor) -> None:
        importer(table).rows(["客户名称", "下次跟进日期"], ["公司A", "看情况"])
        assert Customer.objects.get().invalid
        importer(table).rows(["客户名称", "下次跟进日期"], ["公司A", "2026-12-01"])
        one = Customer.objects.get()
        assert (str(one.next_follow_up), one.invalid) == ("2026-12-01", {})


class TestMatchByField:
    def test_by_name_only(self, importer: Any, table: Actor) -> None:
        importer(table).rows(["客户名称", "统一社会信用代码"], ["公司A", CODE])
        row = importer(table).planned(
            ["客户名称", "统一社会信用代码"], ["公司B", CODE], ["公司A", OTHER_CODE], match="name"
        )
        assert counts(row) == {"rows": 2, "create": 1, "same": 1}

    def test_by_a_field_without_index(self, importer: Any, table: Actor) -> None:
        importer(table).rows(["客户名称", "网站"], ["公司A", "https://a.example.com"], ["公司B", None])
        row = importer(table).rows(
            ["客户名称", "网站", "备注"],
            ["改名了", "https://A.example.com", "好"],
            ["公司B", None, "谁"],
            match="website",
        )
        assert Customer.objects.get(name="公司A").remark == "好"
        assert counts(row) == {"rows": 2, "create": 1, "update": 1}

    def test_by_what_stands_behind_a_lookup(self, importer: Any, table: Actor) -> None:
        importer(table).rows(["客户名称", "联系人", "手机"], ["公司A", "张三", "13800001234"])
        row = importer(table).rows(
            ["客户名称", "手机", "备注"], ["公司A（新）", "13800001234", "好"], match="main_contact.mobile"
        )
        assert counts(row) == {"rows": 1, "update": 1}
        assert Customer.objects.get().remark == "好"

    def test_by_a_user_defined_field(self, importer: Any, table: Actor) -> None:
        row = importer(table).rows(["客户名称", "微信号"], ["公司A", "wx_1"], new_fields=True)
        key = row.made_fields["new:微信号"]
        again = importer(table).planned(["客户名称", "微信号"], ["别名", "WX_1"], ["公司A", "wx_2"], match=key)
        assert counts(again) == {"rows": 2, "create": 1, "same": 1}


def test_contacts_are_matched_by_number_or_name_and_phone(importer: Any, table: Actor) -> None:
    rows = (["联系人编号", "联系人", "电话"], ["P001", "张三", "010-66551234"], [None, "张三", "010-66551235"])
    importer(table).rows(*rows, object_key="contacts")
    assert Contact.objects.count() == 2
    again = importer(table).planned(*rows, object_key="contacts")
    assert counts(again) == {"rows": 2, "same": 2}


def test_an_import_finds_only_what_the_person_sees(importer: Any, table: Actor, bob: Actor, charlie: Actor) -> None:
    importer(bob).rows(["客户编号", "客户名称", "统一社会信用代码", "备注"], ["C001", "公司A", CODE, "秘密"])
    rows = (["客户编号", "客户名称", "统一社会信用代码"], ["C001", "公司A", CODE], ["C777", "公司B", None])
    row = importer(charlie).planned(*rows)
    assert counts(row) == {"rows": 2, "create": 2}
    # Whether a number is free would tell of records that are hidden: theirs are never kept.
    assert [one[3] for one in told(row)] == ["number_taken", "number_taken"]
    assert "秘密" not in str(row.summary)
    importer(charlie).apply(row)
    assert {one.owner_id for one in Customer.objects.filter(name="公司A")} == {bob.user_id, charlie.user_id}
    assert Customer.objects.get(owner_id=bob.user_id).remark == "秘密"
