"""The stream of changes as programs and browsers have it: held open by a running Kebu, while that does all the rest."""

from __future__ import annotations

import http.client
import json
import socket
import time
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from installation import Installation, Served

OWNER = "alice@example.com"
SALES = "bob@example.com"


class Stream:
    """An open stream: `next("changes")` waits for the next event of that name, or for any."""

    def __init__(self, served: Served, token: str, after: str = "") -> None:
        self.line = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=20)
        path = f"/api/live?after={quote(after)}&tab=test"
        self.line.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        self.answer = self.line.getresponse()
        assert self.answer.status == 200, self.answer.read()
        self.cursor = after

    def next(self, *names: str) -> tuple[str, Any]:
        """The next event with one of these names; ("", None) when the stream ends."""
        event: dict[str, str] = {}
        while line := self.answer.readline():
            text = line.decode().rstrip("\n")
            if text:
                name, _, value = text.partition(": ")
                event[name] = value
                continue
            self.cursor = event.get("id", self.cursor)
            if event.get("event") in names or (event.get("event") and not names):
                return event["event"], json.loads(event["data"])
            event = {}
        return "", None

    def close(self) -> None:
        # The answer holds the socket for itself.
        self.answer.close()
        self.line.close()


def call(served: Served, token: str, method: str, path: str, body: Any = None) -> Any:
    asked = urllib.request.Request(f"{served.url}/api{path}", method=method)
    asked.add_header("Authorization", f"Bearer {token}")
    asked.add_header("Content-Type", "application/json")
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(asked, data, timeout=20) as answer:
        content = answer.read()
        return json.loads(content) if content else None


@pytest.fixture
def company(installation: Installation) -> Installation:
    installation.init()
    installation.json("user", "add", SALES, "--role", "sales", "--password-stdin", text="correct horse 马 battery\n")
    return installation


def token(company: Installation, email: str) -> str:
    return company.json("token", email, "--name", "test", "--scope", "write")["token"]


@pytest.fixture(params=["1", "2"])
def served(company: Installation, request: pytest.FixtureRequest) -> Iterator[Served]:
    """By one process, and by two of them: who listens to one hears of what the other saved."""
    with company.served("--processes", request.param) as served:
        yield served


def name_of(said: Any) -> str:
    return str(said["rows"][0][2 + said["fields"].index("name")])


def test_a_change_is_heard_at_once_and_a_cut_line_misses_nothing(served):
    alice, bob = token(served.installation, OWNER), token(served.installation, SALES)
    hers, his = Stream(served, alice), Stream(served, bob)
    assert hers.next()[0] == his.next()[0] == "hello"
    began = time.monotonic()
    made = call(served, bob, "POST", "/records/customers", {"values": {"name": "第一"}})
    for stream in (hers, his):
        assert name_of(stream.next("changes")[1]) == "第一"
    assert time.monotonic() - began < 5  # a tenth of a second where nothing else is at work
    for number in range(20):
        hers.close()
        # Bob's stream is cut, too, and hears no word of what is Alice's.
        call(
            served,
            bob,
            "PATCH",
            f"/records/customers/{made['id']}",
            {"version": number + 1, "values": {"name": f"第{number}次"}},
        )
        call(served, alice, "POST", "/records/customers", {"values": {"name": f"爱丽丝的{number}"}})
        hers = Stream(served, alice, hers.cursor)
        names: set[str] = set()
        while not {f"第{number}次", f"爱丽丝的{number}"} <= names:
            event, said = hers.next("changes")
            assert event
            names |= {str(row[2 + said["fields"].index("name")]) for row in said["rows"]}
        if number % 5 == 0:
            his.close()
            his = Stream(served, bob, his.cursor)
    last = ""
    while last != "第19次":
        event, said = his.next("changes")
        assert event
        assert len(said["rows"]) == 1
        last = name_of(said)
    hers.close()
    his.close()


def test_rights_that_are_taken_away_end_a_stream(served):
    alice, bob = token(served.installation, OWNER), token(served.installation, SALES)
    his = Stream(served, bob)
    assert his.next()[0] == "hello"
    served.installation.json("user", "disable", SALES)
    began = time.monotonic()
    call(served, alice, "POST", "/records/customers", {"values": {"name": "他不再听到"}})
    assert his.next("bye", "changes")[0] == "bye"
    assert his.next() == ("", None)
    assert time.monotonic() - began < 5
    with pytest.raises(AssertionError, match="signed_out"):
        Stream(served, bob, his.cursor)


def test_who_is_where_is_told_to_those_who_may_see_it(served):
    alice, bob = token(served.installation, OWNER), token(served.installation, SALES)
    hers = call(served, alice, "POST", "/records/customers", {"values": {"name": "爱丽丝的"}})["id"]
    his = call(served, bob, "POST", "/records/customers", {"values": {"name": "鲍勃的"}})["id"]
    listening, other = Stream(served, alice), Stream(served, bob)
    place = {"tab": "a", "object": "customers", "record": hers, "field": "name"}
    call(served, alice, "POST", "/live/place", place)
    call(served, bob, "POST", "/live/place", {**place, "tab": "b", "record": his})
    seen = wait_for_people(listening, "b")
    assert (seen["record"], seen["field"]) == (his, "name")
    # Bob is told that Alice is at the customers, not at which.
    seen = wait_for_people(other, "a")
    assert (seen["object"], seen["record"], seen["field"]) == ("customers", None, None)
    listening.close()
    other.close()


def test_what_is_said_is_heard_by_who_may_see_it(served):
    alice, bob = token(served.installation, OWNER), token(served.installation, SALES)
    hers = call(served, alice, "POST", "/records/customers", {"values": {"name": "爱丽丝的"}})["id"]
    his = call(served, bob, "POST", "/records/customers", {"values": {"name": "鲍勃的"}})["id"]
    listening, other = Stream(served, alice), Stream(served, bob)
    # Where people are is told once the stream is at work.
    assert listening.next("people")[0] == other.next("people")[0] == "people"
    call(served, alice, "POST", f"/records/customers/{hers}/comments", {"text": "自己看"})
    call(served, alice, "POST", f"/records/customers/{his}/comments", {"field": "name", "text": "看看"})
    assert other.next("comments")[1] == {"object": "customers", "records": [his]}
    assert hers in listening.next("comments")[1]["records"]
    listening.close()
    other.close()


def wait_for_people(stream: Stream, tab: str) -> dict[str, Any]:
    while True:
        event, said = stream.next("people")
        assert event
        if found := [one for one in said["people"] if one["tab"] == tab]:
            return found[0]


def test_many_more_listeners_than_threads_take_nobodys_turn(company):
    with company.served() as served:
        alice, bob = token(company, OWNER), token(company, SALES)
        opened = [Stream(served, bob) for _ in range(25)]
        raw = [silent(served, alice) for _ in range(5)]
        for n in range(10):
            call(served, alice, "POST", "/records/customers", {"values": {"name": f"客户{n}"}})
        for stream in opened:
            assert stream.next()[0] == "hello"
            stream.close()
        for one in raw:
            one.close()


def silent(served: Served, token: str) -> socket.socket:
    """One who asks for the stream and reads nothing of it."""
    host = urlsplit(served.url)
    one = socket.create_connection((host.hostname or "", host.port or 0))
    one.sendall(f"GET /api/live HTTP/1.1\r\nHost: {host.netloc}\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
    return one


def test_it_ends_at_once_though_somebody_listens(company):
    with company.served() as served:
        stream = Stream(served, token(company, OWNER))
        assert stream.next()[0] == "hello"
        began = time.monotonic()
        served.process.terminate()
        assert served.process.wait(15) == 0
        assert time.monotonic() - began < 8  # after ten seconds it would be killed
        # What was told before is still to be heard, then comes the end.
        while name := stream.next()[0]:
            assert name in ("people", "beat")


def test_nobody_opens_streams_without_end(company):
    with company.served() as served:
        alice = token(company, OWNER)
        opened = [Stream(served, alice) for _ in range(30)]
        for stream in opened:
            assert stream.next()[0] == "hello"
        with pytest.raises(AssertionError, match="too_many_requests"):
            Stream(served, alice)
        for stream in opened:
            stream.close()
