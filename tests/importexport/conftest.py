"""Importing as one person, in the tests' own database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor
    from kebu.importexport.models import Import

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


@pytest.fixture(autouse=True)
def clean_home(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Ids begin anew with each test, and folders and snapshots go by them."""
    settings.HOME = tmp_path / "kebu-home"
    settings.HOME.mkdir()
    yield


class Importer:
    """`importer(alice)`: files in, what became of them out."""

    def __init__(self, actor: Actor, folder: Path) -> None:
        self.actor, self.folder = actor, folder

    def book(
        self, name: str, *sheets: list[list[Any]], titles: tuple[str, ...] = (), hidden: tuple[str, ...] = ()
    ) -> Path:
        """An xlsx file with these rows."""
        book = openpyxl.Workbook()
        book.remove(book.active)
        for place, rows in enumerate(sheets):
            sheet = book.create_sheet(titles[place] if titles else f"表{place + 1}")
            for row in rows:
                sheet.append(row)
            if sheet.title in hidden:
                sheet.sheet_state = "hidden"
        path = self.folder / name
        book.save(path)
        return path

    def csv(self, name: str, text: str, encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.write_bytes(text.encode(encoding))
        return path

    def plan(self, *paths: Path, **options: Any) -> Import:
        """The files planned, nothing written."""
        from kebu.importexport import imports

        known = {key: options.pop(key) for key in ("object_key", "password", "only_sheet") if key in options}
        return imports.start(self.actor, [(path.name, path) for path in paths], options=options, **known)

    def apply(self, row: Import) -> Import:
        """What is planned, written by its job."""
        from kebu.core import jobs
        from kebu.importexport import imports

        job = imports.apply(self.actor, row.pk)
        assert jobs.work_once(only=job)
        job.refresh_from_db()
        assert job.state == "done", job.error
        row.refresh_from_db()
        assert row.state == "done"
        return row

    def run(self, *paths: Path, **options: Any) -> Import:
        """The files imported."""
        return self.apply(self.plan(*paths, **options))

    def rows(self, *rows: list[Any], **options: Any) -> Import:
        """A sheet of these rows, the header first, imported."""
        return self.run(self.book(f"rows-{len(list(self.folder.iterdir()))}.xlsx", list(rows)), **options)

    def planned(self, *rows: list[Any], **options: Any) -> Import:
        """A sheet of these rows, planned only."""
        return self.plan(self.book(f"rows-{len(list(self.folder.iterdir()))}.xlsx", list(rows)), **options)


@pytest.fixture
def importer(tmp_path: Path) -> Any:
    folder = tmp_path / "files"
    folder.mkdir()
    return lambda actor: Importer(actor, folder)


def counts(row: Import) -> dict[str, int]:
    """Counts by action, without those that are none."""
    return {key: value for key, value in row.summary["counts"].items() if value}


def shown(page: Any, min_row: int = 1) -> list[list[Any]]:
    """The cells of a sheet as a person sees them: without the column that only the program reads."""
    return [
        [cell for cell in row if not page.column_dimensions[cell.column_letter].hidden]
        for row in page.iter_rows(min_row=min_row)
    ]


def told(row: Import) -> list[tuple[int, str | None, str | None, str]]:
    """Row, column, value and code of every problem."""
    return [
        (one["row"], one["column"], one["value"], one["code"])
        for sheet in row.summary["sheets"]
        for one in sheet["problems"]
    ]


def mapped(row: Import, sheet: int = 0) -> dict[str, str | None]:
    """Header → field."""
    return {column["header"]: column["field"] for column in row.sheets[sheet]["columns"]}
