"""Who was erased, in a file beside the backups: what a backup brings back of them goes again before anybody sees it.

The file names nobody: it has ids of records and the moments at which these were made, as no other record of that id
was. Whoever restores on another machine takes it along beside the backup.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import orjson

from kebu.backups import package

NAME = "erased.jsonl"
Entry = dict[str, Any]

_again: list[Callable[[list[Entry]], None]] = []
_files: list[Callable[[], None]] = []


def again(rows: Callable[[list[Entry]], None]) -> Callable[[list[Entry]], None]:
    """Register what erases entries once more, in a database that was built from a backup and that nobody sees yet."""
    _again.append(rows)
    return rows


def add(entries: Iterable[Entry]) -> None:
    """Note erasures that the list does not have yet; on disk when this returns."""
    known = {entry.get("number") for entry in listed()}
    lines = [orjson.dumps(entry) for entry in entries if entry["number"] not in known]
    if lines:
        path = package.folder() / NAME
        with open(path, "ab") as out:
            out.write(b"\n".join(lines) + b"\n")
            out.flush()
            os.fsync(out.fileno())
        path.chmod(0o600)


def listed(*folders: Path) -> list[Entry]:
    """The entries of the lists in these folders, by default that of the backups, each once, oldest first."""
    found: dict[str, Entry] = {}
    for folder in folders or (package.folder(),):
        path = folder / NAME
        for line in path.read_bytes().splitlines() if path.exists() else ():
            try:
                entry = orjson.loads(line)
            except orjson.JSONDecodeError:  # a line that was cut off in the middle
                continue
            found.setdefault(entry["number"], entry)
    return sorted(found.values(), key=lambda entry: str(entry["at"]))


def erase_again(entries: list[Entry]) -> None:
    """Erase what a database holds of these all the same."""
    for each in _again:
        each(entries)
