"""Looking at the program as somebody else: what that person sees, nothing that one may not, and no change at all."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from conftest import PASSWORD
from kebu.accounts import people, roles, tokens, viewing
from kebu.accounts.actor import Actor
from kebu.accounts.models import User
from kebu.accounts.rights import ACTS, EVERYTHING, ObjectRights, Rights
from kebu.audit.models import Entry
from kebu.records import comments, live, write
from kebu.records.snapshots import last_change

QUERY = "/records/customers/query"


def names(door) -> set[str]:
    return {row[2] for row in door.post(QUERY, {"fields": ["name"]}).json()["rows"]}


def code(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def noted() -> list[tuple[str, int | None, str]]:
    """What the log says of looking: act, by whom, as whom."""
    entries = Entry.objects.filter(act__startswith="viewing_").order_by("number")
    return [(one.act, one.person, one.about["person"]) for one in entries]


def person(name: str, role: str) -> User:
    return User.objects.create(email=f"{name}@example.com", name=name, role=role)


def role_of(alice: Actor, like: str, **rights) -> str:
    """A role that is like another one but for this."""
    one = roles.add_role(alice, name=like, copy_of=like)
    return roles.change_role(alice, one.key, rights={**one.rights, **rights}).key


@pytest.fixture
def looking(table, bob, door):
    """Alice's browser, in which she looks as Bob; each of them has a customer."""
    write.create(bob, "customers", {"name": "鲍勃的", "main_contact.phone": "13900001111"})
    write.create(table, "customers", {"name": "爱丽丝的"})
    hers = door(table)
    assert hers.post(f"/users/{bob.user_id}/view").status_code == 204
    return hers


def test_what_the_person_sees_is_seen_and_the_log_says_by_whom(looking, table, bob, door):
    me = looking.get("/me").json()
    assert (me["user"]["name"], me["viewer"]) == ("Bob", "Alice")
    assert me["rights"] == dict.fromkeys(me["rights"], False)
    seen, his = (one.get("/objects").json()["objects"] for one in (looking, door(bob)))
    assert not any(right for one in seen for right in one["rights"].values())
    assert [{**one, "rights": None} for one in seen] == [{**one, "rights": None} for one in his]
    assert names(looking) == {"鲍勃的"} == names(door(bob))
    assert names(door(table)) == {"鲍勃的", "爱丽丝的"}  # elsewhere she is herself
    assert looking.delete("/viewing").status_code == 204
    me = looking.get("/me").json()
    assert (me["user"]["name"], me["viewer"], me["rights"]["export"]) == ("Alice", None, True)
    assert names(looking) == {"鲍勃的", "爱丽丝的"}
    assert looking.delete("/viewing").status_code == 204  # of what is over already nothing is noted
    assert noted() == [("viewing_begun", table.user_id, "Bob"), ("viewing_ended", table.user_id, "Bob")]
    assert door(bob).get("/me").json()["rights"]["export"] is True


def test_what_would_change_anything_is_refused_and_says_why(looking, bob, charlie_user):
    one = looking.post(QUERY, {"fields": ["name"]}).json()["rows"][0]
    for method, path, body in (
        ("POST", "/records/customers", {"values": {"name": "新"}}),
        ("PATCH", f"/records/customers/{one[0]}", {"version": one[1], "values": {"name": "x"}}),
        ("POST", "/records/customers/batch", {"changes": []}),
        ("POST", f"/records/customers/{one[0]}/comments", {"text": "x"}),
        ("POST", "/exports", {"object": "customers"}),
        ("POST", "/live/place", {"tab": "x"}),
        ("POST", "/notifications/read", {"all": True}),
        ("PATCH", "/me", {"name": "x"}),
        ("POST", f"/users/{charlie_user.pk}/view", None),  # nor as a third one
        ("POST", "/records/customers/many/preview", {"delete": True}),
    ):
        answer = looking.client.generic(method, f"/api{path}", _json(body), content_type="application/json")
        assert code(answer) == (403, "viewing"), path
        assert "Bob" in answer.json()["error"]["message"]
    # Nor does it leave anything under Bob's name where a request may be sent again.
    assert looking.post(QUERY, {"fields": ["name"]}, **{"Idempotency-Key": "k"}).status_code == 200
    assert looking.post("/records/customers", {"values": {}}, **{"Idempotency-Key": "k"}).status_code == 403
    assert looking.get("/me").json()["user"]["name"] == "Bob"


@pytest.mark.parametrize(
    "path", ["/tokens", "/sessions", "/two-factor", "/passkeys", "/files/1", "/imports/1", "/comparisons/1/rows"]
)
def test_what_is_the_persons_alone_is_not_shown(looking, path):
    assert code(looking.get(path)) == (403, "viewing_personal")


def test_a_right_of_the_role_to_look_behind_masks_is_not_lent(table, bob_user, door):
    role = role_of(table, "sales", objects={"*": {"see": "own", "reveal": True, "fields": {"remark": "masked"}}})
    people.update_user(table, bob_user.pk, role=role)
    mine, _ = write.create(table, "customers", {"name": "甲", "remark": "悄悄话", "owner": bob_user.pk})
    hers = door(table)
    hers.post(f"/users/{bob_user.pk}/view")
    assert "悄悄话" not in str(hers.get(f"/records/customers/{mine.id}").json())
    assert not any(field["reveals"] for one in hers.get("/objects").json()["objects"] for field in one["fields"])
    assert code(hers.post(f"/records/customers/{mine.id}/reveal", {"field": "remark"})) == (403, "viewing")


def test_as_whom_one_may_look(table, alice_user, bob_user, charlie_user, door):
    adam = person("adam", "administrator")
    gone = person("dora", "sales")
    people.update_user(table, gone.pk, active=False)
    ask = door(adam).post
    assert code(door(bob_user).post(f"/users/{charlie_user.pk}/view")) == (403, "not_allowed")
    assert code(ask(f"/users/{adam.pk}/view")) == (409, "viewing_oneself")
    assert code(ask(f"/users/{alice_user.pk}/view")) == (403, "owners_only")
    assert code(ask(f"/users/{gone.pk}/view")) == code(ask("/users/987654321/view")) == (404, "not_found")
    assert noted() == []
    assert ask(f"/users/{person('zoe', 'administrator').pk}/view").status_code == 204
    # Owners may look as each other.
    assert door(alice_user).post(f"/users/{person('olga', 'owner').pk}/view").status_code == 204


def test_nobody_sees_with_anothers_eyes_what_is_hidden_from_himself(table, bob_user, door):
    manages = {"manage_people": True, "objects": {"*": {"see": "all", "fields": {"phone": "masked"}}}}
    mona = person("mona", role_of(table, "readonly", **manages))
    assert code(door(mona).post(f"/users/{bob_user.pk}/view")) == (403, "viewing_more")
    people.update_user(table, bob_user.pk, role=role_of(table, "sales", objects=manages["objects"]))
    assert door(mona).post(f"/users/{bob_user.pk}/view").status_code == 204


SEES_ALL = ObjectRights(see="all")


@pytest.mark.once
@pytest.mark.parametrize(
    ("own", "theirs", "covered"),
    [
        (EVERYTHING, EVERYTHING, True),
        (EVERYTHING, Rights(), True),
        (Rights(), EVERYTHING, False),
        (Rights(), Rights(objects={"*": ObjectRights()}), True),
        (Rights(objects={"*": SEES_ALL}), Rights(frozenset({"backups"})), False),
        (Rights(objects={"*": ObjectRights(see="below")}), Rights(objects={"*": ObjectRights(see="own")}), False),
        (Rights(objects={"deals": ObjectRights(), "*": SEES_ALL}), Rights(objects={"*": ObjectRights(see="own")}), False),
        (Rights(objects={"deals": SEES_ALL}), Rights(objects={"deals": ObjectRights(see="own", pool=True)}), True),
        (Rights(objects={"*": SEES_ALL}), Rights(objects={"deals": SEES_ALL}), True),
        *(
            (
                Rights(objects={"*": ObjectRights(see="all", fields={"phone": mine})}),
                Rights(objects={"*": ObjectRights(see="own", fields={"phone": theirs} if theirs else {})}),
                covered,
            )
            for mine, theirs, covered in (
                ("hidden", "masked", False),
                ("hidden", "hidden", True),
                ("masked", "", False),
                ("masked", "masked", True),
                ("masked", "hidden", True),
                ("read", "", True),
                ("once", "write", True),
            )
        ),
    ],
)  # fmt: skip
def test_rights_cover_what_they_hide_nothing_of(own, theirs, covered):
    assert own.covers(theirs) is covered


@pytest.mark.once
def test_rights_to_look_see_the_same_and_do_nothing():
    looking = EVERYTHING.looking
    assert looking.of("customers").see == "all"
    assert [looking.of("customers").scope(verb) for verb in ("change", "delete")] == ["none", "none"]
    assert not any(looking.may(right) for right in ("write", "import", "export"))
    assert set(ACTS) == set(EVERYTHING.of("customers").acts)  # those of the person stay what they were
    assert EVERYTHING.looking is looking  # what is kept by it is found again


@pytest.mark.parametrize("why", ["disabled", "sees more", "rights taken"])
def test_where_it_may_go_on_no_more_everything_is_refused_until_one_stops(table, bob_user, door, why):
    adam = person("adam", role_of(table, "administrator"))
    his = door(adam)
    assert his.post(f"/users/{bob_user.pk}/view").status_code == 204
    assert his.get("/me").json()["user"]["name"] == "Bob"
    if why == "disabled":
        people.update_user(table, bob_user.pk, active=False)
    else:
        scope = "own" if why == "sees more" else "all"
        manages = why == "sees more"
        roles.change_role(table, adam.role, rights={"manage_people": manages, "objects": {"*": {"see": scope}}})
    before = noted()
    for answer in (
        his.get("/me"),
        his.get("/objects"),
        his.post(QUERY, {}),
        his.post("/records/customers", {"values": {"name": "x"}}, **{"Idempotency-Key": "k"}),
        his.post(f"/users/{bob_user.pk}/sign-out"),
    ):
        assert code(answer) == (403, "viewing_over")
    assert noted() == before
    assert his.delete("/viewing").status_code == 204
    assert his.get("/me").json()["user"]["name"] == "adam"
    assert noted()[-1] == ("viewing_ended", adam.pk, "Bob")


def test_a_page_that_was_opened_for_another_changes_nothing(looking, table, bob, door):
    hers, his = {"Kebu-Person": str(table.user_id)}, {"Kebu-Person": str(bob.user_id)}
    # Another tab of hers, from before; and the one in which she looks.
    assert code(looking.post(QUERY, {}, **hers)) == (403, "another_person")
    assert looking.post(QUERY, {}, **his).status_code == 200
    assert looking.delete("/viewing").status_code == 204
    named = {"values": {"name": "新"}}
    assert code(looking.post("/records/customers", named, **his)) == (403, "another_person")
    assert looking.post("/records/customers", named, **hers).status_code == 201
    assert code(door(bob).post("/records/customers", named, **hers)) == (403, "another_person")


def test_signing_out_and_in_is_looking_with_ones_own_eyes(open_browser, table, bob_user):
    browser = open_browser()
    browser.sign_in("alice@example.com")
    assert browser.send("POST", f"/api/users/{bob_user.pk}/view").status_code == 204
    assert browser.me().json()["viewer"] == "Alice"
    browser.sign_out()
    assert browser.me().status_code == 401
    acts = list(Entry.objects.order_by("number").values_list("act", flat=True))
    assert acts[-2:] == ["viewing_ended", "signed_out"]
    browser.sign_in("alice@example.com", PASSWORD)
    assert browser.me().json()["viewer"] is None


def test_ending_her_sessions_elsewhere_ends_it_too(looking, table, door):
    assert door(table).post("/sessions/end-others").status_code == 200
    assert looking.get("/me").status_code == 401


def test_no_token_looks_as_anybody(looking, table, bob):
    _, secret = tokens.create_token(table, name="script", scope="write")
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    program.cookies = looking.client.cookies
    assert program.get("/api/me").json()["user"]["name"] == "Alice"
    for answer in (program.post(f"/api/users/{bob.user_id}/view"), program.delete("/api/viewing")):
        assert code(answer) == (403, "session_only")


def test_the_stream_is_that_persons_and_ends_with_the_looking(looking, table, bob):
    key = looking.client.session.session_key
    as_bob = Actor.looking(User.objects.get(pk=bob.user_id))
    streams = [
        live.Listener(actor, at=last_change(), tab="", session=key, token=None, viewer=viewer)
        for actor, viewer in ((as_bob, table.user_id), (table, None))
    ]
    live._hub._rights(streams)
    assert [one.line.ended for one in streams] == [False, False]
    assert viewing.goes_on(table.user_id, bob.user_id, key)
    assert not viewing.goes_on(table.user_id, table.user_id, key)
    looking.delete("/viewing")
    assert not viewing.goes_on(table.user_id, bob.user_id, key)
    live._hub._rights(streams)
    assert [one.line.ended for one in streams] == [True, False]


def test_what_is_said_to_the_person_is_seen_and_stays_unread(table, bob, door):
    done, _ = write.create(bob, "customers", {"name": "甲"})
    comments.begin(table, "customers", done.id, key=None, text=f"@[{bob.user_id}] 看一下")
    hers = door(table)
    hers.post(f"/users/{bob.user_id}/view")
    assert hers.get("/notifications").json() == door(bob).get("/notifications").json()
    assert hers.get("/notifications").json()["unread"] == 1


def _json(body) -> bytes:
    return b"" if body is None else json.dumps(body).encode()
