"""The table of figures, on the screen and in docs/performance.md."""

import os
import platform
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bench.clock import Figure
from bench.ground import ROOT

PAGE = ROOT / "docs" / "performance.md"
_BEGIN, _END = "<!-- figures: written by make bench -->", "<!-- end of figures -->"


def table(figures: Sequence[Figure]) -> str:
    """A table in Markdown, a line for each figure."""
    lines = [
        "| # | what | database | measured | goal | CPU | raw limit | ratio | goal | met |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for one in sorted(figures, key=lambda one: (int(one.number[1:]), one.what, one.database)):
        notes = f" ({'; '.join(one.notes)})" if one.notes else ""
        ratio = f"{one.ratio:.1f} ×" if one.ratio else ""
        cells = [
            one.number, one.what + notes, one.database, _shown(one.value, one.unit), _shown(one.goal, one.unit),
            _shown(one.cpu), _shown(one.raw, one.unit), ratio, f"≤ {one.ratio_goal} ×" if one.ratio_goal else "",
            "yes" if one.met else "no",
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _shown(value: float | None, unit: str = "s") -> str:
    if value is None:
        return ""
    if unit != "s":
        return f"{value:,.0f} {unit}"
    return (
        f"{value:.2f} s" if value >= 0.995 else f"{value * 1000:.0f} ms" if value >= 0.02 else f"{value * 1000:.1f} ms"
    )


def machine(rows: int, load_before: float) -> str:
    """What it was measured on."""
    model = platform.processor() or platform.machine()
    cpu = Path("/proc/cpuinfo")
    if cpu.exists():
        names = [
            line.partition(":")[2].strip() for line in cpu.read_text().splitlines() if line.startswith("model name")
        ]
        model = names[0] if names else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return (
        f"{datetime.now().astimezone():%Y-%m-%d}, {rows:,} customers. "
        f"{os.cpu_count()} cores ({model}), {memory:.0f} GB, "
        f"{platform.system()} {platform.release().partition('-')[0]}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}. Load of the machine when it began and ended: "
        f"{load_before:.1f}, {os.getloadavg()[0]:.1f}."
    )


def write(text: str) -> None:
    """Put the text between the marks of docs/performance.md."""
    page = PAGE.read_text()
    head, _, rest = page.partition(_BEGIN)
    _, _, tail = rest.partition(_END)
    PAGE.write_text(f"{head}{_BEGIN}\n\n{text}\n\n{_END}{tail}")
