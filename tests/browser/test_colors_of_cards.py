"""The colours of a view's rules where its records are no rows of a grid: cards, entries of days, lines on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from browser.hands import OWNER, add_customers, day, export, pick, reload, send
from browser.test_accessibility import serious

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}
KEY = {"field": "level", "op": "in", "value": ["key"]}
LARGE = {"field": "main_deal.amount", "op": "gte", "value": 200000}
RULES = [
    {"filter": KEY, "target": "row", "color": 7, "icon": "star"},
    {"filter": LARGE, "target": "cell", "field": "main_deal.amount", "color": 3, "icon": "flag"},
    {"field": "main_deal.amount", "bar": True, "color": 5},
]
FIELDS = ["name", "stage", "level", "main_deal.amount", "next_follow_up"]
KINDS: dict[str, dict[str, Any]] = {
    "grid": {},
    "board": {"board": {"by": "stage"}},
    "calendar": {"calendar": {"date": "next_follow_up"}},
    "gallery": {},
}
BIG, KEPT, PLAIN = "示例重点大客户", "示例重点小客户", "示例普通客户"
Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def made() -> dict[str, int]:
    """The ids of records and views of this file by name, once they are there."""
    return {}


@pytest.fixture
def opened(visit, made: dict[str, int]) -> Iterator[Opened]:
    """`opened("board")` shows customers in a view of that kind with rules for colours."""

    def open_view(kind: str, rules: list[dict[str, Any]] | None = None, **options: Any) -> Page:
        page = visit(OWNER, path=None, **options)
        if BIG not in made:
            values = [
                {"name": BIG, "level": "key", "main_deal.amount": 800000},
                {"name": KEPT, "level": "key", "main_deal.amount": 100000},
                {"name": PLAIN, "main_deal.amount": 200000},
            ]
            common = {"stage": "潜在", "main_deal.title": "项目", "next_follow_up": day()}
            made.update(
                zip((BIG, KEPT, PLAIN), add_customers(page, *({**common, **one} for one in values)), strict=True)
            )
        spec = {"fields": FIELDS, **KINDS[kind], "colors": RULES if rules is None else rules}
        if kind not in made:
            body = {"object": "customers", "name": f"示例{kind}", "kind": kind, "spec": spec, "shared": True}
            made[kind] = send(page, "POST", "/api/views", body)["id"]
        else:
            send(page, "PATCH", f"/api/views/{made[kind]}", {"spec": spec})
        page.goto(f"/o/customers?view={made[kind]}")
        return page

    yield open_view


def card(page: Page, name: str) -> Locator:
    return page.get_by_role("listitem").filter(has=page.get_by_text(name, exact=True))


def whole(page: Page, name: str) -> Locator:
    """The card, where a rule colours all of it."""
    found = card(page, name)
    return found.and_(page.locator("[data-hued=whole]")).or_(found.locator("[data-hued=whole]"))


def is_coloured(page: Page, *, bars: bool = False) -> None:
    """What the rules of this file say."""
    for name in (BIG, KEPT):
        expect(whole(page, name)).to_have_count(1)
        expect(card(page, name).get_by_role("img", name="星")).to_be_visible()
    expect(whole(page, PLAIN)).to_have_count(0)
    for name, flags in ((BIG, 1), (KEPT, 0), (PLAIN, 1)):
        expect(card(page, name).get_by_role("img", name="旗")).to_have_count(flags)
        expect(card(page, name).locator(".kebu-card-bar")).to_have_count(1 if bars else 0)


def test_the_cards_of_a_board(opened: Opened):
    page = opened("board")
    is_coloured(page)
    # Another level: the card loses its colour when the save is there.
    card(page, KEPT).locator("[data-opens]").click()
    record = page.get_by_role("complementary")
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        pick(page, record.get_by_label("客户等级", exact=True), "一般客户")
    expect(whole(page, KEPT)).to_have_count(0)
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        pick(page, record.get_by_label("客户等级", exact=True), "重要客户")
    expect(whole(page, KEPT)).to_have_count(1)


def test_the_cards_of_a_gallery_with_bars(opened: Opened):
    page = opened("gallery")
    is_coloured(page, bars=True)
    widths = [card(page, name).locator(".kebu-card-bar").bounding_box() for name in (BIG, KEPT)]
    assert all(widths)
    assert widths[0]["width"] == pytest.approx(8 * widths[1]["width"], rel=0.05)  # type: ignore[index]


def test_the_list_of_a_phone(opened: Opened, made: dict[str, int]):
    page = opened("grid", **PHONE)
    is_coloured(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # What somebody else changes shows, too.
    send(page, "PATCH", f"/api/records/customers/{made[PLAIN]}", {"version": 1, "values": {"level": "key"}})
    reload(page)
    expect(whole(page, PLAIN)).to_have_count(1)
    send(page, "PATCH", f"/api/records/customers/{made[PLAIN]}", {"version": 2, "values": {"level": None}})


def test_the_entries_of_a_calendar(opened: Opened):
    page = opened("calendar")
    here = page.locator("[aria-current=date]")
    entry = here.get_by_role("button", name=BIG)
    expect(entry.get_by_role("img", name="星")).to_be_visible()
    pink, grey = "--kebu-hue-7-bg", "--kebu-hue-9-bg"
    expect(entry).to_have_attribute("style", re.compile(pink))
    # A hue means one thing: the stage has none where rules colour the records.
    expect(here.get_by_role("button", name=PLAIN)).to_have_attribute("style", re.compile(grey))
    here.press("Enter")
    list_of_day = page.get_by_role("dialog")
    expect(list_of_day.locator("[data-hued=whole]")).to_have_count(2)
    expect(list_of_day.get_by_role("img", name="旗")).to_have_count(2)


def test_a_calendar_without_rules_for_its_records_keeps_the_hues_of_the_stages(opened: Opened):
    page = opened("calendar", rules=RULES[1:])
    entry = page.locator("[aria-current=date]").get_by_role("button", name=PLAIN)
    expect(entry).to_be_visible()
    expect(entry).not_to_have_attribute("style", re.compile("--kebu-hue-9-bg"))


def test_the_days_of_a_phone(opened: Opened):
    page = opened("calendar", **PHONE)
    is_coloured(page)


@pytest.mark.filterwarnings("ignore::UserWarning")  # of bars as Excel has them since 2010, which openpyxl leaves out
def test_a_workbook_looks_like_the_view(opened: Opened, tmp_path: Path):
    page = opened("grid")
    expect(page.locator(".kg-hued").first).to_be_visible()
    with page.expect_download() as coming:
        export(page)
    path = tmp_path / coming.value.suggested_filename
    coming.value.save_as(path)
    sheet = load_workbook(path).active
    found = {row[0].value: row[0] for row in sheet.iter_rows(min_row=2)}
    assert {name: one.fill.fgColor.rgb for name, one in found.items()} == {
        BIG: "FFFCE3F0",
        KEPT: "FFFCE3F0",
        PLAIN: "00000000",
    }
    assert found[BIG].number_format == '"★ "@'
    assert len(sheet.conditional_formatting) == 1


@pytest.mark.parametrize("kind", ["board", "calendar", "gallery"])
def test_rules_are_made_where_they_show(opened: Opened, kind: str):
    page = opened(kind, rules=[])
    expect(page.get_by_text(PLAIN, exact=True)).to_be_visible()
    page.get_by_role("button", name="颜色").click()
    dialog = page.get_by_role("dialog", name="颜色")
    dialog.get_by_role("button", name="添加规则").click()
    pick(page, dialog.get_by_label("第 1 个条件的字段"), "客户等级")
    with page.expect_response(lambda answer: answer.url.endswith("/colors")):
        dialog.get_by_label("第 1 个条件的值").click()
        page.locator(".ant-select-dropdown:visible").get_by_title("重要客户", exact=True).click()
    shown = page.locator("[data-hued=whole], [data-opens][style*='--kebu-hue-5-bg']")
    expect(shown).to_have_count(2)
    page.keyboard.press("Escape")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["board", "calendar", "gallery"])
def test_axe_finds_nothing_serious(opened: Opened, kind: str, scheme: str):
    rules = [
        {"filter": KEY, "target": "row", "color": 8, "icon": "star"},
        *({"filter": LARGE, "target": "cell", "field": field, "color": n} for n, field in enumerate(FIELDS)),
    ]
    page = opened(kind, rules=rules, color_scheme=scheme)
    expect(page.get_by_role("img", name="星").first).to_be_visible()
    assert [one for one in serious(page) if one.startswith("color-contrast")] == []
