"""What columns became the last time: a file of the same layout next month needs no hand again.

A person's own memory comes first; else that of somebody who manages the company's fields, and nobody else's.
"""

from collections.abc import Sequence
from hashlib import sha256

from django.utils import timezone

from kebu.accounts.actor import Actor
from kebu.accounts.models import User
from kebu.importexport.mapping import Column
from kebu.importexport.models import Import, Layout
from kebu.importexport.names import Names, key_of
from kebu.importexport.parts import field_place


def remember(actor: Actor, row: Import) -> None:
    """Keep what the columns of an import's sheets became, new fields by the keys that they have now."""
    for sheet in row.sheets:
        columns = [Column(**raw) for raw in sheet["columns"]]
        key = sheet.get("object") or row.object
        layout = _layout(key, columns)
        if layout is None or not sheet["used"]:
            continue
        said = [
            [
                key_of(column.header),
                row.made_fields.get(field_place(row, key, column.target or ""), column.field),
                column.also,
                column.part,
            ]
            for column in columns
        ]
        Layout.objects.update_or_create(
            owner_id=actor.user_id, layout=layout, defaults={"columns": said, "at": timezone.now()}
        )


def recall(actor: Actor, names: Names, columns: Sequence[Column]) -> bool:
    """Let columns become what they became the last time; False where nothing is remembered, or it came to the same."""
    layout = _layout(names.one.key, columns)
    known = _known(actor, layout) if layout else None
    if known is None or [key_of(column.header) for column in columns] != [one[0] for one in known.columns]:
        return False
    changed = False
    for column, (_, field, also, part) in zip(columns, known.columns, strict=True):
        keys = [key for key in (field, also) if key is not None]
        # A field that is gone, or not this person's to write, leaves the column to what its header says.
        if not all(key in names.fields and names.is_taken_in(names.fields[key]) for key in keys):
            continue
        now = (column.field, column.also, column.part)
        if now != (field, also, part):
            changed = True
            column.field, column.also, column.part = field, also, part
    return changed


def _known(actor: Actor, layout: str) -> Layout | None:
    own = Layout.objects.filter(owner_id=actor.user_id, layout=layout).first()
    if own is not None:
        return own
    others = Layout.objects.filter(layout=layout, owner__is_active=True).order_by("-at")[:20]
    users = {user.pk: user for user in User.objects.filter(pk__in=[one.owner_id for one in others])}
    managers = (one for one in others if one.owner_id and Actor.of(users[one.owner_id]).may("manage_fields"))
    return next(managers, None)


def _layout(object_key: str, columns: Sequence[Column]) -> str | None:
    """What all files of a layout have in common: the object and the headers in their order."""
    headers = [key_of(column.header) for column in columns]
    if not any(headers):
        return None
    text = "\n".join([object_key, *headers])
    return sha256(text.encode()).hexdigest()
