"""All that is known of one person, put together for him."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from kebu.core import files, jobs
from kebu.core.errors import KebuError
from kebu.core.models import Job
from kebu.importexport import outside
from kebu.privacy import package
from kebu.records import comments, write

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


def test_it_has_records_history_comments_and_where_they_came_from(table: Actor) -> None:
    customer, _ = write.create(table, "customers", {"name": "示例公司"})
    other, _ = write.create(table, "contacts", {"name": "别人", "customer": customer.id})
    made, _ = write.create(table, "contacts", {"name": "欧阳示例", "customer": customer.id, "phone": "13912345678"})
    write.update(table, "contacts", made.id, {"phone": "13912345679"}, expected_version=None)
    write.create(table, "activities", {"customer": customer.id, "contact": made.id, "text": "谈价格"})
    write.create(table, "activities", {"customer": customer.id, "contact": other.id, "text": "别的事"})
    comments.begin(table, "contacts", made.id, key=None, text="老朋友")
    outside.remember("contacts", [("salesforce", "003000000000001", made.id)])
    job = Job.objects.get(pk=package.ask(table, "contacts", made.id))
    assert jobs.work_once(only=job)
    job.refresh_from_db()
    assert (job.state, job.result["rows"]) == ("done", 2), job.error
    path, _ = files.find(job.result["file"], user_id=table.user_id)
    with zipfile.ZipFile(path) as archive:
        content = json.loads(archive.read("data.json"))
        book = openpyxl.load_workbook(io.BytesIO(archive.read("data.xlsx")))
    (contact,) = content["records"]["contacts"]
    assert (contact["name"], contact["phone"]) == ("欧阳示例", "13912345679")
    assert [one["text"] for one in content["records"]["activities"]] == ["谈价格"]
    assert [(one["action"], one["old"], one["new"]) for one in content["history"]] == [
        ("create", "", ""),
        ("update", "13912345678", "13912345679"),
    ]
    assert [one["text"] for one in content["comments"]] == ["老朋友"]
    assert [one["what"] for one in content["ways"]] == ["salesforce 003000000000001"]
    assert book.sheetnames == ["联系人", "跟进记录", "历史", "评论", "来源和去向"]
    cells = [str(cell) for row in book["联系人"].values for cell in row]
    assert {"欧阳示例", "13912345679", "示例公司"} <= set(cells)
    assert not any("别人" in str(cell) for sheet in book for row in sheet.values for cell in row)


def test_it_needs_the_right(table: Actor, bob: Actor) -> None:
    made, _ = write.create(bob, "contacts", {"name": "欧阳示例"})
    with pytest.raises(KebuError) as refused:
        package.ask(bob, "contacts", made.id)
    assert refused.value.code == "not_allowed"
