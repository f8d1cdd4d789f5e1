"""Bytes of a text file to text: which encoding it is in.

The order is a byte-order mark, UTF-16 by its zero bytes, strict UTF-8, what a page says of itself, GB18030 or Big5 by
which of them gives common signs, Windows-1252. Statistical detectors are not asked: they call short GBK files Korean.
Whoever knows better names the encoding.
"""

import codecs
import re
from functools import cache

from kebu.workbooks.refusal import Refused

ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "big5hkscs", "shift_jis", "euc_kr", "cp1252")
"""What a person may choose from; `decode` finds the first five and the last by itself."""

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_SAMPLE = 64 * 1024
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_CONTROL = bytes(set(range(32)) - set(b"\0\x01\t\n\r\f\x1a\x1b\x1f"))  # 1 and 31 separate columns in some exports
_OTHER_FORMATS = re.compile(
    rb"%PDF|\x89PNG|\xff\xd8\xff|GIF8|Rar!|7z\xbc\xaf|\x1f\x8b|\{\\rtf",
    re.IGNORECASE,
)
_DECLARED = re.compile(rb"<[^>]*?\b(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]{3,20})", re.IGNORECASE)
_ALIKE = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "cp949": "euc_kr", "iso8859-1": "cp1252"}
_DAMAGED_SHARE = 100  # one character in so many may be broken, as in exports that cut a text at a number of bytes


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The text of `data` without zero characters and byte-order mark, and the name of its encoding from ENCODINGS.

    `encoding` is taken as it is, what does not fit it becomes U+FFFD. Raises Refused unsupported_format for what is
    not text: pictures, PDF, noise.
    """
    if _OTHER_FORMATS.match(data):
        raise Refused("unsupported_format", f"begins with {data[:16]!r}")
    text, found = (data.decode(encoding, "replace"), encoding) if encoding else _detect(data)
    return text.removeprefix("\ufeff").replace("\0", ""), found


def _detect(data: bytes) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace"), encoding
    if (utf16 := _utf16_by_zeros(data)) is not None:
        return data.decode(utf16, "replace"), utf16
    sample = data[:_SAMPLE]
    if (len(sample) - len(sample.translate(None, _CONTROL))) * 200 > len(sample):
        raise Refused("unsupported_format", "control characters: not a text file")
    text = data.decode("utf-8", "replace")
    if _is_whole(text):
        return text, "utf-8"
    if declared := _declared(data):
        return data.decode(declared, "replace"), declared
    if chinese := _chinese(data):
        return chinese
    return data.decode("cp1252", "replace"), "cp1252"


def _chinese(data: bytes) -> tuple[str, str] | None:
    """Text in GB18030 or Big5, whichever gives usual signs; western words such as `Müller` decode, but to rare ones."""
    best: tuple[str, str] | None = None
    least = 0.5
    for encoding in ("gb18030", "big5hkscs"):
        text = data.decode(encoding, "replace")
        runs = _FOREIGN.findall(text[:_SAMPLE])
        foreign = "".join(runs)
        usual = sum(map(_usual().__contains__, foreign))
        simplified = encoding == "gb18030" and len(foreign.encode("gb2312", "ignore")) >= len(foreign)
        if best is None and not simplified:
            # Western text decodes too, to single signs; Chinese has words.
            least = 0.8
            if sum(len(run) for run in runs if len(run) > 1) * 2 <= len(foreign):
                continue
        if _is_whole(text) and usual >= least * len(foreign):
            best, least = (text, encoding), usual / len(foreign) + 0.15
    return best


@cache
def _usual() -> frozenset[str]:
    """The signs that people write: the first levels of GB2312 and Big5, and punctuation."""
    signs = {chr(code) for code in (*range(0x2010, 0x2040), *range(0x3000, 0x3020), *range(0xFF00, 0xFFF0), 0xA5, 0xB7)}
    for encoding, leads, trails in (
        ("gb2312", range(0xB0, 0xD8), range(0xA1, 0xFF)),
        ("big5", range(0xA4, 0xC7), (*range(0x40, 0x7F), *range(0xA1, 0xFF))),
    ):
        signs |= {bytes((lead, trail)).decode(encoding, "ignore") for lead in leads for trail in trails}
    return frozenset(signs - {""})


def _is_whole(text: str) -> bool:
    """Whether next to nothing did not decode."""
    foreign = sum(len(run) for run in _FOREIGN.findall(text))
    return text.count("\ufffd") * _DAMAGED_SHARE <= foreign


def _declared(data: bytes) -> str | None:
    """The encoding that a page or an XML file says it is in, if it is one of ours."""
    if not data.lstrip().startswith(b"<") or not (found := _DECLARED.search(data[:4096])):
        return None
    try:
        name = codecs.lookup(found[1].decode()).name
    except LookupError:
        return None
    name = _ALIKE.get(name, name)
    return name if name in ENCODINGS and not name.startswith("utf") else None


def _utf16_by_zeros(data: bytes) -> str | None:
    """UTF-16 without a mark: the upper bytes of commas, digits and line ends are zero, all on the same side."""
    sample = data[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if (even + odd) * 20 < len(sample) or min(even, odd) * 10 > max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"
