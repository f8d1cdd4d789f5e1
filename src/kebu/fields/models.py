"""What the company says about its fields and choices, and the version of all that."""

from typing import ClassVar

from django.db import models


class FieldDefinition(models.Model):
    """A user-defined field whole, or what the company changed of a built-in one (label, place, hidden)."""

    object = models.CharField(max_length=40)
    # Generated (`f_17`) for a user-defined field and never changed: it is the key in `extra`.
    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, blank=True)  # blank: a built-in field
    labels = models.JSONField(default=dict)
    hidden = models.BooleanField(default=False)
    position = models.IntegerField(null=True)
    options = models.JSONField(default=dict)
    synonyms = models.JSONField(default=list)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["object", "key"], name="field_once")]


class Choice(models.Model):
    """One of the values of a choice field. `category` is what reports rely on, whatever the label says."""

    object = models.CharField(max_length=40)
    field = models.CharField(max_length=80)
    key = models.CharField(max_length=40)
    labels = models.JSONField(default=dict)
    color = models.SmallIntegerField(default=0)
    category = models.CharField(max_length=20, blank=True)
    synonyms = models.JSONField(default=list)
    position = models.IntegerField(default=0)
    archived = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["object", "field", "key"], name="choice_once")]
        ordering: ClassVar = ["position", "id"]


class CatalogVersion(models.Model):
    """One row, counted up by every change of a field or a choice: processes compare it with what they hold."""

    id = models.SmallIntegerField(primary_key=True)
    version = models.BigIntegerField(default=0)
