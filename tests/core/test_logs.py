"""No secret reaches a log."""

import io
import logging
import time

import pytest
from django.conf import settings

from kebu.core.logs import Redact, redact

SECRET = "hunter2-马"
OURS = "kebu_" + "0123456789abcdef" * 4


@pytest.fixture
def log():
    """A logger with a handler as the settings make it, and what it wrote."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    handler.addFilter(Redact())
    logger = logging.getLogger("kebu.test_logs")
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, written
    logger.removeHandler(handler)
    logger.propagate = True


@pytest.mark.once
@pytest.mark.parametrize(
    "text",
    [
        f'{{"email": "bob@example.com", "password": "{SECRET}"}}',
        f'{{"current": 1, "new_password":"{SECRET} with spaces"}}',
        f"{{'password': '{SECRET}', 'name': 'Bob'}}",
        f"login(password={SECRET!r})",
        f"password={SECRET}&email=bob",
        f"PASSWORD: {SECRET}",
        f"KEBU_SECRET_KEY={SECRET}",
        f"Authorization: Bearer {SECRET}",
        f"Authorization: Basic {SECRET}",
        f"'HTTP_AUTHORIZATION': 'Bearer {SECRET}'",
        f"bearer {SECRET}",
        f"Cookie: kebu_session={SECRET}; csrftoken=x{SECRET}",
        f"'HTTP_COOKIE': 'kebu_session={SECRET}; csrftoken={SECRET}'",
        f"X-CSRFToken: {SECRET}",
        f"cannot reach postgres://kebu:{SECRET}@db.example.com/kebu",
        f'{{"password": "{SECRET}',
        f"api_key={SECRET}",
    ],
)
def test_secrets_are_removed_however_they_are_written(text):
    assert SECRET not in redact(text)
    assert "[redacted]" in redact(text)


@pytest.mark.once
@pytest.mark.parametrize(
    "text", [f"GET /api/invites/{OURS} 200", f"/setup#secret={OURS}", f"token {OURS} unknown", f"({OURS})"]
)
def test_our_own_secrets_are_known_anywhere(text):
    assert OURS[5:] not in redact(text)


@pytest.mark.once
@pytest.mark.parametrize(
    "text",
    [
        "imported 100000 rows of 客户.xlsx in 8.2 s",
        "database: POST /api/records/customers/query OperationalError",
        "the password was changed",
        "https://example.com:8000/o/customers?a=1@b",
    ],
)
def test_ordinary_lines_stay_as_they_are(text):
    assert redact(text) == text


@pytest.mark.once
def test_arguments_and_tracebacks_are_redacted_too(log):
    logger, written = log
    logger.warning("request %s %r", "Authorization: Bearer " + SECRET, {"password": SECRET})
    try:
        raise ValueError(f"password={SECRET}")
    except ValueError:
        logger.exception("failed")
    logger.error("with stack", stack_info=True)
    assert SECRET not in written.getvalue()
    assert "Traceback" in written.getvalue()
    assert "ValueError: password=[redacted]" in written.getvalue()


@pytest.mark.once
def test_message_that_does_not_fit_its_arguments_is_still_logged(log):
    logger, written = log
    logger.warning("password=%d", SECRET)
    assert "password" in written.getvalue()
    assert SECRET not in written.getvalue()


@pytest.mark.once
def test_long_messages_cost_time_in_step_with_their_length():
    for piece in ("password", "password=", 'password="', "a://b:", "csrf", "cookie: ", "token' : "):
        start = time.process_time()
        redact(piece * 20_000)
        assert time.process_time() - start < 2


@pytest.mark.once
def test_every_handler_redacts():
    assert settings.LOGGING["handlers"]
    assert all("redact" in handler["filters"] for handler in settings.LOGGING["handlers"].values())
