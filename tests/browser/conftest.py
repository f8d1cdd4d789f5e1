"""A real program and a real browser: what people meet.

The Chromium comes out of the npm development package `@sparticuz/chromium`, unpacked once into `.cache/`;
where that one does not run, a Chromium on the machine is taken.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, sync_playwright

from installation import ROOT, Installation, Served

PICTURES = ROOT / "docs" / "pictures"
_ON_THE_MACHINE = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--font-render-hinting=none",
)
_UNPACK = """
import chromium from '@sparticuz/chromium';
await chromium.executablePath();
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One running Kebu for all tests of a file, with nothing in it."""
    if not (ROOT / "src/kebu/spa/static/index.html").exists():
        pytest.fail("the front end is not built: make install")
    with Installation(tmp_path_factory.mktemp("home")).served() as served:
        yield served


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = _start(playwright)
        yield started
        started.close()


def _start(playwright: Playwright) -> Browser:
    found = [*_packaged(), *(Path(path) for name in _ON_THE_MACHINE if (path := shutil.which(name)))]
    reasons = []
    for path in found:
        libraries = path.parent / "al2023" / "lib"
        environment = dict(os.environ)
        if libraries.exists() and "not found" in subprocess.run(["ldd", path], capture_output=True, text=True).stdout:
            environment["LD_LIBRARY_PATH"] = str(libraries)
        try:
            return playwright.chromium.launch(executable_path=path, args=_FLAGS, env=environment)
        except Exception as error:
            reasons.append(f"{path}: {str(error).splitlines()[0]}")
    pytest.skip("no Chromium runs here: " + ("; ".join(reasons) or "none found"))


def _packaged() -> list[Path]:
    """The Chromium of the npm package (Linux, x86-64), unpacked beside the project; empty where there is none."""
    package = ROOT / "web/node_modules/@sparticuz/chromium"
    if sys.platform != "linux" or os.uname().machine != "x86_64" or not package.exists():
        return []
    version = json.loads((package / "package.json").read_text())["version"]
    folder = ROOT / ".cache" / f"chromium-{version}"
    if not folder.exists():
        folder.parent.mkdir(exist_ok=True)
        unpacked = tempfile.mkdtemp(dir=folder.parent)
        # The package unpacks into the folder for temporary files, and its libraries only for this one host.
        environment = os.environ | {"TMPDIR": unpacked, "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x"}
        command = [sys.executable, ROOT / "hatch_build.py", "npm", "exec", "--", "node", "--input-type=module"]
        subprocess.run([*command, "-e", _UNPACK], check=True, env=environment, stdout=sys.stderr)
        Path(unpacked).rename(folder)
    return [folder / "chromium"]


@pytest.fixture
def context(browser: Browser, program: Served) -> Iterator[BrowserContext]:
    """A fresh profile in Chinese."""
    yield from _profile(browser, program, "zh-CN")


@pytest.fixture
def english(browser: Browser, program: Served) -> Iterator[BrowserContext]:
    """A fresh profile in English."""
    yield from _profile(browser, program, "en-US")


def _profile(browser: Browser, program: Served, locale: str) -> Iterator[BrowserContext]:
    made = browser.new_context(
        base_url=program.url,
        locale=locale,
        timezone_id="Asia/Shanghai",
        viewport={"width": 1440, "height": 900},
        reduced_motion="reduce",
        accept_downloads=True,
    )
    made.set_default_timeout(15_000)
    complaints: list[str] = []
    made.on("console", lambda message: complaints.extend(_complaint(message)))
    made.on("weberror", lambda error: complaints.append(str(error.error)))
    yield made
    made.close()
    assert not complaints, "the browser complained:\n" + "\n".join(complaints)


def _complaint(message: ConsoleMessage) -> list[str]:
    """Errors of the page, refusals of the content policy among them; an answer of 4xx is a normal thing."""
    if message.type != "error" or re.search(r"status of (4\d\d)", message.text):
        return []
    return [f"{message.text} ({message.location.get('url', '')})"]


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page in Chinese."""
    return context.new_page()


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """`picture(page, "table.zh")` keeps a screenshot for the documentation when KEBU_PICTURES=1 asks for it."""

    def take(page: Page, name: str) -> None:
        if os.environ.get("KEBU_PICTURES") == "1":
            PICTURES.mkdir(parents=True, exist_ok=True)
            page.evaluate("document.fonts.ready")
            page.screenshot(path=PICTURES / f"{name}.png", animations="disabled", caret="hide")

    return take
