from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _prepare(**_: Any) -> None:
    from kebu.accounts import roles

    roles.prepare()


class Config(AppConfig):
    name = "kebu.accounts"

    def ready(self) -> None:
        from kebu.accounts import noted  # noqa: F401 -- listens to who signs in and out

        post_migrate.connect(_prepare, sender=self, dispatch_uid="kebu.accounts.roles")
