"""An anonymised copy: nothing of what people typed is in any byte of it, and what it says of each other still holds."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from stdnum.cn import uscc

from installation import Installation
from kebu.accounts import roles
from kebu.accounts.models import Company, Share, Team
from kebu.accounts.tokens import create_token
from kebu.backups import make, package, tables
from kebu.core import files, jobs
from kebu.core.errors import KebuError
from kebu.crm.models import Customer
from kebu.fields.definitions import add_field, change_field, delete_field
from kebu.fields.models import Choice, FieldDefinition
from kebu.fields.registry import Field, catalog
from kebu.fields.types import OWN_KINDS, TYPES, CleanContext
from kebu.importexport import imports, outside
from kebu.notify.tell import tell
from kebu.privacy.anonymize import anonymize
from kebu.privacy.placeholders import Placeholders
from kebu.records import comments, saved, write

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

NAME, PHONE, MAIL = "慕容隐秘", "13987654321", "murong.yinmi@example.com"
_BODY = "91110000" + "87654321" + "A"
CODE = _BODY + uscc.calc_check_digit(_BODY)
# By characters and as JSON may spell them, by sound as sorting and searching keep them, by figures.
TOLD = ("隐秘", "\\u9690", "yinmi", "murong", "87654321", "alice", "1987-06-05")
PLANTED = {
    "text": "隐秘文字", "long_text": "隐秘长文", "number": 13987654321, "money": "1234.56", "percent": "12%",
    "date": "2026-01-02", "datetime": "2026-01-02 10:00", "choice": "隐秘选项", "choices": ["隐秘选项"],
    "checkbox": True, "phone": PHONE, "email": MAIL, "link": "https://yinmi.example.com/a", "person": "Alice",
}  # fmt: skip


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    return settings.HOME


def plant(actor: Actor) -> dict[str, str]:
    """Something secret in whatever people type; answers the fields of the company's own, by kind."""
    Company.objects.update(name="隐秘公司", two_factor_roles=[])
    choices = [{"label": {"zh-Hans": "隐秘选项"}, "synonyms": ["隐秘别名"]}]
    own = {
        kind: add_field(
            actor,
            "customers",
            kind=kind,
            labels={"zh-Hans": f"隐秘{kind}"},
            choices=choices if kind in ("choice", "choices") else (),
        )
        for kind in OWN_KINDS
    }
    gone = add_field(actor, "customers", kind="text", labels={"zh-Hans": "隐秘旧"})
    change_field(actor, "customers", "remark", labels={"zh-Hans": "隐秘备注"})
    Choice.objects.filter(object="customers", field="level").update(labels={"zh-Hans": "隐秘级"}, synonyms=["隐秘级"])
    write.create(
        actor,
        "customers",
        {
            "number": "隐秘-1", "name": "隐秘公司甲", "short_name": "隐秘", "company": "隐秘集团", "credit_code": CODE,
            "address": "北京市朝阳区隐秘路 1 号", "website": "https://yinmi.example.com",
            "remark": f"找{NAME}（{PHONE}）", "tags": ["隐秘标签"], "next_follow_up": {"invalid": "隐秘那天"}, "owner": "Alice", gone: "隐秘",
            "main_contact.name": NAME, "main_contact.phone": PHONE, "main_contact.email": MAIL,
            "main_deal.title": "隐秘项目", **{own[kind]: value for kind, value in PLANTED.items()},
        },
    )  # fmt: skip
    delete_field(actor, "customers", gone)
    same, _ = write.create(actor, "customers", {"name": "隐秘公司乙", "remark": f"找{NAME}（{PHONE}）"})
    write.update(actor, "customers", same.id, {"name": NAME, "next_follow_up": "2026-02-03"}, expected_version=None)
    thrown, _ = write.create(actor, "customers", {"name": "隐秘公司丙"})
    write.delete(actor, "customers", thrown.id, expected_version=None)
    contact, _ = write.create(
        actor,
        "contacts",
        {"customer": same.id, "name": NAME, "title": "隐秘经理", "mobile": PHONE, "birthday": "1987-06-05",
         "legal_basis": "本人同意", "basis_source": "隐秘展会"},
    )  # fmt: skip
    write.create(
        actor, "deals",
        {"customer": same.id, "title": "隐秘项目", "description": "隐秘", "amount": "1200", "currency": "CNY"},
    )  # fmt: skip
    write.create(actor, "activities", {"customer": same.id, "contact": contact.id, "text": f"{NAME}说"})
    write.create(actor, "tasks", {"customer": same.id, "subject": f"给{NAME}打电话"})
    thread = comments.begin(actor, "customers", same.id, key="remark", text=f"@{NAME}")
    comments.reply(actor, thread["id"], "隐秘")
    asked = [
        {"field": "name", "op": "is", "value": NAME},
        {"field": own["choice"], "op": "in", "value": ["隐秘选项"]},
        {"field": own["number"], "op": "is", "value": 13987654321},
        {"field": "owner", "op": "is", "value": "Alice"},
        {"field": "main_contact", "op": "contains", "value": NAME},
        {"field": "next_follow_up", "op": "within", "value": {"unit": "week"}},
    ]
    spec = {
        "filter": {"and": asked},
        "search": "隐秘",
        "sort": [{"field": "name", "desc": True}],
        "fields": ["name", "remark"],
        "colors": [{"filter": {"field": "remark", "op": "contains", "value": "隐秘"}, "target": "row", "color": 1}],
    }
    saved.add(actor, "customers", name="隐秘视图", spec=spec, shared=True, position=None)
    form = {"form": {"title": "隐秘", "text": "隐秘", "fields": ["name"], "required": ["name"]}}
    saved.add(actor, "customers", name="隐秘表单", kind="form", spec=form, shared=False, position=None)
    roles.add_role(actor, name="隐秘角色", copy_of="sales")
    roles.change_role(actor, "sales", name="隐秘销售")
    team = Team.objects.create(name="隐秘部", leader_id=actor.user_id)
    team.members.add(actor.person_id)
    Share.objects.create(object="customers", record=same.id, team=team)
    create_token(actor, name="隐秘令牌", scope="read")
    tell(actor.person_id, kind="mention", key="x:1", params={"who": "Alice", "name": NAME})
    outside.remember("contacts", [("salesforce", "yinmi0000000001", contact.id)])
    jobs.enqueue("privacy.package", {"name": NAME})
    with files.store("隐秘.xlsx", user_id=actor.user_id) as (path, _):
        path.write_text(f"{NAME} {PHONE}")
    sheet = path.with_name("隐秘.csv")
    sheet.write_text(f"客户名称,联系人,电话\n隐秘公司丁,{NAME},{PHONE}\n", encoding="utf-8")
    imports.start(actor, [("隐秘.csv", sheet)], object_key="customers")
    return own


def told(content: bytes) -> list[str]:
    """What somebody finds in it who knows what to look for."""
    text = content.decode("utf-8", "replace").lower()
    return [word for word in TOLD if word in text]


def parts(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows(content: dict[str, bytes], table: str) -> list[dict[str, Any]]:
    """The rows of a table in a backup, as its manifest names their columns."""
    manifest = json.loads(content["manifest.json"])
    (columns,) = (one["columns"] for one in manifest["tables"] if one["name"] == table)
    lines = map(json.loads, content[f"tables/{table}.jsonl"].splitlines())
    return [
        {
            name: json.loads(value) if kind == "json" and value is not None else value
            for (name, kind), value in zip(columns, line, strict=True)
        }
        for line in lines
    ]


@pytest.mark.django_db(transaction=True)
def test_nothing_that_was_typed_is_in_any_byte_of_the_copy(table: Actor, tmp_path: Path) -> None:
    own = plant(table)
    whole = parts(make.make_backup(tmp_path / "whole.kebu").path)
    assert set(TOLD) - {"\\u9690"} <= {word for content in whole.values() for word in told(content)}
    file = tmp_path / "copy.kebu"
    made = anonymize(file)
    content = parts(file)
    assert {name: found for name, part in content.items() if (found := [*told(name.encode()), *told(part)])} == {}
    with package.opened(file) as source:
        source.check()
        assert [part.table.name for part in source.manifest.parts if not part.rows] == []
    assert made.rows == sum(len(part.splitlines()) for name, part in content.items() if name.startswith("tables/"))

    # It says of each other what it said, by names that say nothing.
    first, same, thrown = rows(content, "crm_customer")
    names = {one["id"]: one["name"] for one in (first, same, thrown)}
    assert len(set(names.values())) == 3
    assert all(name.startswith("客户名称 ") for name in names.values())
    assert first["remark"] == same["remark"] != first["name"]
    assert [bool(one["deleted_at"]) for one in (first, same, thrown)] == [False, False, True]
    assert {first["province"], first["city"]} == {None}
    assert first["title_key"]
    assert list(first["invalid"]) == ["next_follow_up"]
    assert same["next_follow_up"] == "2026-02-03"
    extra = first["extra"]
    kept = Customer.objects.get(pk=first["id"]).extra
    assert set(extra) == set(own.values())
    unchanged = {kind for kind, key in own.items() if extra[key] == kept[key]}
    assert unchanged == {"money", "percent", "date", "datetime", "choice", "choices", "checkbox", "person"}
    main, contact = rows(content, "crm_contact")
    assert (main["customer_id"], contact["customer_id"]) == (first["id"], same["id"])
    assert main["name"] == contact["name"]
    assert main["phone"] == contact["mobile"]
    assert (contact["birthday"], contact["legal_basis"]) == (None, "consent")
    deal = rows(content, "crm_deal")[-1]
    assert (deal["amount"], deal["currency"]) == (120000, "CNY")
    renamed = [one["values"] for one in rows(content, "records_change") if "name" in one["values"]]
    assert renamed[-1]["name"][1] == same["name"]
    view = next(one for one in rows(content, "records_view") if one["names"] == {"zh-Hans": f"视图 {one['id']}"})
    assert [one.get("value") for one in view["spec"]["filter"]["and"]] == [
        same["name"],
        [Choice.objects.get(field=own["choice"]).key],
        extra[own["number"]],
        None,  # whom it asked for stood there by name
        contact["name"],
        {"unit": "week"},
    ]
    brought = {name for one in rows(content, "records_view") for name in one["names"].values() if one["key"]}
    assert "全部客户" in brought
    assert {one["role"] for one in rows(content, "accounts_user")} == {"owner"}
    assert "sales" in {one["key"] for one in rows(content, "accounts_role") if one["names"]["zh-Hans"] == "销售"}

    # Put somewhere it is an installation that is sound, and searched by what is in it.
    copy = Installation(tmp_path / "there")
    copy.json("restore", file)
    assert copy.json("check") == {"problems": []}
    copy.json("anonymize", "--out", tmp_path / "again.kebu")
    back = parts(Path(copy.json("backup", "--out", tmp_path / "back.kebu")["file"]))
    assert [one["act"] for one in rows(back, "audit_entry")] == ["restored", "anonymized"]
    assert rows(back, "crm_customer") == rows(content, "crm_customer")
    found = {one["id"]: one["tokens"].split() for one in rows(back, "search_customers")}
    assert set(found) == set(names)
    assert all(f"w{names[pk].split()[1].lower()}" in words for pk, words in found.items())
    assert [word for part in back.values() for word in told(part)] == []
    left = {path: told(path.read_bytes()) for path in copy.home.rglob("*") if path.is_file()}
    assert {path: found for path, found in left.items() if found} == {}


@pytest.mark.django_db
def test_a_new_table_is_thought_of(table: Actor) -> None:
    """One that is named neither here nor in the copy would be missing there without anybody having said so."""
    left_out = {
        "accounts_feed", "accounts_invitation", "accounts_passkey", "accounts_recoverycode", "accounts_reset", "accounts_secondfactor", "accounts_token",
        "audit_entry", "audit_head", "core_answer", "core_job", "core_storedfile", "core_tries",
        "importexport_exported", "importexport_import", "importexport_layout", "importexport_made",
        "importexport_outsideid", "notify_mailserver", "notify_notification", "notify_wish", "privacy_erasure",
        "records_merged",
    }  # fmt: skip
    from kebu.privacy.anonymize import _Copy

    treatment = _Copy(catalog()).treatment
    without = {one.name for one in tables.all_tables() if treatment(one) is None and not tables.is_search(one.name)}
    assert {name for name in without if not name.startswith(("account_", "auth_", "django_"))} <= left_out


@pytest.mark.django_db
def test_a_placeholder_is_a_value_of_its_kind(table: Actor) -> None:
    say, context = Placeholders("zh-Hans", (), ()), CleanContext(ZoneInfo("UTC"))
    known = catalog()
    asked = {
        "text": "名字", "long_text": "一段", "address": "地址", "auto_number": "G-7", "phone": PHONE, "email": MAIL,
        "link": "https://example.com/x", "credit_code": CODE, "number": 13987654321, "tags": ["甲", "乙"],
    }  # fmt: skip
    for kind, value in asked.items():
        field = Field("customers", "f_1", kind, {"zh-Hans": "隐秘"}, builtin=False)
        made = say.value(field, value)
        assert made == say.value(field, value) != value
        assert made != Placeholders("zh-Hans", (), ()).value(field, value), "of another copy it is another"
        assert TYPES[kind].clean(made, field, context) == made
        assert say.value(field, {"invalid": str(value), "code": kind})["code"] == kind
    number = known.field("customers", "number")
    assert say.value(number, "C001") == "C001"
    assert say.value(number, "C13987654321") != "C13987654321"
    level = known.field("customers", "level")
    assert say.value(level, "隐秘") is None
    assert say.value(replace(level, kind="of tomorrow"), level.choices[0].key) is None


@pytest.mark.django_db(transaction=True)
def test_what_the_program_brought_keeps_its_name(table: Actor, tmp_path: Path) -> None:
    write.create(table, "customers", {"name": "甲", "level": catalog().field("customers", "level").choices[0].key})
    with pytest.raises(KebuError) as refused:
        anonymize(package.folder() / "copy.kebu")
    assert refused.value.code == "copy_among_backups"
    content = parts(anonymize(tmp_path / "copy.kebu").path)
    with pytest.raises(KebuError) as refused:
        anonymize(tmp_path / "copy.kebu")
    assert refused.value.code == "backup_exists"
    for name, model in (("fields_choice", Choice), ("fields_fielddefinition", FieldDefinition)):
        labels = list(model.objects.order_by("id").values_list("labels", flat=True))
        assert [one["labels"] for one in rows(content, name)] == labels
