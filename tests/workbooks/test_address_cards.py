"""Address cards that phones take: escaped, folded, and read again."""

import pytest

from kebu.workbooks.address_cards import write_cards
from kebu.workbooks.reading import read

pytestmark = pytest.mark.once


def test_a_card_has_its_parts(tmp_path):
    path = tmp_path / "a.vcf"
    card = {
        "name": "张三", "org": "示例公司", "title": "经理", "cell": "13800001234", "work": "010-12345678 ext. 9",
        "email": "a@example.com", "address": "北京市,朝阳区;1 号", "url": "https://example.com/?a=1,2", "birthday": "1990-01-02",
    }  # fmt: skip
    assert write_cards(path, [card, {"email": "nobody@example.com"}, {"org": "只有公司"}]) == 2
    lines = path.read_bytes().decode().split("\r\n")
    assert lines == [
        "BEGIN:VCARD", "VERSION:3.0", "N:张三;;;;", "FN:张三", "ORG:示例公司", "TITLE:经理", "TEL;TYPE=CELL:13800001234",
        "TEL;TYPE=WORK,VOICE:010-12345678 ext. 9", "EMAIL;TYPE=INTERNET:a@example.com",
        "ADR;TYPE=WORK:;;北京市\\,朝阳区\\;1 号;;;;", "URL:https://example.com/?a=1,2", "BDAY:1990-01-02", "END:VCARD",
        "BEGIN:VCARD", "VERSION:3.0", "N:;;;;", "FN:只有公司", "ORG:只有公司", "END:VCARD", "",
    ]  # fmt: skip


def test_long_lines_are_folded_between_signs_and_read_again(tmp_path):
    path = tmp_path / "a.vcf"
    name, org = "长" * 60, "a,b;c\\d\nEND:VCARD"
    write_cards(path, [{"name": name, "org": org}])
    assert max(map(len, path.read_bytes().split(b"\r\n"))) <= 75
    assert path.read_bytes().count(b"\r\nEND:VCARD\r\n") == 1
    [sheet] = read(path, name="a.vcf").sheets
    header, row = sheet.rows
    said = dict(zip(header, row, strict=False))
    assert name in said.values()
    assert any(str(cell).startswith("a,b;c\\d") for cell in said.values())
