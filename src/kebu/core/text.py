"""Comparing, sorting and finding text: width and case, pinyin, and the tokens of our own search index.

The index holds small tokens and is asked for prefixes, the same ones on SQLite (FTS5) and PostgreSQL (tsvector with
GIN). A token has letters and digits only, so that no tokenizer splits it; its first letter says what it is:

    张三         two neighbouring Chinese characters; the last one of a run also alone
    wabc         a word
    izs          initials from one character on: the `bd` of 北京百度 finds `ibd…`
    yzhangsan    pinyin from one character on
    p1380…       digits, separators left out, and r…0831 the same backwards: the tail of a phone is a prefix of it
"""

import os
import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from unicodedata import normalize

# Written without blanks: Chinese characters (in normal form) and kana, assigned ones only.
_CJK = (
    "\u3005\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ufa0e\ufa0f\ufa11\ufa13\ufa14\ufa1f\ufa21\ufa23\ufa24\ufa27-\ufa29"
    "\U00020000-\U0002a6df\U0002a700-\U0002b738\U0002b740-\U0002b81d\U0002b820-\U0002cea1\U0002ceb0-\U0002ebe0"
    "\U00030000-\U0003134a"
)
_RUNS = re.compile(rf"([{_CJK}]+)|([^\W_{_CJK}]+)")
_DIGITS = re.compile(r"[0-9]{3,}")
_SPACED_DIGITS = re.compile(r"(?<![0-9])\+?[0-9](?:[ .()/-]{0,2}[0-9]){6,23}(?![0-9])")
_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")
_SEPARATORS = str.maketrans("", "", "+ .()/-")

_TEXT_LIMIT = 20_000  # characters of one text that are searched
_PROSE = 64  # a longer text is no name: nobody looks for it by pinyin
_QUERY_LIMIT = 100
_WORD_LIMIT = 32
_INITIALS = 6  # letters of an `i` token
_PINYIN = 10  # letters of a `y` token


def fold(text: str) -> str:
    """The text as it is compared: without case and width, blanks at the ends gone and inner ones made single."""
    if not text.isascii():
        text = normalize("NFKC", text).casefold()
    return " ".join(text.lower().split())


# -- sorting ---------------------------------------------------------------------------------------------------

# Names and companies, not prose: 长 is rather that of 长沙 than that of 局长.
_USUAL = "长chang2 厦xia4 都du1 佛fo2 薄bo2 藏zang4"
_SURNAMES = (
    "曾zeng1 单shan4 仇qiu2 查zha1 解xie4 任ren2 区ou1 朴piao2 翟zhai2 盖ge3 覃qin2 华hua4 纪ji3 宁ning4 燕yan1 "
    "应ying1 乐yue4 员yun4 洗xian3 缪miao4 秘bi4 折she2 种chong2 重chong2 召shao4 祭zhai4 哈ha3 郇xun2 乜nie4 "
    "相xiang4 那na1 能nai4 佴nai4 都du1 干gan1 过guo1 撒sa4 隗wei3 卜bu3 句gou1 阚kan4 蕃pi2 繁po2 贠yun4 於yu1 "
    "葛ge3 观guan4 冠guan4 适kuo4 术zhu2 藏zang1 令ling2 黑he4 占zhan1 邵shao4 炅gui4 少shao4 要yao1 尉yu4 万wan4 "
    "车che1 石shi2 沈shen3 柏bai3"
)
_PHRASES = {
    phrase: readings.split("+")
    for phrase, _, readings in (
        pair.partition("=")
        for pair in (  # noqa: SIM905
            "尉迟=yu4+chi2 万俟=mo4+qi2 单于=chan2+yu2 长孙=zhang3+sun1 令狐=ling2+hu2 澹台=tan2+tai2 解放=jie3+fang4 "
            "解决=jie3+jue2 单位=dan1+wei4 华为=hua2+wei2 重庆=chong2+qing4 银行=yin2+hang2 商行=shang1+hang2 "
            "洋行=yang2+hang2 车行=che1+hang2 行业=hang2+ye4 音乐=yin1+yue4 乐器=yue4+qi4 会计=kuai4+ji4 "
            "番禺=pan1+yu2 六安=lu4+an1 台州=tai1+zhou1 校对=jiao4+dui4 调查=diao4+cha2 厂长=chang3+zhang3 "
            "董事长=dong3+shi4+zhang3 部长=bu4+zhang3 校长=xiao4+zhang3 院长=yuan4+zhang3 局长=ju2+zhang3 "
            "店长=dian4+zhang3 行长=hang2+zhang3 成长=cheng2+zhang3 西藏=xi1+zang4 收藏=shou1+cang2 任何=ren4+he2 "
            "应用=ying4+yong4 宁波=ning2+bo1 宁夏=ning2+xia4 乐园=le4+yuan2 华夏=hua2+xia4"
        ).split()
    )
}
_PHRASE = re.compile(f"({'|'.join(sorted(_PHRASES, key=len, reverse=True))})")
_LONGEST_NAME = 4  # characters: in a longer text the first one is hardly a surname
_MARKS = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4", "\u0308": ":"}


_BLANK_IN_HAN = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")


def sort_key(text: str) -> str:
    """A key that puts Chinese text in the order of its pinyin when keys are compared byte by byte.

    `张三` becomes `zhang1张 san1三 `: same syllable, then same tone, then same character stay together. Everything else
    stays as `fold` gives it, so that 张 stands where zhang would. In a short text the first character is read as the
    surname it may be (曾 zeng). ü is written `u:` and comes after u. A blank between Chinese characters says nothing:
    示例 公司 is 示例公司.
    """
    text = fold(text)
    if text.isascii():
        return text
    if " " in text:
        text = _BLANK_IN_HAN.sub("", text)
    keys = _keys()
    phrase = _PHRASE.search(text)
    head = ""
    if len(text) <= _LONGEST_NAME and not (phrase and phrase.start() == 0):
        head = _surnames().get(text[0], "")
        text = text[1:] if head else text
    if phrase is None:
        return head + text.translate(keys)
    return head + "".join(_phrase_keys().get(part) or part.translate(keys) for part in _PHRASE.split(text))


class _Keys(dict[int, str]):
    """Code point → what stands for it in a sort key; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        readings = _readings().get(code)
        key = self[code] = f"{_numbered(readings)}{chr(code)} " if readings else chr(code)
        return key


@cache
def _keys() -> _Keys:
    keys = _Keys()
    for char, reading in _pairs(_USUAL):
        keys[ord(char)] = f"{reading}{char} "
    return keys


@cache
def _surnames() -> dict[str, str]:
    return {char: f"{reading}{char} " for char, reading in _pairs(_SURNAMES)}


@cache
def _phrase_keys() -> dict[str, str]:
    return {
        phrase: "".join(f"{reading}{char} " for char, reading in zip(phrase, readings, strict=True))
        for phrase, readings in _PHRASES.items()
    }


def _pairs(table: str) -> list[tuple[str, str]]:
    return [(pair[0], pair[1:]) for pair in table.split()]


@cache
def _readings() -> dict[int, str]:
    """Code point → its readings with tone marks, the usual one first, separated by commas."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")  # 40 MB and 0.2 s that nothing here asks for
    from pypinyin.constants import PINYIN_DICT

    return PINYIN_DICT


def _numbered(readings: str) -> str:
    """The first of the readings with its tone as a digit: lǚ → lu:3."""
    letters, tone = "", "5"
    for char in normalize("NFD", readings.partition(",")[0]):
        mark = _MARKS.get(char, char)
        if mark.isdigit():
            tone = mark
        else:
            letters += mark
    return letters + tone


# -- searching -------------------------------------------------------------------------------------------------

# Readings that people type beside the usual one; those of surnames and phrases come on top.
_ALSO = (
    "长zhang 厦sha 都dou 藏cang 朝zhao 传zhuan 会hui 降xiang 校xiao 强jiang 什shi 省sheng 宿xiu 尾yi 血xie 约yao "
    "择zhai 中zhong 大dai 系ji 屏bing 番fan 蔚yu 阿e 卡qia 便pian 参shen 差chai 称chen 盛cheng 弹tan 还huan 角jue "
    "觉jiao 给ji 模mu 似si 率shuai 拓ta 台tai 石dan 车ju 吓he 露lou 泊bo 曝bao 秘bi 颈geng 侗tong 叶xie 柏bo "
    "牟mou 隗kui 佛fo 区ou 绿lu 六lu"
)
_VARIANTS = 4  # ways to read one text that are indexed

Groups = Sequence[Sequence[str]]


def search_tokens(text: str, *, by_sound: bool = True) -> set[str]:
    """The tokens under which `text` can be found, by pinyin too if `by_sound`; its first 20,000 characters count."""
    text = _searched(text[:_TEXT_LIMIT])
    tokens: set[str] = set()
    numbered = _DIGITS.search(text) is not None
    for digits in _spaced_digits(text) if numbered else ():
        tokens |= {"p" + digits, "r" + digits[::-1]}
    by_pinyin = by_sound and len(text) <= _PROSE
    for chinese, word in _RUNS.findall(text):
        if chinese:
            tokens.update([chinese[at : at + 2] for at in range(len(chinese))])
            if by_pinyin:
                _add_pinyin(tokens, chinese.removesuffix("有限公司"))
            continue
        if not (numbered and _DIGITS.fullmatch(word)):
            tokens.add("w" + word[:_WORD_LIMIT])
        for digits in _DIGITS.findall(word) if numbered else ():
            tokens |= {"p" + digits[:_WORD_LIMIT], "r" + digits[::-1][:_WORD_LIMIT]}
    return tokens


def query_tokens(query: str) -> list[list[str]]:
    """What a record must have to be found by `query`: of each group one token that begins with one of its prefixes.

    Empty when the query has neither letter nor digit. A Chinese word of three and more characters is asked by its
    pairs, in any place: who needs the very word compares the text as well.
    """
    query = _searched(query[:_QUERY_LIMIT])
    groups: dict[tuple[str, ...], None] = {}
    for digits in _spaced_digits(query):
        groups[_digit_prefixes(digits)] = None
    for chinese, word in _RUNS.findall(_SPACED_DIGITS.sub(" ", query)):
        if chinese:
            pairs = list(map("".join, pairwise(chinese))) or [chinese]
            groups.update(dict.fromkeys((pair,) for pair in pairs))
        elif word.isdigit():
            groups[_digit_prefixes(word)] = None
        elif word.isascii() and word.isalpha():
            prefixes = ("w" + word[:_WORD_LIMIT], "y" + word[:_PINYIN])
            # Nobody types the initials of more than a few characters: longer words are words.
            groups[(*prefixes, "i" + word[:_INITIALS]) if len(word) <= _INITIALS + 2 else prefixes] = None
        else:
            groups["w" + word[:_WORD_LIMIT],] = None
    return [list(group) for group in groups]


def fts5_match(groups: Groups) -> str:
    """The groups as the right side of FTS5's MATCH, on a table with the tokenizer `unicode61` or `ascii`."""
    alternatives = (" OR ".join(f'"{_bare(prefix)}"*' for prefix in group) for group in groups)
    return " AND ".join(f"({group})" for group in alternatives) or '""'


def tsquery(groups: Groups) -> str:
    """The groups as a PostgreSQL `tsquery` literal, for a tsvector made by `array_to_tsvector`.

    No token is longer than two Chinese characters: GIN skips within the rows of a whole token, and reads all of a
    prefix.
    """

    def sought(prefix: str) -> str:
        whole = len(prefix) == 2 and not prefix[0].isascii()
        return f"'{_bare(prefix)}'" if whole else f"'{_bare(prefix)}':*"

    return " & ".join(f"({' | '.join(map(sought, group))})" for group in groups)


def _bare(token: str) -> str:
    """Letters and digits only: whatever a caller put in, no quote or operator gets through."""
    return "".join(filter(str.isalnum, token))


def _searched(text: str) -> str:
    text = fold(text)
    return text if text.isascii() else _FOREIGN_DIGIT.sub(lambda digit: str(int(digit[0])), text)


def _spaced_digits(text: str) -> Iterable[str]:
    """Numbers of 7 to 24 digits that blanks, dashes or brackets may divide, as phones are written; 86 left out."""
    for found in _SPACED_DIGITS.findall(text):
        digits = found.translate(_SEPARATORS)
        yield digits[2:] if len(digits) == 13 and digits.startswith("861") else digits


def _digit_prefixes(digits: str) -> tuple[str, ...]:
    return "w" + digits, "p" + digits[:_WORD_LIMIT], "r" + digits[::-1][:_WORD_LIMIT]


def _add_pinyin(tokens: set[str], chinese: str) -> None:
    syllables = _syllables()
    variants: list[list[str]] = [[]]
    for char in chinese:
        readings = syllables[char]
        if len(readings) == 1:
            for variant in variants:
                variant.append(readings[0])
        elif not readings:  # kana and what nobody can read ends a word
            _add_readings(tokens, variants)
            variants = [[]]
        elif len(variants) * len(readings) <= _VARIANTS:
            variants = [[*variant, reading] for reading in readings for variant in variants]
        else:
            for variant in variants:
                variant.append(readings[0])
    _add_readings(tokens, variants)


def _add_readings(tokens: set[str], variants: list[list[str]]) -> None:
    for reading in variants:
        initials = "".join([syllable[0] for syllable in reading])
        pinyin = "".join(reading)
        at, last = 0, len(reading) - 1
        for number, syllable in enumerate(reading):
            tokens.add("y" + pinyin[at : at + _PINYIN])
            if number < last:  # a single initial is the beginning of its pinyin
                tokens.add("i" + initials[number : number + _INITIALS])
            at += len(syllable)


class _Syllables(dict[str, tuple[str, ...]]):
    """Character → its readings without tones, the usual one first; empty for what has none."""

    def __missing__(self, char: str) -> tuple[str, ...]:
        key = _keys()[ord(char)]
        usual = _toneless(key[:-2]) if len(key) > 1 else ""
        also = [reading for reading in _also().get(char, ()) if reading != usual]
        found = self[char] = (usual, *also) if usual else ()
        return found


@cache
def _syllables() -> _Syllables:
    return _Syllables()


@cache
def _also() -> dict[str, list[str]]:
    pairs = _pairs(_SURNAMES) + _pairs(_ALSO)
    for phrase, readings in _PHRASES.items():
        pairs += zip(phrase, readings, strict=True)
    also: dict[str, list[str]] = {}
    for char, reading in pairs:
        known = also.setdefault(char, [])
        if (bare := _toneless(reading)) not in known:
            known.append(bare)
    return also


def _toneless(reading: str) -> str:
    """lu:3 → lv, as it is typed."""
    return reading.rstrip("12345").replace("u:", "v")
