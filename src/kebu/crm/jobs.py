"""What customers need done by itself."""

from datetime import UTC, datetime, timedelta

from kebu.core import jobs
from kebu.core.jobs import Run, periodic
from kebu.crm import followups
from kebu.notify import reminder_mails

_REMIND = "crm.follow_ups"


@periodic(_REMIND, every=timedelta(minutes=10))
def remind(run: Run) -> int:
    """What comes due; every ten minutes, for days begin at different times and dates are set all day long."""
    now = datetime.now(UTC)
    told = followups.remind(now)
    # Also what a worker that died told and did not write.
    reminder_mails.collect(now)
    return told


def remind_soon() -> None:
    """Look at once for what is due, after the caller's transaction."""
    jobs.enqueue(_REMIND, {})
