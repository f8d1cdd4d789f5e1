from django.apps import AppConfig


class Config(AppConfig):
    name = "kebu.notify"

    def ready(self) -> None:
        from kebu.accounts import letters
        from kebu.notify.outbox import Outbox

        letters.register(Outbox())
