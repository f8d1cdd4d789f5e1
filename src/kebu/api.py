"""The HTTP API: one place that joins the rooms' routers, and the one shape of its errors."""

import logging
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection
from django.db.utils import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import RawPostDataException, UnreadablePostError
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from kebu import __version__
from kebu.accounts import api as accounts
from kebu.accounts import data_rules_api, roles_api
from kebu.accounts.auth import authenticated
from kebu.backups import api as backups
from kebu.core.errors import KebuError
from kebu.crm import api as crm
from kebu.edge import refusal
from kebu.fields import api as fields
from kebu.importexport import api as importexport
from kebu.notify import api as notify
from kebu.privacy import api as privacy
from kebu.records import api as records
from kebu.reports import api as reports
from kebu.reports import audit_api as audit

log = logging.getLogger(__name__)

# An odd number of backslashes before u0000: the escape itself, not text about it.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
# A filter of ten groups needs 24 levels; what is deeper only wants to overrun the stack of whoever walks through it.
MAX_DEPTH = 64


class Json(BaseRenderer):
    """Answers by orjson: dates as RFC 3339 in UTC, decimals as numbers, `orjson.Fragment` as it is."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data, default=_plain, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    raise TypeError(type(value).__name__)


class Body(Parser):
    """Bodies by orjson, which refuses NaN, half surrogates and broken UTF-8; NUL is refused too: no database
    of ours stores it in a text. So is nesting deeper than `MAX_DEPTH`."""

    def parse_body(self, request: HttpRequest) -> Any:
        if _NUL.search(request.body):
            raise ValueError("NUL")
        body = orjson.loads(request.body)
        if request.body.count(b"[") + request.body.count(b"{") > MAX_DEPTH and _is_deep(body):
            raise ValueError("depth")
        return body


def _is_deep(body: Any) -> bool:
    level = [body]
    for _ in range(MAX_DEPTH):
        inner = [one.values() if isinstance(one, dict) else one for one in level if isinstance(one, list | dict)]
        level = [value for values in inner for value in values]
    return bool(level)


api = NinjaAPI(
    title="Kebu",
    version=__version__,
    description="Everything the table can do, for programs. Errors have one shape: "
    '`{"error": {"code", "message", "field"?, "details"?}}`; `code` is stable, `message` is in the language of '
    "`Accept-Language`. Sign in with a session and its CSRF token, or with `Authorization: Bearer TOKEN`. "
    "A POST may carry an `Idempotency-Key`: sent again within 24 hours it is answered as before and done once.",
    docs_url=None,
    auth=authenticated,  # a route that is open to everybody says so itself
    urls_namespace="api",
    renderer=Json(),
    parser=Body(),
)


@api.exception_handler(KebuError)
def _told(request: HttpRequest, error: KebuError) -> HttpResponse:
    return refusal(request, error.status, error)


@api.exception_handler(ValidationError)
def _not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    # pydantic's "input" and "ctx" would send the request back, and so may its words; "url" names another site.
    details = [{"at": list(each["loc"]), "type": each["type"], "message": each["msg"][:300]} for each in error.errors]
    return refusal(request, 400, KebuError("invalid_request", details=details))


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return refusal(request, error.status_code)


def _always(status: int) -> Callable[[HttpRequest, Any], HttpResponse]:
    return lambda request, error: refusal(request, status)


for _kind, _status in {
    Http404: 404,
    PermissionDenied: 403,
    SuspiciousOperation: 400,
    UnreadablePostError: 400,
    RawPostDataException: 400,
}.items():
    api.add_exception_handler(_kind, _always(_status))


@api.exception_handler(OperationalError)
def _database(request: HttpRequest, error: OperationalError) -> HttpResponse:
    """Locked for too long, cancelled by the statement timeout, or not there: worth another try."""
    log.error("database: %s %s: %s", request.method, request.path, type(error).__name__)
    return refusal(request, 503)


@api.exception_handler(Exception)
def _unforeseen(request: HttpRequest, error: Exception) -> HttpResponse:
    log.exception("%s %s", request.method, request.path)
    return refusal(request, 500)


@api.get("/health/live", auth=None, summary="The process answers", tags=["health"])
def live(request: HttpRequest) -> dict[str, bool]:
    """For a supervisor: no database is asked."""
    return {"ok": True}


@api.get("/health/ready", auth=None, summary="The program can work", tags=["health"])
def ready(request: HttpRequest) -> dict[str, bool]:
    """For a load balancer: the database answers. 503 `busy` otherwise."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"ok": True}


_rooms = (
    records,  # asked for more often than all others: paths are tried one after the other
    accounts,
    roles_api,
    data_rules_api,
    fields,
    crm,
    importexport,
    reports,
    audit,
    notify,
    backups,
    privacy,
)
for _room in _rooms:
    api.add_router("", _room.router)
