"""What stands on the pages of a PDF, as fpdf2 writes them: for tests, which have no reader at hand."""

from __future__ import annotations

import re
import zlib


def pages(content: bytes) -> list[list[str]]:
    """The texts of each page in the order in which they were drawn."""
    signs: dict[int, str] = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", content, re.S):
        for code, sign in re.findall(rb"<([0-9A-F]+)> <([0-9A-F]+)>", block):
            signs[int(code, 16)] = bytes.fromhex(sign.decode()).decode("utf-16-be")
    said = rb"Td (?: 2 Tr [\d.]+ w )?\((.*?)\) Tj ET"  # with an outline: bold
    return [
        ["".join(signs[code] for code in _codes(text)) for text in re.findall(said, one, re.S)]
        for one in streams(content)
        if b"Tj ET" in one
    ]


def streams(content: bytes) -> list[bytes]:
    """What is packed in the file, the pages among it."""
    packed = re.findall(rb"/FlateDecode.*?stream\n(.*?)\nendstream", content, re.S)
    return [zlib.decompress(one) for one in packed if one[:1] == b"\x78"]


def _codes(text: bytes) -> list[int]:
    plain = re.sub(rb"\\(.)", lambda found: {b"r": b"\r", b"n": b"\n"}.get(found[1], found[1]), text, flags=re.S)
    return [int.from_bytes(plain[at : at + 2]) for at in range(0, len(plain), 2)]
