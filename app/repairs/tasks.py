"""Background work of repairs."""

from __future__ import annotations

import uuid

from app.access import Permission
from app.db import db
from app.jobs.actions import job
from app.jobs.runner import JobRun
from app.kernel.problems import N_
from app.repairs.actions.ways import find_ways, store_ways
from app.repairs.queries.repairs import get_repair
from app.repairs.types import RepairState
from app.web.filters import today


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
