"""What each role may, and what the program itself may."""

import pytest

from kebu.accounts.actor import SYSTEM, Actor
from kebu.accounts.models import User
from kebu.accounts.roles import STARTING
from kebu.core.errors import KebuError

RIGHTS = ("write", "import", "export", "manage_fields", "manage_people", "backups", "privacy")


def someone(role):
    return Actor.of(User.objects.create(email=f"{role}@example.com", name=role, role=role))


@pytest.mark.parametrize(
    ("role", "rights", "sees"),
    [
        ("owner", set(RIGHTS), "all"),
        ("administrator", set(RIGHTS), "all"),
        ("manager", {"write", "import", "export"}, "below"),
        ("sales", {"write", "import", "export"}, "own"),
        ("service", {"write"}, "all"),
        ("marketing", {"write", "import", "export"}, "all"),
        ("readonly", set(), "all"),
        ("unheard_of", set(), "none"),
    ],
)
def test_roles_to_begin_with_and_their_rights(db, role, rights, sees):
    actor = someone(role)
    assert {right for right in RIGHTS if actor.may(right)} == rights
    assert actor.rights.of("customers").see == sees
    for right in set(RIGHTS) - rights:
        with pytest.raises(KebuError) as caught:
            actor.require(right)
        assert (caught.value.code, caught.value.status) == ("not_allowed", 403)


@pytest.mark.once
def test_the_program_may_everything_and_no_person_can_have_its_role():
    assert all(SYSTEM.may(right) for right in RIGHTS)
    assert SYSTEM.role not in STARTING


@pytest.mark.once
def test_program_acts_by_other_ways_but_is_no_person():
    command = SYSTEM.by("command")
    assert (command.via, command.user_id) == ("command", None)
    with pytest.raises(KebuError) as caught:
        _ = command.person_id
    assert caught.value.status == 403
