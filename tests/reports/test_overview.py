"""The overview: figures that agree with the rows that a click opens, and its workbook."""

from __future__ import annotations

import zipfile
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from kebu.core import files
from kebu.core.jobs import work_once
from kebu.core.models import Job
from kebu.records import write

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db
TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()


@pytest.fixture
def some(table: Actor, bob: Actor) -> Actor:
    rows = [
        {"name": "甲", "stage": "potential", "level": "key", "industry": "it"},
        {"name": "乙", "stage": "active", "level": "key", "main_deal.title": "一", "main_deal.amount": "100万", "main_deal.start_date": TODAY.isoformat()},
        {"name": "丙", "stage": "active", "main_deal.title": "二", "main_deal.amount": 0.5, "main_deal.start_date": TODAY.isoformat()},
        {"name": "丁", "stage": "ended"},
        {"name": "戊"},
    ]  # fmt: skip
    for row in rows:
        write.create(table, "customers", row)
    write.create(
        bob,
        "customers",
        {"name": "己", "stage": "lost", "main_deal.amount": 7, "main_deal.start_date": TODAY.isoformat()},
    )
    return table


def tiles(opened: Any) -> dict[str, Any]:
    answer = opened.get("/reports/overview")
    assert answer.status_code == 200, answer.content.decode()
    return {tile["key"]: tile for tile in answer.json()["tiles"]}


def points(tile: dict[str, Any]) -> dict[Any, Any]:
    return {point["key"]: point["value"] for point in tile["series"][0]["points"]}


def test_figures_count_and_sum(some: Actor, door: Any) -> None:
    found = tiles(door(some))
    assert points(found["stage"]) == {"potential": 1, "active": 2, "ended": 1, "lost": 1, None: 1}
    assert points(found["level"]) == {"key": 2, None: 4}
    month = f"{TODAY:%Y-%m}"
    assert points(found["new"])[month] == 6
    assert len(points(found["new"])) == 12
    assert points(found["amount"])[month] == 1_000_007.5
    assert points(found["conversion"]) == {"all": 5, "active": 3}


def test_every_point_opens_the_rows_that_it_counts(some: Actor, door: Any) -> None:
    opened = door(some)
    for tile in tiles(opened).values():
        for point in tile["series"][0]["points"]:
            asked = {"filter": point["filter"], "fields": ["number"], "limit": 500}
            rows = opened.post(f"/records/{tile['object']}/query", asked).json()
            if tile["unit"] == "count":
                assert rows["count"] == point["value"], (tile["key"], point)


def test_what_one_may_not_see_is_not_counted(some: Actor, bob: Actor, charlie: Actor, door: Any) -> None:
    assert points(tiles(door(bob))["stage"]) == {"lost": 1}
    assert points(tiles(door(charlie))["stage"]) == {}
    assert set(points(tiles(door(charlie))["amount"]).values()) == {0}


@pytest.mark.django_db(transaction=True)
def test_the_workbook_has_native_charts(some: Actor, rita: Actor, door: Any) -> None:
    answer = door(some).post("/reports/overview/export", {})
    while work_once():
        pass
    job = Job.objects.get(pk=answer.json()["job"])
    assert job.state == "done", job.error
    path, row = files.find(job.result["file"], user_id=some.user_id)
    assert row.name.startswith("概览-")
    with path.open("rb") as file:
        book = openpyxl.load_workbook(file)
    assert book["客户按阶段"]["A2"].value == "潜在客户"
    assert book["每月合作金额"]["B13"].value == 1_000_007.5
    assert sum("charts/chart" in name for name in zipfile.ZipFile(path).namelist()) == 6
    download = door(some).get(f"/files/{row.pk}")
    assert download["Content-Disposition"].startswith("attachment")
    assert "sandbox" in download["Content-Security-Policy"]
    assert door(rita).get(f"/files/{row.pk}").status_code == 404
    assert door(rita).get(f"/jobs/{job.pk}").status_code == 404
    assert door(rita).post("/reports/overview/export", {}).status_code == 403
