"""Background work of roads."""

from __future__ import annotations

import uuid

from app.access import Permission
from app.errors import NotFound
from app.jobs.actions import job
from app.jobs.runner import JobRun
from app.kernel.problems import N_
from app.roads.actions.roads import refresh_roads
from app.teams.queries.who_may_plan import may_plan


@job("roads.measure", N_("Minutes by road"), needs=Permission.TIMETABLES_WRITE)
def measure_roads(run: JobRun) -> dict:
    """Measure a unit's places anew. Raises Refused when nothing answers; what was known stays."""
    actor, unit_id = run.actor, uuid.UUID(run.args["unit"])
    if not may_plan(actor, unit_id):
        raise NotFound
    return {"measured": refresh_roads(actor, unit_id, always=True)}
