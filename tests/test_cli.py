"""The command line as people and scripts meet it: words out, exit codes, one JSON object."""

import json
import os
import stat
import time
from pathlib import Path

import pytest

from installation import Installation

PASSWORD = "correct horse 马 battery\n"


def test_init_makes_the_company_and_its_owner(installation):
    done = installation.json(
        "init", "--template", "partner", "--company", "示例公司", "--owner", "Alice@Example.com", "--password-stdin",
        text=PASSWORD,
    )  # fmt: skip
    assert done == {"company": "示例公司", "owner": "alice@example.com"}
    again = installation.run(
        "init", "--template", "partner", "--company", "示例公司", "--owner", "bob@example.com", "--password-stdin",
        "--json", text=PASSWORD,
    )  # fmt: skip
    assert again.returncode == 1
    assert json.loads(again.stdout)["error"]["code"] == "already_set_up"


def test_the_home_is_its_owners_only(installation):
    installation.init()
    assert stat.S_IMODE(installation.home.stat().st_mode) == 0o700
    assert stat.S_IMODE((installation.home / "secret.key").stat().st_mode) == 0o600


def test_a_weak_password_is_refused_with_a_message(installation):
    refused = installation.run(
        "init", "--template", "partner", "--company", "示例公司", "--owner", "alice@example.com", "--password-stdin",
        text="1234\n",
    )  # fmt: skip
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "at least 10 characters" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_company_has_a_name(installation):
    refused = installation.run(
        "init", "--template", "partner", "--company", " ", "--owner", "alice@example.com", "--password-stdin",
        text=PASSWORD,
    )  # fmt: skip
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "Give the company a name" in refused.stderr


def test_messages_follow_the_console(installation):
    installation.environment["LANG"] = "zh_CN.UTF-8"
    refused = installation.run("user", "disable", "nobody@example.com")
    assert refused.returncode == 1
    assert any("\u4e00" <= character <= "\u9fff" for character in refused.stderr)


def test_a_person_is_added_and_disabled(installation):
    installation.init()
    invited = installation.run("user", "add", "bob@example.com", "--role", "sales")
    assert invited.returncode == 0
    assert invited.stdout.startswith("http://127.0.0.1:8000/invite/")
    added = installation.json(
        "user", "add", "rita@example.com", "--role", "readonly", "--password-stdin", text=PASSWORD
    )
    assert added["invite_link"] is None
    assert installation.run("user", "disable", "bob@example.com").returncode == 0


def test_a_token_is_printed_alone_and_opens_the_api(installation):
    installation.init()
    made = installation.run("token", "alice@example.com", "--name", "script", "--scope", "read")
    assert made.returncode == 0
    assert len(made.stdout.split()) == 1
    assert made.stderr == ""


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("dance",),
        ("user",),
        ("init", "--company", "x"),
        ("token", "alice@example.com", "--name", "x", "--scope", "everything"),
        ("serve", "--processes", "0"),
        ("serve", "--port", "many"),
    ],
)
@pytest.mark.once
def test_wrong_usage_is_code_2(installation, arguments):
    wrong = installation.run(*arguments)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "usage: kebu" in wrong.stderr


def test_a_sound_installation_passes_the_check(installation):
    installation.init()
    assert installation.json("check") == {"problems": []}


@pytest.mark.skipif(os.environ.get("KEBU_TEST_DATABASE") == "postgres", reason="damages a SQLite file")
def test_a_damaged_database_is_found(installation):
    installation.init()
    path = installation.home / "kebu.sqlite3"
    installation.home.chmod(0o755)
    data = bytearray(path.read_bytes())
    for place in range(len(data) // 2, len(data) - 4096, 4096):
        data[place : place + 64] = b"\xff" * 64
    path.write_bytes(data)
    found = installation.run("check", "--json")
    assert found.returncode == 1
    problems = json.loads(found.stdout)["problems"]
    assert any("database" in problem for problem in problems)
    assert any("chmod 700" in problem for problem in problems)


@pytest.mark.skipif(os.environ.get("KEBU_TEST_DATABASE") == "postgres", reason="about a SQLite file")
def test_what_is_no_database_is_told_plainly(installation):
    installation.home.mkdir(mode=0o700)
    (installation.home / "kebu.sqlite3").write_bytes(b"this is a shopping list" * 1000)
    refused = installation.run("user", "disable", "bob@example.com", "--json")
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["error"]["code"] == "database_damaged"


def test_a_check_changes_nothing(installation):
    found = installation.run("check", "--json")
    assert found.returncode == 1
    assert any("another version" in problem for problem in json.loads(found.stdout)["problems"])


@pytest.mark.once
def test_a_database_that_is_not_there_is_told_plainly(installation):
    installation.environment["KEBU_DATABASE_URL"] = "postgres://kebu:geheim@127.0.0.1:1/kebu"
    refused = installation.run("user", "disable", "bob@example.com", "--json")
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["error"]["code"] == "database_unreachable"
    checked = installation.run("check", "--json")
    assert checked.returncode == 1
    assert "geheim" not in refused.stdout + refused.stderr + checked.stdout + checked.stderr


def test_what_is_missing_before_others_come_is_named(tmp_path):
    home = tmp_path / "home"
    bare = Installation(home, KEBU_SECRET_KEY="short", KEBU_ALLOWED_HOSTS="*", KEBU_WORKER="0", LANG="zh_CN.UTF-8")
    bare.init()
    (home / "files").mkdir(exist_ok=True)
    (home / "files").chmod(0o755)
    found = bare.run("check", "--deploy", "--json")
    assert found.returncode == 1
    told = json.loads(found.stdout)
    codes = {one["code"] for one in told["missing"]}
    database = set() if "KEBU_DATABASE_URL" in bare.environment else {"deploy_sqlite"}
    wanted = {
        "deploy_https",
        "deploy_hosts",
        "deploy_secret",
        "deploy_readable",
        "deploy_no_backup",
        "deploy_mail",
    } | database
    assert (told["problems"], codes) == ([], wanted)
    assert any("chmod 700" in one["message"] and "其他人" in one["message"] for one in told["missing"])
    # Without it, a check is what it was.
    assert bare.json("check") == {"problems": []}


def test_an_installation_that_is_ready_passes(tmp_path):
    ready = Installation(
        tmp_path / "home",
        KEBU_BASE_URL="https://kebu.example.com",
        KEBU_MAIL_URL="smtps://mail.example.com",
        KEBU_MAIL_FROM="kebu@example.com",
    )
    ready.init()
    made = Path(ready.json("backup")["file"])
    made.with_name(f".{made.name}.verified").touch()  # as the night's work leaves it
    assert ready.json("check", "--deploy") == {"problems": [], "missing": []}
    old = time.time() - 4 * 24 * 3600
    os.utime(made, (old, old))
    found = ready.run("check", "--deploy")
    assert found.returncode == 1
    assert "4 days" in found.stderr
