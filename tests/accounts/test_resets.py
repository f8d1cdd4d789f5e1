"""A forgotten password: a link by mail that tells nobody who is here, lasts an hour and works once."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from conftest import PASSWORD
from kebu.accounts import people, resets, second, totp
from kebu.accounts.models import Reset, SignIn, Token
from kebu.accounts.tokens import create_token
from kebu.audit.models import Entry
from kebu.core import jobs
from kebu.core.models import Job
from mail_server import MailServer, mail_server

NEW = "quite another one 88"


@pytest.fixture
def post(settings: Any) -> Iterator[MailServer]:
    """A real mail server, set up by the environment."""
    with mail_server() as running:
        settings.MAIL_URL, settings.MAIL_FROM = f"smtp://127.0.0.1:{running.port}", "kebu@example.com"
        yield running


def ask(browser: Any, email: str, **headers: str) -> Any:
    return browser.send("POST", "/api/resets", {"email": email}, **headers)


def work() -> None:
    while jobs.work_once():
        pass


def link_for(browser: Any, post: MailServer, email: str) -> str:
    assert ask(browser, email).status_code == 204
    work()
    return link_in(post)


def link_in(post: MailServer) -> str:
    """The secret of the link in the latest mail."""
    found = re.search(r"http://testserver/reset/(kebu_[0-9a-f]{64})\b", post.mails[-1].get_content())
    assert found
    return found[1]


def test_the_link_lets_choose_a_password_once_and_ends_what_was_open(open_browser, bob, bob_user, post):
    elsewhere, here = open_browser(), open_browser()
    assert elsewhere.sign_in("bob@example.com").status_code == 200
    create_token(bob, name="script", scope="read")
    secret = link_for(here, post, " Bob@Example.com ")
    assert post.mails[0]["To"] == "bob@example.com"
    assert Reset.objects.get().hash != secret
    assert here.send("GET", f"/api/resets/{secret}").json() == {"email": "bob@example.com"}
    assert elsewhere.me().status_code == 200, "asking ends nothing"
    assert here.send("POST", f"/api/resets/{secret}", {"password": "short"}).json()["error"]["code"] == "weak_password"
    assert here.send("POST", f"/api/resets/{secret}", {"password": NEW}).status_code == 204
    assert here.me().status_code == 200
    assert elsewhere.me().status_code == 401
    assert (Token.objects.count(), SignIn.objects.count(), Reset.objects.count()) == (0, 1, 0)
    for method, body in (("GET", None), ("POST", {"password": NEW})):
        assert here.send(method, f"/api/resets/{secret}", body).status_code == 404
    assert open_browser().sign_in("bob@example.com").status_code == 400
    assert open_browser().sign_in("bob@example.com", NEW).status_code == 200
    work()
    assert post.mails[1]["Subject"] == "示例公司客户表的密码已修改"
    acts = list(Entry.objects.order_by("number").values_list("act", "address"))
    assert ("reset_asked", "127.0.0.1") in acts
    assert ("password_reset", "127.0.0.1") in acts


def test_nobody_learns_who_is_here(open_browser, alice, bob_user, charlie_user, post):
    people.update_user(alice, charlie_user.pk, active=False)
    invited = people.add_user(alice, "invited@example.com", role="sales")
    assert not invited.has_usable_password()
    answers, kept = set(), set()
    for email in (
        "bob@example.com",
        "nobody@example.com",
        "charlie@example.com",
        "invited@example.com",
        "not an address",
    ):
        answer = ask(open_browser(), email)
        headers = {name: value for name, value in answer.headers.items() if name != "Set-Cookie"}
        answers.add((answer.status_code, answer.content, repr(sorted(headers.items()))))
        job = Job.objects.latest("id")
        kept.add((job.kind, *sorted(job.payload)))
        assert email not in repr(job.payload)
    assert len(answers) == 1
    assert kept == {("accounts.reset", "address", "device", "sealed")}, "the same is done for everybody"
    work()
    assert [mail["To"] for mail in post.mails] == ["bob@example.com"]


def test_a_known_address_takes_as_long_as_an_unknown_one(open_browser, bob_user, post, monkeypatch):
    monkeypatch.setattr("kebu.accounts.limits.hit", lambda *_, **__: None)
    browser, spent = open_browser(), {"bob@example.com": [], "none@example.com": []}
    for _ in range(15):
        for email, seconds in spent.items():
            begun = time.thread_time()
            ask(browser, email)
            seconds.append(time.thread_time() - begun)
    known, unknown = (sorted(seconds)[7] for seconds in spent.values())
    assert known < 2 * unknown + 0.003
    assert unknown < 2 * known + 0.003


def test_the_second_factor_is_asked_for(browser, bob, bob_user, post):
    secret = second.begin(bob, password=PASSWORD)["secret"]
    second.confirm(bob, totp.code_at(secret, int(time.time()) // totp.PERIOD - 1))
    link = link_for(browser, post, "bob@example.com")
    answer = browser.send("POST", f"/api/resets/{link}", {"password": NEW})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "second_factor_asked")
    assert browser.me().status_code == 401
    code = totp.code_at(secret, int(time.time()) // totp.PERIOD)
    assert browser.send("POST", "/api/sign-in/second", {"code": code}).status_code == 204
    assert browser.me().status_code == 200


def test_it_lasts_an_hour(browser, bob_user, post):
    link = link_for(browser, post, "bob@example.com")
    left = Reset.objects.get().expires_at - timezone.now()
    assert timedelta(minutes=59) < left <= timedelta(hours=1)
    Reset.objects.update(expires_at=timezone.now())
    assert browser.send("GET", f"/api/resets/{link}").status_code == 404
    assert browser.send("POST", f"/api/resets/{link}", {"password": NEW}).status_code == 404


@pytest.mark.parametrize("act", ["another link", "new password", "disabled", "other role"])
def test_it_ends_with_whatever_changes_their_access(act, browser, alice, bob, bob_user, post):
    link = link_for(browser, post, "bob@example.com")
    if act == "another link":
        link_for(browser, post, "bob@example.com")
    elif act == "new password":
        people.change_password(bob, current=PASSWORD, new="yet another one 99")
    elif act == "disabled":
        people.update_user(alice, bob_user.pk, active=False)
    else:
        people.update_user(alice, bob_user.pk, role="readonly")
    assert browser.send("POST", f"/api/resets/{link}", {"password": NEW}).status_code == 404


def test_an_account_gets_few_mails(open_browser, bob_user, post):
    statuses = [
        ask(open_browser(), "bob@example.com", **{"X-Forwarded-For": f"10.0.0.{n}"}).status_code for n in range(5)
    ]
    assert statuses == [204, 204, 204, 429, 429]
    unknown = [ask(open_browser(), "nobody@example.com").status_code for n in range(5)]
    assert unknown == statuses
    work()
    assert len(post.mails) == 3


def test_of_two_who_use_it_at_once_one_wins(transactional_db, company, bob_user, post, at_once):
    resets.send(resets.seal("bob@example.com"), address="", device="")
    work()
    secret = link_in(post)
    results = at_once(*(lambda n=n: resets.use(secret, password=f"{NEW} {n}") for n in range(2)))
    assert sorted(type(one).__name__ for one in results) == ["KebuError", "User"]


def test_without_mail_the_page_offers_none(browser, bob_user):
    assert browser.send("GET", "/api/sign-in").json()["reset"] is False
    answer = ask(browser, "bob@example.com")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "mail_off")
    assert not Job.objects.exists()


def test_another_site_cannot_ask(browser, bob_user, post):
    assert ask(browser, "bob@example.com", **{"X-CSRFToken": "no"}).status_code == 403
