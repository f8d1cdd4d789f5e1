"""The blank workbook: filled in and dropped, it is imported as it says."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from importexport.conftest import counts
from kebu.fields import definitions
from kebu.importexport.plan import Sheet

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db


def blank(door: Any, who: Actor, object_key: str = "customers") -> Any:
    answer = door(who).get(f"/blanks/{object_key}")
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    return openpyxl.load_workbook(io.BytesIO(b"".join(answer)))


def test_every_field_that_can_be_filled_has_a_column_with_a_note_and_its_choices(table: Actor, door: Any) -> None:
    definitions.add_field(table, "customers", kind="checkbox", labels={"zh-Hans": "签约"})
    book = blank(door, table)
    sheet, told = book.worksheets[:2]
    heads = {cell.value: cell for cell in sheet[1]}
    assert {"客户名称", "客户等级", "联系人", "金额", "开始日期", "负责人", "签约"} <= set(heads)
    assert not {"客户编号", "创建时间", "省份", None} & set(heads)
    assert heads["客户名称"].comment.text == "必填。\n文字。"
    lists = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert "重要客户" in lists[heads["客户等级"].column_letter + "2"]
    assert lists[heads["签约"].column_letter + "2"] == '"是,否"'
    assert "Alice" in lists[heads["负责人"].column_letter + "2"]
    explained = {row[0].value: row[2].value for row in told.iter_rows(min_row=2)}
    assert set(explained) == set(heads)
    assert all(explained.values())


@pytest.mark.parametrize("object_key", ["customers", "contacts", "deals"])
def test_filled_in_it_is_imported(importer: Any, table: Actor, door: Any, object_key: str) -> None:
    workbook = blank(door, table, object_key)
    sheet = workbook.worksheets[0]
    values = {"客户名称": "示例公司", "客户": "示例公司", "联系人": "张三", "合作项目": "示例项目", "金额": 1000}
    for cell in list(sheet[1]):
        if cell.value in values:
            sheet.cell(2, cell.column, values[cell.value])
    book = importer(table)
    path = book.folder / "filled.xlsx"
    workbook.save(path)
    row = book.plan(path, object_key=object_key)
    used = [one["name"] for one in row.sheets if one["used"]]
    assert used == [sheet.title]
    assert counts(row)["rows"] == 1
    unknown = [column.header for column in Sheet.of(row.sheets[0]).columns if column.target is None]
    assert unknown == []


def test_who_may_not_import_gets_none(table: Actor, door: Any, bob: Actor) -> None:
    from kebu.accounts.models import User

    assert door(table).get("/blanks/nothing").status_code == 404
    User.objects.filter(pk=bob.user_id).update(role="readonly")
    assert door(bob).get("/blanks/customers").status_code == 403
