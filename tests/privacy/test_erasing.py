"""One person is erased: nothing of him is left in any table or file, and others keep what is theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import connection

from kebu.backups import erased, make, tables
from kebu.backups.restore import restore
from kebu.core import files, jobs
from kebu.core.db import is_postgres
from kebu.core.errors import KebuError
from kebu.crm.models import Activity, Contact, Customer, Deal
from kebu.fields.registry import catalog, registered
from kebu.importexport import imports, outside
from kebu.importexport.models import Exported, Import, OutsideId
from kebu.importexport.traces import ids_of
from kebu.notify.models import Notification
from kebu.notify.tell import tell
from kebu.privacy import erase
from kebu.privacy.models import Erasure
from kebu.records import asof, comments, history, past_tables, search, trash, write
from kebu.records.models import Change

if TYPE_CHECKING:
    from conftest import Door
    from kebu.accounts.actor import Actor

NAME, PHONE, MAIL = "欧阳示例", "13912345678", "ouyang.shili@example.com"
TOLD = (NAME, PHONE, "876543219", MAIL, "ouyang", "老欧阳", "wx_ouyang77")


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture(autouse=True)
def _empty_index(db: None) -> None:
    """The index is no table of a model: what tests before committed is still there."""
    for one in registered():
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {search.table(one.key)}")


def held() -> dict[str, str]:
    """All that the tables and files hold."""
    found = {}
    with connection.cursor() as cursor:
        for table in tables.all_tables():
            found[table.name] = b"".join(part for _, part in tables.lines(cursor, table)).decode()
    for path in Path(settings.HOME).rglob("*"):
        if path.is_file() and path.suffix != ".kebu" and not path.name.startswith("kebu.sqlite3"):
            found[str(path)] = path.read_bytes().decode("utf-8", "replace")
    return found


def where_told() -> list[tuple[str, str]]:
    return [(place, word) for place, text in held().items() for word in TOLD if word in text]


def live(actor: Actor, tmp_path: Path) -> int:
    """A customer with a contact of whom much is known; answers the contact."""
    customer, _ = write.create(
        actor, "customers", {"name": "示例公司甲", "main_contact.name": "老欧阳", "main_contact.phone": "010-65551234"}
    )
    pk = Customer.objects.get(pk=customer.id).main_contact_id
    assert pk
    write.update(
        actor, "customers", customer.id,
        {"main_contact.name": NAME, "main_contact.phone": PHONE, "remark": f"找{NAME}，电话 139 1234-5678", "tags": [NAME, "重点"]},
        expected_version=None,
    )  # fmt: skip
    write.update(actor, "customers", customer.id, {"remark": f"改天再找{NAME}（{PHONE}）"}, expected_version=None)
    write.update(actor, "contacts", pk, {"email": MAIL, "remark": "喜欢钓鱼"}, expected_version=None)
    write.create(actor, "activities", {"customer": customer.id, "contact": pk, "text": f"和{NAME}谈价格，他要 5 折"})
    spoken, _ = write.create(actor, "activities", {"customer": customer.id, "text": f"{NAME}说下周回复 {MAIL}"})
    write.delete(actor, "activities", spoken.id, expected_version=None)
    write.create(actor, "deals", {"customer": customer.id, "title": f"{NAME}的项目", "amount": "120000"})
    comments.begin(actor, "customers", customer.id, key=None, text=f"@{NAME} 很好说话")
    comments.begin(actor, "contacts", pk, key=None, text="他是老朋友")
    tell(
        actor.person_id, kind="mention", key="x:1", params={"who": "Bob", "name": NAME}, link=f"/o/contacts?record={pk}"
    )
    outside.remember("contacts", [("salesforce", "003000000000001", pk)])
    Exported.objects.create(
        key="k" * 20, secret="0" * 64, object="contacts", language="en", zone="UTC", ids=_packed(pk)
    )
    with files.store("联系人.xlsx", user_id=actor.user_id) as (path, _):
        path.write_text(f"{NAME} {PHONE}")
    sheet = tmp_path / "名单.csv"
    sheet.write_text(f"客户名称,联系人,电话\n别的公司,{NAME},{PHONE}\n示例公司乙,某某,1\n", encoding="utf-8")
    imports.start(actor, [("名单.csv", sheet)], object_key="customers")
    sheet.unlink()
    return pk


def _packed(*ids: int) -> str:
    from kebu.importexport.traces import _packed

    return _packed([*ids, 10**6])


@pytest.mark.django_db(transaction=True)
class TestNothingIsLeft:
    def test_of_a_contact_in_any_table_or_file(self, table: Actor, tmp_path: Path) -> None:
        pk = live(table, tmp_path)
        asof.make(catalog(), datetime.now(UTC), lambda done, total: None)
        assert {word for _, word in where_told()} >= {NAME, PHONE, MAIL, "老欧阳"}
        before = erase.preview(table, "contacts", pk)
        assert where_told(), "it was only looked at"
        made = erase.erase(table, "contacts", pk, confirm=NAME, reference="R-7")
        assert where_told() == []
        assert past_tables.forget() == 0
        told = erase.as_json(made)
        assert {key: told[key] for key in ("records", "counts")} == {key: before[key] for key in ("records", "counts")}
        assert told["records"] == {"contacts": 1}
        assert told["counts"] == {
            "texts": 4, "history": 5, "comments": 1, "notices": 1, "imports": 1, "exports": 1, "files": 1, "answers": 0,
        }  # fmt: skip
        while jobs.work_once():
            pass
        assert where_told() == []
        if not is_postgres():
            raw = b"".join(path.read_bytes() for path in database_files())
            assert not [word for word in TOLD if word.encode() in raw]

    def test_and_what_belongs_to_others_stays(self, table: Actor, tmp_path: Path) -> None:
        pk = live(table, tmp_path)
        erase.erase(table, "contacts", pk, confirm=NAME)
        customer = Customer.objects.get()
        assert (customer.name, customer.main_contact_id) == ("示例公司甲", None)
        assert customer.remark == "改天再找[已清除]（[已清除]）"
        assert customer.tags == ["重点"]
        assert Deal.objects.get().title == "[已清除]的项目"
        assert Deal.objects.get().amount == 12_000_000
        assert {one.text for one in Activity.objects.all()} == {
            "和[已清除]谈价格，他要 5 折",
            "[已清除]说下周回复 [已清除]",
        }
        assert Contact.objects.count() == 0
        assert OutsideId.objects.count() == Notification.objects.count() == Import.objects.count() == 0
        assert ids_of(Exported.objects.get()) == [10**6]
        actions = Change.objects.filter(object="contacts", record=pk).order_by("id").values_list("action", "values")
        assert [action for action, _ in actions] == ["create", "update", "update", "delete", "purge"]
        assert all(values == {} for _, values in actions)
        assert history.timeline(table, "customers", customer.pk)

    def test_of_a_customer_that_is_a_person_with_all_that_belongs_to_him(self, table: Actor, bob: Actor) -> None:
        made, _ = write.create(
            table, "customers", {"name": NAME, "kind": "个人", "main_contact.phone": PHONE, "main_contact.name": NAME}
        )
        other, _ = write.create(table, "customers", {"name": f"{NAME}五金店"})
        write.create(table, "deals", {"customer": made.id, "title": "项目"})
        told = erase.preview(table, "customers", made.id)
        assert told["records"] == {"customers": 1, "contacts": 1, "deals": 1}
        erase.erase(table, "customers", made.id, confirm=NAME)
        assert [one.pk for one in Customer.objects.all()] == [other.id], "of another one nobody knows that it is him"
        with pytest.raises(KebuError):
            erase.preview(table, "customers", other.id)

    def test_when_an_older_backup_is_restored(self, table: Actor, tmp_path: Path) -> None:
        pk = live(table, tmp_path)
        made = make.make_backup()
        done = erase.erase(table, "contacts", pk, confirm=NAME)
        assert not any(word in path.read_text() for word in TOLD for path in [made.path.parent / erased.NAME])
        restore(made.path)
        assert where_told() == []
        assert not Contact.objects.exists()
        assert Customer.objects.get().remark == "改天再找[已清除]（[已清除]）"
        assert [one.number for one in Erasure.objects.all()] == [done.number]

    def test_nobody_else_goes_who_has_the_number_of_one_who_went(self, table: Actor, tmp_path: Path) -> None:
        pk = live(table, tmp_path)
        erase.erase(table, "contacts", pk, confirm=NAME)
        (entry,) = erased.listed()
        other, _ = write.create(table, "contacts", {"name": "另一位"})
        erase.again([{**entry, "records": [{**entry["records"][0], "record": other.id}]}])
        assert Contact.objects.get().name == "另一位"


def database_files() -> Iterator[Path]:
    connection.ensure_connection()
    path = Path(str(connection.settings_dict["NAME"]))
    for each in (path, path.with_name(path.name + "-wal")):
        with suppress(FileNotFoundError):
            each.stat()
            yield each


@pytest.mark.django_db
class TestAtTheDoor:
    def test_it_needs_the_right_the_name_and_a_person(
        self, table: Actor, bob: Actor, door: Callable[..., Door]
    ) -> None:
        made, _ = write.create(bob, "contacts", {"name": NAME})
        company, _ = write.create(bob, "customers", {"name": "公司"})
        path = f"/persons/contacts/{made.id}/erase"
        assert door(bob).post(f"{path}/preview").status_code == 403
        assert door(bob).post(path, {"confirm": NAME}).status_code == 403
        wrong = door(table).post(path, {"confirm": "欧阳"})
        assert (wrong.status_code, wrong.json()["error"]["code"]) == (400, "confirm_differs")
        assert door(table).post(f"/persons/customers/{company.id}/erase/preview").status_code == 404
        assert door(table).post(f"/persons/deals/{company.id}/erase/preview").status_code == 404
        assert door(table).post(f"{path}/preview").json()["confirm"] == NAME
        done = door(table).post(path, {"confirm": NAME, "reference": "R-1"})
        assert done.status_code == 201
        assert door(table).get("/erasures").json()["rows"] == [done.json()]
        assert door(bob).get("/erasures").status_code == 403
        said = door(table).get("/audit", {"acts": "erased"}).json()["rows"]
        assert [NAME in one["text"] for one in said] == [False]
        assert done.json()["number"] in said[0]["text"]

    def test_what_goes_for_good_from_the_trash_is_forgotten_under_its_other_ids(self, table: Actor) -> None:
        made, _ = write.create(table, "customers", {"name": "公司"})
        outside.remember("customers", [("salesforce", "001000000000001", made.id)])
        write.delete(table, "customers", made.id, expected_version=None)
        trash.purge(table, "customers", [made.id])
        assert not OutsideId.objects.exists()
