"""Whatever is edited in a workbook and here meanwhile: the comparison, and what is written of it, are those of a plain
three-way merge."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.conf import settings as conf
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from importexport.test_properties import for_itself, quiet
from importexport.test_roundtrip import Trip
from kebu.crm.models import Customer
from kebu.records import history, write

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db

FIELDS = {"name": "客户名称", "remark": "备注", "level": "客户等级", "next_follow_up": "下次跟进日期",
          "main_contact.phone": "电话"}  # fmt: skip
# What is written into a cell, and the value that it means.
SPELLED: dict[str, list[tuple[Any, str | None]]] = {
    "name": [("甲公司", "甲公司"), (" 甲公司 ", "甲公司"), ("Acme & Söhne", "Acme & Söhne"), ("＝1+1公司", "＝1+1公司")],
    "remark": [(None, None), ("老客户", "老客户"), ("老客户  ", "老客户"), ("a\nb", "a\nb"), ("001", "001")],
    "level": [(None, None), ("重要客户", "重要客户"), ("Key", "重要客户"), ("一般客户", "一般客户")],
    "next_follow_up": [(None, None), ("2026-12-01", "2026-12-01"), ("2026年12月1日", "2026-12-01"), ("2027/1/5", "2027-01-05")],
    "main_contact.phone": [(None, None), ("13800001234", "13800001234"), ("138 0000 1234", "13800001234"), ("010-8888", "010-8888")],
}  # fmt: skip
PLACES = st.integers(0, 3)
EDITS = st.lists(
    st.one_of([st.tuples(PLACES, st.just(key), st.sampled_from(spelled)) for key, spelled in SPELLED.items()]),
    max_size=8,
)
VALUES = {key: dict.fromkeys(value for _, value in spelled) for key, spelled in SPELLED.items()}


def state(actor: Actor) -> dict[int, dict[str, str | None]]:
    """The customers that are there, by id."""
    from kebu.fields.registry import catalog
    from kebu.records import cells, permissions

    known = catalog()
    one = known.object("customers")
    fields = [permissions.field(actor, known, "customers", key) for key in FIELDS]
    labels = {choice.key: choice.labels["zh-Hans"] for choice in known.field("customers", "level").choices}
    ids = list(Customer.objects.order_by("id").values_list("id", flat=True))
    return {
        row[0]: {key: labels.get(cell, cell) for key, cell in zip(FIELDS, row[2:], strict=True)}
        for row in cells.rows(actor, known, one, ids, fields)
    }


@settings(parent=quiet(30), phases=[Phase.generate])
@given(
    theirs=EDITS, ours=EDITS, order=st.permutations(range(4)), removed=st.sets(PLACES, max_size=2),
    added=st.lists(st.sampled_from(["丁公司", "戊公司"]), max_size=2, unique=True),
    take=st.sampled_from(["mine", "theirs", None]), delete=st.booleans(),
)  # fmt: skip
def test_comparing_and_writing_are_a_three_way_merge(
    importer: Any, table: Actor, tmp_path: Path, theirs: Any, ours: Any, order: Any, removed: set[int], added: list[str],
    take: str | None, delete: bool,
) -> None:  # fmt: skip
    # Kept answers go by ids, which begin anew with each example (on one of the databases).
    shutil.rmtree(Path(conf.HOME) / "cache", ignore_errors=True)
    with for_itself():
        starts = (
            {},
            {"remark": "老客户"},
            {"level": "重要客户", "main_contact.phone": "13800001234"},
            {"next_follow_up": "2026-12-01"},
        )
        ids = [
            write.create(table, "customers", {"name": f"客户{place}", **values})[0].id
            for place, values in enumerate(starts)
        ]
        base = state(table)
        out = Trip(importer, table, tmp_path / "客户.xlsx", fields=list(FIELDS), sort=[{"field": "name"}])
        file = {pk: dict(values) for pk, values in base.items()}

        book = openpyxl.load_workbook(out.path)
        page = book.active
        rows = [[cell.value for cell in row] for row in page.iter_rows()]
        head, body = rows[0], {row[0]: row for row in rows[1:]}
        lines = [body[f"客户{place}"] for place in range(4)]
        for place, key, (spelled, value) in theirs:
            lines[place][head.index(FIELDS[key])] = spelled
            file[ids[place]][key] = value
        page.delete_rows(1, 20)
        page.append(head)
        for place in order:
            if place not in removed:
                page.append(lines[place])
        for name in added:
            page.append([name])
        book.save(out.path)

        for place, key, (_, value) in ours:
            write.update(table, "customers", ids[place], {key: value}, expected_version=None)
        now = state(table)

        expected: dict[str, set[tuple[int, str]]] = {"conflict": set(), "edit": set(), "here": set()}
        wanted = {pk: dict(values) for pk, values in now.items()}
        for place, pk in enumerate(ids):
            for key in FIELDS:
                was, said, held = base[pk][key], file[pk][key], now[pk][key]
                if place in removed or said == held:
                    continue
                kind = "here" if said == was else "edit" if held == was else "conflict"
                expected[kind].add((pk, key))
                if kind == "edit" or (kind == "conflict" and take == "theirs"):
                    wanted[pk][key] = said

        found = out.back()
        told: dict[str, set[tuple[int, str]]] = {"conflict": set(), "edit": set(), "here": set()}
        for row in out.rows():
            for cell in row["cells"]:
                if row["record"] is not None:
                    told[cell["state"]].add((row["record"], cell["field"]))
        assert told == expected
        counts = found["counts"]["rows"]
        assert (counts["new"], counts["removed"]) == (len(added), len(removed))
        kinds = ({"conflict": take} if take else {}) | ({"removed": "theirs"} if delete else {})
        chosen = out.choose(kinds=kinds)["counts"]["chosen"]
        written = expected["edit"] | (expected["conflict"] if take == "theirs" else set())
        assert chosen == {
            "cells": len(written), "changed": len({pk for pk, _ in written}), "created": len(added),
            "deleted": len(removed) if delete else 0, "restored": 0, "open": len(expected["conflict"]) if take is None else 0,
        }  # fmt: skip
        if not (written or added or (delete and removed)):
            return
        done = out.apply()
        after = state(table)
        gone = {ids[place] for place in removed} if delete else set()
        assert {pk: values for pk, values in after.items() if pk in now} == {
            pk: values for pk, values in wanted.items() if pk not in gone
        }
        assert sorted(str(values["name"]) for pk, values in after.items() if pk not in now) == sorted(added)
        assert (done["kept"], history.undo(table, done["change_set"])["conflicts"]) == (0, [])
        assert state(table) == now
