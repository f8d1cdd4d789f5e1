"""What is checked in a zipped workbook (xlsx, ods) before any spreadsheet reader sees it.

Readers allocate the rectangle between the first and the last cell, so one cell in the far corner costs 500 GB, and
they unpack whatever they are given. Every part is therefore unpacked once as a stream, which also proves its size
and its checksum, and searched for declarations and far cells.
"""

import re
import zipfile
from pathlib import Path

from kebu.workbooks import limits
from kebu.workbooks.refusal import Refused

_ODS_MEDIA_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_CHUNK = 1024**2
_OVERLAP = 128  # longer than any pattern below, so that none is lost between two chunks

# Only columns from AAA and rows from 100,000 can make a rectangle that the memory limit would not bear. Files that
# are spelled otherwise than by the usual programs, or lie, run into that limit instead. The patterns begin with plain
# letters, which makes the search five times as quick.
_FAR_CELL = re.compile(rb' r="([A-Z]{3})([0-9]{1,7})"')
_FAR_ROW = re.compile(rb'<row r="([0-9]{6,7})"')
# What every cell has, or nearly: with a name space `</x:c>`. Too many are counted, never too few.
_CELLS = {"xlsx": (b"<c", b":c>"), "ods": (b":table-cell",)}
_DATE_1904 = re.compile(rb"""\bdate1904\s*=\s*["'](1|true)["']""")


def check(path: str) -> tuple[str, bool, list[str]]:
    """The format of a zip file, `xlsx` or `ods`, whether its dates count from 1904, and the parts with cells that hold
    errors.

    Raises Refused: unsupported_format for any other zip, corrupt_file, too_large.
    """
    with _opened(path) as archive:
        parts = archive.infolist()
        _check_directory(parts, Path(path).stat().st_size)
        workbook_format, base_1904 = _format(archive)
        cells = 0
        with_errors: list[str] = []
        for part in parts:
            count, has_errors = _check_part(archive, part, _CELLS[workbook_format])
            cells += count
            if has_errors and part.filename.lower().endswith(".xml"):
                with_errors.append(part.filename)
            if cells > limits.MAX_CELLS:
                raise Refused("too_large", f"{cells} cells up to {part.filename}")
        return workbook_format, base_1904, with_errors


def _opened(path: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise Refused("corrupt_file", f"zip: {error}") from error


def _check_directory(parts: list[zipfile.ZipInfo], size: int) -> None:
    if len(parts) > limits.MAX_PARTS:
        raise Refused("too_large", f"{len(parts)} parts")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits.MAX_UNPACKED_BYTES:
        raise Refused("too_large", f"{unpacked} bytes unpacked")
    if unpacked > limits.RATIO_MATTERS_ABOVE and unpacked > size * limits.MAX_RATIO:
        raise Refused("too_large", f"unpacks to {unpacked // size} times its size")
    if len({part.filename for part in parts}) < len(parts):
        # Two readers may take two different ones: what was checked would not be what is read.
        raise Refused("corrupt_file", "two parts of the same name")
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("unsupported_format", "parts are encrypted by zip")


def _format(archive: zipfile.ZipFile) -> tuple[str, bool]:
    """The format, and whether dates count from 1904."""
    names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}  # some programs spell them so
    if workbook := names.get("xl/workbook.xml"):
        with archive.open(workbook) as stream:
            return "xlsx", _DATE_1904.search(stream.read(_CHUNK)) is not None
    if "mimetype" in names and archive.read("mimetype").strip().startswith(_ODS_MEDIA_TYPE):
        return "ods", False
    raise Refused("unsupported_format", "a zip file, but no xlsx or ods inside")


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, marks: tuple[bytes, ...]) -> tuple[int, bool]:
    """How many cells are in a part, at most, and whether some hold errors; counting stops where they are too many."""
    cells = 0
    has_errors = False
    is_xml = part.filename.lower().endswith((".xml", ".rels"))
    last_row = 0
    last_column = b""
    tail = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            if is_xml and not tail and (b"\0" in chunk[:4] or chunk.startswith((b"\xff\xfe", b"\xfe\xff"))):
                # Nobody writes UTF-16 here; the searches below would be blind, and the reader finds no cell.
                raise Refused("corrupt_file", f"{part.filename} is not in UTF-8")
            window = tail + chunk
            tail = window[-_OVERLAP:]
            if is_xml and b"<!DOCTYPE" in window:
                # No workbook has declarations; entities are how XML bombs and file thieves are built.
                raise Refused("corrupt_file", f"declarations in {part.filename}")
            cells += sum(chunk.count(mark) for mark in marks) if is_xml else 0
            has_errors = has_errors or b't="e"' in window or b"t='e'" in window
            if cells > limits.MAX_CELLS:
                break
            for column, row in _FAR_CELL.findall(window):
                last_column = max(last_column, column)
                last_row = max(last_row, int(row))
            for row in _FAR_ROW.findall(window):
                last_row = max(last_row, int(row))
    if last_row * _column_number(last_column) > limits.MAX_CELLS:
        raise Refused("too_large", f"cells as far out as {last_column.decode()}{last_row} in {part.filename}")
    return cells, has_errors


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
