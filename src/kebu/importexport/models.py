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

    class Way(models.TextChoices):
        IMPORT = "import"
        COMPARE = "compare"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    object = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    folder = models.CharField(max_length=40)
    files = models.JSONField(default=list)
    sheets = models.JSONField(default=list)
    fixes = models.JSONField(default=list)  # steps, see `Fixes`
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
    # What the program's own exports carry unseen, sheet by sheet (see `traces`), what a person wants to be done with
    # such a file, and how it compares with what is here (see `comparing`).
    traces = models.JSONField(default=list)
    way = models.CharField(max_length=10, choices=Way, blank=True)
    comparison = models.JSONField(default=dict)
    # What the token may by which it was uploaded (`accounts.scopes`); null where none was.
    scopes = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "created_at"], name="import_state")]


class Made(models.Model):
    """A record that an import has created and that others of its records are to point at: `ref` is what the plan calls
    it (see `Among`). Written in the transaction that creates it, gone when the import is over."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="+")
    ref = models.BigIntegerField()
    record = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["of", "ref"], name="import_made")]


class OutsideId(models.Model):
    """What another system calls a record that came from it (see `outside`), so that a later file of what belongs to
    the record finds it. Two records may go by one: then it means neither."""

    object = models.CharField(max_length=40)
    system = models.CharField(max_length=20)
    outside = models.CharField(max_length=80)
    record = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["object", "outside", "system", "record"], name="import_outside")
        ]


class Layout(models.Model):
    """What the columns of a layout of files became the last time: header, field, second field, part of a field."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    layout = models.CharField(max_length=64, db_index=True)  # see `memory`
    columns = models.JSONField(default=list)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "layout"], name="import_layout")]


class Exported(models.Model):
    """A workbook that went out and may come back: `key` stands in it, `secret` seals the ids in its rows.

    `columns` (keys of fields) and `titles` are what its table shows, `relations` those whose records stand behind some
    of them. `ids` are the records that went out, packed (see `traces`): what the file lacks was removed there.
    """

    key = models.CharField(max_length=32, unique=True)
    secret = models.CharField(max_length=64)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    object = models.CharField(max_length=40)
    columns = models.JSONField(default=list)
    titles = models.JSONField(default=list)
    relations = models.JSONField(default=list)
    language = models.CharField(max_length=10)
    zone = models.CharField(max_length=64)
    ids = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)
