"""What each role may, and what the program itself may."""

import pytest

from kebu.accounts.actor import SYSTEM, Actor
from kebu.accounts.roles import ROLES
from kebu.core.errors import KebuError

RIGHTS = ("write", "import", "export", "manage_fields", "manage_people", "backups")


def someone(role):
    return Actor(user_id=1, role=role, language="en", zone="Asia/Shanghai", via="table", name="Someone")


@pytest.mark.once
@pytest.mark.parametrize(
    ("role", "rights", "sees"),
    [
        ("owner", set(RIGHTS), "all"),
        ("administrator", set(RIGHTS), "all"),
        ("sales", {"write", "import", "export"}, "own"),
        ("readonly", set(), "all"),
        ("unheard_of", set(), "own"),
        ("system", set(RIGHTS), "all"),
    ],
)
def test_roles_and_their_rights(role, rights, sees):
    actor = someone(role)
    assert {right for right in RIGHTS if actor.may(right)} == rights
    assert actor.sees == sees
    for right in set(RIGHTS) - rights:
        with pytest.raises(KebuError) as caught:
            actor.require(right)
        assert (caught.value.code, caught.value.status) == ("not_allowed", 403)


@pytest.mark.once
def test_no_person_can_have_the_programs_role():
    assert "system" not in ROLES


@pytest.mark.once
def test_program_acts_by_other_ways_but_is_no_person():
    command = SYSTEM.by("command")
    assert (command.via, command.user_id) == ("command", None)
    with pytest.raises(KebuError) as caught:
        _ = command.person_id
    assert caught.value.status == 403
