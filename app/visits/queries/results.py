"""What the last visits brought, objective by objective: a result belongs to the words that it was measured on."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from app.children.aliases import of_child
from app.db import db
from app.plans.models import PlanObjective
from app.plans.types import PromptLevel
from app.timetables.models import Visit, VisitRecord
from app.timetables.queries.standing import last_of_visit
from app.visits.models import RecordPlan, VisitPoint


@dataclass(frozen=True)
class LastResult:
    """What an objective's last visit brought."""

    day: date
    prompt: PromptLevel
    done: int
    trials: int


class LastResults:
    """The last result of each objective as it was worded then. A copied plan keeps the keys of its objectives, also of
    one that is written anew; that one begins without a result."""

    def __init__(self, found: dict[tuple, LastResult]) -> None:
        self._found = found

    def of(self, objectives: Iterable[PlanObjective]) -> dict[uuid.UUID, LastResult]:
        """The last results of objectives as they are worded, by their keys."""
        told = {
            one.objective_key: self._found.get(_worded(one.objective_key, one.condition, one.behaviour, one.criterion))
            for one in objectives
        }
        return {key: result for key, result in told.items() if result is not None}


def last_records(child_id: uuid.UUID, before: date) -> LastResults:
    """The last results of a child's objectives before a day. One query."""
    rows = db.session.execute(
        select(
            PlanObjective.objective_key,
            PlanObjective.condition,
            PlanObjective.behaviour,
            PlanObjective.criterion,
            VisitRecord.day,
            VisitPoint.prompt,
            VisitPoint.done,
            VisitPoint.trials,
        )
        .select_from(VisitPoint)
        .join(VisitRecord, VisitRecord.id == VisitPoint.record_id)
        .join(Visit, Visit.id == VisitRecord.visit_id)
        .outerjoin(RecordPlan, RecordPlan.record_id == VisitRecord.id)
        .join(
            PlanObjective,
            (PlanObjective.objective_key == VisitPoint.objective_key)
            & (PlanObjective.version_id == func.coalesce(RecordPlan.version_id, Visit.plan_version_id)),
        )
        .where(of_child(VisitPoint.child_id, child_id), VisitRecord.day < before, last_of_visit())
        .order_by(VisitRecord.day, VisitRecord.recorded_at)
    )
    return LastResults({_worded(*row[:4]): LastResult(*row[4:]) for row in rows})


def _worded(key: uuid.UUID, *words: str) -> tuple:
    return key, *("".join(one.split()) for one in words)
