"""Jobs: queued with the change, run once, found again after a killed worker, harmless when run twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap

import pytest
from sqlalchemy import select, update

from app.access import SYSTEM, Permission
from app.db import db
from app.jobs.actions import cancel_job, job, queue_job
from app.jobs.killed import waiting
from app.jobs.models import Job, JobState
from app.jobs.runner import Cancelled, run, run_waiting
from app.kernel.problems import N_, Problem, Refused

SEEN: list[int] = []


@job("tests.note", N_("Work"), needs=Permission.SIGNED_IN)
def note(work):
    SEEN.append(work.args["n"])
    return {"n": work.args["n"]}


@job("tests.refuse", N_("Work"), needs=Permission.SIGNED_IN)
def refuse(work):
    raise Refused(Problem("no", N_("Not found."), {"x": 1}))


@job("tests.break", N_("Work"), needs=Permission.SIGNED_IN)
def break_(work):
    raise ZeroDivisionError


@job("tests.stop", N_("Work"), needs=Permission.SIGNED_IN)
def stop(work):
    work.progress(1, 10, "one")
    cancel_job(SYSTEM, work.id)
    db.session.commit()
    work._told = 0
    work.progress(2, 10, "two")


def ask(kind: str, **args) -> Job:
    db.write()
    made = queue_job(SYSTEM, kind, args)
    db.session.commit()
    return made


def state_of(job_id) -> Job:
    db.session.rollback()
    return db.session.scalar(select(Job).where(Job.id == job_id).execution_options(populate_existing=True))


@pytest.fixture(autouse=True)
def fresh():
    SEEN.clear()


@pytest.mark.both_databases
def test_a_job_runs_once_and_keeps_its_result(app, app_context):
    made = ask("tests.note", n=4)
    assert run_waiting(app) == 1 and run_waiting(app) == 0
    assert SEEN == [4] and run(app, made.id) is False and SEEN == [4]
    assert state_of(made.id).state == JobState.DONE and state_of(made.id).result == {"n": 4}


@pytest.mark.both_databases
def test_a_job_is_gone_with_the_change_that_asked_for_it(app, app_context):
    db.write()
    queue_job(SYSTEM, "tests.note", {"n": 1})
    db.session.rollback()
    assert run_waiting(app) == 0


def test_an_emptied_queue_loses_nothing(app, app_context):
    ask("tests.note", n=1)
    for path in app.config["INSTANCE"].glob("queue.db*"):
        path.unlink()
    assert run_waiting(app) == 1 and SEEN == [1]


def test_a_refusal_and_an_error_are_kept_apart(app, app_context):
    refused, broken = ask("tests.refuse"), ask("tests.break")
    run_waiting(app)
    assert state_of(refused.id).problems[0]["code"] == "no" and state_of(refused.id).error is None
    assert "ZeroDivisionError" in state_of(broken.id).error
    assert {state_of(refused.id).state, state_of(broken.id).state} == {JobState.FAILED}


def test_a_running_job_can_be_stopped_and_a_queued_one_never_starts(app, app_context):
    running, queued = ask("tests.stop"), ask("tests.note", n=1)
    db.write()
    cancel_job(SYSTEM, queued.id)
    db.session.commit()
    run_waiting(app)
    assert state_of(running.id).state == state_of(queued.id).state == JobState.CANCELLED
    assert SEEN == []
    assert issubclass(Cancelled, Exception)


@pytest.mark.both_databases
def test_a_job_of_a_killed_worker_is_found_again(app, app_context, tmp_path):
    """A real process claims the job and is killed with -9 in the middle of it."""
    made = ask("tests.note", n=9)
    script = tmp_path / "claim.py"
    script.write_text(
        textwrap.dedent("""
        import sys
        from app import create_app
        from app.jobs.runner import _claim
        import uuid
        app = create_app({"INSTANCE": sys.argv[1], "KEYS": sys.argv[2], "DATABASE_URL": sys.argv[3], "DEMO": True})
        with app.app_context():
            assert _claim(uuid.UUID(sys.argv[4]))
        print("claimed", flush=True)
        sys.stdin.read()
    """)
    )
    url = db.engine.url.render_as_string(hide_password=False)
    process = subprocess.Popen(
        [sys.executable, str(script), str(app.config["INSTANCE"]), str(app.config["KEYS"]), url, str(made.id)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )
    assert process.stdout.readline().strip() == "claimed"
    assert waiting(app) == [], "another worker may not take a job that is being done"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdin.close()
    process.stdout.close()
    assert waiting(app) == [made.id]
    assert run_waiting(app) == 1 and SEEN == [9] and state_of(made.id).attempts == 2


def test_a_job_that_kills_every_worker_is_given_up(app, app_context):
    made = ask("tests.note", n=1)
    db.write()
    db.session.execute(update(Job).where(Job.id == made.id).values(attempts=5))
    db.session.commit()
    assert run_waiting(app) == 0
    assert state_of(made.id).state == JobState.FAILED


def test_the_page_of_a_job_is_its_owners(app, client, sign_in):
    user = sign_in("city_coordinator")
    with app.app_context():
        db.write()
        made = queue_job(user_actor(user), "tests.refuse", {}, page="/")
        db.session.commit()
        run_waiting(app)
        job_id = made.id
    page = client.get(f"/jobs/{job_id}")
    assert page.status_code == 200 and "Not found." in page.get_data(as_text=True)
    assert client.get(f"/jobs/{job_id}/progress", headers={"HX-Request": "true"}).status_code == 200
    other = app.test_client()
    sign_in("city_coordinator", client=other)
    assert other.get(f"/jobs/{job_id}").status_code == 404


def user_actor(user):
    from app.accounts.queries import find_actor

    return find_actor(user.id)
