"""Between the server and Django: requests go to the WSGI application in threads, streams are held without one.

See docs/decisions/013.
"""

import asyncio
import io
import signal
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from django.http import HttpResponse

# Bodies up to this size are fetched before a thread begins; larger ones are read by it, as they come.
_AT_ONCE = 256 * 1024
# Files go out in parts of this size.
_PART = 64 * 1024
# Proxies and browsers give up on a line that says nothing for long.
BEAT_SECONDS = 15
_MAX_WAITING = 4 * 1024 * 1024

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Line:
    """What is to be sent to one listener: any thread puts it in, the loop sends it in order."""

    def __init__(self, beat: Callable[[], bytes]) -> None:
        """`beat` makes what is sent when there was nothing to send for `BEAT_SECONDS`."""
        self.beat = beat
        self._parts: deque[bytes] = deque()
        self._waiting = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()
        self.ended = False

    def put(self, data: bytes) -> None:
        """Send `data` when it can be sent. One who takes nothing for too long is let go; he may come again."""
        self._parts.append(data)
        self._waiting += len(data)
        if self._waiting > _MAX_WAITING:
            self.ended = True
        self._wake()

    def end(self) -> None:
        """Send what waits, then close."""
        self.ended = True
        self._wake()

    def _wake(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._news.set)

    async def parts(self, gone: asyncio.Future[Any]) -> AsyncIterator[bytes]:
        """What to send, until the line ends or the listener is `gone`."""
        self._loop = asyncio.get_running_loop()
        while not gone.done():
            if self._parts:
                data = b"".join(self._parts)
                self._parts.clear()
                self._waiting = 0
                yield data
                continue
            if self.ended:
                return
            self._news.clear()
            if self._parts or self.ended:  # put in by another thread a moment ago
                continue
            news: asyncio.Future[Any] = asyncio.ensure_future(self._news.wait())
            done, _ = await asyncio.wait([news, gone], timeout=BEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            news.cancel()
            if not done:
                yield self.beat()


class Listening(Protocol):
    """Somebody who listens: told when his line opens and when it is closed."""

    line: Line

    def begin(self) -> None: ...
    def close(self) -> None: ...


class EventStream(HttpResponse):
    """An answer that goes on: after its content comes what is put into the listener's line.

    For a server that holds no lines it is whole: the listener asks again for what comes later.
    """

    def __init__(self, content: bytes, listener: Listening) -> None:
        super().__init__(content, content_type="text/event-stream; charset=utf-8")
        self.listener = listener
        # nginx would collect the events, others would compress them: both wait for more.
        self.headers["X-Accel-Buffering"] = "no"
        self.headers["Cache-Control"] = "no-store, no-transform"


class Front:
    """An RSGI application in front of Django's WSGI one, with `threads` that answer."""

    def __init__(self, application: Application, threads: int) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(threads, "kebu-request")
        self._lines: set[Line] = set()

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Called by the server. SIGUSR1 says that the program is about to end."""
        loop.add_signal_handler(signal.SIGUSR1, self.end_streams)

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        loop = asyncio.get_running_loop()
        try:
            environ = _environ(scope)
            size = int(environ["CONTENT_LENGTH"]) if environ.get("CONTENT_LENGTH", "").isdecimal() else 0
            if 0 < size <= _AT_ONCE:
                environ["wsgi.input"] = io.BytesIO(await protocol())
            elif size:
                environ["wsgi.input"] = io.BufferedReader(_Body(protocol, loop), _PART)
            status, headers, answer = await loop.run_in_executor(self._threads, self._answer, environ, protocol, loop)
        except Exception:
            protocol.response_bytes(500, [("content-type", "text/plain")], b"")
            raise
        if isinstance(answer, EventStream):
            await self._hold(protocol, status, headers, answer)
        elif answer:
            protocol.response_bytes(status, headers, answer)
        elif answer is not None:
            protocol.response_empty(status, headers)

    def end_streams(self) -> None:
        """Close all lines: the program ends, and would wait for them."""
        for line in self._lines:
            line.end()

    def _answer(
        self, environ: Environ, protocol: Any, loop: asyncio.AbstractEventLoop
    ) -> tuple[int, Headers, bytes | EventStream | None]:
        """In a thread: what Django answers; None where it was sent already, in parts."""
        said: list[Any] = []

        def start(status: str, headers: Headers, error: Any = None) -> None:
            said[:] = [int(status[:3]), headers]

        answer = self._application(environ, start)
        try:
            status, headers = said
            if isinstance(answer, EventStream):
                return status, headers, answer
            if not getattr(answer, "streaming", False):
                return status, headers, b"".join(answer)
            transport = protocol.response_stream(status, headers)
            for part in _joined(answer):
                asyncio.run_coroutine_threadsafe(_send(transport, part), loop).result()
            return status, headers, None
        finally:
            # Django closes the request here, in the thread whose database connection it used.
            if hasattr(answer, "close"):
                answer.close()

    async def _hold(self, protocol: Any, status: int, headers: Headers, answer: EventStream) -> None:
        listener = answer.listener
        gone = asyncio.ensure_future(protocol.client_disconnect())
        # Of a stream nobody knows the length.
        transport = protocol.response_stream(status, [one for one in headers if one[0].lower() != "content-length"])
        self._lines.add(listener.line)
        try:
            await transport.send_bytes(answer.content)
            listener.begin()
            async for part in listener.line.parts(gone):
                await transport.send_bytes(part)
        except RuntimeError:
            pass  # the other side has closed; granian's own error is one of these
        finally:
            gone.cancel()
            self._lines.discard(listener.line)
            listener.close()


class _Body(io.RawIOBase):
    """The body of a request, as it comes, for a thread that waits for it."""

    def __init__(self, protocol: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._parts = aiter(protocol)
        self._loop = loop
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            part = asyncio.run_coroutine_threadsafe(_next(self._parts), self._loop).result()
            if part is None:
                return 0
            self._rest = part
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


async def _next(parts: Any) -> bytes | None:
    try:
        return bytes(await anext(parts))
    except StopAsyncIteration:
        return None


async def _send(transport: Any, part: bytes) -> None:
    await transport.send_bytes(part)


def _joined(parts: Iterable[bytes]) -> Iterable[bytes]:
    held: list[bytes] = []
    size = 0
    for part in parts:
        held.append(part)
        size += len(part)
        if size >= _PART:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)


def _environ(scope: Any) -> Environ:
    """The request as PEP 3333 has it."""
    host, _, port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        # The server has decoded the path; WSGI wants its bytes, one character each.
        "PATH_INFO": scope.path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        if key in environ:
            environ[key] += ("; " if key == "HTTP_COOKIE" else ",") + value
        else:
            environ[key] = value
    return environ
