"""Mails are sent by jobs."""

from kebu.core.jobs import Run, job, periodic
from kebu.notify import outbox


@job(outbox.KIND)
def send_mail(run: Run, mail: int) -> str:
    """One try to send a mail; answers what became of it. Another try is another job."""
    return outbox.deliver(mail)


@periodic("notify.forget_mails", at="04:25")
def forget_mails(run: Run) -> int:
    """Delete mails of more than 30 days ago; answers how many."""
    return outbox.forget_old()
