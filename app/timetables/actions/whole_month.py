"""The figures of a month whose rest was published anew: of all its visits that stand, not of the rest alone."""

from __future__ import annotations

from dataclasses import replace

from app.access import Actor
from app.timetables.actions.runs import task_of
from app.timetables.actions.timetables import as_plan, inputs_of, summed, wishes_met
from app.timetables.figures import Figures
from app.timetables.models import Timetable
from app.timetables.queries.live import live_visits
from app.timetables.rules.gathering import weeks_of
from app.timetables.rules.loads import team_loads


def whole_month(actor: Actor, row: Timetable) -> Figures:
    """The figures of a timetable that is being published, counted over the visits that stand in its month, also those
    of the versions before it. What is missing is of the whole month already. Raises Refused where the month cannot be
    read."""
    year, month = int(row.month[:4]), int(row.month[5:])
    inputs = inputs_of(actor, row.unit_id, weeks_of(year, month)[0], row.last_on)
    task, visits = task_of(row, inputs), live_visits(row.unit_id, row.month)
    plan, known = as_plan(task, visits), {team.id for team in task.teams}
    figures = replace(
        row.figures,
        asked=len(visits) + (row.figures.unserved or 0),
        placed=len(visits),
        children=len({one.child_id for one in visits}),
        teams=len({one.team_id for one in visits}),
        wishes=wishes_met(inputs, task, replace(plan, visits=tuple(v for v in plan.visits if v.team in known))),
        whole=True,
    )
    return summed(figures, team_loads(task, inputs, plan.visits))
