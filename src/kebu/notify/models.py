"""What the program has told whom."""

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

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=50)
    key = models.CharField(max_length=200)
    params = models.JSONField(default=dict)
    link = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "key"], name="notify_once")]
        indexes: ClassVar = [
            models.Index(fields=["user", "-id"], name="notify_latest"),
            models.Index(fields=["user"], condition=models.Q(read_at=None), name="notify_unread"),
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
