"""What people put into cells: the right value, or a message that names row, column, value and remedy."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from importexport.conftest import counts, told
from kebu.core.errors import KebuError, message
from kebu.crm.models import Contact, Customer, Deal
from kebu.fields.registry import catalog

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor
    from kebu.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("2023-01-05", date(2023, 1, 5)),
        ("2023/1/5", date(2023, 1, 5)),
        ("2023年1月5日", date(2023, 1, 5)),
        (datetime(2023, 1, 5, 10, 30), date(2023, 1, 5)),  # noqa: DTZ001  # as a sheet has it
        (44931, date(2023, 1, 5)),
        ("20230105", date(2023, 1, 5)),
        ("无", None),
        ("-", None),
    ],
)
def test_dates(importer: Any, table: Actor, raw: Any, found: date | None) -> None:
    row = importer(table).rows(["客户名称", "下次跟进日期"], ["公司A", raw])
    assert Customer.objects.get().next_follow_up == found
    assert told(row) == []


@pytest.mark.parametrize("raw", ["明天", "+7", "下周一", "10/5"])
def test_words_for_days_are_kept_as_they_are_for_nobody_knows_from_when(importer: Any, table: Actor, raw: str) -> None:
    importer(table).rows(["客户名称", "下次跟进日期"], ["公司A", raw])
    one = Customer.objects.get()
    assert (one.next_follow_up, one.invalid["next_follow_up"]["text"]) == (None, raw)


def test_a_column_says_in_which_order_its_dates_are(importer: Any, table: Actor) -> None:
    importer(table).rows(["客户名称", "下次跟进日期"], ["公司A", "03/04/2023"], ["公司B", "25/04/2023"])
    assert Customer.objects.get(name="公司A").next_follow_up == date(2023, 4, 3)


@pytest.mark.parametrize(
    ("raw", "minor"),
    [
        ("100万", 1_000_000_00),
        ("1.2亿", 120_000_000_00),
        ("¥1,000", 1_000_00),
        (12.5, 12_50),
        ("(1,234.50)", -1_234_50),
    ],
)
def test_amounts(importer: Any, table: Actor, raw: Any, minor: int) -> None:
    importer(table).rows(["客户名称", "合作项目", "金额"], ["公司A", "项目1", raw])
    assert Deal.objects.get().amount == minor


@pytest.mark.parametrize(
    ("header", "raw", "code", "field"),
    [
        ("下次跟进日期", "2023-13-45", "date", "next_follow_up"),
        ("下次跟进日期", "看情况", "date", "next_follow_up"),
        ("下次跟进日期", "5/6/2023", "ambiguous_date", "next_follow_up"),
        ("金额", "abc", "money", "main_deal.amount"),
        ("邮箱", "contactabc", "email", "main_contact.email"),
        ("电话", "转总机", "phone", "main_contact.phone"),
        ("网站", "javascript:alert(1)", "link", "website"),
        ("统一社会信用代码", "123", "credit_code", "credit_code"),
        ("负责人", "没有这个人", "no_such_person", "owner"),
    ],
)
def test_what_does_not_fit_is_kept_marked_and_told(
    importer: Any, table: Actor, header: str, raw: str, code: str, field: str
) -> None:
    row = importer(table).rows(["客户名称", header], ["公司A", raw], ["公司B", None])
    assert told(row) == [(2, header, raw, code)]
    assert counts(row) == {"rows": 2, "create": 2, "flagged": 1}
    one = Customer.objects.get(name="公司A")
    relation, _, key = field.rpartition(".")
    holder = getattr(one, relation) if relation else one
    assert holder.invalid == {key: {"text": raw, "code": code}}
    for language in ("zh-Hans", "en"):
        assert message(code, language)


def test_phones_in_scientific_notation_and_leading_zeros(importer: Any, table: Actor) -> None:
    book = importer(table)
    book.run(book.csv("phones.csv", "客户名称,手机,电话,备注\n公司A,1.38E+10,0571-88881234转8001,00123\n"))
    one = Customer.objects.get()
    assert one.main_contact.mobile == "13800000000"
    assert one.main_contact.phone == "0571-88881234 ext. 8001"
    assert one.remark == "00123"


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", " #n/a ", "Err:502", "########"])
def test_errors_of_formulas_are_blank_and_told(importer: Any, table: Actor, error: str) -> None:
    book = importer(table)
    row = book.run(book.csv("errors.csv", f"客户名称,下次跟进日期,备注,行业\n公司A,{error},{error},{error}\n"))
    assert [(one[1], one[3]) for one in told(row)] == [
        ("下次跟进日期", "error_cell"), ("备注", "error_cell"), ("行业", "error_cell"),
    ]  # fmt: skip
    one = Customer.objects.get()
    assert (one.next_follow_up, one.remark, one.industry, one.invalid) == (None, None, None, {})


def test_numbers_that_lost_digits_are_told(importer: Any, table: Actor) -> None:
    book = importer(table)
    row = book.planned(["客户名称", "备注", "手机"], ["公司A", 110101199003071234, 13800001234], ["公司B", "x", 1.0])
    assert told(row) == [(2, "备注", "110101199003071000", "digits_lost")]
    text = "客户名称,备注,手机\n公司A,1.10101E+17,1.38E+10\n公司B,110101199003071234,13800001234\n公司C,1E5,1.3800001234E+10\n"
    row = book.run(book.csv("digits.csv", text))
    assert {(one[0], one[1], one[3]) for one in told(row)} == {(2, "手机", "digits_lost"), (2, "备注", "digits_lost")}
    assert Customer.objects.get(name="公司B").remark == "110101199003071234"
    assert Customer.objects.get(name="公司C").main_contact.mobile == "13800001234"


def test_a_column_says_whether_its_commas_are_before_the_decimals(importer: Any, table: Actor) -> None:
    importer(table).rows(
        ["客户名称", "合作项目", "金额"],
        ["公司A", "一", "1.234,50 €"],
        ["公司B", "二", "2.500"],
        ["公司C", "三", "12,5"],
    )
    importer(table).rows(
        ["客户名称", "合作项目", "金额（万元）"], ["公司D", "四", "1,5"], ["公司E", "五", "2"], ["公司F", "六", "1.500"]
    )
    assert {one.name: one.main_deal.amount for one in Customer.objects.all()} == {
        "公司A": 1234_50, "公司B": 2500_00, "公司C": 12_50, "公司D": 15_000_00, "公司E": 20_000_00,
        "公司F": 15_000_000_00,
    }  # fmt: skip


def test_moments_go_by_the_order_and_the_calendar_of_the_file(importer: Any, table: Actor) -> None:
    from kebu.fields import definitions

    key = definitions.add_field(table, "customers", kind="datetime", labels={"en": "Seen at"})
    importer(table).rows(["客户名称", "Seen at"], ["公司A", "13/4/2026 10:30"], ["公司B", "5/6/2026 3:30 PM"])
    assert {one.name: one.extra[key] for one in Customer.objects.all()} == {
        "公司A": "2026-04-13T02:30:00Z", "公司B": "2026-06-05T07:30:00Z",
    }  # fmt: skip


def test_a_row_without_name_is_left_out_and_told(importer: Any, table: Actor) -> None:
    row = importer(table).rows(["客户名称", "电话"], ["公司A", "1"], [None, "2"], ["—", "3"], ["公司B", "4"])
    assert counts(row) == {"rows": 4, "create": 2, "reject": 2}
    assert [(one[0], one[3]) for one in told(row)] == [(3, "no_title"), (4, "no_title")]
    assert Contact.objects.count() == 2


def test_a_name_that_is_too_long_is_left_out(importer: Any, table: Actor) -> None:
    row = importer(table).rows(["客户名称", "电话"], ["长" * 10_001, "1"], ["公司B", "2"])
    assert counts(row) == {"rows": 2, "create": 1, "reject": 1}
    assert told(row)[0][3] == "too_long"


def test_new_choices_are_added_and_told_once(importer: Any, table: Actor) -> None:
    row = importer(table).rows(
        ["客户名称", "行业", "合作阶段"], ["公司A", "航天", "合作中"], ["公司B", "航天 ", "潜在"], ["公司C", "IT", None]
    )
    assert told(row) == [(2, "行业", "航天", "new_choice")]
    assert row.summary["new_choices"] == [{"field": "industry", "value": "航天", "count": 2}]
    field = catalog().field("customers", "industry")
    (choice,) = [one for one in field.choices if "航天" in one.labels.values()]
    assert list(Customer.objects.order_by("id").values_list("industry", flat=True)) == [choice.key, choice.key, "it"]
    assert Customer.objects.get(name="公司A").stage == "active"  # 合作中 is a synonym


def test_choices_behind_a_lookup_are_added_where_they_belong(importer: Any, table: Actor) -> None:
    importer(table).rows(["客户名称", "合作项目", "商机阶段"], ["公司A", "项目1", "试用中"])
    field = catalog().field("deals", "stage")
    assert field.choice(Deal.objects.get().stage).labels == {"zh-Hans": "试用中"}


def test_a_column_of_sentences_makes_no_choices(importer: Any, table: Actor) -> None:
    rows = [[f"公司{n}", f"第{n}次展会上由第{n}位朋友介绍认识"] for n in range(40)]
    row = importer(table).rows(["客户名称", "客户来源"], *rows)
    assert row.summary["new_choices"] == []
    assert counts(row) == {"rows": 40, "create": 40, "flagged": 40}
    assert Customer.objects.first().invalid["source"]["code"] == "unknown_choice"


def test_people_by_name_or_address(importer: Any, table: Actor, bob_user: User) -> None:
    importer(table).rows(["客户名称", "负责人"], ["公司A", "bob"], ["公司B", "BOB@example.com"], ["公司C", None])
    assert [one.owner for one in Customer.objects.order_by("id")] == [bob_user, bob_user, None]


def test_tags_and_several_choices_are_split(importer: Any, table: Actor) -> None:
    from kebu.fields import definitions

    key = definitions.add_field(
        table, "customers", kind="choices", labels={"zh-Hans": "产品"}, choices=[{"label": {"zh-Hans": "甲"}}]
    )
    row = importer(table).rows(["客户名称", "标签", "产品"], ["公司A", "老客户，重点;  VIP", "甲、乙、甲"])
    one = Customer.objects.get()
    assert one.tags == ["老客户", "重点", "VIP"]
    labels = [catalog().field("customers", key).choice(choice).labels["zh-Hans"] for choice in one.extra[key]]
    assert labels == ["甲", "乙"]
    assert told(row) == [(2, "产品", "乙", "new_choice")]


def test_records_are_named_by_their_title(importer: Any, table: Actor) -> None:
    importer(table).rows(["客户名称"], ["公司A"], ["同名"])
    importer(table).rows(["客户名称"], ["同名"], on_match="create")
    row = importer(table).rows(
        ["联系人", "客户", "电话"],
        ["张三", "公司a", "1"],
        ["李四", "没这家", "2"],
        ["王五", "同名", "3"],
        ["赵六", "C001", "4"],
        object_key="contacts",
    )
    assert {one.name: one.customer and one.customer.name for one in Contact.objects.all()} == {
        "张三": "公司A", "李四": None, "王五": None, "赵六": "公司A",
    }  # fmt: skip
    assert told(row) == [(3, "客户", "没这家", "unknown_record"), (4, "客户", "同名", "ambiguous_record")]


def test_user_defined_fields_of_every_kind_come_in(importer: Any, table: Actor) -> None:
    from kebu.fields import definitions
    from kebu.fields.types import OWN_KINDS

    raw = {
        "text": "甲", "long_text": "乙", "number": "1,234.5", "money": "12万", "percent": "12%", "date": "2023/1/5",
        "datetime": "2023-01-05 10:30", "choice": "新", "choices": "一,二", "checkbox": "是", "phone": "13800001234",
        "email": "a@example.com", "link": "example.com", "person": "Alice",
    }  # fmt: skip
    assert set(raw) == set(OWN_KINDS)
    keys = {kind: definitions.add_field(table, "customers", kind=kind, labels={"en": f"my {kind}"}) for kind in raw}
    rows = (["客户名称", *(f"my {kind}" for kind in raw)], ["公司A", *raw.values()])
    row = importer(table).rows(*rows)
    extra = Customer.objects.get().extra
    assert counts(row) == {"rows": 1, "create": 1}
    assert (extra[keys["number"]], extra[keys["money"]], extra[keys["percent"]]) == (1234.5, 120_000_00, 0.12)
    assert (extra[keys["date"]], extra[keys["datetime"]]) == ("2023-01-05", "2023-01-05T02:30:00Z")
    assert (extra[keys["checkbox"]], extra[keys["person"]]) == (True, table.user_id)
    assert len(extra[keys["choices"]]) == 2
    assert counts(importer(table).planned(*rows)) == {"rows": 1, "same": 1}


def test_new_fields_need_the_right_to_add_them(importer: Any, table: Actor, bob: Actor) -> None:
    with pytest.raises(KebuError) as refused:
        importer(bob).planned(["客户名称", "微信号"], ["公司A", "x"], new_fields=True)
    assert refused.value.status == 403


def test_readonly_people_do_not_import(importer: Any, table: Actor, rita: Actor) -> None:
    with pytest.raises(KebuError) as refused:
        importer(rita).planned(["客户名称"], ["公司A"])
    assert refused.value.code == "not_allowed"


@pytest.mark.parametrize("options", [{"match": "nonsense"}, {"match": "stage"}, {"on_match": "merge"}])
def test_unknown_options_are_refused(importer: Any, table: Actor, options: dict[str, str]) -> None:
    with pytest.raises(KebuError) as refused:
        importer(table).planned(["客户名称"], ["公司A"], **options)
    assert refused.value.code == "bad_import_option"
