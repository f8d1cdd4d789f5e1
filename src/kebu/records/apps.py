from django.apps import AppConfig


class Config(AppConfig):
    name = "kebu.records"

    def ready(self) -> None:
        from kebu.fields import definitions
        from kebu.records import saved

        definitions.after_adding(saved.show)
