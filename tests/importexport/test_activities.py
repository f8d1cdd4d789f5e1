"""Activities out of a file: linked, dated, and known to their customers."""

from typing import Any

from kebu.accounts.actor import Actor
from kebu.crm.models import Activity, Customer
from kebu.records import history


def test_activities_of_a_sheet_find_customers_contacts_and_deals(importer: Any, table: Actor) -> None:
    importer(table).rows(
        ["客户名称", "联系人", "合作项目"], ["示例甲公司", "张三", "年度采购"], ["示例乙公司", "李四", "系统升级"]
    )
    number = Customer.objects.get(name="示例乙公司").number
    row = importer(table).rows(
        ["客户名称", "跟进方式", "跟进时间", "跟进内容", "联系人", "商机", "下次跟进时间"],
        ["示例甲公司", "打电话", "2024-03-01 10:00", "谈了价格", "张三", "年度采购", "2024-03-08"],
        [number, "上门拜访", "2024/4/2", "看了样品", None, None, "2099-01-02"],
        ["示例甲公司", "微信", "2024-02-01 09:00", "加了好友", None, None, None],
        object_key="activities",
    )
    assert row.summary["objects"]["activities"] == {"created": 3, "updated": 0}
    first = Activity.objects.get(text="谈了价格")
    assert (first.customer.name, first.contact.name, first.deal.title, first.kind) == (
        "示例甲公司", "张三", "年度采购", "call",
    )  # fmt: skip
    one, two = Customer.objects.order_by("name")
    if one.name != "示例甲公司":
        one, two = two, one
    assert str(one.last_activity_at.date()) == "2024-03-01"
    # A plan of years ago is none any more.
    assert one.next_follow_up is None
    assert str(two.next_follow_up) == "2099-01-02"
    history.undo(table, row.change_set_id)
    one.refresh_from_db()
    assert one.last_activity_at is None
    assert not Activity.objects.filter(deleted_at=None).exists()


def test_a_row_without_a_time_is_not_of_the_day_of_the_import(importer: Any, table: Actor) -> None:
    importer(table).rows(["客户名称"], ["示例甲公司"])
    importer(table).rows(["客户", "跟进内容"], ["示例甲公司", "谈了价格"], object_key="activities")
    assert Activity.objects.get().happened_at is None
    assert Customer.objects.get().last_activity_at is None


def test_english_headers_are_understood(importer: Any, table: Actor) -> None:
    importer(table).rows(["Customer name"], ["示例甲公司"])
    importer(table).rows(
        ["Account Name", "Activity Type", "Activity Date", "Notes", "Next Follow Up Date"],
        ["示例甲公司", "Call", "2024-03-01", "Talked about prices", None],
        object_key="activities",
    )
    one = Activity.objects.get()
    assert (one.customer.name, one.kind, one.text) == ("示例甲公司", "call", "Talked about prices")
