"""A line that is cut: what is typed meanwhile waits in the browser, is seen to wait, and is sent once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, FloatRect, Locator, Page, Route, expect

from browser.conftest import travelling
from browser.hands import Table, add_customers, reload, send, take_back, until
from installation import Served

pytestmark = pytest.mark.browser

WIDE = {"viewport": {"width": 2240, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
WAITING = re.compile("kg-waiting")
SAVES = re.compile(r"/api/records/\w+(/\d+|/batch|/move)?(\?.*)?$")
WAITS = "已存在这个浏览器里，恢复连接后自动保存"
# What one works with without a line is in the browser a moment after the first touch.
_HERE = """() => ['MessagePlace', 'Unsent', 'RecordPanel', 'ConfirmDialog', 'dropping', 'together', 'GridMenu'].every((part) =>
  performance.getEntriesByType('resource').some(({ name, responseEnd }) => name.includes(`/${part}-`) && responseEnd))"""
_numbers = count(1)


@pytest.fixture
def page(browser: Browser, program: Served) -> Iterator[Page]:
    with travelling(browser, program, **WIDE) as page:
        yield page


@pytest.fixture
def phone(browser: Browser, program: Served) -> Iterator[Page]:
    with travelling(browser, program, **PHONE) as page:
        yield page


@pytest.fixture
def name(page: Page) -> str:
    """A customer with a contact, in the table before the test."""
    name = f"离线{next(_numbers)}号"
    add_customers(page, {"name": name, "remark": "旧", "main_contact.name": f"{name}联系人"})
    page.goto("/o/customers")
    expect(Table(page).cell(name, "备注")).to_have_text("旧")
    until(page, lambda: (Table(page).cell(name, "备注").click(), page.evaluate(_HERE))[1])
    return name


class Cut:
    """A line on which nothing can be saved: the page can still be had, so that it can be loaded again."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.lost: list[str] = []
        page.context.route(SAVES, self._lose)

    def _lose(self, route: Route) -> None:
        if route.request.method == "GET":
            return route.fallback()
        self.lost.append(route.request.url)
        return route.abort()

    def reload(self) -> None:
        """Load the page again while no request is on its way: of that the browser would cut nothing."""
        tried = len(self.lost)
        # A try is over when the next one is seconds away.
        until(self.page, lambda: len(self.lost) > tried)
        self.page.reload()

    def mend(self) -> None:
        self.page.context.unroute(SAVES)
        self.page.evaluate("dispatchEvent(new Event('online'))")


def kept(page: Page, name: str) -> list[dict[str, object]]:
    """The customers of that name that the server has."""
    spec = {"filter": {"field": "name", "op": "is", "value": name}, "fields": ["name", "remark", "address"]}
    rows = send(page, "POST", "/api/records/customers/query", spec)["rows"]
    return [dict(zip(("id", "version", "name", "remark", "address"), row, strict=True)) for row in rows]


def open_panel(page: Page, name: str) -> Locator:
    cell = Table(page).cell(name, "客户名称")
    cell.hover()
    cell.locator("xpath=..").get_by_title("打开记录（空格）").click()
    panel = page.get_by_role("complementary")
    expect(panel.get_by_role("heading", name=name)).to_be_visible()
    return panel


def type_new(page: Page, text: str) -> None:
    """Type into the last row of the table, which makes a new record, and go on along it."""
    table = Table(page)
    row = page.get_by_role("grid").get_attribute("aria-rowcount")
    table.at(int(row or 0) - 1, "客户名称").click()
    page.keyboard.type(text)
    page.keyboard.press("Tab")
    expect(table.cell(text, "客户名称")).to_have_class(WAITING)


def test_edits_of_the_panel_wait_too_and_survive_a_reload(page: Page, name: str):
    panel = open_panel(page, name)
    panel.get_by_role("tab", name="联系人").click()
    panel.get_by_role("button", name=f"打开 {name}联系人").click()
    expect(panel.get_by_role("textbox", name="职位")).to_be_visible()
    cut = Cut(page)
    panel.get_by_role("textbox", name="职位").fill("采购")
    panel.get_by_role("textbox", name="职位").press("Tab")
    expect(panel.get_by_text(WAITS)).to_be_visible()
    panel.get_by_role("tab", name="资料").click()
    remark = panel.get_by_role("textbox", name="备注")
    remark.fill("面板里写的")
    remark.press("Tab")
    expect(panel.get_by_text(WAITS)).to_be_visible()
    # The table beside it knows.
    expect(Table(page).cell(name, "备注")).to_have_text("面板里写的")
    expect(Table(page).cell(name, "备注")).to_have_class(WAITING)
    expect(page.get_by_label("状态栏")).to_contain_text("离线：1 格等待保存")
    cut.reload()
    expect(panel.get_by_role("textbox", name="备注")).to_have_value("面板里写的")
    expect(panel.get_by_text(WAITS)).to_be_visible()
    panel.get_by_role("tab", name="联系人").click()
    panel.get_by_role("button", name=f"打开 {name}联系人").click()
    expect(panel.get_by_role("textbox", name="职位")).to_have_value("采购")
    cut.mend()
    expect(panel.get_by_text(WAITS)).to_have_count(0)
    expect(panel.get_by_role("textbox", name="职位")).to_have_value("采购")
    expect(Table(page).cell(name, "备注")).not_to_have_class(WAITING)
    assert [one["remark"] for one in kept(page, name)] == ["面板里写的"]


def test_an_edit_that_waits_is_taken_back_and_put_back(page: Page, name: str):
    cut = Cut(page)
    table = Table(page)
    cell = table.cell(name, "备注")
    for text in ("新", "更新"):
        cell.click()
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        expect(cell).to_have_text(text)
        expect(cell).to_have_class(WAITING)
    expect(page.get_by_label("状态栏")).to_contain_text("1 格等待保存")
    page.keyboard.press("Control+z")
    expect(cell).to_have_text("新")
    expect(cell).to_have_class(WAITING)
    page.keyboard.press("Control+z")
    expect(cell).to_have_text("旧")
    expect(cell).not_to_have_class(WAITING)
    page.keyboard.press("Control+y")
    expect(cell).to_have_text("新")
    expect(cell).to_have_class(WAITING)
    cut.mend()
    expect(cell).not_to_have_class(WAITING)
    assert [row["remark"] for row in kept(page, name)] == ["新"]
    # What is saved by now is taken back at the server.
    page.keyboard.press("Control+z")
    expect(cell).to_have_text("旧")
    until(page, lambda: [row["remark"] for row in kept(page, name)] == ["旧"])


def drag(page: Page, name: str, what: Locator, to: Locator) -> None:
    what.hover()
    page.mouse.down()
    spot = to.bounding_box()
    assert spot
    page.mouse.move(spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2, steps=8)
    expect(to).to_contain_text(name)
    page.mouse.up()


def only(page: Page, name: str, kind: str, **part: object) -> None:
    """A view of that kind which holds the customers of one name."""
    spec = {"filter": {"field": "name", "op": "is", "value": name}, "fields": ["name"], **part}
    body = {"object": "customers", "name": name, "kind": kind, "spec": spec}
    page.goto(f"/o/customers?view={send(page, 'POST', '/api/views', body)['id']}")


def test_a_card_that_is_dragged_without_a_line_waits_where_it_was_put(page: Page, name: str, picture):
    (pk,) = (row["id"] for row in kept(page, name))
    send(page, "POST", "/api/records/customers/batch", {"changes": [{"id": pk, "values": {"stage": "lead"}}]})
    only(page, name, "board", board={"by": "stage"})
    before, after = (page.get_by_role("region", name=label, exact=True) for label in ("潜在客户", "合作中客户"))
    expect(before).to_contain_text(name)
    cut = Cut(page)
    drag(page, name, before.get_by_role("listitem"), after.get_by_role("list"))
    expect(after).to_contain_text(WAITS)
    expect(after.get_by_text("1", exact=True)).to_be_visible()
    expect(before).not_to_contain_text(name)
    picture(page, "board-offline.zh")
    cut.reload()
    expect(after).to_contain_text(name)
    expect(after).to_contain_text(WAITS)
    page.keyboard.press("Control+z")
    expect(before).to_contain_text(name)
    page.keyboard.press("Control+y")
    expect(after).to_contain_text(WAITS)
    cut.mend()
    expect(after).not_to_contain_text(WAITS)
    expect(after).to_contain_text(name)
    assert send(page, "GET", f"/api/records/customers/{pk}")["values"]["stage"] == "active"


def test_a_record_that_is_dragged_to_another_day_without_a_line_waits_there(page: Page, name: str):
    (pk,) = (row["id"] for row in kept(page, name))
    there = {"changes": [{"id": pk, "values": {"next_follow_up": "2026-11-11"}}]}
    send(page, "POST", "/api/records/customers/batch", there)
    only(page, name, "calendar", calendar={"date": "next_follow_up"})
    page.goto(f"{page.url}&day=2026-11-11")
    first, second = (page.locator(f"[data-list='2026-11-{day}']") for day in (11, 18))
    expect(first).to_contain_text(name)
    cut = Cut(page)
    drag(page, name, first.get_by_role("button", name=name), second)
    expect(second.get_by_text(WAITS)).to_have_count(1)
    expect(first).not_to_contain_text(name)
    cut.reload()
    expect(second.get_by_text(WAITS)).to_have_count(1)
    cut.mend()
    expect(second.get_by_text(WAITS)).to_have_count(0)
    expect(second).to_contain_text(name)
    assert send(page, "GET", f"/api/records/customers/{pk}")["values"]["next_follow_up"] == "2026-11-18"


def test_new_rows_wait_can_be_edited_further_and_are_made_once(page: Page, name: str, picture):
    table, new = Table(page), f"{name}新客户"
    page.context.set_offline(True)
    type_new(page, new)
    table.cell(new, "备注").click()
    page.keyboard.type("接着写的")
    page.keyboard.press("Enter")
    expect(table.cell(new, "备注")).to_have_class(WAITING)
    expect(page.get_by_label("状态栏")).to_contain_text("离线：2 格等待保存")
    picture(page, "offline.zh")
    page.context.set_offline(False)
    expect(page.get_by_label("状态栏")).not_to_contain_text("等待保存")
    expect(table.cell(new, "备注")).to_have_text("接着写的")
    expect(table.cell(new, "备注")).not_to_have_class(WAITING)
    assert [one["remark"] for one in kept(page, new)] == ["接着写的"]


def test_new_rows_survive_a_reload(page: Page, name: str):
    table, new = Table(page), f"{name}新客户"
    cut = Cut(page)
    type_new(page, new)
    cut.reload()
    expect(table.cell(new, "客户名称")).to_have_class(WAITING)
    # Also beside the table, and after the reload.
    cell = table.cell(new, "客户名称")
    cell.hover()
    cell.locator("xpath=..").get_by_title("打开记录（空格）").click()
    panel = page.get_by_role("complementary")
    expect(panel.get_by_text(WAITS)).to_be_visible()
    panel.get_by_role("textbox", name="备注").fill("面板里补的")
    panel.get_by_role("textbox", name="备注").press("Tab")
    expect(table.cell(new, "备注")).to_have_text("面板里补的")
    cut.mend()
    # The panel goes on with the record that was made.
    expect(panel.get_by_role("tab", name="时间线")).to_be_visible()
    expect(panel.get_by_role("textbox", name="备注")).to_have_value("面板里补的")
    assert [one["remark"] for one in kept(page, new)] == ["面板里补的"]


def test_new_rows_that_were_taken_back_come_again_after_a_reload(page: Page, name: str):
    table, new = Table(page), f"{name}新客户"
    cut = Cut(page)
    type_new(page, new)
    expect(table.cell(new, "客户名称")).to_have_class(WAITING)
    page.keyboard.press("Control+z")
    expect(table.grid.get_by_text(new, exact=True)).to_have_count(0)
    cut.reload()
    expect(table.cell(name, "备注")).to_have_text("旧")
    expect(table.grid.get_by_text(new, exact=True)).to_have_count(0)
    table.cell(name, "备注").click()
    page.keyboard.press("Control+y")
    expect(table.cell(new, "客户名称")).to_have_class(WAITING)
    cut.mend()
    expect(table.cell(new, "客户名称")).not_to_have_class(WAITING)
    assert len(kept(page, new)) == 1


def test_a_row_that_is_dragged_into_another_group_without_a_line_waits_with_its_value(page: Page, name: str):
    add_customers(page, {"name": f"{name}目标", "level": "key"})
    levels, named = '[{"field":"level","desc":false}]', f'{{"field":"name","op":"contains","value":"{name}"}}'
    page.goto(f"/o/customers?group={quote(levels)}&filter={quote(named)}")
    table = Table(page)
    expect(page.locator(".kg-movable")).to_be_visible()
    found: list[FloatRect | None] = []
    # One that is just painted anew is nowhere for a moment.
    until(page, lambda: found.append(table.cell(f"{name}目标", "客户名称").bounding_box()) or found[-1])
    spot = found[-1]
    assert spot
    cut = Cut(page)
    table.cell(name, "客户名称").locator("xpath=..").locator(".kg-row-head .kg-open").hover()
    page.mouse.down()
    page.mouse.move(60, spot["y"] + 60, steps=4)
    page.mouse.move(60, spot["y"] + 4, steps=3)
    expect(page.locator(".kg-drop")).to_have_attribute("data-to", "移到“重要客户”")
    page.mouse.up()
    expect(table.cell(name, "客户等级")).to_have_class(WAITING)
    expect(table.cell(name, "客户等级")).to_have_text("重要客户")
    cut.mend()
    expect(table.cell(name, "客户等级")).not_to_have_class(WAITING)
    expect(table.cell(name, "客户等级")).to_have_text("重要客户")


def test_what_arrived_without_an_answer_is_not_made_twice(page: Page, name: str):
    new = f"{name}新客户"
    arrived: list[str] = []

    def answer_lost(route: Route) -> None:
        if route.request.method != "POST":
            return route.fallback()
        arrived.append(route.fetch().headers.get("idempotency-replayed", ""))
        return route.abort()

    page.context.route(SAVES, answer_lost)
    type_new(page, new)
    until(page, lambda: len(arrived) >= 2)
    assert arrived[:2] == ["", "true"]
    page.context.unroute(SAVES)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_label("状态栏")).not_to_contain_text("等待保存")
    assert len(kept(page, new)) == 1


def test_pasted_rows_that_grow_the_table_wait_as_one_step(page: Page, name: str):
    table = Table(page)
    rows = [f"{name}粘贴{n}" for n in range(3)]
    last = int(page.get_by_role("grid").get_attribute("aria-rowcount") or 0) - 1
    table.at(last, "客户名称").click()
    page.context.set_offline(True)
    text = "\n".join(f"{row}\t{n}" for n, row in enumerate(rows))
    page.evaluate(
        """(text) => {
          const data = new DataTransfer();
          data.setData('text/plain', text);
          document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        text,
    )
    page.get_by_role("dialog").get_by_role("button", name="新增").click()
    for row in rows:
        expect(table.cell(row, "客户名称")).to_have_class(WAITING)
    page.context.set_offline(False)
    expect(page.get_by_label("状态栏")).not_to_contain_text("等待保存")
    for row in rows:
        expect(table.cell(row, "客户名称")).not_to_have_class(WAITING)
        assert len(kept(page, row)) == 1


def test_what_is_refused_stays_with_its_reason_and_goes_out_when_it_is_changed(page: Page, name: str):
    table, long = Table(page), f"{name}" + "长" * 3000
    page.context.set_offline(True)
    row = int(page.get_by_role("grid").get_attribute("aria-rowcount") or 0) - 1
    table.at(row, "客户名称").click()
    page.keyboard.insert_text(long)
    page.keyboard.press("Tab")
    expect(table.at(row, "客户名称")).to_have_class(WAITING)
    table.at(row, "备注").click()
    page.keyboard.type("不会丢")
    page.keyboard.press("Enter")
    expect(table.at(row, "备注")).to_have_class(WAITING)
    page.context.set_offline(False)
    expect(table.at(row, "客户名称")).to_have_class(re.compile("kg-failed"))
    expect(table.at(row, "备注")).to_have_text("不会丢")
    # It waits for her, also after she has left and come back.
    reload(page)
    expect(table.at(row, "客户名称")).to_have_class(re.compile("kg-failed"))
    table.at(row, "客户名称").click()
    page.keyboard.type(f"{name}短名")
    page.keyboard.press("Enter")
    until(page, lambda: [one["remark"] for one in kept(page, f"{name}短名")] == ["不会丢"])
    expect(page.locator(".kg-failed")).to_have_count(0)


def test_deleting_without_a_line_loses_nothing(page: Page, name: str):
    table, new = Table(page), f"{name}新客户"
    page.context.set_offline(True)
    table.cell(name, "备注").click()
    page.keyboard.press("Control+Delete")
    expect(page.get_by_text("连不上服务器，请检查网络后再试。")).to_be_visible()
    expect(table.cell(name, "备注")).to_have_text("旧")
    type_new(page, new)
    # One that waits may have arrived: it is made and then deleted, and can be had back until then.
    table.cell(new, "客户名称").click()
    page.keyboard.press("Control+Delete")
    expect(table.grid.get_by_text(new, exact=True)).to_have_count(0)
    take_back(page)
    expect(table.cell(new, "客户名称")).to_have_class(WAITING)
    page.context.set_offline(False)
    expect(page.get_by_label("状态栏")).not_to_contain_text("等待保存")
    assert len(kept(page, new)) == 1


def test_on_a_phone_a_new_record_waits_in_the_list(phone: Page, picture):
    phone.goto("/o/customers")
    new = f"手机{next(_numbers)}号"
    phone.get_by_role("button", name="新客户", exact=True).click()
    expect(phone.get_by_role("textbox", name="客户名称")).to_be_visible()
    phone.context.set_offline(True)
    phone.get_by_role("textbox", name="客户名称").fill(new)
    phone.get_by_role("button", name="保存客户").click()
    expect(phone.get_by_text(WAITS)).to_be_visible()
    phone.get_by_role("button", name="关闭记录").click()
    card = phone.get_by_role("list", name="客户列表").get_by_role("button", name=new)
    expect(card).to_contain_text(WAITS)
    picture(phone, "offline-phone.zh")
    card.click()
    phone.get_by_role("textbox", name="备注").fill("路上写的")
    phone.get_by_role("textbox", name="备注").press("Tab")
    phone.context.set_offline(False)
    expect(phone.get_by_role("tab", name="时间线")).to_be_visible()
    until(phone, lambda: [one["remark"] for one in kept(phone, new)] == ["路上写的"])
