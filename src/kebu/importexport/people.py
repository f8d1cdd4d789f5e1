"""A person and a telephone in one cell: 张三 13800001234, 李四（010-66551234）, Jane Doe: +44 20 7946 0000."""

import re
from collections.abc import Sequence
from typing import Any

from kebu.fields.parsing import text_of

# The part of a column whose cells hold both; its second field takes the telephones.
PERSON = "person"

_BOTH = re.compile(
    r"\s*(?P<name>[^\d@+()（）]{1,40}?)[\s:：,，、/;；|()（）-]*"
    r"(?P<phone>\+?\d(?:[\s-]?\d){6,14}(?:\s*(?:转|ext\.?|分机)\s*\d{1,6})?)[\s()（）]*"
)
_MOBILE = re.compile(r"(?:\+?86)?1[3-9]\d{9}")


def split(raw: Any) -> tuple[Any, str | None]:
    """The name and the telephone of a cell; all of it and None where it does not hold both."""
    found = _BOTH.fullmatch(raw) if isinstance(raw, str) else None
    return (found["name"].strip(), found["phone"].strip()) if found and found["name"].strip() else (raw, None)


def holds_both(cells: Sequence[Any]) -> bool:
    """Whether most cells hold a name and a telephone."""
    return 2 * sum(split(cell)[1] is not None for cell in cells) > len(cells)


def are_mobile(cells: Sequence[Any]) -> bool:
    """Whether most of the telephones are mobile ones."""
    phones = [re.sub(r"[\s-]", "", text_of(phone)) for cell in cells if (phone := split(cell)[1])]
    return 2 * sum(_MOBILE.fullmatch(phone) is not None for phone in phones) > len(phones)
