from django.apps import AppConfig


class Config(AppConfig):
    name = "kebu.privacy"

    def ready(self) -> None:
        from kebu.privacy import erase

        erase.listen()
