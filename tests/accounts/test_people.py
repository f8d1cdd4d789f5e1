"""Who joins, who may change whom, and how an invitation is accepted."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from conftest import PASSWORD
from kebu.accounts import people, tokens
from kebu.accounts.actor import SYSTEM, Actor
from kebu.accounts.models import Invitation, Token, User
from kebu.core.errors import KebuError

NEW_PASSWORD = "a longer 密码 of mine"


@pytest.fixture
def adam(company):
    """Adam administers."""
    return Actor.of(User.objects.create_user("adam@example.com", name="Adam", role="administrator", password=PASSWORD))


def refusal(act, *args, **options):
    with pytest.raises(KebuError) as caught:
        act(*args, **options)
    return caught.value.code


def test_owner_lists_the_people(door, alice, bob):
    rows = door(alice).get("/users").json()["rows"]
    assert rows == [
        {
            "id": actor.user_id,
            "name": actor.name,
            "email": f"{actor.name.lower()}@example.com",
            "role": actor.role,
            "active": True,
            "invited": False,
            "last_login": rows[n]["last_login"],
            "two_factor": False,
        }
        for n, actor in enumerate((alice, bob))
    ]


def test_others_neither_list_nor_change_people(door, alice, bob, rita):
    for actor in (bob, rita):
        assert door(actor).get("/users").status_code == 403
        assert door(actor).post("/users", {"email": "x@example.com", "name": "X", "role": "owner"}).status_code == 403
        assert door(actor).patch(f"/users/{actor.user_id}", {"role": "owner"}).status_code == 403
        assert door(actor).post(f"/users/{alice.user_id}/invite").status_code == 403
    assert set(User.objects.values_list("role", flat=True)) == {"owner", "sales", "readonly"}


def test_nobody_sees_people_without_signing_in(door, alice):
    assert door(None).get("/users").status_code == 401


def test_invited_person_joins(door, alice, open_browser):
    answer = door(alice).post("/users", {"email": "Dora@Example.com", "name": "Dora", "role": "sales"})
    assert answer.status_code == 201
    link = answer.json()["invite_link"]
    secret = link.removeprefix("http://testserver/invite/")
    assert door(alice).get("/users").json()["rows"][-1]["invited"] is True

    browser = open_browser()
    shown = browser.client.get(f"/api/invites/{secret}").json()
    assert shown == {"email": "dora@example.com", "name": "Dora", "company": "示例公司"}
    joined = browser.send("POST", f"/api/invites/{secret}", {"name": "朵拉", "password": NEW_PASSWORD})

    assert joined.status_code == 200
    assert browser.me().json()["user"]["name"] == "朵拉"
    assert open_browser().sign_in("dora@example.com", NEW_PASSWORD).status_code == 200
    assert door(alice).get("/users").json()["rows"][-1]["invited"] is False
    assert open_browser().client.get(f"/api/invites/{secret}").status_code == 404


def test_link_uses_the_configured_address_and_a_foreign_host_is_refused(door, alice):
    answer = door(alice).client.post(
        "/api/users",
        {"email": "dora@example.com", "name": "Dora", "role": "sales"},
        content_type="application/json",
        headers={"Host": "evil.example.net"},
    )
    assert answer.status_code == 400
    assert not User.objects.filter(email="dora@example.com").exists()
    link = door(alice).client.post(
        "/api/users",
        {"email": "dora@example.com", "name": "Dora", "role": "sales"},
        content_type="application/json",
        headers={"X-Forwarded-Host": "evil.example.net"},
    )
    assert link.json()["invite_link"].startswith("http://testserver/invite/")


def test_invitation_ends_after_seven_days_by_a_new_one_and_when_disabled(alice, open_browser):
    user, link = people.add_and_invite(alice, "dora@example.com", role="sales", name="Dora")

    def opens(link):
        secret = link.rpartition("/")[2]
        answers = [
            open_browser().client.get(f"/api/invites/{secret}"),
            open_browser().send("POST", f"/api/invites/{secret}", {"name": "D", "password": "short"}),
        ]
        return [answer.status_code for answer in answers]

    assert opens(link) == [200, 400]
    second = people.invite(alice, user.pk)
    assert opens(link) == [404, 404]
    assert opens(second) == [200, 400]
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert opens(second) == [404, 404]
    third = people.invite(alice, user.pk)
    people.disable_user(alice, "dora@example.com")
    assert opens(third) == [404, 404]
    people.update_user(alice, user.pk, active=True)
    assert opens(third) == [404, 404]


@pytest.mark.parametrize("secret", ["kebu_" + "0" * 64, "x", "%00", "é", "a" * 3000])
def test_unknown_invitation_is_not_found(company, open_browser, secret):
    assert open_browser().client.get(f"/api/invites/{secret}").status_code in (400, 404)


@pytest.mark.django_db(transaction=True)
def test_invitation_is_accepted_once(alice, open_browser, at_once):
    _, link = people.add_and_invite(alice, "dora@example.com", role="sales", name="Dora")
    address = f"/api/invites/{link.rpartition('/')[2]}"
    browsers = [open_browser(), open_browser()]

    answers = at_once(
        *(
            lambda n=n: browsers[n].send("POST", address, {"name": f"Dora {n}", "password": NEW_PASSWORD + str(n)})
            for n in range(2)
        )
    )

    statuses = [answer.status_code for answer in answers]
    assert sorted(statuses) == [200, 404]
    assert User.objects.get(email="dora@example.com").name == f"Dora {statuses.index(200)}"


def test_forgotten_password_is_replaced_by_a_link_and_everything_old_ends(alice, bob_user, open_browser):
    old = open_browser()
    old.sign_in("bob@example.com")
    tokens.create_token(Actor.of(bob_user), name="script", scope="write")
    link = people.invite(alice, bob_user.pk)
    assert old.me().status_code == 200

    open_browser().send("POST", f"/api/invites/{link.rpartition('/')[2]}", {"name": "Bob", "password": NEW_PASSWORD})

    assert old.me().status_code == 401
    assert not Token.objects.exists()
    assert open_browser().sign_in("bob@example.com").status_code == 400
    assert open_browser().sign_in("bob@example.com", NEW_PASSWORD).status_code == 200


def test_roles_are_changed_and_people_disabled_over_http(door, alice, bob):
    changed = door(alice).patch(f"/users/{bob.user_id}", {"role": "readonly", "name": "Robert"})
    assert changed.json()["role"] == "readonly"
    assert changed.json()["name"] == "Robert"
    assert door(alice).patch(f"/users/{bob.user_id}", {"active": False}).json()["active"] is False


@pytest.mark.parametrize("key", ["id", "is_active", "is_staff", "password", "rights_version", "last_login"])
def test_protected_keys_of_people_are_refused(door, alice, bob, key):
    answer = door(alice).patch(f"/users/{bob.user_id}", {"name": "Robert", key: "x"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")
    new = {"email": "x@example.com", "name": "X", "role": "sales"}
    assert door(alice).post("/users", {**new, key: "x"}).status_code == 400
    assert User.objects.get(pk=bob.user_id).name == "Bob"
    assert User.objects.count() == 2


@pytest.mark.parametrize(
    "body", [{"active": "false"}, {"active": 0}, {"role": "god"}, {"role": ["owner"]}, {"name": ""}]
)
def test_wrong_kinds_of_values_are_refused(door, alice, bob, body):
    assert door(alice).patch(f"/users/{bob.user_id}", body).status_code == 400


@pytest.mark.parametrize("user_id", [0, -1, 999_999, 2**62, 2**63, 10**30, "x"])
def test_unknown_person_is_not_found(door, alice, user_id):
    assert door(alice).patch(f"/users/{user_id}", {"name": "X"}).status_code in (400, 404)
    assert door(alice).post(f"/users/{user_id}/invite").status_code in (400, 404)


def test_administrator_manages_everybody_but_owners(adam, alice, bob):
    assert people.update_user(adam, bob.user_id, role="administrator").role == "administrator"
    assert people.add_user(adam, "dora@example.com", role="administrator").role == "administrator"
    for change in ({"role": "sales"}, {"active": False}, {"name": "Nobody"}):
        assert refusal(people.update_user, adam, alice.user_id, **change) == "owners_only"
    assert refusal(people.invite, adam, alice.user_id) == "owners_only"
    assert refusal(people.update_user, adam, adam.user_id, role="owner") == "owners_only"
    assert refusal(people.add_user, adam, "evil@example.com", role="owner") == "owners_only"


def test_last_owner_who_can_sign_in_stays(alice, bob):
    people.add_user(alice, "later@example.com", role="owner")  # has no password yet
    for change in ({"role": "sales"}, {"active": False}):
        assert refusal(people.update_user, alice, alice.user_id, **change) == "last_owner"
    assert refusal(people.disable_user, SYSTEM, "alice@example.com") == "last_owner"

    people.update_user(alice, bob.user_id, role="owner")
    assert people.update_user(alice, alice.user_id, role="sales").role == "sales"


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_step_down_at_once_leave_one(alice, at_once):
    omar = Actor.of(people.add_user(alice, "omar@example.com", role="owner", password=PASSWORD))

    results = at_once(
        lambda: people.update_user(alice, alice.user_id, role="sales"),
        lambda: people.update_user(omar, omar.user_id, role="sales"),
    )

    assert sorted(type(result).__name__ for result in results) == ["KebuError", "User"]
    assert User.objects.filter(role="owner").count() == 1


def test_address_is_taken_in_any_case(door, alice, bob):
    answer = door(alice).post("/users", {"email": "BOB@example.com", "name": "B", "role": "sales"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "email_taken")
    assert answer.json()["error"]["field"] == "email"


def test_command_line_finds_people_by_address(alice, bob):
    assert people.find_user(" Bob@Example.com").pk == bob.user_id
    assert refusal(people.find_user, "nobody@example.com") == "unknown_person"
    assert refusal(people.add_user, SYSTEM, "x@example.com", role="god") == "unknown_role"
    assert people.add_user(SYSTEM, "x@example.com", role="sales").name == "x"


def test_database_keeps_no_secret(alice):
    _, link = people.add_and_invite(alice, "dora@example.com", role="sales", name="Dora")
    _, token = tokens.create_token(alice, name="script", scope="read")
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            dump = repr(cursor.fetchall())
            assert token not in dump
            assert link.rpartition("/")[2] not in dump


def test_disabled_person_gets_no_link(alice, bob):
    people.update_user(alice, bob.user_id, active=False)
    assert refusal(people.invite, alice, bob.user_id) == "disabled_person"


def test_endless_password_is_refused_before_it_costs_time(alice):
    assert refusal(people.add_user, alice, "x@example.com", role="sales", password="x" * 201) == "password_too_long"
