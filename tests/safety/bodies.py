"""Bodies that are in order, one for every operation that takes one; the tests spoil them."""

from __future__ import annotations

import time
from typing import Any

from conftest import PASSWORD
from kebu.accounts import totp
from kebu.crm.models import Customer
from safety.world import Upload, World


def good_body(key: str, world: World) -> Any:
    """A body that is in order, for the operation with that key; aimed at what Bob has."""
    things = world.bobs
    bodies: dict[str, Any] = {
        "POST /setup": {"secret": "x", "company": "X", "name": "X", "email": "x@example.com", "password": "long enough 123", "template": "partner", "language": "en"},
        "PATCH /me": {"name": "Other name", "language": "en", "time_zone": "Europe/Berlin"},
        "POST /users": {"email": "new@example.com", "name": "New", "role": "sales"},
        "PATCH /users/{user_id}": {"role": "readonly", "active": True, "name": "Other name"},
        "POST /invites/{token}": {"name": "Invited", "password": "quite long enough 77"},
        "POST /passkeys/begin": {"password": PASSWORD},
        "POST /passkeys": {"name": "手机", "credential": {"id": "AAAA", "response": {"clientDataJSON": "e30", "attestationObject": "oA"}}},
        "PATCH /passkeys/{passkey_id}": {"name": "新手机"},
        "POST /passkeys/{passkey_id}/remove": {"password": PASSWORD},
        "POST /sign-in/passkey/begin": {"after_password": True},
        "POST /sign-in/passkey": {"credential": {"id": "AAAA", "response": {"clientDataJSON": "e30", "authenticatorData": "AAAA", "signature": "AAAA", "userHandle": "AAAA"}}},
        "POST /resets": {"email": "bob@example.com"},
        "POST /resets/{token}": {"password": "quite long enough 77"},
        "POST /sign-in/second": {"code": "123456"},
        "POST /two-factor/begin": {"password": PASSWORD},
        "POST /two-factor/confirm": {"code": totp.code_at(things.app, int(time.time()) // totp.PERIOD)},
        "POST /two-factor/codes": {"password": PASSWORD},
        "POST /two-factor/off": {"password": PASSWORD},
        "PATCH /sign-in-rules": {"roles": ["administrator"]},
        "PATCH /data-rules": {"reveal_reason": True},
        "POST /records/{object_key}/{record_id}/reveal": {"field": "remark", "reason": "回电话"},
        "POST /persons/{object_key}/{record_id}/erase": {"confirm": "某某", "reference": "R-1"},
        "PATCH /mail": {"host": "smtp.example.com", "port": 465, "security": "tls", "username": "kebu", "password": "quite long enough 77", "sender": "kebu@example.com", "name": "客簿"},
        "POST /audit/export": {"person": 1, "acts": ["export"], "since": "2026-11-01T00:00:00Z", "until": "2026-12-01T00:00:00Z"},
        "POST /roles": {"name": "另一个", "copy_of": "sales"},
        "PATCH /roles/{role_key}": {"name": "推广", "rights": {"objects": {"*": {"see": "own", "pool": True}}}},
        "POST /roles/{role_key}/preview": {"rights": {"objects": {"*": {"see": "own", "pool": True}}}},
        "POST /teams": {"name": "华北", "parent": world.team_id, "leader": world.bob.user_id, "members": [world.bob.user_id]},
        "PATCH /teams/{team_id}": {"name": "华南一", "parent": None, "leader": None, "members": []},
        "POST /teams/{team_id}/preview": {"members": [world.bob.user_id]},
        "POST /records/{object_key}/{record_id}/shares": {"user": world.bob.user_id, "team": None, "write": True, "until": "2099-01-01"},
        "POST /tokens": {"name": "script", "scope": "read", "days": 30},
        "POST /fields/{object_key}": {"kind": "choice", "label": {"zh-Hans": "颜色"}, "choices": [{"label": {"zh-Hans": "蓝"}, "color": 1}], "position": 3},
        "PATCH /fields/{object_key}/{key}": {"label": {"zh-Hans": "颜色"}, "hidden": False, "position": 3, "choices": [{"label": {"zh-Hans": "绿"}}]},
        "POST /records/{object_key}/query": {
            "filter": {"and": [{"or": [{"field": "name", "op": "not_empty"}]}, {"field": "created_at", "op": "within", "value": {"unit": "year", "from": -1, "to": 0}}]},
            "sort": [{"field": "name", "desc": True}], "search": "", "fields": ["name"], "offset": 0, "limit": 10, "keep": False,
            "group": [{"field": "created_at", "desc": True, "unit": "month"}], "totals": [{"field": "name", "function": "filled"}],
        },
        "POST /records/{object_key}/summary": {
            "filter": {"field": "name", "op": "not_empty"}, "search": "x", "group": [{"field": "level", "desc": False}],
            "aggregates": [{"field": "main_deal.amount", "function": "sum"}], "snapshot": None, "offset": 0, "limit": 10,
        },
        "POST /records/{object_key}/colors": {"ids": [things.record_id], "filters": [{"field": "name", "op": "contains", "value": "客户"}]},
        "POST /records/{object_key}/find": {"snapshot": world.bobs.snapshot, "words": "客户", "fields": ["name"], "start": 0, "back": False, "whole": True},
        "POST /records/{object_key}": {"values": {"name": "新客户", "website": {"invalid": "javascript:alert(1)"}}},
        "POST /records/{object_key}/insert": {"values": {"name": "新客户"}, "target": things.record_id, "below": True},
        "POST /records/{object_key}/move": {"ids": [things.record_id], "target": things.record_id, "below": True, "label": "x"},
        "POST /records/{object_key}/batch": {"changes": [{"id": things.record_id, "version": 1, "values": {"remark": "x"}}, {"values": {"name": "另一个"}}], "label": "x"},
        "POST /records/{object_key}/many/preview": {"filter": {"field": "name", "op": "not_empty"}, "search": "", "ids": [things.record_id], "without": [1], "values": {"remark": "x"}, "delete": False},
        "POST /records/{object_key}/many": {"filter": {"field": "name", "op": "not_empty"}, "search": "", "ids": None, "without": [things.record_id + 10_000], "values": {"remark": "x"}, "delete": False, "label": "x"},
        "POST /records/{object_key}/duplicate": {"ids": [things.record_id], "label": "x"},
        "POST /records/{object_key}/merge/preview": {"ids": [things.record_id, things.twin], "keep": things.record_id},
        "POST /records/{object_key}/merge": {"keep": things.record_id, "records": _as_they_are(things.record_id, things.twin), "label": "x"},
        "PATCH /records/{object_key}/{record_id}": {"version": 1, "values": {"remark": "x"}},
        "POST /trash/{object_key}/restore": {"ids": [things.trashed], "label": "x"},
        "POST /trash/{object_key}/purge": {"ids": [things.trashed]},
        "POST /views": {"object": "customers", "name": "V", "kind": "grid", "shared": False, "position": 1, "spec": {
            "filter": {"field": "name", "op": "not_empty"}, "sort": [{"field": "name", "desc": False}], "fields": ["name"], "widths": {"name": 100}, "frozen": 1, "frozen_rows": 2,
            "colors": [{"filter": {"field": "name", "op": "not_empty"}, "target": "cell", "field": "name", "color": 3, "icon": "flag"}, {"field": "main_deal.amount", "bar": True, "color": 5}]}},
        "PATCH /views/{view_id}": {"name": "V", "position": 2, "spec": {"sort": [{"field": "name", "desc": False}]}, "shared": False, "locked": False},
        "POST /imports": Upload("sheet.csv", "客户名称,电话\n新客户,010-1234567\n".encode(), (("object", "customers"),)),
        "PATCH /imports/{import_id}": {
            "columns": [{"file": 0, "sheet": 0, "index": 1, "field": "main_contact.phone"}, {"file": 0, "sheet": 0, "index": 2, "field": None}],
            "sheets": [{"file": 0, "sheet": 0, "used": True, "header_row": 1}], "options": {"match": "auto", "on_match": "skip", "new_fields": False},
            "fixes": [{"kind": "row", "file": 0, "sheet": 0, "row": 2, "action": None}], "take_back": 0,
        },
        "PATCH /imports/{import_id}/source": {
            "files": [{"file": 0, "encoding": "utf-8", "delimiter": ","}],
            "sheets": [{"file": 0, "sheet": 0, "header_row": 1, "header_rows": 1, "range": "A1:C9", "date_order": "dmy"}],
        },
        "POST /comparisons": {"upload": things.comparison_id},
        "PATCH /comparisons/{comparison_id}": {
            "kinds": {"edit": "mine"}, "rows": [{"place": 0, "choice": "theirs"}], "cells": [{"place": 0, "field": "remark", "choice": "theirs"}],
            "typed": [{"place": 0, "field": "remark", "value": "x"}],
        },
        "POST /exports": {"object": "customers", "view": things.view_id, "filter": {"field": "name", "op": "not_empty"}, "sort": [{"field": "name"}], "search": "", "fields": ["name"], "widths": {"name": 100}, "frozen": 1, "frozen_rows": 1, "format": "csv", "encoding": "gbk", "delimiter": ";", "notes": False, "password": ""},
        "POST /reports/overview/export": {"months": 3},
        "POST /live/place": {"tab": "x", "object": "customers", "record": things.record_id, "field": "name"},
        "POST /records/{object_key}/{record_id}/comments": {"field": "main_contact.phone", "text": f"在吗 @[{world.bob.user_id}]"},
        "POST /records/{object_key}/comments/marks": {"ids": [things.record_id]},
        "POST /threads/{thread_id}/comments": {"text": "在"},
        "PATCH /threads/{thread_id}": {"resolved": True},
        "PATCH /comments/{comment_id}": {"text": f"还在吗 @[{world.bob.user_id}]"},
        "PATCH /reminders": {
            "at": "08:30", "lead_days": 1, "quiet_from": "22:00", "quiet_to": "07:00", "workdays": True, "in_app": True, "mail": True, "digest": False,
        },
        "POST /notifications/read": {"ids": [things.notification]},
    }  # fmt: skip
    return bodies[key]


def _as_they_are(*ids: int) -> list[dict[str, Any]]:
    """Customers with their versions."""
    return list(Customer.objects.filter(id__in=ids).order_by("id").values("id", "version"))


def good_query(key: str, world: World) -> dict[str, Any] | None:
    """What follows the question mark, where something must."""
    if key.endswith("/past"):
        return {"field": "remark"}
    if key.endswith("/why"):
        return {"person": world.bob.user_id, "field": "remark"}
    return {"snapshot": world.bobs.snapshot} if key.endswith("/pages") else None


def entitled(key: str) -> str:
    """A role that is let through: what is refused then, is refused for its body."""
    return (
        "owner"
        if key.startswith(
            (
                "POST /users",
                "PATCH /users",
                "PATCH /sign-in-rules",
                "PATCH /data-rules",
                "PATCH /mail",
                "POST /audit",
                "POST /persons",
                "POST /fields",
                "PATCH /fields",
                "POST /trash/{object_key}/purge",
                "POST /roles",
                "PATCH /roles",
                "POST /teams",
                "PATCH /teams",
            )
        )
        else "bob"
    )
