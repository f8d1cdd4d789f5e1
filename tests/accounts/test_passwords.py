"""What a password must be like: one rule, wherever one is chosen."""

from __future__ import annotations

import pytest
from django.utils import translation

from conftest import PASSWORD
from kebu.accounts import people
from kebu.accounts.models import User
from kebu.accounts.passwords import check_password_strength
from kebu.core.errors import KebuError

ELIZABETH = User(name="Elizabeth 张伟", email="liz.zhang@example.com")


@pytest.mark.parametrize(
    ("password", "english", "chinese"),
    [
        ("aaaaaaaaaaaa", "5 different", "5 个不同"),
        ("AaAaAaBbBbBb", "5 different", "5 个不同"),
        ("1212121212", "5 different", "5 个不同"),
        ("elizabethelizabeth1", "your name", "姓名"),
        ("张伟张伟张伟张伟123", "your name", "姓名"),
        ("ZHANG-LIZ-LIZ-LIZ", "your name", "姓名"),
        ("张伟Elizabeth", "similar", "太相似"),
        ("liz.zhang@example.com", "similar", "太相似"),
    ],
)
def test_what_others_would_try_first_is_refused(password, english, chinese):
    for language, word in (("en", english), ("zh-Hans", chinese)):
        with translation.override(language.lower()), pytest.raises(KebuError) as refused:
            check_password_strength(password, ELIZABETH)
        assert refused.value.code == "weak_password"
        assert word in refused.value.as_json(language)["error"]["message"].lower()


@pytest.mark.parametrize("password", [PASSWORD, "Elizabeth likes tea", "zhang 4711 apples", "一二三四五六七八九十"])
def test_others_are_taken(password):
    check_password_strength(password, ELIZABETH)


def test_a_person_without_a_name_may_choose_too():
    check_password_strength(PASSWORD, User(name="", email=""))


def test_the_rule_holds_at_invitation_and_change(alice, bob, bob_user, open_browser):
    invited, link = people.add_and_invite(alice, "dora@example.com", role="sales", name="Dora")
    address = "/api/invites/" + link.rpartition("/")[2]
    joining = open_browser().send("POST", address, {"name": "Dora", "password": "aaaaaaaaaaaa"})
    assert (joining.status_code, joining.json()["error"]["field"]) == (400, "password")
    assert "different characters" in joining.json()["error"]["message"]
    browser = open_browser()
    browser.sign_in("bob@example.com")
    change = {"password": {"current": PASSWORD, "new": "bobexample.bob"}}
    changing = browser.send("PATCH", "/api/me", change)
    assert changing.json()["error"]["code"] == "weak_password"
    assert User.objects.get(pk=bob_user.pk).check_password(PASSWORD)
    assert not User.objects.get(pk=invited.pk).has_usable_password()
