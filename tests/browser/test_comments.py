"""Comments: two people talk about a record and a cell, one is told in the bell, nothing typed is lost, nothing runs."""

from __future__ import annotations

import re
from itertools import count

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from browser.hands import OWNER, PASSWORD, add_customers, reload, send
from browser.test_together import WIDE, listening
from installation import Installation, Served

pytestmark = pytest.mark.browser

SALES = "zhou@example.com"
SCRIPT = "<img src=x onerror=alert(1)><script>alert(2)</script> javascript:alert(3)"
_numbers = count(1)


@pytest.fixture(scope="module")
def colleague(company: Installation, program: Served) -> str:
    """示例小周 sells, and sees what is his or nobody's."""
    company.json("user", "add", SALES, "--role", "sales", "--password-stdin", text=f"{PASSWORD}\n")
    return SALES


@pytest.fixture
def record(visit, colleague: str) -> tuple[int, str]:
    """A customer of the colleague's: its id and name."""
    name = f"第{next(_numbers)}家示例公司"
    (pk,) = add_customers(visit(colleague), {"name": name, "remark": "旧"})
    return pk, name


def say(page: Page, pk: int, text: str, field: str | None = None) -> int:
    """Something is said while the test looks elsewhere; answers the thread."""
    made = send(page, "POST", f"/api/records/customers/{pk}/comments", {"field": field, "text": text})
    return int(made["id"])


def box(page: Page, label: str = "写评论") -> Locator:
    return page.get_by_role("textbox", name=label, exact=True)


def marked(cell: Locator, *, is_marked: bool = True) -> None:
    expectation = expect(cell)
    (expectation.to_have_class if is_marked else expectation.not_to_have_class)(re.compile("kg-noted"))


def test_a_mention_brings_a_colleague_who_replies_and_resolves(visit, colleague, record, picture):
    pk, name = record
    his, hers = visit(colleague, path=None), visit(OWNER, path=None)
    listening(his)
    who = "zhou"
    hers.goto(f"/o/customers?record={pk}&tab=comments")
    box(hers).fill("请看一下价格 @")
    people = hers.get_by_role("listbox", name="可以提到的人")
    expect(people.get_by_role("option")).to_have_count(2)
    hers.keyboard.type(who[:3])
    expect(people.get_by_role("option", name=who)).to_have_attribute("aria-selected", "true")
    hers.keyboard.press("Enter")
    expect(box(hers)).to_have_value(f"请看一下价格 @{who} ")
    hers.keyboard.type("下周要报价")
    hers.keyboard.press("Control+Enter")
    threads = hers.get_by_role("list", name="讨论")
    expect(threads).to_contain_text(f"请看一下价格 @{who} 下周要报价")
    expect(box(hers)).to_have_value("")
    # He is told at once, and the bell leads him there.
    his.get_by_role("button", name=re.compile("通知|未读")).click()
    his.get_by_role("button", name=re.compile(f"在评论里提到了你.*{name}")).click()
    theirs = his.get_by_role("list", name="讨论")
    expect(theirs.locator("mark[data-me=true]")).to_have_text(f"@{who}")
    theirs.get_by_role("button", name="回复").click()
    box(his, "回复").fill("已经改好")
    his.get_by_role("button", name="发送").last.click()
    expect(theirs).to_contain_text("已经改好")
    # She sees the answer without doing anything.
    expect(threads).to_contain_text("已经改好")
    picture(hers, "comments.zh")
    theirs.get_by_role("button", name="标为已解决").click()
    expect(hers.get_by_role("button", name="已解决 1 个")).to_be_visible()
    expect(threads).to_have_count(0)
    hers.get_by_role("button", name="已解决 1 个").click()
    expect(hers.get_by_role("list", name="已解决 1 个")).to_contain_text("已经改好")
    hers.get_by_role("button", name="重新打开").click()
    expect(hers.get_by_role("list", name="讨论")).to_contain_text("已经改好")


def test_a_cell_that_somebody_speaks_about_is_marked_in_both_browsers(visit, colleague, record):
    _, name = record
    hers, his = visit(OWNER, path=None, **WIDE), visit(colleague, path=None, **WIDE)
    mine, theirs = listening(hers), listening(his)
    cell, seen = mine.cell(name, "备注"), theirs.cell(name, "备注")
    expect(cell).to_have_text("旧")
    cell.click()
    hers.keyboard.press("Control+Alt+m")
    beside = hers.get_by_role("dialog", name="评论 · 备注")
    expect(box(hers)).to_be_focused()
    hers.keyboard.type("这里要写清楚")
    hers.keyboard.press("Control+Enter")
    expect(beside).to_contain_text("这里要写清楚")
    marked(cell)
    marked(seen)
    # The corner of the mark opens it, and so does the menu.
    seen.click(position={"x": 3, "y": 3})
    open_there = his.get_by_role("dialog", name="评论 · 备注")
    expect(open_there).to_contain_text("这里要写清楚")
    his.keyboard.press("Escape")
    expect(open_there).to_have_count(0)
    seen.click(button="right")
    his.get_by_role("menuitem", name="评论").click()
    open_there.get_by_role("button", name="标为已解决").click()
    marked(cell, is_marked=False)
    marked(seen, is_marked=False)
    expect(hers.get_by_role("button", name="已解决 1 个")).to_be_visible()
    hers.keyboard.press("Escape")
    # The keys go to the grid again.
    hers.keyboard.press("ArrowLeft")
    expect(hers.locator(".kg-input")).to_be_focused()


def test_what_was_typed_survives_closing_reloading_and_a_refusal(visit, record):
    pk, _ = record
    page = visit(OWNER, path=None)
    address = f"/o/customers?record={pk}&tab=comments"
    page.goto(address)
    box(page).fill("还没写完")
    page.get_by_role("button", name="关闭记录").click()
    expect(box(page)).to_have_count(0)
    page.goto(address)
    expect(box(page)).to_have_value("还没写完")

    def refuse(route: Route) -> None:
        route.fulfill(status=409, json={"error": {"code": "too_many_comments", "message": "现在不行。"}})

    pattern = f"**/api/records/customers/{pk}/comments"
    page.route(pattern, refuse)
    box(page).press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("现在不行。")
    expect(box(page)).to_have_value("还没写完")
    page.unroute(pattern)
    box(page).press("Control+Enter")
    expect(page.get_by_role("list", name="讨论")).to_contain_text("还没写完")
    page.goto(address)
    expect(page.get_by_role("list", name="讨论")).to_contain_text("还没写完")
    expect(box(page)).to_have_value("")


def test_one_edits_and_deletes_what_one_said(visit, record):
    pk, _ = record
    page = visit(OWNER, path=None)
    page.goto(f"/o/customers?record={pk}&tab=comments")
    say(page, pk, "写错了")
    reload(page)
    threads = page.get_by_role("list", name="讨论")
    threads.get_by_role("button", name="编辑评论").click()
    expect(box(page, "编辑评论")).to_have_value("写错了")
    box(page, "编辑评论").fill("改对了")
    page.get_by_role("button", name="保存").click()
    expect(threads).to_contain_text("改对了")
    expect(threads).to_contain_text("已编辑")
    threads.get_by_role("button", name="删除评论").click()
    page.get_by_role("dialog").get_by_role("button", name="删除").click()
    expect(page.get_by_text("还没有评论")).to_be_visible()


def test_the_tab_and_a_card_on_the_phone_say_that_something_is_open(visit, record):
    pk, name = record
    page = visit(OWNER, viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, path=None)
    page.goto(f"/o/customers?record={pk}")
    tab = page.get_by_role("tab", name="评论")
    expect(tab).to_have_text("评论")
    first = say(page, pk, "电话对吗", "main_contact.phone")
    say(page, pk, "谁去拜访")
    reload(page)
    expect(tab).to_contain_text("2")
    tab.click()
    expect(page.get_by_role("list", name="讨论")).to_contain_text("谁去拜访")
    # There are no keys to press.
    expect(page.get_by_text("发送", exact=True)).to_be_visible()
    expect(page.get_by_text("Enter 发送")).to_be_hidden()
    page.goto(f"/o/customers?q={name}")
    card = page.get_by_role("list", name="客户列表").get_by_role("listitem")
    expect(card.get_by_role("img", name="2 条评论")).to_be_visible()
    send(page, "PATCH", f"/api/threads/{first}", {"resolved": True})
    expect(card.get_by_role("img", name="1 条评论")).to_be_visible()


def test_hostile_text_is_shown_as_it_was_written(visit, record):
    pk, _ = record
    page = visit(OWNER, path=None)
    page.goto(f"/o/customers?record={pk}&tab=comments")
    box(page).fill(SCRIPT)
    box(page).press("Control+Enter")
    expect(page.get_by_role("list", name="讨论")).to_contain_text(SCRIPT)
    assert page.locator("img[onerror], main script, a[href^='javascript']").count() == 0


def test_a_phone_shows_and_takes_comments(visit, record):
    pk, _ = record
    phone = visit(OWNER, path=None, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone.goto(f"/o/customers?record={pk}&tab=comments")
    box(phone).fill("手机上写的")
    phone.get_by_role("button", name="发送").tap()
    expect(phone.get_by_role("list", name="讨论")).to_contain_text("手机上写的")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
