"""Every page for everybody: axe finds nothing serious, in light and in dark; no page mixes two languages."""

import re
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from browser.hands import OWNER, Table, add_customers, day, send
from installation import ROOT

pytestmark = pytest.mark.browser
PAGES = [
    "/o/customers",
    "/o/customers?record=1",
    "/o/customers?record=1&tab=timeline",
    "/o/customers?record=1&tab=comments",
    "/o/customers?record=new",
    "/o/contacts",
    "/o/deals",
    "/today",
    "/reports",
    "/import",
    "/settings/account",
    "/settings/fields",
    "/settings/people",
    "/settings/roles",
    "/settings/roles?role=sales",
    "/settings/teams",
    "/settings/audit",
    "/settings/backups",
    "/nowhere",
]


@pytest.fixture(scope="module")
def filled() -> list[int]:
    """The rows of this file, once they are there."""
    return []


def prepare(page: Page, filled: list[int]) -> None:
    if filled:
        return
    filled[:] = add_customers(
        page,
        {
            "name": "Example Ltd 1",
            "main_contact.name": "Ann Lee",
            "main_contact.email": {"invalid": "no address"},
            "main_contact.phone": "13800001234",
            "main_deal.title": "Service",
            "main_deal.amount": 88000,
            "stage": "active",
            "level": "key",
            "next_follow_up": day(-1),
        },
        {"name": "Example Ltd 2", "stage": "potential", "next_follow_up": day()},
    )
    said = {"field": "main_deal.amount", "text": "Is it right, @[1]?"}
    send(page, "POST", f"/api/records/customers/{filled[0]}/comments", said)


@cache
def axe() -> str:
    return (ROOT / "web/node_modules/axe-core/axe.min.js").read_text("utf-8")


def serious(page: Page) -> list[str]:
    """What axe calls serious or critical, each with the place."""
    page.evaluate(axe())
    found: list[dict[str, Any]] = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    return [
        f"{one['id']}: {one['help']} — {node['html'][:160]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:3]
    ]


def opened(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.get_by_role("heading").first).to_be_attached()
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(visit, filled: list[int], scheme: str):
    page = visit(OWNER, path=None, color_scheme=scheme)
    prepare(page, filled)
    found = {}
    for path in PAGES:
        opened(page, path)
        if problems := serious(page):
            found[path] = problems
    assert not found, "\n".join(f"{path}: {one}" for path, problems in found.items() for one in problems)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_what_opens(visit, filled: list[int], scheme: str):
    page = visit(OWNER, path=None, color_scheme=scheme)
    prepare(page, filled)
    found = []
    for path, button in (
        ("/o/customers", "筛选"),
        ("/o/customers", "字段"),
        ("/o/customers", "导出"),
        ("/o/customers", "个人菜单"),
        ("/settings/fields", "添加字段"),
        ("/settings/people", "邀请成员"),
        ("/settings/roles", "复制角色 销售"),
        ("/settings/teams", "添加部门"),
        ("/o/customers?record=1", "共享"),
    ):
        opened(page, path)
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("dialog").or_(page.get_by_role("menu")).first).to_be_visible()
        found += [f"{path} {button}: {one}" for one in serious(page)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_colours_and_groups_of_conditions(visit, filled: list[int], scheme: str):
    page = visit(OWNER, path=None, color_scheme=scheme)
    prepare(page, filled)
    key, late = {"field": "level", "op": "in", "value": ["key"]}, {"field": "next_follow_up", "op": "not_empty"}
    columns = ["name", "main_contact.email", "main_deal.amount", "next_follow_up", "stage", "level"]
    colors: list[dict[str, Any]] = [
        {"filter": key, "target": "row", "color": 8, "icon": "star"},
        *({"filter": late, "target": "cell", "field": name, "color": n} for n, name in enumerate(columns[1:])),
        {"field": "main_deal.amount", "bar": True, "color": 5},
    ]
    spec = {"fields": columns, "colors": colors, "filter": {"and": [late, {"or": [key, late]}]}}
    wanted = {"object": "customers", "name": "示例颜色", "shared": True, "spec": spec}
    view = send(page, "POST", "/api/views", wanted)["id"]
    send(page, "PATCH", f"/api/views/{view}", {"locked": True})
    found = []
    for button in ("颜色", "筛选"):
        opened(page, f"/o/customers?view={view}")
        expect(page.locator(".kg-hued").first).to_be_visible()
        page.get_by_role("button", name=re.compile(rf"^{button}")).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        expect(page.get_by_label("第 1 个条件的字段").first).to_be_visible()
        found += [f"{button}: {one}" for one in serious(page)]
    send(page, "PATCH", f"/api/views/{view}", {"locked": False})
    send(page, "DELETE", f"/api/views/{view}")
    assert not found, "\n".join(found)


def test_axe_finds_nothing_serious_at_the_door(page: Page):
    for path in ("/sign-in", "/setup", "/invite/nothing"):
        opened(page, path) if path != "/setup" else page.goto(path)
        page.wait_for_load_state("networkidle")
        assert serious(page) == [], path


def test_no_page_mixes_languages(visit, filled: list[int]):
    page = visit(OWNER, path=None)
    prepare(page, filled)
    send(page, "PATCH", "/api/me", {"language": "en"})
    try:
        mixed = {}
        for path in PAGES:
            opened(page, path)
            words = page.evaluate("document.body.innerText.match(/[\\u4e00-\\u9fff]+/g)") or []
            # The company is called so, and the languages name themselves.
            if left := set(words) - {"示例公司", "简体中文"}:
                mixed[path] = left
        assert not mixed
        assert page.evaluate("document.documentElement.lang") == "en"
    finally:
        send(page, "PATCH", "/api/me", {"language": "zh-Hans"})
    opened(page, "/settings/account")
    english = page.evaluate("document.body.innerText.match(/\\b(Save|Cancel|Delete|Name|Password|Language)\\b/g)") or []
    assert english == []
    assert re.match("zh", page.evaluate("document.documentElement.lang"))


def test_twice_as_large_still_works(visit, filled: list[int]):
    """Zoom of 200 % on a laptop is half as many pixels."""
    page = visit(OWNER, path=None, viewport={"width": 720, "height": 450}, device_scale_factor=2)
    prepare(page, filled)
    for path in PAGES:
        opened(page, path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_where_one_is_and_what_is_wrong_show_in_high_contrast(visit, filled: list[int]):
    page = visit(OWNER, path=None, forced_colors="active")
    prepare(page, filled)
    page.goto("/o/customers")
    table = Table(page)
    table.cell("Example Ltd 1", "客户名称").click()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    table.tick("Example Ltd 2")
    expect(page.get_by_text("已勾选 1 行")).to_be_visible()
    chosen, wanted, plain = page.evaluate(
        """() => {
          const probe = document.createElement('i');
          probe.style = 'forced-color-adjust: none; background: SelectedItem';
          document.body.append(probe);
          const wanted = getComputedStyle(probe).backgroundColor;
          const of = (row) => getComputedStyle(document.querySelector(`${row} > .slick-cell`)).backgroundColor;
          return [of('.kg-chosen'), wanted, of('.slick-row:not(.kg-chosen)')];
        }"""
    )
    assert chosen == wanted != plain, "ticked rows stand out"
    line = page.locator(".kg-mark-range").first
    assert line.evaluate("(one) => getComputedStyle(one).borderTopWidth") == "2px", "the selection stands out"
    here = page.get_by_role("navigation").get_by_role("link", name="客户", exact=True).first
    assert here.evaluate("(one) => getComputedStyle(one).outlineStyle") == "solid", "where one is stands out"


def test_what_is_found_and_where_things_are_dropped_show_in_high_contrast(visit, filled: list[int]):
    page = visit(OWNER, path=None, forced_colors="active")
    prepare(page, filled)
    page.goto("/o/customers")
    table = Table(page)
    expect(page.locator(".kg-movable")).to_be_visible()
    page.keyboard.press("Control+f")
    page.get_by_role("textbox", name="在表格中查找").fill("Ltd 2")
    found = table.cell("Example Ltd 2", "客户名称")
    expect(found).to_have_class(re.compile("kg-found"))
    expect(found).to_have_css("outline-style", "dashed")
    page.keyboard.press("Escape")
    wanted = page.evaluate(
        """() => {
          const probe = document.createElement('i');
          probe.style = 'forced-color-adjust: none; background: Highlight';
          document.body.append(probe);
          return getComputedStyle(probe).backgroundColor;
        }"""
    )
    table.header("客户名称").hover()
    page.mouse.down()
    page.mouse.move(700, 120, steps=4)
    expect(page.locator(".kg-drop-line")).to_have_css("background-color", wanted)
    page.keyboard.press("Escape")
    page.mouse.up()
    table.cell("Example Ltd 1", "客户名称").locator("xpath=..").locator(".kg-open").hover()
    page.mouse.down()
    page.mouse.move(60, 400, steps=4)
    expect(page.locator(".kg-drop")).to_have_css("background-color", wanted)
    page.keyboard.press("Escape")
    page.mouse.up()


def test_nothing_moves_for_whom_that_disturbs(visit, filled: list[int]):
    page = visit(OWNER, path=None)
    prepare(page, filled)
    page.goto("/o/customers")
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_role("dialog", name="筛选")).to_be_visible()
    moving = page.evaluate(
        "document.getAnimations().filter((one) => Number(one.effect.getComputedTiming().activeDuration) > 0).length"
    )
    assert moving == 0
