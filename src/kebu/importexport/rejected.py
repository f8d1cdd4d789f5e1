"""The rows that an import leaves out, given back as a workbook with the reason beside each."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from kebu.accounts.actor import Actor
from kebu.core.errors import KebuError, message
from kebu.importexport import imports
from kebu.importexport.folder import Folder
from kebu.importexport.parts import objects_of
from kebu.workbooks.writing import Column, SheetSpec, write_xlsx

_PAGE = 1000


def workbook(actor: Actor, pk: int) -> tuple[IO[bytes], str]:
    """An open xlsx file and its name: a sheet for each that has such rows, as it came, with each reason as a comment at
    its cell and in a column at the end, which an import of the file leaves out.

    KebuError `not_found`, `import_gone`, `nothing_rejected`.
    """
    row = imports.find(actor, pk)
    folder = Folder(row.folder)
    reasons: dict[tuple[int, int], dict[int, list[dict[str, Any]]]] = {}
    for one in _left_out(actor, pk):
        reasons.setdefault((one["file"], one["index"]), {})[one["row"]] = one["problems"]
    if not reasons:
        raise KebuError("nothing_rejected", status=404)
    sheets = []
    for (file, index), rows in reasons.items():
        stored = folder.load_cells(file, index)
        sheet = next(one for one in row.sheets if (one["file"], one["index"]) == (file, index))
        headers = [column["header"] for column in sheet["columns"]]
        places = [column["index"] for column in sheet["columns"]]
        lines: list[list[Any]] = [
            [*(cells[at] if at < len(cells) else None for at in places), _said(problems)]
            for number, problems in rows.items()
            for cells in [stored.rows[number - 1]]
        ]
        columns = [Column(header) for header in headers] + [Column(message("reason", actor.language), width=40)]
        sheets.append(SheetSpec(sheet["name"], columns, lines, comments=_comments(headers, list(rows.values()))))
    out = tempfile.TemporaryFile(prefix="kebu-")  # noqa: SIM115  # closed by the answer that sends it
    with tempfile.TemporaryDirectory(prefix="kebu-") as home:
        path = Path(home, "rejected.xlsx")
        write_xlsx(path, sheets)
        out.write(path.read_bytes())
    out.seek(0)
    return out, f"{Path(row.files[0]['name']).stem}-{message('rejected_rows', actor.language)}.xlsx"


def _said(problems: Sequence[Mapping[str, Any]]) -> str:
    return " ".join(dict.fromkeys(problem["message"] for problem in problems))


def _comments(headers: Sequence[str], rows: Sequence[Sequence[Mapping[str, Any]]]) -> dict[tuple[int, int], str]:
    """The reasons as comments, each at its cell; at the row's first cell what is said of the whole row."""
    found: dict[tuple[int, int], list[str]] = {}
    for line, problems in enumerate(rows):
        for problem in problems:
            # Of a field that several columns make up the first one has the comment.
            header = (problem.get("column") or "").split(" + ")[0]
            at = headers.index(header) if header in headers else 0
            found.setdefault((line, at), []).append(problem["message"])
    return {cell: " ".join(dict.fromkeys(said)) for cell, said in found.items()}


def _left_out(actor: Actor, pk: int) -> Iterator[dict[str, Any]]:
    for key in objects_of(imports.find(actor, pk)):
        offset = 0
        while found := imports.rows(actor, pk, only="reject", offset=offset, limit=_PAGE, object_key=key)["rows"]:
            yield from found
            offset += _PAGE
