"""Files that the program made for a person: kept under KEBU_HOME, given to nobody else, gone after some days."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.utils import timezone

from kebu.core.errors import not_found
from kebu.core.models import StoredFile

KEPT = timedelta(days=7)


@contextmanager
def store(name: str, *, user_id: int | None) -> Iterator[tuple[Path, StoredFile]]:
    """A place to write a file to, and its row: both are there when the block ends well, neither when it fails.

    `name` is what the person sees; the place on disk is chosen here.
    """
    folder = Path(settings.HOME) / "files"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / uuid4().hex
    row = StoredFile(name=name[:200], path=path.name, user_id=user_id)
    try:
        path.touch(mode=0o600)
        yield path, row
        row.size = path.stat().st_size
        row.save()
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def find(pk: int, *, user_id: int | None) -> tuple[Path, StoredFile]:
    """A person's own file. KebuError `not_found` for another's, or for one that is gone."""
    row = StoredFile.objects.filter(pk=pk, user_id=user_id).first()
    if row is None or not (path := Path(settings.HOME) / "files" / row.path).exists():
        raise not_found()
    return path, row


def tidy() -> int:
    """Delete the files that are old; answers how many."""
    old = list(StoredFile.objects.filter(created_at__lt=timezone.now() - KEPT))
    for row in old:
        (Path(settings.HOME) / "files" / row.path).unlink(missing_ok=True)
        row.delete()
    return len(old)
