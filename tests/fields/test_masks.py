"""Masks: enough to tell records apart, too little to use."""

import pytest

from kebu.fields.masks import mask

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("text", "张三", "张*"),
        ("text", "示例科技有限公司", "示*"),
        ("text", "张", "***"),
        ("relation", "李四", "李*"),
        ("phone", "13812341234", "138****1234"),
        ("phone", "+86 138 1234 1234", "138****1234"),
        ("phone", "010-12345", "****45"),
        ("phone", "110", "***"),
        ("email", "zhang@example.com", "z***@example.com"),
        ("email", "kein", "***"),
        ("money", 1234.5, "***"),
        ("choice", "key", "***"),
        ("checkbox", False, "***"),
        ("text", "", None),
        ("date", None, None),
    ],
)
def test_a_mask(kind, value, shown):
    assert mask(kind, value) == shown
