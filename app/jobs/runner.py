"""Running jobs: claim the row, run the handler, tell its progress, keep its result or its error.

A claim is one UPDATE, so two workers never run one job at a time. A job whose worker died is claimed again
(`killed.py`).
"""

from __future__ import annotations

import threading
import time
import uuid
from contextlib import suppress

from flask import Flask, current_app
from sqlalchemy import or_, select, update

from app.access import Actor
from app.db import audit, db
from app.db.faults import Fault, is_passing
from app.errors import NotFound
from app.jobs.actions import FAILED, HANDLERS, NEEDS
from app.jobs.killed import IN_HAND, is_free, this_process, waiting
from app.jobs.models import Job, JobState
from app.kernel import clock
from app.kernel.clean_log import places_of
from app.kernel.problems import N_, Problem, Refused, to_stored

MOST_ATTEMPTS = 5
_lock = threading.Lock()


class Cancelled(Exception):
    """The job was asked to stop and has done so; what it changed is undone."""


class NotAllowed(Refused):
    """Who asked may not do this any more: nothing is done in their name, and the trail says so."""


class JobRun:
    """What a handler gets: the arguments, the actor, `progress`, `cancelled`."""

    def __init__(self, row: Job):
        self.id, self.kind, self.args, self.page = row.id, row.kind, dict(row.args), row.page
        self.attempt = row.attempts
        self.asker = (row.user_id, row.user_name)
        self._told = 0.0

    @property
    def actor(self) -> Actor:
        """The user who asked, with the roles held now; the system only where nobody asked. Raises NotAllowed."""
        user_id, name = self.asker
        if user_id is None:
            return Actor(None, name, system=True)
        found = current_app.extensions["yian.find_actor"](user_id)
        if found is None:
            raise NotAllowed(
                Problem(
                    "asker_gone",
                    N_(
                        "The account of %(name)s, who asked for this, is disabled. "
                        "Nothing was done; ask for it again with another account."
                    ),
                    {"name": name},
                )
            )
        return found

    def ask_right(self) -> None:
        """Ask again what the page asked when the work was queued. Raises NotAllowed."""
        if not self.actor.may(NEEDS[self.kind]):
            raise NotAllowed(
                Problem(
                    "asker_without_role",
                    N_(
                        "%(name)s, who asked for this, does not hold the role for it any more. Nothing was done; ask "
                        "for it again with an account that does."
                    ),
                    {"name": self.asker[1]},
                )
            )

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Tell how far it is, at most twice a second, in a connection of its own. Raises Cancelled when asked to."""
        now = time.monotonic()
        if now - self._told < 0.5 and done < total:
            return
        self._told = now
        if db.is_sqlite and db.session.in_transaction() and db.session.info.get("writing"):
            return  # the job itself holds the write lock: its own change may not wait for itself
        if self._tell(done=done, total=total, message=message[:400]):
            raise Cancelled

    def _tell(self, **values: object) -> bool:
        with db.engine.connect().execution_options(**({"yian_write": True} if db.is_sqlite else {})) as connection:
            connection.execute(update(Job).where(Job.id == self.id).values(seen_at=clock.now(), **values))
            asked = connection.scalar(select(Job.cancel_asked).where(Job.id == self.id))
            connection.commit()
        return bool(asked)

    def cancelled(self) -> bool:
        """True when somebody asked to stop (for work that keeps its best result)."""
        return bool(db.session.scalar(select(Job.cancel_asked).where(Job.id == self.id)))


def run(app: Flask, job_id: str | uuid.UUID) -> bool:
    """Run one job if it can be claimed. Return whether it was run to its end here."""
    job_id, room = uuid.UUID(str(job_id)), app.extensions["yian.room"]
    if room and room.is_short():
        return False  # it stays queued until there is room again
    with _lock:
        if job_id in IN_HAND:
            return False
        IN_HAND.add(job_id)
    try:
        with app.app_context():
            return _claim(job_id) and _work(job_id)
    finally:
        IN_HAND.discard(job_id)


def _work(job_id: uuid.UUID) -> bool:
    """Run a claimed job; False when the database failed under it and it was given back."""
    work = JobRun(db.session.get_one(Job, job_id))
    db.session.rollback()
    try:
        work.ask_right()
        db.session.rollback()
        current_app.extensions["yian.begin_day"]()
        result = HANDLERS[work.kind](work) or {}
        work.ask_right()  # before it is kept: an account that was disabled meanwhile leaves nothing behind
        db.session.commit()
        _end(job_id, JobState.DONE, result=result)
    except Cancelled:
        db.session.rollback()
        _end(job_id, JobState.CANCELLED)
    except NotFound:
        db.session.rollback()
        _refuse(
            work,
            NotAllowed(
                Problem(
                    "job_out_of_sight",
                    N_(
                        "What this was about does not exist any more, or is outside what you may see. Nothing was done."
                    ),
                )
            ),
        )
    except Refused as refused:
        db.session.rollback()
        _refuse(work, refused)
    except Exception as error:
        current_app.logger.exception("job %s (%s) failed", job_id, work.kind)
        with suppress(*Fault):
            db.session.rollback()
        if is_passing(error) and work.attempt < MOST_ATTEMPTS:
            _release(job_id)
            return False
        _end(job_id, JobState.FAILED, error=places_of(error)[-4000:])
    return True


def _refuse(work: JobRun, refused: Refused) -> None:
    """End a job with the words of its refusal; one that lacked the right is named in the trail with who asked."""
    db.write(small=True)
    if isinstance(refused, NotAllowed):
        asker = Actor(*work.asker)
        audit.record(asker, "refuse_job", "job", work.id, kind=work.kind, why=refused.problems[0].code)
    _end(work.id, JobState.FAILED, problems=[to_stored(problem) for problem in refused.problems])


def _claim(job_id: uuid.UUID) -> bool:
    session = db.session
    db.write()
    row = session.get(Job, job_id)
    if row is None or not is_free(row):
        session.rollback()
        return False
    now = clock.now()
    if row.attempts >= MOST_ATTEMPTS:
        row.state, row.error, row.ended_at = JobState.FAILED, "its worker died every time", now
        session.commit()
        _tell_failed(job_id)
        return False
    was, owner = (row.state, row.owner), this_process()
    claimed = db.touched(
        update(Job)
        .where(Job.id == job_id, Job.state == was[0], or_(Job.owner == was[1], Job.owner.is_(None)))
        .values(state=JobState.RUNNING, owner=owner, attempts=Job.attempts + 1, seen_at=now, started_at=now)
        .execution_options(synchronize_session=False)
    )
    session.commit()
    session.expire_all()
    return claimed == 1


def _end(job_id: uuid.UUID, state: JobState, **values: object) -> None:
    db.write(small=True)
    db.session.execute(update(Job).where(Job.id == job_id).values(state=state, ended_at=clock.now(), **values))
    db.session.commit()
    if state in (JobState.FAILED, JobState.CANCELLED):
        _tell_failed(job_id)


def _tell_failed(job_id: uuid.UUID) -> None:
    """Let the slice that asked for a job know that it failed or was stopped for good; a fault in that does not undo the
    job's end."""
    row = db.session.get_one(Job, job_id)
    tell, args = FAILED.get(row.kind), dict(row.args)
    db.session.rollback()
    if tell is None:
        return
    try:
        db.write()
        tell(args)
        db.session.commit()
    except Exception:
        current_app.logger.exception("what waited for job %s could not be told that it failed", job_id)
        with suppress(*Fault):
            db.session.rollback()


def _release(job_id: uuid.UUID) -> None:
    """Give a job back whose database failed. While that is still away the row stays; then it counts as left behind."""
    with suppress(*Fault):
        db.write(small=True)
        db.session.execute(update(Job).where(Job.id == job_id).values(state=JobState.QUEUED, owner=None))
        db.session.commit()


def run_waiting(app: Flask) -> int:
    """Run every waiting job here and now; return how many were run (commands and tests)."""
    return sum(run(app, job_id) for job_id in waiting(app))
