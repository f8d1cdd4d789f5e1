"""Mails go out by the company's server: once, in the person's language, and tried again where that may help."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from conftest import PASSWORD
from installation import free_port
from kebu.accounts import people
from kebu.accounts.actor import SYSTEM, Actor
from kebu.accounts.models import User
from kebu.audit.models import Entry
from kebu.core import jobs
from kebu.core.errors import KebuError, message
from kebu.core.models import Job
from kebu.notify import outbox, server
from kebu.notify.models import Mail
from kebu.notify.models import MailServer as Row
from mail_server import SECRET, USER, MailServer, certificate, mail_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(settings: Any, company: object) -> Iterator[MailServer]:
    """A mail server of the company's own network, without encryption, set up."""
    settings.INTERNAL_HOSTS = ["127.0.0.1"]
    with mail_server() as running:
        there(running)
        yield running


def there(running: MailServer, **changes: Any) -> None:
    values: dict[str, Any] = {
        "host": "127.0.0.1", "port": running.port, "security": "none", "username": "", "password": "",
        "sender": "kebu@example.com", "name": "示例公司 客簿",
    }  # fmt: skip
    server.set_up(SYSTEM, **(values | changes))


def work() -> None:
    """Do what is due, whenever it is due."""
    Job.objects.filter(state=Job.State.QUEUED).update(run_at=timezone.now())
    while jobs.work_once():
        pass


def test_an_invited_person_is_sent_the_link_in_their_language(post: MailServer, alice: Actor, door: Any) -> None:
    made = door(alice).post("/users", {"email": "new@example.com", "name": "小新", "role": "sales"}).json()
    assert made["mailed"] is True
    User.objects.filter(pk=made["id"]).update(language="en")
    work()
    work()
    [mail] = post.mails
    assert post.envelopes == [("kebu@example.com", ["new@example.com"])]
    assert mail["From"].addresses[0].display_name == "示例公司 客簿"
    assert (mail["To"], mail["Subject"]) == ("new@example.com", "Alice invites you to the customer table of 示例公司")
    assert made["invite_link"] in mail.get_content()
    assert mail["Message-ID"].endswith("@example.com>")
    assert Mail.objects.get().state == "sent"


def test_a_new_link_for_somebody_who_is_here_says_so(post: MailServer, alice: Actor, bob_user: User) -> None:
    link = people.invite(alice, bob_user.pk)
    work()
    assert post.mails[0]["Subject"] == "给示例公司的客户表设一个新密码"
    assert link in post.mails[0].get_content()


def test_without_a_server_nothing_is_kept_and_the_link_is_shown(alice: Actor, door: Any) -> None:
    made = door(alice).post("/users", {"email": "new@example.com", "name": "New", "role": "sales"}).json()
    assert made["mailed"] is False
    assert "/invite/" in made["invite_link"]
    assert not Mail.objects.exists()


def test_a_link_waits_sealed_and_is_gone_afterwards(post: MailServer, alice: Actor, bob_user: User) -> None:
    secret = people.invite(alice, bob_user.pk).rsplit("/", 1)[1]
    waiting = Mail.objects.get()
    assert waiting.sealed
    assert secret not in waiting.sealed
    assert all(secret not in repr(job.payload) for job in Job.objects.all())
    work()
    assert Mail.objects.get().sealed == ""


def test_who_is_refused_for_now_is_tried_again_as_the_same_mail(post: MailServer, alice: Actor, bob_user: User) -> None:
    post.answers = ["451 4.7.1 greylisted", "451 4.7.1 greylisted"]
    people.invite(alice, bob_user.pk)
    assert jobs.work_once()
    waiting = Mail.objects.get()
    assert (waiting.state, waiting.tries, waiting.answer) == ("waiting", 1, "451 4.7.1 greylisted")
    assert not jobs.work_once(), "not before its time"
    work()
    work()
    assert len(post.mails) == 1
    assert post.mails[0]["Message-ID"] == f"<{waiting.number}@example.com>"


def test_who_is_refused_for_good_is_not(post: MailServer, alice: Actor, bob_user: User) -> None:
    post.at_recipient = "550 5.1.1 no such mailbox"
    people.invite(alice, bob_user.pk)
    work()
    mail = Mail.objects.get()
    assert (mail.state, mail.answer) == ("refused", "550 5.1.1 no such mailbox")
    assert not Job.objects.filter(state=Job.State.QUEUED).exists()


def test_a_line_that_breaks_over_the_mail_sends_no_second_one(post: MailServer, alice: Actor, bob_user: User) -> None:
    post.answers = ["hang up"]
    people.invite(alice, bob_user.pk)
    work()
    work()
    assert (Mail.objects.get().state, len(post.mails)) == ("unclear", 0)


def test_a_worker_that_died_over_it_leaves_it(post: MailServer, alice: Actor, bob_user: User) -> None:
    people.invite(alice, bob_user.pk)
    Mail.objects.update(state="going")
    work()
    assert (Mail.objects.get().state, len(post.mails)) == ("unclear", 0)


def test_of_two_workers_one_sends(post: MailServer, alice: Actor, bob_user: User) -> None:
    people.invite(alice, bob_user.pk)
    mail = Mail.objects.get()
    seen_by_the_other = Mail.objects.get()
    assert outbox.deliver(mail.pk) == "sent"
    with pytest.raises(jobs.GivenUp):
        outbox._going(seen_by_the_other)
    assert outbox.deliver(mail.pk) == "sent"
    assert len(post.mails) == 1


def test_a_server_that_is_away_is_tried_until_the_link_is_over(post: MailServer, alice: Actor, bob_user: User) -> None:
    Row.objects.update(port=free_port())
    people.invite(alice, bob_user.pk)
    assert jobs.work_once()
    waiting = Mail.objects.get()
    assert (waiting.state, waiting.tries) == ("waiting", 1)
    Mail.objects.update(until=timezone.now())
    work()
    assert Mail.objects.get().state == "late"


def test_who_never_takes_it_is_given_up(post: MailServer, alice: Actor, bob_user: User) -> None:
    post.at_recipient = "450 4.2.0 later"
    people.invite(alice, bob_user.pk)
    for _ in range(8):
        work()
    assert (Mail.objects.get().state, Mail.objects.get().tries) == ("refused", 7)


def test_nobody_writes_to_who_was_disabled(post: MailServer, alice: Actor, bob_user: User) -> None:
    people.invite(alice, bob_user.pk)
    people.update_user(alice, bob_user.pk, active=False)
    work()
    assert (Mail.objects.get().state, post.mails) == ("late", [])


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_the_line_is_encrypted_and_the_certificate_looked_at(
    security: str, settings: Any, alice: Actor, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.INTERNAL_HOSTS = ["127.0.0.1"]
    context, trusted = certificate(tmp_path)
    with mail_server(**{"tls" if security == "tls" else "start_tls": context}) as running:
        there(running, security=security, username=USER, password=SECRET)
        taken, answer = outbox.send_test(alice)
        assert (taken, running.mails) == (False, [])
        assert "certificate" in answer.lower()
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        assert outbox.send_test(alice) == (True, "250 2.0.0 taken as 1")
        assert running.signed_in == 1
        there(running, security=security, username=USER, password="wrong-pw-Zq82")
        taken, answer = outbox.send_test(alice)
        assert (taken, answer[:3], len(running.mails)) == (False, "535", 1)
    assert [entry.about["answer"][:3] for entry in Entry.objects.filter(act="mail_tested")][1:] == ["250", "535"]


def test_a_server_without_encryption_gets_no_password(post: MailServer, alice: Actor) -> None:
    with pytest.raises(KebuError, match="could be read"):
        there(post, username=USER, password=SECRET)
    there(post, security="starttls", username=USER, password=SECRET)
    taken, answer = outbox.send_test(alice)
    assert not taken
    assert "STARTTLS" in answer
    assert post.signed_in == 0


def test_no_other_server_is_told_the_password(post: MailServer) -> None:
    there(post, security="tls", username=USER, password=SECRET)
    there(post, security="tls", username=USER, password=None)
    for change in ({"host": "mail.example.com"}, {"port": 25}, {"username": "other"}):
        with pytest.raises(KebuError) as caught:
            there(post, security="tls", **{"username": USER, "password": None, **change})
        assert caught.value.code == "mail_password_again"
    assert SECRET not in Row.objects.get().password


def test_internal_servers_need_the_setting(post: MailServer, alice: Actor, settings: Any) -> None:
    settings.INTERNAL_HOSTS = []
    taken, answer = outbox.send_test(alice)
    assert (taken, post.mails) == (False, [])
    assert answer == message("internal_address", "zh-Hans", host="127.0.0.1")


def test_the_environment_comes_first(post: MailServer, alice: Actor, settings: Any, door: Any) -> None:
    settings.INTERNAL_HOSTS = []
    Row.objects.all().delete()
    settings.MAIL_URL, settings.MAIL_FROM = f"smtp://127.0.0.1:{post.port}", "示例 <from@example.com>"
    assert outbox.send_test(alice)[0]
    assert post.envelopes[0][0] == "from@example.com"
    shown = door(alice).get("/mail").json()["server"]
    assert (shown["fixed"], shown["sender"]) == (True, "from@example.com")
    assert door(alice).delete("/mail").json()["error"]["code"] == "mail_is_fixed"
    for url, sender in (("http://x", "a@example.com"), ("smtps://h", "nobody"), ("smtp://u:p@h", "a@example.com")):
        settings.MAIL_URL, settings.MAIL_FROM = url, sender
        assert server.current() is None
        assert list(server._environment_is_read())


def test_a_name_with_a_line_break_adds_no_header(post: MailServer, alice: Actor, bob_user: User) -> None:
    User.objects.filter(pk=alice.user_id).update(name="Alice\r\nBcc: evil@example.com")
    people.invite(Actor.of(User.objects.get(pk=alice.user_id)), bob_user.pk)
    work()
    assert post.mails[0]["Bcc"] is None
    assert post.envelopes[0][1] == ["bob@example.com"]


def test_the_server_over_http(post: MailServer, alice: Actor, door: Any) -> None:
    owner = door(alice)
    shown = owner.get("/mail").json()
    assert shown["server"]["host"] == "127.0.0.1"
    assert shown["recent"] == []
    assert owner.post("/mail/test").json() == {"taken": True, "answer": "250 2.0.0 taken as 1"}
    body = {"host": "smtp.example.com", "port": 465, "security": "tls", "username": "u", "password": PASSWORD, "sender": "Kebu@Example.com", "name": ""}  # fmt: skip
    kept = owner.patch("/mail", body).json()["server"]
    assert (kept["sender"], kept["has_password"]) == ("kebu@example.com", True)
    assert PASSWORD not in owner.get("/mail").content.decode()
    for bad in ({"host": "a b"}, {"host": "smtp://x"}, {"sender": "x@"}, {"port": 0}, {"security": "ssl"}):
        assert owner.patch("/mail", body | bad).status_code == 400
    assert owner.patch("/mail", body | {"sender": "x@"}).json()["error"]["field"] == "sender"
    assert owner.delete("/mail").status_code == 204
    assert owner.get("/mail").json()["server"] is None
    assert owner.post("/mail/test").json()["error"]["code"] == "mail_is_off"
    acts = [act for act in Entry.objects.order_by("number").values_list("act", flat=True) if act.startswith("mail_")]
    assert acts == ["mail_set_up", "mail_tested", "mail_set_up", "mail_removed"]


def test_mails_are_forgotten_after_a_month(post: MailServer, alice: Actor, bob_user: User) -> None:
    people.invite(alice, bob_user.pk)
    Mail.objects.update(created_at=timezone.now() - outbox._KEPT - timedelta(days=1))
    assert outbox.forget_old() == 1


def test_addresses_with_other_letters_are_written_in_ascii() -> None:
    assert re.fullmatch(r"a@xn--[a-z0-9]+\.example", server._in_ascii("a@例子.example"))
