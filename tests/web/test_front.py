"""The reader before the pages: whole requests only, within limits; the environment a page sees is the WSGI one."""

from __future__ import annotations

import asyncio
import gc
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from app.web.front import REFUSED, Front, Lanes, Limits, environment, is_slow

QUICK = Limits(silence=0.01, grace=0.01, rate=10**9, largest=100)


def scope(**changes) -> dict:
    return {
        "type": "http",
        "method": "POST",
        "path": "/x",
        "raw_path": b"/x",
        "query_string": b"",
        "scheme": "http",
        "http_version": "1.1",
        "server": ("127.0.0.1", "80"),
        "client": ("10.0.0.1", "5"),
        "headers": [],
        **changes,
    }


def echo(environ, start):
    start("200 OK", [("X-Refused", str(environ.get(REFUSED, "")))])
    return [environ["wsgi.input"].read()]


def run(work) -> None:
    """Run it in a loop of its own thread: a browser of an earlier test may have left its loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


def fetch(told: dict, messages: list[dict], limits: Limits = QUICK, app=echo):
    """Run one request; a client whose messages are used up stays silent. Return (status, headers, body)."""
    sent: list[dict] = []

    async def receive():
        if messages:
            return messages.pop(0)
        await asyncio.Event().wait()

    async def send(message):
        sent.append(message)

    run(Front(app, limits)(told, receive, send))
    return (sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]) if sent else None


def part(body: bytes, more: bool = False) -> dict:
    return {"type": "http.request", "body": body, "more_body": more}


def length(size: int) -> dict:
    return scope(headers=[(b"content-length", str(size).encode())])


def test_a_body_in_parts_reaches_the_page_whole():
    assert fetch(length(6), [part(b"ab", True), part(b"cd", True), part(b"ef")], Limits())[2] == b"abcdef"
    large = b"x" * 3_000_000  # goes through a file
    assert fetch(length(len(large)), [part(large)], Limits())[2] == large


@pytest.mark.parametrize(
    ("told", "messages", "code"),
    [
        (length(6), [part(b"ab", True)], b"408"),  # and then nothing
        (length(101), [], b"413"),
        (scope(headers=[(b"transfer-encoding", b"chunked")]), [part(b"a")], b"411"),
        (scope(headers=[(b"content-length", b"3"), (b"transfer-encoding", b"chunked")]), [part(b"abc")], b"411"),
        (scope(headers=[(b"content-length", b"-3")]), [], b"400"),
        (scope(headers=[(b"content-length", b"3"), (b"content-length", b"4")]), [], b"400"),
        (length(2), [part(b"abc")], b"400"),
    ],
)
def test_what_cannot_be_read_whole_is_refused_before_the_page_and_the_connection_ends(told, messages, code):
    _status, headers, body = fetch(told, messages)
    assert headers[b"x-refused"] == code and headers[b"connection"] == b"close" and body == b""


def test_a_trickle_ends_with_the_time_for_the_whole():
    """Each byte comes in time, the whole does not."""
    trickle = Limits(silence=60, grace=0.0, rate=10**9, largest=10**6)
    assert fetch(length(10**6), [part(b"a", True)] * 3, trickle)[1][b"x-refused"] == b"408"
    assert Limits().seconds(0) == 20 and Limits().seconds(40 * 1024 * 1024) == 20 + 5120


def test_a_client_that_goes_away_is_not_answered_and_reaches_no_page():
    assert fetch(length(6), [part(b"ab", True), {"type": "http.disconnect"}]) is None
    assert fetch(length(6), [part(b"ab")]) is None


def test_without_a_body_nothing_is_awaited():
    assert fetch(scope(method="GET"), [])[0] == 200


def test_the_environment_is_that_of_wsgi():
    made = environment(
        scope(
            raw_path=b"/a%00b/%ff/%E4%B8%AD",
            query_string=b"x=%ff",
            headers=[
                (b"host", b"h"),
                (b"cookie", b"a=1"),
                (b"cookie", b"b=2"),
                (b"x-forwarded-for", b"1"),
                (b"x-forwarded-for", b"2"),
                (b"x_forwarded_for", b"3"),
                (b"content-type", b"text/plain"),
            ],
        )
    )
    assert made["PATH_INFO"] == "/a\0b/\xff/\xe4\xb8\xad" and made["QUERY_STRING"] == "x=%ff"
    assert made["HTTP_COOKIE"] == "a=1; b=2" and made["HTTP_X_FORWARDED_FOR"] == "1,2"
    assert made["CONTENT_TYPE"] == "text/plain" and made["REMOTE_ADDR"] == "10.0.0.1" and made["HTTP_HOST"] == "h"


@pytest.mark.parametrize("status", [400, 408, 411, 413])
def test_the_refusal_is_a_page_of_ours(app, client, status):
    answer = app.test_client(use_cookies=False).post("/sign-in", environ_overrides={REFUSED: status})
    assert answer.status_code == status
    assert "data-page-error" in answer.get_data(as_text=True) and "Content-Security-Policy" in answer.headers


def asked(line: str) -> dict:
    method, path = line.split(" ", 1)
    return {"REQUEST_METHOD": method, "PATH_INFO": path}


@pytest.mark.parametrize(
    ("line", "slow"),
    [
        ("POST /sign-in", True),
        ("GET /sign-in", False),
        ("POST /account/password", True),
        ("POST /first/abc", True),
        ("GET /teams/1/packet.pdf", True),
        ("GET /plans/1/paper", True),
        ("POST /children/1/family/2/letter", True),
        ("POST /language", False),
        ("POST /visits/1/record", False),
        ("GET /", False),
        ("GET /calendar/x.ics", False),
        ("POST /sign-in\n", False),
        ("GET /papers", False),
    ],
)
def test_what_takes_long_is_known_by_its_address(line, slow):
    assert is_slow(asked(line)) is slow


def test_what_takes_long_lets_the_rest_go_first_and_has_its_turn():
    """Ninety who sign in keep nobody from saving, and nobody who saves keeps them out for good."""
    done, begun, go = [], Event(), Event()

    def work(environ):
        if not done:
            begun.set()
            go.wait()
        done.append(environ["PATH_INFO"])
        return environ["PATH_INFO"]

    lanes = Lanes(work)
    waiting = [lanes.put(asked("POST /sign-in"))]
    begun.wait()
    waiting += [lanes.put(asked("POST /sign-in")) for _ in range(3)]
    gone = lanes.put(asked("GET /gone"))
    waiting += [lanes.put(asked(f"GET /{n}")) for n in range(6)]
    assert gone.cancel()
    go.set()
    assert [one.result() for one in waiting][-1] == "/5"
    assert done == ["/sign-in", "/0", "/1", "/2", "/sign-in", "/3", "/4", "/5", "/sign-in", "/sign-in"]


def test_an_error_reaches_the_one_who_waits():
    def work(_environ):
        raise LookupError("x")

    with pytest.raises(LookupError):
        Lanes(work).put(asked("GET /")).result()


def test_the_program_itself_is_not_looked_through_for_garbage():
    """A full collection took 180 ms of a page's time; what pages leave behind is collected as ever."""
    gc.unfreeze()
    try:
        fetch(scope(method="GET"), [])
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()


def test_when_no_page_can_be_made_there_are_words_and_headers_all_the_same():
    def breaks(_environ, start):
        start("200 OK", [("X-Odd", "\N{SNOWMAN}")])
        return [b""]

    status, headers, body = fetch(scope(method="GET"), [], app=breaks)
    assert status == 500 and b"Something went wrong here" in body and headers[b"content-security-policy"]
