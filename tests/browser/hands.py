"""What hands do on the pages: sign in, find a cell, type into it. Everything by role and label, as people find it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from playwright.sync_api import FloatRect, Locator, Page, Request, Response, expect

OWNER = "alice@example.com"
PASSWORD = "correct horse 马 battery"
# Milliseconds that what must happen may take: long, for a machine may be busy with other things.
TIMEOUT = 45_000
_sending: WeakKeyDictionary[Page, set[Request]] = WeakKeyDictionary()


def send(page: Page, method: str, path: str, body: Any = None) -> Any:
    """What the page's own program would ask the server: to prepare what a test is not about, or to see what is kept."""
    token = next(one["value"] for one in page.context.cookies() if one["name"] == "csrftoken")
    headers = {"X-CSRFToken": token, "Content-Type": "application/json"}
    answer = page.context.request.fetch(path, method=method, headers=headers, data=json.dumps(body))
    assert answer.ok, f"{method} {path}: {answer.status} {answer.text()}"
    return answer.json() if answer.body() else None


def sign_in(page: Page, email: str, password: str) -> None:
    """Fill in the sign-in page, in Chinese, and wait for the table."""
    page.get_by_label("邮箱").fill(email)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page).to_have_url(re.compile("/o/customers"))


def add_customers(page: Page, *customers: dict[str, Any]) -> list[int]:
    """Customers that are there before the test begins; answers their ids."""
    changes = [{"id": None, "values": values} for values in customers]
    results = send(page, "POST", "/api/records/customers/batch", {"changes": changes, "label": "prepare"})["results"]
    return [one["id"] for one in results]


def day(offset: int = 0) -> str:
    """Today, or a day some days off, as the people of the tests have it."""
    return str((datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=offset)).date())


def pick(page: Page, box: Locator, option: str) -> None:
    """Choose an option of a list that opens at `box`; a long one is searched, or else scrolled through."""
    box.click()
    searchable = box.get_attribute("readonly") is None
    if searchable:
        box.press_sequentially(option)
    shown = page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden)")
    expect(shown.locator(".ant-select-item-option").first).to_be_visible()
    wanted = shown.get_by_title(option, exact=True)
    # Of a long list only the part in sight exists.
    while not searchable and wanted.count() == 0 and box.get_attribute("aria-expanded") == "true":
        last = shown.locator(".ant-select-item-option").last
        before = last.get_attribute("title")
        last.scroll_into_view_if_needed()
        shown.locator(".ant-select-item-option").first.hover()
        page.mouse.wheel(0, 120)
        expect(last).not_to_have_attribute("title", before or "")
    wanted.click()


def take_back(page: Page) -> None:
    """Press 撤销 in the message that has just come; the bar above the table has a button of that name, too."""
    page.locator(".ant-message").get_by_role("button", name="撤销").last.click()


def until(page: Page, holds: Callable[[], object]) -> None:
    """Wait for what the program does by itself, in the background."""
    for _ in range(TIMEOUT // 250):
        if holds():
            return
        page.wait_for_timeout(250)
    raise AssertionError("it did not happen in time")


def watch(page: Page) -> None:
    """Know from now on what the page sends; `reload` waits for it."""
    sending = _sending[page] = set[Request]()
    page.on("request", lambda request: sending.add(request) if request.method != "GET" else None)
    page.on("requestfinished", lambda request: sending.discard(request))
    page.on("requestfailed", lambda request: sending.discard(request))


def reload(page: Page) -> None:
    """Load the page again when all that it sends has been answered: what shows at once may be saved a little later."""
    page.wait_for_timeout(200)
    until(page, lambda: not _sending[page])
    page.reload()


def painted(place: Locator) -> FloatRect:
    """Where it lies, as soon as it is painted: a grid that lays out anew shows nothing for a moment."""
    found: list[FloatRect | None] = []
    until(place.page, lambda: found.append(place.bounding_box()) or found[-1])
    assert found[-1]
    return found[-1]


def compose(page: Page, *steps: str, text: str | None) -> None:
    """What an input method does: letters that are not final yet, then the text they stand for (none: it stays open)."""
    devtools = page.context.new_cdp_session(page)
    for step in steps:
        devtools.send("Input.imeSetComposition", {"text": step, "selectionStart": len(step), "selectionEnd": len(step)})
    if text is not None:
        devtools.send("Input.insertText", {"text": text})
    devtools.detach()


def export(page: Page, kind: str = "Excel") -> None:
    """Have the table exported as that; the file comes when the browser gets it."""
    page.get_by_role("button", name="导出").click()
    dialog = page.get_by_role("dialog", name=re.compile("^导出"))
    dialog.get_by_role("radio", name=re.compile(kind)).check()
    dialog.get_by_role("button", name="导出").click()


class Table:
    """The grid of the page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.grid = page.get_by_role("grid")

    def header(self, column: str) -> Locator:
        """The head of a column by its name."""
        name = self.page.get_by_text(column, exact=True)
        return self.grid.get_by_role("columnheader").filter(has=name)

    def cell(self, row: str, column: str) -> Locator:
        """The cell of the row that shows the text `row` somewhere, as the rows stand now."""
        place = self.grid.locator("[role=row]", has=self.page.get_by_text(row, exact=True)).first
        number = place.get_attribute("aria-rowindex")
        return self.at(int(number or 0) - 1, column)

    def at(self, row: int, column: str) -> Locator:
        """The cell in the row with that number, from 1."""
        place = self.header(column).get_attribute("aria-colindex")
        return self.grid.locator(f"[role=row][aria-rowindex='{row + 1}'] > [aria-colindex='{place}']")

    def shows(self, *names: str, column: str = "客户名称") -> None:
        """These rows and no others are there, in this order."""
        # The rows of the page do not stand in the order in which they are seen.
        for number, name in enumerate(names, 1):
            expect(self.at(number, column)).to_have_text(name)
        told = re.compile(rf"(?<!\d){len(names)} (行|rows?)")
        expect(self.page.get_by_label(re.compile("状态栏|Status bar"))).to_contain_text(told)

    def type_into(self, row: str, column: str, text: str, end: str = "Enter") -> None:
        """Choose a cell, type over it and leave it by `end`; the change has been saved afterwards."""
        self.cell(row, column).click()
        with self.saving():
            self.page.keyboard.type(text)
            self.page.keyboard.press(end)

    @contextmanager
    def saving(self) -> Iterator[None]:
        """What is done inside is saved at the end."""
        with self.page.expect_response(_is_save):
            yield
        expect(self.page.get_by_label("状态栏")).to_contain_text("已保存")

    def menu(self, column: str, item: str) -> None:
        """Open the menu of a column by its arrow and choose an item."""
        header = self.header(column)
        header.hover()
        header.get_by_role("button").click()
        self.page.get_by_role("menuitem", name=re.compile(f"^{re.escape(item)}")).click()

    def tick(self, row: str) -> None:
        """Tick the box of a row, which shows where the mouse is."""
        cell = self.cell(row, "客户名称")
        cell.hover()
        cell.locator("xpath=..").get_by_role("checkbox").click()


def _is_save(response: Response) -> bool:
    return response.request.method in ("PATCH", "POST") and bool(
        re.search(r"/api/records/\w+(/\d+|/batch)?$", response.url)
    )
