"""Every route by every verb of a token: what was not chosen when it was made is refused, whatever its person may."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from kebu.accounts import tokens
from kebu.accounts.scopes import VERBS
from kebu.core.jobs import work_once
from kebu.core.models import Job
from safety.bodies import good_body, good_query
from safety.routes import operations
from safety.world import CANARY, Upload, World, ask, digest, text_of, undone

pytestmark = pytest.mark.django_db

#: Tokens of Bob, all for customers but the last one.
TOKENS: dict[str, dict[str, list[str]]] = {
    "read": {"customers": ["read"]},
    "create": {"customers": ["read", "create"]},
    "update": {"customers": ["read", "update"]},
    "delete": {"customers": ["read", "delete"]},
    "import": {"customers": ["read", "create", "import"]},
    "export": {"customers": ["read", "export"]},
    "other": {"deals": list(VERBS)},
}
# What is not here is refused with 403 by all of them.
#                                                   read create update delete import export other
EXPECTED: dict[str, str] = {
    "GET /me":                                     "200  200    200    200    200    200    200",
    "GET /objects":                                "200  200    200    200    200    200    200",
    "GET /fields":                                 "200  200    200    200    200    200    200",
    "POST /records/{object_key}/query":            "200  200    200    200    200    200    404",
    # Its body asks for the sum of an amount that another object has.
    "POST /records/{object_key}/summary":          "400  400    400    400    400    400    404",
    "POST /records/{object_key}/colors":           "200  200    200    200    200    200    404",
    "POST /records/{object_key}/find":             "200  200    200    200    200    200    404",
    "GET /records/{object_key}/pages":             "200  200    200    200    200    200    404",
    "POST /records/{object_key}":                  "403  201    403    403    201    403    400",
    "POST /records/{object_key}/batch":            "403  403    403    403    403    403    400",
    "POST /records/{object_key}/insert":           "403  201    403    403    201    403    404",
    "POST /records/{object_key}/duplicate":        "403  200    403    403    200    403    404",
    "GET /records/{object_key}/{record_id}":       "200  200    200    200    200    200    404",
    "PATCH /records/{object_key}/{record_id}":     "403  403    200    403    403    403    400",
    "DELETE /records/{object_key}/{record_id}":    "403  403    403    200    403    403    404",
    "GET /records/{object_key}/{record_id}/history":
                                                   "200  200    200    200    200    200    404",
    "GET /records/{object_key}/{record_id}/past":  "200  200    200    200    200    200    400",
    "POST /exports":                               "403  403    403    403    403    200    404",
    "POST /imports":                               "403  403    403    403    201    403    404",
    # What Bob began on the page is none of theirs.
    "GET /imports/{import_id}":                    "404  404    404    404    404    404    404",
    "PATCH /imports/{import_id}":                  "403  404    404    404    404    404    404",
    "GET /imports/{import_id}/source":             "404  404    404    404    404    404    404",
    "PATCH /imports/{import_id}/source":           "403  404    404    404    404    404    404",
    "GET /imports/{import_id}/rows":               "404  404    404    404    404    404    404",
    "GET /imports/{import_id}/rejected":           "404  404    404    404    404    404    404",
    "POST /imports/{import_id}/apply":             "403  404    404    404    404    404    404",
    "GET /blanks/{object_key}":                    "403  403    403    403    200    403    404",
    "GET /jobs/{job_id}":                          "404  404    404    404    404    404    404",
    "GET /files/{file_id}":                        "404  404    404    404    404    404    404",
}  # fmt: skip


def program(actor: Any, scopes: dict[str, list[str]]) -> Client:
    _, secret = tokens.create_token(actor, name="script", scopes=scopes)
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.mark.timeout(300)
def test_a_token_opens_no_door_that_was_not_chosen(world: World, subtests: pytest.Subtests) -> None:
    programs = {name: program(world.bob, scopes) for name, scopes in TOKENS.items()}
    before = digest()
    for operation in operations():
        body = good_body(operation.key, world) if operation.takes else None
        query, path = good_query(operation.key, world), operation.at(**world.ids())
        with undone():
            answer = world.send("nobody", operation.method, path, body, query)
            if answer.status_code != 401 or operation.path == "/sign-in/second":
                continue  # for everybody
        with subtests.test(operation.key):
            found = []
            for name, client in programs.items():
                with undone():
                    answer = ask(client, operation.method, path, body, query)
                    found.append(str(answer.status_code))
                    if answer.status_code >= 400:
                        assert digest() == before, f"{name} was refused, and yet the database changed"
                    if name == "other":
                        assert CANARY not in text_of(answer)
            assert found == EXPECTED.get(operation.key, " ".join(["403"] * len(TOKENS))).split()


def test_a_token_is_never_more_than_its_person(world: World) -> None:
    everything = {"*": list(VERBS)}
    charlie = program(world.charlie, everything)
    assert ask(charlie, "GET", f"/records/customers/{world.bobs.record_id}").status_code == 404
    assert ask(charlie, "PATCH", "/roles/sales", {"name": "x"}).status_code == 403
    from kebu.accounts.actor import Actor
    from kebu.accounts.models import User

    rita = program(Actor.of(User.objects.get(name="Rita")), everything)
    for method, path, body in (
        ("POST", "/records/customers", {"values": {"name": "x"}}),
        ("PATCH", f"/records/customers/{world.bobs.record_id}", {"version": 1, "values": {"remark": "x"}}),
        ("POST", "/exports", {"object": "customers"}),
    ):
        assert ask(rita, method, path, body).status_code == 403, path


def test_what_another_object_shows_is_not_within_the_scopes(world: World) -> None:
    reading = program(world.bob, {"customers": ["read"]})
    values = ask(reading, "GET", f"/records/customers/{world.bobs.record_id}").json()["values"]
    assert "name" in values
    assert not [key for key in values if key.startswith(("main_contact", "main_deal"))]
    both = program(world.bob, {"customers": ["read"], "contacts": ["read"]})
    values = ask(both, "GET", f"/records/customers/{world.bobs.record_id}").json()["values"]
    assert values["main_contact.phone"] == "13900001111"
    assert (
        ask(both, "PATCH", f"/records/contacts/{world.bobs.contact}", {"version": 1, "values": {}}).status_code == 403
    )


def test_an_export_and_an_import_stay_within_the_scopes_of_their_token(world: World) -> None:
    Job.objects.filter(kind__startswith="core.").delete()
    exporting = program(world.bob, {"customers": ["read", "export"]})
    job = ask(exporting, "POST", "/exports", {"object": "customers", "format": "csv"}).json()["job"]
    while work_once():
        pass
    done = ask(exporting, "GET", f"/jobs/{job}").json()
    file = ask(exporting, "GET", f"/files/{done['result']['file']}")
    head = text_of(file).splitlines()[0]
    assert "客户名称" in head
    assert "电话" not in head
    # Another token of his, of other verbs, gets neither.
    reading = program(world.bob, {"customers": ["read"]})
    assert ask(reading, "GET", f"/jobs/{job}").status_code == 404
    assert ask(reading, "GET", f"/files/{done['result']['file']}").status_code == 404

    importing = program(world.bob, {"customers": ["read", "create", "import"]})
    rows = Upload("a.csv", "客户名称,备注\n示例新公司,来自程序\n".encode())
    planned = ask(importing, "POST", "/imports", rows).json()["id"]
    assert ask(importing, "GET", f"/imports/{planned}/rows").status_code == 200
    job = ask(importing, "POST", f"/imports/{planned}/apply").json()["job"]
    while work_once():
        pass
    assert ask(importing, "GET", f"/jobs/{job}").json()["state"] == "done"
    found = ask(importing, "POST", "/records/customers/query", {"search": "示例新公司"}).json()
    assert len(found["rows"]) == 1


@pytest.mark.parametrize(
    "scopes",
    [{}, {"customers": []}, {"customers": ["create"]}, {"customers": ["read", "import"]}, {"customers": ["read", "own"]},
     {"Customers": ["read"]}, {"a b": ["read"]}],
)  # fmt: skip
def test_odd_scopes_are_refused(world: World, scopes: dict[str, list[str]]) -> None:
    answer = world.send("bob", "POST", "/tokens", {"name": "x", "scopes": scopes})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_scopes")
    both = {"name": "x", "scope": "read", "scopes": {"customers": ["read"]}}
    assert world.send("bob", "POST", "/tokens", both).status_code == 400
