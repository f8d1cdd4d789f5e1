"""A workbook that went out, was edited and came back: compared three ways, chosen from, written as one act."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from importexport.test_traces import exported
from kebu.core import jobs
from kebu.core.errors import KebuError
from kebu.crm.models import Contact, Customer
from kebu.fields import definitions
from kebu.importexport import imports, returning, roundtrip
from kebu.importexport.models import Import
from kebu.records import history, write

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db

FIELDS = ["number", "name", "main_contact.name", "main_contact.phone", "main_deal.amount", "level", "next_follow_up",
          "remark"]  # fmt: skip


class Trip:
    """One workbook on its way: out, edited with openpyxl, back."""

    def __init__(self, importer: Any, actor: Actor, path: Path, **given: Any) -> None:
        self._importer, self.actor = importer, actor
        self.path = exported(actor, path, **{"fields": FIELDS, **given})
        self.id = 0

    def edit(self, change: Callable[[Any], object]) -> Trip:
        book = openpyxl.load_workbook(self.path)
        change(book.active)
        book.save(self.path)
        return self

    def cell(self, page: Any, name: str, title: str) -> Any:
        """The cell of a customer, by the titles that stand there."""
        titles = [cell.value for cell in page[1]]
        row = next(row for row in page.iter_rows(min_row=2) if row[titles.index("客户名称")].value == name)
        return row[titles.index(title)]

    def set(self, name: str, title: str, value: Any) -> Trip:
        return self.edit(lambda page: setattr(self.cell(page, name, title), "value", value))

    def back(self, actor: Actor | None = None, **options: Any) -> dict[str, Any]:
        """Dropped and compared."""
        self.actor = actor or self.actor
        row = self._importer(self.actor).plan(self.path, **options)
        self.id = returning.compare(self.actor, row.pk).pk
        return roundtrip.as_json(self.actor, self.id)

    def again(self) -> dict[str, Any]:
        """Compared anew with what is here."""
        self.id = returning.compare(self.actor, self.id).pk
        return roundtrip.as_json(self.actor, self.id)

    def rows(self, only: str = "all") -> list[dict[str, Any]]:
        return roundtrip.rows(self.actor, self.id, only=only, offset=0, limit=200)["rows"]

    def told(self, only: str = "all") -> list[tuple[Any, ...]]:
        """Kind and title of each row, and of its cells field, state, base, theirs, ours."""
        return [
            (
                row["kind"],
                row["title"],
                *((one["field"], one["state"], one["base"], one["theirs"], one["ours"]) for one in row["cells"]),
            )
            for row in self.rows(only)
        ]

    def choose(self, **what: Any) -> dict[str, Any]:
        return roundtrip.choose(self.actor, self.id, **{"kinds": {}, "rows": [], "cells": [], "typed": []} | what)

    def apply(self) -> dict[str, Any]:
        job = roundtrip.apply(self.actor, self.id)
        assert jobs.work_once(only=job)
        job.refresh_from_db()
        assert job.state == "done", job.error
        return roundtrip.as_json(self.actor, self.id)


@pytest.fixture
def trip(importer: Any, tmp_path: Path) -> Callable[..., Trip]:
    return lambda actor, **given: Trip(importer, actor, tmp_path / "客户.xlsx", **given)


@pytest.fixture
def three(table: Actor) -> Actor:
    for name in ("甲公司", "乙公司", "丙公司"):
        write.create(
            table, "customers",
            {
                "name": name, "level": "重要客户", "next_follow_up": "2026-12-01", "remark": "老客户",
                "main_contact.name": "张三", "main_contact.phone": "13800001234", "main_deal.title": "项目",
                "main_deal.amount": "1200000",
            },
        )  # fmt: skip
    return table


def change(actor: Actor, which: str, **values: Any) -> None:
    pk = Customer.objects.get(name=which).pk
    write.update(actor, "customers", pk, {key.replace("__", "."): value for key, value in values.items()},
                 expected_version=None)  # fmt: skip


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(KebuError) as told:
        yield
    assert told.value.code == code


def rows_of(counts: dict[str, Any]) -> dict[str, int]:
    return {key: value for key, value in counts["counts"]["rows"].items() if value}


def chosen(counts: dict[str, Any]) -> dict[str, int]:
    return {key: value for key, value in counts["counts"]["chosen"].items() if value}


def test_nothing_is_different_in_a_file_that_nobody_edited(three: Actor, trip: Any) -> None:
    found = trip(three).back()
    assert (rows_of(found), chosen(found), found["compared"], found["skipped"]) == ({}, {}, 3, [])


def test_their_edits_ours_and_both(three: Actor, bob: Actor, trip: Any) -> None:
    out = trip(three)
    out.set("甲公司", "备注", "他们改的").set("乙公司", "备注", "他们也改")
    change(three, "乙公司", remark="这里改的")
    change(three, "丙公司", level="一般客户")
    change(three, "甲公司", level="一般客户")
    found = out.back()
    assert rows_of(found) == {"all": 3, "conflict": 1, "edit": 1, "here": 1}
    assert out.told() == [
        ("conflict", "乙公司", ("remark", "conflict", "老客户", "他们也改", "这里改的")),
        ("edit", "甲公司", ("level", "here", "重要客户", "重要客户", "一般客户"), ("remark", "edit", "老客户", "他们改的", "老客户")),
        ("here", "丙公司", ("level", "here", "重要客户", "重要客户", "一般客户")),
    ]  # fmt: skip
    (cell,) = out.rows("conflict")[0]["cells"]
    assert (cell["by"], cell["via"], cell["choice"]) == ("Alice", "table", None)
    assert chosen(found) == {"cells": 1, "changed": 1, "open": 1}
    done = out.apply()
    assert (done["state"], done["kept"]) == ("done", 0)
    assert imports.as_json(three, imports.find(three, out.id))["way"] == "compare"
    assert dict(Customer.objects.values_list("name", "remark")) == {
        "甲公司": "他们改的", "乙公司": "这里改的", "丙公司": "老客户",
    }  # fmt: skip
    assert history.undo(three, done["change_set"])["undone"] == 1
    assert Customer.objects.get(name="甲公司").remark == "老客户"
    assert out.told() and roundtrip.as_json(three, out.id)["state"] == "undone"


def test_the_same_file_a_second_time_says_that_nothing_is_different(three: Actor, trip: Any) -> None:
    out = trip(three).set("甲公司", "备注", "新").set("乙公司", "电话", "13911112222").set("丙公司", "金额", 5)
    out.back()
    out.apply()
    assert Contact.objects.get(customer__name="乙公司").phone == "13911112222"
    found = out.back()
    assert (rows_of(found), chosen(found)) == ({}, {})
    with refused("nothing_to_import"):
        roundtrip.apply(three, out.id)


def test_values_compare_by_meaning(three: Actor, trip: Any) -> None:
    out = trip(three)

    def spell(page: Any) -> None:
        for name, title, value in (
            ("甲公司", "下次跟进日期", "2026年12月1日"),
            ("乙公司", "下次跟进日期", "2026/12/1"),
            ("甲公司", "金额", "120万"),
            ("乙公司", "金额", "1,200,000.00"),
            ("甲公司", "电话", "138 0000 1234"),
            ("甲公司", "备注", "老客户  \n"),
            ("丙公司", "备注", " 老客户"),
        ):
            out.cell(page, name, title).value = value
        page["G2"].number_format = "dd.mm.yy"

    found = out.edit(spell).back()
    assert (rows_of(found), out.told()) == ({}, [])


def test_rows_may_be_sorted_filtered_moved_and_columns_too(three: Actor, trip: Any) -> None:
    out = trip(three)

    def shuffle(page: Any) -> None:
        rows = [[cell.value for cell in row] for row in page.iter_rows()]
        head, body = rows[0], rows[1:]
        body.reverse()
        order = [7, 8, 3, 1, 0, 5, 4]  # the date is gone, so is the contact's name; all others stand elsewhere
        head[7] = "备忘"  # renamed
        page.delete_rows(1, 9)
        page.append(["导出于昨天"])
        page.append([])
        for row in [head, *body]:
            page.append([row[place] for place in order] + (["自己加的一列"] if row is head else ["x"]))

    out.edit(shuffle)
    found = out.back()
    assert (rows_of(found), found["compared"]) == ({}, 3)
    assert found["skipped"] == [
        {"column": "自己加的一列", "code": "unknown_column", "message": "不是导出时的列，不会动它"}
    ]
    out.edit(lambda page: setattr(page["A4"], "value", "改了")).back()
    assert [row[0] for row in out.told()] == ["edit"]


def test_new_rows_and_removed_ones(three: Actor, trip: Any) -> None:
    out = trip(three)

    def rows(page: Any) -> None:
        page.delete_rows(2)
        page.append([None, "丁公司", "李四", None, 8, "一般客户", None, "新来的"])
        page.append([None, None, None, None, None, None, None, "没有名称"])

    gone = openpyxl.load_workbook(out.path).active["B2"].value
    found = out.edit(rows).back()
    assert rows_of(found) == {"all": 3, "new": 2, "removed": 1, "problems": 1}
    assert chosen(found) == {"created": 1, "open": 1}
    assert [(row["kind"], row["title"], row["choice"]) for row in out.rows()] == [
        ("new", "丁公司", "theirs"), ("new", "", None), ("removed", gone, "mine"),
    ]  # fmt: skip
    (problem,) = [cell for cell in out.rows("problems")[0]["cells"] if cell["problem"]]
    assert (problem["field"], problem["problem"]["code"]) == ("name", "required")
    done = out.apply()
    made = Customer.objects.get(name="丁公司")
    assert (made.main_contact.name, made.remark) == ("李四", "新来的")
    assert Customer.objects.filter(deleted_at=None).count() == 4
    history.undo(three, done["change_set"])
    assert Customer.objects.filter(deleted_at=None).count() == 3

    redone = out.back()
    assert rows_of(redone) == {"all": 3, "new": 2, "removed": 1, "problems": 1}
    place = out.rows("new")[1]["place"]
    out.choose(typed=[{"place": place, "field": "name", "value": "戊公司"}], kinds={"removed": "theirs"})
    assert chosen(roundtrip.as_json(three, out.id)) == {"created": 2, "deleted": 1}
    out.apply()
    assert set(Customer.objects.filter(deleted_at=None).values_list("name", flat=True)) == {
        "甲公司", "乙公司", "丙公司", "丁公司", "戊公司",
    } - {gone}  # fmt: skip


def test_rows_that_were_added_are_new_once(three: Actor, trip: Any) -> None:
    out = trip(three)
    out.edit(lambda page: page.append([None, "丁公司", "李四", None, 8, "一般客户", "2026-12-24", "新来的"]))
    out.edit(lambda page: page.append([None, "甲公司", None, None, None, None, None, "同名的另一家"]))
    found = out.back()
    assert (rows_of(found), chosen(found)) == ({"all": 2, "new": 2, "problems": 1}, {"created": 1, "open": 1})
    assert [(row["word"], row["title"], row["choice"]) for row in out.rows()] == [
        ("", "丁公司", "theirs"), ("namesake", "甲公司", None),
    ]  # fmt: skip
    out.choose(rows=[{"place": 1, "choice": "theirs"}])
    out.apply()
    assert Customer.objects.filter(name="甲公司").count() == 2
    assert rows_of(out.back()) == {}


def test_who_writes_between_comparing_and_applying_loses_nothing(three: Actor, trip: Any) -> None:
    out = trip(three).set("甲公司", "备注", "他们").set("乙公司", "备注", "他们").set("丙公司", "电话", "13911112222")
    out.edit(lambda page: None)
    out.back()
    change(three, "甲公司", remark="刚刚")
    change(three, "丙公司", main_contact__phone="13700000000")
    done = out.apply()
    assert (done["kept"], Customer.objects.get(name="甲公司").remark) == (2, "刚刚")
    assert Customer.objects.get(name="乙公司").remark == "他们"
    before = out.id
    assert rows_of(out.again()) == {"all": 2, "conflict": 2}
    assert out.id != before
    assert sorted(out.told()) == [
        ("conflict", "丙公司", ("main_contact.phone", "conflict", "13800001234", "13911112222", "13700000000")),
        ("conflict", "甲公司", ("remark", "conflict", "老客户", "他们", "刚刚")),
    ]
    out.choose(kinds={"conflict": "theirs"})
    assert out.apply()["kept"] == 0
    assert Customer.objects.get(name="甲公司").remark == "他们"
    assert rows_of(out.again()) == {}


def test_all_of_a_kind_a_row_a_cell(three: Actor, trip: Any) -> None:
    out = trip(three)
    for name in ("甲公司", "乙公司", "丙公司"):
        out.set(name, "备注", "他们").set(name, "客户等级", "一般客户")
        change(three, name, remark="这里")
    found = out.back()
    assert (rows_of(found), chosen(found)) == ({"all": 3, "conflict": 3}, {"cells": 3, "changed": 3, "open": 3})
    assert chosen(out.choose(kinds={"conflict": "theirs"})) == {"cells": 6, "changed": 3}
    assert chosen(out.choose(kinds={"conflict": "mine", "edit": "mine"})) == {}
    assert chosen(out.choose(rows=[{"place": 1, "choice": "theirs"}])) == {"cells": 2, "changed": 1}
    one = {"place": 1, "field": "remark", "choice": "mine"}
    assert chosen(out.choose(cells=[one])) == {"cells": 1, "changed": 1}
    assert chosen(out.choose(cells=[one | {"place": 2, "choice": "theirs"}])) == {"cells": 2, "changed": 2}
    assert chosen(out.choose(kinds={"edit": "theirs"}))["cells"] == 4
    for wrong in (
        {"cells": [one | {"place": 3}]},
        {"cells": [one | {"field": "name"}]},
        {"cells": [one | {"field": "password"}]},
        {"rows": [{"place": 99, "choice": "mine"}]},
        {"typed": [{"place": 0, "field": "name", "value": "x"}]},
    ):
        with refused("not_found"):
            out.choose(**wrong)
    out.apply()
    with refused("import_started"):
        out.choose(kinds={"edit": "mine"})


def test_a_value_that_is_none_is_marked_kept_and_mended_in_place(three: Actor, trip: Any) -> None:
    out = trip(three).set("甲公司", "下次跟进日期", "改天").set("乙公司", "客户等级", "钻石客户")
    found = out.back()
    assert rows_of(found) == {"all": 2, "edit": 2, "problems": 1}
    assert chosen(found) == {"cells": 1, "changed": 1, "open": 1}
    (row,) = out.rows("problems")
    (cell,) = row["cells"]
    assert (cell["theirs"], cell["problem"]["code"], cell["choice"]) == ("改天", "date", None)
    typed = {"place": row["place"], "field": "next_follow_up"}
    out.choose(typed=[typed | {"value": "还是改天"}])
    (cell,) = out.rows("problems")[0]["cells"]
    assert (cell["theirs"], cell["problem"]["code"], cell["fixed"]) == ("还是改天", "date", True)
    assert chosen(out.choose(typed=[typed | {"value": "2027-1-5"}])) == {"cells": 2, "changed": 2}
    assert chosen(out.choose(typed=[typed | {"value": None}])) == {"cells": 1, "changed": 1, "open": 1}
    out.choose(typed=[typed | {"value": "27/1/5"}])
    out.apply()
    assert str(Customer.objects.get(name="甲公司").next_follow_up) == "2027-01-05"
    level = definitions.catalog().field("customers", "level")
    assert "钻石客户" in str([choice.labels for choice in level.choices])


def test_what_a_record_cannot_be_without_is_not_taken_away(three: Actor, trip: Any) -> None:
    out = trip(three).set("甲公司", "备注", "他们").set("乙公司", "客户编号", "C999")
    found = out.edit(lambda page: setattr(out.cell(page, "甲公司", "客户名称"), "value", " ")).back()
    assert rows_of(found) == {"all": 1, "edit": 1, "problems": 1}
    assert [(one["column"], one["code"]) for one in found["skipped"]] == [("客户编号", "readonly_column")]
    assert chosen(found) == {"cells": 1, "changed": 1, "open": 1}
    assert out.rows("problems")[0]["cells"][0]["problem"]["code"] == "required"
    assert chosen(out.choose(rows=[{"place": 0, "choice": "theirs"}])) == {"cells": 1, "changed": 1, "open": 1}
    out.apply()
    assert Customer.objects.get(name="甲公司").remark == "他们"


def test_what_is_no_value_may_be_taken_as_it_is_marked(three: Actor, trip: Any) -> None:
    out = trip(three).set("甲公司", "下次跟进日期", "改天")
    out.back()
    out.choose(cells=[{"place": 0, "field": "next_follow_up", "choice": "theirs"}])
    out.apply()
    assert Customer.objects.get(name="甲公司").invalid["next_follow_up"]["text"] == "改天"
    assert rows_of(out.back()) == {}


def test_a_record_that_was_deleted_here_comes_back_on_request(three: Actor, trip: Any) -> None:
    out = trip(three).set("甲公司", "备注", "他们")
    for name in ("甲公司", "乙公司"):
        write.delete(three, "customers", Customer.objects.get(name=name).pk, expected_version=None)
    found = out.back()
    assert (rows_of(found), chosen(found)) == ({"all": 1, "conflict": 1}, {"open": 1})
    assert [(row["word"], row["title"]) for row in out.rows()] == [("gone", "甲公司")]
    assert chosen(out.choose(rows=[{"place": 0, "choice": "mine"}])) == {}
    assert chosen(out.choose(kinds={"conflict": "theirs"})) == {"cells": 1, "restored": 1}
    done = out.apply()
    back = Customer.objects.get(name="甲公司")
    assert (back.deleted_at, back.remark, back.main_contact.deleted_at) == (None, "他们", None)
    history.undo(three, done["change_set"])
    assert Customer.objects.get(name="甲公司").deleted_at is not None


def test_what_others_may_see_a_workbook_does_not_tell(three: Actor, bob: Actor, trip: Any) -> None:
    write.create(bob, "customers", {"name": "李四公司", "remark": "鲍勃的"})
    Customer.objects.filter(name="甲公司").update(owner_id=three.user_id)
    out = trip(three)
    out.set("甲公司", "备注", "猜").set("李四公司", "备注", "他们")
    change(three, "甲公司", remark="只有爱丽丝知道")
    hidden = Customer.objects.exclude(owner_id=None).exclude(owner_id=bob.user_id)
    hidden.update(owner_id=three.user_id)
    found = out.back(bob)
    told = str(out.rows())
    assert "只有爱丽丝知道" not in told and "Alice" not in told
    unseen = out.rows("new")
    assert {row["word"] for row in unseen} == {"unknown"} and len(unseen) == hidden.count()
    assert [row["choice"] for row in unseen] == [None] * len(unseen)
    assert rows_of(found)["edit"] == 1 and "removed" not in rows_of(found)
    # Neither does it tell who is not there: a row that was taken out is not missed where nobody saw it.
    out.edit(lambda page: page.delete_rows(out.cell(page, "甲公司", "客户名称").row))
    assert "removed" not in rows_of(out.back(bob))
    assert rows_of(out.back(three))["removed"] == 1


def test_ids_and_versions_that_somebody_changed_are_those_of_new_rows(three: Actor, trip: Any) -> None:
    out = trip(three)

    def forge(page: Any) -> None:
        for row, wrong in ((2, "1.1~aaaaaaaa"), (3, page["I4"].value.replace(".", "9.", 1)), (4, "x" * 300)):
            page[f"I{row}"].value = wrong
            page[f"H{row}"].value = "改"

    found = out.edit(forge).back()
    assert rows_of(found) == {"all": 6, "new": 3, "removed": 3, "problems": 3}
    assert {row["word"] for row in out.rows("new")} == {"unknown"}
    assert chosen(found) == {"open": 3}
    with refused("nothing_to_import"):
        roundtrip.apply(three, out.id)


def test_a_row_that_was_copied_is_a_new_one(three: Actor, trip: Any) -> None:
    out = trip(three)

    def copy(page: Any) -> None:
        for source, name in ((2, "复印公司"), (3, None)):
            values = [cell.value for cell in page[source]]
            page.append([None, name or values[1], *values[2:]])
        page["A6"].value = page["A3"].value

    found = out.edit(copy).back()
    assert (rows_of(found), chosen(found)) == ({"all": 1, "new": 1, "problems": 1}, {"open": 1})
    assert [(row["word"], row["title"]) for row in out.rows()] == [("copied", "复印公司")]


def test_a_workbook_without_its_hidden_column_is_one_as_any(three: Actor, trip: Any, importer: Any) -> None:
    out = trip(three)
    out.edit(lambda page: page.delete_cols(9))
    with refused("not_from_here"):
        out.back()
    row = importer(three).plan(out.path)
    assert (row.state, row.way) == (Import.State.PLANNED, "")


def test_computed_columns_are_left_alone(three: Actor, trip: Any) -> None:
    out = trip(three, fields=["name", "created_at", "remark"])
    out.edit(lambda page: setattr(page["B2"], "value", "2000-01-01"))
    found = out.back()
    assert rows_of(found) == {}
    assert [(one["column"], one["code"]) for one in found["skipped"]] == [("创建时间", "readonly_column")]


def test_a_renamed_company_is_no_edit_of_its_contacts(three: Actor, importer: Any, tmp_path: Path) -> None:
    from kebu.importexport import export

    ask, spec = export.spec_of(three, "contacts", None, {"fields": ["name", "customer", "phone"]})
    path = tmp_path / "contacts.xlsx"
    export.write_file(ask, spec, path, export.How(), lambda *_: None)
    change(three, "甲公司", name="甲股份公司")
    row = returning.compare(three, importer(three).plan(path, object_key="contacts").pk)
    assert rows_of(roundtrip.as_json(three, row.pk)) == {}


def test_a_password_and_groups_do_not_matter(three: Actor, importer: Any, tmp_path: Path) -> None:
    from kebu.importexport import export

    ask, spec = export.spec_of(three, "customers", None, {"fields": FIELDS, "group": [{"field": "level"}]})
    path = tmp_path / "geheim.xlsx"
    export.write_file(ask, spec, path, export.How(password="geheim 马"), lambda *_: None)
    row = returning.compare(three, importer(three).plan(path, password="geheim 马").pk)
    found = roundtrip.as_json(three, row.pk)
    assert (rows_of(found), found["compared"]) == ({}, 3)
