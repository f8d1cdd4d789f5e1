"""What columns became is remembered for the next file of the same layout: one's own, else what a manager of fields chose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from importexport.conftest import mapped
from kebu.fields import definitions
from kebu.fields.registry import catalog
from kebu.importexport import imports

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db
HEADER = ["单位", "备用", "代号"]


def chosen(importer: Any, actor: Actor, **columns: Any) -> Any:
    """An import of that layout with columns as somebody chose them."""
    row = importer(actor).planned(HEADER, [f"示例公司{actor.user_id}", "请勿打扰", "M-01"])
    given = [{"file": 0, "sheet": 0, "index": HEADER.index(header), **to} for header, to in columns.items()]
    return importer(actor).apply(imports.change(actor, row.pk, columns=given))


def test_the_next_file_of_the_layout_needs_no_hand(importer: Any, table: Actor) -> None:
    row = chosen(importer, table, 备用={"field": "remark"}, 代号={"new": {"kind": "text", "label": "会员号"}})
    key = row.made_fields["new:会员号"]
    again = importer(table).planned(HEADER, ["示例公司二", "x", "M-02"])
    assert mapped(again) == {"单位": "name", "备用": "remark", "代号": key}
    assert again.sheets[0]["remembered"]
    # Headers in other order are another layout.
    other = importer(table).planned(HEADER[::-1], ["M-02", "x", "示例公司二"])
    assert (mapped(other)["备用"], other.sheets[0]["remembered"]) == (None, False)


def test_what_is_remembered_is_set_aside_when_asked(importer: Any, table: Actor) -> None:
    chosen(importer, table, 备用={"field": "remark"})
    again = importer(table).planned(HEADER, ["示例公司二", "x", "M-02"])
    sheet = {"file": 0, "sheet": 0, "used": True, "header_row": 1, "forget": True}
    again = imports.change(table, again.pk, sheets=[sheet])
    assert mapped(again) == {"单位": "name", "备用": None, "代号": None}
    assert not again.sheets[0]["remembered"]


def test_a_managers_choice_is_everybodys_until_one_chooses_oneself(importer: Any, table: Actor, bob: Actor) -> None:
    chosen(importer, table, 备用={"field": "remark"})
    mine = importer(bob).planned(HEADER, ["示例公司二", "x", "M-02"])
    assert mapped(mine)["备用"] == "remark"
    chosen(importer, bob, 备用={"field": "short_name"})
    assert mapped(importer(bob).planned(HEADER, ["示例公司三", "x", "M-03"]))["备用"] == "short_name"
    # What another rep chose is nobody else's.
    assert mapped(importer(table).planned(HEADER, ["示例公司三", "x", "M-03"]))["备用"] == "remark"


def test_a_field_that_is_gone_is_forgotten(importer: Any, table: Actor) -> None:
    row = chosen(importer, table, 代号={"new": {"kind": "text", "label": "会员号"}})
    definitions.delete_field(table, "customers", row.made_fields["new:会员号"])
    assert catalog().fields["customers"]
    again = importer(table).planned(HEADER, ["示例公司二", "x", "M-02"])
    assert mapped(again) == {"单位": "name", "备用": None, "代号": None}
