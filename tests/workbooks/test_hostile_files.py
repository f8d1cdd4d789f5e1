"""Safety row 8: a file may do what it wants, the server answers within ten seconds and lives on."""

import random
import resource
import runpy
import socket
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kebu.core.errors import KebuError
from kebu.workbooks import limits
from kebu.workbooks.reading import read
from workbooks.making import bare_ods, bare_xlsx, ods_text

pytestmark = pytest.mark.once

ONE_CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.fixture(autouse=True)
def nothing_is_left(tmp_path, monkeypatch) -> Iterator[None]:
    """After every test the temporary folder is empty, and a good file opens."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    assert list(folder.iterdir()) == []
    good = bare_xlsx(tmp_path / "good.xlsx", ONE_CELL)
    assert read(good, name="good.xlsx").sheets[0].rows == [[1]]


def refused(path: Path) -> str:
    """The code with which the file is refused, in time: ten seconds of a processor, however busy the machine is."""
    start = _spent()
    with pytest.raises(KebuError) as refusal:
        read(path, name="x.xlsx")
    assert _spent() - start < 10
    return refusal.value.code


def _spent() -> float:
    """Processor seconds of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        ONE_CELL + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        ONE_CELL + '<row r="1048576"><c r="ZZ1048576"><v>1</v></c></row>',
        ONE_CELL + '<row r="99999"><c r="ZZ99999"><v>1</v></c></row>',
        ONE_CELL + '<row r="1048576"><c r="P1048576"><v>1</v></c></row>',
        ONE_CELL + "<row r = '1048576'>" + "<c/>" * 16383 + "<c><v>1</v></c></row>",
        ONE_CELL + '<row r="1"><c r="xfd1048576"><v>1</v></c></row>',
        ONE_CELL + "<row r='1'><c r='XFD1048576'><v>1</v></c></row>",
    ],
)
def test_far_corner_cell(tmp_path, rows):
    assert refused(bare_xlsx(tmp_path / "x.xlsx", rows)) == "too_large"


def test_declared_dimension_is_not_believed(tmp_path):
    path = bare_xlsx(tmp_path / "x.xlsx", ONE_CELL, before_rows='<dimension ref="A1:XFD1048576"/>')
    assert read(path, name="x.xlsx").sheets[0].rows == [[1]]


def test_a_stray_cell_at_the_end_of_a_narrow_sheet_is_read(tmp_path):
    path = bare_xlsx(tmp_path / "x.xlsx", ONE_CELL + '<row r="1048576"><c r="B1048576"><v>2</v></c></row>')
    rows = read(path, name="x.xlsx").sheets[0].rows
    assert (len(rows), rows[0], rows[1], rows[-1]) == (1_048_576, [1], [], [None, 2])


@pytest.mark.parametrize(("cell", "columns"), [("<c><v>1</v></c>", 60), ("<c/>", 20), ("<x:c><v>1</v></x:c>", 20)])
def test_million_rows_of_many_cells(tmp_path, cell, columns):
    thousand_rows = ("<row>" + cell * columns + "</row>") * 1000
    assert refused(bare_xlsx(tmp_path / "x.xlsx", thousand_rows, times=1000)) == "too_large"


def test_cells_that_only_just_pass_for_an_honest_file(tmp_path):
    """Under 1 GB, at a ratio that workbooks have, without references: what remains is to count."""
    noise = random.Random(1)
    rows = "".join(f"<row>{'<c><v>1</v></c>' * 60}<!--{noise.randbytes(4).hex()}--></row>" for _ in range(10_000))
    assert refused(bare_xlsx(tmp_path / "x.xlsx", rows, times=40)) == "too_large"


@pytest.mark.parametrize(("down", "right"), [(1_000_000, 60), (1_048_576, 16_384), (4_000, 4_000), (9**15, 9**15)])
def test_one_ods_cell_repeated(tmp_path, down, right):
    cell = ods_text("x", f'table:number-columns-repeated="{right}"')
    table = f'<table:table-row table:number-rows-repeated="{down}">{cell}</table:table-row>'
    path = bare_ods(tmp_path / "x.ods", f'<table:table table:name="A">{table}</table:table>')
    assert refused(path) in ("too_large", "corrupt_file")


BOMB = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
    f"<!ENTITY {name} '{f'&{inner};' * 10}'>" for inner, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def test_entity_bomb(tmp_path):
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>&i;</t></is></c></row>'
    assert refused(bare_xlsx(tmp_path / "x.xlsx", rows, declarations=BOMB + "]>")) == "corrupt_file"
    assert refused(bare_ods(tmp_path / "x.ods", "", declarations=BOMB + "]>")) == "corrupt_file"


def test_entity_bomb_in_another_encoding(tmp_path):
    sheet = f"<?xml version='1.0' encoding='UTF-16'?>{BOMB}]><worksheet><sheetData>&i;</sheetData></worksheet>"
    path = bare_xlsx(tmp_path / "x.xlsx", more={"xl/worksheets/sheet1.xml": sheet.encode("utf-16")})
    assert refused(path) == "corrupt_file"


@pytest.fixture
def visitors() -> Iterator[tuple[str, list[object]]]:
    """The address of a server, and who connected to it."""
    came: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)

        def listen() -> None:
            while not closed.is_set():
                try:
                    came.append(server.accept())
                except TimeoutError:
                    continue

        closed = threading.Event()
        listener = threading.Thread(target=listen)
        listener.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", came
        closed.set()
        listener.join()


@pytest.mark.parametrize("target", ["file:///etc/passwd", "http"])
def test_external_entity(tmp_path, visitors, target):
    address, came = visitors
    declaration = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{address if target == "http" else target}">]>'
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row>'
    assert refused(bare_xlsx(tmp_path / "x.xlsx", rows, declarations=declaration)) == "corrupt_file"
    assert came == []


def test_external_links_are_not_followed(tmp_path, visitors):
    address, came = visitors
    link = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" \
Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" Target="{address}book.xlsx" \
TargetMode="External"/></Relationships>'
    path = bare_xlsx(
        tmp_path / "x.xlsx",
        f'<row r="1"><c r="A1"><f>[1]S!A1+WEBSERVICE("{address}")</f><v>7</v></c></row>',
        workbook='<externalReferences><externalReference r:id="r9"/></externalReferences>',
        more={
            "xl/externalLinks/externalLink1.xml": "<externalLink/>",
            "xl/externalLinks/_rels/externalLink1.xml.rels": link,
        },
    )
    assert read(path, name="x.xlsx").sheets[0].rows == [[7]]
    assert came == []


def test_huge_string_in_many_cells(tmp_path):
    rows = '<row r="1">' + '<c t="s"><v>0</v></c>' * 10_000 + "</row>"
    path = bare_xlsx(tmp_path / "x.xlsx", rows, strings=f"<si><t>{'x' * 30_000_000}</t></si>")
    assert refused(path) == "too_large"


def test_more_text_than_the_server_wants_to_hear(tmp_path):
    rows = '<row r="1">' + '<c t="s"><v>0</v></c>' * 600 + "</row>"
    path = bare_xlsx(tmp_path / "x.xlsx", rows, strings=f"<si><t>{'x' * 1_000_000}</t></si>")
    assert refused(path) == "too_large"


def test_zip_bomb(tmp_path):
    assert refused(bare_xlsx(tmp_path / "x.xlsx", more={"xl/media/a.png": b"\0" * 200_000_000})) == "too_large"


def test_zip_bomb_that_lies_about_its_size(tmp_path):
    path = bare_xlsx(tmp_path / "x.xlsx", more={"xl/sharedStrings.xml": b" " * 300_000_000})
    content = path.read_bytes().replace((300_000_000).to_bytes(4, "little"), (300).to_bytes(4, "little"))
    path.write_bytes(content)
    assert refused(path) == "corrupt_file"


def test_zip_of_very_many_parts(tmp_path):
    assert refused(bare_xlsx(tmp_path / "x.xlsx", more={f"a{n}": b"" for n in range(10_001)})) == "too_large"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_zip_with_two_parts_of_one_name(tmp_path):
    path = bare_xlsx(tmp_path / "x.xlsx", ONE_CELL)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    assert refused(path) == "corrupt_file"


def test_zip_with_a_password(tmp_path):
    path = bare_xlsx(tmp_path / "x.xlsx", ONE_CELL)
    content = bytearray(path.read_bytes())
    entry = content.index(b"PK\x01\x02")
    content[entry + 8] |= 1
    path.write_bytes(content)
    assert refused(path) == "unsupported_format"


def test_line_of_sixteen_million_commas(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b"a" + b"," * 16_000_000)
    assert refused(path) == "too_large"


def test_file_of_too_many_bytes_is_not_even_opened(tmp_path):
    path = tmp_path / "x.csv"
    with open(path, "wb") as file:
        file.truncate(limits.MAX_FILE_BYTES + 1)
    assert refused(path) == "too_large"


@pytest.mark.parametrize("clock", ["cpu_seconds_for", "wall_seconds_for"])
def test_reader_that_does_not_end_is_killed(tmp_path, monkeypatch, clock):
    monkeypatch.setattr(limits, clock, lambda size: 1)
    path = tmp_path / "x.csv"
    path.write_bytes(b'"a;b",c\n' * 6_000_000)
    assert refused(path) == "too_large"


@pytest.mark.parametrize(
    ("setting", "value"),
    [("MAX_CELLS", 100), ("MAX_UNPACKED_BYTES", 1000), ("MAX_MEMORY_BYTES", 16 * 1024**2), ("MAX_FILE_BYTES", 100)],
)
def test_limits_are_settings_that_the_reader_goes_by(tmp_path, monkeypatch, setting, value):
    path = bare_xlsx(tmp_path / "x.xlsx", "<row>" + "<c><v>1</v></c>" * 101 + "</row>", times=3)
    assert read(path, name="x.xlsx").sheets[0].rows[0][0] == 1
    monkeypatch.setattr(limits, setting, value)
    assert refused(path) in ("too_large", "corrupt_file")
    monkeypatch.undo()


@pytest.mark.parametrize("value", ["0", "-5", "much", "1.5"])
def test_limits_that_make_no_sense_are_refused_at_the_start(monkeypatch, value):
    monkeypatch.setenv("KEBU_IMPORT_CELLS", value)
    with pytest.raises(ValueError, match="KEBU_IMPORT_CELLS"):
        runpy.run_path(limits.__file__)


@pytest.mark.parametrize("name", ["../../outside.xml", "/etc/outside.xml", "xl/../../outside.xml", "C:\\outside.xml"])
def test_names_of_parts_lead_nowhere(tmp_path, name):
    path = bare_xlsx(tmp_path / "x.xlsx", ONE_CELL, more={name: "<x/>"})
    assert read(path, name="x.xlsx").sheets[0].rows == [[1]]
    assert not list(tmp_path.parent.glob("**/outside.xml"))


def test_sheet_that_leads_out_of_the_file(tmp_path):
    rels = bare_xlsx(tmp_path / "x.xlsx", ONE_CELL)
    with zipfile.ZipFile(rels) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for target in ("../../../../etc/passwd", "file:///etc/passwd", "/etc/passwd"):
        path = tmp_path / "y.xlsx"
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, content.replace(b"worksheets/sheet1.xml", target.encode()))
        assert refused(path) == "corrupt_file"


@pytest.mark.parametrize("deep", ["<a>", "<row>", "<c><f>", "<is><r>"])
def test_deep_nesting(tmp_path, deep):
    path = bare_xlsx(tmp_path / "x.xlsx", deep * 200_000)
    start = _spent()
    with suppress(KebuError):
        read(path, name="x.xlsx")
    assert _spent() - start < 10


@pytest.mark.parametrize(
    "content",
    [
        "<table>" * 200_000,
        "<table><tr>" + "<td rowspan=1000000>x" * 16_000,
        "<table>" + "<tr><td colspan=16384>" * 300_000,
        "<html>" + "<a '" * 300_000,
        "<table><td>" + "&" * 3_000_000,
        "<table><td>" + "<!--" * 300_000,
        "<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'>"
        + "<Worksheet>" * 200_000,
        "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>",
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a\n\n"
        + "--a\nContent-Type: multipart/mixed; boundary=a\n\n" * 20_000,
        "a:\n" * 1_000_000,
        "BEGIN:VCARD\n" * 300_000 + "N:x",
        "BEGIN:VCARD\nNOTE:" + "x\n " * 1_000_000,
        "BEGIN:VCARD\nNOTE;ENCODING=QUOTED-PRINTABLE:" + "x=\n" * 1_000_000,
        "BEGIN:VCARD\nTEL" + ";a=" * 500_000 + ":1",
        '"' * 5_000_001,
        "sep=" * 1_000_000,
    ],
    ids=range(16),
)
def test_hostile_text_is_read_or_refused_in_time(tmp_path, content):
    path = tmp_path / "x.xls"
    path.write_text(content)
    start = _spent()
    try:
        read(path, name="x.xls")
    except KebuError as refusal:
        assert refusal.code in ("corrupt_file", "too_large", "unsupported_format")
    assert _spent() - start < 12


def test_formulas_in_text_are_text(tmp_path):
    lines = ["=1+1", "=cmd|' /C calc'!A0", "@SUM(1)", "+1", '=HYPERLINK("http://x")']
    path = tmp_path / "x.html"
    path.write_text("<table>" + "".join(f"<tr><td>{line}</td></tr>" for line in lines) + "</table>")
    assert [row[0] for row in read(path, name="x.html").sheets[0].rows] == lines


@pytest.fixture
def reader(tmp_path, monkeypatch) -> Iterator[Callable[[str], None]]:
    """Puts a shell script in the place of the process that reads."""

    def reader(script: str) -> None:
        program = tmp_path / "reader"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setattr("sys.executable", str(program))

    yield reader
    monkeypatch.undo()


def test_settings_of_the_server_are_not_shown_to_the_reader(tmp_path, monkeypatch, reader):
    monkeypatch.setenv("KEBU_DATABASE_URL", "postgres://secret")
    reader(f'env > "{tmp_path}/seen"')
    assert refused(bare_xlsx(tmp_path / "x.xlsx", ONE_CELL)) == "corrupt_file"
    assert "KEBU_" not in (tmp_path / "seen").read_text()


HEAD = '{"format":"xlsx","encoding":null,"delimiter":null,"base_1904":false}'


@pytest.mark.parametrize(
    ("script", "code"),
    [
        (f"echo '{HEAD}'", "corrupt_file"),
        (f"echo '{HEAD}'; printf '[[1'", "corrupt_file"),
        ("exit 1", "corrupt_file"),
        ("kill -SEGV $$", "too_large"),
        ("kill -KILL $$", "too_large"),
    ],
)
def test_reader_that_dies_or_stops_half_way(tmp_path, reader, script, code):
    reader(script)
    assert refused(bare_xlsx(tmp_path / "x.xlsx", ONE_CELL)) == code
