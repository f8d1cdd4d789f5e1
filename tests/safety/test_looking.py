"""Row 2 and 16 of the threats, with another's eyes: who looks as somebody is told what that person is told, or less, and
changes nothing by it."""

from __future__ import annotations

from typing import Any

import pytest

from safety.bodies import good_body, good_query
from safety.routes import Operation, operations
from safety.test_matrix import EXPECTED
from safety.test_two_worlds import asked_by_charlie, in_both, part, told
from safety.world import CANARY, World, digest, undone

pytestmark = pytest.mark.django_db

#: What is Bob's alone, and what is only for who may change or bring something: this looking does not show.
NOT_SHOWN = {
    "GET /tokens": "viewing_personal",
    "GET /sessions": "viewing_personal",
    "GET /two-factor": "viewing_personal",
    "GET /passkeys": "viewing_personal",
    "GET /files/{file_id}": "viewing_personal",
    "GET /imports/{import_id}": "viewing_personal",
    "GET /imports/{import_id}/source": "viewing_personal",
    "GET /imports/{import_id}/rows": "viewing_personal",
    "GET /imports/{import_id}/rejected": "viewing_personal",
    "GET /comparisons/{comparison_id}": "viewing_personal",
    "GET /comparisons/{comparison_id}/rows": "viewing_personal",
    "GET /blanks/{object_key}": "not_allowed",
    "GET /trash/{object_key}": "not_allowed",
    "GET /changesets/{change_set_id}/preview": "not_allowed",
}
_QUESTIONS = ("/query", "/summary", "/colors", "/find", "/comments/marks")


def look_as(world: World, user_id: int | None) -> None:
    """From now on the administrator of this world looks as that person."""
    answer = world.send("administrator", "POST", f"/users/{user_id}/view")
    assert answer.status_code == 204, answer.content


def reads(operation: Operation) -> bool:
    """Whether it only asks, whoever comes."""
    return operation.method == "GET" or operation.path.endswith(_QUESTIONS)


def same(said: Any) -> Any:
    """An answer without what one may do, and without what is made anew each time: cursors and the beats of a stream."""
    if isinstance(said, dict):
        return {
            key: same(value)
            for key, value in said.items()
            if key not in ("rights", "reveals", "can_undo", "viewer", "snapshot", "after")
        }
    return [same(one) for one in said] if isinstance(said, list | tuple) else said


def test_who_looks_as_bob_is_told_what_bob_is_told_and_changes_nothing(world: World, subtests: pytest.Subtests) -> None:
    look_as(world, world.bob.user_id)
    before = digest()
    for one in operations():
        if EXPECTED[one.key].split()[0] != "401" or one.path in ("/sign-in/second", "/viewing"):
            continue  # for everybody, and the way back
        body, query = good_body(one.key, world) if one.takes else None, good_query(one.key, world)
        path = one.at(**world.ids())
        with subtests.test(one.key):
            seen = told(world.send("administrator", one.method, path, body, query))
            if not reads(one):
                assert (seen[0], seen[2]["error"]["code"]) == (403, "viewing")
                continue
            his = told(world.send("bob", one.method, path, body, query))
            if one.key in NOT_SHOWN:
                assert his[0] == 200
                assert (seen[0], seen[2]["error"]["code"]) == (403, NOT_SHOWN[one.key])
            else:
                assert same(seen) == same(his)
    assert digest() == before
    assert CANARY in str(told(world.send("administrator", "POST", "/records/customers/query", {})))


@pytest.mark.timeout(300)
def test_who_looks_as_charlie_is_told_nothing_that_charlie_is_not_told(world: World) -> None:
    base = in_both(world)
    look_as(world, world.charlie.user_id)
    with undone():
        part(base, CANARY)
        his_own, anothers = (asked_by_charlie(base, world.bobs, role) for role in ("outsider", "administrator"))
        asked = 0
        for number, ((label, his), (again, seen)) in enumerate(zip(his_own, anothers, strict=True)):
            question = label.split(" {")[0].split(" None")[0]
            if not (label.startswith("GET ") or (label.startswith("POST ") and question.endswith(_QUESTIONS))):
                continue
            if label.startswith("POST ") and number % 5:
                continue  # one question is bounded like the next
            assert label == again
            answer = told_or_refused(seen)
            if answer is not None:
                asked += 1
                assert same(answer) == same(his()), label
    assert asked > 80


def told_or_refused(ask: Any) -> Any:
    """What is told; None where it is what looking does not show."""
    answer = ask()
    if answer[0] == 403 and answer[2]["error"]["code"] in set(NOT_SHOWN.values()):
        return None
    return answer
