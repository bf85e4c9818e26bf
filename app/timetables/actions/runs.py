"""Runs of the engine: their settings, their way, stopping one."""

from __future__ import annotations

import uuid

from sqlalchemy import update

from app.access import Actor, Permission, require
from app.db import audit, db
from app.errors import NotFound
from app.jobs.actions import cancel_job
from app.routing import Problem as Task
from app.teams.queries.who_may_plan import may_plan
from app.timetables.models import Timetable, TimetableRun
from app.timetables.queries.runs import relaxations_of
from app.timetables.queries.timetables import get_timetable
from app.timetables.rules.easing import eased
from app.timetables.rules.gathering import make_problem
from app.timetables.types import Inputs, TimetableState


def task_of(row: Timetable, inputs: Inputs) -> Task:
    """The engine's problem under the rules that hold for this timetable: those of the inputs, eased as its run was; a
    repair goes on under those of the timetable that it repairs."""
    return eased(make_problem(inputs), relaxations_of(row.id))


def keep_progress(timetable_id: uuid.UUID, points: list[list[int | float]]) -> None:
    """Keep the way of a run so far, in a connection of its own: whoever opens the page later sees it."""
    with db.engine.connect().execution_options(**({"yian_write": True} if db.is_sqlite else {})) as connection:
        connection.execute(
            update(TimetableRun).where(TimetableRun.timetable_id == timetable_id).values(progress=points)
        )
        connection.commit()


def stop_run(actor: Actor, timetable_id: uuid.UUID) -> Timetable:
    """Ask a run to stop; the best plan so far becomes the draft, and one that waits never starts. Raises NotFound."""
    require(actor, Permission.TIMETABLES_WRITE)
    row = get_timetable(actor, timetable_id)
    if not may_plan(actor, row.unit_id):
        raise NotFound
    if row.state == TimetableState.QUEUED and row.job_id:
        cancel_job(actor, row.job_id)
        audit.record(actor, "stop_run", "timetable", row.id, month=row.month)
        db.session.flush()
    return row
