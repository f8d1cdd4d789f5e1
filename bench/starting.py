"""P10: start, idle memory, size of the installation."""

import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from statistics import median

from bench import clock
from bench.clock import Figure
from bench.ground import ROOT, Ground, serving

_PACKAGES = ROOT / "requirements.lock"


def measure(ground: Ground) -> Iterator[Figure]:
    """On a filled installation."""
    starts, memory = [], 0.0
    for _ in range(3):
        begun = time.perf_counter()
        with serving(ground.environment) as served:
            served.caller().raw("GET", "/health/ready")
            starts.append(time.perf_counter() - begun)
            time.sleep(3)
            memory = clock.memory_mb(served.pids())
    yield Figure("P10", "start to first answer", ground.database, median(starts), 2.0)
    yield Figure("P10", "idle memory", ground.database, memory, 150, unit="MB")
    if not ground.server:
        yield Figure("P10", "dependencies, installed", "", _installed_mb(), 400, unit="MB")


def _installed_mb() -> float:
    """What the pinned packages take on disk."""
    names = [line.split("==")[0].split("[")[0] for line in _PACKAGES.read_text().splitlines() if "==" in line]
    total = 0
    for name in names:
        try:
            files = distribution(name).files or []
        except PackageNotFoundError:  # for another system
            continue
        total += sum(path.stat().st_size for file in files if (path := file.locate()).is_file())
    return total / 1024**2
