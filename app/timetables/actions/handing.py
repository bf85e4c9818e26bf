"""Why children change their team, told beside each name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.access import Actor
from app.kernel.problems import Refused
from app.timetables.actions.moving import known_inputs
from app.timetables.actions.runs import task_of
from app.timetables.actions.timetables import as_plan
from app.timetables.models import Timetable
from app.timetables.queries.continuity import Handed
from app.timetables.queries.placed import visits_shown
from app.timetables.queries.runs import find_run
from app.timetables.rules.handing import Look
from app.timetables.rules.obstacles import Known


def explained(actor: Actor, row: Timetable, former: Timetable | None, handed: Sequence[Handed]) -> list[Handed]:
    """Children whose team changes from `former` to `row` (a draft), each with the reason."""
    if former is None or not handed:
        return list(handed)
    try:
        inputs = known_inputs(actor, row)
    except Refused:
        return list(handed)
    task, now, run = task_of(row, inputs), visits_shown(row), find_run(row.id)
    same_month = former.month == row.month
    look = Look(
        task,
        Known.of(inputs),
        now,
        as_plan(task, now).visits,
        visits_shown(former),
        same_month=same_month,
        anew=not same_month and run is not None and run.follows_id is None,
    )
    return [replace(one, why=look.why(one)) for one in handed]
