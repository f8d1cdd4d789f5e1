"""The stream of changes: what a person hears makes his old rows new, and tells nothing of what he may not see."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kebu.accounts.actor import Actor
from kebu.core.errors import KebuError
from kebu.fields.registry import catalog
from kebu.records import cells, cursors, history, news, opening, permissions, write
from kebu.records.cursors import cursor, place
from kebu.records.snapshots import last_change

pytestmark = pytest.mark.django_db
OBJECTS = ("customers", "contacts", "deals")


@dataclass
class Page:
    """What a page does with the events: it patches the rows that it has, and reads those anew that it is told to."""

    actor: Actor
    rows: dict[str, dict[int, list[Any]]] = field(default_factory=dict)
    heard: list[dict[str, Any]] = field(default_factory=list)
    after: int = 0

    def __post_init__(self) -> None:
        self.after = last_change()
        self.rows = {key: fresh(self.actor, key) for key in OBJECTS}

    def catch_up(self) -> None:
        told = news.read(self.after)
        self.after = told.last
        for said in map(json.loads, told.told(self.actor)):
            self.heard.append(said)
            key = said["object"]
            if said.get("reload"):
                self.rows[key] = fresh(self.actor, key)
                continue
            assert said["fields"] == list(permissions.fields(self.actor, catalog(), key))
            for row in said["rows"]:
                if row[0] in self.rows[key] or row[0] in said["new"]:
                    self.rows[key][row[0]] = row
            for pk in said["gone"]:
                self.rows[key].pop(pk, None)


def fresh(actor: Actor, key: str) -> dict[int, list[Any]]:
    known = catalog()
    one = known.object(key)
    ids = list(one.model.objects.filter(permissions.visible(actor, one)).values_list("id", flat=True))
    fields = list(permissions.fields(actor, known, key).values())
    return {row[0]: json.loads(json.dumps(row)) for row in cells.rows(actor, known, one, ids, fields)}


def ids_of(actor: Actor, key: str) -> list[int]:
    return sorted(fresh(actor, key))


def one_of(ids: list[int], place: int) -> int:
    return ids[place % len(ids)]


ACTS = (
    "name",
    "owner",
    "contact_name",
    "main_name",
    "contact_moves",
    "contact_owner",
    "create",
    "delete",
    "undo",
    "many",
)
STEPS = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 7), st.integers(0, 2)), min_size=1, max_size=12)


class Company:
    """Alice, Bob and Charlie, some customers of each with contacts, and what can happen to them."""

    def __init__(self, alice: Actor, bob: Actor, charlie: Actor) -> None:
        self.alice, self.people = alice, (alice, bob, charlie)
        self.sets: list[int] = []
        for n, owner in enumerate((bob, charlie, charlie, alice)):
            values = {"name": f"客户{n}", "main_contact.name": f"联系人{n}", "main_deal.title": f"商机{n}"}
            write.create(owner, "customers", values)

    def do(self, act: str, place: int, person: int) -> None:
        alice = self.alice
        customer = one_of(ids_of(alice, "customers"), place)
        contact = one_of(ids_of(alice, "contacts"), place)
        who = self.people[person]
        text = f"{act}{place}{len(self.sets)}"
        done: Any = None
        if act == "name":
            done = write.update(alice, "customers", customer, {"name": text, "remark": text}, expected_version=None)
        elif act == "owner":
            done = write.update(alice, "customers", customer, {"owner": who.user_id}, expected_version=None)
        elif act == "contact_name":
            done = write.update(alice, "contacts", contact, {"name": text}, expected_version=None)
        elif act == "main_name":
            done = write.update(
                alice, "customers", customer, {"main_contact.phone": f"139{place:08}"}, expected_version=None
            )
        elif act == "contact_moves":
            target = customer if place % 3 else None
            done = write.update(alice, "contacts", contact, {"customer": target}, expected_version=None)
        elif act == "contact_owner":
            done = write.update(alice, "contacts", contact, {"owner": who.user_id}, expected_version=None)
        elif act == "create":
            done = write.create(who, "customers", {"name": text, "main_contact.name": text})
        elif act == "delete" and len(ids_of(alice, "customers")) > 2:
            done = (None, write.delete(alice, "customers", customer, expected_version=None))
        elif act == "undo" and self.sets:
            with suppress(KebuError):  # taken back already, or not possible any more
                history.undo(alice, self.sets.pop())
        elif act == "many":
            changes = [{"id": pk, "values": {"remark": text}} for pk in ids_of(alice, "customers")]
            done = write.batch(alice, "customers", changes)
        if done and done[1]:
            self.sets.append(done[1])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, rests=st.integers(1, 4))
@example(steps=[("owner", 1, 1), ("owner", 1, 0), ("owner", 1, 1)], rests=3)
def test_old_rows_and_what_was_told_make_new_rows(table, bob, charlie, steps, rests):
    with transaction.atomic():
        follow(Company(table, bob, charlie), [Page(actor) for actor in (table, bob, charlie)], steps, rests)
        # The next example begins with an empty table, too.
        transaction.set_rollback(True)


def follow(company: Company, pages: list[Page], steps: list[tuple[str, int, int]], rests: int) -> None:
    for number, step in enumerate(steps):
        company.do(*step)
        for n, page in enumerate(pages):
            # Some follow at once, some come back after several changes.
            if (number + n) % rests == 0:
                page.catch_up()
    for page in pages:
        page.catch_up()
        for key in OBJECTS:
            assert page.rows[key] == fresh(page.actor, key), (page.actor.name, key)


def test_many_changes_of_an_act_are_one_event(table, monkeypatch):
    monkeypatch.setattr(news, "BULK", 3)
    page = Page(table)
    write.batch(table, "customers", [{"values": {"name": f"客户{n}"}} for n in range(5)])
    page.catch_up()
    assert page.heard == [{"object": "customers", "reload": True}]
    assert page.rows["customers"] == fresh(table, "customers")


def test_a_part_of_an_act_that_goes_on_is_told_once(table, monkeypatch):
    marks: news.Marks = {}
    start = last_change()
    with write.Write(table, catalog()) as first:
        first.create("customers", [{"name": "一"}])
    told = news.read(start, marks=marks)
    with write.Write(table, catalog(), change_set=first.change_set) as second:
        second.create("customers", [{"name": "二"}])
    later = news.read(told.last, marks=marks)
    assert [len(one.touched["customers"]) for one in (told, later)] == [1, 1]
    # Who was not there for the first part hears both.
    assert len(news.read(start).touched["customers"]) == 2


def test_more_than_anybody_reads_is_asked_anew(table, monkeypatch):
    monkeypatch.setattr(news, "MOST", 3)
    start = last_change()
    write.batch(table, "customers", [{"values": {"name": f"客户{n}"}} for n in range(5)])
    assert news.read(start).everything
    assert news.read(last_change() + 1).everything, "a backup was restored: the numbers begin earlier"


def test_nobody_hears_of_what_he_may_not_see(table, bob, charlie):
    bobs, _ = write.create(bob, "customers", {"name": "鲍勃的", "main_contact.name": "甲"})
    mine, _ = write.create(charlie, "customers", {"name": "查理的", "main_contact.name": "乙"})
    page = Page(charlie)
    write.update(bob, "customers", bobs.id, {"name": "鲍勃的新名字", "main_contact.name": "丙"}, expected_version=None)
    write.create(bob, "customers", {"name": "又一个", "main_contact.name": "丁"})
    write.delete(bob, "customers", bobs.id, expected_version=None)
    page.catch_up()
    assert page.heard == []
    # What goes to another is gone, and what becomes of it then is not told.
    write.update(table, "customers", mine.id, {"owner": bob.user_id}, expected_version=None)
    page.catch_up()
    assert [said["gone"] for said in page.heard if said["object"] == "customers"] == [[mine.id]]
    page.heard.clear()
    write.update(bob, "customers", mine.id, {"name": "鲍勃改的"}, expected_version=None)
    contact = ids_of(bob, "contacts")[0]
    write.update(table, "contacts", contact, {"owner": charlie.user_id}, expected_version=None)
    write.update(table, "contacts", contact, {"owner": bob.user_id}, expected_version=None)
    page.catch_up()
    assert page.heard == []


def test_a_record_that_is_given_to_somebody_is_new_to_him(table, bob, charlie):
    done, _ = write.create(bob, "customers", {"name": "换人"})
    page = Page(charlie)
    write.update(table, "customers", done.id, {"owner": charlie.user_id}, expected_version=None)
    page.catch_up()
    assert [said["new"] for said in page.heard if said["object"] == "customers"] == [[done.id]]


def refused(actor: Actor, text: str) -> str:
    with pytest.raises(KebuError) as caught:
        place(actor, text)
    return caught.value.code


def test_a_cursor_is_its_persons_and_good_for_a_while(table, bob, monkeypatch):
    mine = cursor(table, 7)
    assert (place(table, mine).after, place(table, mine).stale) == (7, False)
    for wrong in (mine.replace("7.", "8.", 1), "7", "", "x.y.z.w", "é.1.1.1"):
        assert refused(table, wrong) == "foreign_cursor", wrong
    assert refused(bob, mine) == "foreign_cursor"
    now = time.time()
    monkeypatch.setattr(cursors.time, "time", lambda: now + cursors.KEEP_SECONDS + 1)
    assert place(table, mine).stale


def test_the_first_page_says_from_where_to_listen(table):
    opened = opening.first_page(table, "customers", {}, offset=0, limit=10)
    assert place(table, opened["after"]).after == last_change()


def events(text: str) -> list[tuple[str, Any]]:
    """The events of a stream, by name and data."""
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.partition(": ")[::2] for line in block.splitlines() if ": " in line)
        if "event" in lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def test_the_stream_begins_with_what_was_missed(table, door):
    opened = door(table).post("/records/customers/query", {"fields": ["name"]}).json()
    done, _ = write.create(table, "customers", {"name": "新来的"})
    answer = door(table).get("/live", {"after": opened["after"]})
    assert answer["Content-Type"].startswith("text/event-stream")
    (hello, _), (name, said) = events(answer.content.decode())
    assert (hello, name, said["new"]) == ("hello", "changes", [done.id])
    assert said["rows"][0][said["fields"].index("name") + 2] == "新来的"


def test_other_rights_than_before_begin_anew(table, door, alice_user):
    was = cursor(table, last_change())
    alice_user.rights_version += 1
    alice_user.save()
    assert [name for name, _ in events(door(alice_user).get("/live", {"after": was}).content.decode())] == ["reset"]


def test_another_persons_place_and_another_sites_page_are_refused(table, bob, door):
    theirs = cursor(bob, 0)
    answer = door(table).get("/live", {"after": theirs})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "foreign_cursor")
    for headers in ({"Origin": "https://example.net"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = door(table).client.get("/api/live", headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "cross_site"), headers
    assert door(table).client.get("/api/live", headers={"Origin": "http://testserver"}).status_code == 200


def test_a_view_says_which_of_some_records_it_holds(table, bob, charlie, door):
    mine, _ = write.create(charlie, "customers", {"name": "查理的"})
    other, _ = write.create(charlie, "customers", {"name": "别的"})
    bobs, _ = write.create(bob, "customers", {"name": "查理也不能看"})
    asked = {
        "filter": {"field": "name", "op": "contains", "value": "查理"},
        "among": [mine.id, other.id, bobs.id],
        "fields": ["name"],
    }
    answer = door(charlie).post("/records/customers/query", asked).json()
    assert [row[0] for row in answer["rows"]] == [mine.id]
    assert (answer["count"], answer["snapshot"]) == (1, None)
