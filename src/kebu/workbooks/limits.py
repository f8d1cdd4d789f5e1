"""How much a file may cost. Both sides of the child process go by these numbers (docs/security.md, row 8); some of
them are settings (docs/settings.md), which the parent reads and hands to the child."""

import os
from collections.abc import Mapping


def _said(name: str, usual: int) -> int:
    """A setting that is a whole number above nought. Raises ValueError for anything else, which ends the start."""
    text = os.environ.get(name, "").strip()
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise ValueError(f"{name} must be a whole number above 0, not {text!r}.")
    return int(text)


MAX_FILE_BYTES = _said("KEBU_IMPORT_FILE_MB", 256) * 1024**2
"""Bytes of a file as it was sent."""

MAX_CELLS = _said("KEBU_IMPORT_CELLS", 15_000_000)
"""Cells of all sheets together, counted as the rectangles that a reader must allocate: a million rows of 15 columns."""

MAX_UNPACKED_BYTES = _said("KEBU_IMPORT_UNPACKED_MB", 1024) * 1024**2
"""Bytes of all parts of a zipped workbook together; about 60 bytes of XML make a cell."""

MAX_RATIO = 200
"""Unpacked to packed size; real workbooks stay under 60, a bomb of one repeated cell has 1,000."""

RATIO_MATTERS_ABOVE = 64 * 1024**2
"""Unpacked bytes under which any ratio is harmless."""

MAX_PARTS = 10_000
"""Files inside a zipped workbook."""

MAX_MEMORY_BYTES = _said("KEBU_IMPORT_MEMORY_MB", 2048) * 1024**2
"""Address space of the child."""

AT_ONCE = _said("KEBU_IMPORT_AT_ONCE", 2)
"""Files that one server process reads at the same time, each with that memory."""

SECONDS = _said("KEBU_IMPORT_SECONDS", 9)
"""Of CPU for a small file; a hostile one is refused within ten."""

MAX_ANSWER_BYTES = 512 * 1024**2
"""Bytes that the child may write for its parent."""


def cpu_seconds_for(size: int) -> int:
    """Seconds of CPU in which a file of `size` bytes must be read.

    An honest workbook of 100,000 rows weighs about 10 MB, needs 3 and gets 19.
    """
    return SECONDS + size // 1024**2


def wall_seconds_for(size: int) -> int:
    """Seconds by the clock for the same: more for large files, because a busy machine is no reason to refuse them."""
    return SECONDS + 4 * size // 1024**2


_HANDED_OVER = ("MAX_CELLS", "MAX_UNPACKED_BYTES", "MAX_MEMORY_BYTES")


def handed_over() -> dict[str, int]:
    """What the child has to know: it does not see the settings."""
    return {name: globals()[name] for name in _HANDED_OVER}


def take_over(said: Mapping[str, int]) -> None:
    """In the child: go by what the parent goes by."""
    globals().update({name: said[name] for name in _HANDED_OVER})
