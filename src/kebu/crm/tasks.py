"""Tasks: what somebody has to do, for a customer or for nobody in particular, and by when."""

from kebu.crm.belonging import belong
from kebu.crm.columns import every, field, labels
from kebu.crm.models import Task
from kebu.fields.registry import ObjectType

_T = "tasks"

FIELDS = (
    field(_T, "number", "auto_number", "任务编号", "Number", "任务ID|task id|task no"),
    field(
        _T,
        "subject",
        "text",
        "任务",
        "Task",
        "任务名称|任务标题|任务内容|标题|主题|事项|待办|待办事项|工作内容|subject|title|task name|to do|todo|what",
    ),
    field(_T, "done", "checkbox", "完成", "Done", "已完成|是否完成|完成情况|completed|is done|closed|finished"),
    field(
        _T,
        "due_date",
        "date",
        "截止日期",
        "Due",
        "截止时间|到期日期|到期日|到期时间|完成期限|期限|计划完成日期|计划日期|due date|deadline|due on",
    ),
    field(
        _T,
        "customer",
        "relation",
        "客户",
        "Customer",
        "客户名称|客户编号|公司|公司名称|单位|单位名称|相关客户|company|company name|account|account name|organization|customer name|customer number|related to",
        target="customers",
    ),
    field(
        _T,
        "contact",
        "relation",
        "联系人",
        "Contact",
        "联系人姓名|对接人|contact name|contact person",
        target="contacts",
    ),
    field(
        _T,
        "deal",
        "relation",
        "商机",
        "Deal",
        "商机名称|项目|项目名称|合作项目|销售机会|deal name|opportunity|opportunity name",
        target="deals",
    ),
    field(
        _T, "remark", "long_text", "备注", "Remark", "任务备注|说明|描述|详情|notes|note|comments|description|details"
    ),
    *every(_T),
)

TASK = ObjectType(
    _T,
    labels("任务", "Task"),
    labels("任务", "Tasks"),
    Task,
    "subject",
    FIELDS,
    prefix="T",
    match=("number",),
    within="customer",
    search=("number", "subject", "remark", "tags"),
    brief=("due_date", "done"),
    scope="customer",
    settle=lambda write, ids: belong(write, _T, ids),
)
