"""Why somebody sees a record or a field: what is explained is what every question shows him, whatever the rights."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kebu.accounts import people, roles, teams
from kebu.accounts.actor import Actor
from kebu.accounts.models import Share, Team, User
from kebu.accounts.rights import ACCESS, SCOPES, today
from kebu.core.errors import KebuError
from kebu.crm.models import Contact, Customer
from kebu.fields.registry import catalog
from kebu.records import explaining, opening, permissions, sharing, write

pytestmark = pytest.mark.django_db


def now(actor: Actor) -> Actor:
    return Actor.of(User.objects.get(pk=actor.user_id))


def refused(act: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(KebuError) as caught:
        act(*args, **kwargs)
    return str(caught.value.code)


@pytest.fixture
def four(table: Actor, bob: Actor, charlie: Actor) -> dict[str, int]:
    """A customer of Alice's, of Bob's, of Charlie's and of nobody's, each with a contact."""
    ids = {}
    for who, owner in (("A", table.user_id), ("B", bob.user_id), ("C", charlie.user_id), ("N", None)):
        done, _ = write.create(table, "customers", {"name": who, "owner": owner, "main_contact.name": f"{who}人"})
        write.update(table, "customers", done.id, {"owner": owner}, expected_version=None)
        ids[who] = done.id
    return ids


FIELDS = ["name", "remark", "level", "main_contact", "main_contact.phone", "owner", "number"]
OBJECT = st.fixed_dictionaries(
    {
        **{verb: st.sampled_from(SCOPES) for verb in ("see", "change", "delete")},
        "pool": st.booleans(),
        "fields": st.dictionaries(st.sampled_from([*FIELDS, "phone", "customer"]), st.sampled_from(ACCESS), max_size=3),
    }
)
OBJECTS = st.fixed_dictionaries({"*": OBJECT}, optional={"customers": OBJECT, "contacts": OBJECT})


def test_what_is_explained_is_what_is_shown(table: Actor, bob: Actor, charlie: Actor, four: dict[str, int]) -> None:
    south = teams.put_team(table, None, name="华南")
    low = teams.put_team(table, None, name="深圳", parent=south.pk)
    at = {"customers": list(Customer.objects.values_list("id", flat=True))}
    at["contacts"] = list(Contact.objects.values_list("id", flat=True))
    members = st.lists(st.sampled_from([table.user_id, bob.user_id, charlie.user_id]), unique=True)
    shared = st.lists(st.tuples(st.sampled_from("ABCN"), st.booleans(), st.booleans(), st.booleans()), max_size=2)

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(objects=OBJECTS, one=members, other=members, led=st.booleans(), shares=shared)
    def check(objects: Any, one: list[int], other: list[int], led: bool, shares: list[Any]) -> None:
        roles.change_role(table, "sales", rights={"objects": objects})
        teams.put_team(table, south.pk, members=one, leader=bob.user_id if led else None)
        teams.put_team(table, low.pk, members=other)
        Share.objects.all().delete()
        for who, writes, to_team, ended in shares:
            whom = {"team": low.pk} if to_team else {"user": bob.user_id}
            sharing.share(table, "customers", four[who], write=writes, **whom)
            Share.objects.filter(record=four[who]).update(until=today() - timedelta(days=ended))
        seeing = now(bob)
        for key, ids in at.items():
            agrees(table, seeing, key, ids)

    check()


def agrees(table: Actor, seeing: Actor, key: str, ids: list[int]) -> None:
    """What is explained of these records, and of their fields, is what the person is shown and let do."""
    one = catalog().object(key)
    shown: dict[int, Any] = {}
    fields: dict[str, Any] = {}
    if permissions.exists(seeing, one):
        page = opening.first_page(seeing, key, {}, offset=0, limit=100)
        shown = {row[0]: row for row in page["rows"]}
        fields = {field.key: field for field in permissions.fields(seeing, catalog(), key).values()}
        assert set(page["fields"]) <= set(fields)
    for pk in ids:
        told = explaining.why(table, key, pk, person=seeing.person_id)
        assert told["see"]["allowed"] is (pk in shown), told
        for verb in ("change", "delete"):
            assert told[verb]["allowed"] is permissions.may_change(seeing, one, pk, verb=verb), (verb, told)
    # Those that the rights speak of, by way of others too, and two of which they say nothing.
    asked = {"customers": [*FIELDS, "created_at"], "contacts": ["name", "phone", "customer", "title"]}[key]
    for item in (catalog().shown[key][one] for one in asked):
        told = explaining.why(table, key, ids[0], person=seeing.person_id, key=item.key)["field"]
        found = fields.get(item.key)
        if found is None:
            assert told["access"] == "hidden", (item.key, told)
        else:
            expected = "masked" if found.masked else "read" if found.readonly else "once" if found.once else "write"
            assert told["access"] == expected, (item.key, told)


def test_each_rule_is_named(table: Actor, bob: Actor, charlie: Actor, four: dict[str, int]) -> None:
    def rule(who: str, person: Actor = bob, verb: str = "see") -> str:
        return str(explaining.why(table, "customers", four[who], person=person.person_id)[verb]["rule"])

    south = teams.put_team(table, None, name="华南", members=[bob.user_id])
    teams.put_team(table, None, name="深圳", parent=south.pk, members=[charlie.user_id])
    roles.change_role(table, "sales", rights={"objects": {"*": {"see": "below", "change": "own", "pool": True}}})
    assert [rule(who) for who in "ABCN"] == ["others", "own", "below", "pool"]
    assert [rule(who, verb="change") for who in "ABCN"] == ["others", "own", "others", "pool"]
    assert rule("A", table) == "owner_role"
    told = explaining.why(table, "customers", four["C"], person=bob.person_id)
    assert (told["see"]["teams"], told["see"]["owner"]["name"], told["role"]["key"]) == (["深圳"], "Charlie", "sales")

    sharing.share(table, "customers", four["A"], team=south.pk, until=today())
    told = explaining.why(table, "customers", four["A"], person=bob.person_id)
    assert told["see"]["rule"] == "shared"
    assert told["see"]["share"] == {"team": "华南", "write": False, "until": today().isoformat(), "by": "Alice"}
    assert told["change"]["rule"] == "others"
    # A contact is seen with its customer, and no further than contacts are.
    contact = Customer.objects.get(pk=four["A"]).main_contact_id
    assert explaining.why(table, "contacts", contact, person=bob.person_id)["see"]["rule"] == "shared"

    roles.change_role(table, "sales", rights={"objects": {"*": {"see": "own"}, "contacts": {"see": "none"}}})
    assert rule("N") == "no_pool"
    told = explaining.why(table, "contacts", contact, person=bob.person_id)["see"]
    assert (told["rule"], told["object"]) == ("none", "contacts")
    people.update_user(table, bob.person_id, active=False)
    assert rule("B") == "disabled"


def test_a_field_says_what_limits_it(table: Actor, bob: Actor, four: dict[str, int]) -> None:
    def field(key: str, object_key: str = "customers") -> Any:
        pk = four["A"] if object_key == "customers" else Customer.objects.get(pk=four["A"]).main_contact_id
        return explaining.why(table, object_key, pk, person=bob.person_id, key=key)["field"]

    roles.change_role(
        table,
        "sales",
        rights={
            "objects": {
                "*": {"see": "all", "change": "all"},
                "customers": {"see": "all", "change": "all", "fields": {"remark": "hidden", "name": "masked"}},
                "contacts": {"see": "all", "fields": {"phone": "masked"}},
            }
        },
    )
    assert field("remark") == {"access": "hidden", "rule": "role", "object": "customers", "field": "remark"}
    assert field("main_contact.phone") == {"access": "masked", "rule": "role", "object": "contacts", "field": "phone"}
    assert field("customer", "contacts") == {
        "access": "masked",
        "rule": "title",
        "object": "customers",
        "field": "name",
    }
    assert field("level") == {"access": "write", "rule": "role", "object": "customers", "field": "level"}
    assert field("created_at")["rule"] == "computed"
    roles.change_role(table, "sales", rights={"objects": {"*": {"see": "all"}, "contacts": {"see": "own"}}})
    assert field("main_contact.phone")["rule"] == "target"


def test_only_who_manages_people_asks_and_only_of_what_he_sees(
    table: Actor, bob: Actor, charlie: Actor, four: dict[str, int]
) -> None:
    asked = {"person": charlie.person_id}
    assert refused(explaining.why, bob, "customers", four["B"], **asked) == "not_allowed"
    roles.change_role(table, "sales", rights={"manage_people": True, "objects": {"*": {"see": "own"}}})
    assert explaining.why(now(bob), "customers", four["B"], **asked)["see"]["rule"] == "others"
    assert refused(explaining.why, now(bob), "customers", four["A"], **asked) == "not_found"
    assert refused(explaining.why, now(bob), "customers", four["B"], person=10**9) == "not_found"
    assert refused(explaining.why, now(bob), "customers", four["B"], **asked, key="nothing") == "unknown_field"
    assert Team.objects.count() == 0
