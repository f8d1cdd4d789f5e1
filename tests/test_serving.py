"""`kebu serve` as a process: it starts quickly, keeps what it has, and goes when it is told or orphaned."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request

import psutil
import pytest

from installation import KEBU, ROOT, free_port

_START_SECONDS = 2.0  # P10; the machine of a test may be busy, so three times that is the limit here
_IDLE_MB = 150


def get(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_it_tells_its_address_and_the_set_up_link_until_it_was_used(installation):
    for _ in range(2):
        with installation.served() as served:
            assert served.address == served.url
            assert served.setup_link
            assert served.setup_link.startswith(f"{served.url}/setup#secret=")
            assert get(f"{served.url}/api/health/ready") == (200, b'{"ok":true}')
    installation.init()
    with installation.served() as served:
        assert served.setup_link is None


def test_it_starts_quickly_and_stays_small(installation):
    with installation.served():
        pass
    with installation.served() as served:
        family = [process := psutil.Process(served.process.pid), *process.children(recursive=True)]
        # Seconds of a processor: a busy machine makes nobody slower here.
        assert sum(each.cpu_times().user + each.cpu_times().system for each in family) < 3 * _START_SECONDS
        assert sum(each.memory_info().rss for each in family) < _IDLE_MB * 1024**2


def test_several_processes_share_one_database(installation):
    with installation.served("--processes", "2") as served:
        children = psutil.Process(served.process.pid).children()
        assert len(children) == 2
        assert {get(f"{served.url}/api/health/ready")[0] for _ in range(20)} == {200}


def test_files_come_and_go_whole(installation):
    """In parts, through the front: larger than what is fetched at once."""
    installation.init()
    token = installation.json("token", "alice@example.com", "--name", "t", "--scope", "write")["token"]
    rows = "".join(f"客户{n},{'备注' * 40}\n" for n in range(4000))
    content = f"客户名称,备注\n{rows}".encode()
    assert len(content) > 512 * 1024
    body = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\n' + content + b"\r\n--x--\r\n"
    with installation.served() as served:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "multipart/form-data; boundary=x"}
        asked = urllib.request.Request(f"{served.url}/api/imports", body, headers)
        with urllib.request.urlopen(asked, timeout=60) as answer:
            planned = json.loads(answer.read())
        assert planned["plan"]["objects"]["customers"]["created"] == 4000
        page = get(f"{served.url}/")[1].decode()
        for name in re.findall(r"/static/assets/[^\"]+[.]js", page):
            status, script = get(f"{served.url}{name}")
            assert (status, len(script)) == (200, (ROOT / "src/kebu/spa" / name.removeprefix("/")).stat().st_size)


def test_it_stops_when_told(installation):
    with installation.served() as served:
        family = psutil.Process(served.process.pid).children(recursive=True)
        served.process.send_signal(signal.SIGINT)
        assert served.process.wait(15) == 0
        assert not psutil.wait_procs(family, timeout=5)[1]


def test_ctrl_c_in_a_terminal_stops_it_at_once(installation):
    """A terminal tells every process of the group, and the main process tells its children too."""
    for _ in range(3):
        with installation.served() as served:
            get(f"{served.url}/api/health/ready")
            family = psutil.Process(served.process.pid).children(recursive=True)
            began = time.monotonic()
            os.killpg(served.process.pid, signal.SIGINT)
            assert served.process.wait(15) == 0
            assert time.monotonic() - began < 8  # after ten seconds it would be killed
            assert not psutil.wait_procs(family, timeout=5)[1]


def test_no_child_outlives_a_killed_main_process(installation):
    with installation.served() as served:
        family = psutil.Process(served.process.pid).children(recursive=True)
        served.process.kill()
        assert not psutil.wait_procs(family, timeout=10)[1]


@pytest.mark.once
def test_a_taken_port_is_told_plainly(installation):
    with installation.served() as served:
        port = served.url.rsplit(":", 1)[1]
        second = installation.run("serve", "--port", port, "--json")
        assert second.returncode == 1
        assert json.loads(second.stdout)["error"]["code"] == "address_in_use"


@pytest.mark.once
def test_a_database_that_is_not_there_ends_it_with_a_message(installation):
    installation.environment["KEBU_DATABASE_URL"] = "postgres://kebu:geheim@127.0.0.1:1/kebu"
    ended = installation.run("serve", "--port", str(free_port()))
    assert ended.returncode == 1
    assert "KEBU_DATABASE_URL" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "geheim" not in ended.stderr


@pytest.mark.skipif(os.environ.get("KEBU_TEST_DATABASE") == "postgres", reason="looks into the SQLite file")
def test_two_that_start_at_once_on_an_empty_home_migrate_it_once(installation):
    starting = [
        subprocess.Popen(
            [*KEBU, "user", "disable", "nobody@example.com"],
            env=installation.environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    said = [process.communicate(timeout=60)[1] for process in starting]
    assert not [text for text in said if "nobody@example.com" not in text or "Traceback" in text]
    with sqlite3.connect(installation.home / "kebu.sqlite3") as database:
        names = database.execute("SELECT app, name FROM django_migrations").fetchall()
    assert len(names) == len(set(names)) > 0
