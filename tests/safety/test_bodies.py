"""Row 5 of the threats: a key that nobody expects is refused, wherever it stands; nothing is ignored in silence."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from safety.bodies import entitled, good_body, good_query
from safety.routes import Operation, operations
from safety.world import World, digest, undone

pytestmark = pytest.mark.django_db

# What an attacker would like to set, and a word that nobody knows.
UNEXPECTED = {
    "id": 1,
    "owner": 1,
    "role": "owner",
    "is_staff": True,
    "version": 1,
    "created_by": 1,
    "__proto__": {},
    "nonsense": None,
}
PROTECTED = [
    "id", "pk", "version", "created_at", "created_by", "created_by_id", "updated_at", "updated_by", "owner_id", "extra", "invalid",
    "keys", "title_key", "deleted_at", "main_contact_id", "main_contact_pinned", "province", "last_activity_at",
    "main_contact.id", "main_contact.owner", "main_contact.version", "main_contact.customer", "main_deal.number",
]  # fmt: skip

NO_OBJECTS: list[Any] = [
    None, [], [{}], "x", 1, True, b"", b"{", b"[1,", b"\xff\xfe", b"NaN", b'{"a": Infinity}', b'{"a": "\\ud800"}', b'{"a": "\\u0000"}',
    b'{"a": "\xed\xa0\x80"}', b"[" * 100_000,
]  # fmt: skip

with_bodies = [one for one in operations() if one.takes == "application/json"]


# What is done already, has to be set up or entered first, or is for other records.
NOT_NOW = (
    "/setup",
    "/sign-in/second",
    "/passkeys/begin",
    "/passkeys",
    "/sign-in/passkey/begin",
    "/sign-in/passkey",
    "/resets",
    "/resets/{token}",
    "/two-factor/codes",
    "/records/{object_key}/{record_id}/reveal",
    "/persons/{object_key}/{record_id}/erase",
)


def test_a_good_body_is_taken(world: World) -> None:
    """Or the tests below would show nothing."""
    for operation in with_bodies:
        with undone():
            answer = send(world, operation, good_body(operation.key, world))
            assert answer.status_code < 300 or operation.path in NOT_NOW, answer.content.decode()


def test_unknown_and_protected_keys_are_refused(world: World, subtests: pytest.Subtests) -> None:
    before = digest()
    for operation in with_bodies:
        with subtests.test(operation.key), undone():
            taken = [
                where for where, body in spoiled(operation, world) if send(world, operation, body).status_code != 400
            ]
            assert taken == []
            assert digest() == before


def spoiled(operation: Operation, world: World) -> Iterator[tuple[str, Any]]:
    """The good body with one key too much, and where it is."""
    good = good_body(operation.key, world)
    for place in places(good):
        for key, value in UNEXPECTED.items():
            body = copy.deepcopy(good)
            at = inside(body, place)
            if key not in at and not allowed(operation, place, key):
                at[key] = value
                yield ".".join(map(str, (*place, key))), body


def test_protected_fields_take_no_values(world: World) -> None:
    before = digest()
    path, pk = "/records/customers", world.bobs.record_id
    for key in PROTECTED:
        values = {"name": "x", key: 1}
        both = [{"id": pk, "version": 1, "values": {"remark": "y"}}, {"values": values}]
        for answer in (
            world.send("bob", "POST", path, {"values": values}),
            world.send("bob", "PATCH", f"{path}/{pk}", {"version": 1, "values": values}),
            world.send("bob", "POST", f"{path}/batch", {"changes": both}),
        ):
            assert (answer.status_code, answer.json()["error"]["field"]) == (400, key)
    assert digest() == before


def test_what_is_no_object_is_refused(world: World, subtests: pytest.Subtests) -> None:
    before = digest()
    for operation in with_bodies:
        with subtests.test(operation.key), undone():
            assert [body for body in NO_OBJECTS if send(world, operation, body).status_code != 400] == []
            assert digest() == before


def test_a_role_cannot_be_taken_by_any_body(world: World) -> None:
    for body in ({"role": "owner"}, {"is_active": True}, {"rights_version": 1}, {"email": "x@example.com"}):
        assert world.send("bob", "PATCH", "/me", body).status_code == 400


def send(world: World, operation: Operation, body: Any) -> Any:
    path = operation.at(**world.ids())
    return world.send(entitled(operation.key), operation.method, path, body, good_query(operation.key, world))


def places(body: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all objects within a body, itself among them."""
    if isinstance(body, dict):
        yield path
    for key, value in body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ():
        yield from places(value, (*path, key))


def inside(body: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        body = body[key]
    return body


def allowed(operation: Operation, place: tuple[Any, ...], key: str) -> bool:
    """Where one of these words is no intruder: a record's owner may be named, a change names its record."""
    if place and place[-1] == "values":
        return key == "owner"
    return operation.path.endswith("/batch") and len(place) == 2 and key in ("id", "version")
