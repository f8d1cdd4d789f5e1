"""The one error that every door of the program raises, and its messages in the person's language."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("zh-Hans", "en")
_LOCALE = Path(__file__).resolve().parent.parent / "locale"


class KebuError(Exception):
    """A refusal that a person or a program can act on.

    `code` is stable and names a message in `kebu/locale/<language>.toml`; `params` fill that message;
    `status` is the HTTP status; `field` the key of the field at fault; `details` is JSON for programs.
    """

    def __init__(
        self,
        code: str,
        *,
        status: int = 400,
        field: str | None = None,
        details: Any = None,
        **params: Any,
    ) -> None:
        super().__init__(code, params)
        self.code = code
        self.status = status
        self.field = field
        self.details = details
        self.params = params

    def as_json(self, language: str) -> dict[str, Any]:
        """The one error shape: `{"error": {"code", "message", "field"?, "details"?}}`."""
        error: dict[str, Any] = {"code": self.code, "message": message(self.code, language, **self.params)}
        if self.field is not None:
            error["field"] = self.field
        if self.details is not None:
            error["details"] = self.details
        return {"error": error}

    def __str__(self) -> str:
        return message(self.code, "en", **self.params)


def not_found() -> KebuError:
    """The answer for what is not there and for what this person may not see: the same in both cases."""
    return KebuError("not_found", status=404)


def message(code: str, language: str, **params: Any) -> str:
    """The text of `code` in `language` (`zh-Hans` or `en`; anything else reads as English)."""
    return template(code, language).format(**params)


def template(code: str, language: str) -> str:
    """The text of `code` with its places unfilled."""
    return _messages(language if language in LANGUAGES else "en")[code]


@cache
def _messages(language: str) -> dict[str, str]:
    """All messages of one language; each room has its own table in the file, codes are unique over all tables."""
    with open(_LOCALE / f"{language}.toml", "rb") as file:
        tables = tomllib.load(file)
    return {code: text for table in tables.values() for code, text in table.items()}
