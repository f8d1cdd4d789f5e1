"""Fields and choices of the company's own, over HTTP as the fields page uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kebu.fields.registry import catalog
from kebu.fields.types import OWN_KINDS
from kebu.records import write

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db


def add(opened: Any, kind: str, label: str, **more: Any) -> str:
    answer = opened.post("/fields/customers", {"kind": kind, "label": {"zh-Hans": label}, **more})
    assert answer.status_code == 201, answer.content.decode()
    return str(answer.json()["key"])


def fields(opened: Any) -> dict[str, Any]:
    (found,) = [one for one in opened.get("/objects").json()["objects"] if one["key"] == "customers"]
    return {field["key"]: field for field in found["fields"]}


@pytest.mark.parametrize("kind", OWN_KINDS)
def test_a_field_of_every_kind_is_there_at_once(table: Actor, door: Any, kind: str) -> None:
    opened = door(table)
    choices = [{"label": {"zh-Hans": "红", "en": "Red"}}] if kind in ("choice", "choices") else []
    key = add(opened, kind, "颜色", choices=choices)
    field = fields(opened)[key]
    assert (field["kind"], field["label"], field["builtin"]) == (kind, "颜色", False)
    values = {
        "text": "a", "long_text": "a\nb", "number": 1.5, "money": 2, "percent": 0.12, "date": "2026-01-05",
        "datetime": "2026-01-05T02:30:00Z", "choice": "红", "choices": ["红"], "checkbox": True,
        "phone": "13800001234", "email": "a@example.com", "link": "https://example.com", "person": table.user_id,
    }  # fmt: skip
    made = opened.post("/records/customers", {"values": {"name": "公司A", key: values[kind]}})
    assert made.status_code == 201, made.content.decode()
    expected = values[kind]
    if kind in ("choice", "choices"):
        expected = field["choices"][0]["key"] if kind == "choice" else [field["choices"][0]["key"]]
    assert made.json()["values"][key] == expected
    assert opened.get(f"/fields/customers/{key}/held").json() == {"values": 1}
    cleared = opened.patch(f"/records/customers/{made.json()['id']}", {"version": 1, "values": {key: None}}).json()
    assert cleared["values"][key] is None


def test_rename_move_hide_and_delete(table: Actor, door: Any) -> None:
    opened = door(table)
    key = add(opened, "text", "颜色")
    assert opened.patch(f"/fields/customers/{key}", {"label": {"en": "Colour"}}).json()["label_all"] == {
        "zh-Hans": "颜色",
        "en": "Colour",
    }
    opened.patch(f"/fields/customers/{key}", {"position": 5, "hidden": True})
    found = fields(opened)
    assert found[key]["hidden"] is True
    assert list(found).index(key) == 1
    assert opened.delete(f"/fields/customers/{key}").status_code == 204
    assert key not in fields(opened)
    answer = opened.post("/records/customers", {"values": {"name": "x", key: "y"}})
    assert answer.json()["error"]["code"] == "unknown_field"
    again = add(opened, "number", "颜色")
    assert again != key


def test_built_in_fields_are_renamed_but_neither_deleted_nor_hidden_when_needed(table: Actor, door: Any) -> None:
    opened = door(table)
    opened.patch("/fields/customers/level", {"label": {"zh-Hans": "级别"}})
    assert fields(opened)["level"]["label"] == "级别"
    assert opened.delete("/fields/customers/level").status_code == 404
    assert opened.patch("/fields/customers/name", {"hidden": True}).json()["error"]["code"] == "required_field"


def test_choices_are_renamed_coloured_sorted_and_kept_where_used(table: Actor, door: Any) -> None:
    opened = door(table)
    pk = write.create(table, "customers", {"name": "公司A", "stage": "流失"})[0].id
    stages = fields(opened)["stage"]["choices"]
    assert [one["category"] for one in stages] == ["potential", "active", "ended", "lost"]
    sent = [
        {"key": one["key"], "label": one["label_all"], "color": 3, "category": one["category"]} for one in stages[:2]
    ]
    sent.insert(0, {"label": {"zh-Hans": "新的"}, "color": 11, "category": "potential", "synonyms": ["新"]})
    answer = opened.patch("/fields/customers/stage", {"choices": sent})
    assert answer.status_code == 200, answer.content.decode()
    now = answer.json()["choices"]
    assert [one["label"] for one in now] == ["新的", "潜在客户", "合作中客户", "流失客户"]
    assert [one["archived"] for one in now] == [False, False, False, True]  # a record holds it
    assert opened.get(f"/records/customers/{pk}").json()["values"]["stage"] == "lost"
    made = opened.post("/records/customers", {"values": {"name": "公司B", "stage": "新"}})
    assert made.json()["values"]["stage"] == now[0]["key"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"kind": "formula", "label": {"zh-Hans": "x"}}, "unknown_kind"),
        ({"kind": "relation", "label": {"zh-Hans": "x"}}, "unknown_kind"),
        ({"kind": "text", "label": {}}, "label_missing"),
        ({"kind": "text", "label": {"zh-Hans": "  "}}, "label_missing"),
        ({"kind": "text", "label": {"zh-Hans": "客户名称"}}, "label_taken"),
        ({"kind": "text", "label": {"zh-Hans": "x"}, "key": "id"}, "invalid_request"),
        (
            {
                "kind": "choice",
                "label": {"zh-Hans": "x"},
                "choices": [{"label": {"zh-Hans": "a"}}, {"label": {"zh-Hans": "A"}}],
            },
            "choice_taken",
        ),
        (
            {"kind": "choice", "label": {"zh-Hans": "x"}, "choices": [{"label": {"zh-Hans": "a"}, "color": 12}]},
            "unknown_color",
        ),
        (
            {"kind": "choice", "label": {"zh-Hans": "x"}, "choices": [{"label": {"zh-Hans": "a"}, "category": "won"}]},
            "unknown_category",
        ),
    ],
)
def test_what_is_no_field_is_refused(table: Actor, door: Any, body: dict[str, Any], code: str) -> None:
    before = catalog().version
    answer = door(table).post("/fields/customers", body)
    assert answer.json()["error"]["code"] == code
    assert 400 <= answer.status_code < 500
    assert catalog().version == before


def test_only_administrators_change_fields(table: Actor, bob: Actor, rita: Actor, door: Any) -> None:
    key = add(door(table), "text", "颜色")
    for who in (bob, rita):
        opened = door(who)
        assert opened.post("/fields/customers", {"kind": "text", "label": {"zh-Hans": "x"}}).status_code == 403
        assert opened.patch(f"/fields/customers/{key}", {"hidden": True}).status_code == 403
        assert opened.delete(f"/fields/customers/{key}").status_code == 403
        assert opened.get("/fields").status_code == 200


def test_fields_and_choices_have_a_limit(table: Actor, door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from kebu.fields import definitions

    opened = door(table)
    monkeypatch.setattr(definitions, "MAX_FIELDS", 1)
    monkeypatch.setattr(definitions, "MAX_CHOICES", 2)
    too_many = [{"label": {"en": f"c{n}"}} for n in range(3)]
    body = {"kind": "choice", "label": {"en": "One"}, "choices": too_many}
    assert opened.post("/fields/customers", body).json()["error"]["code"] == "too_many_choices"
    key = add(opened, "choice", "One")  # the refused one left nothing
    assert opened.post("/fields/customers", {"kind": "text", "label": {"en": "Two"}}).json()["error"]["code"] == (
        "too_many_fields"
    )
    opened.delete(f"/fields/customers/{key}")
    add(opened, "text", "Two")


def test_a_field_that_is_none_is_not_found(table: Actor, door: Any) -> None:
    opened = door(table)
    for path in ("/fields/customers/f_999", "/fields/nothing/name"):
        assert opened.patch(path, {"label": {"en": "x"}}).status_code == 404
        assert opened.delete(path).status_code == 404
        assert opened.get(f"{path}/held").status_code == 404


def test_choices_belong_to_choice_fields(table: Actor, door: Any) -> None:
    opened = door(table)
    text, choice = add(opened, "text", "T"), add(opened, "choice", "C")
    for key, choices, code in (
        (text, [{"label": {"en": "a"}}], "no_choices"),
        (choice, [{"key": "c_999", "label": {"en": "a"}}], "unknown_choice_key"),
    ):
        answer = opened.patch(f"/fields/customers/{key}", {"choices": choices})
        assert answer.json()["error"]["code"] == code


def test_what_records_hold_is_counted(table: Actor, door: Any) -> None:
    opened = door(table)
    key = add(opened, "text", "T")
    for n in range(3):
        values = {"name": f"x{n}", **({key: "y"} if n else {})}
        assert opened.post("/records/customers", {"values": values}).status_code == 201
    for field, values in ((key, 2), ("name", 3), ("remark", 0)):
        assert opened.get(f"/fields/customers/{field}/held").json() == {"values": values}
    assert opened.get("/fields/customers/main_contact.name/held").status_code == 404
