"""P2, P3, P4: opening views, paging at any depth, searching as one types."""

import random
import shutil
import time
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median
from typing import Any

from bench import clock, raw
from bench.clock import Figure, watched
from bench.ground import Caller, Ground, Served

FIELDS = [
    *("name", "main_contact.name", "main_contact.phone", "main_contact.email", "address"),
    *("main_deal.title", "main_deal.start_date", "main_deal.end_date", "main_deal.amount"),
    *("level", "industry", "stage", "next_follow_up", "remark"),
]
_POTENTIAL = {"field": "stage", "op": "is", "value": "potential"}
WORDS = [
    "恒信达科技",
    "hxd",
    "zhangwei",
    "杭州",
    "wangli",
    "13812",
    "8866",
    "C00123",
    "example",
    "苏州精密",
    "老客户",
    "lixm",
]


def sorts(own: str) -> dict[str, dict[str, Any]]:
    """The views that are opened; the first three have an index, the others order all rows."""
    return {
        "name": {"sort": [{"field": "name", "desc": False}]},
        "next follow-up": {"sort": [{"field": "next_follow_up", "desc": True}]},
        "newest": {"sort": [{"field": "created_at", "desc": True}]},
        "own number": {"sort": [{"field": own, "desc": True}]},
        "deal amount, filtered": {"sort": [{"field": "main_deal.amount", "desc": True}], "filter": _POTENTIAL},
    }


def measure(ground: Ground, served: Served) -> Iterator[Figure]:
    """All three on a running server."""
    ask = served.caller()
    objects = ask("GET", "/objects")["objects"]
    fields = next(one["fields"] for one in objects if one["key"] == "customers")
    own = next(one["key"] for one in fields if one["kind"] == "number" and not one["builtin"])
    with raw.opened(ground) as bare:
        ids = raw.some_ids(bare)
        yield from _opening(ground, served, ask, bare, own)
        yield from _grouping(ground, served, ask)
        yield _paging(ground, served, ask, clock.typical(raw.page(bare, ids), 100), own)
    yield _searching(ground, served, ask)


def query(view: dict[str, Any], limit: int = 100) -> dict[str, Any]:
    """The body that asks for the first rows of a view."""
    return {"fields": FIELDS, "limit": limit, **view}


def _page(snapshot: str, offset: int) -> str:
    fields = ",".join(FIELDS)
    return f"/records/customers/pages?snapshot={snapshot}&offset={offset}&limit=100&fields={fields}"


def _open(ask: Caller, view: dict[str, Any]) -> tuple[float, float]:
    """Seconds until the first rows were there, and further ones until the whole order was known."""
    begun = time.perf_counter()
    answer = ask("POST", "/records/customers/query", query(view))
    shown = time.perf_counter()
    ask("GET", _page(answer["snapshot"], 5000))
    return shown - begun, time.perf_counter() - shown


_INDEXED = {
    "name": ("title_key", "ASC"),
    "next follow-up": ("next_follow_up", "DESC"),
    "newest": ("created_at", "DESC"),
}


def _opening(ground: Ground, served: Served, ask: Caller, bare: Any, own: str) -> Iterator[Figure]:
    on_server = ground.database == "PostgreSQL"
    for name, view in sorts(own).items():
        times, cpu = [], []
        for _ in range(4):
            shutil.rmtree(ground.home / "cache" / "snapshots", ignore_errors=True)
            with watched(served.pids) as spent:
                times.append(_open(ask, view))
            cpu.append(spent.cpu)
        screen, order = median(one for one, _ in times[1:]), median(one for _, one in times[1:])
        first = Figure("P3", f"first screen, {name}", ground.database, screen, None)
        whole = Figure("P3", f"whole order, {name}", ground.database, order, None)
        whole.cpu = median(cpu[1:])
        if name in _INDEXED:
            first.goal, whole.goal = (0.08, 1.0) if on_server else (0.05, 0.5)
            first.raw = clock.typical(raw.first_rows(bare, *_INDEXED[name]), 5)
            whole.raw = clock.typical(raw.whole_order(bare, *_INDEXED[name]), 3)
            first.ratio_goal = whole.ratio_goal = 1.5
        yield from (first, whole)


_AMOUNT = "main_deal.amount"
_GROUPED: dict[str, list[dict[str, Any]]] = {
    "level and stage": [{"field": "level", "desc": False}, {"field": "stage", "desc": False}],
    "month of the next follow-up": [{"field": "next_follow_up", "desc": False, "unit": "month"}],
}


def _grouping(ground: Ground, served: Served, ask: Caller) -> Iterator[Figure]:
    """First screen of a grouped view, which needs the whole order and the sums; a sum over all rows."""
    total = {"field": _AMOUNT, "function": "sum"}
    for name, group in _GROUPED.items():
        times = []
        for _ in range(3):
            shutil.rmtree(ground.home / "cache" / "snapshots", ignore_errors=True)
            body = query({"group": group, "totals": [total]})
            times.append(clock.timed(partial(ask, "POST", "/records/customers/query", body)))
        with watched(served.pids) as spent:
            ask("POST", "/records/customers/query", body)
        again = f"asked again {spent.wall * 1000:.0f} ms"
        yield Figure("P3", f"first screen, grouped by {name}", ground.database, median(times), None, notes=[again])
    snapshot = ask("POST", "/records/customers/query", query({}))["snapshot"]
    body = {"snapshot": snapshot, "aggregates": [total]}
    sums = clock.typical(partial(ask, "POST", "/records/customers/summary", body), 3)
    yield Figure("P3", "sum of a selected column of all rows", ground.database, sums, None)


def at_any_depth(ask: Caller, chance: random.Random, own: str = "") -> Callable[[], object]:
    """What asks for some page of some of the views; those that need no field of one's own, where none is named."""
    opened = []
    for view in [*sorts(own).values()][: None if own else len(_INDEXED)]:
        snapshot = ask("POST", "/records/customers/query", query(view))["snapshot"]
        opened.append((snapshot, ask("GET", _page(snapshot, 0))["count"]))

    def turn() -> object:
        snapshot, count = chance.choice(opened)
        return ask.raw("GET", _page(snapshot, chance.randrange(count)))

    return turn


def _paging(ground: Ground, served: Served, ask: Caller, limit: float, own: str) -> Figure:
    turn = at_any_depth(ask, random.Random(4), own)
    with watched(served.pids) as spent:
        times = [clock.timed(turn) for _ in range(300)]
    return Figure(
        "P2", "page of 100 at any depth, p95", ground.database, clock.percentile(times, 0.95),
        0.02 if ground.database == "PostgreSQL" else 0.01,
        cpu=spent.cpu / len(times), raw=limit, ratio_goal=4,
        notes=[f"median {clock.percentile(times, 0.5) * 1000:.1f} ms"],
    )  # fmt: skip


def _searching(ground: Ground, served: Served, ask: Caller) -> Figure:
    times = {}
    with watched(served.pids) as spent:
        for word in WORDS:
            for end in range(1, len(word) + 1):
                body = query({"search": word[:end]}, limit=50)
                search = partial(ask.raw, "POST", "/records/customers/query", body)
                times[word[:end]] = min(clock.timed(search) for _ in range(3))
    slowest = sorted(times, key=lambda word: -times[word])[:3]
    goal = 0.025 if ground.database == "PostgreSQL" else 0.01
    return Figure(
        "P4", "search as one types, top 50, p95", ground.database, clock.percentile(list(times.values()), 0.95), goal,
        cpu=spent.cpu / (3 * len(times)),
        notes=[f"median {clock.percentile(list(times.values()), 0.5) * 1000:.1f} ms",
               "slowest: " + ", ".join(f"{word} {times[word] * 1000:.0f} ms" for word in slowest)],
    )  # fmt: skip
