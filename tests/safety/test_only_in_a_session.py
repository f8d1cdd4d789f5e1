"""Who may see what is said by people, never by a program: a leaked token must not open doors to others."""

from __future__ import annotations

import pytest
from django.test import Client

from kebu.accounts import tokens
from kebu.accounts.actor import Actor
from kebu.accounts.models import User
from safety.bodies import good_body, good_query
from safety.routes import operations
from safety.world import World, digest, undone

pytestmark = pytest.mark.django_db

_ABOUT = ("/roles", "/teams", "/shares", "/why", "}/view", "/viewing")


def test_roles_teams_shares_and_others_eyes_are_for_no_token_not_even_an_owners(
    world: World, subtests: pytest.Subtests
) -> None:
    aimed = [one for one in operations() if any(part in one.path for part in _ABOUT)]
    assert len(aimed) >= 12
    owner = Actor.of(User.objects.get(role="owner", is_active=True))
    _, secret = tokens.create_token(owner, name="script", scope="write")
    world.clients["program"] = Client(headers={"Authorization": f"Bearer {secret}"})
    before = digest()
    for one in aimed:
        path, body = one.at(**world.ids()), good_body(one.key, world) if one.takes else None
        with subtests.test(one.key):
            answer = world.send("program", one.method, path, body, good_query(one.key, world))
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "session_only")
            assert digest() == before
            with undone():
                assert world.send("owner", one.method, path, body, good_query(one.key, world)).status_code in (
                    200,
                    201,
                    204,
                )
