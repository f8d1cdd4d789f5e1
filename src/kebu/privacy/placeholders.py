"""What stands in a copy for what people typed: the same for the same value, and nothing to guess the value by.

Which kinds of values are taken over is said here kind by kind; of any other nothing is.
"""

import re
import secrets
from base64 import b32encode
from collections.abc import Callable, Collection, Iterable, Mapping
from hashlib import blake2b
from typing import Any, ClassVar

from stdnum.cn import uscc

from kebu.core.errors import LANGUAGES, message
from kebu.core.text import fold
from kebu.fields.registry import Field, registered
from kebu.fields.types import choice_index

_TEXTS = ("text", "long_text", "address")
_TAKEN_OVER = ("money", "percent", "rating", "date", "datetime", "checkbox", "person", "relation")
# A number of more digits may be a telephone number or somebody's id.
_DIGITS = 6
# A column of fewer signs has no room for a placeholder; what is in it is a code, as that of a currency.
_ROOM = 60
_CODE = re.compile(r"[A-Z]{1,3}")
_DAY = re.compile(r"[\d:TZ.+ -]{1,35}")
_UNITS = ("day", "week", "month", "quarter", "year")
_CODES = "0123456789ABCDEFGHJKLMNPQRTUWXY"
#: Says nothing, wherever a condition may stand.
_NOTHING: dict[str, list[Any]] = {"and": []}
Blank = Collection[tuple[str, str]]


class Placeholders:
    """Those of one copy, made with a key that nobody keeps: of another copy of the same data they are others.

    `language` is that of the words in them. `words` are texts that the program itself brought, which stay as names;
    `blank` fields, as (object, key), of which nothing is taken over.
    """

    def __init__(self, language: str, words: Collection[str], blank: Blank) -> None:
        self._key = secrets.token_bytes(32)
        self._language, self._words, self._blank = language, words, blank
        self._labels = {(one.key, each.key): each.label(language) for one in registered() for each in one.fields}
        self._titles = {one.key: self._labels[one.key, one.title] for one in registered()}
        self._numbers = {one.key: re.compile(rf"{re.escape(one.prefix)}\d{{1,8}}") for one in registered()}

    def text(self, text: str, label: str = "") -> str:
        """What stands for a text, after what it is."""
        return f"{label or message('anonymous_text', self._language)} {self._sign(text)}"

    def named(self, what: str, number: int) -> str:
        """What stands for the name of one of several things: 成员 7."""
        return message(f"anonymous_{what}", self._language, number=number)

    def names(self, labels: Mapping[str, str], what: str, number: int) -> dict[str, str]:
        """The same for a name in several languages; one that the program brought stays."""
        return {
            language: text if text in self._words else message(f"anonymous_{what}", language, number=number)
            for language, text in labels.items()
            if language in LANGUAGES
        }

    def known(self, texts: Iterable[str]) -> list[str]:
        """Those that the program brought."""
        return [text for text in texts if text in self._words]

    def value(self, field: Field, plain: Any) -> Any:
        """What stands for a plain value of a field, as its column or the history holds it; None for nothing."""
        field = field.stored
        if plain is None or (field.object, field.key) in self._blank:
            return None
        if field.internal:
            return plain
        if isinstance(plain, dict):  # what did not fit
            return {"invalid": self.text(str(plain.get("invalid"))), "code": plain.get("code")}
        if field.kind in _TAKEN_OVER:
            return plain
        make = self._makers.get(field.kind)
        return make(self, field, plain) if make else None

    def _text(self, field: Field, text: Any) -> str | None:
        if field.options.get("limit", _ROOM) < _ROOM:
            return text if _CODE.fullmatch(str(text)) else None
        return self.text(str(text), self._labels.get((field.object, field.key), ""))

    def _auto_number(self, field: Field, text: Any) -> str:
        # One that somebody gave himself may be anything.
        pattern = self._numbers.get(field.object)
        return text if pattern and pattern.fullmatch(text) else self._sign(str(text))

    def _number(self, field: Field, number: Any) -> Any:
        if not isinstance(number, int | float):
            return None
        digits = len(str(abs(int(number))))
        return number if digits <= _DIGITS else 10 ** (digits - 1) + self._below(9 * 10 ** (digits - 1), str(number))

    def _phone(self, field: Field, text: Any) -> str:
        # No country gives such numbers to anybody.
        return f"000-{self._below(10**12, str(text)):012d}"

    def _email(self, field: Field, text: Any) -> str:
        return f"{self._sign(str(text)).lower()}@example.com"

    def _link(self, field: Field, text: Any) -> str:
        return f"https://example.com/{self._sign(str(text)).lower()}"

    def _credit_code(self, field: Field, text: Any) -> str:
        # One that is right, of a district that there is not.
        number, signs = self._below(len(_CODES) ** 9, str(text)), ""
        for _ in range(9):
            number, place = divmod(number, len(_CODES))
            signs += _CODES[place]
        return f"00000000{signs}{uscc.calc_check_digit(f'00000000{signs}')}"

    def _tags(self, field: Field, tags: Any) -> list[str]:
        return [self.text(str(one), self._labels.get((field.object, field.key), "")) for one in tags]

    def _choice(self, field: Field, key: Any) -> str | None:
        return key if isinstance(key, str) and field.choice(key) else None

    def _choices(self, field: Field, keys: Any) -> list[str] | None:
        return [key for key in keys if self._choice(field, key)] or None

    _makers: ClassVar[Mapping[str, Callable[["Placeholders", Field, Any], Any]]] = {
        **dict.fromkeys(_TEXTS, _text),
        "auto_number": _auto_number,
        "number": _number,
        "phone": _phone,
        "email": _email,
        "link": _link,
        "credit_code": _credit_code,
        "tags": _tags,
        "choice": _choice,
        "choices": _choices,
    }

    def _hash(self, text: str) -> bytes:
        return blake2b(text.encode("utf-8", "surrogatepass"), key=self._key, digest_size=16).digest()

    def _sign(self, text: str) -> str:
        """Ten letters and digits: so many that two values hardly ever share them."""
        return b32encode(self._hash(text)).decode()[:10]

    def _below(self, limit: int, text: str) -> int:
        return int.from_bytes(self._hash(text)) % limit

    # -- conditions ------------------------------------------------------------------------------------------------

    def condition(self, fields: Mapping[str, Field], tree: Any) -> dict[str, Any]:
        """A filter that asks for the placeholders; a part of it that cannot is left out."""
        if not isinstance(tree, dict):
            return _NOTHING
        for word in ("and", "or"):
            if isinstance(tree.get(word), list):
                return {word: [self.condition(fields, part) for part in tree[word]]}
        field = fields.get(str(tree.get("field")))
        if field is None or tree.get("op") not in field.stored.type.operators:
            return _NOTHING
        leaf = {"field": field.key, "op": tree["op"]}
        value = tree.get("value")
        if value is None:
            return leaf
        made = [self._asked(field.stored, one) for one in value] if isinstance(value, list) else None
        if made is None:
            made = self._asked(field.stored, value)
        return _NOTHING if made is None or (isinstance(made, list) and None in made) else {**leaf, "value": made}

    def _asked(self, field: Field, value: Any) -> Any:
        """A value as a condition says it, which may be the name of what a record holds by its key or id."""
        if (field.object, field.key) in self._blank:
            return None
        if isinstance(value, int | float):
            return self.value(field, value) if field.kind in (*_TAKEN_OVER, "number") else None
        if field.kind in ("choice", "choices"):
            return choice_index(field).get(fold(str(value)))
        if field.kind == "relation":
            title = self._titles.get(field.target or "", "")
            return value.get("id") if isinstance(value, dict) else self.text(str(value), title)
        if field.kind in ("date", "datetime"):
            return _days(value) if isinstance(value, dict) else value if _DAY.fullmatch(str(value)) else None
        if field.kind == "tags":
            return self._tags(field, [value])[0]
        if field.kind in _TAKEN_OVER or not isinstance(value, str):
            return None
        return self.value(field, value)


def _days(value: Mapping[str, Any]) -> dict[str, Any] | None:
    ends = {name: value[name] for name in ("from", "to") if isinstance(value.get(name), int)}
    return {"unit": value["unit"], **ends} if value.get("unit") in _UNITS else None
