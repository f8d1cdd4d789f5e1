"""Text that a spreadsheet program would run as a formula when it opens a csv file, and how it is made harmless."""

import re

# A leading apostrophe makes the cell text. The second half of the class is the full-width twins, which
# spreadsheet programs for East Asian languages treat alike.
DANGEROUS = "=+-@\t\r\n\0＝＋－＠"
_FIRST = frozenset(DANGEROUS + "'")
_NEEDS_PREFIX = re.compile(f"'*[{re.escape(DANGEROUS)}]")
_HAS_PREFIX = re.compile(f"'+[{re.escape(DANGEROUS)}]")
_NEGATIVE_NUMBER = re.compile(r"-\d+(\.\d+)?")


def prefix(text: str) -> str:
    """`text` with a leading apostrophe where it could start a formula; `unprefix` gives back the same text.

    A plain negative number stays as it is. A leading plus does not: `+86 138…` would lose its plus.
    """
    if not text or text[0] not in _FIRST:  # nearly all; the patterns cost four times as much
        return text
    if _NEEDS_PREFIX.match(text) and not _NEGATIVE_NUMBER.fullmatch(text):
        return "'" + text
    return text


def unprefix(text: str) -> str:
    """`text` without the apostrophe that `prefix`, or a careful other program, put before it."""
    return text[1:] if _HAS_PREFIX.match(text) else text
