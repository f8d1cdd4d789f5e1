"""Address cards in the dialects of telephones and mail programs."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kebu.workbooks.reading import read
from kebu.workbooks.vcard import is_vcard, read_rows

pytestmark = pytest.mark.once

OLD = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\n"
    "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=BC=A0;=E4=B8=89;;;\r\n"
    "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=BC=A0=\r\n=E4=B8=89\r\n"
    "TEL;CELL:138-0000-1234\r\nTEL;WORK;VOICE:010-1\r\nTEL;WORK;FAX:010-2\r\n"
    "ORG;CHARSET=GBK;ENCODING=QUOTED-PRINTABLE:=B9=AB=CB=BE;=B2=BF\r\n"
    "ADR;WORK;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;;=E7=A7=91=E6=8A=80=E8=B7=AF1=E5=8F=B7;=E6=B7=B1=E5=9C=B3;;;\r\n"
    "PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQ\r\n AAAA\r\n\r\nEND:VCARD\r\n"
)
MIDDLE = (
    "BEGIN:VCARD\nVERSION:3.0\nN:Lee;Ann;;;\nORG:Example\\, Inc.;Sales\n"
    "item1.EMAIL;type=INTERNET;type=pref:ann@example.com\nitem2.EMAIL:ann2@example.com\n"
    "TEL;type=CELL;type=VOICE:+1 650\n -253-0000\nNOTE:line\\none\\; two\nBDAY:1990-01-05\nCATEGORIES:VIP,老客户\n"
    "PHOTO;ENCODING=b;TYPE=JPEG:AAAA\nEND:VCARD\n"
)
NEW = (
    'begin:vcard\nVERSION:4.0\nFN:李四\nTEL;VALUE=uri;TYPE="voice,cell":tel:+86-138-0000-0000\n'
    'ADR;LABEL="x:y;z":;;1 Main St;Springfield;IL;62701;USA\nBDAY:19900105\nURL:https://example.com\n'
    "this is no line of a card\nend:vcard\n"
)


def test_three_versions_in_one_file(tmp_path: Path):
    path = tmp_path / "cards.vcf"
    path.write_text(OLD + MIDDLE + NEW)
    book = read(path, name="cards.vcf")
    assert (book.format, book.encoding) == ("vcf", "utf-8")
    header, *rows = book.sheets[0].rows
    cards = [{key: cell for key, cell in zip(header, row, strict=False) if cell} for row in rows]
    assert cards == [
        {
            "Contact Name": "张三", "Company": "公司", "Department": "部", "Mobile": "138-0000-1234", "Phone": "010-1",
            "Fax": "010-2", "Address": "深圳科技路1号",
        },
        {
            "Contact Name": "Ann Lee", "Company": "Example, Inc.", "Department": "Sales", "Mobile": "+1 650-253-0000",
            "Email": "ann@example.com", "Email 2": "ann2@example.com", "Birthday": "1990-01-05",
            "Tags": "VIP,老客户", "Notes": "line\none; two",
        },
        {
            "Contact Name": "李四", "Mobile": "+86-138-0000-0000", "Website": "https://example.com",
            "Address": "1 Main St, Springfield, IL 62701, USA", "Birthday": "1990-01-05",
        },
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["gbk", "utf-8-sig", "utf-16", "big5"])
def test_cards_in_other_encodings(tmp_path: Path, encoding):
    name = "王小明" if encoding == "big5" else "李四"
    path = tmp_path / "cards.vcf"
    path.write_bytes(NEW.replace("李四", name).encode(encoding))
    assert read(path, name="cards.vcf").sheets[0].rows[1][0] == name


def test_a_file_that_was_cut_gives_what_is_there():
    assert list(read_rows(MIDDLE[: MIDDLE.index("NOTE")].encode()))[1][0] == "Ann Lee"


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [
                    *OLD.split("\r\n"),
                    *NEW.split("\n"),
                    "TEL;TYPE=CELL",
                    "N:;;",
                    "ADR:",
                    ";;:",
                    "FN;ENCODING=B;CHARSET=x:AA",
                ]
            ),
            st.text(st.characters(exclude_categories=["C"]), max_size=20),
        ),
        max_size=12,
    )
)
def test_any_lines_make_rows_of_one_length(lines):
    text = "BEGIN:VCARD\n" + "\n".join(lines)
    assert is_vcard(text)
    header, *rows = read_rows(text.encode("utf-8", "replace"))
    assert all(len(row) == len(header) for row in rows)
