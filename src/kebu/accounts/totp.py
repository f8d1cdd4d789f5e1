"""One-time codes by time, RFC 6238, as authenticator apps make them: SHA-1, six digits, 30 seconds."""

import base64
import hmac
import secrets
import time
from urllib.parse import quote, urlencode

PERIOD = 30
_DIGITS = 6


def new_secret() -> str:
    """160 random bits (RFC 4226, section 4) in base32, as people may type it into an app."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, step: int) -> str:
    """The code of a period, counted from 1970."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1")
    at = digest[-1] & 15
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}d}"


def step_of(secret: str, code: str, *, after: int, now: float | None = None) -> int | None:
    """The period that a code is of: this one, or one beside it, for clocks differ; None for a wrong code, and for one
    of `after` or before, which was used already."""
    step = int(time.time() if now is None else now) // PERIOD
    fitting = [
        one for one in (step, step - 1, step + 1) if hmac.compare_digest(code_at(secret, one).encode(), code.encode())
    ]
    return next((one for one in fitting if one > after), None)


def uri(secret: str, *, issuer: str, account: str) -> str:
    """What the square picture says to an app."""
    label = f"{quote(issuer, safe='')}:{quote(account, safe='@')}"
    query = urlencode({"secret": secret, "issuer": issuer, "digits": _DIGITS, "period": PERIOD}, quote_via=quote)
    return f"otpauth://totp/{label}?{query}"
