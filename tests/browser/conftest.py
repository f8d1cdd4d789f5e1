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
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from browser.hands import OWNER, PASSWORD, TIMEOUT, sign_in, watch
from installation import ROOT, Installation, Served

# How many times slower than it is the page's processor is made, and how many milliseconds later each answer comes:
# what then fails relies on being fast (CONTRIBUTING.md).
SLOW = float(os.environ.get("KEBU_SLOW_BROWSER", "1"))
LATE = float(os.environ.get("KEBU_LATE_ANSWERS", "0"))
expect.set_options(timeout=TIMEOUT)

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What hangs ends by Playwright's own limits; a test that is stopped from outside takes the browser with it."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(900))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = start(playwright)
        yield started
        started.close()


def start(playwright: Playwright) -> Browser:
    """The Chromium of the project, or else one on the machine."""
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
    # A browser that is missing is a defect of the installation: nothing would have been tested.
    pytest.fail("no Chromium runs here: " + ("; ".join(reasons) or "none found"))


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
        try:
            Path(unpacked).rename(folder)
        except OSError:  # another process of the tests was first
            shutil.rmtree(unpacked)
            if not folder.exists():
                raise
    return [folder / "chromium"]


@pytest.fixture(scope="session")
def _fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a company that was just set up; made once, for it takes seconds."""
    installation = Installation(tmp_path_factory.mktemp("fresh"))
    installation.init()
    return installation.home


@pytest.fixture(scope="module")
def company(_fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An empty 示例公司 of alice@example.com's, for the tests of one file; they serve it by a `program` of their own."""
    home = tmp_path_factory.mktemp("company")
    installation = Installation(home)
    if "KEBU_DATABASE_URL" in installation.environment:
        installation.init()
    else:
        shutil.copytree(_fresh, home, dirs_exist_ok=True)
    return installation


@pytest.fixture(scope="module")
def program(company: Installation) -> Iterator[Served]:
    """That company, running, for all tests of a file."""
    if not (ROOT / "src/kebu/spa/static/index.html").exists():
        pytest.fail("the front end is not built: make install")
    with company.served() as served:
        yield served


@dataclass
class Profile:
    """A browser of its own and what it complained of: errors on the console, dialogs, what the policy refused."""

    context: BrowserContext
    complaints: list[str]

    def check(self) -> None:
        complaints, self.complaints[:] = list(self.complaints), []
        assert not complaints, "the browser complained:\n" + "\n".join(complaints)


Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def _profiles() -> Iterator[dict[tuple[str, ...], Profile]]:
    """The browsers of one file by who sits before them and how they are set; each has fetched the program once."""
    made: dict[tuple[str, ...], Profile] = {}
    yield made
    for one in made.values():
        one.context.close()


@pytest.fixture
def visit(browser: Browser, program: Served, _profiles: dict[tuple[str, ...], Profile]) -> Iterator[Visit]:
    """`visit("alice@example.com")` opens a page in a browser where she is signed in, in Chinese.

    `locale` and whatever else a context takes make it an English one, a phone, a dark one. `path` None leaves the page
    blank for the time being. No page may complain.
    """
    used: list[tuple[Profile, Page]] = []

    def open_page(email: str, password: str = PASSWORD, *, path: str | None = "/o/customers", **options: Any) -> Page:
        key = (email, repr(sorted(options.items())))
        if key not in _profiles:
            first = new_profile(browser, program, **options)
            page = first.context.new_page()
            page.goto("/sign-in")
            sign_in(page, email, password)
            # The hints of the first visit lie over the table.
            page.evaluate("localStorage.setItem('kebu.hints', 'seen')")
            page.close()
            _profiles[key] = first
        page = _profiles[key].context.new_page()
        used.append((_profiles[key], page))
        if path:
            page.goto(path)
        return page

    yield open_page
    for profile, page in used:
        page.close()
        profile.check()


@pytest.fixture(scope="module")
def filled() -> list[int]:
    """The ids of the rows that the tests of one file share, for them to put in once they are there."""
    return []


@pytest.fixture
def context(browser: Browser, program: Served) -> Iterator[BrowserContext]:
    """A fresh profile in Chinese, of nobody's."""
    profile = new_profile(browser, program)
    yield profile.context
    profile.context.close()
    profile.check()


@pytest.fixture
def english(browser: Browser, program: Served) -> Iterator[BrowserContext]:
    """A fresh profile in English, of nobody's."""
    profile = new_profile(browser, program, locale="en-US")
    yield profile.context
    profile.context.close()
    profile.check()


def new_profile(browser: Browser, program: Served, late: float = LATE, **options: Any) -> Profile:
    made = browser.new_context(
        **{
            "base_url": program.url,
            "locale": "zh-CN",
            "timezone_id": "Asia/Shanghai",
            "viewport": {"width": 1440, "height": 900},
            "reduced_motion": "reduce",
            "accept_downloads": True,
            **options,
        }
    )
    made.set_default_timeout(TIMEOUT)
    made.on("page", lambda page: watch(page))
    if SLOW > 1 or late:
        made.on("page", lambda page: _slow_down(made, page, late))
    complaints: list[str] = []
    made.on("console", lambda message: complaints.extend(_complaint(message)))
    made.on("weberror", lambda error: complaints.append(str(error.error)))
    made.on("dialog", lambda dialog: _dismiss(dialog, complaints))
    made.add_init_script(
        "addEventListener('securitypolicyviolation', (e) => console.error('policy', e.violatedDirective, e.blockedURI))"
    )
    return Profile(made, complaints)


@contextmanager
def travelling(browser: Browser, program: Served, **options: Any) -> Iterator[Page]:
    """Alice in a browser whose line the test cuts: what its console says of that is no complaint."""
    # A line that is slow in the way of a test could not be cut.
    profile = new_profile(browser, program, 0, **options)
    page = profile.context.new_page()
    page.goto("/sign-in")
    sign_in(page, OWNER, PASSWORD)
    page.evaluate("localStorage.setItem('kebu.hints', 'seen')")
    yield page
    profile.context.close()
    profile.complaints[:] = [one for one in profile.complaints if "net::ERR_" not in one]
    profile.check()


def _slow_down(context: BrowserContext, page: Page, late: float) -> None:
    devtools = context.new_cdp_session(page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOW})
    if late:
        devtools.send("Network.enable")
        line = {"offline": False, "latency": late, "downloadThroughput": -1, "uploadThroughput": -1}
        devtools.send("Network.emulateNetworkConditions", line)


def _complaint(message: ConsoleMessage) -> list[str]:
    """Errors of the page, refusals of the content policy among them; an answer of 4xx is a normal thing."""
    if message.type != "error" or re.search(r"status of (4\d\d)", message.text):
        return []
    return [f"{message.text} ({message.location.get('url', '')})"]


def _dismiss(dialog: Dialog, complaints: list[str]) -> None:
    complaints.append(f"a dialog of the browser: {dialog.type} {dialog.message}")
    dialog.dismiss()


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
