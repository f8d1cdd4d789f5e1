"""Two people in one table, each with a browser: what one does the other sees, and where each is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from browser.conftest import travelling
from browser.hands import OWNER, PASSWORD, Table, add_customers, painted, reload, send, until
from browser.two_at_work import CutLine, fight, storm
from importexport.killing import Client
from installation import Installation, Served

pytestmark = pytest.mark.browser

SALES = "zhou@example.com"
# Wide enough for all columns of the template.
WIDE = {"viewport": {"width": 2240, "height": 900}}
_numbers = count(1)


@pytest.fixture(scope="module")
def colleague(company: Installation, program: Served) -> str:
    """示例小周 sells, and sees what is his or nobody's."""
    company.json("user", "add", SALES, "--role", "sales", "--password-stdin", text=f"{PASSWORD}\n")
    return SALES


def listening(page: Page) -> Table:
    """The table of a page that hears of others from now on."""
    with page.expect_response(lambda answer: "/api/live?" in answer.url and answer.ok):
        page.goto("/o/customers")
    expect(page.get_by_role("grid")).to_be_visible()
    return Table(page)


def open_both(visit, colleague: str) -> tuple[Page, Page]:
    hers, his = visit(OWNER, path=None, **WIDE), visit(colleague, path=None, **WIDE)
    listening(hers)
    listening(his)
    return hers, his


@pytest.fixture
def traveller(browser: Browser, program: Served) -> Iterator[Page]:
    with travelling(browser, program, **WIDE) as page:
        yield page


@pytest.fixture
def names(visit, colleague: str) -> list[str]:
    """Two customers of the colleague's, which both see."""
    maker = visit(colleague, **WIDE)
    number = next(_numbers)
    names = [f"第{number}家甲", f"第{number}家乙"]
    add_customers(maker, *({"name": name, "remark": "旧"} for name in names))
    return names


def test_what_one_saves_the_other_sees_at_once_where_it_stands(visit, colleague, names):
    hers, his = open_both(visit, colleague)
    mine, theirs = Table(hers), Table(his)
    expect(mine.cell(names[0], "备注")).to_have_text("旧")
    # She edits a cell of the same row meanwhile: neither her text nor her cursor moves.
    cell = theirs.cell(names[0], "备注")
    mine.cell(names[0], "地址").click()
    hers.keyboard.type("正在输入")
    theirs.type_into(names[0], "备注", "新的备注")
    expect(mine.cell(names[0], "备注")).to_have_text("新的备注")
    expect(hers.locator(".kg-input")).to_have_value("正在输入")
    hers.keyboard.press("Enter")
    # Different fields of one record: both stay.
    expect(theirs.cell(names[0], "地址")).to_have_text("正在输入")
    expect(cell).to_have_text("新的备注")


def test_what_changed_stands_out_for_a_while(visit, colleague, names):
    hers, his = open_both(visit, colleague)
    Table(his).type_into(names[1], "备注", "看得见")
    changed = Table(hers).cell(names[1], "备注")
    expect(changed).to_have_class(re.compile("kg-fresh"))
    expect(changed).not_to_have_class(re.compile("kg-fresh"))
    # One's own changes do not.
    expect(Table(his).cell(names[1], "备注")).not_to_have_class(re.compile("kg-fresh"))


def test_a_cell_that_both_change_asks_who_is_right(visit, colleague, names):
    hers, his = open_both(visit, colleague)
    mine = Table(hers)
    mine.cell(names[0], "备注").click()
    hers.keyboard.type("爱丽丝写的")
    Table(his).type_into(names[0], "备注", "小周写的")
    # What she sees is new, and what she typed is not lost.
    expect(mine.cell(names[0], "备注")).to_have_text("小周写的")
    hers.keyboard.press("Enter")
    dialog = hers.get_by_role("dialog")
    expect(dialog).to_contain_text("爱丽丝写的")
    expect(dialog).to_contain_text("小周写的")


def test_rows_keep_their_places_until_one_wants_the_new_order(visit, colleague, names):
    hers, his = open_both(visit, colleague)
    mine = Table(hers)
    before = mine.cell(names[0], "客户名称")
    order_changed = hers.get_by_role("button", name="顺序已变，刷新")
    expect(order_changed).to_have_count(0)
    (made,) = add_customers(his, {"name": f"{names[0]}之后来的"})
    expect(order_changed).to_be_visible()
    expect(mine.grid.get_by_text(f"{names[0]}之后来的")).to_have_count(0)
    expect(before).to_have_text(names[0])
    order_changed.click()
    expect(mine.cell(f"{names[0]}之后来的", "客户名称")).to_be_visible()
    expect(order_changed).to_have_count(0)
    # What is deleted leaves its place empty, until then.
    send(his, "DELETE", f"/api/records/customers/{made}?version=1")
    expect(mine.grid.get_by_text(f"{names[0]}之后来的")).to_have_count(0)
    expect(order_changed).to_be_visible()


def test_what_one_may_not_see_makes_no_difference(visit, colleague, names):
    hers, his = open_both(visit, colleague)
    (secret,) = add_customers(hers, {"name": "只有爱丽丝"})
    send(hers, "PATCH", f"/api/records/customers/{secret}", {"version": 1, "values": {"remark": "秘密"}})
    # What comes afterwards is here: then nothing came before it.
    Table(hers).type_into(names[0], "备注", "最后")
    expect(Table(his).cell(names[0], "备注")).to_have_text("最后")
    expect(his.get_by_role("button", name="顺序已变，刷新")).to_have_count(0)
    expect(his.get_by_text("只有爱丽丝")).to_have_count(0)


_PLACES = "(frames) => frames.map((one) => one.getBoundingClientRect()).map(({ x, y }) => [x, y])"


def _frames_lie_on(frames: Locator, cell: Locator) -> bool:
    """Whether one of them does; a page that went without a word is seen a while longer where it was."""
    box = painted(cell)
    if box is None:
        return False
    return any(abs(x - box["x"]) < 3 and abs(y - box["y"]) < 3 for x, y in frames.evaluate_all(_PLACES))


def test_each_sees_who_is_here_and_on_which_cell(visit, colleague, names, picture):
    hers, his = open_both(visit, colleague)
    here = hers.get_by_role("list", name="也在这里的人")
    expect(here.get_by_role("listitem")).to_have_count(1)
    Table(his).cell(names[0], "备注").click()
    frames = hers.locator(".kg-guest")
    expect(frames.first).to_contain_text("zhou")
    # On the very cell, as soon as she has heard where he is now.
    cell = Table(hers).cell(names[0], "备注")
    until(hers, lambda: _frames_lie_on(frames, cell))
    picture(hers, "together.zh")
    # He does not see where she is: that customer is hers alone.
    add_customers(hers, {"name": f"{names[0]}只有她看见"})
    reload(hers)
    Table(hers).cell(f"{names[0]}只有她看见", "备注").click()
    expect(his.get_by_role("list", name="也在这里的人").get_by_role("listitem")).to_have_count(1)
    expect(his.locator(".kg-guest")).to_have_count(0)
    Table(hers).cell(names[0], "备注").click()
    expect(his.locator(".kg-guest")).to_have_count(1)
    # Who leaves is gone at once.
    hers.close()
    expect(his.get_by_role("list", name="也在这里的人")).to_have_count(0)


def test_a_line_that_was_cut_misses_nothing(visit, colleague, names):
    hers, his = open_both(visit, colleague)
    # As when the machine sleeps or the tab is put away: the stream is closed, and the page lives on.
    hers.evaluate("dispatchEvent(new Event('pagehide'))")
    Table(his).type_into(names[0], "备注", "断线时写的")
    expect(Table(hers).cell(names[0], "备注")).to_have_text("旧")
    with hers.expect_response(lambda answer: "/api/live?" in answer.url and answer.ok):
        hers.evaluate("dispatchEvent(new Event('online'))")
    expect(Table(hers).cell(names[0], "备注")).to_have_text("断线时写的")


def test_edits_without_a_line_wait_and_go_out_when_it_is_back(visit, colleague, names, traveller: Page):
    hers, his = traveller, visit(colleague, path=None, **WIDE)
    listening(hers)
    listening(his)
    mine = Table(hers)
    hers.context.set_offline(True)
    mine.cell(names[0], "备注").click()
    hers.keyboard.type("离线写的")
    hers.keyboard.press("Enter")
    hers.keyboard.type("也是离线")
    hers.keyboard.press("Enter")
    mine.cell(names[0], "地址").click()
    hers.keyboard.type("离线地址")
    hers.keyboard.press("Enter")
    bar = hers.get_by_label("状态栏")
    expect(bar).to_contain_text("离线：3 格等待保存")
    expect(mine.cell(names[0], "备注")).to_have_class(re.compile("kg-waiting"))
    # Meanwhile he changes one of the cells.
    Table(his).type_into(names[1], "备注", "小周在线写的")
    hers.context.set_offline(False)
    dialog = hers.get_by_role("dialog", name="同一格被两个人改了")
    expect(dialog).to_contain_text("也是离线")
    expect(dialog).to_contain_text("小周在线写的")
    dialog.get_by_role("button", name="按选择保存").click()
    expect(bar).not_to_contain_text("等待保存")
    theirs = Table(his)
    expect(theirs.cell(names[0], "备注")).to_have_text("离线写的")
    expect(theirs.cell(names[0], "地址")).to_have_text("离线地址")
    expect(theirs.cell(names[1], "备注")).to_have_text("也是离线")
    expect(mine.cell(names[1], "备注")).not_to_have_class(re.compile("kg-waiting"))


def test_what_waits_survives_a_reload_and_is_nobody_elses(visit, colleague, names, traveller: Page):
    hers = traveller
    listening(hers)
    # The page can be had, but nothing can be saved.
    saves = re.compile(r"/api/records/\w+/(\d+|batch)$")
    lost: list[str] = []

    def cut(route: Route) -> None:
        if route.request.method == "GET":
            return route.continue_()
        lost.append(route.request.url)
        return route.abort()

    hers.context.route(saves, cut)
    Table(hers).cell(names[0], "备注").click()
    hers.keyboard.type("等着的")
    hers.keyboard.press("Enter")
    expect(hers.get_by_label("状态栏")).to_contain_text("离线：1 格等待保存")
    # Nothing may be on its way as the page goes: of that the browser would cut nothing. The next try is seconds away.
    until(hers, lambda: len(lost) == 2)
    reload(hers)
    waiting = Table(hers).cell(names[0], "备注")
    expect(waiting).to_have_text("等着的")
    expect(waiting).to_have_class(re.compile("kg-waiting"))
    # Somebody else at the same browser neither sees nor sends it.
    kept = hers.evaluate("Object.entries(localStorage).filter(([name]) => name.startsWith('kebu.unsent.'))")
    assert len(kept) == 1
    other = visit(colleague, path=None, **WIDE)
    other.goto("/sign-in")
    other.evaluate("(kept) => { for (const [name, value] of kept) localStorage.setItem(name, value) }", kept)
    listening(other)
    expect(Table(other).cell(names[0], "备注")).to_have_text("旧")
    assert other.evaluate("([[name]]) => localStorage.getItem(name) !== null", kept)
    other.evaluate("([[name]]) => localStorage.removeItem(name)", kept)
    hers.context.unroute(saves)
    hers.evaluate("dispatchEvent(new Event('online'))")
    expect(Table(other).cell(names[0], "备注")).to_have_text("等着的")
    expect(waiting).not_to_have_class(re.compile("kg-waiting"))
    expect(hers.get_by_label("状态栏")).not_to_contain_text("等待保存")


def test_two_who_change_one_cell_again_and_again_end_with_the_same(visit, colleague, names, traveller: Page):
    other = visit(colleague, path=None, **WIDE)
    listening(traveller)
    listening(other)
    told = fight(traveller, other, names[0], 40)
    assert told.refused > 0
    assert told.without_line == 4


def test_a_stream_that_is_cut_again_and_again_leaves_no_gap(browser: Browser, company: Installation, program: Served):
    made = company.json("token", OWNER, "--name", "storm", "--scope", "write")
    client = Client(program, made["token"])
    changes = [{"id": None, "values": {"name": f"风中第{number}家"}} for number in range(60)]
    results = client.call("POST", "/records/customers/batch", {"changes": changes, "label": "prepare"})["results"]
    ids = [one["id"] for one in results]
    line = CutLine(program.url)
    with travelling(browser, program, base_url=line.url, viewport={"width": 2240, "height": 3600}) as page:
        listening(page)
        expect(Table(page).grid.get_by_text("风中第59家")).to_be_visible()
        assert storm(page, line, client.call, ids, edits=400, every=0.4) >= 2
    line.close()
    gone = [{"id": one, "delete": True} for one in ids]
    client.call("POST", "/records/customers/batch", {"changes": gone, "label": "tidy"})
