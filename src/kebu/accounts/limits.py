"""How often somebody may try what can be guessed. Counted in the database, so that all processes share the count.

An account has few tries, wherever they come from; an address on the net has many, for a whole office sits behind one.
"""

from django.http import HttpRequest

from kebu.accounts.models import clean_email
from kebu.core.throttle import forget, hit

_FIVE_MINUTES = 300
_MINUTE = 60


def address_of(request: HttpRequest) -> str:
    """Where the request comes from. Never X-Forwarded-For: whoever guesses writes it as they like."""
    return str(request.META.get("REMOTE_ADDR", ""))


def count_sign_in(request: HttpRequest, email: str) -> None:
    """One try to sign in. This and the others raise KebuError `too_many_attempts` (429)."""
    hit(f"signin:address:{address_of(request)}", limit=100, window=_FIVE_MINUTES)
    hit(_account(email), limit=10, window=_FIVE_MINUTES)


def forget_sign_ins(email: str) -> None:
    """The password was right: only wrong ones count for the account."""
    forget(_account(email))


def count_password_change(user_id: int | None) -> None:
    """One try to name the current password."""
    hit(f"password:{user_id}", limit=10, window=_FIVE_MINUTES)


def count_setup(request: HttpRequest) -> None:
    """One try of the set-up's secret."""
    hit(f"setup:{address_of(request)}", limit=20, window=_MINUTE)


def count_invitation(request: HttpRequest) -> None:
    """One look at an invitation."""
    hit(f"invite:{address_of(request)}", limit=60, window=_MINUTE)


def count_passkey(request: HttpRequest) -> None:
    """One step of signing in by a passkey, of two."""
    hit(f"passkey:address:{address_of(request)}", limit=200, window=_FIVE_MINUTES)


def count_reset(request: HttpRequest, email: str) -> None:
    """One wish for a link: an account gets few mails, whoever wishes for them."""
    hit(f"reset:address:{address_of(request)}", limit=20, window=_FIVE_MINUTES)
    hit(f"reset:account:{clean_email(email)}", limit=3, window=3 * _FIVE_MINUTES)


def _account(email: str) -> str:
    return f"signin:account:{clean_email(email)}"
