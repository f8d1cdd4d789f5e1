"""Row 18 of the threats: what is too much is refused, and soon; nothing that is sent costs more than its size."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.test import Client

from kebu.fields.registry import catalog
from kebu.records import query, write
from safety.bodies import entitled, good_body, good_query
from safety.hostile import nested
from safety.routes import operations
from safety.test_bodies import inside, with_bodies
from safety.test_hostile_values import leaves
from safety.world import Upload, World, digest, undone

pytestmark = pytest.mark.django_db

MEGABYTE = "a" * 1_000_000


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fails where it took longer. In processor time of this process: the machine may be busy."""
    began = time.process_time()
    yield
    assert time.process_time() - began < seconds


def ask(world: World, **asked: Any) -> Any:
    return world.send("bob", "POST", "/records/customers/query", asked)


def leaf(n: int) -> dict[str, Any]:
    return {"field": "remark", "op": "contains", "value": f"x{n}"}


def deep(depth: int) -> dict[str, Any]:
    tree = leaf(0)
    for n in range(depth):
        tree = {"and" if n % 2 else "or": [tree]}
    return tree


TOO_MUCH: dict[str, dict[str, Any]] = {
    "1,000 conditions": {"filter": {"or": [leaf(n) for n in range(1000)]}},
    "1,000 empty groups": {"filter": {"and": [{"or": []} for _ in range(1000)]}},
    "one condition too many": {"filter": {"or": [leaf(n) for n in range(query.MAX_NODES)]}},
    "30 deep": {"filter": deep(30)},
    "100 deep": {"filter": deep(100)},
    "a row limit of 10⁹": {"limit": 10**9},
    "an offset of 10¹⁸": {"offset": 10**18},
    "100,000 in a list": {"filter": {"field": "name", "op": "in", "value": [str(n) for n in range(100_000)]}},
    "100 lists of 1,000": {"filter": {"or": [{"field": "level", "op": "in", "value": ["key"] * 1000}] * 100}},
    "a text of 3,000 characters": {"filter": {"field": "remark", "op": "contains", "value": "马" * 3000}},
    "a text that grows when it is folded": {"filter": {"field": "remark", "op": "contains", "value": "ﷺ" * 1000}},
    "100,000 ids in a list": {"filter": {"field": "main_contact", "op": "in", "value": list(range(1, 100_001))}},
    "100,000 out of a list": {"filter": {"field": "level", "op": "not_in", "value": ["key"] * 100_000}},
    "a name of 1 MB": {"filter": {"field": MEGABYTE, "op": "is", "value": "x"}},
    "a comparison of 1 MB": {"filter": {"field": "name", "op": MEGABYTE, "value": "x"}},
    "an order by 1 MB": {"sort": [{"field": MEGABYTE}]},
    "100,000 orders": {"sort": [{"field": "name"}] * 100_000},
    "100,000 columns": {"fields": ["name"] * 100_000},
    "a search of 1 MB": {"search": MEGABYTE},
}


def test_a_question_that_is_too_much_is_refused(world: World, subtests: pytest.Subtests) -> None:
    for what, asked in TOO_MUCH.items():
        with subtests.test(what), within(3):
            assert ask(world, **asked).status_code == 400
            if "limit" not in asked and "offset" not in asked:
                assert (
                    world.send("bob", "POST", "/views", {"object": "customers", "name": "V", "spec": asked}).status_code
                    == 400
                )
                assert world.send("bob", "POST", "/exports", {"object": "customers", **asked}).status_code == 400


def test_as_much_as_is_allowed_is_answered(world: World) -> None:
    """The largest questions that are taken do not cost more than a moment either."""
    for n in range(30):
        write.create(world.bob, "customers", {"name": f"客户{n}", "remark": f"x{n} " * 200})
    kinds = [
        {"filter": {"or": [leaf(n) for n in range(query.MAX_NODES - 1)]}},
        {
            "filter": {
                "or": [
                    {"field": "main_contact.name", "op": "not_contains", "value": f"x{n}"}
                    for n in range(query.MAX_NODES - 1)
                ]
            }
        },
        {"filter": {"field": "name", "op": "in", "value": [str(n) for n in range(query.MAX_LIST)]}},
        {"filter": {"field": "tags", "op": "contains", "value": [str(n) for n in range(100)]}},
        {"filter": deep(query.MAX_DEPTH - 1)},
        {"filter": {"or": [{"field": "name", "op": "not_in", "value": [f"{n}" for n in range(query.MAX_LIST)]}] * 5}},
        {"filter": {"field": "remark", "op": "contains", "value": "马" * query.MAX_TEXT}},
        {"filter": {"field": "remark", "op": "contains", "value": "%" * query.MAX_TEXT}},
        {"sort": [{"field": "remark"}] * query.MAX_SORTS},
        {"search": "ab 马 " * 40},
        {"fields": list(catalog().shown["customers"]) * 10},
    ]
    for asked in kinds:
        with within(5):
            assert ask(world, **asked).status_code in (200, 400), str(asked)[:80]


def test_very_long_text_in_any_place_is_refused_or_taken_soon(world: World, subtests: pytest.Subtests) -> None:
    before = digest()
    for operation in with_bodies:
        good = good_body(operation.key, world)
        texts = [place for place in leaves(good) if isinstance(inside(good, place), str)]
        with subtests.test(operation.key):
            for *above, last in texts:
                body = good_body(operation.key, world)
                inside(body, tuple(above))[last] = MEGABYTE
                with undone(), within(3):
                    path = operation.at(**world.ids())
                    answer = world.send(
                        entitled(operation.key), operation.method, path, body, good_query(operation.key, world)
                    )
                    assert answer.status_code < 500
                    assert len(answer.content) < 20_000, "what is too long is not sent back"
                    if answer.status_code >= 400:
                        assert digest() == before


def test_very_long_names_in_an_address_are_refused(world: World) -> None:
    for operation in operations():
        for name in operation.names:
            path = operation.at(**{**world.ids(), name: "a" * 100_000})
            with undone(), within(2):
                answer = world.send(
                    "owner", operation.method, path, good_body(operation.key, world) if operation.takes else None
                )
            assert answer.status_code in (400, 404, 410), operation.key
            assert len(answer.content) < 2000


# Each makes some regular expression or some parser look at every part of it again and again.
PATHOLOGICAL = {
    "digits": "1" * 100_000,
    "thousands": "1" + ",111" * 25_000,
    "blanks": "1" + " " * 100_000 + "x",
    "brackets": "(" * 50_000 + ")" * 50_000,
    "dashes": "1-" * 50_000,
    "dots": "a." * 50_000 + "@",
    "ats": "a@" * 50_000,
    "units": "1万" * 30_000,
    "chinese numbers": "一千" * 30_000,
    "zeros": "0." + "0" * 100_000 + "1",
    "exponents": "1e" * 50_000,
    "marks": "a" + "\u0301" * 50_000,
    "slashes": "http://" + "a/" * 50_000,
    "percents": "https://example.com/" + "%41" * 30_000,
    "extensions": "ext." * 25_000,
    "plus": "+86" * 30_000,
    "times": "10:30 " * 15_000,
    "days": "2026-01-01 " * 10_000,
    "names": "马" * 100_000,
    "quotes": '"' * 100_000,
    "separators": ",;、" * 30_000,
}


def test_no_value_costs_more_than_its_length(world: World, subtests: pytest.Subtests) -> None:
    """Regular expressions that never end (row 11), and parsers that are slow."""
    titles = {"customers": "name", "contacts": "name", "deals": "title"}
    fields = [
        field for key in titles for field in catalog().shown[key].values() if not field.readonly and not field.relation
    ]
    kinds = {field.kind: field for field in fields}
    for what, text in PATHOLOGICAL.items():
        with subtests.test(what):
            for field in kinds.values():
                with undone(), within(2):
                    values = {titles[field.object]: "x", field.key: text}
                    answer = world.send("bob", "POST", f"/records/{field.object}", {"values": values})
                    assert answer.status_code in (201, 400), field.kind
            with within(2):
                assert ask(world, search=text[:200]).status_code == 200
                assert ask(world, filter={"field": "remark", "op": "contains", "value": text}).status_code in (200, 400)


def test_a_batch_that_is_too_large_is_refused(world: World) -> None:
    before = digest()
    with within(10):
        answer = world.send(
            "bob", "POST", "/records/customers/batch", {"changes": [{"values": {"name": "x"}}] * (write.MAX_BATCH + 1)}
        )
    assert answer.status_code == 400
    assert digest() == before


def test_a_body_is_limited_in_size_and_depth(world: World) -> None:
    client = world.clients["bob"]
    for size, status in ((11_000_000, 413),):
        with within(2):
            answer = client.generic(
                "POST",
                "/api/records/customers",
                b'{"values": {"name": "' + b"a" * size + b'"}}',
                content_type="application/json",
            )
        assert answer.status_code == status
    for depth in (70, 1000, 100_000):
        with within(2):
            raw = b'{"values": {"name": ' + b"[" * depth + b"]" * depth + b"}}"
            assert (
                client.generic("POST", "/api/records/customers", raw, content_type="application/json").status_code
                == 400
            )
    assert world.send("bob", "POST", "/records/customers", {"values": {"name": nested(60)}}).status_code == 400


def test_too_many_files_or_fields_in_a_form_are_refused(world: World) -> None:
    before = digest()
    client: Client = world.clients["bob"]
    from django.core.files.uploadedfile import SimpleUploadedFile

    with within(5):
        many = [SimpleUploadedFile(f"{n}.csv", b"a\n1\n") for n in range(200)]
        assert client.post("/api/imports", {"files": many}).status_code == 400
        assert client.post("/api/imports", {f"x{n}": "1" for n in range(5000)}).status_code == 400
        assert (
            client.post(
                "/api/imports", {"files": SimpleUploadedFile("a.csv", b"a\n1\n"), "object": MEGABYTE}
            ).status_code
            == 400
        )
        assert (
            client.post("/api/imports", {"files": SimpleUploadedFile("a.csv", b"a\n1\n"), "is_staff": "1"}).status_code
            == 400
        )
        assert client.post("/api/imports", {}).status_code == 400
        assert client.post("/api/imports", {"files": "text"}).status_code == 400
        assert (
            client.post(
                "/api/imports", {"files": SimpleUploadedFile("\x00../../a\r\n.csv" + "a" * 1000, b"\n")}
            ).status_code
            == 400
        )
    assert world.send("bob", "POST", "/imports", Upload("../../../etc/passwd", b"\xe5\xae\xa2\n")).status_code in (
        201,
        400,
    )
    assert digest() == before


def test_the_page_of_health_asks_for_little(client: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(1), within(3):
        for _ in range(100):
            assert client.get("/api/health/live").status_code == 200
    with django_assert_max_num_queries(1):
        assert client.get("/api/health/ready").status_code == 200
