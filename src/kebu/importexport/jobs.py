"""Work of this room in the background."""

from datetime import timedelta
from typing import Any

from kebu.core.jobs import Run, job, periodic
from kebu.importexport import apply, export, returning, tidy


@job("importexport.apply")
def apply_import(run: Run, *, import_id: int) -> Any:
    """Write what an import has planned."""
    return apply.run_import(run, import_id)


@job("importexport.export")
def export_rows(run: Run, **asked: Any) -> Any:
    """Write a file of what a view shows."""
    return export.run_export(run, **asked)


@job("importexport.compare")
def compare_upload(run: Run, **asked: Any) -> Any:
    """Compare an export that came back with what is here."""
    return returning.run_compare(run, **asked)


@periodic("importexport.tidy", every=timedelta(minutes=30))
def tidy_imports(run: Run) -> Any:
    """Clear away what is over, and take back what was given up."""
    return tidy.tidy()
