"""Rows stand where people put them, as in a sheet; nothing else is written for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from kebu.core.db import is_postgres
from kebu.core.errors import KebuError
from kebu.fields.registry import catalog
from kebu.records import history, moves, opening, places, query, snapshots, write
from kebu.records.models import Change
from kebu.records.query import ViewSpec

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def ids(table: Actor) -> list[int]:
    """Twelve customers, so that ids with different numbers of digits may stand beside each other."""
    rows = [{"id": None, "values": {"name": f"示例 {n}", "level": "key" if n % 2 else "normal"}} for n in range(12)]
    done, _ = write.batch(table, "customers", rows)
    return [one.id for one in done]


def order(actor: Actor, **asked: Any) -> list[int]:
    page = opening.first_page(actor, "customers", {"fields": ["name"], **asked}, offset=0, limit=100)
    return [row[0] for row in page["rows"]]


def put(actor: Actor, moved: list[int], target: int, *, below: bool = False) -> int | None:
    return moves.move(actor, "customers", moved, target, below=below)[1]


def test_rows_that_nobody_moved_stand_by_their_ids(table: Actor, ids: list[int]) -> None:
    assert order(table) == ids


def test_a_row_goes_above_or_below_another(table: Actor, ids: list[int]) -> None:
    put(table, [ids[5]], ids[2])
    assert order(table) == [*ids[:2], ids[5], *ids[2:5], *ids[6:]]
    put(table, [ids[5]], ids[0])
    assert order(table) == [ids[5], *ids[:5], *ids[6:]]
    put(table, [ids[5]], ids[11], below=True)
    assert order(table) == [*ids[:5], *ids[6:], ids[5]]


def test_several_go_together_in_their_order(table: Actor, ids: list[int]) -> None:
    put(table, [ids[9], ids[3], ids[7]], ids[0], below=True)
    assert order(table)[:5] == [ids[0], ids[3], ids[7], ids[9], ids[1]]


def test_new_rows_come_last_also_after_one_that_was_moved_to_the_end(table: Actor, ids: list[int]) -> None:
    put(table, [ids[0]], ids[11], below=True)
    done, _ = write.create(table, "customers", {"name": "新来的"})
    assert order(table)[-2:] == [ids[0], done.id]


def test_a_row_is_made_above_or_below_another(table: Actor, ids: list[int]) -> None:
    above, _ = moves.insert(table, "customers", {"name": "上面"}, ids[4], below=False)
    below, _ = moves.insert(table, "customers", {"name": "下面"}, ids[4], below=True)
    assert order(table)[4:7] == [above.id, ids[4], below.id]


def test_only_what_is_moved_is_written(table: Actor, ids: list[int]) -> None:
    before = Change.objects.count()
    put(table, [ids[5]], ids[2])
    assert Change.objects.count() == before + 1


def test_a_move_is_taken_back_as_any_change_is(table: Actor, ids: list[int]) -> None:
    moved = put(table, [ids[5], ids[6]], ids[2])
    assert moved is not None
    history.undo(table, moved)
    assert order(table) == ids


def test_the_history_says_that_it_was_moved_and_nothing_of_how_that_is_kept(table: Actor, ids: list[int]) -> None:
    put(table, [ids[5]], ids[2])
    newest = history.timeline(table, "customers", ids[5])[0]
    assert (newest["action"], newest["changes"]) == ("move", [])
    with pytest.raises(KebuError):
        write.update(table, "customers", ids[5], {"place": "a1"}, expected_version=None)


def test_groups_and_filters_keep_the_order_and_a_sort_has_its_own(table: Actor, ids: list[int]) -> None:
    put(table, [ids[7]], ids[1])
    key = [pk for n, pk in enumerate(ids) if n % 2 and n != 7]
    assert order(table, filter={"field": "level", "op": "is", "value": "key"}) == [ids[7], *key]
    grouped = order(table, group=[{"field": "level", "desc": False}])
    assert [pk for pk in grouped if pk in {ids[7], *key}] == [ids[7], *key]
    assert order(table, sort=[{"field": "name", "desc": False}])[:2] == ids[:2]


@pytest.mark.parametrize("limit", [1, 3, 50])
@pytest.mark.parametrize("few", [snapshots.FEW, 1])
@pytest.mark.parametrize("words", ["示例", "slg", "示例 10", "没有"])
def test_the_first_rows_of_a_search_are_those_of_the_whole_order(
    table: Actor, ids: list[int], words: str, few: int, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "FEW", few)
    put(table, [ids[10]], ids[1])
    put(table, [ids[0]], ids[8], below=True)
    ask = query.asking(table, "customers")
    spec = ViewSpec(search=words)
    whole = snapshots.ids(ask, spec).tolist()
    assert (whole == order(table)) == (words == "示例")
    for offset in (0, 2):
        assert snapshots.some(ask, spec, offset, limit) == whole[offset : offset + limit]


def levels(actor: Actor, pks: list[int]) -> list[Any]:
    found = opening.first_page(actor, "customers", {"fields": ["level"]}, offset=0, limit=100)["rows"]
    held = {row[0]: row[2] for row in found}
    return [held[pk] for pk in pks]


def test_rows_go_into_another_group_and_to_their_place_in_it_in_one_step(table: Actor, ids: list[int]) -> None:
    grouped = [{"field": "level", "desc": False}]
    moved, change_set = moves.move(table, "customers", [ids[4], ids[2]], ids[7], values={"level": "key"})
    assert levels(table, ids[:5]) == ["normal", "key", "key", "key", "key"]
    among = [pk for pk in order(table, group=grouped) if pk in {ids[1], ids[2], ids[4], ids[5], ids[7], ids[9]}]
    assert among == [ids[1], ids[5], ids[2], ids[4], ids[7], ids[9]]
    assert [one.id for one in moved] == [ids[2], ids[4]]
    assert change_set is not None
    history.undo(table, change_set)
    assert (order(table), levels(table, ids)) == (ids, ["normal", "key"] * 6)


def test_without_a_place_rows_get_the_values_and_stay_where_they_stand(table: Actor, ids: list[int]) -> None:
    moves.move(table, "customers", [ids[2]], None, values={"level": None})
    assert levels(table, ids[2:3]) == [None]
    assert order(table) == ids
    assert moves.move(table, "customers", [ids[2]], None)[1] is None


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"level": "没有"}, "invalid_value"),
        ({"name": ""}, "required"),
        ({"created_at": "2026-01-01"}, "readonly_field"),
        ({"place": "a"}, "unknown_field"),
    ],
)
def test_values_that_may_not_be_keep_the_rows_where_they_are(
    table: Actor, ids: list[int], values: dict[str, Any], code: str
) -> None:
    with pytest.raises(KebuError) as refused:
        moves.move(table, "customers", [ids[5]], ids[0], values=values)
    assert refused.value.code == code
    assert order(table) == ids


def test_who_may_not_see_a_row_moves_nothing_beside_it(table: Actor, ids: list[int], bob: Actor) -> None:
    done, _ = write.create(bob, "customers", {"name": "Bob 的"})
    for moved, target in (([ids[0]], done.id), ([done.id], ids[0])):
        with pytest.raises(KebuError):
            put(bob, moved, target)


def test_the_table_of_before_has_the_order_of_before(table: Actor, ids: list[int]) -> None:
    from datetime import UTC, datetime

    moment = datetime.now(UTC).isoformat()
    put(table, [ids[5]], ids[2])
    assert order(table, as_of=moment) == ids


def test_the_order_is_read_from_its_index(table: Actor, ids: list[int]) -> None:
    ask = query.asking(table, "customers")
    asked = query.queryset(ask, ViewSpec()).values_list("id", flat=True)[:10]
    with connection.cursor() as cursor:
        if is_postgres():
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
        plan = asked.explain()
    assert "customer_place" in plan, plan


def test_ids_stand_in_the_database_as_they_do_in_the_program(table: Actor, ids: list[int]) -> None:
    model = catalog().object("customers").model
    for pk, stands in model.objects.annotate(stands=places.expression()).values_list("id", "stands"):
        assert stands == places.of_id(pk)


@given(st.lists(st.integers(1, 10**18), unique=True, min_size=2, max_size=20))
def test_ids_stand_in_their_order(numbers: list[int]) -> None:
    assert sorted(numbers, key=places.of_id) == sorted(numbers)


@given(st.integers(1, 2000), st.lists(st.tuples(st.integers(0, 40), st.integers(1, 5)), max_size=40))
def test_between_two_places_there_is_always_room(first: int, steps: list[tuple[int, int]]) -> None:
    held = ["", *(places.of_id(first + n) for n in range(12))]
    for at, count in steps:
        low = at % (len(held) - 1)
        new = places.between(held[low], held[low + 1], count)
        held[low + 1 : low + 1] = new
        assert held == sorted(held)
        assert len(set(held)) == len(held)
        assert not any(one.endswith("0") for one in new)


@pytest.mark.parametrize(
    ("object_key", "field", "one", "other"),
    [
        ("customers", "tags", ["甲", "乙"], ["丙"]),
        ("customers", "main_deal.amount", "1234.5", "8"),
        ("customers", "owner", "me", None),
        ("customers", "remark", "一段话", "另一段"),
        ("customers", "next_follow_up", "2026-03-05", None),
        ("contacts", "customer", "示例 1", "示例 2"),
    ],
)
def test_the_value_that_a_group_says_is_one_that_rows_can_be_given(
    table: Actor, ids: list[int], object_key: str, field: str, one: Any, other: Any
) -> None:
    known = {"me": table.user_id, "示例 1": {"id": ids[1]}, "示例 2": {"id": ids[2]}}

    def value(raw: Any) -> Any:
        return known.get(raw, raw) if isinstance(raw, str) else raw

    if object_key == "contacts":
        rows = [{"customer": ids[n], "name": f"联系 {n}"} for n in (3, 4)]
    else:
        rows = [{"name": f"新 {n}"} for n in (1, 2)]
    made, _ = write.batch(
        table,
        object_key,
        [{"id": None, "values": {**row, field: value(raw)}} for row, raw in zip(rows, (one, other), strict=True)],
    )
    asked = {"fields": [field], "group": [{"field": field, "desc": False}]}
    page = opening.first_page(table, object_key, asked, offset=0, limit=100)
    wanted = next(row[2] for row in page["rows"] if row[0] == made[0].id)
    path = next(group["path"] for group in page["groups"] if group["path"] == [wanted])
    moves.move(table, object_key, [made[1].id], None, values={field: path[0]})
    rows = opening.first_page(table, object_key, asked, offset=0, limit=100)["rows"]
    assert [row[2] for row in rows if row[0] == made[1].id] == [wanted]
