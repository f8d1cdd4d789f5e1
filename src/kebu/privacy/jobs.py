"""Work of this room in the background."""

from typing import Any

from kebu.core import wiping
from kebu.core.jobs import Run, job, periodic
from kebu.fields.registry import catalog
from kebu.privacy import erase, package
from kebu.records import search


@job("privacy.wipe")
def wipe(run: Run, *, objects: list[str]) -> Any:
    """Let nothing of what was erased stay in the free parts of the database's files."""
    with wiping.thoroughly():
        for key in objects:
            if key in catalog().objects:
                search.merge(key, alive=lambda: run.progress(0))
    wiping.settle()


@job("privacy.package")
def write_package(run: Run, **asked: Any) -> Any:
    """Write all that is known of one person."""
    return package.write(run, **asked)


@periodic("privacy.list", at="03:00")
def write_list(run: Run) -> Any:
    """The list beside the backups, should it have been missed."""
    erase.keep_list()
