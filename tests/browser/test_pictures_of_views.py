"""Each kind of view on a filled sample company, in both languages, light and dark: nothing sticks out, nothing is empty.

With KEBU_PICTURES=1 these become the pictures of the guide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.conftest import new_profile
from browser.hands import send
from installation import Installation, Served

pytestmark = pytest.mark.browser
RULES: list[dict[str, Any]] = [
    {
        "filter": {
            "field": "next_follow_up",
            "op": "within",
            "value": {"unit": "day", "from": -3650, "to": 0},
        },
        "target": "row",
        "color": 0,
        "icon": "clock",
    },
    {
        "filter": {"field": "level", "op": "in", "value": ["key"]},
        "target": "row",
        "color": 3,
        "icon": "star",
    },
    {
        "filter": {"field": "main_deal.amount", "op": "gte", "value": 200_000},
        "target": "cell",
        "field": "main_deal.amount",
        "color": 2,
        "icon": "up",
    },
]
VIEWS: dict[str, dict[str, Any]] = {
    "board": {
        "board": {"by": "stage", "sum": "main_deal.amount"},
        "fields": ["name", "main_deal.title", "main_deal.amount", "level", "next_follow_up", "main_contact.name"],
    },
    "calendar": {
        "calendar": {"date": "next_follow_up"},
        "fields": ["name", "main_deal.amount", "level", "main_contact.name"],
    },
    "gallery": {
        "fields": ["name", "stage", "level", "main_contact.name", "main_contact.phone", "main_deal.amount", "owner"],
    },
    "board-colors": {
        "board": {"by": "stage", "sum": "main_deal.amount"},
        "fields": ["name", "main_deal.amount", "level", "next_follow_up"],
        "colors": RULES,
    },
    "grid-groups": {
        "fields": ["name", "main_contact.name", "main_deal.amount", "level", "stage", "next_follow_up"],
        "group": [{"field": "level", "desc": False}, {"field": "stage", "desc": False}],
    },
    "grid-colors": {
        "fields": ["name", "main_contact.name", "main_deal.amount", "level", "stage", "next_follow_up", "industry"],
        "colors": [*RULES, {"field": "main_deal.amount", "bar": True, "color": 5}],
    },
    "grid-frozen": {
        "fields": [
            *("name", "main_contact.name", "main_contact.phone", "address", "main_deal.title", "main_deal.amount"),
            *("level", "industry", "stage", "next_follow_up", "remark"),
        ],
        "frozen": 1,
        "frozen_rows": 3,
        "colors": RULES,
    },
    "form": {
        "form": {
            "title": "新客户登记 · A new customer",
            "text": "示例：展会上认识的客户，当天填好。\nSample: customers met at a fair, on the same day.",
            "fields": ["name", "main_contact.name", "main_contact.phone", "level", "next_follow_up", "remark"],
            "required": ["main_contact.phone"],
        },
    },
}
NAMES = {
    "board": "按阶段 · Board",
    "calendar": "跟进 · Calendar",
    "gallery": "画册 · Gallery",
    "form": "登记 · Form",
    "board-colors": "颜色 · Colours",
    "grid-groups": "分组 · Groups",
    "grid-colors": "表格颜色 · Table",
    "grid-frozen": "冻结 · Frozen",
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> tuple[Installation, dict]:
    """A sample company, and its owner."""
    installation = Installation(tmp_path_factory.mktemp("demo"))
    return installation, installation.json("demo", "--customers", "400")["logins"][0]


@pytest.fixture(scope="module")
def program(demo) -> Iterator[Served]:
    with demo[0].served() as served:
        yield served


@pytest.fixture(scope="module")
def views() -> dict[str, int]:
    """The ids of the views, once they are there."""
    return {}


@pytest.fixture
def opened(browser: Browser, program: Served, demo, views) -> Iterator[Any]:
    """`opened("board", locale="en-US")` shows a view of that kind in a browser of its own."""
    profiles = []

    def open_view(kind: str, **options: Any) -> Page:
        profile = new_profile(browser, program, **options)
        profiles.append(profile)
        page = profile.context.new_page()
        page.goto("/sign-in")
        english = options.get("locale") == "en-US"
        page.get_by_text("English" if english else "简体中文", exact=True).click()
        page.get_by_label("E-mail" if english else "邮箱").fill(demo[1]["email"])
        page.get_by_label("Password" if english else "密码", exact=True).fill(demo[1]["password"])
        page.get_by_role("button", name="Sign in" if english else "登录").click()
        expect(
            page.get_by_role("navigation", name=re.compile("^(Views|视图)$")).or_(page.get_by_role("combobox").first)
        ).to_be_visible()
        send(page, "PATCH", "/api/me", {"language": "en" if english else "zh-Hans"})
        if kind not in views:
            body = {"object": "customers", "name": NAMES[kind], "spec": VIEWS[kind], "shared": True}
            body["kind"] = kind.split("-")[0]
            views[kind] = send(page, "POST", "/api/views", body)["id"]
        page.goto(f"/o/customers?view={views[kind]}")
        return page

    yield open_view
    for profile in profiles:
        profile.context.close()
        profile.check()


LOOKS = [
    pytest.param("zh", {}, id="zh"),
    pytest.param("en", {"locale": "en-US"}, id="en"),
    pytest.param("zh.dark", {"color_scheme": "dark"}, id="dark"),
    pytest.param(
        "zh.phone",
        {
            "viewport": {"width": 390, "height": 844},
            "is_mobile": True,
            "has_touch": True,
            "device_scale_factor": 2,
        },
        id="phone",
    ),
]


def fits(page: Page) -> None:
    """Nothing sticks out sideways."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


@pytest.mark.parametrize(("name", "look"), LOOKS)
def test_a_board(opened, picture, name: str, look: dict[str, Any]):
    page = opened("board", **look)
    expect(page.get_by_role("listitem").nth(8)).to_be_visible()
    expect(page.get_by_role("region").first).to_contain_text(",000")
    fits(page)
    picture(page, f"board.{name}")


@pytest.mark.parametrize(("name", "look"), LOOKS)
def test_a_board_in_colours(opened, picture, name: str, look: dict[str, Any]):
    page = opened("board-colors", **look)
    expect(page.locator("[data-hued=whole]").first).to_be_visible()
    expect(page.locator("[data-hued=value]").first).to_be_visible()
    fits(page)
    picture(page, f"board-colors.{name}")


@pytest.mark.parametrize(("name", "look"), LOOKS[:3])
def test_a_table_in_groups(opened, picture, name: str, look: dict[str, Any]):
    page = opened("grid-groups", **look)
    expect(page.locator(".kg-group .kg-toggle").nth(2)).to_be_visible()
    expect(page.get_by_role("grid")).to_contain_text(",000")
    fits(page)
    picture(page, f"table-groups.{name}")


@pytest.mark.parametrize(("name", "look"), LOOKS[:3])
def test_a_table_in_colours(opened, picture, name: str, look: dict[str, Any]):
    page = opened("grid-colors", **look)
    expect(page.locator(".kg-bar").nth(2)).to_be_visible()
    expect(page.locator(".slick-cell[class*='kg-hue-']").first).to_be_visible()
    fits(page)
    picture(page, f"table-colors.{name}")


@pytest.mark.parametrize(("name", "look"), LOOKS[:3])
def test_a_table_with_frozen_rows_and_columns(opened, picture, name: str, look: dict[str, Any]):
    page = opened("grid-frozen", **look)
    rows = page.get_by_role("row")
    expect(rows.filter(has=page.get_by_role("gridcell")).first).to_be_visible()
    page.mouse.move(700, 500)
    page.mouse.wheel(0, 3600)
    page.mouse.wheel(420, 0)
    expect(page.locator("[aria-rowindex='106'] > [aria-colindex='2'] .kf-text")).to_be_in_viewport()
    expect(page.locator("[aria-rowindex='4'] > [aria-colindex='2']")).to_be_in_viewport(ratio=1)
    expect(page.locator("[aria-rowindex='5'] > [aria-colindex='2']")).not_to_be_in_viewport()
    # What scrolls sideways stands under its header in both halves.
    lefts = page.locator(":is([aria-rowindex='2'], [aria-rowindex='110']) > [aria-colindex='8'], [role=columnheader]")
    assert len({round(one["x"]) for one in lefts.evaluate_all(_PLACES) if one["column"] == "8"}) == 1
    picture(page, f"frozen-rows.{name}")


_PLACES = "(all) => all.map((one) => ({ x: one.getBoundingClientRect().x, column: one.ariaColIndex }))"


@pytest.mark.parametrize("kind", ["calendar", "gallery"])
@pytest.mark.parametrize(("name", "look"), LOOKS)
def test_a_calendar_and_a_gallery(opened, picture, kind: str, name: str, look: dict[str, Any]):
    page = opened(kind, **look)
    expect(page.get_by_role("listitem").nth(8)).to_be_visible()
    fits(page)
    picture(page, f"{kind}.{name}")


@pytest.mark.parametrize(("name", "look"), LOOKS)
def test_a_form(opened, picture, name: str, look: dict[str, Any]):
    page = opened("form", **look)
    expect(page.get_by_role("form").get_by_role("textbox").first).to_be_visible()
    fits(page)
    picture(page, f"form.{name}")
