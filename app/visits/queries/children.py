"""A child's visits: planned and given side by side, minutes, history."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from sqlalchemy import Select, bindparam, func, or_, select, true

from app.access import Actor
from app.children.models import Child
from app.children.queries import known_before
from app.children.responsible import units_between
from app.children.sight import of_child, opens
from app.db import Day, db
from app.errors import NotFound
from app.kernel.calendars import YearMissing
from app.kernel.dates import add_days
from app.plans.models import PlanForce, PlanService, PlanVersion
from app.plans.types import Frequency, ServiceKind, ServicePlace
from app.roll.models import RollState
from app.roll.types import AWAY
from app.teams.models import Team
from app.teams.queries.teams import people_of
from app.timetables.models import Timetable, Visit, VisitRecord
from app.timetables.queries import moving_away, standing
from app.timetables.queries.inputs import calendar_inputs
from app.timetables.rules.gathering import month_of
from app.timetables.types import CalendarInput, Confirmation, MissedReason, Need, RecordOutcome
from app.visits.rules.minutes import due_minutes, ledger
from app.visits.types import Given, Minutes


@dataclass(frozen=True)
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
            row[0],
            row[1],
            row[2],
            row[3],
            row[4],
            teachers[row.team_id],
            row[6],
            row[7],
            row[8],
            row[9],
            row[10],
            row[11],
            row[12],
            row[13],
            row[14],
            row[15],
            row.corrects_id is not None,
            child_id,
            row.plan_version_id,
            row.explanation,
            void.get(moving_away.Planned(row.unit_id, child_id, row.day)) if row.outcome is None else None,
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


def given_minutes(child_id: uuid.UUID, first: date, last: date) -> int:
    """Minutes of home-delivered teaching given to a child from `first` to `last`, by the records that count."""
    return (
        db.session.scalar(
            select(func.coalesce(func.sum(VisitRecord.minutes), 0)).where(
                of_child(VisitRecord.child_id, child_id),
                VisitRecord.outcome == RecordOutcome.GIVEN,
                VisitRecord.day.between(first, last),
                standing.last_of_visit(),
            )
        )
        or 0
    )


@dataclass(frozen=True)
class ServiceMinutes:
    """The balance of one service of the plan in a month."""

    service_key: uuid.UUID
    minutes: int
    times: int
    frequency: Frequency
    balance: Minutes


def child_ledger(child_id: uuid.UUID, day: date) -> list[ServiceMinutes]:
    """Minutes due, planned, given, excused and owed of each home service of a child in the month of `day`.

    Nothing is due on days on which the child is suspended, away or no longer on the roll. Raises YearMissing when the
    holidays of that year are not known.
    """
    first, last = month_of(day)
    away = [*_away(child_id, first, last), *_moved(child_id)]
    needs = _needs_of(child_id, first, last)
    visits = list_child_visits(child_id, first, last)
    days = _days_of_child(child_id, first, last)
    return [
        ServiceMinutes(
            key,
            need[-1].minutes,
            need[-1].times,
            need[-1].frequency,
            month_ledger(
                [part for one in need for part in _without(one, away)],
                [v for v in visits if v.service_key == key],
                days,
            ),
        )
        for key, need in needs.items()
    ]


def month_ledger(needs: list[Need], visits: list[ChildVisit], days: tuple[CalendarInput, ...]) -> Minutes:
    """Balance one service: `needs` are its versions within the month, one after the other."""
    given = [
        Given(v.minutes, v.day, v.given_minutes if v.outcome == RecordOutcome.GIVEN else None, v.reason)
        for v in visits
        if v.closed is None  # nobody comes: of a closed day its minutes are owed, not open
    ]
    return ledger(sum(due_minutes(need, days) for need in needs), given)


def _moved(child_id: uuid.UUID) -> list[tuple[date, date | None]]:
    """From a move on that has not begun the unit of today owes nothing; what one taken back leaves is none."""
    moves = moving_away.moves_ahead({child_id})[child_id]
    own = db.session.scalar(select(Child.unit_id).where(Child.id == child_id)) if moves else None
    away: list[tuple[date, date | None]] = [(day, None) for day, unit in moves if unit != own]
    return away[:1]


def _away(child_id: uuid.UUID, first: date, last: date) -> list[tuple[date, date | None]]:
    """The periods of a month in which nobody teaches the child at home; an end is the first day no longer in it."""
    return [
        (start, end)
        for start, end in db.session.execute(
            select(RollState.valid_from, RollState.valid_to)
            .where(
                RollState.child_id == child_id,
                RollState.status.in_(AWAY),
                RollState.valid_from <= last,
                or_(RollState.valid_to.is_(None), RollState.valid_to > first),
            )
            .order_by(RollState.valid_from)
        )
    ]


def _without(need: Need, away: list[tuple[date, date | None]]) -> list[Need]:
    """What is left of a need outside of periods, which follow each other."""
    left = []
    for begins, ends in away:
        if need.first < begins:
            left.append(replace(need, last=min(need.last, add_days(begins, -1))))
        if ends is None or ends > need.last:
            return left
        need = replace(need, first=max(need.first, ends))
    return [*left, need]


def _needs_of(child_id: uuid.UUID, first: date, last: date) -> dict[uuid.UUID, list[Need]]:
    rows = db.session.execute(
        select(PlanService, PlanForce.valid_from, PlanForce.valid_to, PlanVersion.starts_on, PlanVersion.ends_on)
        .join(PlanVersion, PlanVersion.id == PlanService.version_id)
        .join(PlanForce, PlanForce.version_id == PlanVersion.id)
        .where(
            of_child(PlanForce.child_id, child_id),
            PlanService.kind == ServiceKind.HOME_TEACHING,
            PlanService.place == ServicePlace.HOME,
            PlanForce.valid_from <= last,
            or_(PlanForce.valid_to.is_(None), PlanForce.valid_to > first),
        )
        .order_by(PlanForce.valid_from, PlanService.position, PlanService.id)
    )
    found: dict[uuid.UUID, list[Need]] = defaultdict(list)
    for service, valid_from, valid_to, starts, ends in rows:
        to = [ends, service.ends_on, last]
        if valid_to is not None:
            to.append(date.fromordinal(valid_to.toordinal() - 1))
        begin, end = max(d for d in (valid_from, starts, service.starts_on, first) if d), min(d for d in to if d)
        if begin <= end:
            need = Need(
                child_id,
                service.version_id,
                service.service_key,
                service.minutes,
                service.times,
                service.frequency,
                (),
                begin,
                end,
            )
            found[service.service_key].append(need)
    return found


def month_of_child(child_id: uuid.UUID, day: date) -> tuple[tuple[CalendarInput, ...], bool]:
    """The teaching days of the child's district in the month of `day`, and whether its holidays are known."""
    try:
        return _days_of_child(child_id, *month_of(day)), True
    except YearMissing:
        return (), False


def _days_of_child(child_id: uuid.UUID, first: date, last: date) -> tuple[CalendarInput, ...]:
    """The teaching days of a period, each as the district has it that answers for the child on that day."""
    return tuple(
        one
        for unit_id, begin, end in units_between(child_id, first, last)
        for one in calendar_inputs(unit_id, first, last)
        if begin <= one.day <= end
    )


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
