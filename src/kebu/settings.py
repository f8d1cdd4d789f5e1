"""Django settings, read once from the environment. Every `KEBU_…` variable is described in docs/settings.md."""

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

from kebu import __version__

VERSION = __version__
HOME = Path(os.environ.get("KEBU_HOME", "data")).resolve()
HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
BASE_URL = os.environ.get("KEBU_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
DEBUG = False


def _secret_key() -> str:
    """The key of this installation: made at the first start, readable by its owner only."""
    path = HOME / "secret.key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    key = secrets.token_urlsafe(50)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    return key


SECRET_KEY = os.environ.get("KEBU_SECRET_KEY") or _secret_key()

DATABASE_URL = os.environ.get("KEBU_DATABASE_URL", "")
if DATABASE_URL:
    _url = urlsplit(DATABASE_URL)
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(_url.path.lstrip("/")),
            "USER": unquote(_url.username or ""),
            "PASSWORD": unquote(_url.password or ""),
            "HOST": unquote(_url.hostname or ""),
            "PORT": _url.port or "",
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {"options": "-c statement_timeout=60000"},
        }
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "kebu.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                # Without IMMEDIATE a reader that turns writer gets "database is locked" at once.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;"
                    "PRAGMA mmap_size=1073741824; PRAGMA temp_store=MEMORY"
                ),
            },
            "TEST": {"NAME": HOME / "test.sqlite3"},
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_host = urlsplit(BASE_URL).hostname or "127.0.0.1"
ALLOWED_HOSTS = [_host, "127.0.0.1", "localhost", "[::1]", *os.environ.get("KEBU_ALLOWED_HOSTS", "").split()]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE = BASE_URL.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "kebu.core",
    "kebu.accounts",
    "kebu.fields",
    "kebu.notify",
    "kebu.records",
    "kebu.importexport",
    "kebu.reports",
    "kebu.backups",
    "kebu.crm",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "kebu.urls"
WSGI_APPLICATION = "kebu.wsgi.application"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = os.environ.get("KEBU_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True
STATIC_URL = "/static/"
