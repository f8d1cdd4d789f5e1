"""Values that nobody types and somebody sends."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

# Each has broken some program: numbers beyond every column, dates at both ends of the calendar, texts that a database,
# a parser, an index or a spreadsheet reads as something else.
EXTREMES: list[Any] = [
    None, True, False, 0, -1, 2**31, 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1, -(2**63), 10**40, 1e308, -1e308, 5e-324, 0.1, -0.0,
    "NaN", "nan", "Infinity", "-inf", "1e999999999", "1e-999999999", "9" * 400, "0x10", "1_000", "٣", "½", "一千亿亿亿", "9" * 30 + "亿", "1" + ",000" * 50,
    "0001-01-01", "9999-12-31", "10000-01-01", "0000-00-00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "9999-12-31 23:59", "2026-02-30",
    "2026-11-22T25:00:00Z", "1", "2958465", "2958466", "-1", 2958466, 1e10, "2026W01", "now", "今天",
    "", " ", "\t\n", "\u200b", "\u3000", "x\u0000y", "\x1b[31m", "\u202e", "a\u0301" * 500, "ﷺ" * 1000, "İ" * 1000, "ß" * 1000, "😀" * 1000, "\U000e0001", "\ufffe\uffff", "\ufeff",
    "a" * 3000, "马" * 3000, "1" * 3000, "a" * 10_000, "ab " * 3000, "'", '"', "\\", "%", "_", "--", "; DROP TABLE", "$1", "{0}", "%s", "<script>alert(1)</script>",
    "=1+1", "@SUM(1)", "javascript:alert(1)", "JAVA\tSCRIPT:alert(1)", "data:text/html,x", "vbscript:x", "https://" + "a" * 5000 + ".com", "http://[", "http://[::1", "//", "https://例子.测试/路",
    "a@b", "a" * 500 + "@example.com", "@", "a@" + "b." * 200 + "com", "+86" + "1" * 50, "ext. 5", "转", "(((((", "0" * 300,
    [], {}, [None], [[]], [""], ["x"] * 101, ["x" * 5000], [1, 2], [{"id": 1}], {"id": None}, {"id": 2**64 - 1}, {"id": "1"}, {"id": -1}, {"id": 10**30}, {"invalid": None}, {"invalid": "x" * 2001},
    {"invalid": "马" * 2000}, {"invalid": "x", "code": "x"}, {"invalid": "x", "id": 1}, {"masked": "138****1234"}, {"label": "x"}, {"__class__": "x"},
]  # fmt: skip


def nested(depth: int) -> Any:
    """A list in a list in a list …"""
    found: Any = "x"
    for _ in range(depth):
        found = [found]
    return found


scalars = (
    st.sampled_from(EXTREMES)
    | st.none()
    | st.booleans()
    | st.integers(-(2**64), 2**64)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30)
    | st.text(alphabet="0123456789.,-+/:年月日%亿万TZ ", max_size=20)
)
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
