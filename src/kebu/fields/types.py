"""One class for each kind of field: how its values are understood, stored, shown and searched.

A *value* is what Python holds (`date`, `int` of minor units, choice key …), None when empty. A *plain* value is the
same in JSON: what `extra` and the history hold. A *cell* is what the API sends and the grid shows.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal
from zoneinfo import ZoneInfo

import orjson

from kebu.core.text import fold
from kebu.fields import parsing
from kebu.fields.parsing import NotUnderstood
from kebu.fields.registry import Field, label_in

TEXT_LIMIT = 10_000
LONG_TEXT_LIMIT = 100_000
LIST_LIMIT = 100
NUMBER_LIMIT = 40

_TEXT_OPERATORS = ("is", "is_not", "contains", "not_contains", "starts_with", "in", "not_in", "empty", "not_empty")
_NUMBER_OPERATORS = ("is", "is_not", "gt", "gte", "lt", "lte", "between", "in", "not_in", "empty", "not_empty")
_DATE_OPERATORS = (
    "on",
    "is_not",
    "before",
    "after",
    "gt",
    "gte",
    "lt",
    "lte",
    "between",
    "within",
    "empty",
    "not_empty",
)
_ONE_OF_OPERATORS = ("is", "is_not", "in", "not_in", "empty", "not_empty")
_MANY_OF_OPERATORS = ("contains", "not_contains", "in", "not_in", "empty", "not_empty")


@dataclass(frozen=True, slots=True)
class Invalid:
    """Text that did not fit its kind, kept as it was typed; `code` says why."""

    text: str
    code: str


@dataclass
class CleanContext:
    """What understanding a value may depend on besides the value: the person's zone, the file's habits, the people.

    `today` is the person's local day, where words such as 明天 may stand for one: in what somebody types or sends now,
    never in a file. `people` maps a folded name or e-mail, or an id as text, to the id of a person (asked only when
    needed).
    """

    zone: ZoneInfo
    language: str = "zh-Hans"
    date_order: Literal["ymd", "dmy", "mdy"] = "ymd"
    base_1904: bool = False
    decimal_comma: bool = False
    today: date | None = None
    load_people: Callable[[], Mapping[str, int]] = dict

    @cached_property
    def people(self) -> Mapping[str, int]:
        return self.load_people()


@dataclass
class Cleaned:
    """A column understood: `values` as long as the input, `problems` by place; a place with a problem holds None."""

    values: list[Any]
    problems: dict[int, str] = dataclass_field(default_factory=dict)


_TEXT_OR_NONE = {str, type(None)}


class FieldType:
    """The base: behaves as text. Knows neither HTTP nor models; a kind changes what differs."""

    kind: str = "text"
    json_kind: str = "text"
    operators: Sequence[str] = _TEXT_OPERATORS
    # Raw from the database (a column or a JSON key, of either database) → cell; None where they are the same.
    cell: Callable[[Any], Any] | None = None

    def clean(self, raw: Any, field: Field, context: CleanContext) -> Any:
        """The value of one raw input that is not empty. Raises NotUnderstood."""
        return _text(raw, TEXT_LIMIT)

    def clean_column(self, raws: Sequence[Any], field: Field, context: CleanContext) -> Cleaned:
        """Understand a whole column; the only way from outside into a field, a single edit is a column of one.

        Equal inputs are understood once. Empty text is an empty value. Never raises.
        """
        if set(map(type, raws)) <= _TEXT_OR_NONE:
            return self._clean_texts(raws, field, context)
        seen: dict[Any, Any] = {}
        result = Cleaned([None] * len(raws))
        for place, raw in enumerate(raws):
            if raw is None or raw == "":
                continue
            try:
                # 1, 1.0 and True are equal as keys but not as inputs
                key = (type(raw), raw)
                known = seen.get(key, seen)
            except TypeError:  # a list or a dict, as the API sends them
                key, known = None, seen
            if known is seen:
                try:
                    known = self.clean(raw, field, context)
                except NotUnderstood as problem:
                    known = problem
                if key is not None and len(seen) < 50_000:
                    seen[key] = known
            if isinstance(known, NotUnderstood):
                result.problems[place] = known.code
            elif known != "":
                result.values[place] = known
        return result

    def _clean_texts(self, raws: Sequence[str | None], field: Field, context: CleanContext) -> Cleaned:
        """The same for a column of texts alone, as most are: each is looked up, without a look at what it is."""
        known: dict[str | None, Any] = dict.fromkeys(raws)
        wrong: dict[str | None, str] = {}
        for raw in known:
            if raw:
                try:
                    value = self.clean(raw, field, context)
                except NotUnderstood as problem:
                    wrong[raw] = problem.code
                else:
                    known[raw] = None if value == "" else value
        places = ((place, raw) for place, raw in enumerate(raws) if raw in wrong) if wrong else ()
        return Cleaned([known[raw] for raw in raws], {place: wrong[raw] for place, raw in places})

    def plain(self, value: Any) -> Any:
        """A value as JSON."""
        return value

    def value(self, plain: Any) -> Any:
        """The inverse of `plain`."""
        return plain

    def format(self, value: Any, field: Field, language: str) -> str:
        """A value as a person reads it."""
        return "" if value is None else str(value)

    def search_text(self, value: Any) -> str:
        """What a search finds the value by; empty: nothing."""
        return "" if value is None else str(value)


class Text(FieldType):
    """One line or several; the field's option `limit` says how many characters its column takes."""

    def clean(self, raw: Any, field: Field, context: CleanContext) -> Any:
        return _text(raw, field.options.get("limit", TEXT_LIMIT))


class LongText(FieldType):
    kind = "long_text"

    def clean(self, raw: Any, field: Field, context: CleanContext) -> Any:
        return _text(raw, LONG_TEXT_LIMIT)


class Address(FieldType):
    kind = "address"


class AutoNumber(FieldType):
    kind = "auto_number"

    def clean(self, raw: Any, field: Field, context: CleanContext) -> Any:
        return _text(raw, NUMBER_LIMIT)


class Phone(FieldType):
    kind = "phone"

    def clean(self, raw: Any, field: Field, context: CleanContext) -> Any:
        return _short(parsing.parse_phone(_scalar(raw)))


class Email(FieldType):
    kind = "email"

    def clean(self, raw: Any, field: Field, context: CleanContext) -> Any:
        return _short(parsing.parse_email(_scalar(raw)))


class Link(FieldType):
    kind = "link"

    def clean(self, raw: Any, field: Field, context: CleanContext) -> Any:
        return _short(parsing.parse_link(_scalar(raw)))


class CreditCode(FieldType):
    kind = "credit_code"

    def clean(self, raw: Any, field: Field, context: CleanContext) -> Any:
        return _short(parsing.parse_credit_code(_scalar(raw)))


class Number(FieldType):
    kind = "number"
    json_kind = "number"
    operators = _NUMBER_OPERATORS

    def clean(self, raw: Any, field: Field, context: CleanContext) -> Any:
        return _number(parsing.parse_number(_scalar(raw), decimal_comma=context.decimal_comma))

    def format(self, value: Any, field: Field, language: str) -> str:
        return "" if value is None else f"{value:,.15g}" if isinstance(value, float) else f"{value:,}"

    def search_text(self, value: Any) -> str:
        return ""

    @staticmethod
    def _cell(raw: Any) -> Any:
        """JSON numbers come back as floats from PostgreSQL; a whole one is shown whole."""
        return int(raw) if isinstance(raw, float | Decimal) and raw == int(raw) else raw

    cell = _cell


class Percent(Number):
    """Held as a fraction: 12 % is 0.12."""

    kind = "percent"

    def clean(self, raw: Any, field: Field, context: CleanContext) -> Any:
        return _number(parsing.parse_percent(_scalar(raw), decimal_comma=context.decimal_comma))

    def format(self, value: Any, field: Field, language: str) -> str:
        return "" if value is None else f"{value * 100:.13g}%"


class Rating(Number):
    kind = "rating"

    def clean(self, raw: Any, field: Field, context: CleanContext) -> Any:
        number = _number(parsing.parse_number(_scalar(raw)))
        if number not in range(1, 6):
            raise NotUnderstood("not_a_rating")
        return int(number)


class Money(Number):
    """Held in minor units (two decimals); a cell is in major units."""

    kind = "money"

    def clean(self, raw: Any, field: Field, context: CleanContext) -> Any:
        return parsing.parse_money(_scalar(raw), decimal_comma=context.decimal_comma)

    def format(self, value: Any, field: Field, language: str) -> str:
        return "" if value is None else f"{value // 100:,}" if value % 100 == 0 else f"{Decimal(value) / 100:,.2f}"

    @staticmethod
    def _cell(raw: Any) -> Any:
        minor = int(raw)
        return minor // 100 if minor % 100 == 0 else minor / 100

    cell = _cell


class Date(FieldType):
    kind = "date"
    operators = _DATE_OPERATORS

    def clean(self, raw: Any, field: Field, context: CleanContext) -> Any:
        order, base_1904 = context.date_order, context.base_1904
        return parsing.parse_date(_scalar(raw), order=order, base_1904=base_1904, today=context.today)

    def plain(self, value: Any) -> Any:
        return None if value is None else value.isoformat()

    def value(self, plain: Any) -> Any:
        return None if plain is None else date.fromisoformat(plain)

    def search_text(self, value: Any) -> str:
        return ""

    @staticmethod
    def _cell(raw: Any) -> Any:
        return raw if isinstance(raw, str) else raw.isoformat()

    cell = _cell


class DateTime(FieldType):
    """Held in UTC; plain and cell are RFC 3339 with `Z`."""

    kind = "datetime"
    operators = _DATE_OPERATORS

    def clean(self, raw: Any, field: Field, context: CleanContext) -> Any:
        order, base_1904 = context.date_order, context.base_1904
        return parsing.parse_datetime(_scalar(raw), context.zone, order=order, base_1904=base_1904, today=context.today)

    def plain(self, value: Any) -> Any:
        return None if value is None else value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def value(self, plain: Any) -> Any:
        return None if plain is None else datetime.fromisoformat(plain)

    def format(self, value: Any, field: Field, language: str) -> str:
        return "" if value is None else value.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")

    def search_text(self, value: Any) -> str:
        return ""

    @staticmethod
    def _cell(raw: Any) -> Any:
        if isinstance(raw, datetime):
            # SQLite holds UTC without saying so.
            moment = raw.astimezone(UTC) if raw.tzinfo else raw
            return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        return raw[:19].replace(" ", "T") + "Z"

    cell = _cell


class ChoiceType(FieldType):
    kind = "choice"
    operators = _ONE_OF_OPERATORS

    def clean(self, raw: Any, field: Field, context: CleanContext) -> Any:
        return _choice_key(raw, field)

    def format(self, value: Any, field: Field, language: str) -> str:
        found = field.choice(value) if value is not None else None
        return label_in(found.labels, language) if found else value or ""

    def search_text(self, value: Any) -> str:
        return ""


class Choices(FieldType):
    """Several choices of one field, in the order given, each once."""

    kind = "choices"
    json_kind = "json"
    operators = _MANY_OF_OPERATORS

    def clean(self, raw: Any, field: Field, context: CleanContext) -> Any:
        return list(dict.fromkeys(_choice_key(one, field) for one in _list(raw))) or None

    def format(self, value: Any, field: Field, language: str) -> str:
        return ", ".join(ChoiceType().format(one, field, language) for one in value or ())

    def search_text(self, value: Any) -> str:
        return ""

    @staticmethod
    def _cell(raw: Any) -> Any:
        return orjson.loads(raw) if isinstance(raw, str | bytes) else raw

    cell = _cell


class Tags(Choices):
    """Free labels, not declared beforehand."""

    kind = "tags"

    def clean(self, raw: Any, field: Field, context: CleanContext) -> Any:
        return list(dict.fromkeys(text for one in _list(raw) if (text := _text(one, 100)))) or None

    def format(self, value: Any, field: Field, language: str) -> str:
        return ", ".join(value or ())

    def search_text(self, value: Any) -> str:
        return " ".join(value or ())


class Checkbox(FieldType):
    """Ticked or empty: not ticked is the empty value, so that every row is one or the other."""

    kind = "checkbox"
    json_kind = "boolean"
    operators = ("is",)

    def clean(self, raw: Any, field: Field, context: CleanContext) -> Any:
        return parsing.parse_checkbox(_scalar(raw)) or None

    def format(self, value: Any, field: Field, language: str) -> str:
        return ("是" if language == "zh-Hans" else "Yes") if value else ""

    def search_text(self, value: Any) -> str:
        return ""

    @staticmethod
    def _cell(raw: Any) -> Any:
        return raw in (True, 1, "true")

    cell = _cell


class Person(FieldType):
    """A user, by id."""

    kind = "person"
    json_kind = "number"
    operators = (*_ONE_OF_OPERATORS, "mine")

    def clean(self, raw: Any, field: Field, context: CleanContext) -> Any:
        if isinstance(raw, bool | list | dict):
            raise NotUnderstood("no_such_person")
        found = context.people.get(fold(parsing.text_of(raw)))
        if found is None:
            raise NotUnderstood("no_such_person")
        return found

    def search_text(self, value: Any) -> str:
        return ""


class Relation(FieldType):
    """Another record, by id. A cell is `{"id", "label"}`; whether that record may be seen, `records` decides."""

    kind = "relation"
    json_kind = "number"
    operators = (*_ONE_OF_OPERATORS, "contains", "not_contains")

    def clean(self, raw: Any, field: Field, context: CleanContext) -> Any:
        if isinstance(raw, dict):
            raw = raw.get("id")
        if isinstance(raw, bool) or not isinstance(raw, int) or not 0 < raw < 2**63:
            raise NotUnderstood("unknown_record")
        return raw

    def search_text(self, value: Any) -> str:
        return ""


TYPES: Mapping[str, FieldType] = {
    one.kind: one()
    for one in (
        Text,
        LongText,
        Number,
        Money,
        Percent,
        Date,
        DateTime,
        ChoiceType,
        Choices,
        Tags,
        Checkbox,
        Phone,
        Email,
        Link,
        Address,
        CreditCode,
        Person,
        Relation,
        Rating,
        AutoNumber,
    )
}
# The kinds that a company may give to a field of its own.
OWN_KINDS: Sequence[str] = [
    "text",
    "long_text",
    "number",
    "money",
    "percent",
    "date",
    "datetime",
    "choice",
    "choices",
    "checkbox",
    "phone",
    "email",
    "link",
    "person",
]


def _scalar(raw: Any) -> Any:
    """Lists and objects are no input for a kind that holds one thing."""
    if isinstance(raw, list | dict | tuple):
        raise NotUnderstood("not_a_single_value")
    return raw


_CONTROL = {code: None for code in range(32) if chr(code) not in "\n\t"} | {127: None}


def _text(raw: Any, limit: int) -> str:
    text = parsing.text_of(_scalar(raw)) if not isinstance(raw, str) else raw
    if not text.isprintable():
        # Control characters cannot be stored by PostgreSQL (NUL) or shown by anybody.
        text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROL)
        text = "".join(one for one in text if unicodedata.category(one) != "Cs")
    text = text.strip()
    if len(text) > limit:
        raise NotUnderstood("too_long")
    return text


def _short(text: str) -> str:
    return _text(text, 2000)


def _number(value: Decimal) -> int | float:
    number = float(value)
    if number.is_integer() and abs(number) < 2**53:
        return int(number)
    if abs(number) == float("inf"):
        raise NotUnderstood("number_too_large")
    return float(f"{number:.15g}")  # what a spreadsheet keeps: sent back, it is the same number


def _choice_key(raw: Any, field: Field) -> str:
    wanted = fold(parsing.text_of(_scalar(raw)))
    found = choice_index(field).get(wanted)
    if found is None:
        raise NotUnderstood("unknown_choice")
    return found


_indexes: dict[int, tuple[Field, dict[str, str]]] = {}


def choice_index(field: Field) -> Mapping[str, str]:
    """Folded key, label or synonym → key of a choice; a label wins over another choice's synonym."""
    held = _indexes.get(id(field))
    if held is None or held[0] is not field:
        index: dict[str, str] = {}
        for one in field.choices:
            for name in (one.key, *one.labels.values()):
                index.setdefault(fold(name), one.key)
        for one in field.choices:
            for name in one.synonyms:
                index.setdefault(fold(name), one.key)
        if len(_indexes) > 500:
            _indexes.clear()
        held = _indexes[id(field)] = (field, index)
    return held[1]


_SEPARATORS = ",，、;；\n|"


def _list(raw: Any) -> list[Any]:
    """A list as it is; text split where people put separators."""
    if isinstance(raw, str):
        for mark in _SEPARATORS[1:]:
            raw = raw.replace(mark, _SEPARATORS[0])
        raw = [part.strip() for part in raw.split(_SEPARATORS[0])]
    elif not isinstance(raw, list):
        raw = [raw]
    items = [one for one in raw if one not in (None, "")]
    if len(items) > LIST_LIMIT:
        raise NotUnderstood("too_long")
    return items
