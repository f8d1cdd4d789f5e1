"""What is shown of a value that a person may not read: enough to tell records apart, too little to use."""

from typing import Any

_HIDDEN = "***"
_SURE = 2  # letters of which at least so many stay unsaid


def mask(kind: str, value: Any) -> str | None:
    """The mask of a cell of that kind, None for none: 张*, 138****1234, z***@example.com; of anything else ***."""
    if value is None or value == "":
        return None
    text = value.strip() if isinstance(value, str) else ""
    if kind == "phone":
        return _phone(text)
    if kind == "email" and "@" in text:
        return f"{text[:1]}***@{text.rpartition('@')[2]}"
    if kind in ("text", "relation") and len(text) >= _SURE:
        return f"{text[0]}*"
    return _HIDDEN


def _phone(text: str) -> str:
    """The first three and the last four digits of a number that has more than twice as many; else the last two."""
    digits = "".join(one for one in text if one.isdigit())
    if len(digits) >= 11:
        return f"{digits[-11:-8]}****{digits[-4:]}"
    return f"****{digits[-2:]}" if len(digits) > 2 * _SURE else _HIDDEN
