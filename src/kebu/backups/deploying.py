"""Whether there is a backup to count on: for `kebu check --deploy`."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from kebu.backups.keep import all_kept
from kebu.core.deploying import Missing, deploy_check

# One is made every night; that a night is missed once is no reason to worry.
_OLD = timedelta(hours=50)


@deploy_check
def backup(processes: int) -> Iterator[Missing]:
    """The newest backup that was tried out is of the last two nights."""
    good = [one.at for one in all_kept() if one.verified]
    if not good:
        yield Missing("deploy_no_backup", {})
    elif (age := timezone.now() - good[0]) > _OLD:
        yield Missing("deploy_old_backup", {"days": age.days})
