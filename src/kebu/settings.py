"""Django settings, read once from the environment. Every `KEBU_…` variable is described in docs/settings.md."""

import ipaddress
import os
import secrets
import socket
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF, UNSAFE_INLINE

from kebu import __version__

VERSION = __version__
HOME = Path(os.environ.get("KEBU_HOME", "data")).resolve()
HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
DEBUG = False

# Where `kebu serve` listens, and the address that people and mails use.
HOST = os.environ.get("KEBU_HOST", "127.0.0.1")
PORT = int(os.environ.get("KEBU_PORT", "8000"))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _lan_address() -> str:
    """This machine's address in its network, the one a packet to the outside would leave from; none is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # RFC 5737: documentation, never routed
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


LAN = not _is_loopback(HOST)
_shown = _lan_address() if HOST in ("0.0.0.0", "::") else HOST  # noqa: S104
BASE_URL = os.environ.get("KEBU_BASE_URL", f"http://{f'[{_shown}]' if ':' in _shown else _shown}:{PORT}").rstrip("/")


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
DATABASES: dict[str, dict[str, Any]]
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
# The mail server, where it is not set up on the page: smtps://USER:PASSWORD@HOST:465, smtp+starttls://…:587 or
# smtp://…:25; and whom mails are from.
MAIL_URL = os.environ.get("KEBU_MAIL_URL", "")
MAIL_FROM = os.environ.get("KEBU_MAIL_FROM", "")
# Hosts of the company's own network that what people set up may lead to.
INTERNAL_HOSTS = os.environ.get("KEBU_INTERNAL_HOSTS", "").lower().split()
# Whether `kebu serve` runs jobs too; "0" where `kebu worker` does.
WORKER = os.environ.get("KEBU_WORKER", "1") != "0"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_machine = socket.gethostname().lower()
HOST_NAMES = {
    (urlsplit(BASE_URL).hostname or "").lower(),
    "localhost",
    *((_machine, f"{_machine.split('.')[0]}.local") if LAN else ()),
    *os.environ.get("KEBU_ALLOWED_HOSTS", "").lower().split(),
}
# In a local network any private address may be typed: Django has no pattern for that, kebu.edge looks at the Host.
ALLOWED_HOSTS = ["*"] if LAN else [*HOST_NAMES, "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE = BASE_URL.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "kebu.core",
    "kebu.audit",
    "kebu.accounts",
    "kebu.fields",
    "kebu.notify",
    "kebu.records",
    "kebu.importexport",
    "kebu.reports",
    "kebu.backups",
    "kebu.privacy",
    "kebu.crm",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "kebu.edge.edge",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kebu.repeats.repeats",
]
ROOT_URLCONF = "kebu.urls"
WSGI_APPLICATION = "kebu.wsgi.application"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Sign-in only, by e-mail and password, for people whom somebody added (kebu.accounts.signin).
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "kebu.accounts.signin.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False  # counted in a cache of one process; ours are in the database, shared by all
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ["browser"]
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = os.environ.get("KEBU_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True

# The built front end; whitenoise reads the folder once at the start.
STATIC_URL = "/static/"
_static = Path(__file__).resolve().parent / "spa" / "static"
STATIC_ROOT = _static if _static.is_dir() else None
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/assets/.+-[\w-]{8,}\.\w+$"  # names with a hash of their content

SESSION_COOKIE_NAME = "kebu_session"
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 30 * 24 * 3600
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "kebu.edge.cross_site"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
# Behind a proxy that ends TLS; only where the installation says that people come by https.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024  # a body of JSON; files are streamed to disk and measured there
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF, UNSAFE_INLINE],  # antd writes its styles into the page
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"redact": {"()": "kebu.core.logs.Redact"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["redact"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "kebu": {"level": "INFO"},
        # Django's own would write to the console a second time; refusals are no news.
        "django": {"handlers": [], "level": "ERROR", "propagate": True},
    },
}
