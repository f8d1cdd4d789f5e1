"""P11, P12: the table in a real browser."""

import json
import random
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from bench import clock
from bench.clock import Figure
from bench.ground import Ground, Served
from browser.conftest import start

_JUMPS = 50
# Answers the milliseconds until the cells in sight have what belongs into them, from the moment of the jump.
_JUMP = """async (share) => {
  const pane = window.rowsPane();
  const begun = performance.now();
  pane.scrollTop = Math.round((pane.scrollHeight - pane.clientHeight) * share);
  for (;;) {
    await new Promise(requestAnimationFrame);
    const edge = pane.getBoundingClientRect();
    const row = document.elementFromPoint(edge.left + 40, edge.top + edge.height / 2)?.closest('.slick-row');
    if (row && !row.querySelector('.kg-skeleton') && row.querySelector('.slick-cell')) return performance.now() - begun;
    if (performance.now() - begun > 20000) throw new Error('no cells');
  }
}"""
# Answers the milliseconds from the navigation to the first cell.
_FIRST = """async () => {
  while (window.firstCellAt === undefined) await new Promise(requestAnimationFrame);
  return window.firstCellAt;
}"""
# Answers how long each frame took while the wheel turns for three seconds.
_FRAMES = """async () => {
  const pane = window.rowsPane();
  const edge = pane.getBoundingClientRect();
  const frames = [];
  let last = performance.now();
  const end = last + 3000;
  while (last < end) {
    const at = { clientX: edge.left + 60, clientY: edge.top + 60, deltaY: 120, bubbles: true, cancelable: true };
    document.elementFromPoint(at.clientX, at.clientY).dispatchEvent(new WheelEvent('wheel', at));
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - last);
    last = now;
  }
  return frames.slice(1);
}"""
# Pastes text and answers the milliseconds until the cell below the cursor shows the last pasted row that is in sight.
_PASTE = """async ([text, wanted]) => {
  const data = new DataTransfer();
  data.setData('text/plain', text);
  const begun = performance.now();
  const told = { clipboardData: data, bubbles: true, cancelable: true };
  document.activeElement.dispatchEvent(new ClipboardEvent('paste', told));
  for (;;) {
    await new Promise(requestAnimationFrame);
    if ([...document.querySelectorAll('.slick-cell')].some((one) => one.textContent === wanted)) {
      await new Promise(requestAnimationFrame);
      return performance.now() - begun;
    }
    if (performance.now() - begun > 60000) throw new Error('not shown');
  }
}"""
_PREPARE = """
// The pane that scrolls; the others follow it.
window.rowsPane = () => document.querySelector('.slick-viewport[tabindex="0"]');
new MutationObserver((_, watching) => {
  if (!document.querySelector('.slick-cell .kf-text')) return;
  watching.disconnect();
  requestAnimationFrame(() => { window.firstCellAt = performance.now(); });
}).observe(document, { childList: true, subtree: true });
"""


def measure(ground: Ground, served: Served) -> Iterator[Figure]:
    """On a running server; the browser takes its share of the same machine."""
    login = json.loads((ground.home / "demo-logins.json").read_text())[0]
    with sync_playwright() as playwright:
        browser = start(playwright)
        page = signed_in(browser, served, login, {"width": 1440, "height": 900})
        yield from _reading(ground, page)
        yield from _pasting(ground, page)
        browser.close()


def signed_in(browser: Browser, served: Served, login: dict[str, str], viewport: Any) -> Page:
    """A page in a fresh browser of a person's, who has seen the hints of the first visit."""
    address = f"http://127.0.0.1:{served.port}"
    context = browser.new_context(base_url=address, locale="zh-CN", viewport=viewport)
    context.add_init_script(_PREPARE)
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("邮箱").fill(login["email"])
    page.get_by_label("密码", exact=True).fill(login["password"])
    page.get_by_role("button", name="登录").click()
    page.get_by_role("grid").wait_for()
    page.evaluate("localStorage.setItem('kebu.hints', 'seen')")
    return page


def _reading(ground: Ground, page: Page) -> Iterator[Figure]:
    firsts = []
    for _ in range(5):
        page.goto("/o/customers")
        firsts.append(page.evaluate(_FIRST) / 1000)
    notes = [f"slowest {max(firsts) * 1000:.0f} ms"]
    yield Figure("P11", "first cells after navigation", ground.database, sorted(firsts)[2], 1.0, notes=notes)
    frames = [one / 1000 for one in page.evaluate(_FRAMES)]
    yield Figure("P12", "scrolling, frames p95", ground.database, clock.percentile(frames, 0.95), 0.033)
    chance = random.Random(12)
    jumps = [page.evaluate(_JUMP, chance.random()) / 1000 for _ in range(_JUMPS)]
    yield Figure("P12", "jump to painted cells, p95", ground.database, clock.percentile(jumps, 0.95), 0.15)
    tools = page.context.new_cdp_session(page)
    tools.send("HeapProfiler.collectGarbage")
    tools.send("Performance.enable")
    metrics = tools.send("Performance.getMetrics")["metrics"]
    heap = next(one["value"] for one in metrics if one["name"] == "JSHeapUsedSize") / 1024**2
    yield Figure("P11", f"heap after {_JUMPS} jumps", ground.database, heap, 120, unit="MB")


def _pasting(ground: Ground, page: Page) -> Iterator[Figure]:
    """A thousand rows of ten columns, on to rows that are in the browser; saved afterwards, then taken back."""
    page.evaluate(_JUMP, 0)
    cell = page.get_by_role("grid").locator("[role=row][aria-rowindex='2'] > [aria-colindex='3']")
    cell.click()
    rows = ["\t".join(f"粘贴{row}-{column}" for column in range(10)) for row in range(1000)]
    shown = page.evaluate(_PASTE, ["\n".join(rows), "粘贴0-0"]) / 1000
    status = page.get_by_label("状态栏")
    status.get_by_text("已保存").wait_for(timeout=120_000)
    yield Figure("P12", "paste of 1,000 x 10 cells, shown", ground.database, shown, 0.5)
    page.keyboard.press("Control+z")
    page.get_by_text("已撤销").wait_for(timeout=120_000)
