"""Whatever a file holds, a plan adds up; and what was imported is found to be there already."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importexport.conftest import counts
from kebu.core.db import POSTGRES
from kebu.core.jobs import work_once
from kebu.core.text import fold
from kebu.fields.registry import catalog, forget
from kebu.importexport import imports
from kebu.importexport.folder import Folder, StoredSheet
from kebu.importexport.models import Import
from kebu.importexport.options import Options
from kebu.importexport.plan import Sheet
from kebu.importexport.plans import Plans
from kebu.importexport.tables import find_table

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db


def quiet(examples: int) -> settings:
    """A third of the examples on PostgreSQL, which is the second run of the same code."""
    examples = examples // 3 if POSTGRES else examples
    return settings(deadline=None, max_examples=examples, suppress_health_check=[HealthCheck.function_scoped_fixture])


@contextmanager
def for_itself() -> Iterator[None]:
    """Each example meets the database as the fixtures left it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    forget()


# Zero characters end where files are read (tests/workbooks): PostgreSQL stores none.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
CELLS = st.one_of(
    st.none(),
    TEXT,
    st.sampled_from(
        ["客户名称", "合计", "注：见下", "-", "张三", "2023/1/5", "100万", "a@example.com", " ", "=1+1", "\x01"]
    ),
    st.integers(-(10**16), 10**16),
    st.floats(allow_nan=True),
    st.booleans(),
    st.dates(),
    st.datetimes(),
)
GRIDS = st.lists(st.lists(CELLS, max_size=6), max_size=12)
MERGES = st.lists(st.tuples(*[st.integers(0, 14)] * 4), max_size=4)


def plan(actor: Actor, *grids: tuple[list[list[Any]], Any], **options: Any) -> Import | None:
    """A plan of cells that no file brought; None where they hold no table."""
    plans = Plans(actor.by("import"), catalog(), "customers")
    row = Import(
        owner_id=actor.user_id, object="customers", folder=uuid4().hex, files=[{"name": "x.csv", "encoding": None}]
    )
    folder = Folder(row.folder)
    folder.make()
    sheets, cells = [], []
    for place, (rows, merges) in enumerate(grids):
        folder.save_cells(0, place, StoredSheet(rows, merges))
        sheets.append(Sheet(0, place, f"表{place}", hidden=False, base_1904=False))
        cells.append(folder.load_cells(0, place))
    tables = plans.main.look(sheets, cells)
    if not any(tables):
        return None
    imports._plan(row, plans, sheets, tables, Options(**options))
    return row


@quiet(150)
@given(grid=GRIDS, merges=MERGES)
def test_any_cells_have_a_plan_that_adds_up(table: Actor, grid: list[list[Any]], merges: list[Any]) -> None:
    row = plan(table, (grid, merges))
    if row is None:
        return
    found = row.summary["counts"]
    assert found["rows"] == sum(found[action] for action in ("create", "update", "same", "skip", "reject"))
    page = imports.rows(table, row.pk, only="all", offset=0, limit=500)
    assert page["count"] == found["rows"] == len(page["rows"])
    for one in page["rows"]:
        assert len(one["cells"]) == len(page["fields"])
        assert 1 <= one["row"] <= len(grid)
    assert [one["row"] for one in page["rows"]] == sorted({one["row"] for one in page["rows"]})
    assert found["create"] == row.summary["objects"]["customers"]["created"] or not found["create"]
    assert imports.as_json(table, row)["counts"] == found


@pytest.mark.once
@quiet(200)
@given(grid=GRIDS, merges=MERGES)
def test_a_table_is_a_part_of_its_sheet(grid: list[list[Any]], merges: list[Any]) -> None:
    found = find_table(grid, merges, lambda text: 2 if text == "客户名称" else 0)
    if found is not None:
        assert len(found.rows) == len(found.numbers) > 0
        assert found.numbers == sorted(set(found.numbers))
        assert all(len(row) <= max(map(len, grid)) for row in found.rows)
        if found.header_row is not None:
            assert found.numbers[0] > found.header_row


NAMES = st.sampled_from(["公司A", "公司a", "公司B", " 公司A ", "公司C", None])
ROWS = st.lists(
    st.tuples(
        st.sampled_from([None, "C001", "C002", "C003", "X9"]),
        NAMES,
        st.sampled_from([None, "91110000600037341L", "91310000132612172J", "bad"]),
        st.sampled_from([None, "张三", "李四"]),
        st.sampled_from([None, "13800001234", "13900001234", "转"]),
        st.sampled_from([None, "项目1", "项目2"]),
        st.sampled_from([None, 100, "200", "abc"]),
        st.sampled_from([None, "IT", "航天", "农业"]),
        st.sampled_from([None, "一", "二"]),
        st.sampled_from([None, date(2026, 1, 1), "2026-02-30", datetime(2026, 3, 1, 10, 0)]),  # noqa: DTZ001
    ),
    min_size=1,
    max_size=6,
)
HEADER = [
    "客户编号",
    "客户名称",
    "统一社会信用代码",
    "联系人",
    "手机",
    "合作项目",
    "金额",
    "行业",
    "备注",
    "下次跟进日期",
]


@quiet(60)
@given(first=ROWS, second=ROWS, on_match=st.sampled_from(["fill", "skip", "overwrite", "create"]))
def test_what_was_imported_is_there_already(table: Actor, first: list[Any], second: list[Any], on_match: str) -> None:
    """Importing, and importing again: nothing more is created, nor anything changed where no two rows are of one
    customer: those may say different things about one deal that has no name."""
    with for_itself():
        for one in _imported(table, first), _imported(table, second, on_match=on_match):
            if one is not None:
                assert one.state == "done", one.error
        again = plan(table, ([HEADER, *map(list, second)], []))
        if again is not None:
            found = {action: counts(again).get(action, 0) for action in ("create", "update")}
            assert found["create"] == 0
            names = [fold((row[1] or "").strip()) for row in second]
            if on_match in ("fill", "overwrite") and all(names) and len(set(names)) == len(names):
                assert found["update"] == 0


def _imported(actor: Actor, rows: list[Any], **options: Any) -> Import | None:
    row = plan(actor, ([HEADER, *map(list, rows)], []), **options)
    if row is None or not row.total:
        return None
    imports.apply(actor, row.pk)
    while work_once():
        pass
    row.refresh_from_db()
    return row
