"""What a person may choose for an import."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from typing import Any, Literal, get_args

from kebu.core.errors import KebuError
from kebu.fields.registry import Field

OnMatch = Literal["fill", "skip", "overwrite", "create"]
_MATCHING_KINDS = ("text", "auto_number", "credit_code", "phone", "email", "link", "number")
# What tells records apart together with others, if not by itself.
_TOGETHER = (*_MATCHING_KINDS, "address", "date", "choice", "relation", "money", "percent")
MAX_TOGETHER = 8


@dataclass(frozen=True)
class Options:
    """`match`: `auto`, or the key of the field by which records are recognised, or keys of several that count together.
    `on_match`: what happens to a record that is there already: blanks are filled, nothing, its values are replaced, or
    a second one is made. `new_fields`: columns that are no field become text fields. `matches`: what `match` is for the
    other objects of the import, by their keys; one that is not there goes by itself."""

    match: str | Sequence[str] = "auto"
    on_match: OnMatch = "fill"
    new_fields: bool = False
    matches: Mapping[str, str | Sequence[str]] = dataclass_field(default_factory=dict)

    @property
    def by(self) -> tuple[str, ...]:
        """The fields that were chosen to recognise records by; none: it goes by itself."""
        if isinstance(self.match, str):
            return () if self.match == "auto" else (self.match,)
        return tuple(self.match)

    def of_another(self, key: str) -> "Options":
        """What holds for another object of the import than the one that it is of."""
        return replace(self, match=self.matches.get(key, "auto"))

    @classmethod
    def of(
        cls, raw: Mapping[str, Any], fields: Mapping[str, Field], others: Mapping[str, Mapping[str, Field]]
    ) -> "Options":
        """From JSON; `others` are the fields of the objects that `matches` names. KebuError `bad_import_option`."""
        options = cls(**{"match": "auto", "on_match": "fill", "new_fields": False, "matches": {}, **raw})
        for good, name in (
            (_is_known(options, fields), "match"),
            (all(_is_known(options.of_another(key), others[key]) for key in options.matches), "matches"),
            (options.on_match in get_args(OnMatch), "on_match"),
        ):
            if not good:
                raise KebuError("bad_import_option", field=name, value=str(raw[name])[:80])
        return options


def matchable(fields: Mapping[str, Field], brought: Sequence[str]) -> list[str]:
    """The fields that may count together, of those that a file brings; what follows from one of them as well."""
    return [
        key
        for key, field in fields.items()
        if field.stored.kind in _TOGETHER and (key in brought or field.options.get("part_of") in brought)
    ]


def _is_known(options: Options, fields: Mapping[str, Field]) -> bool:
    by = options.by
    if not by:
        return options.match == "auto"
    kinds = _MATCHING_KINDS if len(by) == 1 else _TOGETHER
    return len(set(by)) == len(by) <= MAX_TOGETHER and all(
        key in fields and fields[key].stored.kind in kinds for key in by
    )
