"""`make bench`: fill, measure, print the table and write it into docs/performance.md."""

import argparse
import os
import sys
from collections.abc import Iterator

from bench import beside, faults, files, live, million, page, people, report, saves, size, starting, views
from bench.clock import Figure
from bench.ground import KEPT, POSTGRES, Ground, PostgresServer

_ALL = ("P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P10", "P11", "P12", "P13", "P15", "P16")


def main() -> None:
    """Measure what is asked for on one database or both."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Kebu against its limits.")
    parser.add_argument("--rows", type=int, default=1_000_000, help="customers; default 1,000,000")
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument(
        "--only",
        default=",".join(_ALL),
        help=f"some of {','.join(_ALL)}, or '' for none; P1 looks at LibreOffice as well where it is installed, P16 is "
        "a csv of a million rows end to end",
    )
    parser.add_argument("--f1", type=int, default=0, metavar="ROUNDS", help="kill it so many times, too; default 0")
    parser.add_argument("--f8", type=int, default=0, metavar="EDITS", help="two browsers fight over a cell; default 0")
    parser.add_argument("--f9", type=int, default=0, metavar="EDITS", help="edits while streams break off; default 0")
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    args = parser.parse_args()
    KEPT.mkdir(parents=True, exist_ok=True)
    load = os.getloadavg()[0]
    figures: list[Figure] = []
    found: list[str] = []
    wanted = set(args.only.split(","))
    for server in _databases(args.database):
        if args.only:
            figures += _measure(args.rows, server, wanted)
        if args.f1:
            found.append(faults.killed(args.f1, 5000, server))
        if args.f8:
            found.append(faults.one_cell(args.f8, server))
        if args.f9:
            found.append(faults.cut_streams(args.f9, server))
    text = "\n\n".join([report.machine(args.rows, load), report.table(figures), *found])
    print(text)
    if args.write:
        report.write(text)


def _databases(which: str) -> Iterator[PostgresServer | None]:
    """SQLite (None), then a PostgreSQL whose data stay, ended afterwards."""
    if which != "postgres":
        yield None
    if which != "sqlite":
        folder = KEPT / "postgres"
        folder.mkdir(exist_ok=True)
        server = PostgresServer(folder, POSTGRES)
        try:
            yield server
        finally:
            server.stop()


def _measure(rows: int, server: PostgresServer | None, wanted: set[str]) -> list[Figure]:
    figures: list[Figure] = []
    for figure in _figures(rows, server, wanted):
        print(f"{figure.number} {figure.what} ({figure.database}): {figure.value:.4f} {figure.unit}", file=sys.stderr)
        figures.append(figure)
    return figures


def _figures(rows: int, server: PostgresServer | None, wanted: set[str]) -> Iterator[Figure]:
    ground = Ground(rows, server)
    wall, cpu = ground.fill()
    yield Figure("P0", f"fill with {rows:,} sample customers", ground.database, wall, 300, cpu=cpu)
    if "P1" in wanted:
        yield from files.importing(ground, Ground(rows, server, copy=True))
    if "P15" in wanted:
        yield from beside.measure(Ground(rows, server, copy=True))
    if "P16" in wanted:
        yield from million.measure(Ground(rows, server, copy=True))
    if "P8" in wanted:
        yield from files.exporting(ground)
    if wanted & {"P2", "P3", "P4", "P5", "P6", "P7", "P11", "P12"}:
        with ground.served() as served:
            if wanted & {"P2", "P3", "P4"}:
                yield from (one for one in views.measure(ground, served) if one.number in wanted)
            if "P5" in wanted:
                yield from saves.measure(ground, served)
            if "P6" in wanted:
                yield from live.measure(ground, served)
            if "P7" in wanted:
                yield from people.measure(ground, served)
            if wanted & {"P11", "P12"}:
                yield from (one for one in page.measure(ground, served) if one.number in wanted)
    if "P13" in wanted:
        yield from size.measure(rows, server)
    if "P10" in wanted:
        yield from starting.measure(ground)


if __name__ == "__main__":
    main()
