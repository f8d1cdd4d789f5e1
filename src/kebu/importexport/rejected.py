"""The rows that an import leaves out, given back as a workbook with the reason beside each."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from kebu.accounts.actor import Actor
from kebu.core.errors import KebuError, message
from kebu.importexport import imports
from kebu.importexport.folder import Folder
from kebu.workbooks.writing import Column, SheetSpec, write_xlsx

_PAGE = 1000


def workbook(actor: Actor, pk: int) -> tuple[IO[bytes], str]:
    """An open xlsx file and its name: a sheet for each that has such rows, as it came and with a column of reasons.

    KebuError `not_found`, `import_gone`, `nothing_rejected`.
    """
    row = imports.find(actor, pk)
    folder = Folder(row.folder)
    reasons: dict[tuple[int, int], dict[int, str]] = {}
    for one in _left_out(actor, pk):
        place = next(
            sheet["index"] for sheet in row.sheets if (sheet["file"], sheet["name"]) == (one["file"], one["sheet"])
        )
        said = " ".join(dict.fromkeys(problem["message"] for problem in one["problems"]))
        reasons.setdefault((one["file"], place), {})[one["row"]] = said
    if not reasons:
        raise KebuError("nothing_rejected", status=404)
    sheets = []
    for (file, index), rows in reasons.items():
        stored = folder.load_cells(file, index)
        sheet = next(one for one in row.sheets if (one["file"], one["index"]) == (file, index))
        headers = [column["header"] for column in sheet["columns"]]
        places = [column["index"] for column in sheet["columns"]]
        lines: list[list[Any]] = [
            [*(cells[at] if at < len(cells) else None for at in places), said]
            for number, said in rows.items()
            for cells in [stored.rows[number - 1]]
        ]
        columns = [Column(header) for header in headers] + [Column(message("reason", actor.language), width=40)]
        sheets.append(SheetSpec(sheet["name"], columns, lines))
    out = tempfile.TemporaryFile(prefix="kebu-")  # noqa: SIM115  # closed by the answer that sends it
    with tempfile.TemporaryDirectory(prefix="kebu-") as home:
        path = Path(home, "rejected.xlsx")
        write_xlsx(path, sheets)
        out.write(path.read_bytes())
    out.seek(0)
    return out, f"{Path(row.files[0]['name']).stem}-{message('rejected_rows', actor.language)}.xlsx"


def _left_out(actor: Actor, pk: int) -> Iterator[dict[str, Any]]:
    offset = 0
    while found := imports.rows(actor, pk, only="reject", offset=offset, limit=_PAGE)["rows"]:
        yield from found
        offset += _PAGE
