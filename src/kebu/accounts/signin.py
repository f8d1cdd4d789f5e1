"""Signing in and out by e-mail and password: allauth's headless API for browsers, and of it only what we use."""

from __future__ import annotations

import time
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.headless.account.views import LoginView, SessionView
from allauth.headless.constants import Client
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import path
from django.utils.crypto import constant_time_compare
from django.utils.translation import get_language

from kebu.accounts import limits, passkeys, second
from kebu.accounts.auth import sign_in
from kebu.accounts.models import User
from kebu.accounts.noted import sign_in_failed
from kebu.core.errors import KebuError

#: In the session: who has only the code left to give (id, seal of the account, seconds since 1970).
_WAITING = "second_factor_waits"
_PATIENCE = 600  # seconds


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Who may sign in: people whom somebody added. The same answer, after the same work, for everybody else."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The person of these credentials. Raises `too_many_attempts` for a guessed account or a guessing address."""
        email = credentials["email"]
        limits.count_sign_in(request, email)
        user = authenticate(request, **credentials)
        # allauth would tell a disabled person with the right password apart from a wrong password.
        AuthenticationBackend.unstash_authenticated_user()
        if user is None:
            sign_in_failed(email)
            return None
        limits.forget_sign_ins(email)
        ask_for_code(request, user)
        return user


def ask_for_code(request: HttpRequest, user: User) -> None:
    """Raise `second_factor_asked` (401) where this person, who has proven the password or an invitation, signs in with
    a second factor: who it was waits in the session for `finish`."""
    if second.is_asked(user):
        request.session[_WAITING] = [user.pk, user.get_session_auth_hash(), int(time.time())]
        ways = {"code": second.is_on(user), "passkey": passkeys.available() and second.has_passkey(user)}
        raise KebuError("second_factor_asked", status=401, details=ways)


def finish(request: HttpRequest, code: str) -> None:
    """Sign in who gave the right password, or opened an invitation, in this browser a moment ago, with a code of the
    app or a recovery code.

    Raises `signed_out` (401) where nobody did or it is too long ago, `wrong_code`, `too_many_attempts`.
    """
    user = waiting(request)
    if user is None:
        raise KebuError("signed_out", status=401)
    way = second.check(user, code)
    request.session.pop(_WAITING, None)
    sign_in(request, user, way=way)


def finish_by_passkey(request: HttpRequest, credential: dict[str, Any]) -> None:
    """Sign in whose passkey this is; after a password, only who gave that. Raises `passkey_refused`, `passkey_late`."""
    before = waiting(request)
    user = passkeys.check(request.session, credential, expected=before)
    request.session.pop(_WAITING, None)
    sign_in(request, user, way="passkey" if before is None else "both")


def waiting(request: HttpRequest) -> User | None:
    """Who has only the second factor left to give in this browser."""
    pk, seal, at = request.session.get(_WAITING) or (0, "", 0)
    user = User.objects.filter(pk=pk, is_active=True).first()
    # The seal ends with a new password, role or state.
    if user is None or time.time() - at > _PATIENCE or not constant_time_compare(seal, user.get_session_auth_hash()):
        return None
    return user


def forget_waiting(request: HttpRequest) -> None:
    """Whoever gave a password here begins anew."""
    request.session.pop(_WAITING, None)


class SignIn(LoginView):  # type: ignore[misc]
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return cast("HttpResponseBase", super().dispatch(request, *args, **kwargs))
        except KebuError as error:
            return _refusal(error)

    def handle_input(self, data: dict[str, Any] | None) -> HttpResponseBase | None:
        if not data or set(data) != {"email", "password"}:
            raise KebuError("invalid_request")
        return cast("HttpResponseBase | None", super().handle_input(data))

    def handle_invalid_input(self, input: Any) -> HttpResponseBase:  # noqa: A002 -- allauth's name
        raise KebuError("wrong_sign_in")


def _refusal(error: KebuError) -> JsonResponse:
    language = "en" if (get_language() or "").startswith("en") else "zh-Hans"
    return JsonResponse(error.as_json(language), status=error.status)


urlpatterns = [
    path("browser/v1/auth/session", SessionView.as_api_view(client=Client.BROWSER)),
    path("browser/v1/auth/login", SignIn.as_api_view(client=Client.BROWSER)),
]
