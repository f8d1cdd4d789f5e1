"""Activities: what was done with a customer, and what follows from it for the customer itself."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max

from kebu.crm.belonging import belong, parts
from kebu.crm.columns import every, field, labels
from kebu.crm.models import Activity, Customer
from kebu.fields.registry import ObjectType
from kebu.records.write import Edit, Write

_A = "activities"
# What is said to happen later than this was mistyped or is only planned: nobody has been there yet.
_AHEAD = timedelta(days=1)

FIELDS = (
    field(_A, "number", "auto_number", "跟进编号", "Number", "记录编号|activity id|activity no"),
    field(
        _A,
        "customer",
        "relation",
        "客户",
        "Customer",
        "客户名称|客户编号|公司|公司名称|单位|单位名称|跟进客户|company|company name|account|account name|organization|customer name|customer number|related to",
        target="customers",
    ),
    field(
        _A,
        "contact",
        "relation",
        "联系人",
        "Contact",
        "联系人姓名|姓名|对接人|拜访对象|contact name|contact person|person",
        target="contacts",
    ),
    field(
        _A,
        "deal",
        "relation",
        "商机",
        "Deal",
        "商机名称|项目|项目名称|合作项目|销售机会|deal name|opportunity|opportunity name",
        target="deals",
    ),
    field(
        _A,
        "kind",
        "choice",
        "跟进方式",
        "Kind",
        "方式|跟进类型|联系方式|沟通方式|拜访方式|类型|type|activity type|channel|method",
    ),
    field(
        _A,
        "happened_at",
        "datetime",
        "跟进时间",
        "When",
        "时间|日期|跟进日期|联系时间|联系日期|拜访时间|拜访日期|沟通时间|记录时间|date|time|activity date|happened at|due date",
        options={"begins": "now"},
    ),
    field(
        _A,
        "text",
        "long_text",
        "跟进内容",
        "What was said",
        "内容|跟进记录|跟进情况|沟通内容|沟通记录|拜访内容|联系内容|记录内容|详情|说明|备注|note|notes|comment|comments|details|description|subject|text|summary",
    ),
    field(
        _A,
        "next_follow_up",
        "date",
        "下次跟进日期",
        "Next follow-up",
        "下次跟进|下次跟进时间|下次联系日期|下次联系时间|下次拜访日期|计划跟进日期|回访日期|next follow up|next follow up date|follow-up date|next contact|next contact date|next step date",
    ),
    *every(_A),
)


def _settle(write: Write, ids: Sequence[int]) -> None:
    """A customer knows when somebody was last there, and when somebody wants to be there again."""
    belong(write, _A, ids)
    customers: set[int] = set()
    for part in parts(ids):
        found = Activity.objects.filter(id__in=part, customer__isnull=False)
        customers |= set(found.values_list("customer_id", flat=True))
    said = write.changes(_A)
    # One that was moved has left its old customer.
    customers |= {old for _, _, values in said if (old := values.get("customer", (None,))[0]) is not None}
    for part in parts(sorted(customers)):
        _settle_customers(write, part, _planned(write, said, part))


def _settle_customers(write: Write, ids: Sequence[int], planned: Mapping[int, tuple[datetime | None, date]]) -> None:
    # Of two who note something at once the second counts what the first has noted.
    list(Customer.objects.select_for_update(no_key=True).filter(id__in=ids).order_by("id").values_list("id"))
    happened = Activity.objects.filter(
        customer__in=ids, deleted_at__isnull=True, happened_at__lte=write.now + _AHEAD
    ).values_list("customer_id")
    last: dict[int, datetime] = dict(happened.annotate(Max("happened_at")))
    edits = []
    there = Customer.objects.filter(id__in=ids, deleted_at__isnull=True)
    for pk, known in there.order_by("id").values_list("id", "last_activity_at"):
        values: dict[str, Any] = {}
        if known != last.get(pk):
            values["last_activity_at"] = last.get(pk)
        if pk in planned:
            at, day = planned[pk]
            # What was noted down later about an earlier day changes no plan.
            if pk not in last or (at is not None and at >= last[pk]):
                values["next_follow_up"] = day
        if values:
            edits.append(Edit(pk, values))
    write.update("customers", edits, system=True)


def _planned(
    write: Write, said: Sequence[tuple[int, str, Mapping[str, Any]]], customers: Sequence[int]
) -> dict[int, tuple[datetime | None, date]]:
    """The newest plan that this act made for each of these customers: when that was, and for which day.

    An undo makes none: what it brings back is in the history of the customer too. A person who sets the date of the
    customer himself in the same act means that one; a plan out of a file that is over by now is none any more.
    """
    if write.actor.via == "undo":
        return {}
    own = {pk for pk, _, values in write.changes("customers") if "next_follow_up" in values}
    ids = [pk for pk, action, values in said if action == "create" or "next_follow_up" in values]
    plans: dict[int, tuple[datetime | None, date]] = {}
    for part in parts(ids):
        made = Activity.objects.filter(id__in=part, customer__in=customers, deleted_at__isnull=True)
        made = made.filter(next_follow_up__isnull=False).order_by("happened_at", "id")
        for pk, at, day in made.values_list("customer_id", "happened_at", "next_follow_up"):
            if day is None or pk in own or (write.actor.via == "import" and day < write.now.date()):
                continue
            held = plans.get(pk)
            if held is None or held[0] is None or (at is not None and at >= held[0]):
                plans[pk] = (at, day)
    return plans


ACTIVITY = ObjectType(
    _A,
    labels("跟进记录", "Activity"),
    labels("跟进记录", "Activities"),
    Activity,
    "text",
    FIELDS,
    prefix="A",
    match=("number",),
    within="customer",
    search=("number", "text", "tags"),
    brief=("kind", "happened_at", "next_follow_up"),
    scope="customer",
    settle=_settle,
)
