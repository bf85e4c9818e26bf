"""Moving a visit of a draft by hand: what it would break, and doing it.

Only the piece of the timetable that the move can touch is looked at (the teams, those who share a teacher with them,
the child's own visits), so that the answer comes while somebody drags.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from app.access import Actor, Permission, require
from app.children.sight import require_write
from app.db import audit, db
from app.db.remember import remembered
from app.errors import NotFound
from app.kernel.problems import N_, S_, Problem, Refused, refuse_if
from app.routing import Plan, check_change
from app.routing import Problem as Task
from app.routing import Visit as Placed
from app.routing.change import with_visits
from app.routing.travel import estimated_visits
from app.teams.queries.who_may_plan import may_plan
from app.timetables.actions.runs import task_of
from app.timetables.actions.timetables import as_plan, inputs_for, summed
from app.timetables.figures import Figures
from app.timetables.models import Timetable, Visit
from app.timetables.queries.pins import is_pinned
from app.timetables.queries.timetables import get_timetable
from app.timetables.rules.gathering import demands_on
from app.timetables.rules.loads import team_loads
from app.timetables.rules.parts import part_of, team_circle
from app.timetables.types import Inputs, TeamLoad, TimetableState, VisitOrigin

MIDNIGHT = 24 * 60


PAST_MIDNIGHT = Problem(
    "past_midnight", N_("The visit would end after midnight. Choose an earlier hour."), field="start"
)


def ends_too_late(visit: Visit, start: int) -> bool:
    """Whether a visit that begins then would reach into the next day."""
    return start + visit.end - visit.start > MIDNIGHT


def check_move(actor: Actor, visit_id: uuid.UUID, *, day: date, start: int, team_id: uuid.UUID) -> list[Problem]:
    """Findings that moving a draft visit would bring; errors forbid it. Raises Refused, NotFound."""
    return _check_move(actor, *_draft(actor, visit_id), day, start, team_id)


def _draft(actor: Actor, visit_id: uuid.UUID) -> tuple[Timetable, Visit]:
    require(actor, Permission.TIMETABLES_WRITE)
    visit = db.session.get(Visit, visit_id)
    if visit is None:
        raise NotFound
    row = get_timetable(actor, visit.timetable_id)
    if not may_plan(actor, row.unit_id):
        raise NotFound
    require_write(actor, visit.child_id)
    if row.state != TimetableState.DRAFT:
        raise Refused(
            Problem(
                "not_a_draft",
                N_("Only visits of a draft can be moved. Make a new timetable and publish it in place of this one."),
            )
        )
    return row, visit


def known_inputs(actor: Actor, row: Timetable) -> Inputs:
    """The inputs as they stand now, kept until somebody writes something."""
    return remembered(("inputs", row.id, row.first_on, row.last_on), lambda: inputs_for(actor, row))


def _check_move(actor: Actor, row: Any, visit: Any, day: Any, start: Any, team_id: Any) -> list[Problem]:
    if not row.first_on <= day <= row.last_on:
        return [
            Problem(
                "day_outside",
                S_("day_outside.timetable", "This day lies outside the timetable (%(first)s to %(last)s)."),
                {"first": row.first_on, "last": row.last_on},
                field="day",
            )
        ]
    if ends_too_late(visit, start):
        return [PAST_MIDNIGHT]
    if is_pinned(row, visit):
        return [Problem("pinned", N_("This visit is pinned and stays where it is. Unpin it first, then move it."))]
    task, plan = _part(actor, row, visit, team_id)
    named = demands_on(task)
    demand = named(visit.child_id, visit.service_key, day)
    if gone := _gone(task, demand, day, team_id):
        return [gone]
    before = next(
        (
            v
            for v in plan.visits
            if (v.demand, v.date, v.start)
            == (named(visit.child_id, visit.service_key, visit.day), visit.day, visit.start)
        ),
        None,
    )
    after = Placed(demand, str(visit.child_id), day, str(team_id), start, start + visit.end - visit.start)
    return [finding for finding in check_change(task, plan, before, after) if finding.code != "miscounted"]


def _gone(task: Task, demand: str, day: date, team_id: uuid.UUID) -> Problem | None:
    """What of a move is not part of the problem any more: the service, the team or the day."""
    if demand not in {c.id for c in task.children}:
        return Problem(
            "service_gone",
            N_(
                "This service no longer stands in a plan in force, or the child cannot be "
                "visited now. Make a new timetable."
            ),
        )
    if str(team_id) not in {t.id for t in task.teams}:
        return Problem(
            "team_gone", N_("This team cannot visit: look at its teachers, hours and school."), field="team_id"
        )
    if day not in {d.date for d in task.days}:
        return Problem("day_closed", N_("There is no school on this day."), field="day")
    return None


def _part(actor: Actor, row: Timetable, visit: Visit, team_id: uuid.UUID) -> tuple[Task, Plan]:
    """The piece of problem and plan that moving a visit to a team can touch."""
    inputs = known_inputs(actor, row)
    circle = team_circle(inputs, {visit.team_id, team_id})
    rows = _rows(row, or_(Visit.team_id.in_(circle), Visit.child_id == visit.child_id))
    task = task_of(
        row, part_of(inputs, circle | {v.team_id for v in rows}, {v.child_id for v in rows} | {visit.child_id})
    )
    return task, as_plan(task, _standing(task, rows))


def _rows(row: Timetable, condition: Any) -> list[Visit]:
    return list(
        db.session.scalars(
            select(Visit)
            .where(Visit.timetable_id == row.id, condition)
            .order_by(Visit.day, Visit.team_id, Visit.start, Visit.id)
        )
    )


def _standing(task: Task, rows: list[Visit]) -> list[Visit]:
    """The visits whose service and team still stand."""
    demands, teams, demand = {c.id for c in task.children}, {team.id for team in task.teams}, demands_on(task)
    return [v for v in rows if demand(v.child_id, v.service_key, v.day) in demands and str(v.team_id) in teams]


def move_visit(actor: Actor, visit_id: uuid.UUID, *, day: date, start: int, team_id: uuid.UUID) -> Visit:
    """Move a draft visit; the length stays. Raises Refused with the checker's findings, NotFound."""
    row, visit = _draft(actor, visit_id)
    refuse_if(_check_move(actor, row, visit, day, start, team_id))
    inputs = known_inputs(actor, row)
    touched = {(visit.team_id, visit.day), (team_id, day)}
    was = f"{visit.day} {visit.start}"
    visit.end = start + visit.end - visit.start
    visit.day, visit.start, visit.team_id, visit.origin = day, start, team_id, VisitOrigin.MANUAL
    db.session.flush()
    _renew_travel(row, inputs, touched)
    audit.record(actor, "move_visit", "visit", visit.id, child_id=visit.child_id, was=was, now=f"{day} {start}")
    db.session.flush()
    return visit


def _renew_travel(row: Timetable, inputs: Inputs, touched: set) -> None:
    """Count the legs of the days that a change touched anew, and the figures with them."""
    teams = {team for team, _day in touched}
    rows = _rows(row, Visit.team_id.in_(teams))
    part = part_of(inputs, teams, {v.child_id for v in rows})
    task = task_of(row, part)
    known = _standing(task, rows)
    plan = with_visits(task, as_plan(task, known), as_plan(task, known).visits)
    demand = demands_on(task)
    legs, guessed = {(v.demand, v.date, v.start): v.travel_in for v in plan.visits}, estimated_visits(task, plan.visits)
    for visit in known:
        if (visit.team_id, visit.day) in touched:
            key = (demand(visit.child_id, visit.service_key, visit.day), visit.day, visit.start)
            visit.travel_in, visit.travel_estimated = legs[key], key in guessed
    row.figures = _figures(row, team_loads(task, part, as_plan(task, rows).visits))


def _figures(row: Timetable, renewed: Sequence[TeamLoad]) -> Figures:
    """The figures after a move: loads of the teams it touched, the sums over all of them."""
    if row.figures.loads is None:
        return row.figures  # made before loads were kept
    names = {one.team for one in renewed}
    return summed(row.figures, [*(one for one in row.figures.loads if one.team not in names), *renewed])
