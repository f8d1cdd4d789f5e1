"""Teams are a tree; roles are data; both change what people may without signing them out."""

import pytest

from kebu.accounts import people, roles, teams
from kebu.accounts.actor import Actor
from kebu.accounts.models import Role, Share, Team, User
from kebu.core.errors import KebuError

SOME = {"objects": {"*": {"see": "own"}}}


def now(user):
    return Actor.of(User.objects.get(pk=user.pk))


def refused(act, *args, **kwargs):
    with pytest.raises(KebuError) as caught:
        act(*args, **kwargs)
    return caught.value.code


def test_a_team_reaches_its_members_and_leader_and_with_below_all_that_is_under_it(
    alice, alice_user, bob_user, charlie_user, rita_user
):
    south = teams.put_team(alice, None, name="华南", leader=alice_user.pk, members=[bob_user.pk])
    teams.put_team(alice, None, name="深圳", parent=south.pk, members=[charlie_user.pk])
    bob, charlie, rita = now(bob_user), now(charlie_user), now(rita_user)
    assert bob.rights.team == {alice_user.pk, bob_user.pk}
    assert bob.rights.below == {alice_user.pk, bob_user.pk, charlie_user.pk}
    assert charlie.rights.team == charlie.rights.below == {charlie_user.pk}
    assert rita.rights.team == {rita_user.pk}


def test_a_team_cannot_be_below_itself(alice):
    top = teams.put_team(alice, None, name="总部")
    middle = teams.put_team(alice, None, name="华南", parent=top.pk)
    low = teams.put_team(alice, None, name="深圳", parent=middle.pk)
    for above in (top, middle, low):
        assert refused(teams.put_team, alice, top.pk, parent=above.pk) == "team_above_itself"
    teams.put_team(alice, low.pk, parent=top.pk)
    assert Team.objects.get(pk=low.pk).parent_id == top.pk


def test_a_removed_team_leaves_those_below_it_to_the_one_above(alice):
    top = teams.put_team(alice, None, name="总部")
    middle = teams.put_team(alice, None, name="华南", parent=top.pk)
    low = teams.put_team(alice, None, name="深圳", parent=middle.pk)
    Share.objects.create(object="customers", record=1, team=middle)
    teams.remove_team(alice, middle.pk)
    assert Team.objects.get(pk=low.pk).parent_id == top.pk
    assert not Share.objects.exists()


def test_only_who_manages_people_changes_teams_and_roles(alice, bob):
    assert refused(teams.put_team, bob, None, name="x") == "not_allowed"
    assert refused(teams.put_team, alice, 4711, name="x") == "not_found"
    assert refused(teams.put_team, alice, None, name="x", members=[4711]) == "unknown_person"
    assert refused(roles.all_roles, bob) == "not_allowed"
    assert refused(roles.change_role, bob, "sales", rights=SOME) == "not_allowed"


def test_a_changed_role_reaches_its_people_who_stay_signed_in(alice, bob, bob_user, door):
    bobs = door(bob_user)
    assert bobs.get("/me").status_code == 200
    roles.change_role(alice, "sales", rights={"objects": {"*": {"see": "all"}}})
    after = now(bob_user)
    assert after.rights_version > bob.rights_version
    assert after.rights.of("customers").see == "all"
    assert bobs.get("/me").status_code == 200


def test_a_copied_role_is_one_of_its_own(alice, bob_user):
    made = roles.add_role(alice, name="见习销售", copy_of="sales")
    assert made.rights == Role.objects.get(key="sales").rights
    roles.change_role(alice, made.key, rights=SOME)
    people.update_user(alice, bob_user.pk, role=made.key)
    assert not now(bob_user).may("write")
    assert Role.objects.get(key="sales").rights != Role.objects.get(key=made.key).rights


def test_a_role_with_people_is_not_removed_without_saying_where_they_go(alice, bob_user, charlie_user):
    assert refused(roles.remove_role, alice, "sales", instead=None) == "role_has_people"
    roles.remove_role(alice, "sales", instead="readonly")
    assert set(User.objects.filter(pk__in=[bob_user.pk, charlie_user.pk]).values_list("role", flat=True)) == {
        "readonly"
    }
    assert not Role.objects.filter(key="sales").exists()


def test_the_owners_role_stays_as_it_is_and_only_owners_give_it(alice, bob_user):
    administrator = Actor.of(User.objects.create(email="adam@example.com", name="Adam", role="administrator"))
    assert refused(roles.change_role, alice, "owner", rights=SOME) == "role_is_kept"
    assert refused(roles.remove_role, alice, "owner", instead="sales") == "role_is_kept"
    assert refused(roles.remove_role, administrator, "sales", instead="owner") == "owners_only"


@pytest.mark.parametrize(
    "rights",
    [
        {},
        {"objects": []},
        {"objects": {"*": {"see": "everybody"}}},
        {"objects": {"*": {"fields": {"name": "secret"}}}},
        {"objects": {"*": {"create": "yes"}}},
        {"objects": {"*": {"fly": True}}},
        {"objects": {}, "is_staff": True},
    ],
)
def test_rights_that_are_none_are_refused(alice, rights):
    assert refused(roles.change_role, alice, "sales", rights=rights) == "bad_rights"
