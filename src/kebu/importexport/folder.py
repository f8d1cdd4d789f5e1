"""What an import keeps on disk until it is over: the files as they came, their cells, and the plan row by row.

Everything is JSON in lines, so that a page of the preview is read by itself and a part of the work as well.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
from django.conf import settings

_BLOCK = 2000
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS
_KINDS = {"date": date.fromisoformat, "datetime": datetime.fromisoformat, "time": time.fromisoformat}
# What happens to a row, as it is counted and chosen by; `PROBLEM` is added where something is to be said about it.
ACTIONS = ("create", "update", "same", "skip", "reject", "exclude")
PROBLEM = 16


@dataclass
class StoredSheet:
    """The cells of a sheet and the ranges that are merged in it."""

    rows: list[list[Any]]
    merges: list[tuple[int, int, int, int]]


class Folder:
    """The folder of one import under KEBU_HOME, readable by its owner only."""

    def __init__(self, name: int | str) -> None:
        self.path = Path(settings.HOME) / "imports" / str(name)

    def make(self) -> None:
        """Create it."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)

    def remove(self) -> None:
        """Delete it with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)

    @property
    def is_there(self) -> bool:
        """Whether it has not been cleared away."""
        return self.path.is_dir()

    def upload(self, place: int) -> Path:
        """Where the file with that place among the uploaded ones lies."""
        return self.path / f"upload-{place}"

    # -- cells ----------------------------------------------------------------------------------------------------

    def save_cells(self, file: int, sheet: int, stored: StoredSheet, what: str = "cells") -> None:
        """Keep the cells of a sheet, so that a change of the mapping need not open the file again. `what`: as "cells"
        of a table, or "whole" as they stood in the file where they were no table."""
        with self._writing(f"{what}-{file}-{sheet}") as out:
            out.write(_line(stored.merges))
            for start in range(0, len(stored.rows), _BLOCK):
                out.write(orjson.dumps(stored.rows[start : start + _BLOCK], default=_tagged, option=_OPTIONS))

    def load_cells(self, file: int, sheet: int, what: str = "cells") -> StoredSheet:
        """What `save_cells` kept."""
        rows: list[list[Any]] = []
        with open(self.path / f"{what}-{file}-{sheet}", "rb") as lines:
            merges = [(top, left, bottom, right) for top, left, bottom, right in orjson.loads(next(lines))]
            for line in lines:
                block = orjson.loads(line)
                rows += _untagged(block) if b'{"' in line else block
        return StoredSheet(rows, merges)

    def save(self, what: str, file: int, sheet: int, content: Any) -> None:
        """Keep what else belongs to a sheet, as JSON."""
        self._write(f"{what}-{file}-{sheet}", _line(content))

    def load(self, what: str, file: int, sheet: int) -> Any:
        """What `save` kept."""
        return orjson.loads((self.path / f"{what}-{file}-{sheet}").read_bytes())

    def save_bytes(self, name: str, content: bytes) -> None:
        """Keep what is no JSON."""
        self._write(name, content)

    def load_bytes(self, name: str) -> bytes:
        """What `save_bytes` kept."""
        return (self.path / name).read_bytes()

    # -- the plan -------------------------------------------------------------------------------------------------

    def save_units(self, name: str, units: Iterable[Any]) -> int:
        """Keep what the plan `name` is to write, one line for each record; answers how many."""
        count = 0
        with self._writing(f"{name}.units") as out:
            for unit in units:
                out.write(_line(unit))
                count += 1
        return count

    def units(self, name: str, start: int, count: int) -> Iterator[list[Any]]:
        """The lines of `save_units` from the one with that place on, in lists of `count`."""
        with open(self.path / f"{name}.units", "rb") as lines:
            for _ in range(start):
                next(lines)
            while part := [orjson.loads(line) for _, line in zip(range(count), lines, strict=False)]:
                yield part

    def save_rows(self, name: str, rows: Iterable[Any], actions: Sequence[int]) -> None:
        """Keep the preview of the plan `name`: a line for each row of the files, and what happens to it (`ACTIONS`)."""
        ends = [0]
        with self._writing(f"{name}.rows") as out:
            for row in rows:
                out.write(_line(row))
                ends.append(out.tell())
        self._write(f"{name}.ends", np.array(ends, dtype=np.int64).tobytes())
        self._write(f"{name}.actions", np.array(actions, dtype=np.uint8).tobytes())

    def rows(self, name: str, only: str, offset: int, limit: int) -> tuple[int, list[tuple[str, Any]]]:
        """How many rows of the preview there are (`only`: all, problems, or an action), and some of them with their
        action."""
        actions = np.fromfile(self.path / f"{name}.actions", dtype=np.uint8)
        if only == "all":
            places: npt.NDArray[Any] = np.arange(len(actions))
        elif only == "problems":
            places = np.flatnonzero(actions & PROBLEM)
        else:
            places = np.flatnonzero((actions & ~np.uint8(PROBLEM)) == ACTIONS.index(only))
        ends = np.fromfile(self.path / f"{name}.ends", dtype=np.int64)
        found = []
        with open(self.path / f"{name}.rows", "rb") as file:
            for place in places[offset : offset + limit].tolist():
                file.seek(ends[place])
                line = file.read(int(ends[place + 1] - ends[place]))
                found.append((ACTIONS[int(actions[place]) & ~PROBLEM], orjson.loads(line)))
        return len(places), found

    def save_titles(self, name: str, titles: Mapping[int, str]) -> None:
        """Keep what records are called that the plan `name` creates and names by refs."""
        self._write(f"{name}.titles", _line(titles))

    def titles(self, name: str) -> dict[int, str]:
        """What `save_titles` kept; nothing of a plan of one object."""
        path = self.path / f"{name}.titles"
        return {int(ref): title for ref, title in orjson.loads(path.read_bytes()).items()} if path.exists() else {}

    def lines(self, name: str, places: Sequence[int]) -> Iterator[Any]:
        """Some lines of `save_rows`, by their places."""
        ends = np.fromfile(self.path / f"{name}.ends", dtype=np.int64)
        with open(self.path / f"{name}.rows", "rb") as file:
            for place in places:
                file.seek(ends[place])
                yield orjson.loads(file.read(int(ends[place + 1] - ends[place])))

    def forget_plan(self, name: str) -> None:
        """Delete what was kept of a plan that another one has replaced."""
        for path in self.path.glob(f"{name}.*"):
            path.unlink(missing_ok=True)

    # -- files ----------------------------------------------------------------------------------------------------

    def _writing(self, name: str) -> "_Replaced":
        return _Replaced(self.path / name)

    def _write(self, name: str, content: bytes) -> None:
        with self._writing(name) as out:
            out.write(content)


class _Replaced:
    """A file that takes its place whole when it is complete: nobody reads half of it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(f"{path.name}.{os.getpid()}.part")

    def __enter__(self) -> Any:
        self._file = open(self._part, "wb")
        return self._file

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        self._file.close()
        if kind is None:
            self._part.replace(self._path)
        else:
            self._part.unlink(missing_ok=True)


def _line(what: Any) -> bytes:
    return orjson.dumps(what, option=_OPTIONS)


def _tagged(cell: Any) -> dict[str, str]:
    return {"datetime" if isinstance(cell, datetime) else type(cell).__name__: cell.isoformat()}


def _untagged(rows: list[list[Any]]) -> list[list[Any]]:
    for row in rows:
        for index, cell in enumerate(row):
            if type(cell) is dict:
                [(kind, text)] = cell.items()
                row[index] = _KINDS[kind](text)
    return rows
