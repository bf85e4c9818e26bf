"""Background work of timetables."""

from __future__ import annotations

import uuid
from typing import Any

from flask import current_app
from flask_babel import force_locale, gettext, ngettext

from app.access import Permission
from app.db import db
from app.db.faults import Fault
from app.errors import NotFound
from app.jobs.actions import job
from app.jobs.runner import Cancelled, JobRun
from app.kernel.problems import N_
from app.roads.actions.roads import refresh_roads
from app.teams.queries.who_may_plan import may_plan
from app.timetables.actions.opening import go_on, order_of
from app.timetables.actions.runs import keep_progress
from app.timetables.actions.timetables import fill_timetable, inputs_of, prove_bound, solve_inputs, timetable_failed
from app.timetables.queries.former import find_former, missed_before
from app.timetables.queries.pins import pins_of_month
from app.timetables.queries.runs import find_run, relaxations_of
from app.timetables.queries.timetables import get_timetable
from app.timetables.rules.progress import Way
from app.timetables.types import TimetableState
from app.web.filters import today

MOST_PROVING = 20  # seconds spent on how near to the best possible a plan is


@job("timetables.solve", N_("Timetable of a month"), needs=Permission.TIMETABLES_WRITE, failed=timetable_failed)
def solve_timetable(run: JobRun) -> dict:
    """Make the timetable. Stopping it keeps the best plan so far; a run of a killed worker starts anew, and one that
    was stored already is not made again. A month that was asked for with those after it asks for the next one. The
    engine works in a process of its own: machine code that goes wrong ends that one, not the worker."""
    actor, timetable_id, seconds = run.actor, uuid.UUID(run.args["timetable"]), int(run.args["seconds"])
    row = get_timetable(actor, timetable_id)
    if not may_plan(actor, row.unit_id):
        raise NotFound
    if row.state != TimetableState.QUEUED:
        return {"timetable": str(timetable_id)}
    refresh_roads(actor, row.unit_id)
    row = get_timetable(actor, timetable_id)
    inputs = inputs_of(actor, row.unit_id, row.first_on, row.last_on)
    pins, relaxations = pins_of_month(row.unit_id, row.month), relaxations_of(row.id)
    follows = order_of(row, find_run(row.id)).follows
    former, missed = find_former(follows), missed_before(row.unit_id, row.month, follows)
    db.session.rollback()  # nothing is held while the engine works
    stopped, way, apart = [], Way(), current_app.config["SEARCH_APART"]
    moves = current_app.config["SEARCH_MOVES"]

    def tell(progress: Any) -> None:
        if way.add(progress.elapsed, progress.unserved, progress.cost):
            keep_progress(timetable_id, way.points)
        try:
            done = min(seconds, int(progress.elapsed))
            run.progress(done, seconds + 1, _missing_words(actor.language, progress.unserved))
        except Cancelled:
            stopped.append(True)

    def asked_to_stop() -> bool:
        try:
            run.progress(seconds, seconds + 1, near)
        except Cancelled:
            return True
        return False

    with force_locale(actor.language or "zh_Hans"):
        near = gettext("Looking how near to the best possible this is")
    solved = solve_inputs(
        inputs,
        seconds=None if moves else seconds,
        iterations=moves or None,
        seed=int(run.args["seed"]),
        on_progress=tell,
        cancelled=lambda: bool(stopped),
        pins=pins,
        relaxations=relaxations,
        former=former,
        missed=missed,
        apart=apart,
    )
    keep_progress(timetable_id, way.points)
    proven, failures = [], []
    if not stopped:
        try:
            proven = prove_bound(solved, seconds=min(MOST_PROVING, seconds), cancelled=asked_to_stop, apart=apart)
        except Fault:
            raise
        except Exception:
            current_app.logger.exception("nothing was proven of timetable %s; its plan is kept", timetable_id)
            failures.append("bound")
    db.write()
    made = fill_timetable(actor, timetable_id, solved, stopped=bool(stopped), proven=proven, failures=failures)
    if made and not stopped:
        go_on(actor, made, find_run(made.id), today=today(), page=lambda one: _page_like(run.page, made.id, one))
    return {"timetable": str(timetable_id)}


def _missing_words(language: str | None, unserved: int) -> str:
    """What the search has reached so far: counted in the repeating plan, closed days are laid out at the end."""
    with force_locale(language or "zh_Hans"):
        return ngettext(
            "%(num)s visit of the repeating plan has no place yet",
            "%(num)s visits of the repeating plan have no place yet",
            unserved,
        )


def _page_like(page: str | None, old: uuid.UUID, new: uuid.UUID) -> str:
    """The address of another timetable's page, from that of one."""
    return (page or "").replace(str(old), str(new))
