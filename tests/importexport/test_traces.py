"""What an export carries unseen: there for whoever reads it back, no column of anybody's, and no value in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from importexport.conftest import counts, mapped, shown
from kebu.importexport import export, imports, traces
from kebu.importexport.folder import Folder
from kebu.importexport.models import Exported
from kebu.records import write

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db


def exported(actor: Actor, path: Path, object_key: str = "customers", **given: Any) -> Path:
    ask, spec = export.spec_of(actor, object_key, None, given)
    export.write_file(ask, spec, path, export.How(), lambda *_: None)
    return path


@pytest.fixture
def two(table: Actor) -> Actor:
    write.create(table, "customers", {"name": "甲公司", "remark": "机密", "main_contact.phone": "13800001234"})
    write.create(table, "customers", {"name": "乙公司"})
    return table


def test_the_traces_stand_in_a_hidden_column_and_hold_no_value(two: Actor, tmp_path: Path) -> None:
    page = openpyxl.load_workbook(exported(two, tmp_path / "a.xlsx", fields=["name", "main_contact.phone"])).active
    assert next([cell.value for cell in row] for row in shown(page)) == ["客户名称", "电话"]
    (mark, *tokens) = [cell.value for cell in page["C"]]
    assert (page.column_dimensions["C"].hidden, page.auto_filter.ref) == (True, "A1:C3")
    row = Exported.objects.get()
    assert (mark, row.columns, row.relations) == (
        f"kebu:{row.key}", ["name", "main_contact.phone"], ["main_contact"],
    )  # fmt: skip
    held = [traces.read(row, token) for token in tokens]
    assert sorted(one.id for one in held if one) == traces.ids_of(row)
    assert [one.behind["main_contact"] is None for one in held if one].count(True) == 1
    assert "机密" not in str(tokens)


def test_a_trace_that_was_changed_says_nothing(two: Actor, tmp_path: Path) -> None:
    page = openpyxl.load_workbook(exported(two, tmp_path / "a.xlsx", fields=["name"])).active
    row = Exported.objects.get()
    token = page["B2"].value
    assert traces.read(row, token)
    body, _, seal = token.partition("~")
    pk, version = body.split(".")
    other = Exported(secret="00" * 32, relations=[])
    for wrong in (f"{int(pk) + 1}.{version}~{seal}", f"{pk}.{int(version) + 1}~{seal}", body, f"{body}~aaaaaaaa", ""):
        assert traces.read(row, wrong) is None
    assert traces.read(other, token) is None


def test_an_ordinary_import_knows_nothing_of_them(importer: Any, two: Actor, tmp_path: Path) -> None:
    path = exported(two, tmp_path / "a.xlsx", fields=["name", "main_contact.phone"])
    for options in ({}, {"new_fields": True}):
        row = importer(two).plan(path, **options)
        assert (counts(row), list(mapped(row))) == ({"rows": 2, "same": 2}, ["客户名称", "电话"])
    (trace,) = row.traces
    assert (trace["key"], trace["rows"]) == (Exported.objects.get().key, 2)
    assert len(Folder(row.folder).load("traces", 0, 0)) == 3
    (told,) = imports.as_json(two, row)["exports"]
    assert told | {"at": "", "key": ""} == {"key": "", "object": "customers", "at": "", "by": "Alice", "rows": 2}


def test_a_file_of_another_program_is_a_file_as_any(importer: Any, table: Actor) -> None:
    book = importer(table)
    row = book.planned(["客户名称", "kebu:abcdefghijklmnopqrstuv"], ["甲公司", "1.1~aaaaaaaa"])
    assert (traces.all_known(row), counts(row)) == ([], {"rows": 1, "create": 1})
    assert traces.all_known(book.planned(["客户名称"], ["甲公司"])) == []
