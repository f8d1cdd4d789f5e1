"""Saved views: everybody's and one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kebu.records import write
from kebu.records.models import View

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db


def views(opened: Any) -> dict[str, Any]:
    return {view["name"]: view for view in opened.get("/views", {"object": "customers"}).json()["views"]}


def test_the_template_brings_views_in_both_languages(table: Actor, door: Any) -> None:
    opened = door(table)
    assert list(views(opened)) == ["全部客户", "今天要跟进", "重要客户", "合作即将到期", "本月新增"]
    opened.patch("/me", {"language": "en"})
    assert next(iter(views(opened))) == "All customers"


def test_the_due_view_counts_its_rows_for_each_person(table: Actor, bob: Actor, door: Any) -> None:
    write.create(bob, "customers", {"name": "公司A", "next_follow_up": "2020-01-01"})
    write.create(table, "customers", {"name": "公司B", "next_follow_up": "2020-01-01"})
    assert views(door(table))["今天要跟进"]["count"] == 2
    assert views(door(bob))["今天要跟进"]["count"] == 1
    assert views(door(bob))["全部客户"]["count"] is None


def test_a_person_saves_changes_and_deletes_a_view_of_his_own(table: Actor, bob: Actor, door: Any) -> None:
    opened = door(bob)
    spec = {
        "filter": {"field": "level", "op": "is", "value": "key"},
        "sort": [{"field": "name", "desc": True}],
        "fields": ["name", "main_contact.phone"],
        "widths": {"name": 240},
        "frozen": 1,
        "frozen_rows": 10,
        "row_height": 36,
    }
    made = opened.post("/views", {"object": "customers", "name": " 我的 ", "spec": spec})
    assert made.status_code == 201, made.content.decode()
    assert made.json()["spec"] == spec
    assert made.json()["owner"] == bob.user_id
    assert "我的" in views(opened)
    assert "我的" not in views(door(table))
    pk = made.json()["id"]
    for who in (table,):
        assert door(who).patch(f"/views/{pk}", {"name": "x"}).status_code == 404
        assert door(who).delete(f"/views/{pk}").status_code == 404
    changed = opened.patch(f"/views/{pk}", {"name": "改名", "spec": {"fields": ["name"]}}).json()
    assert (changed["name"], changed["spec"]["fields"]) == ("改名", ["name"])
    assert opened.delete(f"/views/{pk}").status_code == 204
    assert not View.objects.filter(pk=pk).exists()


def test_everybodys_views_are_changed_by_administrators(table: Actor, bob: Actor, rita: Actor, door: Any) -> None:
    shared = views(door(bob))["重要客户"]["id"]
    for who in (bob, rita):
        assert door(who).patch(f"/views/{shared}", {"name": "x"}).status_code == 403
        assert door(who).delete(f"/views/{shared}").status_code == 403
        asked = {"object": "customers", "name": "x", "shared": True}
        assert door(who).post("/views", asked).status_code == 403
    assert door(table).patch(f"/views/{shared}", {"name": "大客户"}).status_code == 200
    for view in list(views(door(table)).values())[:-1]:
        assert door(table).delete(f"/views/{view['id']}").status_code == 204
    (last,) = views(door(table)).values()
    assert door(table).delete(f"/views/{last['id']}").json()["error"]["code"] == "last_view"


@pytest.mark.parametrize(
    "spec",
    [
        {"filter": {"field": "password", "op": "is", "value": "x"}},
        {"sort": [{"field": "owner__password"}]},
        {"fields": ["nothing"]},
        {"widths": {"name": 10**9}},
        {"widths": {"nothing": 100}},
        {"frozen": -1},
        {"frozen_rows": -1},
        {"frozen_rows": 11},
        {"frozen_rows": "3"},
        {"frozen_rows": True},
        {"frozen_rows": None},
        {"row_height": 5},
        {"script": "x"},
        {"count": "yes"},
    ],
)
def test_a_view_that_could_not_be_opened_is_not_saved(table: Actor, door: Any, spec: dict[str, Any]) -> None:
    before = View.objects.count()
    answer = door(table).post("/views", {"object": "customers", "name": "x", "spec": spec})
    assert answer.status_code == 400, answer.content
    assert View.objects.count() == before


def test_a_deleted_field_leaves_the_columns_of_views(table: Actor, door: Any) -> None:
    opened = door(table)
    key = opened.post("/fields/customers", {"kind": "text", "label": {"zh-Hans": "颜色"}}).json()["key"]
    spec = {"fields": ["name", key], "widths": {key: 99}, "filter": {"field": key, "op": "empty"}, "count": True}
    made = opened.post("/views", {"object": "customers", "name": "x", "spec": spec}).json()
    opened.delete(f"/fields/customers/{key}")
    seen = next(view for view in opened.get("/views").json()["views"] if view["id"] == made["id"])
    assert seen["spec"]["fields"] == ["name"]
    assert seen["spec"]["widths"] == {}
    assert seen["count"] is None


def test_a_new_field_is_a_column_of_everybodys_views(table: Actor, bob: Actor, door: Any) -> None:
    opened = door(table)
    mine = door(bob).post("/views", {"object": "customers", "name": "我的", "spec": {"fields": ["name"]}}).json()
    whole = opened.post(
        "/views", {"object": "customers", "name": "全部", "spec": {"fields": []}, "shared": True}
    ).json()
    before = {view.pk: view for view in View.objects.all()}
    key = opened.post("/fields/customers", {"kind": "text", "label": {"zh-Hans": "颜色"}}).json()["key"]
    named = 0
    for view in View.objects.all():
        had = before[view.pk].spec.get("fields") or []
        if view.pk in (mine["id"], whole["id"]) or view.object != "customers" or not had:
            assert (view.spec, view.version) == (before[view.pk].spec, before[view.pk].version)
        else:
            named += 1
            assert view.spec == {**before[view.pk].spec, "fields": [*had, key]}
            assert view.version == before[view.pk].version + 1
    assert named


def test_views_have_names_and_a_limit(table: Actor, bob: Actor, door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from kebu.records import saved

    opened = door(bob)
    monkeypatch.setattr(saved, "MAX_VIEWS", 1)
    body = {"object": "customers", "name": " ", "spec": {}}
    assert opened.post("/views", body).json()["error"]["code"] == "name_missing"
    made = opened.post("/views", {**body, "name": "一"}).json()
    assert opened.post("/views", {**body, "name": "二"}).json()["error"]["code"] == "too_many_views"
    assert opened.patch(f"/views/{made['id']}", {"position": 7}).json()["position"] == 0


def test_a_board_says_which_field_its_columns_are_of(table: Actor, bob: Actor, door: Any) -> None:
    opened = door(bob)
    spec = {"board": {"by": "stage", "sum": "main_deal.amount"}, "fields": ["name"]}
    made = opened.post("/views", {"object": "customers", "name": "看板", "kind": "board", "spec": spec})
    assert made.status_code == 201, made.content.decode()
    assert (made.json()["kind"], made.json()["spec"]) == ("board", {**spec, "widths": {}})
    by_owner = {**spec, "board": {"by": "owner"}}
    assert opened.patch(f"/views/{made.json()['id']}", {"spec": by_owner}).json()["spec"]["board"] == {"by": "owner"}
    assert opened.post("/views", {"object": "customers", "name": "空", "kind": "board", "spec": {}}).status_code == 201


def test_a_calendar_says_which_day_a_record_is_on(table: Actor, door: Any) -> None:
    opened = door(table)
    spec = {"calendar": {"date": "start_date", "end": "end_date"}}
    made = opened.post("/views", {"object": "deals", "name": "日历", "kind": "calendar", "spec": spec})
    assert made.status_code == 201, made.content.decode()
    assert made.json()["spec"]["calendar"] == spec["calendar"]


@pytest.mark.parametrize(
    ("kind", "spec"),
    [
        ("grid", {"board": {"by": "stage"}}),
        ("board", {"board": {"by": "name"}}),
        ("board", {"board": {"by": "password"}}),
        ("board", {"board": {"by": "stage", "sum": "name"}}),
        ("board", {"board": {"by": "stage", "colour": "red"}}),
        ("board", {"board": {}}),
        ("board", {"board": "stage"}),
        ("board", {"board": {"by": ["stage"]}}),
        ("calendar", {"calendar": {"date": "name"}}),
        ("calendar", {"calendar": {"date": "next_follow_up", "end": "stage"}}),
        ("calendar", {"board": {"by": "stage"}}),
        ("gallery", {"gallery": {"fields": ["name"]}}),
        ("form", {"form": {"fields": ["password"]}}),
        ("form", {"form": {"fields": ["created_at"]}}),
        ("form", {"form": {"fields": ["name", "name"]}}),
        ("form", {"form": {"fields": ["name"], "required": ["phone"]}}),
        ("form", {"form": {"title": "x" * 201}}),
        ("form", {"form": {"script": "x"}}),
        ("heap", {}),
    ],
)
def test_a_view_of_a_kind_that_could_not_be_opened_is_not_saved(
    table: Actor, door: Any, kind: str, spec: dict[str, Any]
) -> None:
    before = View.objects.count()
    answer = door(table).post("/views", {"object": "customers", "name": "x", "kind": kind, "spec": spec})
    assert answer.status_code in (400, 422), answer.content
    assert View.objects.count() == before


def test_a_form_says_what_is_filled_in(table: Actor, door: Any) -> None:
    opened = door(table)
    key = opened.post("/fields/customers", {"kind": "text", "label": {"zh-Hans": "颜色"}}).json()["key"]
    form = {
        "title": "新客户登记",
        "text": "每天下班前填",
        "fields": ["name", "main_contact.phone", key],
        "required": ["name", key],
    }
    body = {"object": "customers", "name": "登记", "kind": "form", "spec": {"form": form}}
    made = opened.post("/views", body).json()
    assert made["spec"]["form"] == form
    opened.delete(f"/fields/customers/{key}")
    seen = next(view for view in opened.get("/views").json()["views"] if view["id"] == made["id"])
    assert seen["spec"]["form"] == {**form, "fields": ["name", "main_contact.phone"], "required": ["name"]}
    assert opened.post("/views", {**body, "name": "画册", "kind": "gallery", "spec": {}}).status_code == 201


def test_a_board_by_a_field_that_is_gone_asks_for_another(table: Actor, door: Any) -> None:
    opened = door(table)
    choice = {"kind": "choice", "label": {"zh-Hans": "颜色"}, "choices": [{"label": {"zh-Hans": "红"}}]}
    number = {"kind": "number", "label": {"zh-Hans": "大小"}}
    keys = [opened.post("/fields/customers", field).json()["key"] for field in (choice, number)]
    spec = {"board": {"by": keys[0], "sum": keys[1]}}
    made = opened.post("/views", {"object": "customers", "name": "x", "kind": "board", "spec": spec}).json()

    def told() -> Any:
        return next(view for view in opened.get("/views").json()["views"] if view["id"] == made["id"])["spec"]

    assert told()["board"] == spec["board"]
    opened.delete(f"/fields/customers/{keys[1]}")
    assert told()["board"] == {"by": keys[0]}
    opened.delete(f"/fields/customers/{keys[0]}")
    assert "board" not in told()


def test_a_locked_view_changes_for_nobody_until_it_is_unlocked(table: Actor, bob: Actor, door: Any) -> None:
    opened = door(table)
    pk = views(opened)["重要客户"]["id"]
    at = f"/views/{pk}"
    assert door(bob).patch(at, {"locked": True}).status_code == 403
    assert opened.patch(at, {"locked": True}).json()["locked"] is True
    for refused in ({"name": "x"}, {"spec": {"fields": ["name"]}}, {"shared": False}):
        assert opened.patch(at, refused).json()["error"]["code"] == "view_locked"
    assert opened.delete(at).json()["error"]["code"] == "view_locked"
    # It opens as ever, moves among the tabs, and a new field leaves it as it is.
    columns = View.objects.get(pk=pk).spec["fields"]
    opened.post("/fields/customers", {"kind": "text", "label": {"zh-Hans": "颜色"}})
    assert opened.patch(at, {"position": 0}).status_code == 200
    assert next(iter(views(door(bob)))) == "重要客户"
    assert View.objects.get(pk=pk).spec["fields"] == columns
    assert opened.patch(at, {"locked": False, "name": "大客户"}).json()["name"] == "大客户"


def test_a_view_of_ones_own_becomes_everybodys_and_the_other_way_round(table: Actor, bob: Actor, door: Any) -> None:
    opened = door(table)
    made = opened.post("/views", {"object": "customers", "name": "我的", "spec": {}}).json()
    at = f"/views/{made['id']}"
    assert opened.patch(at, {"locked": True}).status_code == 400  # nobody else could change it anyway
    assert "我的" not in views(door(bob))
    assert opened.patch(at, {"shared": True}).json()["owner"] is None
    assert list(views(door(bob)))[-1] == "我的"
    assert opened.patch(at, {"shared": False}).json()["owner"] == table.user_id
    assert "我的" not in views(door(bob))
    own = door(bob).post("/views", {"object": "customers", "name": "鲍勃的", "spec": {}}).json()
    assert door(bob).patch(f"/views/{own['id']}", {"shared": True}).status_code == 403
    for view in [view for view in views(opened).values() if view["owner"] is None][1:]:
        opened.delete(f"/views/{view['id']}")
    last = next(iter(views(opened).values()))
    assert opened.patch(f"/views/{last['id']}", {"shared": False}).json()["error"]["code"] == "last_view"


def test_everybodys_views_stand_in_an_order_and_ones_own_behind_them(table: Actor, bob: Actor, door: Any) -> None:
    opened = door(bob)
    ids = [opened.post("/views", {"object": "customers", "name": name, "spec": {}}).json()["id"] for name in "甲乙丙"]
    shared = list(views(door(table)))
    assert opened.patch(f"/views/{ids[2]}", {"position": 0}).json()["position"] == 0
    assert list(views(opened)) == [*shared, "丙", "甲", "乙"]
    last = views(door(table))[shared[-1]]["id"]
    door(table).patch(f"/views/{last}", {"position": 1})
    assert list(views(opened)) == [shared[0], shared[-1], *shared[1:-1], "丙", "甲", "乙"]
    assert opened.patch(f"/views/{ids[2]}", {"position": 1}).json()["position"] == 1
    assert list(views(opened))[-3:] == ["甲", "丙", "乙"]
