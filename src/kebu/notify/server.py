"""The company's mail server: what is set up, and talking to it.

`KEBU_MAIL_URL` comes before what owners set up on the page. Whoever controls this server reads the links by which
people choose their passwords, owners too: so only owners set it up.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from ipaddress import ip_address
from typing import Literal, get_args
from urllib.parse import unquote, urlsplit

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import transaction

from kebu.accounts.actor import Actor
from kebu.accounts.models import clean_email
from kebu.accounts.people import check_email
from kebu.audit.log import note
from kebu.core.check import check
from kebu.core.errors import KebuError
from kebu.core.http import connect
from kebu.core.sealed import seal, unseal
from kebu.notify.models import MailServer

Security = Literal["tls", "starttls", "none"]
SECURITIES: tuple[Security, ...] = get_args(Security)

_SCHEMES: dict[str, tuple[Security, int]] = {
    "smtps": ("tls", 465),
    "smtp+starttls": ("starttls", 587),
    "smtp": ("none", 25),
}
_STEP_SECONDS = 15.0
_ALL_SECONDS = 60.0


@dataclass(frozen=True)
class Server:
    """Where mails are handed over, and whom they are from. `fixed`: by the environment, not on the page."""

    host: str
    port: int
    security: Security
    username: str
    password: str = field(repr=False)
    sender: str
    name: str
    fixed: bool = False


class NotTaken(Exception):
    """The mail was not taken; `answer` is what the other side said. `again`: it may be another time."""

    def __init__(self, answer: str, *, again: bool, error: KebuError | None = None) -> None:
        super().__init__(answer)
        self.answer = answer
        self.again = again
        self._error = error

    def said(self, language: str) -> str:
        """The answer; where it is ours, in this language."""
        return self.answer if self._error is None else str(self._error.as_json(language)["error"]["message"])


class Unclear(Exception):
    """The line broke when the mail was on its way: the other side has it, or not."""


def current() -> Server | None:
    """The server that is set up; None where there is none."""
    if settings.MAIL_URL:
        return _of_environment()
    row = MailServer.objects.first()
    if row is None:
        return None
    try:
        password = unseal(row.password) if row.password else ""
    except InvalidToken:  # the installation has another key by now
        password = ""
    security = next(one for one in SECURITIES if one == row.security)
    return Server(row.host, row.port, security, row.username, password, row.sender, row.name)


def set_up(
    actor: Actor,
    *,
    host: str,
    port: int,
    security: Security,
    username: str,
    password: str | None,
    sender: str,
    name: str,
) -> None:
    """Mails go there from now on. `password` None keeps the one there is, for the same server and name only.

    Raises `not_allowed`, `mail_is_fixed`, `bad_mail_host`, `bad_email`, `mail_password_again`, `mail_password_open`.
    """
    _require_owner(actor)
    host = host.lower().rstrip(".")
    if not re.fullmatch(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|[0-9a-f:]{2,39}", host):
        raise KebuError("bad_mail_host", field="host")
    sender = clean_email(sender)
    try:
        check_email(sender)
    except KebuError as error:
        raise KebuError(error.code, field="sender", **error.params) from None
    with transaction.atomic():
        row = MailServer.objects.select_for_update().first() or MailServer()
        sealed = row.password
        if password is not None:
            sealed = seal(password) if password else ""
        elif sealed and (row.host, row.port, row.username) != (host, port, username):
            # Or whoever changes the host would be sent the password that he does not know.
            raise KebuError("mail_password_again", field="password")
        if sealed and security == "none":
            raise KebuError("mail_password_open", field="security")
        row.host, row.port, row.security, row.username, row.password = host, port, security, username, sealed
        row.sender, row.name = sender, name
        row.save()
        note("mail_set_up", actor, host=host, email=sender)


def remove(actor: Actor) -> None:
    """No mail is sent any more. Raises `not_allowed`, `mail_is_fixed`."""
    _require_owner(actor)
    with transaction.atomic():
        if MailServer.objects.all().delete()[0]:
            note("mail_removed", actor)


def message(server: Server, to: str, *, subject: str, text: str, number: str) -> EmailMessage:
    """A mail as it goes out; `number` is what it is known by everywhere, the same at every try."""
    made = EmailMessage(policy=SMTP)
    made["From"] = Address(server.name, addr_spec=_in_ascii(server.sender))
    made["To"] = _in_ascii(to)
    made["Subject"] = _words(subject)
    made["Message-ID"] = f"<{number}@{_in_ascii(server.sender).rpartition('@')[2]}>"
    # Nobody's holiday reply is wanted.
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(text, cte="base64")
    return made


def hand_over(server: Server, mail: EmailMessage, *, at_last: Callable[[], None] = lambda: None) -> str:
    """Give a mail to the server, and answer what it said. `at_last` is called when only the mail itself is left to be
    sent: from then on it may have arrived.

    Raises `NotTaken`, `Unclear`.
    """
    begun = False
    try:
        with _line(server) as line:
            sender, to = (str(mail[name].addresses[0].addr_spec) for name in ("From", "To"))
            _expect(line.mail(sender))
            _expect(line.rcpt(to))
            _expect(line.docmd("DATA"), 354)
            begun = True
            at_last()
            line.send(re.sub(rb"(?m)^\.", b"..", mail.as_bytes()) + b"\r\n.\r\n")
            return _expect(line.getreply())
    except smtplib.SMTPServerDisconnected as error:
        if begun:
            raise Unclear from error
        raise NotTaken(_words(str(error)), again=True) from error
    except smtplib.SMTPResponseException as error:
        raise NotTaken(_said(error.smtp_code, error.smtp_error), again=error.smtp_code < 500) from error
    except smtplib.SMTPException as error:  # no STARTTLS, no way to sign in that both know
        raise NotTaken(_words(str(error)), again=False) from error
    except OSError as error:
        if begun:
            raise Unclear from error
        raise NotTaken(_words(error.strerror or str(error)), again=True) from error


@contextmanager
def _line(server: Server) -> Iterator[smtplib.SMTP]:
    """Connected, encrypted and signed in. The whole talk ends after `_ALL_SECONDS`, however slowly it is led."""
    try:
        line = _Line(server)
    except KebuError as error:
        raise NotTaken(str(error), again=error.code == "host_unreachable", error=error) from error
    try:
        if server.security == "starttls":
            _expect(line.starttls(context=ssl.create_default_context()))
        if server.username:
            line.login(server.username, server.password)
        else:
            line.ehlo_or_helo_if_needed()
        yield line
        with suppress(OSError, smtplib.SMTPException):
            line.quit()
    finally:
        line.close()


class _Line(smtplib.SMTP):
    """SMTP through the one way out, so that no internal address is reached that is not allowed."""

    def __init__(self, server: Server) -> None:
        self._server = server
        # A timeout of the socket begins anew with every byte; this one does not.
        self._timer = threading.Timer(_ALL_SECONDS, self._hang_up)
        self._timer.start()
        try:
            super().__init__(server.host, server.port, local_hostname=_own_name(), timeout=_STEP_SECONDS)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._timer.cancel()
        super().close()

    def _hang_up(self) -> None:
        line = self.sock
        with suppress(OSError):
            if line is not None:
                line.shutdown(socket.SHUT_RDWR)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        # Who sets the environment decides about the network, too.
        allow = [host] if self._server.fixed else settings.INTERNAL_HOSTS
        line = connect(host, port, timeout, allow=allow)
        if self._server.security == "tls":
            line = ssl.create_default_context().wrap_socket(line, server_hostname=host, do_handshake_on_connect=False)
            self.sock = line
            line.do_handshake()
        return line


def _expect(reply: tuple[int, bytes], code: int = 250) -> str:
    got, said = reply
    if got != code and got // 100 != code // 100:
        raise smtplib.SMTPResponseException(got, said)
    return _said(got, said)


def _said(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return _words(f"{code} {text}")


def _words(text: str) -> str:
    """What the other side said, on one line and of a bearable length."""
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()[:300]


def _own_name() -> str:
    """How this machine greets: as it is called by those who use it."""
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    try:
        return f"[IPv6:{host}]" if ip_address(host).version == 6 else f"[{host}]"
    except ValueError:
        return host


def _in_ascii(email: str) -> str:
    name, _, domain = email.rpartition("@")
    return f"{name}@{domain.encode('idna').decode()}"


def _require_owner(actor: Actor) -> None:
    if actor.role not in ("owner", "system"):
        raise KebuError("not_allowed", status=403)
    if settings.MAIL_URL:
        raise KebuError("mail_is_fixed", status=409)


def _of_environment() -> Server | None:
    """None where it cannot be read; `kebu check` says so."""
    try:
        parts = urlsplit(settings.MAIL_URL)
        security, port = _SCHEMES[parts.scheme]
        name, sender = parseaddr(settings.MAIL_FROM)
        check_email(sender)
        if not parts.hostname or (parts.password and security == "none"):
            return None
        username, password = unquote(parts.username or ""), unquote(parts.password or "")
        return Server(parts.hostname, parts.port or port, security, username, password, sender, name, fixed=True)
    except (ValueError, KeyError, KebuError):
        return None


@check
def _environment_is_read() -> Iterator[str]:
    if settings.MAIL_URL and _of_environment() is None:
        yield "KEBU_MAIL_URL or KEBU_MAIL_FROM: no mail is sent, see docs/settings.md for how they are written"
