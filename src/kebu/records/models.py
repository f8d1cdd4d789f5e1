"""What every record is, how its changes are kept, and the views over them."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from kebu.core.db import BINARY


class Record(models.Model):
    """The base of every object. Only `records.write` changes one."""

    number = models.CharField(max_length=40, null=True, unique=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    version = models.IntegerField(default=1)
    tags = models.JSONField(null=True)
    # Clean plain values of user-defined fields, by their generated keys.
    extra = models.JSONField(default=dict)
    # Text that did not fit its kind: {field: {"text", "code"}}; the field itself is empty then.
    invalid = models.JSONField(default=dict)
    # Sort keys of texts with Chinese in them (pinyin); the title has a column of its own, which is indexed.
    keys = models.JSONField(default=dict)
    title_key = models.TextField(null=True, db_collation=BINARY)
    # Where somebody has put the row; see `records.places`.
    place = models.TextField(null=True, db_collation=BINARY)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    # Set: in the trash.
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class NumberSeries(models.Model):
    """The next automatic number of an object. Gaps are allowed, doubles are not."""

    object = models.CharField(max_length=40, primary_key=True)
    prefix = models.CharField(max_length=10, blank=True)
    width = models.SmallIntegerField(default=3)
    next = models.BigIntegerField(default=1)


class Counter(models.Model):
    """A row each: the number of the last ChangeSet, and of the last that was said in comments. Taken last before
    commit, so numbers follow commits."""

    CHANGES, COMMENTS = 1, 2

    id = models.SmallIntegerField(primary_key=True)
    value = models.BigIntegerField(default=0)


class ChangeSet(models.Model):
    """What one act changed. `sequence` grows in the order of commits; a bulk act takes a new one with every part."""

    DONE, WORKING, UNDONE = "done", "working", "undone"

    sequence = models.BigIntegerField(null=True, unique=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    via = models.CharField(max_length=10)
    label = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, default=DONE)
    at = models.DateTimeField()
    undo_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="undone_by")


class Change(models.Model):
    """One record in one ChangeSet: `values` is {field: [old, new]} in plain values; a creation stores none.

    `version` is the record's version after the change.
    """

    change_set = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="changes")
    object = models.CharField(max_length=40)
    record = models.BigIntegerField()
    version = models.IntegerField()
    action = models.CharField(max_length=10)
    values = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["object", "record", "id"], name="change_of_record")]


class Merged(models.Model):
    """A record that was merged into another one: where its number and address lead as long as it is `active`. It stays
    when the record itself has gone for good. Written by `records.merging` only.

    `moved` says what went along that no history holds: ids by the name of the follower.
    """

    change_set = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="merged")
    object = models.CharField(max_length=40)
    record = models.BigIntegerField()
    number = models.CharField(max_length=40, blank=True)
    into = models.BigIntegerField()
    active = models.BooleanField(default=True)
    moved: Any = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["object", "record"], name="merged_record"),
            models.Index(fields=["object", "into"], name="merged_into"),
        ]


class View(models.Model):
    """Saved columns, filter and sort over one object. Without an owner it is everybody's.

    `position` orders everybody's views, and each person's own behind them.
    """

    object = models.CharField(max_length=40)
    key = models.CharField(max_length=40, blank=True)  # of a view that a template brought
    names = models.JSONField(default=dict)
    kind = models.CharField(max_length=20, default="grid")
    spec: Any = models.JSONField(default=dict)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    position = models.IntegerField(default=0)
    # One of everybody's that nobody changes before an administrator unlocks it.
    locked = models.BooleanField(default=False)
    version = models.IntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["position", "id"]


class Presence(models.Model):
    """Where the people are who told one process: one row for each, gone with it. Written by `records.presence` only."""

    process = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField(db_index=True)
    people: Any = models.JSONField(default=list)


class Thread(models.Model):
    """What people say to each other about a record, or about one of its cells. Written by `records.comments` only.

    `field` is the key of the cell's field as the table has it, a lookup's too; "" for the record as a whole. One whose
    comments were all deleted stays as an empty row, which says to listeners that it changed. `sequence` grows with
    everything that happens in it, in the order of commits.
    """

    object = models.CharField(max_length=40)
    record = models.BigIntegerField()
    field = models.CharField(max_length=80, blank=True, default="")
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    sequence = models.BigIntegerField(default=0, db_index=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["object", "record"], name="thread_of_record")]


class Comment(models.Model):
    """One thing said: plain text, in which `@[12]` mentions the person with that id."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
