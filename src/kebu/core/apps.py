from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.module_loading import autodiscover_modules


def _teach_sqlite(connection: Any, **_: Any) -> None:
    """Give SQLite the functions that PostgreSQL has built in: folded text, and the day that a moment has somewhere."""
    if connection.vendor == "sqlite":
        from kebu.core.text import fold

        connection.connection.create_function(
            "kebu_fold", 1, lambda text: None if text is None else fold(str(text)), deterministic=True
        )
        connection.connection.create_function("kebu_local_day", 2, _local_day, deterministic=True)


def _local_day(moment: str | None, zone: str) -> str | None:
    if moment is None:
        return None
    # As SQLite holds it: UTC, mostly without saying so.
    told = datetime.fromisoformat(moment)
    return str((told if told.tzinfo else told.replace(tzinfo=UTC)).astimezone(ZoneInfo(zone)).date())


class Config(AppConfig):
    name = "kebu.core"

    def ready(self) -> None:
        connection_created.connect(_teach_sqlite, dispatch_uid="kebu.core.sqlite")
        autodiscover_modules("jobs")
