"""Two at work in one table while things go wrong: both change one cell, and the line of the stream is cut and cut again.

Also run by the bench, at full length (safety rows F8 and F9).
"""

from __future__ import annotations

import random
import re
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Error, Locator, Page, Response, expect

from browser.hands import Table, send

_CELL = "备注"
_SAVE = re.compile(r"/api/records/customers/(\d+|batch)$")
# Counts the questions that a page asks about a cell that two have changed.
_COUNT_QUESTIONS = """() => {
  window.questions = 0;
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes)
        if (node.querySelector?.('[role=dialog] fieldset') || node.matches?.('[role=dialog] fieldset')) window.questions++;
  }).observe(document.body, { childList: true, subtree: true });
}"""


@dataclass
class Fight:
    """What came of it: the values that the server took, and how often it refused one because of another."""

    edits: int = 0
    without_line: int = 0
    saved: set[str] = field(default_factory=set)
    refused: int = 0
    asked: int = 0


def fight(traveller: Page, other: Page, name: str, edits: int) -> Fight:
    """Both change one cell in turns, `edits` times in all; a fifth of it the traveller has no line.

    Every conflict is shown, all that was saved is in the history, and both pages end with what the server has.
    """
    chance = random.Random(8)
    told = Fight()
    for page in (traveller, other):
        page.on("response", lambda answer: _note(answer, told))
        page.evaluate(_COUNT_QUESTIONS)
    cells = [(page, Table(page).cell(name, _CELL)) for page in (traveller, other)]
    for number in range(edits):
        if number == edits * 2 // 5:
            traveller.context.set_offline(True)
        if number == edits * 3 // 5:
            traveller.context.set_offline(False)
        page, cell = cells[number % 2]
        _write(page, cell, f"第{number}次", chance)
        told.edits += 1
        told.without_line += page is traveller and edits * 2 // 5 <= number < edits * 3 // 5
    deadline = time.monotonic() + 60 + edits
    while not all(_is_quiet(page, chance) for page, _ in cells):
        assert time.monotonic() < deadline, "a page does not come to rest"
    # Not by a search: that would also find the record whose number holds the digits of the name.
    body = {"filter": {"field": "name", "op": "is", "value": name}, "fields": ["name", "remark"]}
    ((record, _, _, value),) = send(other, "POST", "/api/records/customers/query", body)["rows"]
    for _, cell in cells:
        expect(cell).to_have_text(value)
    missing = told.saved - _history(other, record)
    assert not missing, f"saved, and not in the history: {missing}"
    told.asked = sum(page.evaluate("window.questions") for page, _ in cells)
    assert told.asked >= told.refused, f"{told.refused} conflicts, {told.asked} questions"
    return told


def _note(answer: Response, told: Fight) -> None:
    if answer.request.method == "GET" or not _SAVE.search(answer.url):
        return
    if answer.status == 409:
        told.refused += 1
    elif answer.ok:
        body = answer.request.post_data_json
        told.saved |= {one["values"]["remark"] for one in body.get("changes", [body])}


def _write(page: Page, cell: Locator, text: str, chance: random.Random) -> None:
    """Type into the cell; a question that stands before it is answered first."""
    for _ in range(60):
        _answer(page, chance)
        with suppress(Error):
            cell.click(timeout=500)
            page.keyboard.type(text)
            page.keyboard.press("Enter")
            return
    raise AssertionError("the cell is out of reach")


def _answer(page: Page, chance: random.Random) -> bool:
    """Answer a question, now for one's own value and now for the other's. Says whether there was one."""
    dialog = page.get_by_role("dialog", name="同一格被两个人改了")
    if dialog.count() == 0:
        return False
    with suppress(Error):
        dialog.get_by_role("button", name=chance.choice(("按选择保存", "全部用对方的"))).click(timeout=500)
    return True


def _is_quiet(page: Page, chance: random.Random) -> bool:
    """Whether nothing is asked, on its way or waiting, and has not been for a second."""
    for _ in range(5):
        waits = page.evaluate("Object.keys(localStorage).some((name) => name.startsWith('kebu.unsent.'))")
        busy = re.search("等待保存|保存中|未保存", page.get_by_label("状态栏").inner_text())
        if _answer(page, chance) or waits or busy:
            page.wait_for_timeout(100)
            return False
        page.wait_for_timeout(200)
    return True


def _history(page: Page, record: int) -> set[str]:
    """All values that the cell has had."""
    found: set[str] = set()
    before = ""
    while entries := send(page, "GET", f"/api/records/customers/{record}/history?field=remark{before}")["entries"]:
        for one in entries:
            found |= {str(change["new"]) for change in one["changes"] if change["field"] == "remark"}
        before = f"&before={entries[-1]['id']}"
    return found


class CutLine:
    """A way to the program which can be made to lose all streams that it carries at the moment."""

    def __init__(self, url: str) -> None:
        target = urlsplit(url)
        self._target = (target.hostname or "", target.port or 0)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        self._streams: set[socket.socket] = set()
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> int:
        """Cut them; answers how many there were."""
        with self._lock:
            streams, self._streams = self._streams, set()
        for one in streams:
            _end(one)
        return len(streams)

    def close(self) -> None:
        """Nobody comes in any more, and no stream goes on."""
        self._door.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                inner, _ = self._door.accept()
                outer = socket.create_connection(self._target)
            except OSError:
                return
            threading.Thread(target=self._carry, args=(inner, outer, True), daemon=True).start()
            threading.Thread(target=self._carry, args=(outer, inner, False), daemon=True).start()

    def _carry(self, one: socket.socket, to: socket.socket, asks: bool) -> None:
        with suppress(OSError):
            while part := one.recv(65536):
                if asks and b"GET /api/live?" in part:
                    with self._lock:
                        self._streams.add(one)
                to.sendall(part)
        _end(one)
        _end(to)


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


def storm(page: Page, line: CutLine, call: Callable[..., Any], ids: list[int], edits: int, every: float) -> int:
    """Programs change these records `edits` times while the page, which shows them all, loses its stream every so many
    seconds. The page is not loaded again, and ends with what the server has. Answers how often it was cut."""
    page.evaluate("window.stayed = true")
    failures: list[Exception] = []

    def work(own: list[int], times: int) -> None:
        versions = dict.fromkeys(own, 1)
        try:
            for number in range(times):
                pk = own[number % len(own)]
                body = {"version": versions[pk], "values": {"remark": f"{pk} 的第{number}次"}}
                versions[pk] = call("PATCH", f"/records/customers/{pk}", body)["version"]
        except Exception as error:
            failures.append(error)

    workers = [threading.Thread(target=work, args=(ids[part::4], edits // 4)) for part in range(4)]
    for one in workers:
        one.start()
    cuts = 0
    while any(one.is_alive() for one in workers):
        page.wait_for_timeout(every * 1000)
        cuts += line.cut()
    assert not failures, failures
    body = {"fields": ["remark"], "limit": 500, "sort": []}
    kept = {row[0]: row[2] for row in call("POST", "/records/customers/query", body)["rows"]}
    wanted = sorted(kept[pk] for pk in ids)
    column = Table(page).header(_CELL).get_attribute("aria-colindex")
    seen: list[str] = []
    for _ in range(120):
        shown = page.locator(f".slick-row > [aria-colindex='{column}']").all_text_contents()
        # Other rows may be there, of which nobody wrote.
        if sorted(seen := [text for text in shown if " 的第" in text]) == wanted:
            assert page.evaluate("window.stayed"), "the page was loaded again"
            return cuts
        page.wait_for_timeout(250)
    raise AssertionError(f"the page shows what the server does not have: {set(seen) ^ set(wanted)}")
