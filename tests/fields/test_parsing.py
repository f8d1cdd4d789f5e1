"""What spreadsheets and people write, and what it means."""

# ruff: noqa: DTZ001, DTZ901 - spreadsheets give naive datetimes

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kebu.core.errors import LANGUAGES, message
from kebu.fields.parsing import (
    NotUnderstood,
    date_order,
    has_decimal_commas,
    parse_checkbox,
    parse_credit_code,
    parse_date,
    parse_datetime,
    parse_email,
    parse_link,
    parse_money,
    parse_number,
    parse_percent,
    parse_phone,
    text_of,
)

pytestmark = pytest.mark.once
SHANGHAI = ZoneInfo("Asia/Shanghai")
FIFTH = date(2023, 1, 5)


def refusal(parse: Callable[..., Any], raw: object, **options: Any) -> str:
    with pytest.raises(NotUnderstood) as caught:
        parse(raw, **options)
    return caught.value.code


@pytest.mark.parametrize(
    "raw",
    [
        "2023-01-05", "2023-1-5", "2023/1/5", "2023/01/05", "2023.1.5", "2023.01.05.", "2023 1 5", "20230105",
        "2023年1月5日", "2023年01月05号", "2023 年 1 月 5 日", "23年1月5日", "二〇二三年一月五日",
        "二零二三年一月五日", "二三年一月五日",
        "贰零贰叁年壹月伍日", "2023年元月5日", "2023年一月5日", "2023、1、5", "2023\\1\\5", "2023–01–05", "2023—1—5", "'2023-01-05",
        "Thu Jan 05 2023 10:00:00 GMT+0800 (中国标准时间)",
        "23.1.5", "23-1-5", "23/01/05", "5-Jan-23", "5 January 2023", "Jan 5 2023", "January 5, 2023", "Jan. 5, 2023",
        "5th Jan 2023", "2023-Jan-05", "05JAN2023", "Thu, 5 Jan 2023", "2023年1月5日 星期四", "2023-01-05(周四)",
        "２０２３／１／５", "２０２３年１月５日", " 2023-01-05\t", "\u30002023-01-05",
        "2023-01-05 10:30", "2023-01-05T10:30:00Z", "2023/1/5 10:30:59", "2023年1月5日10:30",
        "2023年1月5日 上午10点30分",
        "2023-01-05 00:00:00.000", "Thursday, January 5, 2023 10:30 AM", "20230105103000",
        date(2023, 1, 5), datetime(2023, 1, 5, 23, 59), 44931, 44931.0, 44931.75, Decimal(44931), 20230105,
        20230105.0,
    ],
)  # fmt: skip
def test_every_spelling_of_a_day(raw: object) -> None:
    assert parse_date(raw) == FIFTH


@pytest.mark.parametrize(
    ("raw", "order", "expected"),
    [
        ("1/5/2023", "mdy", FIFTH),
        ("5/1/2023", "dmy", FIFTH),
        ("1/5/23", "mdy", FIFTH),
        ("5.1.23", "dmy", FIFTH),
        ("13/1/2023", "ymd", date(2023, 1, 13)),
        ("1/13/2023", "ymd", date(2023, 1, 13)),
        ("5/5/2023", "ymd", date(2023, 5, 5)),
        ("2023/1/5", "dmy", FIFTH),
        ("49.12.31", "ymd", date(2049, 12, 31)),
        ("50.12.31", "ymd", date(1950, 12, 31)),
        ("十二", "ymd", None),
    ],
)
def test_order_decides_where_texts_leave_it_open(raw: str, order: Any, expected: date | None) -> None:
    if expected is None:
        assert refusal(parse_date, raw, order=order) == "date"
    else:
        assert parse_date(raw, order=order) == expected


@pytest.mark.parametrize(
    ("serial", "expected"),
    [(1, date(1900, 1, 1)), (59, date(1900, 2, 28)), (61, date(1900, 3, 1)), (2958465, date(9999, 12, 31))],
)
def test_serials_keep_the_false_leap_day(serial: int, expected: date) -> None:
    assert parse_date(serial) == expected


def test_serials_of_a_1904_workbook() -> None:
    assert parse_date(0, base_1904=True) == date(1904, 1, 1)
    assert parse_date(43469, base_1904=True) == FIFTH
    assert refusal(parse_date, 2958465, base_1904=True) == "date"


@pytest.mark.parametrize("raw", ["5/1/2023", "5.1.23", "1/2/2023", 2023, 1999.0])
def test_two_readings_are_told(raw: object) -> None:
    assert refusal(parse_date, raw) == "ambiguous_date"


@pytest.mark.parametrize(
    "raw",
    [
        "", " ", "不详", "2023-02-30", "2023-13-01", "2023年1月", "2023", "1/5", "44931", "45000.5", "20231301",
        "0023-01-05",
        "13/13/2023", "2023-01-05 25:00", "2023-01-05 10:61", "2023-01-05 晚上12:30", "2023-01-05 10:00+99:00",
        "5 Foo 2023",
        "二〇二三年十三月五日", "二〇二三年一月五五日", "1" * 40, "x" * 1000, 60, 0, -1, 0.5, float("nan"),
        float("inf"), 10**30, 99999999,
        True, None, time(10, 30), Decimal("sNaN"), object(),
    ],
)  # fmt: skip
def test_what_is_no_day(raw: object) -> None:
    assert refusal(parse_date, raw) == "date"


def test_a_column_tells_its_order() -> None:
    assert date_order(["1/2/2023", "1/13/2023", "2/3/2023"]) == "mdy"
    assert date_order(["1/2/2023", "13/1/2023", "", None]) == "dmy"
    assert date_order(["1/2/23", "12/25/23"]) == "mdy"
    assert date_order(["1/2/2023", "3/4/2023"]) == "ymd"
    assert date_order(["23.1.5", "24.12.1"]) == "ymd"
    assert date_order(["2023-01-05", "不详"]) == "ymd"
    assert date_order([]) == "ymd"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2023-01-05 10:30", datetime(2023, 1, 5, 2, 30, tzinfo=UTC)),
        ("2023-01-05T10:30:00Z", datetime(2023, 1, 5, 10, 30, tzinfo=UTC)),
        ("2023-01-05T10:30:00+02:00", datetime(2023, 1, 5, 8, 30, tzinfo=UTC)),
        ("2023/1/5 10:30 +0200", datetime(2023, 1, 5, 8, 30, tzinfo=UTC)),
        ("2023/1/5 10:30 -02:00", datetime(2023, 1, 5, 12, 30, tzinfo=UTC)),
        ("2023/1/5 10:30:15.25", datetime(2023, 1, 5, 2, 30, 15, 250000, tzinfo=UTC)),
        ("2023-01-05 1:05 pm", datetime(2023, 1, 5, 5, 5, tzinfo=UTC)),
        ("2023-01-05 12:05 a.m.", datetime(2023, 1, 4, 16, 5, tzinfo=UTC)),
        ("2023年1月5日 晚8点半", datetime(2023, 1, 5, 12, 30, tzinfo=UTC)),
        ("Thu Jan 05 2023 10:00:00 GMT+0800 (CST)", datetime(2023, 1, 5, 2, tzinfo=UTC)),
        ("2023年1月5日 下午3点", datetime(2023, 1, 5, 7, 0, tzinfo=UTC)),
        ("2023年1月5日 上午12:30", datetime(2023, 1, 4, 16, 30, tzinfo=UTC)),
        ("2023年1月5日 中午11:30", datetime(2023, 1, 5, 3, 30, tzinfo=UTC)),
        ("2023-01-05", datetime(2023, 1, 4, 16, 0, tzinfo=UTC)),
        ("202301051030", datetime(2023, 1, 5, 2, 30, tzinfo=UTC)),
        (date(2023, 1, 5), datetime(2023, 1, 4, 16, 0, tzinfo=UTC)),
        (datetime(2023, 1, 5, 10, 30), datetime(2023, 1, 5, 2, 30, tzinfo=UTC)),
        (datetime(2023, 1, 5, 10, 30, tzinfo=UTC), datetime(2023, 1, 5, 10, 30, tzinfo=UTC)),
        (44931.4375, datetime(2023, 1, 5, 2, 30, tzinfo=UTC)),
    ],
)
def test_moments_are_utc(raw: object, expected: datetime) -> None:
    assert parse_datetime(raw, SHANGHAI) == expected
    assert parse_datetime(raw, SHANGHAI).tzinfo is UTC


@pytest.mark.parametrize("raw", ["不详", "2023-01-05 25:00", "2023-02-30T10:30:00Z", True, None, time(1), datetime.max])
def test_what_is_no_moment(raw: object) -> None:
    assert refusal(parse_datetime, raw, zone=ZoneInfo("America/New_York")) == "datetime"


def test_a_moment_with_two_readings() -> None:
    assert refusal(parse_datetime, "5/1/2023 10:30", zone=UTC) == "ambiguous_date"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("12", "12"), ("-12.5", "-12.5"), ("+3", "3"), ("1,234,567.89", "1234567.89"), ("1 234", "1234"),
        ("1'234", "1234"),
        ("(12)", "-12"), ("12-", "-12"), ("−5", "-5"), ("负5", "-5"), (".5", "0.5"), ("5.", "5"), ("1e5", "100000"),
        ("1.5E-2", "0.015"),
        ("12%", "0.12"), ("１２３", "123"), ("（１２）", "-12"), ("1，234", "1234"), ("10万", "100000"),
        ("10w", "100000"), ("1.5k", "1500"),
        ("1.2亿", "120000000"), ("100 万", "1000000"), ("3千", "3000"), ("3千万", "30000000"), ("百万", "1000000"),
        ("0万", "0"),
        ("1亿 2000万", "120000000"), ("一亿二千万", "120000000"), ("1万5", "15000"), ("一万五", "15000"),
        ("一万零五", "10005"), ("三百五", "350"),
        ("十二", "12"), ("二十", "20"), ("一百一十五", "115"), ("壹佰贰拾叁", "123"), ("两千零三", "2003"),
        ("二〇二三", "2023"), ("零", "0"),
        ("一万亿", "1000000000000") , ("1,234万", "12340000"), ("1万5000", "15000"), ("1.5亿", "150000000"),
        ("1.234,56", "1234.56"), ("1 234 567,8", "1234567.8"), ("−1.234.567,89", "-1234567.89"),
        (3, "3"), (2.5, "2.5"), (0.1 + 0.2, "0.3"), (Decimal("1.10"), "1.1"), ("999999999999999", "999999999999999"),
    ],
)  # fmt: skip
def test_numbers(raw: object, expected: str) -> None:
    assert parse_number(raw) == Decimal(expected)


@pytest.mark.parametrize(
    "raw",
    [
        "", "abc", "1,23", "1,2345", "1.2.3", "--1", "1-2", "NaN", "Infinity", "1_000", "0x10", "12元",
        "约100", "100+", "万",
        "1亿亿", "1亿1亿", "一百千", "1万50000", "五五百", "一二三万", "1ww", "1,2w", "²", "10²", "1½", "e5", "%",
        "()", "-", True, None, date(2023, 1, 5),
        float("nan"), float("-inf"), Decimal("NaN"), [], "9" * 101,
    ],
)  # fmt: skip
def test_what_is_no_number(raw: object) -> None:
    assert refusal(parse_number, raw) == "number"


@pytest.mark.parametrize("parse", [parse_number, parse_money, parse_percent])
@pytest.mark.parametrize("raw", ["1" * 30, 10**20, -(10**20), 1e40, "1e50", Decimal("1e300")])
def test_numbers_too_large_to_keep_exactly(parse: Callable[[object], object], raw: object) -> None:
    assert refusal(parse, raw) in ("number_too_large", "money")
    assert refusal(parse, 1e40) == "number_too_large"


@pytest.mark.parametrize(
    ("raw", "yuan"),
    [
        ("100", 100), ("1234.5", 1234.5), ("1234.50", 1234.5), ("100万", 1_000_000), ("1.2亿", 120_000_000),
        ("¥1,000", 1000), ("￥1，000", 1000),
        ("壹佰万元", 1_000_000), ("壹佰万元整", 1_000_000), ("人民币壹佰贰拾叁元肆角伍分", 123.45),
        ("100元5角", 100.5), ("1元零5分", 1.05), ("-3元5角", -3.5),
        ("(1,234.50)", -1234.5), ("(¥1,234.50)", -1234.5), ("-¥100", -100), ("¥-100", -100), ("- 100", -100),
        ("RMB 1000", 1000),
        ("CNY1,000.00", 1000), ("1000 RMB", 1000), ("1000元", 1000), ("100万元", 1_000_000),
        ("100万人民币", 1_000_000), ("10万美元", 100_000),
        ("USD 12.30", 12.3), ("$12.30", 12.3), ("US$5", 5), ("HK$5", 5), ("1,234", 1234), ("1 234", 1234),
        ("50块", 50), ("5w", 50_000), ("1.234,56", 1234.56), ("1.234.567,89 €", 1234567.89), ("NT$1,000", 1000),
        ("3.5M", 3_500_000), ("US$ 1.2 million", 1_200_000),
        ("33.333", 33.33), ("0.005", 0.01), ("-0.005", -0.01), ("１００．５", 100.5), ("1.0E+6", 1_000_000),
        ("1234.", 1234),
        (100, 100), (1234.5, 1234.5), (0.1 + 0.2, 0.3), (Decimal("9.99"), 9.99), (33.335, 33.34), (-2.5, -2.5),
        ("9999999999999.99", 9999999999999.99),
    ],
)  # fmt: skip
def test_money_is_kept_in_minor_units(raw: object, yuan: float) -> None:
    assert parse_money(raw) == round(yuan * 100)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "abc",
        "面议",
        "100元左右",
        "¥",
        "元",
        "1,23",
        "100元x角",
        "12%",
        "1..2",
        ".",
        True,
        None,
        date(2023, 1, 5),
        float("nan"),
    ],
)
def test_what_is_no_money(raw: object) -> None:
    assert refusal(parse_money, raw) == "money"


@pytest.mark.parametrize("raw", ["10000000000000", 10**13, 9_999_999_999_999.999, "99999999亿"])
def test_money_too_large_to_keep_exactly(raw: object) -> None:
    assert refusal(parse_money, raw) == "number_too_large"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("12", "0.12"), ("12%", "0.12"), ("12 %", "0.12"), ("１２％", "0.12"), ("5‰", "0.005"), ("百分之十二", "0.12"),
     ("-3.5%", "-0.035"), (0.12, "0.12"), (1, "1"), (Decimal("0.5"), "0.5"), ("0.5", "0.005")],
)  # fmt: skip
def test_percent_is_a_fraction(raw: object, expected: str) -> None:
    assert parse_percent(raw) == Decimal(expected)


@pytest.mark.parametrize("raw", ["", "%", "many", None, True])
def test_what_is_no_percent(raw: object) -> None:
    assert refusal(parse_percent, raw) == "percent"


@pytest.mark.parametrize(
    "raw", [True, 1, 1.0, "1", "是", "√", "✔", "TRUE", "Yes", "y", "ＹＥＳ", " 有 ", "☑", "✔️", "v", "是的", "启用"]
)
def test_yes(raw: object) -> None:
    assert parse_checkbox(raw) is True


@pytest.mark.parametrize("raw", [False, 0, 0.0, "0", "否", "×", "✗", "FALSE", "No", "n", "无", "☐"])
def test_no(raw: object) -> None:
    assert parse_checkbox(raw) is False


@pytest.mark.parametrize("raw", ["", "maybe", 2, None, "是" * 30, date(2023, 1, 5)])
def test_neither_yes_nor_no(raw: object) -> None:
    assert refusal(parse_checkbox, raw) == "checkbox"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("13800001234", "13800001234"), ("138 0000 1234", "13800001234"), ("138-0000-1234", "13800001234"),
        ("+86 138 0000 1234", "13800001234"),
        ("8613800001234", "13800001234"), ("0086-13800001234", "13800001234"),
        ("１３８００００１２３４", "13800001234"), (13800001234, "13800001234"),
        (13800001234.0, "13800001234"), (1.3800001234e10, "13800001234"), ("1.38E+10", "13800000000"),
        ("1.3800001234E10", "13800001234"),
        ("13800001234.0", "13800001234"), (Decimal("13800001234"), "13800001234"),
        ("010-12345678", "010-12345678"), (" 0755-26001234 ", "0755-26001234"),
        ("(010) 6234 5678", "(010) 6234 5678"), ("02112345678", "02112345678"),
        ("010-62345678转8001", "010-62345678 ext. 8001"), ("010-62345678 分机：8001", "010-62345678 ext. 8001"),
        ("010-62345678（转8001）", "010-62345678 ext. 8001"),
        ("0571-88157808 ext 12", "0571-88157808 ext. 12"), ("0571-88157808 ext. 12", "0571-88157808 ext. 12"),
        ("229.077.5154x718", "229.077.5154 ext. 718"),
        ("\u202d138 0000 1234\u202c", "13800001234"), ("13800001234转5", "13800001234 ext. 5"), ("95588", "95588"),
        (95588, "95588"), ("400-800-1234", "400-800-1234"), ("123-456-7890", "123-456-7890"),
        ("+1 (650) 253-0000", "+1 650-253-0000"), ("001-650-253-0000x9", "+1 650-253-0000 ext. 9"),
        ("+85223456789", "+852 2345 6789"),
        ("+86 10 6234 5678", "+86 10 6234 5678"), ("+999999999999", "+999999999999"),
        ("+1 650 253 0000 +2", "+1 650 253 0000 +2"),
        ("13800001234/13900001234", "13800001234/13900001234"), ("010-62345678-801", "010-62345678 ext. 801"),
        ("138 0000 1234、+86 139-0000-1234", "13800001234、13900001234"), ("手机：138 0000 1234", "13800001234"),
        ("138 0000 1234\n139 0000 1234", "13800001234 / 13900001234"), ("010-62345678/79", "010-62345678/79"), ("张三 13800001234", "张三 13800001234"),
        ("0013", "0013"), ("007", "007"),
        ("+12-+34-5678", "+12-+34-5678"),
        ("1" * 300, "1" * 300),
    ],
)  # fmt: skip
def test_phones_are_kept_and_known_ones_put_in_order(raw: object, expected: str) -> None:
    assert parse_phone(raw) == expected


@pytest.mark.parametrize("raw", ["", "无", "n/a", "-", None, True, date(2023, 1, 5), float("nan")])
def test_a_phone_has_a_digit(raw: object) -> None:
    assert refusal(parse_phone, raw) == "phone"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("contact@abc.com", "contact@abc.com"), (" Zhang.San+crm@Example.COM ", "Zhang.San+crm@example.com"),
        ("ａ＠ｂ．ｃｎ", "a@b.cn"),
        ("mailto:a@b.cn", "a@b.cn"), ("邮箱：a@b.cn；", "a@b.cn"), ("mailto:a@b.cn?subject=x", "a@b.cn"), ("张三 <zhang@example.com>", "zhang@example.com"),
        ("a@例子.中国", "a@例子.中国"), ("a@xn--fsq.xn--fiqs8s", "a@xn--fsq.xn--fiqs8s"),
    ],
)  # fmt: skip
def test_emails(raw: str, expected: str) -> None:
    assert parse_email(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "", "contactabc", "a@b", "@b.cn", "a@", "a b@c.cn", "a@b..cn", ".a@b.cn", "a.@b.cn", "a..b@c.cn",
        "a@b.cn,c@d.cn", "a@b.cn; c@d.cn", "邮箱a@b.cn",
        "a@b.com备用", "a@-b.cn", "a@b-.cn", "a@b.1", "a" * 65 + "@b.cn", "a@" + "b." * 200 + "cn",
        "a@b.cn\nbcc: c@d.cn", "<>", None, 5, "x" * 600,
    ],
)  # fmt: skip
def test_what_is_no_email(raw: object) -> None:
    assert refusal(parse_email, raw) == "email"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("https://example.com", "https://example.com"),
        ("HTTP://Example.com/Path?q=1#x", "http://example.com/Path?q=1#x"), ("example.com", "https://example.com"),
        ("www.example.com:8080/a/b", "https://www.example.com:8080/a/b"),
        ("http://192.168.1.5/crm", "http://192.168.1.5/crm"), ("http://[::1]:8000/", "http://[::1]:8000/"),
        ("http://intranet/页面", "http://intranet/页面"), ("https：／／example.com", "https://example.com"),
        ("例子.com", "https://例子.com"), ("https://例子.中国/", "https://例子.中国/"),
        ("https://example.com?a=b@c", "https://example.com?a=b@c"),
    ],
)  # fmt: skip
def test_links(raw: str, expected: str) -> None:
    assert parse_link(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "", "无", "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)",
        "\x01javascript:alert(1)", "ｊａｖａｓｃｒｉｐｔ:alert(1)",
        "data:text/html,x", "vbscript:x", "file:///etc/passwd", "ftp://example.com", "//example.com", "https://",
        "https://?x", "https:///path", "http://a b.com",
        "https://good.com@evil.com", "https://user:pass@evil.com", "https://a.com\\@b.com", "https://a.com/<script>",
        'https://a.com/"onclick=', "https://a.com\u202e/moc",
        "https://a.com:99999/", "https://a.com:0/", "https://a.com:x/", "https://[::1", "http://.", "192.168.1.1",
        "javascript://example.com/%0aalert(1)", "1.5", "a" * 3000, None, 5,
    ],
)  # fmt: skip
def test_what_is_no_link(raw: object) -> None:
    assert refusal(parse_link, raw) == "link"


def test_credit_codes() -> None:
    assert parse_credit_code("91110000600037341L") == "91110000600037341L"
    assert parse_credit_code(" ９１１１００００ 600037341l ") == "91110000600037341L"


@pytest.mark.parametrize(
    "raw", ["", "91110000600037342L", "9111000060003734", "I1110000600037341L", 911100006000373412, None, "٩" * 18]
)
def test_what_is_no_credit_code(raw: object) -> None:
    assert refusal(parse_credit_code, raw) == "credit_code"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("  张三 李四 ", "张三 李四"), ("00123", "00123"), ("（全角）", "（全角）"), ("a\0b", "ab"),
        ("a\ud800", "a"), (None, ""), (True, "TRUE"), (False, "FALSE"),
        (3, "3"), (3.0, "3"), (-0.0, "0"), (3.10, "3.1"), (1.38e10, "13800000000"), (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"), (float("nan"), ""), (float("inf"), ""),
        (Decimal("5.00"), "5"), (Decimal("1e3"), "1000"), (Decimal("1e999"), ""), (10**400, ""),
        (date(2023, 1, 5), "2023-01-05"), (datetime(2023, 1, 5), "2023-01-05"),
        (datetime(2023, 1, 5, 10, 30), "2023-01-05 10:30"), (datetime(2023, 1, 5, 10, 30, 5), "2023-01-05 10:30:05"),
        (time(9, 5), "09:05"), ([], ""),
    ],
)  # fmt: skip
def test_text_is_what_a_person_sees(raw: object, expected: str) -> None:
    assert text_of(raw) == expected


CELLS = st.one_of(
    st.text(max_size=40),
    st.text("0123456789.,-/年月日万亿千百十零一二元角分¥$%() +eExX转@:T", max_size=30),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.booleans(),
    st.none(),
    st.dates(),
    st.datetimes(),
    st.times(),
)
PARSERS: list[Callable[[Any], Any]] = [
    parse_date, lambda raw: parse_date(raw, order="mdy", base_1904=True), lambda raw: parse_datetime(raw, SHANGHAI),
    parse_number, parse_money,
    parse_percent, parse_checkbox, parse_phone, parse_email, parse_link, parse_credit_code, text_of,
]  # fmt: skip


@given(CELLS)
def test_nothing_raises_anything_else(raw: object) -> None:
    for parse in PARSERS:
        try:
            parse(raw)
        except NotUnderstood as error:
            for language in LANGUAGES:
                assert message(error.code, language)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_written_days_are_read_again(day: date) -> None:
    for spelling in (
        "{0:%Y-%m-%d}",
        "{0.year}/{0.month}/{0.day}",
        "{0.year}年{0.month}月{0.day}日",
        "{0:%d-%b-}{0.year}",
    ):
        assert parse_date(spelling.format(day)) == day
    if 1950 <= day.year <= 2049:
        assert parse_date(f"{day:%y.}{day.month}.{day.day}") == day
        assert parse_date(f"{day.month}/{day.day}/{day:%y}", order="mdy") == day


@given(st.dates(min_value=date(1906, 1, 1)))
def test_serials_are_read_again(day: date) -> None:
    assert parse_date((day - date(1899, 12, 30)).days) == day
    assert parse_datetime(float((day - date(1899, 12, 30)).days) + 0.5, UTC) == datetime.combine(day, time(12), UTC)


@given(st.datetimes(min_value=datetime(1001, 1, 1), max_value=datetime(9998, 1, 1)))
def test_written_moments_are_read_again(moment: datetime) -> None:
    aware = moment.replace(tzinfo=UTC)
    assert parse_datetime(aware.isoformat(), SHANGHAI) == aware
    assert parse_datetime(f"{moment.year}/{moment.month}/{moment.day} {moment:%H:%M:%S}", UTC) == aware.replace(
        microsecond=0
    )
    local = aware.astimezone(SHANGHAI)
    if not local.utcoffset() or local.utcoffset() % timedelta(minutes=1):  # type: ignore[operator]
        return
    assert parse_datetime(local, UTC) == aware


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_written_money_is_read_again(minor: int) -> None:
    major = Decimal(minor).scaleb(-2)
    for text in (
        f"{major}",
        f"{major:,}",
        f"¥{major:,}",
        f"{major}元",
        f"{major.scaleb(-4)}万",
        f"{major.scaleb(-8):f}亿元",
    ):
        assert parse_money(text) == minor
    if minor <= 0:
        assert parse_money(f"({-major:,})") == minor
    assert parse_money(float(major)) == minor


@given(st.decimals(-(10**9), 10**9, places=4))
def test_written_numbers_are_read_again(number: Decimal) -> None:
    assert parse_number(f"{number}") == number
    assert parse_number(f"{number:,}") == number
    assert parse_percent(f"{number}%") == number.scaleb(-2)


@given(st.integers(1, 9999_9999_9999))
def test_chinese_numerals_are_read_again(number: int) -> None:
    assert parse_number(chinese(number)) == number


def chinese(number: int) -> str:
    """The number as a cheque has it: 壹万零伍."""
    if number >= 10**8:
        high, low = divmod(number, 10**8)
        return chinese(high) + "亿" + (("零" if low < 10**7 else "") + chinese(low) if low else "")
    if number >= 10**4:
        high, low = divmod(number, 10**4)
        return chinese(high) + "万" + (("零" if low < 10**3 else "") + chinese(low) if low else "")
    text = ""
    for unit, name in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += "零壹贰叁肆伍陆柒捌玖"[digit] + name
        elif text and number and not text.endswith("零"):
            text += "零"
    return text


@given(st.one_of(st.text("0123456789 -+().转x", max_size=25), st.from_regex(r"1[3-9]\d{9}", fullmatch=True)))
def test_a_clean_phone_stays_as_it_is(raw: str) -> None:
    try:
        clean = parse_phone(raw)
    except NotUnderstood:
        return
    assert parse_phone(clean) == clean
    assert text_of(clean) == clean


@given(st.emails())
def test_common_emails_are_kept(address: str) -> None:
    if "@[" in address or len(address.rpartition(".")[2]) < 2 or not address.rpartition(".")[2].isalpha():
        return
    local, _, host = address.rpartition("@")
    assert parse_email(address) == f"{local}@{host.lower()}"


SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("今天", "2026-11-22"), ("明天", "2026-11-23"), ("后天", "2026-11-24"), ("昨天", "2026-11-21"), ("前天", "2026-11-20"),
        ("today", "2026-11-22"), ("Tomorrow", "2026-11-23"), ("yesterday", "2026-11-21"),
        ("+7", "2026-11-29"), ("＋7", "2026-11-29"), ("-3", "2026-11-19"), ("+2周", "2026-12-06"), ("+3m", "2027-02-22"),
        ("3天后", "2026-11-25"), ("两周后", "2026-12-06"), ("三天前", "2026-11-19"), ("1个月后", "2026-12-22"), ("in 3 days", "2026-11-25"), ("2 weeks ago", "2026-11-08"),
        ("下周一", "2026-11-23"), ("next mon", "2026-11-23"), ("本周五", "2026-11-20"), ("上周三", "2026-11-11"), ("下下周二", "2026-12-01"), ("last friday", "2026-11-13"),
        ("周五", "2026-11-27"), ("星期日", "2026-11-22"), ("fri", "2026-11-27"), ("wednesday", "2026-11-25"), ("下周", "2026-11-29"), ("next month", "2026-12-22"),
        ("月底", "2026-11-30"), ("下月底", "2026-12-31"), ("end of month", "2026-11-30"), ("年底", "2026-12-31"),
        ("10/5", "2026-10-05"), ("10月5日", "2026-10-05"), ("5号", "2026-11-05"), ("下月5号", "2026-12-05"),
        ("2023-01-05", "2023-01-05"), ("2023年1月5日 星期四", "2023-01-05"),
    ],
)  # fmt: skip
def test_days_as_people_name_them_from_where_they_stand(raw: str, expected: str) -> None:
    assert parse_date(raw, today=SUNDAY) == date.fromisoformat(expected)


def test_the_end_of_a_month_is_the_same_day_a_month_on() -> None:
    assert parse_date("下个月", today=date(2027, 1, 31)) == date(2027, 2, 28)
    assert parse_date("+1y", today=date(2028, 2, 29)) == date(2029, 2, 28)


@pytest.mark.parametrize("raw", ["3天", "5", "2月30日", "32号", "13/1", "+99999", "不知道", "+9999年", "-3000y"])
def test_what_is_no_day_from_here_either(raw: str) -> None:
    with pytest.raises(NotUnderstood):
        parse_date(raw, today=SUNDAY)


@pytest.mark.parametrize("raw", ["明天", "today", "+7", "-3", "下周一", "周五", "月底", "10/5", "5号", "next mon"])
def test_a_file_has_no_today(raw: str) -> None:
    with pytest.raises(NotUnderstood):
        parse_date(raw)
    with pytest.raises(NotUnderstood):
        parse_datetime(raw, ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize("raw", ["明天 15:00", "明天下午3点", "+1 15:00", "tomorrow 3:00 pm", "下周一 15:00"])
def test_a_time_behind_such_a_day(raw: str) -> None:
    moment = parse_datetime(raw, ZoneInfo("Asia/Shanghai"), today=SUNDAY)
    assert moment == datetime(2026, 11, 23, 7, tzinfo=UTC)


@given(st.text(alphabet="今明后前天下上本周月底号日+-0123456789/ days", max_size=12))
def test_naming_a_day_never_fails_in_another_way(raw: str) -> None:
    with suppress(NotUnderstood):
        assert isinstance(parse_date(raw, today=SUNDAY), date)


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (["1.234,56", "2.500"], True), (["12,5", "3"], True), (["1,234.5", "2,500"], False), (["1,234", "2.500"], False),
        (["12.5", "12,5", "3.75"], False), ([], False), ([None, 12.5, "x,y"], False), (["€ 1.234,5"], True),
    ],
)  # fmt: skip
def test_a_column_tells_its_decimal_sign(column: list[Any], expected: bool) -> None:
    assert has_decimal_commas(column) is expected


@given(st.decimals(-(10**9), 10**9, places=3))
def test_numbers_with_decimal_commas_are_read_again(number: Decimal) -> None:
    swapped = f"{number:,}".translate(str.maketrans(",.", ".,"))
    assert parse_number(swapped, decimal_comma=True) == number
    assert parse_number(f"{number}".replace(".", ","), decimal_comma=True) == number
