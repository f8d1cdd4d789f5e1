"""A view as a PDF and as address cards, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from importexport.conftest import counts
from kebu.core.jobs import work_once
from kebu.records import write
from workbooks.printed import pages

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def filled(table: Actor) -> Actor:
    for name, level, contact in (("公司A", "key", "张三"), ("公司B", "normal", "李四"), ("公司C", "key", None)):
        values = {"name": name, "level": level, "main_deal.title": "项目", "main_deal.amount": 1000}
        more = {"main_contact.name": contact, "main_contact.phone": "138 0000 1234", "main_contact.title": "经理"}
        write.create(table, "customers", values | (more if contact else {}))
    return table


@pytest.fixture
def job(door: Any) -> Any:
    """`job(alice, …)`: the job of an export, as it ended."""

    def take(who: Actor, **asked: Any) -> Any:
        answer = door(who).post("/exports", {"object": "customers", **asked})
        assert answer.status_code == 200, answer.content
        assert work_once()
        return door(who).get(f"/jobs/{answer.json()['job']}").json()

    return take


@pytest.fixture
def taken(job: Any, door: Any) -> Any:
    """`taken(alice, …)`: the bytes of such an export."""

    def take(who: Actor, **asked: Any) -> bytes:
        done = job(who, **asked)
        assert done["state"] == "done", done
        return b"".join(door(who).get(f"/files/{done['result']['file']}"))

    return take


def test_a_view_on_paper_has_its_title_groups_and_colours(filled: Actor, taken: Any, door: Any) -> None:
    colors = [{"filter": {"field": "name", "op": "is", "value": "公司B"}, "target": "row", "color": 7, "icon": "star"}]
    spec = {"fields": ["name", "main_deal.amount"], "group": [{"field": "level"}], "sort": [{"field": "name"}]}
    view = (
        door(filled).post("/views", {"object": "customers", "name": "打印", "spec": {**spec, "colors": colors}}).json()
    )
    [page] = pages(taken(filled, format="pdf", view=view["id"]))
    assert page[0] == "客户 · 打印"
    assert [text for text in page[2:-1] if "," not in text] == [
        "客户名称", "金额", "客户等级：重要客户（2）", "公司A", "公司C", "客户等级：一般客户（1）", "★ 公司B",
    ]  # fmt: skip


def test_landscape_or_portrait(filled: Actor, taken: Any) -> None:
    assert b"/MediaBox [0 0 841.89 595.28]" in taken(filled, format="pdf", fields=["name"])
    assert b"/MediaBox [0 0 595.28 841.89]" in taken(filled, format="pdf", fields=["name"], landscape=False)


def test_more_rows_than_paper_takes_are_refused_in_words(
    filled: Actor, job: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kebu.workbooks.printing.MAX_ROWS", 2)
    done = job(filled, format="pdf", fields=["name"])
    assert (done["state"], done["error"]["code"]) == ("failed", "too_many_rows_to_print")
    assert "3" in done["error"]["message"]


def test_without_its_font_nothing_is_printed(filled: Actor, job: Any, settings: Any) -> None:
    settings.STATIC_ROOT = None
    assert job(filled, format="pdf")["error"]["code"] == "no_print_font"


def test_customers_give_the_cards_of_their_main_contacts(filled: Actor, taken: Any, job: Any) -> None:
    text = taken(filled, format="vcf", sort=[{"field": "name"}]).decode()
    assert text.count("BEGIN:VCARD") == 3
    assert "FN:张三\r\nORG:公司A\r\nTITLE:经理\r\nTEL;TYPE=WORK,VOICE:13800001234" in text
    assert "FN:公司C\r\nORG:公司C\r\nEND:VCARD" in text
    assert job(filled, format="vcf")["result"]["rows"] == 3


def test_contacts_give_their_own_cards_with_their_company(filled: Actor, taken: Any) -> None:
    text = taken(filled, object="contacts", format="vcf").decode()
    assert "FN:李四\r\nORG:公司B" in text


def test_cards_that_come_back_as_contacts_are_read(importer: Any, filled: Actor, taken: Any) -> None:
    book = importer(filled)
    path = book.folder / "back.vcf"
    path.write_bytes(taken(filled, object="contacts", format="vcf"))
    assert counts(book.plan(path))["rows"] == 2


def test_deals_have_no_cards(filled: Actor, door: Any) -> None:
    answer = door(filled).post("/exports", {"object": "deals", "format": "vcf"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "no_cards")


def test_what_did_not_fit_is_on_no_card(filled: Actor, taken: Any) -> None:
    write.create(filled, "contacts", {"name": "王五", "email": {"invalid": "不是邮箱"}})
    assert "不是邮箱" not in taken(filled, object="contacts", format="vcf").decode()
