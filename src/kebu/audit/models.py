"""What was done with the doors of the house: rows that are added and never changed."""

from typing import Any, ClassVar

from django.db import models


class Entry(models.Model):
    """One act. Written by `kebu.audit.log.note` only; `number` counts from 1 without gaps.

    `name` is who it was as they were called then, `person` their id (null: the program, or nobody who is known here).
    `seal` is the SHA-256 over this entry and the seal before it. No foreign keys: nothing may delete an entry.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    act = models.CharField(max_length=40)
    person = models.BigIntegerField(null=True)
    name = models.CharField(max_length=254)
    via = models.CharField(max_length=10)
    address = models.CharField(max_length=45)
    device = models.CharField(max_length=200)
    about = models.JSONField()
    seal = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["act", "number"], name="audit_act"),
            models.Index(fields=["person", "number"], name="audit_person"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refused for an entry that is stored."""
        if not self._state.adding:
            raise TypeError("entries of the audit log are not changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused."""
        raise TypeError("entries of the audit log are not deleted")


class Head(models.Model):
    """The one row that says which entry is the last.

    Whoever adds one holds it until the end of the transaction, so that the chain has one end; and a log that was cut
    off at the end does not fit to it.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField()
    seal = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="audit_one_head")]
