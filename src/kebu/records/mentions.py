"""Where a text speaks of somebody: by the name, a phone number however it is written, or an e-mail address."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

# Shorter ones are words of every text.
_LEAST_NAME, _LEAST_DIGITS, _LEAST_OWN = 2, 7, 6
_APART = r"[\s().\-–·]{0,2}"


class Words:
    """By what somebody is recognised in a text. False where there is nothing."""

    def __init__(self, names: Iterable[str], phones: Iterable[str], exact: Iterable[str] = ()) -> None:
        parts = {_name(text) for text in names if len(text.strip()) >= _LEAST_NAME}
        parts |= {_phone(digits) for text in phones if len(digits := _digits(text)) >= _LEAST_DIGITS}
        parts |= {re.escape(text.strip()) for text in exact if len(text.strip()) >= _LEAST_OWN}
        # Longer ones first: an address may hold the name.
        self._pattern = re.compile("|".join(sorted(parts, key=lambda one: (-len(one), one))), re.IGNORECASE)
        self._any = bool(parts)

    def __bool__(self) -> bool:
        return self._any

    def found(self, text: str) -> bool:
        """Whether the text speaks of them."""
        return self._any and self._pattern.search(text) is not None

    def without(self, text: str, instead: str) -> str:
        """The text with `instead` wherever it spoke of them."""
        return self._pattern.sub(lambda _: instead, text) if self._any else text

    def cleaned(self, value: Any, instead: str) -> Any:
        """JSON in which no text speaks of them; keys stay."""
        if isinstance(value, str):
            return self.without(value, instead)
        if isinstance(value, list | tuple):
            return [self.cleaned(one, instead) for one in value]
        if isinstance(value, Mapping):
            return {key: self.cleaned(one, instead) for key, one in value.items()}
        # A number may be a phone number that a file had as one.
        return instead if isinstance(value, int) and not isinstance(value, bool) and self.found(str(value)) else value


def _digits(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


def _phone(digits: str) -> str:
    return rf"(?<!\d)(?:\+?86{_APART})?" + _APART.join(digits) + r"(?!\d)"


def _name(text: str) -> str:
    """In a language that puts blanks between words a name is a word: Li is not in Lisa."""
    inner = r"\s+".join(re.escape(part) for part in text.split())
    before, after = (r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])")
    return (before if text.strip()[0].isascii() else "") + inner + (after if text.strip()[-1].isascii() else "")
