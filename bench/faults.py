"""F1, F8, F9: what is left when the program is killed, when two fight over a cell, and when the stream breaks off."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench.ground import PostgresServer, create_database
from browser.conftest import new_profile, start
from browser.hands import OWNER, PASSWORD, Table, sign_in
from browser.two_at_work import CutLine, fight, storm
from importexport.killing import Client, rounds
from installation import Installation, Served

_SECOND = "zhou@example.com"


def killed(count: int, rows: int, server: PostgresServer | None) -> str:
    """F1: kill it so many times in the middle of imports. What was found; AssertionError: what was lost."""
    with _company(server) as installation:
        tally = rounds(installation, count, rows)
        done = installation.run("check")
        if done.returncode:
            raise AssertionError(done.stderr)
    created, changed = len(tally.created), sum(map(len, tally.remarks.values()))
    return (
        f"F1, {_name(server)}: killed {tally.kills} times during imports of {rows:,} rows. {created:,} records and "
        f"{changed:,} changes were acknowledged and are there, every import is whole or absent, the database is sound."
    )


def one_cell(edits: int, server: PostgresServer | None) -> str:
    """F8: two browsers change one cell so many times, one of them a while without a line."""
    with _company(server) as installation, installation.served() as served, sync_playwright() as playwright:
        installation.json("user", "add", _SECOND, "--role", "administrator", "--password-stdin", text=f"{PASSWORD}\n")
        client = Client(served, installation.json("token", OWNER, "--name", "bench", "--scope", "write")["token"])
        client.call("POST", "/records/customers", {"values": {"name": "示例公司甲"}})
        browser = start(playwright)
        wide = {"width": 2240, "height": 900}
        pages = [_page(browser, served, email, served.url, wide) for email in (OWNER, _SECOND)]
        begun = time.perf_counter()
        told = fight(pages[0], pages[1], "示例公司甲", edits)
        seconds = time.perf_counter() - begun
        browser.close()
    return (
        f"F8, {_name(server)}: two browsers changed one cell {told.edits:,} times in {seconds:.0f} s, "
        f"{told.without_line} of them without a line. {told.refused} conflicts, all of them shown; "
        f"{len(told.saved):,} values were saved and are in the history; both pages ended with what the server has."
    )


def cut_streams(edits: int, server: PostgresServer | None) -> str:
    """F9: so many edits of a hundred records, while a browser that shows them loses its stream every second."""
    with _company(server) as installation, installation.served() as served, sync_playwright() as playwright:
        client = Client(served, installation.json("token", OWNER, "--name", "bench", "--scope", "write")["token"])
        changes = [{"id": None, "values": {"name": f"示例第{number}家"}} for number in range(100)]
        made = client.call("POST", "/records/customers/batch", {"changes": changes, "label": "prepare"})["results"]
        line = CutLine(served.url)
        browser = start(playwright)
        page = _page(browser, served, OWNER, line.url, {"width": 2240, "height": 4200})
        Table(page).grid.get_by_text("示例第99家").wait_for()
        begun = time.perf_counter()
        cuts = storm(page, line, client.call, [one["id"] for one in made], edits, every=1.0)
        seconds = time.perf_counter() - begun
        browser.close()
        line.close()
    return (
        f"F9, {_name(server)}: {edits:,} edits of 100 records in {seconds:.0f} s, the stream of a browser cut {cuts} "
        f"times meanwhile. Without being loaded again it ended with what the server has."
    )


def _page(browser: Browser, served: Served, email: str, url: str, viewport: dict[str, int]) -> Page:
    """A table that listens, of somebody in a browser of his own."""
    page = new_profile(browser, served, base_url=url, viewport=viewport).context.new_page()
    page.goto("/sign-in")
    sign_in(page, email, PASSWORD)
    page.evaluate("localStorage.setItem('kebu.hints', 'seen')")
    with page.expect_response(lambda answer: "/api/live?" in answer.url and answer.ok):
        page.goto("/o/customers")
    page.get_by_role("grid").wait_for()
    return page


@contextmanager
def _company(server: PostgresServer | None) -> Iterator[Installation]:
    """A fresh one, which is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        installation = Installation(Path(folder) / "home")
        if server:
            installation.environment["KEBU_DATABASE_URL"] = create_database(server.url, f"faults_{Path(folder).name}")
        installation.init()
        yield installation


def _name(server: PostgresServer | None) -> str:
    return "PostgreSQL" if server else "SQLite"
