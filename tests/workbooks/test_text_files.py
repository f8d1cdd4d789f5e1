"""csv, tsv and txt in the encodings, delimiters and states of repair in which they arrive."""

from pathlib import Path

import pytest

from kebu.core.errors import KebuError
from kebu.workbooks.reading import Workbook, read

pytestmark = pytest.mark.once

EXAMPLES = Path(__file__).parents[1] / "examples"
TABLE = "客户名称,电话,备注\r\n示例公司,010-6655 1234,“重要”\r\n镕基贸易,00123,\r\n"
CELLS = [["客户名称", "电话", "备注"], ["示例公司", "010-6655 1234", "“重要”"], ["镕基贸易", "00123"]]


@pytest.fixture
def opened(tmp_path):
    def opened(content: str | bytes, **options: str) -> Workbook:
        path = tmp_path / "名单.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read(path, name="名单.csv", **options)

    return opened


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TABLE.encode(), "utf-8"),
        (TABLE.encode("utf-8-sig"), "utf-8"),
        (TABLE.encode("gb18030"), "gb18030"),
        (TABLE.encode("gbk"), "gb18030"),
        (TABLE.encode("utf-16"), "utf-16-le"),
        (b"\xfe\xff" + TABLE.encode("utf-16-be"), "utf-16-be"),
        (TABLE.encode("utf-16-le"), "utf-16-le"),
        (TABLE.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_encoding_is_found(opened, content, encoding):
    book = opened(content)
    assert (book.format, book.encoding, book.delimiter, book.base_1904) == ("csv", encoding, ",", False)
    [sheet] = book.sheets
    assert (sheet.name, sheet.hidden, sheet.first_row, sheet.merges) == ("名单", False, 0, [])
    assert sheet.rows == CELLS


@pytest.mark.parametrize("text", ["姓名,电话\n张三,1", "公司\n上海", "a,b\n客,户"])
def test_short_gbk_is_not_taken_for_korean(opened, text):
    assert opened(text.encode("gbk")).sheets[0].rows == [line.split(",") for line in text.split("\n")]


@pytest.mark.parametrize(
    "text",
    [
        "Name,City\nMüller,Köln\n",
        "café,1\n",
        "Señor Ibáñez,¿qué?\n",
        "“quoted” – 5 €,x\n",
        "Ärzte,1\nÜber,2\n",
        "São Paulo,Åsa\n",
    ],
)
def test_western_text_is_not_taken_for_chinese(opened, text):
    book = opened(text.encode("cp1252"))
    assert book.encoding == "cp1252"
    assert book.sheets[0].rows == [line.split(",") for line in text.splitlines()]


@pytest.mark.parametrize("text", ["客戶,電話\n", "客戶名稱,聯絡人\n臺灣範例股份有限公司,王小明\n"])
@pytest.mark.parametrize("encoding", ["big5", "gbk"])
def test_traditional_chinese_is_found_in_either_encoding(opened, text, encoding):
    book = opened(text.encode(encoding))
    assert book.encoding == {"big5": "big5hkscs", "gbk": "gb18030"}[encoding]
    assert book.sheets[0].rows == [line.split(",") for line in text.splitlines()]


def test_plain_ascii_is_utf8_and_ascii_in_utf16_is_seen(opened):
    assert opened("name,phone\nA,1\n").encoding == "utf-8"
    book = opened("name,phone\nA,1\n".encode("utf-16-le"))
    assert (book.encoding, book.sheets[0].rows) == ("utf-16-le", [["name", "phone"], ["A", "1"]])


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_one_character_cut_in_half_spoils_no_file(opened, encoding):
    content = (TABLE * 30).encode(encoding)
    cut = content.index("司".encode(encoding)) + 1
    book = opened(content[:cut] + content[cut + len("司".encode(encoding)) - 1 :])
    assert book.encoding == encoding
    assert book.sheets[0].rows[3] == CELLS[0]
    assert "\ufffd" in book.sheets[0].rows[1][0]


def test_encoding_can_be_chosen(opened):
    content = "客戶,電話\n".encode("big5")
    assert opened(content, encoding="big5hkscs").sheets[0].rows == [["客戶", "電話"]]
    assert opened(content, encoding="cp1252").encoding == "cp1252"


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [
        ("encoding", "rot13", "unknown_encoding"),
        ("encoding", "no such", "unknown_encoding"),
        ("delimiter", "x", "unknown_delimiter"),
        ("delimiter", "", "unknown_delimiter"),
    ],
)
def test_other_encodings_and_delimiters_are_refused(opened, option, value, code):
    with pytest.raises(KebuError) as refusal:
        opened(TABLE, **{option: value})
    assert refusal.value.code == code
    assert value in str(refusal.value)


def test_zero_characters_are_dropped(opened):
    assert opened("姓\0名,电话\0\n张三,1\n").sheets[0].rows == [["姓名", "电话"], ["张三", "1"]]
    assert opened("a\\u0000b,c\n").sheets[0].rows == [["a\\u0000b", "c"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "~", "¦", "，", "；", "\x01", "\x1f"])
def test_delimiter_is_found(opened, delimiter):
    rows = [["姓名", "金额", "备注"], ["张三", "1", "a b"], ["李四", "22", "c"]]
    book = opened("\n".join(delimiter.join(row) for row in rows))
    assert book.delimiter == delimiter
    assert book.sheets[0].rows == rows


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("姓名\t地址\n张三\t北京,朝阳\n李四\t上海,浦东,张江\n", "\t"),
        ("Name;Preis\nA;1,5\nB;2,5\n", ";"),
        ("客户清单\n\n姓名,电话\n张三,1\n李四,2;3\n", ","),
        ("一列\n没有分隔\n", ","),
        ('"a;b;c","d"\n"e;f;g","h"\n', ","),
        ("", ","),
    ],
)
def test_delimiters_inside_text_do_not_mislead(opened, text, delimiter):
    assert opened(text or "\n").delimiter == delimiter


def test_delimiter_can_be_chosen(opened):
    book = opened("a;b,c\n", delimiter=";")
    assert (book.delimiter, book.sheets[0].rows) == (";", [["a", "b,c"]])


def test_sep_line_may_name_any_sign(opened):
    assert opened("sep=:\r\na:b,c\r\n").sheets[0].rows == [["a", "b,c"]]


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;"])
def test_sep_line_names_the_delimiter_and_is_no_row(opened, line):
    book = opened(f"{line}\r\na,x;b\r\nc;d\r\n")
    assert book.delimiter == ";"
    assert book.sheets[0].rows == [["a,x", "b"], ["c", "d"]]


def test_quotes_hold_delimiters_quotes_and_line_breaks(opened):
    assert opened('a,"b,""c""\r\nd",e\r\n\r\nf\r\n').sheets[0].rows == [["a", 'b,"c"\r\nd', "e"], [], ["f"]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_all_line_ends(opened, end):
    assert opened(end.join(["a,b", "", "c,d"])).sheets[0].rows == [["a", "b"], [], ["c", "d"]]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('h,i\n"never closed,1\nb,2\nc,3\n', [["h", "i"], ['"never closed', "1"], ["b", "2"], ["c", "3"]]),
        ('h,i\n"open,1\nb,"2"\nc,3\n', [["h", "i"], ['"open', "1"], ["b", "2"], ["c", "3"]]),
        ('h,i\n"示例" 公司,1\nb,2\n', [["h", "i"], ["示例 公司", "1"], ["b", "2"]]),
        ('h,i\n5" pipe,1\nb,"x""y"\n', [["h", "i"], ['5" pipe', "1"], ["b", 'x"y']]),
        ('h,i\n"' + "x" * 200_000 + "\nb,2\n", [["h", "i"], ['"' + "x" * 200_000], ["b", "2"]]),
    ],
)
def test_broken_quotes_cost_their_own_row_only(opened, text, rows):
    assert opened(text).sheets[0].rows == rows


def test_ragged_rows_stay_ragged_and_blank_cells_are_none(opened):
    assert opened("a,b,c\n1\n,,3\n,,\n1,2,3,4\n").sheets[0].rows == [
        *(["a", "b", "c"], ["1"], [None, None, "3"], [], ["1", "2", "3", "4"]),
    ]


def test_cells_of_csv_stay_text(opened):
    assert opened("00123,1.50,TRUE,2024-01-02\n").sheets[0].rows == [["00123", "1.50", "TRUE", "2024-01-02"]]


def test_title_and_footnotes_keep_their_places():
    [sheet] = read(EXAMPLES / "csv-title-and-footnotes.csv", name="a.csv").sheets
    assert sheet.rows[2][:2] == ["State Name", "State Abbreviate"]
    assert sheet.rows[3][-1] == "19,582"


def test_hundred_rows_of_the_sample():
    [sheet] = read(EXAMPLES / "crm-customers-100.csv", name="a.csv").sheets
    assert len(sheet.rows) == 101
    assert {len(row) for row in sheet.rows} == {12}
