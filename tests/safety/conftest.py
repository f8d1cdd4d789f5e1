"""The company of the safety tests: Bob has customers, Charlie must learn nothing of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor
    from kebu.accounts.models import User
    from safety.world import World


@pytest.fixture
def world(table: Actor, alice_user: User, bob_user: User, charlie_user: User, rita_user: User) -> Iterator[World]:
    from kebu.accounts.models import User
    from safety.world import build, tidy

    administrator = User.objects.create(email="adam@example.com", name="Adam", role="administrator")
    disabled = User.objects.create(email="dora@example.com", name="Dora", role="owner")
    yield build(
        table,
        {
            "owner": alice_user,
            "bob": bob_user,
            "outsider": charlie_user,
            "readonly": rita_user,
            "administrator": administrator,
            "disabled": disabled,
        },
    )
    tidy()
