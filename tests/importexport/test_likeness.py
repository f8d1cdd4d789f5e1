"""Titles that name the same company, however they are written."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.db import connection

from importexport.conftest import counts
from kebu.core.text import sort_key
from kebu.crm.models import Activity, Contact, Customer, Deal, Task
from kebu.importexport.likeness import spellings_of, title_key
from kebu.records import write

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

ALIKE = [
    ("北京示例科技有限责任公司", "北京示例科技有限公司"),
    ("示例（北京）科技有限公司", "示例(北京)科技有限公司"),
    ("示例 (上海) 贸易有限公司", "示例（上海）贸易有限公司"),
    ("ＡＢＣ科技", "abc科技"),
    ("示例 公司", "示例公司"),
    ("示例公司", "示例\u3000公 司"),
    ("Example Trading Co., Ltd.", "EXAMPLE TRADING CO LTD"),
    ("Example Trading Company Limited", "Example Trading Co.,Ltd"),
    ("Example Inc.", "Example, Inc"),
]
OTHERS = [
    ("北京示例科技有限公司", "上海示例科技有限公司"),
    ("示例股份有限公司", "示例有限公司"),
    ("Example Ltd", "Example Inc"),
    ("Zhang San", "ZhangSan"),
    ("示例一店", "示例二店"),
]


@pytest.mark.once
@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_spellings_of_one_company_are_the_same(one: str, other: str) -> None:
    assert title_key(one) == title_key(other)
    assert one in spellings_of(one)
    assert title_key(one) in {title_key(spelled) for spelled in spellings_of(other)}


@pytest.mark.once
@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_other_companies_stay_others(one: str, other: str) -> None:
    assert title_key(one) != title_key(other)


@pytest.mark.django_db
@pytest.mark.parametrize(("here", "there"), [pair for both in ALIKE for pair in (both, both[::-1])])
def test_a_record_is_found_by_another_spelling(importer: Any, table: Actor, here: str, there: str) -> None:
    importer(table).rows(["客户名称", "备注"], [here, "老"])
    row = importer(table).planned(["客户名称", "备注"], [there, "新"], [there, "新"])
    assert counts(row) == {"rows": 2, "same": 2}
    importer(table).run(*[importer(table).book("b.xlsx", [["客户名称", "备注"], [there, "新"]])], on_match="overwrite")
    assert list(Customer.objects.values_list("name", "remark")) == [(there, "新")]


@pytest.mark.django_db
def test_people_and_deals_are_the_same_within_their_customer(importer: Any, table: Actor) -> None:
    importer(table).rows(["客户名称"], ["示例公司A"], ["示例公司B"])
    people = (
        ["联系人", "客户", "手机", "备注"],
        ["张三", "示例公司A", "13800000001", None],
        ["张三", "示例公司B", "13800000002", None],
        ["李四", None, "13800000003", None],
        ["李四", None, "13800000004", None],
    )
    importer(table).rows(*people, object_key="contacts")
    assert Contact.objects.count() == 4
    # The same file again changes nothing, a newer one changes whom it names.
    assert counts(importer(table).planned(*people, object_key="contacts")) == {"rows": 4, "same": 4}
    later = [[*row[:3], "新"] for row in people[1:]]
    row = importer(table).planned(people[0], *later, ["李四", None, "13900000009", "别人"], object_key="contacts")
    assert counts(row) == {"rows": 5, "update": 4, "create": 1}
    deals = (["合作项目", "客户", "金额"], ["年度合作", "示例公司A", 100], ["年度合作", "示例公司B", 200])
    importer(table).rows(*deals, object_key="deals")
    assert counts(importer(table).planned(*deals, object_key="deals")) == {"rows": 2, "same": 2}
    assert Deal.objects.count() == 2


@pytest.mark.django_db
def test_a_contact_found_by_name_alone_is_nobody(importer: Any, table: Actor) -> None:
    importer(table).rows(["联系人", "手机"], ["张三", "13800000001"], object_key="contacts")
    assert counts(importer(table).planned(["联系人"], ["张三"], object_key="contacts")) == {"rows": 1, "create": 1}


def test_keys_of_names_with_blanks_are_made_anew(importer: Any, table: Actor) -> None:
    Customer.objects.filter(pk=write.create(table, "customers", {"name": "示例 公司"})[0].id).update(
        title_key="shi4示 li4例  gong1公 si1司 "
    )
    for key, title in (("customers", "name"), ("deals", "title"), ("activities", "text"), ("tasks", "subject")):
        write.create(table, key, {title: "示例 A座"})
    kept = Customer.objects.get(name="示例 A座").title_key
    drop_blanks = import_module("kebu.crm.migrations.0009_blanks_in_names").drop_blanks
    drop_blanks(apps, SimpleNamespace(connection=connection))
    assert Customer.objects.get(name="示例 公司").title_key == sort_key("示例公司")
    for model in (Customer, Deal, Activity, Task):
        assert model.objects.filter(title_key=kept).count() == 1
    assert counts(importer(table).planned(["客户名称"], ["示例公司"])) == {"rows": 1, "same": 1}
