"""What the administrator is told of the server: a process that ended by itself, on today's page and on its own."""

from __future__ import annotations

import os

import pytest

from app.web.processes import SUPERVISOR, Process, read_processes, write_processes

RAN_INTO_A_WALL = "2026-11-23T02:00:00+00:00"


@pytest.fixture
def told(app, monkeypatch):
    def tell(*processes: Process) -> None:
        monkeypatch.setenv(SUPERVISOR, str(os.getpid()))
        write_processes(app.config["INSTANCE"], processes)

    return tell


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to("2026-11-23T03:00:00+00:00", tick=False)


def worker(**changes) -> Process:
    return Process(
        kind="worker",
        name="worker 1",
        **({"up": True, "restarts": 2, "ended_at": RAN_INTO_A_WALL, "why": "killed by signal 9"} | changes),
    )


def test_an_end_is_told_to_the_administrator_and_to_nobody_else(app, client, sign_in, told):
    told(Process(kind="web", name="web server", up=True), worker())
    sign_in("administrator")
    page = client.get("/").get_data(as_text=True)
    assert 'href="/server"' in page and "2 times a process of the server ended by itself" in page
    page = client.get("/server").get_data(as_text=True)
    assert "killed by signal 9" in page and "Worker for background jobs" in page
    sign_in("city_coordinator")
    assert 'href="/server"' not in client.get("/").get_data(as_text=True)
    assert client.get("/server").status_code == 403


def test_a_process_that_is_down_makes_health_degraded(client, sign_in, told):
    told(worker(up=False))
    answer = client.get("/health").json
    assert answer["status"] == "degraded"
    assert answer["processes"] == [{"kind": "worker", "up": False, "restarts": 2, "ended_at": RAN_INTO_A_WALL}]
    sign_in("administrator")
    assert "1 process of the server does not run just now" in client.get("/").get_data(as_text=True)


def test_a_week_later_it_is_no_work_any_more(client, sign_in, told, time_machine):
    told(worker())
    time_machine.move_to("2026-11-30T03:00:00+00:00", tick=False)
    sign_in("administrator")
    assert 'href="/server"' not in client.get("/").get_data(as_text=True)


def test_without_a_supervisor_or_with_the_file_of_an_earlier_one_nothing_is_told(
    app, client, sign_in, told, monkeypatch
):
    told(worker())
    monkeypatch.setenv(SUPERVISOR, "1")
    assert read_processes(app.config["INSTANCE"]) == []
    monkeypatch.delenv(SUPERVISOR)
    assert client.get("/health").json == {"status": "ok"}
    sign_in("administrator")
    assert "Nothing is known here" in client.get("/server").get_data(as_text=True)


def test_a_shorter_story_leaves_nothing_of_the_longer_one(app, told):
    told(*[worker() for _ in range(9)])
    told(worker(restarts=3))
    assert [one.restarts for one in read_processes(app.config["INSTANCE"])] == [3]
