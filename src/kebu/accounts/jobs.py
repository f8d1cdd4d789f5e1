"""What nobody can use any more is forgotten."""

from django.contrib.sessions.models import Session
from django.utils import timezone

from kebu.accounts.models import Invitation
from kebu.accounts.sessions import forget_ended
from kebu.core import answers
from kebu.core.jobs import Run, periodic


@periodic("accounts.forget_expired", at="04:30")
def forget_expired(run: Run) -> int:
    """Delete sessions, invitations and kept answers whose time is over; answers how many."""
    now = timezone.now()
    sessions, _ = Session.objects.filter(expire_date__lte=now).delete()
    invitations, _ = Invitation.objects.filter(expires_at__lte=now).delete()
    forget_ended()
    return sessions + invitations + answers.forget_old()
