"""The edge of the program: what is refused before any room hears of it, and what every answer carries."""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from kebu.audit.log import coming_from
from kebu.core.errors import LANGUAGES, KebuError, not_found
from kebu.workbooks.limits import MAX_FILE_BYTES

_DOORS = ("/api/", "/_allauth/")
_FILES = "multipart/form-data"
_BODIES = ("application/json", _FILES)
_ENVELOPE = 64 * 1024  # names and boundaries around the files
_BY_STATUS = {
    400: "invalid_request",
    401: "signed_out",
    403: "forbidden",
    404: "not_found",
    405: "wrong_method",
    429: "too_many_requests",
    503: "busy",
}


def edge(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, the outermost one."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        with coming_from(str(request.META.get("REMOTE_ADDR", "")), request.headers.get("User-Agent", "")):
            response = _refused(request) or get_response(request)
        if request.path.startswith(_DOORS):
            response.headers.setdefault("Cache-Control", "no-store")
            if response.status_code == 405:  # the routers answer it in plain text
                response = refusal(request, 405)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(self), microphone=()")
        return response

    return answer


def _refused(request: HttpRequest) -> HttpResponseBase | None:
    if settings.LAN and not _is_our_host(request.get_host()):
        return refusal(request, 400)
    # PostgreSQL takes no NUL in a text, and nobody types one.
    if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
        return refusal(request, 400)
    size = _body_size(request)
    if not request.path.startswith(_DOORS) or size == 0:
        return None
    if request.content_type not in _BODIES:
        # A page of another site can send a form or text/plain without asking, but not these types.
        return refusal(request, 403, KebuError("wrong_content_type", status=403))
    limit = MAX_FILE_BYTES if request.content_type == _FILES else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if size is None or size > limit + _ENVELOPE:
        return refusal(request, 413, KebuError("request_too_large", status=413, megabytes=limit // 1024**2))
    return None


def _body_size(request: HttpRequest) -> int | None:
    """In bytes; None when the request does not say (Django would read such a body as empty)."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isdecimal() and "HTTP_TRANSFER_ENCODING" not in request.META else None


def _is_our_host(host: str) -> bool:
    """In a local network: a private address in figures, or a name of this machine.

    An address in figures is safe where a name is not: a page that attacks by rebinding sends its own name.
    """
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    if name.lower().rstrip(".") in settings.HOST_NAMES:
        return True
    try:
        address = ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return address.is_private or address.is_link_local


def language(request: HttpRequest) -> str:
    """The language of an answer: what `Accept-Language` asks for, else the signed-in person's, else Chinese."""
    if request.headers.get("Accept-Language"):
        return "en" if (translation.get_language() or "").startswith("en") else "zh-Hans"
    spoken = getattr(getattr(request, "actor", None), "language", None)
    return spoken if spoken in LANGUAGES else LANGUAGES[0]


def refusal(request: HttpRequest, status: int, error: KebuError | None = None) -> HttpResponse:
    """An answer in the one error shape; without `error` the general one of its status."""
    if error is None:
        error = not_found() if status == 404 else KebuError(_BY_STATUS.get(status, "internal"), status=status)
    return JsonResponse(error.as_json(language(request)), status=status, json_dumps_params={"ensure_ascii": False})


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's `handler400`: a foreign Host, a body that is too large."""
    return refusal(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's `handler403`."""
    return refusal(request, 403)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's `handler404`."""
    return refusal(request, 404)


def failed(request: HttpRequest) -> HttpResponse:
    """Django's `handler500`; Django has logged the reason, the answer tells nothing of it."""
    return refusal(request, 500)


def cross_site(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's `CSRF_FAILURE_VIEW`."""
    return refusal(request, 403, KebuError("cross_site", status=403))
