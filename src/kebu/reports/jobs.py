"""The overview as a workbook."""

from typing import Any

from kebu.accounts.actor import Actor
from kebu.accounts.models import User
from kebu.audit.log import note
from kebu.core import files
from kebu.core.errors import LANGUAGES, message
from kebu.core.jobs import Run, job
from kebu.reports import audit_export, tiles
from kebu.workbooks.writing import CellRange, ChartSpec, Column, Kind, SheetSpec, write_xlsx

_CHARTS: dict[str, Any] = {"bar": "column", "pie": "pie", "line": "line", "funnel": "bar", "number": "column"}


@job("reports.export")
def export_overview(run: Run, *, months: int) -> Any:
    """Write the overview of the person who asked: a sheet a tile, each with its native chart."""
    actor = Actor.of(User.objects.get(pk=run.job.user_id or 0))
    actor.require("export")
    figures = tiles.overview(actor, months=months)
    name = message("overview_file", actor.language, day=f"{run.job.created_at:%Y-%m-%d}")
    with files.store(name, user_id=actor.user_id) as (path, stored):
        write_xlsx(path, [_sheet(figure, actor.language) for figure in figures])
        labels = {language: message("audit_overview", language) for language in LANGUAGES}
        note("export", actor, object=labels, name=name, rows=len(figures))
    return {"file": stored.pk, "name": stored.name}


@job("reports.audit")
def export_audit(run: Run, **asked: Any) -> Any:
    """Write the entries of the audit log that an administrator asked for."""
    return audit_export.write_log(run, **asked)


def _sheet(figure: dict[str, Any], language: str) -> SheetSpec:
    (series,) = figure["series"]
    rows = [[point["label"], point["value"]] for point in series["points"]]
    title = figure["title"]
    kind: Kind = "money" if figure["unit"] == "money" else "number"
    first, last = 0, len(rows) - 1
    charts = [
        ChartSpec(_CHARTS[figure["kind"]], title, CellRange(title, 0, first, last), [CellRange(title, 1, first, last)])
    ]
    group = message("report_group", language)
    return SheetSpec(title, [Column(group), Column(title, kind)], rows, charts if rows else [])
