"""P6: from a save until another open browser shows it, while many listen."""

import json
import random
import time
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from threading import Thread
from typing import Any

from playwright.sync_api import sync_playwright

from bench import clock
from bench.clock import Figure
from bench.ground import Ground, Served
from bench.page import signed_in
from browser.conftest import start

_PEOPLE = 50
_EDITS = 200
# Notes when a cell first shows each text, in seconds since 1970, as the program that saves counts them.
_WATCH = """() => {
  window.shownAt = {};
  new MutationObserver(() => {
    for (const cell of document.querySelectorAll('.slick-row > .slick-cell')) {
      const text = cell.textContent;
      if (text.startsWith('P6 ')) window.shownAt[text] ??= (performance.timeOrigin + performance.now()) / 1000;
    }
  }).observe(document.querySelector('[role=grid]'), { childList: true, characterData: true, subtree: true });
}"""


def measure(ground: Ground, served: Served) -> Iterator[Figure]:
    """One browser and forty-nine other listeners on a running server; a program saves the cells of one record."""
    logins = json.loads((ground.home / "demo-logins.json").read_text())
    # Nobody may hold all lines at once.
    keys = [served.token, *(ground.token(one["email"]) for one in logins[1:])]
    ask = served.caller()
    with ExitStack() as stack, sync_playwright() as playwright:
        for number in range(_PEOPLE - 1):
            line = stack.enter_context(_Listening(served, keys[number % len(keys)]))
        browser = start(playwright)
        # Wide enough for the last column of the template.
        page = signed_in(browser, served, logins[0], {"width": 2240, "height": 900})
        with page.expect_response(lambda answer: "/api/live?" in answer.url and answer.ok):
            page.goto("/o/customers")
        page.locator(".slick-cell .kf-text").first.wait_for()
        page.evaluate(_WATCH)
        body = {"fields": ["name"], "sort": [], "limit": 1}
        record, version = ask("POST", "/records/customers/query", body)["rows"][0][:2]
        chance = random.Random(6)
        saved: dict[str, tuple[float, float]] = {}
        for number in range(_EDITS):
            text = f"P6 {number}"
            begun = time.time()
            answer = ask("PATCH", f"/records/customers/{record}", {"version": version, "values": {"remark": text}})
            saved[text], version = (begun, time.time()), answer["version"]
            page.wait_for_timeout(100 + 200 * chance.random())
        page.wait_for_timeout(1000)
        shown: dict[str, Any] = page.evaluate("window.shownAt")
        told = line.heard
        browser.close()
    # Two saves within one look of the server are told together: the page shows the later one.
    ways = sorted(shown[text] - begun for text, (begun, _) in saved.items() if text in shown)
    own = sorted(end - begun for begun, end in saved.values())
    notes = [
        f"of {_EDITS} edits {len(ways)} shown by themselves",
        f"median {clock.percentile(ways, 0.5) * 1000:.0f} ms",
        f"of which the save {clock.percentile(own, 0.5) * 1000:.0f} ms",
        f"{told} messages to another listener",
    ]
    what = f"an edit reaches another open browser, {_PEOPLE} connected, p95"
    yield Figure("P6", what, ground.database, clock.percentile(ways, 0.95), 0.3, notes=notes)


class _Listening:
    """One more who is connected."""

    def __init__(self, served: Served, key: str) -> None:
        self.heard = 0
        self._connection = HTTPConnection("127.0.0.1", served.port, timeout=600)
        self._connection.request("GET", "/api/live", headers={"Authorization": f"Bearer {key}"})
        self._answer = self._connection.getresponse()
        if self._answer.status != 200:
            raise RuntimeError(f"/api/live: {self._answer.status} {self._answer.read()[:500]!r}")

    def __enter__(self) -> "_Listening":
        self._thread = Thread(target=self._listen, daemon=True)
        self._thread.start()
        return self

    def _listen(self) -> None:
        try:
            while line := self._answer.readline():
                self.heard += line.startswith(b"event: changes")
        except (OSError, ValueError, AttributeError):
            pass  # the line was closed

    def __exit__(self, *_: object) -> None:
        if self._connection.sock:
            self._connection.sock.shutdown(2)
        self._thread.join(5)
        self._connection.close()
