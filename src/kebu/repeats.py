"""A request that is sent again is done once: `Idempotency-Key` on any POST of a signed-in person under `/api`."""

import hmac
import logging
import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.http.response import HttpResponseBase

from kebu.accounts.auth import authenticated
from kebu.core import answers
from kebu.core.errors import KebuError
from kebu.edge import refusal

log = logging.getLogger(__name__)

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
# Nothing changes by being asked.
_QUERY = re.compile(r"/api/records/[^/]+/(query|summary)")
# Answered with a token or an invitation, of which only hashes are stored, or with what is else shown masked.
_SECRET = re.compile(
    r"/api/(tokens|feed|users|users/\d+/invite|two-factor/(begin|confirm|codes)|passkeys/begin"
    r"|records/[^/]+/\d+/reveal)"
)
_LARGEST = 256 * 1024  # bytes of an answer that is kept


def repeats(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, the innermost one: sessions are known."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        key = request.headers.get("Idempotency-Key")
        if key is None or request.method != "POST" or not request.path.startswith("/api/"):
            return get_response(request)
        if _QUERY.fullmatch(request.path):
            return get_response(request)
        try:
            user_id = authenticated(request).user_id
        except KebuError:
            user_id = None  # the route refuses, or is one for everybody
        # Who looks as somebody else only reads, and leaves nothing behind under that person's name.
        if user_id is None or getattr(request, "viewer", None):
            return get_response(request)
        try:
            return _once(request, key, user_id, get_response)
        except KebuError as error:
            return refusal(request, error.status, error)
        except (SuspiciousOperation, MultiPartParserError, UnreadablePostError):
            return refusal(request, 400)
        except DatabaseError as error:
            log.error("idempotency key: %s", type(error).__name__)
            return refusal(request, 503)

    return answer


def _once(
    request: HttpRequest, key: str, user_id: int, get_response: Callable[[HttpRequest], HttpResponseBase]
) -> HttpResponseBase:
    if not _KEY.fullmatch(key):
        raise KebuError("bad_idempotency_key", limit=200)
    row, is_first = answers.begin(user_id, key, _asked(request))
    if not is_first:
        return _again(row.status or 200, row.body)
    response = None
    try:
        response = get_response(request)
    finally:
        if response is None or not _is_final(response.status_code):
            answers.release(row)
    if _is_final(response.status_code):
        try:
            answers.keep(row, response.status_code, _text(request, response))
        except DatabaseError:  # it was done; that it cannot be said again is no reason to call it failed
            log.exception("idempotency key: an answer was not kept")
    return response


def _is_final(status: int) -> bool:
    """Whether the same request would be answered so again; one that failed or came too often is worth another try."""
    return status < 500 and status != 429


def _again(status: int, body: str | None) -> HttpResponse:
    if body is None and status != 204:
        raise KebuError("answer_not_kept", status=409)
    answer = HttpResponse(body or "", status=status, content_type="application/json; charset=utf-8")
    answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _text(request: HttpRequest, response: HttpResponseBase) -> str | None:
    """The answer as it is kept; None for one that holds a secret, or too much."""
    if not isinstance(response, HttpResponse) or len(response.content) > _LARGEST:
        return None
    if response.status_code < 400 and _SECRET.fullmatch(request.path):
        return None
    return response.content.decode()


def _asked(request: HttpRequest) -> str:
    """A digest of the request, by the installation's key: a body may hold a password that could be guessed by it."""
    seal = hmac.new(settings.SECRET_KEY.encode(), digestmod=sha256)
    parts: list[Any] = [request.get_full_path(), request.content_type]
    if request.content_type == "multipart/form-data":
        # Not as it is sent: the line between the parts is another one each time.
        parts += sorted(request.POST.lists())
        for name, files in sorted(request.FILES.lists()):
            parts += [(name, file.name, _digest(file)) for file in files]
        seal.update(repr(parts).encode(errors="surrogatepass"))
    else:
        seal.update(repr(parts).encode(errors="surrogatepass"))
        seal.update(request.body)
    return seal.hexdigest()


def _digest(file: "UploadedFile[Any]") -> str:
    digest = sha256()
    for piece in file.chunks():
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()
