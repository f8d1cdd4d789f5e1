"""Fields as JSON, for programs and for the grid."""

from typing import Any

from kebu.fields.registry import Field, label_in


def field_json(field: Field, language: str) -> dict[str, Any]:
    """Everything that a client needs to show, edit, filter and sort a field."""
    return {
        "key": field.key,
        "kind": field.kind,
        "label": field.label(language),
        "label_all": dict(field.labels),
        "builtin": field.builtin,
        "readonly": field.readonly,
        "required": field.required,
        "masked": field.masked,
        "once": field.once,
        "hidden": field.hidden,
        "position": field.position,
        "lookup": {
            "relation": field.relation.key,
            "target_object": field.relation.target,
            "target_field": field.stored.key,
        }
        if field.relation
        else None,
        "target": field.target,
        "choices": [
            {
                "key": one.key,
                "label": label_in(one.labels, language),
                "label_all": dict(one.labels),
                "color": one.color,
                "category": one.category or None,
                "synonyms": list(one.synonyms),
                "archived": one.archived,
            }
            for one in field.choices
        ],
        "categories": list(field.categories),
        "operators": [] if field.masked else list(field.stored.type.operators),
        # The order of lists would say nothing.
        "sortable": field.stored.type.json_kind != "json" and not field.masked,
    }
