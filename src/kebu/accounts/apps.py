from django.apps import AppConfig


class Config(AppConfig):
    name = "kebu.accounts"

    def ready(self) -> None:
        from kebu.accounts import noted  # noqa: F401 -- listens to who signs in and out
