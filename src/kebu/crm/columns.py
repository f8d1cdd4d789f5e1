"""How the fields of customers and of what belongs to them are written down."""

from typing import Any

from kebu.fields.registry import Field, Labels


def labels(zh: str, en: str) -> Labels:
    """A text in both languages."""
    return {"zh-Hans": zh, "en": en}


def field(object_key: str, key: str, kind: str, zh: str, en: str, synonyms: str = "", **more: Any) -> Field:
    """A typed field; `synonyms` are further headers that files use, separated by `|`."""
    return Field(
        object_key,
        key,
        kind,
        labels(zh, en),
        column=key,
        synonyms=tuple(synonyms.split("|")) if synonyms else (),
        **more,
    )


def every(object_key: str) -> tuple[Field, ...]:
    """The fields that every object has, after its own."""
    return (
        field(object_key, "tags", "tags", "标签", "Tags", "标记|label|labels|tag"),
        field(
            object_key,
            "owner",
            "person",
            "负责人",
            "Owner",
            "销售|销售人员|业务员|跟进人|客户经理|所有者|account owner|sales rep|contact owner|deal owner|lead owner|record owner|客户负责人|归属人|负责销售",
        ),
        field(
            object_key,
            "created_at",
            "datetime",
            "创建时间",
            "Created",
            "录入时间|登记时间|created date|create date",
            readonly=True,
        ),
        field(object_key, "created_by", "person", "创建人", "Created by", readonly=True),
        field(object_key, "updated_at", "datetime", "修改时间", "Changed", readonly=True),
        field(object_key, "updated_by", "person", "修改人", "Changed by", readonly=True),
        Field(object_key, "place", "text", labels("行的位置", "Place"), column="place", hidden=True, internal=True),
        Field(object_key, "version", "number", labels("版本", "Version"), column="version", readonly=True, hidden=True),
    )
