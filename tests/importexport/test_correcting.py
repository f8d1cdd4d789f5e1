"""A corrected plan is the plan that is made of all rows with the same corrections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importexport.conftest import counts
from importexport.test_properties import for_itself, plan
from kebu.core.db import POSTGRES
from kebu.core.jobs import work_once
from kebu.importexport import imports
from kebu.importexport.folder import Folder

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor
    from kebu.importexport.models import Import

pytestmark = pytest.mark.django_db

HEADER = [
    "客户编号",
    "客户名称",
    "统一社会信用代码",
    "联系人",
    "手机",
    "合作项目",
    "金额",
    "行业",
    "下次跟进日期",
    "负责人",
]
KEYS = ["number", "name", "credit_code", "main_contact.name", "main_contact.phone", "industry", "next_follow_up"]
NAMES = [None, "公司A", "公司a", "公司B", "示例（北京）有限公司", "示例(北京)有限责任公司", "北京"]
CODES = [None, "91110000600037341L", "91310000132612172J", "坏"]
PHONES = [None, "13800001234", "010-66551234", "转"]
INDUSTRIES = [None, "IT", "航天", "农业", "农 业", "#N/A"]
DATES = [None, "2026-01-02", "3/4/2026", "25/4/2026", "4/25/2026", "不知道"]
NUMBERS = [None, "C001", "C002", "c002", "X9"]
ROW = st.tuples(
    *map(
        st.sampled_from,
        [
            NUMBERS,
            NAMES,
            CODES,
            [None, "张三", "李四"],
            PHONES,
            [None, "项目1", "项目2"],
            [None, 100, "1.234,5", "abc"],
            INDUSTRIES,
            DATES,
            [None, "没有这个人"],
        ],
    )
)
TEXTS = st.sampled_from([*NAMES, *CODES, *PHONES, *INDUSTRIES, *DATES, *NUMBERS, "张三", "1,5"])
SAID = TEXTS.filter(lambda text: text is not None)
FIELDS = st.sampled_from(KEYS)
PLACES = st.fixed_dictionaries({"file": st.just(0), "sheet": st.integers(0, 1), "row": st.integers(2, 9)})
ACTIONS = st.sampled_from([None, "exclude", "fill", "skip", "overwrite", "create"])
STEPS = st.one_of(
    st.builds(
        lambda at, field, to, alike: {"kind": "cell", **at, "field": field, "to": to, "alike": alike},
        PLACES,
        FIELDS,
        TEXTS,
        st.booleans(),
    ),
    st.builds(lambda key, one, to: {"kind": "value", "field": key, "value": one, "to": to}, FIELDS, SAID, TEXTS),
    st.builds(lambda key, one: {"kind": "leave", "field": key, "value": one}, FIELDS, SAID),
    st.builds(lambda one: {"kind": "choice", "field": "industry", "value": one}, SAID),
    st.builds(
        lambda at, action, record: {"kind": "row", **at, "action": action, "record": record},
        PLACES,
        ACTIONS,
        st.sampled_from([None, "C001", "C002"]),
    ),
)
ACTS = st.lists(st.tuples(st.integers(0, 2), st.lists(STEPS, max_size=3)), min_size=1, max_size=5)


def whole(actor: Actor, row: Import) -> dict[str, Any]:
    """All that a person sees of a plan, and all that it is to write."""
    folder = Folder(row.folder)
    pages = [imports.rows(actor, row.pk, only=only, offset=0, limit=500) for only in ("all", "problems", "create")]
    return {
        "told": imports.as_json(actor, row),
        "summary": row.summary,
        "pages": pages,
        "units": [unit for part in folder.units(row.plan, 0, 3) for unit in part],
        "total": row.total,
    }


def corrected(actor: Actor, row: Import, **said: Any) -> Import:
    """The plan with corrections, without planning all rows anew."""
    with patch.object(imports, "_plan", side_effect=AssertionError("all rows are planned anew")):
        row = imports.change(actor, row.pk, **said)
    row.refresh_from_db()
    return row


def from_scratch(actor: Actor, row: Import) -> Import:
    """The same plan, made of all rows."""
    imports.replan(row, actor)
    row.refresh_from_db()
    return row


@settings(
    deadline=None,
    max_examples=6 if POSTGRES else 18,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    sheets=st.lists(st.lists(ROW, min_size=1, max_size=8), min_size=1, max_size=2),
    there=st.lists(ROW, max_size=4),
    acts=ACTS,
    on_match=st.sampled_from(["fill", "skip", "overwrite", "create"]),
    match=st.sampled_from(["auto", "auto", "name", ["name", "industry"], "number"]),
)
def test_a_corrected_plan_is_the_plan_made_of_all_rows(
    table: Actor, sheets: list[Any], there: list[Any], acts: list[Any], on_match: str, match: Any
) -> None:
    with for_itself():
        first = plan(table, ([HEADER, *map(list, there)], [])) if there else None
        if first and first.total:
            imports.apply(table, first.pk)
            while work_once():
                pass
        row = plan(table, *(([HEADER, *map(list, rows)], []) for rows in sheets), on_match=on_match, match=match)
        if row is None:
            return
        for taken, steps in acts:
            rows = {(at, number) for at, found in enumerate(sheets) for number in range(2, len(found) + 2)}
            meant = [step for step in steps if "row" not in step or (step["sheet"], step["row"]) in rows]
            row = corrected(table, row, fixes=meant, take_back=taken)
        told = whole(table, row)
        assert told == whole(table, from_scratch(table, row))


def test_what_one_changed_oneself_is_seen_with_the_next_correction(importer: Any, table: Actor, bob: Actor) -> None:
    """What others changed meanwhile is looked at when the import begins."""
    row = importer(table).planned(["客户名称", "备注"], ["公司A", "甲"], ["公司B", "乙"])
    cell = {"kind": "cell", "file": 0, "sheet": 0, "row": 2, "field": "remark", "to": "丙"}
    seen = row.seen
    importer(bob).rows(["客户名称"], ["公司B"])
    row = corrected(table, row, fixes=[cell])
    assert (counts(row), row.seen) == ({"rows": 2, "create": 2}, seen)
    importer(table).rows(["客户名称"], ["公司A"])
    row = imports.change(table, row.pk, take_back=1)
    assert counts(row) == {"rows": 2, "update": 2}
    assert row.seen > seen


def test_a_correction_that_concerns_too_many_rows_plans_all(
    importer: Any, table: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kebu.importexport.correcting._MOST_ROWS", 1)
    row = importer(table).planned(["客户名称", "备注"], *([f"公司{one}", "甲"] for one in range(3)))
    alike = {"kind": "cell", "file": 0, "sheet": 0, "row": 2, "field": "name", "to": "公司1"}
    row = imports.change(table, row.pk, fixes=[alike])
    assert counts(row) == {"rows": 3, "create": 2, "same": 1}
    assert whole(table, row) == whole(table, from_scratch(table, row))


def test_a_disk_without_links_keeps_the_plan_as_well(
    importer: Any, table: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError

    monkeypatch.setattr("os.link", refuse)
    row = importer(table).planned(["客户名称", "备注"], ["公司A", "甲"], ["公司B", "乙"])
    row = corrected(table, row, fixes=[{"kind": "row", "file": 0, "sheet": 0, "row": 2, "action": "exclude"}])
    assert counts(row) == {"rows": 2, "create": 1, "exclude": 1}
    assert whole(table, row) == whole(table, from_scratch(table, row))
