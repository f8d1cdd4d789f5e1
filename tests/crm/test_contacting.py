"""Why somebody's data is kept, and who is not to be contacted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kebu.core import jobs
from kebu.core.models import Job
from kebu.crm import starting
from kebu.crm.contacting import may_be_contacted
from kebu.crm.models import Contact
from kebu.fields.models import Choice
from kebu.importexport import imports
from kebu.records import opening, write

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db


def contact(actor: Actor, name: str, **values: Any) -> int:
    return write.create(actor, "contacts", {"name": name, **values})[0].id


def test_who_asked_not_to_be_contacted_is_left_out(table: Actor) -> None:
    open_, said, unsaid = (contact(table, name) for name in ("甲", "乙", "丙"))
    write.update(table, "contacts", said, {"do_not_contact": True}, expected_version=None)
    write.update(table, "contacts", unsaid, {"do_not_contact": False}, expected_version=None)
    gone = contact(table, "丁")
    write.delete(table, "contacts", gone, expected_version=None)
    assert may_be_contacted([open_, said, unsaid, gone, 10**9]) == {open_, unsaid}
    assert may_be_contacted([]) == set()


def test_the_legal_basis_is_filled_in_filtered_by_and_imported(table: Actor, settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    one = contact(table, "甲", legal_basis="本人同意", basis_source="展会登记表", basis_date="2026-03-01")
    contact(table, "乙")
    asked = {"filter": {"field": "legal_basis", "op": "in", "value": ["consent"]}}
    found = opening.first_page(table, "contacts", asked, offset=0, limit=10)
    assert [row[0] for row in found["rows"]] == [one]
    sheet = tmp_path / "联系人.csv"
    sheet.write_text(
        "联系人,手机,勿联系,处理依据,同意来源,同意日期\n丙,13900001111,是,同意,官网表单,2026-02-03\n", encoding="utf-8"
    )
    row = imports.start(table, [("联系人.csv", sheet)], object_key="contacts")
    job = imports.apply(table, row.pk).pk
    while jobs.work_once(only=Job.objects.get(pk=job)):
        pass
    made = Contact.objects.get(name="丙")
    told = (made.do_not_contact, made.legal_basis, made.basis_source, str(made.basis_date))
    assert told == (True, "consent", "官网表单", "2026-02-03")


def test_a_company_from_before_gets_the_choices_once(table: Actor) -> None:
    Choice.objects.filter(object="contacts", field="legal_basis").delete()
    starting.catch_up()
    starting.catch_up()
    assert Choice.objects.filter(object="contacts", field="legal_basis").count() == 5
