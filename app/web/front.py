"""What stands before the pages: it reads a request whole, within limits of time and size, before a process is held.

A page is made by one thread of one process; a client that sends its form one byte each five seconds would hold that
thread for minutes, and eight of them the whole site. Here the bytes are awaited by an event loop, which holds
thousands of slow clients at once; only a whole request goes to the thread. A client that is too slow gets 408, one
that does not say how much it sends gets 411, one that sends too much 413: as pages of ours, made without the body.

It is an ASGI application over the WSGI one: `granian --interface asginl wsgi:front`.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import re
import sys
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO
from urllib.parse import unquote_to_bytes

REFUSED = "yian.refused"
"""Key of the environment under which a page finds the status with which its request was refused before it."""
IN_MEMORY = 1024 * 1024


BROKEN = (
    500,
    [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-security-policy", b"default-src 'none'"),
        (b"x-content-type-options", b"nosniff"),
        (b"cache-control", b"no-store"),
    ],
    "这里出了错，没有做任何改动。请稍后再试。\nSomething went wrong here; nothing was changed.\n".encode(),
)
"""The answer when even the page of an error could not be made."""


@dataclass(frozen=True)
class Limits:
    """How slow a client may be: seconds without a byte, and bytes each second over `grace` seconds for the whole."""

    silence: float = 15
    grace: float = 20
    rate: int = 8 * 1024
    largest: int = 40 * 1024 * 1024

    def seconds(self, size: int) -> float:
        """How long a body of `size` bytes may take."""
        return self.grace + size / self.rate


class Unread(Exception):
    """The body was not read: the status to answer with."""

    def __init__(self, status: int):
        super().__init__(status)
        self.status = status


class Lanes:
    """One thread that makes pages. What takes long (a password's hash, a paper) lets the rest go first, but for one in
    `TURN`: ninety people who sign in at once keep nobody from saving, and do come in."""

    TURN = 4

    def __init__(self, work: Callable[[dict], tuple]):
        self._work = work
        self._quick: deque[tuple[Future, dict]] = deque()
        self._slow: deque[tuple[Future, dict]] = deque()
        self._passed = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="pages")

    def put(self, environ: dict) -> Future:
        waiting: Future = Future()
        (self._slow if is_slow(environ) else self._quick).append((waiting, environ))
        self._thread.submit(self._next)
        return waiting

    def _next(self) -> None:
        waiting, environ = self._pick()
        if not waiting.set_running_or_notify_cancel():
            return  # nobody waits for it any more
        try:
            waiting.set_result(self._work(environ))
        except BaseException as error:
            waiting.set_exception(error)

    def _pick(self) -> tuple[Future, dict]:
        if self._slow and (not self._quick or self._passed >= self.TURN):
            self._passed = 0
            return self._slow.popleft()
        self._passed += 1
        return self._quick.popleft()


_SLOW = re.compile(
    r"POST /(sign-in|first/.*|account/password|family/password|people/.*|attachments/.*)|"
    r".*(\.pdf|/paper|/summary|/letter|/visit-link/print)"
)


def is_slow(environ: dict) -> bool:
    """Whether a request is one for a hash or a paper."""
    return _SLOW.fullmatch(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}") is not None


class Front:
    """The ASGI application: reads, hands over to the WSGI application in its one thread, answers."""

    def __init__(self, app: Callable, limits: Limits):
        self.app, self.limits = app, limits
        self._lanes: Lanes | None = None

    async def __call__(self, scope: dict, receive: Callable[[], Awaitable[dict]], send: Callable) -> None:
        if scope["type"] != "http":
            raise ValueError(f"{scope['type']} is not served")
        environ = environment(scope)
        try:
            body = await self._read(scope, receive)
        except Unread as unread:
            body, environ[REFUSED] = BytesIO(), unread.status
        except ConnectionResetError:
            return  # nobody waits for an answer
        with body:
            environ["wsgi.input"] = body
            try:
                status, headers, content = await asyncio.wrap_future(self._one().put(environ))
            except Exception:
                logging.getLogger("app").exception("no page could be made")
                status, headers, content = BROKEN
        if REFUSED in environ:
            headers = [*headers, (b"connection", b"close")]  # what it still sends is no request
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _one(self) -> Lanes:
        if self._lanes is None:  # made in the process that serves, not in the one it was forked from
            self._lanes = Lanes(self._run)
            gc.freeze()  # half a million objects of the program itself: looking through them stops a page for 180 ms
        return self._lanes

    async def _read(self, scope: dict, receive: Callable[[], Awaitable[dict]]) -> IO[bytes]:
        """The whole body. Raises Unread, or ConnectionResetError when the client went away."""
        length = _length(scope)
        if length == 0:
            return BytesIO()
        if length > self.limits.largest:
            raise Unread(413)
        body = SpooledTemporaryFile(max_size=IN_MEMORY)  # beyond that a file without a name
        try:
            async with asyncio.timeout(self.limits.seconds(length)):
                await self._fill(body, length, receive)
        except TimeoutError:
            body.close()
            raise Unread(408) from None
        except OSError as error:
            body.close()
            if isinstance(error, ConnectionResetError):
                raise
            raise Unread(507) from None  # no room for what is beyond memory
        except BaseException:
            body.close()
            raise
        body.seek(0)
        return body

    async def _fill(self, body: IO[bytes], length: int, receive: Callable[[], Awaitable[dict]]) -> None:
        got, more = 0, True
        while more:
            message = await asyncio.wait_for(receive(), self.limits.silence)
            if message["type"] != "http.request":
                raise ConnectionResetError
            chunk, more = message.get("body", b""), message.get("more_body", False)
            got += len(chunk)
            if got > length:
                raise Unread(400)
            body.write(chunk)
        if got < length:
            raise ConnectionResetError

    def _run(self, environ: dict) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        told: dict = {}

        def start(status: str, headers: list[tuple[str, str]], _error: object = None) -> Callable[[bytes], object]:
            told.update(status=int(status.split(" ", 1)[0]), headers=headers)
            return lambda _text: None

        parts: Iterable[bytes] = self.app(environ, start)
        try:
            content = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        return (
            told["status"],
            [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in told["headers"]],
            content,
        )


def _length(scope: dict) -> int:
    """How many bytes the client says it sends. Raises Unread where it sends some without saying so."""
    sizes = {value for name, value in scope["headers"] if name == b"content-length"}
    if any(name == b"transfer-encoding" for name, _value in scope["headers"]):
        raise Unread(411)
    if not sizes:
        return 0
    text = sizes.pop()
    if sizes or not text.isdigit():
        raise Unread(400)
    return int(text)


def environment(scope: dict) -> dict:
    """The WSGI environment of a request, without its body."""
    path = unquote_to_bytes(scope["raw_path"]) if scope.get("raw_path") else scope["path"].encode()
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": path.decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    for name, value in scope["headers"]:
        if b"_" in name:
            continue  # x_forwarded_for would be taken for x-forwarded-for
        key, text = name.decode("latin-1").upper().replace("-", "_"), value.decode("latin-1")
        if key not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
            key = f"HTTP_{key}"
        between = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{between}{text}" if key in environ else text
    return environ
