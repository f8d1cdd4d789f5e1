"""A browser on our page, and two of them at once."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from conftest import PASSWORD


class Browser:
    """Sends the CSRF cookie back as the page does; Django's check is on."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.client.get("/api/me")

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        headers = {"X-CSRFToken": self.client.cookies["csrftoken"].value, "Accept-Language": "en", **headers}
        content = "" if body is None else json.dumps(body)
        return self.client.generic(method, path, content, content_type="application/json", headers=headers)

    def sign_in(self, email: str, password: str = PASSWORD, **headers: str) -> HttpResponse:
        return self.send("POST", "/_allauth/browser/v1/auth/login", {"email": email, "password": password}, **headers)

    def sign_out(self) -> HttpResponse:
        return self.send("DELETE", "/_allauth/browser/v1/auth/session")

    def me(self) -> HttpResponse:
        return self.client.get("/api/me")


@pytest.fixture
def open_browser(db: None) -> type[Browser]:
    return Browser


@pytest.fixture
def browser(company: object) -> Browser:
    return Browser()


@pytest.fixture
def at_once() -> Callable[..., list[Any]]:
    """`at_once(act, act)`: each in a thread and a connection of its own, begun together; results or errors in order."""

    def run(*acts: Callable[[], Any]) -> list[Any]:
        start, results = threading.Barrier(len(acts)), [None] * len(acts)

        def one(place: int) -> None:
            start.wait()
            try:
                results[place] = acts[place]()
            except Exception as error:
                results[place] = error
            finally:
                connection.close()

        threads = [threading.Thread(target=one, args=(place,)) for place in range(len(acts))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    return run
