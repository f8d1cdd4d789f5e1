"""The tests stand on real ground: the chosen database, made anew, in a home of its own."""

import os

import pytest
from django.conf import settings
from django.db import connection


@pytest.mark.django_db
def test_the_chosen_database_answers():
    wanted = {"sqlite": "sqlite", "postgres": "postgresql"}[os.environ.get("KEBU_TEST_DATABASE", "sqlite")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    assert connection.vendor == wanted


@pytest.mark.django_db
@pytest.mark.skipif(os.environ.get("KEBU_TEST_DATABASE") == "postgres", reason="about SQLite")
def test_sqlite_is_a_file_that_promises_durability():
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)


@pytest.mark.once
def test_tests_have_a_home_of_their_own():
    assert "kebu-test-" in str(settings.HOME)


def test_people_of_the_company(alice, bob, charlie, rita):
    assert [person.role for person in (alice, bob, charlie, rita)] == ["owner", "sales", "sales", "readonly"]
