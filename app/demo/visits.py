"""Timetables of the past months as published, the visits, and what was given."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from app.demo import words
from app.demo.dice import Dice, Rows
from app.demo.people import DemoChild
from app.demo.places import DemoTeam, DemoUnit
from app.demo.plans import DemoPlan
from app.kernel.sun import sunset_minutes
from app.routing.reasons import HOLIDAY, NOT_ON_A_DATE
from app.visits.rules import month_name, travel_between, weeks_of
from app.visits.rules.loads import busiest_to_average, way_km
from app.visits.types import Spot

LASTS = 70
LIGHT = 20
"""A visit ends so many minutes before sunset: it may last a little longer than planned."""
MISSED = (("family_cancelled", 4), ("child_ill", 4), ("road_closed", 1), ("weather", 2), ("teacher_duty", 2))
PROMPTS = ("physical", "model", "gesture", "verbal", "independent")
AM, PM = (480, 720), (780, 1050)


def assign_teams(dice: Dice, unit: DemoUnit, children: list[DemoChild]) -> None:
    """Give every home-taught child of a unit the nearest team with a free slot (or two, for two visits a week)."""
    for child in children:
        twice = dice.often(0.25)
        by_distance = sorted(unit.teams, key=lambda t: _apart(t.school.point, child.home))
        for wanted in (twice, False):
            for team in by_distance:
                if slots := team.free(wanted):
                    for slot in slots:
                        team.taken[slot] = child.id
                    child.team, child.slots = team, slots
                    break
            if child.team:
                break


def _apart(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Kilometres between two points, near enough at this latitude."""
    return (((a[0] - b[0]) * 96) ** 2 + ((a[1] - b[1]) * 111) ** 2) ** 0.5


def add_family_times(dice: Dice, rows: Rows, child: DemoChild) -> None:
    """When the family can receive a visit: four in five half-days, and those of its visits."""
    needed = {(day, start < 720) for day, start in child.slots}
    for weekday in range(5):
        for morning, (start, end) in ((True, AM), (False, PM)):
            if (weekday, morning) in needed or dice.often(0.8):
                rows.add("family_times", id=dice.id(), child_id=child.id, weekday=weekday, start=start, end=end)


def make_months(
    dice: Dice,
    rows: Rows,
    unit: DemoUnit,
    planned: list[tuple[DemoChild, DemoPlan]],
    teaching_days: list[date],
    on: date,
    publisher: str,
) -> None:
    """Publish every month of the term (whole weeks) up to the one of `on`; visits before `on` and
    before today have their records."""
    days, until = sorted(set(teaching_days)), min(on, rows.today)
    for month in sorted({month_name(day) for day in days if month_name(day) <= month_name(on)}):
        first, last = weeks_of(int(month[:4]), int(month[5:]))
        timetable = dice.id()
        wanted = [
            (child, plan, day, start)
            for child, plan in planned
            for weekday, start in child.slots
            for day in days
            if first <= day <= last and day.weekday() == weekday
        ]
        ways = Ways([child for child, _plan in planned], first.month)
        dark: Counter = Counter()
        seen = set()
        for child, plan, day, earliest in sorted(wanted, key=lambda v: (v[2], v[3], v[0].file_number)):
            if (gone := ways.go(child, day, earliest)) is None:
                dark[child.id] += 1
                continue
            start, travel = gone
            seen.add(child.id)
            visit = dice.id()
            rows.add(
                "visits",
                id=visit,
                timetable_id=timetable,
                child_id=child.id,
                team_id=child.team.id,
                plan_version_id=plan.version_id,
                service_key=plan.service_key,
                day=day,
                start=start,
                end=start + LASTS,
                travel_in=travel,
                travel_estimated=True,
                origin="template",
                frozen=True,
            )
            _book(dice, rows, visit, child, day, start)
            if day < until - timedelta(days=1) or (day < until and dice.often(0.5)):
                _record(dice, rows, visit, child, plan, day, start, (day - days[0]).days / 120)
        loads = ways.loads()
        lost = _lost_days(days, first, last)
        missing = _miss(dice, rows, timetable, planned, lost, dark)
        placed = len(wanted) - dark.total()
        figures = {
            "asked": placed + missing,
            "placed": placed,
            "unserved": missing,
            "other_team": 0,
            "team_days": sum(one["days"] for one in loads),
            "travel": sum(one["travel"] for one in loads),
            "children": len(seen),
            "teams": len(loads),
            "left_out": [],
            "idle_teams": [],
            "not_skills": [],
            "bent": [],
            "loads": loads,
            "spread": round(100 * busiest_to_average([one["minutes"] + one["travel"] for one in loads])),
        }
        rows.add(
            "timetables",
            id=timetable,
            unit_id=unit.id,
            month=month,
            first_on=first,
            last_on=last,
            state="published",
            job_id=None,
            input_hash=None,
            seed=1,
            created_by_name=publisher,
            figures=figures,
            created_at=dice.moment(first - timedelta(days=6)),
            published_by_name=publisher,
            published_at=dice.moment(first - timedelta(days=5)),
            superseded_at=None,
        )


def _lost_days(days: list[date], first: date, last: date) -> list[date]:
    """Mondays to Fridays of a month inside the term on which there was no school: by hand nobody made them up."""
    span = (max(first, days[0]) + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in span if day <= min(last, days[-1]) and day.weekday() < 5 and day not in days]


def _miss(dice: Dice, rows: Rows, timetable: uuid.UUID, planned, lost: list[date], dark: Counter) -> int:
    """Write down the visits that closed days took away, and those that would have ended after dark (`dark`: how many by
    child); return how many they are."""
    found = 0
    for child, plan in planned:
        dates = [day for day in lost for weekday, _start in child.slots if day.weekday() == weekday]
        reasons = [{"code": "HOLIDAY", "message": HOLIDAY,
                    "values": {"dates": ", ".join(day.isoformat() for day in dates)}}] if dates else []
        if late := dark[child.id]:
            reasons.append({"code": "HOLIDAY", "message": NOT_ON_A_DATE, "values": {"missing": late}})
        if reasons:
            rows.add("unserved_needs", id=dice.id(), timetable_id=timetable, child_id=child.id,
                     service_key=plan.service_key, missing=len(dates) + late, reasons=reasons)
        found += len(dates) + late
    return found


class Ways:
    """The ways of a month's teams, in minutes as the product estimates them: from school to home to home, and back."""

    def __init__(self, children: list[DemoChild], month: int):
        self._spots = {child.id: child.spot for child in children}
        self._spots |= {child.team.school.id: _school_spot(child.team) for child in children}
        self._travel = travel_between({str(key): spot for key, spot in self._spots.items()}, month)
        self._at = {place: number for number, place in enumerate(self._travel.places)}
        self._days: dict[tuple, list] = defaultdict(list)
        self._teams: dict[uuid.UUID, uuid.UUID] = {}

    def _minutes(self, start: uuid.UUID, end: uuid.UUID) -> int:
        return int(self._travel.minutes[self._at[str(start)], self._at[str(end)]])

    def go(self, child: DemoChild, day: date, earliest: int) -> tuple[int, int] | None:
        """(start, minutes of the way) of a team's next visit of a day: at `earliest`, or when it can be there. None,
        and nobody goes, when the visit would end after dark."""
        stops = self._days[child.team.id, day]
        at, free = stops[-1] if stops else (child.team.school.id, 0)
        travel = self._minutes(at, child.id)
        start = max(earliest, free + travel)
        sunset = sunset_minutes(day, child.spot.latitude / 1e6, child.spot.longitude / 1e6)
        if sunset is not None and start + LASTS > sunset - LIGHT:
            return None
        self._teams[child.team.id] = child.team.school.id
        stops.append((child.id, start + LASTS))
        return start, travel

    def loads(self) -> list[dict]:
        """What each team had to do, as a timetable keeps it."""
        found = {}
        for (team, _day), stops in self._days.items():
            if not stops:
                continue
            one = found.setdefault(team, dict.fromkeys(("visits", "minutes", "travel", "km", "days"), 0))
            way = [self._teams[team], *(child for child, _end in stops), self._teams[team]]
            one["visits"] += len(stops)
            one["minutes"] += LASTS * len(stops)
            one["days"] += 1
            for a, b in pairwise(way):
                one["travel"] += self._minutes(a, b)
                one["km"] += way_km(self._spots[a], self._spots[b])
        return sorted(({"team": str(team)} | one | {"km": round(one["km"])} for team, one in found.items()),
                      key=lambda one: one["team"])


def _school_spot(team: DemoTeam) -> Spot:
    longitude, latitude = team.school.point
    return Spot(round(latitude * 1e6), round(longitude * 1e6))


def _book(dice: Dice, rows: Rows, visit, child: DemoChild, day: date, start: int) -> None:
    begins = datetime.combine(day, time()) + timedelta(minutes=start)
    for holder in (child.id, *(teacher.id for teacher in child.team.teachers)):
        rows.add(
            "bookings",
            id=dice.id(),
            visit_id=visit,
            holder_id=holder,
            starts_at=begins,
            ends_at=begins + timedelta(minutes=LASTS),
        )


def _record(
    dice: Dice, rows: Rows, visit, child: DemoChild, plan: DemoPlan, day: date, start: int, progress: float
) -> None:
    given = dice.often(0.93)
    teacher = child.team.teachers[0]
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
