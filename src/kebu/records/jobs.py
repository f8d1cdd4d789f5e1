"""Work on records that takes longer than a request."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from kebu.accounts.actor import SYSTEM, Actor
from kebu.accounts.models import User
from kebu.core import files
from kebu.core.jobs import Run, enqueue, job, periodic
from kebu.core.models import Job
from kebu.fields.registry import catalog
from kebu.records import asof, history, indexes, many, past_tables, trash
from kebu.records.models import ChangeSet


def start_undo(actor: Actor, done: ChangeSet) -> Job:
    """Begin to take a large ChangeSet back; asked twice, it is one job."""
    return enqueue("records.undo", {"change_set": done.pk}, key=f"records.undo:{done.pk}", user_id=actor.user_id)


@job("records.undo")
def undo_change_set(run: Run, *, change_set: int) -> Any:
    """Take a ChangeSet back in parts. Killed in the middle it goes on: what is back already is found to be so."""
    done = ChangeSet.objects.get(pk=change_set)
    user = User.objects.filter(pk=run.job.user_id).first() if run.job.user_id else None
    total = done.changes.count()
    undone, seen, conflicts = 0, 0, []
    for count, found in history.undo_parts(Actor.of(user) if user else SYSTEM, done):
        undone += count
        seen = min(seen + history.PART, total)
        conflicts += found
        run.progress(seen, total)
    under = ChangeSet.objects.filter(undo_of=done).values_list("id", flat=True).first()
    return {"change_set": under, "undone": undone, "conflicts": conflicts[:1000], "kept": len(conflicts)}


@job("records.many")
def act_on_many(run: Run, **asked: Any) -> Any:
    """Do one thing to many records."""
    return many.run_many(run, **asked)


@job("records.past")
def make_past(run: Run, *, moment: str) -> None:
    """Put together how the records were at a moment that much has changed since."""
    known, wanted = catalog(), datetime.fromisoformat(moment)
    if asof.is_much(known, wanted):  # else somebody else's job was quicker
        asof.make(known, wanted, run.progress)


@periodic("records.forget_pasts", at="04:35")
def forget_pasts(run: Run) -> int:
    """Drop what was put together of past moments; answers how many tables these were."""
    return past_tables.forget()


@periodic("records.forget_files", at="04:25")
def forget_files(run: Run) -> int:
    """Delete the files that were made for people some days ago."""
    return files.tidy()


@periodic("records.settle_indexes", at="04:40")
def settle_indexes(run: Run) -> dict[str, list[str]]:
    """Make the indexes that saved views want; daily too, for a restore and a change of a table lose them."""
    done = indexes.settle()
    if done is None:  # what is at work may have begun before the view was saved
        enqueue("records.settle_indexes", {}, run_at=timezone.now() + timedelta(minutes=1))
    made, dropped = done or ([], [])
    return {"made": made, "dropped": dropped}


@periodic("records.empty_trash", at="04:30")
def empty_trash(run: Run) -> int:
    """Remove for good what was in the trash for 30 days; answers how many records were."""
    now, gone = timezone.now(), 0
    for key in catalog().objects:
        while done := trash.purge_due(key, now):
            gone += done
            run.progress(gone)
    return gone
