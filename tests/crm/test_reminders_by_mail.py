"""What comes due by mail: all of one time in one mail or each in its own, each exactly once, whoever dies over it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from installation import Installation
from kebu.accounts.actor import Actor
from kebu.accounts.models import User
from kebu.core.jobs import work_once
from kebu.core.models import Job
from kebu.crm import followups
from kebu.crm.models import Customer
from kebu.notify import outbox, reminder_mails, tell, wishes
from kebu.notify.models import Mail, Notification
from kebu.records import write
from mail_server import MailServer, mail_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(settings: Any) -> Iterator[MailServer]:
    with mail_server() as running:
        settings.MAIL_URL, settings.MAIL_FROM = f"smtp://127.0.0.1:{running.port}", "客簿 <kebu@example.com>"
        yield running


# A mail is sent within a day or not at all: these days are of now.
NOW = datetime.now(UTC)
TODAY = NOW.astimezone(ZoneInfo("Asia/Shanghai")).date()


def due(actor: Actor, *names: str) -> list[int]:
    values = [{"values": {"name": name, "next_follow_up": str(TODAY)}} for name in names]
    return [one.id for one in write.batch(actor, "customers", values)[0]]


def remind(now: datetime = NOW) -> int:
    followups.remind(now)
    return reminder_mails.collect(now)


def work() -> None:
    Job.objects.exclude(kind=outbox.KIND).delete()
    while work_once():
        pass


def bell(actor: Actor) -> list[str]:
    return sorted(one.title("zh-Hans") for one in tell.latest(actor))


def test_all_of_one_time_comes_in_one_mail_and_in_the_bell(post: MailServer, table: Actor, bob: Actor) -> None:
    wishes.change(bob, mail=True)
    first, _ = due(bob, "公司A", "公司B")
    for _ in range(3):
        remind()
    work()
    [mail] = post.mails
    assert mail["To"] == "bob@example.com"
    assert mail["Subject"].startswith("2 条提醒：今天要跟进：公司")
    text = mail.get_content()
    assert "今天要跟进：公司A" in text
    assert "今天要跟进：公司B" in text
    assert f"/o/customers?record={first}" in text
    assert "/settings/account" in text
    assert bell(bob) == ["今天要跟进：公司A", "今天要跟进：公司B"]
    # What comes due later on the day is another mail, without what was said.
    due(bob, "公司C")
    remind()
    work()
    assert [mail["Subject"] for mail in post.mails][1:] == ["今天要跟进：公司C"]
    assert "公司A" not in post.mails[1].get_content()


def test_each_comes_in_a_mail_of_its_own_where_that_is_wished(post: MailServer, table: Actor, bob: Actor) -> None:
    wishes.change(bob, mail=True, digest=False)
    due(bob, "公司A", "公司B")
    remind()
    work()
    assert sorted(mail["Subject"] for mail in post.mails) == ["今天要跟进：公司A", "今天要跟进：公司B"]
    assert len({mail["Message-ID"] for mail in post.mails}) == 2
    # Very many at one time would fill the mailbox.
    due(bob, *[f"很多{n}" for n in range(reminder_mails.SINGLES + 1)])
    remind()
    work()
    assert len(post.mails) == 3
    assert post.mails[2]["Subject"].startswith(f"{reminder_mails.SINGLES + 1} 条提醒")


def test_by_mail_alone_it_is_not_in_the_bell(post: MailServer, table: Actor, bob: Actor, door: Any) -> None:
    wishes.change(bob, mail=True, in_app=False)
    due(bob, "公司A")
    remind()
    remind()
    work()
    assert len(post.mails) == 1
    assert door(bob).get("/notifications").json() == {"unread": 0, "rows": []}
    hidden = Notification.objects.get(user_id=bob.person_id)
    assert door(bob).post("/notifications/read", {"ids": [hidden.pk]}).status_code == 404


def test_it_is_written_in_the_language_of_the_person_and_on_lines_of_our_own(
    post: MailServer, table: Actor, bob: Actor
) -> None:
    User.objects.filter(pk=bob.user_id).update(language="en", name="Bob\nBcc: x@example.com")
    wishes.change(bob, mail=True)
    due(bob, "公司A {link} <b>x</b>")
    remind()
    work()
    [mail] = post.mails
    assert mail["Subject"] == "Follow up: 公司A {link} <b>x</b>"
    assert mail["Bcc"] is None
    assert mail.get_content_type() == "text/plain"
    assert f"Due on {TODAY}." in mail.get_content()
    assert "Hello Bob Bcc: x@example.com," in mail.get_content()


def test_what_was_erased_before_the_mail_goes_is_not_in_it(post: MailServer, table: Actor, bob: Actor) -> None:
    wishes.change(bob, mail=True)
    due(bob, "公司A", "公司B")
    remind()
    gone = next(one for one in tell.latest(bob) if "公司A" in one.title("zh-Hans"))
    gone.delete()
    work()
    assert "公司A" not in post.mails[0].get_content()
    due(bob, "公司C")
    remind()
    Notification.objects.filter(user_id=bob.person_id).delete()
    work()
    assert len(post.mails) == 1
    assert Mail.objects.order_by("-id")[0].state == "refused"


def test_of_yesterday_nothing_goes_out(post: MailServer, table: Actor, bob: Actor) -> None:
    """After a restore, or where no worker ran for long."""
    wishes.change(bob, mail=True)
    due(bob, "公司A")
    followups.remind(NOW)
    Notification.objects.update(created_at=NOW - timedelta(hours=25))
    assert reminder_mails.collect(NOW) == 0
    assert not Notification.objects.filter(mail=Notification.WAITS).exists()
    due(bob, "公司B")
    remind()
    Mail.objects.update(until=timezone.now())
    work()
    assert (Mail.objects.get().state, post.mails) == ("late", [])


def test_a_server_that_says_later_gets_the_same_mail_again(post: MailServer, table: Actor, bob: Actor) -> None:
    wishes.change(bob, mail=True)
    due(bob, "公司A")
    post.answers = ["451 4.7.1 greylisted"]
    remind()
    work()
    assert (Mail.objects.get().state, post.mails) == ("waiting", [])
    Job.objects.filter(state=Job.State.QUEUED).update(run_at=timezone.now())
    work()
    assert post.mails[0]["Message-ID"] == f"<{Mail.objects.get().number}@example.com>"
    assert remind() == 0


@pytest.mark.django_db(transaction=True)
def test_two_threads_at_one_time_tell_and_write_once(post: MailServer, table: Actor, bob: Actor) -> None:
    wishes.change(bob, mail=True)
    due(bob, *[f"公司{n}" for n in range(30)])
    start, made, failed = threading.Barrier(2), [], []

    def at_once() -> None:
        try:
            start.wait()
            for _ in range(3):
                made.append(remind())
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=at_once) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert Notification.objects.filter(user_id=bob.person_id).count() == 30
    work()
    lines = [line for mail in post.mails for line in mail.get_content().splitlines() if line.startswith("* ")]
    assert sorted(lines) == sorted(f"* 今天要跟进：公司{n}" for n in range(30))


_WORK = """
import json, os, sys
from datetime import datetime
os.environ["DJANGO_SETTINGS_MODULE"] = "kebu.settings"
import django
django.setup()
from kebu.accounts.models import User
from kebu.core.jobs import work_once
from kebu.core.models import Job
from kebu.crm import followups
from kebu.notify import outbox, reminder_mails
from kebu.notify.models import Mail, Notification, Wish
what, now = sys.argv[1], datetime.fromisoformat(sys.argv[2])
if what == "prepare":
    Job.objects.all().delete()
    Wish.objects.create(user=User.objects.get(), mail=True)
print("ready", flush=True)
sys.stdin.readline()
if what in ("tell", "all"):
    followups.remind(now)
if what == "all":
    reminder_mails.collect(now)
    while work_once():
        pass
print(json.dumps([Notification.objects.count(), *Mail.objects.values_list("state", flat=True)]))
"""


def test_two_processes_and_one_that_died_before_them_write_each_once(installation: Installation, tmp_path: Any) -> None:
    """A program of its own on the same database: told and killed, then two at one time, then started again."""
    with mail_server() as running:
        installation.environment |= {
            "KEBU_MAIL_URL": f"smtp://127.0.0.1:{running.port}",
            "KEBU_MAIL_FROM": "kebu@example.com",
        }
        installation.init()
        file = tmp_path / "due.csv"
        file.write_text("客户名称,下次跟进日期\n" + "".join(f"示例{n}公司,{TODAY}\n" for n in range(20)), "utf-8")
        done = installation.run("import", file)
        assert done.returncode == 0, done.stdout + done.stderr
        processes(installation, "prepare")
        # The first one tells, and dies before it has made a mail of it.
        assert processes(installation, "tell") == [[20]]
        processes(installation, "all", "all")
        assert processes(installation, "all") == [[20, "sent"]]
        [mail] = running.mails
        assert mail["Subject"].startswith("20 条提醒")
        lines = [line for line in mail.get_content().splitlines() if line.startswith("* ")]
        assert sorted(lines) == sorted(f"* 今天要跟进：示例{n}公司" for n in range(20))


def processes(installation: Installation, *each: str) -> list[Any]:
    """Programs that begin together; what they saw at their end."""
    begun = [
        subprocess.Popen(
            [sys.executable, "-c", _WORK, what, NOW.isoformat()], env=installation.environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for what in each
    ]  # fmt: skip
    for one in begun:
        assert one.stdout
        assert one.stdout.readline() == "ready\n"
    told = [one.communicate("\n", timeout=100)[0] for one in begun]
    assert [one.returncode for one in begun] == [0] * len(begun)
    return [json.loads(one) for one in told]


def test_ten_thousand_at_one_time_are_told_in_batches(post: MailServer, table: Actor) -> None:
    people = User.objects.bulk_create(
        User(email=f"p{n}@example.com", name=f"示例{n}", role="sales") for n in range(100)
    )
    for one in people:
        wishes.change(Actor.of(one), mail=True)
    Customer.objects.bulk_create(
        Customer(
            name=f"示例公司{n}", number=f"X{n}", owner=people[n % 100], next_follow_up=TODAY, created_at=NOW, updated_at=NOW,
        )
        for n in range(10_000)
    )  # fmt: skip
    with CaptureQueriesContext(connection) as asked:
        assert remind() == 100
    assert Notification.objects.count() == 10_000
    # What is left are some for the rights of each person, once, and what SQLite takes at once of rows to be stored.
    assert len(asked) < 1_500
    work()
    assert len(post.mails) == 100
    assert sum(mail.get_content().count("\n* ") for mail in post.mails) == 10_000
    with CaptureQueriesContext(connection) as asked:
        assert remind() == 0
    assert len(asked) < 100
