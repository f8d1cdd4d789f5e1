"""`kebu import` and `kebu export`: what scripts rely on."""

from __future__ import annotations

import csv
import json
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.conf import settings
from django.utils import translation

from importexport.conftest import EXAMPLES
from kebu.cli import main
from kebu.crm.models import Customer
from kebu.importexport.models import Import
from kebu.records import write

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db
BOOK = EXAMPLES / "合作客户管理表格.xlsx"
COUNTS = ("created", "updated", "same", "skipped", "rejected", "flagged")

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def kebu(table: Actor, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """`kebu(*arguments)`: exit code, stdout, stderr."""
    monkeypatch.setenv("LANG", "C.UTF-8")
    mask = os.umask(0)
    os.umask(mask)
    root = logging.getLogger()
    handlers = root.handlers[:]

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            main([str(one) for one in arguments])
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    with translation.override("zh-hans"):
        yield run
    os.umask(mask)
    # The command makes the log anew, on what was stderr while it ran.
    root.handlers[:] = handlers


def told(done: tuple[int, str, str]) -> Any:
    assert done[0] == 0, done
    return json.loads(done[1])


def code(done: tuple[int, str, str]) -> str:
    assert done[0] == 1, done
    return json.loads(done[1])["error"]["code"]


def test_what_became_of_each_sheet_is_one_json_object(kebu: Run) -> None:
    done = told(kebu("import", BOOK, "--json"))
    assert set(done) == {"files", "objects", "change_set"}
    assert done["objects"]["customers"] == {"created": 2, "updated": 0}
    assert done["change_set"]
    assert len(done["files"]) == 4
    first = done["files"][0]
    assert set(first) == {"name", "sheet", "object", "encoding", "header_row", "rows", "columns", "problems", *COUNTS}
    assert (first["name"], first["encoding"], first["header_row"], first["rows"]) == (BOOK.name, None, 1, 2)
    assert all(set(column) == {"header", "field"} for column in first["columns"])
    assert {"header": "客户名称", "field": "name"} in first["columns"]
    again = told(kebu("import", BOOK, "--json"))
    assert (again["objects"]["customers"], again["change_set"]) == ({"created": 0, "updated": 0}, None)
    assert sum(file["same"] for file in again["files"]) == 8


def test_a_rehearsal_writes_nothing(kebu: Run) -> None:
    done = told(kebu("import", BOOK, "--dry-run", "--json"))
    assert done["objects"]["customers"]["created"] == 2
    assert done["change_set"] is None
    assert not Customer.objects.exists()
    assert not Import.objects.exists()
    assert list((settings.HOME / "imports").iterdir()) == []


def test_people_read_a_line_for_each_sheet(kebu: Run, tmp_path: Path) -> None:
    file = tmp_path / "客户.csv"
    file.write_text("客户名称,合作金额,星座\n甲,很多,狮子\n,100,\n")
    exit_code, out, _ = kebu("import", file)
    assert exit_code == 0
    lines = out.splitlines()
    assert lines[0].startswith("客户.csv / 客户: 2 rows; created 1, rejected 1, flagged 1")
    assert any("row 2, 合作金额: “很多”" in line for line in lines)
    assert lines[-1].strip() == "no field for: 星座"


def test_options_are_those_of_the_page(kebu: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    for name, customer in (("一", "甲"), ("二", "乙")):
        sheet = book.create_sheet(name)
        sheet.append(["客户名称", "星座"])
        sheet.append([customer, "狮子"])
    book.save(file)
    done = told(kebu("import", file, "--sheet", "二", "--new-fields", "--json"))
    (sheet,) = done["files"]
    made = sheet["columns"][1]
    assert (sheet["sheet"], made["header"], made["field"][:2]) == ("二", "星座", "f_")
    assert Customer.objects.get().extra == {made["field"]: "狮子"}


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("missing.csv", None, "no_such_file"),
        ("empty.csv", b"", "corrupt_file"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "unsupported_format"),
        ("numbers.csv", b"1,2\n3,4\n", "no_header"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused(
    kebu: Run, tmp_path: Path, name: str, content: bytes | None, expected: str
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    assert code(kebu("import", file, "--json")) == expected
    exit_code, out, err = kebu("import", file)
    assert (exit_code, out) == (1, "")
    assert err.strip() and "Traceback" not in err
    assert not Import.objects.exists()


def test_a_password_is_asked_for(kebu: Run) -> None:
    assert code(kebu("import", EXAMPLES / "pw-xlsx-agile.xlsx", "--json")) == "password_protected"


@pytest.fixture
def two(table: Actor, bob: Actor) -> None:
    write.create(table, "customers", {"name": "甲", "level": "key"})
    write.create(bob, "customers", {"name": "乙", "level": "normal"})


def names(path: Path) -> list[str]:
    with open(path, encoding="utf-8-sig") as file:
        return sorted(row[0] for row in csv.reader(file))


def test_what_a_view_shows_is_written(kebu: Run, two: None, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert told(kebu("export", "--fields", "name", "--out", out, "--json")) == {"file": str(out), "rows": 2}
    assert names(out) == ["乙", "客户名称", "甲"]
    narrow = '{"field": "level", "op": "is", "value": "key"}'
    assert told(kebu("export", "--fields", "name", "--filter", narrow, "--out", out, "--json"))["rows"] == 1
    assert names(out) == ["客户名称", "甲"]  # in place of what was there
    assert told(kebu("export", "--as", "bob@example.com", "--fields", "name", "--out", out, "--json"))["rows"] == 1
    assert names(out) == ["乙", "客户名称"]
    exit_code, said, err = kebu("export", "--view", "全部客户", "--out", tmp_path / "out.xlsx")
    assert (exit_code, said) == (0, ""), err
    assert openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0].max_row == 3
    assert {path.name for path in tmp_path.iterdir() if path.is_file()} == {"out.csv", "out.xlsx"}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--out", "x.doc"), "unsupported_ending"),
        (("--out", "x.csv", "--view", "没有"), "unknown_view"),
        (("--out", "x.csv", "--filter", "{"), "bad_filter"),
        (("--out", "x.csv", "--filter", '{"field": "password", "op": "is", "value": 1}'), "unknown_field"),
        (("--out", "x.csv", "--fields", "nothing"), "unknown_field"),
        (("--out", "x.csv", "--object", "nothing"), "not_found"),
        (("--out", "x.csv", "--as", "nobody@example.com"), "unknown_person"),
        (("--out", "x.csv", "--as", "rita@example.com"), "not_allowed"),
    ],
)
def test_what_cannot_be_exported_is_refused(
    kebu: Run, rita: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], expected: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert code(kebu("export", *arguments, "--json")) == expected
    assert not list(tmp_path.glob("*x.*"))
