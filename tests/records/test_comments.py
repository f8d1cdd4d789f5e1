"""Comments: who may read and write them, who is told, what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kebu.accounts.models import User
from kebu.core.errors import KebuError
from kebu.fields import definitions
from kebu.notify.models import Notification
from kebu.records import comments, copies, trash, write
from kebu.records.models import ChangeSet, Comment, Counter, Thread
from kebu.records.snapshots import last_change

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script> {who} %s \u202e @[x] @[] ﷺ"


@pytest.fixture
def record(table: Actor, bob: Actor) -> int:
    """A customer of Bob's."""
    return write.create(bob, "customers", {"name": "公司A", "main_contact.phone": "13800001234"})[0].id


def said(actor: Actor, pk: int, key: str | None = None) -> list[dict[str, Any]]:
    threads: list[dict[str, Any]] = comments.listed(actor, "customers", pk, key=key, offset=0)["threads"]
    return threads


def texts(thread: dict[str, Any]) -> list[str]:
    return [one["text"] for one in thread["comments"]]


def told(actor: Actor) -> list[tuple[str, str, str]]:
    rows = Notification.objects.filter(user_id=actor.user_id).order_by("id")
    return [(row.kind, row.title("en"), row.body("en")) for row in rows]


def refused(act: Callable[[], Any]) -> str:
    with pytest.raises(KebuError) as caught:
        act()
    return caught.value.code


def test_a_thread_hangs_on_a_record_or_on_one_of_its_cells(table: Actor, bob: Actor, record: int) -> None:
    whole = comments.begin(bob, "customers", record, key=None, text="  整条\r\n记录  ")
    cell = comments.begin(table, "customers", record, key="main_contact.phone", text=HOSTILE)
    comments.reply(bob, cell["id"], "收到")
    assert [(one["field"], texts(one)) for one in said(bob, record)] == [
        ("main_contact.phone", [HOSTILE, "收到"]),
        (None, ["整条\n记录"]),
    ]
    assert [one["id"] for one in said(bob, record, "main_contact.phone")] == [cell["id"]]
    assert said(bob, record, "name") == []
    first = said(bob, record)[0]["comments"][0]
    assert first["author"] == {"id": table.user_id, "name": "Alice"}
    assert first["rights"] == {"update": False, "delete": False}
    assert whole["comments"][0]["rights"] == {"update": True, "delete": True}


def test_a_comment_changes_no_record_and_no_history(bob: Actor, record: int) -> None:
    sets, last = ChangeSet.objects.count(), last_change()
    comments.begin(bob, "customers", record, key="name", text="x")
    assert (ChangeSet.objects.count(), last_change()) == (sets, last)


def test_who_does_not_see_the_record_sees_and_does_nothing(bob: Actor, charlie: Actor, record: int) -> None:
    thread = comments.begin(bob, "customers", record, key="name", text="秘密")
    first = thread["comments"][0]["id"]
    for act in (
        lambda: said(charlie, record),
        lambda: comments.people(charlie, "customers", record, key=None),
        lambda: comments.begin(charlie, "customers", record, key=None, text="x"),
        lambda: comments.reply(charlie, thread["id"], "x"),
        lambda: comments.resolve(charlie, thread["id"], resolved=True),
        lambda: comments.edit(charlie, first, "x"),
        lambda: comments.delete(charlie, first),
    ):
        assert refused(act) == "not_found"
    assert comments.marks(charlie, "customers", [record]) == []
    assert comments.talk(0, 99).told(charlie) == []
    assert comments.marks(bob, "customers", [record]) == [(record, "name", 1)]


def test_a_reader_may_comment(rita: Actor, bob: Actor, record: int) -> None:
    thread = comments.begin(rita, "customers", record, key="name", text="这个名字对吗？")
    assert comments.resolve(rita, thread["id"], resolved=True)["resolved"]["by"]["name"] == "Rita"
    assert told(bob) == [], "who keeps the record is told when he is mentioned"


def test_a_field_that_is_not_there_has_no_comments(table: Actor, bob: Actor, record: int) -> None:
    key = definitions.add_field(table, "customers", kind="text", labels={"zh-Hans": "暗号"})
    thread = comments.begin(bob, "customers", record, key=key, text="x")
    definitions.delete_field(table, "customers", key)
    assert said(bob, record) == []
    assert comments.marks(bob, "customers", [record]) == []
    assert comments.talk(0, 99).told(bob) == []
    assert refused(lambda: comments.reply(bob, thread["id"], "y")) == "not_found"
    assert refused(lambda: comments.begin(bob, "customers", record, key=key, text="y")) == "unknown_field"


def test_a_mentioned_person_is_told_exactly_once(table: Actor, bob: Actor, rita: Actor, record: int) -> None:
    thread = comments.begin(bob, "customers", record, key="name", text=f"@[{rita.user_id}] 看看 @[{rita.user_id}]")
    assert told(rita) == [("mention", "Bob mentioned you in a comment", "公司A")]
    link = Notification.objects.get(user_id=rita.user_id).link
    assert link == f"/o/customers?record={record}&tab=comments"
    first = thread["comments"][0]["id"]
    comments.edit(bob, first, f"@[{rita.user_id}] @[{table.user_id}] 看看")
    comments.edit(bob, first, "谁都不用看")
    comments.edit(bob, first, f"@[{rita.user_id}] 还是看看")
    assert [len(told(one)) for one in (rita, table, bob)] == [1, 1, 0]


def test_who_takes_part_is_told_of_a_reply(table: Actor, bob: Actor, rita: Actor, record: int) -> None:
    thread = comments.begin(bob, "customers", record, key=None, text=f"@[{rita.user_id}] 在吗")
    comments.reply(table, thread["id"], "我在")
    comments.reply(bob, thread["id"], f"@[{table.user_id}] 谢谢")
    assert told(bob) == [("comment", "Alice replied to a comment", "公司A")]
    assert [kind for kind, _, _ in told(table)] == ["mention"], "mentioned in a reply: told of that alone"
    assert [kind for kind, _, _ in told(rita)] == ["mention", "comment", "comment"]


def test_nobody_is_told_who_may_not_see_it_any_more(table: Actor, bob: Actor, charlie: Actor, record: int) -> None:
    thread = comments.begin(bob, "customers", record, key=None, text="我的")
    write.update(table, "customers", record, {"owner": charlie.user_id}, expected_version=None)
    comments.reply(charlie, thread["id"], "现在是我的")
    assert told(bob) == []
    assert comments.talk(0, 99).told(bob) == []


def test_only_who_sees_the_record_can_be_mentioned(
    table: Actor, bob: Actor, charlie: Actor, rita: Actor, record: int
) -> None:
    User.objects.filter(pk=rita.user_id).update(is_active=False)
    offered = [one["name"] for one in comments.people(bob, "customers", record, key="name")]
    assert offered == ["Alice", "Bob"]
    for pk in (charlie.user_id, rita.user_id, 987_654_321):
        assert refused(lambda pk=pk: comments.begin(bob, "customers", record, key=None, text=f"@[{pk}]")) == (
            "cannot_mention"
        )
    many = " ".join(f"@[{n}]" for n in range(60))
    assert refused(lambda: comments.begin(bob, "customers", record, key=None, text=many)) == "too_many_mentions"
    assert Comment.objects.count() == 0


def test_an_edit_keeps_a_mention_of_who_has_left(table: Actor, bob: Actor, rita: Actor, record: int) -> None:
    thread = comments.begin(bob, "customers", record, key=None, text=f"@[{rita.user_id}] 看看")
    User.objects.filter(pk=rita.user_id).update(is_active=False)
    edited = comments.edit(bob, thread["comments"][0]["id"], f"@[{rita.user_id}] 看一看")
    assert edited["comments"][0]["edited_at"]
    assert texts(edited) == [f"@[{rita.user_id}] 看一看"]


def test_one_changes_ones_own_and_an_administrator_deletes(table: Actor, bob: Actor, rita: Actor, record: int) -> None:
    thread = comments.begin(bob, "customers", record, key=None, text=f"@[{rita.user_id}] 一")
    comments.reply(rita, thread["id"], "二")
    first, second = (one["id"] for one in said(bob, record)[0]["comments"])
    for act in (lambda: comments.edit(table, first, "x"), lambda: comments.delete(bob, second)):
        assert refused(act) == "not_allowed"
    comments.delete(table, second)
    assert [texts(one) for one in said(bob, record)] == [["一".join((f"@[{rita.user_id}] ", ""))]]
    assert told(bob) == [], "what was told of a comment goes with it"
    comments.delete(bob, first)
    assert told(rita) == []
    assert said(bob, record) == []
    assert refused(lambda: comments.reply(bob, thread["id"], "x")) == "not_found"
    assert refused(lambda: comments.delete(bob, first)) == "not_found"
    assert comments.talk(0, 99).told(bob) == [b'{"object":"customers","records":[%d]}' % record]


def test_a_resolved_thread_is_folded_away_until_somebody_replies(table: Actor, bob: Actor, record: int) -> None:
    old = comments.begin(bob, "customers", record, key="name", text="旧")
    new = comments.begin(bob, "customers", record, key="name", text="新")
    closed = comments.resolve(table, new["id"], resolved=True)
    assert closed["resolved"]["by"] == {"id": table.user_id, "name": "Alice"}
    again = comments.resolve(bob, new["id"], resolved=True)
    assert again["resolved"] == closed["resolved"], "the first who said so stays the one"
    assert [one["id"] for one in said(bob, record)] == [old["id"], new["id"]]
    assert comments.marks(bob, "customers", [record]) == [(record, "name", 1)]
    assert comments.reply(bob, new["id"], "还有")["resolved"] is None
    assert comments.marks(bob, "customers", [record]) == [(record, "name", 3)]
    comments.resolve(bob, new["id"], resolved=True)
    assert comments.resolve(bob, new["id"], resolved=False)["resolved"] is None


def test_an_empty_or_endless_comment_is_refused(bob: Actor, record: int, door: Callable[..., Any]) -> None:
    assert refused(lambda: comments.begin(bob, "customers", record, key=None, text=" \n ")) == "comment_empty"
    path = f"/records/customers/{record}/comments"
    assert door(bob).post(path, {"text": "长" * (comments.MAX_TEXT + 1)}).status_code == 400
    assert door(bob).post(path, {"text": "长" * comments.MAX_TEXT}).status_code == 201


def test_a_thread_has_an_end(bob: Actor, record: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comments, "MAX_COMMENTS", 2)
    thread = comments.begin(bob, "customers", record, key=None, text="1")
    comments.reply(bob, thread["id"], "2")
    assert refused(lambda: comments.reply(bob, thread["id"], "3")) == "too_many_comments"


def test_many_threads_come_in_parts(bob: Actor, record: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comments, "PAGE", 2)
    ids = [comments.begin(bob, "customers", record, key=None, text=str(n))["id"] for n in range(5)]
    parts = [comments.listed(bob, "customers", record, key=None, offset=at) for at in (0, 2, 4)]
    assert [one["id"] for part in parts for one in part["threads"]] == ids[::-1]
    assert [part["more"] for part in parts] == [True, True, False]


def test_comments_go_to_the_trash_and_for_good_with_their_record(table: Actor, bob: Actor, record: int) -> None:
    thread = comments.begin(bob, "customers", record, key="name", text="x")
    contact = write.create(bob, "contacts", {"name": "张三", "customer": record})[0].id
    comments.begin(bob, "contacts", contact, key=None, text="y")
    write.delete(bob, "customers", record, expected_version=None)
    assert refused(lambda: said(bob, record)) == "not_found"
    assert refused(lambda: comments.reply(bob, thread["id"], "y")) == "not_found"
    assert comments.marks(bob, "customers", [record]) == []
    assert comments.talk(0, 99).told(bob) == []
    trash.restore(bob, "customers", [record])
    assert [texts(one) for one in said(bob, record)] == [["x"]]
    write.delete(bob, "customers", record, expected_version=None)
    trash.purge_due("customers", datetime.now(UTC) + timedelta(days=31))
    assert (Thread.objects.count(), Comment.objects.count()) == (0, 0)


def test_a_copy_has_no_comments(bob: Actor, record: int) -> None:
    comments.begin(bob, "customers", record, key="name", text="x")
    (copy,), _ = copies.duplicate(bob, "customers", [record], label="")
    assert said(bob, copy.id) == []


def test_marks_cost_the_same_however_many_there_are(
    table: Actor, bob: Actor, django_assert_num_queries: Callable[..., Any]
) -> None:
    done, _ = write.batch(bob, "customers", [{"values": {"name": f"公司{n}"}} for n in range(30)])
    for one in done:
        comments.begin(bob, "customers", one.id, key="name", text="x")
    with django_assert_num_queries(3):
        found = comments.marks(bob, "customers", [one.id for one in done])
    assert len(found) == 30


def test_listeners_hear_where_something_was_said(table: Actor, bob: Actor, record: int) -> None:
    def hear(after: int) -> tuple[int, list[bytes]]:
        until = Counter.objects.get(id=Counter.COMMENTS).value
        talk = comments.talk(after, until)
        return talk.last, talk.told(table)

    thread = comments.begin(bob, "customers", record, key="name", text="x")
    words = [b'{"object":"customers","records":[%d]}' % record]
    last, heard = hear(0)
    assert heard == words
    assert hear(last) == (last, [])
    for act in (
        lambda: comments.reply(bob, thread["id"], "y"),
        lambda: comments.resolve(bob, thread["id"], resolved=True),
        lambda: comments.edit(bob, thread["comments"][0]["id"], "z"),
        lambda: comments.delete(bob, thread["comments"][0]["id"]),
    ):
        act()
        last, heard = hear(last)
        assert heard == words


def test_too_much_at_once_and_an_older_database_are_asked_anew(
    bob: Actor, record: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comments, "_MOST", 1)
    for n in range(2):
        comments.begin(bob, "customers", record, key="name", text=str(n))
    assert b'{"object":"customers","records":null}' in comments.talk(0, 2).told(bob)
    assert comments.talk(5, 2).everywhere


TEXTS = st.text(max_size=40) | st.lists(
    st.sampled_from(["@[1]", "@[", "]", "@", "[2]", "@[99999999999999999999]", "@[-1]", "@[ 3 ]", "x", "\n", "<b>"])
).map("".join)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_any_text_comes_back_as_it_was_or_is_refused(bob: Actor, record: int, text: str) -> None:
    """Nothing in it is taken for anything but a mention, and that only where the person may be mentioned."""
    text = text.replace("\x00", "")
    try:
        thread = comments.begin(bob, "customers", record, key=None, text=text)
    except KebuError as error:
        assert error.code in ("comment_empty", "cannot_mention")
        assert error.code == ("cannot_mention" if text.strip() else "comment_empty")
        assert error.code == "comment_empty" or comments.mentioned(text) - {bob.user_id}
    else:
        assert texts(thread) == [text.replace("\r\n", "\n").strip()]
