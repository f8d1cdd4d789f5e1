"""Bytes of a text file to text: which encoding it is in.

The order is a byte-order mark, strict UTF-8, UTF-16 by its zero bytes, GB18030, Windows-1252. Statistical detectors
are not asked: they call short GBK files Korean. Whoever knows better names the encoding.
"""

import re

from kebu.workbooks.refusal import Refused

ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "big5hkscs", "shift_jis", "euc_kr", "cp1252")
"""What a person may choose from; `decode` finds the first four and the last by itself."""

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_SAMPLE = 64 * 1024
_CONTROL = bytes(set(range(32)) - set(b"\0\t\n\r\f\x1a\x1b"))
_OTHER_FORMATS = re.compile(
    rb"%PDF|\x89PNG|\xff\xd8\xff|GIF8|Rar!|7z\xbc\xaf|\x1f\x8b|\{\\rtf"
    rb"|(?:\xef\xbb\xbf)?\s*<(?:!doctype|\?xml|html|head|meta|table|style)\b",
    re.IGNORECASE,
)
_DAMAGED_SHARE = 100  # one character in so many may be broken, as in exports that cut a text at a number of bytes


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The text of `data` without zero characters and byte-order mark, and the name of its encoding from ENCODINGS.

    `encoding` is taken as it is, what does not fit it becomes U+FFFD. Raises Refused unsupported_format for what is
    not text: pictures, PDF, HTML tables that call themselves xls, noise.
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
    for encoding in ("utf-8", "gb18030"):
        text = data.decode(encoding, "replace")
        foreign = sum(len(run) for run in re.findall(r"[^\x00-\x7f]+", text))
        if text.count("\ufffd") * _DAMAGED_SHARE <= foreign and (encoding == "utf-8" or _reads_as_chinese(text)):
            return text, encoding
    return data.decode("cp1252", "replace"), "cp1252"


def _utf16_by_zeros(data: bytes) -> str | None:
    """UTF-16 without a mark: the upper bytes of commas, digits and line ends are zero, all on the same side."""
    sample = data[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if (even + odd) * 20 < len(sample) or min(even, odd) * 10 > max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _reads_as_chinese(text: str) -> bool:
    """Whether text that decoded as GB18030 was meant so: western words such as `Müller` decode, but to rare signs.

    The signs of GB2312 (rows 16 to 87 and the punctuation) are what people write; `ü` with a Latin letter after it
    falls into the extension, where the second byte is below 0xA1.
    """
    foreign = "".join(re.findall(r"[^\x00-\x7f]+", text[:_SAMPLE]))
    common = foreign.encode("gb2312", "ignore")
    return len(common) >= len(foreign)  # two bytes for each common sign: at least half of them
