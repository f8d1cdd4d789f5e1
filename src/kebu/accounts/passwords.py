"""What a password must be like."""

from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from kebu.core.errors import KebuError

if TYPE_CHECKING:
    from kebu.accounts.models import User

#: Longer ones only cost time to hash.
MAX_LENGTH = 200


def check_password_strength(password: str, user: "User") -> None:
    """Raise KebuError `weak_password` unless the rules in settings (`AUTH_PASSWORD_VALIDATORS`) hold for `user`.

    The reasons are Django's own, in the language that is active.
    """
    if len(password) > MAX_LENGTH:
        raise KebuError("password_too_long", field="password", limit=MAX_LENGTH)
    try:
        validate_password(password, user)
    except ValidationError as error:
        reasons = list(error.messages)
        raise KebuError("weak_password", field="password", details=reasons, reasons=" ".join(reasons)) from None
