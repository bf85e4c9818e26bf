"""A child's visits: planned and given side by side, minutes, history."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from sqlalchemy import Select, bindparam, select, true

from app.access import Actor
from app.children.queries import known_before
from app.children.sight import of_child, opens
from app.db import Day, db
from app.errors import NotFound
from app.teams.models import Team
from app.teams.queries.teams import people_of
from app.timetables.models import Timetable, Visit, VisitRecord
from app.timetables.queries import moving_away, standing
from app.timetables.types import Confirmation, MissedReason, RecordOutcome


@dataclass(frozen=True, kw_only=True)
class ChildVisit:
    """A planned visit and, beside it, what was given (the record that counts)."""

    id: uuid.UUID
    day: date
    start: int
    end: int
    team: str
    teachers: str
    service_key: uuid.UUID
    record_id: uuid.UUID | None
    outcome: RecordOutcome | None
    reason: MissedReason | None
    given_day: date | None
    given_start: int | None
    given_end: int | None
    given_minutes: int | None
    confirmation: Confirmation | None
    recorded_by: str | None
    corrected: bool
    child_id: uuid.UUID
    version_id: uuid.UUID
    explanation: str | None
    closed: str | None = None
    """Why nobody comes on its day, "" where that is not known; None once something was recorded."""

    @property
    def over(self) -> bool:
        """Whether it can be recorded by now: its end has passed."""
        return standing.is_over(self.day, self.end)

    @property
    def minutes(self) -> int:
        """Minutes planned."""
        return self.end - self.start


def list_child_visits(child_id: uuid.UUID, first: date, last: date) -> list[ChildVisit]:
    """Published visits of a child in sight, by day, each with what was given."""
    rows = db.rows(_child_visits(), {"child": child_id, "first": first, "last": last}).all()
    teachers = teacher_names({row.team_id for row in rows})
    void = moving_away.nobody_comes(
        moving_away.Planned(row.unit_id, child_id, row.day) for row in rows if row.outcome is None
    )
    return [
        ChildVisit(
            id=row[0],
            day=row[1],
            start=row[2],
            end=row[3],
            team=row[4],
            teachers=teachers[row.team_id],
            service_key=row[6],
            record_id=row[7],
            outcome=row[8],
            reason=row[9],
            given_day=row[10],
            given_start=row[11],
            given_end=row[12],
            given_minutes=row[13],
            confirmation=row[14],
            recorded_by=row[15],
            corrected=row.corrects_id is not None,
            child_id=child_id,
            version_id=row.plan_version_id,
            explanation=row.explanation,
            closed=void.get(moving_away.Planned(row.unit_id, child_id, row.day)) if row.outcome is None else None,
        )
        for row in rows
    ]


def list_past_visits(child_id: uuid.UUID, first: date, last: date, until: date) -> list[ChildVisit]:
    """The same for a former holder: visits before `until`, and what was recorded of them before it."""
    visits = list_child_visits(child_id, first, min(last, date.fromordinal(until.toordinal() - 1)))
    written = {
        row.id: row.recorded_at
        for row in db.session.execute(
            select(VisitRecord.id, VisitRecord.recorded_at).where(
                VisitRecord.id.in_([one.record_id for one in visits if one.record_id])
            )
        )
    }
    return [
        one
        if one.record_id is None or known_before(written[one.record_id], until)
        else replace(one, outcome=None, given_start=None)
        for one in visits
    ]


@cache
def _child_visits() -> Select:
    """The statement of `list_child_visits`, put together once."""
    days = Visit.day.between(bindparam("first", type_=Day()), bindparam("last", type_=Day()))
    return (
        select(
            Visit.id,
            Visit.day,
            Visit.start,
            Visit.end,
            Team.name,
            Visit.team_id,
            Visit.service_key,
            VisitRecord.id.label("record_id"),
            VisitRecord.outcome,
            VisitRecord.reason,
            VisitRecord.day.label("given_day"),
            VisitRecord.start.label("given_start"),
            VisitRecord.end.label("given_end"),
            VisitRecord.minutes.label("given_minutes"),
            VisitRecord.confirmation,
            VisitRecord.recorded_by_name,
            VisitRecord.corrects_id,
            Visit.plan_version_id,
            VisitRecord.explanation,
            Timetable.unit_id,
        )
        .join(Team, Team.id == Visit.team_id)
        .join(Timetable, Timetable.id == Visit.timetable_id)
        .outerjoin(VisitRecord, (VisitRecord.visit_id == Visit.id) & standing.last_of_visit())
        .where(of_child(Visit.child_id, bindparam("child")), days, standing.stands())
        .order_by(Visit.day, Visit.start, Visit.id)
    )


def get_seen_visit(actor: Actor, visit_id: uuid.UUID) -> tuple[Visit, str]:
    """A published visit of a child in the actor's sight, and its team's name. Raises NotFound."""
    found = db.session.execute(
        select(Visit, Team.name)
        .join(Team, Team.id == Visit.team_id)
        .where(Visit.id == visit_id, Visit.frozen, opens(actor, Visit.child_id))
    ).first()
    if found is None:
        raise NotFound
    return found[0], found[1]


def teacher_names(team_ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The names of each team's teachers, the leading one first; empty for an unknown team."""
    return defaultdict(str, {team_id: "、".join(found) for team_id, found in people_of(team_ids).items()})


def next_visits(child_id: uuid.UUID, today: date, limit: int = 3) -> list[ChildVisit]:
    """The next published visits of a child, from now on, that were not called off. For the family's page too."""
    last = date(today.year + 1, today.month, 1)
    coming = [
        v for v in list_child_visits(child_id, today, last) if v.outcome is None and not standing.is_over(v.day, v.end)
    ]
    return coming[:limit]


def planned_months(child_id: uuid.UUID, *, until: date | None = None) -> list[str]:
    """Months with published visits of a child (before `until`, for a former holder), the newest first."""
    return list(
        db.session.scalars(
            select(Timetable.month)
            .join(Visit, Visit.timetable_id == Timetable.id)
            .where(of_child(Visit.child_id, child_id), Visit.frozen, Visit.day < until if until else true())
            .distinct()
            .order_by(Timetable.month.desc())
            .limit(24)
        )
    )
