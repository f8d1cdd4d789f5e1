"""The table as it was where thousands of records have changed since: it is put together first, by a job."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import Visit
from browser.hands import OWNER, Table, day, send
from installation import Installation
from kebu.records.asof import FEW

pytestmark = [pytest.mark.browser, pytest.mark.once]

Picture = Callable[[Page, str], None]
_PART = 1000


def change(page: Page, changes: list[dict[str, object]]) -> list[int]:
    done = []
    for start in range(0, len(changes), _PART):
        body = {"changes": changes[start : start + _PART], "label": "prepare"}
        done += send(page, "POST", "/api/records/customers/batch", body)["results"]
    return [one["id"] for one in done]


def test_how_far_it_is_shows_and_then_the_table_of_then(visit: Visit, company: Installation, picture: Picture) -> None:
    page = visit(OWNER, path=None)
    page.goto("/o/customers")
    expect(page.get_by_role("heading", name="客户", exact=True)).to_be_visible()
    ids = change(page, [{"id": None, "values": {"name": f"示例昔 {n}"}} for n in range(FEW + 1)])
    with closing(sqlite3.connect(company.home / "kebu.sqlite3", timeout=30)) as database, database:
        for name, column in (("crm_customer", "created_at"), ("records_changeset", "at")):
            database.execute(f"UPDATE {name} SET {column} = datetime({column}, '-2 days')")
    change(page, [{"id": pk, "version": 1, "values": {"name": f"示例今 {pk}"}} for pk in ids])
    page.goto(f"/o/customers?asof={day(-1)}&q=示例昔")
    expect(page.get_by_text("正在整理那时的表格")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_be_visible()
    picture(page, "as-of-much.zh")
    table = Table(page)
    expect(table.at(1, "客户名称")).to_have_text("示例昔 0", timeout=60_000)
    expect(page.get_by_label("状态栏")).to_contain_text(f"{FEW + 1:,} 行")
    # It is there now, for all that is asked.
    page.goto(f"/o/customers?asof={day(-1)}&q=昔 4999")
    expect(table.at(2, "客户名称")).to_have_text("示例昔 4999")
    expect(page.get_by_text("正在整理那时的表格")).to_have_count(0)
