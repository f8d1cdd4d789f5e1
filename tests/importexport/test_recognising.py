"""By what rows know records that are there: one mark after the other, several fields together, never a guess."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from importexport.conftest import counts, told
from kebu.core.errors import KebuError
from kebu.crm.models import Contact, Customer
from kebu.importexport import imports
from kebu.importexport.likeness import is_kin, phone_key, phone_spellings

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db
CODE = "91110000600037341L"


def known(actor: Actor, row: Any) -> list[tuple[str, str, list[str]] | None]:
    """Of each row what becomes of it, the number of the record that is there, and by what it is known."""
    shown = imports.rows(actor, row.pk, only="all", offset=0, limit=100)["rows"]
    return [(one["action"], one["known"]["number"], one["known"]["by"]) if one["known"] else None for one in shown]


def test_one_mark_after_the_other(importer: Any, table: Actor) -> None:
    importer(table).rows(
        ["客户名称", "统一社会信用代码", "联系人", "电话", "邮箱"],
        ["示例一号有限公司", CODE, None, None, None],
        ["示例医疗", None, "张三", "010-66551234", None],
        ["示例教育", None, "李四", None, "Li@example.com"],
        ["示例物流", None, None, None, None],
    )
    row = importer(table).planned(
        ["编号", "客户名称", "统一社会信用代码", "电话", "邮箱", "备注"],
        ["C004", "示例物流", None, None, None, "编号"],
        [None, "改了名", CODE, None, None, "代码"],
        [None, "深圳示例医疗有限公司", None, "(010) 6655 1234", None, "电话"],
        [None, "示例教育集团", None, None, "li@EXAMPLE.com", "邮箱"],
        [None, "示例 新的", None, None, None, "新"],
    )
    assert known(table, row) == [
        ("update", "C004", ["number"]),
        ("update", "C001", ["credit_code"]),
        ("update", "C002", ["main_contact.phone"]),
        ("update", "C003", ["main_contact.email"]),
        None,
    ]
    assert row.summary["matched"] == [
        {"by": [key], "count": 1} for key in ("credit_code", "main_contact.email", "main_contact.phone", "number")
    ]
    assert counts(row) == {"rows": 5, "update": 4, "create": 1}


def test_a_mobile_number_is_found_in_either_column(importer: Any, table: Actor) -> None:
    importer(table).rows(["客户名称", "联系人", "手机"], ["示例医疗", "张三", "13800001234"])
    row = importer(table).planned(["客户名称", "电话", "备注"], ["示例医疗有限公司", "+86 138-0000-1234", "好"])
    assert known(table, row) == [("update", "C001", ["main_contact.phone"])]


def test_another_name_with_the_same_phone_stays_another(importer: Any, table: Actor) -> None:
    importer(table).rows(["客户名称", "联系人", "电话"], ["示例医疗", "张三", "010-66551234"])
    row = importer(table).planned(["客户名称", "电话"], ["远山贸易", "010-66551234"])
    assert counts(row) == {"rows": 1, "create": 1}
    assert told(row) == [(2, "客户名称", "远山贸易", "same_contact")]
    assert "C001" in imports.as_json(table, row)["problems"][0]["message"]


def test_the_only_one_that_something_else_speaks_for(importer: Any, table: Actor) -> None:
    importer(table).rows(
        ["客户名称", "联系人", "手机"],
        ["示例医疗", "张三", "13800001234"],
        ["示例医疗", "李四", "13900001234"],
        on_match="create",
    )
    row = importer(table).planned(["客户名称", "手机", "备注"], ["示例医疗", "13900001234", "好"])
    assert known(table, row) == [("update", "C002", ["name", "main_contact.mobile"])]


def test_who_it_is_a_person_says(importer: Any, table: Actor) -> None:
    importer(table).rows(["客户名称", "备注"], ["示例医疗", "一"], ["示例医疗", "二"], on_match="create")
    row = importer(table).planned(["客户名称", "简称"], ["示例医疗", "医"], ["示例医疗", "医"])
    [first, second] = imports.rows(table, row.pk, only="all", offset=0, limit=9)["rows"]
    assert (first["action"], first["rivals"], second["action"]) == ("reject", ["C001", "C002"], "reject")
    assert "C001, C002" in first["problems"][0]["message"]
    step = {"kind": "row", "file": 0, "sheet": 0, "row": 2, "action": None, "record": "C002"}
    row = imports.change(table, row.pk, fixes=[step])
    assert known(table, row)[0] == ("update", "C002", ["chosen"])
    importer(table).apply(row)
    assert dict(Customer.objects.values_list("number", "short_name")) == {"C001": None, "C002": "医"}


def test_duplicates_in_the_file_are_found_by_the_same_marks(importer: Any, table: Actor) -> None:
    row = importer(table).planned(
        ["客户名称", "手机", "邮箱"],
        ["示例医疗", "13800001234", None],
        ["深圳示例医疗有限公司", "138 0000 1234", None],
        ["远山贸易", "13800001234", None],
        ["示例一店", None, "a@example.com"],
        ["示例二店", None, "a@example.com"],
    )
    assert counts(row) == {"rows": 5, "create": 4, "same": 1}


class TestSeveralFieldsTogether:
    @pytest.fixture(autouse=True)
    def there_already(self, importer: Any, table: Actor) -> None:
        importer(table).rows(
            ["客户名称", "地址", "联系人", "手机"],
            ["示例连锁", "广东省深圳市南山区一路1号", "张三", "13800001234"],
            ["示例连锁", "广东省广州市天河区二路2号", "李四", "13900001234"],
            ["示例连锁", None, None, None],
            on_match="create",
        )

    def test_name_and_city(self, importer: Any, table: Actor) -> None:
        row = importer(table).planned(
            ["客户名称", "地址", "备注"],
            ["示例 连锁", "广州市", "好"],
            ["示例连锁", "深圳市", "好"],
            ["示例连锁", None, "空"],
            ["示例连锁", "北京市", "新"],
            ["示例连锁", "深圳市", "好"],
            match=["name", "city"],
        )
        assert known(table, row) == [
            ("update", "C002", ["name", "city"]),
            ("update", "C001", ["name", "city"]),
            None,
            None,
            ("same", "C001", ["name", "city"]),
        ]
        assert counts(row) == {"rows": 5, "update": 2, "create": 2, "same": 1}

    def test_with_what_stands_behind_a_lookup(self, importer: Any, table: Actor) -> None:
        row = importer(table).planned(
            ["客户名称", "联系人", "手机", "备注"],
            ["示例连锁", "李四", "13900001234", "好"],
            ["示例连锁", "李四", "13800001234", "别人"],
            match=["main_contact.name", "main_contact.mobile"],
        )
        assert known(table, row) == [("update", "C002", ["main_contact.name", "main_contact.mobile"]), None]

    def test_fields_of_ones_own(self, importer: Any, table: Actor) -> None:
        rows = (["客户名称", "门店", "备注"], ["示例连锁", "一号", "甲"], ["示例连锁", "二号", "乙"])
        row = importer(table).rows(*rows, new_fields=True, on_match="create")
        key = row.made_fields["new:门店"]
        again = importer(table).planned(rows[0], ["示例连锁", "二号", "丙"], match=[key, "name"], on_match="overwrite")
        assert known(table, again) == [("update", "C005", [key, "name"])]

    @pytest.mark.parametrize("match", [["name", "name"], ["name", "nonsense"], [], ["name"] * 9])
    def test_what_cannot_count_together_is_refused(self, importer: Any, table: Actor, match: list[str]) -> None:
        with pytest.raises(KebuError) as caught:
            importer(table).planned(["客户名称"], ["公司A"], match=match)
        assert caught.value.code == "bad_import_option"

    def test_what_may_be_chosen_is_told(self, importer: Any, table: Actor) -> None:
        row = importer(table).planned(["客户名称", "地址", "备注"], ["公司A", "深圳市", "好"])
        assert imports.as_json(table, row)["together"] == ["name", "address", "province", "city", "district"]


def test_others_records_are_not_found_by_phone_or_together(
    importer: Any, table: Actor, bob: Actor, charlie: Actor
) -> None:
    rows = (["客户名称", "地址", "联系人", "手机"], ["示例医疗", "深圳市南山区", "张三", "13800001234"])
    importer(bob).rows(*rows)
    for options in ({}, {"match": ["name", "city"]}, {"match": "main_contact.mobile"}):
        row = importer(charlie).planned(*rows, ["远山贸易", None, None, "13800001234"], **options)
        assert counts(row)["create"] >= 1
        assert told(row) == [] or {one[3] for one in told(row)} == {"kept_first"}
        assert row.summary["matched"] == []


def test_the_number_of_questions_does_not_grow_with_the_rows(importer: Any, table: Actor) -> None:
    header = ["编号", "客户名称", "统一社会信用代码", "手机", "邮箱"]
    importer(table).rows(header, [None, "示例医疗", CODE, "13800001234", "a@example.com"])

    def asked(count: int) -> int:
        rows = [[f"C{n + 7:03}", f"公司{n}", None, f"1390000{n:04}", f"n{n}@example.com"] for n in range(count)]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            importer(table).planned(header, *rows)
        return len(queries)

    assert asked(300) == asked(3)


def test_indexes_find_people_by_what_reaches_them(table: Actor) -> None:
    names = {one.name for one in Contact._meta.indexes}
    assert {"contact_phone", "contact_mobile", "contact_email"} <= names


@pytest.mark.once
def test_telephones_are_compared_without_signs() -> None:
    assert phone_key("(010) 6655-1234") == phone_key("+86 10 66551234".replace("+86 10", "+86010")) == "01066551234"
    assert "010-66551234" in phone_spellings("01066551234")
    assert phone_key("110") is phone_key("00000000") is phone_key("138****1234") is None
    assert phone_key("010-66551234 ext. 12") != phone_key("010-66551234")


@pytest.mark.once
@pytest.mark.parametrize(
    ("one", "other", "kin"),
    [
        ("示例医疗", "深圳示例医疗有限公司", True),
        ("示例医疗（新）", "示例医疗", True),
        ("Example Trading", "Example Trading Co., Ltd.", True),
        ("示例医疗", "远山贸易", False),
        ("示例一店", "示例二店", False),
        ("示例", "示例分公司", False),
        ("公司A", "公司B", False),
    ],
)
def test_titles_that_may_well_be_of_one(one: str, other: str, kin: bool) -> None:
    assert is_kin(one, other) is is_kin(other, one) is kin
