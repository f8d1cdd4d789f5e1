"""What was done for somebody's privacy."""

from typing import Any, ClassVar

from django.db import models


class Erasure(models.Model):
    """One person's data that was erased: what its certificate says. `records` are the ids that went, each with the
    moment at which it was made; none of these names anybody. `by` and `name`: who did it, as they were called then."""

    number = models.CharField(max_length=20, unique=True)
    object = models.CharField(max_length=40)
    label = models.CharField(max_length=40)  # the record's number, as C001
    records: Any = models.JSONField(default=list)
    counts: Any = models.JSONField(default=dict)
    reference = models.CharField(max_length=80, blank=True)
    by = models.BigIntegerField(null=True)
    name = models.CharField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
