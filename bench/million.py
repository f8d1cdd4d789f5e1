"""P16: a csv of a million rows end to end: sent, planned, written."""

import time
from collections.abc import Iterator

from bench import beside, clock
from bench.clock import Figure
from bench.ground import Caller, Ground

ROWS = 1_000_000
_MEMORY = 1024  # MB


def measure(ground: Ground) -> Iterator[Figure]:
    """On a copy, which is as many customers larger afterwards as the csv has: a million, or all where there are fewer.

    By the clock from the first byte that is sent until the job is done. CPU and memory are those of the program's
    processes, the reader of the file among them; PostgreSQL's are its own.
    """
    rows = min(ground.rows, ROWS)
    text = beside.sheet_of(rows)
    with ground.served() as served, clock.peak_memory(served.pids) as peak:
        with clock.watched(served.pids) as planning:
            planned = beside.upload(served, text)
        with clock.watched(served.pids) as applying:
            ask = served.caller()
            job = ask("POST", f"/imports/{planned['id']}/apply")["job"]
            state = _end_of(ask, job)
    if state != "done":
        raise RuntimeError(f"the import ended as {state}")
    wall = planning.wall + applying.wall
    goal = 150 if ground.database == "PostgreSQL" else 120
    yield Figure(
        "P16",
        f"import a csv of {rows:,} rows, end to end",
        ground.database,
        wall,
        goal if rows == ROWS else None,
        cpu=planning.cpu + applying.cpu,
        notes=[
            f"plan {planning.wall:.0f} s, apply {applying.wall:.0f} s",
            f"of CPU {planning.cpu:.0f} and {applying.cpu:.0f} s",
            f"{planned['plan']['counts']['create']:,} created",
            f"{rows / wall:,.0f} rows/s",
        ],
    )
    yield Figure(
        "P16",
        "most memory during that import",
        ground.database,
        peak.own,
        _MEMORY,
        unit="MB",
        notes=[f"{peak.whole:,.0f} MB with the pages of files that are mapped, the database's above all"],
    )


def _end_of(ask: Caller, job: int) -> str:
    """How a job ended; asked twice a second."""
    while True:
        state = str(ask("GET", f"/jobs/{job}")["state"])
        if state in ("done", "failed", "cancelled"):
            return state
        time.sleep(0.5)
