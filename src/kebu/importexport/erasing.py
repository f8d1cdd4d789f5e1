"""What imports, exports and kept answers hold of somebody who is erased."""

from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path

from django.conf import settings

from kebu.core.errors import KebuError
from kebu.core.models import Answer, Job, StoredFile
from kebu.importexport.folder import Folder
from kebu.importexport.models import Exported, Import
from kebu.importexport.traces import repacked
from kebu.records.mentions import Words

Later = list[Callable[[], object]]
_KEPT = ("fixes", "sheets", "summary", "comparison", "files", "error")


def forget_imports(words: Words, change_sets: Collection[int], instead: str, later: Later) -> int:
    """Take, in the caller's transaction, from imports what speaks of somebody, or brought their records; answers of how
    many. One that has not begun is dropped, of the others the files go; that is done by what is added to `later`.

    KebuError `import_at_work` (409) where one is being written that may bring them back.
    """
    count = 0
    for row in Import.objects.all():
        folder = Folder(row.folder)
        held = {name: getattr(row, name) for name in _KEPT}
        cleaned = words.cleaned(held, instead)
        if row.change_set_id not in change_sets and cleaned == held and not _speaks(folder, words):
            continue
        if row.state == Import.State.APPLYING:
            raise KebuError("import_at_work", status=409)
        count += 1
        later.append(folder.remove)
        if row.state == Import.State.PLANNED:
            row.delete()
            continue
        Import.objects.filter(pk=row.pk).update(**cleaned)
    return count


def _speaks(folder: Folder, words: Words) -> bool:
    if not folder.is_there:
        return False
    for path in folder.path.iterdir():
        # What was uploaded is there as cells, too.
        if path.is_file() and not path.name.startswith("upload-"):
            with open(path, encoding="utf-8", errors="ignore") as lines:
                if any(words.found(line) for line in lines):
                    return True
    return False


def forget_files(later: Later) -> int:
    """Drop all files that were made for people so far: which of them hold somebody, a PDF does not tell, and another
    export is quickly made. Answers how many."""
    rows = list(StoredFile.objects.all())
    home = Path(settings.HOME) / "files"
    later.extend(partial((home / row.path).unlink, missing_ok=True) for row in rows)
    StoredFile.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def forget_traces(object_key: str, ids: Collection[int]) -> int:
    """Let files that went out and may come back no longer know of these records; answers how many files."""
    count = 0
    for row in Exported.objects.filter(object=object_key).exclude(ids=""):
        left = repacked(row, ids)
        if left is not None:
            Exported.objects.filter(pk=row.pk).update(ids=left)
            count += 1
    return count


def forget_answers(words: Words, instead: str) -> int:
    """Take from kept answers and from jobs that are over what speaks of somebody; answers of how many."""
    spoken = [row.pk for row in Answer.objects.exclude(body=None).iterator() if words.found(row.body or "")]
    Answer.objects.filter(pk__in=spoken).update(body=None)
    count = len(spoken)
    for job in Job.objects.filter(finished_at__isnull=False).iterator():
        held = [job.payload, job.result, job.error]
        cleaned = words.cleaned(held, instead)
        if cleaned != held:
            job.payload, job.result, job.error = cleaned
            job.save(update_fields=["payload", "result", "error"])
            count += 1
    return count
