"""A workbook to fill in and import: a column for each field, with its choices, and what may stand in it."""

import tempfile
from pathlib import Path
from typing import IO, Any

from kebu.accounts.actor import Actor
from kebu.accounts.models import User
from kebu.core.errors import message
from kebu.fields.registry import Field, catalog, label_in
from kebu.importexport.imports import clean_name
from kebu.importexport.names import Names
from kebu.records import permissions
from kebu.workbooks.writing import Column, SheetSpec, write_xlsx

#: Kinds that are written alike are explained alike; any other is text.
_LIKE = {
    "rating": "rating", "number": "number", "money": "money", "percent": "percent", "date": "date",
    "datetime": "datetime", "choice": "choice", "choices": "choices", "tags": "choices", "checkbox": "checkbox",
    "phone": "phone", "email": "email", "link": "link", "person": "person", "relation": "relation",
    "credit_code": "credit_code", "address": "address",
}  # fmt: skip
_TYPED = ("number", "money", "percent", "date", "datetime")
#: What is written for a check mark; both are understood.
_CHECKS = {"zh-Hans": ["是", "否"], "en": ["yes", "no"]}


def workbook(actor: Actor, object_key: str) -> tuple[IO[bytes], str]:
    """An open xlsx file and its name: a sheet with a column for each field that the person may fill, the number left
    out, which comes by itself; and one that explains each.

    KebuError `not_allowed` without the right to import.
    """
    known = catalog()
    one = known.object(object_key)
    permissions.require(actor, one, "import")
    names = Names(actor, known, object_key)
    fields = [
        field for field in names.fields.values() if names.is_taken_in(field) and field.stored.kind != "auto_number"
    ]
    language = actor.language
    people = list(User.objects.filter(is_active=True).order_by("name").values_list("name", flat=True))
    named = label_in(one.plural, language)
    columns = [_column(field, language, people) for field in fields]
    heads = [message(code, language) for code in ("fill_column", "fill_required", "fill_how", "fill_offered")]
    widths = (24, 10, 60, 60)
    lines: list[list[Any]] = [
        [
            field.label(language),
            "✓" if field.required else None,
            _explained(field, language),
            "、".join(column.choices or []) or None,
        ]
        for field, column in zip(fields, columns, strict=True)
    ]
    sheets = [
        SheetSpec(named, columns, [], frozen=1),
        SheetSpec(
            message("fill_sheet", language),
            [Column(head, width=width) for head, width in zip(heads, widths, strict=True)],
            lines,
        ),
    ]
    out = tempfile.TemporaryFile(prefix="kebu-")  # noqa: SIM115  # closed by the answer that sends it
    with tempfile.TemporaryDirectory(prefix="kebu-") as home:
        path = Path(home, "blank.xlsx")
        write_xlsx(path, sheets)
        out.write(path.read_bytes())
    out.seek(0)
    return out, f"{clean_name(named)}-{message('fill_file', language)}.xlsx"


def _column(field: Field, language: str, people: list[str]) -> Column:
    kind: Any = field.stored.kind
    choices = [label_in(one.labels, language) for one in field.stored.choices if not one.archived]
    listed = {"choice": choices, "checkbox": _CHECKS[language], "person": people}.get(kind)
    note = _explained(field, language)
    if field.required:
        note = f"{message('fill_needed', language)}\n{note}"
    return Column(field.label(language), kind if kind in _TYPED else "text", choices=listed or None, note=note)


def _explained(field: Field, language: str) -> str:
    return message(f"fill_{_LIKE.get(field.stored.kind, 'text')}", language)
