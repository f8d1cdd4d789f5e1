"""The people of the company as values of person fields."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from kebu.accounts.actor import Actor
from kebu.accounts.models import User
from kebu.core.text import fold
from kebu.fields.types import CleanContext


def people() -> Mapping[str, int]:
    """Folded id, e-mail or name → id. A name that two people share stands for neither."""
    rows = list(User.objects.order_by("id").values_list("id", "email", "name"))
    names: dict[str, int | None] = {}
    for pk, _, name in rows:
        names[fold(name)] = None if fold(name) in names else pk
    found = {name: pk for name, pk in names.items() if name and pk is not None}
    for pk, email, _ in rows:
        found[str(pk)] = found[fold(email)] = pk
    return found


def clean_context(actor: Actor) -> CleanContext:
    """How values are understood that this person types."""
    return CleanContext(zone=ZoneInfo(actor.zone), language=actor.language, load_people=people)
