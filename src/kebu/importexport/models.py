"""Imports: what was uploaded, what is planned, and how far it has come."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from kebu.records.models import ChangeSet


class Import(models.Model):
    """One import of one or several files. The files, their cells and the plan's rows lie in `folder` (see `Folder`).

    `plan` names the plan there that counts; `summary` is what it comes to, `seen` the number of the last ChangeSet
    when it was made. `done` of `total` units are written; it changes in the transaction that writes them, so that a
    killed import goes on where it was. `taking_back`: it is to end in that state once all is taken back.
    """

    class State(models.TextChoices):
        PLANNED = "planned"
        APPLYING = "applying"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    object = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    folder = models.CharField(max_length=40)
    files = models.JSONField(default=list)
    sheets = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    plan = models.CharField(max_length=20)
    summary = models.JSONField(default=dict)
    seen = models.BigIntegerField(default=0)
    job = models.BigIntegerField(null=True)
    change_set = models.ForeignKey(ChangeSet, null=True, on_delete=models.SET_NULL, related_name="+")
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    # What the import itself added to the object: keys of new fields by those of the plan, and of choices by field.
    made_fields = models.JSONField(default=dict)
    made_choices = models.JSONField(default=dict)
    kept = models.IntegerField(default=0)  # values that others changed meanwhile, which stayed as they are
    taking_back = models.CharField(max_length=10, choices=State, blank=True)
    error = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "created_at"], name="import_state")]
