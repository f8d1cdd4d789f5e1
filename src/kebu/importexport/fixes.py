"""What a person corrects on the plan page before anything is written: cells, all cells alike, rows.

Kept as steps in the order in which they were done, so that the last one can be taken back; the files stay as they came.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from hashlib import blake2b
from typing import Any

from kebu.core.errors import KebuError
from kebu.fields.parsing import text_of
from kebu.fields.registry import Field
from kebu.importexport.cleaning import Clean

MAX_STEPS = 20_000
_VALUE_LENGTH = 200

# A cell: file, sheet, number of the row as people count, key of the field.
Cell = tuple[int, int, int, str]
Row = tuple[int, int, int]


@dataclass
class Fixes:
    """All steps together. `cells` are new texts of single cells, `values` by field the new texts of all cells that say
    something (None: empty), `choices` by field the labels that are to be added, `left` by field the texts whose rows
    are left out. `rows` says what happens to a row: `exclude`, or a way to meet a record that is there already;
    `records` the number of the record that it is about."""

    cells: dict[Cell, str | None] = dataclass_field(default_factory=dict)
    values: dict[str, dict[str, str | None]] = dataclass_field(default_factory=dict)
    choices: dict[str, set[str]] = dataclass_field(default_factory=dict)
    left: dict[str, set[str]] = dataclass_field(default_factory=dict)
    rows: dict[Row, str] = dataclass_field(default_factory=dict)
    records: dict[Row, str] = dataclass_field(default_factory=dict)

    @classmethod
    def of(cls, steps: Iterable[Mapping[str, Any]], object_key: str | None = None) -> "Fixes":
        """From the steps as they are stored; each sees what those before it made. `object_key`: only those that are
        not another object's, whose fields may have the same keys."""
        found = cls()
        for step in steps:
            if object_key is None or step.get("object") in (None, object_key):
                found._take(step)
        return found

    def _take(self, step: Mapping[str, Any]) -> None:
        key, to = step.get("field", ""), step.get("to")
        match step["kind"]:
            case "cell":
                self.cells[step["file"], step["sheet"], step["row"], key] = to
            case "value":
                said, known = step["value"], self.values.setdefault(key, {})
                for text in [text for text, now in known.items() if now == said]:
                    known[text] = to
                for cell in [cell for cell, now in self.cells.items() if now == said and cell[3] == key]:
                    self.cells[cell] = to
                known[said] = to
            case "choice":
                self.choices.setdefault(key, set()).add(step["value"])
            case "leave":
                self.left.setdefault(key, set()).add(step["value"])
            case "row":
                row = (step["file"], step["sheet"], step["row"])
                if step.get("record"):
                    self.records[row] = step["record"]
                else:
                    self.records.pop(row, None)
                if step["action"] is None:
                    self.rows.pop(row, None)
                else:
                    self.rows[row] = step["action"]

    def patched(self, key: str, file: int, sheet: int, numbers: Sequence[int], raws: list[Any]) -> list[Any]:
        """The raw cells of a field with what was corrected in them; `numbers` are those of their rows."""
        values = self.values.get(key)
        if values:
            raws = [values.get(said, raw) if raw is not None and (said := said_by(raw)) else raw for raw in raws]
        cells = {
            row: to
            for (of_file, of_sheet, row, of), to in self.cells.items()
            if (of_file, of_sheet, of) == (file, sheet, key)
        }
        if cells:
            raws = [cells.get(number, raw) for number, raw in zip(numbers, raws, strict=True)]
        return raws

    def leaves(self, key: str, raws: Sequence[Any]) -> list[int]:
        """The places of the rows that are left out for what they say in a field."""
        left = self.left.get(key)
        return [place for place, raw in enumerate(raws) if raw is not None and said_by(raw) in left] if left else []

    def add_choices(self, key: str, target: Field, raws: Sequence[Any], clean: Clean) -> None:
        """Let texts become choices that a person wants added, however many others do not fit."""
        wanted = self.choices.get(key)
        if not wanted or target.kind not in ("choice", "choices"):
            return
        for place, code in list(clean.problems.items()):
            said = said_by(raws[place])
            if code == "unknown_choice" and said in wanted:
                clean.values[place] = {"choices": [said]} if target.kind == "choices" else {"choice": said}
                clean.new_choices[said] += 1
                del clean.problems[place]


def said_by(raw: Any) -> str:
    """The text of a raw cell by which cells are alike, and which problems tell. A long one is cut, and ends in a mark
    of all of it: two that only begin alike are not."""
    text = text_of(raw)
    if len(text) <= _VALUE_LENGTH:
        return text
    mark = f"… #{blake2b(text.encode(errors='surrogatepass'), digest_size=5).hexdigest()}"
    return text[: _VALUE_LENGTH - len(mark)] + mark


def extended(steps: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], taken_back: int) -> list[Any]:
    """The steps without the last `taken_back` ones, and with new ones. KebuError `too_many_fixes`."""
    kept = list(steps[: max(len(steps) - taken_back, 0)])
    kept += new
    if len(kept) > MAX_STEPS:
        raise KebuError("too_many_fixes", limit=MAX_STEPS)
    return kept
