from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.module_loading import autodiscover_modules


def _teach_sqlite(connection: Any, **_: Any) -> None:
    """Give SQLite the one function that our text operators need (PostgreSQL has it built in)."""
    if connection.vendor == "sqlite":
        from kebu.core.text import fold

        connection.connection.create_function(
            "kebu_fold", 1, lambda text: None if text is None else fold(str(text)), deterministic=True
        )


class Config(AppConfig):
    name = "kebu.core"

    def ready(self) -> None:
        connection_created.connect(_teach_sqlite, dispatch_uid="kebu.core.sqlite")
        autodiscover_modules("jobs")
