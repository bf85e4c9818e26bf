"""Asking for work and running it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import current_app
from sqlalchemy import event, update

from app.access import Actor, Permission
from app.access.policy import Forbidden
from app.db import db
from app.db.base import here
from app.jobs.models import Job, JobState
from app.jobs.queue import carry
from app.kernel import clock
from app.kernel.problems import N_, Problem

HANDLERS: dict[str, Callable] = {}
LABELS: dict[str, str] = {}
NEEDS: dict[str, Permission] = {}
FAILED: dict[str, Callable[[dict], None]] = {}


def job(kind: str, label: str, *, needs: Permission, failed: Callable[[dict], None] | None = None) -> Callable:
    """Register a handler: `@job("imports.preview", N_("Preview of a sheet"), needs=Permission.IMPORTS_RUN)`.

    `label` is the msgid a person reads; `needs` is asked again when the work begins and before it is kept, because the
    account may have lost its role meanwhile. The handler takes a JobRun and returns a dict or None; it must be
    repeatable: it may run again after a killed worker. `failed(args)` is called, and committed, when the work has ended
    for good without being done, stopped by a person too, for what waits for it.
    """

    def register(handler: Callable) -> Callable:
        HANDLERS[kind], LABELS[kind], NEEDS[kind] = handler, label, needs
        if failed is not None:
            FAILED[kind] = failed
        return handler

    return register


def queue_job(actor: Actor, kind: str, args: dict[str, Any], *, total: int = 0, page: str | None = None) -> Job:
    """Add a job in the running transaction; it goes to the queue when that commits. `page` is where its result is.

    Raises Forbidden for somebody without an account: a row that names nobody is the system's own.
    """
    if actor.user_id is None and not actor.system:
        raise Forbidden(Problem("job_nobody", N_("Work in the background needs an account. Sign in first.")))
    made = Job(
        kind=kind,
        args=args,
        state=JobState.QUEUED,
        total=total,
        result={},
        problems=[],
        done=0,
        attempts=0,
        cancel_asked=False,
        user_id=actor.user_id,
        user_name=actor.name,
        page=page,
        created_at=clock.now(),
    )
    session = db.session
    session.add(made)
    session.flush()
    app, job_id = here(current_app), made.id
    event.listen(session, "after_commit", lambda _session: carry(app, job_id), once=True)
    return made


def cancel_job(actor: Actor, job_id: uuid.UUID) -> None:
    """Ask a job to stop; a queued one never starts, and what waits for it is told at once."""
    stopped = db.touched(
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.QUEUED)
        .values(state=JobState.CANCELLED, ended_at=clock.now())
    )
    db.session.execute(update(Job).where(Job.id == job_id).values(cancel_asked=True))
    row = db.session.get_one(Job, job_id, populate_existing=True)
    if stopped and (tell := FAILED.get(row.kind)) is not None:
        tell(dict(row.args))
