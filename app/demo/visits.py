"""Timetables of the past months as published, the visits, and what was given."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from app.demo import words
from app.demo.dice import Dice, Rows
from app.demo.people import DemoChild
from app.demo.places import DemoUnit
from app.demo.plans import DemoPlan
from app.demo.weeks import LASTS, Ways, Weeks
from app.routing import Child, Day, Reason, asked_by_period, stored
from app.routing import Problem as Task
from app.routing.reason_words import HOLIDAY, NO_GAP_FREE, NO_WAY_OPEN, TOO_FAR
from app.timetables.actions.timetables import ordered_loads, spread_of
from app.timetables.figures import Figures
from app.timetables.rules.gathering import month_name, weeks_of
from app.timetables.rules.loads import way_km
from app.timetables.types import TeamLoad

MISSED = (("family_cancelled", 4), ("child_ill", 4), ("road_closed", 1), ("weather", 2), ("teacher_duty", 2))
PROMPTS = ("physical", "model", "gesture", "verbal", "independent")
Planned = Sequence[tuple[DemoChild, DemoPlan]]


@dataclass(frozen=True)
class Going:
    """A visit of a month, and the minutes of the way before it."""

    child: DemoChild
    plan: DemoPlan
    day: date
    start: int
    travel: int


@dataclass(frozen=True)
class Month:
    """A month's weeks inside the term (`days`: the weekday that each acts as, None where there is no school) and its
    visits in order."""

    first: date
    last: date
    days: dict[date, int | None]
    ways: Ways
    visits: list[Going] = field(default_factory=list)

    @property
    def name(self) -> str:
        return month_name(self.first)


def make_months(
    dice: Dice,
    rows: Rows,
    unit: DemoUnit,
    planned: Planned,
    weeks: Weeks,
    days: dict[date, int | None],
    on: date,
    publisher: str,
) -> None:
    """Publish every month of the term (whole weeks) up to the one of `on`; visits before `on` and
    before today have their records."""
    until = min(on, rows.today)
    for month in _months(unit, planned, days, on):
        timetable = dice.id()
        for one in month.visits:
            visit = _visit(dice, rows, timetable, one)
            if one.day < until - timedelta(days=1) or (one.day < until and dice.often(0.5)):
                _record(dice, rows, visit, one, (one.day - min(days)).days / 120)
        missing = _miss(dice, rows, timetable, month, planned, weeks)
        rows.add(
            "timetables",
            id=timetable,
            unit_id=unit.id,
            month=month.name,
            first_on=month.first,
            last_on=month.last,
            state="published",
            job_id=None,
            input_hash=None,
            seed=1,
            created_by_name=publisher,
            figures=_figures(month, missing),
            created_at=dice.moment(month.first - timedelta(days=6)),
            published_by_name=publisher,
            published_at=dice.moment(month.first - timedelta(days=5)),
            superseded_at=None,
        )


def _months(unit: DemoUnit, planned: Planned, days: dict[date, int | None], on: date) -> Iterator[Month]:
    """The months of the term up to the one of `on`, each with the visits of its repeating week."""
    children = [child for child, _plan in planned]
    for name in sorted({month_name(day) for day in days if month_name(day) <= month_name(on)}):
        first, last = weeks_of(int(name[:4]), int(name[5:]))
        inside = {day: acts_as for day, acts_as in days.items() if first <= day <= last}
        month = Month(first, last, inside, Ways(unit, children, int(name[5:])))
        month.visits.extend(_go(month, planned))
        yield month


def _go(month: Month, planned: Planned) -> Iterator[Going]:
    """The visits of a month, team by team and day by day in order."""
    wanted = [
        (day, start, child, plan)
        for child, plan in planned
        if month.ways.open(child)
        for weekday, start in child.slots
        for day, acts_as in month.days.items()
        if acts_as == weekday == day.weekday()
    ]
    at: dict[tuple[uuid.UUID, date], uuid.UUID] = {}
    for day, start, child, plan in sorted(wanted, key=lambda one: (*one[:2], one[2].file_number)):
        team = child.taught_by
        before = at.get((team.id, day), team.school.id)
        at[team.id, day] = child.id
        yield Going(child, plan, day, start, month.ways.minutes(before, child.id))


def _visit(dice: Dice, rows: Rows, timetable: uuid.UUID, one: Going) -> uuid.UUID:
    """A frozen visit with the times that it takes."""
    visit = dice.id()
    rows.add(
        "visits",
        id=visit,
        timetable_id=timetable,
        child_id=one.child.id,
        team_id=one.child.taught_by.id,
        plan_version_id=one.plan.version_id,
        service_key=one.plan.service_key,
        day=one.day,
        start=one.start,
        end=one.start + LASTS,
        travel_in=one.travel,
        travel_estimated=True,
        origin="template",
        frozen=True,
    )
    _book(dice, rows, visit, one.child, one.day, one.start)
    return visit


def _figures(month: Month, missing: int) -> Figures:
    loads = _loads(month)
    return Figures(
        asked=len(month.visits) + missing,
        placed=len(month.visits),
        unserved=missing,
        team_days=sum(one.days for one in loads),
        travel=sum(one.travel for one in loads),
        children=len({one.child.id for one in month.visits}),
        teams=len(loads),
        loads=loads,
        spread=spread_of(loads),
    )


def _loads(month: Month) -> tuple[TeamLoad, ...]:
    """What each team had to do, as a timetable keeps it."""
    stops: dict[tuple[uuid.UUID, date], list[DemoChild]] = defaultdict(list)
    for one in month.visits:
        stops[one.child.taught_by.id, one.day].append(one.child)
    found: dict[uuid.UUID, Counter[str]] = defaultdict(Counter)
    kilometres: dict[uuid.UUID, float] = defaultdict(float)
    for (team, _day), children in stops.items():
        school = children[0].taught_by.school.id
        found[team].update(visits=len(children), minutes=LASTS * len(children), days=1)
        for a, b in pairwise((school, *(child.id for child in children), school)):
            found[team].update(travel=month.ways.minutes(a, b))
            kilometres[team] += way_km(month.ways.spots[a], month.ways.spots[b])
    return ordered_loads(
        TeamLoad(
            team=str(team),
            visits=one["visits"],
            minutes=one["minutes"],
            travel=one["travel"],
            km=round(kilometres[team]),
            days=one["days"],
        )
        for team, one in found.items()
    )


def _miss(dice: Dice, rows: Rows, timetable: uuid.UUID, month: Month, planned: Planned, weeks: Weeks) -> int:
    """Write down the visits that are asked for and stand nowhere, and why; return how many they are."""
    placed: dict[uuid.UUID, list[date]] = defaultdict(list)
    for one in month.visits:
        placed[one.child.id].append(one.day)
    calendar = tuple(Day(day, acts_as) for day, acts_as in month.days.items())
    task = Task(days=calendar, teams=(), children=(), travel=month.ways.travel)
    found = 0
    for child, plan in planned:
        need = Child(
            id=str(child.id), place=str(child.id), needs=frozenset(), minutes=LASTS, visits=max(1, len(child.slots))
        )
        missing = sum(
            max(0, period.visits - sum(period.first <= day <= period.last for day in placed[child.id]))
            for period in asked_by_period(task, need)
        )
        if missing:
            found += missing
            rows.add(
                "unserved_needs",
                id=dice.id(),
                timetable_id=timetable,
                child_id=child.id,
                service_key=plan.service_key,
                missing=missing,
                reasons=[stored(_reason(child, month, weeks))],
            )
    return found


def _reason(child: DemoChild, month: Month, weeks: Weeks) -> Reason:
    """Why visits of a child are missing in a month."""
    team = child.taught_by.name
    if not month.ways.open(child):
        return Reason("TOO_FAR", NO_WAY_OPEN, {"teams": team})
    if child.slots:
        lost = _lost(child, month.days)
        return Reason("HOLIDAY", HOLIDAY, {"dates": ", ".join(day.isoformat() for day in lost)})
    if (minutes := weeks.alone(child)) is None:
        return Reason("CAPACITY", NO_GAP_FREE, {"teams": team})
    return Reason("TOO_FAR", TOO_FAR, {"team": team, "minutes": minutes, "limit": weeks.limits.away})


def _lost(child: DemoChild, days: dict[date, int | None]) -> list[date]:
    """The days of a child's visits on which there is no school: by hand nobody made them up."""
    weekdays = {weekday for weekday, _start in child.slots}
    return [day for day, acts_as in days.items() if acts_as is None and day.weekday() in weekdays]


def _book(dice: Dice, rows: Rows, visit: uuid.UUID, child: DemoChild, day: date, start: int) -> None:
    begins = datetime.combine(day, time()) + timedelta(minutes=start)
    for holder in (child.id, *(teacher.id for teacher in child.taught_by.teachers)):
        rows.add(
            "bookings",
            id=dice.id(),
            visit_id=visit,
            holder_id=holder,
            starts_at=begins,
            ends_at=begins + timedelta(minutes=LASTS),
        )


def _record(dice: Dice, rows: Rows, visit: uuid.UUID, going: Going, progress: float) -> None:
    """What became of a visit. `progress`: how far the term has gone, 0 at its beginning."""
    child, plan, day, start = going.child, going.plan, going.day, going.start
    given = dice.often(0.93)
    teacher = child.taught_by.teachers[0]
    begins = start + dice.randrange(-5, 15)
    minutes = LASTS + dice.choice((-10, -5, 0, 0, 0, 5)) if given else 0
    record = dice.id()
    rows.add(
        "visit_records",
        id=record,
        visit_id=visit,
        child_id=child.id,
        corrects_id=None,
        key=dice.id(),
        outcome="given" if given else "not_given",
        day=day,
        start=begins if given else None,
        end=begins + minutes if given else None,
        minutes=minutes,
        reason=None if given else dice.weighted(MISSED),
        note=dice.choice(words.NOTES) or None if given else None,
        practice=plan.practice if given else None,
        confirmation="on_phone" if given else "not_yet",
        confirmed_by=child.guardians[0][0] if given else None,
        recorded_by_id=teacher.user_id,
        recorded_by_name=teacher.name,
        recorded_at=datetime.combine(day, time(), UTC) + timedelta(minutes=start + 100 - 480),
    )
    if given:
        for key in plan.objectives[:2]:
            level = min(4, int(progress * 5 + dice.random() * 1.5))
            rows.add(
                "visit_points",
                id=dice.id(),
                record_id=record,
                child_id=child.id,
                objective_key=key,
                prompt=PROMPTS[level],
                done=min(10, int(2 + progress * 8 + dice.randrange(0, 3))),
                trials=10,
            )
