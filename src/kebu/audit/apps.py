from django.apps import AppConfig


class Config(AppConfig):
    name = "kebu.audit"

    def ready(self) -> None:
        from kebu.audit import chain  # noqa: F401 -- registers the look that `kebu check` takes
