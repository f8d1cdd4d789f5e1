"""Whose rows a person may see, change and delete: by scope, team, pool and shares; the same to all who ask."""

from datetime import date, timedelta

import pytest

from kebu.accounts import roles, teams
from kebu.accounts.actor import SYSTEM, Actor
from kebu.accounts.models import Share, User
from kebu.accounts.rights import today
from kebu.core.errors import KebuError
from kebu.crm.models import Customer
from kebu.fields.registry import catalog
from kebu.records import gains, history, opening, permissions, sharing, write

pytestmark = pytest.mark.django_db


def now(actor):
    return Actor.of(User.objects.get(pk=actor.user_id))


def role(alice, key, **rights):
    roles.change_role(alice, key, rights={"objects": {"*": rights}})


def names(actor, object_key="customers", field="name"):
    page = opening.first_page(now(actor), object_key, {"fields": [field]}, offset=0, limit=100)
    return {row[2] for row in page["rows"]}


def refused(act, *args, **kwargs):
    with pytest.raises(KebuError) as caught:
        act(*args, **kwargs)
    return caught.value.code


@pytest.fixture
def four(table, bob, charlie):
    """A customer of Alice's, of Bob's, of Charlie's and of nobody's, each with a contact."""
    ids = {}
    for who, owner in (("A", table.user_id), ("B", bob.user_id), ("C", charlie.user_id), ("N", None)):
        done, _ = write.create(table, "customers", {"name": who, "owner": owner, "main_contact.name": f"{who}人"})
        write.update(table, "customers", done.id, {"owner": owner}, expected_version=None)
        ids[who] = done.id
    return ids


@pytest.mark.parametrize(
    ("scope", "pool", "sees"),
    [
        ("none", True, None),
        ("own", False, {"B"}),
        ("own", True, {"B", "N"}),
        ("team", False, {"A", "B"}),
        ("below", True, {"A", "B", "C", "N"}),
        ("all", False, {"A", "B", "C", "N"}),
    ],
)
def test_a_scope_says_whose_rows_are_seen(table, bob, charlie, four, scope, pool, sees):
    south = teams.put_team(table, None, name="华南", leader=table.user_id, members=[bob.user_id])
    teams.put_team(table, None, name="深圳", parent=south.pk, members=[charlie.user_id])
    role(table, "sales", see=scope, pool=pool)
    if sees is None:
        assert refused(names, bob) == "not_found"
        return
    assert names(bob) == sees
    assert names(bob, "contacts") == {f"{who}人" for who in sees}
    one, deciding = catalog().object("customers"), now(bob)
    for pk, (keeper, _) in permissions.keepers(one, four.values()).items():
        name = Customer.objects.get(pk=pk).name
        assert permissions.may_see(deciding, one, keeper) is (name in sees)


def test_who_may_not_see_customers_sees_their_contacts_neither(table, bob, four):
    roles.change_role(table, "sales", rights={"objects": {"*": {"see": "all"}, "customers": {"see": "own"}}})
    assert names(bob, "contacts") == {"B人"}
    roles.change_role(table, "sales", rights={"objects": {"*": {"see": "all"}, "contacts": {"see": "none"}}})
    assert names(bob) == {"A", "B", "C", "N"}
    assert refused(names, bob, "contacts") == "not_found"


def test_what_is_seen_and_not_changed_is_refused_and_what_is_not_seen_does_not_exist(table, bob, four):
    role(table, "sales", see="own", change="none", delete="own", pool=True)
    acting = now(bob)
    change = {"values": {"remark": "x"}, "expected_version": None}
    assert refused(write.update, acting, "customers", four["B"], **change) == "not_allowed"
    assert refused(write.update, acting, "customers", four["A"], **change) == "not_found"
    assert refused(write.create, acting, "customers", {"name": "neu"}) == "not_allowed"
    assert write.delete(acting, "customers", four["B"], expected_version=None)


def test_attaching_to_a_record_is_changing_it(table, bob, four):
    role(table, "sales", see="all", change="own", create=True)
    acting = now(bob)
    write.create(acting, "contacts", {"name": "neu", "customer": four["B"]})
    assert refused(write.create, acting, "contacts", {"name": "neu", "customer": four["A"]}) == "not_allowed"


def test_a_share_lets_somebody_see_and_change_one_record_with_its_contacts(table, bob, four):
    role(table, "sales", see="own", change="own", delete="own")
    sharing.share(table, "customers", four["A"], user=bob.user_id)
    assert names(bob) == {"A", "B"}
    assert names(bob, "contacts") == {"A人", "B人"}
    change = {"values": {"remark": "x"}, "expected_version": None}
    assert refused(write.update, now(bob), "customers", four["A"], **change) == "not_allowed"
    sharing.share(table, "customers", four["A"], user=bob.user_id, write=True)
    write.update(now(bob), "customers", four["A"], {"remark": "x", "main_contact.name": "新"}, expected_version=None)
    assert refused(write.delete, now(bob), "customers", four["A"], expected_version=None) == "not_allowed"
    sharing.unshare(table, Share.objects.get().pk)
    assert names(bob) == {"B"}


def test_a_share_with_a_team_reaches_the_teams_below_it(table, bob, charlie, four):
    role(table, "sales", see="own")
    south = teams.put_team(table, None, name="华南")
    low = teams.put_team(table, None, name="深圳", parent=south.pk, members=[bob.user_id])
    sharing.share(table, "customers", four["A"], team=south.pk)
    assert names(bob) == {"A", "B"}
    assert names(charlie) == {"C"}
    teams.put_team(table, low.pk, members=[])
    assert names(bob) == {"B"}


def test_a_share_ends_after_its_day(table, bob, four):
    role(table, "sales", see="own")
    sharing.share(table, "customers", four["A"], user=bob.user_id, until=today())
    seeing = now(bob)
    assert names(bob) == {"A", "B"}
    assert not seeing.rights.ended
    Share.objects.update(until=today() - timedelta(days=1))
    object.__setattr__(seeing.rights, "ends", today() - timedelta(days=1))  # a day later
    assert seeing.rights.ended
    assert names(bob) == {"B"}
    past = date(2020, 1, 1)
    assert refused(sharing.share, table, "customers", four["A"], user=bob.user_id, until=past) == "share_has_ended"


def test_nobody_shares_more_than_he_has(table, bob, charlie, four):
    role(table, "sales", see="all", change="own", share=True)
    acting = now(bob)
    sharing.share(acting, "customers", four["A"], user=charlie.user_id)
    assert refused(sharing.share, acting, "customers", four["A"], user=charlie.user_id, write=True) == "not_allowed"
    role(table, "sales", see="all", change="own")
    assert refused(sharing.share, now(bob), "customers", four["B"], user=charlie.user_id) == "not_allowed"
    contact = Customer.objects.get(pk=four["A"]).main_contact_id
    assert refused(sharing.share, table, "contacts", contact, user=bob.user_id) == "shared_through"


def test_only_what_stands_for_itself_is_offered_to_be_shared(door, table):
    offered = {one["key"] for one in door(table).get("/objects").json()["objects"] if one["rights"]["share"]}
    assert "customers" in offered
    assert not {"contacts", "deals"} & offered


def test_a_record_that_goes_for_good_takes_its_shares_along(table, bob, four):
    sharing.share(table, "customers", four["A"], user=bob.user_id)
    write.delete(table, "customers", four["A"], expected_version=None)
    with write.Write(SYSTEM, catalog(), system=True) as writing:
        writing.purge("customers", [four["A"]], system=True)
    assert not Share.objects.exists()


def test_what_other_rights_would_change_is_said_before_and_nothing_is_changed(table, bob, charlie, four):
    versions = set(User.objects.values_list("id", "reach_version"))
    rights = {"objects": {"*": {"see": "all", "change": "own", "delete": "own"}}}
    told = gains.of_act(table, lambda: roles.change_role(table, "sales", rights=rights))
    of = {one["name"]: {(each["object"], each["verb"]): each for each in one["changes"]} for one in told["people"]}
    assert set(of) == {"Bob", "Charlie"}
    assert (of["Bob"]["customers", "see"]["gains"], of["Bob"]["customers", "see"]["loses"]) == (2, 0)
    assert (of["Bob"]["customers", "change"]["gains"], of["Bob"]["customers", "change"]["loses"]) == (0, 1)
    assert set(User.objects.values_list("id", "reach_version")) == versions
    assert names(bob) == {"B", "N"}


def test_what_was_only_lent_is_not_given_on(table, bob, charlie, four):
    role(table, "sales", see="own", change="own", share=True)
    sharing.share(table, "customers", four["A"], user=bob.user_id, write=True, until=today())
    acting = now(bob)
    lent = Share.objects.get()
    for whom in (bob, charlie):
        assert refused(sharing.share, acting, "customers", four["A"], user=whom.user_id) == "not_allowed"
    assert refused(sharing.unshare, acting, lent.pk) == "not_allowed"
    assert Share.objects.get() == lent
    assert sharing.share(acting, "customers", four["B"], user=charlie.user_id)["by"]["id"] == bob.user_id


@pytest.mark.parametrize("object_key", ["activities", "tasks"])
def test_by_a_contact_nothing_is_attached_to_a_customer_that_one_may_not_change(table, bob, four, object_key):
    role(table, "sales", see="all", change="own", create=True)
    said = {"text": "x", "next_follow_up": date(2030, 1, 1)} if object_key == "activities" else {"subject": "x"}
    mine, others = (Customer.objects.get(pk=four[who]).main_contact_id for who in ("B", "A"))
    acting = now(bob)
    assert refused(write.create, acting, object_key, {**said, "contact": others}) == "not_allowed"
    assert Customer.objects.get(pk=four["A"]).next_follow_up is None
    made, _ = write.create(acting, object_key, {**said, "contact": mine})
    assert catalog().object(object_key).model.objects.get(pk=made.id).customer_id == four["B"]


def test_the_timeline_tells_of_children_that_are_seen(table, bob, four):
    contact = Customer.objects.get(pk=four["A"]).main_contact_id
    write.update(table, "contacts", contact, {"phone": "13800138000"}, expected_version=None)
    objects = {"*": {"see": "all"}, "contacts": {"see": "own"}}
    roles.change_role(table, "sales", rights={"objects": objects})
    assert not any("contacts" in str(one) for one in history.timeline(now(bob), "customers", four["A"]))
    assert any(one["object"] == "contacts" for one in history.timeline(now(bob), "customers", four["B"]))
    roles.change_role(table, "sales", rights={"objects": {**objects, "contacts": {"see": "none"}}})
    assert {one["object"] for one in history.timeline(now(bob), "customers", four["B"])} == {"customers"}


@pytest.mark.parametrize(
    "rights",
    [
        {"customers": {"see": "all"}},  # what is not named at all
        {"customers": {"see": "all"}, "contacts": {"see": "own"}, "deals": {"see": "all"}},
        {"*": {"see": "own", "pool": True}, "contacts": {"see": "own", "pool": False}},
        {"*": {"see": "all"}, "contacts": {"see": "none"}},
    ],
)
def test_nothing_is_looked_up_from_rows_that_one_may_not_see(table, bob, four, rights):
    roles.change_role(table, "sales", rights={"objects": rights})
    assert "B" in names(bob)
    fields = permissions.fields(now(bob), catalog(), "customers")
    assert not [key for key in fields if key.startswith("main_contact")]
    assert refused(names, bob, "customers", "main_contact.phone") == "unknown_field"
    roles.change_role(table, "sales", rights={"objects": {"*": {"see": "own", "pool": True}}})
    assert "main_contact.phone" in permissions.fields(now(bob), catalog(), "customers")
