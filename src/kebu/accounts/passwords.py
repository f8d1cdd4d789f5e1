"""What a password must be like."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import get_language

from kebu.core.errors import KebuError, message

if TYPE_CHECKING:
    from kebu.accounts.models import User

#: Longer ones only cost time to hash.
MAX_LENGTH = 200
#: aaaaaaaaaaaa and 1212121212 are long, and among the first that are tried.
_DISTINCT = 5
#: So much has to be left of a password without the person's name and address.
_BESIDE_NAME = 4


def check_password_strength(password: str, user: "User") -> None:
    """Raise KebuError `weak_password` unless Django's rules in settings (`AUTH_PASSWORD_VALIDATORS`) and ours hold.

    The reasons are in the language that is active.
    """
    if len(password) > MAX_LENGTH:
        raise KebuError("password_too_long", field="password", limit=MAX_LENGTH)
    if reasons := list(_reasons(password, user)):
        raise KebuError("weak_password", field="password", details=reasons, reasons=" ".join(reasons))


def _reasons(password: str, user: "User") -> Iterator[str]:
    language = "en" if (get_language() or "").startswith("en") else "zh-Hans"
    codes = []
    try:
        validate_password(password, user)
    except ValidationError as error:
        yield from error.messages
        codes = [one.code for one in error.error_list]
    if len(set(password.lower())) < _DISTINCT:
        yield message("too_few_different", language, least=_DISTINCT)
    elif "password_too_similar" not in codes and _is_own_name(password, user):
        yield message("own_name", language)


def _is_own_name(password: str, user: "User") -> bool:
    """Whether a password is hardly more than the person's name or address, in any order and any number of times."""
    words = {user.name, user.email, *re.split(r"\W+", f"{user.name} {user.email}")}
    # The longest first: of a@example.com nothing else is left.
    known = sorted((word.lower() for word in words if len(word) > 1), key=len, reverse=True)
    if not known:
        return False
    rest = re.sub("|".join(map(re.escape, known)), "", password.lower())
    return rest != password.lower() and len(rest) < _BESIDE_NAME
