"""Folding, sorting by pinyin, and the tokens of the search index on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from kebu.core.text import fold, fts5_match, query_tokens, search_tokens, sort_key, tsquery

CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=12)
HOSTILE = [
    '"',
    "'",
    "a' | 'b':*",
    "* OR x",
    "NEAR(a b)",
    "w:a",
    "\\",
    "张\0三",
    "a & !b",
    "(((",
    "^a",
    "-a",
    "{t}: a",
    "—",
    "𠮷",
]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＡＢＣ  Def", "abc def"),
        (" 张三\u3000李四 ", "张三 李四"),
        ("Straße", "strasse"),
        ("①", "1"),
        ("", ""),
        ("A\t\nB", "a b"),
    ],
)
def test_fold_takes_out_case_width_and_blanks(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=30))
def test_fold_is_stable(text: str) -> None:
    assert fold(text).isascii() or fold(fold(text)) == fold(text) or "\u0345" in text


def test_names_sort_by_pinyin_then_tone_then_character() -> None:
    expected = ["阿宝", "Bob", "重庆银行", "李思", "李四", "任盈盈", "单雄信", "尉迟恭", "曾巩", "曾国藩", "查良镛"]
    expected += ["张三", "章三", "赵六"]
    mixed = expected[1::2] + expected[::2]
    assert sorted(mixed, key=sort_key) == expected


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("张三", "zhang1张 san1三 "),
        ("ABC 12", "abc 12"),
        ("曾成长", "zeng1曾 cheng2成 zhang3长 "),
        ("曾经在长沙", "ceng2曾 jing1经 zai4在 chang2长 sha1沙 "),
        ("解放", "jie3解 fang4放 "),
        ("解红", "xie4解 hong2红 "),
        ("吕布", "lu:3吕 bu4布 "),
        ("A座", "azuo4座 "),
        ("示例 公\u3000司", "shi4示 li4例 gong1公 si1司 "),
        ("示例 A座", "shi4示 li4例  azuo4座 "),
        ("é", "é"),
    ],
)
def test_sort_keys(text: str, key: str) -> None:
    assert sort_key(text) == key


RECORDS = {
    1: ["张三", "13800001234", "zhang.san@example.com", "C001"],
    2: ["北京百度网讯科技有限公司", "010-62345678 ext. 12", "C002"],
    3: ["重庆长安汽车", "+1 650-253-0000", "C0013"],
    4: ["曾国藩", "Müller & Söhne", "备注：已付定金，2023-01-05 签约", "𠮷野家カタログ"],
}


def index() -> Iterator[tuple[int, set[str]]]:
    for number, texts in RECORDS.items():
        yield number, set().union(*map(search_tokens, texts))


@pytest.fixture
def find(db: None) -> Callable[[str], list[int]]:
    """The numbers of the records that a search finds, by the index of the database at hand."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("CREATE TEMPORARY TABLE found (id bigint, tokens tsvector) ON COMMIT DROP")
            for number, tokens in index():
                cursor.execute("INSERT INTO found VALUES (%s, array_to_tsvector(%s))", [number, sorted(tokens)])
        else:
            cursor.execute(
                "CREATE VIRTUAL TABLE found USING fts5(tokens, content='', detail=none, columnsize=0, prefix='3',"
                " tokenize='unicode61 remove_diacritics 0')"
            )
            for number, tokens in index():
                cursor.execute("INSERT INTO found (rowid, tokens) VALUES (%s, %s)", [number, " ".join(tokens)])

    def search(query: str) -> list[int]:
        groups = query_tokens(query)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT id FROM found WHERE tokens @@ %s::tsquery ORDER BY id", [tsquery(groups)])
            else:
                cursor.execute("SELECT rowid FROM found WHERE found MATCH %s ORDER BY rowid", [fts5_match(groups)])
            return [row[0] for row in cursor.fetchall()]

    return search


def test_a_part_of_what_a_person_remembers_is_enough(find: Callable[[str], list[int]]) -> None:
    for query, expected in {
        "张三": [1], "张": [1], "三": [1], "百度": [2], "百度网讯": [2], "张四": [], "北京长安": [],
        "zs": [1], "zhangsan": [1], "zhangs": [1], "san": [1], "ZS": [1], "ｚｓ": [1], "bd": [2], "bjbdwxkj": [2],
        "baiduwangxunkeji": [2],
        "cqca": [3], "zqca": [3], "chongqing": [3], "zgf": [4], "cgf": [4], "zengguofan": [4],
        "1234": [1], "13800001234": [1], "138 0000 1234": [1], "+86 138-0000-1234": [1], "138": [1], "62345678": [2],
        "010-62345678": [2],
        "01062345678": [2], "5678": [2], "650-253-0000": [3], "6502530000": [3], "0000": [3],
        "zhang.san@example.com": [1], "san@exa": [1], "example": [1], "@example.com": [1],
        "C001": [1, 3], "c0013": [3], "001": [1, 3], "C": [1, 2, 3, 4], "müller": [4], "MÜL söhne": [4], "muller": [],
        "定金": [4], "dingjin": [4], "2023-01-05": [4], "20230105": [4], "2023": [4], "𠮷野": [4], "カタ": [4],
        "タ": [4],
        "张三 1234": [1], "张三 5678": [], "zs example": [1], "١٣٨": [1], "国藩zgf": [4],
        "": [], "。。。": [], "%": [],
    }.items():  # fmt: skip
        assert (query, find(query)) == (query, expected)


def test_hostile_queries_are_only_words(find: Callable[[str], list[int]]) -> None:
    for query in HOSTILE:
        assert isinstance(find(query), list), query
    assert find('张三" OR "x') == []


@pytest.mark.parametrize("token", HOSTILE)
def test_tokens_of_anybody_make_no_syntax(token: str, find: Callable[[str], list[int]]) -> None:
    for statement in (fts5_match([["wok", token]]), tsquery([["wok", token]])):
        assert statement.count('"') in (0, 4)
        assert statement.count("'") in (0, 4)
        assert "\0" not in statement


def found(query: str, text: str) -> bool:
    tokens = search_tokens(text)
    groups = query_tokens(query)
    return bool(groups) and all(any(t.startswith(p) for t in tokens for p in group) for group in groups)


@given(CHINESE, st.data())
def test_every_part_of_a_chinese_name_finds_it(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))
    assert found(name[start:end], name)


@given(st.from_regex(r"1[3-9]\d{9}", fullmatch=True), st.integers(1, 11))
def test_every_beginning_and_tail_of_a_phone_finds_it(phone: str, length: int) -> None:
    assert found(phone[:length], phone)
    assert found(phone[-length:], phone)


@given(st.text(max_size=80))
def test_tokens_are_letters_and_digits(text: str) -> None:
    for token in search_tokens(text).union(*query_tokens(text)):
        assert token.isalnum()
        assert len(token) <= 33


@given(st.text(max_size=30))
def test_a_text_finds_itself(text: str) -> None:
    assert found(text, text) or not query_tokens(text)


def test_a_long_text_has_no_pinyin() -> None:
    tokens = search_tokens("会议纪要" * 20)
    assert "会议" in tokens
    assert not any(token.startswith("y") for token in tokens)
    assert len(search_tokens("9" * 100_000)) < 10
