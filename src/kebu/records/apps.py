from django.apps import AppConfig


class Config(AppConfig):
    name = "kebu.records"

    def ready(self) -> None:
        from kebu.fields import definitions
        from kebu.records import saved

        definitions.listen(added=saved.show, deleted=saved.forget)
