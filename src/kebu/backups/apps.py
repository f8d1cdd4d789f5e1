from django.apps import AppConfig


class Config(AppConfig):
    name = "kebu.backups"
