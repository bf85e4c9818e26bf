"""What no browser sends: a real server answers it with 4xx or rightly, with our headers, and goes on.

What is not HTTP, or larger than any request of ours can be, never reaches a page: the web server itself answers it,
with an empty body. docs/administrator.md says where these bounds lie; here they are measured.
"""

from __future__ import annotations

import socket

import pytest

from tests.house.test_server import HANGS, Server, server  # noqa: F401  the fixture

STYLE = "/static/css/plans.css"
METHODS = ("HEAD", "OPTIONS", "TRACE", "PROPFIND", "PATCH", "PUT", "DELETE", "FOO", "get", "M-SEARCH")
ADDRESSES = ("/", "/sign-in", "/sign-out", "/health", STYLE, "/check/x", "/imports/new")
PATHS = (
    "/%",
    "/%zz",
    "/%ff%fe",
    "/%c0%af",
    "/%00",
    "/check/%ff",
    "/v/%ff",
    "/enter/%80",
    "/calendar/%ff.ics",
    "/static/%ff",
    "/static/..%2f..%2fwsgi.py",
    "//evil",
    "/\\evil",
    "/;x",
    "/?%ff=%ff",
    "/sign-in?next=%ff",
    "/%0d%0aX:y",
    "/?&&&===",
    "/sign-in?lang=%u4e2d",
    "/sign-in?" + "&".join(f"a{n}=1" for n in range(2000)),
    "/check/" + "%41" * 3000,
    "http://evil/sign-in",
    "*",
)
HEADERS = {
    "Range": (
        "bytes=0-10",
        "bytes=10-0",
        "bytes=-5",
        "bytes=x",
        "bytes=" + "0-1," * 2000 + "0-1",
        "items=0-1",
        "bytes=0-99999999999999999999999",
    ),
    "If-Modified-Since": (
        "x",
        "",
        "0",
        "Sat, 99 Oct 99999 99:99:99 GMT",
        "Sat, 01 Jan 0001 00:00:00 +2359",
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "Sat Oct 29 19:43:31 1994",
        "\xff",
    ),
    "If-None-Match": ('"', 'W/"', "*", ",,,", '"' + "a" * 5000),
    "Accept-Language": (
        "",
        "zh;q=x",
        "zh;q=-1",
        "zh;q=nan",
        "zh;q=1e400",
        "*",
        ",,,;;;",
        "\xff\xfe",
        "i-klingon",
        "../../etc/passwd",
        "zh-" + "-".join("x" * 2000),
    ),
    "X-Forwarded-For": ("x", ",,,", "[::1", "\xff", "a" * 5000),
    "X-Forwarded-Proto": ("gopher", "https, http", ""),
    "X-Forwarded-Host": ("evil", "[::1", "localhost:x"),
    "Cookie": (
        "sid=%ff",
        "sid=\xff",
        "sid",
        "=",
        ";;;",
        'sid="x',
        "sid=.eJ.x.y",
        "device=e30",
        "a=" + "x" * 60_000,
        "; ".join(f"a{n}=b" for n in range(3000)),
    ),
    "Referer": ("http://[", "\xff", "x"),
    "Origin": ("http://[", "null", "\xff"),
    "Expect": ("100-continue", "200-maybe"),
    "Content-Type": (
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "a/b/c",
        "\xff",
        "application/x-www-form-urlencoded; charset=zzz",
    ),
    "Authorization": ("Basic %%%", "\xff"),
    "Upgrade": ("h2c", "websocket"),
}
HOSTS = ("evil", "localhost:99999", "localhost:x", "[::1", "localhost/x", "user@localhost", "\xff", "")
END = "Connection: close\r\n"
HOST = "Host: localhost\r\n"


def requests() -> dict[str, str]:
    found = {
        f"{method} {path}": f"{method} {path} HTTP/1.1\r\n{HOST}{END}Content-Length: 0\r\n\r\n"
        for method in METHODS
        for path in ADDRESSES
    }
    found |= {f"path {path[:30]}": f"GET {path} HTTP/1.1\r\n{HOST}{END}\r\n" for path in PATHS}
    for name, values in HEADERS.items():
        for value in values:
            for line in (f"GET {STYLE}", "GET /sign-in", "POST /language", "POST /sign-out"):
                body = "Content-Length: 5\r\n\r\na=%ff" if line[0] == "P" else "\r\n"
                found[f"{line} {name}: {value[:30]}"] = f"{line} HTTP/1.1\r\n{HOST}{END}{name}: {value}\r\n{body}"
    found |= {f"host {host}": f"GET /sign-in HTTP/1.1\r\n{END}Host: {host}\r\n\r\n" for host in HOSTS}
    start = f"POST /sign-in HTTP/1.1\r\n{HOST}{END}"
    return found | {
        "no host": f"GET /sign-in HTTP/1.1\r\n{END}\r\n",
        "two hosts": f"GET / HTTP/1.1\r\n{HOST}Host: evil\r\n{END}\r\n",
        "HTTP/1.0": "GET /sign-in HTTP/1.0\r\n\r\n",
        "HTTP/1.0 post": "POST /sign-in HTTP/1.0\r\n\r\na=b",
        "length twice, the same": start + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        "length beyond all": start + "Content-Length: 1000000000000\r\n\r\nabc",
        "chunked": start + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
        "chunked, no number": start + "Transfer-Encoding: chunked\r\n\r\nzz\r\na\r\n0\r\n\r\n",
        "chunked, below zero": start + "Transfer-Encoding: chunked\r\n\r\n-1\r\na\r\n0\r\n\r\n",
        "chunked, huge": start + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\na\r\n0\r\n\r\n",
        "chunked and a length": start + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n1\r\na\r\n0\r\n\r\n",
        "chunked twice": start + "Transfer-Encoding: gzip, chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
        "line of 60 KB": f"GET /sign-in?x={'a' * 60_000} HTTP/1.1\r\n{HOST}{END}\r\n",
        "90 headers": f"GET /sign-in HTTP/1.1\r\n{HOST}{END}" + "".join(f"X-{n}: a\r\n" for n in range(90)) + "\r\n",
    }


BEFORE_US = {
    "line of 66 KB": (414, f"GET /sign-in?x={'a' * 66_000} HTTP/1.1\r\n{HOST}{END}\r\n"),
    "2 MB": (431, f"GET /sign-in HTTP/1.1\r\n{HOST}{END}X: {'a' * 2_000_000}\r\n\r\n"),  # 835 KB are read at once
    "150 headers": (431, f"GET / HTTP/1.1\r\n{HOST}{END}" + "".join(f"X-{n}: a\r\n" for n in range(150)) + "\r\n"),
    "no HTTP": (400, "HELLO\r\n\r\n"),
    "TLS": (400, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
    "HTTP/9.9": (400, f"GET / HTTP/9.9\r\n{HOST}\r\n"),
    "HTTP/0.9": (400, "GET /\r\n\r\n"),
    "two lengths": (400, f"POST / HTTP/1.1\r\n{HOST}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
    "a length below zero": (400, f"POST / HTTP/1.1\r\n{HOST}Content-Length: -3\r\n\r\nabc"),
    "a folded header": (400, f"GET / HTTP/1.1\r\n{HOST}X: b\r\n c\r\n\r\n"),
    "a NUL": (400, f"GET / HTTP/1.1\r\n{HOST}X: a\0b\r\n\r\n"),
}


def ask(server: Server, request: str) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port), timeout=HANGS) as client:
        said = b""
        try:
            client.sendall(request.encode("latin-1"))
            while part := client.recv(65536):
                said += part
        except ConnectionError:
            pass  # it was not read to its end, and answered all the same
    return said


def test_no_odd_request_is_an_error_of_ours_or_leaves_without_our_headers(server):
    wrong = {}
    for name, request in requests().items():
        said = ask(server, request).lower()
        said = said.removeprefix(b"http/1.1 100 continue\r\n\r\n")
        status = said[9:12].decode()
        if not (status.isdigit() and 200 <= int(status) < 500) or b"content-security-policy: default-src" not in said:
            wrong[name] = said[:60]
    assert not wrong
    assert server.health()["status"] == "ok"


@pytest.mark.parametrize("name", BEFORE_US)
def test_what_never_reaches_a_page_is_answered_with_nothing_in_it(server, name):
    status, request = BEFORE_US[name]
    head, _, body = ask(server, request).partition(b"\r\n\r\n")
    if name == "2 MB" and not head.endswith(b"GMT"):
        head, body = b"HTTP/1.1 431, content-length: 0", b""  # the connection ended before all of it was sent
    assert head[9:12] == str(status).encode() and body == b"" and b"content-length: 0" in head
    assert server.health()["status"] == "ok"
