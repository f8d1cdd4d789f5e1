"""Finding jumps from row to row of an order, also over rows that nobody has loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kebu.records import find, opening, write

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db
SHOWN = ["name", "main_contact.name", "stage", "main_deal.amount", "next_follow_up", "owner"]


@pytest.fixture
def many(table: Actor) -> Actor:
    """Nine hundred rows, of which the 10th, the 700th and the last one are called otherwise."""
    rows: list[dict[str, Any]] = [{"name": f"示例客户 {n:03d}"} for n in range(900)]
    rows[9] |= {"name": "张三贸易", "stage": "active", "remark": "只在备注里"}
    rows[699] |= {"main_contact.name": "张三", "main_deal.amount": 51500, "next_follow_up": "2027-03-08"}
    rows[899] |= {"name": "三张纸业"}
    write.batch(table, "customers", [{"id": None, "values": row} for row in rows])
    return table


def opened(actor: Actor, **asked: Any) -> str:
    name: str = opening.first_page(actor, "customers", {"fields": ["name"], **asked}, offset=0, limit=1)["snapshot"]
    return name


def following(actor: Actor, name: str, words: str, start: int = 0, **more: Any) -> dict[str, Any]:
    return find.following(actor, "customers", name, words=words, fields=SHOWN, start=start, **more)


def test_the_next_row_that_holds_it_is_found_and_after_the_last_the_first(many: Actor) -> None:
    name = opened(many)
    found = following(many, name, "张三")
    assert (found["row"], found["fields"]) == (9, ["name"])
    found = following(many, name, "张三", 10)
    assert (found["row"], found["fields"]) == (699, ["main_contact.name"])
    assert following(many, name, "张三", 700)["row"] == 9
    assert following(many, name, "张三", 9)["row"] == 9


def test_the_one_before_is_found_and_before_the_first_the_last(many: Actor) -> None:
    name = opened(many)
    assert following(many, name, "张三", 899, back=True)["row"] == 699
    assert following(many, name, "张三", 698, back=True)["row"] == 9
    assert following(many, name, "张三", 8, back=True)["row"] == 699


def test_all_of_them_are_counted_when_they_are_asked_for(many: Actor) -> None:
    name = opened(many)
    assert following(many, name, "张三")["count"] is None
    whole = following(many, name, "张三", whole=True)
    assert (whole["place"], whole["count"]) == (1, 2)
    step = following(many, name, "张三", 10)
    assert (step["place"], step["count"]) == (2, 2)


def test_what_nobody_is_called_is_in_no_row(many: Actor) -> None:
    name = opened(many)
    for words in ("没有这样的", "...", "  "):
        assert following(many, name, words)["row"] is None
        assert following(many, name, words, whole=True)["count"] == 0


@pytest.mark.parametrize(
    ("words", "row", "field"),
    [
        ("zsmy", 9, "name"),  # by its sound
        ("合作中", 9, "stage"),  # by what a choice is called
        ("51,500", 699, "main_deal.amount"),
        ("2027-03", 699, "next_follow_up"),
        ("2027年3月8日", 699, "next_follow_up"),
        ("示例客户 700", 700, "name"),
    ],
)
def test_a_cell_is_found_by_what_it_shows(many: Actor, words: str, row: int, field: str) -> None:
    found = following(many, opened(many), words)
    assert found["row"] == row
    assert found["fields"][0] == field


def test_what_is_in_a_column_that_does_not_show_is_told(many: Actor) -> None:
    found = following(many, opened(many), "备注里")
    assert (found["row"], found["fields"], found["hidden"]) == (9, [], "remark")


def test_it_follows_the_order_of_the_view_and_its_filter(many: Actor) -> None:
    name = opened(many, sort=[{"field": "name", "desc": True}])
    assert following(many, name, "张三贸易")["row"] == 0
    narrow = opened(many, filter={"field": "stage", "op": "empty"})
    assert following(many, narrow, "张三贸易")["row"] is None


def test_a_row_that_went_or_changed_is_passed_over(many: Actor) -> None:
    name = opened(many)
    found = following(many, name, "张三贸易")
    write.delete(many, "customers", found["id"], expected_version=None)
    assert following(many, name, "张三")["row"] == 699


def test_nobody_finds_what_he_does_not_see(many: Actor, bob: Actor) -> None:
    write.create(many, "customers", {"name": "秘密公司", "owner": many.user_id})
    name = opened(bob)
    for whole in (False, True):
        assert following(bob, name, "秘密公司", whole=whole)["row"] is None


def test_a_step_asks_as_much_however_large_the_table_is(many: Actor) -> None:
    name = opened(many)
    following(many, name, "张三", whole=True)
    with CaptureQueriesContext(
        connection,
    ) as near:
        following(many, name, "示例", 0)
    with CaptureQueriesContext(connection) as far:
        following(many, name, "示例", 800)
    assert len(near) == len(far) <= 8
