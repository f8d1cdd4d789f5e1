"""Exports and comparisons that take a while: they go on, are there again after a reload, and can be cancelled."""

from __future__ import annotations

import csv
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import APIResponse, Route, expect

from browser.hands import OWNER, export, reload, until
from installation import KEBU, Installation, Served, kill_group

pytestmark = pytest.mark.browser
ROWS = 5_000


@pytest.fixture(scope="module")
def program(company: Installation) -> Iterator[Served]:
    """More customers than an export or a comparison does in a moment."""
    file = company.home / "seed.csv"
    with file.open("w", encoding="utf-8", newline="") as text:
        rows = ([f"示例公司{n}", "重要客户", "张三", "13800001234", "示例项目", n] for n in range(ROWS))
        csv.writer(text).writerows([["客户名称", "客户等级", "联系人", "电话", "合作项目", "金额"], *rows])
    company.json("import", file)
    # It does no jobs itself: so a test says when one is begun, however quick the machine is.
    company.environment["KEBU_WORKER"] = "0"
    with company.served() as served:
        yield served


@contextmanager
def worker(company: Installation) -> Iterator[None]:
    """`kebu worker`, which does what waits; it is at work once this begins."""
    process = subprocess.Popen(
        [*KEBU, "worker"], env=company.environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert process.stderr
        assert "kebu worker\n" in iter(process.stderr.readline, ""), f"kebu worker ended with {process.wait()}"
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        finally:
            kill_group(process.pid)
            if process.stderr:
                process.stderr.close()


@pytest.fixture
def working(company: Installation) -> Iterator[None]:
    with worker(company):
        yield


def test_an_export_is_there_again_after_a_reload_and_can_be_cancelled(visit, company: Installation):
    page = visit(OWNER)
    expect(page.get_by_label("状态栏")).to_contain_text("5,000 行")
    export(page, "PDF")
    bar = page.get_by_label("状态栏")
    expect(bar.get_by_role("progressbar", name="正在导出客户")).to_be_visible()
    reload(page)
    expect(bar.get_by_role("progressbar", name="正在导出客户")).to_be_visible()
    with page.expect_response(re.compile(r"/api/jobs/\d+/cancel$")):
        bar.get_by_role("button", name="取消").click()
    with worker(company):
        expect(page.get_by_text("已取消导出")).to_be_visible()
        expect(bar.get_by_role("progressbar")).to_have_count(0)


@pytest.mark.usefixtures("working")
def test_a_large_workbook_that_came_back_is_compared_by_a_job(visit, tmp_path: Path):
    page = visit(OWNER)
    expect(page.get_by_label("状态栏")).to_contain_text("5,000 行")
    with page.expect_download() as coming:
        export(page)
    path = tmp_path / "客户.xlsx"
    coming.value.save_as(path)
    book = openpyxl.load_workbook(path)
    titles = [cell.value for cell in book.active[1]]
    book.active.cell(3, titles.index("客户名称") + 1).value = "示例新名字"
    book.save(path)
    page.goto("/import")
    page.get_by_label("选择要导入的文件").set_input_files([str(path)])
    expect(page.get_by_role("heading", name="这个文件是从这里导出的")).to_be_visible()
    # How far it is nobody says for a while: it goes on all the same.
    held: list[Route] = []
    page.route(re.compile(r"/api/jobs/\d+$"), lambda route: held.append(route))
    page.get_by_role("button", name="和现在的数据比较").click()
    expect(page.get_by_role("heading", name="正在比较")).to_be_visible()
    until(page, lambda: held)
    for route in held:
        route.continue_()
    page.unroute_all()
    rows = page.get_by_role("list", name="不同的行")
    expect(rows.get_by_role("listitem")).to_have_count(1)
    expect(rows).to_contain_text("示例新名字")
    expect(page.get_by_role("button", name="写入 1 处修改")).to_be_enabled()


def test_deleting_all_rows_is_there_again_after_a_reload_and_can_be_taken_back(visit, company: Installation):
    page = visit(OWNER)
    page.get_by_role("checkbox", name="选择全部行").click()
    ticked = page.get_by_label("已勾选的行")
    ticked.get_by_role("button", name="全选 5,000 行").click()
    expect(ticked).to_contain_text("已勾选 5,000 行")
    ticked.get_by_role("button", name="删除").click()
    # The answer is late: the page has seen by itself what is at work before it comes, and shows it once.
    begun: list[tuple[Route, APIResponse]] = []
    page.route(re.compile("/customers/many$"), lambda route: begun.append((route, route.fetch())))
    page.get_by_role("dialog").get_by_role("button", name="删除 5,000 行").click()
    until(page, lambda: begun)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    bar = page.get_by_label("状态栏")
    expect(bar.get_by_role("progressbar", name=re.compile("删除 5,000"))).to_be_visible()
    begun[0][0].fulfill(response=begun[0][1])
    expect(ticked).to_have_count(0)
    expect(bar.get_by_role("progressbar")).to_have_count(1)
    page.unroute_all()
    reload(page)
    expect(bar.get_by_role("progressbar", name=re.compile("删除 5,000"))).to_be_visible()
    expect(bar.get_by_role("button", name="取消")).to_be_visible()
    with worker(company):
        said = page.get_by_text("已删除 5,000 行")
        expect(said).to_be_visible()
        said.get_by_role("button", name="撤销").click()
        expect(bar).to_contain_text("5,000 行")
