"""What somebody may not write of a workbook that came back: said before he accepts it, neither counted nor written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from importexport.test_roundtrip import Trip, refused
from kebu.accounts import roles
from kebu.accounts.actor import Actor
from kebu.accounts.models import User
from kebu.crm.models import Contact, Customer
from kebu.records import write

pytestmark = pytest.mark.django_db


@pytest.fixture
def trip(importer: Any, tmp_path: Path) -> Callable[..., Trip]:
    return lambda actor, **given: Trip(importer, actor, tmp_path / "客户.xlsx", **given)


@pytest.fixture
def three(table: Actor) -> Actor:
    for name in ("甲公司", "乙公司", "丙公司"):
        whole = {"main_contact.name": "张三", "main_contact.phone": "13800001234", "main_deal.amount": "1200000"}
        write.create(table, "customers", {"name": name, "remark": "老客户", **whole})
    return table


@pytest.fixture
def role(table: Actor, bob: Actor) -> Callable[..., Actor]:
    """Bob with a role that sees all, imports, and otherwise may do what is said of an object."""

    def given(**objects: dict[str, Any]) -> Actor:
        base = {"see": "all", "change": "all", "delete": "all", "create": True, "import": True, "export": True}
        rights = {"*": base} | {key: base | one for key, one in objects.items()}
        roles.change_role(table, "sales", rights={"objects": rights})
        return Actor.of(User.objects.get(pk=bob.user_id))

    return given


def locks(trip: Trip) -> dict[str, str]:
    """Codes by the titles of rows, and of cells as 甲公司/remark."""
    told = {row["title"]: row["locked"]["code"] for row in trip.rows() if row["locked"]}
    return told | {
        f"{row['title']}/{cell['field']}": cell["locked"]["code"]
        for row in trip.rows()
        for cell in row["cells"]
        if cell["locked"]
    }


def test_rows_say_why_they_stay(
    trip: Callable[..., Trip], table: Actor, three: Actor, role: Callable[..., Actor]
) -> None:
    mine = role(customers={"change": "own", "delete": "own", "create": False})
    Customer.objects.filter(name="乙公司").update(owner_id=mine.user_id)
    sent = trip(mine).set("甲公司", "备注", "新的").set("乙公司", "备注", "新的")
    sent.edit(lambda page: page.append([None, "丁公司"]))
    sent.edit(lambda page: page.delete_rows(sent.cell(page, "丙公司", "备注").row))
    told = sent.back(mine)
    assert locks(sent) == {"甲公司": "may_not_change", "丁公司": "may_not_create", "丙公司": "may_not_delete"}
    assert {row["title"] for row in sent.rows("problems")} == {"甲公司", "丁公司", "丙公司"}
    told = sent.choose(kinds={"edit": "theirs", "new": "theirs", "removed": "theirs"})
    assert told["counts"]["chosen"] == {
        "cells": 1, "changed": 1, "open": 0, "created": 0, "deleted": 0, "restored": 0,
    }  # fmt: skip
    # Said of the row itself, it stays all the same.
    place = next(row["place"] for row in sent.rows() if row["title"] == "甲公司")
    assert sent.choose(rows=[{"place": place, "choice": "theirs"}])["counts"]["chosen"]["cells"] == 1
    with refused("not_found"):
        sent.choose(cells=[{"place": place, "field": "remark", "choice": "theirs"}])
    with refused("not_found"):
        sent.choose(typed=[{"place": place, "field": "remark", "value": "anders"}])
    assert sent.apply()["kept"] == 0
    assert set(Customer.objects.filter(deleted_at=None).values_list("name", "remark")) == {
        ("甲公司", "老客户"), ("乙公司", "新的"), ("丙公司", "老客户"),
    }  # fmt: skip


def test_cells_say_why_they_stay(
    trip: Callable[..., Trip], table: Actor, three: Actor, role: Callable[..., Actor]
) -> None:
    write.create(table, "customers", {"name": "丁公司"})
    mine = role(customers={"fields": {"remark": "once"}}, contacts={"change": "none"}, deals={"create": False})
    sent = trip(mine).set("甲公司", "备注", "新的").set("丁公司", "备注", "新的").set("甲公司", "电话", "13900000000")
    sent.set("丁公司", "金额", "300").set("甲公司", "下次跟进日期", "2026-12-05")
    told = sent.back(mine)
    assert locks(sent) == {
        "甲公司/remark": "once_kept",
        "甲公司/main_contact.phone": "may_not_change_behind",
        "丁公司/main_deal.amount": "may_not_create_behind",
    }
    assert told["counts"]["chosen"] | {"created": 0} == {
        "cells": 2, "changed": 2, "open": 0, "created": 0, "deleted": 0, "restored": 0,
    }  # fmt: skip
    reason = next(cell["locked"] for row in sent.rows() for cell in row["cells"] if cell["field"].endswith("amount"))
    assert "商机" in reason["message"] or "合作" in reason["message"]
    assert sent.apply()["kept"] == 0
    remarks = dict(Customer.objects.values_list("name", "remark"))
    assert (remarks["甲公司"], remarks["丁公司"]) == ("老客户", "新的")
    assert set(Contact.objects.values_list("phone", flat=True)) == {"13800001234"}


def test_what_was_deleted_here_comes_back_only_where_one_may(
    trip: Callable[..., Trip], table: Actor, three: Actor, role: Callable[..., Actor]
) -> None:
    mine = role(customers={"delete": "none"})
    sent = trip(mine).set("甲公司", "备注", "新的")
    write.delete(table, "customers", Customer.objects.get(name="甲公司").pk, expected_version=None)
    told = sent.back(mine)
    assert locks(sent) == {"甲公司": "may_not_restore"}
    assert told["counts"]["chosen"]["open"] == 0
    assert sent.choose(kinds={"conflict": "theirs"})["counts"]["chosen"]["restored"] == 0
    with refused("nothing_to_import"):
        sent.apply()


def test_people_are_attached_only_to_customers_that_one_may_change(
    trip: Callable[..., Trip], table: Actor, three: Actor, role: Callable[..., Actor]
) -> None:
    mine = role(customers={"change": "own"})
    Customer.objects.filter(name="乙公司").update(owner_id=mine.user_id)
    sent = trip(mine, object_key="contacts", fields=["name", "customer"])
    sent.edit(lambda page: (page.append(["李四", "甲公司"]), page.append(["王五", "乙公司"])))
    assert sent.back(mine)["counts"]["chosen"]["created"] == 1
    assert locks(sent) == {"李四": "may_not_attach"}
    sent.apply()
    assert Contact.objects.get(name="王五").customer.name == "乙公司"
    assert not Contact.objects.filter(name="李四").exists()
