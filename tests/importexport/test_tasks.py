"""Tasks out of a file."""

from typing import Any

from kebu.accounts.actor import Actor
from kebu.crm.models import Task


def test_tasks_of_a_sheet_find_their_customers(importer: Any, table: Actor) -> None:
    importer(table).rows(["客户名称", "合作项目"], ["示例甲公司", "年度采购"])
    row = importer(table).rows(
        ["待办事项", "客户名称", "截止日期", "是否完成", "商机", "备注"],
        ["寄样品", "示例甲公司", "2024-03-08", "是", "年度采购", "用顺丰"],
        ["改报价", "示例甲公司", "2099-01-02", "否", None, None],
        object_key="tasks",
    )
    assert row.summary["objects"]["tasks"] == {"created": 2, "updated": 0}
    told = Task.objects.order_by("id").values_list("subject", "customer__name", "done", "deal__title", "remark")
    assert list(told) == [
        ("寄样品", "示例甲公司", True, "年度采购", "用顺丰"),
        ("改报价", "示例甲公司", None, None, None),
    ]


def test_english_headers_are_understood(importer: Any, table: Actor) -> None:
    importer(table).rows(["Customer name"], ["示例甲公司"])
    importer(table).rows(
        ["Subject", "Account Name", "Due Date", "Completed"],
        ["Send samples", "示例甲公司", "2024-03-08", "Yes"],
        object_key="tasks",
    )
    one = Task.objects.get()
    assert (one.subject, one.customer.name, str(one.due_date), one.done) == (
        "Send samples", "示例甲公司", "2024-03-08", True,
    )  # fmt: skip
