"""Row 4 of the threats: what is another's answers like what never was, alone and among one's own; all or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from safety.bodies import good_body, good_query
from safety.routes import Operation, operations
from safety.world import CANARY, NEVER, World, digest, text_of, undone

pytestmark = pytest.mark.django_db

# Whose things the names within paths stand for: one's own only, everybody's of the company, or none (a key, a secret).
OWN = {
    "record_id",
    "view_id",
    "token_id",
    "session_id",
    "passkey_id",
    "job_id",
    "file_id",
    "import_id",
    "comparison_id",
    "change_set_id",
    "thread_id",
    "comment_id",
    "share_id",
}
# Who sees all records sees these too.
OF_RECORDS = {"record_id", "change_set_id", "thread_id", "comment_id", "share_id"}
OF_THE_COMPANY = {"object_key", "key", "user_id", "token", "role_key", "team_id", "number"}

aimed = [one for one in operations() if OWN & set(one.names)]


def test_every_name_within_a_path_is_known() -> None:
    names = {name for one in operations() for name in one.names}
    assert names - OWN - OF_THE_COMPANY == set(), "say in OWN or OF_THE_COMPANY whose it is"


@pytest.mark.parametrize("role", ["outsider", "readonly", "administrator"])
def test_anothers_id_is_answered_like_one_that_never_was(world: World, role: str, subtests: pytest.Subtests) -> None:
    """Charlie sees none of Bob's records; who sees all records has no business with Bob's views, tokens, jobs and files."""
    before = digest()
    for operation in aimed:
        if role != "outsider" and OF_RECORDS & set(operation.names):
            continue
        body = good_body(operation.key, world) if operation.takes else None
        with subtests.test(operation.key):
            theirs = send(world, role, operation, {}, body)
            never = send(world, role, operation, dict.fromkeys(OWN, NEVER), body)
            trash = send(world, role, operation, dict.fromkeys(OWN, 2**63 - 1), body)
            assert theirs == never == trash
            # A right of the company is asked for before anything is looked up.
            assert theirs[0] == (403 if operation.path.startswith("/persons/") else 404)
            assert digest() == before


def test_a_gone_snapshot_and_anothers_look_the_same(world: World) -> None:
    for role in ("outsider", "owner"):
        theirs = world.send(role, "GET", "/records/customers/pages", query={"snapshot": world.bobs.snapshot})
        never = world.send(role, "GET", "/records/customers/pages", query={"snapshot": "0" * 32})
        assert (theirs.status_code, theirs.content) == (never.status_code, never.content)
        assert theirs.status_code == 410


def test_children_of_anothers_record_are_anothers_too(world: World) -> None:
    for key, pk in (("contacts", world.bobs.contact), ("deals", world.bobs.deal)):
        for method, end, body in (
            ("GET", "", None), ("GET", "/history", None), ("PATCH", "", {"version": 1, "values": {"remark": "x"}}), ("DELETE", "?version=1", None),
        ):  # fmt: skip
            theirs = world.send("outsider", method, f"/records/{key}/{pk}{end}", body)
            never = world.send("outsider", method, f"/records/{key}/{NEVER}{end}", body)
            assert (theirs.status_code, theirs.content) == (never.status_code, never.content) == (404, theirs.content)


def in_lists(
    world: World, pk: int, contact: int, deal: int, notification: int, view: int, trashed: int, change_set: int
) -> list[tuple[str, Any]]:
    """Requests of Charlie that name an id in a body, beside his own."""
    mine = world.charlies
    own = {"id": mine.record_id, "version": 1, "values": {"remark": "changed"}}
    customers, contacts = "/records/customers", "/records/contacts"
    return [
        (f"{customers}/batch", {"changes": [own, {"id": pk, "version": 1, "values": {"remark": "x"}}]}),
        (f"{customers}/batch", {"changes": [{"id": pk, "version": 1, "values": {"remark": "x"}}, own]}),
        (f"{customers}/batch", {"changes": [own, {"id": pk, "version": 1, "delete": True}]}),
        (f"{customers}/batch", {"changes": [{"values": {"name": "new"}}, {"id": pk, "version": 7, "values": {}}]}),
        (f"{customers}/batch", {"changes": [own], "change_set": change_set}),
        (f"{customers}/duplicate", {"ids": [mine.record_id, pk]}),
        (f"{customers}/merge/preview", {"ids": [mine.record_id, pk]}),
        (f"{customers}/merge/preview", {"ids": [mine.record_id, mine.twin, pk], "keep": mine.record_id}),
        (f"{customers}/merge", {"keep": mine.record_id, "records": [{"id": mine.record_id, "version": 1}, {"id": pk, "version": 1}]}),
        (f"{customers}/merge", {"keep": pk, "records": [{"id": pk, "version": 1}, {"id": mine.record_id, "version": 1}]}),
        (f"{contacts}/many", {"ids": [mine.contact], "values": {"customer": pk}}),
        (f"{contacts}/many/preview", {"ids": [mine.contact], "values": {"customer": pk}}),
        (f"{contacts}/batch", {"changes": [{"id": mine.contact, "version": 1, "values": {"customer": pk}}]}),
        (f"{contacts}/batch", {"changes": [{"values": {"name": "x", "customer": mine.record_id}}, {"values": {"name": "x", "customer": pk}}]}),
        (contacts, {"values": {"name": "x", "customer": pk}}),
        (contacts, {"values": {"name": "x", "customer": {"id": pk, "label": "x"}}}),
        ("/records/deals", {"values": {"title": "x", "customer": pk}}),
        (customers, {"values": {"name": "x", "main_contact": contact}}),
        (customers, {"values": {"name": "x", "main_contact": contact, "main_contact.phone": "1"}}),
        (customers, {"values": {"name": "x", "main_deal": deal}}),
        (f"{customers}/batch", {"changes": [{**own, "values": {"main_contact": contact}}]}),
        (f"{customers}/batch", {"changes": [{**own, "values": {"main_deal": deal, "main_deal.amount": 5}}]}),
        ("/trash/customers/restore", {"ids": [mine.trashed, trashed]}),
        ("/exports", {"object": "customers", "view": view}),
        ("/notifications/read", {"ids": [mine.notification, notification]}),
    ]  # fmt: skip


def test_anothers_id_among_ones_own_refuses_all(world: World) -> None:
    before = digest()
    bobs = world.bobs
    ids = [bobs.record_id, bobs.contact, bobs.deal, bobs.notification, bobs.view_id, bobs.trashed, bobs.change_set_id]
    theirs, never = in_lists(world, *ids), in_lists(world, *[NEVER] * len(ids))
    for (path, body), (_, other) in zip(theirs, never, strict=True):
        answers = []
        for one in (body, other):
            with undone():
                answer = world.send("outsider", "POST", path, one)
                answers.append((answer.status_code, answer.content))
                assert digest() == before, (path, one)
        assert answers[0] == answers[1], body
        assert answers[0][0] == 404, body


def test_conditions_on_anothers_ids_find_what_never_was(world: World) -> None:
    bobs = world.bobs
    conditions = [
        ("contacts", "customer", bobs.record_id), ("deals", "customer", bobs.record_id),
        ("customers", "main_contact", bobs.contact), ("customers", "main_deal", bobs.deal),
    ]  # fmt: skip
    for object_key, field, pk in conditions:
        for op in ("is", "is_not", "in", "not_in"):
            answers = []
            for one in (pk, NEVER):
                value = [one] if op.endswith("in") else one
                answer = world.send(
                    "outsider",
                    "POST",
                    f"/records/{object_key}/query",
                    {"filter": {"field": field, "op": op, "value": value}},
                )
                assert answer.status_code == 200
                # The name of an order, and the place in the stream of changes, which says the time: never the same.
                told = answer.json().items()
                answers.append({key: value for key, value in told if key not in ("snapshot", "after")})
            assert answers[0] == answers[1]


def test_nothing_of_bob_is_in_charlies_lists(world: World) -> None:
    for operation in operations():
        if operation.method == "GET" and not OWN & set(operation.names) and "snapshot" not in operation.query:
            assert CANARY not in text_of(world.send("outsider", "GET", operation.at(**world.ids()))), operation.key


def test_giving_a_record_away_is_no_refusal(world: World) -> None:
    """What is done is answered as done, though Charlie sees it no more."""
    to_bob = {"owner": world.bob.user_id}
    made = world.send("outsider", "POST", "/records/customers", {"values": {"name": "x", **to_bob}})
    assert (made.status_code, made.json()["values"]) == (201, {})
    path = f"/records/customers/{world.charlies.record_id}"
    given = world.send("outsider", "PATCH", path, {"version": 1, "values": to_bob})
    assert (given.status_code, given.json()["values"], given.json()["version"]) == (200, {}, 2)
    assert world.send("outsider", "GET", path).status_code == 404
    assert world.send("bob", "GET", path).status_code == 200


def send(world: World, role: str, operation: Operation, ids: dict[str, int], body: Any) -> tuple[int, bytes, list[Any]]:
    with undone():
        asked = good_query(operation.key, world)
        answer = world.send(role, operation.method, operation.at(**{**world.ids(), **ids}), body, asked)
        return answer.status_code, answer.content, sorted(answer.headers.items())
