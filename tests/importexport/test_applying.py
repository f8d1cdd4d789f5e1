"""Imports are whole or absent: resumed, cancelled, refused, overtaken, undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from importexport.conftest import counts, told
from kebu.accounts import roles
from kebu.accounts.actor import Actor
from kebu.accounts.models import User
from kebu.core import jobs
from kebu.core.errors import KebuError
from kebu.core.jobs import work_once
from kebu.core.models import Job
from kebu.crm.models import Contact, Customer
from kebu.fields import definitions
from kebu.fields.models import Choice
from kebu.fields.registry import catalog
from kebu.importexport import apply, imports, tidy
from kebu.importexport.folder import Folder
from kebu.importexport.models import Import
from kebu.importexport.plan import Planner
from kebu.records import history, write
from kebu.records.models import Change, ChangeSet

pytestmark = pytest.mark.django_db
HEADER = ["客户名称", "联系人", "行业"]


def rows(count: int, industry: str = "IT") -> list[list[Any]]:
    return [HEADER, *([f"公司{n}", f"联系人{n}", industry] for n in range(count))]


def alive() -> tuple[int, int]:
    return Customer.objects.filter(deleted_at=None).count(), Contact.objects.filter(deleted_at=None).count()


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apply, "_SIZES", (5, 5))


@pytest.fixture
def after_parts(monkeypatch: pytest.MonkeyPatch, small_parts: None) -> Callable[[int, Callable[[], Any]], None]:
    """Let something happen after so many parts, outside of their transactions."""

    def arrange(count: int, happen: Callable[[], Any]) -> None:
        write_part, done = apply._write_part, []

        def counted(*given: Any) -> float:
            seconds = write_part(*given)
            done.append(seconds)
            if len(done) == count:
                happen()
            return seconds

        monkeypatch.setattr(apply, "_write_part", counted)

    return arrange


def begun(importer: Any, actor: Actor, row: Import) -> Job:
    return imports.apply(actor, row.pk)


def due(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(run_at=timezone.now() - timedelta(seconds=1), state="queued")


def test_all_parts_are_one_change_set(importer: Any, table: Actor, small_parts: None) -> None:
    row = importer(table).rows(*rows(23))
    assert alive() == (23, 23)
    assert ChangeSet.objects.count() == 1
    assert Change.objects.filter(change_set=row.change_set_id, object="customers").count() == 23
    assert (row.done, row.total) == (23, 23)
    job = Job.objects.get(pk=row.job)
    assert (job.done, job.total, job.result) == (23, 23, {"import": row.pk, "change_set": row.change_set_id})


def test_asked_twice_it_is_one_job(importer: Any, table: Actor) -> None:
    row = importer(table).planned(*rows(2))
    assert begun(importer, table, row).pk == begun(importer, table, row).pk
    assert work_once()
    with pytest.raises(KebuError) as refused:
        imports.apply(table, row.pk)
    assert refused.value.code == "import_started"


def test_a_broken_off_import_goes_on_where_it_was(
    importer: Any, table: Actor, after_parts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = importer(table).planned(*rows(23, "航天"))
    job = begun(importer, table, row)

    def die() -> None:
        raise RuntimeError("the power is gone")

    after_parts(2, die)
    work_once(only=job)
    row.refresh_from_db()
    assert (row.state, row.done) == ("applying", 10)
    assert alive() == (10, 10)
    with pytest.raises(KebuError):
        history.undoable(table, row.change_set_id)  # it is being written
    due(job)
    assert work_once(only=job)
    row.refresh_from_db()
    assert (row.state, row.done) == ("done", 23)
    assert alive() == (23, 23)
    assert ChangeSet.objects.get().state == "done"
    assert Choice.objects.filter(labels={"zh-Hans": "航天"}).count() == 1


def test_a_cancelled_import_is_taken_back(importer: Any, table: Actor, after_parts: Any) -> None:
    importer(table).rows(["客户名称", "备注"], ["公司1", "这里"])
    fields = set(catalog().fields["customers"])
    row = importer(table).planned(
        [*HEADER, "备注", "微信"],
        *([*one, "新", "wx"] for one in rows(12, "航天")[1:]),
        on_match="overwrite",
        new_fields=True,
    )
    job = begun(importer, table, row)
    after_parts(2, lambda: jobs.cancel(job))
    assert work_once(only=job)
    row.refresh_from_db()
    job.refresh_from_db()
    assert (row.state, job.state) == ("cancelled", "cancelled")
    assert alive() == (1, 0)
    assert Customer.objects.get(deleted_at=None).remark == "这里"
    assert set(catalog().fields["customers"]) == fields
    assert not Choice.objects.filter(labels={"zh-Hans": "航天"}).exists()
    assert ChangeSet.objects.get(pk=row.change_set_id).state == "undone"


def test_an_import_that_is_cancelled_before_it_begins_writes_nothing(importer: Any, table: Actor) -> None:
    row = importer(table).planned(*rows(3))
    job = begun(importer, table, row)
    jobs.cancel(job)
    assert work_once(only=job)
    row.refresh_from_db()
    assert row.state == "cancelled"
    assert not ChangeSet.objects.exists()


def test_a_refused_import_is_taken_back_with_its_reason(importer: Any, table: Actor, after_parts: Any) -> None:
    row = importer(table).planned(*rows(12))
    job = begun(importer, table, row)
    after_parts(1, lambda: (_ for _ in ()).throw(KebuError("too_many_choices", limit=500)))
    assert work_once(only=job)
    row.refresh_from_db()
    job.refresh_from_db()
    assert (row.state, job.state, job.error["code"]) == ("failed", "failed", "too_many_choices")
    assert alive() == (0, 0)
    assert imports.as_json(table, row)["error"]["message"].startswith("一个字段最多 500")


def test_an_import_that_fails_every_time_is_taken_back(importer: Any, table: Actor, after_parts: Any) -> None:
    row = importer(table).planned(*rows(12))
    job = begun(importer, table, row)
    Job.objects.filter(pk=job.pk).update(attempts=4, done=99)
    after_parts(2, lambda: 1 / 0)
    assert work_once(only=job)
    row.refresh_from_db()
    assert (row.state, row.error["code"]) == ("failed", "job_failed")
    assert alive() == (0, 0)


def test_taking_back_that_is_broken_off_goes_on(
    importer: Any, table: Actor, after_parts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "PART", 4)
    row = importer(table).planned(*rows(12))
    job = begun(importer, table, row)
    after_parts(2, lambda: jobs.cancel(job))
    take_back = history.undo_parts

    def broken(*given: Any) -> Any:
        parts = take_back(*given)
        yield next(parts)
        parts.close()
        raise RuntimeError("the power is gone")

    monkeypatch.setattr(history, "undo_parts", broken)
    work_once(only=job)
    row.refresh_from_db()
    assert (row.state, row.taking_back) == ("applying", "cancelled")
    monkeypatch.setattr(history, "undo_parts", take_back)
    due(job)
    assert work_once(only=job)
    row.refresh_from_db()
    job.refresh_from_db()
    assert (row.state, job.state) == ("cancelled", "cancelled")
    assert alive() == (0, 0)


def test_an_import_whose_job_was_given_up_is_taken_back(importer: Any, table: Actor, after_parts: Any) -> None:
    row = importer(table).planned(*rows(12))
    job = begun(importer, table, row)
    after_parts(1, lambda: 1 / 0)
    work_once(only=job)
    Job.objects.filter(pk=job.pk).update(state="failed")
    assert tidy.tidy()["resumed"] == 1
    while work_once():
        pass
    row.refresh_from_db()
    assert (row.state, row.error["code"]) == ("failed", "job_lost")
    assert alive() == (0, 0)
    assert tidy.tidy()["resumed"] == 0


def test_the_plan_is_made_anew_when_records_changed_since(importer: Any, table: Actor) -> None:
    row = importer(table).planned(["客户名称", "编号"], ["公司A", "C001"], ["公司B", "C002"])
    importer(table).rows(["客户名称"], ["公司A"])  # takes C001
    importer(table).apply(row)
    assert dict(Customer.objects.values_list("name", "number")) == {"公司A": "C001", "公司B": "C002"}


def test_values_that_others_change_meanwhile_stay(importer: Any, table: Actor, after_parts: Any) -> None:
    importer(table).rows(["客户名称"], *([f"公司{n}"] for n in range(12)))
    row = importer(table).planned(["客户名称", "备注", "简称"], *([f"公司{n}", "导入", "短"] for n in range(12)))
    job = begun(importer, table, row)
    last, other = Customer.objects.get(name="公司11"), Customer.objects.get(name="公司10")

    def meddle() -> None:
        write.update(table, "customers", last.pk, {"remark": "我的"}, expected_version=None)
        write.delete(table, "customers", other.pk, expected_version=None)

    after_parts(1, meddle)
    assert work_once(only=job)
    row.refresh_from_db()
    last.refresh_from_db()
    assert (row.state, row.kept) == ("done", 2)
    assert (last.remark, last.short_name) == ("我的", "短")
    assert Customer.objects.filter(remark="导入").count() == 10


def test_a_number_taken_meanwhile_is_replaced(importer: Any, table: Actor, after_parts: Any) -> None:
    row = importer(table).planned(["客户名称", "编号"], *([f"公司{n}", f"C{n:03d}"] for n in range(1, 13)))
    job = begun(importer, table, row)
    after_parts(1, lambda: write.create(table, "customers", {"name": "插队", "number": "C012"}))
    assert work_once(only=job)
    assert Customer.objects.get(name="插队").number == "C012"
    assert Customer.objects.get(name="公司12").number not in (None, "C012")


def test_a_field_that_goes_meanwhile_is_left_out(importer: Any, table: Actor, after_parts: Any) -> None:
    key = definitions.add_field(table, "customers", kind="text", labels={"en": "wechat"})
    row = importer(table).planned(["客户名称", "wechat"], *([f"公司{n}", "x"] for n in range(12)))
    job = begun(importer, table, row)
    after_parts(1, lambda: definitions.delete_field(table, "customers", key))
    assert work_once(only=job)
    assert alive()[0] == 12


def test_a_field_that_went_before_is_left_out_of_the_new_plan(importer: Any, table: Actor) -> None:
    key = definitions.add_field(table, "customers", kind="text", labels={"en": "wechat"})
    row = importer(table).planned(["客户名称", "wechat"], ["公司A", "x"])
    definitions.delete_field(table, "customers", key)
    write.create(table, "customers", {"name": "另一家"})
    importer(table).apply(row)
    assert Customer.objects.get(name="公司A").extra == {}


def test_a_choice_that_is_deleted_meanwhile_is_kept_as_text(importer: Any, table: Actor, after_parts: Any) -> None:
    row = importer(table).planned(*[[*one] for one in rows(5)], *([f"新{n}", None, "航天"] for n in range(5)))
    job = begun(importer, table, row)
    after_parts(1, lambda: (Choice.objects.filter(labels={"zh-Hans": "航天"}).delete(), definitions.touch()))
    assert work_once(only=job)
    assert Customer.objects.filter(invalid__industry__text="航天").count() == 5


def test_a_person_who_may_no_more_has_his_import_refused(importer: Any, table: Actor, bob: Actor) -> None:
    for change in ({"role": "readonly"}, {"is_active": False}):
        row = importer(bob).planned(["客户名称"], ["公司A"])
        job = begun(importer, bob, row)
        User.objects.filter(pk=bob.user_id).update(**change)
        assert work_once(only=job)
        row.refresh_from_db()
        assert (row.state, row.error["code"]) == ("failed", "not_allowed")
    assert alive() == (0, 0)


def test_rows_that_go_to_somebody_else_are_taken_back_too(
    importer: Any, table: Actor, bob: Actor, after_parts: Any
) -> None:
    row = importer(bob).planned([*HEADER, "负责人"], *([*one, "Alice"] for one in rows(8)[1:]))
    job = begun(importer, bob, row)
    after_parts(1, lambda: jobs.cancel(job))
    assert work_once(only=job)
    assert alive() == (0, 0)


def test_another_worker_ends_the_first_ones_part(importer: Any, table: Actor, after_parts: Any) -> None:
    row = importer(table).planned(*rows(12))
    job = begun(importer, table, row)
    after_parts(1, lambda: Job.objects.filter(pk=job.pk).update(worker="somebody else"))
    work_once(only=job)
    row.refresh_from_db()
    assert (row.state, row.done) == ("applying", 5)
    assert alive() == (5, 5)


def test_what_is_over_is_cleared_away(importer: Any, table: Actor) -> None:
    done, planned, fresh = (
        importer(table).rows(*rows(1)),
        importer(table).planned(*rows(2)),
        importer(table).planned(*rows(3)),
    )
    long_ago = timezone.now() - timedelta(days=8)
    Import.objects.filter(pk=done.pk).update(finished_at=long_ago)
    Import.objects.filter(pk=planned.pk).update(created_at=long_ago)
    stray = Folder("stray")
    stray.make()
    import os

    for row in (done, planned):
        os.utime(Folder(row.folder).path, (0, 0))
    os.utime(stray.path, (0, 0))
    assert tidy.tidy() == {"resumed": 0, "plans": 1, "folders": 3}
    assert Folder(fresh.folder).is_there
    assert not Import.objects.filter(pk=planned.pk).exists()
    assert imports.as_json(table, imports.find(table, done.pk))["counts"]["rows"] == 1
    for act in (lambda: imports.rows(table, done.pk, only="all", offset=0, limit=9),):
        with pytest.raises(KebuError) as refused:
            act()
        assert refused.value.code == "import_gone"


def test_a_plan_whose_files_are_gone_cannot_begin(importer: Any, table: Actor) -> None:
    row = importer(table).planned(*rows(1))
    Folder(row.folder).remove()
    with pytest.raises(KebuError) as refused:
        imports.apply(table, row.pk)
    assert refused.value.code == "import_gone"


def test_of_two_who_change_a_plan_at_once_one_is_told(
    importer: Any, table: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = importer(table).planned(*rows(2))
    plans = {path.name for path in Folder(row.folder).path.rglob("*")}
    make = Planner.make

    def meanwhile(*args: Any) -> Any:
        Import.objects.filter(pk=row.pk).update(plan="another", options={"on_match": "skip"})
        return make(*args)

    monkeypatch.setattr(Planner, "make", meanwhile)
    with pytest.raises(KebuError) as refused:
        imports.change(table, row.pk, options={"on_match": "overwrite"})
    assert (refused.value.code, refused.value.status) == ("import_changed", 409)
    row.refresh_from_db()
    assert (row.plan, row.options) == ("another", {"on_match": "skip"})
    assert {path.name for path in Folder(row.folder).path.rglob("*")} == plans


def test_a_large_import_is_undone_by_a_job(importer: Any, table: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    from kebu.records.jobs import start_undo

    monkeypatch.setattr(history, "PART", 7)
    row = importer(table).rows(*rows(30))
    assert work_once(only=start_undo(table, ChangeSet.objects.get(pk=row.change_set_id)))
    assert alive() == (0, 0)
    assert imports.as_json(table, imports.find(table, row.pk))["state"] == "undone"
    again = importer(table).rows(*rows(30))
    assert counts(again) == {"rows": 30, "create": 30}


def test_what_one_may_only_fill_in_stays_where_it_is_filled(importer: Any, table: Actor, bob: Actor) -> None:
    rights = {"see": "all", "change": "all", "create": True, "import": True}
    once = {"customers": {**rights, "fields": {"remark": "once"}}, "contacts": {**rights, "fields": {"phone": "once"}}}
    roles.change_role(table, "sales", rights={"objects": {"*": rights, **once}})
    now = Actor.of(User.objects.get(pk=bob.user_id))
    whole = {"remark": "旧的", "main_contact.name": "张三", "main_contact.phone": "13800000001"}
    write.create(table, "customers", {"name": "公司A", **whole})
    write.create(table, "customers", {"name": "公司B"})
    header = ["客户名称", "行业", "备注", "联系人", "电话"]
    named = [["公司A", "IT", "新的", "张三", "13800000002"], ["公司B", "IT", "新的", None, None]]
    row = importer(now).planned(header, *named, on_match="overwrite")
    assert [(one[0], one[1], one[3]) for one in told(row) if one[3] != "new_choice"] == [
        (2, "备注", "once_kept"), (2, "电话", "once_kept"),
    ]  # fmt: skip
    assert importer(now).apply(row).kept == 0
    assert set(Customer.objects.values_list("name", "remark")) == {("公司A", "旧的"), ("公司B", "新的")}
    assert Contact.objects.get().phone == "13800000001"
    # What becomes such a field meanwhile is kept.
    roles.change_role(table, "sales", rights={"objects": {"*": rights}})
    row = importer(Actor.of(User.objects.get(pk=bob.user_id))).planned(
        header[:3], ["公司A", "IT", "别的"], on_match="overwrite"
    )
    roles.change_role(table, "sales", rights={"objects": {"*": rights, **once}})
    assert importer(Actor.of(User.objects.get(pk=bob.user_id))).apply(row).kept == 1
