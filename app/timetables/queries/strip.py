"""A term of every child by weeks: planned, given, made up, not given, missing."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, or_, select

from app.access import Actor
from app.children.models import Child
from app.db import db
from app.kernel.calendars import YearMissing
from app.plans.queries import HomeService, list_home_services
from app.plans.types import Frequency
from app.schools.queries import term_on
from app.timetables.models import Timetable, UnservedNeed, Visit, VisitRecord
from app.timetables.queries.inputs import calendar_inputs
from app.timetables.queries.standing import last_of_visit, stands
from app.timetables.rules.asking import asked_of_each
from app.timetables.types import CalendarInput, RecordOutcome, TimetableState, VisitOrigin


@dataclass(kw_only=True)
class Cell:
    """A child's week: numbers of visits given, planned, planned as make-up, not given, and missing against the plan.
    `covered`: a timetable stands in this week; `closed`: the week has no school day."""

    given: int = 0
    planned: int = 0
    makeup: int = 0
    fell_out: int = 0
    missing: int = 0
    asked: int = 0
    covered: bool = False
    closed: bool = False

    @property
    def held(self) -> int:
        """Visits that stand in this week, whatever became of them."""
        return self.given + self.planned + self.makeup + self.fell_out


@dataclass
class StripRow:
    """A child with its weeks."""

    child_id: uuid.UUID
    name: str
    cells: list[Cell]
    missing: int = 0


@dataclass
class Strip:
    """The weeks (their Mondays) and the children's rows."""

    mondays: list[date]
    rows: list[StripRow]
    current: set[date] = field(default_factory=set)


def list_strip(actor: Actor, row: Timetable, *, only_missing: bool, page_of: Callable) -> tuple[Strip, object]:
    """The term in which a timetable lies, for the children with services at home; those with missing visits first.

    A draft takes the place of what is published in its own days. A fixed number of queries. The caller has checked
    that the actor makes the unit's timetables.
    """
    first, last = _term(row)
    mondays = _mondays(first, last)
    services: dict[uuid.UUID, list[HomeService]] = defaultdict(list)
    for one in list_home_services(actor, row.unit_id, first, last):
        services[one.child_id].append(one)
    days = _days(row, first, last)
    cells = _cells(row, mondays, days, services)
    short = _short_of(row, services, cells)
    wanted = [child for child in services if not only_missing or short.get(child)]
    names = {
        child_id: (key, name)
        for child_id, key, name in db.session.execute(
            select(Child.id, Child.sort_key, Child.name).where(Child.id.in_(wanted))
        )
    }
    wanted.sort(key=lambda child: (-short.get(child, 0), names[child], str(child)))
    page = page_of(len(wanted))
    rows = [
        StripRow(child, names[child][1], [cells[child, monday] for monday in mondays], short.get(child, 0))
        for child in wanted[page.offset : page.offset + page.size]
    ]
    inside = {monday for monday in mondays if row.first_on - timedelta(days=6) <= monday <= row.last_on}
    return Strip(mondays, rows, inside), page


def _term(row: Timetable) -> tuple[date, date]:
    """The term that holds the middle of the timetable, else the timetable's own days."""
    middle = row.first_on + (row.last_on - row.first_on) / 2
    term = term_on(row.unit_id, middle)
    return (term.starts_on, term.ends_on) if term else (row.first_on, row.last_on)


def _mondays(first: date, last: date) -> list[date]:
    at, found = first - timedelta(days=first.weekday()), []
    while at <= last:
        found.append(at)
        at += timedelta(days=7)
    return found


def _days(row: Timetable, first: date, last: date) -> dict[date, list[CalendarInput]]:
    """The term's days by the Monday of their week; empty where the holidays are not known."""
    try:
        days = calendar_inputs(row.unit_id, first, last)
    except YearMissing:
        return {}
    found: dict[date, list[CalendarInput]] = defaultdict(list)
    for one in days:
        found[one.day - timedelta(days=one.day.weekday())].append(one)
    return found


def _visits(row: Timetable, first: date, last: date) -> Any:
    """The term's visits with their last record: published ones that stand, and this timetable's own."""
    live = or_(stands(), VisitRecord.id.is_not(None))
    outside = or_(Visit.day < row.first_on, Visit.day > row.last_on, VisitRecord.id.is_not(None))
    published = and_(Timetable.state == TimetableState.PUBLISHED, live)
    ours = Visit.timetable_id == row.id
    shown = or_(ours, and_(published, outside)) if row.state != TimetableState.PUBLISHED else published
    return db.session.execute(
        select(Visit.child_id, Visit.day, Visit.origin, VisitRecord.outcome)
        .join(Timetable, Timetable.id == Visit.timetable_id)
        .outerjoin(VisitRecord, and_(VisitRecord.visit_id == Visit.id, last_of_visit()))
        .where(Timetable.unit_id == row.unit_id, Visit.day.between(first, last), shown)
    )


def _cells(row: Timetable, mondays: list[date], days: Any, services: Any) -> dict[tuple[uuid.UUID, date], Cell]:
    found: dict[tuple[uuid.UUID, date], Cell] = defaultdict(Cell)
    covered = set()
    for child, day, origin, outcome in _visits(row, mondays[0], mondays[-1] + timedelta(days=6)):
        monday = day - timedelta(days=day.weekday())
        covered.add(monday)
        cell = found[child, monday]
        if outcome == RecordOutcome.GIVEN:
            cell.given += 1
        elif outcome is not None:
            cell.fell_out += 1
        elif origin == VisitOrigin.MAKEUP:
            cell.makeup += 1
        else:
            cell.planned += 1
    for child, its in services.items():
        for monday in mondays:
            cell = found[child, monday]
            cell.covered, cell.closed = (
                monday in covered,
                not any(one.acts_as is not None for one in days.get(monday, ())),
            )
            if cell.covered and not cell.closed:
                cell.asked = _asked(its, days[monday])
                cell.missing = max(0, cell.asked - cell.held)
    return found


def _asked(services: list[HomeService], days: list[CalendarInput]) -> int:
    """Visits that the services of a child with a weekly number ask for in a week."""
    weekly = [one for one in services if one.frequency == Frequency.WEEK]
    return sum(asked_of_each(weekly, days).values())


def _short_of(row: Timetable, services: Any, cells: Any) -> dict[uuid.UUID, int]:
    """Missing visits of each child: those of the weekly numbers as far as no other week makes them up, and what this
    timetable could not place."""
    found: dict[uuid.UUID, int] = defaultdict(int)
    for (child, _monday), cell in cells.items():
        found[child] += cell.asked - cell.held if cell.asked else 0
    for child in found:
        found[child] = max(0, found[child])
    for child, missing in db.session.execute(
        select(UnservedNeed.child_id, UnservedNeed.missing).where(UnservedNeed.timetable_id == row.id)
    ):
        found[child] = max(found[child], missing)
    return found
