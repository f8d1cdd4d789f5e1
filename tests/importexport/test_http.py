"""Imports over HTTP: upload, plan, change, preview, apply; each person's own."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from importexport.conftest import EXAMPLES
from kebu.core.jobs import work_once
from kebu.crm.models import Customer
from kebu.importexport.folder import Folder
from kebu.importexport.imports import clean_name
from kebu.importexport.models import Import, OutsideId
from kebu.records import write

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def upload(door: Callable[[Any], Any]) -> Callable[..., Any]:
    """`upload(alice, path, …)`: files sent as a browser sends them."""

    def send(who: Any, *paths: Path, **fields: str) -> Any:
        files = [io.BytesIO(path.read_bytes()) for path in paths]
        for file, path in zip(files, paths, strict=True):
            file.name = path.name
        return door(who).client.post("/api/imports", {"files": files, **fields})

    return send


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_from_upload_to_undo(table: Actor, door: Any, upload: Any) -> None:
    alice = door(table)
    answer = upload(table, EXAMPLES / "企业CRM表格.xlsx", object="customers")
    assert answer.status_code == 201
    plan = answer.json()["plan"]
    assert plan["id"] == answer.json()["id"]
    assert (plan["state"], plan["object"]) == ("planned", "customers")
    assert plan["options"] == {"match": "auto", "on_match": "fill", "new_fields": False, "matches": {}}
    (file,) = plan["files"]
    (sheet,) = file["sheets"]
    assert (file["name"], file["encoding"]) == ("企业CRM表格.xlsx", None)
    assert (sheet["sheet"], sheet["index"], sheet["used"], sheet["header_row"], sheet["rows"]) == (
        "客户关系管理", 0, True, 3, 3,
    )  # fmt: skip
    assert sheet["columns"][7] == {
        "index": 7, "header": "邮箱", "field": "main_contact.email", "new": None, "also": None, "part": None,
        "suggested_kind": "text", "samples": ["contactabc", "buyer@example.com", "wang@example.com"],
    }  # fmt: skip
    assert plan["counts"] == {
        "rows": 3,
        "create": 3,
        "update": 0,
        "same": 0,
        "skip": 0,
        "reject": 0,
        "exclude": 0,
        "flagged": 1,
    }
    (problem,) = plan["problems"]
    assert (problem["row"], problem["sheet"], problem["column"], problem["value"]) == (
        4, "客户关系管理", "邮箱", "contactabc",
    )  # fmt: skip
    assert "name@example.com" in problem["message"]
    assert not Customer.objects.exists()

    rows = alice.get(f"/imports/{plan['id']}/rows", {"only": "problems"}).json()
    assert (rows["count"], rows["fields"][:2]) == (1, ["number", "name"])
    (row,) = rows["rows"]
    assert (row["row"], row["action"], row["record"], row["file"]) == (4, "create", None, 0)
    assert row["cells"][rows["fields"].index("main_contact.email")] == {"invalid": "contactabc", "code": "email"}
    assert row["problems"][0]["field"] == "main_contact.email"

    job = alice.post(f"/imports/{plan['id']}/apply").json()["job"]
    assert alice.get(f"/imports/{plan['id']}").json()["state"] == "applying"
    assert work_once()
    assert alice.get(f"/jobs/{job}").json()["state"] == "done"
    done = alice.get(f"/imports/{plan['id']}").json()
    assert (done["state"], done["job"]) == ("done", job)
    assert done["objects"]["deals"] == {"created": 2, "updated": 0}
    assert Customer.objects.count() == 3
    alice.post(f"/changesets/{done['change_set']}/undo")
    assert alice.get(f"/imports/{plan['id']}").json()["state"] == "undone"
    assert not Customer.objects.filter(deleted_at=None).exists()


def test_rows_that_say_nothing_new_are_remembered_by_the_ids_they_carry(
    table: Actor, door: Any, upload: Any, importer: Any
) -> None:
    done, _ = write.create(table, "customers", {"name": "示例公司"})
    path = importer(table).csv("accounts.csv", "Account ID,Account Name\n001A000001LMNoPIAX,示例公司\n")
    alice, plan = door(table), upload(table, path).json()["plan"]
    assert (plan["counts"]["same"], plan["counts"]["create"], plan["counts"]["update"]) == (1, 0, 0)
    job = alice.post(f"/imports/{plan['id']}/apply").json()["job"]
    assert work_once()
    assert alice.get(f"/jobs/{job}").json()["state"] == "done"
    assert list(OutsideId.objects.values_list("system", "outside", "record")) == [
        ("salesforce", "001A000001LMNoP", done.id)
    ]
    again = upload(table, path).json()["plan"]
    assert code(alice.post(f"/imports/{again['id']}/apply")) == (400, "nothing_to_import")


def test_messages_are_in_the_language_that_is_asked_for(table: Actor, door: Any, upload: Any) -> None:
    plan = upload(table, EXAMPLES / "企业CRM表格.xlsx").json()["plan"]
    told = door(table).client.get(f"/api/imports/{plan['id']}", headers={"accept-language": "en"})
    assert told.json()["problems"][0]["code"] == "email"


def test_columns_sheets_and_options_can_be_changed(table: Actor, door: Any, upload: Any, importer: Any) -> None:
    path = importer(table).book(
        "two.xlsx",
        [["说明"], ["客户名称", "微信", "联系人", "级别"], ["公司A", "wx", "张三", "特级"]],
        [["客户名称"], ["公司B"]],
        titles=("一", "二"),
    )
    plan = upload(table, path).json()["plan"]
    alice, where = door(table), f"/imports/{plan['id']}"
    assert plan["counts"]["create"] == 2
    assert plan["new_choices"] == [{"field": "level", "value": "特级", "count": 1}]
    changed = alice.patch(
        where,
        {
            "columns": [
                {"file": 0, "sheet": 0, "index": 1, "field": None, "new": {"kind": "choice", "label": "微信号"}},
                {"file": 0, "sheet": 0, "index": 2, "field": "short_name"},
                {"file": 0, "sheet": 0, "index": 3, "field": None},
            ],
            "sheets": [{"file": 0, "sheet": 1, "used": False, "header_row": 1}],
            "options": {"on_match": "overwrite"},
        },
    ).json()
    assert changed["options"]["on_match"] == "overwrite"
    assert changed["counts"]["rows"] == 1
    assert changed["new_choices"] == [{"field": "new:微信号", "value": "wx", "count": 1}]
    assert alice.get(where + "/rows").json()["fields"] == ["name", "new:微信号", "short_name"]
    moved = alice.patch(where, {"sheets": [{"file": 0, "sheet": 0, "used": True, "header_row": 1}]}).json()
    assert [column["header"] for column in moved["files"][0]["sheets"][0]["columns"]][:2] == ["说明", ""]
    bare = alice.patch(where, {"sheets": [{"file": 0, "sheet": 0, "used": True, "header_row": None}]}).json()
    assert bare["files"][0]["sheets"][0]["rows"] == 3
    assert (
        alice.patch(where, {"sheets": [{"file": 0, "sheet": 0, "used": True, "header_row": 2}]}).json()["counts"][
            "create"
        ]
        == 1
    )
    alice.post(where + "/apply")
    assert work_once()
    assert Customer.objects.get().main_contact.name == "张三"


def test_a_new_field_of_choices_gets_them_with_the_first_part(
    table: Actor, door: Any, upload: Any, importer: Any
) -> None:
    from kebu.fields.registry import catalog

    path = importer(table).book("new.xlsx", [["客户名称", "渠道商"], ["公司A", "甲"], ["公司B", "乙"], ["公司C", "甲"]])
    plan = upload(table, path).json()["plan"]
    where = f"/imports/{plan['id']}"
    new = {"kind": "choice", "label": "渠道商"}
    door(table).patch(where, {"columns": [{"file": 0, "sheet": 0, "index": 1, "field": None, "new": new}]})
    door(table).post(where + "/apply")
    assert work_once()
    key = Import.objects.get().made_fields["new:渠道商"]
    field = catalog().field("customers", key)
    assert [one.labels["zh-Hans"] for one in field.choices] == ["甲", "乙"]
    held = [one.extra[key] for one in Customer.objects.order_by("id")]
    assert held == [field.choices[0].key, field.choices[1].key, field.choices[0].key]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"columns": [{"file": 0, "sheet": 0, "index": 1, "field": "nonsense"}]}, (400, "unknown_field")),
        ({"columns": [{"file": 0, "sheet": 0, "index": 1, "field": "created_at"}]}, (400, "unknown_field")),
        ({"columns": [{"file": 0, "sheet": 0, "index": 1, "field": "main_contact"}]}, (400, "unknown_field")),
        ({"columns": [{"file": 0, "sheet": 0, "index": 0, "field": "main_contact.email"}]}, (400, "field_twice")),
        ({"columns": [{"file": 0, "sheet": 0, "index": 77, "field": "name"}]}, (404, "not_found")),
        ({"columns": [{"file": 3, "sheet": 0, "index": 0, "field": "name"}]}, (404, "not_found")),
        (
            {"columns": [{"file": 0, "sheet": 0, "index": 1, "new": {"kind": "text", "label": "备注"}}]},
            (409, "label_taken"),
        ),
        (
            {"columns": [{"file": 0, "sheet": 0, "index": 1, "new": {"kind": "formula", "label": "x"}}]},
            (400, "unknown_kind"),
        ),
        (
            {"columns": [{"file": 0, "sheet": 0, "index": 1, "new": {"kind": "text", "label": " "}}]},
            (400, "label_missing"),
        ),
        ({"options": {"match": "f_99"}}, (400, "bad_import_option")),
        ({"options": {"matches": {"contacts": "birthday"}}}, (400, "bad_import_option")),
        ({"options": {"matches": {"nothing": "name"}}}, (404, "not_found")),
        ({"options": {"on_match": "merge"}}, (400, "invalid_request")),
        ({"sheets": [{"file": 0, "sheet": 0, "used": True, "header_row": 0}]}, (400, "invalid_request")),
        ({"owner": 1}, (400, "invalid_request")),
        ({"columns": [{"file": 0, "sheet": 0, "index": 1, "field": None, "state": "done"}]}, (400, "invalid_request")),
    ],
)
def test_changes_that_make_no_sense_are_refused(
    table: Actor, door: Any, upload: Any, importer: Any, change: dict[str, Any], expected: tuple[int, str]
) -> None:
    path = importer(table).book("a.xlsx", [["客户名称", "邮箱"], ["公司A", "a@example.com"]])
    plan = upload(table, path).json()["plan"]
    assert code(door(table).patch(f"/imports/{plan['id']}", change)) == expected
    assert door(table).get(f"/imports/{plan['id']}").json() == plan


def test_two_text_columns_may_make_up_one_field(table: Actor, door: Any, upload: Any, importer: Any) -> None:
    path = importer(table).book("a.xlsx", [["客户名称", "备注", "另外"], ["公司A", "one", "two"]])
    plan = upload(table, path).json()["plan"]
    where = f"/imports/{plan['id']}"
    changed = door(table).patch(where, {"columns": [{"file": 0, "sheet": 0, "index": 2, "field": "remark"}]})
    assert changed.status_code == 200
    assert door(table).get(where + "/rows").json()["rows"][0]["cells"] == ["公司A", "one, two"]


def test_another_persons_import_is_not_there(table: Actor, bob: Actor, door: Any, upload: Any) -> None:
    plan = upload(table, EXAMPLES / "合作客户管理表格.xlsx").json()["plan"]
    stranger, where = door(bob), f"/imports/{plan['id']}"
    job = door(table).post(where + "/apply").json()["job"]
    for answer in (
        stranger.get(where),
        stranger.get(where + "/rows"),
        stranger.get(where + "/rejected"),
        stranger.patch(where, {}),
        stranger.post(where + "/apply"),
        stranger.get(f"/jobs/{job}"),
        stranger.post(f"/jobs/{job}/cancel"),
    ):
        assert code(answer) == (404, "not_found")
        assert answer.json() == stranger.get("/imports/999999").json()


@pytest.mark.parametrize("name", ["import", "export"])
def test_rights_are_asked_for(rita: Actor, table: Actor, door: Any, upload: Any, name: str) -> None:
    if name == "import":
        assert code(upload(rita, EXAMPLES / "合作客户管理表格.xlsx")) == (403, "not_allowed")
        assert not (Folder("x").path.parent).exists() or not list(Folder("x").path.parent.iterdir())
    else:
        assert code(door(rita).post("/exports", {"object": "customers"})) == (403, "not_allowed")


def test_nobody_is_asked_to_sign_in_first(company: Any, door: Any, upload: Any) -> None:
    assert upload(None, EXAMPLES / "合作客户管理表格.xlsx").status_code == 401


def test_new_columns_are_for_those_who_manage_fields(table: Actor, bob: Actor, door: Any, upload: Any) -> None:
    plan = upload(bob, EXAMPLES / "xlsx-vertical-merge.xlsx").json()["plan"]
    new = {"columns": [{"file": 0, "sheet": 0, "index": 0, "new": {"kind": "text", "label": "部门"}}]}
    assert code(door(bob).patch(f"/imports/{plan['id']}", new)) == (403, "not_allowed")


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (b"", "empty.xlsx", "corrupt_file"),
        (b"PK\x03\x04broken", "broken.xlsx", "corrupt_file"),
        (b"%PDF-1.7 \x00\x01\x02\xff\xfe" * 50, "a.pdf", "unsupported_format"),
        ("客户名称\n".encode(), "only-header.csv", "no_rows"),
    ],
)
def test_bad_files_are_refused_and_leave_nothing(
    table: Actor, upload: Any, importer: Any, content: bytes, name: str, expected: str
) -> None:
    path = importer(table).folder / name
    path.write_bytes(content)
    answer = upload(table, path)
    assert code(answer) == (400, expected)
    assert not Import.objects.exists()
    assert not list(Folder("x").path.parent.iterdir())


def test_a_password_is_used_and_not_kept(table: Actor, upload: Any) -> None:
    assert code(upload(table, EXAMPLES / "pw-xlsx-agile.xlsx")) == (400, "password_protected")
    assert code(upload(table, EXAMPLES / "pw-xlsx-agile.xlsx", password="secret-wrong")) == (400, "wrong_password")
    assert "secret-wrong" not in str(list(Import.objects.values()))


def test_unknown_parts_of_an_upload_are_refused(table: Actor, upload: Any) -> None:
    assert code(upload(table, EXAMPLES / "合作客户管理表格.xlsx", state="done")) == (400, "invalid_request")
    assert code(upload(table, EXAMPLES / "合作客户管理表格.xlsx", object="secrets")) == (404, "not_found")


def test_too_many_files_are_refused(table: Actor, upload: Any, importer: Any) -> None:
    paths = [importer(table).csv(f"{n}.csv", "客户名称\n公司\n") for n in range(21)]
    assert code(upload(table, *paths)) == (400, "too_many_files")


def test_left_out_rows_come_back_with_the_reason(table: Actor, door: Any, upload: Any, importer: Any) -> None:
    path = importer(table).book(
        "some.xlsx", [["标题"], ["客户名称", "电话"], ["公司A", 1], [None, "@SUM(1)"], ["公司B", 2]]
    )
    plan = upload(table, path).json()["plan"]
    answer = door(table).get(f"/imports/{plan['id']}/rejected")
    assert "attachment" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer)))
    found = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert found == [["客户名称", "电话", "原因"], [None, "@SUM(1)", "这一行没有名称，不会导入。请补上名称后再导入。"]]
    assert book.active["A2"].comment.text == "这一行没有名称，不会导入。请补上名称后再导入。"
    # Completed, it is dropped again as it is: the column of reasons is nothing of the customer's.
    book.active["A2"] = "公司C"
    book.save(path)
    again = upload(table, path).json()["plan"]
    assert again["counts"]["create"] == 1
    plan = door(table).patch(f"/imports/{again['id']}", {"options": {"new_fields": True}}).json()
    assert [column["new"] for column in plan["files"][0]["sheets"][0]["columns"]] == [None, None, None]
    whole = upload(table, EXAMPLES / "合作客户管理表格.xlsx").json()["plan"]
    assert code(door(table).get(f"/imports/{whole['id']}/rejected")) == (404, "nothing_rejected")


def test_pages_of_the_preview(table: Actor, door: Any, upload: Any, importer: Any) -> None:
    rows = [["客户名称", "下次跟进日期"], *([f"公司{n}" if n % 10 else None, "2026-01-01"] for n in range(100))]
    plan = upload(table, importer(table).book("many.xlsx", rows)).json()["plan"]
    where, alice = f"/imports/{plan['id']}/rows", door(table)
    page = alice.get(where, {"offset": 40, "limit": 3}).json()
    assert page["count"] == 100
    assert [row["row"] for row in page["rows"]] == [42, 43, 44]
    assert page["rows"][1]["cells"] == ["公司41", "2026-01-01"]
    left = alice.get(where, {"only": "reject", "offset": 5, "limit": 500}).json()
    assert (left["count"], [row["row"] for row in left["rows"]]) == (10, [52, 62, 72, 82, 92])
    assert alice.get(where, {"only": "same"}).json()["rows"] == []
    assert alice.get(where, {"limit": 501}).status_code == 400


@pytest.mark.once
@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("客户.xlsx", "客户.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.csv", "a.csv"),
        ('<b>"x"\x00.csv', "bx.csv"),
        ("/", "file"),
    ],
)
def test_names_of_files_are_shown_only(sent: str, shown: str) -> None:
    assert clean_name(sent) == shown
