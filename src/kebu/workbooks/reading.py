"""Opening a workbook that somebody sent.

Whatever the file does to its reader (huge allocations, aborts, endless loops), it does to a child process with
limits on memory and time; the server gets cells or a clear refusal. The child's answer is JSON, never pickle.
"""

import logging
import os
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any, Literal

import orjson

from kebu.core.errors import KebuError
from kebu.workbooks import limits
from kebu.workbooks.delimited import is_delimiter
from kebu.workbooks.encoding import ENCODINGS

logger = logging.getLogger(__name__)

Cell = str | int | float | bool | date | datetime | time | None
Row = list[Cell]

_SOURCE_ROOT = str(Path(__file__).resolve().parents[2])
_ANSWER, _COMPLAINTS = "answer", "complaints"  # files in the folder of a child
# So many files at a time in one server process: each may take `limits.MAX_MEMORY_BYTES`.
_slots = threading.BoundedSemaphore(limits.AT_ONCE)


@dataclass(slots=True)
class Sheet:
    """One sheet. `rows[i]` is row `first_row + i + 1` as a person counts, leading blank rows included.

    Rows end at their last filled cell (a blank row is `[]`), blank cells are None. `merges` are ranges
    (top, left, bottom, right) counted from 0, both ends in; only their first cell has the value.
    """

    name: str
    hidden: bool
    rows: list[Row]
    merges: list[tuple[int, int, int, int]]
    first_row: int = 0


@dataclass(slots=True)
class Workbook:
    """All worksheets of a file in their order. `encoding` is that of a text file, `delimiter` that of a csv; the cells
    of both are text, but for the XML of Excel 2003.

    `base_1904`: numbers that turn out to be dates count days from 1904 (cells formatted as dates arrive as dates).
    """

    format: Literal["xlsx", "xls", "ods", "csv", "html", "mhtml", "xml", "vcf"]
    encoding: str | None
    delimiter: str | None
    base_1904: bool
    sheets: list[Sheet]


def read(
    path: str | os.PathLike[str],
    *,
    name: str,
    password: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Workbook:
    """The cells of an xlsx, xls, ods, csv, tsv, txt, html or vcf file; its format is found by content, not by `name`.

    `name` is what its sender calls the file, for messages. `encoding` (one of ENCODINGS) and `delimiter` (one sign)
    overrule what is found in a text file. Raises KebuError password_protected, wrong_password,
    unsupported_format, corrupt_file, too_large, unknown_encoding, unknown_delimiter.
    """
    if encoding is not None and encoding not in ENCODINGS:
        raise KebuError("unknown_encoding", encoding=encoding)
    if delimiter is not None and not is_delimiter(delimiter):
        raise KebuError("unknown_delimiter", delimiter=delimiter)
    path = Path(path).resolve()
    size = path.stat().st_size
    if size == 0:
        raise _refusal("corrupt_file", name, "empty")
    if size > limits.MAX_FILE_BYTES:
        raise _refusal("too_large", name, f"{size} bytes")
    job = {
        "path": str(path),
        "name": name,
        "password": password,
        "encoding": encoding,
        "delimiter": delimiter,
        "limits": limits.handed_over(),
        "cpu_seconds": limits.cpu_seconds_for(size),
    }
    with _slots, tempfile.TemporaryDirectory(prefix="kebu-") as folder:
        fate = _run_child(job, Path(folder), limits.wall_seconds_for(size))
        if fate is not None:
            raise _refusal(fate, name, "the reader died")
        with open(Path(folder, _ANSWER), "rb") as answer:
            return _received(answer, name)


def _run_child(job: dict[str, Any], folder: Path, seconds: int) -> str | None:
    """Run the child in `folder` for at most so many seconds; None, or the code of the refusal that its death means."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("KEBU_")}
    with open(folder / _ANSWER, "wb") as answer, open(folder / _COMPLAINTS, "w+b") as complaints:
        try:
            done = subprocess.run(
                [sys.executable, "-P", "-m", "kebu.workbooks.child"],
                input=orjson.dumps(job),  # not as arguments, which every user of the machine can see: the password
                stdout=answer,
                stderr=complaints,
                cwd=folder,
                env=environment | {"PYTHONPATH": _SOURCE_ROOT, "RUST_BACKTRACE": "0"},
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            logger.warning("workbook child killed after %s seconds", seconds)
            return "too_large"
        if done.returncode == 0:
            return None
        complaints.seek(0)
        complaint = complaints.read(2000).decode(errors="replace")
        logger.warning("workbook child ended with %s: %s", done.returncode, complaint)
    # Killed by a signal: out of memory (abort, segmentation fault, the kernel's killer) or out of time.
    return "too_large" if done.returncode < 0 else "corrupt_file"


def _received(answer: IO[bytes], name: str) -> Workbook:
    book: Workbook | None = None
    for line in answer:
        try:
            what = orjson.loads(line)
        except orjson.JSONDecodeError:  # the disk was full
            break
        if book is not None and isinstance(what, list):
            book.sheets[-1].rows += _untagged(what) if b'{"' in line else what
        elif "refused" in what:
            raise _refusal(what["refused"], name, what["reason"])
        elif book is None:
            book = Workbook(**what, sheets=[])
        elif "name" in what:
            merges = [(top, left, bottom, right) for top, left, bottom, right in what["merges"]]
            book.sheets.append(Sheet(what["name"], what["hidden"], [], merges))
        else:
            return book
    raise _refusal("corrupt_file", name, "the reader gave no end")


_KINDS = {"date": date.fromisoformat, "datetime": datetime.fromisoformat, "time": time.fromisoformat}


def _untagged(rows: list[list[Any]]) -> list[Row]:
    for row in rows:
        for index, cell in enumerate(row):
            if type(cell) is dict:
                [(kind, text)] = cell.items()
                row[index] = _KINDS[kind](text)
    return rows


def _refusal(code: str, name: str, reason: str) -> KebuError:
    return KebuError(code, name=name, cells=f"{limits.MAX_CELLS:,}", details={"reason": reason})
