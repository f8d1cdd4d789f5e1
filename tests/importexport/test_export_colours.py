"""The colours of a view in its workbook: as on the page, beside the values and not in them."""

from __future__ import annotations

import io
import re
import warnings
from datetime import datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from importexport.conftest import counts, shown
from installation import ROOT
from kebu.core.jobs import work_once
from kebu.importexport import colours, export, wording
from kebu.records import query, write
from kebu.records.query import ViewSpec

if TYPE_CHECKING:
    from pathlib import Path

    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db
KEY = {"field": "level", "op": "in", "value": ["key"]}
LARGE = {"field": "main_deal.amount", "op": "gte", "value": 100_000}
ROW = {"filter": KEY, "target": "row", "color": 7, "icon": "star"}
CELL = {"filter": LARGE, "target": "cell", "field": "main_deal.amount", "color": 3, "icon": "up"}
BAR = {"field": "main_deal.amount", "bar": True, "color": 5}
RULES = [ROW, CELL, BAR]
FIELDS = ["name", "main_deal.amount", "main_deal.start_date", "remark"]
PINK, AMBER, NONE = "FFFCE3F0", "FFFCF5E3", "00000000"


@pytest.fixture
def filled(table: Actor) -> Actor:
    values = [("公司A", "key", 500_000), ("公司B", "key", 1000), ("公司C", None, 100_000), ("公司D", None, None)]
    for name, level, amount in values:
        deal = {"main_deal.title": "项目", "main_deal.amount": amount, "main_deal.start_date": "2024-05-06"}
        write.create(table, "customers", {"name": name, "level": level, **(deal if amount else {})})
    return table


@pytest.fixture
def taken(door: Any) -> Any:
    """`taken(alice, …)`: the bytes of an export of customers by its job."""

    def take(who: Actor, **asked: Any) -> bytes:
        given = door(who)
        answer = given.post("/exports", {"object": "customers", "fields": FIELDS, **asked})
        assert answer.status_code == 200, answer.content
        assert work_once()
        job = given.get(f"/jobs/{answer.json()['job']}").json()
        assert job["state"] == "done", job
        return b"".join(given.get(f"/files/{job['result']['file']}"))

    return take


def sheet(content: bytes) -> Any:
    with warnings.catch_warnings():
        # What openpyxl does not know of bars (2010) it leaves out.
        warnings.simplefilter("ignore", UserWarning)
        return openpyxl.load_workbook(io.BytesIO(content)).active


def fills(page: Any) -> list[list[str]]:
    return [[cell.fill.fgColor.rgb for cell in row] for row in shown(page, min_row=2)]


def test_rows_and_cells_have_the_colours_of_the_page(filled: Actor, taken: Any) -> None:
    page = sheet(taken(filled, colors=RULES, sort=[{"field": "name"}]))
    assert fills(page) == [
        [PINK, AMBER, PINK, PINK],
        [PINK, PINK, PINK, PINK],
        [NONE, AMBER, NONE, NONE],
        [NONE, NONE, NONE, NONE],
    ]


def test_signs_stand_before_what_a_cell_shows_and_not_in_its_value(filled: Actor, taken: Any) -> None:
    page = sheet(taken(filled, colors=RULES, sort=[{"field": "name"}]))
    assert [(cell.value, cell.number_format) for cell in shown(page, min_row=2)[0]] == [
        ("公司A", '"★ "@'),
        (500_000, '"▲ "#,##0.00'),
        (datetime(2024, 5, 6), "yyyy-mm-dd"),  # noqa: DTZ001  # cells of a sheet have no zone
        (None, "@"),
    ]
    assert (page["A4"].value, page["A4"].number_format) == ("公司C", "@")


def test_bars_are_the_spreadsheets_own(filled: Actor, taken: Any) -> None:
    page = sheet(taken(filled, colors=RULES))
    ((where, (rule,)),) = [(str(one.sqref), one.rules) for one in page.conditional_formatting]
    assert (where, rule.type, rule.dataBar.color.rgb) == ("B2:B5", "dataBar", "FF275FCE")


def test_what_comes_back_changes_nothing(importer: Any, filled: Actor, taken: Any) -> None:
    dated = {"filter": LARGE, "target": "cell", "field": "main_deal.start_date", "color": 1, "icon": "clock"}
    book = importer(filled)
    path = book.folder / "back.xlsx"
    path.write_bytes(taken(filled, colors=[*RULES, dated]))
    for on_match in ("fill", "overwrite"):
        assert counts(book.plan(path, on_match=on_match)) == {"rows": 4, "same": 4}


def test_a_view_brings_its_own_and_csv_has_none(filled: Actor, taken: Any, door: Any) -> None:
    body = {"object": "customers", "name": "x", "spec": {"colors": RULES}}
    view = door(filled).post("/views", body).json()["id"]
    assert PINK in str(fills(sheet(taken(filled, view=view))))
    assert taken(filled, view=view, format="csv") == taken(filled, format="csv")


def test_a_rule_for_a_column_that_is_not_there_says_nothing(filled: Actor, taken: Any) -> None:
    page = sheet(taken(filled, colors=[CELL, BAR], fields=["name", "remark"]))
    assert fills(page) == [[NONE, NONE]] * 4
    assert not page.conditional_formatting


@pytest.mark.parametrize(
    "rule", ["x", {**ROW, "color": 12}, {**CELL, "field": "password"}, {**ROW, "filter": {"field": "password"}}, {}]
)
def test_rules_that_no_view_could_keep_are_refused_at_once(filled: Actor, door: Any, rule: Any) -> None:
    answer = door(filled).post("/exports", {"object": "customers", "colors": [rule]})
    assert answer.status_code == 400


def test_each_part_of_the_rows_is_asked_about_once(
    filled: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wording, "_ROWS_AT_ONCE", 2)
    ask = query.asking(filled, "customers")

    def asked(rules: list[dict[str, Any]]) -> int:
        spec = ViewSpec(fields=("name",))
        with CaptureQueriesContext(connection) as found:
            export.write_file(ask, spec, tmp_path / "a.xlsx", export.How(), lambda *_: None, export.Looks(rules))
        return len(found)

    asked(RULES)  # what is compiled once is there then
    assert asked(RULES) == asked([]) + 2


def test_the_hues_are_those_of_the_page() -> None:
    palette = (ROOT / "web/src/ui/palette.ts").read_text()
    listed = palette.split("const HUES", 1)[1].split("= [", 1)[1].split("];", 1)[0]
    assert [(int(hue), float(share)) for hue, share in re.findall(r"\[(\d+), ([\d.]+)\]", listed)] == list(colours.HUES)
    assert "{ bg: color(80, 94), fg: color(75, 24), dot: color(68, 48) }" in palette
