"""What is cleared away by itself: folders of imports that are over, plans that nobody carried out."""

import shutil
import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from kebu.core import jobs
from kebu.core.models import Job
from kebu.importexport.models import Import

KEPT = timedelta(days=7)


def tidy() -> dict[str, int]:
    """Answers how many imports were taken up again, how many plans and folders deleted."""
    return {"resumed": _resume(), "plans": _forget_plans(), "folders": _clear_folders()}


def _resume() -> int:
    """An import whose job was given up is taken back by another one: never left partial."""
    count = 0
    for row in Import.objects.filter(state=Import.State.APPLYING):
        job = Job.objects.filter(pk=row.job or 0).first()
        if job is not None and job.state in (Job.State.QUEUED, Job.State.RUNNING):
            continue
        if not row.taking_back:
            row.taking_back, row.error = Import.State.FAILED, {"code": "job_lost", "params": {}}
        row.job = jobs.enqueue("importexport.apply", {"import_id": row.pk}, user_id=row.owner_id).pk
        row.save(update_fields=["taking_back", "error", "job"])
        count += 1
    return count


def _forget_plans() -> int:
    old = Import.objects.filter(state=Import.State.PLANNED, created_at__lt=timezone.now() - KEPT)
    return old.delete()[0]


def _clear_folders() -> int:
    """Delete the folders of imports that ended some days ago, and those that belong to none."""
    home = Path(settings.HOME) / "imports"
    if not home.is_dir():
        return 0
    recent = Q(finished_at__isnull=True) | Q(finished_at__gte=timezone.now() - KEPT)
    kept = set(Import.objects.filter(recent).values_list("folder", flat=True))
    count = 0
    for path in home.iterdir():
        # One that is being read right now has no row yet.
        if path.name not in kept and path.stat().st_mtime < time.time() - 24 * 3600:
            shutil.rmtree(path, ignore_errors=True)
            count += 1
    return count
