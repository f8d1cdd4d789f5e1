"""The second factor: codes of an app and recovery codes, who has to have them, and losing them."""

from __future__ import annotations

import time

import pytest

from conftest import PASSWORD
from kebu.accounts import people, second, totp
from kebu.accounts.actor import Actor
from kebu.accounts.models import Company, RecoveryCode, SecondFactor, SignIn
from kebu.audit.models import Entry
from kebu.core.errors import KebuError


def code(secret: str, ahead: int = 0) -> str:
    return totp.code_at(secret, int(time.time()) // totp.PERIOD + ahead)


@pytest.fixture
def app(bob):
    """Bob has set it up; gives the app's secret and the recovery codes. The period before this one was used for that."""
    secret = second.begin(bob, password=PASSWORD)["secret"]
    return secret, second.confirm(bob, code(secret, -1))


def enter(browser, said):
    return browser.send("POST", "/api/sign-in/second", {"code": said})


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037"), (20000000000, "353130")],
)
def test_codes_are_those_of_rfc_6238(seconds, expected):
    """Appendix B, the last six digits."""
    import base64

    secret = base64.b32encode(b"12345678901234567890").decode()
    assert totp.code_at(secret, seconds // 30) == expected


def test_a_clock_may_be_half_a_minute_off_and_no_code_counts_twice():
    secret = totp.new_secret()
    for off in (-1, 0, 1):
        assert totp.step_of(secret, totp.code_at(secret, 100 + off), after=0, now=3000) == 100 + off
    for off in (-2, 2):
        assert totp.step_of(secret, totp.code_at(secret, 100 + off), after=0, now=3000) is None
    assert totp.step_of(secret, totp.code_at(secret, 100), after=100, now=3000) is None
    assert totp.step_of(secret, "12345六", after=0, now=3000) is None


def test_what_the_picture_says():
    said = totp.uri("ABC", issuer="示例 公司", account="bob@example.com")
    assert said == (
        "otpauth://totp/%E7%A4%BA%E4%BE%8B%20%E5%85%AC%E5%8F%B8:bob@example.com"
        "?secret=ABC&issuer=%E7%A4%BA%E4%BE%8B%20%E5%85%AC%E5%8F%B8&digits=6&period=30"
    )


def test_the_password_alone_does_not_let_in(browser, app):
    secret, _ = app
    answer = browser.sign_in("bob@example.com")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "second_factor_asked")
    assert browser.me().status_code == 401
    before = browser.client.session.session_key
    assert enter(browser, "000000").json()["error"]["code"] == "wrong_code"
    assert enter(browser, code(secret)[:3] + " " + code(secret)[3:]).status_code == 204
    assert browser.me().status_code == 200
    assert browser.client.session.session_key != before
    assert Entry.objects.filter(act="second_factor_failed").count() == 1
    assert Entry.objects.get(act="signed_in").about == {"way": "app"}


def test_a_code_lets_in_once(open_browser, app):
    secret, _ = app
    said = code(secret)
    first, second_one = open_browser(), open_browser()
    first.sign_in("bob@example.com")
    second_one.sign_in("bob@example.com")
    assert enter(first, said).status_code == 204
    assert enter(second_one, said).status_code == 400


def test_a_recovery_code_lets_in_once_in_any_spelling(open_browser, app):
    _, codes = app
    assert len(codes) == len(set(codes)) == second.RECOVERY_CODES
    for said, status in ((codes[0].upper(), 204), (codes[0], 400), (codes[1].replace("-", " "), 204)):
        browser = open_browser()
        browser.sign_in("bob@example.com")
        assert enter(browser, said).status_code == status
    assert RecoveryCode.objects.count() == second.RECOVERY_CODES - 2


def test_neither_secret_nor_codes_can_be_read_in_the_database(app):
    secret, codes = app
    held = repr(
        [list(SecondFactor.objects.values()), list(RecoveryCode.objects.values()), list(Entry.objects.values())]
    )
    assert secret not in held
    for one in codes:
        assert one not in held
        assert one.replace("-", "") not in held


def test_without_a_password_before_it_a_code_is_worth_nothing(browser, app):
    secret, _ = app
    answer = enter(browser, code(secret))
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "signed_out")


def test_who_waits_for_the_code_is_out_after_a_new_password_or_ten_minutes(browser, app, alice, bob_user):
    secret, _ = app
    browser.sign_in("bob@example.com")
    session = browser.client.session
    session["second_factor_waits"] = [*session["second_factor_waits"][:2], int(time.time()) - 601]
    session.save()
    assert enter(browser, code(secret)).status_code == 401
    browser.sign_in("bob@example.com")
    people.change_password(Actor.of(bob_user), current=PASSWORD, new="a new long one 34")
    assert enter(browser, code(secret)).status_code == 401
    assert browser.me().status_code == 401


def test_guessing_codes_is_stopped(browser, app):
    secret, _ = app
    browser.sign_in("bob@example.com")
    second.forget(second._key(SecondFactor.objects.get().user_id))
    wrong = [f"{n:06d}" for n in range(15) if f"{n:06d}" not in {code(secret, ahead) for ahead in range(-2, 3)}]
    statuses = [enter(browser, one).status_code for one in wrong[:12]]
    assert statuses == [400] * 10 + [429] * 2
    assert enter(browser, code(secret)).status_code == 429


def test_it_counts_only_once_a_code_was_typed(browser, bob):
    second.begin(bob, password=PASSWORD)
    assert browser.sign_in("bob@example.com").status_code == 200


def test_it_is_set_up_and_turned_off_with_the_password(bob, door):
    as_bob = door(bob)
    assert as_bob.post("/two-factor/begin", {"password": "wrong"}).status_code == 400
    begun = as_bob.post("/two-factor/begin", {"password": PASSWORD}).json()
    assert begun["uri"].startswith("otpauth://totp/")
    assert as_bob.post("/two-factor/confirm", {"code": "12"}).json()["error"]["code"] == "wrong_code"
    codes = as_bob.post("/two-factor/confirm", {"code": code(begun["secret"])}).json()["codes"]
    state = as_bob.get("/two-factor").json()
    assert (state["on"], state["codes_left"], state["compulsory"]) == (True, 10, False)
    assert as_bob.post("/two-factor/begin", {"password": PASSWORD}).status_code == 409
    others = as_bob.post("/two-factor/codes", {"password": PASSWORD}).json()["codes"]
    assert not set(codes) & set(others)
    assert as_bob.post("/two-factor/off", {"password": "wrong"}).status_code == 400
    assert as_bob.post("/two-factor/off", {"password": PASSWORD}).status_code == 204
    assert as_bob.get("/two-factor").json()["on"] is False
    assert not RecoveryCode.objects.exists()


def test_a_role_that_has_to_have_it_is_led_there_at_the_next_sign_in(browser, alice, bob, bob_user):
    with pytest.raises(KebuError, match="no role"):
        second.set_rules(alice, ["sales", "nonsense"])
    second.set_rules(alice, ["sales"])
    assert browser.sign_in("bob@example.com").status_code == 200
    for path in ("/api/objects", "/api/sessions", "/api/views", "/api/live"):
        answer = browser.client.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "second_factor_needed")
    assert browser.me().status_code == 200
    begun = browser.send("POST", "/api/two-factor/begin", {"password": PASSWORD}).json()
    answer = browser.send("POST", "/api/two-factor/confirm", {"code": code(begun["secret"])})
    assert answer.status_code == 200
    assert browser.client.get("/api/objects").status_code == 200
    answer = browser.send("POST", "/api/two-factor/off", {"password": PASSWORD})
    assert answer.json()["error"]["code"] == "second_factor_compulsory"


def test_only_owners_say_what_owners_have_to_do(alice, alice_user, bob):
    from kebu.accounts.models import User

    adam = Actor.of(User.objects.create(email="adam@example.com", name="Adam", role="administrator"))
    second.set_rules(adam, ["administrator"])
    with pytest.raises(KebuError, match="Only an owner"):
        second.set_rules(adam, ["administrator", "owner"])
    second.set_rules(alice, ["owner"])
    with pytest.raises(KebuError, match="Only an owner"):
        second.set_rules(adam, [])
    with pytest.raises(KebuError, match="not allow"):
        second.set_rules(bob, [])
    assert Company.objects.get().two_factor_roles == ["owner"]
    assert Entry.objects.filter(act="two_factor_rules").count() == 2


def test_an_administrator_takes_it_from_somebody_who_lost_it(open_browser, app, alice, bob_user, door):
    secret, _ = app
    signed_in = open_browser()
    signed_in.sign_in("bob@example.com")
    enter(signed_in, code(secret))
    assert {one["name"]: one["two_factor"] for one in door(alice).get("/users").json()["rows"]} == {
        "Bob": True,
        "Alice": False,
    }
    assert door(alice).post(f"/users/{bob_user.pk}/two-factor/reset").status_code == 204
    assert signed_in.me().status_code == 401
    assert open_browser().sign_in("bob@example.com").status_code == 200
    assert Entry.objects.get(act="second_factor_reset").about == {"person": "Bob"}


def test_an_invitation_does_not_let_in_past_it(browser, app, alice, bob_user):
    secret, _ = app
    chosen = "a new long one 34"
    link = people.invite(alice, bob_user.pk)
    answer = browser.send("POST", f"/api/invites/{link.rpartition('/')[2]}", {"name": "Bob", "password": chosen})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "second_factor_asked")
    assert browser.me().status_code == 401
    assert enter(browser, "000000").status_code == 400
    assert enter(browser, code(secret)).status_code == 204
    assert browser.me().status_code == 200
    assert Entry.objects.get(act="signed_in").about == {"way": "app"}
    assert (
        browser.send("POST", f"/api/invites/{link.rpartition('/')[2]}", {"name": "B", "password": chosen}).status_code
        == 404
    )


def test_taking_it_away_ends_sessions_that_have_no_row(open_browser, app, alice, bob_user, door):
    secret, _ = app
    signed_in = open_browser()
    signed_in.sign_in("bob@example.com")
    enter(signed_in, code(secret))
    SignIn.objects.all().delete()
    assert door(alice).post(f"/users/{bob_user.pk}/two-factor/reset").status_code == 204
    assert signed_in.me().status_code == 401


def test_where_the_key_of_the_installation_is_another_a_recovery_code_still_helps(browser, app, settings):
    secret, codes = app
    browser.sign_in("bob@example.com")
    SecondFactor.objects.update(secret="gAAAAABnonsense")
    assert enter(browser, code(secret)).status_code == 400
    assert enter(browser, codes[0]).status_code == 204
