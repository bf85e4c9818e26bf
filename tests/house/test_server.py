"""A real server on this machine: slow clients hold nobody up, and what the system kills is started again."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HANGS = 60  # seconds after which a request counts as never answered


class Server:
    """script/serve.py on a migrated database of its own, with two processes for pages and one worker."""

    def __init__(self, folder: Path, port: int):
        self.folder, self.port, self.address = folder, port, f"http://127.0.0.1:{port}"
        environment = {
            **os.environ,
            "YIAN_INSTANCE": str(folder),
            "YIAN_KEYS": str(folder / "keys.json"),
            "YIAN_WEB_WORKERS": "2",
            "YIAN_WORKERS": "1",
            "FLASK_APP": "wsgi.py",
            "YIAN_PLAIN_HTTP": "1",
        }
        self.process = subprocess.Popen(
            [sys.executable, "script/serve.py", "--host", "127.0.0.1", "--port", str(port), "--address", self.address],
            cwd=ROOT,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.said = self.until("Yian answers at")

    def until(self, words: str) -> str:
        """Read what the server says up to the line with these words."""
        said = ""
        for line in self.process.stdout:
            said += line
            if words in line:
                return said
        raise AssertionError(f"the server ended before it said {words!r}:\n{said}")

    def health(self) -> dict:
        with urllib.request.urlopen(self.address + "/health", timeout=HANGS) as answer:
            return json.load(answer)

    def children(self, pid: int) -> list[int]:
        return [int(text) for text in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def find(self, kind: str) -> int:
        """The process of a worker or of the web server, from what the supervisor tells the pages."""
        told = json.loads((self.folder / "processes.json").read_bytes())
        return next(one["pid"] for one in told["processes"] if one["kind"] == kind)

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=HANGS)
        return self.process.returncode


@pytest.fixture(scope="module")
def server(migrated, tmp_path_factory):
    folder = tmp_path_factory.mktemp("server") / "instance"
    shutil.copytree(migrated, folder)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    running = Server(folder, port)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.end()
        running.process.stdout.close()


def begin(server: Server, start: bytes) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", server.port), timeout=HANGS)
    client.sendall(start)
    return client


def test_slow_forms_and_half_headers_hold_nobody_up(server):
    """Each sends a part of its request and then nothing: more of them than there are processes, many times over."""
    form = (
        b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: 1000\r\n\r\nusername="
    )
    with ExitStack() as slow:
        for _ in range(100):
            slow.enter_context(begin(server, form))
        for _ in range(200):
            slow.enter_context(begin(server, b"GET /sign-in HTTP/1.1\r\nX-Slow: "))
        for _ in range(20):
            with urllib.request.urlopen(server.address + "/sign-in", timeout=HANGS) as answer:
                assert answer.status == 200


def test_a_form_that_comes_in_pieces_is_whole(server):
    with begin(
        server,
        b"POST /language HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 11\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\nlan",
    ) as client:
        client.sendall(b"guage=e")
        client.sendall(b"n")
        said = client.makefile("rb").read()
    assert b" 400 " in said.splitlines()[0]  # read whole, and refused for its missing token
    assert b"text/html" in said


def test_a_body_of_unknown_length_is_refused_with_a_page_of_ours(server):
    with begin(
        server, b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n"
    ) as client:
        said = client.makefile("rb").read()
    assert b" 411 " in said.splitlines()[0]
    assert b"content-security-policy" in said.lower() and b"data-page-error" in said


def test_a_killed_worker_is_started_again_while_the_pages_go_on(server):
    assert {one["restarts"] for one in server.health()["processes"]} == {0}
    os.kill(server.find("worker"), signal.SIGKILL)
    said = server.until("runs again")
    assert re.search(r"worker 1 for background jobs has ended \(killed by signal 9\)", said)
    found = {one["kind"]: one for one in server.health()["processes"]}
    assert (found["worker"]["restarts"], found["worker"]["up"], found["web"]["restarts"]) == (1, True, 0)
    assert found["worker"]["ended_at"]


def test_a_killed_process_for_pages_is_replaced(server):
    os.kill(server.children(server.find("web"))[0], signal.SIGKILL)
    server.until("A process for pages has ended")
    assert any(one["kind"] == "page" and one["restarts"] == 1 for one in server.health()["processes"])


def test_a_killed_web_server_takes_its_processes_along_and_is_started_again(server):
    web = server.find("web")
    pages = server.children(web)
    os.kill(web, signal.SIGKILL)
    server.until("The server answers again")
    assert any(one["kind"] == "web" and one["restarts"] == 1 for one in server.health()["processes"])
    assert not set(pages) & set(server.children(server.find("web")))


def test_a_stopped_server_leaves_no_process(server):
    below = server.children(server.process.pid)
    assert server.end() == 0
    for pid in below:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
