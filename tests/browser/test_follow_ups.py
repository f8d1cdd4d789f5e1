"""Step 6: what is due today, in the rail and in the bell."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from browser.hands import OWNER, Table, add_customers, day, send, until
from installation import Installation, Served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def program(company: Installation, tmp_path_factory) -> Iterator[Served]:
    # There before the worker first looks for what is due.
    file = tmp_path_factory.mktemp("due") / "due.csv"
    file.write_text(f"客户名称,下次跟进日期\n示例到期公司,{day()}\n示例以后公司,{day(5)}\n", "utf-8")
    done = company.run("import", file)
    assert done.returncode == 0, done.stdout + done.stderr
    with company.served() as served:
        yield served


def test_the_day_of_a_follow_up_is_told_in_the_bell(visit, picture):
    page = visit(OWNER, path=None)
    until(page, lambda: send(page, "GET", "/api/notifications")["unread"])
    page.goto("/o/customers")
    page.get_by_role("button", name=re.compile(r"^通知，\d+ 条未读$")).click()
    drawer = page.get_by_role("dialog", name="通知")
    notice = drawer.get_by_role("listitem").filter(has_text="示例到期公司")
    expect(notice).to_have_count(1)
    expect(drawer.get_by_text("示例以后公司")).to_have_count(0)
    picture(page, "bell.zh")
    notice.get_by_role("button").click()
    expect(page.get_by_role("complementary").get_by_role("heading", name="示例到期公司")).to_be_visible()
    expect(page.get_by_role("button", name="通知", exact=True)).to_be_visible()


def test_a_date_that_is_set_counts_in_the_rail(visit):
    page = visit(OWNER, path=None, viewport={"width": 2240, "height": 900})
    add_customers(page, {"name": "示例新跟进"})
    page.goto("/o/customers")
    table = Table(page)
    rail = page.get_by_role("navigation", name="主导航").get_by_role("link", name=re.compile("^今日跟进"))
    expect(rail).to_contain_text("1")
    expect(rail).to_have_accessible_name("今日跟进，1 条")
    table.type_into("示例新跟进", "下次跟进日期", day(-1))
    expect(rail).to_contain_text("2")
    rail.click()
    expect(page.get_by_role("region", name="已逾期")).to_contain_text("示例新跟进")
    page.goto("/o/customers")
    page.get_by_role("navigation", name="视图").get_by_role("button", name=re.compile(r"^今天要跟进")).click()
    table.shows("示例新跟进", "示例到期公司")  # the oldest first
    table.type_into("示例新跟进", "下次跟进日期", day(3))
    expect(rail).to_contain_text("1")
