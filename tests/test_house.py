"""Rules of the house that no other tool holds. Each test names what to do when it fails."""

import ast
import importlib
import json
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src" / "kebu"
PYTHON = sorted(path for path in SRC.rglob("*.py") if "migrations" not in path.parts)
LANGUAGES = ("zh-Hans", "en")

pytestmark = pytest.mark.once


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tracked() -> list[Path]:
    """Every file of the project that git knows or would take."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode:
        pytest.skip("not a git clone")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


# Words


@pytest.mark.parametrize("room", ["core", "fields", "notify", "workbooks", "records", "importexport", "reports"])
def test_only_crm_says_customer(room):
    """A lower room works for any object: pass the object's key in instead of naming it."""
    said = [
        f"{relative(path)}:{number}"
        for path in PYTHON
        if path.is_relative_to(SRC / room)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"customer|客户", line, re.IGNORECASE)
    ]
    assert not said


def test_no_file_is_called_views():
    """So "view" means one thing: saved columns, filter and sort over one object."""
    assert not [relative(path) for path in PYTHON if path.name in ("views.py", "utils.py", "helpers.py", "common.py")]


def test_files_stay_short():
    """700 lines at most: a longer file holds two topics."""
    code = [path for path in tracked() if path.suffix in (".py", ".ts", ".tsx") and path.is_relative_to(ROOT)]
    long = {relative(path): lines for path in code if (lines := len(path.read_text().splitlines())) > 700}
    assert not long


def test_nothing_is_left_for_later():
    """An open end is an issue, not a comment."""
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    found = [
        f"{relative(path)}:{number}"
        for path in tracked()
        if path.suffix in (".py", ".ts", ".tsx", ".css", ".toml") and path != Path(__file__)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if marks.search(line)
    ]
    assert not found


# Languages


@cache
def messages(language: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((SRC / "locale" / f"{language}.toml").read_text())


def test_both_languages_have_the_same_messages():
    keys = [{(table, code) for table, texts in messages(language).items() for code in texts} for language in LANGUAGES]
    assert keys[0] == keys[1]


def test_a_code_names_one_message():
    """`kebu.core.errors.message` looks a code up over all tables."""
    codes = [code for texts in messages("en").values() for code in texts]
    assert sorted(codes) == sorted(set(codes))


def test_both_languages_fill_in_the_same_values():
    for table, texts in messages("en").items():
        for code, english in texts.items():
            chinese = messages("zh-Hans")[table][code]
            assert placeholders(chinese) == placeholders(english), f"{table}.{code}"


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_messages_are_calm():
    """Friendly and exact: no exclamation marks, no 您."""
    loud = [
        f"{language} {table}.{code}"
        for language in LANGUAGES
        for table, texts in messages(language).items()
        for code, text in texts.items()
        if re.search("[!！您]", text)
    ]
    assert not loud


def raised_codes() -> dict[str, str]:
    """Each code that the sources give to KebuError or a kind of NotUnderstood as a literal, and where."""
    found = {}
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            first = node.args[0]
            if name in ("KebuError", "NotUnderstood") and isinstance(first, ast.Constant):
                found[str(first.value)] = f"{relative(path)}:{node.lineno}"
    return found


def test_every_error_has_its_message():
    known = {code for texts in messages("en").values() for code in texts}
    missing = {code: place for code, place in raised_codes().items() if code not in known}
    assert not missing


def test_the_page_has_every_text_in_both_languages():
    folder = ROOT / "web" / "src" / "i18n"
    names = {path.name for language in LANGUAGES for path in (folder / language).glob("*.json")}
    assert names
    for name in names:
        keys = [set(flat(json.loads((folder / language / name).read_text()))) for language in LANGUAGES]
        assert keys[0] == keys[1], name


_PLURAL = re.compile(r"_(zero|one|two|few|many|other)$")


def flat(tree: dict, prefix: str = "") -> list[str]:
    """Keys with their path; plural forms of one key count as one, for languages differ in how many they have."""
    found = []
    for key, value in tree.items():
        path = f"{prefix}.{key}" if prefix else key
        found += (
            flat(value, path) if isinstance(value, dict) else [re.sub(r"_(zero|one|two|few|many|other)$", "", path)]
        )
    return found


# Documents


def test_every_setting_is_described():
    """docs/settings.md describes each KEBU_ variable that the program reads."""
    described = (ROOT / "docs" / "settings.md").read_text()
    read = {
        name for path in PYTHON for name in re.findall(r"environ(?:\.get\(|\[)\"(KEBU_[A-Z_]+)\"", path.read_text())
    }
    assert read
    assert not {name for name in read if f"`{name}`" not in described}


def test_every_command_is_described():
    """docs/command-line.md has a heading for each command and names each of its options."""
    import argparse

    from kebu.cli import _parser

    described = (ROOT / "docs" / "command-line.md").read_text()
    general = ("--help", "--json", "--version")
    missing = []

    def visit(parser: argparse.ArgumentParser, name: str) -> None:
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                for each, child in action.choices.items():
                    visit(child, f"{name} {each}")
            else:
                missing.extend(
                    f"{name} {option}"
                    for option in action.option_strings
                    if option.startswith("--") and option not in general and f"`{option}" not in described
                )
        if not any(isinstance(action, argparse._SubParsersAction) for action in parser._actions):
            missing.extend([name] if f"`{name}`" not in described else [])

    visit(_parser(), "kebu")
    assert not missing


def test_every_route_is_described():
    """Each route has a summary of its own or a docstring; a function's name in capitals says nothing."""
    from kebu.api import api

    bare = [
        f"{method.upper()} {path}"
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method, operation in methods.items()
        if not operation.get("description")
        and operation["summary"].lower().replace(" ", "_") in operation["operationId"].lower()
    ]
    assert not bare


def test_every_dependency_is_explained():
    """docs/dependencies.md says of each direct dependency what it is for and under which licence it comes."""
    described = (ROOT / "docs" / "dependencies.md").read_text().lower()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [
        *project["project"]["dependencies"],
        *(spec for group in project["dependency-groups"].values() for spec in group),
    ]
    names = {re.split(r"[\[<>=~! ]", spec)[0].lower() for spec in wanted}
    web = json.loads((ROOT / "web" / "package.json").read_text())
    names |= {*web["dependencies"], *web["devDependencies"]}
    assert not {name for name in names if f"`{name}`" not in described}


def test_links_between_documents_lead_somewhere():
    broken = [
        f"{relative(path)}: {target}"
        for path in tracked()
        if path.suffix == ".md"
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text())
        if "://" not in target and not target.startswith("mailto:") and not (path.parent / target).exists()
    ]
    assert not broken


# What must not be in the tree


def test_no_host_of_a_registry_is_written_down():
    """Packages come from where this machine's own pip and npm look; locks pin their contents, not their place."""
    hosts = re.compile(
        r"(pypi\.org|pythonhosted|registry\.npmjs|npmmirror|yarnpkg|aliyun|tsinghua|--(extra-)?index-url)"
    )
    found = {
        relative(path)
        for path in tracked()
        if path != Path(__file__) and path.suffix in (".lock", ".toml", ".json", ".npmrc", ".md", ".yaml", ".yml", "")
        if hosts.search(path.read_text(errors="ignore"))
    }
    assert not found
    assert '"resolved"' not in (ROOT / "web" / "package-lock.json").read_text()


def test_no_path_of_a_machine_is_written_down():
    private = re.compile(r"(?<![\w.])(/root/|/home/\w|/Users/\w|/work/)")
    found = [
        f"{relative(path)}:{number}"
        for path in tracked()
        if path != Path(__file__) and path.suffix in (".py", ".ts", ".tsx", ".md", ".toml", ".json", ".yaml", "")
        for number, line in enumerate(path.read_text(errors="ignore").splitlines(), 1)
        if private.search(line)
    ]
    assert not found


def test_every_public_function_of_a_room_says_what_it_does():
    """A docstring for each module, and for each function that others may call: what its types can't say."""
    silent = []
    for path in PYTHON:
        tree = ast.parse(path.read_text())
        if path.name in ("apps.py", "__init__.py") or path.name.endswith("api.py"):  # routes have a test of their own
            continue
        if not ast.get_docstring(tree):
            silent.append(relative(path))
        silent.extend(
            f"{relative(path)}:{node.lineno} {node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
        )
    assert not silent


def test_every_room_can_be_imported_by_itself():
    for path in PYTHON:
        name = path.relative_to(SRC.parent).with_suffix("").as_posix().replace("/", ".")
        if path.name != "__main__.py":
            importlib.import_module(name.removesuffix(".__init__"))
