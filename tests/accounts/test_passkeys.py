"""Passkeys: made, signed in by, and refused wherever anything does not fit. The device is one in software."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestedCredentialData

from conftest import PASSWORD
from kebu.accounts import passkeys, people, second, totp
from kebu.accounts.models import Company, Passkey, User
from kebu.audit.models import Entry
from kebu.core.errors import KebuError

ORIGIN = "https://kebu.example.com"
PRESENT, VERIFIED, ATTESTED = 1, 4, 64


@dataclass
class Device:
    """Makes and uses one passkey, as browsers and telephones do; each part can be bent."""

    origin: str = ORIGIN
    site: str = "kebu.example.com"
    flags: int = PRESENT | VERIFIED
    counts: bool = True
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: os.urandom(32))
    counter: int = 0
    handle: bytes = b""

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        asked = options["publicKey"]
        self.handle = websafe_decode(asked["user"]["id"])
        known = AttestedCredentialData.create(b"\0" * 16, self.id, ES256.from_cryptography_key(self.key.public_key()))
        data = self._data(self.flags | ATTESTED) + bytes(known)
        return {
            "id": websafe_encode(self.id),
            "response": {
                "clientDataJSON": websafe_encode(self._said("webauthn.create", asked["challenge"])),
                "attestationObject": websafe_encode(cbor.encode({"fmt": "none", "authData": data, "attStmt": {}})),
            },
        }

    def use(self, options: dict[str, Any]) -> dict[str, Any]:
        said = self._said("webauthn.get", options["publicKey"]["challenge"])
        data = self._data(self.flags)
        signature = self.key.sign(data + sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        parts = {"clientDataJSON": said, "authenticatorData": data, "signature": signature, "userHandle": self.handle}
        return {"id": websafe_encode(self.id), "response": {name: websafe_encode(one) for name, one in parts.items()}}

    def _data(self, flags: int) -> bytes:
        self.counter += self.counts
        return sha256(self.site.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _said(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()


@pytest.fixture(autouse=True)
def _named(settings: Any) -> None:
    settings.BASE_URL = ORIGIN


def signed_in(open_browser: Any, email: str = "bob@example.com") -> Any:
    browser = open_browser()
    assert browser.sign_in(email).status_code == 200
    return browser


def begin(browser: Any) -> Any:
    return browser.send("POST", "/api/passkeys/begin", {"password": PASSWORD}).json()


def make(browser: Any, device: Device, name: str = "示例手机") -> Any:
    return browser.send("POST", "/api/passkeys", {"name": name, "credential": device.make(begin(browser))})


def ask(browser: Any, *, after_password: bool = False) -> Any:
    return browser.send("POST", "/api/sign-in/passkey/begin", {"after_password": after_password}).json()


def answer(browser: Any, credential: dict[str, Any]) -> Any:
    return browser.send("POST", "/api/sign-in/passkey", {"credential": credential})


def code_of(response: Any) -> str:
    return str(response.json()["error"]["code"])


@pytest.fixture
def device(open_browser: Any, bob_user: User) -> Device:
    """Bob's, made already."""
    made = Device()
    assert make(signed_in(open_browser), made).status_code == 201
    return made


def test_it_signs_in_by_itself(open_browser, bob_user, device):
    browser = open_browser()
    options = ask(browser)
    assert options["publicKey"]["rpId"] == "kebu.example.com"
    assert options["publicKey"]["userVerification"] == "required"
    assert "allowCredentials" not in options["publicKey"], "nobody is named before somebody has shown who they are"
    before = browser.client.session.session_key
    assert answer(browser, device.use(options)).status_code == 204
    assert browser.me().json()["user"]["email"] == "bob@example.com"
    assert browser.client.session.session_key != before
    assert Entry.objects.filter(act="signed_in").latest("number").about == {"way": "passkey"}
    assert Passkey.objects.get().last_used is not None
    assert bob_user.email.encode() not in device.handle


def test_it_is_made_with_the_password_only_and_listed_named_removed(open_browser, bob_user):
    browser, device = signed_in(open_browser), Device()
    wrong = browser.send("POST", "/api/passkeys/begin", {"password": "wrong"})
    assert code_of(wrong) == "current_password_wrong"
    made = make(browser, device).json()
    assert browser.send("GET", "/api/passkeys").json()["rows"][0]["name"] == "示例手机"
    known = begin(browser)["publicKey"]["excludeCredentials"]
    assert [one["id"] for one in known] == [websafe_encode(device.id)]
    assert browser.send("PATCH", f"/api/passkeys/{made['id']}", {"name": "新手机"}).json()["name"] == "新手机"
    address = f"/api/passkeys/{made['id']}/remove"
    assert code_of(browser.send("POST", address, {"password": "wrong"})) == "current_password_wrong"
    assert browser.send("POST", address, {"password": PASSWORD}).status_code == 204
    assert browser.send("POST", address, {"password": PASSWORD}).status_code == 404
    visitor = open_browser()
    assert code_of(answer(visitor, device.use(ask(visitor)))) == "passkey_refused"
    acts = list(Entry.objects.filter(act__startswith="passkey").order_by("number").values_list("act", flat=True))
    assert acts == ["passkey_made", "passkey_removed"]


@pytest.mark.parametrize(
    "bend",
    [
        {"origin": "https://kebu.example.com.evil.example"},
        {"origin": "http://kebu.example.com"},
        {"origin": "https://kebu.example.com:8443"},
        {"site": "example.com"},
        {"flags": VERIFIED},
        {"flags": PRESENT},
        {"key": ec.generate_private_key(ec.SECP256R1())},
        {"handle": b"somebody else"},
        {"id": b"unknown"},
    ],
)
def test_what_does_not_fit_is_refused(bend, open_browser, device):
    for name, value in bend.items():
        setattr(device, name, value)
    browser = open_browser()
    assert code_of(answer(browser, device.use(ask(browser)))) == "passkey_refused"
    assert browser.me().status_code == 401
    assert Entry.objects.filter(act="passkey_failed").count() == (0 if "id" in bend else 1)


@pytest.mark.parametrize("bend", [{"origin": "https://evil.example"}, {"site": "evil.example"}, {"flags": PRESENT}])
def test_none_is_kept_that_was_made_elsewhere_or_unverified(bend, open_browser, bob_user):
    device = Device(**bend)
    assert code_of(make(signed_in(open_browser), device)) == "passkey_refused"
    assert not Passkey.objects.exists()


def test_an_answer_counts_once_and_for_its_challenge_only(open_browser, device):
    browser = open_browser()
    said = device.use(ask(browser))
    assert answer(browser, said).status_code == 204
    assert code_of(answer(browser, said)) == "passkey_late", "the challenge is used up"
    other = open_browser()
    ask(other)
    assert code_of(answer(other, said)) == "passkey_refused", "another challenge"
    assert code_of(answer(open_browser(), device.use(ask(browser)))) == "passkey_late", "another browser"


def test_a_challenge_does_not_wait_for_long(open_browser, device, monkeypatch):
    browser = open_browser()
    said = device.use(ask(browser))
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 301)
    assert code_of(answer(browser, said)) == "passkey_late"


def test_a_copy_that_counts_behind_is_refused(open_browser, device):
    browser = open_browser()
    assert answer(browser, device.use(ask(browser))).status_code == 204
    device.counter -= 1
    again = open_browser()
    assert code_of(answer(again, device.use(ask(again)))) == "passkey_refused"
    assert Entry.objects.filter(act="passkey_failed").count() == 1


def test_a_device_that_never_counts_is_fine(open_browser, bob_user):
    device = Device(counts=False)
    assert make(signed_in(open_browser), device).status_code == 201
    for _ in range(2):
        browser = open_browser()
        assert answer(browser, device.use(ask(browser))).status_code == 204


def test_nobody_keeps_the_passkey_of_another(open_browser, bob_user, charlie_user, device):
    browser = signed_in(open_browser, "charlie@example.com")
    assert code_of(make(browser, device)) == "passkey_refused"
    assert Passkey.objects.get().user == bob_user
    pk = Passkey.objects.get().pk
    assert browser.send("PATCH", f"/api/passkeys/{pk}", {"name": "x"}).status_code == 404
    assert browser.send("POST", f"/api/passkeys/{pk}/remove", {"password": PASSWORD}).status_code == 404


def test_who_is_disabled_does_not_get_in(open_browser, alice, bob_user, device):
    people.update_user(alice, bob_user.pk, active=False)
    browser = open_browser()
    assert code_of(answer(browser, device.use(ask(browser)))) == "passkey_refused"


def test_it_takes_the_place_of_the_code_after_the_password(open_browser, bob, charlie_user, device):
    secret = second.begin(bob, password=PASSWORD)["secret"]
    second.confirm(bob, totp.code_at(secret, int(time.time()) // totp.PERIOD))
    browser = open_browser()
    asked = browser.sign_in("bob@example.com").json()["error"]
    assert (asked["code"], asked["details"]) == ("second_factor_asked", {"code": True, "passkey": True})
    options = ask(browser, after_password=True)
    assert [one["id"] for one in options["publicKey"]["allowCredentials"]] == [websafe_encode(device.id)]
    charlies = Device()
    assert make(signed_in(open_browser, "charlie@example.com"), charlies).status_code == 201
    assert code_of(answer(browser, charlies.use(options))) == "passkey_refused", "another person than the password's"
    assert answer(browser, device.use(ask(browser, after_password=True))).status_code == 204
    assert Entry.objects.filter(act="signed_in").latest("number").about == {"way": "both"}


def test_who_turns_round_after_the_password_signs_in_as_somebody_else(open_browser, bob, charlie_user, device):
    secret = second.begin(bob, password=PASSWORD)["secret"]
    second.confirm(bob, totp.code_at(secret, int(time.time()) // totp.PERIOD))
    charlies = Device()
    assert make(signed_in(open_browser, "charlie@example.com"), charlies).status_code == 201
    browser = open_browser()
    assert browser.sign_in("bob@example.com").status_code == 401
    options = ask(browser)
    assert "allowCredentials" not in options["publicKey"]
    assert answer(browser, charlies.use(options)).status_code == 204
    assert browser.me().json()["user"]["email"] == "charlie@example.com"


def test_it_is_the_second_factor_that_a_role_needs(open_browser, alice, bob, bob_user):
    Company.objects.update(two_factor_roles=["sales"])
    browser, device = signed_in(open_browser), Device()
    assert code_of(browser.send("GET", "/api/objects")) == "second_factor_needed"
    made = make(browser, device)
    assert made.status_code == 201
    assert browser.send("GET", "/api/objects").status_code == 200
    address = f"/api/passkeys/{made.json()['id']}/remove"
    assert code_of(browser.send("POST", address, {"password": PASSWORD})) == "second_factor_compulsory"
    again = open_browser()
    asked = again.sign_in("bob@example.com").json()["error"]
    assert (asked["code"], asked["details"]) == ("second_factor_asked", {"code": False, "passkey": True})
    assert again.me().status_code == 401
    assert answer(again, device.use(ask(again, after_password=True))).status_code == 204
    assert again.send("GET", "/api/objects").status_code == 200
    second.reset(alice, bob_user.pk)
    assert not Passkey.objects.exists()
    assert browser.me().status_code == 401


def test_the_password_alone_lets_in_where_no_second_factor_is_needed(open_browser, device):
    assert signed_in(open_browser).me().status_code == 200


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000", "https://192.168.1.5", "http://kebu.example.com", "http://[::1]:8000"]
)
def test_addresses_for_which_browsers_make_none(url, settings, open_browser, bob_user):
    settings.BASE_URL = url
    browser = signed_in(open_browser)
    assert browser.send("GET", "/api/sign-in").json()["passkeys"] is False
    assert code_of(browser.send("POST", "/api/passkeys/begin", {"password": PASSWORD})) == "passkeys_off"
    assert code_of(browser.send("POST", "/api/sign-in/passkey/begin", {})) == "passkeys_off"


def test_nonsense_is_refused_and_never_an_error_of_the_server(open_browser, device):
    browser = open_browser()
    good = device.use(ask(browser))
    for name in good["response"]:
        for junk in ("", "AAAA", "_" * 15_000):
            ask(browser)
            bad = {**good, "response": {**good["response"], name: junk}}
            assert answer(browser, bad).status_code == 400
    mine = signed_in(open_browser)
    for junk in ("", "oA", "gICA", websafe_encode(cbor.encode({"fmt": "none", "authData": b"x" * 60, "attStmt": {}}))):
        made = Device().make(begin(mine))
        made["response"]["attestationObject"] = junk
        assert code_of(mine.send("POST", "/api/passkeys", {"name": "x", "credential": made})) == "passkey_refused"


def test_there_is_an_end_to_them(open_browser, bob, bob_user, monkeypatch):
    monkeypatch.setattr(passkeys, "MOST", 1)
    browser = signed_in(open_browser)
    assert make(browser, Device()).status_code == 201
    assert code_of(browser.send("POST", "/api/passkeys/begin", {"password": PASSWORD})) == "too_many_passkeys"
    with pytest.raises(KebuError):
        passkeys.begin(bob, browser.client.session, password=PASSWORD)
