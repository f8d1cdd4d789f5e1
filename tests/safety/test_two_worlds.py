"""Row 2 of the threats: what Charlie must not see makes no difference to anything that he is told.

Two worlds differ only in Bob's customers, contacts and deals, in what became of what once was Charlie's, and in Bob's
own views, tokens, jobs, files, imports and notifications. Charlie's answers are equal. Exempt, and said in
docs/security.md: ids, automatic numbers and times of what is made later, and the cursors `snapshot` and `after`.
"""

from __future__ import annotations

import io
import json
import logging
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kebu.core.jobs import work_once
from kebu.core.models import Job
from kebu.crm import followups
from kebu.crm.models import Contact, Customer, Deal
from kebu.fields.registry import catalog
from kebu.records import comments, cursors, snapshots, write
from safety.bodies import good_body
from safety.hostile import scalars
from safety.routes import operations
from safety.test_others_ids import OWN
from safety.world import CANARY, NEVER, Things, Upload, World, undone

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
CODE = "91440300MA5EQ7CANK"
# Parts of it too: a bigram of a search, the end of a phone.
CANARIES = ["金丝", "xq7", "13977778888", "7778888", "xq7@example.net", "9137.55", "913755", CODE]


@dataclass
class Base:
    """What both worlds have: Charlie's, nobody's, and what goes from one to the other."""

    world: World
    nobodys: int
    bobs: int  # a customer of Bob's
    from_bob: int  # a contact of it, which goes to a customer of Charlie's
    to_bob: int  # a customer of Charlie's, which goes to Bob
    created: int  # the change set by which Charlie made it
    changed: int | None  # and the one by which he changed it
    attached: int  # a contact that Charlie made and that goes to Bob's customer
    then: str  # when all this was so
    charlies_thread: int  # which Charlie began on the customer that goes to Bob
    cursor: str  # Charlie's place in the stream of changes before all that


@pytest.fixture
def base(world: World) -> Base:
    return in_both(world)


def in_both(world: World) -> Base:
    """What both worlds have, put into this one."""
    alice, bob, charlie = world.alice, world.bob, world.charlie
    for n in range(5):
        values = {
            "name": f"查理客户{n}", "level": ["key", "normal"][n % 2], "tags": [f"t{n}"], "next_follow_up": "2026-11-22",
            "main_deal.amount": 1000 * n, "main_deal.start_date": "2026-10-05",
        }  # fmt: skip
        write.create(charlie, "customers", values)
    nobodys, _ = write.create(alice.by("import"), "customers", {"name": "大家的客户", "main_contact.name": "王五"})
    bobs, _ = write.create(bob, "customers", {"name": "鲍勃的客户"})
    from_bob, _ = write.create(bob, "contacts", {"name": "跳槽的人", "customer": bobs.id})
    to_bob, created = write.create(charlie, "customers", {"name": "曾经的客户", "remark": "旧"})
    _, changed = write.update(charlie, "customers", to_bob.id, {"remark": "新"}, expected_version=None)
    attached, _ = write.create(charlie, "contacts", {"name": "曾经的联系人", "customer": world.charlies.record_id})
    thread = comments.begin(charlie, "customers", to_bob.id, key=None, text="给谁")
    here = cursors.cursor(charlie, snapshots.last_change())
    now = datetime.now(UTC).isoformat()
    return Base(
        world, nobodys.id, bobs.id, from_bob.id, to_bob.id, created, changed, attached.id, now, thread["id"], here
    )


def part(base: Base, mark: str) -> None:
    """One of the worlds: records whose every text has `mark` in it. With the canary there are more, and they are worth more."""
    alice, bob, canary = base.world.alice, base.world.bob, mark == CANARY
    hidden = [
        {
            "name": f"{mark}{n}", "level": ["key", "normal", None][n % 3], "stage": "lost" if canary else "active", "tags": ["t1", mark],
            "credit_code": CODE if canary and n == 0 else None, "next_follow_up": "2026-11-22", "remark": f"查理客户{n}",
            "main_contact.name": f"{mark}人", "main_contact.phone": "13977778888" if canary else "13900000000",
            "main_contact.email": "xq7@example.net" if canary else "a@example.com",
            "main_deal.title": f"{mark}商机", "main_deal.amount": 9137.55 if canary else 1, "main_deal.start_date": "2026-10-05",
        }
        for n in range(7 if canary else 2)
    ]  # fmt: skip
    done, _ = write.batch(bob, "customers", [{"values": one} for one in hidden], label=mark)
    write.delete(bob, "customers", done[1].id, expected_version=None)
    write.update(bob, "customers", base.bobs, {"name": mark}, expected_version=None)
    write.update(alice, "contacts", base.from_bob, {"customer": base.world.charlies.record_id}, expected_version=None)
    write.update(alice, "contacts", base.attached, {"customer": base.bobs}, expected_version=None)
    write.update(alice, "customers", base.to_bob, {"owner": bob.user_id}, expected_version=None)
    if canary:
        write.update(bob, "customers", base.to_bob, {"name": CANARY, "remark": CANARY}, expected_version=None)
        write.create(bob, "contacts", {"name": CANARY, "customer": base.to_bob})
        write.create(bob, "customers", {"name": "查理客户1"})
    followups.remind(NOW)
    # Bob speaks about all that is his, and, in one world, more of it, to others too.
    alice_and_bob = f"@[{alice.user_id}] {mark}"
    for pk in (base.bobs, base.to_bob, *[one.id for one in done if one.id != done[1].id][: 7 if canary else 1]):
        comments.begin(bob, "customers", pk, key="name", text=alice_and_bob)
    comments.reply(bob, base.charlies_thread, mark)
    if canary:
        comments.resolve(bob, base.charlies_thread, resolved=True)


Ask = tuple[str, Callable[[], Any]]


def asked_by_charlie(base: Base, bobs: Things, role: str = "outsider") -> Iterator[Ask]:
    """What Charlie asks, with what he must not know in it; whatever it changes is taken back. `role`: who asks."""
    world, known = base.world, catalog()

    def ask(method: str, path: str, body: Any = None, query: dict[str, Any] | None = None) -> Ask:
        asked = re.sub(r"'code': '\d{6}'", "a code of now", f"{method} {path} {body} {query}")
        return asked, lambda: told(world.send(role, method, path, body, query))

    for operation in operations():
        if operation.path.endswith("/pages") or operation.path.startswith("/invites"):
            continue  # pages need a snapshot and come below; who has an invitation is somebody else
        body = good_body(operation.key, world) if operation.takes else None
        own = world.ids(world.charlies)
        yield ask(operation.method, operation.at(**own), body)
        if OWN & set(operation.names):
            yield ask(operation.method, operation.at(**{**own, **vars(bobs)}), body)
            yield ask(operation.method, operation.at(**{**own, **dict.fromkeys(OWN, NEVER)}), body)
    for key in known.objects:
        path = f"/records/{key}/query"
        yield ask("POST", path, {"limit": 500})
        yield ask("POST", path, {"offset": 3, "limit": 5, "sort": [{"field": "created_at", "desc": True}]})
        for field in known.shown[key].values():
            numeric = field.stored.kind in ("number", "money", "percent", "rating")
            total = {"field": field.key, "function": "sum" if numeric else "filled"}
            yield ask("POST", f"/records/{key}/summary", {"group": [{"field": field.key}], "aggregates": [total]})
        yield ask("POST", path, {"limit": 500, "as_of": base.then})
        yield ask("POST", path, {"limit": 500, "as_of": base.then, "sort": [{"field": "updated_at"}]})
        yield f"pages of {key}", lambda key=key: paged(world, key)
        for word in (
            "金丝",
            "xq7",
            "jsq",
            "1397777",
            "8888",
            "xq7@example.net",
            "查理",
            "查理客户1",
            "跳槽",
            "曾经",
            CODE,
        ):
            yield ask("POST", path, {"search": word})
        for field in known.shown[key].values():
            # The same field orders what it selects: one request for both.
            sort = [{"field": field.key, "desc": True}] if field.stored.type.json_kind != "json" else []
            values = {"not_empty": None, "contains": "金丝", "gt": 9000, "not_in": [CANARY]}
            for op in [op for op in values if op in field.stored.type.operators][-2:] or ["is"]:
                leaf = {"field": field.key, "op": op, "value": values.get(op)}
                yield ask("POST", path, {"filter": leaf, "sort": sort, "fields": [field.key]})
    for pk in (base.nobodys, base.bobs, base.to_bob):
        for end in ("", "/history"):
            yield ask("GET", f"/records/customers/{pk}{end}")
        yield ask("GET", f"/records/customers/{pk}/past", None, {"field": "remark"})
        for end in ("/comments", "/people"):
            yield ask("GET", f"/records/customers/{pk}{end}")
        yield ask("POST", f"/records/customers/{pk}/comments", {"text": "谁的"})
    yield ask("POST", "/records/customers/comments/marks", {"ids": [base.nobodys, base.bobs, base.to_bob, NEVER]})
    for method, path, body in (
        ("POST", f"/threads/{base.charlies_thread}/comments", {"text": "x"}),
        ("PATCH", f"/threads/{base.charlies_thread}", {"resolved": True}),
    ):
        yield ask(method, path, body)
    for pk in (base.from_bob, base.attached):
        for end in ("", "/history"):
            yield ask("GET", f"/records/contacts/{pk}{end}")
    for months in (1, 60):
        yield ask("GET", "/reports/overview", None, {"months": months})
    for who in ("mine", "team"):
        yield ask("GET", "/today", None, {"who": who, "still": 1})
    for values in (
        {"name": f"{CANARY}0"},
        {"name": "查理客户1"},
        {"name": "x", "main_contact.phone": "13977778888"},
        {"name": "x", "credit_code": CODE},
    ):
        yield ask("POST", "/records/customers", {"values": values})
    for change_set in (base.created, base.changed):
        for end in ("", "/preview"):
            yield ask("GET", f"/changesets/{change_set}{end}")
        yield ask("POST", f"/changesets/{change_set}/undo")
    for version in (1, 2, 3, 4):
        yield ask("PATCH", f"/records/customers/{base.to_bob}", {"version": version, "values": {"remark": "z"}})
        yield ask("DELETE", f"/records/customers/{base.to_bob}", None, {"version": version})
    yield ask("GET", "/live", None, {"after": base.cursor})
    yield ask("POST", "/records/contacts", {"values": {"name": "x", "customer": base.bobs}})
    yield ask("POST", "/views", {"object": "customers", "name": "V", "spec": {"count": True}})
    yield "an import that could match", lambda: imported(world)
    for key in known.objects:
        for suffix in ("csv", "xlsx"):
            columns = [one for one in known.shown[key] if one not in ("updated_at", "created_at")]
            yield (
                f"export of {key} as {suffix}",
                lambda body={"object": key, "format": suffix, "fields": columns}: by_job(world, "/exports", body),
            )
    yield "export of the overview", lambda: by_job(world, "/reports/overview/export", {"months": 3})


def paged(world: World, object_key: str) -> Any:
    opened = world.send("outsider", "POST", f"/records/{object_key}/query", {"sort": [{"field": "created_at"}]}).json()
    return told(
        world.send(
            "outsider", "GET", f"/records/{object_key}/pages", None, {"snapshot": opened["snapshot"], "limit": 500}
        )
    )


def imported(world: World) -> Any:
    """A file whose rows could match what is hidden by name, code, phone and number: its plan, its rows, and what comes of it."""
    rows = [
        f"{CANARY}0,13977778888,,",
        "平常0,13900000000,,",
        "查理客户1,,,",
        f"别的,,{CODE},",
        "查理客户2,13977778888,,C001",
        "第三,,,C999",
        "第四,,,C012",
    ]
    file = "\n".join(["客户名称,电话,统一社会信用代码,编号,备注", *(f"{row},导入" for row in rows)]).encode()
    planned = world.send("outsider", "POST", "/imports", Upload("a.csv", file))
    assert planned.status_code == 201
    path = f"/imports/{planned.json()['id']}"
    seen = [told(world.send("outsider", "GET", f"{path}{end}")) for end in ("", "/rows")]
    assert world.send("outsider", "POST", f"{path}/apply").status_code == 200
    work()
    asked = {
        "filter": {"field": "remark", "op": "is", "value": "导入"},
        "fields": ["name", "credit_code", "main_contact.phone"],
    }
    written = world.send("outsider", "POST", "/records/customers/query", asked).json()
    return [told(planned), *seen, told(world.send("outsider", "GET", path)), [row[2:] for row in written["rows"]]]


def by_job(world: World, path: str, body: Any) -> Any:
    job = world.send("outsider", "POST", path, body)
    work()
    done = world.send("outsider", "GET", f"/jobs/{job.json()['job']}")
    assert done.json()["state"] == "done", done.json()
    return [told(job), told(done), told(world.send("outsider", "GET", f"/files/{done.json()['result']['file']}"))]


def work() -> None:
    Job.objects.filter(kind__startswith="core.").delete()
    while work_once():
        pass


# The key of an export and the seals of its traces are chance, and new with each.
_SEALED = re.compile(r"(?<=kebu:)[\w-]{22}|(?<=~)[a-z2-7]{8}")


def told(answer: Any) -> Any:
    """Status, headers and body of an answer, as they are compared."""
    headers = sorted((key, value) for key, value in answer.headers.items() if key != "Content-Length")
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body and answer.headers.get("Content-Type", "").startswith("application/json"):
        return answer.status_code, headers, json.loads(body)
    if body and answer.headers.get("Content-Type", "").startswith("text/event-stream"):
        # The events; the lines before them are cursors.
        events = re.findall(rb"event: (.+)\ndata: (.+)\n\n", body)
        return answer.status_code, headers, [[name.decode(), json.loads(data)] for name, data in events]
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as book:  # docProps say at which second it was made
            return (
                answer.status_code,
                headers,
                {one: _SEALED.sub("", book.read(one).decode()) for one in book.namelist() if "docProps" not in one},
            )
    return answer.status_code, headers, body.decode("utf-8-sig")


class Later:
    """Leaves out what only says that something was made later: its id, number and time; and cursors."""

    def __init__(self) -> None:
        self.first = 10_000
        self.numbers = {
            number for model in (Customer, Contact, Deal) for number in model.objects.values_list("number", flat=True)
        }
        self.now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("UPDATE sqlite_sequence SET seq = %s", [self.first])
            else:
                # Sequences go on where a test before this one left them, though its rows are gone.
                cursor.execute("SELECT max(last_value) FROM pg_sequences")
                self.first += cursor.fetchone()[0]
                cursor.execute("SELECT setval(quote_ident(sequencename)::regclass, %s) FROM pg_sequences", [self.first])

    def __call__(self, said: Any, key: str = "") -> Any:
        if isinstance(said, dict):
            return {
                name: "…" if name in ("snapshot", "after", "secret", "uri", "codes") else self(value, name)
                for name, value in said.items()
            }
        if isinstance(said, list | tuple):
            return [self(one, key) for one in said]
        if type(said) is int and key in ("id", "change_set", "job", "file", "record") and said > self.first:
            return "later"
        if isinstance(said, str):
            if re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", said) and said[:19] >= self.now:
                return "later"
            if re.fullmatch(r"[CPD]\d{3,}|kebu_[0-9a-f]{64}", said) and said not in self.numbers:
                return "later"
        return said


def answers(base: Base, mark: str, asks: Callable[[], Iterable[Ask]], later: Later) -> dict[str, Any]:
    """What Charlie is told in one of the worlds, by what he asks."""
    found = {}
    with undone():
        part(base, mark)
        for label, act in asks():
            if label.startswith("GET ") or "/query " in label:
                found[label] = later(act())
            else:
                with undone():
                    found[label] = later(act())
    return found


@pytest.mark.timeout(300)
def test_charlies_answers_are_equal_in_both_worlds(base: Base, caplog: pytest.LogCaptureFixture) -> None:
    later = Later()
    with caplog.at_level(logging.DEBUG):
        one, other = (
            answers(base, mark, lambda: asked_by_charlie(base, base.world.bobs), later) for mark in (CANARY, "平常")
        )
    assert one.keys() == other.keys()
    assert [f"{label}: {difference(one[label], other[label])}" for label in one if one[label] != other[label]] == []
    assert len(one) > 300
    for label, answer in one.items():
        if not any(canary in label for canary in CANARIES) and "import" not in label:
            assert [canary for canary in CANARIES if canary in json.dumps(answer, ensure_ascii=False)] == [], label
    assert [canary for canary in CANARIES if canary in caplog.text] == []


def test_the_worlds_differ_for_who_may_see(base: Base) -> None:
    """Or the test above would show nothing."""
    seen = []
    for mark in (CANARY, "平常"):
        with undone():
            part(base, mark)
            for role in ("owner", "readonly", "bob"):
                seen.append(world_of(base, role))
    assert all(one != other for one, other in zip(seen[:3], seen[3:], strict=True))


def world_of(base: Base, role: str) -> Any:
    return told(base.world.send(role, "GET", "/reports/overview"))[2]


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_any_question_is_answered_alike_in_both_worlds(base: Base, data: st.DataObject) -> None:
    later = Later()
    bodies = data.draw(st.lists(questions(), min_size=15, max_size=30))
    one, other = (answers(base, mark, lambda: queries(base, bodies), later) for mark in (CANARY, "平常"))
    assert [difference(one[label], other[label]) for label in one if one[label] != other[label]] == []


def difference(one: Any, other: Any) -> str:
    """The first place at which two answers differ."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return next(f"{key}.{difference(one[key], other[key])}" for key in one if one[key] != other[key])
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return next(
            f"{n}.{difference(*both)}" for n, both in enumerate(zip(one, other, strict=True)) if both[0] != both[1]
        )
    return f" {str(one)[:300]} != {str(other)[:300]}"


def questions() -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    """Any question about rows: conditions, order, search, columns, page."""
    values = scalars | st.sampled_from([*CANARIES, CANARY, "查理", "key", "lost", "active", "t1", "2026-10-05", 1000])

    def of(key: str) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
        fields = catalog().shown[key]
        names = st.sampled_from(sorted(fields))
        leaf = names.flatmap(
            lambda name: st.fixed_dictionaries(
                {
                    "field": st.just(name),
                    "op": st.sampled_from(fields[name].stored.type.operators),
                    "value": values | st.lists(values, min_size=1, max_size=3),
                }
            )
        )
        tree = (
            leaf
            | st.fixed_dictionaries({"or": st.lists(leaf, min_size=2, max_size=3)})
            | st.fixed_dictionaries({"and": st.lists(leaf, max_size=2)})
        )
        sort = st.lists(st.fixed_dictionaries({"field": names, "desc": st.booleans()}), max_size=2)
        parts = {
            "filter": tree,
            "sort": sort,
            "search": st.sampled_from(["", "查理", *CANARIES]),
            "offset": st.integers(0, 9),
            "limit": st.integers(1, 9),
        }
        return st.tuples(st.just(key), st.fixed_dictionaries({}, optional=parts))

    return st.sampled_from(["customers", "contacts", "deals"]).flatmap(of)


def queries(base: Base, bodies: list[tuple[str, dict[str, Any]]]) -> Iterator[Ask]:
    for n, (key, body) in enumerate(bodies):
        yield (
            f"{n} /query ",
            lambda key=key, body=body: told(base.world.send("outsider", "POST", f"/records/{key}/query", body)),
        )
