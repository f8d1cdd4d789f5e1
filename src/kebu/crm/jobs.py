"""What customers need done by itself."""

from datetime import UTC, datetime, timedelta

from kebu.core.jobs import Run, periodic
from kebu.crm import followups


@periodic("crm.follow_ups", every=timedelta(minutes=10))
def remind(run: Run) -> int:
    """Follow-ups of the day; every ten minutes, for days begin at different times and dates are set all day long."""
    return followups.remind(datetime.now(UTC))
