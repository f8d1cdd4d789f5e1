"""Cells of an xlsx that hold an error such as #N/A: the reader shows them as blank, and nobody would know."""

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
