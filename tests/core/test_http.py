"""The one outgoing client: nothing inside the network is reached unless it is allowed."""

from __future__ import annotations

import datetime
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from kebu.core.errors import KebuError
from kebu.core.http import BODY_LIMIT, fetch, is_public

pytestmark = pytest.mark.once


def refusal(url: str, **options: Any) -> str:
    with pytest.raises(KebuError) as caught:
        fetch("GET", url, timeout=2, **options)
    return caught.value.code


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1",
        "2001::1", "2001:10::1",
        "2001:db8::1", "2002:7f00:1::", "3fff::1", "5f00::1", "fc00::1", "fd12::1", "fe80::1", "fe80::1%1",
        "fec0::1", "ff02::1",
    ],
)  # fmt: skip
def test_internal_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "223.5.5.5", "172.32.0.1", "100.128.0.1", "2001:4860:4860::8888", "2400:3200::1"]
)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "LOCALHOST", "localhost.", "127.1", "2130706433", "0x7f000001", "0177.0.0.1",
        "0x7f.0.0.1", "0", "[::1]", "[::]",
        "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
        "[fec0::1]", "[fe80::1]", "１２７.0.0.1",
        "127。0。0。1", "169.254.169.254", "[fd00:ec2::254]",
    ],
)  # fmt: skip
def test_every_spelling_of_the_inside_is_refused(host: str, server: Server) -> None:
    assert refusal(f"http://{host}:{server.port}/") in ("internal_address", "host_unreachable", "bad_address")
    assert server.seen == []


@pytest.mark.parametrize(
    "url",
    [
        "", "example.com", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "http://",
        "http:///x", "http://a@example.com/",
        "http://u:p@example.com/", "http://exa mple.com/", "http://example.com/\r\nX: y",
        "http://example.com:99999/", "http://example.com:x/",
        "http://[::1", "http://a..b/", "javascript:alert(1)", "//example.com/",
    ],
)  # fmt: skip
def test_what_is_no_web_address(url: str) -> None:
    assert refusal(url) == "bad_address"


class Server:
    """A web server of the inside; `answer` may be replaced."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.answer: Callable[[BaseHTTPRequestHandler], None] = lambda request: self.say(request, 200, b"hello")
        seen, outer = self.seen, self

        class Handler(BaseHTTPRequestHandler):
            def do(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                seen.append((self.command, self.path, dict(self.headers), body))
                outer.answer(self)

            do_GET = do_POST = do  # noqa: N815

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @staticmethod
    def say(request: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def test_an_allowed_host_is_asked(server: Server) -> None:
    url = f"http://127.0.0.1:{server.port}/钩子?a=b c".replace(" ", "%20")
    answer = fetch("POST", url, headers={"X-Id": "1", "host": "evil"}, body=b"{}", allow=["127.0.0.1"])
    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"hello", "5")
    method, path, headers, body = server.seen[0]
    assert (method, path, body) == ("POST", "/%E9%92%A9%E5%AD%90?a=b%20c", b"{}")
    assert headers["Host"] == f"127.0.0.1:{server.port}"
    assert headers["X-Id"] == "1"


def test_redirects_are_not_followed(server: Server) -> None:
    server.answer = lambda request: server.say(request, 302, b"", Location=f"http://localhost:{server.port}/inside")
    answer = fetch("GET", f"http://127.0.0.1:{server.port}", allow=["127.0.0.1"])
    assert (answer.status, len(server.seen)) == (302, 1)


def test_a_name_is_asked_for_once_and_its_address_pinned(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: str, *args: Any, **options: Any) -> Any:
        if host != "rebind.example":
            return real(host, *args, **options)
        asked.append(host)
        return real("127.0.0.1" if len(asked) == 1 else "127.0.0.2", *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    answer = fetch("GET", f"http://rebind.example:{server.port}/", allow=["rebind.example"])
    assert (answer.status, asked) == (200, ["rebind.example"])
    assert server.seen[0][2]["Host"] == f"rebind.example:{server.port}"


def test_one_internal_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: entries)
    assert refusal("http://mixed.example/") == "internal_address"


def test_a_long_answer_is_cut(server: Server) -> None:
    server.answer = lambda request: server.say(request, 200, b"x" * (BODY_LIMIT + 5))
    assert len(fetch("GET", f"http://127.0.0.1:{server.port}", allow=["127.0.0.1"]).body) == BODY_LIMIT


def test_an_answer_that_drips_is_given_up(server: Server) -> None:
    over = threading.Event()

    def drip(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "100")
        request.end_headers()
        while not over.wait(0.05):
            request.wfile.write(b"x")

    server.answer = drip
    try:
        with pytest.raises(KebuError) as caught:
            fetch("GET", f"http://127.0.0.1:{server.port}", timeout=0.5, allow=["127.0.0.1"])
    finally:
        over.set()
    assert caught.value.code == "host_unreachable"


def test_an_answer_that_breaks_off_is_no_answer(server: Server) -> None:
    def break_off(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "100")
        request.end_headers()
        request.wfile.write(b"x")

    server.answer = break_off
    assert refusal(f"http://127.0.0.1:{server.port}", allow=["127.0.0.1"]) == "host_unreachable"


def test_nobody_there_and_nobody_known(server: Server) -> None:
    server.close()
    assert refusal(f"http://127.0.0.1:{server.port}", allow=["127.0.0.1"]) == "host_unreachable"
    assert refusal("http://nobody.invalid/") == "host_unreachable"


def test_broken_requests_are_not_sent(server: Server) -> None:
    assert (
        refusal(f"http://127.0.0.1:{server.port}", allow=["127.0.0.1"], headers={"X": "a\r\nY: b"})
        == "host_unreachable"
    )
    assert server.seen == []


def test_tls_checks_the_name_of_the_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))
    server = Server(context)
    try:
        url = f"https://localhost:{server.port}/"
        assert refusal(url, allow=["localhost"]) == "host_unreachable"
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
        assert fetch("GET", url, allow=["localhost"]).status == 200
        assert refusal(f"https://127.0.0.1:{server.port}/", allow=["127.0.0.1"]) == "host_unreachable"
    finally:
        server.close()


def certificate(folder: Path) -> Path:
    """A certificate for `localhost` that signs itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        signed.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path
