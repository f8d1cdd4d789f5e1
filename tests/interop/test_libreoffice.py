"""A workbook that went out, edited by a real LibreOffice, and back. `make interop` runs these; without LibreOffice they
are skipped by name."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import pytest

from importexport.test_roundtrip import Trip, change, chosen, rows_of
from kebu.crm.models import Customer
from kebu.records import write

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.timeout(300),
    pytest.mark.skipif(os.environ.get("KEBU_INTEROP") != "1", reason="`make interop` runs it"),
    pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed"),
]

FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "ods": "calc8", "xls": "MS Excel 97"}
# What a person does by hand, in LibreOffice's own Basic: sheet, functions and sort as its menus call them.
_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Hands" script:language="StarBasic">
Function Prop(name, value)
  Dim one As New com.sun.star.beans.PropertyValue
  one.Name = name : one.Value = value
  Prop = one
End Function
Sub Work
  book = StarDesktop.loadComponentFromURL(&quot;{source}&quot;, "_blank", 0, Array(Prop("Hidden", True)))
  sheet = book.Sheets.getByIndex(0)
  {acts}
  book.storeToURL(&quot;{target}&quot;, Array(Prop("FilterName", &quot;{filter}&quot;)))
  book.close(True)
End Sub
</script:module>
"""
_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false"><library:element library:name="Hands"/></library:library>
"""
SORT = """
  area = sheet.getCellRangeByPosition(0, 0, {columns}, 5)
  Dim key As New com.sun.star.table.TableSortField
  key.Field = 0 : key.IsAscending = False
  area.sort(Array(Prop("SortFields", Array(key)), Prop("ContainsHeader", True)))
"""


def office(home: Path, *said: str) -> None:
    """LibreOffice with a profile of its own, without a window."""
    assert OFFICE
    profile = f"-env:UserInstallation={home.as_uri()}"
    subprocess.run(
        [OFFICE, profile, "--headless", "--norestore", "--nolockcheck", *said],
        check=True,
        capture_output=True,
        timeout=180,
    )


def at_work(source: Path, target: Path, acts: str, home: Path) -> Path:
    """Open, do, save as `target`."""
    library = home / "user" / "basic" / "Standard"
    if not library.exists():
        office(home, "--terminate_after_init")  # a new profile begins with a library of its own
    library.mkdir(parents=True, exist_ok=True)
    (library / "script.xlb").write_text(_LIBRARY, encoding="utf-8")
    module = _MODULE.format(
        source=source.as_uri(), target=target.as_uri(), filter=FILTERS[target.suffix[1:]], acts=escape(acts)
    )
    (library / "Hands.xba").write_text(module, encoding="utf-8")
    office(home, "macro:///Standard.Hands.Work")
    assert target.exists(), "LibreOffice has written nothing"
    return target


@pytest.fixture
def out(table: Actor, importer: Any, tmp_path: Path) -> Trip:
    for name in "甲乙丙丁戊":
        write.create(
            table, "customers",
            {
                "name": f"{name}公司", "level": "重要客户", "next_follow_up": "2026-12-01", "remark": "第一行\n第二行",
                "main_contact.name": "张三", "main_contact.phone": "01088880000", "main_deal.title": "项目",
                "main_deal.amount": "1200000.5",
            },
        )  # fmt: skip
    colours = [{"filter": {"field": "level", "op": "not_empty"}, "target": "row", "color": 1, "icon": "flag"}]
    return Trip(importer, table, tmp_path / "客户.xlsx", sort=[{"field": "name"}], colors=colours)


@pytest.mark.parametrize("suffix", ["xlsx", "ods", "xls"])
def test_saved_again_nothing_is_different(out: Trip, tmp_path: Path, suffix: str) -> None:
    out.path = at_work(out.path, tmp_path / f"zurück.{suffix}", "", tmp_path / "office")
    found = out.back()
    assert (rows_of(found), out.told(), found["compared"]) == ({}, [], 5)


@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_edited_sorted_and_moved_about(out: Trip, table: Actor, tmp_path: Path, suffix: str) -> None:
    import openpyxl

    page = openpyxl.load_workbook(out.path).active
    titles = [cell.value for cell in page[1]]
    name, remark, date, money = (titles.index(one) for one in ("客户名称", "备注", "下次跟进日期", "金额"))
    names = [row[name].value for row in page.iter_rows(min_row=2)]
    first, second, third, gone = names[0], names[1], names[2], names[4]
    acts = f"""
  sheet.getCellByPosition({remark}, 1).String = "他们改的"
  sheet.getCellByPosition({date}, 2).Formula = "2027-01-05"
  sheet.getCellByPosition({money}, 3).Value = 8.25
  sheet.Rows.removeByIndex(5, 1)
  {SORT.format(columns=len(titles) - 1)}
  sheet.Rows.insertByIndex(1, 1)
  sheet.getCellByPosition({name}, 1).String = "新来公司"
  sheet.Columns.insertByIndex(0, 1)
  sheet.getCellByPosition(0, 0).String = "自己的记号"
  sheet.getCellByPosition(0, 2).String = "x"
"""
    out.path = at_work(out.path, tmp_path / f"edited.{suffix}", acts, tmp_path / "office")
    change(table, first, remark="这里改的")
    found = out.back()
    assert rows_of(found) == {"all": 5, "conflict": 1, "edit": 2, "new": 1, "removed": 1}
    told = {row[1]: row[2:] for row in out.told()}
    assert told[first] == (("remark", "conflict", "第一行\n第二行", "他们改的", "这里改的"),)
    assert told[second] == (("next_follow_up", "edit", "2026-12-01", "2027-01-05", "2026-12-01"),)
    assert [cell[:2] for cell in told[third]] == [("main_deal.amount", "edit")]
    assert (told[gone], "新来公司" in told) == ((), True)
    assert [one["code"] for one in found["skipped"]] == ["unknown_column"]
    assert chosen(found) == {"cells": 2, "changed": 2, "created": 1, "open": 1}
    out.apply()
    assert Customer.objects.get(name=third).main_deal.amount == 825
    assert rows_of(out.back()) == {"all": 2, "conflict": 1, "removed": 1}
