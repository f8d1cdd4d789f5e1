"""Registers customers and what belongs to them; here are the fields of customers, contacts and deals, what matches them,
and what they keep true of each other."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, IntegerField, Value, When

from kebu.crm.activities import ACTIVITY
from kebu.crm.columns import every, field, labels
from kebu.crm.models import Contact, Customer, Deal
from kebu.crm.places import place_of
from kebu.crm.tasks import TASK
from kebu.fields.registry import ObjectType, Row, register
from kebu.records.write import Edit, Write

CUSTOMER_CATEGORIES = ("potential", "active", "ended", "lost")
DEAL_CATEGORIES = ("open", "won", "lost")


_C, _P, _D = "customers", "contacts", "deals"

CUSTOMER_FIELDS = (
    field(
        _C,
        "number",
        "auto_number",
        "客户编号",
        "Number",
        "客户ID|客户id|编号|客户号|id|customer id|customer no|account id|account number|record id",
    ),
    field(
        _C,
        "name",
        "text",
        "客户名称",
        "Name",
        "客户|客户名|名称|客户全称|客户姓名|单位|单位名称|企业名称|公司全称|customer|customer name|account name|account|client|client name|organization|organisation|full name|公司名|企业全称|单位全称|企业名|商户名称|店铺名称|门店名称|甲方|甲方名称|客户单位|客户公司|业务伙伴|合作方|合作伙伴|合作客户",
        required=True,
        options={"limit": 500},  # what an index of PostgreSQL takes, with room
    ),
    field(_C, "short_name", "text", "简称", "Short name", "客户简称|公司简称|nickname"),
    field(_C, "kind", "choice", "客户类型", "Kind", "类型|客户性质|type|account type|customer type|客户类别|类别"),
    field(_C, "company", "text", "公司名称", "Company", "公司|所属公司|所在公司|工作单位|company name|employer"),
    field(_C, "main_contact", "relation", "主要联系人", "Main contact", target=_P, back="customer"),
    field(_C, "main_deal", "relation", "主要商机", "Main deal", target=_D, back="customer"),
    field(
        _C,
        "address",
        "address",
        "地址",
        "Address",
        "客户地址|公司地址|联系地址|详细地址|通讯地址|street|street address|billing street|mailing address|mailing street|所在地址|收货地址|注册地址|办公地址|经营地址|address line 1|location",
    ),
    field(
        _C,
        "province",
        "text",
        "省份",
        "Province",
        "省|所在省|省份|state|region|state/region|billing state|billing state/province|mailing state|mailing state/province|shipping state|省市",
        readonly=True,
        options={"part_of": "address"},
    ),
    field(
        _C,
        "city",
        "text",
        "城市",
        "City",
        "市|所在城市|所在市|town|billing city|mailing city|shipping city",
        readonly=True,
        options={"part_of": "address"},
    ),
    field(
        _C, "district", "text", "区县", "District", "区|县|所在区|区/县", readonly=True, options={"part_of": "address"}
    ),
    field(
        _C,
        "industry",
        "choice",
        "行业",
        "Industry",
        "行业类型|所属行业|行业类别|所在行业|sector|vertical|行业分类|所属行业类型|行业领域",
    ),
    field(
        _C,
        "level",
        "choice",
        "客户等级",
        "Level",
        "等级|级别|客户级别|客户分级|重要程度|tier|rating|priority|grade|客户分类|分级|客户评级|评级",
    ),
    field(
        _C,
        "stage",
        "choice",
        "合作阶段",
        "Stage",
        "客户状态|状态|阶段|合作状态|客户阶段|status|lifecycle stage|lead status|account status|customer status|合作状况|当前状态|跟进状态|跟进阶段",
        categories=CUSTOMER_CATEGORIES,
    ),
    field(
        _C,
        "source",
        "choice",
        "客户来源",
        "Source",
        "来源|渠道|获客渠道|lead source|channel|original source|客户渠道|来源渠道|信息来源",
    ),
    field(
        _C,
        "credit_code",
        "credit_code",
        "统一社会信用代码",
        "Credit code",
        "信用代码|社会信用代码|税号|纳税人识别号|tax id|unified social credit code|统一信用代码|社会统一信用代码|营业执照号",
    ),
    field(
        _C,
        "website",
        "link",
        "网站",
        "Website",
        "网址|官网|主页|公司网址|url|homepage|web|company domain name|公司网站|企业网站|官方网站|website url",
    ),
    field(
        _C,
        "next_follow_up",
        "date",
        "下次跟进日期",
        "Next follow-up",
        "下次跟进|下次跟进时间|下次联系日期|下次联系时间|跟进日期|回访日期|next follow up date|next activity date|next contact|follow-up date|next step date|下次回访日期|下次回访时间|下次拜访日期|下次拜访时间|下次联系|计划跟进日期|提醒日期|next follow up|follow up date|next contact date",
    ),
    field(_C, "last_activity_at", "datetime", "最近跟进时间", "Last activity", readonly=True),
    field(
        _C,
        "remark",
        "long_text",
        "备注",
        "Remark",
        "说明|附注|备注信息|备注说明|note|notes|comment|comments|remarks|description|跟进情况|跟进记录|情况说明|补充说明|其他说明|客户需求",
    ),
    *every(_C),
)
CONTACT_FIELDS = (
    field(_P, "number", "auto_number", "联系人编号", "Number", "contact id"),
    field(
        _P,
        "customer",
        "relation",
        "客户",
        "Customer",
        "客户名称|公司|公司名称|单位|company|company name|account|account name|organization|organization name",
        target=_C,
    ),
    field(
        _P,
        "name",
        "text",
        "联系人",
        "Contact",
        "联系人姓名|姓名|客户联系人|联系人名称|主要联系人|对接人|负责人姓名|contact name|contact person|primary contact|first name|联络人|经办人|接洽人|主联系人|contact full name|lead name|线索名称|线索联系人",
    ),
    field(
        _P,
        "title",
        "text",
        "职位",
        "Title",
        "职务|岗位|头衔|job title|position|职称|联系人职位|联系人职务|organization title|organization 1 title",
    ),
    field(
        _P,
        "phone",
        "phone",
        "电话",
        "Phone",
        "联系电话|电话号码|联系方式|固定电话|座机|tel|telephone|phone number|phone 1|phone 1 value|work phone|business phone|电话号|tel no|phone no|contact number|contact no|telephone number",
    ),
    field(
        _P,
        "mobile",
        "phone",
        "手机",
        "Mobile",
        "手机号|手机号码|移动电话|mobile phone|cell|cell phone|phone 2|phone 2 value|联系手机|手机电话|mobile no|mobile number|mobile phone number|cellphone",
    ),
    field(
        _P,
        "email",
        "email",
        "邮箱",
        "E-mail",
        "电子邮箱|电子邮件|邮件|邮箱地址|邮件地址|email|mail|email address|e-mail address|email地址|e-mail地址|邮箱号|电邮|mail address",
    ),
    field(_P, "decision_role", "choice", "决策角色", "Decision role", "角色"),
    field(_P, "birthday", "date", "生日", "Birthday", "出生日期|birth date|date of birth"),
    field(
        _P,
        "do_not_contact",
        "checkbox",
        "请勿联系",
        "Do not contact",
        "免打扰|勿联系|不再联系|拒绝联系|email opt out|do not call|opted out",
    ),
    field(
        _P,
        "legal_basis",
        "choice",
        "处理依据",
        "Legal basis",
        "个人信息处理依据|合法依据|合法性基础|lawful basis|legal basis for processing|legal basis for processing contact's data",
    ),
    field(_P, "basis_source", "text", "依据来源", "Source of legal basis", "同意来源|授权来源|consent source"),
    field(_P, "basis_date", "date", "依据日期", "Date of legal basis", "同意日期|授权日期|consent date|opt in date"),
    field(_P, "remark", "long_text", "备注", "Remark", "联系人备注|notes|note|comments|comment|description|说明"),
    *every(_P),
)
DEAL_FIELDS = (
    field(_D, "number", "auto_number", "商机编号", "Number", "项目编号|deal id|opportunity id"),
    field(
        _D,
        "title",
        "text",
        "合作项目",
        "Deal",
        "销售机会|项目|项目名称|商机|商机名称|合作项目名称|合作内容|机会名称|deal name|opportunity|opportunity name|project|project name|合作事项|商机标题|机会|业务名称|cooperation project",
    ),
    field(
        _D,
        "customer",
        "relation",
        "客户",
        "Customer",
        "客户名称|公司|公司名称|单位|company|company name|account|account name|organization|organization name",
        target=_C,
    ),
    field(_D, "description", "long_text", "项目说明", "Description", "项目描述|商机描述"),
    field(_D, "pipeline", "choice", "销售流程", "Pipeline"),
    field(
        _D,
        "stage",
        "choice",
        "商机阶段",
        "Deal stage",
        "项目状态|项目阶段|销售阶段|机会阶段|deal stage|sales stage",
        categories=DEAL_CATEGORIES,
    ),
    field(_D, "probability", "percent", "赢单率", "Probability", "可能性|成功率|成交概率"),
    field(
        _D,
        "amount",
        "money",
        "金额",
        "Amount",
        "合作金额|合同金额|合同额|签约额|合作额|项目金额|成交金额|预计金额|价格|总价|deal amount|value|deal value|合作总额|签约金额|订单金额|成交额|交易金额|报价|预算|预算金额|contract value|contract amount|total amount|price",
    ),
    field(_D, "currency", "text", "币种", "Currency", "货币", options={"limit": 3}),
    field(
        _D, "expected_close", "date", "预计成交日期", "Expected close", "预计签约日期|close date|expected close date"
    ),
    field(
        _D,
        "start_date",
        "date",
        "开始日期",
        "Start date",
        "合作开始日期|开始时间|起始日期|合作开始时间|start|合作起始日期|起始时间|合作开始|签约日期|签约时间|签订日期|合同开始日期|合同签订日期|起始日|start time|begin date|contract start",
    ),
    field(
        _D,
        "end_date",
        "date",
        "结束日期",
        "End date",
        "合作结束日期|结束时间|到期日期|到期时间|截止日期|合作结束时间|end|expiry date|到期日|合作到期日|合作到期日期|合同到期日|合同到期日期|合同结束日期|终止日期|合作截止日期|截止时间|终止时间|end time|contract end|expiration date",
    ),
    field(_D, "lost_reason", "text", "输单原因", "Lost reason", "失败原因"),
    field(_D, "remark", "long_text", "备注", "Remark", "项目备注"),
    *every(_D),
)


def _derive_customers(rows: Sequence[Row]) -> None:
    """Province, city and district follow the address."""
    for row in rows:
        row["province"], row["city"], row["district"] = place_of(row["address"])


def _settle_contacts(write: Write, ids: Sequence[int]) -> None:
    """A customer whose main contact is gone or missing takes the newest that it has."""
    _settle_main(write, ids, Contact, "main_contact", {})


def _settle_deals(write: Write, ids: Sequence[int]) -> None:
    """The main deal is the pinned one, else the newest open, else the newest."""
    stage = write.known.field(_D, "stage")
    closed = [one.key for one in stage.choices if one.category in ("won", "lost")]
    _settle_main(write, ids, Deal, "main_deal", {"stage__in": closed})


def _settle_main(write: Write, ids: Sequence[int], model: Any, column: str, last: dict[str, Any]) -> None:
    """Let customers of the changed records point at the right one; those that match `last` come after the others."""
    for start in range(0, len(ids), 500):
        part = list(ids[start : start + 500])
        owners = set(model.objects.filter(id__in=part, customer__isnull=False).values_list("customer_id", flat=True))
        # A record that moved away still stands in its old customer's row.
        owners |= set(Customer.objects.filter(**{f"{column}__in": part}).values_list("id", flat=True))
        rank = (
            Case(When(**last, then=Value(1)), default=Value(0), output_field=IntegerField())
            if any(last.values())
            else Value(0)
        )
        best: dict[int, int] = {}
        present: dict[int, set[int]] = {}
        found = model.objects.filter(customer__in=owners, deleted_at__isnull=True).annotate(rank=rank)
        for pk, owner in found.order_by("customer_id", "rank", "-id").values_list("id", "customer_id"):
            best.setdefault(owner, pk)
            present.setdefault(owner, set()).add(pk)
        customers = Customer.objects.filter(id__in=owners, deleted_at__isnull=True)
        keeps_first = column == "main_contact"
        edits = []
        for pk, now, pinned in customers.values_list("id", f"{column}_id", f"{column}_pinned"):
            if now in present.get(pk, ()) and (pinned or keeps_first):
                continue
            if best.get(pk) != now:
                edits.append(Edit(pk, {column: best.get(pk)}))
        write.update(_C, edits, system=True)


def register_all() -> None:
    """Called once when the program starts."""
    register(
        ObjectType(
            _C,
            labels("客户", "Customer"),
            labels("客户", "Customers"),
            Customer,
            "name",
            CUSTOMER_FIELDS,
            lookups=(
                *(("main_contact", key) for key in ("name", "title", "phone", "mobile", "email")),
                *(("main_deal", key) for key in ("title", "description", "start_date", "end_date", "amount", "stage")),
            ),
            prefix="C",
            match=("credit_code", "name", "number"),
            names=("company", "main_contact.name"),
            card=(
                ("name", "main_contact.name"),
                ("org", "name"),
                ("title", "main_contact.title"),
                ("cell", "main_contact.mobile"),
                ("work", "main_contact.phone"),
                ("email", "main_contact.email"),
                ("address", "address"),
                ("url", "website"),
            ),
            search=(
                "number",
                "name",
                "short_name",
                "company",
                "address",
                "credit_code",
                "website",
                "remark",
                "tags",
                "main_contact.name",
                "main_contact.phone",
                "main_contact.mobile",
                "main_contact.email",
                "main_deal.title",
            ),
            children=((_P, "customer"), (_D, "customer"), (ACTIVITY.key, "customer"), (TASK.key, "customer")),
            derive=_derive_customers,
        )
    )
    register(
        ObjectType(
            _P,
            labels("联系人", "Contact"),
            labels("联系人", "Contacts"),
            Contact,
            "name",
            CONTACT_FIELDS,
            prefix="P",
            match=("number",),
            card=(
                ("name", "name"),
                ("org", "customer"),
                ("title", "title"),
                ("cell", "mobile"),
                ("work", "phone"),
                ("email", "email"),
                ("birthday", "birthday"),
            ),
            within="customer",
            search=("number", "name", "title", "phone", "mobile", "email", "remark", "tags"),
            scope="customer",
            settle=_settle_contacts,
        )
    )
    register(
        ObjectType(
            _D,
            labels("商机", "Deal"),
            labels("商机", "Deals"),
            Deal,
            "title",
            DEAL_FIELDS,
            prefix="D",
            match=("number",),
            within="customer",
            search=("number", "title", "description", "remark", "tags"),
            scope="customer",
            settle=_settle_deals,
        )
    )
    register(ACTIVITY)
    register(TASK)
