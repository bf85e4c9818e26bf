"""The queue in Redis: sheets sent in by a page reach a worker, and nothing is lost when Redis is emptied or away."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import select

from app.db import db
from app.jobs.models import Job, JobState
from tests.imports.samples import PRIMARY, child, make_schools, xlsx

QUEUE = "huey.redis.yian"
LONGEST = 60.0


class Server:
    """A Redis of our own on a socket in a folder, that keeps nothing."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "redis.sock"
        self.url = f"unix://{self.path}"
        self.process: subprocess.Popen | None = None

    def start(self) -> Redis:
        """Start it, with an empty memory; return a client once it answers."""
        self.process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", str(self.path), "--save", ""],
            cwd=self.path.parent,
            text=True,
            stdout=subprocess.PIPE,
        )
        said = ""
        for line in self.process.stdout:
            said += line
            if "eady to accept connections" in line:
                return Redis.from_url(self.url)
        raise AssertionError(said)

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.stdout.close()
            self.process.wait()
        self.process = None


@pytest.fixture
def server(tmp_path):
    made = Server(tmp_path)
    yield made
    made.stop()


@pytest.fixture
def served(app, server):
    """The application with its queue in that Redis."""
    app.config["REDIS_URL"] = server.url
    return app


@pytest.fixture
def coordinator(served, sign_in):
    with served.app_context():
        school = make_schools()[PRIMARY]
        unit_id = school.unit_id
    return sign_in("district_coordinator", unit_id=unit_id)


@contextmanager
def worker(app, folder: Path):
    """`flask jobs work`, as it is started on a machine for work; it must end well when it is told to."""
    settings = {
        "YIAN_INSTANCE": app.config["INSTANCE"],
        "YIAN_KEYS": app.config["KEYS"],
        "YIAN_DEMO": "1",
        "YIAN_DATABASE_URL": app.extensions["yian.engine"].url.render_as_string(hide_password=False),
        "YIAN_REDIS_URL": app.config["REDIS_URL"],
    }
    with (folder / "worker.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "jobs", "work"],
            stdout=log,
            stderr=log,
            env=os.environ | {name: str(value) for name, value in settings.items()},
        )
        try:
            yield process
            assert process.poll() is None, (folder / "worker.log").read_text()
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=LONGEST) == 0, (folder / "worker.log").read_text()
        finally:
            process.kill()
            process.wait()


def send_in(client, name: str) -> str:
    """Send in a sheet with one child by the page; return the address of its preview."""
    content = io.BytesIO(xlsx([child(name=name)]))
    answer = client.submit("/imports/new", kind="children", file=(content, f"{name}.xlsx"), follow=False)
    assert answer.status_code == 303, answer.get_data(as_text=True)[-3000:]
    return answer.headers["Location"]


def jobs(app) -> list[Job]:
    with app.app_context():
        return list(db.session.scalars(select(Job).order_by(Job.created_at)))


def wait(process, reached: Callable[[], bool]) -> None:
    """Wait until it is so, the worker ends, or it has taken far too long."""
    until = time.monotonic() + LONGEST
    while not reached() and time.monotonic() < until:
        try:
            process.wait(timeout=0.05)
        except subprocess.TimeoutExpired:
            continue
        break
    assert reached()


def all_done(app, process) -> list[Job]:
    """The jobs, once the worker has done them all."""
    wait(process, lambda: {job.state for job in jobs(app)} == {JobState.DONE})
    return jobs(app)


def test_a_job_reaches_a_worker_and_one_that_redis_forgot_is_found_by_its_row(
    served, server, client, coordinator, tmp_path
):
    redis = server.start()
    forgotten = send_in(client, "冉一")
    assert redis.llen(QUEUE) == 1
    redis.flushall()
    carried = send_in(client, "冉二")
    assert redis.llen(QUEUE) == 1
    with worker(served, tmp_path) as process:
        found = all_done(served, process)
    assert [job.attempts for job in found] == [1, 1] and redis.llen(QUEUE) == 0
    for address in (forgotten, carried):
        assert "A new file" in client.get(address).get_data(as_text=True)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_while_redis_is_away_pages_take_work_and_the_worker_does_it_from_the_rows(
    served, server, client, coordinator, tmp_path
):
    address = send_in(client, "冉一")
    assert "Being checked" in client.get(address).get_data(as_text=True)
    assert [job.state for job in jobs(served)] == [JobState.QUEUED]
    with worker(served, tmp_path) as process:
        all_done(served, process)
        redis = server.start()
        wait(process, lambda: redis.info("clients")["blocked_clients"] == 1)  # the worker is at the queue again
        send_in(client, "冉二")
        all_done(served, process)
        assert redis.llen(QUEUE) == 0
        server.stop()
        send_in(client, "冉三")
        found = all_done(served, process)
    assert [job.attempts for job in found] == [1, 1, 1]
