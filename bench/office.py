"""The peer that opens the same workbook: LibreOffice, where it is installed."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path


def compared(path: Path) -> str:
    """How long LibreOffice takes to open a workbook and write its first sheet as csv, in a sentence; that it is not
    there or could not do it, where that is so: the figure beside which it stands took minutes.

    In a profile of its own, which a first start makes beforehand: that is not counted.
    """
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        return "LibreOffice is not installed here, so nothing is set beside it"
    try:
        return _compared(office, path)
    except (subprocess.SubprocessError, OSError) as error:
        return f"LibreOffice did not convert the same workbook ({type(error).__name__})"


def _compared(office: str, path: Path) -> str:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        first = home / "first.csv"
        first.write_text("a,b\n", "utf-8")
        _convert(office, home, first)
        before, begun = os.times(), time.perf_counter()
        out = _convert(office, home, path)
        wall, after = time.perf_counter() - begun, os.times()
        with out.open("rb") as lines:
            count = sum(1 for _ in lines)
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return f"LibreOffice opens the same workbook and writes its {count:,} lines as csv in {wall:.0f} s, CPU {cpu:.0f} s"


def _convert(office: str, home: Path, path: Path) -> Path:
    """The csv that LibreOffice makes of a file."""
    out = home / "out"
    profile = f"-env:UserInstallation={(home / 'profile').as_uri()}"
    told = ["--headless", "--norestore", "--nolockcheck", "--convert-to", "csv", "--outdir", str(out), str(path)]
    subprocess.run([office, profile, *told], check=True, capture_output=True, timeout=1200)
    return out / f"{path.stem}.csv"
