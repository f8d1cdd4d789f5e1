"""What an import keeps on disk until it is over: the files as they came, their cells, and the plan row by row.

Everything is JSON in lines, so that a page of the preview is read by itself and a part of the work as well.
"""

import os
import shutil
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt
import orjson
from django.conf import settings

from kebu.fields.parsing import text_of

_BLOCK = 2000
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS
# So many cells of a column are read together.
COLUMN_BLOCK = 1000
_RAW_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS
_KINDS = {"date": date.fromisoformat, "datetime": datetime.fromisoformat, "time": time.fromisoformat}
# What happens to a row, as it is counted and chosen by; `PROBLEM` is added where something is to be said about it.
ACTIONS = ("create", "update", "same", "skip", "reject", "exclude")
PROBLEM = 16


class Called(str):
    """What several columns call a record, such as its number and its title: the first text, with the `others`."""

    others: tuple[str, ...] = ()

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Called":
        """From all texts, of which there is one at least."""
        found = cls(texts[0])
        found.others = tuple(texts[1:])
        return found

    @classmethod
    def by(cls, cells: Sequence[Any]) -> "Called | None":
        """From the cells of a row; None where all are blank."""
        texts = [text for cell in cells if (text := text_of(cell).strip())]
        return cls.of(texts) if texts else None


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
        spans, end = array("q"), 0
        with self._writing(f"{name}.units") as out:
            for unit in units:
                spans.append(end)
                end += out.write(_line(unit))
                spans.append(end)
        self._write(f"{name}.spans", spans.tobytes())
        return len(spans) // 2

    def units(self, name: str, start: int, count: int) -> Iterator[list[Any]]:
        """The lines of `save_units` from the one with that place on, in lists of `count`."""
        spans = self.spans(name)[start:]
        with open(self.path / f"{name}.units", "rb") as lines:
            for first in range(0, len(spans), count):
                yield [_read(lines, *span) for span in spans[first : first + count].tolist()]

    def spans(self, name: str) -> npt.NDArray[np.int64]:
        """Where each line of `save_units` begins and ends."""
        path = self.path / f"{name}.spans"
        if path.exists():
            return np.fromfile(path, dtype=np.int64).reshape(-1, 2)
        with open(self.path / f"{name}.units", "rb") as lines:  # of a version that kept no spans
            ends = np.cumsum([0, *map(len, lines)], dtype=np.int64)
        return np.column_stack([ends[:-1], ends[1:]])

    def units_at(self, name: str, spans: Iterable[Sequence[int]]) -> list[Any]:
        """The lines of `save_units` that stand there."""
        with open(self.path / f"{name}.units", "rb") as lines:
            return [_read(lines, *span) for span in spans]

    def save_rows(self, name: str, rows: Iterable[Any], actions: Sequence[int]) -> None:
        """Keep the preview of the plan `name`: a line for each row of the files, and what happens to it (`ACTIONS`)."""
        ends = [0]
        with self._writing(f"{name}.rows") as out:
            for row in rows:
                out.write(_line(row))
                ends.append(out.tell())
        self.save_array(f"{name}.ends", np.array(ends, dtype=np.int64))
        self.save_array(f"{name}.actions", np.array(actions, dtype=np.uint8))

    def rows(self, name: str, only: str, offset: int, limit: int) -> tuple[int, list[tuple[str, Any]]]:
        """How many rows of the preview there are (`only`: all, problems, or an action), and some of them with their
        action."""
        actions = self.actions(name)
        if only == "all":
            places: npt.NDArray[Any] = np.arange(len(actions))
        elif only == "problems":
            places = np.flatnonzero(actions & PROBLEM)
        else:
            places = np.flatnonzero((actions & ~np.uint8(PROBLEM)) == ACTIONS.index(only))
        chosen = places[offset : offset + limit].tolist()
        lines = self.lines(name, chosen)
        found = [(ACTIONS[int(actions[place]) & ~PROBLEM], line) for place, line in zip(chosen, lines, strict=True)]
        return len(places), found

    def actions(self, name: str) -> npt.NDArray[np.uint8]:
        """What happens to each row of the preview, as `save_rows` took it."""
        return np.fromfile(self.path / f"{name}.actions", dtype=np.uint8)

    def row_spans(self, name: str) -> npt.NDArray[np.int64]:
        """Where the line of each row begins and ends."""
        path = self.path / f"{name}.places"
        if path.exists():
            return np.fromfile(path, dtype=np.int64).reshape(-1, 2)
        ends = np.fromfile(self.path / f"{name}.ends", dtype=np.int64)
        return np.column_stack([ends[:-1], ends[1:]])

    def lines(self, name: str, places: Sequence[int]) -> Iterator[Any]:
        """Some lines of `save_rows`, by their places."""
        spans = self.row_spans(name)[list(places)].tolist()
        with open(self.path / f"{name}.rows", "rb") as file:
            for span in spans:
                yield _read(file, *span)

    def save_titles(self, name: str, titles: Mapping[int, str]) -> None:
        """Keep what records are called that the plan `name` creates and names by refs."""
        self._write(f"{name}.titles", _line(titles))

    def titles(self, name: str) -> dict[int, str]:
        """What `save_titles` kept; nothing of a plan of one object."""
        path = self.path / f"{name}.titles"
        return {int(ref): title for ref, title in orjson.loads(path.read_bytes()).items()} if path.exists() else {}

    def save_array(self, name: str, values: npt.NDArray[Any]) -> None:
        """Keep numbers as they are."""
        self._write(name, values.tobytes())

    def array(self, name: str, kind: type[np.generic]) -> npt.NDArray[Any]:
        """What `save_array` kept, as numbers of that kind."""
        return np.fromfile(self.path / name, dtype=kind)

    def save_columns(self, name: str, columns: Iterable[Sequence[Any]]) -> list[list[int]]:
        """Keep columns of raw cells; answers of each where its blocks end, the first number is where it begins."""
        found, at = [], 0
        with self._writing(name) as out:
            for column in columns:
                ends = [at]
                for start in range(0, len(column), COLUMN_BLOCK):
                    block = list(column[start : start + COLUMN_BLOCK])
                    at += out.write(orjson.dumps(block, default=_raw_tagged, option=_RAW_OPTIONS))
                    ends.append(at)
                found.append(ends)
        return found

    def column_blocks(self, name: str, spans: Iterable[tuple[int, int]]) -> list[list[Any]]:
        """Blocks of columns that `save_columns` kept."""
        found = []
        with open(self.path / name, "rb") as file:
            for start, end in spans:
                file.seek(start)
                line = file.read(end - start)
                block = orjson.loads(line)
                found.append([_raw(one) for one in block] if b'{"' in line else block)
        return found

    def share(self, name: str, before: str, suffix: str) -> None:
        """Let the plan `name` have the same lines as the one before: only `append` adds to them, so that what either
        knows of stays where it is."""
        old, new = self.path / f"{before}.{suffix}", self.path / f"{name}.{suffix}"
        try:
            os.link(old, new)
        except OSError:  # a file system without links
            shutil.copyfile(old, new)

    def append(self, name: str, lines: Iterable[Any]) -> list[tuple[int, int]]:
        """Add lines to a file that plans share; answers where each of them begins and ends."""
        content = [_line(line) for line in lines]
        with open(self.path / name, "ab") as out:
            out.write(b"".join(content))  # in one go: another change may add to the same file
            out.flush()
            start = out.tell() - sum(map(len, content))
        ends = np.cumsum([start, *map(len, content)]).tolist()
        return list(pairwise(ends))

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


def _read(file: IO[bytes], start: int, end: int) -> Any:
    file.seek(start)
    return orjson.loads(file.read(end - start))


def _line(what: Any) -> bytes:
    return orjson.dumps(what, option=_OPTIONS)


def _tagged(cell: Any) -> dict[str, str]:
    return {"datetime" if isinstance(cell, datetime) else type(cell).__name__: cell.isoformat()}


def _raw_tagged(cell: Any) -> dict[str, Any]:
    if isinstance(cell, Decimal):
        return {"decimal": str(cell)}
    if isinstance(cell, str):  # what several columns call a record
        return {"called": [str(cell), *getattr(cell, "others", ())]}
    return _tagged(cell)


def _raw(cell: Any) -> Any:
    if type(cell) is not dict:
        return cell
    [(kind, content)] = cell.items()
    if kind == "called":
        return Called.of(content)
    return Decimal(content) if kind == "decimal" else _KINDS[kind](content)


def _untagged(rows: list[list[Any]]) -> list[list[Any]]:
    for row in rows:
        for index, cell in enumerate(row):
            if type(cell) is dict:
                [(kind, text)] = cell.items()
                row[index] = _KINDS[kind](text)
    return rows
