"""Tries are counted for all processes together."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from kebu.core import throttle
from kebu.core.errors import KebuError
from kebu.core.models import Tries

pytestmark = pytest.mark.django_db


def test_one_try_too_many_is_refused_with_the_time_to_wait() -> None:
    for _ in range(3):
        throttle.hit("door", limit=3, window=60)
    with pytest.raises(KebuError) as caught:
        throttle.hit("door", limit=3, window=60)
    assert caught.value.code == "too_many_attempts"
    assert caught.value.status == 429
    assert 58 <= caught.value.details["retry_after"] <= 60
    throttle.hit("other door", limit=3, window=60)


def test_a_window_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle.time, "time", lambda: 1000.0)
    throttle.hit("door", limit=1, window=60)
    throttle.hit("gone", limit=1, window=10)
    monkeypatch.setattr(throttle.time, "time", lambda: 1060.0)
    throttle.hit("door", limit=1, window=60)
    assert Tries.objects.count() == 1
    with pytest.raises(KebuError):
        throttle.hit("door", limit=1, window=60)


def test_the_right_person_begins_anew() -> None:
    throttle.hit("door", limit=1, window=60)
    throttle.forget("door")
    throttle.hit("door", limit=1, window=60)


def test_keys_are_stored_as_hashes_of_any_text() -> None:
    throttle.hit("account:" + "x" * 1000 + "\udc80\0", limit=1, window=60)
    assert len(Tries.objects.get().key) == 64


@pytest.mark.django_db(transaction=True)
def test_nobody_slips_through_at_the_same_moment() -> None:
    refused: list[str] = []

    def knock() -> None:
        try:
            for _ in range(5):
                throttle.hit("door", limit=12, window=60)
        except KebuError as error:
            refused.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=knock) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused
    assert Tries.objects.get().count > 12
