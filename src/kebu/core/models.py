"""Rows that no room above owns: work to be done, tries that are counted, answers and files that are kept a while."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from kebu.core.errors import message


class Job(models.Model):
    """Work that outlives the request which asked for it. Written by `kebu.core.jobs` only.

    `payload` and `result` are JSON that people with rights on the database read: never a secret. `key` makes a job
    unique: asked for twice, done once. `lease_until` is the moment at which the worker counts as lost.
    `error` is `{"code", "message", "field"?, "details"?, "params"}`.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    kind = models.CharField(max_length=100)
    payload = models.JSONField()
    key = models.CharField(max_length=200, unique=True, null=True)  # keys differ, no key does not
    user_id = models.BigIntegerField(null=True)
    # What the token may by which it was asked for (`accounts.scopes`); null where none was.
    scopes = models.JSONField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    result = models.JSONField(null=True)
    error = models.JSONField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    run_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=100, default="")
    cancel_requested = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "run_at", "id"], name="core_job_due")]

    def as_json(self, language: str) -> dict[str, Any]:
        """How far it is, for the person who asked for it; the error in `language`."""
        error = None
        if self.error:
            error = {key: value for key, value in self.error.items() if key != "params"}
            error["message"] = message(error["code"], language, **self.error["params"])
        return {
            "id": self.pk,
            "state": self.state,
            "done": self.done,
            "total": self.total,
            "result": self.result,
            "error": error,
        }


class Tries(models.Model):
    """How often something was tried since its window began. Written by `kebu.core.throttle` only."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    until = models.BigIntegerField()  # seconds since 1970 at which the count begins anew

    class Meta:
        indexes: ClassVar = [models.Index(fields=["until"], name="core_tries_until")]


class Answer(models.Model):
    """What a person's request with a key was answered. Written by `kebu.core.answers` only.

    `status` is null while the request is at work; `body` where it is not kept. `key` and `asked` are digests.
    """

    user_id = models.BigIntegerField()
    key = models.CharField(max_length=64)
    asked = models.CharField(max_length=64)
    claim = models.CharField(max_length=32)  # who is at work
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(null=True)
    begun_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user_id", "key"], name="core_answer_once")]
        indexes: ClassVar = [models.Index(fields=["begun_at"], name="core_answer_begun")]


class StoredFile(models.Model):
    """A file that was made for one person (`user_id`), under `KEBU_HOME/files/<path>`."""

    name = models.CharField(max_length=200)
    path = models.CharField(max_length=40, unique=True)
    size = models.BigIntegerField(default=0)
    user_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
