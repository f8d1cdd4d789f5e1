"""What the columns of files are called: every name under which a field may stand in a header, and how sure that is."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from kebu.accounts.actor import Actor
from kebu.core.text import fold
from kebu.fields.registry import Catalog, Field
from kebu.records import permissions

# How sure a match is; lower is better.
LABEL, SYNONYM, LOOKUP, BEHIND, COMPOSED, RELATION, NUMBERED, ENDING = range(8)

_BRACKETS = re.compile(r"[(（\[【<《{][^()（）\[\]【】<>《》{}]*[)）\]】>》}]")
_LEADING_NUMBER = re.compile(r"^\s*(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s*[.、:：)）]\s*")
_MARKS = re.compile(r"[\W_]+")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_WORDS = re.compile(r"[a-z0-9]+")
_REQUIRED = re.compile(r"必填|选填|required|optional")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PLACEHOLDER = re.compile(r"(?:列|字段|栏|column|col|field|unnamed|f|var|v|no name)?\d{0,4}")
_NAME_LIKE = re.compile(r".*(?:names?|名称|名字|姓名|全称|名单|.名)")
# A telephone's neighbours, which end alike or hold figures alike.
_NOT_BY_ENDING = re.compile(r"传真|fax|微信|wechat|weixin|qq|whatsapp|银行|账号|帐号|紧急|家属|父母")
# Kinds whose content tells whether the end of a header was read right.
_BY_ENDING = ("phone", "email", "link", "money", "address")

_OUTSIDE = frozenset("id recid rowid uuid guid pk externalid sourceid 主键 外部编号 外部id".split())  # noqa: SIM905
_GIVEN = frozenset("firstname givenname given forename first fname 名 名字".split())  # noqa: SIM905
_FAMILY = frozenset("lastname surname familyname family last lname 姓 姓氏".split())  # noqa: SIM905
_SCALE = re.compile(
    r"[(（\[【/,，]\s*(?:单位\s*[:：]?\s*)?(?:人民币|rmb|[¥￥])?\s*(百万|千万|十万|万|千|亿|k|m)\s*(?:元|块|rmb|cny|¥)?\s*"
    r"(?:[)）\]】]|$)",
    re.IGNORECASE,
)
_SCALES = {
    "千": 10**3,
    "k": 10**3,
    "万": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "m": 10**6,
    "千万": 10**7,
    "亿": 10**8,
}


def key_of(header: str) -> str:
    """A header as names are compared: no case, width, blanks, marks, brackets or leading numbers."""
    text = _LEADING_NUMBER.sub("", fold(_BRACKETS.sub(" ", header)) or fold(header))
    return _REQUIRED.sub("", _MARKS.sub("", text)) or _MARKS.sub("", text)


def spellings(header: str) -> Iterator[str]:
    """The keys of a header, the whole first, then parts: 手机/电话, 名称 Name, 名称（全称）."""
    whole = key_of(header)
    if whole:
        yield whole
    for part in re.split(r"[/／|、\n]| or |或", header):
        if (key := key_of(part)) and key != whole:
            yield key
    han, words = "".join(_HAN.findall(whole)), "".join(_WORDS.findall(whole))
    if han and words and not words.isdigit():
        yield from (han, words)
    for inside in _BRACKETS.findall(header):
        if key := _MARKS.sub("", fold(inside[1:-1])):
            yield key


def is_placeholder(header: str) -> bool:
    """Whether a header says nothing: blank, 列1, Column3, Unnamed: 4."""
    return _PLACEHOLDER.fullmatch(key_of(header)) is not None


def is_name_like(header: str) -> bool:
    """Whether a header may be that of names, whatever they are names of: State Name, 厂商名称."""
    return any(_NAME_LIKE.fullmatch(key) for key in spellings(header))


def is_anybodys_number(header: str) -> bool:
    """Whether a column of outside numbers says only that: of people or of companies, whatever the rows are."""
    return key_of(header) in _OUTSIDE | {"recordid", "contactid", "leadid", "编号", "联系人编号"}


def is_outside_number(header: str) -> bool:
    """Whether the column holds numbers by which another system tells its records apart."""
    return key_of(header) in _OUTSIDE


def name_part(header: str) -> str | None:
    """`given` or `family` where the column holds a part of a person's name."""
    key = key_of(header)
    return "given" if key in _GIVEN else "family" if key in _FAMILY else None


def scale_of(header: str) -> int:
    """What figures under the header are multiplied by: 10,000 for 金额（万元）."""
    found = _SCALE.search(header)
    return _SCALES[found[1].lower()] if found else 1


class Names:
    """The names of an object's fields as one person sees them, in every language, with synonyms."""

    def __init__(self, actor: Actor, known: Catalog, object_key: str) -> None:
        self.one = known.object(object_key)
        self.fields = permissions.fields(actor, known, object_key)
        self._known = known
        self._index: dict[str, dict[str, int]] = defaultdict(dict)
        self._through = {relation for relation, _ in self.one.lookups}
        for field in self.fields.values():
            if self.is_taken_in(field) or self.into(field):
                self._learn(field)

    def is_taken_in(self, field: Field) -> bool:
        """Whether a file may give the field's values: one that is shown, writable, and no relation behind lookups."""
        return not field.hidden and not field.readonly and (bool(field.relation) or field.key not in self._through)

    def into(self, field: Field) -> str | None:
        """For a computed field: the field that it is a part of, which takes its column in."""
        return field.options.get("part_of")

    def find(self, header: str) -> dict[str, int]:
        """Keys of the fields that a header may mean, with how sure that is; what ends like one comes after all."""
        found: dict[str, int] = {}
        for place, key in enumerate(spellings(header)):
            for field, rank in self._index.get(key, {}).items():
                sure = rank if place == 0 else max(rank, RELATION)  # a part of the header says less
                found[field] = min(sure, found.get(field, sure))
            bare = key.rstrip("0123456789一二三")
            if bare != key:
                for field in self._index.get(bare, {}):
                    found.setdefault(field, NUMBERED)
        if not found and not _NOT_BY_ENDING.search(fold(header)):
            found = dict.fromkeys(self._by_ending(header), ENDING)
        return found

    def is_number(self, header: str) -> bool:
        """Whether the column holds numbers by which somebody tells these records apart."""
        found = self.find(header)
        sure = [key for key, rank in found.items() if rank <= SYNONYM]
        return any(self.fields[key].kind == "auto_number" for key in sure) or is_outside_number(header)

    def recognise(self, header: str) -> int:
        """How much a text reads like a header: 2 the name of a field, 1 perhaps, 0 not at all."""
        found = self.find(header)
        if found and min(found.values()) < ENDING:
            return 2
        return 1 if found or is_name_like(header) or name_part(header) else 0

    def is_label(self, text: str) -> bool:
        """Whether a text is the name of a field to the letter: 公司A is a company although 公司 is a field."""
        return min(self._index.get(key_of(text), {}).values(), default=ENDING) <= COMPOSED

    def tells_records(self, text: str) -> bool:
        """Whether a text is the name of a field by which records are called or recognised."""
        return not {self.one.title, *self.one.names, *self.one.match}.isdisjoint(self._index.get(key_of(text), {}))

    def _by_ending(self, header: str) -> list[str]:
        """Fields whose name is the end of the header, the longest such name."""
        whole = key_of(header)
        words = _WORDS.findall(fold(_CAMEL.sub(" ", header)))
        endings = [whole[at:] for at in range(1, len(whole) - 1) if not whole[at:].isascii()]
        for ending in (*endings, *("".join(words[at:]) for at in range(1, len(words)))):
            kept = [field for field in self._index.get(ending, ()) if self.fields[field].kind in _BY_ENDING]
            if kept:
                return kept
        return []

    def _learn(self, field: Field) -> None:
        one = self.one
        if field.kind == "relation" and field.relation is None:
            self._add(field, self._referring(field), RELATION)
        if field.relation is None:
            prefixes = [*one.labels.values(), *one.plural.values()]
            for name in one.names:
                # What the person does not see lends no words.
                prefixes += self.fields[name].labels.values() if name in self.fields else ()
            own = [*field.labels.values(), *field.synonyms]
            self._add(field, field.labels.values(), LABEL)
            self._add(field, field.synonyms, SYNONYM)
            self._add(field, (prefix + name for prefix in prefixes for name in own), COMPOSED)
            return
        relation, source = field.relation, field.stored
        target = self._known.object(relation.target or "")
        title = self._known.field(target.key, target.title)
        own = [*source.labels.values(), *source.synonyms]
        prefixes = [*relation.labels.values(), *target.labels.values(), *target.plural.values()]
        prefixes += [*title.labels.values(), *title.synonyms, *one.labels.values()]
        for name in one.names:
            prefixes += self.fields[name].labels.values() if name in self.fields else ()
        self._add(field, [*field.labels.values(), *field.synonyms], LOOKUP)
        self._add(field, own, BEHIND)
        self._add(field, (prefix + name for prefix in prefixes for name in own), COMPOSED)
        if source.key == target.title:
            self._add(field, [*relation.labels.values(), *relation.synonyms, *target.labels.values()], RELATION)

    def _referring(self, field: Field) -> Iterator[str]:
        """What columns are called that name a record of another object: 商机编号, 所属公司, Account ID, Deal name."""
        target = self._known.object(field.target or "")
        bases = [*field.labels.values(), *field.synonyms, *target.labels.values(), *target.plural.values()]
        for base in dict.fromkeys(bases):
            for lead in ("", "所属", "关联", "associated", "primaryassociated", "related"):
                yield from (
                    f"{lead}{base}{end}" for end in ("", "id", "ids", "name", "nameid", "编号", "名称", "number")
                )

    def _add(self, field: Field, names: Iterable[str], rank: int) -> None:
        for name in names:
            key = key_of(name)
            if key and self._index[key].get(field.key, rank) >= rank:
                self._index[key][field.key] = rank
