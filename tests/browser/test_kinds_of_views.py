"""Views that are no tables: a board, on records like those of a company that has used it for a while."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.hands import OWNER, add_customers, pick, reload, send

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}


@pytest.fixture(scope="module")
def made() -> dict[str, int]:
    """The ids of the views and records of this file by name, once they are there."""
    return {}


@pytest.fixture
def board(visit, made: dict[str, int]) -> Any:
    """`board()` opens the board of customers by stage in a browser."""

    def opened(**options: Any) -> Page:
        page = visit(OWNER, path=None, **options)
        if "看板" not in made:
            names = ["示例甲公司", "示例乙公司", "示例丙公司", "示例丁公司"]
            stages = ["潜在", "潜在", "合作中", None]
            amounts = [100000, 50000, 888000, None]
            made.update(
                zip(
                    names,
                    add_customers(
                        page,
                        *(
                            {"name": name, "stage": stage, "main_deal.title": "项目", "main_deal.amount": amount}
                            for name, stage, amount in zip(names, stages, amounts, strict=True)
                        ),
                    ),
                    strict=True,
                )
            )
            add_customers(page, *({"name": f"流失 {n:03}", "stage": "流失"} for n in range(120)))
            spec = {"board": {"by": "stage"}, "fields": ["name", "main_deal.amount", "next_follow_up"]}
            body = {"object": "customers", "name": "看板", "kind": "board", "spec": spec, "shared": True}
            made["看板"] = send(page, "POST", "/api/views", body)["id"]
        page.goto(f"/o/customers?view={made['看板']}")
        return page

    return opened


def column(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def card(page: Page, name: str) -> Locator:
    return page.get_by_role("listitem").filter(has=page.get_by_text(name, exact=True))


def held(page: Page, made: dict[str, int], name: str) -> Any:
    """What the server keeps as the stage of a customer."""
    return send(page, "GET", f"/api/records/customers/{made[name]}")["values"]["stage"]


def test_a_board_is_a_kind_of_view_to_begin(board):
    page = board()
    page.get_by_role("button", name="新建视图").click()
    form = page.get_by_role("tooltip")
    form.get_by_text("看板", exact=True).click()
    form.get_by_label("视图名称").fill("按阶段")
    form.get_by_role("button", name="保存视图").click()
    expect(
        page.get_by_role("navigation", name="视图").get_by_role("button", name="按阶段", exact=True)
    ).to_have_attribute("aria-current", "page")
    expect(column(page, "潜在客户")).to_contain_text("示例甲公司")
    expect(column(page, "合作中客户")).to_contain_text("示例丙公司")
    page.get_by_role("button", name=re.compile("^分列：")).click()
    page.get_by_role("dialog").get_by_label("按哪个字段分列").click()
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.get_by_title("负责人", exact=True).last.click()
    expect(column(page, "未填写")).to_be_visible()
    reload(page)
    expect(page.get_by_role("button", name="分列：负责人")).to_be_visible()


def test_a_card_is_dragged_to_another_column_and_taken_back(board, made):
    page = board()
    before = held(page, made, "示例甲公司")
    to = column(page, "合作中客户")
    expect(column(page, "潜在客户").get_by_text("2", exact=True)).to_be_visible()
    expect(to).to_contain_text("示例丙公司")
    card(page, "示例甲公司").hover()
    page.mouse.down()
    spot = to.get_by_role("list").bounding_box()
    assert spot
    page.mouse.move(spot["x"] + 100, spot["y"] + 200, steps=8)
    expect(to).to_contain_text("示例甲公司")
    with page.expect_response(lambda answer: answer.request.method == "PATCH") as saved:
        page.mouse.up()
    assert saved.value.ok
    expect(to).to_contain_text("示例甲公司")
    expect(to.get_by_text("2", exact=True)).to_be_visible()
    expect(column(page, "潜在客户")).not_to_contain_text("示例甲公司")
    assert held(page, made, "示例甲公司") != before
    page.keyboard.press("Control+z")
    expect(column(page, "潜在客户")).to_contain_text("示例甲公司")
    assert held(page, made, "示例甲公司") == before


def test_the_keyboard_goes_from_card_to_card_and_moves_them(board, made):
    page = board()
    # Each column comes by itself: the arrows go to what is there.
    expect(card(page, "示例丙公司")).to_be_visible()
    expect(card(page, "示例乙公司")).to_be_visible()
    card(page, "示例甲公司").get_by_role("button").first.focus()
    page.keyboard.press("ArrowDown")
    expect(card(page, "示例乙公司").get_by_role("button").first).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(card(page, "示例丙公司").get_by_role("button").first).to_be_focused()
    page.keyboard.press("m")
    menu = page.get_by_role("menu")
    expect(menu.get_by_role("menuitem", name="潜在客户")).to_be_visible()
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        menu.get_by_role("menuitem", name="潜在客户").press("Enter")
    expect(column(page, "潜在客户")).to_contain_text("示例丙公司")
    expect(page.get_by_role("status").filter(has_text="示例丙公司已移到「潜在客户」")).to_be_attached()
    page.keyboard.press("Control+z")
    expect(column(page, "合作中客户")).to_contain_text("示例丙公司")


def test_a_long_column_comes_as_one_scrolls(board):
    page = board()
    long = column(page, "流失客户")
    expect(long.get_by_text("120", exact=True)).to_be_visible()
    cards = long.get_by_role("listitem")
    expect(cards).to_have_count(50)
    cards.last.scroll_into_view_if_needed()
    expect(cards).to_have_count(100)
    cards.last.scroll_into_view_if_needed()
    expect(cards).to_have_count(120)


def test_a_card_opens_beside_and_a_new_one_begins_in_its_column(board, made):
    page = board()
    card(page, "示例乙公司").get_by_role("button").first.click()
    panel = page.get_by_role("complementary")
    expect(panel.get_by_role("heading", name="示例乙公司")).to_be_visible()
    panel.get_by_role("button", name="关闭记录").click()
    expect(card(page, "示例乙公司").get_by_role("button").first).to_be_focused()
    page.get_by_role("button", name="在「合作中客户」新建客户").click()
    expect(panel.get_by_label("客户名称")).to_be_focused()
    panel.get_by_label("客户名称").fill("示例新公司")
    panel.get_by_role("button", name="保存客户").click()
    expect(column(page, "合作中客户")).to_contain_text("示例新公司")


def test_filter_and_search_hold_for_a_board(board):
    page = board()
    expect(column(page, "流失客户").get_by_text("120", exact=True)).to_be_visible()
    page.get_by_role("searchbox").fill("乙公司")
    expect(page.get_by_role("listitem")).to_have_count(1)
    expect(column(page, "潜在客户")).to_contain_text("示例乙公司")
    expect(page.get_by_label("状态栏")).to_contain_text("1 行")


def test_two_people_move_the_same_card(board, made):
    page = board()
    expect(card(page, "示例丁公司")).to_be_visible()
    page.route("**/api/records/customers/query", lambda route: route.abort())
    now = send(page, "GET", f"/api/records/customers/{made['示例丁公司']}")
    send(
        page,
        "PATCH",
        f"/api/records/customers/{made['示例丁公司']}",
        {"version": now["version"], "values": {"stage": "流失"}},
    )
    page.unroute("**/api/records/customers/query")
    card(page, "示例丁公司").get_by_role("button").first.focus()
    page.keyboard.press("m")
    page.get_by_role("menuitem", name="潜在客户").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("示例丁公司")
    dialog.get_by_role("button", name="全部用对方的").click()
    expect(column(page, "潜在客户")).not_to_contain_text("示例丁公司")
    assert held(page, made, "示例丁公司")


def test_on_a_phone_a_board_is_one_column_at_a_time(board, made):
    page = board(**PHONE)
    expect(card(page, "示例甲公司")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="示例丙公司")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    card(page, "示例甲公司").get_by_role("button", name="移动 示例甲公司").tap()
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.get_by_role("menuitem", name="合作中客户").tap()
    expect(card(page, "示例甲公司")).to_have_count(0)
    page.get_by_role("combobox", name="列", exact=True).click()
    page.get_by_title(re.compile(r"^合作中客户 \d")).last.click()
    expect(card(page, "示例甲公司")).to_be_visible()
    card(page, "示例甲公司").get_by_role("button").first.tap()
    expect(page.get_by_role("complementary").get_by_role("heading", name="示例甲公司")).to_be_visible()


@pytest.fixture
def calendar(visit, made: dict[str, int]) -> Any:
    """`calendar()` opens the calendar of customers by their next follow-up, in January 2027."""

    def opened(more: str = "", **options: Any) -> Page:
        page = visit(OWNER, path=None, **options)
        if "日历" not in made:
            names = ["一月甲公司", "一月乙公司", "二月公司"]
            days = ["2027-01-13", "2027-01-13", "2027-02-03"]
            rows = [{"name": name, "next_follow_up": day} for name, day in zip(names, days, strict=True)]
            made.update(zip(names, add_customers(page, *rows), strict=True))
            add_customers(page, *({"name": f"忙碌 {n}", "next_follow_up": "2027-01-20"} for n in range(12)))
            spec = {"calendar": {"date": "next_follow_up"}, "fields": ["name", "stage", "level"]}
            body = {"object": "customers", "name": "日历", "kind": "calendar", "spec": spec, "shared": True}
            made["日历"] = send(page, "POST", "/api/views", body)["id"]
        page.goto(f"/o/customers?view={made['日历']}&day=2027-01-12{more}")
        return page

    return opened


def on(page: Page, day: str) -> Locator:
    """The cell of a day."""
    return page.locator(f"[data-day='{day}']")


def follow_up(page: Page, made: dict[str, int], name: str) -> Any:
    return send(page, "GET", f"/api/records/customers/{made[name]}")["values"]["next_follow_up"]


def test_a_calendar_pages_by_month_and_week(calendar):
    page = calendar()
    expect(page.get_by_role("heading", name="2027年1月")).to_be_visible()
    expect(on(page, "2027-01-13")).to_contain_text("一月甲公司")
    page.get_by_role("button", name="下个月").click()
    expect(page.get_by_role("heading", name="2027年2月")).to_be_visible()
    expect(on(page, "2027-02-03")).to_contain_text("二月公司")
    page.get_by_text("周", exact=True).click()
    expect(page.get_by_role("gridcell")).to_have_count(7)
    page.get_by_role("button", name="今天", exact=True).click()
    expect(page.get_by_role("gridcell").and_(page.locator("[aria-current=date]"))).to_be_visible()
    reload(page)
    expect(page.get_by_role("gridcell")).to_have_count(7)


def test_only_what_is_shown_of_a_calendar_is_asked_for(calendar):
    page = calendar()
    expect(on(page, "2027-01-13")).to_contain_text("一月甲公司")
    with page.expect_request(lambda request: request.url.endswith("/customers/query")) as asked:
        page.get_by_role("button", name="下个月").click()
    condition = asked.value.post_data_json["filter"]
    assert condition == {"field": "next_follow_up", "op": "between", "value": ["2027-02-01", "2027-02-28"]}


def test_a_record_is_dragged_to_another_day_and_taken_back(calendar, made):
    page = calendar()
    on(page, "2027-01-13").get_by_role("button", name="一月甲公司").hover()
    page.mouse.down()
    spot = on(page, "2027-01-15").bounding_box()
    assert spot
    page.mouse.move(spot["x"] + 60, spot["y"] + 70, steps=8)
    expect(on(page, "2027-01-15")).to_contain_text("一月甲公司")
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.mouse.up()
    expect(on(page, "2027-01-13")).not_to_contain_text("一月甲公司")
    assert follow_up(page, made, "一月甲公司") == "2027-01-15"
    page.keyboard.press("Control+z")
    expect(on(page, "2027-01-13")).to_contain_text("一月甲公司")
    assert follow_up(page, made, "一月甲公司") == "2027-01-13"


def test_the_keyboard_goes_from_day_to_day_and_moves_records(calendar, made):
    page = calendar()
    expect(on(page, "2027-01-13")).to_contain_text("一月乙公司")
    on(page, "2027-01-12").focus()
    page.keyboard.press("ArrowRight")
    expect(on(page, "2027-01-13")).to_be_focused()
    record = page.get_by_role("gridcell").get_by_role("button", name="一月乙公司")
    record.focus()
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.keyboard.press("Shift+ArrowDown")
    expect(on(page, "2027-01-20").get_by_role("button", name="一月乙公司")).to_be_focused()
    assert follow_up(page, made, "一月乙公司") == "2027-01-20"
    page.keyboard.press("Control+z")
    expect(on(page, "2027-01-13")).to_contain_text("一月乙公司")
    on(page, "2027-01-13").focus()
    page.keyboard.press("Enter")
    day = page.get_by_role("dialog", name="1月13日")
    expect(day.get_by_role("listitem")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(on(page, "2027-01-13")).to_be_focused()
    page.keyboard.press("PageDown")
    expect(on(page, "2027-02-13")).to_be_focused()


def test_a_crowded_day_opens_and_a_record_begins_on_a_day(calendar):
    page = calendar()
    busy = on(page, "2027-01-20")
    expect(busy).to_contain_text(re.compile(r"还有 \d+ 条"))
    busy.get_by_role("button", name=re.compile("还有")).click()
    day = page.get_by_role("dialog", name="1月20日")
    expect(day.get_by_role("listitem")).to_have_count(12)
    day.get_by_role("button", name="忙碌 7").click()
    panel = page.get_by_role("complementary")
    expect(panel.get_by_role("heading", name="忙碌 7")).to_be_visible()
    panel.get_by_role("button", name="关闭记录").click()
    on(page, "2027-01-11").hover()
    on(page, "2027-01-11").get_by_role("button", name=re.compile("新建客户")).click()
    panel.get_by_label("客户名称").fill("十一号公司")
    panel.get_by_role("button", name="保存客户").click()
    expect(on(page, "2027-01-11")).to_contain_text("十一号公司")


def test_on_a_phone_a_calendar_is_a_list_of_days(calendar):
    page = calendar(**PHONE)
    day = page.get_by_role("region", name="1月13日")
    expect(day).to_contain_text("一月甲公司")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    day.get_by_role("button", name="一月甲公司").tap()
    expect(page.get_by_role("complementary").get_by_role("heading", name="一月甲公司")).to_be_visible()
    page.get_by_role("button", name="关闭记录").tap()
    page.get_by_role("button", name="下个月").tap()
    expect(page.get_by_role("region", name="2月3日")).to_contain_text("二月公司")


@pytest.fixture
def other(visit, made: dict[str, int]) -> Any:
    """`other("gallery", spec)` opens a view of that kind."""

    def opened(kind: str, spec: dict[str, Any], **options: Any) -> Page:
        page = visit(OWNER, path=None, **options)
        if kind not in made:
            add_customers(page, *({"name": f"{kind} {n:03}", "level": "重要客户"} for n in range(70)))
            body = {"object": "customers", "name": kind, "kind": kind, "spec": spec, "shared": True}
            made[kind] = send(page, "POST", "/api/views", body)["id"]
        page.goto(f"/o/customers?view={made[kind]}")
        return page

    return opened


GALLERY = {
    "fields": ["name", "level", "stage", "next_follow_up"],
    "filter": {"field": "name", "op": "starts_with", "value": "gallery"},
}
FORM = {
    "form": {
        "title": "新客户登记",
        "text": "示例说明",
        "fields": ["name", "main_contact.phone", "stage"],
        "required": ["stage"],
    }
}


def test_a_gallery_shows_the_fields_of_the_view_as_one_scrolls(other):
    page = other("gallery", GALLERY)
    cards = page.get_by_role("list", name="客户画册").get_by_role("listitem")
    expect(cards).to_have_count(50)
    expect(cards.first).to_contain_text("客户等级")
    expect(cards.first).to_contain_text("重要客户")
    expect(page.get_by_label("状态栏")).to_contain_text("70 行")
    cards.last.scroll_into_view_if_needed()
    expect(cards).to_have_count(70)
    cards.first.get_by_role("button").focus()
    page.keyboard.press("ArrowRight")
    expect(cards.nth(1).get_by_role("button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary").get_by_role("heading", name="gallery 001")).to_be_visible()
    page.get_by_role("complementary").get_by_role("button", name="关闭记录").click()
    page.get_by_role("searchbox").fill("gallery 069")
    expect(cards.filter(has_text="gallery 069")).to_be_visible()
    expect(cards.filter(has_text="gallery 001")).to_have_count(0)
    page.get_by_role("searchbox").fill("nothing at all")
    expect(page.get_by_text("没有符合条件的客户")).to_be_visible()


def test_a_form_is_filled_in_and_another_one(other):
    page = other("form", FORM)
    form = page.get_by_role("form", name="新客户登记")
    expect(form).to_contain_text("示例说明")
    form.get_by_label("客户名称").fill("表单甲公司")
    form.get_by_label("电话").fill("13800009999")
    form.get_by_role("button", name="保存").click()
    expect(form).to_contain_text("请填写合作阶段")
    form.get_by_label("合作阶段").click()
    page.get_by_title("潜在客户", exact=True).last.click()
    form.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="已保存「表单甲公司」")).to_be_visible()
    asked = {"search": "表单甲公司", "fields": ["name", "main_contact.phone"]}
    rows = send(page, "POST", "/api/records/customers/query", asked)["rows"]
    assert [row[2:] for row in rows] == [["表单甲公司", "13800009999"]]
    page.get_by_role("button", name="再填一份").click()
    expect(form.get_by_label("客户名称")).to_have_value("")
    form.get_by_label("客户名称").fill("还没保存的公司")
    form.get_by_label("电话").focus()
    page.get_by_role("navigation", name="视图").get_by_role("button", name="全部客户").click()
    expect(page.get_by_role("grid")).to_be_visible()
    page.get_by_role("navigation", name="视图").get_by_role("button", name="form", exact=True).click()
    expect(form.get_by_label("客户名称")).to_have_value("还没保存的公司")
    form.get_by_label("客户名称").fill("")
    form.get_by_label("电话").focus()


def test_a_form_is_edited_beside_its_preview(other):
    page = other("form", FORM)
    page.get_by_role("button", name="编辑表单").click()
    editor = page.get_by_role("complementary", name="表单内容")
    editor.get_by_label("标题").fill("来访登记")
    form = page.get_by_role("form", name="来访登记")
    expect(form.get_by_role("button", name="保存")).to_be_disabled()
    pick(page, editor.get_by_role("combobox", name="添加字段"), "备注")
    expect(form.get_by_label("备注")).to_be_visible()
    editor.get_by_role("checkbox", name="备注必填").check()
    editor.get_by_role("button", name="移动 备注").press("ArrowUp")
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        editor.get_by_role("button", name="去掉 电话").click()
    expect(form.get_by_label("电话")).to_have_count(0)
    editor.get_by_role("button", name="完成").click()
    reload(page)
    expect(form.get_by_label(re.compile("^备注.*必填"))).to_be_visible()
    expect(form.get_by_label("电话")).to_have_count(0)


def test_a_gallery_and_a_form_fit_a_phone(other):
    page = other("gallery", GALLERY, **PHONE)
    expect(page.get_by_role("list", name="客户画册").get_by_role("listitem").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page = other("form", FORM, **PHONE)
    expect(page.get_by_role("form").get_by_label("客户名称")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
