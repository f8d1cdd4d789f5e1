"""A masked value has an eye for who may look behind it; the reason is asked where the company wants one."""

import pytest
from playwright.sync_api import Page, expect

from browser.hands import OWNER, PASSWORD, add_customers, send

pytestmark = pytest.mark.browser

PHONE = "13912345678"
WHOLE = {"see": "all", "change": "all", "pool": True, "create": True, "export": True, "reveal": True}


def panel(page: Page, pk: int):
    page.goto(f"/o/customers?record={pk}")
    found = page.get_by_role("complementary", name="记录内容")
    expect(found.get_by_text("139****5678")).to_be_visible()
    return found


def test_a_masked_phone_is_shown_until_the_panel_closes(visit, program, picture):
    owner = visit(OWNER, path="/settings/data")
    (pk,) = add_customers(
        owner,
        {"name": "示例云杉商贸", "main_contact.name": "示例王芳", "main_contact.phone": PHONE},
    )
    rights = {"objects": {"*": WHOLE, "contacts": {**WHOLE, "fields": {"phone": "masked"}}}}
    send(owner, "PATCH", "/api/roles/sales", {"rights": rights})
    program.installation.run(
        "user", "add", "bob@example.com", "--role", "sales", "--password-stdin", text=f"{PASSWORD}\n"
    )

    bob = visit("bob@example.com", path=None)
    shown = panel(bob, pk)
    shown.get_by_role("button", name="显示电话").click()
    expect(shown.get_by_role("status").filter(has_text=PHONE)).to_be_visible()
    picture(bob, "revealed.zh")
    # Another tab and back: the panel is still open.
    shown.get_by_role("tab", name="时间线").click()
    shown.get_by_role("tab", name="资料").click()
    expect(shown.get_by_text(PHONE)).to_be_visible()
    shown.get_by_role("button", name="隐藏电话").click()
    expect(shown.get_by_text("139****5678")).to_be_visible()
    shown.get_by_role("button", name="显示电话").click()
    expect(shown.get_by_text(PHONE)).to_be_visible()
    bob.keyboard.press("Escape")
    expect(shown).to_be_hidden()
    expect(bob.get_by_text(PHONE)).to_be_hidden()

    # From now on the company wants to know why.
    owner.get_by_role("checkbox", name="查看前要填原因").check()
    expect(owner.get_by_text("已保存")).to_be_visible()
    picture(owner, "data-rules.zh")
    shown = panel(bob, pk)
    shown.get_by_role("button", name="显示电话").click()
    why = bob.get_by_role("dialog", name="为什么要看电话")
    expect(why.get_by_label("原因")).to_be_focused()
    bob.keyboard.press("Escape")
    expect(why).to_be_hidden()
    expect(shown).to_be_visible()
    shown.get_by_role("button", name="显示电话").click()
    why.get_by_label("原因").fill("客户来电，要回拨")
    bob.keyboard.press("Enter")
    expect(shown.get_by_text(PHONE)).to_be_visible()
    expect(why).to_be_hidden()

    owner.goto("/settings/audit")
    noted = owner.get_by_role("row").filter(has=owner.get_by_text("查看掩码内容", exact=True))
    expect(noted).to_have_count(3)
    expect(noted.first).to_contain_text("客户来电，要回拨")
    expect(owner.get_by_text(PHONE)).to_be_hidden()
