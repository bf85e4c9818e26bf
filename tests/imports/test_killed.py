"""Kill -9 while children are taken over, forty times and of the real worker: all of an import is there, or nothing, and
it ends well."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.access import SYSTEM
from app.children.models import Child, NumberTail
from app.db import audit, db, vault
from app.db.audit import AuditEntry
from app.imports.actions import ask_to_apply
from app.imports.models import Import
from app.imports.types import ImportState
from app.jobs.models import Job, JobState
from app.jobs.runner import run_waiting
from app.roll.models import RollState, StudentNumber
from benchmarks.imports import rows
from tests.imports.samples import PRIMARY, make_schools, xlsx
from tests.imports.test_actions import preview

FORK = multiprocessing.get_context("fork")
IMPORTS, KILLS, CHILDREN = 10, 4, 120
"""A job gives up after five attempts, so each import is killed four times and then left alone."""
LONGEST = 60.0


def work(app) -> None:
    """In the other process: nothing of the parent's connections is touched, then the waiting job runs."""
    app.extensions["yian.engine"].dispose(close=False)
    run_waiting(app)


def processor_seconds(pid: int) -> float:
    """What a process has used; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def kill_after(worker, seconds: float) -> None:
    """Kill the process when it has worked so long on the processor, or let it end before."""
    until = time.monotonic() + LONGEST
    while worker.is_alive() and processor_seconds(worker.pid) < seconds and time.monotonic() < until:
        worker.join(0.002)
    worker.kill()
    worker.join()


def start(app):
    worker = FORK.Process(target=work, args=(app,))
    db.session.rollback()
    worker.start()
    return worker


def count(model) -> int:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.mark.both_databases
def test_forty_kills_lose_nothing_and_write_nothing_twice(app, session):
    make_schools()
    draw, killed = random.Random(36), 0
    for number in range(1, IMPORTS + 1):
        with app.test_request_context():
            made = preview(xlsx(rows(CHILDREN, seed=number, schools=(PRIMARY,))))
            db.session.rollback()
            db.write()
            identifier = ask_to_apply(SYSTEM, made.id).id
            db.session.commit()
        for _ in range(KILLS):
            kill_after(start(app), draw.uniform(0.01, 0.25))
            assert count(Child) in ((number - 1) * CHILDREN, number * CHILDREN)
            if db.is_sqlite:
                assert session.connection().exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            killed += 1
        worker = start(app)
        worker.join(LONGEST)
        assert session.scalar(select(Import.state).where(Import.id == identifier)) is ImportState.APPLIED
        assert count(Child) == count(RollState) == count(StudentNumber) == number * CHILDREN
    assert killed == IMPORTS * KILLS == 40
    whole = IMPORTS * CHILDREN
    assert session.scalar(select(func.count()).where(AuditEntry.verb == "import_child")) == whole
    assert count(NumberTail) >= 4 * whole
    assert set(session.scalars(select(Job.state))) == {JobState.DONE}
    seen, _head, broken = audit.verify(session.connection(), vault().audit_key)
    assert broken is None and seen >= whole


class TestKilled:
    def test_killed_in_the_middle_it_completes_when_run_again(self, app, session, instance):
        make_schools()
        made = rows(1500, schools=(PRIMARY,))
        with app.test_request_context():
            row = preview(xlsx(made))
            db.write()
            identifier = ask_to_apply(SYSTEM, row.id).id
            db.session.commit()
        for moment in (0.9, 1.3, 1.7, 2.1):
            worker = start_worker(instance)
            until_running(worker, moment)
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
            db.session.rollback()
            db.session.expire_all()
            written = session.scalar(select(func.count()).select_from(Child))
            assert written in (0, 1500)
            assert session.connection().exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        db.session.rollback()
        assert start_worker(instance).wait(timeout=120) == 0
        db.session.expire_all()
        assert session.scalar(select(func.count()).select_from(Child)) == 1500
        assert session.scalar(select(func.count()).select_from(RollState)) == 1500
        assert session.get(Import, identifier).state is ImportState.APPLIED
        told = session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.verb == "import_child"))
        assert told == 1500
        assert session.scalar(select(Job.state)) == "done"


def start_worker(instance: Path) -> subprocess.Popen:
    environment = {
        **os.environ,
        "YIAN_INSTANCE": str(instance),
        "YIAN_KEYS": str(instance / "keys.json"),
        "YIAN_DEMO": "1",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "jobs", "work", "--once"],
        env=environment,
        cwd=Path(__file__).resolve().parents[2],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def until_running(worker: subprocess.Popen, moment: float) -> None:
    """Wait until the worker has used `moment` seconds of processor time, or has ended."""
    ticks = os.sysconf("SC_CLK_TCK")
    while worker.poll() is None:
        fields = Path(f"/proc/{worker.pid}/stat").read_text().rsplit(")", 1)[1].split()
        if (int(fields[11]) + int(fields[12])) / ticks >= moment:
            return
        with suppress(subprocess.TimeoutExpired):
            worker.wait(0.01)
