"""What a person may choose for an import."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from kebu.core.errors import KebuError
from kebu.fields.registry import Field

OnMatch = Literal["fill", "skip", "overwrite", "create"]
_MATCHING_KINDS = ("text", "auto_number", "credit_code", "phone", "email", "link", "number")


@dataclass(frozen=True)
class Options:
    """`match`: `auto`, or the key of the field by which records are recognised. `on_match`: what happens to a record
    that is there already: blanks are filled, nothing, its values are replaced, or a second one is made.
    `new_fields`: columns that are no field become text fields."""

    match: str = "auto"
    on_match: OnMatch = "fill"
    new_fields: bool = False

    @classmethod
    def of(cls, raw: Mapping[str, Any], fields: Mapping[str, Field]) -> "Options":
        """From JSON. KebuError `bad_import_option`."""
        options = cls(**{"match": "auto", "on_match": "fill", "new_fields": False, **raw})
        known = options.match == "auto" or (options.match in fields and fields[options.match].kind in _MATCHING_KINDS)
        for good, name in ((known, "match"), (options.on_match in get_args(OnMatch), "on_match")):
            if not good:
                raise KebuError("bad_import_option", field=name, value=str(raw[name])[:80])
        return options
