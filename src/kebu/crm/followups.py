"""Follow-ups: who is told, on the day, that a customer waits."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from kebu.accounts.actor import Actor
from kebu.accounts.models import User
from kebu.crm.models import Customer
from kebu.fields.registry import catalog
from kebu.notify import tell
from kebu.records import permissions

# A follow-up of last week that nobody was told of, because the program did not run, is told late rather than never.
LATE_DAYS = 7
# Who has more than this on one day sees the rest in the view.
MOST = 100


def remind(now: datetime) -> int:
    """Tell every person of the customers that are to be followed up on his local day; answers how many people.

    What nobody owns is told to the owners of the company. Each follow-up date of a customer is told to a person once.
    """
    told = 0
    known = catalog()
    one = known.object("customers")
    for user in User.objects.filter(is_active=True):
        today = now.astimezone(ZoneInfo(user.time_zone)).date()
        whose = Q(owner=user) | Q(owner=None) if user.role == "owner" else Q(owner=user)
        due = Customer.objects.filter(
            whose,
            deleted_at=None,
            next_follow_up__gte=today - timedelta(days=LATE_DAYS),
            next_follow_up__lte=today,
        )
        actor = Actor.of(user)
        if "next_follow_up" not in permissions.fields(actor, known, one.key):
            continue
        found = list(due.order_by("-next_follow_up", "id").values_list("id", "name", "next_follow_up")[:MOST])
        for pk, name, day in found:
            tell.tell(
                user.pk,
                kind="follow_up",
                key=f"follow_up:{pk}:{day}",
                params={"name": permissions.titled(actor, known, one, name), "date": str(day)},
                link=f"/o/customers?record={pk}",
            )
        told += bool(found)
    return told
