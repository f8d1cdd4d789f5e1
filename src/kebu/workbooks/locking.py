"""A password on a workbook, as Excel and WPS ask for it."""

import os
from io import BytesIO
from pathlib import Path

from kebu.core.errors import KebuError

#: Bytes. The whole of it is encrypted in memory, three times over.
MAX_SIZE = 100 * 1024**2


def lock(path: str | os.PathLike[str], password: str) -> None:
    """Encrypt the xlsx file at `path` in its place (AES-256, ECMA-376 agile).

    KebuError `too_large_to_lock` for one of more than `MAX_SIZE` bytes.
    """
    from msoffcrypto.format.ooxml import OOXMLFile  # slow to import, and seldom needed

    place = Path(path)
    if place.stat().st_size > MAX_SIZE:
        raise KebuError("too_large_to_lock", megabytes=MAX_SIZE // 1024**2)
    out = BytesIO()
    with place.open("rb") as file:
        OOXMLFile(file).encrypt(password, out)
    place.write_bytes(out.getvalue())
