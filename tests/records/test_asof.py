"""The table as it was on a date: whatever was done since, each question is answered as it was then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kebu.core.errors import KebuError
from kebu.core.jobs import work_once
from kebu.core.models import Job
from kebu.crm.models import Contact, Customer
from kebu.fields import definitions
from kebu.fields.registry import catalog
from kebu.records import asof, find, groups, history, opening, past_tables, trash, write
from kebu.records.models import ChangeSet
from safety.world import undone

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db

FIELDS = ["number", "name", "level", "remark", "tags", "next_follow_up", "owner", "city", "updated_at", "updated_by",
          "main_contact", "main_contact.name", "main_contact.phone", "main_deal.title", "main_deal.amount"]  # fmt: skip
QUESTIONS: list[dict[str, Any]] = [
    {"sort": [{"field": "name"}]},
    {"sort": [{"field": "main_contact.name", "desc": True}], "filter": {"field": "level", "op": "is", "value": "key"}},
    {"sort": [{"field": "remark"}], "filter": {"field": "main_contact.phone", "op": "not_empty"}},
    {"search": "甲"},
    {"search": "zoe"},
    {"search": "ann"},
    {"filter": {"field": "main_deal.amount", "op": "gt", "value": 50}, "sort": [{"field": "main_deal.amount"}]},
]


def now() -> str:
    return datetime.now(UTC).isoformat()


def make(actor: Actor, **values: Any) -> int:
    return write.create(actor, "customers", {key.replace("__", "."): v for key, v in values.items()})[0].id


def edit(actor: Actor, pk: int, values: dict[str, Any], object_key: str = "customers") -> int | None:
    return write.update(actor, object_key, pk, values, expected_version=None)[1]


def told(actor: Actor, moment: str = "", fields: list[str] | None = None, **question: Any) -> list[list[Any]]:
    asked = {"fields": fields or FIELDS, "as_of": moment, **question}
    rows: list[list[Any]] = opening.first_page(actor, "customers", asked, offset=0, limit=500)["rows"]
    return rows


def names(actor: Actor, moment: str = "", **question: Any) -> list[Any]:
    return [row[2] for row in told(actor, moment, ["name"], **question)]


def test_values_filters_and_sorts_are_those_of_then(table: Actor) -> None:
    first = make(table, name="甲公司", level="重要客户", remark="旧")
    second = make(table, name="乙公司", level="一般客户")
    then = now()
    edit(table, first, {"name": "丙公司", "level": "一般客户", "remark": "新"})
    edit(table, second, {"level": "重要客户"})
    make(table, name="后来的")
    important = {"field": "level", "op": "is", "value": "key"}
    assert names(table, then, filter=important) == ["甲公司"]
    assert names(table, filter=important) == ["乙公司"]
    assert names(table, then, sort=[{"field": "name"}]) == ["甲公司", "乙公司"]
    assert told(table, then, ["remark"])[0][2:] == ["旧"]
    assert [row[1] for row in told(table, then, ["name"])] == [1, 1]


def test_what_was_deleted_since_is_there_and_what_was_in_the_trash_is_not(table: Actor) -> None:
    _, gone, back = (make(table, name=name) for name in ("留下", "后来删的", "当时在回收站"))
    write.delete(table, "customers", back, expected_version=None)
    then = now()
    write.delete(table, "customers", gone, expected_version=None)
    trash.restore(table, "customers", [back])
    assert names(table, then) == ["留下", "后来删的"]
    assert names(table) == ["留下", "当时在回收站"]


def test_lookups_are_those_of_then(table: Actor) -> None:
    pk = make(table, name="公司", main_contact__name="张三", main_contact__phone="111", main_deal__amount=100)
    then = now()
    contact = Customer.objects.get().main_contact_id
    edit(table, contact or 0, {"phone": "222"}, "contacts")
    other, _ = write.create(table, "contacts", {"name": "李四", "phone": "333", "customer": pk})
    edit(table, pk, {"main_contact": other.id, "main_deal.amount": 9})
    shown = ["main_contact", "main_contact.name", "main_contact.phone", "main_deal.amount"]
    assert told(table, then, shown)[0][2:] == [{"id": contact, "label": "张三"}, "张三", "111", 100]
    by_phone = {"field": "main_contact.phone", "op": "is", "value": "111"}
    assert names(table, then, filter=by_phone) == ["公司"]
    assert names(table, filter=by_phone) == []


def test_a_day_means_its_end_and_days_in_conditions_count_from_it(table: Actor) -> None:
    pk = make(table, name="公司", next_follow_up="2026-03-02")
    Customer.objects.update(created_at=datetime(2026, 3, 1, 10, tzinfo=UTC))
    ChangeSet.objects.update(at=datetime(2026, 3, 1, 10, tzinfo=UTC))
    done = edit(table, pk, {"name": "新名"})
    ChangeSet.objects.filter(pk=done).update(at=datetime(2026, 3, 2, 15, 59, tzinfo=UTC))  # 23:59 in Shanghai
    assert names(table, "2026-02-28") == []
    assert names(table, "2026-03-01") == ["公司"]
    assert names(table, "2026-03-02") == ["新名"]
    today = {"field": "next_follow_up", "op": "within", "value": {"unit": "day", "from": 0, "to": 0}}
    assert names(table, "2026-03-02", filter=today) == ["新名"]
    assert names(table, "2026-03-03", filter=today) == []


def test_fields_of_ones_own_and_marked_text_are_those_of_then(table: Actor) -> None:
    key = definitions.add_field(table, "customers", kind="number", labels={"zh-Hans": "分数"}, choices=[])
    pk = make(table, name="公司", **{key: 5, "next_follow_up": {"invalid": "待定"}})
    then = now()
    edit(table, pk, {key: None, "next_follow_up": "2026-01-01"})
    (row,) = told(table, then, [key, "next_follow_up"])
    assert row[2] == 5
    assert row[3]["invalid"] == "待定"
    assert names(table, then, filter={"field": key, "op": "gt", "value": 4}) == ["公司"]


def test_rights_are_those_of_today(table: Actor, bob: Actor, charlie: Actor) -> None:
    given = make(charlie, name="给了鲍勃", remark="秘密")
    own = make(bob, name="鲍勃的", main_contact__name="张三")
    then = now()
    edit(table, given, {"owner": bob.user_id})
    edit(bob, own, {"name": "鲍勃的新名"})
    write.delete(bob, "customers", own, expected_version=None)
    assert sorted(names(bob, then)) == ["给了鲍勃", "鲍勃的"]
    assert names(charlie, then) == []
    assert sorted(names(table, then)) == ["给了鲍勃", "鲍勃的"]


def test_a_lookup_shows_nothing_of_a_record_that_is_not_seen_today(table: Actor, charlie: Actor) -> None:
    make(charlie, name="查理的", main_contact__name="张三")
    contact = Contact.objects.get().pk
    then = now()
    elsewhere = make(table, name="爱丽丝的")
    edit(table, contact, {"customer": elsewhere}, "contacts")
    assert told(charlie, then, ["name", "main_contact.name"])[0][2:] == ["查理的", None]
    assert told(table, then, ["name", "main_contact.name"])[0][2:] == ["查理的", "张三"]


def test_pages_groups_and_sums_are_of_then_too(table: Actor) -> None:
    ids = [make(table, name=f"公司{n}", level=["key", "normal"][n % 2], main_deal__amount=n) for n in range(6)]
    then = now()
    for pk in ids:
        edit(table, pk, {"level": "key", "main_deal.amount": 1000})
    totals = [{"field": "main_deal.amount", "function": "sum"}]
    asked = {"as_of": then, "group": [{"field": "level"}], "totals": totals}
    first = opening.first_page(table, "customers", asked, offset=0, limit=2)
    assert [one["count"] for one in first["groups"]] == [3, 3]
    edit(table, ids[0], {"name": "又改了"})
    page = opening.page(table, "customers", first["snapshot"], fields=["name", "level"], offset=2, limit=2)
    assert page["count"] == 6
    assert [row[3] for row in page["rows"]] == ["key", "normal"]
    summed = groups.span(table, "customers", first["snapshot"], totals, offset=0, limit=6)["groups"]
    assert summed[0]["values"] == {"main_deal.amount.sum": 15}


def test_colours_are_those_of_then(table: Actor, door: Callable[..., Any]) -> None:
    one, two = make(table, name="甲公司", level="重要客户"), make(table, name="乙公司")
    later = write.create(table, "deals", {"title": "项目", "customer": two, "amount": 500})[0].id
    then = now()
    edit(table, one, {"level": None})
    edit(table, two, {"level": "重要客户"})
    edit(table, later, {"amount": 9000}, "deals")
    key = {"field": "level", "op": "is", "value": "key"}
    large = {"field": "main_deal.amount", "op": "gte", "value": 1000}
    asked = {"ids": [one, two], "filters": [key, large]}
    assert door(table).post("/records/customers/colors", asked).json()["matches"] == [[], [0, 1]]
    assert door(table).post("/records/customers/colors", {**asked, "as_of": then}).json()["matches"] == [[0], []]
    refused = door(table).post("/records/customers/colors", {**asked, "as_of": "yesterday"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "bad_moment")
    # How far bars go is of then, too.
    total = {"aggregates": [{"field": "main_deal.amount", "function": "max"}], "as_of": then}
    (whole,) = door(table).post("/records/customers/summary", total).json()["groups"]
    assert whole["values"] == {"main_deal.amount.max": 500}


def test_colours_of_then_are_for_those_who_see_the_record_today(
    table: Actor, bob: Actor, charlie: Actor, door: Callable[..., Any]
) -> None:
    pk = make(bob, name="甲公司", level="重要客户")
    then = now()
    key = {"field": "level", "op": "is", "value": "key"}
    asked = {"ids": [pk], "filters": [key], "as_of": then}
    assert door(bob).post("/records/customers/colors", asked).json()["matches"] == [[0]]
    assert door(charlie).post("/records/customers/colors", asked).json()["matches"] == [[]]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than two changed records are much."""
    monkeypatch.setattr(asof, "FEW", 2)


def made(actor: Actor, moment: str) -> None:
    """Ask for a past in which much is different, and have it made."""
    with pytest.raises(KebuError) as refused:
        names(actor, moment)
    assert (refused.value.code, refused.value.status) == ("past_is_made", 409)
    with pytest.raises(KebuError) as again:
        names(actor, moment)
    assert again.value.details == refused.value.details
    work_all()
    job = Job.objects.get(pk=refused.value.details["job"])
    assert (job.state, job.user_id, job.error) == (Job.State.DONE, actor.user_id, None)


def work_all() -> None:
    while work_once():
        pass


@pytest.mark.usefixtures("few")
def test_where_much_has_changed_since_a_job_puts_the_past_together(table: Actor) -> None:
    ids = [make(table, name=f"公司{n}", main_contact__name="赵钱孙李周"[n]) for n in range(5)]
    then = now()
    for n, pk in enumerate(ids):
        edit(table, pk, {"name": f"新{n}", "main_contact.name": f"新人{n}"})
    made(table, then)
    shown = ["name", "main_contact.name"]
    assert [row[2:] for row in told(table, then, shown)] == [[f"公司{n}", "赵钱孙李周"[n]] for n in range(5)]
    # What changes from now on is known, too, without another job.
    make(table, name="后来的")
    edit(table, ids[0], {"name": "又改了"})
    assert names(table, then) == [f"公司{n}" for n in range(5)]
    assert names(table, then, search="李") == ["公司3"]
    assert names(table, then, search="新人") == []


@pytest.mark.usefixtures("few")
def test_a_kept_past_grows_by_what_changes_later(table: Actor) -> None:
    ids = [make(table, name=f"公司{n}", main_contact__name="赵钱孙李周吴郑王"[n]) for n in range(8)]
    then = now()
    for pk in ids[:4]:
        edit(table, pk, {"name": "新"})
    made(table, then)
    for pk in ids:
        edit(table, pk, {"name": "更新", "main_contact.name": "新人"})
    made(table, then)
    assert names(table, then) == [f"公司{n}" for n in range(8)]
    assert [names(table, then, search=words) for words in ("zhao", "王", "新人")] == [["公司0"], ["公司7"], []]


@pytest.mark.usefixtures("few")
def test_what_goes_for_good_is_in_no_kept_past(table: Actor) -> None:
    ids = [make(table, name=f"公司{n}") for n in range(4)]
    then = now()
    for pk in ids:
        edit(table, pk, {"name": "新"})
    made(table, then)
    write.delete(table, "customers", ids[0], expected_version=None)
    trash.purge(table, "customers", [ids[0]])
    assert names(table, then) == ["公司1", "公司2", "公司3"]
    (kept,) = past_tables._sets("then_")
    with connection.cursor() as cursor:
        for name in (kept.table(catalog().object("customers")), kept.words(catalog().object("customers"))):
            cursor.execute(f'SELECT id FROM "{name}"')
            assert ids[0] not in [row[0] for row in cursor.fetchall()]
    assert past_tables.forget() > 0
    assert past_tables._lasting("then_") == []


@pytest.mark.usefixtures("few")
def test_rights_of_today_bound_a_kept_past_and_what_is_found_in_it(table: Actor, bob: Actor, charlie: Actor) -> None:
    theirs = [make(bob, name=f"鲍勃的{n}") for n in range(4)]
    then = now()
    for pk in theirs:
        edit(bob, pk, {"name": "新名"})
    made(bob, then)
    assert names(bob, then, search="鲍勃") == [f"鲍勃的{n}" for n in range(4)]
    assert names(charlie, then, search="鲍勃") == []
    assert names(charlie, then) == []
    edit(table, theirs[0], {"owner": charlie.user_id})
    assert names(charlie, then, search="baobo") == ["鲍勃的0"]
    assert "鲍勃的0" not in names(bob, then, search="bb")


def test_a_search_finds_what_it_would_have_found_then(table: Actor) -> None:
    pk = make(table, name="北京百度网讯", main_contact__name="张三", main_contact__phone="138-0013-8000")
    same = make(table, name="上海张江", remark="bd")
    then = now()
    edit(table, pk, {"name": "腾讯科技", "main_contact.name": "李四", "main_contact.phone": "13900001111"})
    make(table, name="百度后来的")
    for words in ("百度", "baidu", "bjbd", "张三", "zhangsan", "13800138000", "8000", "百度 张三"):
        assert names(table, then, search=words) == ["北京百度网讯"], words
        assert "北京百度网讯" not in names(table, search=words)
    for words in ("腾讯", "李四", "13900001111", "后来"):
        assert names(table, then, search=words) == [], words
    assert names(table, then, search="张") == ["北京百度网讯", "上海张江"]
    assert names(table, then, search="！") == []
    write.delete(table, "customers", same, expected_version=None)
    assert names(table, then, search="zj") == ["上海张江"]
    total = [{"field": "main_deal.amount", "function": "filled"}]
    assert groups.summary(table, "customers", {"as_of": then, "search": "张"}, total)["groups"][0]["count"] == 2


def test_text_that_did_not_fit_is_found_as_it_was(table: Actor) -> None:
    pk = make(table, name="公司", next_follow_up={"invalid": "待定"})
    then = now()
    edit(table, pk, {"next_follow_up": "2026-01-01"})
    assert names(table, then, search="待定") == ["公司"]
    assert names(table, search="待定") == []


def test_finding_goes_from_row_to_row_of_then(table: Actor) -> None:
    ids = [make(table, name=name) for name in ("甲公司", "乙公司", "甲乙公司")]
    then = now()
    for pk in ids:
        edit(table, pk, {"name": "丙"})
    page = opening.first_page(table, "customers", {"as_of": then, "fields": ["name"]}, offset=0, limit=10)
    at = find.following(table, "customers", page["snapshot"], words="乙", fields=["name"], start=0)
    assert (at["row"], at["id"], at["fields"]) == (1, ids[1], ["name"])
    at = find.following(table, "customers", page["snapshot"], words="jia", fields=["name"], start=1, whole=True)
    assert (at["row"], at["place"], at["count"]) == (2, 2, 2)


@pytest.mark.usefixtures("few")
def test_an_export_puts_the_past_together_by_itself(table: Actor, door: Callable[..., Any]) -> None:
    ids = [make(table, name=f"旧名{'甲乙丙丁'[n]}") for n in range(4)]
    then = now()
    for pk in ids:
        edit(table, pk, {"name": "新名"})
    body = {"object": "customers", "format": "csv", "fields": ["name"], "as_of": then, "search": "旧名丙"}
    job = Job.objects.get(pk=door(table).post("/exports", body).json()["job"])
    work_all()
    job.refresh_from_db()
    answer = door(table).get(f"/files/{job.result['file']}")
    assert b"".join(answer.streaming_content).decode("utf-8-sig").split()[1:] == ["旧名丙"]


def test_an_export_is_of_then(table: Actor, door: Callable[..., Any]) -> None:
    pk = make(table, name="旧名", main_contact__name="张三")
    then = now()
    edit(table, pk, {"name": "新名", "main_contact.name": "李四"})
    body = {"object": "customers", "format": "csv", "fields": ["name", "main_contact.name"], "as_of": then}
    job = Job.objects.get(pk=door(table).post("/exports", body).json()["job"])
    work_all()
    job.refresh_from_db()
    answer = door(table).get(f"/files/{job.result['file']}")
    assert "旧名,张三" in b"".join(answer.streaming_content).decode("utf-8-sig")


def test_what_makes_no_sense_is_refused(table: Actor, door: Callable[..., Any]) -> None:
    for moment in ("soon", "2026-13-01", "2026-01-01T10:00", "0001-01-01", "9999-12-31", "x" * 40):
        answer = door(table).post("/records/customers/query", {"as_of": moment})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_moment"), moment
        assert door(table).post("/exports", {"object": "customers", "as_of": moment}).status_code == 400


def test_temporary_tables_do_not_pile_up(table: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asof, "_KEPT_TABLES", 3)
    pk = make(table, name="公司")
    for n in range(6):
        then = now()
        edit(table, pk, {"remark": str(n)})
        names(table, then)
    assert len(past_tables.temporary()) <= 9
    assert names(table) == ["公司"]


acts = st.lists(
    st.tuples(
        st.sampled_from(["make", "edit", "contact", "deal", "turn", "delete", "restore", "undo", "give"]),
        st.integers(0, 5),
        st.sampled_from(["甲", "乙乙", "Anna", "", "zoe"]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(done=acts)
def test_as_of_each_moment_the_table_is_what_it_was(table: Actor, bob: Actor, done: list[tuple[str, int, str]]) -> None:
    with undone():
        moments: list[tuple[str, list[Any]]] = []
        sets: list[int] = []
        for act, place, text in done:
            one_act(table, bob, act, place, text, sets)
            moments.append((now(), everything(table)))
        for moment, was in moments:
            assert everything(table, moment) == was


def everything(actor: Actor, moment: str = "") -> list[Any]:
    return [told(actor, moment, None, **question) for question in QUESTIONS]


def one_act(actor: Actor, bob: Actor, act: str, place: int, text: str, sets: list[int]) -> None:
    """Something that a person may do; what the program refuses is not done."""
    alive = list(Customer.objects.filter(deleted_at=None).order_by("id").values_list("id", flat=True))
    pk = alive[place % len(alive)] if alive else 0
    try:
        if act == "make" or not pk:
            values = {"name": f"{text}公司", "level": ["key", "normal"][place % 2], "address": "深圳市南山区一路"}
            more = {"main_contact.name": text, "main_contact.phone": f"1{place}"} if text else {}
            sets.append(write.create(actor, "customers", {**values, **more})[1])
        elif act == "edit":
            changed: dict[str, Any] = {"name": f"{text}{place}", "level": ["key", "normal", None][place % 3]}
            sets.append(edit(actor, pk, {**changed, "remark": text or None, "tags": [text] if text else None}) or 0)
        elif act == "contact":
            sets.append(edit(actor, pk, {"main_contact.phone": text or None, "main_contact.name": text or None}) or 0)
        elif act == "deal":
            sets.append(edit(actor, pk, {"main_deal.title": text or "项目", "main_deal.amount": place * 30}) or 0)
        elif act == "turn":
            sets.append(write.create(actor, "contacts", {"name": text or "新人", "customer": pk})[1])
            newest = Contact.objects.filter(customer=pk, deleted_at=None).order_by("-id").values_list("id", flat=True)
            sets.append(edit(actor, pk, {"main_contact": newest[0]}) or 0)
        elif act == "delete":
            sets.append(write.delete(actor, "customers", pk, expected_version=None))
        elif act == "restore":
            gone = Customer.objects.exclude(deleted_at=None).order_by("id").values_list("id", flat=True)
            if gone:
                sets.append(trash.restore(actor, "customers", [gone[place % len(gone)]]))
        elif act == "give":
            sets.append(edit(actor, pk, {"owner": bob.user_id}) or 0)
        elif sets:
            history.undo(actor, sets[-1 - place % len(sets)])
    except KebuError:
        pass


def test_objects_are_shown_as_they_were_whichever_is_asked(table: Actor) -> None:
    pk = make(table, name="公司", main_contact__name="张三")
    then = now()
    edit(table, pk, {"name": "新名"})
    asked = {"as_of": then, "fields": ["name", "customer"]}
    rows = opening.first_page(table, "contacts", asked, offset=0, limit=5)["rows"]
    assert rows[0][2:] == ["张三", {"id": pk, "label": "公司"}]
    assert set(catalog().objects) >= {"customers", "contacts", "deals"}
