"""xlsx, xls and ods to cells, inside the child process."""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

import msoffcrypto
import olefile
import python_calamine as calamine
from msoffcrypto.exceptions import InvalidKeyError

from kebu.workbooks import archive, limits
from kebu.workbooks.errors import error_cells, xls_error_cells
from kebu.workbooks.refusal import Refused

RawCell = str | int | float | bool | date | datetime | time | timedelta
Merge = tuple[int, int, int, int]

_BIFF_DATE_1904 = 0x0022
_BIFF_FILE_PASS = 0x002F
_BIFF_BEGIN = 0x0809
_BIFF_CODE_PAGE = 0x0042
_BIFF5 = b"\x00\x05"
# Excel 5.0 and 95, and old programs that write as they did, keep text in the code page of their machine. calamine
# reads it byte by byte, which two-byte signs do not survive: it is told that they are Windows-1252, and they are put
# together again afterwards.
_CODE_PAGES = {932: "cp932", 936: "gb18030", 949: "cp949", 950: "big5hkscs"}
_WINDOWS_1252 = b"\xe4\x04"
_BYTES = {bytes((byte,)).decode("cp1252", "ignore") or chr(byte): byte for byte in range(256)}
# Workbooks that only protect their structure are encrypted with this key, so that programs open them unasked.
_STRUCTURE_KEY = "VelvetSweatshop"


class Spreadsheet:
    """An opened workbook: `format`, `base_1904`, and its sheets one after the other."""

    def __init__(self, path: str, password: str | None) -> None:
        """Raises Refused: password_protected, wrong_password, unsupported_format, corrupt_file, too_large.

        Leaves files in the working directory, which the parent made for this process and removes.
        """
        self._with_errors: list[str] = []
        self._code_page: str | None = None
        self._errors_by_place: dict[int, dict[int, dict[int, str]]] = {}
        if olefile.isOleFile(path):
            path = _decrypted(path, password) or path
        if olefile.isOleFile(path):
            self.format, self.base_1904 = "xls", _xls_counts_from_1904(path)
            self._errors_by_place = xls_error_cells(_records(path))
            path, self._code_page = _in_single_bytes(path)
        else:
            self.format, self.base_1904, self._with_errors = archive.check(path)
        # calamine goes by the ending, and says what is wrong only when it need not guess the format.
        self._path = f"book.{self.format}"
        Path(self._path).symlink_to(path)
        try:
            self._workbook = calamine.load_workbook(self._path)
        except calamine.PasswordError as error:  # ods; xlsx and xls were decrypted before
            code = "unsupported_format" if password else "password_protected"
            raise Refused(code, "encrypted ods cannot be opened") from error
        except calamine.CalamineError as error:
            _refuse(error)

    def sheets(self) -> Iterator[tuple[str, bool, list[Merge], Iterator[list[RawCell]]]]:
        """Name, hidden, merges inside the used cells, rows from row 1 and column A on (blank cells are "")."""
        ods_merges = _ods_merges(self._path) if self.format == "ods" else {}
        errors = error_cells(self._path, self._with_errors) if self.format == "xlsx" and self._with_errors else {}
        cells = 0
        for place, meta in enumerate(self._workbook.sheets_metadata):
            if meta.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            try:
                sheet = self._workbook.get_sheet_by_name(meta.name)
            except calamine.CalamineError as error:
                _refuse(error)
            hidden = meta.visible != calamine.SheetVisibleEnum.Visible
            name = _said(meta.name, self._code_page) if self._code_page else meta.name
            if sheet.end is None:
                yield name, hidden, [], iter(())
                continue
            last_row, last_column = sheet.end
            cells += (last_row + 1) * (last_column + 1)
            if cells > limits.MAX_CELLS:
                raise Refused("too_large", f"{cells} cells up to sheet {meta.name}")
            merges = ods_merges.get(meta.name) or [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
            inside = [
                (top, left, min(bottom, last_row), min(right, last_column))
                for top, left, bottom, right in merges
                if top <= last_row and left <= last_column
            ]
            ranges = [merge for merge in inside if merge[:2] != merge[2:]]
            rows = sheet.iter_rows()
            if wrong := errors.get(meta.name) or self._errors_by_place.get(place):
                rows = _with(rows, wrong)
            if self._code_page:
                rows = _all_said(rows, self._code_page)
            yield name, hidden, ranges, rows


def _with(rows: Iterator[list[RawCell]], errors: dict[int, dict[int, str]]) -> Iterator[list[RawCell]]:
    """The rows with the errors that their cells hold."""
    for place, row in enumerate(rows):
        for column, error in errors.get(place, {}).items():
            if column < len(row) and row[column] == "":
                row[column] = error
        yield row


def _refuse(error: calamine.CalamineError) -> NoReturn:
    code = "too_large" if "limit exceeded" in str(error) else "corrupt_file"
    raise Refused(code, f"{type(error).__name__}: {error}") from error


def _decrypted(path: str, password: str | None) -> str | None:
    """The path of the decrypted copy of an OLE file; None where nothing is encrypted."""
    with olefile.OleFileIO(path) as ole:
        is_xlsx = ole.exists("EncryptedPackage")
        if not is_xlsx and _biff_record(ole, _BIFF_FILE_PASS) is None:
            return None
    tried = password or (None if is_xlsx else _STRUCTURE_KEY)
    if tried is None:
        raise Refused("password_protected", "an encrypted workbook")
    plain = "decrypted"
    with open(path, "rb") as file, open(plain, "wb") as out:
        office = msoffcrypto.OfficeFile(file)
        try:
            if is_xlsx:
                office.load_key(password=tried, verify_password=True)
            else:
                office.load_key(password=tried)
            office.decrypt(out)
        except InvalidKeyError as error:
            code = "wrong_password" if password else "password_protected"
            raise Refused(code, "the password does not fit") from error
    return plain


def _biff_record(ole: olefile.OleFileIO, kind: int) -> bytes | None:
    """The first record of `kind` among the workbook's own records of an xls file; None if it has none."""
    with ole.openstream(_book_in(ole)) as stream:
        while len(head := stream.read(4)) == 4:
            found, length = int.from_bytes(head[:2], "little"), int.from_bytes(head[2:], "little")
            body: bytes = stream.read(length)
            if found == kind:
                return body
            if found == 0x000A:  # end of the workbook's own records; those of the sheets follow
                break
    return None


def _book_in(ole: olefile.OleFileIO) -> str:
    name = next((name for name in ("Workbook", "Book") if ole.exists(name)), None)
    if name is None:
        raise Refused("unsupported_format", "an OLE file, but no workbook inside")
    return name


def _records(path: str) -> bytes:
    with olefile.OleFileIO(path) as ole, ole.openstream(_book_in(ole)) as stream:
        content: bytes = stream.read()
    return content


def _in_single_bytes(path: str) -> tuple[str, str | None]:
    """The path of a copy whose text is read byte by byte, and the code page to put it together by; the same path and
    None where that is not needed."""
    with olefile.OleFileIO(path) as ole:
        begin, page = _biff_record(ole, _BIFF_BEGIN), _biff_record(ole, _BIFF_CODE_PAGE)
    codec = _CODE_PAGES.get(int.from_bytes(page, "little")) if page else None
    if begin is None or begin[:2] != _BIFF5 or page is None or codec is None:
        return path, None
    head = _BIFF_CODE_PAGE.to_bytes(2, "little") + len(page).to_bytes(2, "little")
    copy = Path("single-bytes")
    copy.write_bytes(Path(path).read_bytes().replace(head + page, head + _WINDOWS_1252, 1))
    return str(copy), codec


def _said(text: str, code_page: str) -> str:
    if text.isascii() or any(sign not in _BYTES for sign in text):
        return text
    return bytes(map(_BYTES.__getitem__, text)).decode(code_page, "replace")


def _all_said(rows: Iterator[list[RawCell]], code_page: str) -> Iterator[list[RawCell]]:
    for row in rows:
        yield [_said(cell, code_page) if isinstance(cell, str) else cell for cell in row]


def _xls_counts_from_1904(path: str) -> bool:
    with olefile.OleFileIO(path) as ole:
        return _biff_record(ole, _BIFF_DATE_1904) == b"\x01\0"


_SPANS = re.compile(rb'number-(?:rows|columns)-spanned="(?:[2-9]|\d\d)')
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "


def _ods_merges(path: str) -> dict[str, list[Merge]]:
    """Merged ranges by sheet name: calamine has them for xlsx and xls only. Declarations were refused before."""
    with zipfile.ZipFile(path) as ods:
        content = ods.read("content.xml")
    if not _SPANS.search(content):
        return {}
    merges: dict[str, list[Merge]] = {}
    here: list[Merge] = []
    row = column = step = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal here, row, column, step
        if tag == _TABLE + "table":
            here = merges.setdefault(attributes.get(_TABLE + "name", ""), [])
            row = 0
        elif tag == _TABLE + "table-row":
            column, step = 0, int(attributes.get(_TABLE + "number-rows-repeated", 1))
        elif tag in (_TABLE + "table-cell", _TABLE + "covered-table-cell"):
            down = int(attributes.get(_TABLE + "number-rows-spanned", 1))
            right = int(attributes.get(_TABLE + "number-columns-spanned", 1))
            if down > 1 or right > 1:
                here.append((row, column, row + down - 1, column + right - 1))
            column += int(attributes.get(_TABLE + "number-columns-repeated", 1))

    def end(tag: str) -> None:
        nonlocal row
        if tag == _TABLE + "table-row":
            row += step

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.Parse(content, True)
    return merges
