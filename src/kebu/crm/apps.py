from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _prepare(**_: Any) -> None:
    from kebu.crm import starting
    from kebu.fields.registry import registered
    from kebu.records import search

    search.prepare(registered())
    starting.catch_up()


class Config(AppConfig):
    name = "kebu.crm"

    def ready(self) -> None:
        from kebu.accounts import setup
        from kebu.crm import jobs, objects, overview, starting
        from kebu.notify import wishes
        from kebu.privacy import anonymize, persons
        from kebu.reports import tiles

        objects.register_all()
        persons.register("contacts")
        persons.register("customers", kind="person")
        anonymize.register(words=starting.words, blank=[("contacts", "birthday")])
        setup.register(starting.Templates())
        tiles.register(overview.TILES)
        wishes.when_changed(jobs.remind_soon)
        post_migrate.connect(_prepare, sender=self, dispatch_uid="kebu.crm.search")
