"""Who makes a request: a signed-in browser (session and CSRF) or a program (`Authorization: Bearer TOKEN`)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from django.contrib.auth import login
from django.http import HttpRequest
from django.middleware.csrf import get_token
from ninja.utils import check_csrf

from kebu.accounts import scopes, sessions, viewing
from kebu.accounts.actor import Actor
from kebu.accounts.second import NEEDED
from kebu.accounts.tokens import use_token
from kebu.core.errors import KebuError

if TYPE_CHECKING:
    from kebu.accounts.models import User

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
#: Reading a page of rows takes a body, hence a POST; a token that may only read may do this one.
_QUERY = re.compile(r"/api/records/[^/]+/(query|summary|colors|find|comments/marks)")
#: What somebody may who has to set up a second factor first.
_BEFORE = re.compile(r"/api/(me|(two-factor|passkeys)(/begin|/confirm)?)")
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class PersonRequest(HttpRequest):
    """A request that `authenticated` let through."""

    actor: Actor
    person: User
    viewer: User | None  # who looks at the program as this person
    token_id: int | None  # of the token by which it came


def authenticated(request: HttpRequest) -> Actor:
    """The authentication of every route that needs a person; sets `request.actor` and `request.person`.

    A header `Authorization` decides alone when there is one: no token looks as somebody else. Raises KebuError
    `signed_out` (401), `scope`, `cross_site`, `another_person`, and what `viewing` refuses (403).
    """
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    request = cast("PersonRequest", request)
    request.viewer = None
    user, actor, token_id = _by_token(request, secret.strip()) if scheme else _by_session(request)
    request.actor, request.person, request.token_id = actor, user, token_id
    return actor


def in_session(request: HttpRequest) -> Actor:
    """The authentication of routes that say who may see what: as `authenticated`, and for no token (`session_only`)."""
    actor = authenticated(request)
    session_only(cast("PersonRequest", request))
    return actor


def visitor(request: HttpRequest) -> bool:
    """The authentication of the few routes that need no person: the request still has to come from our own pages."""
    get_token(request)
    _require_csrf(request)
    return True


def session_only(request: PersonRequest) -> None:
    """Raise KebuError `session_only` (403) for a token: a leaked one must not make others, change the password, give
    anybody access, say who may see what or take a second factor away."""
    if request.actor.via == "api":
        raise KebuError("session_only", status=403)


def sign_in(request: HttpRequest, user: User, *, way: str) -> None:
    """Begin a session of `user`; it gets a new id, whatever session the browser came with.

    `way` is what the audit log says.
    """
    request.signs_in_by = way  # type: ignore[attr-defined]
    login(request, user, backend=_BACKEND)


def _by_token(request: HttpRequest, secret: str) -> tuple[User, Actor, int | None]:
    token = use_token(secret)
    if token is None:
        raise KebuError("signed_out", status=401)
    if token.scope != "write" and not _reads(request):
        raise KebuError("scope", status=403)
    if token.scopes is not None and not scopes.opens(request.method or "", request.path):
        raise KebuError("scope_of_records", status=403)
    return token.user, Actor.of(token.user, "api").within(token.scopes), token.pk


def _reads(request: HttpRequest) -> bool:
    return request.method in _SAFE or (request.method == "POST" and bool(_QUERY.fullmatch(request.path)))


def _by_session(request: PersonRequest) -> tuple[User, Actor, int | None]:
    # Even a refused first request brings the CSRF cookie, which the sign-in needs.
    get_token(request)
    user = cast("User", request.user)
    if not user.is_authenticated:
        raise KebuError("signed_out", status=401)
    _require_csrf(request)
    if request.session.get(NEEDED) and not _BEFORE.fullmatch(request.path):
        raise KebuError("second_factor_needed", status=403)
    sessions.use(request.session, user)
    if request.path == viewing.STOP:
        return user, Actor.of(user, "table"), None
    other = viewing.whom(user, request.session)
    _refuse_page_of_another(request, other or user)
    if other is None:
        return user, Actor.of(user, "table"), None
    viewing.require_looking(other, request.path, reads=_reads(request))
    request.viewer = user
    return other, Actor.looking(other), None


def _refuse_page_of_another(request: HttpRequest, person: User) -> None:
    """A page says in `Kebu-Person` for whom it was opened: meanwhile another tab of the browser may have begun, or
    ceased, to look as somebody else, or somebody else may have signed in there."""
    if request.headers.get("Kebu-Person", str(person.pk)) != str(person.pk):
        raise KebuError("another_person", status=403)


def _require_csrf(request: HttpRequest) -> None:
    # ninja exempts its views from Django's own check, which would refuse tokens as well.
    if request.method not in _SAFE and check_csrf(request) is not None:
        raise KebuError("cross_site", status=403)
