"""Backups by themselves, every night, and when somebody asks."""

import logging
from typing import Any

from django.utils import timezone

from kebu.accounts.actor import SYSTEM, Actor
from kebu.accounts.models import User
from kebu.audit.log import note
from kebu.backups import keep, make
from kebu.core.errors import KebuError
from kebu.core.jobs import Run, job, periodic
from kebu.notify.tell import tell

log = logging.getLogger(__name__)


@periodic("backups.daily", at="03:10")
def back_up_daily(run: Run) -> dict[str, Any]:
    """Make a backup, verify what is not verified yet, delete what is too old. Owners are told when it failed.

    When the program is told to stop meanwhile it stops, and the backup is made at the next start.
    """
    try:
        made = make.make_backup(alive=lambda: run.progress(0))
        bad = keep.verify_all(alive=lambda: run.progress(0))
        if bad:
            raise bad[0][1]
    except KebuError as error:
        log.error("backup: %s", error)
        for owner in User.objects.filter(role="owner", is_active=True):
            params = {"reason": error.as_json(owner.language)["error"]["message"]}
            tell(owner.pk, kind="backup_missing", key=f"backup_missing:{timezone.localdate()}", params=params)
        raise
    gone = keep.tidy()
    note("backup_made", SYSTEM, name=made.path.name)
    return {"name": made.path.name, "size": made.size, "deleted": len(gone)}


@job("backups.make")
def back_up_now(run: Run) -> dict[str, Any]:
    """Make a backup and verify it."""
    made = make.make_backup(alive=lambda: run.progress(0, 2))
    run.progress(1, 2)
    keep.verify(made.path, alive=lambda: run.progress(1, 2))
    user = User.objects.filter(pk=run.job.user_id or 0).first()
    note("backup_made", Actor.of(user) if user else SYSTEM, name=made.path.name)
    return {"name": made.path.name, "size": made.size}
