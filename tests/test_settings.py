"""What the environment makes of the settings. Each case reads them in a process of its own."""

import json
import os
import subprocess
import sys

import pytest

from installation import ROOT

pytestmark = pytest.mark.once

_READ = """
import json
from kebu import settings
print(json.dumps({name: getattr(settings, name) for name in dir(settings) if name.isupper()}, default=str))
"""


@pytest.fixture
def settings(tmp_path):
    def read(**variables: str) -> dict:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("KEBU_")}
        environment = clean | {"KEBU_HOME": str(tmp_path), "PYTHONPATH": str(ROOT / "src")} | variables
        done = subprocess.run(
            [sys.executable, "-c", _READ], env=environment, capture_output=True, text=True, check=True
        )
        return json.loads(done.stdout)

    return read


def test_by_itself_it_is_for_this_machine_alone(settings):
    read = settings()
    assert read["BASE_URL"] == "http://127.0.0.1:8000"
    assert not read["LAN"]
    assert set(read["ALLOWED_HOSTS"]) == {"127.0.0.1", "localhost", "[::1]"}
    assert not read["SESSION_COOKIE_SECURE"]
    assert not read["DEBUG"]


def test_the_port_is_part_of_links(settings):
    assert settings(KEBU_PORT="9000")["BASE_URL"] == "http://127.0.0.1:9000"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.20"])
def test_an_address_of_the_network_answers_the_network(settings, host):
    read = settings(KEBU_HOST=host)
    assert read["LAN"]
    assert read["BASE_URL"].startswith("http://")
    assert "0.0.0.0" not in read["BASE_URL"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.1.2.3"])
def test_loopback_is_not_the_network(settings, host):
    assert not settings(KEBU_HOST=host)["LAN"]


def test_an_https_address_makes_cookies_secure(settings):
    read = settings(KEBU_BASE_URL="https://kebu.example.com/", KEBU_ALLOWED_HOSTS="crm.example.com old.example.com")
    assert read["BASE_URL"] == "https://kebu.example.com"
    assert read["SESSION_COOKIE_SECURE"]
    assert read["CSRF_COOKIE_SECURE"]
    assert read["SECURE_HSTS_SECONDS"] > 0
    assert {"kebu.example.com", "crm.example.com", "old.example.com"} < set(read["ALLOWED_HOSTS"])


def test_a_database_address_is_taken_apart(settings):
    read = settings(KEBU_DATABASE_URL="postgres://kebu:p%40ss%2Fword@db.example.com:5433/customers%20one")
    database = read["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["USER"], database["PASSWORD"]) == ("kebu", "p@ss/word")
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example.com", 5433, "customers one")


def test_the_key_is_made_once(settings, tmp_path):
    first = settings()["SECRET_KEY"]
    assert len(first) > 50
    assert settings()["SECRET_KEY"] == first
    assert settings(KEBU_SECRET_KEY="given")["SECRET_KEY"] == "given"
