"""Wall time and CPU time, of this process and of others."""

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

_TICKS = os.sysconf("SC_CLK_TCK")


def percentile(seconds: Sequence[float], share: float) -> float:
    """The value that `share` of them do not exceed."""
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * share))]


def timed(act: Callable[[], object]) -> float:
    """Seconds of wall time."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def typical(act: Callable[[], object], times: int) -> float:
    """The median of several goes, after one that nobody counts."""
    act()
    return median(timed(act) for _ in range(times))


@dataclass
class Spent:
    """What a stretch of work cost: seconds of wall time, and of CPU time by the processes that were watched."""

    wall: float = 0.0
    cpu: float = 0.0


@contextmanager
def watched(pids: Callable[[], list[int]]) -> Iterator[Spent]:
    """Measure a block; `pids` tells the processes that work for it."""
    spent = Spent()
    before, begun = cpu_seconds(pids()), time.perf_counter()
    yield spent
    spent.wall, spent.cpu = time.perf_counter() - begun, cpu_seconds(pids()) - before


def children(pid: int) -> list[int]:
    """A process and all that it started, and they."""
    table = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = [tuple(map(int, line.split())) for line in table.splitlines()]
    found = [pid]
    for one in found:
        found += [child for child, parent in parents if parent == one and child not in found]
    return found


def cpu_seconds(pids: Sequence[int]) -> float:
    """CPU time that processes have used so far."""
    if Path("/proc/self/stat").exists():
        return sum(map(_ticks, pids)) / _TICKS
    shown = subprocess.run(["ps", "-o", "time=", "-p", ",".join(map(str, pids))], capture_output=True, text=True).stdout
    return sum(_clock(line) for line in shown.split())


def _ticks(pid: int) -> int:
    """Also those of children that have ended: the reader of a file lives for seconds."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(map(int, fields[11:15]))


def _clock(text: str) -> float:
    seconds = 0.0
    for part in text.replace("-", ":").split(":"):
        seconds = seconds * 60 + float(part)
    return seconds


def memory_mb(pids: Sequence[int], *, own: bool = False) -> float:
    """Memory of processes together, what they share counted once (Linux); elsewhere their resident sizes.

    `own`: without the pages of files, such as the database's, that the system takes back when it needs them.
    """
    kinds = ("Pss_Anon:", "Pss_Shmem:") if own else ("Pss:",)
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith(kinds))
        except (FileNotFoundError, PermissionError, ProcessLookupError):
            shown = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True).stdout
            total += int(shown or 0)
    return total / 1024


@dataclass
class Peak:
    """The most memory in MB that processes had together whenever somebody looked: their own, and all (`memory_mb`)."""

    own: float = 0.0
    whole: float = 0.0


@contextmanager
def peak_memory(pids: Callable[[], list[int]]) -> Iterator[Peak]:
    """Look twice a second while a block runs; `pids` tells the processes that work for it."""
    peak, over = Peak(), threading.Event()

    def look() -> None:
        while not over.wait(0.5):
            present = pids()
            peak.own = max(peak.own, memory_mb(present, own=True))
            peak.whole = max(peak.whole, memory_mb(present))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()


@dataclass
class Figure:
    """One number of the table: seconds, or with `unit` something else; `goal` is the number to stay below."""

    number: str
    what: str
    database: str
    value: float
    goal: float | None
    unit: str = "s"
    cpu: float | None = None
    raw: float | None = None
    ratio_goal: float | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def ratio(self) -> float | None:
        """How many times the raw limit of the same run."""
        return self.value / self.raw if self.raw else None

    @property
    def met(self) -> bool:
        """Whether it is as good as it should be."""
        good = self.goal is None or self.value <= self.goal
        return good and (self.ratio_goal is None or self.ratio is None or self.ratio <= self.ratio_goal)
