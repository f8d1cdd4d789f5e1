"""P1 and P8: a workbook of 100,000 rows in, 100,000 rows and all of them out."""

from collections.abc import Iterator

from bench import inside, office
from bench.clock import Figure
from bench.ground import KEPT, Ground


def importing(ground: Ground, copy: Ground) -> Iterator[Figure]:
    """P1, on a copy, for it is larger afterwards; and what LibreOffice takes to open the same workbook."""
    path = KEPT / f"import_{ground.rows}.xlsx"
    if not path.exists():
        ground.inside("bench.inside", "workbook", str(path), str(ground.rows))
    told = copy.inside("bench.inside", "import", str(path))
    one = copy.inside("bench.inside", "correct", str(path))
    yield Figure(
        "P1",
        f"correct one cell of {inside.ROWS:,} planned rows",
        ground.database,
        one["cell"],
        1,
        cpu=one["cell_cpu"],
        notes=[f"a choice {one['choice']:.2f} s, all rows planned anew {one['anew']:.0f} s"],
    )
    on_server = ground.database == "PostgreSQL"
    yield Figure(
        "P1",
        f"import {inside.ROWS:,} rows of xlsx with their contacts",
        ground.database,
        told["plan"] + told["apply"],
        16 if on_server else 12,
        cpu=told["plan_cpu"] + told["apply_cpu"],
        raw=told["read"] + told["insert"],
        ratio_goal=4,
        notes=[
            f"plan {told['plan']:.0f} s, apply {told['apply']:.0f} s",
            f"{told['created']:,} created, {told['updated']:,} updated",
            f"peak {told['peak_mb']:,.0f} MB",
            office.compared(path),
        ],
    )


def exporting(ground: Ground) -> Iterator[Figure]:
    """P8."""
    for suffix, goal in (("xlsx", 4), ("csv", 15)):
        told = ground.inside("bench.inside", "export", suffix, str(ground.rows))
        yield Figure(
            "P8",
            f"export to {suffix}, 20 columns",
            ground.database,
            told["export"],
            goal,
            cpu=told["export_cpu"],
            raw=told["raw"],
            ratio_goal=2,
            notes=[f"{told['rows']:,} rows", f"{told['peak_mb'] - told['idle_mb']:,.0f} MB above idle"],
        )
