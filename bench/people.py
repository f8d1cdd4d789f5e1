"""P7: many people at once, who read and sometimes write."""

import json
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from bench import clock, raw
from bench.clock import Figure
from bench.ground import Caller, Ground, Served
from bench.views import FIELDS

_PEOPLE = 50
_PAUSE = 2.0  # seconds from one act of a person to the next
_SECONDS = 60
_HURRIED = 8
_HURRIED_SECONDS = 15
_VIEWS = (
    {"sort": [{"field": "name", "desc": False}]},
    {"sort": [{"field": "next_follow_up", "desc": True}]},
    {"filter": {"field": "stage", "op": "is", "value": "potential"}},
)
_WORDS = ("恒信达", "hxd", "wangli", "13812", "C00123")


class Person:
    """One who works in the table: four acts of five read, one writes."""

    def __init__(self, served: Served, ids: list[int], seed: int) -> None:
        self._ask: Caller = served.caller()
        self._ids = ids
        self._chance = random.Random(seed)
        self.times: list[float] = []
        self.failed = 0

    def act(self) -> None:
        """Do something, and note how long it took and whether it was refused."""
        chance = self._chance.random()
        doing: Callable[[], tuple[int, bytes]] = self._write if chance < 0.2 else self._read
        begun = time.perf_counter()
        status, _ = doing()
        self.times.append(time.perf_counter() - begun)
        self.failed += status >= 400 and status != 409  # two wrote the same cell: an answer, not a failure

    def _read(self) -> tuple[int, bytes]:
        which = self._chance.randrange(4)
        if which == 0:
            path = f"/records/customers/{self._chance.choice(self._ids)}"
            return self._ask.raw("GET", path)
        body = {"fields": FIELDS, "limit": 100, **self._chance.choice(_VIEWS)}
        if which == 1:
            body = {"fields": FIELDS, "limit": 50, "search": self._chance.choice(_WORDS)}
        return self._ask.raw("POST", "/records/customers/query", body)

    def _write(self) -> tuple[int, bytes]:
        path = f"/records/customers/{self._chance.choice(self._ids)}"
        version = json.loads(self._ask.raw("GET", path)[1])["version"]
        return self._ask.raw("PATCH", path, {"version": version, "values": {"remark": f"{self._chance.random()}"}})


def measure(ground: Ground, served: Served) -> Iterator[Figure]:
    """On a running server, over HTTP, the clients in one process beside it."""
    on_server = ground.database == "PostgreSQL"
    with raw.opened(ground) as bare:
        ids = raw.some_ids(bare)
    calm = _work(served, ids, _PEOPLE, _SECONDS, _PAUSE)
    times = [one for person in calm for one in person.times]
    yield Figure(
        "P7", f"{_PEOPLE} people, each an act every {_PAUSE:.0f} s, p95", ground.database,
        clock.percentile(times, 0.95), 0.15,
        notes=[f"{len(times)} acts, {sum(one.failed for one in calm)} errors", f"slowest {max(times) * 1000:.0f} ms"],
    )  # fmt: skip
    hurried = _work(served, ids, _HURRIED, _HURRIED_SECONDS, 0)
    acts = sum(len(one.times) for one in hurried)
    yield Figure(
        "P7", f"{_HURRIED} clients that never wait, seconds for 1,000 acts", ground.database,
        1000 * _HURRIED_SECONDS / acts, 4.0 if on_server else 1000 / 300,
        notes=[f"{acts / _HURRIED_SECONDS:.0f} acts/s", f"{sum(one.failed for one in hurried)} errors"],
    )  # fmt: skip


def _work(served: Served, ids: list[int], people: int, seconds: float, pause: float) -> list[Person]:
    """Let them work for so long; each rests `pause` seconds less what his act took."""
    stop = Event()

    def work(person: Person, wait: float) -> None:
        stop.wait(wait)  # nobody begins at the same moment
        while not stop.is_set():
            begun = time.perf_counter()
            person.act()
            if pause:
                stop.wait(max(0.0, pause - (time.perf_counter() - begun)))

    crowd = [Person(served, ids, seed) for seed in range(people)]
    with ThreadPoolExecutor(people) as pool:
        working = [pool.submit(work, person, pause * n / people) for n, person in enumerate(crowd)]
        stop.wait(seconds)
        stop.set()
        for one in working:
            one.result()
    return crowd
