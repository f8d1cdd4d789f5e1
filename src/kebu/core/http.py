"""The one way out: every request that the program makes to an address somebody typed goes through `fetch`.

A name is resolved once, every address it has is checked, and the connection goes to a checked address, so that a name
which answers differently the second time gains nothing. No proxy, no redirect, no cookie.
"""

import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, quote, urlsplit

from kebu.core.errors import KebuError

BODY_LIMIT = 1_000_000  # bytes of an answer that are read
_AS_IT_IS = "/%?:@!$&'()*+,;=~"
_PORTS = {"http": 80, "https": 443}
# Written down rather than asked of `ipaddress`, whose `is_global` differs between versions of Python.
_INTERNAL_4 = [
    *map(ip_network, ("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12")),
    *map(ip_network, ("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15")),
    *map(ip_network, ("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3")),
    ip_network("168.63.129.16/32"),  # a cloud's own agent behind a public number
]
# Of IPv6 only global unicast, less what carries an IPv4 address inside (Teredo, 6to4) or is for documents.
_PUBLIC_6 = ip_network("2000::/3")
_INTERNAL_6 = [ip_network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")]


@dataclass(frozen=True)
class Response:
    """`headers` have lower-case names; `body` is cut after `BODY_LIMIT` bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def fetch(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    timeout: float = 10,
    allow: Sequence[str] = (),
) -> Response:
    """Send one request and answer what came back, whatever its status; redirects are not followed.

    `timeout` is in seconds, for connecting and again for all the rest. `allow` names hosts (as in the address, without
    port) that may be internal. Raises KebuError `bad_address`, `internal_address`, `host_unreachable`; none of them
    tells what an internal host answered.
    """
    parts, host, port = _target(url)
    line = connect(host, port, timeout, allow=allow)
    if parts.scheme == "https":
        line = ssl.create_default_context().wrap_socket(line, server_hostname=host, do_handshake_on_connect=False)
    # A timeout of the socket begins anew with every byte; this one does not.
    late = threading.Event()
    timer = threading.Timer(timeout, _hang_up, (line, late))
    timer.start()
    try:
        if isinstance(line, ssl.SSLSocket):
            line.do_handshake()
        connection = HTTPConnection(host, port, timeout=timeout)
        connection.sock = line
        connection.auto_open = 0  # by itself it would connect to the name, unchecked
        path = quote(parts.path or "/", _AS_IT_IS) + (f"?{quote(parts.query, _AS_IT_IS)}" if parts.query else "")
        sent = {name: value for name, value in (headers or {}).items() if name.lower() != "host"}
        connection.request(method, path, body, {"Host": _host_header(parts.scheme, host, port), **sent})
        answer = connection.getresponse()
        read = answer.read(BODY_LIMIT)
        if late.is_set() or (answer.length and len(read) < BODY_LIMIT):
            raise HTTPException("the answer broke off")
        return Response(answer.status, {name.lower(): value for name, value in answer.getheaders()}, read)
    except (OSError, HTTPException, ValueError) as error:
        raise KebuError("host_unreachable", status=502, host=host) from error
    finally:
        timer.cancel()
        line.close()


def connect(host: str, port: int, timeout: float, *, allow: Sequence[str] = ()) -> socket.socket:
    """A line to a host whose addresses were all looked at, for what is no HTTP. `timeout` in seconds, of every step.

    `allow` names hosts that may be internal. Raises KebuError `internal_address`, `host_unreachable`.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise KebuError("host_unreachable", status=502, host=host) from error
    addresses = [str(entry[4][0]) for entry in found]
    if host not in allow and not all(map(is_public, addresses)):
        raise KebuError("internal_address", host=host)
    failure: OSError | None = None
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout)
        except OSError as error:
            failure = error
    raise KebuError("host_unreachable", status=502, host=host) from failure


def is_public(address: str) -> bool:
    """Whether an IP address, in the spelling of the resolver, belongs to the open net."""
    ip = ip_address(address)
    if isinstance(ip, IPv4Address):
        return not any(ip in net for net in _INTERNAL_4)
    return _is_public_6(ip)


def _is_public_6(ip: IPv6Address) -> bool:
    # A scope (fe80::1%eth0) is left in by the resolver for link-local addresses only.
    return ip.scope_id is None and ip in _PUBLIC_6 and not any(ip in net for net in _INTERNAL_6)


def _target(url: str) -> tuple[SplitResult, str, int]:
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
        host = (parts.hostname or "").encode("idna").decode()
    except (ValueError, KeyError):
        raise KebuError("bad_address") from None
    if not host or "@" in parts.netloc or any(ord(char) <= 32 for char in url):
        raise KebuError("bad_address")
    return parts, host, port


def _host_header(scheme: str, host: str, port: int) -> str:
    name = f"[{host}]" if ":" in host else host
    return name if port == _PORTS[scheme] else f"{name}:{port}"


def _hang_up(line: socket.socket, late: threading.Event) -> None:
    late.set()
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
