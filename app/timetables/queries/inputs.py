"""Everything a timetable is made from, read in a fixed number of queries."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from app.access import Actor
from app.children.models import Child, HomePoint, SafetyCard
from app.db import db
from app.db.remember import remembered
from app.kernel.calendars import YearMissing
from app.kernel.periods import Period
from app.kernel.problems import N_
from app.plans.queries import list_home_services
from app.roads.queries.legs import leg_inputs, road_input
from app.roads.queries.places import home_spot, spot_of, town_groups, village_groups
from app.roads.types import Spot
from app.roll.models import RollState
from app.roll.types import AWAY
from app.schools.models import School, Teacher
from app.schools.queries import calendar_facts, provisional_facts, rule_value, rule_values, teaching_calendar
from app.schools.types import RuleName
from app.schools.unit_rules import noon_break
from app.teams.models import FamilyTime, HomeClosure, Leave, TeacherHours, Team, TeamMember
from app.teams.queries.families import family_wishes, known_words
from app.teams.rules import split_needs
from app.teams.types import Member, Stretch
from app.timetables.models import Timetable, Visit, VisitRecord
from app.timetables.queries.standing import stands
from app.timetables.rules.gathering import back_by, month_name, month_of
from app.timetables.types import CalendarInput, ChildInput, Inputs, Need, RecordOutcome, TeamInput

PAUSED = AWAY
"""Roll states in which no visit is planned."""


def gather_inputs(actor: Actor, unit_id: uuid.UUID, first: date, last: date) -> Inputs:
    """Read what a timetable of a unit from `first` to `last` (both inside, one month) is made from.

    Raises kernel.calendars.YearMissing when the holidays of the month's year are not known.
    """
    month_first, month_last = month_of(first)
    calendar = calendar_inputs(unit_id, month_first, month_last)
    days = tuple(one for one in calendar if first <= one.day <= last)
    needs = _needs(actor, unit_id, first, last, month_first)
    needs, not_skills = _only_skills(needs)
    villages = village_groups(unit_id)
    children = _children({need.child_id for need in needs}, villages, first, last)
    teams = _teams(unit_id, first, last, villages)
    spots = {name: spot for team in teams for name, spot in team.spots.items() if spot}
    spots |= {str(child.id): child.spot for child in children if child.spot}
    return Inputs(
        days=days,
        month=int(month_name(first)[5:]),
        teams=teams,
        children=children,
        needs=needs,
        day_cap=rule_value(unit_id, RuleName.DAY_CAP_MINUTES, first) or 480,
        two_adults=bool(rule_value(unit_id, RuleName.TWO_ADULTS, first)),
        month_days=sum(one.acts_as is not None for one in calendar),
        not_skills=not_skills,
        legs=leg_inputs(unit_id, _ends(spots)),
        roads=road_input(unit_id, spots),
        day_visits=rule_value(unit_id, RuleName.DAY_VISITS, first),
        day_travel=rule_value(unit_id, RuleName.DAY_TRAVEL_MINUTES, first),
        back_by=back_by(
            days, [team.spot for team in teams if team.spot], rule_value(unit_id, RuleName.DARK_MARGIN_MINUTES, first)
        ),
        noon_break=noon_break(rule_values(unit_id, first)),
    )


def _ends(spots: dict[str, Spot]) -> set[str]:
    """Everything that a leg between these places may name."""
    return {group for spot in spots.values() for group in spot.groups} | {
        f"{kind}:{name}" for name in spots for kind in ("school", "home")
    }


def calendar_inputs(unit_id: uuid.UUID, first: date, last: date) -> tuple[CalendarInput, ...]:
    """The days of a period that lie in a term or are made up, closed ones with their reason.

    A month's last week may reach into a year whose holidays are not published yet: its days there are closed, with
    that as the reason. Raises YearMissing when the year of the month itself is not known. Kept until something changes.
    """
    return remembered(("days of visits", unit_id, first, last), lambda: _calendar_inputs(unit_id, first, last))


def _calendar_inputs(unit_id: uuid.UUID, first: date, last: date) -> tuple[CalendarInput, ...]:
    middle = first + (last - first) / 2
    known = {year: calendar_facts(year) or provisional_facts(year) for year in range(first.year, last.year + 1)}
    if known[middle.year] is None:
        raise YearMissing(middle.year)
    unknown = {year for year, facts in known.items() if facts is None}
    begin = max(first, date(middle.year, 1, 1)) if first.year in unknown else first
    end = min(last, date(middle.year, 12, 31)) if last.year in unknown else last
    calendar = teaching_calendar(unit_id, begin, end, provisional=True)
    names = {day: name for facts in known.values() if facts for day, name in facts.holidays.items()}
    found = []
    for day in Period.through(first, last).days():
        if day.year in unknown:
            if day.weekday() < 5:
                found.append(CalendarInput(day, None, N_("the holidays of this year are not known yet")))
        elif calendar.is_teaching_day(day):
            found.append(CalendarInput(day, calendar.acts_as(day)))
        elif calendar.term_on(day) is not None:
            closure = calendar.closure_on(day)
            found.append(CalendarInput(day, None, closure.reason if closure else names.get(day, "")))
    return tuple(found)


def _needs(actor: Actor, unit_id: uuid.UUID, first: date, last: date, month_first: date) -> tuple[Need, ...]:
    services = list_home_services(actor, unit_id, first, last)
    homes = _home_teams(unit_id, first)
    held = _held(unit_id, month_first, first) if month_first < first else {}
    return tuple(
        Need(
            child_id=s.child_id,
            version_id=s.version_id,
            service_key=s.service_key,
            minutes=s.minutes,
            times=s.times,
            frequency=s.frequency,
            needs=split_needs(s.needs),
            first=s.first,
            last=s.last,
            held=len(held.get((s.child_id, s.service_key), ())),
            home_team=homes.get((s.child_id, s.service_key)),
            held_on=held.get((s.child_id, s.service_key), ()),
        )
        for s in services
    )


def _only_skills(needs: tuple[Need, ...]) -> tuple[tuple[Need, ...], tuple[str, ...]]:
    """Keep of each need the words that are some teacher's skill, and name the others: a plan also says there what to
    bring, and a box of picture cards must not leave a child without visits."""
    words = {word for need in needs for word in need.needs}
    if not words:
        return needs, ()
    skills = set(known_words())
    kept = tuple(replace(need, needs=tuple(word for word in need.needs if word in skills)) for need in needs)
    return kept, tuple(sorted(words - skills))


def _home_teams(unit_id: uuid.UUID, first: date) -> dict[tuple, uuid.UUID]:
    """The team of each service's last published visit in the four months before."""
    last_day = func.max(Visit.day).label("last_day")
    rows = db.session.execute(
        select(Visit.child_id, Visit.service_key, Visit.team_id, last_day)
        .join(Timetable, Timetable.id == Visit.timetable_id)
        .where(Timetable.unit_id == unit_id, Visit.frozen, Visit.day < first, Visit.day > first - timedelta(days=120))
        .group_by(Visit.child_id, Visit.service_key, Visit.team_id)
        .order_by(last_day, Visit.team_id)
    )
    return {(row.child_id, row.service_key): row.team_id for row in rows}


def _held(unit_id: uuid.UUID, first: date, before: date) -> dict[tuple, tuple[date, ...]]:
    """The days of visits of each service that stand from `first` up to `before` and did not fall out."""
    fell_out = select(VisitRecord.visit_id).where(VisitRecord.outcome == RecordOutcome.NOT_GIVEN)
    rows = db.session.execute(
        select(Visit.child_id, Visit.service_key, Visit.day)
        .join(Timetable, Timetable.id == Visit.timetable_id)
        .where(
            Timetable.unit_id == unit_id,
            Visit.day >= first,
            Visit.day < before,
            Visit.id.not_in(fell_out),
            stands(),
        )
        .order_by(Visit.day, Visit.id)
    )
    found: dict[tuple, tuple[date, ...]] = defaultdict(tuple)
    for child_id, service_key, day in rows:
        found[child_id, service_key] += (day,)
    return found


def _children(ids: set[uuid.UUID], villages: dict, first: date, last: date) -> tuple[ChildInput, ...]:
    names = db.session.execute(
        select(Child.id, Child.name, Child.town_code).where(Child.id.in_(ids)).order_by(Child.sort_key, Child.id)
    )
    homes = {row.child_id: row for row in db.session.scalars(select(HomePoint).where(HomePoint.child_id.in_(ids)))}
    pairs = set(
        db.session.scalars(select(SafetyCard.child_id).where(SafetyCard.child_id.in_(ids), SafetyCard.two_adults))
    )
    paused = set(
        db.session.scalars(
            select(RollState.child_id).where(
                RollState.child_id.in_(ids), RollState.valid_to.is_(None), RollState.status.in_(PAUSED)
            )
        )
    )
    times = _stretches(FamilyTime, FamilyTime.child_id, ids)
    wishes = family_wishes(ids)
    closed: dict[uuid.UUID, list[tuple[date, date]]] = defaultdict(list)
    for row in db.session.scalars(
        select(HomeClosure)
        .where(HomeClosure.child_id.in_(ids), HomeClosure.first_on <= last, HomeClosure.last_on >= first)
        .order_by(HomeClosure.first_on, HomeClosure.id)
    ):
        closed[row.child_id].append((row.first_on, row.last_on))
    return tuple(
        ChildInput(
            id=row.id,
            name=row.name,
            spot=home_spot(homes.get(row.id), town_groups(row.town_code) + villages.get(row.id, ())),
            times=times.get(row.id, ()),
            two_adults=row.id in pairs,
            on_roll=row.id not in paused,
            closed=tuple(closed[row.id]),
            wishes=wishes.get(row.id),
        )
        for row in names
    )


def _stretches(table: Any, owner: Any, ids: Any) -> dict[uuid.UUID, tuple[Stretch, ...]]:
    found: dict[uuid.UUID, list[Stretch]] = defaultdict(list)
    rows = db.session.execute(
        select(owner, table.weekday, table.start, table.end)
        .where(owner.in_(ids))
        .order_by(owner, table.weekday, table.start)
    )
    for holder, weekday, start, end in rows:
        found[holder].append(Stretch(weekday, start, end))
    return {holder: tuple(rows) for holder, rows in found.items()}


def _teams(unit_id: uuid.UUID, first: date, last: date, villages: dict) -> tuple[TeamInput, ...]:
    teams = db.session.execute(
        select(Team.id, Team.name, Team.school_id, Team.apart, School.latitude, School.longitude, School.town_code)
        .join(School, School.id == Team.school_id)
        .where(Team.unit_id == unit_id, Team.active)
        .order_by(Team.name, Team.id)
    ).all()
    members = _members([team.id for team in teams])
    ids = {member.id for member in members}
    hours = _stretches(TeacherHours, TeacherHours.teacher_id, ids)
    leave: dict[uuid.UUID, list[tuple[date, date]]] = defaultdict(list)
    for row in db.session.scalars(
        select(Leave)
        .where(Leave.teacher_id.in_(ids), Leave.first_on <= last, Leave.last_on >= first)
        .order_by(Leave.first_on, Leave.id)
    ):
        leave[row.teacher_id].append((row.first_on, row.last_on))
    by_team: dict[uuid.UUID, list[Member]] = defaultdict(list)
    schools: dict[uuid.UUID, dict[uuid.UUID, Spot | None]] = defaultdict(dict)
    for one in members:
        schools[one.team_id][one.school_id] = _school_spot(one, villages)
        skills = tuple(sorted({word for skill in one.skills for word in split_needs(skill)}))
        by_team[one.team_id].append(
            Member(
                teacher_id=one.id,
                name=one.name,
                skills=skills,
                hours=hours.get(one.id, ()),
                leave=tuple(leave[one.id]),
                sex=one.sex,
            )
        )
    return tuple(
        TeamInput(
            id=team.id,
            name=team.name,
            school_id=team.school_id,
            members=tuple(by_team[team.id]),
            spot=_school_spot(team, villages),
            others=tuple((one, schools[team.id][one]) for one in sorted(schools[team.id].keys() - {team.school_id}))
            if team.apart
            else (),
        )
        for team in teams
    )


def _members(team_ids: list[uuid.UUID]) -> Sequence[Any]:
    """The active teachers of teams, each with where its school is, the leading one first."""
    return db.session.execute(
        select(
            TeamMember.team_id,
            Teacher.id,
            Teacher.name,
            Teacher.skills,
            Teacher.sex,
            Teacher.school_id,
            School.latitude,
            School.longitude,
            School.town_code,
        )
        .join(Teacher, Teacher.id == TeamMember.teacher_id)
        .join(School, School.id == Teacher.school_id)
        .where(TeamMember.team_id.in_(team_ids), Teacher.active)
        .order_by(TeamMember.team_id, TeamMember.position, Teacher.id)
    ).all()


def _school_spot(row: Any, villages: dict) -> Spot | None:
    return spot_of(row, town_groups(row.town_code) + villages.get(row.school_id, ()))
