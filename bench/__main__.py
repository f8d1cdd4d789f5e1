"""`make bench`: fill, measure, print the table and write it into docs/performance.md."""

import argparse
import os
import sys
from collections.abc import Iterator

from bench import report, saves, starting, views
from bench.clock import Figure
from bench.ground import KEPT, POSTGRES, Ground, PostgresServer

_ALL = ("P1", "P2", "P3", "P4", "P5", "P8", "P10")


def main() -> None:
    """Measure what is asked for on one database or both."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Kebu against its limits.")
    parser.add_argument("--rows", type=int, default=1_000_000, help="customers; default 1,000,000")
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--only", default=",".join(_ALL), help=f"some of {','.join(_ALL)}")
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    args = parser.parse_args()
    KEPT.mkdir(parents=True, exist_ok=True)
    load = os.getloadavg()[0]
    figures: list[Figure] = []
    wanted = set(args.only.split(","))
    if args.database != "postgres":
        figures += _measure(Ground(args.rows, None), wanted)
    if args.database != "sqlite":
        server = PostgresServer(_folder(), POSTGRES)
        try:
            figures += _measure(Ground(args.rows, server), wanted)
        finally:
            server.stop()
    text = f"{report.machine(args.rows, load)}\n\n{report.table(figures)}"
    print(text)
    if args.write:
        report.write(text)


def _folder():  # type: ignore[no-untyped-def]
    folder = KEPT / "postgres"
    folder.mkdir(exist_ok=True)
    return folder


def _measure(ground: Ground, wanted: set[str]) -> list[Figure]:
    figures: list[Figure] = []
    for figure in _figures(ground, wanted):
        print(f"{figure.number} {figure.what} ({figure.database}): {figure.value:.4f} {figure.unit}", file=sys.stderr)
        figures.append(figure)
    return figures


def _figures(ground: Ground, wanted: set[str]) -> Iterator[Figure]:
    took = ground.fill()
    if took is not None:
        yield Figure("P0", "fill with sample customers", ground.database, took, 300)
    if wanted & {"P2", "P3", "P4", "P5"}:
        with ground.served() as served:
            if wanted & {"P2", "P3", "P4"}:
                yield from (one for one in views.measure(ground, served) if one.number in wanted)
            if "P5" in wanted:
                yield from saves.measure(ground, served)
    if "P10" in wanted:
        yield from starting.measure(ground)


if __name__ == "__main__":
    main()
