"""What a role hides of a record makes no difference to anything that its people are told.

Two worlds differ only in the values of fields that Charlie's role hides or masks; the masks are alike.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from kebu.accounts import roles
from kebu.core.jobs import work_once
from kebu.core.models import Job
from kebu.fields.registry import catalog
from kebu.records import comments, cursors, snapshots, write
from safety.test_two_worlds import Later, by_job, difference, paged, told
from safety.world import World, undone

pytestmark = pytest.mark.django_db

HIDDEN = ("remark", "main_deal.amount", "main_contact.phone")
MASKED = ("credit_code", "main_contact.email", "short_name")
RIGHTS = {
    "see": "own", "change": "own", "delete": "own", "pool": True, "create": True, "import": True, "export": True, "share": True,
}  # fmt: skip
ROLE = {
    "objects": {
        "*": RIGHTS,
        "customers": {**RIGHTS, "fields": {"remark": "hidden", "credit_code": "masked", "short_name": "masked"}},
        "deals": {**RIGHTS, "fields": {"amount": "hidden"}},
        "contacts": {**RIGHTS, "fields": {"phone": "hidden", "email": "masked"}},
    }
}
CANARIES = ["金丝", "xq7", "91440300MA5EQ7CANK", "9137", "7778888"]
WORLDS = (
    {
        "remark": "金丝雀xq7canary", "credit_code": "91440300MA5EQ7CANK", "short_name": "秘金丝", "main_deal.amount": 9137.55,
        "main_contact.phone": "13977778888", "main_contact.email": "sxq7@example.net",
    },
    {
        "remark": "平常", "credit_code": "91350100M000100Y43", "short_name": "秘密", "main_deal.amount": 1,
        "main_contact.phone": "13800001111", "main_contact.email": "s@example.net",
    },
)  # fmt: skip


def build(world: World) -> tuple[int, int]:
    """What both worlds have: a customer of Charlie's, and another one."""
    owner = {"owner": world.charlie.user_id}
    values = {"name": "都看得见", "main_contact.name": "王五", "main_deal.title": "项目", "level": "key"}
    done, _ = write.create(world.alice, "customers", {**values, **owner})
    gone, _ = write.create(world.alice, "customers", {"name": "在回收站", **owner})
    return done.id, gone.id


def part(world: World, ids: tuple[int, int], values: dict[str, Any]) -> int:
    """One of the worlds: these values in the one, by Alice, the other one in the trash. Answers Charlie's change set."""
    pk, gone = ids
    write.update(world.alice, "customers", pk, values, expected_version=None)
    comments.begin(world.alice, "customers", pk, key="remark", text=values["remark"])
    write.update(world.alice, "customers", gone, {"remark": values["remark"]}, expected_version=None)
    write.delete(world.alice, "customers", gone, expected_version=None)
    _, changed = write.update(world.charlie, "customers", pk, {"level": "normal"}, expected_version=None)
    return changed or 0


def asked(world: World, pk: int, changed: int, cursor: str) -> Iterator[tuple[str, Any]]:
    def ask(method: str, path: str, body: Any = None, query: dict[str, Any] | None = None) -> tuple[str, Any]:
        label = f"{method} {path} {body} {query}"
        if method == "GET" or path.endswith(("/query", "/find")):
            return label, told(world.send("outsider", method, path, body, query))
        with undone():
            return label, told(world.send("outsider", method, path, body, query))

    for path in ("/objects", "/fields", "/views", "/notifications", "/changesets", "/reports/overview", "/today"):
        yield ask("GET", path)
    for end in ("", "/history", "/comments", "/shares"):
        yield ask("GET", f"/records/customers/{pk}{end}")
    for key in (*HIDDEN, *MASKED, "name", "nobody_has_this"):
        yield ask("GET", f"/records/customers/{pk}/past", None, {"field": key})
        yield ask("PATCH", f"/records/customers/{pk}", {"version": 1, "values": {key: "x"}})
        yield ask("POST", f"/records/customers/{pk}/comments", {"text": "x", "field": key})
        yield ask("POST", f"/records/customers/{pk}/reveal", {"field": key, "reason": "x"})
        for body in (
            {"fields": [key]},
            {"sort": [{"field": key, "desc": False}]},
            {"group": [{"field": key}]},
            {"filter": {"field": key, "op": "not_empty"}},
            {"totals": [{"field": key, "function": "filled"}], "group": [{"field": "level"}]},
        ):
            yield ask("POST", "/records/customers/query", body)
        spec = {"colors": [{"filter": {"field": key, "op": "not_empty"}, "target": "row", "color": 1}]}
        yield ask("POST", "/views", {"object": "customers", "name": "V", "spec": spec})
        yield ask("POST", "/records/customers/colors", {"ids": [pk], "filters": [{"field": key, "op": "not_empty"}]})
        yield ask("POST", "/records/customers/summary", {"aggregates": [{"field": key, "function": "filled"}]})
    for words in (*CANARIES, "平常", "91350100M000100Y43", "13800001111", "秘密", "都看", "王五", "jsq"):
        yield ask("POST", "/records/customers/query", {"search": words})
        yield ask("GET", "/trash/customers", None, {"search": words})
        body = {"filter": {"field": "name", "op": "not_empty"}, "search": words, "values": {"level": "key"}}
        yield ask("POST", "/records/customers/many/preview", body)
    yield ask("POST", "/records/customers/merge/preview", {"ids": [pk, world.charlies.twin]})
    yield ask("POST", "/records/customers/merge/preview", {"ids": [pk, world.charlies.twin], "keep": pk})
    then = datetime.now(UTC).isoformat()
    for key in ("customers", "contacts", "deals"):
        yield f"pages of {key}", paged(world, key)
        yield ask("POST", f"/records/{key}/query", {"limit": 500})
        for words in ("", "金丝", "平常"):
            body = {"limit": 500, "as_of": then, "search": words}
            yield f"past of {key} {words}", ask("POST", f"/records/{key}/query", body)[1]
    opened = world.send("outsider", "POST", "/records/customers/query", {}).json()["snapshot"]
    for words in (*CANARIES, "平常", "都看"):
        for whole in (False, True):
            body = {"snapshot": opened, "words": words, "fields": ["name", "short_name"], "start": 0, "whole": whole}
            yield f"find {words} {whole}", ask("POST", "/records/customers/find", body)[1]
    yield ask("GET", f"/changesets/{changed}")
    yield ask("GET", f"/changesets/{changed}/preview")
    yield ask("GET", "/live", None, {"after": cursor})
    for suffix in ("csv", "xlsx"):
        columns = [one for one in catalog().shown["customers"] if one not in (*HIDDEN, "updated_at", "created_at")]
        yield suffix, by_job(world, "/exports", {"object": "customers", "format": suffix, "fields": columns})


@pytest.mark.timeout(300)
def test_what_a_role_hides_makes_no_difference(world: World) -> None:
    from kebu.accounts.actor import Actor
    from kebu.accounts.models import User

    roles.change_role(world.alice, "sales", rights=ROLE)
    world.charlie = Actor.of(User.objects.get(pk=world.charlie.user_id))
    cursor = cursors.cursor(world.charlie, snapshots.last_change())
    Job.objects.filter(kind__startswith="core.").delete()
    while work_once():
        pass
    ids = build(world)
    pk, later = ids[0], Later()
    found: list[dict[str, Any]] = []
    for values in WORLDS:
        with undone():
            changed = part(world, ids, values)
            answers = {}
            for n, (label, answer) in enumerate(asked(world, pk, changed, cursor)):
                answers[f"{n} {label.replace(str(changed), 'SET')}"] = later(answer)
            found.append(answers)
    one, other = found
    assert len(one) > 100
    assert [f"{a}: {difference(one[a], other[b])}" for a, b in zip(one, other, strict=True) if one[a] != other[b]] == []
    for label, answer in one.items():
        if not any(canary in label for canary in CANARIES):
            assert [canary for canary in CANARIES if canary in json.dumps(answer, ensure_ascii=False)] == [], label


def test_a_hidden_and_a_masked_field_are_asked_by_like_one_that_does_not_exist(world: World) -> None:
    roles.change_role(world.alice, "sales", rights=ROLE)

    def refused(key: str, body: dict[str, Any]) -> str:
        answer = world.send("outsider", "POST", "/records/customers/query", body)
        assert answer.status_code == 400
        return str(answer.content.decode()).replace(key, "KEY")

    for key in (*HIDDEN, *MASKED):
        for make in (
            lambda key: {"sort": [{"field": key}]},
            lambda key: {"filter": {"field": key, "op": "is", "value": "x"}},
            lambda key: {"group": [{"field": key}]},
        ):
            assert refused(key, make(key)) == refused("never_was", make("never_was"))


def test_masks_are_shown_and_who_reads_all_sees_the_values(world: World) -> None:
    roles.change_role(world.alice, "sales", rights=ROLE)
    pk, gone = build(world)
    part(world, (pk, gone), WORLDS[0])
    seen = world.send("outsider", "GET", f"/records/customers/{pk}").json()["values"]
    assert not set(HIDDEN) & seen.keys()
    assert seen["main_contact.email"] == {"masked": "s***@example.net"}
    assert seen["short_name"] == {"masked": "秘*"}
    assert seen["credit_code"] == {"masked": "***"}
    assert world.send("owner", "GET", f"/records/customers/{pk}").json()["values"]["short_name"] == "秘金丝"


def test_once_is_written_where_it_is_blank_and_never_again(world: World) -> None:
    rights = {"objects": {"*": {**RIGHTS, "fields": {"remark": "once", "short_name": "read"}}}}
    roles.change_role(world.alice, "sales", rights=rights)
    made = world.send("outsider", "POST", "/records/customers", {"values": {"name": "neu"}}).json()
    path = f"/records/customers/{made['id']}"
    first = world.send("outsider", "PATCH", path, {"version": 1, "values": {"remark": "eins"}})
    again = world.send("outsider", "PATCH", path, {"version": 2, "values": {"remark": "zwei"}})
    locked = world.send("outsider", "PATCH", path, {"version": 2, "values": {"short_name": "zwei"}})
    assert (first.status_code, again.json()["error"]["code"]) == (200, "written_once")
    assert locked.json()["error"]["code"] == "readonly_field"
