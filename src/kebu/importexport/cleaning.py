"""Columns of raw cells to plain values, by the field types' own understanding, with what a file may do besides:
bring new choices, name records and people by their labels, spread one value over several columns."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kebu.accounts.actor import Actor
from kebu.core.text import fold
from kebu.fields.definitions import MAX_CHOICES
from kebu.fields.parsing import NotUnderstood, Order, date_order, has_decimal_commas, parse_number, text_of
from kebu.fields.registry import Catalog, Field
from kebu.fields.types import CleanContext, choice_index
from kebu.importexport.folder import Called
from kebu.importexport.links import Links
from kebu.importexport.mapping import Column
from kebu.importexport.tables import Table

if TYPE_CHECKING:
    from kebu.importexport.among import Among

MAX_NEW_CHOICES = 100
_LABEL_LENGTH = 100
_TEXT_KINDS = ("text", "long_text", "address", "tags", "choice", "choices")
_NOTHING = frozenset("- -- — —— / \\ n/a null (null) nan".split())  # noqa: SIM905
_NOTHING_TYPED = _NOTHING | {"无", "暂无", "没有", "none", "nil"}
# What a formula or a column that is too narrow leaves in a cell instead of a value.
_ERROR = re.compile(
    r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!|UNKNOWN!|GETTING_DATA)"
    r"|Err:\d{3}|#{4,}",
    re.IGNORECASE,
)
# As spreadsheets show long numbers, and write them to csv: so many digits before, so many places.
_SCIENTIFIC = re.compile(r"\s*[-+]?\d(?:\.(\d+))?E\+?(\d{2})\s*", re.IGNORECASE)
_EXACT_DIGITS = 15
_KEPT_AS_TEXT = ("text", "long_text", "address", "phone", "credit_code", "auto_number", "tags")
_FIGURES = {"number", "money", "percent"}
GUESSED_BY = 2000  # first cells of a column that tell its habits
_PLAIN_FIGURE = re.compile(r"\s*[-+]?[\d,.]*\d[\d,.]*\s*")
_HAN_BEGIN = re.compile(r"^[\u3400-\u9fff]")
_DATED = ("date", "datetime")

Labels = Mapping[str, Sequence[int]]


@dataclass
class Clean:
    """A field's values for all rows of a table, plain as the history holds them, None when empty.

    Text that did not fit is `{"invalid", "code"}`, a choice that is yet to be made `{"choice": label}` (several:
    `{"choices": labels}`). `problems` are by place; `new_choices` count labels.
    """

    values: list[Any]
    problems: dict[int, str] = field(default_factory=dict)
    new_choices: Counter[str] = field(default_factory=Counter)


def raw_values(table: Table, columns: Sequence[Column], target: Field) -> list[Any]:
    """The raw cells of a field: of its one column, or what its several columns make together."""
    if len(columns) == 1:
        values = _column(table, columns[0])
    elif target.kind == "relation":
        values = [Called.by(cells) for cells in zip(*(_column(table, one) for one in columns), strict=True)]
    elif {column.part for column in columns} == {"given", "family"}:
        given, family = (
            _column(table, next(column for column in columns if column.part == part)) for part in ("given", "family")
        )
        values = [_full_name(text_of(one), text_of(other)) for one, other in zip(given, family, strict=True)]
    else:
        parts = [_column(table, column) for column in columns]
        leads = [column.part is not None for column in columns]
        values = [_joined(cells, leads) for cells in zip(*parts, strict=True)]
    nothing = _NOTHING if target.kind in _TEXT_KINDS else _NOTHING_TYPED
    # Of texts that are there often each is looked at once.
    blank = {one for one in set(values) if type(one) is str and len(one) < 9 and one.strip().lower() in nothing}
    if blank:
        values = [None if one in blank else one for one in values]
    scale = columns[0].scale
    if scale == 1:
        return values
    decimal_comma = has_decimal_commas(values[:GUESSED_BY])
    return [_scaled(one, scale, decimal_comma) for one in values]


def _column(table: Table, column: Column) -> list[Any]:
    index = column.index
    return [row[index] if index < len(row) else None for row in table.rows]


def _full_name(given: str, family: str) -> str | None:
    """张 + 三 → 张三, Sheryl + Baxter → Sheryl Baxter."""
    if _HAN_BEGIN.match(given or family) and _HAN_BEGIN.match(family or given):
        return family + given or None
    return f"{given} {family}".strip() or None


def _joined(cells: Sequence[Any], leads: Sequence[bool]) -> str | None:
    """Parts of one text: those that `lead` (province, city, district) before the others, unless these say them too."""
    said = zip(leads, cells, strict=True)
    texts = [(lead, text) for lead, cell in said if (text := text_of(cell)) and not _ERROR.fullmatch(text)]
    rest = [text for lead, text in texts if not lead]
    places = list(dict.fromkeys(text for lead, text in texts if lead))
    if any(_HAN_BEGIN.match(text) for _, text in texts):
        whole = "".join(rest)
        # An address that names more than its district is complete as it is.
        if any(place in whole for place in places[:-1]):
            places = []
        return "".join([place for place in places if place not in whole] + [whole]) or None
    # In Western order the place comes after the street, the larger one last.
    return ", ".join(rest + [place for place in reversed(places) if place not in rest]) or None


def _scaled(raw: Any, scale: int, decimal_comma: bool) -> Any:
    """A figure in its column's unit; a text that names a unit of its own stays."""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, int | float):
        return Decimal(str(raw)) * scale
    if isinstance(raw, str) and _PLAIN_FIGURE.fullmatch(raw):
        try:
            return parse_number(raw, decimal_comma=decimal_comma) * scale
        except NotUnderstood:
            return raw
    return raw


class Cleaner:
    """Understands columns as one person's file has them; `order` is that of its dates where a person has said it.
    `among`: the other objects of the same import, whose records are meant before those that are here."""

    def __init__(
        self,
        actor: Actor,
        known: Catalog,
        context: CleanContext,
        *,
        base_1904: bool,
        order: Order | None = None,
        among: "Among | None" = None,
    ) -> None:
        self._actor, self._known = actor, known
        self._context = replace(context, base_1904=base_1904)
        self._order = order
        self._among = among

    def clean(
        self,
        raws: Sequence[Any],
        target: Field,
        owners: Sequence[Any] = (),
        habits: Mapping[str, Any] | None = None,
    ) -> Clean:
        """The whole column as values of a field. Never raises. `owners`: to whose record a named one belongs. `habits`:
        those of the column, where these are only some of its cells."""
        stored = target.stored
        if stored.kind == "relation":
            return self._relations(raws, stored, owners or [None] * len(raws))
        distinct = set(raws)
        raws, errors = _without_errors(raws, distinct)
        result = self._values(raws, stored, self._habits(raws, stored) if habits is None else habits)
        for place in _lost_digits(raws, distinct) if stored.kind in _KEPT_AS_TEXT else ():
            result.problems[place] = "digits_lost"
            if isinstance(result.values[place], dict):
                _mark(result, place, raws[place], "digits_lost")
        result.problems.update(dict.fromkeys(errors, "error_cell"))
        return result

    def habits(self, raws: Sequence[Any], target: Field) -> Mapping[str, Any]:
        """How figures and dates of a column are written, as its first cells (`GUESSED_BY`) tell."""
        raws = raws[:GUESSED_BY]
        return self._habits(_without_errors(raws, set(raws))[0], target.stored)

    def _habits(self, raws: Sequence[Any], stored: Field) -> Mapping[str, Any]:
        if stored.kind in _FIGURES:
            return {"decimal_comma": has_decimal_commas(raws[:GUESSED_BY])}
        if stored.kind in _DATED:
            return {"date_order": self._order or date_order(raws[:GUESSED_BY])}
        return {}

    def _values(self, raws: Sequence[Any], stored: Field, habits: Mapping[str, Any]) -> Clean:
        cleaned = stored.type.clean_column(raws, stored, replace(self._context, **habits))
        values = cleaned.values
        if stored.kind in _DATED:
            values = [None if one is None else stored.type.plain(one) for one in values]
        result = Clean(values)
        unknown = [place for place, code in cleaned.problems.items() if code == "unknown_choice"]
        if unknown:
            self._new_choices(result, raws, stored, unknown)
        for place, code in cleaned.problems.items():
            if values[place] is None:
                _mark(result, place, raws[place], code)
        return result

    def _new_choices(self, result: Clean, raws: Sequence[Any], stored: Field, unknown: Sequence[int]) -> None:
        """Let unknown choices become new ones, unless they are so many that the column holds something else."""
        index = choice_index(stored)
        several = stored.kind == "choices"
        found: dict[int, list[str]] = {}
        labels: Counter[str] = Counter()
        spelled: dict[str, str] = {}
        for place in unknown:
            text = text_of(raws[place])
            parts = [one.strip() for one in re.split(r"[,，、;；\n|]", text)] if several else [" ".join(text.split())]
            parts = [spelled.setdefault(fold(one), one) for one in parts if one]
            if parts and all(len(one) <= _LABEL_LENGTH for one in parts):
                found[place] = parts
                labels.update(one for one in parts if fold(one) not in index)
        filled = sum(raw is not None and raw != "" for raw in raws)
        room = min(MAX_NEW_CHOICES, MAX_CHOICES - len(stored.choices))
        if len(labels) > room or (len(labels) > 20 and len(labels) > filled / 2):
            return
        for place, parts in found.items():
            result.values[place] = {"choices": list(dict.fromkeys(parts))} if several else {"choice": parts[0]}
        result.new_choices = labels

    def _relations(self, raws: Sequence[Any], stored: Field, owners: Sequence[Any]) -> Clean:
        """Records by their title, number, e-mail or the id of another system: those of the same import, then those
        that the person sees; what several have is none's."""
        target = stored.target or ""
        texts = [(text_of(raw), *raw.others) if isinstance(raw, Called) else (text_of(raw),) for raw in raws]
        links = Links(self._actor, self._known, target, {text for row in texts for text in row if text})
        result = Clean([None] * len(raws))
        for place, row in enumerate(texts):
            code = None
            for text in filter(None, row):
                ids, is_left_out = self._among.named(target, text, owners[place]) if self._among else ((), False)
                ids = ids or links.named(text, owners[place])
                if len(ids) == 1:
                    result.values[place], code = ids[0], None
                    break
                code = code or ("ambiguous_record" if ids else "record_left_out" if is_left_out else "unknown_record")
            if code:
                _mark(result, place, raws[place], code)
        return result


def _without_errors(raws: Sequence[Any], distinct: Collection[Any]) -> tuple[Sequence[Any], list[int]]:
    """Cells without what a broken formula leaves in them, and where that was. `distinct`: each of them once."""
    wrong = {
        raw for raw in distinct if type(raw) is str and ("#" in raw or raw[:1] == "E") and _ERROR.fullmatch(raw.strip())
    }
    errors = [place for place, raw in enumerate(raws) if raw in wrong] if wrong else []
    if errors:
        raws = list(raws)
        for place in errors:
            raws[place] = None
    return raws, errors


def _lost_digits(raws: Sequence[Any], distinct: Collection[Any]) -> list[int]:
    """Where a number has fewer digits than were typed: a spreadsheet keeps 15, and shows long ones shorter in csv.
    `distinct`: each of them once."""
    lost = {raw for raw in distinct if (type(raw) is not str or "+" in raw) and _is_lost(raw)}
    return [place for place, raw in enumerate(raws) if raw in lost] if lost else []


def _is_lost(raw: Any) -> bool:
    if type(raw) is float or type(raw) is int:
        return bool(abs(raw) >= 10**_EXACT_DIGITS)
    if type(raw) is str and len(raw) < 30 and (match := _SCIENTIFIC.fullmatch(raw)):
        return int(match[2]) > max(len(match[1] or ""), 5)
    return False


def parts_of(items: Sequence[Any], size: int = 900) -> list[list[Any]]:
    """Lists short enough for one statement on either database."""
    return [list(items[start : start + size]) for start in range(0, len(items), size)]


def _mark(result: Clean, place: int, raw: Any, code: str) -> None:
    result.problems[place] = code
    result.values[place] = {"invalid": text_of(raw)[:2000], "code": code}
