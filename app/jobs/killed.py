"""How a job is found again whose worker was killed: by its owner (host, process and start of the process), and by its
silence."""

from __future__ import annotations

import os
import socket
import uuid
from datetime import timedelta
from functools import cache

from flask import Flask
from sqlalchemy import select

from app.db import db
from app.jobs.models import Job, JobState
from app.kernel import clock

IN_HAND: set[uuid.UUID] = set()
"""The jobs that threads of this process have taken in hand."""
SILENT = timedelta(minutes=15)
"""A job that has told nothing for so long is nobody's."""


def this_process() -> str:
    """The owner of the jobs that this process has claimed."""
    return _owner(os.getpid())


@cache
def _owner(pid: int) -> str:
    return f"{socket.gethostname()}:{pid}:{_started(pid)}"


def _started(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[19]
    except OSError:
        return "gone"


def _dead(owner: str | None) -> bool:
    host, _, rest = (owner or "").partition(":")
    pid, _, started = rest.partition(":")
    return host == socket.gethostname() and pid.isdigit() and _started(int(pid)) != started


def _left(job_id: uuid.UUID, owner: str | None) -> bool:
    """Nobody works on a running job: its worker died, or it is ours and we gave up when the database failed."""
    return _dead(owner) or owner == this_process() and job_id not in IN_HAND


def is_free(row: Job) -> bool:
    """Whether nobody works at it: it waits, or who had it is dead, was this process, or is silent."""
    if row.state == JobState.QUEUED:
        return True
    if row.state != JobState.RUNNING:
        return False
    silent = row.seen_at is not None and row.seen_at < clock.now() - SILENT
    return _dead(row.owner) or row.owner == this_process() or silent


def waiting(app: Flask) -> list[uuid.UUID]:
    """Ids of jobs that nobody works on: queued, or left by a dead worker; oldest first."""
    with app.app_context():
        rows = db.session.execute(
            select(Job.id, Job.state, Job.owner, Job.seen_at)
            .where(Job.state.in_([JobState.QUEUED, JobState.RUNNING]))
            .order_by(Job.created_at, Job.id)
        ).all()
    limit = clock.now() - SILENT
    return [r.id for r in rows if r.state == JobState.QUEUED or _left(r.id, r.owner) or r.seen_at < limit]
