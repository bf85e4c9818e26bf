"""Background work of visits."""

from __future__ import annotations

import uuid

from flask import current_app
from flask_babel import force_locale, gettext, ngettext

from app.access import Permission
from app.db import db
from app.db.faults import Fault
from app.errors import NotFound
from app.jobs.actions import job
from app.jobs.runner import Cancelled, JobRun
from app.kernel.problems import N_
from app.visits.actions import fill_timetable, inputs_of, keep_progress
from app.visits.actions.opening import go_on, order_of
from app.visits.actions.roads import refresh_roads
from app.visits.actions.timetables import prove_bound, solve_inputs, timetable_failed
from app.visits.actions.ways import find_ways, store_ways
from app.visits.queries import get_timetable, may_plan
from app.visits.queries.former import find_former, missed_before
from app.visits.queries.pins import pins_of_month
from app.visits.queries.repairs import get_repair
from app.visits.queries.runs import find_run, relaxations_of
from app.visits.rules.progress import Way
from app.visits.types import RepairState, TimetableState
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
    follows = order_of(row, None).follows
    former, missed = find_former(follows), missed_before(row.unit_id, row.month, follows)
    db.session.rollback()  # nothing is held while the engine works
    stopped, way, apart = [], Way(), current_app.config["SEARCH_APART"]
    moves = current_app.config["SEARCH_MOVES"]

    def words(unserved: int) -> str:
        with force_locale(actor.language or "zh_Hans"):
            return ngettext("%(num)s visit has no place yet", "%(num)s visits have no place yet", unserved)

    def tell(progress) -> None:
        if way.add(progress.elapsed, progress.unserved, progress.cost):
            keep_progress(timetable_id, way.points)
        try:
            done = min(seconds, int(progress.elapsed))
            run.progress(done, seconds + 1, words(progress.unserved))
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
    solved = solve_inputs(inputs, seconds=None if moves else seconds, iterations=moves or None,
                          seed=int(run.args["seed"]), on_progress=tell, cancelled=lambda: bool(stopped), pins=pins,
                          relaxations=relaxations, former=former, missed=missed, apart=apart)
    way.end(sum(one.missing for one in solved.plan.unserved))
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


def _page_like(page: str | None, old: uuid.UUID, new: uuid.UUID) -> str:
    """The address of another timetable's page, from that of one."""
    return (page or "").replace(str(old), str(new))


@job("roads.measure", N_("Minutes by road"), needs=Permission.TIMETABLES_WRITE)
def measure_roads(run: JobRun) -> dict:
    """Measure a unit's places anew. Raises Refused when nothing answers; what was known stays."""
    actor, unit_id = run.actor, uuid.UUID(run.args["unit"])
    if not may_plan(actor, unit_id):
        raise NotFound
    return {"measured": refresh_roads(actor, unit_id, always=True)}


@job("timetables.repair", N_("Repair of a published month"), needs=Permission.TIMETABLES_WRITE)
def repair_timetable(run: JobRun) -> dict:
    """Find the ways out of what happened. A run of a killed worker starts anew; one that was stored stays."""
    repair_id = uuid.UUID(run.args["repair"])
    row = get_repair(run.actor, repair_id)
    if row.state == RepairState.ASKED:
        ways = find_ways(run.actor, row, today())
        db.session.rollback()
        db.write()
        store_ways(run.actor, repair_id, ways)
    return {"repair": str(repair_id)}
