"""The first rows of a search are those that all of it would begin with, however they are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kebu.fields.registry import catalog
from kebu.records import query, search, snapshots, write
from kebu.records.query import ViewSpec

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db
NAMES = ("杭州恒信达科技", "张掖示例商贸", "章丘示例", "Example Zhang", "浙江样品", "苏州精密")
# In every row, in a few of many, in none; a prefix that SQLite lists and such as it does not.
WORDS = ("示", "示例", "zhang", "zh", "zhangq", "z", "exam", "example", "hxd", "138", "13800", "zzz", "杭州 138", "...")


@pytest.fixture
def many(table: Actor) -> Actor:
    rows = [
        {"id": None, "values": {"name": NAMES[(n * n) % len(NAMES)], "main_contact.phone": f"138{n % 7:08d}"}}
        for n in range(400)
    ]
    write.batch(table, "customers", rows)
    return table


# As if collecting cost nothing, what it costs, and so much that rows are looked at as long as that is allowed.
@pytest.mark.parametrize("collecting", [0, search._COLLECT, 10_000])
@pytest.mark.parametrize("words", WORDS)
def test_the_first_rows_are_the_beginning_of_all(
    many: Actor, words: str, collecting: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_COLLECT", collecting)
    one = catalog().object("customers")
    ask = query.asking(many, "customers")
    everything = snapshots.ids(ask, ViewSpec(search=words)).tolist()
    for limit in (1, 10, 100, 1000):
        assert search.first(one, words, limit) == everything[:limit]
    for offset in (0, 3, 50):
        assert snapshots.some(ask, ViewSpec(search=words), offset, 20) == everything[offset : offset + 20]


def test_words_that_only_later_rows_hold_are_found(table: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_COLLECT", 10_000)
    names = ["张三", *["赵示例"] * 250, *["张示例"] * 30]
    write.batch(table, "customers", [{"id": None, "values": {"name": name}} for name in names])
    one, ask = catalog().object("customers"), query.asking(table, "customers")
    everything = snapshots.ids(ask, ViewSpec(search="zhang")).tolist()
    assert len(everything) == 31
    for limit in (1, 2, 10, 20, 31, 32):
        assert search.first(one, "zhang", limit) == everything[:limit]


def test_rows_that_a_filter_drops_are_not_among_the_first(many: Actor, bob: Actor) -> None:
    narrow = {"field": "main_contact.phone", "op": "is", "value": "13800000003"}
    for actor in many, bob:
        ask = query.asking(actor, "customers")
        spec = ViewSpec(filter=narrow, search="示例")
        everything = snapshots.ids(ask, spec).tolist()
        assert bool(everything) is (actor is many)
        assert snapshots.some(ask, spec, 0, 5) == everything[:5]
