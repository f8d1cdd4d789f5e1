"""Tables on paper: every page says what it is, and nothing runs off it."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import pytest
from django.conf import settings

from kebu.core.errors import KebuError
from kebu.workbooks.heads import head
from kebu.workbooks.printing import MAX_COLUMNS, Paper, write_pdf
from kebu.workbooks.rows_xml import Painted, Shade
from kebu.workbooks.writing import Column
from workbooks.printed import pages, streams

pytestmark = pytest.mark.once
PAPER = Paper("客户 · 全部客户", "2026-11-22")


def printed(tmp_path, columns, rows, paper=PAPER) -> list[list[str]]:
    font = Path(settings.STATIC_ROOT, "fonts/NotoSansSC-Regular.ttf")
    count = write_pdf(tmp_path / "a.pdf", font, paper, columns, rows)
    found = pages((tmp_path / "a.pdf").read_bytes())
    assert count == len(found)
    return found


def test_every_page_has_title_day_columns_and_its_number(tmp_path):
    columns = [Column("客户名称"), Column("金额", "money")]
    found = printed(tmp_path, columns, [[f"公司{n}", n * 1000] for n in range(100)])
    assert len(found) > 2
    for number, page in enumerate(found, start=1):
        assert page[:4] == ["客户 · 全部客户", "2026-11-22", "客户名称", "金额"]
        assert page[-1] == f"{number} / {len(found)}"
    body = [text for page in found for text in page[4:-1]]
    assert body[:4] == ["公司0", "0.00", "公司1", "1,000.00"]
    assert len(body) == 200


def test_cells_are_worded_as_a_person_reads_them(tmp_path):
    kinds = ["text", "number", "percent", "money", "date", "datetime", "checkbox", "checkbox"]
    row = ["a\tb\x01", 1.5, 0.125, -1234.5, date(2024, 1, 2), datetime(2024, 1, 2, 8, 5), True, False]  # noqa: DTZ001  # cells have no zone
    [page] = printed(tmp_path, [Column(kind, kind) for kind in kinds], [row, [None] * 8])
    assert page[10:-1] == ["a b", "1.5", "12.5%", "-1,234.50", "2024-01-02", "2024-01-02 08:05", "✓"]


def test_long_text_is_broken_into_lines_and_cut_after_twelve(tmp_path):
    [page] = printed(tmp_path, [Column("备注"), Column("b")], [["一二三四五六七八九十" * 10, "x"], ["长" * 1000, "y"]])
    lines = page[4:-1]
    first = lines[: lines.index("x")]
    assert "".join(first) == "一二三四五六七八九十" * 10
    assert len(first) > 3
    second = lines[lines.index("x") + 1 : lines.index("y")]
    assert len(second) == 12
    assert second[-1].endswith("…")


def test_words_are_not_torn_apart(tmp_path):
    [page] = printed(tmp_path, [Column("a")], [["some words " * 12]])
    assert {word for line in page[3:-1] for word in line.split()} == {"some", "words"}


def test_groups_have_a_line_over_the_columns_and_sums(tmp_path):
    look = (Shade("#DCE3EE", bold=True),) * 2
    rows = [
        Painted([head("客户等级：重要客户（2）"), 300.5], look),
        Painted(["公司A", 300.5], (Shade("#FCE3F0", "★"), None), 1),
    ]
    [page] = printed(tmp_path, [Column("名"), Column("金额", "money")], rows)
    assert page[4:-1] == ["300.50", "客户等级：重要客户（2）", "★ 公司A", "300.50"]


def test_many_columns_fit_and_too_many_are_refused(tmp_path):
    columns = [Column(f"第{n}列") for n in range(MAX_COLUMNS)]
    [page] = printed(tmp_path, columns, [[f"值{n}" for n in range(MAX_COLUMNS)]])
    assert "".join(page).count("值") == MAX_COLUMNS
    with pytest.raises(KebuError, match="40"):
        printed(tmp_path, [*columns, Column("x")], [])


def test_the_font_is_within_and_small(tmp_path):
    printed(tmp_path, [Column("名")], [["示例公司"], ["镕堃😀"]])
    content = (tmp_path / "a.pdf").read_bytes()
    assert b"/FontFile2" in content
    assert len(content) < 60_000


def test_portrait_is_higher_than_wide(tmp_path):
    printed(tmp_path, [Column("名")], [], Paper("x", landscape=False))
    assert b"/MediaBox [0 0 595.28 841.89]" in (tmp_path / "a.pdf").read_bytes()


def test_what_the_font_does_not_have_is_one_box(tmp_path):
    rows = [["好👍🏽!"], ["👨‍👩‍👧"], ["🇨🇳 中国"], ["❤️"], ["𠮷野"]]
    [page] = printed(tmp_path, [Column("备注 🎉")], rows)
    assert page[2:-1] == ["备注 □", "好□!", "□", "□ 中国", "□", "□野"]


def test_bars_reach_from_nought_to_their_numbers(tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr("fpdf.FPDF.rect", lambda _, x, y, w, h, style=None: drawn.append((round(x, 2), round(w, 2))))
    columns = [Column("客户名称"), Column("金额", "money", width=None, bar="#3355AA")]
    printed(tmp_path, columns, [["甲", 300], ["乙", -100], ["丙", None], ["丁", 0]])
    _, (left, width), *bars = drawn  # the grounds of the two titles, and then
    assert bars == [
        (pytest.approx(left + width / 4, abs=0.02), pytest.approx(width * 3 / 4, abs=0.02)),
        (left, pytest.approx(width / 4, abs=0.02)),
    ]


def test_the_head_of_a_group_is_bold(tmp_path):
    font = Path(settings.STATIC_ROOT, "fonts/NotoSansSC-Regular.ttf")
    look = (Shade("#DCE3EE", bold=True),)
    write_pdf(tmp_path / "a.pdf", font, PAPER, [Column("客户名称")], [Painted([head("重要客户")], look), ["公司A"]])
    (stream,) = [one for one in streams((tmp_path / "a.pdf").read_bytes()) if b"Tj ET" in one]
    assert len(re.findall(rb" 2 Tr [\d.]+ w \(", stream)) == 1
