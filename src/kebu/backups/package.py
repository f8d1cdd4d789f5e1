"""A backup is one file: a zip with a manifest, a file of lines for each table, and the files that people see.

`manifest.json` says what has to be in it, with a checksum for each part, so that a file which was cut off or changed
is noticed before anything is touched.
"""

import hashlib
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO, Any

import orjson
from django.conf import settings

from kebu.backups.tables import Column, Line, Table, good_name, parse
from kebu.core.errors import KebuError

FORMAT = 1
END = ".kebu"
# Of files that are being written: hidden, with the process in the name.
PARTS = ".*.part"
# The folders under KEBU_HOME that rows of the database point into.
FOLDERS = ("files", "imports")
_PIECE = 1024 * 1024
# Level 1 takes a third of the time of the usual 6 and makes files a sixth larger.
_LEVEL = 1


@dataclass(frozen=True)
class Part:
    """A table in a backup; `last_id` is None where the database gives no ids."""

    table: Table
    rows: int
    sha256: str
    last_id: int | None

    @property
    def name(self) -> str:
        """Its place in the zip."""
        return f"tables/{self.table.name}.jsonl"


@dataclass(frozen=True)
class FilePart:
    """A file below KEBU_HOME in a backup; `path` is relative and has no `..`."""

    path: str
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. `migrations` are those that the database had: app → names."""

    version: str
    created_at: datetime
    database: str
    migrations: dict[str, list[str]]
    parts: list[Part]
    files: list[FilePart]

    @property
    def rows(self) -> int:
        """How many rows of records and all that belongs to them."""
        return sum(part.rows for part in self.parts)


class Writer:
    """Puts parts into a new backup, one after the other."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    @contextmanager
    def part(self, name: str) -> Iterator["Sink"]:
        """Something to write one part to."""
        info = zipfile.ZipInfo(name, date_time=datetime.now().astimezone().timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED
        info._compresslevel = _LEVEL  # type: ignore[attr-defined]  # public as of Python 3.13 only
        with self._archive.open(info, "w", force_zip64=True) as file:
            yield Sink(file)


class Sink:
    """Where the bytes of one part go, and their checksum."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._sum = hashlib.sha256()

    def write(self, content: bytes) -> None:
        self._file.write(content)
        self._sum.update(content)

    @property
    def sha256(self) -> str:
        return self._sum.hexdigest()


@contextmanager
def create(path: Path) -> Iterator[Writer]:
    """A new backup: whole under `path` when the block ends well, else nothing. Readable by its owner only."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
                yield Writer(archive)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class Package:
    """A backup that is read. Everything raises KebuError `backup_damaged` for a file that is not as it was written."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._archive, self.manifest = archive, manifest

    def check(self) -> None:
        """Read everything once: every part is there, whole, and has the rows that it should have."""
        with _noticed():
            for part in self.manifest.parts:
                count, sha256 = 0, hashlib.sha256()
                for piece in self._pieces(part.name):
                    count += piece.count(b"\n")
                    sha256.update(piece)
                if count != part.rows or sha256.hexdigest() != part.sha256:
                    raise ValueError(part.name)
            for file in self.manifest.files:
                sha256 = hashlib.sha256()
                for piece in self._pieces(file.path):
                    sha256.update(piece)
                if sha256.hexdigest() != file.sha256:
                    raise ValueError(file.path)

    def rows(self, part: Part, size: int) -> Iterator[list[Line]]:
        """The rows of a table, `size` at a time."""
        with _noticed(), self._archive.open(part.name) as file:
            found = (parse(line, part.table) for line in file)
            while some := list(islice(found, size)):
                yield some

    def unpack(self, home: Path) -> None:
        """Put the files under `home`."""
        with _noticed():
            for file in self.manifest.files:
                path = home / file.path
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
                    for piece in self._pieces(file.path):
                        out.write(piece)

    def _pieces(self, name: str) -> Iterator[bytes]:
        with self._archive.open(name) as file:
            while piece := file.read(_PIECE):
                yield piece


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """A backup to read. KebuError `no_backup`, `backup_damaged`, `backup_newer`."""
    try:
        with _noticed(), zipfile.ZipFile(path) as archive:
            raw = orjson.loads(archive.read("manifest.json"))
            if raw["format"] > FORMAT:
                raise KebuError("backup_newer", status=409, version=str(raw["version"])[:40])
            manifest = _manifest(raw)
    except (FileNotFoundError, IsADirectoryError):
        raise KebuError("no_backup", status=404, name=path.name) from None
    with zipfile.ZipFile(path) as archive:
        yield Package(archive, manifest)


@contextmanager
def _noticed() -> Iterator[None]:
    """Whatever can be wrong with a file's content is one answer."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, TypeError, ValueError, NotImplementedError) as problem:
        raise KebuError("backup_damaged", reason=f"{type(problem).__name__}: {problem}"[:200]) from problem


def _manifest(raw: dict[str, Any]) -> Manifest:
    parts = [
        Part(
            Table(one["name"], one["key"], tuple(Column(name, kind) for name, kind in one["columns"])),
            int(one["rows"]),
            str(one["sha256"]),
            one["last_id"],
        )
        for one in raw["tables"]
    ]
    files = [FilePart(one["path"], str(one["sha256"])) for one in raw["files"]]
    for part in parts:
        if not all(map(good_name, (part.table.name, part.table.key, *(one.name for one in part.table.columns)))):
            raise ValueError("table")
    for file in files:
        path = PurePosixPath(file.path)
        # A name that leads elsewhere would be written there.
        if path.is_absolute() or ".." in path.parts or path.parts[0] not in FOLDERS or "\\" in file.path:
            raise ValueError("path")
    return Manifest(
        str(raw["version"]),
        datetime.fromisoformat(raw["created_at"]),
        str(raw["database"]),
        {str(app): list(map(str, names)) for app, names in raw["migrations"].items()},
        parts,
        files,
    )


def manifest_json(manifest: Manifest) -> bytes:
    """The manifest as it is written."""
    return orjson.dumps(
        {
            "format": FORMAT,
            "version": manifest.version,
            "created_at": manifest.created_at.isoformat(),
            "database": manifest.database,
            "migrations": manifest.migrations,
            "tables": [
                {
                    "name": part.table.name,
                    "key": part.table.key,
                    "columns": [[column.name, column.kind] for column in part.table.columns],
                    "rows": part.rows,
                    "sha256": part.sha256,
                    "last_id": part.last_id,
                }
                for part in manifest.parts
            ],
            "files": [{"path": file.path, "sha256": file.sha256} for file in manifest.files],
        },
        option=orjson.OPT_INDENT_2,
    )


def folder() -> Path:
    """Where backups are kept."""
    path = Path(settings.HOME) / "backups"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path
