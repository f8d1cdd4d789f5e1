"""Which backups are kept, which are known to be good."""

import shutil
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from kebu.accounts.actor import Actor
from kebu.backups import package
from kebu.backups.build import build_apart
from kebu.backups.make import Alive
from kebu.core.errors import KebuError

# Of the last days, weeks and months that have a backup the newest one is kept.
DAYS, WEEKS, MONTHS = 7, 4, 12
# Younger ones stay all the same, and what was here before a restore a month.
YOUNG = timedelta(days=2)
BEFORE_RESTORE = timedelta(days=30)
# Made, but never opened again with success: perhaps of use, but nothing to count on.
UNVERIFIED = timedelta(days=7)
_ABANDONED = 24 * 3600  # seconds in which nobody wrote to an unfinished file


@dataclass(frozen=True)
class Kept:
    """A backup in KEBU_HOME/backups; `verified`: a database was built from it, with every row."""

    path: Path
    at: datetime
    size: int
    verified: bool


def all_kept() -> list[Kept]:
    """The backups in KEBU_HOME/backups, newest first."""
    found = []
    for path in package.folder().glob(f"[!.]*{package.END}"):
        about = path.stat()
        at = datetime.fromtimestamp(about.st_mtime, timezone.get_current_timezone())
        found.append(Kept(path, at, about.st_size, _mark(path).exists()))
    return sorted(found, key=lambda one: (one.at, one.path.name), reverse=True)


def listed(actor: Actor) -> list[Kept]:
    """The same for a person who may know. KebuError `not_allowed`."""
    actor.require("backups")
    return all_kept()


def verify(path: Path, *, alive: Alive | None = None) -> None:
    """Build a database from a backup and throw it away. KebuError `backup_damaged` or `backup_newer` when it fails."""
    with package.opened(path) as source:
        source.check()
    home = Path(tempfile.mkdtemp(prefix=".verify-", dir=settings.HOME))
    try:
        build_apart(path, home, gently=True, alive=alive)
    finally:
        shutil.rmtree(home)
    _mark(path).touch(mode=0o600)


def verify_all(*, alive: Alive | None = None) -> list[tuple[Path, KebuError]]:
    """Verify the backups of the last days that were not yet; answers those that are no good, and why."""
    for left in Path(settings.HOME).glob(".verify-*"):
        shutil.rmtree(left)
    bad = []
    for one in all_kept():
        if not one.verified and timezone.now() - one.at < YOUNG:
            try:
                verify(one.path, alive=alive)
            except KebuError as error:
                bad.append((one.path, error))
    return bad


def tidy() -> list[Path]:
    """Delete the backups that are too old, and what is left of one whose maker was killed; answers which."""
    for part in package.folder().glob(package.PARTS):
        if time.time() - part.stat().st_mtime > _ABANDONED:
            part.unlink(missing_ok=True)
    there = all_kept()
    gone = [one.path for one in there if one.path not in to_keep(there, timezone.now())]
    for path in gone:
        path.unlink(missing_ok=True)
        _mark(path).unlink(missing_ok=True)
    return gone


def to_keep(there: Iterable[Kept], now: datetime) -> set[Path]:
    """Which of these to keep: all young ones, and by their age one a day, a week and a month, verified ones only."""
    newest_first = sorted(there, key=lambda one: one.at, reverse=True)
    kept = {one.path for one in newest_first if now - one.at < _least(one)}
    for count, pattern in ((DAYS, "%Y-%m-%d"), (WEEKS, "%G-%V"), (MONTHS, "%Y-%m")):
        first: dict[str, Path] = {}
        for one in newest_first:
            if one.verified:
                first.setdefault(one.at.strftime(pattern), one.path)
        kept |= set(list(first.values())[:count])
    return kept


def _least(one: Kept) -> timedelta:
    """How long a backup is kept whatever others there are."""
    if one.path.name.startswith("before-restore-"):
        return BEFORE_RESTORE
    return YOUNG if one.verified else UNVERIFIED


def _mark(path: Path) -> Path:
    return path.with_name(f".{path.name}.verified")
