"""P5: saving one cell, durably, alone and with seven others."""

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event

from bench import clock, raw
from bench.clock import Figure, watched
from bench.ground import Ground, Served

_WRITERS = 8
_SECONDS = 10


def measure(ground: Ground, served: Served) -> Iterator[Figure]:
    """On a running server, over HTTP."""
    with raw.opened(ground) as bare:
        ids = raw.some_ids(bare)
        limit = clock.typical(raw.one_save(bare, ids), 200)
    chance = random.Random(5)
    ask = served.caller()
    times = []
    with watched(served.pids) as spent:
        for _ in range(200):
            pk = chance.choice(ids)
            version = ask("GET", f"/records/customers/{pk}")["version"]
            body = {"version": version, "values": {"remark": f"记录 {chance.random()}"}}
            times.append(clock.timed(partial(ask, "PATCH", f"/records/customers/{pk}", body)))
    reading = _cpu_of_reading(served, ids)
    yield Figure(
        "P5", "save one cell, alone, median", ground.database, clock.percentile(times, 0.5), None,
        cpu=spent.cpu / 200 - reading, raw=limit, ratio_goal=4,
        notes=[f"p95 {clock.percentile(times, 0.95) * 1000:.0f} ms"],
    )  # fmt: skip
    together, wall = _together(served, ids)
    yield Figure(
        "P5", f"save one cell, {_WRITERS} writers, p95", ground.database, clock.percentile(together, 0.95), 0.1,
        notes=[f"{len(together) / wall:.0f} saves/s", f"slowest {max(together) * 1000:.0f} ms"],
    )  # fmt: skip


def _cpu_of_reading(served: Served, ids: list[int]) -> float:
    """CPU of the read that comes before every save."""
    ask = served.caller()
    with watched(served.pids) as spent:
        for pk in ids[:200]:
            ask("GET", f"/records/customers/{pk}")
    return spent.cpu / 200


def _together(served: Served, ids: list[int]) -> tuple[list[float], float]:
    """Seconds of every save, and of all of it."""
    stop = Event()

    def write(n: int) -> list[float]:
        chance, ask, mine = random.Random(n), served.caller(), ids[n::_WRITERS]
        times = []
        while not stop.is_set():
            pk = chance.choice(mine)
            version = ask("GET", f"/records/customers/{pk}")["version"]
            body = {"version": version, "values": {"remark": f"记录 {chance.random()}"}}
            times.append(clock.timed(partial(ask, "PATCH", f"/records/customers/{pk}", body)))
        return times

    begun = time.perf_counter()
    with ThreadPoolExecutor(_WRITERS) as pool:
        writing = [pool.submit(write, n) for n in range(_WRITERS)]
        stop.wait(_SECONDS)
        stop.set()
        times = [one for writer in writing for one in writer.result()]
    return times, time.perf_counter() - begun
