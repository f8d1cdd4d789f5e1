"""What the program has told whom, and by which server mails go out."""

from datetime import time
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from kebu.core.errors import message


class Notification(models.Model):
    """One thing that a person is told, once.

    `kind` names its words: `<kind>_title` and `<kind>_body` in the locale files, filled with `params`; so it reads in
    the language that its person has chosen by the time of reading. `key` is unique per person: the event's name.
    `link` is a path of the page, or "".
    """

    #: In `mail`: it goes out by a mail that is still to be made.
    WAITS: ClassVar = "waits"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=50)
    key = models.CharField(max_length=200)
    params = models.JSONField(default=dict)
    link = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    # Or it went by other ways only, and is kept so that it goes but once; it counts as read then.
    in_app = models.BooleanField(default=True)
    # The number of the mail by which it went, too. No key: mails are in no backup, and gone after a month.
    mail = models.CharField(max_length=40, null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "key"], name="notify_once")]
        indexes: ClassVar = [
            models.Index(fields=["user", "-id"], name="notify_latest"),
            models.Index(fields=["user"], condition=models.Q(read_at=None), name="notify_unread"),
            models.Index(fields=["mail", "user"], condition=models.Q(mail__isnull=False), name="notify_by_mail"),
        ]

    def title(self, language: str) -> str:
        """The one line that says what it is about."""
        return message(f"{self.kind}_title", language, **self.params)

    def body(self, language: str) -> str:
        """What to know and to do."""
        return message(f"{self.kind}_body", language, **self.params)

    def shown(self, language: str) -> dict[str, Any]:
        """As the page shows it."""
        return {
            "id": self.pk,
            "at": self.created_at,
            "kind": self.kind,
            "title": self.title(language),
            "body": self.body(language),
            "link": self.link,
            "read": self.read_at is not None,
        }


class MailServer(models.Model):
    """The company's mail server, at most one. `password` is sealed with the installation's key."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField()
    security = models.CharField(max_length=10)
    username = models.CharField(max_length=254, blank=True)
    password = models.TextField(blank=True)
    sender = models.EmailField(max_length=254)
    name = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="notify_one_mail_server")]


class Mail(models.Model):
    """One mail to a person. Written by `kebu.notify.outbox` only.

    `kind` names its words: `<kind>_subject` and `<kind>_text` in the locale files. `sealed` are their params, among
    them links that let in: sealed with the installation's key, and gone when the mail has come to its end.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        GOING = "going"  # handed over at this moment: it may have arrived
        SENT = "sent"
        REFUSED = "refused"
        UNCLEAR = "unclear"  # the line broke, or the worker died, on the way: never sent again
        LATE = "late"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=50)
    sealed = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    number = models.CharField(max_length=40, unique=True)
    tries = models.PositiveSmallIntegerField(default=0)
    answer = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)


class Wish(models.Model):
    """How a person wants to be told of what comes due: from the local time `at` on, `lead_days` before the day, not
    between `quiet_from` and `quiet_to`, only on `workdays` where that is wished; in the bell and by `mail`, there all
    that is told at one time in one mail (`digest`) or each in its own. Written by `notify.wishes` only."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.TimeField(default=time(0))
    lead_days = models.PositiveSmallIntegerField(default=0)
    quiet_from = models.TimeField(null=True)
    quiet_to = models.TimeField(null=True)
    workdays = models.BooleanField(default=False)
    in_app = models.BooleanField(default=True)
    mail = models.BooleanField(default=False)
    digest = models.BooleanField(default=True)
