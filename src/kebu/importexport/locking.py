"""What a person may see and not write, and why: told before anybody accepts it, and asked again when it is written."""

from collections.abc import Collection, Mapping
from typing import Any

from kebu.accounts.actor import Actor
from kebu.accounts.rights import Verb
from kebu.fields.registry import Catalog, Field, ObjectType
from kebu.importexport.cleaning import parts_of
from kebu.records import permissions


def closed(actor: Actor, one: ObjectType, ids: Collection[int], verb: Verb, *, trashed: bool = False) -> set[int]:
    """Those of these records that the person may not change, or not delete; `trashed`: of those in the trash."""
    if not ids or permissions.reach(actor, one, verb).everything:
        return set()
    rows = one.model.objects.filter(permissions.visible_among(actor, one, trashed=trashed, verb=verb))
    return set(ids).difference(
        *(rows.filter(id__in=part).values_list("id", flat=True) for part in parts_of(sorted(ids)))
    )


class Locks:
    """What the person may write of one object, asked for one record after the other."""

    def __init__(self, actor: Actor, known: Catalog, one: ObjectType) -> None:
        self._actor, self._known, self._one = actor, known, one
        self.scope = one.scope
        self._attached: dict[int, bool] = {}

    def of_rows(self, rows: Mapping[int, Mapping[str, Any]]) -> dict[int, str]:
        """Why records stay as they are: they may not be changed, or those in the trash not be brought back to that."""
        alive = [pk for pk, row in rows.items() if row["deleted_at"] is None]
        gone = [pk for pk, row in rows.items() if row["deleted_at"] is not None]
        found = dict.fromkeys(closed(self._actor, self._one, alive, "change"), "may_not_change")
        for verb in ("change", "delete"):
            found |= dict.fromkeys(closed(self._actor, self._one, gone, verb, trashed=True), "may_not_restore")
        return found

    def of_new(self, values: Mapping[str, Any]) -> str:
        """Why no record is made of these values."""
        if not permissions.may(self._actor, self._one, "create"):
            return "may_not_create"
        return self.of_scope(values.get(self.scope or ""))

    def of_behind(self, field: Field) -> str:
        """Why nothing is made behind the lookup that a field goes through."""
        target = self._known.object(field.relation.target or "") if field.relation else None
        return "" if target is None or permissions.may(self._actor, target, "create") else "may_not_create_behind"

    def of_scope(self, pk: Any) -> str:
        """Why nothing is attached to a record."""
        if self.scope is None or type(pk) is not int:
            return ""
        if pk not in self._attached:
            target = self._known.object(self._known.field(self._one.key, self.scope).target or "")
            self._attached[pk] = not closed(self._actor, target, [pk], "change")
        return "" if self._attached[pk] else "may_not_attach"
