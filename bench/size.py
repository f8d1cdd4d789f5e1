"""P13: what the size of the table costs: the same page, search and save with many customers and with few."""

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

from bench import clock, raw
from bench.clock import Figure
from bench.ground import Caller, Ground, PostgresServer
from bench.views import WORDS, at_any_depth, query

FEW = 100_000
_TIMES = 200


def measure(rows: int, server: PostgresServer | None) -> Iterator[Figure]:
    """Both on running servers, beside each other, in turns; the raw limit of each is what it takes with the few."""
    grounds = [Ground(FEW, server), Ground(rows, server)]
    with ExitStack() as stack:
        acts: list[dict[str, Callable[[], Any]]] = []
        for ground in grounds:
            ground.fill()
            with raw.opened(ground) as bare:
                ids = raw.some_ids(bare)
            acts.append(_acts(stack.enter_context(ground.served()).caller(), ids))
        for what in acts[0]:
            few: list[float] = []
            many: list[float] = []
            for _ in range(_TIMES):
                few.append(clock.timed(acts[0][what]))
                many.append(clock.timed(acts[1][what]))
            slow = " beside ".join(f"{clock.percentile(times, 0.95) * 1000:.1f}" for times in (many, few))
            yield Figure(
                "P13", f"{what}, {rows:,} beside {FEW:,} customers, median", grounds[1].database,
                clock.percentile(many, 0.5), None, raw=clock.percentile(few, 0.5), ratio_goal=1.5,
                notes=[f"p95 {slow} ms"],
            )  # fmt: skip


def _acts(ask: Caller, ids: list[int]) -> dict[str, Callable[[], Any]]:
    chance = random.Random(13)
    turn = at_any_depth(ask, chance)
    typed = [word[:end] for word in WORDS for end in range(1, len(word) + 1)]

    def search() -> None:
        ask("POST", "/records/customers/query", query({"search": chance.choice(typed)}, limit=50))

    versions = {pk: ask("GET", f"/records/customers/{pk}")["version"] for pk in ids[:_TIMES]}

    def save() -> None:
        pk = chance.choice([*versions])
        body = {"version": versions[pk], "values": {"remark": f"记录 {chance.random()}"}}
        versions[pk] = ask("PATCH", f"/records/customers/{pk}", body)["version"]

    return {"page of 100 at any depth": turn, "search as one types": search, "save of one cell": save}
