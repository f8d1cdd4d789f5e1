"""What a workbook has besides its cells: groups, links, notes, widths, a password; and csv for old programs."""

from __future__ import annotations

import io
import warnings
from datetime import datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from importexport.conftest import counts
from kebu.core.jobs import work_once
from kebu.core.models import Job
from kebu.fields import definitions
from kebu.records import comments, runs, write
from kebu.workbooks.reading import read

if TYPE_CHECKING:
    from pathlib import Path

    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db
FIELDS = ["name", "main_deal.amount", "main_contact.email", "website"]
BY_LEVEL = [{"field": "level"}]


@pytest.fixture
def filled(table: Actor) -> Actor:
    values = [("公司A", "key", 500_000.5), ("公司B", "normal", 1000), ("公司C", "key", 100_000), ("公司D", None, None)]
    for name, level, amount in values:
        deal = {"main_deal.title": "项目", "main_deal.amount": amount, "main_deal.start_date": "2024-05-06"}
        row = {"name": name, "level": level, "website": f"https://example.com/{name}"}
        contact = {"main_contact.name": "张三", "main_contact.email": "zhang@example.com"}
        write.create(table, "customers", row | contact | (deal if amount else {}))
    return table


@pytest.fixture
def job(door: Any) -> Any:
    """`job(alice, …)`: the job of an export of customers, as it ended."""

    def take(who: Actor, **asked: Any) -> Any:
        given = door(who)
        answer = given.post("/exports", {"object": "customers", "fields": FIELDS, **asked})
        assert answer.status_code == 200, answer.content
        assert work_once()
        return given.get(f"/jobs/{answer.json()['job']}").json()

    return take


@pytest.fixture
def taken(job: Any, door: Any) -> Any:
    """`taken(alice, …)`: the bytes of such an export."""

    def take(who: Actor, **asked: Any) -> bytes:
        done = job(who, **asked)
        assert done["state"] == "done", done
        return b"".join(door(who).get(f"/files/{done['result']['file']}"))

    return take


def sheet(content: bytes) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return openpyxl.load_workbook(io.BytesIO(content)).active


def shown(page: Any) -> list[list[Any]]:
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=2, max_col=2)]
    return [[name.removeprefix("\u2063"), amount] for name, amount in rows]


def depths(page: Any) -> list[int]:
    return [page.row_dimensions[row].outlineLevel for row in range(2, page.max_row + 1)]


def test_groups_have_heads_with_sums_above_rows_that_can_be_folded(filled: Actor, taken: Any) -> None:
    page = sheet(taken(filled, group=BY_LEVEL, sort=[{"field": "name"}]))
    assert shown(page) == [
        ["客户等级：重要客户（2）", 600_000.5], ["公司A", 500_000.5], ["公司C", 100_000],
        ["客户等级：一般客户（1）", 1000], ["公司B", 1000],
        ["客户等级：（空）（1）", None], ["公司D", None],
    ]  # fmt: skip
    assert depths(page) == [0, 1, 1, 0, 1, 0, 1]
    assert (page["A2"].font.bold, page["B2"].number_format, page["A3"].font.bold) == (True, "#,##0.00", False)


def test_groups_within_groups(filled: Actor, taken: Any) -> None:
    month = {"field": "main_deal.start_date", "unit": "month"}
    page = sheet(taken(filled, group=[month, *BY_LEVEL], sort=[{"field": "name"}], fields=["name", "main_deal.amount"]))
    assert [name for name, _ in shown(page)] == [
        "开始日期：2024-05（3）", "客户等级：重要客户（2）", "公司A", "公司C", "客户等级：一般客户（1）", "公司B",
        "开始日期：（空）（1）", "客户等级：（空）（1）", "公司D",
    ]  # fmt: skip
    assert depths(page) == [0, 1, 2, 2, 1, 2, 0, 1, 2]


@pytest.mark.parametrize(
    ("unit", "expected"),
    [("day", "2024-05-06"), ("week", "2024-05-06 – 05-12"), ("quarter", "2024 Q2"), ("year", "2024")],
)
def test_spans_of_dates_are_told_as_on_the_page(filled: Actor, taken: Any, unit: str, expected: str) -> None:
    page = sheet(taken(filled, group=[{"field": "main_deal.start_date", "unit": unit}]))
    assert shown(page)[0][0] == f"开始日期：{expected}（3）"


def test_people_records_checks_and_lists_head_groups_too(filled: Actor, taken: Any) -> None:
    key = definitions.add_field(filled, "customers", kind="checkbox", labels={"zh-Hans": "签约"})
    heads = {
        by: shown(sheet(taken(filled, group=[{"field": by}])))[0][0] for by in ("owner", "main_contact", key, "tags")
    }
    assert heads["owner"] == "负责人：Alice（4）"
    assert heads["main_contact"].startswith("主要联系人：张三（")
    assert heads[key].startswith("签约：")
    assert heads["tags"] == "标签：（空）（4）"


def test_a_grouped_workbook_and_a_plain_one_change_nothing_when_they_come_back(
    importer: Any, filled: Actor, taken: Any
) -> None:
    comments.begin(filled, "customers", write_order(filled)[0][0], key=None, text="请核对")
    book = importer(filled)
    path = book.folder / "back.xlsx"
    for group in ([], BY_LEVEL, [*BY_LEVEL, {"field": "owner"}]):
        path.write_bytes(taken(filled, group=group))
        for on_match in ("fill", "overwrite"):
            assert counts(book.plan(path, on_match=on_match)) == {"rows": 4, "same": 4}, group


def test_more_groups_than_can_be_shown_leave_the_rows(
    filled: Actor, taken: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "MAX_GROUPS", 1)
    page = sheet(taken(filled, group=BY_LEVEL, sort=[{"field": "name"}]))
    assert [name for name, _ in shown(page)] == ["公司A", "公司C", "公司B", "公司D"]


def test_csv_has_the_rows_alone(filled: Actor, taken: Any) -> None:
    text = taken(filled, group=BY_LEVEL, format="csv", fields=["name"]).decode("utf-8-sig")
    assert sorted(text.split()) == ["公司A", "公司B", "公司C", "公司D", "客户名称"]


def test_links_and_mail_can_be_followed(filled: Actor, taken: Any) -> None:
    page = sheet(taken(filled, sort=[{"field": "name"}]))
    assert (page["C2"].hyperlink.target, page["C2"].value) == ("mailto:zhang@example.com", "zhang@example.com")
    assert page["D2"].hyperlink.target == "https://example.com/公司A"


def test_a_column_that_has_more_links_than_a_sheet_holds_has_none(
    filled: Actor, taken: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kebu.importexport.export._MAX_LINKS", 7)
    page = sheet(taken(filled))
    assert [bool(page[place].hyperlink) for place in ("C2", "D2")] == [True, False]


def test_comments_are_notes_unless_they_are_not_wanted(filled: Actor, taken: Any) -> None:
    first, second = (row[0] for row in write_order(filled))
    thread = comments.begin(filled, "customers", first, key=None, text=f"@[{filled.user_id}] 请核对")
    comments.reply(filled, thread["id"], "已核对")
    comments.begin(filled, "customers", second, key="main_deal.amount", text="含税吗")
    comments.begin(filled, "customers", second, key="remark", text="这一列没有导出")
    done = comments.begin(filled, "customers", second, key=None, text="说完了")
    comments.resolve(filled, done["id"], resolved=True)
    asked = {"sort": [{"field": "name"}], "group": BY_LEVEL}
    page = sheet(taken(filled, **asked))
    notes = {cell.coordinate: cell.comment.text for row in page.iter_rows() for cell in row if cell.comment}
    assert set(notes) == {"A3", "B6"}
    first_line, said, _, second_line, answer = notes["A3"].splitlines()
    assert (said, answer) == ("@Alice 请核对", "已核对")
    assert first_line.startswith("Alice 20")
    assert second_line.startswith("Alice 20")
    assert notes["B6"].endswith("\n含税吗")
    plain = sheet(taken(filled, notes=False, **asked))
    assert not any(cell.comment for row in plain.iter_rows() for cell in row)


def write_order(actor: Actor) -> list[tuple[int]]:
    from kebu.crm.models import Customer

    return list(Customer.objects.filter(name__in=("公司A", "公司B")).order_by("name").values_list("id"))


def test_widths_and_frozen_columns_are_those_of_the_view(filled: Actor, taken: Any, door: Any) -> None:
    page = sheet(taken(filled, widths={"name": 300}, frozen=1))
    assert (round(page.column_dimensions["A"].width), page.freeze_panes) == (41, "B2")
    body = {"object": "customers", "name": "x", "spec": {"widths": {"name": 150}, "frozen": 2}}
    view = door(filled).post("/views", body).json()["id"]
    page = sheet(taken(filled, view=view))
    assert (round(page.column_dimensions["A"].width), page.freeze_panes) == (21, "C2")
    assert sheet(taken(filled, frozen=9)).freeze_panes == "D2"


def test_rows_that_stay_in_the_view_stay_under_the_header(filled: Actor, taken: Any) -> None:
    assert sheet(taken(filled, frozen=1, frozen_rows=3)).freeze_panes == "B5"
    grouped = [{"field": "level", "desc": False}]
    assert sheet(taken(filled, frozen=1, frozen_rows=3, group=grouped)).freeze_panes == "B2"


def test_a_password_locks_the_file_and_stands_nowhere(filled: Actor, taken: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(taken(filled, password="示例口令-9137"))
    assert len(read(path, name="a.xlsx", password="示例口令-9137").sheets[0].rows) == 5
    assert path.read_bytes()[:4] == b"\xd0\xcf\x11\xe0"
    payload = str(Job.objects.latest("id").payload)
    assert "9137" not in payload


def test_gbk_says_what_old_programs_do_not_know(filled: Actor, job: Any, taken: Any) -> None:
    write.create(filled, "customers", {"name": "公司😀"})
    asked = {"format": "csv", "encoding": "gbk", "fields": ["name"]}
    assert job(filled, **asked)["result"]["beyond"] == 1
    content = taken(filled, **asked)
    assert not content.startswith(b"\xef\xbb\xbf")
    assert "公司😀" in content.decode("gb18030")
    assert job(filled, format="csv", fields=["name"])["result"]["beyond"] == 0


def test_csv_with_another_delimiter(filled: Actor, taken: Any) -> None:
    text = taken(filled, format="csv", delimiter=";", fields=["name", "website"]).decode("utf-8-sig")
    assert text.splitlines()[0] == "客户名称;网站"


@pytest.mark.parametrize(
    "asked",
    [
        {"delimiter": "x"},
        {"encoding": "latin-1"},
        {"password": "x" * 256},
        {"widths": {"name": 1}},
        {"format": "csv", "password": "x"},
    ],
)
def test_what_no_file_could_have_is_refused(filled: Actor, door: Any, asked: dict[str, Any]) -> None:
    assert door(filled).post("/exports", {"object": "customers", **asked}).status_code == 400


def test_exports_of_the_last_days_are_told_to_who_made_them(filled: Actor, bob: Actor, job: Any, door: Any) -> None:
    done = job(filled)
    door(filled).post("/exports", {"object": "customers", "format": "csv"})
    waiting, ended = door(filled).get("/exports").json()["exports"]
    assert (waiting["state"], waiting["format"], waiting["size"]) == ("queued", "csv", None)
    assert (ended["id"], ended["state"], ended["object"]) == (done["id"], "done", "customers")
    assert ended["size"] > 1000
    assert ended["result"]["rows"] == 4
    assert datetime.fromisoformat(ended["at"]).tzinfo
    assert door(bob).get("/exports").json() == {"exports": []}
