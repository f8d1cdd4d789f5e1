"""The process that parses: `python -m kebu.workbooks.child`, started by `reading.read` for each file.

It gets one JSON object on stdin and writes JSON lines to stdout: first what the workbook is, then for each sheet its
head (an object) and its rows in blocks (lists), at the end `{"end": true}` or `{"refused": code, "reason": text}`.
Nothing here imports Django, so that it starts in 40 ms. When it dies, the server lives.
"""

import gc
import resource
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any, BinaryIO

import orjson

from kebu.workbooks import limits
from kebu.workbooks.refusal import Refused

_ROWS_IN_BLOCK = 2000
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_APPEND_NEWLINE
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0"  # the container of xls files, and of every encrypted office file


def main() -> None:
    """Answer one job; whatever goes wrong becomes a refusal, except what kills the process."""
    job = orjson.loads(sys.stdin.buffer.read())
    out = sys.stdout.buffer
    limits.take_over(job["limits"])
    _limit_this_process(job["cpu_seconds"])
    gc.disable()  # nothing here makes cycles, and the collector would walk millions of cells
    try:
        _convert(job, out)
        _write_line(out, {"end": True})
    except Refused as refused:
        _write_line(out, {"refused": refused.code, "reason": refused.reason})
    except MemoryError:
        _write_line(out, {"refused": "too_large", "reason": "memory"})
    except BaseException as error:  # a panic of the Rust reader is no Exception
        _write_line(out, {"refused": "corrupt_file", "reason": f"{type(error).__name__}: {error}"[:500]})


def _limit_this_process(seconds: int) -> None:
    """Memory, CPU and core dumps of this process; a system that knows a limit not at all goes without it."""
    for kind, most in (
        (resource.RLIMIT_AS, limits.MAX_MEMORY_BYTES),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):
            continue


def _convert(job: dict[str, Any], out: BinaryIO) -> None:
    """Write what is in the file `job["path"]`; raises Refused, or whatever a broken file makes a reader raise."""
    with open(job["path"], "rb") as file:
        begins = file.read(4)
        if begins == _OLE or begins in _ZIP:
            _convert_spreadsheet(job, out)
        else:
            _convert_text(begins + file.read(), job, out)


def _convert_spreadsheet(job: dict[str, Any], out: BinaryIO) -> None:
    from kebu.workbooks.spreadsheet import Spreadsheet  # most of the start-up time, not needed for csv

    book = Spreadsheet(job["path"], job["password"])
    _write_line(out, {"format": book.format, "encoding": None, "delimiter": None, "base_1904": book.base_1904})
    for name, hidden, merges, rows in book.sheets():
        _write_line(out, {"name": name, "hidden": hidden, "merges": merges})
        _write_rows(out, ([None if cell == "" else cell for cell in row] for row in rows))


def _convert_text(data: bytes, job: dict[str, Any], out: BinaryIO) -> None:
    from kebu.workbooks import delimited, encoding, markup, vcard

    text, found = encoding.decode(data, job["encoding"])
    stem = PurePath(job["name"]).stem
    if kind := markup.kind_of(text):
        tables, base_1904 = markup.read(text, kind, stem)
        _write_line(out, {"format": kind, "encoding": found, "delimiter": None, "base_1904": base_1904})
        for table in tables:
            _write_line(out, {"name": table.name, "hidden": table.hidden, "merges": table.merges})
            _write_rows(out, table.rows)
        return
    delimiter: str | None = None
    if vcard.is_vcard(text):
        rows: Iterable[list[str | None]] = vcard.read_rows(data, job["encoding"])
        kind = "vcf"
    else:
        delimiter, rows = delimited.read_rows(text, job["delimiter"])
        kind = "csv"
    _write_line(out, {"format": kind, "encoding": found, "delimiter": delimiter, "base_1904": False})
    _write_line(out, {"name": stem, "hidden": False, "merges": []})
    _write_rows(out, _counted(rows))


def _counted(rows: Iterable[list[str | None]]) -> Iterator[list[str | None]]:
    """The same rows; raises Refused too_large when they hold too many cells."""
    cells = 0
    for row in rows:
        cells += len(row)
        if cells > limits.MAX_CELLS:
            raise Refused("too_large", f"more than {limits.MAX_CELLS} cells")
        yield row


def _write_rows(out: BinaryIO, rows: Iterable[list[Any]]) -> None:
    """Rows in blocks, without blank cells at their right and blank rows at the end."""
    block: list[list[Any]] = []
    blank = 0
    for row in rows:
        while row and row[-1] is None:
            row.pop()
        if not row:
            blank += 1
            continue
        block.extend([] for _ in range(blank))
        blank = 0
        block.append(row)
        if len(block) >= _ROWS_IN_BLOCK:
            _write_line(out, block)
            block = []
    if block:
        _write_line(out, block)


def _write_line(out: BinaryIO, what: Any) -> None:
    line = orjson.dumps(what, default=_tagged, option=_OPTIONS)
    if b"\\u0000" in line:
        line = orjson.dumps(_without_zeros(what), default=_tagged, option=_OPTIONS)
    if out.tell() + len(line) > limits.MAX_ANSWER_BYTES:
        raise Refused("too_large", "the cells hold too much text")
    out.write(line)
    out.flush()


def _without_zeros(what: Any) -> Any:
    """The same without zero characters, which no database stores."""
    match what:
        case str():
            return what.replace("\0", "")
        case list():
            return [_without_zeros(item) for item in what]
        case dict():
            return {key: _without_zeros(value) for key, value in what.items()}
        case _:
            return what


def _tagged(cell: Any) -> dict[str, str] | str:
    """What JSON has no form for; `reading` turns it back. Durations become text such as 26:30:00."""
    if isinstance(cell, timedelta):
        seconds = round(abs(cell).total_seconds())
        sign = "-" if cell < timedelta(0) else ""
        return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return {"datetime" if isinstance(cell, datetime) else type(cell).__name__: cell.isoformat()}


if __name__ == "__main__":
    main()
