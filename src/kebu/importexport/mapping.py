"""Which column of a table is which field: by its header in either language, else by what its cells look like."""

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from dataclasses import field as dataclass_field
from datetime import date, datetime
from typing import Any

from kebu.fields import parsing
from kebu.fields.parsing import NotUnderstood
from kebu.fields.registry import Field
from kebu.importexport.headers import is_blank
from kebu.importexport.names import (
    BEHIND,
    ENDING,
    NUMBERED,
    RELATION,
    Names,
    is_anybodys_number,
    is_name_like,
    is_placeholder,
    name_part,
    scale_of,
)
from kebu.importexport.people import PERSON, are_mobile, holds_both
from kebu.importexport.tables import Table

_LOOKED_AT = 200  # cells of a column
_MOST = 0.8
_SAMPLES = 3
# Kinds whose cells tell them apart from everything else.
_BY_CONTENT = ("email", "credit_code", "phone", "link")
_COMPANY = re.compile(
    r".*(?:公司|集团|工厂|商行|事务所|合作社|研究院|门市部|经营部)(?:[(（].*[)）])?|.+\b(?:ltd|inc|llc|gmbh|corp|co|group|plc)\.?",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?(?P<time>[ T]\s*\d{1,2}:\d{2}.*)?")
_NUMBER = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[-+]?\d{1,12}(?:\.\d+)?")
_AMOUNT = re.compile(r"[-+]?[¥￥$€]\s*[\d,.]+|[\d,.]+\s*(?:元|万元?|亿元?)")
_FLAGS = frozenset("是 否 √ × ✓ ✗ true false yes no y n".split())  # noqa: SIM905


@dataclass
class Column:
    """A column of a sheet and what becomes of it: a field (by key), a new field, or nothing.

    `also` is a second field that takes the same values. `part`: one of several columns that make up the field's value
    (`given`, `family`, or the key of the computed field that names the part); `person`: a name and a telephone in one
    cell, which goes to `also`. `outside`: numbers that another system gave the rows; they tell rows apart and are not
    kept. Figures are multiplied by `scale`.
    """

    index: int
    header: str
    field: str | None = None
    new: dict[str, str] | None = None
    also: str | None = None
    part: str | None = None
    outside: bool = False
    scale: int = 1
    suggested_kind: str = "text"
    samples: list[str] = dataclass_field(default_factory=list)

    @property
    def target(self) -> str | None:
        """The key under which the plan holds the values; a new field has none yet and goes by its label."""
        return f"new:{self.new['label']}" if self.new else self.field

    def as_json(self) -> dict[str, Any]:
        """What is stored of the column."""
        return asdict(self)


def cells_of(table: Table, index: int, most: int = _LOOKED_AT) -> list[Any]:
    """The first cells of a column that are not blank."""
    found = []
    for row in table.rows:
        if index < len(row) and not is_blank(row[index]):
            found.append(row[index])
            if len(found) == most:
                break
    return found


def map_columns(names: Names, table: Table, own_number: Callable[[str], bool]) -> list[Column]:
    """The columns of a table that have a header or a cell, each with its field; no field twice, but for parts.

    `own_number` tells whether a text is a number as the program gives them: only such a column may set numbers.
    """
    columns = []
    contents: dict[int, list[Any]] = {}
    for index, header in enumerate(table.headers):
        cells = cells_of(table, index)
        if header or cells:
            contents[index] = cells
            texts = dict.fromkeys(parsing.text_of(cell)[:80] for cell in cells[:20])
            kind = kind_of(cells)
            columns.append(Column(index, header, suggested_kind=kind, samples=list(texts)[:_SAMPLES]))
    _by_names(names, columns, contents, own_number)
    _by_contents(names, columns, contents, headless=table.header_row is None)
    _name_parts(names, columns)
    _title(names, columns)
    _people(names, columns, contents)
    for column in columns:
        column.scale = _scale(names, column)
    return columns


def _by_names(
    names: Names, columns: list[Column], contents: dict[int, list[Any]], own_number: Callable[[str], bool]
) -> None:
    """Give each column the field that its header means most surely, and each field one column only."""
    pairs = []
    for place, column in enumerate(columns):
        cells = contents[column.index]
        found = names.find(column.header)
        column.outside = names.is_number(column.header) and len(set(map(str, cells))) == len(cells) > 0
        for key, rank in found.items():
            kind = names.fields[key].kind
            if kind == "auto_number":
                if not _mostly(cells, lambda cell: own_number(parsing.text_of(cell))):
                    continue
                column.outside = False
            if rank >= RELATION and cells and kind in _TESTS and not _mostly(cells, _TESTS[kind], 0.5):
                continue
            # A column of blanks gives way, even if it is called exactly so: Title before the names of Outlook.
            order = rank if cells else rank + BEHIND
            pairs.append((order, not cells, kind not in _TESTS, place, key, rank))
    taken: set[str] = set()
    for _, _, _, place, key, rank in sorted(pairs):
        column, into = columns[place], names.into(names.fields[key])
        if column.field is None and key not in taken:
            taken.add(key)
            column.field, column.part = (into, key) if into else (key, None)
        elif column.field is None and rank == NUMBERED and names.fields[key].kind == "address":
            column.field = key  # Address 2 goes on where Address 1 ends
    # Number and title of another record, each in its column, name the same one.
    for order, _, _, place, key, _ in sorted(pairs):
        column, known = columns[place], names.fields[key]
        if column.field is None and not column.outside and order <= RELATION and known.kind == "relation":
            column.field = key
    # A second column of telephones is the other telephone.
    for _, _, _, place, key, rank in sorted(pairs):
        column, known = columns[place], names.fields[key]
        if column.field is None and known.kind == "phone" and rank < ENDING:
            for other in names.fields.values():
                if other.kind == "phone" and _through(other) == _through(known) and other.key not in taken:
                    taken.add(other.key)
                    column.field = other.key
                    break


def _through(known: Field) -> str | None:
    """The relation that a lookup goes through."""
    return known.relation.key if known.relation else None


def _by_contents(names: Names, columns: list[Column], contents: dict[int, list[Any]], *, headless: bool) -> None:
    """Give columns whose headers say nothing the field that their cells look like; e-mails and codes anyway."""
    taken = {column.field for column in columns}
    for column in columns:
        cells = contents[column.index]
        if column.field or not cells:
            continue
        silent = headless or is_placeholder(column.header)
        for kind in _BY_CONTENT if silent else _BY_CONTENT[:2]:
            if not _mostly(cells, _TESTS[kind]):
                continue
            fitting = (one for one in names.fields.values() if one.kind == kind and names.is_taken_in(one))
            free = next((one.key for one in fitting if one.key not in taken), None)
            if free:
                taken.add(free)
                column.field = free
            break
    title = names.one.title
    if headless and title not in taken:
        texts = [column for column in columns if column.field is None and column.suggested_kind in _TEXTS]
        companies = [column for column in texts if _mostly(contents[column.index], _is_company, 0.5)]
        # A list of one column is a list of names.
        chosen = companies or (texts if len(columns) == 1 or _is_almost_alone(texts, contents) else [])
        if chosen:
            chosen[0].field = title


def _is_almost_alone(columns: Sequence[Column], contents: dict[int, list[Any]]) -> bool:
    """Whether one column has nearly all the cells: the others are text that a separator cut."""
    counts = sorted((len(contents[column.index]) for column in columns), reverse=True)
    return len(counts) == 1 or (len(counts) > 1 and counts[0] >= 5 * counts[1])


def _name_parts(names: Names, columns: list[Column]) -> None:
    """First and last names together make the name of a person."""
    parts = {part: column for column in reversed(columns) if (part := name_part(column.header))}
    if len(parts) < 2:
        return
    targets = [key for key in names.find("first name") if names.fields[key].kind == "text"] or [names.one.title]
    others = [column for column in columns if column not in parts.values()]
    if any(column.field == targets[0] for column in others):
        return
    for part, column in parts.items():
        column.field, column.part = targets[0], part


def _people(names: Names, columns: list[Column], contents: dict[int, list[Any]]) -> None:
    """A column of names with telephones behind them fills both fields, where the telephones have no column."""
    taken = {key for column in columns for key in (column.field, column.also)}
    for column in columns:
        known = names.fields.get(column.field or "")
        if known is None or known.kind != "text" or column.also or column.part:
            continue
        cells = contents[column.index]
        phones = [
            key
            for key, other in names.fields.items()
            if other.kind == "phone" and names.is_taken_in(other) and _through(other) == _through(known)
        ]
        if not phones or taken.intersection(phones) or not holds_both(cells):
            continue
        usual = names.find("手机" if are_mobile(cells) else "电话")
        column.also, column.part = next((key for key in phones if key in usual), phones[0]), PERSON


def _title(names: Names, columns: list[Column]) -> None:
    """Where no column is the title: what else may name the records, such as a person's own name."""
    title = names.one.title
    if any(column.field == title for column in columns):
        return
    for key in names.one.names:
        if key not in names.fields:  # nothing that the person sees
            continue
        chosen = [column for column in columns if column.field == key]
        through = _through(names.fields[key])
        behind = {other.key for other in names.fields.values() if through and _through(other) == through} - {key}
        for column in chosen:
            column.field = title
            if any(other.field in behind for other in columns):
                column.also = key
        if chosen:
            if any(column.field in names.one.names for column in columns):
                # Rows that name a person beside the company are people: their numbers do not tell companies apart.
                for column in columns:
                    column.outside = column.outside and not is_anybodys_number(column.header)
            return


def name_by_any_header(names: Names, table: Table, columns: list[Column]) -> bool:
    """Take the first column of different texts whose header speaks of names for the title; False where there is none.

    For tables that know no better: the header `State Name` is nobody's synonym.
    """
    free = [column for column in columns if column.field is None and column.suggested_kind in _TEXTS]
    for column in free:
        cells = [str(cell) for cell in cells_of(table, column.index)]
        if is_name_like(column.header) and len(set(cells)) > len(cells) / 2:
            column.field, column.also = names.one.title, None
            return True
    return False


def _scale(names: Names, column: Column) -> int:
    known = names.fields.get(column.field or "")
    return scale_of(column.header) if known and known.kind in ("money", "number") else 1


# -- what cells look like --------------------------------------------------------------------------------------


def kind_of(cells: Sequence[Any]) -> str:
    """The kind of field that would hold these cells; `text` where nothing else fits nearly all of them."""
    if not cells:
        return "text"
    for kind in ("checkbox", "email", "link", "phone", "date", "datetime", "percent", "number", "money"):
        if _mostly(cells, _TESTS[kind], 0.95):
            return "money" if kind == "number" and any(map(_says_amount, cells)) else kind
    texts = [parsing.text_of(cell) for cell in cells]
    if max(map(len, texts)) > 200:
        return "long_text"
    if len(texts) >= 10 and len(set(texts)) <= min(12, len(texts) // 3) and max(map(len, texts)) <= 20:
        return "choice"
    return "text"


_TEXTS = ("text", "long_text", "choice")


def _mostly(cells: Sequence[Any], test: Callable[[Any], bool], share: float = _MOST) -> bool:
    return bool(cells) and sum(map(test, cells)) >= share * len(cells)


def _is_email(cell: Any) -> bool:
    return isinstance(cell, str) and "@" in cell and _fits(parsing.parse_email, cell)


def _is_credit_code(cell: Any) -> bool:
    return isinstance(cell, str) and len(cell.strip()) == 18 and _fits(parsing.parse_credit_code, cell)


def _is_phone(cell: Any) -> bool:
    digits = re.sub(r"[-+ ()]", "", parsing.text_of(cell))
    return re.fullmatch(r"(?:0?0?86)?1[3-9]\d{9}|0\d{9,11}|400\d{7}", digits) is not None


def _is_link(cell: Any) -> bool:
    return isinstance(cell, str) and re.match(r"\s*(?:https?://|www\.)\S+", cell, re.IGNORECASE) is not None


def _is_date(cell: Any) -> bool:
    if isinstance(cell, str):
        found = _DATE.fullmatch(cell.strip())
        return found is not None and not found["time"]
    return isinstance(cell, date) and not isinstance(cell, datetime)


def _is_datetime(cell: Any) -> bool:
    return (
        isinstance(cell, datetime) or _is_date(cell) or (isinstance(cell, str) and bool(_DATE.fullmatch(cell.strip())))
    )


def _is_number(cell: Any) -> bool:
    if isinstance(cell, bool):
        return False
    # 0123 is a code, whose zero a number would lose.
    return isinstance(cell, int | float) or (
        isinstance(cell, str) and _NUMBER.fullmatch(cell.strip()) is not None and not re.match(r"\s*0\d", cell)
    )


def _is_amount(cell: Any) -> bool:
    return _is_number(cell) or _says_amount(cell)


def _says_amount(cell: Any) -> bool:
    return isinstance(cell, str) and _AMOUNT.fullmatch(cell.strip()) is not None


def _is_percent(cell: Any) -> bool:
    return isinstance(cell, str) and cell.strip().endswith("%") and _fits(parsing.parse_percent, cell)


def _is_flag(cell: Any) -> bool:
    return isinstance(cell, bool) or (isinstance(cell, str) and cell.strip().lower() in _FLAGS)


def _is_company(cell: Any) -> bool:
    return isinstance(cell, str) and _COMPANY.fullmatch(cell.strip()) is not None


def _fits(parse: Callable[[Any], Any], cell: Any) -> bool:
    try:
        parse(cell)
    except NotUnderstood:
        return False
    return True


_TESTS: dict[str, Callable[[Any], bool]] = {
    "email": _is_email,
    "credit_code": _is_credit_code,
    "phone": _is_phone,
    "link": _is_link,
    "date": _is_date,
    "datetime": _is_datetime,
    "number": _is_number,
    "money": _is_amount,
    "percent": _is_percent,
    "checkbox": _is_flag,
}
