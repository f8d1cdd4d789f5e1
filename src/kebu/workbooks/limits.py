"""How much a file may cost. Both sides of the child process read these numbers (docs/security.md, row 8)."""

MAX_FILE_BYTES = 256 * 1024**2
"""Bytes of a file as it was sent."""

MAX_CELLS = 15_000_000
"""Cells of all sheets together, counted as the rectangles that a reader must allocate: a million rows of 15 columns."""

MAX_UNPACKED_BYTES = 1024**3
"""Bytes of all parts of a zipped workbook together; about 60 bytes of XML make a cell."""

MAX_RATIO = 200
"""Unpacked to packed size; real workbooks stay under 60, a bomb of one repeated cell has 1,000."""

RATIO_MATTERS_ABOVE = 64 * 1024**2
"""Unpacked bytes under which any ratio is harmless."""

MAX_PARTS = 10_000
"""Files inside a zipped workbook."""

MAX_MEMORY_BYTES = 2 * 1024**3
"""Address space of the child."""

MAX_ANSWER_BYTES = 512 * 1024**2
"""Bytes that the child may write for its parent."""


def cpu_seconds_for(size: int) -> int:
    """Seconds of CPU in which a file of `size` bytes must be read.

    A small file gets 9, so that a hostile one is refused within ten; an honest workbook of 100,000 rows weighs about
    10 MB, needs 3 and gets 19.
    """
    return 9 + size // 1024**2


def wall_seconds_for(size: int) -> int:
    """Seconds by the clock for the same: more for large files, because a busy machine is no reason to refuse them."""
    return 9 + 4 * size // 1024**2
