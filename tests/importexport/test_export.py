# ruff: noqa: DTZ001  # cells of a sheet have no zone
"""Exports: what the person may see, typed, safe, and the same when it comes back."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from importexport.conftest import EXAMPLES, counts, shown
from kebu.core import jobs
from kebu.core.jobs import work_once
from kebu.core.models import StoredFile
from kebu.crm.models import Customer
from kebu.fields import definitions
from kebu.importexport import wording
from kebu.records import saved, write

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(door: Any) -> Any:
    """`taken(alice, format=…)`: an export by its job; the answer with the file."""

    def take(who: Actor, **asked: Any) -> Any:
        given = door(who)
        answer = given.post("/exports", {"object": "customers", **asked})
        assert answer.status_code == 200, answer.content
        assert work_once()
        job = given.get(f"/jobs/{answer.json()['job']}").json()
        assert job["state"] == "done", job
        assert set(job["result"]) >= {"file", "name", "rows"}
        return given.get(f"/files/{job['result']['file']}")

    return take


def sheet(answer: Any) -> Any:
    return openpyxl.load_workbook(io.BytesIO(b"".join(answer))).active


def values(answer: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in shown(sheet(answer))]


def lines(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))


def view(actor: Actor, name: str = "全部客户") -> int:
    return next(one.pk for one in saved.seen(actor, "customers") if one.names["zh-Hans"] == name)


def test_a_view_becomes_a_workbook(importer: Any, table: Actor, taken: Any) -> None:
    importer(table).run(EXAMPLES / "合作客户管理表格.xlsx")
    answer = taken(table, view=view(table))
    assert (
        "attachment; filename*=utf-8''%E5%AE%A2%E6%88%B7-%E5%85%A8%E9%83%A8%E5%AE%A2%E6%88%B7-"
        in answer["Content-Disposition"]
    )
    assert (answer["X-Content-Type-Options"], "sandbox" in answer["Content-Security-Policy"]) == ("nosniff", True)
    page = sheet(answer)
    rows = [[cell.value for cell in row] for row in shown(page)]
    assert rows[0] == [
        "客户名称", "联系人", "电话", "邮箱", "地址", "合作项目", "开始日期", "结束日期", "金额", "客户等级", "行业类型",
        "合作阶段", "下次跟进日期", "备注",
    ]  # fmt: skip
    assert rows[1] == [
        "公司A", "张三", "123456789", "zhangsan@example.com", "北京市朝阳区", "项目1", datetime(2023, 1, 1),
        datetime(2023, 6, 30), 1_000_000, "重要客户", "IT", "合作中客户", None, "需要定期跟进",
    ]  # fmt: skip
    assert page.freeze_panes == "B2"
    assert page.title == "客户"
    lists = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in page.data_validations.dataValidation}
    assert "重要客户" in lists["J2"]
    assert page["I2"].number_format == "#,##0.00"
    assert page["G2"].is_date


def test_what_comes_back_is_the_same(importer: Any, table: Actor, taken: Any) -> None:
    book = importer(table)
    book.run(EXAMPLES / "合作客户管理表格.xlsx")
    book.run(EXAMPLES / "企业CRM表格.xlsx")
    for kind in ("xlsx", "csv"):
        for asked in ({"view": view(table)}, {}):
            path = book.folder / f"back.{kind}"
            path.write_bytes(b"".join(taken(table, format=kind, **asked)))
            for on_match in ("fill", "overwrite"):
                row = book.plan(path, on_match=on_match)
                assert counts(row) | {"flagged": 1} == {"rows": 5, "same": 5, "flagged": 1}, (kind, asked, on_match)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+2", "@SUM(1)", "\t=1", "=cmd|' /C calc'!A0", "'quoted", "'=1"])
def test_no_formula_leaves_and_text_comes_back(importer: Any, table: Actor, taken: Any, text: str) -> None:
    write.create(table, "customers", {"name": "公司A", "remark": text, "short_name": text.strip()})
    stored = Customer.objects.get().remark
    (_, row) = lines(taken(table, format="csv", fields=["name", "remark"]))
    assert row[1][0] not in "=+-@\t\r"
    cell = sheet(taken(table, fields=["name", "remark"]))["B2"]
    assert (cell.data_type, cell.value) == ("s", stored)
    book = importer(table)
    for kind in ("xlsx", "csv"):
        path = book.folder / f"back.{kind}"
        path.write_bytes(b"".join(taken(table, format=kind, fields=["name", "remark"])))
        assert counts(book.plan(path, on_match="overwrite")) == {"rows": 1, "same": 1}


def test_every_kind_of_value(importer: Any, table: Actor, taken: Any, bob_user: Any) -> None:
    raw = {
        "number": 1234.5, "percent": "12%", "datetime": "2023-01-05 10:30", "checkbox": True, "choices": ["a", "b"],
        "link": "https://example.com", "person": bob_user.pk, "money": 12.5,
    }  # fmt: skip
    made = {}
    for kind in raw:
        choices = [{"label": {"en": "A"}}, {"label": {"en": "B"}}] if kind == "choices" else ()
        made[kind] = definitions.add_field(table, "customers", kind=kind, labels={"en": f"my {kind}"}, choices=choices)
    write.create(
        table, "customers",
        {"name": "公司A", "tags": ["老", "新"], "next_follow_up": "2026-12-01", "main_contact.email": {"invalid": "x"}}
        | {made[kind]: value for kind, value in raw.items()},
    )  # fmt: skip
    fields = [*made.values(), "tags", "main_contact", "main_contact.email", "owner"]
    (row,) = values(taken(table, fields=fields))[1:]
    assert row == [
        1234.5, 0.12, datetime(2023, 1, 5, 10, 30), True, "A, B", "https://example.com", "Bob", 12.5, "老, 新", None, "x",
        "Alice",
    ]  # fmt: skip
    (line,) = lines(taken(table, fields=fields, format="csv"))[1:]
    assert line[:4] == ["1234.5", "0.12", "2023-01-05 10:30:00", "TRUE"]


def test_filter_sort_and_search_are_those_of_the_view_unless_others_are_given(table: Actor, taken: Any) -> None:
    for name, level in (("华信医疗", "重要客户"), ("远景制造", "一般客户"), ("晨光金融", "重要客户")):
        write.create(table, "customers", {"name": name, "level": level})
    important = view(table, "重要客户")

    def names(**asked: Any) -> list[str]:
        return [line[0] for line in lines(taken(table, format="csv", fields=["name"], **asked))[1:]]

    assert names(view=important) == ["华信医疗", "晨光金融"]
    assert names(view=important, sort=[{"field": "name", "desc": False}]) == ["晨光金融", "华信医疗"]
    assert names(view=important, filter=None) == names(sort=[]) == ["华信医疗", "远景制造", "晨光金融"]
    assert names(search="yuanjing") == ["远景制造"]
    assert names(filter={"field": "level", "op": "is", "value": "normal"}) == ["远景制造"]


def test_only_what_the_person_sees_leaves(importer: Any, table: Actor, bob: Actor, charlie: Actor, taken: Any) -> None:
    write.create(bob, "customers", {"name": "公司A", "remark": "秘密"})
    assert "秘密" not in b"".join(taken(charlie, format="csv")).decode()
    assert "秘密" in b"".join(taken(bob, format="csv")).decode()


def test_a_file_is_its_owners(table: Actor, bob: Actor, door: Any) -> None:
    job = door(table).post("/exports", {"object": "customers"}).json()["job"]
    assert work_once()
    file = door(table).get(f"/jobs/{job}").json()["result"]["file"]
    assert door(table).get(f"/files/{file}").status_code == 200
    assert door(bob).get(f"/files/{file}").status_code == 404
    assert door(bob).get(f"/jobs/{job}").status_code == 404
    assert door(None).get(f"/files/{file}").status_code == 401


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"fields": ["nonsense"]}, (400, "unknown_field")),
        ({"filter": {"field": "nonsense", "op": "is", "value": 1}}, (400, "unknown_field")),
        ({"sort": [{"field": "owner__password"}]}, (400, "unknown_field")),
        ({"object": "secrets"}, (404, "not_found")),
        ({"view": 999_999}, (404, "not_found")),
        ({"format": "exe"}, (400, "invalid_request")),
        ({"user_id": 1}, (400, "invalid_request")),
    ],
)
def test_what_cannot_be_exported_is_refused_at_once(
    table: Actor, door: Any, asked: dict[str, Any], expected: tuple[int, str]
) -> None:
    answer = door(table).post("/exports", {"object": "customers", **asked})
    assert (answer.status_code, answer.json()["error"]["code"]) == expected


def test_a_view_of_another_object_is_refused(table: Actor, door: Any) -> None:
    answer = door(table).post("/exports", {"object": "contacts", "view": view(table)})
    assert answer.json()["error"]["code"] == "bad_view"


def test_a_cancelled_export_leaves_no_file(
    table: Actor, importer: Any, door: Any, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    importer(table).rows(["客户名称"], *([f"公司{n}"] for n in range(5)))
    monkeypatch.setattr(wording, "_ROWS_AT_ONCE", 2)
    monkeypatch.setattr(jobs, "_TELL_SECONDS", 0)
    door(table).post("/exports", {"object": "customers"})
    jobs.cancel(jobs.Job.objects.latest("id"))
    assert work_once()
    assert jobs.Job.objects.latest("id").state == "cancelled"
    assert not StoredFile.objects.exists()
    assert not list((settings.HOME / "files").iterdir())


def test_a_view_may_name_a_field_that_is_gone(table: Actor, taken: Any) -> None:
    key = definitions.add_field(table, "customers", kind="text", labels={"en": "wechat"})
    mine = saved.add(table, "customers", name="我的", spec={"fields": ["name", key]}, shared=False, position=None)
    definitions.delete_field(table, "customers", key)
    assert lines(taken(table, view=mine.pk, format="csv")) == [["客户名称"]]


def test_rights_are_asked_for_again_when_the_job_runs(table: Actor, bob: Actor, door: Any) -> None:
    from kebu.accounts.models import User

    job = door(bob).post("/exports", {"object": "customers"}).json()["job"]
    User.objects.filter(pk=bob.user_id).update(role="readonly")
    assert work_once()
    assert jobs.Job.objects.get(pk=job).error["code"] == "not_allowed"


def test_a_csv_with_numbers_is_known_when_it_comes_back(table: Actor, taken: Any, importer: Any, tmp_path: Any) -> None:
    write.create(table, "customers", {"name": "甲公司", "remark": "老客户"})
    plain = lines(taken(table, format="csv", fields=["name", "remark"]))
    assert plain[0] == ["客户名称", "备注"]
    number = Customer.objects.get(name="甲公司").number
    numbered = lines(taken(table, format="csv", fields=["name", "remark"], numbered=True))
    assert numbered == [["客户编号", "客户名称", "备注"], [number, "甲公司", "老客户"]]
    already = lines(taken(table, format="csv", fields=["name", "number"], numbered=True))
    assert already[0] == ["客户名称", "客户编号"]
    path = tmp_path / "客户.csv"
    path.write_text("\r\n".join(["客户编号,客户名称,备注", f"{number},甲新公司,老客户"]), "utf-8-sig")
    assert counts(importer(table).plan(path, on_match="overwrite", match="number")) == {"rows": 1, "update": 1}
