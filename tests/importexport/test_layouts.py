"""Exports of other systems, as their columns are called, into customers and contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from importexport.conftest import mapped

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

pytestmark = pytest.mark.django_db

#: Object, what the export is called, its columns with a sample, and what they become.
LAYOUTS: list[tuple[str, str, dict[str, str], dict[str, str]]] = [
    (
        "contacts", "Google",
        {"First Name": "三", "Middle Name": "", "Last Name": "张", "Organization Name": "示例公司", "Organization Title": "经理", "Birthday": "1990-01-05", "Notes": "好", "Labels": "* myContacts", "E-mail 1 - Label": "Work", "E-mail 1 - Value": "a@example.com", "Phone 1 - Label": "Mobile", "Phone 1 - Value": "13800138000", "Address 1 - Formatted": "科技路1号", "Website 1 - Value": "https://example.com"},
        {"First Name": "name", "Last Name": "name", "Organization Name": "customer", "Organization Title": "title", "Birthday": "birthday", "Notes": "remark", "E-mail 1 - Value": "email", "Phone 1 - Value": "phone"},
    ),
    (
        "contacts", "Outlook",
        {"Title": "", "First Name": "Ann", "Middle Name": "", "Last Name": "Lee", "Suffix": "", "Company": "X Corp", "Department": "Sales", "Job Title": "CEO", "Business Street": "1 Main St", "Business City": "Springfield", "Business Fax": "1", "Business Phone": "+1 650 253 0000", "Mobile Phone": "13800138000", "E-mail Address": "a@example.com", "E-mail Type": "SMTP", "Notes": "ok", "Web Page": "example.com"},
        {"First Name": "name", "Last Name": "name", "Company": "customer", "Job Title": "title", "Business Phone": "phone", "Mobile Phone": "mobile", "E-mail Address": "email", "Notes": "remark", "Business Fax": ""},
    ),
    (
        "customers", "HubSpot",
        {"Record ID": "101", "Company name": "X Corp", "Company owner": "", "Create Date": "2024-01-15 10:00", "Phone Number": "+1 650 253 0000", "Last Activity Date": "2024-02-01", "City": "Springfield", "Country/Region": "USA", "Industry": "IT", "Company Domain Name": "example.com", "Lead Status": "New", "Associated Contact": "Ann Lee"},
        {"Company name": "name", "Company owner": "owner", "Phone Number": "main_contact.phone", "City": "address", "Industry": "industry", "Company Domain Name": "website", "Record ID": ""},
    ),
    (
        "customers", "Salesforce",
        {"Account ID": "0015g00000AAA", "Account Name": "X Corp", "Account Owner": "Alice", "Billing Street": "1 Main St", "Billing City": "Springfield", "Billing State/Province": "IL", "Billing Zip/Postal Code": "62701", "Phone": "(217) 555-0100", "Fax": "1", "Website": "www.example.com", "Industry": "IT", "Type": "Customer", "Description": "ok", "Annual Revenue": "1000"},
        {"Account Name": "name", "Account Owner": "owner", "Billing Street": "address", "Billing City": "address", "Phone": "main_contact.phone", "Website": "website", "Industry": "industry", "Description": "remark", "Fax": "", "Annual Revenue": ""},
    ),
    (
        "customers", "Zoho",
        {"Record Id": "zcrm_1", "Account Owner": "Alice", "Account Name": "X Corp", "Phone": "010-66551234", "Website": "example.com", "Account Type": "Customer", "Industry": "IT", "Billing Street": "科技路1号", "Billing City": "深圳市", "Description": "ok", "Created Time": "2024-01-15 10:00", "Tag": "VIP"},
        {"Account Name": "name", "Account Owner": "owner", "Phone": "main_contact.phone", "Website": "website", "Industry": "industry", "Billing Street": "address", "Description": "remark", "Tag": "tags", "Created Time": ""},
    ),
    (
        "customers", "纷享销客",
        {"客户名称（必填）": "示例公司", "客户编号": "20240101-0001", "客户级别": "重要客户", "客户状态": "合作中", "一级行业": "IT", "客户来源": "网络", "电话": "010-66551234", "传真": "1", "网址": "example.com", "省": "广东省", "市": "深圳市", "区": "南山区", "详细地址": "科技路1号", "负责人（必填）": "Alice", "负责人主属部门": "销售部", "下次跟进时间": "2024-01-05", "最后跟进时间": "2024-01-01", "创建时间": "2024-01-01 10:00", "备注": "好", "生命状态": "正常", "归属部门": "销售部"},
        {"客户名称（必填）": "name", "客户级别": "level", "客户状态": "stage", "客户来源": "source", "电话": "main_contact.phone", "网址": "website", "省": "address", "详细地址": "address", "负责人（必填）": "owner", "下次跟进时间": "next_follow_up", "备注": "remark", "传真": "", "负责人主属部门": "", "创建时间": ""},
    ),
    (
        "contacts", "纷享销客",
        {"姓名（必填）": "张三", "客户名称": "示例公司", "职务": "经理", "部门": "采购部", "手机1": "13800138000", "电话1": "010-66551234", "邮件": "a@example.com", "生日": "1990-01-05", "备注": "好", "负责人": "Alice"},
        {"姓名（必填）": "name", "客户名称": "customer", "职务": "title", "手机1": "mobile", "电话1": "phone", "邮件": "email", "生日": "birthday", "备注": "remark", "负责人": "owner"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("target", "system", "row", "expected"), LAYOUTS, ids=[f"{one[1]} {one[0]}" for one in LAYOUTS]
)
def test_exports_of_other_systems_are_recognised(
    importer: Any, table: Actor, target: str, system: str, row: dict[str, str], expected: dict[str, str]
) -> None:
    planned = importer(table).planned(list(row), list(row.values()), object_key=target)
    found = mapped(planned)
    assert {header: found.get(header) or "" for header in expected} == expected
