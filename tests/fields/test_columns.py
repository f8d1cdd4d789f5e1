"""Every kind of field understands any column: same length, plain values that come back, nothing raised."""

# ruff: noqa: DTZ001
from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kebu.core.errors import LANGUAGES, message
from kebu.fields.registry import ChoiceInfo, Field
from kebu.fields.types import TYPES, CleanContext

pytestmark = pytest.mark.once
SHANGHAI = ZoneInfo("Asia/Shanghai")
CHOICES = (ChoiceInfo("a", {"zh-Hans": "甲", "en": "One"}), ChoiceInfo("b", {"zh-Hans": "乙", "en": "Two"}))
RAW = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.text("0123456789.,-/年月日万亿千百十¥$€%() +eExX转分机@:T甲乙是否√×#N/A,，;；壹贰一二\n", max_size=25),
    st.sampled_from(
        [
            "甲",
            "One",
            "2023/1/5",
            "100万",
            "1.234,56",
            "12%",
            "a@example.com",
            "138 0000 1234/139 0000 1234",
            "是",
            "https://example.com",
            "91110000600037341L",
            "3",
            "#N/A",
            "1.1E+17",
        ]
    ),
    st.integers(-(10**19), 10**19),
    st.floats(),
    st.decimals(allow_nan=True),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.lists(st.text(max_size=5), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)
CONTEXTS = st.builds(
    CleanContext,
    zone=st.just(SHANGHAI),
    date_order=st.sampled_from(["ymd", "dmy", "mdy"]),
    base_1904=st.booleans(),
    decimal_comma=st.booleans(),
    today=st.one_of(st.none(), st.just(date(2026, 11, 22))),
    load_people=st.just(lambda: {"张三": 7, "7": 7}),
)
quick = settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])


def field(kind: str) -> Field:
    return Field("customers", "x", kind, {"en": "X"}, choices=CHOICES if kind in ("choice", "choices") else ())


@pytest.mark.parametrize("kind", TYPES)
@quick
@given(raws=st.lists(RAW, max_size=12), context=CONTEXTS)
def test_any_column_is_understood_or_told(kind: str, raws: list[Any], context: CleanContext) -> None:
    one = field(kind)
    found = one.type.clean_column(raws, one, context)
    assert len(found.values) == len(raws)
    for place, code in found.problems.items():
        assert found.values[place] is None
        assert all(message(code, language) for language in LANGUAGES)
    for value in found.values:
        if value is None:
            continue
        plain = one.type.plain(value)
        assert one.type.value(orjson.loads(orjson.dumps(plain))) == (
            value.replace(microsecond=0) if isinstance(value, datetime) else value
        )
        assert isinstance(one.type.format(value, one, "en"), str)
        assert isinstance(one.type.search_text(value), str)


@pytest.mark.parametrize(
    "kind", [kind for kind in TYPES if kind not in ("percent", "money", "datetime", "relation", "person")]
)
@quick
@given(raws=st.lists(RAW, max_size=6))
def test_what_is_clean_stays_as_it_is(kind: str, raws: list[Any]) -> None:
    """A value that is sent back as it came is the same value."""
    one, context = field(kind), CleanContext(SHANGHAI)
    values = [value for value in one.type.clean_column(raws, one, context).values if value is not None]
    assert one.type.clean_column(values, one, context).values == values


@pytest.mark.parametrize("kind", ["number", "money", "percent", "rating"])
@quick
@given(number=st.decimals(1, 5, places=2), large=st.decimals(-(10**9), 10**9, places=2))
def test_what_is_shown_is_read_again(kind: str, number: Decimal, large: Decimal) -> None:
    one, context = field(kind), CleanContext(SHANGHAI)
    raw = str(int(number)) if kind == "rating" else str(large)
    [value] = one.type.clean_column([raw], one, context).values
    for language in LANGUAGES:
        assert one.type.clean_column([one.type.format(value, one, language)], one, context).values == [value]


@pytest.mark.parametrize("kind", ["date", "datetime"])
@quick
@given(moment=st.datetimes(min_value=datetime(1906, 1, 1), max_value=datetime(2100, 1, 1)))
def test_days_and_moments_that_are_shown_are_read_again(kind: str, moment: datetime) -> None:
    one, context = field(kind), CleanContext(SHANGHAI)
    [value] = one.type.clean_column([moment.replace(microsecond=0)], one, context).values
    again = [one.type.format(value, one, "en"), one.type.plain(value)]
    found = one.type.clean_column(again, one, context).values
    assert found[1] == value
    assert found[0] == (value.replace(second=0) if kind == "datetime" else value)
