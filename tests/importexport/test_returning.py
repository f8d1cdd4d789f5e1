"""An export that came back is taken up: at once or by a job, one export of the file after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from importexport.test_roundtrip import rows_of, three, trip
from kebu.accounts import roles
from kebu.accounts.actor import Actor
from kebu.accounts.models import User
from kebu.core import jobs
from kebu.core.errors import KebuError
from kebu.crm.models import Contact, Customer
from kebu.importexport import export, imports, returning, roundtrip
from kebu.importexport.folder import Folder

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["three", "trip"]
pytestmark = pytest.mark.django_db


def out(actor: Actor, path: Path, object_key: str, fields: list[str]) -> Path:
    ask, spec = export.spec_of(actor, object_key, None, {"fields": fields})
    export.write_file(ask, spec, path, export.How(), lambda *_: None)
    return path


def test_many_rows_are_compared_by_a_job(
    three: Actor, trip: Any, importer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(returning, "AT_ONCE", 2)
    back = trip(three).set("甲公司", "备注", "文件里改的")
    row = importer(three).plan(back.path)
    begun, job = returning.begin(three, row.pk)
    assert job is not None
    assert returning.begin(three, row.pk) == (begun, job)
    told = imports.as_json(three, imports.find(three, row.pk))
    assert (told["way"], told["comparing"]) == ("", {"job": job.pk, "state": "queued", "error": None})
    jobs.work_once(only=job)
    job.refresh_from_db()
    assert (job.state, job.result, job.done, job.total) == ("done", {"comparison": row.pk}, 3, 3)
    told = imports.as_json(three, imports.find(three, row.pk))
    assert (told["way"], told["comparing"]) == ("compare", None)
    assert rows_of(roundtrip.as_json(three, row.pk)) == {"all": 1, "edit": 1}


def test_a_comparison_by_a_job_that_is_cancelled_leaves_the_upload_as_it_was(
    three: Actor, trip: Any, importer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(returning, "AT_ONCE", 2)
    row = importer(three).plan(trip(three).set("甲公司", "备注", "文件里改的").path)
    _, job = returning.begin(three, row.pk)
    jobs.cancel(job)
    jobs.work_once(only=job)
    job.refresh_from_db()
    told = imports.as_json(three, imports.find(three, row.pk))
    assert (job.state, told["state"], told["way"], told["comparing"]) == ("cancelled", "planned", "", None)
    assert returning.begin(three, row.pk)[1] not in (None, job)


def test_a_comparison_that_could_not_be_made_says_why(
    three: Actor, trip: Any, importer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(returning, "AT_ONCE", 2)
    row = importer(three).plan(trip(three).path)
    _, job = returning.begin(three, row.pk)
    Folder(row.folder).remove()
    jobs.work_once(only=job)
    told = imports.as_json(three, imports.find(three, row.pk))["comparing"]
    assert (told["state"], told["error"]["code"]) == ("failed", "import_gone")


def test_two_exports_in_one_workbook_are_compared_one_after_the_other(
    three: Actor, trip: Any, importer: Any, tmp_path: Path
) -> None:
    back = trip(three).set("甲公司", "备注", "文件里改的")
    contacts = out(three, tmp_path / "contacts.xlsx", "contacts", ["name", "phone"])
    book, other = openpyxl.load_workbook(back.path), openpyxl.load_workbook(contacts)
    sheet = book.create_sheet("联系人")
    for line in other.active.iter_rows(values_only=True):
        sheet.append(line)
    sheet.cell(2, 2).value = "13800000009"
    book.save(back.path)
    row = importer(three).plan(back.path)
    one, two = imports.as_json(three, row)["exports"]
    assert (one["object"], one["rows"], two["object"]) == ("customers", 3, "contacts")
    first = returning.compare(three, row.pk)
    told = roundtrip.as_json(three, first.pk)
    assert (told["object"], rows_of(told), [other["key"] for other in told["others"]]) == (
        "customers",
        {"all": 1, "edit": 1},
        [two["key"]],
    )
    second, _ = returning.begin(three, first.pk, two["key"])
    told = roundtrip.as_json(three, second.pk)
    assert (told["object"], rows_of(told), told["export"]["key"]) == ("contacts", {"all": 1, "edit": 1}, two["key"])
    # Both stay open side by side, as they were left.
    assert returning.begin(three, first.pk, two["key"])[0] == second
    assert returning.begin(three, second.pk, one["key"])[0] == first
    for pk in (first.pk, second.pk):
        job = roundtrip.apply(three, pk)
        while jobs.work_once(only=job):
            pass
    assert Customer.objects.get(name="甲公司").remark == "文件里改的"
    assert Contact.objects.filter(phone="13800000009").count() == 1


def test_a_role_that_masks_names_is_told_none_by_comparing(three: Actor, bob: Actor, trip: Any, importer: Any) -> None:
    def masked(**more: Any) -> Actor:
        rights = {"see": "all", "change": "all", "create": True, "import": True}
        roles.change_role(three, "sales", rights={"objects": {"*": rights, "customers": {**rights, **more}}})
        return Actor.of(User.objects.get(pk=bob.user_id))

    def refused(act: Any) -> str:
        with pytest.raises(KebuError) as caught:
            act()
        return caught.value.code

    back = trip(three).set("甲公司", "备注", "文件里改的").edit(lambda page: page.delete_rows(4))
    before = returning.compare(masked(), importer(masked()).plan(back.path).pk)
    told = roundtrip.rows(masked(), before.pk, only="all", offset=0, limit=9)["rows"]
    assert sorted(one["title"] for one in told) == ["丙公司", "甲公司"]
    now = masked(fields={"name": "masked"})
    told = roundtrip.rows(now, before.pk, only="all", offset=0, limit=9)["rows"]
    assert [one["title"] for one in told if "公司" in one["title"]] == []
    assert refused(lambda: returning.compare(now, before.pk)) == "not_allowed"
    assert refused(lambda: roundtrip.apply(now, before.pk)) == "not_allowed"
    # Uploaded as something else, it is compared as what it is.
    elsewhere = importer(now).plan(back.path, object_key="deals")
    assert refused(lambda: returning.begin(now, elsewhere.pk)) == "not_allowed"
    assert refused(lambda: returning.begin(masked(**{"import": False}), elsewhere.pk)) == "not_allowed"
