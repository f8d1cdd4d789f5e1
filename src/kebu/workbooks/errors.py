"""Cells of an xlsx or xls that hold an error such as #N/A: the reader shows them as blank, and nobody would know."""

import re
import zipfile
from xml.parsers import expat

_LARGEST = 256 * 1024**2  # bytes of a part that is searched
_MOST = 1_000_000
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?\bt\s*=\s*[\"']e[\"'][^>]*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_PLACE = re.compile(rb"\br\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_VALUE = re.compile(rb"<(?:\w+:)?v[^>]*>([^<]{1,40})<")


def error_cells(path: str, parts: list[str]) -> dict[str, dict[int, dict[int, str]]]:
    """By the name of the sheet, row and column (from 0): what stands there. `parts` are those that have some."""
    found: dict[str, dict[int, dict[int, str]]] = {}
    with zipfile.ZipFile(path) as archive:
        names = _sheet_names(archive)
        for part in parts:
            name = names.get(part.replace("\\", "/").lower())
            if name is None or archive.getinfo(part).file_size > _LARGEST:
                continue
            rows = found.setdefault(name, {})
            for count, match in enumerate(_CELL.finditer(archive.read(part))):
                place, value = _PLACE.search(match[1]), _VALUE.search(match[2])
                if place and value:
                    column = 0
                    for letter in place[1]:
                        column = column * 26 + letter - 64
                    rows.setdefault(int(place[2]) - 1, {})[column - 1] = value[1].decode("utf-8", "replace")
                if count > _MOST:
                    break
    return found


# What an xls says in one byte.
_CODES = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_BOUND_SHEET, _BEGIN, _FORMULA, _ERROR = 0x0085, 0x0809, 0x0006, 0x0205
# A cell with an error, and a formula that came to one: row, column, format, and then what it is.
_MAY_HOLD_ONE = re.compile(
    rb"\x05\x02\x08\0.{6}[\0\x07\x0f\x17\x1d$*]\x01|\x02.[\0\x07\x0f\x17\x1d$*]...\xff\xff", re.DOTALL
)


def xls_error_cells(book: bytes) -> dict[int, dict[int, dict[int, str]]]:
    """The same of an xls, by the place of the sheet; `book`: its records."""
    if not _MAY_HOLD_ONE.search(book):
        return {}
    found: dict[int, dict[int, dict[int, str]]] = {}
    begins: dict[int, int] = {}
    sheet = None
    at = count = 0
    while at + 4 <= len(book) and count < _MOST:
        kind, length = int.from_bytes(book[at : at + 2], "little"), int.from_bytes(book[at + 2 : at + 4], "little")
        body = book[at + 4 : at + 4 + length]
        if kind == _BOUND_SHEET:
            begins[int.from_bytes(body[:4], "little")] = len(begins)
        elif kind == _BEGIN and at in begins:  # that of a chart within a sheet is none of its own
            sheet = begins[at]
        elif sheet is not None and (code := _error_in(kind, body)) is not None:
            row, column = int.from_bytes(body[:2], "little"), int.from_bytes(body[2:4], "little")
            found.setdefault(sheet, {}).setdefault(row, {})[column] = _CODES.get(code, "#N/A")
            count += 1
        at += 4 + length
    return found


def _error_in(kind: int, body: bytes) -> int | None:
    """The code of the error that a record holds."""
    if kind == _ERROR and len(body) >= 8 and body[7] == 1:
        return body[6]
    if kind == _FORMULA and len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2:
        return body[8]
    return None


def _sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Path of a part, in lower case → name of the sheet. Declarations were refused before."""
    parts = {name.replace("\\", "/").lower(): name for name in archive.namelist()}
    targets: dict[str, str] = {}
    names: dict[str, str] = {}

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith("Relationship"):
            target = attributes.get("Target", "").replace("\\", "/")
            targets[attributes.get("Id", "")] = (target[1:] if target[:1] == "/" else f"xl/{target}").lower()

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(" ")[2] == "sheet":
            key = next((value for name, value in attributes.items() if name.endswith(" id")), "")
            names[targets.get(key, "")] = attributes.get("name", "")

    for part, handler in (("xl/_rels/workbook.xml.rels", relation), ("xl/workbook.xml", sheet)):
        if part in parts:
            parser = expat.ParserCreate(namespace_separator=" ")
            parser.StartElementHandler = handler
            parser.Parse(archive.read(parts[part]), True)
    return names
