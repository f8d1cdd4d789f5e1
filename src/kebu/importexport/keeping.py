"""What is kept beside the plan of one object so that a correction need not plan the whole file anew.

The cells as they came column by column, and for each row the tokens of all by which it meets other rows: those that it
is joined by, and the records that it may be. Rows that share no token, not even by way of others, have nothing to do
with each other. `correcting` reads it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from kebu.importexport.folder import ACTIONS, COLUMN_BLOCK, Folder
from kebu.importexport.joining import EXCLUDE, Source
from kebu.importexport.options import Options
from kebu.importexport.outcome import Draft, labels_in, problems_in, said

# Of this file; another one is not understood.
_FORMAT = 1
_OUTSIDE = ""  # the column of what another system calls the rows
Numbers = npt.NDArray[Any]


@dataclass
class KeptSheet:
    """A sheet that counts. `headers` are in the order in which its columns are understood; `ends` those of the blocks
    of each. `labels` are new choices by field with how often they are there, `left` those of them in rows that are left
    out. For the rest see `Source`."""

    file: int
    sheet: int
    first: int
    count: int
    headers: dict[str, str]
    ends: dict[str, list[int]]
    person: str | None
    system: str | None
    labels: dict[str, dict[str, int]]
    left: dict[str, dict[str, int]]

    @property
    def rows(self) -> slice:
        """The places of its rows among all rows."""
        return slice(self.first, self.first + self.count)


@dataclass
class Index:
    """Numbers that go with the rows and lines of a plan.

    `tokens` are in order, `token_rows` says of each whose it is. `problems` say of each thing to be said in which row
    it is, `groups` which others it is like (`group_of`). `firsts` are the first rows of the records to be written."""

    numbers: Numbers
    tokens: Numbers
    token_rows: Numbers
    problems: Numbers
    groups: Numbers
    firsts: Numbers

    KINDS = (
        ("numbers", np.int32),
        ("tokens", np.uint64),
        ("token_rows", np.int32),
        ("problems", np.int32),
        ("groups", np.uint64),
        ("firsts", np.int32),
    )

    def save(self, folder: Folder, name: str) -> None:
        """Keep it with the plan `name`."""
        for what, kind in self.KINDS:
            folder.save_array(f"{name}.{what}", getattr(self, what).astype(kind, copy=False))

    @classmethod
    def load(cls, folder: Folder, name: str) -> "Index":
        """What `save` kept."""
        return cls(*(folder.array(f"{name}.{what}", kind) for what, kind in cls.KINDS))


def mark_of(actor_key: Sequence[Any], options: Options) -> str:
    """By whom and under which rights, fields and options a plan is made: another one can't be corrected by it."""
    said_by = [_FORMAT, *actor_key, vars(options)]
    return blake2b(orjson.dumps(said_by, default=str), digest_size=16).hexdigest()


def group_of(problem: Mapping[str, Any]) -> int:
    """A number for all problems of cells that say the same."""
    like = repr((problem["field"], problem["column"], problem["code"], problem["value"]))
    return int.from_bytes(blake2b(like.encode(errors="surrogatepass"), digest_size=8).digest())


def keep(folder: Folder, name: str, mark: str, draft: Draft) -> int:
    """Keep the work of a plan, and what a correction needs; answers how many records are to be written."""
    firsts: list[int] = []

    def lines() -> Iterable[Any]:
        for first, line in draft.work():
            firsts.append(first)
            yield line

    total = folder.save_units(name, lines())
    tokens = np.array(draft.tokens, dtype=np.uint64)
    order = np.argsort(tokens, kind="stable")
    rows = np.array(draft.token_rows, dtype=np.int32)
    numbers = [np.fromiter(source.numbers, dtype=np.int32) for source in draft.sources]
    groups: dict[tuple[Any, ...], int] = {}
    for problem in draft.problems:
        like = (problem.field, problem.column, problem.code, problem.value)
        if like not in groups:
            groups[like] = group_of(said(problem))
    index = Index(
        np.concatenate(numbers) if numbers else np.zeros(0, dtype=np.int32),
        tokens[order],
        rows[order],
        np.array([problem.row for problem in draft.problems], dtype=np.int32),
        np.array([groups[one.field, one.column, one.code, one.value] for one in draft.problems], dtype=np.uint64),
        np.array(firsts, dtype=np.int32),
    )
    index.save(folder, name)
    columns = [
        (place, key, column)
        for place, source in enumerate(draft.sources)
        for key, column in (*source.raws.items(), (_OUTSIDE, source.outside))
        if column is not None
    ]
    ends = folder.save_columns(f"{name}.raws", [column for _, _, column in columns])
    sheets = [_sheet(source) for source in draft.sources]
    for (place, key, _), blocks in zip(columns, ends, strict=True):
        sheets[place].ends[key] = blocks
    save_sheets(folder, name, mark, sheets)
    return total


def _sheet(source: Source) -> KeptSheet:
    left: dict[str, dict[str, int]] = {}
    out = [row - source.first for row, mode in source.modes.items() if mode == EXCLUDE]
    for key in source.labels:
        add_labels(left.setdefault(key, {}), (source.columns[key].values[place] for place in out), 1)
    labels = {key: dict(counts) for key, counts in source.labels.items()}
    headers = {key: source.headers[key] for key in source.columns}
    count = len(source.numbers)
    return KeptSheet(
        source.file, source.sheet, source.first, count, headers, {}, source.person, source.system, labels, left
    )


def add_labels(counts: dict[str, int], values: Iterable[Any], by: int) -> None:
    """Count the labels of new choices in plain values."""
    for value in values:
        for label in labels_in(value):
            counts[label] = counts.get(label, 0) + by


def save_sheets(folder: Folder, name: str, mark: str, sheets: Iterable[KeptSheet]) -> None:
    """Keep what is known of the sheets of a plan, last of all: where it is there, all of it is."""
    folder.save_bytes(f"{name}.kept", orjson.dumps({"mark": mark, "sheets": [asdict(one) for one in sheets]}))


class Kept:
    """What is kept of one plan."""

    def __init__(self, folder: Folder, name: str, mark: str, sheets: Sequence[KeptSheet]) -> None:
        self.folder, self.name, self.mark, self.sheets = folder, name, mark, sheets
        self.index = Index.load(folder, name)

    @classmethod
    def find(cls, folder: Folder, name: str, mark: str) -> "Kept | None":
        """That of a plan, if there is one and it was made under this mark."""
        try:
            raw = orjson.loads(folder.load_bytes(f"{name}.kept"))
            if raw["mark"] != mark:
                return None
            return cls(folder, name, mark, [KeptSheet(**one) for one in raw["sheets"]])
        except FileNotFoundError:
            return None

    def sheet(self, file: int, sheet: int) -> KeptSheet | None:
        """One sheet; None where it does not count."""
        return next((one for one in self.sheets if (one.file, one.sheet) == (file, sheet)), None)

    def place(self, sheet: KeptSheet, number: int) -> int | None:
        """The place within its sheet of the row with that number."""
        numbers = self.index.numbers[sheet.rows]
        place = int(np.searchsorted(numbers, number))
        return place if place < len(numbers) and numbers[place] == number else None

    def numbers(self, sheet: KeptSheet, places: Sequence[int] | None = None) -> list[int]:
        """The numbers of the rows at some places of a sheet, or of all."""
        numbers = self.index.numbers[sheet.rows]
        found: list[int] = (numbers if places is None else numbers[list(places)]).tolist()
        return found

    def column(self, sheet: KeptSheet, key: str, most: int | None = None) -> list[Any]:
        """The cells of a field as they came, all or so many."""
        ends = sheet.ends[key]
        if most is not None:
            ends = ends[: -(-most // COLUMN_BLOCK) + 1]
        blocks = self.folder.column_blocks(f"{self.name}.raws", pairwise(ends))
        return [cell for block in blocks for cell in block][:most]

    def cells(self, sheet: KeptSheet, key: str, places: Sequence[int]) -> list[Any]:
        """The cells of a field at some places of its sheet, as they came."""
        ends = sheet.ends[key]
        wanted = sorted({place // COLUMN_BLOCK for place in places})
        blocks = self.folder.column_blocks(f"{self.name}.raws", [(ends[at], ends[at + 1]) for at in wanted])
        found = dict(zip(wanted, blocks, strict=True))
        return [found[place // COLUMN_BLOCK][place % COLUMN_BLOCK] for place in places]

    def outside(self, sheet: KeptSheet, places: Sequence[int]) -> list[Any] | None:
        """What another system calls the rows at some places; None where there is no such column."""
        return self.cells(sheet, _OUTSIDE, places) if _OUTSIDE in sheet.ends else None


def likeness(rows: Sequence[int], actions: Sequence[str], lines: Sequence[Any]) -> tuple[Numbers, Numbers]:
    """Of all that is to be said of some rows: in which row it is, and which others it is like."""
    found = [
        (row, group_of(problem))
        for row, action, line in zip(rows, actions, lines, strict=True)
        for problem in problems_in(action, line)
    ]
    problems = np.array([row for row, _ in found], dtype=np.int32)
    return problems, np.array([group for _, group in found], dtype=np.uint64)


def action_names(actions: Numbers) -> list[str]:
    """What happens to rows, of how the folder keeps it."""
    return [ACTIONS[one & 15] for one in actions.tolist()]
