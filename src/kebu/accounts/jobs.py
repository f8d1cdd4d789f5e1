"""What nobody can use any more is forgotten."""

from django.contrib.sessions.models import Session
from django.utils import timezone

from kebu.accounts import resets as forgotten
from kebu.accounts.models import Invitation, Reset
from kebu.accounts.sessions import forget_ended
from kebu.core import answers
from kebu.core.jobs import Run, job, periodic


@job(forgotten.KIND)
def send_reset(run: Run, sealed: str, address: str, device: str) -> None:
    """Send the link for a new password to whoever has the address that was typed, if anybody."""
    forgotten.send(sealed, address=address, device=device)


@periodic("accounts.forget_expired", at="04:30")
def forget_expired(run: Run) -> int:
    """Delete sessions, invitations, links for a new password and kept answers whose time is over; answers how many."""
    now = timezone.now()
    sessions, _ = Session.objects.filter(expire_date__lte=now).delete()
    invitations, _ = Invitation.objects.filter(expires_at__lte=now).delete()
    resets, _ = Reset.objects.filter(expires_at__lte=now).delete()
    forget_ended()
    return sessions + invitations + resets + answers.forget_old()
