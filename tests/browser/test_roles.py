"""Roles, teams and shared records, as an owner sets them up and a colleague meets them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from browser.hands import OWNER, add_customers, pick, send

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}}
CHOSEN = "quite long enough 77"


def add_person(owner: Page, name: str, email: str, role: str = "sales") -> tuple[int, str]:
    """A colleague; answers the id, and the link to join by."""
    made = send(owner, "POST", "/api/users", {"email": email, "name": name, "role": role})
    return made["id"], made["invite_link"]


def join(context: BrowserContext, link: str) -> Page:
    page = context.new_page()
    page.goto(link)
    page.get_by_label("密码", exact=True).fill(CHOSEN)
    page.get_by_role("button", name="加入").click()
    expect(page.get_by_role("grid")).to_be_visible()
    return page


def go(page: Page, section: str) -> None:
    page.get_by_role("navigation", name="设置分类").get_by_role("link", name=section, exact=True).click()
    expect(page.get_by_role("heading", name=section, exact=True)).to_be_visible()


def copy_role(page: Page, old: str, new: str) -> None:
    """Copy a role on its page; the new one is open then."""
    page.get_by_role("button", name=f"复制角色 {old}").click()
    dialog = page.get_by_role("dialog", name=f"复制角色 {old}")
    dialog.get_by_label("名称").fill(new)
    dialog.get_by_role("button", name="复制").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("heading", name=new, exact=True)).to_be_visible()


def save(page: Page, name: str) -> Locator:
    """Ask for the preview; answers its dialog once it has counted."""
    page.get_by_role("button", name="预览并保存").click()
    dialog = page.get_by_role("dialog", name=f"保存角色“{name}”？")
    expect(dialog.get_by_role("region", name="谁会受影响")).to_have_attribute("aria-busy", "false")
    return dialog


def confirm(page: Page, dialog: Locator) -> None:
    dialog.get_by_role("button", name="确认保存").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="预览并保存")).to_have_count(0)


def remove_role(page: Page, name: str) -> Locator:
    page.get_by_role("button", name=f"删除角色 {name}").click()
    return page.get_by_role("dialog", name=f"删除角色“{name}”？")


def role_of(page: Page, name: str) -> dict:
    return next(one for one in send(page, "GET", "/api/roles")["roles"] if one["names"]["zh-Hans"] == name)


def test_a_role_is_copied_changed_given_and_removed(visit, context: BrowserContext, picture):
    owner = visit(OWNER, path=None)
    person, link = add_person(owner, "示例小孙", "sun@example.com")
    add_customers(owner, {"name": "店主的客户"}, {"name": "店主的另一个客户"})
    owner.goto("/settings")
    go(owner, "角色")
    lines = owner.get_by_role("table", name="角色").locator("tbody tr")
    expect(lines).to_have_count(7)
    picture(owner, "roles.zh")
    # The owner's role is looked at, and no more.
    expect(owner.get_by_role("button", name="删除角色 所有者")).to_have_count(0)
    owner.get_by_role("button", name="查看角色 所有者").click()
    expect(owner.get_by_text("所有者什么都可以，这个角色不能修改或删除。")).to_be_visible()
    expect(owner.get_by_role("radio")).to_have_count(0)
    owner.get_by_role("button", name="所有角色").click()

    copy_role(owner, "销售", "渠道")
    send(owner, "PATCH", f"/api/users/{person}", {"role": role_of(owner, "渠道")["key"]})
    # Customers get rights of their own; the default stays as it is.
    pick(owner, owner.get_by_role("combobox", name="客户：看"), "全部")
    owner.get_by_role("checkbox", name="客户：导出").uncheck()
    expect(owner.get_by_role("status").filter(has_text="未保存的修改")).to_be_visible()
    dialog = save(owner, "渠道")
    told = dialog.get_by_role("region", name="谁会受影响")
    expect(told.get_by_role("listitem").filter(has_text="示例小孙")).to_contain_text(re.compile(r"客户·看\s*多 \d+ 条"))
    expect(dialog.get_by_role("region", name="修改的内容").get_by_role("listitem")).to_have_text(
        ["客户：看：本人 → 全部", "客户：导出：可以 → 不可以"]
    )
    picture(owner, "role-preview.zh")
    confirm(owner, dialog)
    rights = role_of(owner, "渠道")["rights"]["objects"]
    assert (rights["customers"]["see"], rights["customers"]["export"]) == ("all", False)
    assert (rights["*"]["see"], rights["*"]["export"]) == ("own", True)

    guest = join(context, link)
    expect(guest.get_by_role("grid").get_by_text("店主的客户", exact=True)).to_be_visible()
    guest.close()

    # Back to what holds for all others.
    owner.get_by_role("button", name="客户改回默认").click()
    confirm(owner, save(owner, "渠道"))
    assert "customers" not in role_of(owner, "渠道")["rights"]["objects"]

    # Renamed: nobody gains or loses by that.
    owner.get_by_label("名称", exact=True).fill("渠道伙伴")
    dialog = save(owner, "渠道伙伴")
    expect(dialog.get_by_text("没有人能看、能改的记录因此增减。")).to_be_visible()
    confirm(owner, dialog)
    owner.get_by_role("button", name="所有角色").click()

    # It has people: where do they go.
    dialog = remove_role(owner, "渠道伙伴")
    expect(dialog).to_contain_text("有 1 人是这个角色")
    dialog.get_by_role("button", name="删除").click()
    expect(dialog.get_by_text("请选一个角色")).to_be_visible()
    pick(owner, dialog.get_by_label("改成"), "只读")
    dialog.get_by_role("button", name="删除").click()
    expect(dialog).to_have_count(0)
    expect(lines).to_have_count(7)
    go(owner, "成员")
    expect(owner.get_by_role("row").filter(has_text="sun@example.com")).to_contain_text("只读")


def test_fields_are_masked_for_a_role_and_what_was_changed_is_kept(visit):
    owner = visit(OWNER, path="/settings/roles")
    copy_role(owner, "客服", "前台")
    owner.get_by_role("textbox", name="搜索字段").fill("电话")
    fields = owner.get_by_role("table", name="客户的字段")
    expect(fields.locator("tbody tr").first).to_contain_text("电话")
    name = fields.locator("tbody th").first.inner_text().splitlines()[0]
    radio = owner.get_by_role("radio", name=f"{name}：打码", exact=True)
    radio.check()
    # It is still there after leaving and reloading.
    go(owner, "成员")
    go(owner, "角色")
    expect(owner.get_by_role("row").filter(has_text="前台")).to_contain_text("未保存")
    owner.get_by_role("button", name="编辑角色 前台").click()
    expect(radio).to_be_checked()
    owner.reload()
    expect(radio).to_be_checked()
    # By the keyboard: one way further.
    radio.focus()
    owner.keyboard.press("ArrowRight")
    expect(owner.get_by_role("radio", name=f"{name}：只读", exact=True)).to_be_checked()
    owner.keyboard.press("ArrowLeft")
    expect(radio).to_be_checked()
    dialog = save(owner, "前台")
    expect(dialog.get_by_role("region", name="修改的内容")).to_contain_text(f"客户：{name}：读写 → 打码")
    confirm(owner, dialog)
    assert "masked" in role_of(owner, "前台")["rights"]["objects"]["customers"]["fields"].values()

    # Only those that are limited, all of them at once; and discarded.
    owner.get_by_role("checkbox", name="只看有限制的").check()
    expect(owner.get_by_role("table", name="客户的字段").locator("tbody tr").first).to_contain_text(name)
    owner.get_by_role("radio", name=f"{name}：隐藏", exact=True).check()
    owner.get_by_role("button", name="放弃修改").click()
    owner.get_by_role("tooltip").get_by_role("button", name="放弃修改").click()
    expect(radio).to_be_checked()
    expect(owner.get_by_role("button", name="预览并保存")).to_have_count(0)
    owner.get_by_role("textbox", name="搜索字段").fill("没有这样的字段")
    expect(owner.get_by_text("没有符合的字段")).to_be_visible()
    owner.get_by_role("button", name="所有角色").click()
    remove_role(owner, "前台").get_by_role("button", name="删除").click()
    expect(owner.get_by_role("row").filter(has_text="前台")).to_have_count(0)


def branch(page: Page, name: str) -> Locator:
    return page.get_by_role("treeitem", name=re.compile(f"^{name} ·"))


def add_team(page: Page, name: str) -> None:
    """In the drawer that is open."""
    drawer = page.get_by_role("dialog", name="添加部门")
    drawer.get_by_label("名称").fill(name)
    drawer.get_by_role("button", name="保存").click()
    expect(drawer).to_have_count(0)
    expect(branch(page, name)).to_be_visible()


def moved(page: Page, name: str) -> None:
    dialog = page.get_by_role("dialog", name=f"移动部门“{name}”？")
    dialog.get_by_role("button", name="确认保存").click()
    expect(dialog).to_have_count(0)


def test_teams_are_a_tree_that_is_built_moved_and_taken_down(visit, picture):
    owner = visit(OWNER, path=None)
    add_person(owner, "示例小吴", "wu@example.com", "manager")
    add_person(owner, "示例小郑", "zheng@example.com")
    owner.goto("/settings/teams")
    expect(owner.get_by_text("还没有部门")).to_be_visible()
    owner.get_by_role("button", name="添加部门").click()
    add_team(owner, "华东")
    # By the keyboard.
    branch(owner, "华东").focus()
    owner.keyboard.press("Insert")
    add_team(owner, "上海")
    expect(branch(owner, "上海")).to_have_attribute("aria-level", "2")

    owner.get_by_role("button", name="编辑部门 华东").click()
    drawer = owner.get_by_role("dialog", name="编辑部门 华东")
    pick(owner, drawer.get_by_label("负责人"), "示例小吴")
    # Not below its own part.
    drawer.get_by_label("上级部门").click()
    options = owner.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option")
    expect(options.filter(has_text="上海")).to_have_class(re.compile("disabled"))
    drawer.get_by_label("名称").click()
    drawer.get_by_role("button", name="保存").click()
    owner.get_by_role("dialog", name="保存部门“华东”？").get_by_role("button", name="确认保存").click()
    expect(drawer).to_have_count(0)
    expect(branch(owner, "华东")).to_contain_text("负责人 示例小吴 · 1 人")

    owner.get_by_role("button", name="编辑部门 上海").click()
    drawer = owner.get_by_role("dialog", name="编辑部门 上海")
    pick(owner, drawer.get_by_label("成员"), "示例小郑")
    drawer.get_by_label("名称").click()
    # What is not saved is kept when the drawer closes.
    drawer.get_by_role("button", name="取消").click()
    expect(drawer).to_have_count(0)
    owner.get_by_role("button", name="编辑部门 上海").click()
    expect(drawer).to_contain_text("示例小郑")
    drawer.get_by_role("button", name="保存").click()
    owner.get_by_role("dialog", name="保存部门“上海”？").get_by_role("button", name="确认保存").click()
    expect(drawer).to_have_count(0)
    picture(owner, "teams.zh")

    # Out a level and in again; folded and unfolded.
    branch(owner, "上海").focus()
    owner.keyboard.press("Alt+ArrowLeft")
    moved(owner, "上海")
    expect(branch(owner, "上海")).to_have_attribute("aria-level", "1")
    first, second = (
        ("上海", "华东") if branch(owner, "上海").get_attribute("aria-posinset") == "1" else ("华东", "上海")
    )
    branch(owner, second).focus()
    owner.keyboard.press("Alt+ArrowRight")
    moved(owner, second)
    expect(branch(owner, second)).to_have_attribute("aria-level", "2")
    branch(owner, first).focus()
    owner.keyboard.press("ArrowLeft")
    expect(branch(owner, second)).to_have_count(0)
    owner.keyboard.press("ArrowRight")
    owner.keyboard.press("ArrowRight")
    expect(branch(owner, second)).to_be_focused()

    go(owner, "成员")
    expect(owner.get_by_role("row").filter(has_text="wu@example.com")).to_contain_text("华东")
    expect(owner.get_by_role("row").filter(has_text="zheng@example.com")).to_contain_text("上海")
    go(owner, "部门")
    for name in (first, second):
        branch(owner, name).focus()
        owner.keyboard.press("Delete")
        dialog = owner.get_by_role("dialog", name=f"删除部门“{name}”？")
        dialog.get_by_role("button", name="删除").click()
        expect(branch(owner, name)).to_have_count(0)
    expect(owner.get_by_text("还没有部门")).to_be_visible()


def test_a_record_is_shared_and_no_longer(visit, context: BrowserContext, picture):
    owner = visit(OWNER, path=None)
    _, link = add_person(owner, "示例小冯", "feng@example.com")
    [pk] = add_customers(owner, {"name": "只给一个人看的"})
    guest = join(context, link)
    expect(guest.get_by_text("只给一个人看的", exact=True)).to_have_count(0)

    owner.goto(f"/o/customers?record={pk}")
    panel = owner.get_by_role("complementary")
    panel.get_by_role("button", name="共享", exact=True).click()
    dialog = owner.get_by_role("dialog", name="共享“只给一个人看的”")
    expect(dialog.get_by_text("还没有共享给任何人")).to_be_visible()
    dialog.get_by_role("button", name="共享", exact=True).click()
    expect(dialog.get_by_role("alert")).to_have_text("请选同事或部门")
    pick(owner, dialog.get_by_label("共享给谁"), "示例小冯")
    dialog.get_by_text("能看能改", exact=True).click()
    dialog.get_by_label("到哪天为止").fill("2020-01-01")
    dialog.get_by_role("button", name="共享", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("请选今天或以后的日期")
    dialog.get_by_label("到哪天为止").fill("2099-01-01")
    dialog.get_by_role("button", name="共享", exact=True).click()
    line = dialog.get_by_role("region", name="共享给了").get_by_role("listitem")
    expect(line).to_contain_text("示例小冯")
    expect(line).to_contain_text("能看能改 · 到 2099-01-01")
    picture(owner, "share.zh")

    guest.goto(f"/o/customers?record={pk}")
    expect(guest.get_by_role("complementary").get_by_role("heading", name="只给一个人看的")).to_be_visible()
    dialog.get_by_role("button", name="停止共享给 示例小冯").click()
    expect(dialog.get_by_text("还没有共享给任何人")).to_be_visible()
    guest.reload()
    expect(guest.get_by_role("complementary").get_by_role("alert")).to_be_visible()
    # Escape closes the dialog, and leaves the record open.
    owner.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(panel).to_be_visible()


def test_people_have_any_role_of_the_company(visit):
    owner = visit(OWNER, path=None)
    person, _ = add_person(owner, "示例小陈", "chen@example.com")
    owner.goto("/settings/roles")
    copy_role(owner, "市场", "活动")
    go(owner, "成员")
    with owner.expect_response(lambda answer: answer.request.method == "PATCH"):
        pick(owner, owner.get_by_label("示例小陈的角色"), "活动")
    expect(owner.get_by_role("row").filter(has_text="chen@example.com")).to_contain_text("活动")
    key = role_of(owner, "活动")["key"]
    assert next(one for one in send(owner, "GET", "/api/users")["rows"] if one["id"] == person)["role"] == key


@pytest.mark.parametrize("path", ["/settings/roles", "/settings/roles?role=sales", "/settings/teams"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_they_fit_a_telephone(visit, path: str, scheme: str):
    owner = visit(OWNER, path=None, color_scheme=scheme, **PHONE)
    made = [send(owner, "POST", "/api/teams", {"name": "示例部门"})["id"]]
    made.append(
        send(owner, "POST", "/api/teams", {"name": "示例部门下面的一个名字很长的小组", "parent": made[0]})["id"]
    )
    owner.goto(path)
    expect(owner.get_by_role("navigation", name="设置分类")).to_be_visible()
    expect(owner.get_by_role("tree").or_(owner.get_by_role("table")).first).to_be_visible()
    assert owner.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for one in reversed(made):
        send(owner, "DELETE", f"/api/teams/{one}")


def test_a_salesperson_does_not_find_them(visit, context: BrowserContext):
    owner = visit(OWNER, path=None)
    _, link = add_person(owner, "示例小褚", "chu@example.com")
    guest = join(context, link)
    for path in ("/settings/roles", "/settings/teams"):
        guest.goto(path)
        expect(guest.get_by_text("没有权限")).to_be_visible()
    expect(guest.get_by_role("navigation", name="设置分类").get_by_role("link")).to_have_text(["我的账号"])


def test_why_somebody_sees_a_record_or_not_is_explained(visit, picture):
    owner = visit(OWNER, path=None)
    person, _ = add_person(owner, "示例小卫", "wei@example.com")
    [pk] = add_customers(owner, {"name": "谁看得到的"})
    owner.goto(f"/o/customers?record={pk}")
    panel = owner.get_by_role("complementary")
    panel.get_by_role("button", name="谁能看到", exact=True).click()
    dialog = owner.get_by_role("dialog", name="谁能看到“谁看得到的”")
    answer = dialog.get_by_role("region", name="原因")
    expect(answer).to_contain_text("选一个人")
    # By the keyboard: the list has the focus already.
    expect(dialog.get_by_label("谁", exact=True)).to_be_focused()
    pick(owner, dialog.get_by_label("谁", exact=True), "示例小卫")
    expect(answer).to_contain_text("角色“销售”里，客户的“看”是“本人”，负责人是 alice，也没有共享给 示例小卫。")
    send(owner, "POST", f"/api/records/customers/{pk}/shares", {"user": person, "write": False, "until": "2099-01-01"})
    pick(owner, dialog.get_by_label("字段", exact=True), "创建时间")
    expect(answer).to_contain_text("但它由 alice 共享给了 示例小卫。到 2099-01-01 为止。")
    expect(answer).to_contain_text("由程序填写，谁都不能改。")
    expect(answer).to_contain_text("也没有共享给 示例小卫 修改。")
    picture(owner, "why.zh")
    owner.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(panel).to_be_visible()
