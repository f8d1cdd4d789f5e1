"""No secret reaches a log: whatever is logged goes through `Redact` first."""

import logging
import re

_GONE = "[redacted]"
_KEY = r"(?:password|passwd|pwd|secret|token|api_?key|authorization|cookie|csrf|session(?:id)?)[\w-]{0,20}"
#: A name that tells of a secret, what stands between, and the secret: in quotes to the end of the quotes, else one
#: word. Every repetition is bounded or ends where the next match begins: a long
#: message costs time in step with its length.
_PATTERNS = (
    # JSON and Python: "password": "…", password='…', {'new_password': '…'}
    re.compile(rf"""(?i)({_KEY}["']?\s{{0,3}}[:=]\s{{0,3}})(?:"[^"\n]*"?|'[^'\n]*'?)"""),
    # Headers take the whole line, a cookie holds many words.
    re.compile(r"(?i)((?:authorization|cookie)\s{0,3}[:=]\s{0,3})(?!\[redacted\])[^\n\"']+"),
    re.compile(rf"""(?i)({_KEY}\s{{0,3}}[:=]\s{{0,3}})(?!\[redacted\])[^\s"',;&}}\])]+"""),
    re.compile(r"(?i)(\b(?:bearer|basic)\s+)[^\s\"',;]+"),
    # Addresses with a password: postgres://user:password@host
    re.compile(r"(\b[a-z][a-z0-9+]{1,20}://[^\s:/@]{0,100}:)[^\s@/]+(?=@)"),
    # Every secret that we make: tokens, invitations, the set-up's (kebu.accounts.keys.PREFIX)
    re.compile(r"(kebu_)[0-9a-f]{20,}"),
)


def redact(text: str) -> str:
    """`text` without passwords, tokens, cookies and our own secrets."""
    for pattern in _PATTERNS:
        text = pattern.sub(rf"\g<1>{_GONE}", text)
    return text


class Redact(logging.Filter):
    """On a handler: rewrites each record, its traceback included, before it is written."""

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            text = record.getMessage()
        except (TypeError, ValueError):
            # Raising here would fail the request; the arguments could hold what nothing marks as a secret.
            text = f"{record.msg} [arguments do not fit]"
        record.msg = redact(text)
        record.args = None
        if record.exc_info and not record.exc_text:
            # The formatter takes this text as it is instead of making its own.
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redact(record.exc_text)
        if record.stack_info:
            record.stack_info = redact(record.stack_info)
        return True
